import SignalingProtocol

// What a supervisor does on a hall's floor. Each act that touches somebody else's work has a reason and leaves a row.

extension Broker {
    mutating func perform(_ deed: FloorDeed, in hall: HallID, by supervisor: Supervisor, request: RequestID, at now: Instant) {
        do throws(WireError) {
            let answer: FloorAnswer =
                switch deed {
                case .take(let id, let note): .task(try take(id, in: hall, FloorTask.Mark(by: supervisor, at: now, note: note)))
                case .close(let id, let note): .task(try close(id, in: hall, FloorTask.Mark(by: supervisor, at: now, note: note)))
                case .makeNotReady(let seat, let reason): .act(try makeNotReady(seat, in: hall, FloorReason(supervisor, reason), at: now))
                case .move(let ticket, let target, let reason): .act(try move(ticket, to: target, from: hall, FloorReason(supervisor, reason), at: now))
                case .end(let session, let reason): .act(try end(session, in: hall, FloorReason(supervisor, reason), at: now))
                }
            effects.append(.answer(request, .success(.floor(answer))))
        } catch {
            effects.append(.answer(request, .failure(error)))
        }
    }

    /// Who acts, and why.
    private struct FloorReason {
        let supervisor: Supervisor
        let text: String

        init(_ supervisor: Supervisor, _ text: String) throws(WireError) {
            guard !text.allSatisfy(\.isWhitespace), text.count <= Limits.noteCharacters else { throw WireError(.invalidField, field: "reason") }
            self.supervisor = supervisor
            self.text = text
        }
    }

    // MARK: Tasks

    private mutating func take(_ id: FloorTaskID, in hall: HallID, _ mark: FloorTask.Mark) throws(WireError) -> FloorTask {
        var task = try floorTask(id, in: hall)
        switch task.state {
        case .open:
            task.state = .taken
            task.taken = mark
            save(task)
        // Pressed twice, or sent again.
        case .taken where task.taken?.by.id == mark.by.id: break
        case .taken: throw WireError(.taskTaken)
        case .closed, .resolved: throw WireError(.wrongState)
        }
        return task
    }

    /// Also one that a colleague took: they may have gone home.
    private mutating func close(_ id: FloorTaskID, in hall: HallID, _ mark: FloorTask.Mark) throws(WireError) -> FloorTask {
        var task = try floorTask(id, in: hall)
        switch task.state {
        case .open, .taken:
            task.state = .closed
            task.closed = mark
            if task.kind.endsWithClosing { task.settledAt = mark.at }
            save(task)
        case .closed where task.closed?.by.id == mark.by.id: break
        case .closed, .resolved: throw WireError(.wrongState)
        }
        return task
    }

    private func floorTask(_ id: FloorTaskID, in hall: HallID) throws(WireError) -> FloorTask {
        guard let task = floorTasks[id], task.hall == hall else { throw WireError(.notFound) }
        return task
    }

    // MARK: Acts

    private mutating func makeNotReady(_ id: SeatID, in hall: HallID, _ reason: FloorReason, at now: Instant) throws(WireError) -> FloorAct {
        guard let seat = seats[id], seat.hall == hall else { throw WireError(.notFound) }
        switch seat.state {
        case .ready: setNotReady(seat, reason: .supervisor, at: now)
        case .signedOff, .notReady, .reserved, .ringing, .inSession, .wrapUp: throw WireError(.wrongState)
        }
        return note(.seatNotReady, in: hall, .seat(id), reason, at: now)
    }

    /// To another hall, or to a seat that is signed on anywhere. The order key stays: nobody loses the time waited.
    private mutating func move(
        _ id: TicketID, to target: FloorTarget, from hall: HallID, _ reason: FloorReason, at now: Instant
    ) throws(WireError) -> FloorAct {
        guard var ticket = tickets[id], ticket.hall == hall else { throw WireError(.notFound) }
        guard ticket.state == .waiting || ticket.state == .reserved else { throw WireError(.wrongState) }
        let goal = try goal(target, from: hall)
        if ticket.state == .reserved {
            rescindReservation(of: ticket, at: now)
            ticket.state = .waiting
            ticket.waitingSince = now
        }
        ticket.hall = goal.hall
        ticket.directedTo = goal.seat
        ticket.directedUntil = goal.seat == nil ? nil : now + configuration.directedWindow
        if let until = ticket.directedUntil { deadlines.add(.direction(id), at: until) }
        ticket.deadline = movedDeadline(of: ticket, at: now)
        save(ticket, at: now)
        tellTicket(ticket)
        return note(.ticketMoved, in: hall, .ticket(id), target: target, reason, at: now)
    }

    /// Whoever is away has no more time for it than before.
    private func movedDeadline(of ticket: Ticket, at now: Instant) -> Instant {
        if isPresent(.citizen(ticket.citizen)) { return lifeEnd(of: ticket) }
        let end = awayDeadline(of: ticket, at: now)
        return min(ticket.deadline ?? end, end)
    }

    private func goal(_ target: FloorTarget, from hall: HallID) throws(WireError) -> (hall: HallID, seat: SeatID?) {
        switch target {
        case .hall(let other):
            guard halls[other] != nil else { throw WireError(.notFound, field: "hall_id") }
            guard other != hall else { throw WireError(.invalidField, field: "hall_id") }
            return (other, nil)
        case .seat(let id):
            guard let seat = seats[id], seat.agent != nil else { throw WireError(.notFound, field: "seat_id") }
            return (seat.hall, id)
        }
    }

    /// A talk ends, and unless it was concluded the citizen is back at their old place; a wrap-up is over at once.
    private mutating func end(_ id: SessionID, in hall: HallID, _ reason: FloorReason, at now: Instant) throws(WireError) -> FloorAct {
        guard let session = sessions[id], session.hall == hall else { throw WireError(.notFound) }
        let concluded = Self.disposition(from: outcome(madeIn: session))
        switch session.state {
        case .ringing, .connected, .held, .reconnecting, .consulting, .transferring:
            beginWrapUp(session, ticket: concluded == nil ? .back : .ended(.done), disposition: concluded ?? .dropped, at: now)
        case .wrapUp: close(session, disposition: session.disposition ?? concluded ?? .unrecorded, note: session.note, ready: false, at: now)
        case .closed: throw WireError(.wrongState)
        }
        return note(.sessionEnded, in: hall, .session(id), reason, at: now)
    }

    private mutating func note(
        _ kind: FloorActKind, in hall: HallID, _ subject: FloorSubject, target: FloorTarget? = nil, _ reason: FloorReason, at now: Instant
    ) -> FloorAct {
        let act = FloorAct(
            id: identifiers.next(at: now), kind: kind, hall: hall, subject: subject, target: target, reason: reason.text, by: reason.supervisor, at: now)
        persist(.floorAct(act))
        return act
    }
}

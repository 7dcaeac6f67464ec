import SignalingProtocol

/// What an administrator changes while the house is open. A revision is what the administrator saw; 0 makes something new.
public enum HouseChange: Hashable, Sendable {
    /// The revision is the one in the hall.
    case hall(Hall)
    case seat(SeatID, hall: HallID, number: String, revision: Int)
    /// Nobody may sign on there any more, or again.
    case seatWithdrawn(SeatID, Bool, revision: Int)
    /// Has another name, other skills or other halls.
    case agent(Person)
    case agentSuspended(AgentID, OpenWork)
    /// Also one who has not gone yet: then nothing happened to them.
    case agentRestored(AgentID)
}

/// What becomes of the session that an agent is in when they are suspended. A ring goes back to its place in any case.
public enum OpenWork: Hashable, Sendable {
    /// Then nothing is done.
    case refuse
    /// Goes on with this colleague, who is signed on, as after a transfer.
    case handOver(to: AgentID)
    /// The agent finishes it, and is gone with its end.
    case finish
}

/// What a change of the house came to.
public enum HouseAnswer: Hashable, Sendable {
    case hall(Hall)
    case seat(Seat)
    case agent
}

extension Broker {
    mutating func take(_ change: HouseChange, request: RequestID, at now: Instant) {
        do throws(WireError) {
            let answer = try apply(change, at: now)
            effects.append(.answer(request, .success(.house(answer))))
        } catch {
            effects.append(.answer(request, .failure(error)))
        }
    }

    private mutating func apply(_ change: HouseChange, at now: Instant) throws(WireError) -> HouseAnswer {
        switch change {
        case .hall(let hall): return .hall(try set(hall, at: now))
        case .seat(let id, let hall, let number, let revision): return .seat(try setSeat(id, in: hall, number: number, revision: revision, at: now))
        case .seatWithdrawn(let id, let isWithdrawn, let revision): return .seat(try withdraw(id, isWithdrawn, revision: revision, at: now))
        case .agent(let person): try set(person, at: now)
        case .agentSuspended(let agent, let work): try suspend(agent, work, at: now)
        case .agentRestored(let agent): leaving.remove(agent)
        }
        return .agent
    }

    // MARK: Halls and seats

    private mutating func set(_ new: Hall, at now: Instant) throws(WireError) -> Hall {
        let known = halls[new.id]
        guard known?.revision ?? 0 == new.revision else {
            throw new.revision == 0 ? WireError(.alreadyTaken, field: "id") : WireError(.rowOutdated)
        }
        guard new.overflow.allSatisfy({ $0 != new.id && halls[$0] != nil }), Set(new.overflow).count == new.overflow.count else {
            throw WireError(.invalidField, field: "overflow")
        }
        var hall = new
        hall.revision += 1
        halls[hall.id] = hall
        // In the order in which a restart would load them.
        if known == nil { halls.sort { $0.key < $1.key } }
        persist(.hall(hall))
        placesChanged(in: hall.id, at: now)
        for seat in seats.values where seat.hall == hall.id { tellSeat(seat) }
        tellSeatChoices(in: hall.id)
        return hall
    }

    private mutating func setSeat(_ id: SeatID, in hall: HallID, number: String, revision: Int, at now: Instant) throws(WireError) -> Seat {
        guard halls[hall] != nil else { throw WireError(.notFound) }
        var seat: Seat
        if revision == 0 {
            guard seats[id] == nil else { throw WireError(.alreadyTaken, field: "id") }
            seat = Seat(id: id, hall: hall, number: number, since: now)
            seat.revision = 0
        } else {
            seat = try self.seat(id, revision: revision)
            guard seat.hall == hall else { throw WireError(.notFound) }
        }
        guard !seats.values.contains(where: { $0.hall == hall && $0.number == number && $0.id != id }) else { throw WireError(.alreadyTaken, field: "number") }
        seat.number = number
        seat.revision += 1
        save(seat)
        if revision == 0 { seats.sort { $0.key < $1.key } }
        tellSeat(seat)
        tellSeatChoices(in: hall)
        // Who waits for this very seat is shown its number.
        for session in waitingConsults.sorted().compactMap({ sessions[$0] }) where session.consult?.target == id { tellConsult(session) }
        return seat
    }

    private mutating func withdraw(_ id: SeatID, _ isWithdrawn: Bool, revision: Int, at now: Instant) throws(WireError) -> Seat {
        var seat = try seat(id, revision: revision)
        guard seat.agent == nil else { throw WireError(.inUse) }
        guard (seat.withdrawnAt != nil) != isWithdrawn else { return seat }
        seat.withdrawnAt = isWithdrawn ? now : nil
        seat.revision += 1
        save(seat)
        tellSeatChoices(in: seat.hall)
        return seat
    }

    private func seat(_ id: SeatID, revision: Int) throws(WireError) -> Seat {
        guard let seat = seats[id] else { throw WireError(.notFound) }
        guard seat.revision == revision else { throw WireError(.rowOutdated) }
        return seat
    }

    mutating func sayWhoIsGone() {
        for agent in departed { effects.append(.agentGone(agent)) }
        departed = []
    }

    // MARK: Agents

    /// What the agent can take counts from the next ticket on; a ring or a talk that is there goes on.
    private mutating func set(_ person: Person, at now: Instant) throws(WireError) {
        guard case .agent(let agent) = person.endpoint else { throw WireError(.notFound) }
        let halls = clients[person.endpoint]?.person.halls ?? []
        guard var seat = seat(of: agent) else {
            clients[person.endpoint]?.person = person
            for hall in halls.union(person.halls).sorted() { tellSeatChoices(in: hall) }
            return
        }
        guard person.halls.contains(seat.hall) else { throw WireError(.inUse) }
        clients[person.endpoint]?.person = person
        guard seat.agentName != person.name || seat.skills != person.skills else { return }
        seat.agentName = person.name
        seat.skills = person.skills
        save(seat)
        tellSeat(seat)
        tellSeatChoices(in: seat.hall)
        for hall in self.halls.values where hall.id == seat.hall || hall.overflow.contains(seat.hall) { placesChanged(in: hall.id, at: now) }
    }

    func isInSession(_ agent: AgentID) -> Bool { openSession(of: agent) != nil }

    private mutating func suspend(_ agent: AgentID, _ work: OpenWork, at now: Instant) throws(WireError) {
        guard let seat = seat(of: agent) else { return letGo(agent, at: now) }
        switch seat.state {
        case .signedOff, .notReady, .ready: break
        case .reserved, .ringing: takeBackRing(at: seat, now)
        case .wrapUp: if let session = openSession(of: agent) { finishWrapUp(of: session, at: now) }
        case .inSession:
            if let session = openSession(of: agent) {
                guard try suspend(agent, in: session, work, at: now) else { return }
            } else if let session = sessionOfSeat[seat.id].flatMap({ sessions[$0] }) {
                // Asked in by a colleague, who goes on alone.
                endConsult(session, as: .left, at: now)
            }
        }
        letGo(agent, at: now)
    }

    /// - Returns: false when the agent stays until the session ends.
    private mutating func suspend(_ agent: AgentID, in session: Session, _ work: OpenWork, at now: Instant) throws(WireError) -> Bool {
        switch work {
        case .refuse: throw WireError(.openWork)
        case .finish:
            leaving.insert(agent)
            return false
        case .handOver(let colleague):
            guard let target = seat(of: colleague), target.id != session.seat, !leaving.contains(colleague) else {
                throw WireError(.invalidField, field: "hand_over_to")
            }
            note(.transferred, in: session.id, at: now, detail: target.id.text)
            let transfer = SessionTransfer(sessionID: session.id, hallID: target.hall, seatID: target.id, language: nil, note: "")
            beginWrapUp(session, ticket: .handedOn(transfer), disposition: .transferred, at: now)
            if let ended = sessions[session.id] { finishWrapUp(of: ended, at: now) }
            return true
        }
    }

    /// As when its time runs out.
    private mutating func finishWrapUp(of session: Session, at now: Instant) {
        let disposition = session.disposition ?? Self.disposition(from: outcome(madeIn: session)) ?? .unrecorded
        close(session, disposition: disposition, note: session.note, ready: false, at: now)
    }

    private mutating func takeBackRing(at seat: Seat, _ now: Instant) {
        guard let reservation = reservationOfSeat[seat.id].flatMap({ reservations[$0] }) else { return }
        end(reservation, as: .cancelled, at: now)
        switch reservation.purpose {
        case .call: returnTicket(reservation.ticket, afterRing: false, notTakenBy: seat.id, at: now)
        case .consult: consultNotTaken(reservation, as: .unanswered, at: now)
        }
        if let seat = seats[seat.id] { setNotReady(seat, reason: .other, at: now) }
    }

    /// The agent is at no seat any more, and nothing keeps them. Their pages hear all that the turn has to say before the goodbye.
    mutating func letGo(_ agent: AgentID, at now: Instant) {
        leaving.remove(agent)
        if let seat = seat(of: agent) { signOff(seat, at: now) }
        departed.append(agent)
    }
}

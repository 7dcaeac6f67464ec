import SignalingProtocol

// Tasks arise and go in the very turn in which their causes do; what takes time has a deadline of its own.

extension Broker {
    /// More than anybody could look into. What arises beyond them raises nothing.
    public static let floorTasksPerHall = 1_000

    // MARK: Raising

    /// - Returns: false when the task is there already.
    @discardableResult
    mutating func raise(_ kind: FloorTaskKind, in hall: HallID, about subject: FloorSubject, name: String, note: String = "") -> Bool {
        let cause = FloorCause(kind, hall, subject)
        guard floorTaskOfCause[cause] == nil, floorTasks.values.count(where: { $0.hall == hall }) < Self.floorTasksPerHall else { return false }
        save(FloorTask(id: identifiers.next(at: latest), kind: kind, hall: hall, subject: subject, name: name, note: note, raisedAt: latest))
        return true
    }

    /// The cause is gone: what nobody closed closes by itself.
    mutating func settle(_ cause: FloorCause) {
        guard let id = floorTaskOfCause[cause], var task = floorTasks[id] else { return }
        if !task.state.isTerminal { task.state = .resolved }
        task.settledAt = latest
        save(task)
    }

    /// The single way in which a task changes: memory and disk stay in step, and a seat that asked for help sees it.
    mutating func save(_ task: FloorTask) {
        checkTransition(from: floorTasks[task.id]?.state, to: task.state)
        if task.settledAt == nil {
            floorTasks[task.id] = task
            floorTaskOfCause[FloorCause(task)] = task.id
        } else {
            floorTasks[task.id] = nil
            floorTaskOfCause[FloorCause(task)] = nil
        }
        persist(.floorTask(task))
        guard task.kind == .help, case .seat(let id) = task.subject, let seat = seats[id] else { return }
        tellSeat(seat)
    }

    // MARK: Help

    /// Asks for a supervisor. It is withdrawn by itself when the task is closed, or the agent signs off.
    mutating func askForHelp(_ payload: SeatHelp, agent: AgentID) throws(WireError) {
        guard let seat = seat(of: agent) else { throw WireError(.wrongState) }
        raise(.help, in: seat.hall, about: .seat(seat.id), name: seat.number, note: payload.note ?? "")
    }

    func help(at seat: Seat) -> HelpView? {
        guard let id = floorTaskOfCause[FloorCause(.help, seat.hall, .seat(seat.id))], let task = floorTasks[id] else { return nil }
        return HelpView(askedAt: task.raisedAt, takenBy: task.taken?.by.name)
    }

    // MARK: Seats

    /// Called with every change of a seat.
    mutating func watch(_ seat: Seat) {
        if seat.agent == nil { settle(FloorCause(.help, seat.hall, .seat(seat.id))) }
        // Whatever the agent says next shows that somebody is there.
        if seat.notReadyReason != .rona { settle(FloorCause(.unansweredRing, seat.hall, .seat(seat.id))) }
    }

    // MARK: Waiting

    /// Called with every change of a ticket.
    mutating func watch(_ ticket: Ticket, previous: Ticket?) {
        if let previous, previous.hall != ticket.hall { settle(FloorCause(.longWait, previous.hall, .ticket(ticket.id))) }
        switch ticket.state {
        case .waiting:
            let isSame = previous?.state == .waiting && previous?.callBack == ticket.callBack && previous?.hall == ticket.hall
            if !isSame { lookAtWait(of: ticket.id) }
        // It may come back from the ring.
        case .reserved: break
        case .serving, .parked, .done, .abandoned, .noShow, .expired, .declined: settle(FloorCause(.longWait, ticket.hall, .ticket(ticket.id)))
        }
    }

    /// Raises what is due, or looks again when it will be.
    mutating func lookAtWait(of id: TicketID) {
        guard let ticket = tickets[id], ticket.state == .waiting else { return }
        guard ticket.wantsCall else { return settle(FloorCause(.longWait, ticket.hall, .ticket(id))) }
        let due = longWaitBegins(ticket)
        guard due <= latest else { return deadlines.add(.longWait(id), at: due) }
        raise(.longWait, in: ticket.hall, about: .ticket(id), name: calledNumber(of: ticket, in: ticket.hall))
    }

    /// Who was handed on has been served once and begins to wait anew.
    func longWaitBegins(_ ticket: Ticket) -> Instant {
        (ticket.transfer == nil ? ticket.takenAt : ticket.waitingSince) + configuration.longWaitAfter
    }

    // MARK: Lines

    /// Called with every change of a session.
    mutating func watch(_ session: Session, previous: Session?) {
        guard session.isTalk || session.state == .ringing else { return settle(FloorCause(.badLine, session.hall, .session(session.id))) }
        if session.reconnections >= configuration.badLineTimes { raiseBadLine(session) }
        guard let since = session.reconnectingSince, since != previous?.reconnectingSince else { return }
        deadlines.add(.badLine(session.id), at: since + configuration.badLineAfter)
    }

    mutating func lookAtLine(of id: SessionID) {
        guard let session = sessions[id], session.state == .reconnecting, let since = session.reconnectingSince else { return }
        if since + configuration.badLineAfter <= latest { raiseBadLine(session) }
    }

    private mutating func raiseBadLine(_ session: Session) {
        raise(.badLine, in: session.hall, about: .session(session.id), name: session.ticketNumber)
    }

    // MARK: Items that nobody covers

    /// Called whenever a hall's line, seats or hours have changed.
    mutating func lookAtCover(of hall: HallID) {
        let uncovered = uncoveredItems(of: hall)
        for item in (uncoveredSince[hall] ?? [:]).keys.sorted() where uncovered[item] == nil { uncoveredSince[hall]?[item] = nil }
        for task in floorTasks.values.sorted(by: { $0.id < $1.id }) where task.kind == .uncoveredItem && task.hall == hall {
            if case .item(let item) = task.subject, uncovered[item] == nil { settle(FloorCause(task)) }
        }
        for (item, name) in uncovered.sorted(by: { $0.key < $1.key }) {
            guard let since = uncoveredSince[hall]?[item] else {
                uncoveredSince[hall, default: [:]][item] = latest
                deadlines.add(.cover(hall), at: latest + configuration.uncoveredAfter)
                continue
            }
            if since + configuration.uncoveredAfter <= latest { raise(.uncoveredItem, in: hall, about: .item(item), name: name) }
        }
        if uncoveredSince[hall]?.isEmpty == true { uncoveredSince[hall] = nil }
    }

    /// Items that somebody waits for in opening hours and nobody who is signed on can take, with their names.
    private func uncoveredItems(of hall: HallID) -> [ItemCode: String] {
        var known: [Needs: Bool] = [:]
        var items: [ItemCode: String] = [:]
        for key in lines[hall]?.places.elements ?? [] {
            guard let ticket = tickets[key.ticket], ticket.wantsCall, items[ticket.item.code] == nil else { continue }
            let needs = Needs(ticket)
            let isCovered = known[needs] ?? isCovered(needs, in: hall)
            known[needs] = isCovered
            if !isCovered { items[ticket.item.code] = ticket.item.name }
        }
        return items
    }

    private func isCovered(_ needs: Needs, in hall: HallID) -> Bool {
        // While the hall is closed by its plan nobody is expected.
        isServed(needs, in: hall) || opening(for: needs, in: hall) != nil
    }
}

extension Ticket {
    /// Not away on a call-back.
    var wantsCall: Bool { callBack == nil || callBack == .confirmed }
}

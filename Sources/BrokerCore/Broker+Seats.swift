import SignalingProtocol

extension Broker {
    mutating func signOn(at id: SeatID, agent: AgentID, _ now: Instant) throws(WireError) {
        guard var seat = seats[id], seat.withdrawnAt == nil, clients[.agent(agent)]?.person.halls.contains(seat.hall) == true else {
            throw WireError(.notFound)
        }
        if let current = seatOfAgent[agent] {
            guard current == id else { throw WireError(.wrongState) }
            return tellSeat(seat)
        }
        guard seat.agent == nil else { throw WireError(.seatTaken) }
        seat.agent = agent
        seat.agentName = clients[.agent(agent)]?.person.name ?? ""
        seat.skills = clients[.agent(agent)]?.person.skills ?? Skills()
        seatOfAgent[agent] = id
        enter(.notReady, reason: .signedOn, seat: &seat, at: now)
        save(seat)
        tellSeat(seat)
        tellSeatChoices(in: seat.hall)
    }

    mutating func signOff(_ agent: AgentID, at now: Instant) throws(WireError) {
        guard let seat = seat(of: agent) else { return }
        switch seat.state {
        case .notReady, .ready: signOff(seat, at: now)
        case .reserved, .ringing, .inSession, .wrapUp: throw WireError(.wrongState)
        case .signedOff: break
        }
    }

    mutating func signOff(_ seat: Seat, at now: Instant) {
        var seat = seat
        guard let agent = seat.agent else { return }
        seatOfAgent[agent] = nil
        seat.agent = nil
        seat.agentName = ""
        seat.deadline = nil
        enter(.signedOff, reason: nil, seat: &seat, at: now)
        save(seat)
        tellSeatChoices(in: seat.hall)
    }

    mutating func makeReady(_ agent: AgentID, at now: Instant) throws(WireError) {
        guard var seat = seat(of: agent) else { throw WireError(.wrongState) }
        switch seat.state {
        case .ready: break
        case .notReady:
            enter(.ready, reason: nil, seat: &seat, at: now)
            seat.idleSince = now
            save(seat)
        case .signedOff, .reserved, .ringing, .inSession, .wrapUp: throw WireError(.wrongState)
        }
        tellSeat(seat)
    }

    mutating func makeNotReady(_ agent: AgentID, reason: NotReadyReason, at now: Instant) throws(WireError) {
        guard let seat = seat(of: agent) else { throw WireError(.wrongState) }
        switch seat.state {
        case .ready, .notReady: setNotReady(seat, reason: reason, at: now)
        case .signedOff, .reserved, .ringing, .inSession, .wrapUp: throw WireError(.wrongState)
        }
    }

    mutating func setNotReady(_ seat: Seat, reason: NotReadyReason, at now: Instant) {
        var seat = seat
        enter(.notReady, reason: reason, seat: &seat, at: now)
        save(seat)
        tellSeat(seat)
        if let agent = seat.agent, !isPresent(.agent(agent)) { startSeatGrace(seat, at: now) }
    }

    /// After a session: ready again, or not, as the agent chose; a seat whose page is away cannot be ready.
    mutating func release(_ id: SeatID, ready: Bool, reason: NotReadyReason, at now: Instant) {
        guard var seat = seats[id], let agent = seat.agent else { return }
        sessionOfSeat[id] = nil
        seat.idleSince = now
        if leaving.contains(agent) {
            setNotReady(seat, reason: .other, at: now)
            return letGo(agent, at: now)
        }
        guard isPresent(.agent(agent)) else { return setNotReady(seat, reason: .connectionLost, at: now) }
        guard ready else { return setNotReady(seat, reason: reason, at: now) }
        enter(.ready, reason: nil, seat: &seat, at: now)
        save(seat)
        tellSeat(seat)
    }

    func enter(_ state: SeatState, reason: NotReadyReason?, seat: inout Seat, at now: Instant) {
        seat.state = state
        seat.notReadyReason = reason
        seat.since = now
    }

    // MARK: Away

    mutating func startSeatGrace(_ seat: Seat, at now: Instant) {
        var seat = seat
        switch seat.state {
        case .ready: seat.deadline = now + configuration.seatAwayGrace
        case .notReady: seat.deadline = now + configuration.seatSignOffGrace
        // Ring, session and wrap-up have deadlines of their own.
        case .signedOff, .reserved, .ringing, .inSession, .wrapUp: return
        }
        save(seat)
    }

    mutating func seatDeadline(_ id: SeatID, _ deadline: Instant, at now: Instant) {
        guard var seat = seats[id], seat.deadline == deadline else { return }
        seat.deadline = nil
        switch seat.state {
        case .ready: setNotReady(seat, reason: .connectionLost, at: now)
        case .notReady: signOff(seat, at: now)
        case .signedOff, .reserved, .ringing, .inSession, .wrapUp: save(seat)
        }
    }

    // MARK: Looking

    func seat(of agent: AgentID) -> Seat? { seatOfAgent[agent].flatMap { seats[$0] } }

    func seatsOpen(in hall: HallID) -> Int { seats.values.count { $0.hall == hall && $0.agent != nil } }

    /// Agents who have not chosen a seat yet see which ones are taken.
    mutating func tellSeatChoices(in hall: HallID) {
        for endpoint in clients.keys.sorted() {
            guard case .agent(let agent) = endpoint, seatOfAgent[agent] == nil, clients[endpoint]?.person.halls.contains(hall) == true else { continue }
            push(.seatUpdated(SeatUpdated(seat: nil, seats: seatChoices(for: agent))), to: endpoint)
        }
    }

    mutating func tellSeat(_ seat: Seat) {
        guard let agent = seat.agent else { return }
        push(.seatUpdated(SeatUpdated(seat: view(of: seat), seats: [])), to: .agent(agent))
    }
}

extension SeatState {
    /// Takes tickets, now or when what it does is over.
    var isAtWork: Bool {
        switch self {
        case .ready, .reserved, .ringing, .inSession, .wrapUp: true
        case .signedOff, .notReady: false
        }
    }
}

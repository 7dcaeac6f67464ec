import SignalingProtocol

extension Broker {
    // MARK: Hold

    mutating func hold(_ id: SessionID, agent: AgentID, at now: Instant) throws(WireError) {
        var session = try session(id, of: .agent(agent))
        switch session.state {
        case .held: return
        case .connected:
            session.state = .held
            session.deadline = now + configuration.holdLimit
            save(session)
            note(.held, in: id, at: now)
            tellSession(session)
        case .ringing, .reconnecting, .consulting, .transferring, .wrapUp, .closed: throw WireError(.wrongState)
        }
    }

    mutating func endHold(_ id: SessionID, agent: AgentID, at now: Instant) throws(WireError) {
        let session = try session(id, of: .agent(agent))
        switch session.state {
        case .held: endHold(session, at: now)
        case .connected: break
        case .ringing, .reconnecting, .consulting, .transferring, .wrapUp, .closed: throw WireError(.wrongState)
        }
    }

    mutating func endHold(_ session: Session, at now: Instant) {
        var session = session
        session.state = .connected
        session.deadline = nil
        save(session)
        note(.resumed, in: session.id, at: now)
        tellSession(session)
    }

    // MARK: Blind transfer

    /// Hands the citizen on with the place and everything handed in. The seat goes into wrap-up; the next agent starts a session of their own.
    mutating func transfer(_ payload: SessionTransfer, agent: AgentID, at now: Instant) throws(WireError) {
        let session = try session(payload.sessionID, of: .agent(agent))
        switch session.state {
        case .connected, .held, .reconnecting, .consulting, .transferring: break
        case .ringing, .wrapUp, .closed: throw WireError(.wrongState)
        }
        guard halls[payload.hallID] != nil else { throw WireError(.notFound, field: "hall_id") }
        if let target = payload.seatID {
            guard let seat = seats[target], seat.hall == payload.hallID, seat.agent != nil else { throw WireError(.notFound, field: "seat_id") }
            guard target != session.seat else { throw WireError(.invalidField, field: "seat_id") }
        }
        note(.transferred, in: session.id, at: now, detail: payload.seatID?.text ?? payload.hallID.text)
        beginWrapUp(session, ticket: .handedOn(payload), disposition: .transferred, at: now)
    }

    mutating func handOn(_ id: TicketID, _ payload: SessionTransfer, from session: Session, at now: Instant) {
        guard var ticket = tickets[id], !ticket.state.isTerminal else { return }
        ticket.hall = payload.hallID
        ticket.language = payload.language ?? ticket.language
        ticket.directedTo = payload.seatID
        ticket.directedUntil = payload.seatID == nil ? nil : now + configuration.directedWindow
        // The next agent is to be another one.
        ticket.earlierAgent = nil
        ticket.transfer = TransferView(from: session, hall: halls[session.hall]?.name ?? session.hall.text, note: payload.note)
        ticket.handedOnFrom = session.seat
        if let until = ticket.directedUntil { deadlines.add(.direction(id), at: until) }
        save(ticket, at: now)
        returnTicket(id, afterRing: false, at: now)
    }

    /// The chosen seat did not come free in time: any seat will do.
    mutating func endDirection(_ id: TicketID, _ deadline: Instant, at now: Instant) {
        guard var ticket = tickets[id], ticket.directedUntil == deadline, !ticket.state.isTerminal else { return }
        ticket.directedTo = nil
        ticket.directedUntil = nil
        save(ticket, at: now)
    }
}

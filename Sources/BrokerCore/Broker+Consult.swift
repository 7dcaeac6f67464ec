import SignalingProtocol

// A second agent in a session: asked in, there, gone again, or going on with the citizen. How it rings is in Broker+ConsultRings.swift.

extension Broker {
    mutating func startConsult(_ payload: ConsultStart, agent: AgentID, at now: Instant) throws(WireError) {
        var session = try session(payload.sessionID, of: .agent(agent))
        switch session.state {
        case .connected, .held: break
        case .ringing, .reconnecting, .consulting, .transferring, .wrapUp, .closed: throw WireError(.wrongState)
        }
        guard session.consult == nil else { throw WireError(.wrongState) }
        guard halls[payload.hallID] != nil else { throw WireError(.notFound, field: "hall_id") }
        if let target = payload.seatID {
            guard let seat = seats[target], seat.hall == payload.hallID, seat.agent != nil else { throw WireError(.notFound, field: "seat_id") }
            guard target != session.seat else { throw WireError(.invalidField, field: "seat_id") }
        }
        session.consult = Consult(
            hall: payload.hallID, target: payload.seatID, language: payload.language, note: payload.note, requestedAt: now,
            searchUntil: now + configuration.consultPatience)
        save(session)
        note(.consultAsked, in: session.id, at: now, detail: payload.seatID?.text ?? payload.hallID.text)
        tellConsult(session)
    }

    /// Takes the citizen in, or apart: then no picture and no sound of the citizen goes anywhere.
    mutating func include(_ payload: ConsultInclude, agent: AgentID, at now: Instant) throws(WireError) {
        let session = try session(payload.sessionID, of: .agent(agent))
        guard session.state == .consulting, let consult = session.talkingConsult else { throw WireError(.wrongState) }
        if consult.citizenIn != payload.citizenIn { setCitizenIn(payload.citizenIn, session, at: now) }
    }

    mutating func setCitizenIn(_ isIn: Bool, _ session: Session, at now: Instant) {
        var session = session
        session.consult?.citizenIn = isIn
        session.deadline = isIn ? nil : now + configuration.consultApartLimit
        if !isIn { session.consult?.citizenEpoch = 0 }
        let pairs: [MediaPair] = isIn ? [.call, .citizenConsultant] : []
        for pair in pairs { session.renew(pair) }
        save(session)
        note(isIn ? .consultCitizenIn : .consultCitizenApart, in: session.id, at: now)
        tellConsult(session)
        tellSession(session)
        tellMedia(pairs, of: session, at: now)
    }

    /// The agent takes the request back, or goes on alone.
    mutating func endConsult(_ id: SessionID, agent: AgentID, at now: Instant) throws(WireError) {
        let session = try session(id, of: .agent(agent))
        guard let consult = session.consult else {
            guard session.isTalk else { throw WireError(.wrongState) }
            return
        }
        endConsult(session, as: consult.state == .talking ? .returned : .cancelled, at: now)
    }

    /// The consultant leaves. One who has left already has what they want.
    mutating func leaveConsult(_ id: SessionID, agent: AgentID, at now: Instant) throws(WireError) {
        guard let session = sessions[id], session.consultant == agent else { throw WireError(.notFound) }
        endConsult(session, as: .left, at: now)
    }

    mutating func handOver(_ id: SessionID, agent: AgentID, at now: Instant) throws(WireError) {
        var session = try session(id, of: .agent(agent))
        guard let consult = session.talkingConsult, let colleague = consult.agent else { throw WireError(.wrongState) }
        switch session.state {
        case .transferring: return
        case .consulting, .reconnecting: break
        case .ringing, .connected, .held, .wrapUp, .closed: throw WireError(.wrongState)
        }
        if isPresent(.agent(colleague)) { return _ = handOver(session, to: consult, at: now) }
        // Roles change when the colleague's page is back; until then the time that it has anyway is the bound.
        session.state = .transferring
        session.deadline = consult.deadline
        session.reconnectingSince = nil
        save(session)
        tellSession(session)
    }

    // MARK: Ends

    /// The consult ends and the session goes on.
    ///
    /// A citizen who was apart stays on hold until the agent says so, because the agent may not know yet that the colleague is gone; but an agent who sends
    /// the colleague away is back with the citizen at once.
    mutating func endConsult(_ session: Session, as end: ConsultEnd, at now: Instant) {
        guard let consult = session.consult else { return }
        var session = session
        session.consult = nil
        let wasApart = consult.state == .talking && !consult.citizenIn
        switch session.state {
        case .consulting, .transferring:
            let bothPresent = session.sides.allSatisfy { isPresent($0) }
            if !bothPresent {
                enterReconnecting(&session, at: now)
            } else if wasApart && end != .returned {
                session.state = .held
                session.deadline = now + configuration.holdLimit
            } else {
                session.state = .connected
                session.deadline = nil
            }
        case .ringing, .connected, .held, .reconnecting, .wrapUp, .closed: break
        }
        let pairs: [MediaPair] = wasApart ? [.call] : []
        for pair in pairs { session.renew(pair) }
        save(session)
        dismiss(consult, from: session, as: end, at: now)
        tellSession(session)
        tellMedia(pairs, of: session, at: now)
    }

    /// What is left of a consult that its session no longer has: a ring, or a seat.
    mutating func dismiss(_ consult: Consult, from session: Session, as end: ConsultEnd, at now: Instant) {
        note(.consultEnded, in: session.id, at: now, detail: end.rawValue)
        tellEnd(of: consult, in: session, end)
        if let id = consult.reservation, let reservation = reservations[id] { rescind(reservation, at: now) }
        if consult.state == .talking, let seat = consult.seat { release(seat, ready: true, reason: .other, at: now) }
    }

    /// The colleague goes on with the citizen in a session of their own: same ticket, same case. The old seat's wrap-up runs beside it, or is left out when
    /// nobody is there for it.
    /// - Returns: false when there is nobody to hand over to, or nothing.
    private mutating func handOver(_ session: Session, to consult: Consult, at now: Instant) -> Bool {
        guard var ticket = tickets[session.ticket], let id = consult.seat, let seat = seats[id], let agent = consult.agent, let why = consult.why
        else { return false }
        let isAgentHere = isPresent(.agent(session.agent))
        var old = session
        old.consult = nil
        old.state = .wrapUp
        old.endedAt = now
        old.deadline = now + configuration.wrapUpLimit
        old.disposition = .transferred
        save(old)
        note(.consultEnded, in: old.id, at: now, detail: ConsultEnd.handedOver.rawValue)
        note(.transferred, in: old.id, at: now, detail: id.text)
        note(.ended, in: old.id, at: now)
        if isAgentHere, let left = seats[session.seat] { beginWrapUp(at: left, now) }
        ticket.transfer = TransferView(from: session, hall: halls[session.hall]?.name ?? session.hall.text, note: consult.note)
        ticket.earlierAgent = nil
        save(ticket, at: now)
        tellEnd(of: consult, in: old, .handedOver)
        // The citizen hears of the new talk before the end of the old one, and never sees a queue in between.
        takeOver(ticket: ticket, seat: seat, agent: agent, why: why, at: now)
        tellSession(old)
        if !isAgentHere { close(old, disposition: .transferred, note: "", ready: false, at: now) }
        return true
    }

    /// The agent stays away: whoever knows the matter and is there goes on with it.
    /// - Returns: false when nobody is.
    mutating func colleagueTakesOver(_ session: Session, at now: Instant) -> Bool {
        guard let consult = session.talkingConsult, let colleague = consult.agent, isPresent(.agent(colleague)) else { return false }
        return handOver(session, to: consult, at: now)
    }

    // MARK: The consultant's page

    mutating func consultantLeft(_ session: Session, at now: Instant) {
        var session = session
        session.consult?.deadline = now + configuration.consultantGrace
        save(session)
        note(.consultantAway, in: session.id, at: now)
        tellConsult(session)
    }

    mutating func consultantReturned(_ session: Session, holding media: [MediaReference], at now: Instant) {
        var session = session
        session.consult?.deadline = nil
        note(.consultantReturned, in: session.id, at: now)
        if session.state == .transferring, let consult = session.consult { return _ = handOver(session, to: consult, at: now) }
        let pairs = missingPairs(of: .consultant, in: session, holding: media)
        for pair in pairs { session.renew(pair) }
        save(session)
        tellConsult(session)
        tellMedia(pairs, of: session, at: now)
    }

    mutating func consultDeadline(_ id: SessionID, _ deadline: Instant, at now: Instant) {
        guard let session = sessions[id], let consult = session.consult, consult.deadline == deadline else { return }
        switch consult.state {
        case .waiting: endConsult(session, as: .unanswered, at: now)
        case .talking: endConsult(session, as: .lost, at: now)
        case .ringing, .ended: break
        }
    }

    /// After a restart: a search begins anew, and a colleague who was there has the usual time to come back.
    func recoverConsult(_ session: inout Session, at now: Instant) {
        guard var consult = session.consult else { return }
        switch consult.state {
        case .waiting, .ringing: consult.lookAgain(until: now + configuration.consultPatience)
        case .talking: consult.deadline = now + configuration.consultantGrace
        case .ended: break
        }
        session.consult = consult
    }

    // MARK: Telling

    mutating func tellConsult(_ session: Session) {
        for participant in audience(of: session) {
            guard let endpoint = session.endpoint(of: participant), let view = consultView(of: session, for: participant) else { continue }
            push(.consultUpdated(ConsultUpdated(sessionID: session.id, consult: view)), to: endpoint)
        }
    }

    private mutating func tellEnd(of consult: Consult, in session: Session, _ end: ConsultEnd) {
        var before = session
        before.consult = consult
        for participant in audience(of: before) {
            guard let endpoint = before.endpoint(of: participant), var view = consultView(of: before, for: participant) else { continue }
            view.state = .ended
            view.end = end
            view.media = []
            view.deadline = nil
            push(.consultUpdated(ConsultUpdated(sessionID: session.id, consult: view)), to: endpoint)
        }
    }

    /// A search and a ring are the agent's own business.
    private func audience(of session: Session) -> [Participant] { session.talkingConsult == nil ? [.agent] : Participant.allCases }

    func consultView(of session: Session, for participant: Participant) -> ConsultView? {
        guard let consult = session.consult, audience(of: session).contains(participant) else { return nil }
        return ConsultView(
            state: consult.state, you: participant, hall: hallView(consult.hall),
            seatNumber: consult.seat == nil ? consult.target.flatMap { seats[$0]?.number } : consult.seatNumber,
            // Whom it rings for is not there yet.
            consultant: consult.agent.map { ParticipantView(name: consult.agentName, present: consult.state == .talking && isPresent(.agent($0))) },
            citizenIn: consult.citizenIn, note: participant == .citizen ? nil : consult.note,
            deadline: consult.reservation.flatMap { reservations[$0]?.deadline } ?? consult.deadline, end: nil,
            media: [MediaPair.agentConsultant, .citizenConsultant].compactMap { media(of: session, $0, for: participant) })
    }
}

extension TransferView {
    init(from session: Session, hall: String, note: String) {
        self.init(fromHall: hall, fromSeatNumber: session.seatNumber, fromAgentName: session.agentName, note: note)
    }
}

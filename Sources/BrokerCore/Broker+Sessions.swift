import SignalingProtocol

extension Broker {
    mutating func startSession(ticket: Ticket, seat: Seat, agent: AgentID, why: RoutingReason, at now: Instant) {
        let session = Session(
            id: identifiers.next(at: now), ticket: ticket.id, ticketNumber: calledNumber(of: ticket, in: seat.hall), caseID: ticket.caseID, kind: ticket.kind,
            hall: seat.hall, seat: seat.id, seatNumber: seat.number, agent: agent, agentName: seat.agentName, citizen: ticket.citizen,
            citizenName: cases[ticket.caseID]?.record.citizenName ?? "", why: why, startedAt: now,
            transfer: ticket.transfer, state: .ringing, calls: 1, mediaEpoch: 0, deadline: now + configuration.callTimeout, disposition: nil, note: "",
            endedAt: nil, closedAt: nil)
        let earlier = sessionOfTicket.updateValue(session.id, forKey: ticket.id)
        sessionOfSeat[seat.id] = session.id
        openSessionOfCase[session.caseID] = session.id
        save(session)
        if let earlier, sessions[earlier]?.state == .closed { forgetSession(earlier) }
        note(.called, in: session.id, at: now, detail: seat.number)
        for endpoint in session.endpoints {
            if let whole = view(of: session, for: endpoint.role) { push(.sessionStarted(SessionStarted(session: whole)), to: endpoint) }
        }
    }

    mutating func joinSession(_ id: SessionID, citizen: CitizenID, at now: Instant) throws(WireError) {
        guard let session = sessions[id], session.citizen == citizen else { throw WireError(.notFound) }
        switch session.state {
        case .ringing:
            note(.citizenEntered, in: id, at: now)
            settlePresence(of: session, newMedia: true, at: now)
        case .connected, .held, .reconnecting: break
        case .wrapUp, .closed: throw WireError(.wrongState)
        }
    }

    /// Either side ends the talk. The seat goes into wrap-up: explicit, visible, timed.
    mutating func endSession(_ id: SessionID, by endpoint: Endpoint, at now: Instant) throws(WireError) {
        let session = try session(id, of: endpoint)
        switch session.state {
        case .ringing:
            let byCitizen = endpoint == .citizen(session.citizen)
            beginWrapUp(session, ticket: byCitizen ? .ended(.declined) : .parked, disposition: .noShow, at: now)
        case .connected, .held, .reconnecting:
            beginWrapUp(session, ticket: .ended(.done), disposition: nil, at: now)
        case .wrapUp, .closed: break
        }
    }

    mutating func completeWrapUp(_ payload: SessionWrapUp, agent: AgentID, at now: Instant) throws(WireError) {
        let session = try session(payload.sessionID, of: .agent(agent))
        switch session.state {
        case .wrapUp:
            let isTrue = payload.disposition != .transferred || session.disposition == .transferred
            guard isTrue else { throw WireError(.invalidField, field: "disposition") }
            close(session, disposition: payload.disposition, note: payload.note, ready: payload.ready, at: now)
        case .closed: break
        case .ringing, .connected, .held, .reconnecting: throw WireError(.wrongState)
        }
    }

    mutating func chat(_ payload: ChatSend, by endpoint: Endpoint, at now: Instant) throws(WireError) {
        let session = try session(payload.sessionID, of: endpoint)
        let said = chats[session.id] ?? []
        // Sent again after a lost answer: it is there already.
        if said.contains(where: { $0.id == payload.messageID }) { return }
        guard session.isTalk else { throw WireError(.wrongState) }
        guard said.count < Limits.chatMessagesPerSession else { throw WireError(.rateLimited) }
        let message = ChatMessageView(id: payload.messageID, from: endpoint.role, text: payload.text, at: now)
        chats[session.id, default: []].append(message)
        persist(.chat(session.id, message))
        for other in session.endpoints { push(.chatMessage(ChatMessagePush(sessionID: session.id, message: message)), to: other) }
    }

    mutating func renewMedia(_ payload: MediaReference, by endpoint: Endpoint, at now: Instant) throws(WireError) {
        let session = try session(payload.sessionID, of: endpoint)
        guard session.state == .connected || session.state == .held else { throw WireError(.wrongState) }
        // Both sides may ask for the same broken epoch; the second has what it wants already.
        if payload.epoch == session.mediaEpoch { settlePresence(of: session, newMedia: true, at: now) }
    }

    /// Whom a relayed message of `endpoint` goes to.
    /// - Throws: `not_found` when the session is not theirs, `wrong_state` when it takes no media now.
    /// - Returns: nil while the other side's page is away; media begins anew when it is back.
    public func relayTarget(of connection: ConnectionID, session id: SessionID) throws(WireError) -> ConnectionID? {
        guard let endpoint = endpoints[connection] else { throw WireError(.helloRequired) }
        let session = try session(id, of: endpoint)
        guard session.isTalk else { throw WireError(.wrongState) }
        let other: Endpoint = endpoint == .citizen(session.citizen) ? .agent(session.agent) : .citizen(session.citizen)
        return clients[other]?.connection
    }

    // MARK: Presence

    mutating func presenceChanged(in id: SessionID, left endpoint: Endpoint, at now: Instant) {
        guard var session = sessions[id] else { return }
        switch session.state {
        case .connected, .held, .reconnecting:
            note(endpoint.role == .citizen ? .citizenAway : .agentAway, in: id, at: now)
            // Whoever leaves has the whole grace, also when the other side is away already.
            session.deadline = now + configuration.reconnectGrace
            settlePresence(of: session, newMedia: false, at: now)
        case .ringing, .wrapUp: tellSession(session)
        case .closed: break
        }
    }

    mutating func presenceChanged(in id: SessionID, returned endpoint: Endpoint, media: MediaReference?, at now: Instant) {
        guard let session = sessions[id] else { return }
        switch session.state {
        case .connected, .held, .reconnecting:
            note(endpoint.role == .citizen ? .citizenReturned : .agentReturned, in: id, at: now)
            let holdsMedia = media?.sessionID == id && media?.epoch == session.mediaEpoch
            settlePresence(of: session, newMedia: !holdsMedia, at: now)
        case .ringing, .wrapUp: tellSession(session)
        case .closed: break
        }
    }

    /// Connected while both pages are there, reconnecting while one is away. A page that came without its peer connection starts a new epoch.
    private mutating func settlePresence(of session: Session, newMedia: Bool, at now: Instant) {
        var session = session
        let bothPresent = session.endpoints.allSatisfy { isPresent($0) }
        let state: SessionState = bothPresent ? (session.state == .held ? .held : .connected) : .reconnecting
        if state != session.state {
            session.state = state
            session.deadline = bothPresent ? nil : now + configuration.reconnectGrace
        }
        if newMedia { session.mediaEpoch += 1 }
        save(session)
        tellSession(session)
        guard newMedia else { return }
        note(.mediaStarted, in: session.id, at: now, detail: String(session.mediaEpoch))
        for endpoint in session.endpoints {
            push(.sessionMedia(SessionMedia(sessionID: session.id, media: media(of: session, for: endpoint.role))), to: endpoint)
        }
    }

    mutating func tellSession(_ session: Session) {
        let update = SessionUpdated(
            sessionID: session.id, state: session.state, citizenPresent: isPresent(.citizen(session.citizen)),
            agentPresent: isPresent(.agent(session.agent)), calls: session.calls, stateDeadline: session.deadline, disposition: session.disposition)
        for endpoint in session.endpoints { push(.sessionUpdated(update), to: endpoint) }
    }

    // MARK: Ending

    /// What becomes of the ticket when the talk is over.
    enum TicketFate {
        case ended(TicketState)
        case parked
        case handedOn(SessionTransfer)
    }

    mutating func beginWrapUp(_ session: Session, ticket fate: TicketFate, disposition: Disposition?, at now: Instant) {
        var session = session
        session.state = .wrapUp
        session.endedAt = now
        session.deadline = now + configuration.wrapUpLimit
        session.disposition = disposition ?? Self.disposition(from: cases[session.caseID]?.outcomes.last)
        save(session)
        note(.ended, in: session.id, at: now)
        if var seat = seats[session.seat] {
            enter(.wrapUp, reason: nil, seat: &seat, at: now)
            save(seat)
            tellSeat(seat)
        }
        tellSession(session)
        switch fate {
        case .ended(let state): if let ticket = tickets[session.ticket] { endTicket(ticket, as: state, at: now) }
        case .parked: parkTicket(session.ticket, at: now)
        case .handedOn(let transfer): handOn(session.ticket, transfer, from: session, at: now)
        }
    }

    private mutating func close(_ session: Session, disposition: Disposition, note text: String, ready: Bool, at now: Instant) {
        var session = session
        session.state = .closed
        // That it was handed on is a fact, not the agent's opinion.
        session.disposition = session.disposition == .transferred ? .transferred : disposition
        session.note = text
        session.deadline = nil
        session.endedAt = session.endedAt ?? now
        session.closedAt = now
        if openSessionOfCase[session.caseID] == session.id { openSessionOfCase[session.caseID] = nil }
        save(session)
        note(.closed, in: session.id, at: now, detail: disposition.rawValue)
        tellSession(session)
        history[session.hall, default: HandlingHistory()].add(now - session.startedAt)
        rememberAgent(of: session)
        release(session.seat, ready: ready, reason: .other, at: now)
        // The citizen may have gone on to a new ticket or another seat; then nothing is left that shows this session.
        if sessionOfTicket[session.ticket] != session.id { forgetSession(session.id) }
    }

    mutating func sessionDeadline(_ id: SessionID, _ deadline: Instant, at now: Instant) {
        guard let session = sessions[id], session.deadline == deadline else { return }
        switch session.state {
        case .ringing: callAgain(session, at: now)
        case .held: endHold(session, at: now)
        case .reconnecting: giveUpReconnecting(session, at: now)
        case .wrapUp:
            let disposition = session.disposition ?? Self.disposition(from: cases[session.caseID]?.outcomes.last) ?? .unrecorded
            close(session, disposition: disposition, note: session.note, ready: true, at: now)
        case .connected, .closed: break
        }
    }

    /// Three calls with a pause, as in a hall; then the ticket is parked and the seat goes on.
    private mutating func callAgain(_ session: Session, at now: Instant) {
        guard session.calls < configuration.callsBeforeParking else {
            return beginWrapUp(session, ticket: .parked, disposition: .noShow, at: now)
        }
        var session = session
        session.calls += 1
        session.deadline = now + configuration.callTimeout
        save(session)
        note(.calledAgain, in: session.id, at: now, detail: String(session.calls))
        tellSession(session)
    }

    /// The next ticket of this citizen goes to the same agent, if they happen to be ready.
    private mutating func rememberAgent(of session: Session) {
        guard BrokerState.remembersAgent(session.disposition) else { return }
        earlierAgents[session.citizen] = nil
        // Some at once: taking the first from an ordered dictionary costs its length.
        if earlierAgents.count >= BrokerState.earlierAgentsRemembered { earlierAgents.removeFirst(BrokerState.earlierAgentsRemembered / 10) }
        earlierAgents[session.citizen] = session.agent
    }

    /// A citizen who stays away has left; an agent who stays away must not cost the citizen the place. What is concluded is done either way.
    private mutating func giveUpReconnecting(_ session: Session, at now: Instant) {
        let concluded = Self.disposition(from: cases[session.caseID]?.outcomes.last)
        guard !isPresent(.agent(session.agent)) else {
            return beginWrapUp(session, ticket: .ended(.done), disposition: concluded ?? .dropped, at: now)
        }
        close(session, disposition: concluded ?? .dropped, note: "", ready: false, at: now)
        if concluded == nil {
            returnTicket(session.ticket, afterRing: false, at: now)
        } else if let ticket = tickets[session.ticket] {
            endTicket(ticket, as: .done, at: now)
        }
    }

    static func disposition(from outcome: OutcomeView?) -> Disposition? {
        guard let outcome else { return nil }
        return switch outcome.result {
        case .readyToFile: .precheckPassed
        case .correctionNeeded: .correctionNeeded
        case .deferredMaterial: .deferredMaterial
        case .referred: .referred
        }
    }

    mutating func forgetSession(_ id: SessionID) {
        guard let session = sessions.removeValue(forKey: id) else { return }
        chats[id] = nil
        sessionsOfCase[session.caseID]?.remove(id)
        if sessionsOfCase[session.caseID]?.isEmpty == true { sessionsOfCase[session.caseID] = nil }
        forgetCaseIfUnused(session.caseID)
    }

    /// Somebody else's session answers as if it did not exist.
    func session(_ id: SessionID, of endpoint: Endpoint) throws(WireError) -> Session {
        guard let session = sessions[id], session.endpoints.contains(endpoint) else { throw WireError(.notFound) }
        return session
    }
}

extension Session {
    var endpoints: [Endpoint] { [.citizen(citizen), .agent(agent)] }

    /// Whether the two have something to say to each other now.
    var isTalk: Bool {
        switch state {
        case .connected, .held, .reconnecting: true
        case .ringing, .wrapUp, .closed: false
        }
    }
}

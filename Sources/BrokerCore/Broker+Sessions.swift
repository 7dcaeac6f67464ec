import SignalingProtocol

extension Broker {
    mutating func startSession(ticket: Ticket, seat: Seat, agent: AgentID, why: RoutingReason, at now: Instant) {
        var session = newSession(ticket: ticket, seat: seat, agent: agent, why: why, at: now)
        session.deadline = now + configuration.callTimeout
        open(session)
        note(.called, in: session.id, at: now, detail: seat.number)
        tellStart(of: session)
    }

    /// The citizen is in the talk already and goes on with another agent.
    mutating func takeOver(ticket: Ticket, seat: Seat, agent: AgentID, why: RoutingReason, at now: Instant) {
        var session = newSession(ticket: ticket, seat: seat, agent: agent, why: why, at: now)
        if isPresent(.citizen(ticket.citizen)) { session.state = .connected } else { enterReconnecting(&session, at: now) }
        session.renew(.call)
        open(session)
        note(.citizenEntered, in: session.id, at: now)
        tellStart(of: session)
        tellMedia([.call], of: session, at: now)
    }

    private mutating func newSession(ticket: Ticket, seat: Seat, agent: AgentID, why: RoutingReason, at now: Instant) -> Session {
        Session(
            id: identifiers.next(at: now), ticket: ticket.id, ticketNumber: calledNumber(of: ticket, in: seat.hall), caseID: ticket.caseID,
            kind: ticket.kind,
            hall: seat.hall, seat: seat.id, seatNumber: seat.number, agent: agent, agentName: seat.agentName, citizen: ticket.citizen,
            citizenName: cases[ticket.caseID]?.record.citizenName ?? "", why: why, startedAt: now,
            transfer: ticket.transfer, state: .ringing, calls: 1, mediaEpoch: 0, deadline: nil, disposition: nil, note: "",
            endedAt: nil, closedAt: nil)
    }

    private mutating func open(_ session: Session) {
        let earlier = sessionOfTicket.updateValue(session.id, forKey: session.ticket)
        sessionOfSeat[session.seat] = session.id
        openSessionOfCase[session.caseID] = session.id
        save(session)
        if let earlier, sessions[earlier]?.state == .closed { forgetSession(earlier) }
    }

    private mutating func tellStart(of session: Session) {
        for participant in [Participant.citizen, .agent] {
            guard let endpoint = session.endpoint(of: participant), let whole = view(of: session, for: participant) else { continue }
            push(.sessionStarted(SessionStarted(session: whole)), to: endpoint)
        }
    }

    mutating func joinSession(_ id: SessionID, citizen: CitizenID, at now: Instant) throws(WireError) {
        guard let session = sessions[id], session.citizen == citizen else { throw WireError(.notFound) }
        switch session.state {
        case .ringing:
            note(.citizenEntered, in: id, at: now)
            enterTalk(session, at: now)
        case .connected, .held, .reconnecting, .consulting, .transferring: break
        case .wrapUp, .closed: throw WireError(.wrongState)
        }
    }

    private mutating func enterTalk(_ session: Session, at now: Instant) {
        var session = session
        session.state = .connected
        session.deadline = nil
        if !session.sides.allSatisfy({ isPresent($0) }) { enterReconnecting(&session, at: now) }
        session.renew(.call)
        save(session)
        tellSession(session)
        tellMedia([.call], of: session, at: now)
    }

    /// Either side ends the talk. The seat goes into wrap-up: explicit, visible, timed.
    mutating func endSession(_ id: SessionID, by endpoint: Endpoint, at now: Instant) throws(WireError) {
        let session = try session(id, of: endpoint)
        switch session.state {
        case .ringing:
            let byCitizen = endpoint == .citizen(session.citizen)
            beginWrapUp(session, ticket: byCitizen ? .ended(.declined) : .parked, disposition: .noShow, at: now)
        case .connected, .held, .reconnecting, .consulting, .transferring:
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
        case .ringing, .connected, .held, .reconnecting, .consulting, .transferring: throw WireError(.wrongState)
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

    // MARK: Ending

    /// What becomes of the ticket when the talk is over.
    enum TicketFate {
        case ended(TicketState)
        case parked
        case handedOn(SessionTransfer)
        /// To its old place.
        case back
    }

    mutating func beginWrapUp(_ session: Session, ticket fate: TicketFate, disposition: Disposition?, at now: Instant) {
        var session = session
        let consult = session.consult
        session.consult = nil
        session.state = .wrapUp
        session.endedAt = now
        session.deadline = now + configuration.wrapUpLimit
        session.disposition = disposition ?? Self.disposition(from: outcome(madeIn: session))
        save(session)
        endTalkMatters(of: session, at: now)
        note(.ended, in: session.id, at: now)
        if let consult { dismiss(consult, from: session, as: .over, at: now) }
        if let seat = seats[session.seat] { beginWrapUp(at: seat, now) }
        tellSession(session)
        switch fate {
        case .ended(let state): if let ticket = tickets[session.ticket] { endTicket(ticket, as: state, at: now) }
        case .parked: parkTicket(session.ticket, at: now)
        case .back: returnTicket(session.ticket, afterRing: false, at: now)
        case .handedOn(let transfer): handOn(session.ticket, transfer, from: session, at: now)
        }
    }

    mutating func beginWrapUp(at seat: Seat, _ now: Instant) {
        var seat = seat
        enter(.wrapUp, reason: nil, seat: &seat, at: now)
        save(seat)
        tellSeat(seat)
    }

    mutating func close(_ session: Session, disposition: Disposition, note text: String, ready: Bool, at now: Instant) {
        var session = session
        let consult = session.consult
        session.consult = nil
        session.state = .closed
        // That it was handed on is a fact, not the agent's opinion.
        session.disposition = session.disposition == .transferred ? .transferred : disposition
        session.note = text
        session.deadline = nil
        session.endedAt = session.endedAt ?? now
        session.closedAt = now
        if openSessionOfCase[session.caseID] == session.id { openSessionOfCase[session.caseID] = nil }
        save(session)
        endTalkMatters(of: session, at: now)
        note(.closed, in: session.id, at: now, detail: disposition.rawValue)
        if let consult { dismiss(consult, from: session, as: .over, at: now) }
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
            let disposition = session.disposition ?? Self.disposition(from: outcome(madeIn: session)) ?? .unrecorded
            close(session, disposition: disposition, note: session.note, ready: true, at: now)
        // Apart for long enough: the citizen is taken in.
        case .consulting: setCitizenIn(true, session, at: now)
        // The consult has the same deadline and says what happens.
        case .connected, .transferring, .closed: break
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
        let concluded = Self.disposition(from: outcome(madeIn: session))
        guard !isPresent(.agent(session.agent)) else {
            return beginWrapUp(session, ticket: .ended(.done), disposition: concluded ?? .dropped, at: now)
        }
        if concluded == nil, colleagueTakesOver(session, at: now) { return }
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

    /// The session of one of its two sides. Somebody else's answers as if it did not exist; so it does to a consultant, who decides nothing in it.
    func session(_ id: SessionID, of endpoint: Endpoint) throws(WireError) -> Session {
        guard let session = sessions[id], session.sides.contains(endpoint) else { throw WireError(.notFound) }
        return session
    }
}

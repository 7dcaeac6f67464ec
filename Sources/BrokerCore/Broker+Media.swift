import SignalingProtocol

// Who is there, and who has a peer connection with whom.

extension Broker {
    mutating func renewMedia(_ payload: MediaReference, by endpoint: Endpoint, at now: Instant) throws(WireError) {
        guard var session = sessions[payload.sessionID], let participant = session.participant(endpoint) else { throw WireError(.notFound) }
        switch session.state {
        case .connected, .held, .consulting, .transferring: break
        case .ringing, .reconnecting, .wrapUp, .closed: throw WireError(.wrongState)
        }
        guard let pair = MediaPair(participant, payload.with ?? participant.usualOther) else { throw WireError(.invalidField, field: "with") }
        guard session.isOpen(pair) else { throw WireError(.wrongState) }
        // Both sides may ask for the same broken epoch; the second has what it wants already.
        guard payload.epoch == session.epoch(of: pair) else { return }
        session.renew(pair)
        save(session)
        if pair != .call { tellConsult(session) }
        tellSession(session)
        tellMedia([pair], of: session, at: now)
    }

    /// Whom a relayed message goes to.
    /// - Throws: `not_found` when the session is not theirs, `wrong_state` when it takes no media now, `invalid_field` when it says that it comes from somebody
    ///   else, or goes to nobody.
    /// - Returns: nil while the other side's page is away, or the two may not hear each other; media begins anew when that is over.
    public func relayTarget(of connection: ConnectionID, address: RelayAddress) throws(WireError) -> ConnectionID? {
        guard let endpoint = endpoints[connection] else { throw WireError(.helloRequired) }
        guard let session = sessions[address.session], let sender = session.participant(endpoint) else { throw WireError(.notFound) }
        guard session.isTalk else { throw WireError(.wrongState) }
        let to = address.to ?? sender.usualOther
        guard let pair = MediaPair(sender, to) else { throw WireError(.invalidField, field: "to") }
        // Who hears two others must be able to tell them apart, and nobody speaks in another's name.
        guard address.from == sender || (address.from == nil && pair == .call) else { throw WireError(.invalidField, field: "from") }
        guard session.isOpen(pair), let other = session.endpoint(of: to) else { return nil }
        return clients[other]?.connection
    }

    /// Whether somebody's page may make ready for picture and voice: it may from the call on, before the other side is there.
    /// - Throws: `not_found` when the session is not theirs or is closed, `wrong_state` when only its wrap-up is left.
    public func checkMedia(of id: SessionID, for endpoint: Endpoint) throws(WireError) {
        guard let session = sessions[id], session.participant(endpoint) != nil else { throw WireError(.notFound) }
        switch session.state {
        case .ringing, .connected, .held, .reconnecting, .consulting, .transferring: return
        case .wrapUp: throw WireError(.wrongState)
        case .closed: throw WireError(.notFound)
        }
    }

    // MARK: Presence

    mutating func presenceChanged(in id: SessionID, left endpoint: Endpoint, at now: Instant) {
        guard var session = sessions[id], let participant = session.participant(endpoint) else { return }
        if participant == .consultant { return consultantLeft(session, at: now) }
        switch session.state {
        case .connected, .held, .reconnecting, .consulting:
            note(participant == .citizen ? .citizenAway : .agentAway, in: id, at: now)
            enterReconnecting(&session, at: now)
            save(session)
            tellSession(session)
        case .ringing, .transferring, .wrapUp: tellSession(session)
        case .closed: break
        }
    }

    mutating func presenceChanged(in id: SessionID, returned endpoint: Endpoint, media: [MediaReference], at now: Instant) {
        guard let session = sessions[id], let participant = session.participant(endpoint) else { return }
        if participant == .consultant { return consultantReturned(session, holding: media, at: now) }
        switch session.state {
        case .connected, .held, .reconnecting, .consulting, .transferring:
            note(participant == .citizen ? .citizenReturned : .agentReturned, in: id, at: now)
            settlePresence(of: session, renewing: missingPairs(of: participant, in: session, holding: media), at: now)
        case .ringing, .wrapUp: tellSession(session)
        case .closed: break
        }
    }

    /// Open pairs of somebody whose page came without their peer connection.
    func missingPairs(of participant: Participant, in session: Session, holding media: [MediaReference]) -> [MediaPair] {
        MediaPair.allCases.filter { pair in
            guard let other = pair.other(than: participant), session.isOpen(pair) else { return false }
            let isHeld = media.contains { held in
                held.sessionID == session.id && held.epoch == session.epoch(of: pair) && (held.with ?? participant.usualOther) == other
            }
            return !isHeld
        }
    }

    /// Connected while both pages are there, reconnecting while one is away. A page that came without its peer connection starts a new epoch.
    mutating func settlePresence(of session: Session, renewing pairs: [MediaPair], at now: Instant) {
        var session = session
        settle(&session, at: now)
        for pair in pairs { session.renew(pair) }
        save(session)
        if pairs.contains(where: { $0 != .call }) { tellConsult(session) }
        tellSession(session)
        tellMedia(pairs, of: session, at: now)
    }

    /// The state that goes with who is there.
    func settle(_ session: inout Session, at now: Instant) {
        if session.state == .transferring { return }
        guard session.sides.allSatisfy({ isPresent($0) }) else {
            // The time of whoever is away goes on.
            if session.state != .reconnecting { enterReconnecting(&session, at: now) }
            return
        }
        let state: SessionState = session.talkingConsult != nil ? .consulting : session.state == .held ? .held : .connected
        guard state != session.state else { return }
        session.state = state
        session.reconnectingSince = nil
        session.deadline = session.talkingConsult.flatMap { $0.citizenIn ? nil : now + configuration.consultApartLimit }
    }

    /// Whoever leaves has the whole grace, also when the other side is away already; but lines that come and go by turns cannot prolong it without end.
    func enterReconnecting(_ session: inout Session, at now: Instant) {
        if session.state != .reconnecting { session.reconnections += 1 }
        let since = session.reconnectingSince ?? now
        session.state = .reconnecting
        session.reconnectingSince = since
        session.deadline = min(now + configuration.reconnectGrace, since + configuration.reconnectLimit)
    }

    // MARK: Telling

    mutating func tellSession(_ session: Session) {
        let update = SessionUpdated(
            sessionID: session.id, state: session.state, citizenPresent: isPresent(.citizen(session.citizen)),
            agentPresent: isPresent(.agent(session.agent)), calls: session.calls, stateDeadline: session.deadline, disposition: session.disposition)
        for endpoint in session.endpoints { push(.sessionUpdated(update), to: endpoint) }
    }

    /// Both ends of each pair build a new peer connection.
    mutating func tellMedia(_ pairs: [MediaPair], of session: Session, at now: Instant) {
        for pair in pairs {
            note(.mediaStarted, in: session.id, at: now, detail: String(session.epoch(of: pair)))
            for participant in [pair.polite, pair.impolite] {
                guard let endpoint = session.endpoint(of: participant), let view = media(of: session, pair, for: participant) else { continue }
                push(.sessionMedia(SessionMedia(sessionID: session.id, media: view)), to: endpoint)
            }
        }
    }

    /// - Returns: nil when the pair has none, or `participant` is not of it.
    func media(of session: Session, _ pair: MediaPair, for participant: Participant) -> MediaView? {
        guard let other = pair.other(than: participant), session.epoch(of: pair) > 0 else { return nil }
        return MediaView(epoch: session.epoch(of: pair), polite: participant == pair.polite, with: pair == .call ? nil : other)
    }
}

extension Participant {
    /// Whom somebody means who names nobody.
    var usualOther: Participant {
        switch self {
        case .citizen, .consultant: .agent
        case .agent: .citizen
        }
    }
}

import SignalingProtocol

// What citizen and agent do to a case beside its materials: the form, pictures of originals, and the notice.

extension Broker {
    // MARK: The form

    /// The citizen's own words count at once; a proposal about the same field is out of date then.
    mutating func enterFields(_ payload: CaseEnterFields, citizen: CitizenID, at now: Instant) throws(WireError) {
        guard let file = cases[payload.caseID], file.record.citizen == citizen else { throw WireError(.notFound) }
        guard let ticketID = ticketOfCase[payload.caseID], tickets[ticketID]?.state.isTerminal == false, file.concludedBy != ticketID else {
            throw WireError(.wrongState)
        }
        for field in payload.fields where (file.fields[field.key] ?? "") != field.value {
            withdrawCorrections(of: payload.caseID, at: now) { $0.view.key == field.key }
            enter(field, in: payload.caseID)
        }
        tellMatter(of: payload.caseID)
    }

    private mutating func enter(_ field: CaseField, in id: CaseID) {
        cases[id]?.fields[field.key] = field.value
        persist(.field(id, field))
    }

    /// A field that its seat was shown masked. What comes back is for that seat alone, once the record is on disk.
    /// - Throws: `not_found` unless the agent has the case in a session that is not closed, and the field is filled in.
    public func shownField(_ key: CaseFieldKey, of id: CaseID, to agent: AgentID, at now: Instant) throws(WireError) -> (value: String, record: Record) {
        guard let sessionID = openSessionOfCase[id], let session = sessions[sessionID], session.agentEndpoints.contains(.agent(agent)),
            let value = cases[id]?.fields[key], !value.isEmpty
        else { throw WireError(.notFound) }
        return (value, .event(SessionEvent(session: sessionID, kind: .numberShown, at: now, detail: key.rawValue)))
    }

    mutating func proposeCorrection(_ payload: CorrectionPropose, agent: AgentID, at now: Instant) throws(WireError) {
        let session = try session(payload.sessionID, of: .agent(agent))
        guard session.isTalk, let file = cases[session.caseID], file.concludedBy != session.ticket else { throw WireError(.wrongState) }
        guard file.corrections.count(where: { $0.session == session.id }) < Limits.correctionsPerSession else { throw WireError(.rateLimited) }
        let old = file.fields[payload.field.key] ?? ""
        guard old != payload.field.value else { throw WireError(.invalidField, field: payload.field.key.rawValue) }
        withdrawCorrections(of: session.caseID, at: now) { $0.view.key == payload.field.key }
        let correction = Correction(
            session: session.id,
            view: CorrectionView(
                id: identifiers.next(at: now), key: payload.field.key, oldValue: old, newValue: payload.field.value, state: .proposed, proposedAt: now),
            answeredAt: nil)
        cases[session.caseID]?.corrections.append(correction)
        persist(.correction(session.caseID, correction))
        note(.correctionProposed, in: session.id, at: now, detail: payload.field.key.rawValue)
        tellMatter(of: session.caseID)
    }

    mutating func answerCorrection(_ payload: CorrectionAnswer, citizen: CitizenID, at now: Instant) throws(WireError) {
        let session = try session(payload.sessionID, of: .citizen(citizen))
        guard let place = cases[session.caseID]?.corrections.firstIndex(where: { $0.view.id == payload.correctionID && $0.session == session.id }),
            var correction = cases[session.caseID]?.corrections[place]
        else { throw WireError(.notFound) }
        let answer: CorrectionState = payload.accepted ? .accepted : .declined
        guard correction.view.state != answer else { return }
        guard session.isTalk, correction.view.state == .proposed else { throw WireError(.wrongState) }
        correction.view.state = answer
        correction.answeredAt = now
        cases[session.caseID]?.corrections[place] = correction
        persist(.correction(session.caseID, correction))
        if payload.accepted { enter(CaseField(key: correction.view.key, value: correction.view.newValue), in: session.caseID) }
        note(payload.accepted ? .correctionAccepted : .correctionDeclined, in: session.id, at: now, detail: correction.view.key.rawValue)
        tellMatter(of: session.caseID)
    }

    private mutating func withdrawCorrections(of id: CaseID, at now: Instant, where matches: (Correction) -> Bool) {
        for (place, correction) in (cases[id]?.corrections ?? []).enumerated() where correction.view.state == .proposed && matches(correction) {
            var correction = correction
            correction.view.state = .withdrawn
            correction.answeredAt = now
            cases[id]?.corrections[place] = correction
            persist(.correction(id, correction))
        }
    }

    // MARK: Pictures of originals

    mutating func askStill(_ payload: StillAsk, agent: AgentID, at now: Instant) throws(WireError) {
        let session = try session(payload.sessionID, of: .agent(agent))
        guard session.kind == .preReview, session.isTalk, let file = cases[session.caseID] else { throw WireError(.wrongState) }
        guard file.item.material(payload.materialID) != nil else { throw WireError(.notFound, field: "material_id") }
        guard file.concludedBy != session.ticket, file.acceptedIn(payload.materialID) == nil else { throw WireError(.wrongState) }
        let earlier = file.stills.filter { $0.session == session.id }
        guard !earlier.contains(where: { $0.view.state.isOpen }) else { throw WireError(.wrongState) }
        guard earlier.count < Limits.stillsPerSession else { throw WireError(.rateLimited) }
        let still = Still(
            session: session.id,
            view: StillView(
                id: identifiers.next(at: now), materialID: payload.materialID, state: .asked, sha256: nil, askedAt: now,
                deadline: now + configuration.stillTimeout), file: nil)
        cases[session.caseID]?.stills.append(still)
        save(still, of: session.caseID)
        note(.stillAsked, in: session.id, at: now, detail: payload.materialID.text)
        tellMatter(of: session.caseID)
    }

    /// The hash that the citizen's device states is the only picture that will be taken for this request.
    mutating func answerStill(_ payload: StillAnswer, citizen: CitizenID, at now: Instant) throws(WireError) {
        let session = try session(payload.sessionID, of: .citizen(citizen))
        guard var still = still(payload.stillID, of: session) else { throw WireError(.notFound) }
        if still.view.sha256 == payload.sha256, still.view.state == (payload.sha256 == nil ? .declined : .taken) { return }
        guard session.isTalk, still.view.state == .asked else { throw WireError(.wrongState) }
        still.view.sha256 = payload.sha256
        still.view.state = payload.sha256 == nil ? .declined : .taken
        still.view.deadline = payload.sha256 == nil ? nil : now + configuration.stillTimeout
        save(still, of: session.caseID)
        note(payload.sha256 == nil ? .stillDeclined : .stillTaken, in: session.id, at: now, detail: still.view.materialID.text)
        tellMatter(of: session.caseID)
    }

    /// Whether the picture of this request may be sent now, asked before its bytes are received.
    /// - Returns: the case, the material and the hash that the picture must have.
    /// - Throws: `not_found`, `wrong_state`.
    public func checkStill(
        _ id: StillID, of sessionID: SessionID, from sender: Endpoint
    ) throws(WireError) -> (case: CaseID, requirement: MaterialRequirement, sha256: String) {
        let session = try session(sessionID, of: sender)
        guard let still = still(id, of: session), let requirement = cases[session.caseID]?.item.material(still.view.materialID) else {
            throw WireError(.notFound)
        }
        guard still.view.state == .taken, let hash = still.view.sha256 else { throw WireError(.wrongState) }
        return (session.caseID, requirement, hash)
    }

    mutating func takeStill(
        _ id: StillID, _ file: FileView, of sessionID: SessionID, from sender: Endpoint, request: RequestID, at now: Instant
    ) {
        do throws(WireError) {
            let session = try session(sessionID, of: sender)
            guard var still = still(id, of: session) else { throw WireError(.notFound) }
            // Both sides may send it; the second finds it there.
            if let stored = cases[session.caseID]?.files.first(where: { $0.id == still.file }) {
                effects.append(.discardFile(file.id))
                return effects.append(.answer(request, .success(.file(stored))))
            }
            guard still.view.state == .taken else { throw WireError(.wrongState) }
            guard still.view.sha256 == file.sha256 else { throw WireError(.invalidField, field: "sha256") }
            var file = file
            file.stillID = id
            file = add(file, replacing: nil, to: session.caseID, at: now)
            still.view.state = .stored
            still.view.deadline = nil
            still.file = file.id
            save(still, of: session.caseID)
            tellMatter(of: session.caseID)
            effects.append(.answer(request, .success(.file(file))))
        } catch {
            effects.append(.discardFile(file.id))
            effects.append(.answer(request, .failure(error)))
        }
    }

    mutating func stillDeadline(_ id: StillID, of caseID: CaseID, _ deadline: Instant, at now: Instant) {
        guard let still = cases[caseID]?.stills.first(where: { $0.view.id == id }), still.view.state.isOpen, still.view.deadline == deadline else { return }
        expire(still, of: caseID)
        tellMatter(of: caseID)
    }

    mutating func recoverStills(of id: CaseID, at now: Instant) {
        for still in cases[id]?.stills ?? [] where still.view.state.isOpen {
            var still = still
            still.view.deadline = now + configuration.stillTimeout
            save(still, of: id)
        }
    }

    private func still(_ id: StillID, of session: Session) -> Still? {
        cases[session.caseID]?.stills.first { $0.view.id == id && $0.session == session.id }
    }

    private mutating func expire(_ still: Still, of caseID: CaseID) {
        var still = still
        still.view.state = .expired
        still.view.deadline = nil
        save(still, of: caseID)
    }

    private mutating func save(_ still: Still, of caseID: CaseID) {
        guard let place = cases[caseID]?.stills.firstIndex(where: { $0.view.id == still.view.id }) else { return }
        cases[caseID]?.stills[place] = still
        if let deadline = still.view.deadline { deadlines.add(.still(caseID, still.view.id), at: deadline) }
        persist(.still(caseID, still))
    }

    // MARK: The end of the talk

    /// Nobody is there any more to answer: proposals are withdrawn and pictures expire; one already taken may still arrive until the session closes.
    mutating func endTalkMatters(of session: Session, at now: Instant) {
        guard let file = cases[session.caseID] else { return }
        let lapsed = file.stills.filter { $0.session == session.id && ($0.view.state == .asked || ($0.view.state == .taken && session.state == .closed)) }
        withdrawCorrections(of: session.caseID, at: now) { $0.session == session.id }
        for still in lapsed { expire(still, of: session.caseID) }
        if session.state == .closed {
            cases[session.caseID]?.corrections.removeAll { $0.session == session.id }
            cases[session.caseID]?.stills.removeAll { $0.session == session.id }
        }
        guard file.corrections.contains(where: { $0.session == session.id }) || file.stills.contains(where: { $0.session == session.id }) else { return }
        tellMatter(of: session.caseID)
        // No longer the case's session, and still before the agent.
        guard session.state == .closed, let matter = matter(of: session.caseID) else { return }
        push(.caseUpdated(CaseUpdated(matter: matter.masked)), to: .agent(session.agent))
    }

    // MARK: The notice

    mutating func confirmNotice(_ payload: NoticeConfirm, citizen: CitizenID, at now: Instant) throws(WireError) {
        guard let file = cases[payload.caseID], file.record.citizen == citizen, var notice = file.notice, notice.version == payload.version else {
            throw WireError(.notFound)
        }
        guard notice.confirmedAt == nil else { return }
        notice.confirmedAt = now
        cases[payload.caseID]?.notice = notice
        persist(.notice(payload.caseID, notice))
        if let session = openSession(of: payload.caseID) { note(.noticeConfirmed, in: session.id, at: now, detail: String(notice.version)) }
        tellMatter(of: payload.caseID)
    }

    /// Thirteen characters, 64 bits: cannot be guessed by whoever knows the number.
    static func noticeCode(entropy: UInt64) -> String {
        let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
        return String((0..<13).map { alphabet[Int((entropy >> (UInt64($0) * 5)) & 31)] })
    }

    mutating func tellMatter(of id: CaseID) {
        guard let file = cases[id], let matter = matter(of: id) else { return }
        push(.caseUpdated(CaseUpdated(matter: matter)), to: .citizen(file.record.citizen))
        let update = ServerMessage.caseUpdated(CaseUpdated(matter: matter.masked))
        for agent in openSession(of: id)?.agentEndpoints ?? [] { push(update, to: agent) }
    }
}

extension StillState {
    /// Somebody is still expected to do something.
    var isOpen: Bool {
        switch self {
        case .asked, .taken: true
        case .stored, .declined, .expired: false
        }
    }
}

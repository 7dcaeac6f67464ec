import SignalingProtocol

/// A live case with everything in it.
public struct CaseFile: Hashable, Sendable {
    public let record: Case
    /// The item in the version that the case was opened with.
    public let item: CatalogueItem
    public var files: [FileView]
    public var verdicts: [VerdictView]
    public var outcomes: [OutcomeView]

    public init(record: Case, item: CatalogueItem, files: [FileView] = [], verdicts: [VerdictView] = [], outcomes: [OutcomeView] = []) {
        self.record = record
        self.item = item
        self.files = files
        self.verdicts = verdicts
        self.outcomes = outcomes
    }

    func entry(_ material: MaterialRequirement) -> MaterialEntryView {
        MaterialEntryView(
            material: material, files: files.filter { $0.materialID == material.id },
            verdict: verdicts.first { $0.materialID == material.id })
    }

    var entries: [MaterialEntryView] { item.materials.map(entry) }
}

extension Broker {
    // MARK: Files

    /// Whether a file may be handed in for this material now, asked before the bytes are received.
    /// - Returns: what the material asks for.
    /// - Throws: `not_found`, `wrong_state`, `too_many_files`.
    @discardableResult
    public func checkHandIn(citizen: CitizenID, case id: CaseID, material: MaterialID) throws(WireError) -> MaterialRequirement {
        guard let file = cases[id], file.record.citizen == citizen, let requirement = file.item.material(material) else {
            throw WireError(.notFound)
        }
        guard takesFiles(id) else { throw WireError(.wrongState) }
        let count = file.files.count { $0.materialID == material }
        guard count < Limits.filesPerMaterial, file.files.count < Limits.filesPerCase else { throw WireError(.tooManyFiles) }
        return requirement
    }

    /// Whether `endpoint` may see a file: the citizen whose case it is, or the agent who has the case before them.
    /// - Returns: the file and its case, or nil as if it did not exist.
    public func visibleFile(_ file: FileID, to endpoint: Endpoint) -> (case: CaseID, file: FileView)? {
        let caseID: CaseID? =
            switch endpoint {
            case .citizen(let citizen): ticketOfCitizen[citizen].flatMap { tickets[$0]?.caseID }
            case .agent(let agent): seatOfAgent[agent].flatMap { sessionOfSeat[$0] }.flatMap { sessions[$0]?.caseID }
            }
        guard let caseID, let view = cases[caseID]?.files.first(where: { $0.id == file }) else { return nil }
        return (caseID, view)
    }

    mutating func takeFile(_ file: FileView, into id: CaseID, from citizen: CitizenID, request: RequestID, at now: Instant) {
        do throws(WireError) {
            try checkHandIn(citizen: citizen, case: id, material: file.materialID)
        } catch {
            effects.append(.discardFile(file.id))
            return effects.append(.answer(request, .failure(error)))
        }
        var file = file
        file.handedInAt = now
        cases[id]?.files.append(file)
        persist(.file(id, file))
        refreshLane(of: id, at: now)
        withdrawVerdict(on: file.materialID, of: id)
        if let session = openSession(of: id) { note(.fileHandedIn, in: session.id, at: now, detail: file.materialID.text) }
        tellEntry(file.materialID, of: id)
        effects.append(.answer(request, .success(file)))
    }

    mutating func removeFile(_ payload: MaterialRemoveFile, citizen: CitizenID, at now: Instant) throws(WireError) {
        guard let file = cases[payload.caseID], file.record.citizen == citizen,
            let removed = file.files.first(where: { $0.id == payload.fileID })
        else { throw WireError(.notFound) }
        guard takesFiles(payload.caseID) else { throw WireError(.wrongState) }
        cases[payload.caseID]?.files.removeAll { $0.id == payload.fileID }
        persist(.fileRemoved(payload.caseID, payload.fileID))
        effects.append(.discardFile(payload.fileID))
        withdrawVerdict(on: removed.materialID, of: payload.caseID)
        refreshLane(of: payload.caseID, at: now)
        if let session = openSession(of: payload.caseID) { note(.fileRemoved, in: session.id, at: now, detail: removed.materialID.text) }
        tellEntry(removed.materialID, of: payload.caseID)
    }

    /// A verdict speaks of the files that were there. When they change, nobody has judged what is there now.
    private mutating func withdrawVerdict(on material: MaterialID, of id: CaseID) {
        guard cases[id]?.verdicts.contains(where: { $0.materialID == material }) == true else { return }
        cases[id]?.verdicts.removeAll { $0.materialID == material }
        persist(.verdictWithdrawn(id, material))
    }

    /// From the ticket until the outcome; not after the talk has ended.
    private func takesFiles(_ id: CaseID) -> Bool {
        guard let file = cases[id], file.outcomes.isEmpty, let ticketID = ticketOfCitizen[file.record.citizen], let ticket = tickets[ticketID],
            ticket.caseID == id, ticket.kind == .preReview
        else { return false }
        return !ticket.state.isTerminal
    }

    // MARK: Verdicts

    mutating func giveVerdict(_ payload: PrecheckVerdict, agent: AgentID, at now: Instant) throws(WireError) {
        let session = try reviewedSession(payload.sessionID, agent: agent)
        guard let file = cases[session.caseID], file.item.material(payload.materialID) != nil else { throw WireError(.notFound, field: "material_id") }
        guard file.outcomes.isEmpty else { throw WireError(.wrongState) }
        let reasons = try payload.reasons.map { code throws(WireError) in
            guard let reason = file.item.reasons.first(where: { $0.code == code }) else { throw WireError(.invalidField, field: "reasons") }
            return reason
        }
        let verdict = VerdictView(
            materialID: payload.materialID, verdict: payload.verdict, reasons: reasons, note: payload.note, givenAt: now)
        cases[session.caseID]?.verdicts.removeAll { $0.materialID == payload.materialID }
        cases[session.caseID]?.verdicts.append(verdict)
        persist(.verdict(session.caseID, session.id, verdict))
        note(.verdictGiven, in: session.id, at: now, detail: "\(payload.materialID) \(payload.verdict.rawValue)")
        tellEntry(payload.materialID, of: session.caseID)
    }

    mutating func conclude(_ payload: PrecheckConclude, agent: AgentID, at now: Instant) throws(WireError) {
        let session = try reviewedSession(payload.sessionID, agent: agent)
        guard let file = cases[session.caseID], let hall = halls[session.hall] else { throw WireError(.notFound) }
        guard file.outcomes.isEmpty else { throw WireError(.wrongState) }
        let outcome = OutcomeView(
            caseID: file.record.id, caseNumber: file.record.number, version: file.outcomes.count + 1,
            result: try Self.result(of: file, referredTo: payload.referredTo), item: file.record.item,
            hall: HallView(id: hall.id, name: hall.name), seatNumber: session.seatNumber, agentName: session.agentName,
            entries: file.item.materials.map { Self.outcomeEntry($0, of: file) },
            referredTo: payload.referredTo.allSatisfy(\.isWhitespace) ? "" : payload.referredTo, note: payload.note, concludedAt: now)
        cases[session.caseID]?.outcomes.append(outcome)
        persist(.outcome(session.id, outcome))
        note(.concluded, in: session.id, at: now, detail: outcome.result.rawValue)
        for endpoint in session.endpoints {
            push(.precheckConcluded(PrecheckConcluded(sessionID: session.id, outcome: outcome)), to: endpoint)
        }
        guard session.state == .wrapUp, var ended = sessions[session.id] else { return }
        ended.disposition = Self.disposition(from: outcome)
        save(ended)
        tellSession(ended)
    }

    /// The result follows from the verdicts; only a referral is the agent's own word.
    private static func result(of file: CaseFile, referredTo: String) throws(WireError) -> OutcomeResult {
        if !referredTo.allSatisfy(\.isWhitespace) { return .referred }
        let isComplete = file.item.materials.allSatisfy { material in
            material.necessity == .conditional || file.verdicts.contains { $0.materialID == material.id }
        }
        guard isComplete else { throw WireError(.verdictsIncomplete) }
        let verdicts = Set(file.verdicts.map(\.verdict))
        if !verdicts.isDisjoint(with: [.correctionNeeded, .missing]) { return .correctionNeeded }
        return verdicts.contains(.waived) ? .deferredMaterial : .readyToFile
    }

    /// A conditional material that nobody spoke of did not apply. A referral may leave mandatory ones unseen: they are missing so far.
    private static func outcomeEntry(_ material: MaterialRequirement, of file: CaseFile) -> OutcomeEntryView {
        let entry = file.entry(material)
        let unspoken: Verdict =
            switch material.necessity {
            case .mandatory: .missing
            case .conditional: .notApplicable
            }
        return OutcomeEntryView(
            materialID: material.id, materialName: material.name, verdict: entry.verdict?.verdict ?? unspoken,
            reasons: entry.verdict?.reasons ?? [], note: entry.verdict?.note ?? "", fileHashes: entry.files.map(\.sha256))
    }

    private func reviewedSession(_ id: SessionID, agent: AgentID) throws(WireError) -> Session {
        let session = try session(id, of: .agent(agent))
        guard session.kind == .preReview else { throw WireError(.wrongState) }
        switch session.state {
        case .connected, .held, .reconnecting, .consulting, .transferring: return session
        // A ticket that was handed on or parked is the next agent's.
        case .wrapUp where ticketOfCase[session.caseID].flatMap({ tickets[$0] })?.state.isTerminal ?? true: return session
        case .ringing, .wrapUp, .closed: throw WireError(.wrongState)
        }
    }

    private func openSession(of id: CaseID) -> Session? { openSessionOfCase[id].flatMap { sessions[$0] } }

    private mutating func tellEntry(_ material: MaterialID, of id: CaseID) {
        guard let file = cases[id], let requirement = file.item.material(material) else { return }
        let update = ServerMessage.materialUpdated(MaterialUpdated(caseID: id, entry: file.entry(requirement)))
        push(update, to: .citizen(file.record.citizen))
        for agent in openSession(of: id)?.agentEndpoints ?? [] { push(update, to: agent) }
    }
}

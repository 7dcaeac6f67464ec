import SignalingProtocol

/// A live case with everything in it.
public struct CaseFile: Hashable, Sendable {
    public var record: Case
    /// The item in the version that the case was opened with.
    public let item: CatalogueItem
    /// Those of one material in the order that the citizen gave them.
    public var files: [FileView]
    public var verdicts: [VerdictView]
    public var outcomes: [OutcomeView]
    /// Of the newest visit.
    public var ticket: TicketID?
    /// The ticket in whose visit the newest outcome was made.
    public var concludedBy: TicketID?
    /// Of the newest outcome.
    public var notice: NoticeView?
    /// The citizen's answers to conditional materials' questions.
    public var answers: [MaterialID: Bool] = [:]
    public var fields: [CaseFieldKey: String] = [:]
    /// Accepted materials that were opened again in the newest visit, and why.
    public var reopened: [MaterialID: String] = [:]
    public var pictureHashes: [FileID: [[UInt64]]] = [:]
    /// Of sessions that are not closed.
    public var corrections: [Correction] = []
    /// Of sessions that are not closed.
    public var stills: [Still] = []

    public init(record: Case, item: CatalogueItem, files: [FileView] = [], verdicts: [VerdictView] = [], outcomes: [OutcomeView] = []) {
        self.record = record
        self.item = item
        self.files = files
        self.verdicts = verdicts
        self.outcomes = outcomes
    }

    /// Puts some files in this order, after the others.
    public mutating func arrange(_ order: [FileID]) {
        let arranged = order.compactMap { id in files.first { $0.id == id } }
        files = files.filter { !order.contains($0.id) } + arranged
    }

    public mutating func remove(_ file: FileID) {
        files.removeAll { $0.id == file }
        pictureHashes[file] = nil
    }

    func files(of material: MaterialID) -> [FileView] { files.filter { $0.materialID == material } }

    func verdict(on material: MaterialID) -> VerdictView? { verdicts.first { $0.materialID == material } }

    /// The version of an earlier visit that accepted a material, unless it was opened again. What was accepted stays accepted.
    func acceptedIn(_ material: MaterialID) -> Int? {
        guard reopened[material] == nil, let last = (concludedBy == ticket ? outcomes.dropLast() : outcomes[...]).last,
            let entry = last.entries.first(where: { $0.materialID == material }), entry.verdict == .accepted
        else { return nil }
        return entry.acceptedIn ?? last.version
    }

    /// Whether the citizen must hand it in: a conditional one once they said that the condition holds.
    func isAskedFor(_ material: MaterialRequirement) -> Bool {
        switch material.necessity {
        case .mandatory: true
        case .conditional: answers[material.id] == true
        }
    }

    /// Nothing is left for the agent to send back that a machine could have seen.
    func isReady(_ material: MaterialRequirement) -> Bool {
        guard isAskedFor(material), acceptedIn(material.id) == nil else { return true }
        let files = files(of: material.id)
        return !files.isEmpty && files.allSatisfy { $0.check != .pending && $0.findings.isEmpty }
    }

    func entry(_ material: MaterialRequirement) -> MaterialEntryView {
        MaterialEntryView(
            material: material, files: files(of: material.id), verdict: verdict(on: material.id), applies: answers[material.id],
            acceptedIn: acceptedIn(material.id), reopened: reopened[material.id])
    }

    /// One a material of the item's list, in its order.
    public var entries: [MaterialEntryView] { item.materials.map(entry) }
}

extension Broker {
    // MARK: Files

    /// Whether a file may be handed in for this material now, asked before the bytes are received.
    /// - Parameters:
    ///   - replaced: a file of the same material that it takes the place of; it is not counted.
    ///   - announced: files that are on their way already, for this material and for the whole case.
    /// - Returns: what the material asks for.
    /// - Throws: `not_found`, `wrong_state`, `too_many_files`.
    @discardableResult
    public func checkHandIn(
        citizen: CitizenID, case id: CaseID, material: MaterialID, replacing replaced: FileID? = nil, announced: (material: Int, case: Int) = (0, 0)
    ) throws(WireError) -> MaterialRequirement {
        guard let file = cases[id], file.record.citizen == citizen, let requirement = file.item.material(material) else {
            throw WireError(.notFound)
        }
        guard takesFiles(id, for: material) else { throw WireError(.wrongState) }
        let staying = file.files.filter { $0.id != replaced || $0.materialID != material }
        guard staying.count(where: { $0.materialID == material }) + announced.material < Limits.filesPerMaterial,
            staying.count + announced.case < Limits.filesPerCase
        else { throw WireError(.tooManyFiles) }
        return requirement
    }

    /// A live case, for its own citizen.
    public func caseFile(_ id: CaseID, of citizen: CitizenID) -> CaseFile? {
        cases[id].flatMap { $0.record.citizen == citizen ? $0 : nil }
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

    /// Whether the case is in memory, so that a command can name it.
    public func holdsCase(_ id: CaseID) -> Bool { cases[id] != nil }

    /// The case of a session that this endpoint has before it.
    public func visibleCase(of id: SessionID, to endpoint: Endpoint) -> CaseID? {
        guard let session = try? session(id, of: endpoint), session.state != .closed else { return nil }
        return session.caseID
    }

    /// The session that a citizen's case is in now.
    public func openSession(of id: CaseID, citizen: CitizenID) -> SessionID? {
        guard cases[id]?.record.citizen == citizen else { return nil }
        return openSessionOfCase[id]
    }

    mutating func takeFile(
        _ file: FileView, replacing replaced: FileID?, into id: CaseID, from citizen: CitizenID, request: RequestID, at now: Instant
    ) {
        do throws(WireError) {
            try checkHandIn(citizen: citizen, case: id, material: file.materialID, replacing: replaced)
        } catch {
            effects.append(.discardFile(file.id))
            return effects.append(.answer(request, .failure(error)))
        }
        let file = add(file, replacing: replaced, to: id, at: now)
        effects.append(.answer(request, .success(.file(file))))
    }

    /// Makes a stored file part of the case. The same picture under another material is pointed out.
    mutating func add(_ new: FileView, replacing replaced: FileID?, to id: CaseID, at now: Instant) -> FileView {
        var file = new
        file.handedInAt = now
        if cases[id]?.files.contains(where: { $0.sha256 == file.sha256 && $0.materialID != file.materialID && $0.id != replaced }) == true {
            file.findings.append(FindingView(code: .duplicate))
        }
        let order = cases[id]?.files(of: file.materialID).map(\.id) ?? []
        cases[id]?.files.append(file)
        persist(.file(id, file))
        if let replaced, let place = order.firstIndex(of: replaced) {
            forgetFile(replaced, of: id)
            arrange(order[..<place] + [file.id] + order[(place + 1)...], in: id)
        }
        withdrawVerdict(on: file.materialID, of: id)
        refreshLane(of: id, at: now)
        if let session = openSession(of: id) { note(.fileHandedIn, in: session.id, at: now, detail: file.materialID.text) }
        tellEntry(file.materialID, of: id)
        return file
    }

    private mutating func forgetFile(_ file: FileID, of id: CaseID) {
        cases[id]?.remove(file)
        persist(.fileRemoved(id, file))
        effects.append(.discardFile(file))
    }

    mutating func removeFile(_ payload: MaterialRemoveFile, citizen: CitizenID, at now: Instant) throws(WireError) {
        let removed = try ownFile(payload.fileID, of: payload.caseID, citizen: citizen)
        forgetFile(payload.fileID, of: payload.caseID)
        withdrawVerdict(on: removed.materialID, of: payload.caseID)
        refreshLane(of: payload.caseID, at: now)
        if let session = openSession(of: payload.caseID) { note(.fileRemoved, in: session.id, at: now, detail: removed.materialID.text) }
        tellEntry(removed.materialID, of: payload.caseID)
    }

    mutating func withdrawFile(_ file: FileID, from id: CaseID, citizen: CitizenID, request: RequestID, at now: Instant) {
        do throws(WireError) {
            guard let removed = cases[id]?.files.first(where: { $0.id == file }) else { throw WireError(.notFound) }
            try removeFile(MaterialRemoveFile(caseID: id, fileID: file), citizen: citizen, at: now)
            effects.append(.answer(request, .success(.file(removed))))
        } catch {
            effects.append(.answer(request, .failure(error)))
        }
    }

    mutating func arrange(_ payload: MaterialArrange, citizen: CitizenID) throws(WireError) {
        guard let file = cases[payload.caseID], file.record.citizen == citizen, file.item.material(payload.materialID) != nil else {
            throw WireError(.notFound)
        }
        guard takesFiles(payload.caseID, for: payload.materialID) else { throw WireError(.wrongState) }
        // A page that had not heard of a file yet would drop it from the order.
        guard Set(payload.files) == Set(file.files(of: payload.materialID).map(\.id)) else { throw WireError(.invalidField, field: "files") }
        arrange(payload.files[...], in: payload.caseID)
        tellEntry(payload.materialID, of: payload.caseID)
    }

    private mutating func arrange(_ files: ArraySlice<FileID>, in id: CaseID) {
        cases[id]?.arrange(Array(files))
        persist(.filesArranged(id, Array(files)))
    }

    mutating func rotate(_ payload: MaterialRotate, citizen: CitizenID) throws(WireError) {
        var file = try ownFile(payload.fileID, of: payload.caseID, citizen: citizen)
        guard file.rotation != payload.rotation else { return }
        file.rotation = payload.rotation
        // Whoever turned it has seen that it lay on its side.
        file.findings.removeAll { $0.code == .sideways }
        change(file, of: payload.caseID)
        tellEntry(file.materialID, of: payload.caseID)
    }

    /// What the machine saw, with what only the whole case shows: the same picture handed in for two materials.
    mutating func takeInspection(_ inspection: FileInspection, of id: FileID, in caseID: CaseID, at now: Instant) {
        guard let current = cases[caseID], var file = current.files.first(where: { $0.id == id }), file.check == .pending else { return }
        file.check = inspection.check
        file.pages = inspection.pages
        file.findings += inspection.findings.filter { !file.findings.contains($0) }
        let others = current.files.filter { $0.materialID != file.materialID }.flatMap { current.pictureHashes[$0.id] ?? [] }
        let isDuplicate = inspection.pictureHashes.contains { page in others.contains { Self.looksLike($0, page) } }
        if isDuplicate, !file.findings.contains(FindingView(code: .duplicate)) { file.findings.append(FindingView(code: .duplicate)) }
        change(file, of: caseID)
        if !inspection.pictureHashes.isEmpty {
            cases[caseID]?.pictureHashes[id] = inspection.pictureHashes
            persist(.pictureHashes(caseID, id, inspection.pictureHashes))
        }
        refreshLane(of: caseID, at: now)
        tellEntry(file.materialID, of: caseID)
    }

    /// Few bits of the same picture change when it is scaled or compressed anew; two papers printed from one form differ in more.
    private static func looksLike(_ one: [UInt64], _ other: [UInt64]) -> Bool {
        one.count == other.count && zip(one, other).reduce(0) { $0 + ($1.0 ^ $1.1).nonzeroBitCount } <= pictureHashDistance
    }

    private static var pictureHashDistance: Int { 20 }

    /// Files of live cases that the machine has not looked at yet, for a server that has just started.
    public var uninspectedFiles: [(case: CaseID, file: FileView)] {
        cases.keys.sorted().flatMap { id in (cases[id]?.files ?? []).filter { $0.check == .pending }.map { (id, $0) } }
    }

    /// What the machine compares a file of this case with.
    public func inspectionSubject(
        _ id: CaseID, material: MaterialID
    ) -> (requirement: MaterialRequirement, citizenName: String, fields: [CaseFieldKey: String])? {
        guard let file = cases[id], let requirement = file.item.material(material) else { return nil }
        return (requirement, file.record.citizenName, file.fields)
    }

    private mutating func change(_ file: FileView, of id: CaseID) {
        guard let place = cases[id]?.files.firstIndex(where: { $0.id == file.id }) else { return }
        cases[id]?.files[place] = file
        persist(.fileChanged(id, file))
    }

    private func ownFile(_ id: FileID, of caseID: CaseID, citizen: CitizenID) throws(WireError) -> FileView {
        guard let current = cases[caseID], current.record.citizen == citizen, let file = current.files.first(where: { $0.id == id }) else {
            throw WireError(.notFound)
        }
        guard takesFiles(caseID, for: file.materialID) else { throw WireError(.wrongState) }
        return file
    }

    /// A verdict speaks of the files that were there. When they change, nobody has judged what is there now.
    mutating func withdrawVerdict(on material: MaterialID, of id: CaseID) {
        guard cases[id]?.verdict(on: material) != nil else { return }
        cases[id]?.verdicts.removeAll { $0.materialID == material }
        persist(.verdictWithdrawn(id, material))
    }

    /// From the ticket until this visit's outcome; not after the talk has ended, and not what an earlier visit accepted.
    private func takesFiles(_ id: CaseID, for material: MaterialID) -> Bool {
        guard let file = cases[id], let ticketID = ticketOfCitizen[file.record.citizen], let ticket = tickets[ticketID],
            ticket.caseID == id, ticket.kind == .preReview, file.concludedBy != ticketID, file.acceptedIn(material) == nil
        else { return false }
        return !ticket.state.isTerminal
    }

    // MARK: Questions

    mutating func answerCondition(_ payload: MaterialAnswer, citizen: CitizenID, at now: Instant) throws(WireError) {
        guard let file = cases[payload.caseID], file.record.citizen == citizen, let material = file.item.material(payload.materialID) else {
            throw WireError(.notFound)
        }
        guard material.necessity == .conditional else { throw WireError(.invalidField, field: "material_id") }
        guard takesFiles(payload.caseID, for: payload.materialID) else { throw WireError(.wrongState) }
        guard file.answers[payload.materialID] != payload.applies else { return }
        cases[payload.caseID]?.answers[payload.materialID] = payload.applies
        persist(.conditionAnswer(payload.caseID, payload.materialID, applies: payload.applies))
        refreshLane(of: payload.caseID, at: now)
        if let session = openSession(of: payload.caseID) {
            note(.conditionAnswered, in: session.id, at: now, detail: "\(payload.materialID) \(payload.applies ? "yes" : "no")")
        }
        tellEntry(payload.materialID, of: payload.caseID)
    }

    // MARK: Verdicts

    mutating func giveVerdict(_ payload: PrecheckVerdict, agent: AgentID, at now: Instant) throws(WireError) {
        let session = try reviewedSession(payload.sessionID, agent: agent)
        guard let file = cases[session.caseID], file.item.material(payload.materialID) != nil else { throw WireError(.notFound, field: "material_id") }
        guard file.concludedBy != session.ticket, file.acceptedIn(payload.materialID) == nil else { throw WireError(.wrongState) }
        let reasons = try payload.reasons.map { code throws(WireError) in
            guard let reason = file.item.reasons.first(where: { $0.code == code }) else { throw WireError(.invalidField, field: "reasons") }
            return reason
        }
        let verdict = VerdictView(
            materialID: payload.materialID, verdict: payload.verdict, reasons: reasons, note: payload.note, givenAt: now, dueBy: payload.dueBy)
        cases[session.caseID]?.verdicts.removeAll { $0.materialID == payload.materialID }
        cases[session.caseID]?.verdicts.append(verdict)
        for reason in reasons { reasonUse[file.item.code, default: [:]][reason.code, default: 0] += 1 }
        persist(.verdict(session.caseID, session.id, verdict))
        note(.verdictGiven, in: session.id, at: now, detail: "\(payload.materialID) \(payload.verdict.rawValue)")
        tellEntry(payload.materialID, of: session.caseID)
    }

    /// Opens an accepted material again: it takes files, and needs a new verdict.
    mutating func reopen(_ payload: PrecheckReopen, agent: AgentID, at now: Instant) throws(WireError) {
        let session = try reviewedSession(payload.sessionID, agent: agent)
        guard let file = cases[session.caseID], file.item.material(payload.materialID) != nil else { throw WireError(.notFound, field: "material_id") }
        guard file.concludedBy != session.ticket, file.acceptedIn(payload.materialID) != nil else { throw WireError(.wrongState) }
        cases[session.caseID]?.reopened[payload.materialID] = payload.reason
        persist(.reopened(session.caseID, Reopening(session: session.id, material: payload.materialID, reason: payload.reason, at: now)))
        note(.materialReopened, in: session.id, at: now, detail: payload.materialID.text)
        withdrawVerdict(on: payload.materialID, of: session.caseID)
        tellEntry(payload.materialID, of: session.caseID)
    }

    mutating func conclude(_ payload: PrecheckConclude, agent: AgentID, entropy: UInt64, at now: Instant) throws(WireError) {
        let session = try reviewedSession(payload.sessionID, agent: agent)
        guard let file = cases[session.caseID], let hall = halls[session.hall] else { throw WireError(.notFound) }
        guard file.concludedBy != session.ticket else { throw WireError(.wrongState) }
        let outcome = OutcomeView(
            caseID: file.record.id, caseNumber: file.record.number, version: file.outcomes.count + 1,
            result: try Self.result(of: file, referredTo: payload.referredTo), item: file.record.item,
            hall: HallView(id: hall.id, name: hall.name), handlingHall: handlingHall(of: file.record), seatNumber: session.seatNumber,
            agentName: session.agentName, entries: file.item.materials.map { Self.outcomeEntry($0, of: file) },
            referredTo: payload.referredTo.allSatisfy(\.isWhitespace) ? "" : payload.referredTo, note: payload.note, respondBy: payload.respondBy,
            concludedAt: now)
        let notice = NoticeView(
            number: "\(outcome.caseNumber)-\(outcome.version)", code: Self.noticeCode(entropy: entropy), version: outcome.version, issuedAt: now,
            confirmedAt: nil)
        let late = toldTwice(previous: file.outcomes, new: outcome)
        cases[session.caseID]?.outcomes.append(outcome)
        cases[session.caseID]?.concludedBy = session.ticket
        cases[session.caseID]?.notice = notice
        persist(.outcome(session.id, outcome))
        persist(.notice(session.caseID, notice))
        for material in late {
            let name = file.item.material(material)?.name ?? material.text
            raise(
                .toldTwice, in: session.hall, about: .material(session.caseID, session.id, version: outcome.version, material),
                name: "\(outcome.caseNumber) \(name)")
        }
        note(.concluded, in: session.id, at: now, detail: outcome.result.rawValue)
        for endpoint in session.endpoints {
            push(.precheckConcluded(PrecheckConcluded(sessionID: session.id, outcome: outcome)), to: endpoint)
        }
        tellMatter(of: session.caseID)
        guard session.state == .wrapUp, var ended = sessions[session.id] else { return }
        ended.disposition = Self.disposition(from: outcome)
        save(ended)
        tellSession(ended)
    }

    /// The result follows from the verdicts; only a referral is the agent's own word.
    private static func result(of file: CaseFile, referredTo: String) throws(WireError) -> OutcomeResult {
        if !referredTo.allSatisfy(\.isWhitespace) { return .referred }
        let isComplete = file.item.materials.allSatisfy { !file.isAskedFor($0) || file.verdict(on: $0.id) != nil }
        guard isComplete else { throw WireError(.verdictsIncomplete) }
        let verdicts = Set(file.verdicts.map(\.verdict))
        if !verdicts.isDisjoint(with: [.correctionNeeded, .missing]) { return .correctionNeeded }
        return verdicts.contains(.waived) ? .deferredMaterial : .readyToFile
    }

    /// A conditional material that nobody spoke of did not apply. A referral may leave mandatory ones unseen: they are missing so far.
    private static func outcomeEntry(_ material: MaterialRequirement, of file: CaseFile) -> OutcomeEntryView {
        let verdict = file.verdict(on: material.id)
        return OutcomeEntryView(
            materialID: material.id, materialName: material.name, verdict: verdict?.verdict ?? (file.isAskedFor(material) ? .missing : .notApplicable),
            reasons: verdict?.reasons ?? [], note: verdict?.note ?? "", fileHashes: file.files(of: material.id).map(\.sha256), dueBy: verdict?.dueBy,
            acceptedIn: file.acceptedIn(material.id), reopened: file.reopened[material.id])
    }

    /// The outcome, if it was made in this very visit and not in one before.
    func outcome(madeIn session: Session) -> OutcomeView? {
        guard let file = cases[session.caseID], file.concludedBy == session.ticket else { return nil }
        return file.outcomes.last
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

    func openSession(of id: CaseID) -> Session? { openSessionOfCase[id].flatMap { sessions[$0] } }

    mutating func tellEntry(_ material: MaterialID, of id: CaseID) {
        guard let file = cases[id], let requirement = file.item.material(material) else { return }
        let update = ServerMessage.materialUpdated(MaterialUpdated(caseID: id, entry: file.entry(requirement)))
        push(update, to: .citizen(file.record.citizen))
        for agent in openSession(of: id)?.agentEndpoints ?? [] { push(update, to: agent) }
    }
}

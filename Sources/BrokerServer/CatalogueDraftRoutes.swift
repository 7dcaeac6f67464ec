import BrokerCore
import BrokerStore
import Foundation
import SignalingProtocol
import WebServer

// How a version of an item comes to be: a draft that several may work on, published from a day, or an item withdrawn and put back.

extension Engine {
    static let catalogueDraftRoutes = [
        Route("GET", "/api/v1/admin/catalogue/{item}") { engine, call in engine.sendItemDetail(call) },
        Route("GET", "/api/v1/admin/catalogue/{item}/versions/{version}") { engine, call in engine.sendVersion(call) },
        Route("PUT", "/api/v1/admin/catalogue/{item}/draft") { engine, call in
            engine.readBody(call, as: DraftRequest.self, limit: ItemLimits.bytes) { engine.saveDraft($0, call) }
        },
        Route("POST", "/api/v1/admin/catalogue/{item}/draft/discard") { engine, call in
            engine.readBody(call, as: RevisionRequest.self) { engine.discardDraft($0, call) }
        },
        Route("POST", "/api/v1/admin/catalogue/{item}/draft/publish") { engine, call in
            engine.readBody(call, as: PublishRequest.self) { engine.publishDraft($0, call) }
        },
        Route("POST", "/api/v1/admin/catalogue/{item}/withdraw") { engine, call in
            engine.readBody(call, as: WithdrawRequest.self) { engine.setWithdrawn(true, why: $0.why, call) }
        },
        Route("POST", "/api/v1/admin/catalogue/{item}/restore") { engine, call in
            engine.readBody(call, as: WithdrawRequest.self) { engine.setWithdrawn(false, why: $0.why, call) }
        },
    ]

    /// The halls there are, for the problems of an item that names others.
    var hallIDs: Set<HallID> { Set(broker.hallStatuses.map(\.hall.id)) }

    func editor(_ account: AccountRow) -> CatalogueEditor { CatalogueEditor(account: account.id, at: clock.now) }

    /// Runs a change of the catalogue off the loop; a full disk is told as such.
    func changeCatalogue<Value: Sendable>(
        _ call: Route.Call, _ change: @escaping @Sendable () throws(StoreError) -> Value, _ present: @escaping (Value) -> Void
    ) {
        guard takesWrites else { return refuse(call, storageUnavailable) }
        offload({ Result { () throws(StoreError) in try change() } }) { [self] result in
            switch result {
            case .success(let value): present(value)
            case .failure(.unavailable(let cause)):
                log.error("a change of the catalogue could not be stored", metadata: ["cause": "\(cause)"])
                refuse(call, storageUnavailable)
            case .failure(let error):
                log.error("a change of the catalogue failed", metadata: ["code": "\(error.code)", "cause": "\(error)"])
                refuse(call, WireError(.internalError))
            }
        }
    }

    private func itemCode(_ call: Route.Call) -> ItemCode? {
        guard let code = call.parameters["item"].flatMap(ItemCode.init) else {
            refuse(call, WireError(.notFound))
            return nil
        }
        return code
    }

    // MARK: Reading

    private func sendItemDetail(_ call: Route.Call) {
        guard member(call) != nil, let code = itemCode(call) else { return }
        let store = store
        let halls = hallIDs
        answerFromStore(
            call,
            { () throws(StoreError) in
                (versions: try store.itemVersions().filter { $0.code == code }, lines: try store.catalogueLines(), draft: try store.draft(of: code))
            }
        ) { [self] found in
            guard !found.versions.isEmpty || found.draft != nil else { return refuse(call, WireError(.notFound)) }
            answer(
                call,
                ItemDetail(
                    code: code, versions: found.versions.map { VersionView($0, found.lines, today: today) }, newest: found.versions.last,
                    draft: found.draft.map { ItemDraftView($0, newest: found.versions.last, halls: halls) },
                    withdrawn: found.lines.withdrawals.first { $0.item == code }.map(WithdrawalView.init),
                    planned: found.lines.planned.filter { $0.item.code == code }.map(PlannedView.init)))
        }
    }

    private func sendVersion(_ call: Route.Call) {
        guard member(call) != nil, let code = itemCode(call) else { return }
        guard let version = call.parameters["version"].flatMap({ Int($0) }) else { return refuse(call, WireError(.notFound)) }
        let store = store
        answerFromStore(call, { () throws(StoreError) in try store.itemVersion(code, version) }) { [self] item in
            if let item { answer(call, item) } else { refuse(call, WireError(.notFound)) }
        }
    }

    // MARK: Changing

    private func saveDraft(_ request: DraftRequest, _ call: Route.Call) {
        guard let account = member(call), let code = itemCode(call) else { return }
        guard request.item.code == code else { return refuse(call, WireError(.invalidField, field: "code")) }
        guard request.revision >= 0 else { return refuse(call, WireError(.invalidField, field: "revision")) }
        let (store, editor) = (store, editor(account))
        var item = request.item.tidied()
        item.version = (request.basedOn ?? 0) + 1
        changeCatalogue(call, { [item] () throws(StoreError) in try store.saveDraft(item, revision: request.revision, basedOn: request.basedOn, by: editor) }) {
            [self] outcome in answerDraft(outcome, call)
        }
    }

    private func discardDraft(_ request: RevisionRequest, _ call: Route.Call) {
        guard let account = member(call), let code = itemCode(call) else { return }
        let (store, editor) = (store, editor(account))
        changeCatalogue(call, { () throws(StoreError) in try store.discardDraft(of: code, revision: request.revision, by: editor) }) { [self] outcome in
            answerDraft(outcome, call)
        }
    }

    private func publishDraft(_ request: PublishRequest, _ call: Route.Call) {
        guard let account = member(call), let code = itemCode(call) else { return }
        guard request.validFrom >= today else { return refuse(call, WireError(.invalidField, field: "valid_from")) }
        let hall = request.adopt ? request.hallID ?? account.hall : nil
        if let hall { guard administrator(call, of: hall) != nil else { return } }
        let (store, editor, halls) = (store, editor(account), hallIDs)
        changeCatalogue(
            call,
            { () throws(StoreError) in
                try store.publishDraft(of: code, revision: request.revision, validFrom: request.validFrom, adoptedBy: hall, halls: halls, by: editor)
            }
        ) { [self] outcome in
            guard case .published(let item) = outcome else { return answerDraft(outcome, call) }
            log.notice("a version was published", metadata: ["item": "\(code)", "version": "\(item.version)", "account": "\(account.id)"])
            let isValid = request.validFrom <= today
            // The page looks at once at what its hall has now.
            adoptWhatIsDue { [self] in
                answer(call, Published(code: code, version: item.version, validFrom: request.validFrom, state: isValid ? .valid : .coming))
            }
        }
    }

    private func answerDraft(_ outcome: DraftOutcome, _ call: Route.Call) {
        switch outcome {
        case .saved(let draft): answer(call, ItemDraftView(draft, newest: nil, halls: hallIDs))
        case .discarded: call.exchange.respond(status: 204, headers: [("Cache-Control", "no-store")])
        case .problems(let problems):
            answerProblem(call, WireError(.itemHasProblems)) { ItemProblemDocument(problem: $0, problems: problems) }
        case .nothingNew: refuse(call, WireError(.wrongState, field: "item"))
        case .stale(let stale):
            let halls = hallIDs
            answerProblem(call, WireError(.draftChanged)) { problem in
                StaleDocument(
                    problem: problem, draft: stale.present.map { ItemDraftView($0, newest: nil, halls: halls) }, newest: stale.newest,
                    differences: stale.differences)
            }
        case .published: refuse(call, WireError(.internalError))
        }
    }

    func answerProblem(_ call: Route.Call, _ error: WireError, _ document: (Problem) -> some Encodable) {
        let problem = Problem(error, locale: call.locale)
        answer(call, status: problem.status, type: "application/problem+json", document(problem))
    }

    // MARK: Withdrawing

    private func setWithdrawn(_ isWithdrawn: Bool, why: String?, _ call: Route.Call) {
        guard let account = member(call), let code = itemCode(call) else { return }
        guard (why ?? "").count <= Limits.noteCharacters else { return refuse(call, WireError(.invalidField, field: "why")) }
        let (store, editor) = (store, editor(account))
        changeCatalogue(
            call,
            { () throws(StoreError) in
                let isChanged = try store.setWithdrawn(code, isWithdrawn, why: why ?? "", by: editor)
                return (isChanged: isChanged, withdrawals: try store.withdrawals())
            }
        ) { [self] result in
            guard result.isChanged else { return refuse(call, WireError(.wrongState)) }
            log.notice(
                isWithdrawn ? "an item was withdrawn" : "an item was put back", metadata: ["item": "\(code)", "account": "\(account.id)"])
            turn(.withdrawn(Set(result.withdrawals.map(\.item))))
            adoptWhatIsDue { [self] in
                answer(call, WithdrawnAnswer(withdrawn: result.withdrawals.first { $0.item == code }.map(WithdrawalView.init)))
            }
        }
    }
}

/// What the catalogue is beside its versions.
struct CatalogueLines: Sendable {
    let publications: [PublicationLine]
    let withdrawals: [WithdrawalLine]
    let planned: [PlannedAdoption]
}

extension BrokerStore {
    func catalogueLines() throws(StoreError) -> CatalogueLines {
        CatalogueLines(publications: try publications(), withdrawals: try withdrawals(), planned: try plannedAdoptions())
    }
}

// MARK: Requests

private struct DraftRequest: Decodable, Sendable {
    /// Of the draft that the page has; 0 without one.
    let revision: Int
    /// The newest version that the page has; null when the item has none.
    let basedOn: Int?
    let item: CatalogueItem
}

private struct RevisionRequest: Decodable, Sendable {
    let revision: Int
}

private struct PublishRequest: Decodable, Sendable {
    let revision: Int
    let validFrom: CivilDate
    /// Whether a hall of the administrator's takes the version on as soon as it is valid.
    let adopt: Bool
    /// Which; without it the home hall.
    let hallID: HallID?
}

private struct WithdrawRequest: Decodable, Sendable {
    let why: String?
}

// MARK: Answers

private struct ItemDetail: Encodable {
    let code: ItemCode
    /// Oldest first.
    let versions: [VersionView]
    let newest: CatalogueItem?
    let draft: ItemDraftView?
    let withdrawn: WithdrawalView?
    let planned: [PlannedView]
}

struct VersionView: Encodable {
    let version: Int
    let name: String
    let verified: Bool
    let materialCount: Int
    /// Nil: it came with a catalogue file at the terminal.
    let publishedAt: Instant?
    let publishedBy: String?
    /// Nil: always was.
    let validFrom: CivilDate?
    let isComing: Bool

    init(_ item: CatalogueItem, _ lines: CatalogueLines, today: CivilDate) {
        let publication = lines.publications.first { $0.item == item.code && $0.version == item.version }
        version = item.version
        name = item.name
        verified = item.verified
        materialCount = item.materials.count
        publishedAt = publication?.publishedAt
        publishedBy = publication?.publishedByName
        validFrom = publication?.validFrom
        isComing = publication.map { $0.validFrom > today } ?? false
    }
}

struct ItemDraftView: Encodable {
    let revision: Int
    let basedOn: Int?
    let changedAt: Instant
    let changedBy: String
    let item: CatalogueItem
    /// What keeps it from being published.
    let problems: [ItemProblem]
    /// From the newest version; nil for an item that has none, and where it was not asked.
    let differences: ItemDifferences?

    init(_ draft: ItemDraft, newest: CatalogueItem?, halls: Set<HallID>) {
        revision = draft.revision
        basedOn = draft.basedOn
        changedAt = draft.changedAt
        changedBy = draft.changedByName
        item = draft.item
        problems = draft.item.problems(halls: halls)
        differences = newest?.tidied().differences(to: draft.item)
    }
}

struct WithdrawalView: Encodable {
    let why: String
    let at: Instant
    let by: String

    init(_ line: WithdrawalLine) {
        why = line.why
        at = line.at
        by = line.byName
    }
}

struct PlannedView: Encodable {
    let hallID: HallID
    let version: Int
    let validFrom: CivilDate
    let chosenBy: String

    init(_ plan: PlannedAdoption) {
        hallID = plan.hall
        version = plan.item.version
        validFrom = plan.validFrom
        chosenBy = plan.chosenByName
    }
}

private struct Published: Encodable {
    enum State: String, Encodable {
        case valid
        case coming
    }
    let code: ItemCode
    let version: Int
    let validFrom: CivilDate
    let state: State
}

private struct WithdrawnAnswer: Encodable {
    let withdrawn: WithdrawalView?
}

private struct ItemProblemDocument: Encodable {
    let problem: Problem
    let problems: [ItemProblem]

    private enum Key: String, CodingKey { case problems }

    func encode(to encoder: any Encoder) throws {
        try problem.encode(to: encoder)
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(problems, forKey: .problems)
    }
}

/// A problem document that also says what is there now, and what changed since the page read it.
private struct StaleDocument: Encodable {
    let problem: Problem
    let draft: ItemDraftView?
    let newest: CatalogueItem?
    let differences: ItemDifferences?

    private enum Key: String, CodingKey { case draft, newest, differences }

    func encode(to encoder: any Encoder) throws {
        try problem.encode(to: encoder)
        var container = encoder.container(keyedBy: Key.self)
        try container.encodeIfPresent(draft, forKey: .draft)
        try container.encodeIfPresent(newest, forKey: .newest)
        try container.encodeIfPresent(differences, forKey: .differences)
    }
}

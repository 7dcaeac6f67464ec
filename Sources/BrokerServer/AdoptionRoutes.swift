import BrokerCore
import BrokerStore
import SignalingProtocol
import WebServer

// 五统一: an item has the same content wherever a version of it is served. A hall adopts a version as it stands; nothing here edits one.

extension Engine {
    static let adoptionRoutes = [
        Route("GET", "/api/v1/admin/catalogue") { engine, call in engine.sendVersions(call) },
        Route("GET", "/api/v1/admin/catalogue/{item}/differences") { engine, call in engine.sendDifferences(call) },
        Route("POST", "/api/v1/admin/halls/{hall}/planned-adoptions/cancel") { engine, call in
            engine.readBody(call, as: CancelRequest.self) { engine.cancelPlan($0, call) }
        },
        Route("POST", "/api/v1/admin/halls/{hall}/adopt") { engine, call in
            engine.readBody(call, as: AdoptionRequest.self) { engine.adopt($0, call) }
        },
    ]

    /// `hall`: the one to decide for, of those that the administrator answers for; without it the home hall.
    private func sendVersions(_ call: Route.Call) {
        guard let account = member(call) else { return }
        var own = account.hall
        if let wanted = call.exchange.head.query["hall"] {
            guard let hall = broker.allHalls.first(where: { $0.id.text == wanted })?.id else { return refuse(call, WireError(.notFound, field: "hall")) }
            guard administrator(call, of: hall) != nil else { return }
            own = hall
        }
        let halls = broker.hallStatuses.map(\.hall)
        let store = store
        answerFromStore(
            call,
            { () throws(StoreError) in
                (items: try store.itemVersions(), adoptions: try store.adoptions(), drafts: try store.drafts(), lines: try store.catalogueLines())
            }
        ) { [self] stored in
            let versions = Dictionary(grouping: stored.items, by: \.code)
            let adoptions = Dictionary(grouping: stored.adoptions, by: \.adoption.item)
            let drafts = Dictionary(stored.drafts.map { ($0.item.code, $0) }, uniquingKeysWith: { $1 })
            let codes = Set(versions.keys).union(drafts.keys).sorted()
            answer(
                call,
                VersionList(
                    halls: halls, ownHallID: own, today: today,
                    items: codes.compactMap { code in
                        ItemVersions(
                            versions: versions[code] ?? [], adoptions: adoptions[code] ?? [], draft: drafts[code], lines: stored.lines, today: today)
                    }))
        }
    }

    private func sendDifferences(_ call: Route.Call) {
        guard member(call) != nil else { return }
        let query = call.exchange.head.query
        guard let code = call.parameters["item"].flatMap(ItemCode.init) else { return refuse(call, WireError(.notFound)) }
        guard let from = query["from"].flatMap({ Int($0) }) else { return refuse(call, WireError(.invalidField, field: "from")) }
        if query["to"] == "draft" { return sendDraftDifferences(code, from: from, call) }
        guard let to = query["to"].flatMap({ Int($0) }) else { return refuse(call, WireError(.invalidField, field: "to")) }
        let store = store
        answerFromStore(call, { () throws(StoreError) in (old: try store.itemVersion(code, from), new: try store.itemVersion(code, to)) }) { [self] found in
            guard let old = found.old, let new = found.new else { return refuse(call, WireError(.notFound)) }
            answer(call, VersionDifferences(code: code, from: from, to: to, differences: old.differences(to: new)))
        }
    }

    private func sendDraftDifferences(_ code: ItemCode, from: Int, _ call: Route.Call) {
        let store = store
        answerFromStore(call, { () throws(StoreError) in (old: try store.itemVersion(code, from), draft: try store.draft(of: code)) }) { [self] found in
            guard let old = found.old, let draft = found.draft else { return refuse(call, WireError(.notFound)) }
            answer(call, VersionDifferences(code: code, from: from, to: nil, differences: old.tidied().differences(to: draft.item)))
        }
    }

    /// Only for the hall's own administrators: who answers for a hall decides what it serves.
    private func adopt(_ request: AdoptionRequest, _ call: Route.Call) {
        guard let (account, found) = administeredHall(call) else { return }
        let hall = found.id
        guard takesWrites else { return refuse(call, storageUnavailable) }
        let store = store
        answerFromStore(call, { () throws(StoreError) in try store.itemVersion(request.item, request.version) }) { [self] item in
            guard let item else { return refuse(call, WireError(.notFound, field: "version")) }
            guard takesWrites else { return refuse(call, storageUnavailable) }
            guard !broker.isWithdrawn(item.code) else { return refuse(call, WireError(.wrongState)) }
            planOrAdopt(item, replacing: request.replaces, in: hall, by: account, call)
        }
    }

    /// A version whose day has not come is taken on when it does.
    private func planOrAdopt(_ item: CatalogueItem, replacing replaced: Int?, in hall: HallID, by account: AccountRow, _ call: Route.Call) {
        let (store, day, editor) = (store, today, editor(account))
        changeCatalogue(
            call,
            { () throws(StoreError) in
                let isPlanned = try store.planAdoption(of: item.code, item.version, in: hall, today: day, by: editor)
                return isPlanned ? try store.plannedAdoptions() : []
            }
        ) { [self] plans in
            if let plan = plans.first(where: { $0.hall == hall && $0.item.code == item.code && $0.item.version == item.version }) {
                return answer(call, status: 202, PlannedView(plan))
            }
            guard takesWrites else { return refuse(call, storageUnavailable) }
            let id = newRequest { [self] result in adopted(result, item.code, in: hall, by: account, call) }
            turn(.adopt(id, hall, item, replaces: replaced, by: account.id))
        }
    }

    private func cancelPlan(_ request: CancelRequest, _ call: Route.Call) {
        guard let hall = administeredHall(call)?.hall.id else { return }
        let store = store
        changeCatalogue(
            call,
            { () throws(StoreError) in
                let plan = try store.plannedAdoptions().first {
                    $0.hall == hall && $0.item.code == request.item && $0.item.version == request.version
                }
                if let plan { try store.settlePlan(plan.id, .cancelled) }
                return plan != nil
            }
        ) { [self] isThere in
            if isThere { call.exchange.respond(status: 204, headers: [("Cache-Control", "no-store")]) } else { refuse(call, WireError(.notFound)) }
        }
    }

    private func adopted(_ result: Result<RequestAnswer, WireError>, _ item: ItemCode, in hall: HallID, by account: AccountRow, _ call: Route.Call) {
        switch result {
        case .success(.adopted(let adoption)):
            log.notice(
                "a hall adopted a version",
                metadata: ["hall": "\(hall)", "item": "\(item)", "version": "\(adoption.version)", "account": "\(account.id)"])
            answer(call, AdoptionView(AdoptionLine(adoption: adoption, administratorName: account.name)))
        case .success(.file), .success(.claimed), .success(.appointment), .success(.floor), .success(.house): refuse(call, WireError(.internalError))
        case .failure(let error) where error.code == .adoptionOutdated:
            let store = store
            answerFromStore(call, { () throws(StoreError) in try store.adoptions() }) { [self] lines in
                let present = lines.first { $0.adoption.hall == hall && $0.adoption.item == item }
                let problem = AdoptionProblem(problem: Problem(error, locale: call.locale), adopted: present.map(AdoptionView.init))
                answer(call, status: problem.problem.status, type: "application/problem+json", problem)
            }
        case .failure(let error): refuse(call, error)
        }
    }
}

private struct AdoptionRequest: Decodable, Sendable {
    let item: ItemCode
    let version: Int
    /// What the hall has now, as far as the administrator knows; null when it has none.
    let replaces: Int?
}

private struct CancelRequest: Decodable, Sendable {
    let item: ItemCode
    let version: Int
}

private struct VersionList: Encodable {
    let halls: [HallView]
    /// The hall for which this administrator decides.
    let ownHallID: HallID
    /// At the halls; the first day from which a version can be published.
    let today: CivilDate
    let items: [ItemVersions]
}

private struct ItemVersions: Encodable {
    let code: ItemCode
    /// In the newest version, or in the draft of an item that has none.
    let name: String
    let category: String
    /// Oldest first.
    let versions: [VersionView]
    let tags: [ItemTag]
    let mode: ItemMode?
    let verified: Bool
    /// How many sources the newest version names.
    let sourceCount: Int
    let draft: DraftLine?
    let withdrawn: WithdrawalView?
    /// Halls that wait for a version's day.
    let planned: [PlannedView]
    let adoptions: [AdoptionView]
    /// False when two halls that have the item serve different versions.
    let isUniform: Bool

    /// - Returns: nil without a version and without a draft.
    init?(versions: [CatalogueItem], adoptions: [AdoptionLine], draft: ItemDraft?, lines: CatalogueLines, today: CivilDate) {
        guard let newest = versions.last ?? draft?.item else { return nil }
        tags = newest.tags ?? []
        mode = newest.mode
        verified = newest.verified
        sourceCount = newest.sources.count
        self.draft = draft.map(DraftLine.init)
        withdrawn = lines.withdrawals.first { $0.item == newest.code }.map(WithdrawalView.init)
        planned = lines.planned.filter { $0.item.code == newest.code }.map(PlannedView.init)
        let views = versions.map { VersionView($0, lines, today: today) }
        let newestValid = views.last { !$0.isComing }?.version ?? 0
        code = newest.code
        name = newest.name
        category = newest.category
        self.versions = views
        self.adoptions = adoptions.map { AdoptionView($0, newest: newestValid) }
        isUniform = Set(adoptions.map(\.adoption.version)).count <= 1
    }
}

private struct DraftLine: Encodable {
    let revision: Int
    let changedAt: Instant
    let changedBy: String

    init(_ draft: ItemDraft) {
        revision = draft.revision
        changedAt = draft.changedAt
        changedBy = draft.changedByName
    }
}

private struct AdoptionView: Encodable {
    let hallID: HallID
    let item: ItemCode
    let version: Int
    let adoptedAt: Instant
    /// Nobody's name: it came with the loading of the catalogue.
    let adoptedBy: String?
    /// Whether a newer version that is valid waits to be adopted; nil where that was not asked.
    let newerExists: Bool?

    init(_ line: AdoptionLine) { self.init(line, newest: nil) }

    init(_ line: AdoptionLine, newest: Int?) {
        hallID = line.adoption.hall
        item = line.adoption.item
        version = line.adoption.version
        adoptedAt = line.adoption.adoptedAt
        adoptedBy = line.administratorName
        newerExists = newest.map { $0 > line.adoption.version }
    }
}

private struct VersionDifferences: Encodable {
    let code: ItemCode
    let from: Int
    /// Nil: the draft.
    let to: Int?
    let differences: ItemDifferences
}

/// A problem document that also says what the hall has now.
private struct AdoptionProblem: Encodable {
    let problem: Problem
    let adopted: AdoptionView?

    private enum Key: String, CodingKey { case adopted }

    func encode(to encoder: any Encoder) throws {
        try problem.encode(to: encoder)
        var container = encoder.container(keyedBy: Key.self)
        try container.encodeIfPresent(adopted, forKey: .adopted)
    }
}

import BrokerCore
import BrokerStore
import SignalingProtocol
import WebServer

// 五统一: an item has the same content wherever a version of it is served. A hall adopts a version as it stands; nothing here edits one.

extension Engine {
    static let adoptionRoutes = [
        Route("GET", "/api/v1/admin/catalogue") { engine, call in engine.sendVersions(call) },
        Route("GET", "/api/v1/admin/catalogue/{item}/differences") { engine, call in engine.sendDifferences(call) },
        Route("POST", "/api/v1/admin/halls/{hall}/adopt") { engine, call in
            engine.readBody(call, as: AdoptionRequest.self) { engine.adopt($0, call) }
        },
    ]

    private func sendVersions(_ call: Route.Call) {
        guard let account = administrator(call) else { return }
        let halls = broker.hallStatuses.map(\.hall)
        let store = store
        answerFromStore(call, { () throws(StoreError) in (items: try store.itemVersions(), adoptions: try store.adoptions()) }) { [self] stored in
            let versions = Dictionary(grouping: stored.items, by: \.code).sorted { $0.key < $1.key }
            let adoptions = Dictionary(grouping: stored.adoptions, by: \.adoption.item)
            answer(
                call,
                VersionList(
                    halls: halls, ownHallID: account.hall,
                    items: versions.compactMap { ItemVersions(versions: $0.value, adoptions: adoptions[$0.key] ?? []) }))
        }
    }

    private func sendDifferences(_ call: Route.Call) {
        guard administrator(call) != nil else { return }
        let query = call.exchange.head.query
        guard let code = call.parameters["item"].flatMap(ItemCode.init) else { return refuse(call, WireError(.notFound)) }
        guard let from = query["from"].flatMap({ Int($0) }) else { return refuse(call, WireError(.invalidField, field: "from")) }
        guard let to = query["to"].flatMap({ Int($0) }) else { return refuse(call, WireError(.invalidField, field: "to")) }
        let store = store
        answerFromStore(call, { () throws(StoreError) in (old: try store.itemVersion(code, from), new: try store.itemVersion(code, to)) }) { [self] found in
            guard let old = found.old, let new = found.new else { return refuse(call, WireError(.notFound)) }
            answer(call, VersionDifferences(code: code, from: from, to: to, differences: old.differences(to: new)))
        }
    }

    /// Only for the administrator's own hall: who answers for a hall decides what it serves.
    private func adopt(_ request: AdoptionRequest, _ call: Route.Call) {
        guard let account = administrator(call) else { return }
        guard let hall = broker.hallStatuses.map(\.hall.id).first(where: { $0.text == call.parameters["hall"] }) else {
            return refuse(call, WireError(.notFound))
        }
        guard account.hall == hall else { return refuse(call, WireError(.notAllowed)) }
        guard takesWrites else { return refuse(call, storageUnavailable) }
        let store = store
        answerFromStore(call, { () throws(StoreError) in try store.itemVersion(request.item, request.version) }) { [self] item in
            guard let item else { return refuse(call, WireError(.notFound, field: "version")) }
            guard takesWrites else { return refuse(call, storageUnavailable) }
            let id = newRequest { [self] result in adopted(result, request.item, in: hall, by: account, call) }
            turn(.adopt(id, hall, item, replaces: request.replaces, by: account.id))
        }
    }

    private func adopted(_ result: Result<RequestAnswer, WireError>, _ item: ItemCode, in hall: HallID, by account: AccountRow, _ call: Route.Call) {
        switch result {
        case .success(.adopted(let adoption)):
            log.notice(
                "a hall adopted a version",
                metadata: ["hall": "\(hall)", "item": "\(item)", "version": "\(adoption.version)", "account": "\(account.id)"])
            answer(call, AdoptionView(AdoptionLine(adoption: adoption, administratorName: account.name)))
        case .success(.file), .success(.claimed), .success(.appointment), .success(.floor): refuse(call, WireError(.internalError))
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

private struct VersionList: Encodable {
    let halls: [HallView]
    /// The hall for which this administrator decides.
    let ownHallID: HallID
    let items: [ItemVersions]
}

private struct ItemVersions: Encodable {
    let code: ItemCode
    /// In the newest version.
    let name: String
    let category: String
    /// Oldest first.
    let versions: [VersionLine]
    let adoptions: [AdoptionView]
    /// False when two halls that have the item serve different versions.
    let isUniform: Bool

    /// - Returns: nil without a version.
    init?(versions: [CatalogueItem], adoptions: [AdoptionLine]) {
        guard let newest = versions.last else { return nil }
        code = newest.code
        name = newest.name
        category = newest.category
        self.versions = versions.map(VersionLine.init)
        self.adoptions = adoptions.map { AdoptionView($0, newest: newest.version) }
        isUniform = Set(adoptions.map(\.adoption.version)).count <= 1
    }
}

private struct VersionLine: Encodable {
    let version: Int
    let name: String
    let materialCount: Int
    let verified: Bool

    init(_ item: CatalogueItem) {
        version = item.version
        name = item.name
        materialCount = item.materials.count
        verified = item.verified
    }
}

private struct AdoptionView: Encodable {
    let hallID: HallID
    let item: ItemCode
    let version: Int
    let adoptedAt: Instant
    /// Nobody's name: it came with the loading of the catalogue.
    let adoptedBy: String?
    /// Whether a newer version waits to be adopted; nil where that was not asked.
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
    let to: Int
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

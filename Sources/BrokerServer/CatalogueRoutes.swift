import BrokerCore
import BrokerStore
import SignalingProtocol
import WebServer

extension Engine {
    static let healthRoutes = [
        Route("GET", "/api/v1/openapi.json") { engine, call in
            call.exchange.respond(status: 200, headers: [("Content-Type", "application/json"), ("Cache-Control", "no-cache")], body: Engine.apiDocument)
        },
        Route("GET", "/healthz") { engine, call in engine.answer(call, ["status": "ok"]) },
        Route("GET", "/readyz") { engine, call in
            engine.answer(call, status: engine.journal.isStorageDown ? 503 : 200, ["status": engine.journal.isStorageDown ? "storage_unavailable" : "ok"])
        },
    ]

    static let catalogueRoutes = [
        Route("GET", "/api/v1/catalogue") { engine, call in engine.sendCatalogue(call) },
        Route("GET", "/api/v1/catalogue/{code}") { engine, call in engine.sendItem(call) },
        Route("GET", "/api/v1/halls") { engine, call in
            engine.answer(call, HallList(halls: engine.broker.hallStatuses.map(HallLine.init)))
        },
    ]

    private static let apiDocument = APIDocument.file

    /// `hall`: what that hall offers; without it what any hall offers, each item in the newest version that a hall has adopted.
    private func sendCatalogue(_ call: Route.Call) {
        let halls = broker.hallStatuses.map(\.hall)
        var items = broker.publishedItems
        if let asked = call.exchange.head.query["hall"] {
            guard let hall = halls.first(where: { $0.id.text == asked }) else { return refuse(call, WireError(.notFound, field: "hall")) }
            items = broker.publishedItems(in: hall.id)
        }
        let rows = items.map { ItemSummary($0, search: searchWords(of: $0.name)) }
        answer(call, CatalogueSummary(warning: Demonstration.warning(call.locale), halls: halls, items: rows))
    }

    /// `hall`: the version that this hall has adopted. `version`: one that some hall has or had, for whoever has a case that was opened with it.
    private func sendItem(_ call: Route.Call) {
        let query = call.exchange.head.query
        if let asked = query["version"] {
            guard let code = call.parameters["code"].flatMap(ItemCode.init), let version = Int(asked) else { return refuse(call, WireError(.notFound)) }
            let store = store
            return answerFromStore(call, { () throws(StoreError) in try store.adoptedItemVersion(code, version) }) { [self] item in
                send(item, call)
            }
        }
        let items = query["hall"].map { asked in HallID(asked).map { broker.publishedItems(in: $0) } ?? [] } ?? broker.publishedItems
        send(items.first { $0.code.text == call.parameters["code"] }, call)
    }

    private func send(_ item: CatalogueItem?, _ call: Route.Call) {
        guard let item else { return refuse(call, WireError(.notFound)) }
        answer(
            call,
            ItemAnswer(
                item: item, openings: broker.openings(of: item).map(HallOpening.init),
                adopted: broker.adoptions(of: item.code).map { HallVersion(hallID: $0.hall, version: $0.version) }))
    }
}

struct CatalogueSummary: Encodable {
    let warning: String
    let halls: [HallView]
    let items: [ItemSummary]
}

struct ItemSummary: Encodable {
    let code: ItemCode
    let version: Int
    let name: String
    let nameEnglish: String?
    let category: String
    let applicants: [String]
    let kinds: [SessionKind]
    let materialCount: Int
    let verified: Bool
    let search: SearchWords

    init(_ item: CatalogueItem, search: SearchWords) {
        self.search = search
        code = item.code
        version = item.version
        name = item.name
        nameEnglish = item.nameEnglish
        category = item.category
        applicants = item.applicants
        kinds = item.kinds
        materialCount = item.materials.count
        verified = item.verified
    }
}

/// An item, when each hall has somebody for it, and which halls offer it in which version.
struct ItemAnswer: Encodable {
    let item: CatalogueItem
    let openings: [HallOpening]
    let adopted: [HallVersion]

    private enum Key: String, CodingKey { case openings, adopted }

    func encode(to encoder: any Encoder) throws {
        try item.encode(to: encoder)
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(openings, forKey: .openings)
        try container.encode(adopted, forKey: .adopted)
    }
}

struct HallVersion: Encodable {
    let hallID: HallID
    let version: Int
}

struct HallOpening: Encodable {
    let hallID: HallID
    let opening: OpeningView

    init(_ pair: (hall: HallID, opening: OpeningView)) {
        hallID = pair.hall
        opening = pair.opening
    }
}

struct HallList: Encodable {
    let halls: [HallLine]
}

struct HallLine: Encodable {
    let id: HallID
    let name: String
    let waiting: Int
    let seatsOpen: Int
    let opening: OpeningView?
    /// What can be had without a provider of identities.
    let guestsMayConsult: Bool
    let guestsMayPreReview: Bool

    init(_ status: Broker.HallStatus) {
        id = status.hall.id
        name = status.hall.name
        waiting = status.waiting
        seatsOpen = status.seatsOpen
        opening = status.opening
        guestsMayConsult = status.guestsMayConsult
        guestsMayPreReview = status.guestsMayPreReview
    }
}

import BrokerCore
import SignalingProtocol
import WebServer

extension Engine {
    static let healthRoutes = [
        Route("GET", "/healthz") { engine, call in engine.answer(call, ["status": "ok"]) },
        Route("GET", "/readyz") { engine, call in
            engine.answer(call, status: engine.journal.isStorageDown ? 503 : 200, ["status": engine.journal.isStorageDown ? "storage_unavailable" : "ok"])
        },
    ]

    static let catalogueRoutes = [
        Route("GET", "/api/v1/catalogue") { engine, call in
            engine.answer(
                call,
                CatalogueSummary(
                    warning: Demonstration.warning(call.locale),
                    halls: engine.broker.hallStatuses.map(\.hall), items: engine.broker.publishedItems.map(ItemSummary.init)))
        },
        Route("GET", "/api/v1/catalogue/{code}") { engine, call in
            guard let item = engine.broker.publishedItems.first(where: { $0.code.text == call.parameters["code"] }) else {
                return engine.refuse(call, WireError(.notFound))
            }
            engine.answer(call, ItemAnswer(item: item, openings: engine.broker.openings(of: item).map(HallOpening.init)))
        },
        Route("GET", "/api/v1/halls") { engine, call in
            engine.answer(call, HallList(halls: engine.broker.hallStatuses.map(HallLine.init)))
        },
    ]
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

    init(_ item: CatalogueItem) {
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

/// An item, and when each hall has somebody for it.
struct ItemAnswer: Encodable {
    let item: CatalogueItem
    let openings: [HallOpening]

    private enum Key: String, CodingKey { case openings }

    func encode(to encoder: any Encoder) throws {
        try item.encode(to: encoder)
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(openings, forKey: .openings)
    }
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

    init(_ status: Broker.HallStatus) {
        id = status.hall.id
        name = status.hall.name
        waiting = status.waiting
        seatsOpen = status.seatsOpen
        opening = status.opening
    }
}

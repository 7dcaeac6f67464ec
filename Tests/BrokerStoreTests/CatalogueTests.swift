import BrokerCore
import GRDB
import SignalingProtocol
import Testing

@testable import BrokerStore

@Suite("Stored versions of items")
struct CatalogueStoreTests {
    /// The item in its next version, with another time limit.
    private static let next: CatalogueItem = {
        var item = Fixtures.registration
        item.version = 4
        item.timeLimit = SourcedText(text: "5 个工作日", source: "S1")
        return item
    }()

    private static func adoption(_ version: Int = 4, replaces: Int? = 3, hall: HallID = Fixtures.hall, by: AgentID? = Fixtures.zheng) -> Adoption {
        Adoption(
            hall: hall, item: Fixtures.registration.code, version: version, replaces: replaces, adoptedAt: Fixtures.morning + .minutes(1), adoptedBy: by)
    }

    private func changes(_ items: [CatalogueItem], into desk: Desk, dryRun: Bool = false) throws -> [CatalogueImport.Change] {
        try desk.store.importVersions(items, dryRun: dryRun).lines.map(\.change)
    }

    // MARK: Coming in

    @Test func comeInBesideThoseThatAreThere() throws {
        let desk = try Desk()
        let refund = Fixtures.item("refund", version: 1, kinds: [.preReview], materials: [])
        #expect(try changes([Self.next, Fixtures.advice, refund], into: desk) == [.newVersion, .unchanged, .newItem])
        try desk.reopen()
        #expect(try desk.store.itemVersions() == [Fixtures.advice, Fixtures.hidden, refund, Fixtures.registration, Self.next])
        #expect(try desk.store.itemVersion(Self.next.code, 4) == Self.next)
        #expect(try desk.store.itemVersion(Self.next.code, 5) == nil)
        #expect(try desk.state().catalogue == [Fixtures.advice, Fixtures.registration], "nobody has adopted them")
        #expect(try desk.store.adoptedItemVersion(Self.next.code, 4) == nil)
        #expect(try changes([Self.next, Fixtures.advice, refund], into: desk) == [.unchanged, .unchanged, .unchanged], "a second time nothing happens")
    }

    @Test func changeNothingInADryRun() throws {
        let desk = try Desk()
        #expect(try changes([Self.next], into: desk, dryRun: true) == [.newVersion])
        #expect(try desk.count("item_version") == 3)
    }

    @Test func areTakenAllOrNone() throws {
        let desk = try Desk()
        var contradicting = Fixtures.advice
        contradicting.name = "别的名称"
        let result = try desk.store.importVersions([Self.next, contradicting])
        #expect(!result.isAccepted)
        #expect(result.lines.map(\.change) == [.newVersion, .refused])
        #expect(try desk.count("item_version") == 3)
        #expect(try desk.store.itemVersion(Fixtures.advice.code, 3) == Fixtures.advice)
    }

    @Test func areRefusedWhenOneFileSaysTwoThings() throws {
        let desk = try Desk()
        var other = Self.next
        other.name = "别的名称"
        #expect(try changes([Self.next, other], into: desk) == [.newVersion, .refused])
        #expect(try changes([Self.next, Self.next], into: desk) == [.newVersion, .unchanged])
    }

    // MARK: What the schema forbids

    @Test(arguments: [
        "UPDATE item_version SET body = '{}'", "UPDATE item_version SET published = 0", "UPDATE item_version SET version = 9",
        "DELETE FROM item_version WHERE code = 'hidden'", "UPDATE item_adoption SET item_version = 4", "UPDATE item_adoption SET adopted_at_ms = 0",
        "DELETE FROM item_adoption",
    ])
    func areNeverChangedNorTheirHistory(_ sql: String) throws {
        let desk = try Desk()
        #expect(throws: DatabaseError.self) { try desk.store.pool.write { db in try db.execute(sql: sql) } }
        #expect(try desk.store.itemVersions() == [Fixtures.advice, Fixtures.hidden, Fixtures.registration])
    }

    @Test func areAdoptedOnlyInThePlaceOfWhatTheHallHas() throws {
        let desk = try Desk()
        #expect(desk.result(of: .adoption(Self.adoption())) == "store_refused", "there is no version 4 yet")
        _ = try desk.store.importVersions([Self.next])
        #expect(desk.result(of: .adoption(Self.adoption(replaces: 2))) == "store_refused")
        #expect(desk.result(of: .adoption(Self.adoption(replaces: nil))) == "store_refused")
        #expect(desk.result(of: .adoption(Self.adoption(3))) == "store_refused", "it is there already")
        #expect(desk.result(of: .adoption(Self.adoption())) == "stored")
        #expect(desk.result(of: .adoption(Self.adoption())) == "store_refused", "it was replaced meanwhile")
    }

    // MARK: Adoption

    @Test func areWhatAHallAdoptedWithItsHistoryOverARestart() throws {
        let desk = try Desk()
        _ = try desk.store.importVersions([Self.next])
        try desk.commit(.adoption(Self.adoption()))
        try desk.commit(.adoption(Self.adoption(3, replaces: 4, by: nil)))
        try desk.commit(.adoption(Self.adoption()))
        try desk.reopen()
        let state = try desk.state()
        #expect(state.adopted[Fixtures.hall]?[Fixtures.registration.code] == 4)
        #expect(state.adopted[Fixtures.halls[1].id]?[Fixtures.registration.code] == 3)
        #expect(state.catalogue == [Fixtures.advice, Fixtures.registration, Self.next], "both are in use")
        let history = try desk.store.adoptionHistory(of: Self.next.code, in: Fixtures.hall)
        #expect(history.map(\.adoption.version) == [4, 3, 4, 3])
        #expect(history.map(\.administratorName) == ["郑小敏", nil, "郑小敏", nil])
        #expect(try desk.store.adoptedItemVersion(Self.next.code, 4) == Self.next)
        let broker = Broker(configuration: BrokerConfiguration(), seed: 1, state: state)
        #expect(broker.publishedItems(in: Fixtures.hall) == [Fixtures.advice, Self.next])
        #expect(broker.publishedItems(in: Fixtures.halls[1].id) == [Fixtures.advice, Fixtures.registration])
    }

    @Test func leaveACaseTheVersionItWasOpenedWith() throws {
        let desk = try Desk()
        try desk.commit(.serviceCase(Fixtures.serviceCase()), .ticket(Fixtures.ticket()))
        _ = try desk.store.importVersions([Self.next])
        try desk.commit(.adoption(Self.adoption()))
        try desk.reopen()
        #expect(try desk.state().cases.map(\.item) == [Fixtures.registration])
    }

    /// Before there were adoptions every hall had what was published.
    @Test func areAdoptedEverywhereInAnOldDatabase() throws {
        let folder = try TemporaryFolder()
        let path = folder.url.appending(path: "farwindow.sqlite").path
        do {
            let old = try DatabaseQueue(path: path)
            try Schema.migrator.migrate(old, upTo: "4 opening hours")
            try old.write { db in
                for hall in Fixtures.halls { try db.execute(sql: "INSERT INTO hall (id, name) VALUES (?, ?)", arguments: [hall.id.text, hall.name]) }
                for (item, published) in Fixtures.seed.items {
                    try db.execute(
                        sql: "INSERT INTO item_version VALUES (?, ?, ?, ?)",
                        arguments: [item.code.text, item.version, try BrokerStore.json(item), published])
                }
            }
        }
        let store = try BrokerStore(path: path)
        let state = try store.loadState(at: Fixtures.morning)
        let versions: [ItemCode: Int] = [Fixtures.advice.code: 3, Fixtures.registration.code: 3]
        #expect(state.adopted == Dictionary(uniqueKeysWithValues: Fixtures.halls.map { ($0.id, versions) }))
        #expect(state.catalogue == [Fixtures.advice, Fixtures.registration])
        let lines = try store.adoptions()
        #expect(lines.count == 4)
        #expect(lines.allSatisfy { $0.adoption.adoptedBy == nil && $0.adoption.replaces == nil && $0.adoption.adoptedAt > Instant(milliseconds: 0) })
    }
}

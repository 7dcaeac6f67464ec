import BrokerCore
import Foundation
import GRDB
import SignalingProtocol
import Testing

@testable import BrokerStore

@Suite("A batch")
struct BatchTests {
    @Test func isSyncedToTheDiskBeforeItCountsAsStored() throws {
        let desk = try Desk()
        for _ in 0..<2 {
            #expect(try desk.store.pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") } == 2)
            #expect(try desk.store.pool.read { try String.fetchOne($0, sql: "PRAGMA journal_mode") } == "wal")
            #expect(try desk.store.pool.read { try Bool.fetchOne($0, sql: "PRAGMA foreign_keys") } == true)
            try desk.reopen()
        }
    }

    @Test func survivesReopeningAndMigratingAgain() throws {
        let desk = try Desk.inSession()
        let before = try desk.state()
        for _ in 0..<3 { try desk.reopen() }
        #expect(try desk.state() == before)
        #expect(try desk.store.isEmpty() == false)
    }

    @Test func isStoredWholeOrNotAtAll() throws {
        let desk = try Desk()
        let opened = Fixtures.serviceCase()
        let result = desk.result(
            of: .serviceCase(opened), .ticket(Fixtures.ticket()), .ticket(Fixtures.ticket(2)), .seat(Fixtures.seats[0]))
        #expect(result == "store_refused", "a citizen has one live ticket")
        #expect(try desk.state().inOrder == Ledger().state(at: Fixtures.morning).with(ticketsTaken: [:]))
        #expect(try desk.store.caseHistory(number: opened.number, lookUpCode: opened.lookUpCode) == nil)
        #expect(desk.result(of: .serviceCase(opened), .ticket(Fixtures.ticket())) == "stored", "the next one is as good as any")
    }

    @Test func thatIsEmptyIsNoTrouble() throws {
        let desk = try Desk()
        try desk.store.commit([])
        #expect(try desk.store.newestInstant() == Fixtures.morning)
    }

    @Test func onAFullDiskIsKeptBackAndSucceedsLater() throws {
        let desk = try Desk.inSession()
        let session = Fixtures.session().id
        let long = String(repeating: "久", count: 1_000)
        let batch: [StoreRecord] = (1...200).map { number in
            .broker(.chat(session, ChatMessageView(id: Fixtures.chat(number).id, from: .citizen, text: long, at: Fixtures.morning)))
        }
        let before = try desk.state()
        try desk.limitPages(to: desk.pages() + 4)
        for _ in 0..<3 { #expect(code { try desk.store.commit(batch) } == "store_unavailable") }
        #expect(try desk.state() == before, "nothing of it was stored, and reading goes on")

        try desk.limitPages(to: 1_000_000)
        try desk.store.commit(batch)
        try desk.reopen()
        #expect(try desk.state().chats[session]?.count == 200)
    }

    @Test func ofTheSeedOnAFullDiskLeavesTheStoreEmpty() throws {
        let desk = try Desk(seed: nil)
        var seed = Fixtures.seed
        seed.items += (1...300).map { (Fixtures.item("item-\($0)", kinds: [.consultation], materials: Fixtures.registration.materials), true) }
        try desk.limitPages(to: desk.pages() + 4)
        #expect(code { try desk.store.seed(seed) } == "store_unavailable")
        #expect(try desk.store.isEmpty())
        try desk.limitPages(to: 1_000_000)
        try desk.store.seed(seed)
        #expect(try desk.store.newestItems().count == 303)
    }

    @Test func ofTheSeedWithOneWrongEntryLeavesTheStoreEmpty() throws {
        let desk = try Desk(seed: nil)
        var wrong = Fixtures.seed
        wrong.accounts.append(Fixtures.accounts[0])
        #expect(code { try desk.store.seed(wrong) } == "store_refused")
        #expect(try desk.store.isEmpty())
        #expect(try desk.store.accounts().isEmpty)
        #expect(try desk.store.newestItems().isEmpty)
        try desk.store.seed(Fixtures.seed)
        #expect(try desk.store.accounts() == Fixtures.accounts)
        #expect(try desk.state().inOrder == Ledger().state(at: Fixtures.morning).with(ticketsTaken: [:]))
        #expect(code { try desk.store.seed(Fixtures.seed) } == "store_refused", "a seed is not sown twice")
    }

    @Test func cannotBeStoredInAFileThatIsNoDatabase() throws {
        let folder = try TemporaryFolder()
        let file = folder.url.appending(path: "farwindow.sqlite")
        try Data(String(repeating: "not a database ", count: 500).utf8).write(to: file)
        #expect(code { _ = try BrokerStore(path: file.path) } == "store_cannot_open")
        #expect(code { _ = try BrokerStore(path: folder.url.appending(path: "nowhere/farwindow.sqlite").path) } == "store_cannot_open")
    }
}

extension Desk {
    fileprivate func pages() throws -> Int {
        try store.pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA page_count") ?? 0 }
    }

    /// SQLite answers a database at its largest size as it answers a full disk: `SQLITE_FULL`.
    fileprivate func limitPages(to count: Int) throws {
        try store.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = \(count)") }
    }
}

extension BrokerState {
    fileprivate func with(ticketsTaken: [HallID: Int]) -> BrokerState {
        var state = self
        state.ticketsTakenToday = ticketsTaken
        return state
    }
}

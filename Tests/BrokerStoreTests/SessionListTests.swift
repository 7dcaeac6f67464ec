import BrokerCore
import Foundation
import GRDB
import SignalingProtocol
import Testing

@testable import BrokerStore

@Suite("The list of sessions")
struct SessionListTests {
    private static func desk(tickets: Int = 120) throws -> Desk {
        let seed = Fixtures.seed
        let desk = try Desk(seed: Seed(halls: seed.halls, seats: MadeUpDays.seats, items: seed.items, accounts: seed.accounts))
        try desk.store.commit(MadeUpDays(seed: 6, tickets: tickets).records.map(StoreRecord.broker))
        return desk
    }

    private static let all = SessionFilter(limit: 10_000)

    private static func filter(_ change: (inout SessionFilter) -> Void) -> SessionFilter {
        var filter = all
        change(&filter)
        return filter
    }

    @Test func goesPageByPageThroughEachOnce() throws {
        let desk = try Self.desk()
        let whole = try desk.store.sessions(Self.all)
        #expect(whole.count > 80)
        #expect(whole.map(\.session.startedAt) == whole.map(\.session.startedAt).sorted(by: >), "newest first")
        var paged: [SessionID] = []
        var filter = SessionFilter(limit: 7)
        while true {
            let page = try desk.store.sessions(filter)
            paged += page.map(\.session.id)
            guard let last = page.last, page.count == 7 else { break }
            filter.after = SessionFilter.Cursor(startedAt: last.session.startedAt, id: last.session.id)
        }
        #expect(paged == whole.map(\.session.id))
    }

    @Test func keepsWhatEachFilterAsksFor() throws {
        let desk = try Self.desk()
        let store = desk.store
        let whole = try store.sessions(Self.all)
        let time = MadeUpDays.begin + .minutes(2_000)..<MadeUpDays.begin + .minutes(5_000)
        let one = try #require(whole.first)
        let cases: [(SessionFilter, (SessionLine) -> Bool)] = [
            (Self.filter { $0.hall = Fixtures.hall }, { $0.session.hall == Fixtures.hall }),
            (Self.filter { $0.seat = Fixtures.secondSeat }, { $0.session.seat == Fixtures.secondSeat }),
            (Self.filter { $0.time = time }, { time.contains($0.session.startedAt) }),
            (Self.filter { $0.states = .live }, { $0.session.state != .closed }),
            (Self.filter { $0.states = .one(.connected) }, { $0.session.state == .connected }),
            (Self.filter { $0.states = .one(.closed) }, { $0.session.state == .closed }),
            (Self.filter { $0.item = Fixtures.advice.code }, { $0.item.code == Fixtures.advice.code }),
            (Self.filter { $0.disposition = .dropped }, { $0.session.disposition == .dropped }),
            (Self.filter { $0.number = one.caseNumber }, { $0.caseNumber == one.caseNumber }),
            (Self.filter { $0.number = String(one.session.ticketNumber.prefix(5)) }, { $0.session.ticketNumber.hasPrefix(one.session.ticketNumber.prefix(5)) }),
        ]
        for (filter, belongs) in cases {
            let found = try store.sessions(filter).map(\.session.id)
            #expect(found == whole.filter(belongs).map(\.session.id), "\(filter)")
            #expect(!found.isEmpty && found.count < whole.count, "\(filter) tells them apart")
        }
        #expect(try store.sessions(Self.filter { $0.number = "B%" }).isEmpty, "a number is no pattern")
    }

    @Test func neverReadsTheWholeTable() throws {
        let desk = try Self.desk(tickets: 5)
        let time = MadeUpDays.begin..<MadeUpDays.now
        let cursor = SessionFilter.Cursor(startedAt: MadeUpDays.now, id: Fixtures.session().id)
        for filter in [
            Self.all, Self.filter { $0.hall = Fixtures.hall }, Self.filter { $0.time = time }, Self.filter { $0.states = .live },
            Self.filter { $0.seat = Fixtures.firstSeat }, Self.filter { $0.after = cursor },
            Self.filter {
                $0.hall = Fixtures.hall
                $0.time = time
                $0.after = cursor
                $0.item = Fixtures.advice.code
                $0.disposition = .dropped
            },
        ] {
            let query = SessionQuery(filter)
            let plan = try desk.store.pool.read { db in
                try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN \(query.sql(limit: 10))", arguments: query.arguments).map { $0["detail"] as String }
            }
            #expect(!plan.contains { $0.contains("TEMP B-TREE") || $0 == "SCAN session" }, "\(filter): \(plan)")
        }
    }
}

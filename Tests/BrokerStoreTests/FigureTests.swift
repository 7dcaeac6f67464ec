import BrokerCore
import Foundation
import GRDB
import Scheduling
import SignalingProtocol
import Testing

@testable import BrokerStore

@Suite("Figures")
struct FigureTests {
    private static func desk() throws -> Desk {
        let seed = Fixtures.seed
        return try Desk(seed: Seed(halls: seed.halls, seats: MadeUpDays.seats, items: seed.items, accounts: seed.accounts))
    }

    private static func day(_ text: String) throws -> CivilDay { try #require(CivilDay(text)) }

    private static func question(
        _ from: String, _ to: String, by grouping: FigureGrouping, places: [FigureQuestion.Place] = MadeUpDays.places, seconds: Int = 300
    ) throws -> FigureQuestion {
        FigureQuestion(places: places, days: try day(from)...day(to), grouping: grouping, serviceLevelSeconds: seconds)
    }

    @Test(arguments: FigureGrouping.allCases, [1, 2] as [UInt64])
    func agreeWithASlowRecomputation(grouping: FigureGrouping, seed: UInt64) throws {
        let days = MadeUpDays(seed: seed, tickets: 150)
        let desk = try Self.desk()
        try desk.store.commit(days.records.map(StoreRecord.broker))
        let slow = try SlowFigures(desk.store, seatChanges: days.seatChanges)
        #expect(Set(slow.tickets.map(\.state)).count == 7 && slow.sessions.contains { $0.closed == nil }, "the days have everything in them")
        for question in [
            try Self.question("2026-03-27", "2026-03-31", by: grouping), try Self.question("2026-03-28", "2026-03-28", by: grouping, seconds: 60),
            try Self.question("2026-03-29", "2026-03-30", by: grouping, places: [MadeUpDays.places[1]]),
            try Self.question("2026-06-01", "2026-06-02", by: grouping),
        ] {
            let report = try desk.store.figures(question, at: MadeUpDays.now)
            #expect(report.total == slow.values(of: nil, question, at: MadeUpDays.now), "seed \(seed), all of \(question.days)")
            for row in report.rows {
                #expect(row.values == slow.values(of: row.key, question, at: MadeUpDays.now), "seed \(seed), \(row.key) of \(question.days)")
            }
            let taken = report.rows.compactMap { $0.values[.taken]?.number }.reduce(0, +)
            #expect(taken == report.total[.taken]?.number, "every ticket is in one row, and in no other")
        }
    }

    @Test func ofAnEmptyPeriodAreNoughtOrAbsent() throws {
        let desk = try Self.desk()
        let report = try desk.store.figures(try Self.question("2026-06-01", "2026-06-02", by: .day), at: MadeUpDays.now)
        #expect(report.rows.map(\.key) == ["2026-06-01", "2026-06-02"])
        for values in report.rows.map(\.values) + [report.total] {
            #expect(values[.taken] == .whole(0) && values[.signedOn] == .whole(0))
            #expect(values[.serviceLevel] == nil && values[.waitP50] == nil && values[.occupancy] == nil && values[.handlingMean] == nil)
        }
    }

    @Test func nameARowAndLeaveOutWhatMakesNoSenseThere() throws {
        let days = MadeUpDays(seed: 4, tickets: 60)
        let desk = try Self.desk()
        try desk.store.commit(days.records.map(StoreRecord.broker))
        let halls = try desk.store.figures(try Self.question("2026-03-27", "2026-03-31", by: .hall), at: MadeUpDays.now)
        #expect(halls.rows.map(\.name) == Fixtures.halls.map(\.name))
        let items = try desk.store.figures(try Self.question("2026-03-27", "2026-03-31", by: .item), at: MadeUpDays.now)
        #expect(items.rows.map(\.name) == ["事项 advice", "事项 registration"])
        #expect(items.rows.allSatisfy { $0.values[.signedOn] == nil && $0.values[.occupancy] == nil }, "a seat's time belongs to no item")
        let seats = try desk.store.figures(try Self.question("2026-03-27", "2026-03-31", by: .seat), at: MadeUpDays.now)
        #expect(seats.rows.last?.key == "", "what no seat took stands last")
    }

    @Test func aSeatsTimeIsOneStretchAfterAnother() throws {
        let days = MadeUpDays(seed: 5, tickets: 0)
        let desk = try Self.desk()
        // Each record twice, as a retry would.
        for record in days.records { try desk.store.commit([.broker(record), .broker(record)]) }
        let stretches = try desk.store.pool.read { db in try Row.fetchAll(db, sql: "SELECT * FROM seat_stretch ORDER BY seat, id") }
        #expect(!stretches.isEmpty)
        for (one, next) in zip(stretches, stretches.dropFirst()) where one["seat"] as String == next["seat"] {
            let end = try #require(one["until_ms"] as Int64?, "only the last is open")
            #expect(end <= next["from_ms"] as Int64)
            #expect(end < next["from_ms"] as Int64 || one["doing"] as String != next["doing"] as String, "a stretch is as long as it can be")
        }
    }

    @Test func haveADefinitionInEveryLanguage() {
        #expect(Set(Figure.allCases.map(\.rawValue)).count == Figure.allCases.count)
        for locale in Locale.allCases {
            let definitions = Figure.allCases.map { $0.definition(locale, within: 240) }
            #expect(Set(definitions.map(\.name)).count == Figure.allCases.count, "\(locale)")
            for definition in definitions {
                #expect(definition.sentence.hasSuffix(locale == .english ? "." : "。"), "\(locale): \(definition.sentence)")
                let halfWidth = locale == .english ? nil : definition.sentence.first { ",;:!?()".contains($0) }
                #expect(halfWidth == nil, "\(locale): \(definition.sentence)")
            }
            #expect(Figure.serviceLevel.definition(locale, within: 240).sentence.contains("240"))
        }
    }

    @Test(arguments: [(1, 50, 1), (2, 50, 1), (3, 50, 2), (4, 80, 4), (5, 80, 4), (100, 95, 95), (0, 50, 0)])
    func theNearestRank(count: Int, percent: Int, place: Int) { #expect(NearestRank.place(percent, of: count) == place) }

    // MARK: Indexes

    private func plan(_ desk: Desk, _ sql: String, _ arguments: StatementArguments) throws -> [String] {
        try desk.store.pool.read { db in try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN \(sql)", arguments: arguments).map { $0["detail"] } }
    }

    @Test(arguments: FigureGrouping.allCases) func readNoWholeTable(grouping: FigureGrouping) throws {
        let desk = try Self.desk()
        let queries = FigureQueries(grouping: grouping)
        let common: StatementArguments = ["buckets": "[]"]
        var plans = [try plan(desk, queries.tickets, common + ["within_ms": 1]), try plan(desk, queries.sessions, common)]
        if let seatTime = queries.seatTime { plans.append(try plan(desk, seatTime, common + ["now": 1])) }
        for line in plans.joined() {
            let large = ["ticket", "session", "earlier", "stretch", "seat_stretch", "service_case", "precheck_outcome"]
            let isScan = large.contains { line.hasPrefix("SCAN \($0)") }
            #expect(!isScan, "\(line)")
        }
        #expect(plans[0].contains { $0.hasPrefix("SEARCH ticket USING COVERING INDEX ticket_taken") }, "\(plans[0])")
        #expect(plans[1].contains { $0.hasPrefix("SEARCH session USING COVERING INDEX session_hall") }, "\(plans[1])")
    }
}

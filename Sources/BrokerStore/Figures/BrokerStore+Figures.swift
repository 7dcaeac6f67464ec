import BrokerCore
import Foundation
import GRDB
import Scheduling
import SignalingProtocol

/// One row of a report.
public struct FigureRow: Hashable, Sendable {
    /// A date, a time of day, or a hall's, item's or seat's code; empty for what no seat ever took.
    public let key: String
    /// Of hall, item or seat.
    public let name: String?
    public let values: FigureValues
}

public struct FigureReport: Hashable, Sendable {
    public let rows: [FigureRow]
    public let total: FigureValues
}

extension BrokerStore {
    /// IANA names of the halls' zones, as far as they have published a schedule.
    public func hallZones() throws(StoreError) -> [HallID: String] {
        try read("schedule_version") { db in
            let newest = "SELECT hall, body ->> 'zone' AS zone FROM schedule_version AS one WHERE version = (SELECT max(version) FROM schedule_version WHERE hall = one.hall)"
            let rows = try Row.fetchAll(db, sql: newest)
            return Dictionary(try rows.map { (try $0.code("hall"), $0["zone"] as String) }, uniquingKeysWith: { $1 })
        }
    }

    /// Reckons all figures of a period.
    /// - Parameter now: until then a stretch of a seat that goes on is counted.
    public func figures(_ question: FigureQuestion, at now: Instant) throws(StoreError) -> FigureReport {
        try read("figures") { db in
            let buckets = question.buckets
            let queries = FigureQueries(grouping: question.grouping)
            let period = try Self.json(buckets)
            var table = FigureTable()
            let tickets: StatementArguments = ["buckets": period, "within_ms": question.serviceLevelSeconds * 1_000]
            for row in try Row.fetchAll(db, sql: queries.tickets, arguments: tickets) { table.change(row["key"]) { $0.addTickets(row) } }
            for row in try Row.fetchAll(db, sql: queries.sessions, arguments: ["buckets": period]) { table.change(row["key"]) { $0.addSessions(row) } }
            if let seatTime = queries.seatTime {
                let arguments: StatementArguments = ["buckets": period, "now": now.milliseconds]
                for row in try Row.fetchAll(db, sql: seatTime, arguments: arguments) { table.change(row["key"]) { $0.addSeatTime(row) } }
            }
            let names = try Self.names(of: question.grouping, db)
            let keys =
                switch question.grouping {
                // Nothing happened is something to say of a day and of a hall.
                case .day, .hour: Self.distinct(buckets.map(\.label))
                case .hall: question.places.map(\.hall.text)
                case .item, .seat: table.keys.sorted { ($0.isEmpty ? 1 : 0, $0) < ($1.isEmpty ? 1 : 0, $1) }
                }
            let isKnown = queries.seatTime != nil
            return FigureReport(
                rows: keys.map { FigureRow(key: $0, name: names[$0], values: table.values(of: $0, withSeatTime: isKnown)) },
                total: table.values(of: nil, withSeatTime: isKnown))
        }
    }

    private static func distinct(_ labels: [String]) -> [String] { Set(labels).sorted() }

    private static func names(of grouping: FigureGrouping, _ db: Database) throws -> [String: String] {
        let sql: String
        switch grouping {
        case .day, .hour: return [:]
        case .hall: sql = "SELECT id AS key, name FROM hall"
        case .item:
            sql = """
                SELECT code AS key, body ->> '$.name' AS name FROM item_version AS newest
                WHERE version = (SELECT max(version) FROM item_version WHERE code = newest.code)
                """
        case .seat: sql = "SELECT seat.id AS key, hall.name || ' ' || seat.number AS name FROM seat JOIN hall ON hall.id = seat.hall"
        }
        return Dictionary(try Row.fetchAll(db, sql: sql).map { ($0["key"] as String, $0["name"] as String) }, uniquingKeysWith: { $1 })
    }
}

/// What the queries counted for each row, and for all of them together.
private struct FigureTable {
    private var found: [String: Counts] = [:]
    private var total = Counts()

    var keys: [String] { Array(found.keys) }

    mutating func change(_ key: String, _ add: (inout Counts) -> Void) {
        add(&found[key, default: Counts()])
        add(&total)
    }

    func values(of key: String?, withSeatTime: Bool) -> FigureValues {
        (key.map { found[$0] ?? Counts() } ?? total).values(withSeatTime: withSeatTime)
    }
}

/// Sums and lists of which figures are made.
private struct Counts {
    private static let columns: [(Figure, String)] = [
        (.taken, "taken"), (.served, "served"), (.abandoned, "abandoned"), (.noShow, "no_show"), (.declined, "declined"), (.expired, "expired"),
        (.open, "open"), (.repeatVisits, "again"),
    ]

    private var counted: [Figure: Int64] = [:]
    private var inTime: Int64 = 0
    private var decided: Int64 = 0
    private var complete: Int64 = 0
    private var waits: [Int64] = []
    private var handled: [Int64] = []
    private var wrapped: [Int64] = []

    mutating func addTickets(_ row: Row) {
        for (figure, column) in Self.columns { counted[figure, default: 0] += row[column] as Int64 }
        inTime += row["in_time"]
        decided += row["decided"]
        waits += row.numbers("waits")
    }

    mutating func addSessions(_ row: Row) {
        counted[.sessions, default: 0] += row["sessions"] as Int64
        counted[.firstOutcomes, default: 0] += row["first_count"] as Int64
        complete += row["complete"]
        handled += row.numbers("handled")
        wrapped += row.numbers("wrapped")
    }

    mutating func addSeatTime(_ row: Row) {
        counted[.signedOn, default: 0] += row["signed_on_ms"] as Int64
        counted[.busy, default: 0] += row["busy_ms"] as Int64
    }

    func values(withSeatTime: Bool) -> FigureValues {
        var values: FigureValues = [:]
        for figure in Figure.allCases where figure.unit == .count { values[figure] = .whole(counted[figure] ?? 0) }
        let sortedWaits = waits.sorted()
        values[.waitP50] = NearestRank.value(50, ofSorted: sortedWaits).map(FigureValue.whole)
        values[.waitP80] = NearestRank.value(80, ofSorted: sortedWaits).map(FigureValue.whole)
        values[.waitP95] = NearestRank.value(95, ofSorted: sortedWaits).map(FigureValue.whole)
        values[.serviceLevel] = Self.share(inTime, of: decided)
        values[.handlingMean] = Self.mean(handled)
        values[.handlingP50] = NearestRank.value(50, ofSorted: handled.sorted()).map(FigureValue.whole)
        values[.wrapUpMean] = Self.mean(wrapped)
        values[.wrapUpP50] = NearestRank.value(50, ofSorted: wrapped.sorted()).map(FigureValue.whole)
        values[.firstTimeComplete] = Self.share(complete, of: counted[.firstOutcomes] ?? 0)
        guard withSeatTime else { return values }
        let (signedOn, busy) = (counted[.signedOn] ?? 0, counted[.busy] ?? 0)
        values[.signedOn] = .whole(signedOn)
        values[.busy] = .whole(busy)
        values[.occupancy] = Self.share(busy, of: signedOn)
        return values
    }

    private static func share(_ part: Int64, of whole: Int64) -> FigureValue? { whole == 0 ? nil : .share(of: part, in: whole) }

    /// Rounded to a whole number, a half upwards.
    private static func mean(_ values: [Int64]) -> FigureValue? {
        let count = Int64(values.count)
        return count == 0 ? nil : .whole((2 * values.reduce(0, +) + count) / (2 * count))
    }
}

extension Row {
    /// A list that SQLite put together; absent where it had nothing.
    fileprivate func numbers(_ column: String) -> [Int64] {
        guard let list = self[column] as String? else { return [] }
        var numbers: [Int64] = []
        var (number, sign): (Int64, Int64) = (0, 1)
        for byte in list.utf8 {
            switch byte {
            case UInt8(ascii: ","):
                numbers.append(sign * number)
                (number, sign) = (0, 1)
            case UInt8(ascii: "-"): sign = -1
            default: number = number * 10 + Int64(byte - UInt8(ascii: "0"))
            }
        }
        return numbers + [sign * number]
    }
}

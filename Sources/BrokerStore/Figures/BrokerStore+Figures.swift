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
    /// IANA names of the halls' zones, as far as they have hours.
    public func hallZones() throws(StoreError) -> [HallID: String] {
        try read("seat_schedule") { db in
            let rows = try Row.fetchAll(db, sql: "SELECT hall, zone FROM seat_schedule")
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
            for row in try Row.fetchAll(db, sql: queries.tickets, arguments: tickets) { table.add(Self.ticketFigures(row), to: row["key"]) }
            for row in try Row.fetchAll(db, sql: queries.sessions, arguments: ["buckets": period]) { table.add(Self.sessionFigures(row), to: row["key"]) }
            if let seatTime = queries.seatTime {
                let arguments: StatementArguments = ["buckets": period, "now": now.milliseconds]
                for row in try Row.fetchAll(db, sql: seatTime, arguments: arguments) { table.add(Self.seatFigures(row), to: row["key"]) }
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

    private static func ticketFigures(_ row: Row) -> FigureValues {
        var values: FigureValues = [
            .taken: row.whole("taken"), .served: row.whole("served"), .abandoned: row.whole("abandoned"), .noShow: row.whole("no_show"),
            .declined: row.whole("declined"), .expired: row.whole("expired"), .open: row.whole("open"), .repeatVisits: row.whole("again"),
        ]
        values[.serviceLevel] = row.share("in_time", in: "decided")
        values[.waitP50] = row.optionalWhole("wait_p50")
        values[.waitP80] = row.optionalWhole("wait_p80")
        values[.waitP95] = row.optionalWhole("wait_p95")
        return values
    }

    private static func sessionFigures(_ row: Row) -> FigureValues {
        var values: FigureValues = [.sessions: row.whole("sessions"), .firstOutcomes: row.whole("first_count")]
        values[.handlingMean] = row.mean("handled_ms", of: "handled_count")
        values[.handlingP50] = row.optionalWhole("handling_p50")
        values[.wrapUpMean] = row.mean("wrapped_ms", of: "wrapped_count")
        values[.wrapUpP50] = row.optionalWhole("wrap_up_p50")
        values[.firstTimeComplete] = row.share("complete", in: "first_count")
        return values
    }

    private static func seatFigures(_ row: Row) -> FigureValues {
        var values: FigureValues = [.signedOn: row.whole("signed_on_ms"), .busy: row.whole("busy_ms")]
        values[.occupancy] = row.share("busy_ms", in: "signed_on_ms")
        return values
    }

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

/// Collects what the queries found; what none found is nought where nought is the truth.
private struct FigureTable {
    private var found: [String: FigureValues] = [:]
    private var total: FigureValues = [:]

    var keys: [String] { Array(found.keys) }

    mutating func add(_ values: FigureValues, to key: String?) {
        guard let key else { return total.merge(values) { $1 } }
        found[key, default: [:]].merge(values) { $1 }
    }

    func values(of key: String?, withSeatTime: Bool) -> FigureValues {
        var values = (key.map { found[$0] } ?? total) ?? [:]
        for figure in Figure.allCases where figure.unit == .count && values[figure] == nil { values[figure] = .whole(0) }
        if withSeatTime {
            for figure in [Figure.signedOn, .busy] where values[figure] == nil { values[figure] = .whole(0) }
        }
        return values
    }
}

extension Row {
    fileprivate func whole(_ column: String) -> FigureValue { .whole(self[column]) }
    fileprivate func optionalWhole(_ column: String) -> FigureValue? { (self[column] as Int64?).map(FigureValue.whole) }

    fileprivate func share(_ part: String, in whole: String) -> FigureValue? {
        let count: Int64 = self[whole]
        return count == 0 ? nil : .share(of: self[part], in: count)
    }

    /// Rounded to a whole number, a half upwards.
    fileprivate func mean(_ sum: String, of count: String) -> FigureValue? {
        let n: Int64 = self[count]
        return n == 0 ? nil : .whole((2 * (self[sum] as Int64) + n) / (2 * n))
    }
}

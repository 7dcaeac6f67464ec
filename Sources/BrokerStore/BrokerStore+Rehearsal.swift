import BrokerCore
import GRDB
import SignalingProtocol

/// How a hall was used over some past days, as far as a rehearsal learns from it. It names nobody.
public struct HallHistory: Hashable, Sendable {
    public struct Arrival: Hashable, Sendable {
        public let at: Instant
        public let item: ItemCode
        public let group: String
        public let kind: SessionKind
        public let language: SpokenLanguage?
        public let lane: Lane
    }

    public struct Handling: Hashable, Sendable {
        public let kind: SessionKind
        /// From the acceptance of the ring to the end of the talk.
        public let talk: Milliseconds
        public let wrapUp: Milliseconds
    }

    /// Tickets taken, oldest first.
    public let arrivals: [Arrival]
    /// Of sessions in which somebody was served.
    public let handlings: [Handling]
    /// How long accepted rings rang.
    public let rings: [Milliseconds]
    /// Of those who waited with their page open: how long all of them waited together, and how many left by themselves.
    public let waited: Milliseconds
    public let leftThemselves: Int

    public init(arrivals: [Arrival], handlings: [Handling], rings: [Milliseconds], waited: Milliseconds, leftThemselves: Int) {
        self.arrivals = arrivals
        self.handlings = handlings
        self.rings = rings
        self.waited = waited
        self.leftThemselves = leftThemselves
    }

    /// Who was served would have waited longer, one does not know how long: the most likely mean of an exponential patience is the time that all have waited
    /// over the number that left (A. Mandelbaum, S. Zeltyn, "The Palm/Erlang-A Queue", 2005, section 5).
    /// - Returns: nil while nobody left.
    public var patienceMean: Milliseconds? { leftThemselves > 0 ? Milliseconds(max(1, waited.count / Int64(leftThemselves))) : nil }
}

extension BrokerStore {
    /// Rows of a hall's history that are looked at, the newest first: more say nothing more.
    private static let historyTickets = 200_000
    private static let historySamples = 20_000

    /// What was recorded of a hall within `time`. Reads only.
    public func history(of hall: HallID, within time: Range<Instant>) throws(StoreError) -> HallHistory {
        try read("ticket") { db in
            let bounds: StatementArguments = [hall.text, time.lowerBound.milliseconds, time.upperBound.milliseconds]
            let waits = try Self.waits(db, bounds)
            return HallHistory(
                arrivals: try Self.arrivals(db, bounds), handlings: try Self.handlings(db, bounds), rings: try Self.rings(db, bounds),
                waited: Milliseconds(waits.all), leftThemselves: waits.left)
        }
    }

    private static func arrivals(_ db: Database, _ bounds: StatementArguments) throws -> [HallHistory.Arrival] {
        // A ticket that was transferred belongs to the hall where it is now; its case was opened where it was taken.
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT taken_at_ms, item_code, item_group, kind, language, lane FROM ticket
                WHERE hall = ? AND taken_at_ms >= ? AND taken_at_ms < ? ORDER BY taken_at_ms DESC LIMIT \(historyTickets)
                """, arguments: bounds)
        return try rows.reversed().map { row in
            HallHistory.Arrival(
                at: Instant(milliseconds: row["taken_at_ms"]), item: try row.code("item_code"), group: row["item_group"], kind: try row.word("kind"),
                language: try row.optionalWord("language"), lane: try row.word("lane"))
        }
    }

    private static func handlings(_ db: Database, _ bounds: StatementArguments) throws -> [HallHistory.Handling] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT kind, ended_at_ms - started_at_ms AS talk, closed_at_ms - ended_at_ms AS wrap_up FROM session
                WHERE hall = ? AND started_at_ms >= ? AND started_at_ms < ? AND state = 'closed' AND disposition <> 'no-show' AND ended_at_ms IS NOT NULL
                ORDER BY started_at_ms DESC LIMIT \(historySamples)
                """, arguments: bounds
        ).map { row in
            HallHistory.Handling(
                kind: try row.word("kind"), talk: Milliseconds(max(0, row["talk"] as Int64)), wrapUp: Milliseconds(max(0, row["wrap_up"] as Int64)))
        }
    }

    private static func rings(_ db: Database, _ bounds: StatementArguments) throws -> [Milliseconds] {
        try Int64.fetchAll(
            db,
            sql: """
                SELECT reservation.ended_at_ms - created_at_ms FROM reservation JOIN ticket ON ticket.id = reservation.ticket
                WHERE ticket.hall = ? AND taken_at_ms >= ? AND taken_at_ms < ? AND reservation.state = 'accepted' AND purpose = 'call'
                ORDER BY taken_at_ms DESC LIMIT \(historySamples)
                """, arguments: bounds
        ).map { Milliseconds(max(0, $0)) }
    }

    /// Who keeps a place and goes away waits otherwise, and is left out.
    private static func waits(_ db: Database, _ bounds: StatementArguments) throws -> (all: Int64, left: Int) {
        let row = try Row.fetchOne(
            db,
            sql: """
                SELECT total(max(0, coalesce(first_rung_at_ms, ended_at_ms) - taken_at_ms)) AS waited,
                    total(state = 'abandoned' AND first_rung_at_ms IS NULL) AS gone
                FROM ticket WHERE hall = ? AND taken_at_ms >= ? AND taken_at_ms < ? AND call_back IS NULL AND ended_at_ms IS NOT NULL
                """, arguments: bounds)
        return (Int64((row?["waited"] as Double?) ?? 0), Int((row?["gone"] as Double?) ?? 0))
    }
}

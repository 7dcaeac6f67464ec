import BrokerCore
import Foundation
import GRDB
import SignalingProtocol

/// Which sessions a list shall have, newest first.
public struct SessionFilter: Hashable, Sendable {
    /// Where a page ended: the next begins after it.
    public struct Cursor: Hashable, Sendable {
        public let startedAt: Instant
        public let id: SessionID

        public init(startedAt: Instant, id: SessionID) {
            self.startedAt = startedAt
            self.id = id
        }
    }

    public enum States: Hashable, Sendable {
        case all
        /// All but closed ones.
        case live
        case one(SessionState)
    }

    public var hall: HallID?
    /// When they began.
    public var time: Range<Instant>?
    public var states = States.all
    public var item: ItemCode?
    public var seat: SeatID?
    public var disposition: Disposition?
    /// The beginning of a ticket number, or a whole case number.
    public var number: String?
    public var after: Cursor?
    public var limit: Int

    public init(limit: Int) { self.limit = limit }
}

extension BrokerStore {
    /// - Returns: at most `limit` sessions.
    public func sessions(_ filter: SessionFilter) throws(StoreError) -> [SessionLine] {
        try read("session") { db in
            var query = SessionQuery(filter)
            if let number = filter.number { try query.restrict(toNumber: number, in: filter.time, db) }
            return try Row.fetchAll(db, sql: query.sql(limit: filter.limit), arguments: query.arguments).map {
                SessionLine(session: try Self.session($0), caseNumber: $0["case_number"], item: try Self.itemReference($0))
            }
        }
    }
}

/// The list as SQL: every form of it walks an index from the newest on, and never the whole table.
struct SessionQuery {
    private var conditions: [String] = []
    private(set) var arguments: StatementArguments = []

    init(_ filter: SessionFilter) {
        if let hall = filter.hall { add("session.hall = ?", hall.text) }
        if let seat = filter.seat { add("session.seat = ?", seat.text) }
        switch filter.states {
        case .all: break
        case .live: conditions.append("session.state <> 'closed'")
        case .one(let state):
            add("session.state = ?", state.rawValue)
            // Said in so many words, so that SQLite may take the index of live ones.
            if state != .closed { conditions.append("session.state <> 'closed'") }
        }
        if let item = filter.item { add("service_case.item_code = ?", item.text) }
        if let disposition = filter.disposition { add("session.disposition = ?", disposition.rawValue) }
        if let after = filter.after {
            conditions.append("(session.started_at_ms, session.id) < (?, ?)")
            arguments += [after.startedAt.milliseconds, after.id.description]
        }
        // A number of a case finds it however long ago it was.
        if filter.number == nil, let time = filter.time { restrict(to: time) }
    }

    mutating func restrict(toNumber number: String, in time: Range<Instant>?, _ db: Database) throws {
        if let id = try String.fetchOne(db, sql: "SELECT id FROM service_case WHERE number = ?", arguments: [number]) {
            add("session.case_id = ?", id)
        } else {
            if let time { restrict(to: time) }
            conditions.append("substr(session.ticket_number, 1, length(?)) = ?")
            arguments += [number, number]
        }
    }

    private mutating func restrict(to time: Range<Instant>) {
        add("session.started_at_ms >= ?", time.lowerBound.milliseconds)
        add("session.started_at_ms < ?", time.upperBound.milliseconds)
    }

    private mutating func add(_ condition: String, _ value: some DatabaseValueConvertible) {
        conditions.append(condition)
        arguments += [value]
    }

    func sql(limit: Int) -> String {
        """
        SELECT session.*, service_case.number AS case_number, service_case.item_code, service_case.item_version, service_case.item_name
        FROM session CROSS JOIN service_case ON service_case.id = session.case_id
        \(conditions.isEmpty ? "" : "WHERE \(conditions.joined(separator: " AND "))")
        ORDER BY session.started_at_ms DESC, session.id DESC LIMIT \(limit)
        """
    }
}

import BrokerCore
import Foundation
import GRDB
import SignalingProtocol

/// A case as its holder may see it.
public struct CaseHistory: Sendable {
    public let record: Case
    public let kind: SessionKind
    /// Newest first.
    public let outcomes: [OutcomeView]
    /// Newest first.
    public let visits: [Session]
    /// Newest first.
    public let notices: [NoticeView]
    /// Whether a ticket for it waits or is served now.
    public let isLive: Bool
}

/// A session with what happened in it.
public struct SessionHistory: Sendable {
    public let session: Session
    public let caseNumber: String
    public let item: ItemReference
    public let timeline: [SessionEvent]
    public let outcome: OutcomeView?
}

/// One line of the list of sessions.
public struct SessionLine: Sendable {
    public let session: Session
    public let caseNumber: String
    public let item: ItemReference
}

/// How well the waits that were announced came true.
public struct EstimateAccuracy: Sendable {
    public let tickets: Int
    /// Half of the announced P50 were off by less.
    public let medianError: Milliseconds
    /// Share of the waits that ended within the announced P80; 0.8 would be perfect.
    public let withinP80: Double
}

extension BrokerStore {
    /// Compares what was announced when a ticket was taken with when it first rang, over a hall's last tickets.
    /// - Returns: nil while there is nothing to compare.
    public func estimateAccuracy(of hall: HallID, limit: Int) throws(StoreError) -> EstimateAccuracy? {
        let rows = try read("ticket") { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT first_rung_at_ms - taken_at_ms AS waited, estimate_p50_ms AS p50, estimate_p80_ms AS p80 FROM ticket
                    WHERE hall = ? AND first_rung_at_ms IS NOT NULL AND estimate_p50_ms IS NOT NULL ORDER BY taken_at_ms DESC LIMIT ?
                    """, arguments: [hall.text, limit]
            ).map { row in (waited: row["waited"] as Int64, p50: row["p50"] as Int64, p80: row["p80"] as Int64) }
        }
        guard !rows.isEmpty else { return nil }
        let errors = rows.map { abs($0.waited - $0.p50) }.sorted()
        let within = rows.count { $0.waited <= $0.p80 }
        return EstimateAccuracy(
            tickets: rows.count, medianError: Milliseconds(errors[errors.count / 2]), withinP80: Double(within) / Double(rows.count))
    }

    /// - Returns: nil for a wrong number and for a wrong code alike.
    public func caseHistory(number: String, lookUpCode: String) throws(StoreError) -> CaseHistory? {
        try read("service_case") { db in
            let row = try Row.fetchOne(
                db, sql: "SELECT * FROM service_case WHERE number = ? AND look_up_code = ?", arguments: [number, lookUpCode])
            return try row.map { try Self.history(of: try Self.serviceCase($0), db) }
        }
    }

    /// The newest sessions, live ones included.
    public func newestSessions(limit: Int) throws(StoreError) -> [SessionLine] {
        try read("session") { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT session.*, service_case.number AS case_number, service_case.item_code, service_case.item_version,
                    service_case.item_name FROM session JOIN service_case ON service_case.id = session.case_id
                    ORDER BY session.started_at_ms DESC LIMIT ?
                    """, arguments: [limit]
            ).map { SessionLine(session: try Self.session($0), caseNumber: $0["case_number"], item: try Self.itemReference($0)) }
        }
    }

    /// - Returns: nil when there is no such session.
    public func sessionHistory(_ id: SessionID) throws(StoreError) -> SessionHistory? {
        try read("session") { db in
            guard let row = try Row.fetchOne(db, sql: "SELECT * FROM session WHERE id = ?", arguments: [id.description]) else { return nil }
            let session = try Self.session(row)
            let serviceCase = try Self.caseFile(session.caseID, db)
            let timeline = try Row.fetchAll(
                db, sql: "SELECT * FROM session_event WHERE session = ? ORDER BY id", arguments: [id.description]
            ).map { SessionEvent(session: id, kind: try $0.word("kind"), at: $0.instant("at_ms"), detail: $0["detail"]) }
            return SessionHistory(
                session: session, caseNumber: serviceCase.record.number, item: serviceCase.record.item, timeline: timeline,
                outcome: try Self.outcome(of: id, db))
        }
    }

    /// Every item in its newest version, and whether any hall has adopted the item.
    public func newestItems() throws(StoreError) -> [(item: CatalogueItem, published: Bool)] {
        try read("item_version") { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT body, EXISTS (SELECT 1 FROM item_adoption WHERE item_code = newest.code) AS published FROM item_version AS newest
                    WHERE version = (SELECT max(version) FROM item_version WHERE code = newest.code) ORDER BY code
                    """
            ).map { (try Self.item($0), $0["published"]) }
        }
    }

    private static func outcome(of session: SessionID, _ db: Database) throws -> OutcomeView? {
        try Row.fetchOne(
            db, sql: "\(selectOutcome) WHERE session = ? ORDER BY version DESC LIMIT 1", arguments: [session.description]
        )?.json("body")
    }
}

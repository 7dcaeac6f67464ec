import BrokerCore
import Foundation
import GRDB
import SignalingProtocol

/// A case of a citizen's, for the list of their own.
public struct CaseLine: Sendable {
    public let record: Case
    public let kind: SessionKind
    /// Of the newest version.
    public let result: OutcomeResult?
    public let version: Int?
    /// Whether a ticket for it waits or is served now.
    public let isLive: Bool
}

/// A task for a supervisor, with what it is about.
public struct FloorTaskLine: Sendable {
    public let task: FloorTask
    public let caseNumber: String
    public let item: ItemReference
}

extension BrokerStore {
    /// A case with everything in it, for a visit that goes on with it.
    /// - Returns: nil when there is no such case, or it was erased.
    public func caseFile(_ id: CaseID) throws(StoreError) -> CaseFile? {
        try read("service_case") { db in
            let query = "SELECT EXISTS (SELECT 1 FROM service_case WHERE id = ? AND erased_at_ms IS NULL)"
            let isKnown = try Bool.fetchOne(db, sql: query, arguments: [id.description])
            return isKnown == true ? try Self.caseFile(id, db) : nil
        }
    }

    /// - Returns: nil for a wrong number and for a wrong code alike.
    public func caseFile(number: String, lookUpCode: String) throws(StoreError) -> (file: CaseFile, kind: SessionKind)? {
        try read("service_case") { db in
            let row = try Row.fetchOne(
                db, sql: "SELECT id FROM service_case WHERE number = ? AND look_up_code = ?", arguments: [number, lookUpCode])
            guard let row else { return nil }
            let file = try Self.caseFile(try row.identifier("id"), db)
            return (file, try Self.kind(of: file.record.id, db))
        }
    }

    /// A citizen's own cases, newest first.
    public func cases(of citizen: CitizenID, limit: Int) throws(StoreError) -> [CaseLine] {
        try read("service_case") { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT service_case.*, newest.result, newest.version, EXISTS (
                        SELECT 1 FROM ticket WHERE case_id = service_case.id AND state IN ('waiting', 'reserved', 'serving', 'parked')
                    ) AS is_live FROM service_case LEFT JOIN precheck_outcome AS newest ON newest.case_id = service_case.id
                    AND newest.version = (SELECT max(version) FROM precheck_outcome WHERE case_id = service_case.id)
                    WHERE service_case.citizen = ? AND service_case.erased_at_ms IS NULL ORDER BY service_case.opened_at_ms DESC LIMIT ?
                    """, arguments: [citizen.description, limit]
            ).map { row in
                let record = try Self.serviceCase(row)
                return CaseLine(
                    record: record, kind: try Self.kind(of: record.id, db), result: try row.optionalWord("result"), version: row["version"],
                    isLive: row["is_live"])
            }
        }
    }

    /// What a file is and whose case it belongs to, for whoever may see the case.
    /// - Returns: nil when no case has the file.
    public func file(_ id: FileID) throws(StoreError) -> (case: Case, file: FileView)? {
        try read("material_file") { db in
            guard
                let row = try Row.fetchOne(db, sql: "SELECT case_id FROM material_file WHERE id = ? AND removed = 0", arguments: [id.description])
            else { return nil }
            let file = try Self.caseFile(try row.identifier("case_id"), db)
            return file.files.first { $0.id == id }.map { (file.record, $0) }
        }
    }

    /// All outcomes and visits of a case, newest first.
    /// - Returns: nil when there is no such case.
    public func caseHistory(_ id: CaseID) throws(StoreError) -> CaseHistory? {
        try read("service_case") { db in
            let row = try Row.fetchOne(db, sql: "SELECT * FROM service_case WHERE id = ?", arguments: [id.description])
            return try row.map { try Self.history(of: try Self.serviceCase($0), db) }
        }
    }

    /// Cases of which something was told twice, as far as nobody has closed the task, oldest first.
    public func openFloorTasks() throws(StoreError) -> [FloorTaskLine] {
        try read("floor_task") { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT floor_task.*, service_case.number AS case_number, service_case.item_code AS case_item_code,
                    service_case.item_version, service_case.item_name FROM floor_task JOIN service_case ON service_case.id = floor_task.case_id
                    WHERE kind = 'told-twice' AND state IN ('open', 'taken') ORDER BY raised_at_ms, floor_task.id LIMIT 500
                    """
            ).map { row in
                let item = ItemReference(code: try row.code("case_item_code"), version: row["item_version"], name: row["item_name"])
                return FloorTaskLine(task: try Self.floorTask(row), caseNumber: row["case_number"], item: item)
            }
        }
    }

    static func kind(of id: CaseID, _ db: Database) throws -> SessionKind {
        let kind = try String.fetchOne(
            db, sql: "SELECT kind FROM ticket WHERE case_id = ? ORDER BY taken_at_ms LIMIT 1", arguments: [id.description])
        return kind.flatMap(SessionKind.init) ?? .consultation
    }

    static func history(of record: Case, _ db: Database) throws -> CaseHistory {
        let visits = try Row.fetchAll(
            db, sql: "SELECT * FROM session WHERE case_id = ? ORDER BY started_at_ms DESC", arguments: [record.id.description]
        ).map(session)
        return CaseHistory(
            record: record, kind: try kind(of: record.id, db), outcomes: try outcomes(of: record.id, db).reversed(), visits: visits,
            notices: try Row.fetchAll(db, sql: "SELECT * FROM notice WHERE case_id = ? ORDER BY version DESC", arguments: [record.id.description])
                .map(notice),
            isLive: try Bool.fetchOne(
                db, sql: "SELECT EXISTS (SELECT 1 FROM ticket WHERE case_id = ? AND state IN ('waiting', 'reserved', 'serving', 'parked'))",
                arguments: [record.id.description]) ?? false)
    }
}

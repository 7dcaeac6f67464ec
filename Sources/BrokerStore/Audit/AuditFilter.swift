import BrokerCore
import Foundation
import GRDB
import SignalingProtocol

/// Which lines of the audit are asked for; what is nil is not asked after.
public struct AuditFilter: Sendable {
    public var from: Instant?
    /// The first moment that no longer belongs to it.
    public var to: Instant?
    /// A staff account's name, or the id of an account or a citizen.
    public var person: String?
    public var act: AuditAct?
    /// Whole, such as `case:0190…`, or the id alone.
    public var object: String?
    public var hall: HallID?
    /// Only what was refused.
    public var isRefused = false
    /// Only rows before this one.
    public var before: Int64?
    public var limit: Int

    public init(limit: Int) { self.limit = limit }
}

extension BrokerStore {
    /// The newest first.
    public func auditRows(_ filter: AuditFilter) throws(StoreError) -> [AuditRow] {
        var conditions: [String] = []
        var arguments: StatementArguments = []
        func ask(_ condition: String, _ values: (any DatabaseValueConvertible)?...) {
            conditions.append(condition)
            arguments += StatementArguments(values)
        }
        if let from = filter.from { ask("at_ms >= ?", from.milliseconds) }
        if let to = filter.to { ask("at_ms < ?", to.milliseconds) }
        if let person = filter.person { ask("(account = ? OR actor = ?)", person, person.lowercased()) }
        if let act = filter.act { ask("act = ?", act.rawValue) }
        if let object = filter.object {
            if object.contains(":") { ask("object = ?", object) } else { ask("object IS NOT NULL AND substr(object, instr(object, ':') + 1) = ?", object) }
        }
        if let hall = filter.hall { ask("hall = ?", hall.text) }
        if filter.isRefused { ask("outcome <> ?", AuditEntry.done) }
        if let before = filter.before { ask("sequence < ?", before) }
        let (condition, values, limit) = (conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND "), arguments, filter.limit)
        return try read("audit_entry") { db in
            try Row.fetchAll(db, sql: "SELECT * FROM audit_entry \(condition) ORDER BY sequence DESC LIMIT \(limit)", arguments: values)
                .map { try AuditColumns($0).row() }
        }
    }
}

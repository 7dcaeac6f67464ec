import BrokerCore
import BrokerStore
import Foundation
import SignalingProtocol
import WebServer

// What the audit administrator reads. Nothing here changes anything, but for the line that says that something was taken away.

extension Engine {
    static let auditRoutes = [
        Route("GET", "/api/v1/admin/audit") { engine, call in engine.listAudit(call) },
        Route("GET", "/api/v1/admin/audit.csv") { engine, call in engine.exportAudit(call) },
    ]

    private func listAudit(_ call: Route.Call) {
        guard member(call) != nil else { return }
        do throws(WireError) {
            let query = call.exchange.head.query.filter { !$0.value.isEmpty }
            var filter = try auditFilter(query)
            let size = try query["limit"].map { text throws(WireError) in
                guard let limit = Int(text), (1...ServerLimits.auditRowsAPage).contains(limit) else { throw WireError(.invalidField, field: "limit") }
                return limit
            }
            let limit = size ?? ServerLimits.auditRowsAPage
            // One more than is shown tells whether there is a next page.
            filter.limit = limit + 1
            if let text = query["before"] {
                guard let before = Int64(text), before > 0 else { throw WireError(.invalidField, field: "before") }
                filter.before = before
            }
            let (asked, store) = (filter, store)
            answerFromStore(call, { () throws(StoreError) in try store.auditRows(asked) }) { [self] rows in
                let page = rows.prefix(limit)
                answer(call, AuditPage(entries: page.map(AuditLine.init), next: rows.count > limit ? page.last?.sequence : nil))
            }
        } catch {
            refuse(call, error)
        }
    }

    private func exportAudit(_ call: Route.Call) {
        guard member(call) != nil else { return }
        guard takesWrites else { return refuse(call, storageUnavailable) }
        do throws(WireError) {
            let query = call.exchange.head.query.filter { !$0.value.isEmpty }
            var filter = try auditFilter(query)
            filter.limit = ServerLimits.auditRowsInSpreadsheet
            let (asked, store) = (filter, store)
            let named = query.keys.sorted().joined(separator: " ")
            answerFromStore(call, { () throws(StoreError) in try store.auditRows(asked) }) { [self] rows in
                audit(.auditExported, on: "audit", call: call, detail: "rows=\(rows.count)" + (named.isEmpty ? "" : " by=\(named)"))
                tell { $0.answer(call, spreadsheet: AuditLine.spreadsheet(rows.map(AuditLine.init)), name: "audit") }
                flush()
            }
        } catch {
            refuse(call, error)
        }
    }

    /// Days are China's; each filter may be left out.
    private func auditFilter(_ query: [String: String]) throws(WireError) -> AuditFilter {
        var filter = AuditFilter(limit: 1)
        func word<Value>(_ name: String, _ read: (String) -> Value?) throws(WireError) -> Value? {
            guard let text = query[name] else { return nil }
            guard let value = read(text) else { throw WireError(.invalidField, field: name) }
            return value
        }
        filter.from = try word("from", Self.startOfDay)
        filter.to = try word("to", Self.startOfDay).map { $0 + .minutes(24 * 60) }
        filter.person = try word("person") { $0.count <= 64 ? $0 : nil }
        filter.act = try word("act") { AuditAct(rawValue: $0) }
        filter.object = try word("object") { $0.count <= 100 ? $0 : nil }
        filter.hall = try word("hall") { HallID($0) }
        filter.isRefused = try word("outcome") { ["refused": true, "all": false][$0] } ?? false
        return filter
    }

    private static func startOfDay(_ text: String) -> Instant? { CivilDate(text).flatMap { Instant(rfc3339: "\($0)T00:00:00+08:00") } }
}

private struct AuditPage: Encodable {
    let entries: [AuditLine]
    /// Goes into `before`; absent on the last page.
    let next: Int64?
}

private struct AuditLine: Encodable {
    let sequence: Int64
    let at: Instant
    /// `nobody`, `citizen`, `staff` or `system`.
    let actorKind: String
    let actorID: String?
    /// The staff account's name.
    let account: String?
    let act: String
    let object: String?
    let hallID: HallID?
    let address: String
    let outcome: String
    let reason: String?
    let detail: String

    init(_ row: AuditRow) {
        sequence = row.sequence
        at = row.entry.at
        switch row.entry.actor {
        case .nobody: (actorKind, actorID) = ("nobody", nil)
        case .citizen(let id): (actorKind, actorID) = ("citizen", id.description)
        case .staff(let id): (actorKind, actorID) = ("staff", id.description)
        case .system: (actorKind, actorID) = ("system", nil)
        }
        account = row.account
        act = row.entry.act.rawValue
        object = row.entry.object
        hallID = row.entry.hall
        address = row.entry.address
        outcome = row.entry.outcome
        reason = row.entry.reason
        detail = row.entry.detail
    }

    /// Under the names that the JSON has.
    static func spreadsheet(_ lines: [AuditLine]) -> [[String]] {
        [["sequence", "at", "actor_kind", "actor_id", "account", "act", "object", "hall_id", "address", "outcome", "reason", "detail"]]
            + lines.map { line in
                [
                    String(line.sequence), line.at.rfc3339, line.actorKind, line.actorID ?? "", line.account ?? "", line.act, line.object ?? "",
                    line.hallID?.text ?? "", line.address, line.outcome, line.reason ?? "", line.detail,
                ]
            }
    }
}

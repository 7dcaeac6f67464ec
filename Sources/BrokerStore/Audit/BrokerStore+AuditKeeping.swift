import Foundation
import GRDB
import SignalingProtocol

// Anchoring the chain outside of the database, and letting go of what was kept long enough.

extension BrokerStore {
    /// What anchoring came to.
    public enum Anchoring: Hashable, Sendable {
        /// Nothing was written since the last time.
        case unchanged
        case anchored(AuditAnchor)
    }

    /// Six months of whichever length (网络安全法, article 21: logs are kept no less than six months).
    public static let shortestAuditDays = 184

    private var anchors: AuditAnchors { AuditAnchors(file: folder.appending(path: AuditAnchors.fileName)) }

    /// Writes down outside of the database where the chain ends. Only what is committed is read, so an anchor never names a row that a crash could take back.
    /// - Throws: `StoreError`, `unavailable` when the file cannot be written.
    public func anchorAudit(at now: Instant) throws(StoreError) -> Anchoring {
        let head = try read("audit_entry") { db in try AuditChain.head(db) }
        do {
            let last = try anchors.lines(sealedBy: auditChain.key)?.last { $0.anchor != nil }?.anchor
            if let last, last.sequence == head.sequence, last.mac == head.mac { return .unchanged }
            let anchor = AuditAnchor(at: now, sequence: head.sequence, mac: head.mac)
            try anchors.append(anchor, sealedBy: auditChain.key)
            return .anchored(anchor)
        } catch {
            throw .unavailable(cause: "\(error)")
        }
    }

    /// Whether the newest anchor still stands where it was put: false for a database that was brought back from an older copy, or cut short.
    public func agreesWithAnchors() throws(StoreError) -> Bool {
        let last: AuditAnchor?
        do {
            last = try anchors.lines(sealedBy: auditChain.key)?.last { $0.anchor != nil }?.anchor
        } catch {
            throw .unavailable(cause: "\(error)")
        }
        guard let last else { return true }
        return try read("audit_entry") { db in
            let mac = try Data.fetchOne(db, sql: "SELECT mac FROM audit_entry WHERE sequence = ?", arguments: [last.sequence])
            if let mac { return mac == last.mac }
            return try AuditCheckpoint.newest(db).map { $0.through >= last.sequence } ?? (last.sequence == 0)
        }
    }

    /// Removes rows older than `limit`, and never one that is younger than half a year, oldest first and without a gap, and leaves a sealed
    /// checkpoint in their place.
    /// - Parameter rowsAtOnce: no more than this in one transaction; call again until nothing is removed.
    /// - Returns: how many went.
    public func trimAudit(before limit: Instant, at now: Instant, rowsAtOnce: Int = 5_000) throws(StoreError) -> Int {
        let limit = min(limit, Instant(milliseconds: now.milliseconds - Milliseconds.minutes(Int64(Self.shortestAuditDays) * 24 * 60).count))
        return try write { db in
            // Up to the first row that is young enough: times of two processes may cross by a little, numbers never.
            let first = try Int64.fetchOne(db, sql: "SELECT min(sequence) FROM audit_entry WHERE at_ms >= ?", arguments: [limit.milliseconds])
            let head = try AuditChain.head(db)
            guard let oldest = try Int64.fetchOne(db, sql: "SELECT min(sequence) FROM audit_entry") else { return 0 }
            let through = min((first ?? head.sequence + 1) - 1, oldest + Int64(rowsAtOnce) - 1)
            guard through >= oldest, let mac = try Data.fetchOne(db, sql: "SELECT mac FROM audit_entry WHERE sequence = ?", arguments: [through]),
                let newest = try Int64.fetchOne(db, sql: "SELECT max(at_ms) FROM audit_entry WHERE sequence <= ?", arguments: [through])
            else { return 0 }
            let checkpoint = AuditCheckpoint(through: through, madeAt: now.milliseconds, newestAt: newest, mac: mac)
            try db.execute(
                sql: "INSERT INTO audit_checkpoint (through, made_at_ms, newest_at_ms, mac, seal) VALUES (?, ?, ?, ?, ?)",
                arguments: [through, checkpoint.madeAt, newest, mac, auditChain.key.seal(checkpoint.canonical, for: "checkpoint")])
            try db.execute(sql: "DELETE FROM audit_entry WHERE sequence <= ?", arguments: [through])
            try audit(.auditTrimmed, at: now, on: "audit", detail: "through=\(through)", db)
            return Int(through - oldest + 1)
        }
    }
}

/// Stands for rows that were kept long enough and removed.
struct AuditCheckpoint: Hashable {
    let through, madeAt, newestAt: Int64
    let mac: Data

    var canonical: Data {
        var bytes = CanonicalBytes()
        for number in [through, madeAt, newestAt] { bytes.append(number) }
        bytes.append(mac)
        return bytes.bytes
    }

    static func newest(_ db: Database) throws -> (through: Int64, checkpoint: AuditCheckpoint, seal: Data)? {
        try Row.fetchOne(db, sql: "SELECT * FROM audit_checkpoint ORDER BY through DESC LIMIT 1").map { row in
            let checkpoint = AuditCheckpoint(through: row["through"], madeAt: row["made_at_ms"], newestAt: row["newest_at_ms"], mac: row["mac"])
            return (checkpoint.through, checkpoint, row["seal"])
        }
    }
}

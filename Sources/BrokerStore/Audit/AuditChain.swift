import BrokerCore
import Foundation
import GRDB
import SignalingProtocol

/// Writes the audit's rows, each sealed with the one before it, in the transaction of what they tell of.
struct AuditChain: Sendable {
    let key: AuditKey

    /// What stands before the first row.
    static let beginning = Data(repeating: 0, count: 32)

    /// Where the chain ends.
    struct Head: Hashable, Sendable {
        let sequence: Int64
        let mac: Data
    }

    /// Reads the key that the chain was begun with; makes it for a chain that was not begun. Within a write transaction, so that two processes make one key.
    init(keyFile: URL, _ db: Database) throws {
        if let id = try String.fetchOne(db, sql: "SELECT key_id FROM audit_chain") {
            key = try AuditKey(reading: keyFile)
            guard key.id == id else { throw AuditKey.Failure.unusable(path: keyFile.path, cause: "the audit was begun with another key") }
        } else {
            key = try AuditKey(readingOrMaking: keyFile)
            try db.execute(sql: "INSERT INTO audit_chain (id, key_id) VALUES (1, ?)", arguments: [key.id])
        }
    }

    static func head(_ db: Database) throws -> Head {
        if let row = try Row.fetchOne(db.cachedStatement(sql: "SELECT sequence, mac FROM audit_entry ORDER BY sequence DESC LIMIT 1")) {
            return Head(sequence: row["sequence"], mac: row["mac"])
        }
        if let row = try Row.fetchOne(db, sql: "SELECT through, mac FROM audit_checkpoint ORDER BY through DESC LIMIT 1") {
            return Head(sequence: row["through"], mac: row["mac"])
        }
        return Head(sequence: 0, mac: beginning)
    }

    func append(_ entry: AuditEntry, to db: Database) throws {
        var head: Head?
        try append(entry, to: db, after: &head)
    }

    /// - Parameter end: where the chain ends, as far as this transaction knows it already: it is read once for all of a batch's rows.
    func append(_ entry: AuditEntry, to db: Database, after end: inout Head?) throws {
        let head = try end ?? Self.head(db)
        let columns = try AuditColumns(entry, sequence: head.sequence + 1, db)
        let mac = key.mac(of: columns.canonical, after: head.mac)
        try db.cachedStatement(
            sql: """
                INSERT INTO audit_entry (sequence, at_ms, actor_kind, actor, account, act, object, hall, address, outcome, reason, detail, mac)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            columns.sequence, columns.at, columns.actorKind, columns.actor, columns.account, columns.act, columns.object, columns.hall, columns.address,
            columns.outcome, columns.reason, columns.detail, mac,
        ])
        end = Head(sequence: columns.sequence, mac: mac)
    }
}

extension BrokerStore {
    /// Writes a line of the audit within a transaction of the store's own, for whoever asks now.
    /// - Parameter at: nil where the caller is not told the time: then the wall clock's.
    func audit(
        _ act: AuditAct, at: Instant? = nil, on object: String, in hall: HallID? = nil, reason: String? = nil, detail: String = "", _ db: Database
    ) throws {
        let at = at ?? Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
        let why = reason.flatMap { $0.isEmpty ? nil : $0 }
        try auditChain.append(AuditEntry(at: at, act, object: object, hall: hall, reason: why, detail: detail), to: db)
    }
}

/// A row's columns, as they are stored and as they are sealed.
struct AuditColumns {
    let sequence, at: Int64
    let actorKind: String
    let actor, account: String?
    let act: String
    let object, hall: String?
    let address, outcome: String
    let reason: String?
    let detail: String

    init(_ entry: AuditEntry, sequence: Int64, _ db: Database) throws {
        self.sequence = sequence
        at = entry.at.milliseconds
        switch entry.actor {
        case .nobody: (actorKind, actor, account) = ("nobody", nil, nil)
        case .citizen(let id): (actorKind, actor, account) = ("citizen", id.description, nil)
        case .staff(let id):
            (actorKind, actor) = ("staff", id.description)
            account = try String.fetchOne(db.cachedStatement(sql: "SELECT account FROM account WHERE id = ?"), arguments: [id.description])
        case .system: (actorKind, actor, account) = ("system", nil, nil)
        }
        act = entry.act.rawValue
        object = entry.object
        hall = entry.hall?.text
        address = entry.address
        outcome = entry.outcome
        reason = entry.reason
        detail = entry.detail
    }

    /// As it stands in the database, whatever became of it there.
    init(_ row: Row) {
        sequence = row["sequence"]
        at = row["at_ms"]
        actorKind = row["actor_kind"]
        actor = row["actor"]
        account = row["account"]
        act = row["act"]
        object = row["object"]
        hall = row["hall"]
        address = row["address"]
        outcome = row["outcome"]
        reason = row["reason"]
        detail = row["detail"]
    }

    var canonical: Data {
        var bytes = CanonicalBytes()
        bytes.append(sequence)
        bytes.append(at)
        for text in [actorKind, actor, account, act, object, hall, address, outcome, reason, detail] { bytes.append(text) }
        return bytes.bytes
    }

    func row() throws -> AuditRow {
        guard let act = AuditAct(rawValue: act) else { throw UnreadableColumn(column: "act") }
        let who: AuditActor
        switch (actorKind, actor) {
        case ("nobody", _): who = .nobody
        case ("system", _): who = .system
        case ("citizen", let id?):
            guard let citizen = CitizenID(id) else { throw UnreadableColumn(column: "actor") }
            who = .citizen(citizen)
        case ("staff", let id?):
            guard let agent = AgentID(id) else { throw UnreadableColumn(column: "actor") }
            who = .staff(agent)
        default: throw UnreadableColumn(column: "actor_kind")
        }
        let entry = AuditEntry(
            at: Instant(milliseconds: at), actor: who, act: act, object: object, hall: hall.flatMap { HallID($0) }, address: address, outcome: outcome,
            reason: reason, detail: detail)
        return AuditRow(sequence: sequence, entry: entry, account: account)
    }
}

import BrokerCore
import Foundation
import GRDB
import SignalingProtocol

extension BrokerStore {
    /// Of everybody, oldest first.
    public func secondFactors() throws(StoreError) -> [SecondFactorRow] {
        try read("second_factor") { db in try Row.fetchAll(db, sql: "SELECT * FROM second_factor ORDER BY added_at_ms, id").map(Self.secondFactor) }
    }

    /// Hashes of those that were not used yet.
    public func recoveryCodes() throws(StoreError) -> [AgentID: Set<Data>] {
        try read("recovery_code") { db in
            try Row.fetchAll(db, sql: "SELECT account, hash FROM recovery_code").reduce(into: [:]) { codes, row in
                codes[try row.identifier("account"), default: []].insert(row["hash"])
            }
        }
    }

    /// Hashes of passwords that an account had before the present one, newest first.
    public func passwordsBefore(of account: AgentID, limit: Int) throws(StoreError) -> [String] {
        try read("password_before") { db in
            try String.fetchAll(
                db, sql: "SELECT hash FROM password_before WHERE account = ? ORDER BY id DESC LIMIT ?", arguments: [account.description, limit])
        }
    }

    private static func secondFactor(_ row: Row) throws -> SecondFactorRow {
        guard let id = UUID(uuidString: row["id"]) else { throw UnreadableColumn(column: "id") }
        let kind: SecondFactorRow.Kind = try row.word("kind")
        let means: SecondFactorRow.Means =
            switch kind {
            case .totp: .totp(sealedSecret: row["sealed_secret"], lastStep: row["last_step"])
            case .passkey:
                .passkey(
                    StoredPasskey(
                        credential: row["credential"], algorithm: row["algorithm"], publicKey: row["public_key"], counter: row["counter"],
                        relyingParty: row["relying_party"]))
            }
        return SecondFactorRow(
            id: id, account: try row.identifier("account"), name: row["name"], means: means, addedAt: row.instant("added_at_ms"),
            usedAt: row.optionalInstant("used_at_ms"))
    }

    // MARK: Writing

    private static let upsertSecondFactor = Upsert(
        "second_factor", key: ["id"],
        columns: [
            "account", "kind", "name", "sealed_secret", "last_step", "credential", "algorithm", "public_key", "counter", "relying_party", "added_at_ms",
            "used_at_ms",
        ])

    static func write(_ factor: SecondFactorRow, to db: Database) throws {
        var secret: Data?
        var lastStep: Int64?
        var passkey: StoredPasskey?
        switch factor.means {
        case .totp(let sealed, let step): (secret, lastStep) = (sealed, step)
        case .passkey(let stored): passkey = stored
        }
        try upsertSecondFactor(
            db, factor.id.uuidString, factor.account.description, factor.kind.rawValue, factor.name, secret, lastStep, passkey?.credential,
            passkey?.algorithm, passkey?.publicKey, passkey.map { Int64($0.counter) }, passkey?.relyingParty, factor.addedAt.milliseconds,
            factor.usedAt?.milliseconds)
    }

    static func write(_ change: SecondFactorChange, to db: Database) throws {
        switch change {
        case .kept(let factor): try write(factor, to: db)
        case .removed(let id): try db.execute(sql: "DELETE FROM second_factor WHERE id = ?", arguments: [id.uuidString])
        case .recoveryCodes(let account, let hashes):
            try db.execute(sql: "DELETE FROM recovery_code WHERE account = ?", arguments: [account.description])
            for hash in hashes { try db.execute(sql: "INSERT INTO recovery_code (account, hash) VALUES (?, ?)", arguments: [account.description, hash]) }
        case .recoveryCodeUsed(let account, let hash):
            try db.execute(sql: "DELETE FROM recovery_code WHERE account = ? AND hash = ?", arguments: [account.description, hash])
        case .passwordReplaced(let account, let hash, let at):
            try db.execute(
                sql: "INSERT INTO password_before (account, hash, replaced_at_ms) VALUES (?, ?, ?)", arguments: [account.description, hash, at.milliseconds])
        }
    }
}

/// What is stored of how somebody signs in.
public enum SecondFactorChange: Sendable {
    case kept(SecondFactorRow)
    case removed(UUID)
    /// All of an account's; the earlier ones are worth nothing from now on.
    case recoveryCodes(AgentID, Set<Data>)
    case recoveryCodeUsed(AgentID, Data)
    /// The hash of the password that was there until now.
    case passwordReplaced(AgentID, hash: String, at: Instant)
}

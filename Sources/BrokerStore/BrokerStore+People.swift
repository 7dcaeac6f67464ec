import Foundation
import GRDB
import SignalingProtocol

extension BrokerStore {
    /// - Returns: nil when there is no such account.
    public func account(named name: String) throws(StoreError) -> AccountRow? {
        try read("account") { db in
            try Row.fetchOne(db, sql: "SELECT * FROM account WHERE account = ?", arguments: [name]).map(Self.account)
        }
    }

    public func accounts() throws(StoreError) -> [AccountRow] {
        try read("account") { db in try Row.fetchAll(db, sql: "SELECT * FROM account ORDER BY account").map(Self.account) }
    }

    /// Sign-ins that have not expired at `now`.
    public func signIns(at now: Instant) throws(StoreError) -> [SignInRow] {
        try read("sign_in") { db in
            try Row.fetchAll(db, sql: "SELECT * FROM sign_in WHERE expires_at_ms > ?", arguments: [now.milliseconds]).map { row in
                guard let role = SignInRole(rawValue: row["role"]) else { throw UnreadableColumn(column: "role") }
                return SignInRow(
                    tokenHash: row["token_hash"], role: role, person: row["person"], expiresAt: row.instant("expires_at_ms"))
            }
        }
    }

    public func removeExpiredSignIns(at now: Instant) throws(StoreError) {
        try write { db in try db.execute(sql: "DELETE FROM sign_in WHERE expires_at_ms <= ?", arguments: [now.milliseconds]) }
    }

    /// Names of the citizens who are signed in at `now`.
    public func signedInCitizens(at now: Instant) throws(StoreError) -> [CitizenRow] {
        try read("citizen") { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM citizen WHERE id IN (SELECT person FROM sign_in WHERE role = 'citizen' AND expires_at_ms > ?)",
                arguments: [now.milliseconds]
            ).map {
                CitizenRow(
                    id: try $0.identifier("id"), name: $0["name"], telephone: $0["telephone"], termsVersion: $0["terms_version"],
                    signedInAt: $0.instant("signed_in_at_ms"))
            }
        }
    }

    static func account(_ row: Row) throws -> AccountRow {
        AccountRow(
            id: try row.identifier("id"), account: row["account"], name: row["name"], hall: try row.code("hall"),
            roles: try row.json("roles"), skills: try row.json("skills"), passwordHash: row["password_hash"])
    }
}

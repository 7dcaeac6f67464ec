import BrokerCore
import Foundation
import GRDB
import SignalingProtocol

extension BrokerStore {
    /// - Returns: nil when there is no such account.
    public func account(named name: String) throws(StoreError) -> AccountRow? {
        try read("account") { db in
            try Row.fetchOne(db, sql: "SELECT * FROM account WHERE account = ?", arguments: [name]).map { try Self.account($0, db) }
        }
    }

    public func accounts() throws(StoreError) -> [AccountRow] {
        try read("account") { db in try Row.fetchAll(db, sql: "SELECT * FROM account ORDER BY account").map { try Self.account($0, db) } }
    }

    /// What goes with an account.
    private static let partsOfAccount: Set = ["account_role", "second_factor", "recovery_code", "password_before"]

    /// Whether anything but its own parts and what was done to it refers to an account: then it stays.
    public func isReferredTo(_ account: AgentID) throws(StoreError) -> Bool {
        try read("account") { db in
            let id = account.description
            for table in try String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE type = 'table'") where !Self.partsOfAccount.contains(table) {
                for key in try db.foreignKeys(on: table) where key.destinationTable == "account" {
                    for (column, _) in key.mapping where try Self.contains(id, in: column, of: table, db) { return true }
                }
            }
            for (table, column) in [("seat", "agent"), ("reservation", "agent"), ("session", "agent"), ("ticket", "earlier_agent")]
            where try Self.contains(id, in: column, of: table, db) { return true }
            // Plans name their people inside of a body.
            for table in ["schedule_version", "schedule_draft_shift"] where try db.tableExists(table) {
                if try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM \(table) WHERE instr(body, ?) > 0)", arguments: [id]) == true { return true }
            }
            return false
        }
    }

    private static func contains(_ id: String, in column: String, of table: String, _ db: Database) throws -> Bool {
        try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM \"\(table)\" WHERE \"\(column)\" = ?)", arguments: [id]) ?? false
    }

    /// What was done in a hall, newest first.
    public func administrationActs(in hall: HallID, limit: Int) throws(StoreError) -> [AdministrationAct] {
        try read("administration_act") { db in
            try Row.fetchAll(db, sql: "SELECT * FROM administration_act WHERE hall = ? ORDER BY id DESC LIMIT ?", arguments: [hall.text, limit]).map { row in
                guard let act = AdministrationActKind(rawValue: row["act"]) else { throw UnreadableColumn(column: "act") }
                return AdministrationAct(
                    at: row.instant("at_ms"), actor: try row.identifier("actor"), act: act, subject: row["subject"], hall: try row.code("hall"),
                    detail: row["detail"])
            }
        }
    }

    /// Sign-ins that have not expired at `now`.
    public func signIns(at now: Instant) throws(StoreError) -> [SignInRow] {
        try read("sign_in") { db in
            try Row.fetchAll(db, sql: "SELECT * FROM sign_in WHERE expires_at_ms > ?", arguments: [now.milliseconds]).map { row in
                guard let role = SignInRole(rawValue: row["role"]) else { throw UnreadableColumn(column: "role") }
                var signIn = SignInRow(
                    tokenHash: row["token_hash"], id: try row.identifier("id"), role: role, person: row["person"], createdAt: row.instant("created_at_ms"),
                    expiresAt: row.instant("expires_at_ms"), device: row["device"])
                signIn.seenAt = row.instant("seen_at_ms")
                signIn.keptUntil = row.optionalInstant("kept_until_ms")
                return signIn
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
                    signedInAt: $0.instant("signed_in_at_ms"), assurance: try $0.word("assurance"))
            }
        }
    }

    static func account(_ row: Row, _ db: Database) throws -> AccountRow {
        var account = AccountRow(
            id: try row.identifier("id"), account: row["account"], name: row["name"], hall: try row.code("hall"),
            roles: [], skills: try row.json("skills"), passwordHash: row["password_hash"])
        let roles = try Row.fetchAll(db, sql: "SELECT hall, role FROM account_role WHERE account = ?", arguments: [account.id.description])
        account.grants = Set(try roles.map { RoleGrant(hall: try $0.code("hall"), role: $0["role"]) })
        account.passwordIsOneTime = row["password_is_one_time"]
        account.passwordSetAt = row.optionalInstant("password_set_at_ms")
        account.suspendedAt = row.optionalInstant("suspended_at_ms")
        account.firstSignedInAt = row.optionalInstant("first_signed_in_at_ms")
        account.revision = row["revision"]
        return account
    }

    // MARK: Writing

    private static let upsertAccount = Upsert(
        "account", key: ["id"],
        columns: [
            "account", "name", "hall", "skills", "password_hash", "password_is_one_time", "suspended_at_ms", "first_signed_in_at_ms", "revision",
            "password_set_at_ms",
        ])

    static func write(_ account: AccountRow, to db: Database) throws {
        let id = account.id.description
        try upsertAccount(
            db, id, account.account, account.name, account.hall.text, try json(account.skills), account.passwordHash, account.passwordIsOneTime,
            account.suspendedAt?.milliseconds, account.firstSignedInAt?.milliseconds, account.revision,
            account.passwordSetAt?.milliseconds)
        try db.cachedStatement(sql: "DELETE FROM account_role WHERE account = ?").execute(arguments: [id])
        let grant = try db.cachedStatement(sql: "INSERT INTO account_role (account, hall, role) VALUES (?, ?, ?)")
        for given in account.grants { try grant.execute(arguments: [id, given.hall.text, given.role]) }
    }

    static func write(_ act: AdministrationAct, to db: Database) throws {
        try db.cachedStatement(sql: "INSERT INTO administration_act (at_ms, actor, act, subject, hall, detail) VALUES (?, ?, ?, ?, ?, ?)")
            .execute(arguments: [act.at.milliseconds, act.actor.description, act.act.rawValue, act.subject, act.hall.text, act.detail])
    }

    private static let upsertHall = Upsert(
        "hall", key: ["id"], columns: ["name", "overflow", "zone", "guests_may_consult", "guests_may_pre_review", "revision"])

    static func write(_ hall: Hall, to db: Database) throws {
        try upsertHall(
            db, hall.id.text, hall.name, try json(hall.overflow), hall.zone, hall.guestsMayConsult, hall.guestsMayPreReview, hall.revision)
    }
}

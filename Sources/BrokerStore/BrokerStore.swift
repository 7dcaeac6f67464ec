import BrokerCore
import Foundation
import GRDB
import SignalingProtocol
import Synchronization

/// Why the store could not do what was asked. `code` is stable and goes into the log.
public enum StoreError: Error, Sendable {
    /// The file is not a database of ours, or is damaged.
    case cannotOpen(path: String, cause: String)
    /// The disk is full or failing; the same batch can be tried again.
    case unavailable(cause: String)
    /// A row cannot be read back: a defect, or a database changed by hand.
    case unreadable(table: String, cause: String)
    /// A constraint of the schema stopped a write: a defect of the broker.
    case refused(cause: String)

    public var code: String {
        switch self {
        case .cannotOpen: "store_cannot_open"
        case .unavailable: "store_unavailable"
        case .unreadable: "store_unreadable"
        case .refused: "store_refused"
        }
    }
}

/// One thing to be stored: the broker's records, and those of people signing in.
public enum StoreRecord: Sendable {
    case broker(BrokerCore.Record)
    case citizen(CitizenRow)
    case signIn(SignInRow)
    case signOut(tokenHash: Data)
    /// Of a sign-in that is stored with it.
    case vouchedSignIn(VouchedSignInRow)
    case account(AccountRow)
    /// Of an account that was never used.
    case accountRemoved(AgentID)
    case administrationAct(AdministrationAct)
    case secondFactor(SecondFactorChange)
    case noticePrinted(number: String, StoredNoticePDF)
    /// A line of the audit that no other record implies.
    case audit(AuditEntry)
    /// On whose request, and when, the records after it in the batch were made. It is no row itself.
    case asked(AuditOrigin, at: Instant)
    case consent(ConsentRow)
    case erasure(Erasure)
}

/// The SQLite database: WAL, `synchronous=FULL`, so that a committed batch survives a power cut.
///
/// Written from one queue, read from any. Every write is one transaction of whole records.
public final class BrokerStore: Sendable {
    let pool: DatabasePool
    let scheduleMemory = Mutex(ScheduleMemory())
    let auditChain: AuditChain
    /// Where the database lies.
    let folder: URL

    /// Seconds.
    private static let busyTimeout = 5.0

    /// Opens the database, creating and migrating it as needed. The key that seals the audit lies in `keys` beside it.
    /// - Throws: `StoreError.cannotOpen`, also when the audit was begun with another key or the key is gone.
    public init(path: String) throws(StoreError) {
        var configuration = Configuration()
        configuration.label = "farwindow"
        configuration.foreignKeysEnabled = true
        // A command beside the server writes for a moment; the other waits for it instead of reporting a failing disk.
        configuration.busyMode = .timeout(Self.busyTimeout)
        // What is deleted is overwritten with zeros: an erased name does not linger in a free page, nor in a backup made of it.
        configuration.prepareDatabase { db in try db.execute(sql: "PRAGMA secure_delete = ON") }
        do {
            pool = try DatabasePool(path: path, configuration: configuration)
            // GRDB sets NORMAL when it turns WAL on, after `prepareDatabase` has run; NORMAL loses the last commits at a power cut.
            let synchronous = try pool.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA synchronous = FULL")
                return try Int.fetchOne(db, sql: "PRAGMA synchronous")
            }
            guard synchronous == 2 else { throw StoreError.cannotOpen(path: path, cause: "synchronous is not FULL") }
            try Schema.migrator.migrate(pool)
            folder = URL(filePath: path).absoluteURL.deletingLastPathComponent()
            let keyFile = folder.appending(path: "keys").appending(path: AuditKey.fileName)
            auditChain = try pool.write { db in try AuditChain(keyFile: keyFile, db) }
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError.cannotOpen(path: path, cause: "\(error)")
        }
    }

    /// Stores a batch in one transaction: all of it or nothing.
    /// - Throws: `StoreError.unavailable` when the disk is full or failing; `StoreError.refused` when the schema forbids the batch.
    public func commit(_ batch: [StoreRecord]) throws(StoreError) {
        Failpoint.beforeCommit.reached()
        try write { db in
            var asked = Asked()
            var end: AuditChain.Head?
            for (index, record) in batch.enumerated() {
                if case .asked(let origin, let at) = record { asked = Asked(origin: origin, at: at) }
                try Self.write(record, to: db)
                if let entry = try Self.auditEntry(of: record, for: asked, db) { try auditChain.append(entry, to: db, after: &end) }
                if index == 0 { Failpoint.inCommit.reached() }
            }
        }
        Failpoint.afterCommit.reached()
    }

    @discardableResult
    func write<Value: Sendable>(_ body: @Sendable (Database) throws -> Value) throws(StoreError) -> Value {
        do {
            // The database works on a queue of its own; who asked goes along.
            let origin = AuditOrigin.current
            return try pool.write { db in try AuditOrigin.$current.withValue(origin) { try body(db) } }
        } catch let error as DatabaseError {
            switch error.resultCode {
            case .SQLITE_CONSTRAINT, .SQLITE_MISMATCH, .SQLITE_MISUSE, .SQLITE_ERROR: throw .refused(cause: "\(error)")
            default: throw .unavailable(cause: "\(error)")
            }
        } catch {
            throw .refused(cause: "\(error)")
        }
    }

    func read<Value: Sendable>(_ table: String, _ body: @Sendable (Database) throws -> Value) throws(StoreError) -> Value {
        do {
            return try pool.read { db in try body(db) }
        } catch {
            throw .unreadable(table: table, cause: "\(error)")
        }
    }
}

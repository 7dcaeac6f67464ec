import BrokerCore
import Foundation
import GRDB
import SignalingProtocol
import Testing

@testable import BrokerStore

/// A folder that goes away with the test.
final class TemporaryFolder: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "farwindow-store-\(UUID())")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }
}

/// A seeded database in a folder of its own, and what a test does with it.
final class Desk {
    let folder: TemporaryFolder
    private(set) var store: BrokerStore

    init(seed: Seed? = Fixtures.seed) throws {
        folder = try TemporaryFolder()
        store = try BrokerStore(path: Self.path(in: folder))
        if let seed { try store.seed(seed) }
    }

    private static func path(in folder: TemporaryFolder) -> String { folder.url.appending(path: "farwindow.sqlite").path }

    func reopen() throws { store = try BrokerStore(path: Self.path(in: folder)) }

    func commit(_ records: BrokerCore.Record...) throws { try store.commit(records.map(StoreRecord.broker)) }

    func state(at now: Instant = Fixtures.morning) throws -> BrokerState { try store.loadState(at: now) }

    /// What became of a batch: `stored`, or the error's code.
    func result(of records: BrokerCore.Record...) -> String {
        do throws(StoreError) {
            try store.commit(records.map(StoreRecord.broker))
            return "stored"
        } catch {
            return error.code
        }
    }

    /// Changes the database as a person with a database tool would, who knows of no rule.
    func damage(_ sql: String) throws {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        let tool = try DatabaseQueue(path: Self.path(in: folder), configuration: configuration)
        try tool.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA ignore_check_constraints = ON")
            for trigger in try String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE type = 'trigger'") {
                try db.execute(sql: "DROP TRIGGER \(trigger)")
            }
            try db.execute(sql: sql)
            #expect(db.changesCount > 0, "\(sql) changes nothing")
        }
    }

    func count(_ table: String) throws -> Int {
        try store.pool.read { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)") ?? 0 }
    }
}

/// The code of the error that `body` throws, nil when it throws none.
func code(of body: () throws -> Void) -> String? {
    do {
        try body()
        return nil
    } catch let error as StoreError {
        return error.code
    } catch {
        return "\(error)"
    }
}

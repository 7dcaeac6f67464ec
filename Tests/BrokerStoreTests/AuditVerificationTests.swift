import Foundation
import GRDB
import SignalingProtocol
import Testing

@testable import BrokerStore

/// Every deed is done to a real database file, by somebody who has all of SQL and no key.
@Suite("Verifying the audit")
struct AuditVerificationTests {
    private let desk: Desk

    /// Ten rows, anchored after the sixth.
    init() throws {
        desk = try Desk()
        try append(6)
        _ = try desk.store.anchorAudit(at: Fixtures.morning)
        try append(4)
    }

    private func append(_ count: Int, act: AuditAct = .fileViewed) throws {
        for number in 0..<count {
            try desk.store.commit([
                .audit(AuditEntry(at: Fixtures.morning + Milliseconds(Int64(number)), actor: .staff(Fixtures.zheng), act: act, object: "file:\(number)"))
            ])
        }
    }

    private func tamper(_ sql: String...) throws {
        let queue = try DatabaseQueue(path: desk.folder.url.appending(path: "farwindow.sqlite").path)
        try queue.writeWithoutTransaction { db in
            for trigger in ["audit_entry_is_immutable", "audit_entry_stays"] { try db.execute(sql: "DROP TRIGGER IF EXISTS \(trigger)") }
            for statement in sql { try db.execute(sql: statement) }
        }
    }

    private func verify(expected: [AuditAnchor] = []) throws -> AuditVerification {
        try AuditVerification(ofDataFolder: desk.folder.url, expected: expected)
    }

    private var anchorFile: URL { desk.folder.url.appending(path: "audit-anchors") }

    @Test func findsNothingInAWholeOne() throws {
        let verification = try verify()
        #expect(verification.findings.isEmpty)
        #expect(verification.rows == 10 && verification.first == 1 && verification.last == 10 && verification.anchors == 1)
    }

    @Test(arguments: [
        "act = 'signed-in'", "at_ms = at_ms + 1", "account = 'agent2'", "address = '192.0.2.9'", "outcome = 'x'", "reason = 'x'", "object = NULL",
    ])
    func findsAnAlteredRow(_ change: String) throws {
        try tamper("UPDATE audit_entry SET \(change) WHERE sequence = 4")
        #expect(try verify().findings == [.rowAltered(4)])
    }

    @Test func findsARowAlteredWithItsSeal() throws {
        try tamper("UPDATE audit_entry SET act = 'signed-in', mac = randomblob(32) WHERE sequence = 8")
        #expect(try verify().findings == [.rowAltered(8), .rowAltered(9)])
    }

    @Test func findsADeletedRow() throws {
        try tamper("DELETE FROM audit_entry WHERE sequence IN (3, 4)")
        let verification = try verify()
        #expect(verification.findings == [.rowsMissing(3...4)])
        #expect(verification.findings.first?.row == 3)
    }

    @Test func findsADeletedFirstRow() throws {
        try tamper("DELETE FROM audit_entry WHERE sequence = 1")
        #expect(try verify().findings == [.rowsMissing(1...1)])
    }

    @Test func findsADeletedRowThoughTheOthersMoveUp() throws {
        try tamper(
            "DELETE FROM audit_entry WHERE sequence = 9", "UPDATE audit_entry SET sequence = 9 WHERE sequence = 10")
        #expect(try verify().findings == [.rowAltered(9)])
    }

    @Test func findsRowsThatChangedPlaces() throws {
        try tamper(
            "UPDATE audit_entry SET sequence = -1 WHERE sequence = 8", "UPDATE audit_entry SET sequence = 8 WHERE sequence = 9",
            "UPDATE audit_entry SET sequence = 9 WHERE sequence = -1")
        #expect(try verify().findings.first == .rowAltered(8))
    }

    @Test func findsARowThatWasPutIn() throws {
        try tamper(
            """
            INSERT INTO audit_entry SELECT 11, at_ms, actor_kind, actor, account, act, object, hall, address, outcome, reason, detail, mac
            FROM audit_entry WHERE sequence = 10
            """)
        #expect(try verify().findings == [.rowAltered(11)])
    }

    @Test func findsThatTheEndWasCutOff() throws {
        try tamper("DELETE FROM audit_entry WHERE sequence > 5")
        #expect(try verify().findings == [.truncated(end: 5, anchored: 6)])
    }

    @Test func findsThatEverythingIsGone() throws {
        try tamper("DELETE FROM audit_entry")
        #expect(try verify().findings == [.truncated(end: 0, anchored: 6)])
    }

    /// The server itself went on behind the cut: every seal fits, and only the anchor knows.
    @Test func findsThatTheEndWasWrittenAnew() throws {
        try tamper("DELETE FROM audit_entry WHERE sequence > 4")
        try append(5, act: .signedIn)
        let verification = try verify()
        #expect(verification.findings == [.appendedAnew(6)])
    }

    @Test func findsAnOlderCopyThatWasBroughtBack() throws {
        let database = desk.folder.url.appending(path: "farwindow.sqlite")
        let backup = desk.folder.url.appending(path: "backup.sqlite")
        try desk.store.pool.writeWithoutTransaction { db in try db.execute(sql: "VACUUM INTO ?", arguments: [backup.path]) }
        try append(3)
        _ = try desk.store.anchorAudit(at: Fixtures.morning)
        #expect(try desk.store.agreesWithAnchors())
        try desk.store.pool.close()
        for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: database.path + end) }
        try FileManager.default.moveItem(at: backup, to: database)
        #expect(try verify().findings == [.truncated(end: 10, anchored: 13)])
        let restored = try BrokerStore(path: database.path)
        #expect(try !restored.agreesWithAnchors(), "the server says so at its start")
        for _ in 0..<4 { try restored.commit([.audit(AuditEntry(at: Fixtures.morning, actor: .system, act: .serverStarted))]) }
        #expect(try !restored.agreesWithAnchors())
        #expect(try verify().findings == [.appendedAnew(13)])
    }

    @Test func findsAnotherKey() throws {
        let file = desk.folder.url.appending(path: "keys/audit.key")
        try DurableFile.replace(file, with: Data((Data(repeating: 7, count: 32).base64EncodedString() + "\n").utf8), mode: 0o600)
        #expect(try verify().findings == [.wrongKey])
        try FileManager.default.removeItem(at: file)
        #expect(try verify().findings.map(\.code) == ["audit_key_missing"])
    }

    @Test func findsThatTheAnchorsAreGone() throws {
        try FileManager.default.removeItem(at: anchorFile)
        #expect(try verify().findings == [.anchorFileMissing])
    }

    @Test func findsAnAlteredAnchor() throws {
        let text = try String(contentsOf: anchorFile, encoding: .utf8)
        try text.replacing(" 6:", with: " 5:").write(to: anchorFile, atomically: true, encoding: .utf8)
        #expect(try verify().findings == [.anchorAltered(line: 1)])
    }

    /// Who can write the file of anchors can cut it as well; what another machine's log has they cannot.
    @Test func holdsTheRowsAgainstAnAnchorFromElsewhere() throws {
        guard case .anchored(let anchor) = try desk.store.anchorAudit(at: Fixtures.morning) else { throw ExpectationFailed() }
        #expect(try verify(expected: [#require(AuditAnchor(text: anchor.text))]).findings.isEmpty)
        try tamper("DELETE FROM audit_entry WHERE sequence > 7")
        let lines = try String(contentsOf: anchorFile, encoding: .utf8).split(separator: "\n")
        try (lines[0] + "\n").write(to: anchorFile, atomically: true, encoding: .utf8)
        #expect(try verify().findings.isEmpty)
        #expect(try verify(expected: [anchor]).findings == [.truncated(end: 7, anchored: 10)])
    }

    @Test func halfAnAnchorOfAPowerCutIsNoHarm() throws {
        let handle = try FileHandle(forWritingTo: anchorFile)
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("17953956".utf8))
        try handle.close()
        #expect(try verify().findings.isEmpty)
        #expect(try desk.store.anchorAudit(at: Fixtures.morning) != .unchanged)
        #expect(try desk.store.anchorAudit(at: Fixtures.morning) == .unchanged)
        let verification = try verify()
        #expect(verification.findings.isEmpty && verification.anchors == 2)
    }

    @Test func rowsThatWereKeptLongEnoughGoAndTheRestStillVerifies() throws {
        let later = Fixtures.morning + .minutes(60 * 24 * 400)
        #expect(try desk.store.trimAudit(before: Fixtures.morning + 4, at: later) == 4, "the first that is young enough ends it")
        #expect(try desk.store.trimAudit(before: Fixtures.morning + 4, at: later) == 0)
        let verification = try verify()
        #expect(verification.findings.isEmpty && verification.first == 5 && verification.last == 11 && verification.anchors == 1)
        #expect(try desk.store.trimAudit(before: later, at: later, rowsAtOnce: 3) == 3)
        #expect(try verify().findings.isEmpty, "an anchor of what has gone is no harm")
        try tamper("DELETE FROM audit_entry WHERE sequence = 8")
        #expect(try verify().findings == [.rowsMissing(8...8)])
    }

    @Test func noRowGoesBeforeHalfAYear() throws {
        #expect(try desk.store.trimAudit(before: Fixtures.morning + 4, at: Fixtures.morning + .minutes(60 * 24 * 183)) == 0)
    }

    @Test func findsACheckpointThatIsNoneOfOurs() throws {
        try tamper(
            "INSERT INTO audit_checkpoint SELECT 3, 0, 0, mac, randomblob(32) FROM audit_entry WHERE sequence = 3",
            "DELETE FROM audit_entry WHERE sequence <= 3")
        #expect(try verify().findings == [.checkpointForged(3)])
    }

    private struct ExpectationFailed: Error {}
}

import BrokerCore
import Foundation
import GRDB
import SignalingProtocol
import Testing

@testable import BrokerStore

@Suite("The audit's chain")
struct AuditChainTests {
    private func rows(_ desk: Desk) throws -> [AuditRow] {
        try desk.store.pool.read { db in try Row.fetchAll(db, sql: "SELECT * FROM audit_entry ORDER BY sequence").map { try AuditColumns($0).row() } }
    }

    private static let asker = AuditOrigin(actor: .staff(Fixtures.zheng), address: "192.0.2.7")

    @Test func everyRowIsSealedWithTheOneBeforeIt() throws {
        let desk = try Desk()
        let entry = AuditEntry(
            at: Fixtures.morning, actor: .staff(Fixtures.zheng), act: .fileViewed, object: "file:1", hall: Fixtures.hall, address: "192.0.2.7", detail: "a")
        try desk.store.commit([.audit(entry), .audit(entry)])
        try desk.reopen()
        try desk.store.commit([.audit(entry)])
        let kept = try desk.store.pool.read { db in try Row.fetchAll(db, sql: "SELECT * FROM audit_entry ORDER BY sequence") }
        #expect(kept.map { $0["sequence"] as Int64 } == [1, 2, 3])
        let key = try AuditKey(reading: desk.folder.url.appending(path: "keys/audit.key"))
        var previous = AuditChain.beginning
        for row in kept {
            #expect(row["mac"] == key.mac(of: AuditColumns(row).canonical, after: previous))
            previous = row["mac"]
        }
        let read = try rows(desk)
        #expect(read.map(\.entry) == [entry, entry, entry])
        #expect(read.first?.account == "agent1")
    }

    @Test func theKeyIsItsOwnersAlone() throws {
        let desk = try Desk()
        let file = desk.folder.url.appending(path: "keys/audit.key")
        let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
        #expect((attributes[.posixPermissions] as? Int) == 0o600)
        let text = try String(contentsOf: file, encoding: .utf8)
        let bytes = try Data(contentsOf: desk.folder.url.appending(path: "farwindow.sqlite"))
        #expect(bytes.range(of: Data(text.trimmingCharacters(in: .whitespacesAndNewlines).utf8)) == nil)
    }

    @Test func aStoreWithAnotherKeyOrNoneDoesNotGoOnWithTheChain() throws {
        let desk = try Desk()
        let file = desk.folder.url.appending(path: "keys/audit.key")
        let key = try Data(contentsOf: file)
        try FileManager.default.removeItem(at: file)
        #expect(throws: StoreError.self) { try desk.reopen() }
        #expect(!FileManager.default.fileExists(atPath: file.path), "a new key would hide that the old one is gone")
        try DurableFile.replace(file, with: Data((Data(repeating: 7, count: 32).base64EncodedString() + "\n").utf8), mode: 0o600)
        #expect(throws: StoreError.self) { try desk.reopen() }
        try DurableFile.replace(file, with: key, mode: 0o644)
        #expect(throws: StoreError.self) { try desk.reopen() }
        try DurableFile.replace(file, with: key, mode: 0o600)
        try desk.reopen()
    }

    @Test func whatIsDoneInACaseIsWrittenDownWithItsRecord() throws {
        let desk = try Desk.inSession()
        let session = Fixtures.session()
        let verdict = VerdictView(materialID: Fixtures.form, verdict: .accepted, reasons: [], note: "私人的话", givenAt: Fixtures.morning)
        try desk.store.commit([
            .broker(.chat(session.id, ChatMessageView(id: ChatMessageID(Fixtures.uuid(9)), from: .agent, text: "您好", at: Fixtures.morning))),
            .asked(Self.asker, at: Fixtures.morning + 5), .broker(.verdict(session.caseID, session.id, verdict)),
            .broker(.reopened(session.caseID, Reopening(session: session.id, material: Fixtures.form, reason: "看错了", at: Fixtures.morning))),
            .broker(.verdictWithdrawn(session.caseID, Fixtures.form)),
        ])
        let read = try rows(desk).map(\.entry)
        #expect(read.map(\.act) == [.verdictGiven, .materialReopened, .verdictWithdrawn], "what is said in a talk is no act")
        #expect(read.allSatisfy { $0.object == "case:\(session.caseID)" && $0.address == "192.0.2.7" && $0.actor == .staff(Fixtures.zheng) })
        #expect(read[0].detail == "material=M1 verdict=accepted" && read[0].hall == Fixtures.hall)
        #expect(read[1].reason == "看错了")
        #expect(read[2].at == Fixtures.morning + 5)
        #expect(!read.contains { "\($0)".contains("私人的话") })
    }

    @Test func anAdministratorsActIsWrittenDownWithItsRecord() throws {
        let desk = try Desk()
        for act in AdministrationActKind.allCases {
            try desk.store.commit([
                .asked(Self.asker, at: Fixtures.morning),
                .administrationAct(AdministrationAct(at: Fixtures.morning, actor: Fixtures.zheng, act: act, subject: "X", hall: Fixtures.hall, detail: "name")),
            ])
        }
        let read = try rows(desk).map(\.entry)
        #expect(read.map(\.act.rawValue) == AdministrationActKind.allCases.map(\.rawValue))
        #expect(read.allSatisfy { $0.address == "192.0.2.7" && $0.hall == Fixtures.hall && $0.detail == "name" })
    }

    @Test func nothingIsWrittenDownOfABatchThatWasNotStored() throws {
        let desk = try Desk()
        #expect(throws: StoreError.self) {
            try desk.store.commit([.audit(AuditEntry(at: Fixtures.morning, actor: .nobody, act: .refused)), .broker(.session(Fixtures.session()))])
        }
        #expect(try rows(desk).isEmpty)
    }

    @Test func aStrangersTextCannotBreakOrFillTheChain() throws {
        let desk = try Desk()
        let text = "a\u{0}b\n" + String(repeating: "长", count: 10_000)
        let entry = AuditEntry(at: Fixtures.morning, actor: .nobody, act: .refused, object: text, address: text, reason: text, detail: text)
        try desk.store.commit([.audit(entry)])
        let read = try #require(try rows(desk).first)
        #expect(read.entry.object?.count == 500 && read.entry.object?.hasPrefix("a b 长") == true)
    }

    @Test func noRowIsChangedOrDeleted() throws {
        let desk = try Desk()
        try desk.store.commit([.audit(AuditEntry(at: Fixtures.morning, actor: .nobody, act: .refused))])
        for sql in ["DELETE FROM audit_entry", "UPDATE audit_entry SET act = 'x'"] {
            #expect(throws: DatabaseError.self, "\(sql)") { try desk.store.pool.write { db in try db.execute(sql: sql) } }
        }
    }
}

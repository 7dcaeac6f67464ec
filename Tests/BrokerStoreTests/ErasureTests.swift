import BrokerCore
import Foundation
import GRDB
import SignalingProtocol
import Testing

@testable import BrokerStore

/// A finished case with everything personal in it that a case can have, each thing with a mark of its own, and a second case that nobody asks about.
private final class Archive {
    static let marks = ["王秀英", "13812345678", "445102199001010011", "91445100MA4ABCDE1X", "语音说的话", "只对坐席说", "我的身份证.jpg", "更正前的名字", "转接说明"]
    static let caseID = Fixtures.serviceCase().id
    static let otherID = Fixtures.serviceCase(2).id
    static let file = Fixtures.file(1).id
    static let otherFile = Fixtures.file(2).id
    static let paper = FileID(Fixtures.uuid(901))
    static let later = Fixtures.morning + .minutes(60 * 24 * 40)

    let desk: Desk
    let safe: Safe
    let finished: FinishedErasures

    init() throws {
        desk = try Desk()
        safe = try Safe()
        finished = try FinishedErasures(keyFolder: safe.folder.url.appending(path: "keys"))
        var citizen = Fixtures.citizen()
        citizen.telephone = "13812345678"
        try desk.store.commit([.citizen(citizen)])
        try fillCase()
        let other = Fixtures.serviceCase(2)
        let record = Case(
            id: other.id, number: other.number, lookUpCode: other.lookUpCode, citizen: Fixtures.chen, citizenName: "陈志强", hall: other.hall,
            item: other.item, openedAt: other.openedAt)
        try desk.commit(.serviceCase(record), .file(Self.otherID, Fixtures.file(2)))
        try safe.vault.put(Data("陈志强的营业执照".utf8), file: Self.otherFile, of: Self.otherID)
    }

    private func fillCase() throws {
        var ticket = Fixtures.ticket(state: .done)
        ticket.transfer = TransferView(fromHall: "h", fromSeatNumber: "1", fromAgentName: "郑小敏", note: "转接说明")
        var session = Fixtures.session(state: .closed)
        session.note = "只对坐席说"
        var file = Fixtures.file(1)
        file.name = "我的身份证.jpg"
        var outcome = Fixtures.outcome()
        outcome.note = "只对坐席说"
        var correction = Fixtures.correction(state: .accepted)
        correction.view.oldValue = "更正前的名字"
        try desk.commit(
            .serviceCase(Fixtures.serviceCase()), .ticket(ticket), .session(session),
            .chat(session.id, ChatMessageView(id: ChatMessageID(Fixtures.uuid(77)), from: .citizen, text: "语音说的话", at: Fixtures.morning)),
            .field(Self.caseID, CaseField(key: .identityNumber, value: "445102199001010011")),
            .field(Self.caseID, CaseField(key: .creditCode, value: "91445100MA4ABCDE1X")), .file(Self.caseID, file),
            .correction(Self.caseID, correction), .verdict(Self.caseID, session.id, Fixtures.verdict(.correctionNeeded, note: "只对坐席说")),
            .outcome(session.id, outcome), .notice(Self.caseID, Fixtures.notice()))
        try safe.vault.put(Data("王秀英的身份证".utf8), file: Self.file, of: Self.caseID)
        try safe.vault.put(Data("王秀英的告知书".utf8), file: Self.paper, of: Self.caseID)
        try desk.store.commit([
            .noticePrinted(number: Fixtures.notice().number, StoredNoticePDF(file: Self.paper, sha256: String(repeating: "a", count: 64)))
        ])
    }

    func erase(_ citizen: CitizenID? = nil, at now: Instant = later) throws {
        try desk.store.commit([.erasure(Erasure(cases: [Self.caseID], citizen: citizen, at: now))])
        try desk.store.finish([Self.caseID], in: safe.vault, marking: finished)
    }

    /// Marks that some file of the database has somewhere, also in a page that is free.
    func marksOnDisk() throws -> [String] {
        let names = try FileManager.default.contentsOfDirectory(atPath: desk.folder.url.path)
            .filter { $0.hasPrefix("farwindow.sqlite") && !$0.hasSuffix("-shm") }
        let bytes = try names.map { try Data(contentsOf: desk.folder.url.appending(path: $0)) }
        return Self.marks.filter { mark in bytes.contains { $0.range(of: Data(mark.utf8)) != nil } }
    }

    func copyOfDatabase() throws -> [(name: String, bytes: Data)] {
        try desk.store.emptyLog()
        return [("farwindow.sqlite", try Data(contentsOf: desk.folder.url.appending(path: "farwindow.sqlite")))]
    }

    func text(_ sql: String) throws -> [String] { try desk.store.pool.read { db in try String.fetchAll(db, sql: sql) } }
}

@Suite("Erasure")
struct ErasureTests {
    @Test func takesEverythingPersonalOutOfDatabaseAndVault() throws {
        let archive = try Archive()
        #expect(try archive.marksOnDisk() == Archive.marks, "or the test would see nothing go")
        try archive.erase()
        #expect(try archive.marksOnDisk() == [])
        for file in [Archive.file, Archive.paper] { #expect(archive.safe.get(file, of: Archive.caseID) == .missing) }
        #expect(try archive.safe.keyNames() == ["\(Archive.otherFile)"])
        #expect(archive.safe.get(Archive.otherFile, of: Archive.otherID) == .bytes(Data("陈志强的营业执照".utf8)), "nobody else's")
    }

    @Test func keepsWhatAHallAnswersFor() throws {
        let archive = try Archive()
        try archive.erase()
        let rows = try archive.desk.store.pool.read { db in
            try Row.fetchAll(db, sql: "SELECT number, erased_at_ms FROM service_case WHERE id = ?", arguments: [Archive.caseID.description])
        }
        #expect(rows.map { $0["number"] as String } == [Fixtures.serviceCase().number])
        #expect(rows.map { $0["erased_at_ms"] as Int64 } == [Archive.later.milliseconds])
        #expect(try archive.text("SELECT verdict FROM verdict") == ["correction-needed"])
        let notice = try #require(try archive.desk.store.notice(number: Fixtures.notice().number))
        #expect(notice.isErased && notice.outcome.result == .correctionNeeded && notice.outcome.note.isEmpty)
        #expect(notice.pdf?.sha256.count == 64, "a paper can be told from a forgery")
        #expect(try archive.desk.store.caseFile(Archive.caseID) == nil)
        #expect(try archive.desk.store.exportedCase(number: Fixtures.serviceCase().number) == nil)
        for code in ["", "erased", "ERASED", "7K3M9QX1"] {
            #expect(try archive.desk.store.caseHistory(number: Fixtures.serviceCase().number, lookUpCode: code.uppercased()) == nil, "\(code)")
        }
        #expect(archive.desk.result(of: .serviceCase(Fixtures.serviceCase())) == "store_refused", "nobody writes a name into it again")
        _ = try archive.desk.state(at: Archive.later)
    }

    @Test func canBeDoneAgainAndIsFinishedAfterACrash() throws {
        let archive = try Archive()
        try archive.desk.store.commit([.erasure(Erasure(cases: [Archive.caseID], citizen: nil, at: Archive.later))])
        // The process died before a key was destroyed.
        let redone = try archive.desk.store.redoErasures(in: archive.safe.vault, marking: archive.finished, at: Archive.later)
        #expect(redone.again == 0 && redone.finished == 1)
        #expect(try archive.safe.keyNames() == ["\(Archive.otherFile)"])
        try archive.erase()
        let nothing = try archive.desk.store.redoErasures(in: archive.safe.vault, marking: archive.finished, at: Archive.later)
        #expect(nothing.again == 0 && nothing.finished == 0)
    }

    /// What an operator does after a broken disk: yesterday's database and files, and the keys as they are.
    @Test func aRestoredBackupOfDatabaseAndFilesBringsNothingBack() throws {
        let archive = try Archive()
        let database = try archive.copyOfDatabase()
        let files = try [Archive.file, Archive.paper].map { ($0, try Data(contentsOf: archive.safe.url($0))) }
        try archive.erase()
        let folder = try TemporaryFolder()
        for (name, bytes) in database { try bytes.write(to: folder.url.appending(path: name)) }
        // The keys are not in the backup: they are as they were, the audit's among them.
        try FileManager.default.copyItem(at: archive.desk.folder.url.appending(path: "keys"), to: folder.url.appending(path: "keys"))
        for (file, bytes) in files { try bytes.write(to: archive.safe.url(file)) }
        let vault = try Safe.open(archive.safe.folder)
        #expect(vaultError { _ = try vault.get(Archive.file, of: Archive.caseID) } == .keyGone, "before anything else is done")
        let restored = try BrokerStore(path: folder.url.appending(path: "farwindow.sqlite").path)
        #expect(try restored.caseFile(Archive.caseID) != nil, "or the test would restore nothing")
        let redone = try restored.redoErasures(in: vault, marking: archive.finished, at: Archive.later)
        #expect(redone.again == 1)
        #expect(try restored.caseFile(Archive.caseID) == nil)
        #expect(try restored.caseFile(Archive.otherID) != nil)
        #expect(try archive.safe.names() == ["\(Archive.otherFile)"])
    }

    /// Within the days that a copy of the key store may live.
    @Test func aRestoredCopyOfTheKeyStoreIsErasedAgainAtTheStart() throws {
        let archive = try Archive()
        let key = try Data(contentsOf: archive.safe.dataKey(Archive.file))
        let bytes = try Data(contentsOf: archive.safe.url(Archive.file))
        try archive.erase()
        try key.write(to: archive.safe.dataKey(Archive.file))
        try bytes.write(to: archive.safe.url(Archive.file))
        _ = try archive.desk.store.redoErasures(in: archive.safe.vault, marking: archive.finished, at: Archive.later)
        #expect(try archive.safe.keyNames() == ["\(Archive.otherFile)"])
    }

    @Test func ofAPersonTakesNameNumberAndSignIns() throws {
        let archive = try Archive()
        try archive.desk.store.commit([
            .signIn(Fixtures.signIn(7, expiresAt: Archive.later)),
            .consent(
                ConsentRow(
                    citizen: Fixtures.wang, kind: .identityDocuments, textVersion: "1", language: .english, textHash: String(repeating: "b", count: 64),
                    isGiven: true, at: Fixtures.morning)),
        ])
        try archive.erase(Fixtures.wang)
        #expect(try archive.desk.count("citizen") == 0)
        #expect(try archive.desk.count("sign_in") == 0)
        #expect(try archive.desk.store.consents(of: Fixtures.wang).map(\.isGiven) == [true], "that it was allowed can be shown")
        #expect(try archive.marksOnDisk() == [])
    }

    @Test func ofACaseKeepsAPersonWhoIsStillSignedIn() throws {
        let archive = try Archive()
        try archive.desk.store.commit([.signIn(Fixtures.signIn(7, expiresAt: Archive.later))])
        try archive.erase()
        #expect(try archive.desk.count("citizen") == 1)
    }
}

@Suite("Retention")
struct RetentionTests {
    private func periods(_ change: (inout RetentionPeriods) -> Void) -> RetentionPeriods {
        var periods = RetentionPeriods()
        (periods.filesDays, periods.chatDays, periods.caseFieldsDays) = (nil, nil, nil)
        (periods.noticesDays, periods.casesDays, periods.citizensDays) = (nil, nil, nil)
        change(&periods)
        return periods
    }

    private func retain(
        _ archive: Archive, at now: Instant = Archive.later, removing: Bool = true, _ change: (inout RetentionPeriods) -> Void
    ) throws -> RetentionReport {
        try archive.desk.store.retain(periods(change), in: archive.safe.vault, marking: archive.finished, at: now, removing: removing)
    }

    @Test func takesEachKindAfterItsOwnTime() throws {
        let archive = try Archive()
        #expect(try retain(archive) { $0.filesDays = 41 }.counts == [.files: 0])
        let dry = try retain(archive, removing: false) { ($0.filesDays, $0.chatDays, $0.caseFieldsDays, $0.noticesDays) = (39, 39, 39, 39) }
        #expect(dry.counts == [.files: 2, .chat: 1, .caseFields: 2, .notices: 1])
        #expect(try archive.marksOnDisk() == Archive.marks, "a dry run takes nothing")
        #expect(try retain(archive) { $0.filesDays = 39 } == RetentionReport(counts: [.files: 2]))
        #expect(try archive.safe.keyNames() == ["\(Archive.paper)"])
        #expect(try retain(archive) { $0.chatDays = 39 } == RetentionReport(counts: [.chat: 1]))
        #expect(try archive.desk.count("chat_message") == 0)
        #expect(try retain(archive) { $0.caseFieldsDays = 39 } == RetentionReport(counts: [.caseFields: 2]))
        #expect(try archive.marksOnDisk().contains("445102199001010011") == false)
        #expect(try retain(archive) { $0.noticesDays = 39 } == RetentionReport(counts: [.notices: 1]))
        #expect(try archive.safe.keyNames() == [])
        #expect(try archive.desk.store.caseFile(Archive.caseID)?.outcomes.count == 1, "the case itself stays")
        #expect(try retain(archive) { ($0.filesDays, $0.chatDays, $0.caseFieldsDays, $0.noticesDays) = (39, 39, 39, 39) }.isEmpty)
    }

    @Test func takesWholeCasesAndThenThePeople() throws {
        let archive = try Archive()
        #expect(try retain(archive) { $0.citizensDays = 39 }.counts == [.citizens: 0], "who has a case stays")
        #expect(try retain(archive) { ($0.casesDays, $0.citizensDays) = (39, 39) }.counts[.cases] == 2)
        #expect(try archive.marksOnDisk() == [])
        #expect(try archive.desk.count("citizen") == 0)
    }

    @Test func neverTouchesWhatIsUnderWay() throws {
        let archive = try Archive()
        try archive.desk.commit(.ticket(Fixtures.ticket(2, citizen: Fixtures.chen, caseNumber: 2)))
        try archive.desk.commit(.ticket(Fixtures.ticket(3, state: .waiting)))
        let report = try retain(archive) { ($0.filesDays, $0.chatDays, $0.caseFieldsDays, $0.noticesDays, $0.casesDays) = (1, 1, 1, 1, 1) }
        #expect(report.isEmpty)
        #expect(try archive.marksOnDisk() == Archive.marks)
    }

    @Test func readsItsFileAndRefusesAMisspeltName() throws {
        let folder = try TemporaryFolder()
        func read(_ json: String) throws(RetentionFileError) -> RetentionPeriods {
            let file = folder.url.appending(path: "retention.json")
            try? Data(json.utf8).write(to: file)
            return try RetentionPeriods(file: file)
        }
        let periods = try read(#"{"files_days": 30, "chat_days": null}"#)
        #expect(periods.filesDays == 30 && periods.chatDays == nil && periods.caseFieldsDays == RetentionPeriods().caseFieldsDays)
        for wrong in [#"{"file_days": 30}"#, #"{"files_days": 0}"#, #"{"files_days": "30"}"#, "[]", "{", #"{"files_days": 99999}"#] {
            #expect(throws: RetentionFileError.self, "\(wrong)") { try read(wrong) }
        }
        #expect(throws: RetentionFileError.self) { try RetentionPeriods(file: folder.url.appending(path: "none.json")) }
    }
}

import BrokerCore
import Crypto
import Foundation
import SignalingProtocol
import Testing

@testable import BrokerStore

private let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

private func json(_ entries: [(path: String, bytes: Data)], _ path: String) throws -> [String: Any] {
    let bytes = try #require(entries.first { $0.path == path }).bytes
    return try #require(try JSONSerialization.jsonObject(with: bytes) as? [String: Any])
}

/// The code of the error that `body` throws, nil when it throws none.
private func exportError(_ body: () throws -> Void) -> String? {
    do {
        try body()
        return nil
    } catch let error as ExportError {
        return error.code
    } catch {
        return "\(error)"
    }
}

@Suite("A case's export")
struct CaseExportTests {
    @Test func holdsEverythingUnderNamesThatAreSafeEverywhere() throws {
        let office = try Office()
        let entries = try office.entries(try office.write())
        #expect(
            entries.map(\.path) == [
                "outcome.json", "notice-1.pdf", "files/M1-1 变更登记表.jpg", "files/M1-2 etcpasswd.jpg", "files/M2-1 正面gpj.jpg", "files/M2-2 正面gpj.jpg",
                "files/M2-3.jpg", "timeline.json", "exchange.json", "manifest.json", "manifest.sig",
            ])
        for view in office.views { #expect(entries.contains { $0.bytes == office.papers[view.id] }, "\(view.name)") }
        let permissions = try FileManager.default.attributesOfItem(atPath: office.url("case.zip").path)[.posixPermissions] as? NSNumber
        #expect(permissions?.intValue == 0o600, "it holds personal data in the clear")
        #expect(try FileManager.default.contentsOfDirectory(atPath: office.folder.url.path).allSatisfy { !$0.hasSuffix(".part") })
    }

    @Test func holdsOneFileAtATime() throws {
        let office = try Office()
        try office.write()
        let files = office.views.map(\.id)
        #expect(
            office.reads == files + [Office.noticePDF] + [Office.noticePDF] + files, "each is asked for when it is its turn: to be hashed, and to be written")
    }

    @Test func itsDocumentsKeepToTheirSchema() throws {
        let office = try Office()
        let entries = try office.entries(try office.write())
        let schema = try DocumentSchema(files: [
            "case-export.schema.json": Data(contentsOf: root.appending(path: "Sources/BrokerStore/Export/case-export.schema.json")),
            "asyncapi.json": Data(contentsOf: root.appending(path: "Sources/SignalingProtocol/asyncapi.json")),
        ])
        for path in ["outcome.json", "timeline.json", "exchange.json", "manifest.json"] {
            let document = try json(entries, path)
            #expect(schema.problems(in: document, file: "case-export.schema.json", pointer: "/definitions/\(path)") == [], "\(path)")
            for name in document.keys {
                var shorter = document
                shorter[name] = nil
                #expect(!schema.problems(in: shorter, file: "case-export.schema.json", pointer: "/definitions/\(path)").isEmpty, "\(path) without \(name)")
            }
        }
    }

    @Test func tellsEveryVersionOfTheOutcome() throws {
        let office = try Office()
        let entries = try office.entries(try office.write())
        let bytes = try #require(entries.first { $0.path == "outcome.json" }).bytes
        struct Document: Decodable { let outcomes: [OutcomeView] }
        #expect(try WireCoding.decoder().decode(Document.self, from: bytes).outcomes == office.exported.outcomes)
    }

    @Test func tellsWhatBecameOfEachVersionsNotice() throws {
        let office = try Office()
        let entries = try office.entries(try office.write())
        #expect(try #require(entries.first { $0.path == "notice-1.pdf" }).bytes == Office.noticeBytes)
        #expect(!entries.contains { $0.path == "notice-2.pdf" })
        let notices = try #require(try json(entries, "timeline.json")["notices"] as? [[String: Any]])
        #expect(notices.map { $0["version"] as? Int } == [1, 2])
        #expect(notices.map { $0["pdf"] as? String } == ["in-export", "not-printed"], "one that is not there is never passed over")
        #expect(notices.map { $0["path"] as? String } == ["notice-1.pdf", nil])
        #expect(notices.map { $0["number"] as? String } == [Fixtures.notice().number, Fixtures.notice(version: 2).number])
        #expect(notices[0]["sha256"] as? String == hexadecimal(SHA256.hash(data: Office.noticeBytes)) && notices[0]["confirmed_at"] != nil)
        #expect(office.exported.unprintedNotices == [Fixtures.notice(version: 2).number])
    }

    @Test func tellsWhatWasTypedByWhomAndWhen() throws {
        let office = try Office()
        let visits = try #require(try json(try office.entries(try office.write()), "timeline.json")["visits"] as? [[String: Any]])
        let messages = try #require(visits[0]["messages"] as? [[String: Any]])
        #expect(messages.map { $0["text"] as? String } == ["您好 1", "您好 2"])
        #expect(messages.map { $0["from"] as? String } == ["citizen", "agent"])
        #expect(messages.map { $0["at"] as? String } == [Fixtures.morning, Fixtures.morning + .minutes(1)].map(\.rfc3339))
    }

    @Test func manifestNamesCaseTimeCatalogueVersionAndEveryEntry() throws {
        let office = try Office()
        let entries = try office.entries(try office.write())
        let manifest = try WireCoding.decoder().decode(ExportManifest.self, from: try #require(entries.first { $0.path == "manifest.json" }).bytes)
        #expect(manifest.caseNumber == Fixtures.serviceCase().number && manifest.exportedAt == Office.moment)
        #expect(manifest.item == Fixtures.reference(Fixtures.registration))
        #expect(manifest.entries.map(\.path) == entries.dropLast(2).map(\.path))
        #expect(manifest.entries.map(\.sha256) == entries.dropLast(2).map { hexadecimal(SHA256.hash(data: $0.bytes)) })
        #expect(manifest.signature.publicKeySha256 == office.signingKey.publicKey.fingerprint)
    }

    @Test func speaksTheFieldNamesOfTheProvincesTables() throws {
        struct Reference: Decodable {
            struct Fields: Decodable {
                let application: [String: String]
                let material: [String: String]
            }
            let case_fields: Fields
        }
        let reference = try JSONDecoder().decode(Reference.self, from: Data(contentsOf: root.appending(path: "ops/demonstration/reference.json")))
        let office = try Office()
        let exchange = try json(try office.entries(try office.write()), "exchange.json")
        let application = try #require(exchange["application"] as? [String: Any])
        let materials = try #require(exchange["materials"] as? [[String: Any]])
        let notices = try #require(exchange["correction_notices"] as? [[String: Any]])
        #expect(Set(application.keys) == Set(reference.case_fields.application.keys))
        #expect(materials.count == 5 && materials.allSatisfy { Set($0.keys) == Set(reference.case_fields.material.keys) })
        #expect(application["SBLSH"] as? String == Fixtures.serviceCase().number && application["SXMC"] as? String == Fixtures.registration.name)
        #expect(application["VERSION"] as? Int == 2 && application["SQRZJHM"] is NSNull, "what is not known is null")
        #expect(materials[1]["ATTACH_NAME"] as? String == "files/M1-2 etcpasswd.jpg")
        #expect(materials[1]["ATTACH_SIGN"] as? String == hexadecimal(Insecure.MD5.hash(data: Data("第二页".utf8))))
        #expect(notices.count == 1, "only the first outcome asked for corrections")
        #expect(notices[0]["BZCLQD"] as? String == "变更登记表" && notices[0]["BZGZYY"] as? String == "变更登记表：照片不清楚，第 2 页/背面")
    }

    @Test(arguments: [Fixtures.file(3).id, Office.noticePDF])
    func isNotMadeOfFilesThatAreMissingDamagedOrOthers(file: FileID) throws {
        let office = try Office()
        let paper = try #require(office.papers[file])
        office.replacePaper(file, by: nil)
        #expect(exportError { try office.write() } == "export_file_missing")
        office.replacePaper(file, by: paper.dropLast())
        #expect(exportError { try office.write() } == "export_file_altered")
        office.replacePaper(file, by: paper.dropLast() + [0])
        #expect(exportError { try office.write() } == "export_file_altered")
        office.replacePaper(file, by: paper)
        #expect(exportError { try office.write("nowhere/case.zip") } == "export_output_failed")
        #expect(try FileManager.default.contentsOfDirectory(atPath: office.folder.url.path).sorted() == ["export-public-key.pem", "export-signing.key"])
    }

    /// The second reading, for writing, can fail where the first, for hashing, did not.
    @Test func leavesNothingWhenAFileGoesAwayWhileItIsWritten() throws {
        let office = try Office()
        var reads = 0
        let papers = office.papers
        let error = exportError {
            try CaseExporter(signingKey: office.signingKey).write(
                office.exported,
                bytes: { file throws(VaultError) in
                    reads += 1
                    guard reads < 9, let bytes = papers[file] else { throw .damaged }
                    return bytes
                }, at: Office.moment, to: office.url("case.zip"))
        }
        #expect(error == "export_file_damaged", "and not the ZIP library's word for it")
        #expect(try FileManager.default.contentsOfDirectory(atPath: office.folder.url.path).sorted() == ["export-public-key.pem", "export-signing.key"])
    }

    @Test func ofAStoredCaseHasAllThatTheStoreKnows() throws {
        let story = try Story()
        for step in Story.steps { try step.run(story) }
        let number = try #require(try story.desk.store.newestSessions(limit: 1).first).caseNumber
        let exported = try #require(try story.desk.store.exportedCase(number: number))
        #expect(exported.record.number == number && exported.item == Fixtures.registration && exported.hall.name == Fixtures.halls[0].name)
        #expect(!exported.visits.isEmpty && exported.events.allSatisfy { event in exported.visits.contains { $0.id == event.session } })
        #expect(exported.visits.map(\.startedAt) == exported.visits.map(\.startedAt).sorted())
        #expect(try story.desk.store.exportedCase(number: "445102-000000-0000")?.record.id == nil)
    }

    @Test func ofAStoredCaseHasItsNoticesAndWhatWasTyped() throws {
        let desk = try Desk.inSession()
        let session = Fixtures.session()
        for version in 1...3 { try desk.commit(.outcome(session.id, Fixtures.outcome(version: version))) }
        for version in 2...3 { try desk.commit(.notice(session.caseID, Fixtures.notice(version: version))) }
        let pdf = StoredNoticePDF(file: Office.noticePDF, sha256: "aa")
        try desk.store.commit([.noticePrinted(number: Fixtures.notice(version: 2).number, pdf)])
        try desk.commit(.chat(session.id, Fixtures.chat(2, from: .agent)), .chat(session.id, Fixtures.chat(1)))
        let exported = try #require(try desk.store.exportedCase(number: Fixtures.serviceCase().number))
        #expect(exported.notices.map(\.version) == [1, 2, 3])
        #expect(exported.notices.map(\.view) == [nil, Fixtures.notice(version: 2), Fixtures.notice(version: 3)], "an old release gave none")
        #expect(exported.notices.map(\.pdf) == [nil, pdf, nil])
        #expect(exported.unprintedNotices == [Fixtures.notice(version: 3).number], "what was never issued cannot be printed")
        #expect(exported.chats == [session.id: [Fixtures.chat(2, from: .agent), Fixtures.chat(1)]], "as they were said")
    }

    @Test func ofAStoredCaseHasWhatWasTakenBackAsSuch() throws {
        let desk = try Desk.withEverything()
        let caseID = Fixtures.serviceCase().id
        try desk.commit(.file(caseID, Fixtures.file(7)), .file(caseID, Fixtures.file(8)), .fileRemoved(caseID, Fixtures.file(7).id))
        try desk.commit(.verdict(caseID, Fixtures.session().id, Fixtures.verdict(.accepted)), .verdictWithdrawn(caseID, Fixtures.form))
        try desk.store.commit([.citizen(Fixtures.citizen())])
        let exported = try #require(try desk.store.exportedCase(number: Fixtures.serviceCase().number))
        #expect(exported.files.first { $0.file.id == Fixtures.file(7).id }?.isRemoved == true)
        #expect(exported.keptFiles.contains(Fixtures.file(8)) && !exported.keptFiles.contains { $0.id == Fixtures.file(7).id })
        #expect(exported.verdicts.last?.isWithdrawn == true && exported.outcomes == [Fixtures.outcome()] && exported.telephone == "13800000000")
    }
}

@Suite("The key that signs exports")
struct ExportSigningKeyTests {
    @Test func isMadeOnceForItsOwnerAloneAndItsPublicHalfForAll() throws {
        let folder = try TemporaryFolder()
        let first = try ExportSigningKey(in: folder.url)
        #expect(try ExportSigningKey(in: folder.url).publicKey.fingerprint == first.publicKey.fingerprint)
        let permissions = try FileManager.default.attributesOfItem(atPath: folder.url.appending(path: "export-signing.key").path)[.posixPermissions]
        #expect((permissions as? NSNumber)?.intValue == 0o600)
        let pem = try String(contentsOf: folder.url.appending(path: "export-public-key.pem"), encoding: .utf8)
        #expect(ExportPublicKey(pem: pem)?.fingerprint == first.publicKey.fingerprint)
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: folder.url.appending(path: "export-signing.key").path)
        #expect(exportError { _ = try ExportSigningKey(in: folder.url) } == "export_signing_key_unusable")
    }

    @Test(arguments: [
        "", "x", "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----",
        "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----",
    ])
    func isNotReadFromWhatIsNone(pem: String) { #expect(ExportPublicKey(pem: pem)?.fingerprint == nil) }
}

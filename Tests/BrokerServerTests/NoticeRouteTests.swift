import BrokerCore
import BrokerStore
import Foundation
import Identity
import SignalingProtocol
import Testing

@testable import BrokerServer

/// A pre-review that was concluded in the hall, and perhaps once more. All people are fictitious.
struct Concluded {
    static let item = CatalogueItem(
        code: Fixtures.code("change"), version: 1, name: "一照一码户信息变更", nameEnglish: nil, category: "登记", applicants: [], kinds: [.preReview],
        materials: [], reasons: [], timeLimit: nil, fee: nil, legalBasis: [], crossRegion: nil, sources: [], verified: false, statusNote: nil)
    static let number = "445102-261123-0007"
    static let code = "7K3M9QX1AB2CD"
    static let hostile = "<script>alert(1)</script> 右上角反光，请重拍。\u{202e}"

    let folder: TemporaryFolder
    let citizen = CitizenRow(
        id: CitizenID(UUID()), name: "林小明", telephone: "13800000000", termsVersion: "1",
        signedInAt: Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000)))
    let token = SignInToken()
    private let session = SessionID(UUID())
    private let caseID = CaseID(UUID())

    init() throws {
        folder = try TemporaryFolder()
        let store = try BrokerStore(path: folder.url.appending(path: "farwindow.sqlite").path)
        try store.seed(
            Seed(
                halls: [Hall(id: Fixtures.hall, name: "湘桥区办税服务厅")],
                seats: [Seat(id: Fixtures.code("W01"), hall: Fixtures.hall, number: "01", since: Fixtures.now)],
                items: [(Self.item, true)], accounts: [Fixtures.agent, Fixtures.administrator]))
        let reference = ItemReference(code: Self.item.code, version: 1, name: Self.item.name)
        var ticket = Ticket(
            id: TicketID(UUID()), number: "A007", hall: Fixtures.hall, item: reference, group: "登记", kind: .preReview, citizen: citizen.id, caseID: caseID,
            lane: .guided, language: nil, takenAt: Fixtures.now, state: .done)
        ticket.endedAt = Fixtures.now
        let talk = Session(
            id: session, ticket: ticket.id, ticketNumber: "A007", caseID: caseID, kind: .preReview, hall: Fixtures.hall, seat: Fixtures.code("W01"),
            seatNumber: "01", agent: Fixtures.agent.id, agentName: "陈小燕", citizen: citizen.id, citizenName: citizen.name,
            why: RoutingReason(lane: .guided, waitedMs: 0, candidateSeats: 1, earlierRings: 0, rule: .onlySeat), startedAt: Fixtures.now, transfer: nil,
            state: .closed, calls: 1, mediaEpoch: 1, deadline: nil, disposition: .correctionNeeded, note: "", endedAt: Fixtures.now, closedAt: Fixtures.now)
        let record = Case(
            id: caseID, number: Self.number, lookUpCode: "LOOKUP77", citizen: citizen.id, citizenName: citizen.name, hall: Fixtures.hall, item: reference,
            openedAt: Fixtures.now)
        try store.commit([
            .broker(.serviceCase(record)), .broker(.ticket(ticket)), .broker(.session(talk)), .citizen(citizen),
            .signIn(SignInRow(tokenHash: token.hash, role: .citizen, person: citizen.id.description, expiresAt: citizen.signedInAt + .minutes(600))),
        ])
        try conclude(1)
    }

    func conclude(_ version: Int) throws {
        let store = try BrokerStore(path: folder.url.appending(path: "farwindow.sqlite").path)
        let hall = HallView(id: Fixtures.hall, name: "湘桥区办税服务厅")
        let outcome = OutcomeView(
            caseID: caseID, caseNumber: Self.number, version: version, result: .correctionNeeded,
            item: ItemReference(code: Self.item.code, version: 1, name: Self.item.name), hall: hall, handlingHall: hall, seatNumber: "01",
            agentName: "陈小燕",
            entries: [
                OutcomeEntryView(
                    materialID: Fixtures.code("M1"), materialName: "经办人身份证件", verdict: .correctionNeeded,
                    reasons: [CodedReason(code: Fixtures.code("blurred"), text: "影像不清晰")], note: Self.hostile, fileHashes: ["aa"])
            ], referredTo: "", note: "", respondBy: CivilDate(year: 2026, month: 12, day: 15), concludedAt: Fixtures.now)
        let notice = NoticeView(
            number: "\(Self.number)-\(version)", code: version == 1 ? Self.code : "ZZZZZZZZZZZZZ", version: version,
            issuedAt: Fixtures.now + .minutes(Int64(version)), confirmedAt: nil)
        try store.commit([.broker(.outcome(session, outcome)), .broker(.notice(caseID, notice))])
    }
}

extension Reply {
    /// The answer's members with their values, in whatever order they came.
    fileprivate var members: Set<String> { Set(text.trimmingCharacters(in: ["{", "}"]).split(separator: ",").map(String.init)) }
}

extension LiveServer {
    func notice(_ verb: String, _ fields: [String: String], _ headers: [String] = []) throws -> Reply {
        try ask("POST", "/api/v1/notices/\(verb)", headers, json: String(decoding: JSONEncoder().encode(fields), as: UTF8.self))
    }

    /// Number and code of the first version's notice.
    var right: [String: String] { ["number": "\(Concluded.number)-1", "code": Concluded.code] }
}

@Suite("Notices over HTTP")
struct NoticeRouteTests {
    private func serve(_ concluded: Concluded) throws -> LiveServer {
        try LiveServer(folder: concluded.folder) {
            $0.noticePrinter = Paper.script
            $0.publicOrigin = "https://window.example"
        }
    }

    @Test func whoHasNumberAndCodeReadsAllOfIt() throws {
        let server = try serve(Concluded())
        let reply = try server.notice("view", ["number": " 445102-261123-0007-1 ", "code": "7k3m-9qx1 ab2cd"])
        #expect(reply.status == 200)
        for words in ["还差 1 样材料，请在2026年12月15日以前补齐。", "右上角反光，请重拍。", "影像不清晰", "林**", "演示目录"] { #expect(reply.text.contains(words), "\(words)") }
        for words in ["林小明", "LOOKUP77", "\u{202e}"] { #expect(!reply.text.contains(words), "\(words)") }
        #expect(reply.fields["cache-control"] == "no-store")
        #expect(try server.notice("view", server.right, ["Accept-Language: en"]).text.contains("1 paper is still missing or wrong"))
        try server.stop()
    }

    @Test func wrongNumberAndWrongCodeAreAnsweredAlike() throws {
        let server = try serve(Concluded())
        for verb in ["view", "pdf"] {
            let wrongCode = try server.notice(verb, ["number": "445102-261123-0007-1", "code": "7K3M9QX1AB2CE"])
            let wrongNumber = try server.notice(verb, ["number": "445102-261123-0008-1", "code": Concluded.code])
            let lookUpCode = try server.notice(verb, ["number": "445102-261123-0007-1", "code": "LOOKUP77"])
            #expect(wrongCode.status == 404)
            #expect(wrongNumber.members == wrongCode.members && lookUpCode.members == wrongCode.members)
            #expect(wrongNumber.status == 404 && lookUpCode.status == 404)
        }
        let answers = [
            try server.notice("verify", ["number": "445102-261123-0007-1", "code": "7K3M9QX1AB2CE"]),
            try server.notice("verify", ["number": "445102-261123-0008-1", "code": Concluded.code]),
        ]
        #expect(answers.map(\.text) == [#"{"standing":"unknown"}"#, #"{"standing":"unknown"}"#])
        try server.stop()
    }

    @Test func guessingIsStopped() throws {
        let server = try serve(Concluded())
        for _ in 0..<ServerLimits.lookUpTries { #expect(try server.notice("verify", ["number": "445102-261123-0007-1", "code": "x"]).status == 200) }
        for (verb, fields) in [("verify", server.right), ("view", server.right), ("pdf", server.right)] {
            let reply = try server.notice(verb, fields)
            #expect(reply.status == 429, "\(verb)")
            #expect(reply.fields["retry-after"] != nil)
        }
        #expect(try server.notice("view", ["number": "445102-261123-0009-1", "code": "x"]).status == 404, "another number is another count")
        try server.stop()
    }

    @Test(
        arguments: [
            (#"{"number":"445102-261123-0007-1"}"#, 422, "code"), (#"{"number":"445102-261123-0007-1","code":" "}"#, 422, "code"),
            (#"{"number":"445102-261123-0007-1","sha256":"abc"}"#, 422, "sha256"), (#"{"code":"x"}"#, 422, "number"),
            (#"{"number":"","code":"x"}"#, 404, nil), ("{", 400, nil),
        ] as [(String, Int, String?)])
    func aWrongQuestionSaysWhatIsWrongWithIt(body: String, status: Int, field: String?) throws {
        let server = try serve(Concluded())
        let reply = try server.ask("POST", "/api/v1/notices/verify", json: body)
        #expect(reply.status == status)
        #expect(reply["field"] == field)
        try server.stop()
    }

    @Test func withoutAPrinterItSaysSo() throws {
        let server = try LiveServer(folder: Concluded().folder)
        let reply = try server.notice("pdf", server.right)
        #expect(reply.status == 503)
        #expect(reply["code"] == "printer_unavailable")
        #expect(try server.notice("view", server.right)["prints"] == "0")
        try server.stop()
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/usr/lib/python3/dist-packages/weasyprint"), "needs WeasyPrint"))
    func thePDFIsMadeOnceAndServedEverAfter() throws {
        let concluded = try Concluded()
        let server = try serve(concluded)
        let first = try server.notice("pdf", server.right)
        #expect(first.status == 200)
        #expect(first.fields["content-type"] == "application/pdf")
        #expect(first.fields["content-disposition"] == "attachment; filename=\"notice-445102-261123-0007-1.pdf\"")
        #expect(first.fields["content-security-policy"]?.contains("sandbox") == true)
        if let text = try Paper.text(first.body) {
            let words = text.filter { !$0.isWhitespace }
            for said in ["还差1样材料，请在2026年12月15日以前补齐。", "445102-261123-0007-1", "右上角反光，请重拍。", "<script>alert(1)</script>", "7K3M9QX1AB2CD", "林**"] {
                #expect(words.contains(said), "\(said)")
            }
            for secret in ["林小明", "LOOKUP77"] { #expect(!words.contains(secret), "\(secret)") }
        }
        if let information = try Paper.information(first.body) { #expect(information.contains(/Tagged:\s+yes/)) }
        try expectTheCodeLeadsHome(first.body)
        #expect(try server.notice("pdf", server.right).body == first.body)
        try server.stop()

        // After a restart the orphans are swept; the paper is none. It lies encrypted.
        let again = try serve(concluded)
        #expect(try again.notice("pdf", again.right).body == first.body)
        let files = concluded.folder.url.appending(path: "files")
        let names = try FileManager.default.contentsOfDirectory(atPath: files.path)
        #expect(names.count == 1)
        for name in names { #expect(try Data(contentsOf: files.appending(path: name)).range(of: Data("%PDF".utf8)) == nil) }

        // Signed in, the citizen needs no code, and nobody else gets it.
        let path = "/api/v1/notices/445102-261123-0007-1/pdf"
        #expect(try again.ask("GET", path, ["Cookie: __Host-farwindow_citizen=\(concluded.token.secret)"]).body == first.body)
        #expect(try again.ask("GET", path).status == 401)
        let stranger = try again.ask("POST", "/api/v1/citizen/sign-in", json: #"{"name":"李四","telephone":"13800000001","terms_version":"1"}"#)
        #expect(try again.ask("GET", path, ["Cookie: \(stranger.cookie)"]).status == 404)
        let agent = try again.ask("POST", "/api/v1/staff/sign-in", json: #"{"account":"agent1","password":"\#(Fixtures.password)"}"#)
        #expect(try again.ask("GET", path, ["Cookie: \(agent.cookie)"]).status == 404, "the case is not before this agent now")

        // The file itself is proof; a changed one is seen.
        let hash = first.body.sha256Text
        let genuine = try again.notice("verify", ["number": "445102-261123-0007-1", "sha256": hash.uppercased()])
        #expect(genuine["standing"] == "valid")
        var changed = first.body
        changed[changed.count / 2] ^= 1
        let altered = try again.notice("verify", ["number": "445102-261123-0007-1", "sha256": changed.sha256Text])
        #expect(altered.text == #"{"standing":"altered"}"#)
        #expect(try again.notice("verify", again.right.merging(["sha256": changed.sha256Text]) { $1 })["standing"] == "altered")
        try again.stop()
    }

    /// A telephone's camera would read this address off the paper.
    private func expectTheCodeLeadsHome(_ pdf: Data) throws {
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/zbarimg") else { return }
        let folder = try TemporaryFolder()
        let picture = folder.url.appending(path: "page").path
        _ = try Paper.read(pdf, with: "pdftoppm") { ["-r", "150", "-png", $0, picture] }
        let pages = try FileManager.default.contentsOfDirectory(atPath: folder.url.path).map { folder.url.appending(path: $0).path }
        let read = try Paper.read(pdf, with: "zbarimg") { _ in ["-q", "--raw"] + pages }
        #expect(read?.contains("https://window.example/notice/verify/#445102-261123-0007-1.\(Concluded.code)\n") == true)
    }

    @Test func anybodyMayCheckOneAndLearnsNothingOfPeople() throws {
        let concluded = try Concluded()
        let server = try serve(concluded)
        let valid = try server.notice("verify", server.right)
        #expect(valid["standing"] == "valid")
        for words in ["一照一码户信息变更", "湘桥区办税服务厅", "correction-needed", "\"open_points\":1"] { #expect(valid.text.contains(words), "\(words)") }
        for words in ["林", "陈小燕", "反光", "身份证", Concluded.code] { #expect(!valid.text.contains(words), "\(words)") }
        try server.stop()

        try concluded.conclude(2)
        let later = try serve(concluded)
        let superseded = try later.notice("verify", later.right)
        #expect(superseded["standing"] == "superseded")
        #expect(superseded["superseded_by"] == "445102-261123-0007-2")
        #expect(superseded["superseded_on"] != nil)
        #expect(try later.notice("view", later.right)["superseded_by"] == "445102-261123-0007-2")
        let next = try later.notice("verify", ["number": "445102-261123-0007-2", "code": "ZZZZZZZZZZZZZ"])
        #expect(next["standing"] == "valid")
        try later.stop()
    }

    @Test func nobodyCanChooseTheAddressOnThePaper() throws {
        let server = try LiveServer(folder: Concluded().folder)
        let reply = try server.ask(
            "POST", "/api/v1/notices/view", ["X-Forwarded-Host: evil.example"], json: String(decoding: JSONEncoder().encode(server.right), as: UTF8.self))
        #expect(reply.text.contains("http://localhost:\(server.port)/notice/verify/"))
        #expect(!reply.text.contains("evil.example"))
        try server.stop()
    }
}

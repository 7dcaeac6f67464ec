import BrokerCore
import BrokerStore
import Foundation
import SignalingProtocol
import Testing

@testable import BrokerServer

@Suite("Handing a case to the phone", .serialized)
struct HandOverTests {
    private let folder: TemporaryFolder
    private let wang: WaitingHall.Citizen
    private let li: WaitingHall.Citizen
    private let server: LiveServer

    init() throws {
        (folder, wang, li) = try WaitingHall.open()
        server = try LiveServer(folder: folder)
    }

    private func begin(_ citizen: WaitingHall.Citizen? = nil) throws -> String {
        let reply = try server.ask("POST", "/api/v1/cases/\(wang.caseID)/hand-over", [(citizen ?? wang).cookie], json: "{}")
        try #require(reply.status == 201, "\(reply.text)")
        return try #require(reply["url"]?.split(separator: "#").last.map(String.init))
    }

    private func take(_ token: String) throws -> Reply { try server.ask("POST", "/api/v1/hand-over", json: #"{"token":"\#(token)"}"#) }

    private func phone() throws -> String {
        let reply = try take(try begin())
        try #require(reply.status == 200, "\(reply.text)")
        return "Cookie: \(reply.cookie)"
    }

    private func handIn(_ cookie: String, material: String = "M1") throws -> String {
        let created = try server.create("100", LiveServer.metadata(wang.caseID, material: material), cookie)
        try #require(created.status == 201, "\(created.text)")
        let path = try #require(created.fields["location"])
        return try #require(try server.patch(path, at: 0, picture(100), cookie).fields["farwindow-file"])
    }

    private func end(_ method: String, _ path: String, _ cookie: String) throws -> Reply { try server.ask(method, path, [cookie]) }

    @Test func theCodeLeadsThePhoneToThisOneCase() throws {
        let reply = try server.ask("POST", "/api/v1/cases/\(wang.caseID)/hand-over", [wang.cookie], json: "{}")
        #expect(reply.status == 201)
        let url = try #require(reply["url"])
        #expect(url.hasPrefix("http://\(server.host)/citizen/phone/#"))
        let token = try #require(url.split(separator: "#").last)
        #expect(token.count == 22, "128 bits of base64url")
        #expect(reply["expires_at"].flatMap(Instant.init(rfc3339:)) ?? WaitingHall.now > WaitingHall.now + .minutes(9))
        let object = try JSONSerialization.jsonObject(with: Data(reply.text.utf8)) as? [String: Any]
        let rows = try #require(object?["qr"] as? [String])
        #expect(rows.count >= 29 && rows.allSatisfy { $0.count == rows.count })

        let taken = try take(String(token))
        #expect(taken.status == 200)
        let cookie = try #require(taken.fields["set-cookie"])
        for word in ["__Host-farwindow_phone=", "HttpOnly", "Secure", "SameSite=Strict", "Max-Age=3600"] { #expect(cookie.contains(word)) }
        let view = try server.ask("GET", "/api/v1/hand-over", ["Cookie: \(taken.cookie)"])
        #expect(view.status == 200)
        #expect(view["item"] == "变更登记" && view["case_id"] == "\(wang.caseID)")
        for secret in ["王秀英", "1380000", "445102-261123", "7K3M9QX", wang.row.id.description] { #expect(!view.text.contains(secret), "\(secret)") }
        try server.stop()
    }

    @Test func whatIsStillAskedForComesFirst() throws {
        struct View: Decodable {
            struct Entry: Decodable {
                let id: String
                let standing: String
            }
            let materials: [Entry]
        }
        func listed(_ server: LiveServer, _ phone: String) throws -> [String] {
            let view = try JSONDecoder().decode(View.self, from: try server.ask("GET", "/api/v1/hand-over", [phone]).body)
            return view.materials.map { "\($0.id) \($0.standing)" }
        }
        let phone = try phone()
        #expect(try listed(server, phone) == ["M1 asked", "M2 asked"])
        try server.stop()
        let store = try BrokerStore(path: folder.url.appending(path: "farwindow.sqlite").path)
        try store.commit([.broker(.conditionAnswer(wang.caseID, Fixtures.code("M1"), applies: false))])
        let again = try LiveServer(folder: folder)
        #expect(try listed(again, phone) == ["M2 asked", "M1 not-needed"])
        // What somebody handed in nevertheless is theirs to see and to take back.
        let created = try again.create("100", LiveServer.metadata(wang.caseID), phone)
        #expect(try again.patch(try #require(created.fields["location"]), at: 0, picture(100), phone).fields["farwindow-file"] != nil)
        #expect(try listed(again, phone) == ["M1 asked", "M2 asked"])
        try again.stop()
    }

    @Test func anEntryStandsAsTheAgentSaysAndElseAsTheCitizenDoes() throws {
        func standing(_ verdict: Verdict?, applies: Bool? = nil, acceptedIn: Int? = nil) -> MaterialEntryView.Standing {
            let given = verdict.map { VerdictView(materialID: Fixtures.code("M1"), verdict: $0, reasons: [], note: "", givenAt: WaitingHall.now) }
            return MaterialEntryView(material: WaitingHall.item.materials[0], files: [], verdict: given, applies: applies, acceptedIn: acceptedIn).standing
        }
        let byVerdict: [Verdict: MaterialEntryView.Standing] = [
            .accepted: .accepted, .notApplicable: .notNeeded, .correctionNeeded: .asked, .missing: .asked, .waived: .asked,
        ]
        for verdict in Verdict.allCases {
            for applies in [nil, true, false] as [Bool?] { #expect(standing(verdict, applies: applies) == byVerdict[verdict], "\(verdict)") }
        }
        #expect(standing(nil, acceptedIn: 1) == .accepted && standing(nil, applies: false, acceptedIn: 1) == .accepted)
        #expect(standing(nil) == .asked && standing(nil, applies: true) == .asked && standing(nil, applies: false) == .notNeeded)
        try server.stop()
    }

    @Test func onlyWhoseCaseItIsHandsItOver() throws {
        let path = "/api/v1/cases/\(wang.caseID)/hand-over"
        for (method, status) in [("POST", 404), ("DELETE", 404)] {
            #expect(try server.ask(method, path, [li.cookie], json: "{}").status == status)
            #expect(try server.ask(method, path, json: "{}").status == 401)
            #expect(try server.ask(method, path, [wang.cookie], json: "{}", origin: "http://evil.example").status == 403)
        }
        #expect(try server.ask("POST", "/api/v1/cases/\(UUID())/hand-over", [wang.cookie], json: "{}").status == 404)
        #expect(try server.ask("POST", "/api/v1/cases/x/hand-over", [wang.cookie], json: "{}").status == 404)
        try server.stop()
    }

    @Test func aTokenIsGoodOnceAndAWrongOneSaysNoMore() throws {
        let first = try begin()
        let second = try begin()
        let answers = [
            try take(first), try take("AAAAAAAAAAAAAAAAAAAAAA"), try take(""), try take(String(repeating: "x", count: 5_000)),
        ]
        #expect(try take(second).status == 200)
        for reply in answers + [try take(second)] {
            #expect(reply.status == 404)
            for name in ["code", "detail", "title", "field", "retry_after_ms"] { #expect(reply[name] == answers[1][name]) }
            #expect(reply["code"] == "not_found" && reply.text.count == answers[1].text.count)
            #expect(reply.fields["set-cookie"] == nil)
        }
        try server.stop()
    }

    @Test func guessingEndsInWaiting() throws {
        let token = try begin()
        for _ in 0..<ServerLimits.handOverTries { #expect(try take("AAAAAAAAAAAAAAAAAAAAAA").status == 404) }
        #expect(try take(token).status == 429, "even with the right one")
        try server.stop()
    }

    @Test func thePhoneSendsAndTakesBackItsOwnAndNothingElse() throws {
        let phone = try phone()
        let fromPage = try handIn(wang.cookie)
        let fromPhone = try handIn(phone)
        let view = try server.ask("GET", "/api/v1/hand-over", [phone])
        #expect(view.text.contains(fromPhone) && !view.text.contains(fromPage))
        #expect(view.text.contains(#""file_count":2"#))

        #expect(try end("DELETE", "/api/v1/hand-over/files/\(fromPage)", phone).status == 404)
        #expect(try end("DELETE", "/api/v1/hand-over/files/\(UUID())", phone).status == 404)
        #expect(try end("DELETE", "/api/v1/hand-over/files/\(fromPhone)", wang.cookie).status == 401)
        #expect(try end("DELETE", "/api/v1/hand-over/files/\(fromPhone)", phone).status == 204)
        #expect(try end("DELETE", "/api/v1/hand-over/files/\(fromPhone)", phone).status == 404)
        #expect(try server.ask("GET", "/api/v1/files/\(fromPhone)", [wang.cookie]).status == 404)
        #expect(try server.ask("GET", "/api/v1/files/\(fromPage)", [wang.cookie]).status == 200)

        for (method, path) in [
            ("GET", "/api/v1/citizen/me"), ("GET", "/api/v1/files/\(fromPage)"), ("POST", "/api/v1/cases/\(wang.caseID)/hand-over"),
            ("DELETE", "/api/v1/cases/\(wang.caseID)/hand-over"), ("POST", "/api/v1/cases/\(wang.caseID)/materials/M1/files"), ("GET", "/api/v1/staff/seats"),
            ("GET", "/api/v1/admin/overview"),
        ] { #expect(try server.ask(method, path, [phone], json: method == "POST" ? "{}" : nil).status == 401, "\(method) \(path)") }
        #expect(try server.create("100", LiveServer.metadata(li.caseID), phone).status == 404)
        try server.stop()
    }

    @Test func whatThePhoneBeganThePageCanEndAndNotTheOtherWayRound() throws {
        let phone = try phone()
        let ofPhone = try #require(try server.create("100", LiveServer.metadata(wang.caseID), phone).fields["location"])
        let ofPage = try #require(try server.create("100", LiveServer.metadata(wang.caseID), wang.cookie).fields["location"])
        #expect(try server.head(ofPhone, wang.cookie).status == 200)
        #expect(try server.head(ofPage, phone).status == 404)
        #expect(try server.delete(ofPage, phone).status == 404)
        #expect(try server.delete(ofPhone, wang.cookie).status == 204)
        try server.stop()
    }

    @Test func aSecondPhonePutsTheFirstOut() throws {
        let first = try phone()
        let token = try begin()
        #expect(try server.ask("GET", "/api/v1/hand-over", [first]).status == 200, "until the new one is used")
        let second = try take(token)
        #expect(try server.ask("GET", "/api/v1/hand-over", [first]).status == 401)
        #expect(try server.create("100", LiveServer.metadata(wang.caseID), first).status == 401)
        #expect(try server.ask("GET", "/api/v1/hand-over", ["Cookie: \(second.cookie)"]).status == 200)
        try server.stop()
    }

    @Test func theCitizenEndsIt() throws {
        let path = "/api/v1/cases/\(wang.caseID)/hand-over"
        let inside = try phone()
        let token = try begin()
        #expect(try end("DELETE", path, wang.cookie).status == 204)
        #expect(try server.ask("GET", "/api/v1/hand-over", [inside]).status == 401)
        #expect(try take(token).status == 404)
        #expect(try end("DELETE", path, wang.cookie).status == 204, "twice is no error")
        let again = try phone()
        #expect(try server.ask("POST", "/api/v1/citizen/sign-out", [wang.cookie], json: "").status == 204)
        #expect(try server.ask("GET", "/api/v1/hand-over", [again]).status == 401, "it goes with the page")
        try server.stop()
    }

    @Test func aRestartPutsNobodyOut() throws {
        let token = try begin()
        let inside = try phone()
        let late = try begin()
        try server.stop()
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.url.appending(path: "hand-overs").path) {
            let text = try String(contentsOf: folder.url.appending(path: "hand-overs/\(name)"), encoding: .utf8)
            #expect(!text.contains(late), "only a hash is kept")
        }
        let again = try LiveServer(folder: folder)
        #expect(try again.ask("GET", "/api/v1/hand-over", [inside]).status == 200)
        #expect(try again.ask("POST", "/api/v1/hand-over", json: #"{"token":"\#(token)"}"#).status == 404)
        #expect(try again.ask("POST", "/api/v1/hand-over", json: #"{"token":"\#(late)"}"#).status == 200)
        try again.stop()
    }
}

@Suite("What ends by itself")
struct ExpiryTests {
    private let now = Fixtures.now
    private let caseID = CaseID(UUID())
    private let citizen = CitizenID(UUID())

    @Test func aHandOverEndsInTime() throws {
        var handOvers = HandOvers(at: now)
        let (token, expiresAt, _) = handOvers.begin(caseID, citizen: citizen, at: now)
        #expect(expiresAt == now + ServerLimits.handOverLifetime)
        let tooLate = handOvers.redeem(token.secret, at: expiresAt)
        #expect(tooLate == nil)
        let inTime = handOvers.redeem(token.secret, at: expiresAt + -1)
        let redeemed = try #require(inTime)
        let end = expiresAt + -1 + ServerLimits.phoneLifetime
        #expect(handOvers.phone(token: redeemed.phone.secret, at: end + -1)?.caseID == caseID)
        #expect(handOvers.phone(token: redeemed.phone.secret, at: end) == nil)
        #expect(handOvers.phone(token: token.secret, at: now) == nil)
        // What has ended leaves the disk with the next one that begins.
        let next = handOvers.begin(CaseID(UUID()), citizen: citizen, at: end)
        #expect(next.changes.map(\.caseID).contains(caseID) && next.changes.first { $0.caseID == caseID }?.row == nil)
        #expect(HandOvers([redeemed.row], at: end).phone(token: redeemed.phone.secret, at: now) == nil)
    }

    @Test func changesThatComeLateDoNotUndoLaterOnes() throws {
        let folder = try TemporaryFolder()
        let store = try HandOverStore(directory: folder.url)
        var row = HandOverRow(caseID: caseID, citizen: citizen)
        row.phone = HandOverRow.Pass(hash: Data([1]), expiresAt: now)
        try store.write(row, of: caseID, change: 2)
        try store.write(HandOverRow(caseID: caseID, citizen: citizen), of: caseID, change: 1)
        #expect(store.rows() == [row])
        try store.write(nil, of: caseID, change: 3)
        try store.write(row, of: caseID, change: 2)
        #expect(store.rows().isEmpty)
        try Data("{".utf8).write(to: folder.url.appending(path: "\(caseID)"))
        #expect(store.rows().isEmpty)
    }

    @Test func expiredSignInsLeaveMemoryAndDisk() throws {
        let folder = try TemporaryFolder()
        let store = try BrokerStore(path: folder.url.appending(path: "farwindow.sqlite").path)
        var signIns = try SignIns(store: store, configuration: SignInConfiguration(), at: now)
        let guest = CitizenRow(id: citizen, name: "王秀英", telephone: "13800000000", termsVersion: "1", signedInAt: now)
        for _ in 0..<3 { try store.commit(signIns.add(.citizen(guest), device: "", at: now).records) }
        let later = now + SignInConfiguration().citizenLifetime
        try store.commit(signIns.add(.citizen(guest), device: "", at: later).records)
        for hash in signIns.ended(at: later, isEngaged: { _ in false }) {
            signIns.remove(hash)
            try store.commit([.signOut(tokenHash: hash)])
        }
        #expect(signIns.count == 1)
        #expect(try store.signIns(at: now).count == 1)
    }
}

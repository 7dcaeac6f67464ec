import BrokerCore
import BrokerStore
import Foundation
import GRDB
import SignalingProtocol
import Testing

@testable import BrokerServer

@Suite("The audit over HTTP")
struct AuditRouteTests {
    private static let auditor = AgentID(UUID(uuidString: "00000000-0000-7000-8000-000000000009") ?? UUID())

    /// A hall's house, and one who reads the audit.
    private func server(_ more: [StoreRecord] = []) throws -> LiveServer {
        let folder = try TemporaryFolder()
        try Fixtures.fill(folder)
        let store = try BrokerStore(path: folder.url.appending(path: "farwindow.sqlite").path)
        var account = AccountRow(
            id: Self.auditor, account: "audit1", name: "许文静", hall: Fixtures.hall, roles: [], skills: Skills(),
            passwordHash: Fixtures.administrator.passwordHash)
        account.firstSignedInAt = Fixtures.now
        try store.commit([.account(account)] + more)
        let queue = try DatabaseQueue(path: folder.url.appending(path: "farwindow.sqlite").path)
        try queue.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA ignore_check_constraints = ON")
            try db.execute(
                sql: "INSERT INTO account_role (account, hall, role) VALUES (?, ?, ?)",
                arguments: [Self.auditor.description, Fixtures.hall.text, AuditAdministrator.role])
        }
        return try LiveServer(folder: folder)
    }

    private func signIn(_ server: LiveServer, _ account: String, _ password: String = Fixtures.password) throws -> Reply {
        try server.ask("POST", "/api/v1/staff/sign-in", json: #"{"account":"\#(account)","password":"\#(password)"}"#)
    }

    private func auditor(_ server: LiveServer) throws -> String { "Cookie: \(try signIn(server, "audit1").cookie)" }

    private func entries(_ server: LiveServer, _ cookie: String, _ query: String = "") throws -> [[String: Any]] {
        let reply = try server.ask("GET", "/api/v1/admin/audit?\(query)", [cookie])
        let object = try #require(try JSONSerialization.jsonObject(with: Data(reply.text.utf8)) as? [String: Any], "\(reply.text)")
        return try #require(object["entries"] as? [[String: Any]], "\(reply.text)")
    }

    private func acts(_ entries: [[String: Any]]) -> [String] { entries.compactMap { $0["act"] as? String } }

    @Test func isForTheAuditAdministratorAlone() throws {
        let server = try server()
        for path in ["/api/v1/admin/audit", "/api/v1/admin/audit.csv"] {
            #expect(try server.ask("GET", path).status == 401)
            for account in ["agent1", "admin1"] {
                #expect(try server.ask("GET", path, ["Cookie: \(try signIn(server, account).cookie)"]).status == 403, "\(account) \(path)")
            }
            #expect(try server.ask("GET", path, [try auditor(server)]).status == 200)
        }
        #expect(try server.ask("GET", "/api/v1/admin/people", [try auditor(server)]).status == 403, "they do nothing else")
        try server.stop()
    }

    @Test func tellsWhoSignedInWhoWasRefusedAndWhoLeft() throws {
        let server = try server()
        let agent = try signIn(server, "agent1").cookie
        #expect(try server.ask("POST", "/api/v1/staff/sign-out", ["Cookie: \(agent)"], json: "{}").status == 204)
        #expect(try signIn(server, "agent1", "falsch").status == 401)
        #expect(try signIn(server, "my-secret-word", "x").status == 401)
        let all = try entries(server, try auditor(server))
        #expect(acts(all) == ["signed-in", "sign-in-refused", "sign-in-refused", "signed-out", "signed-in", "server-started"])
        #expect(all[2]["object"] as? String == "account:\(Fixtures.agent.id)")
        #expect(all[2]["outcome"] as? String == "sign_in_refused")
        #expect(all[4]["account"] as? String == "agent1")
        #expect(all.prefix(5).allSatisfy { $0["address"] as? String == "127.0.0.1" })
        #expect(!"\(all)".contains("my-secret-word"), "who mistakes the field types a password there")
        try server.stop()
    }

    @Test func tellsOfEveryRefusalAndNotOfAPageThatAsksWhoIsThere() throws {
        let server = try server()
        let agent = try signIn(server, "agent1").cookie
        _ = try server.ask("GET", "/api/v1/staff/me")
        _ = try server.ask("GET", "/api/v1/admin/people", ["Cookie: \(agent)"])
        _ = try server.ask("GET", "/api/v1/admin/cases/445102-261123-0001/export")
        _ = try server.ask("POST", "/api/v1/staff/sign-out", ["Cookie: \(agent)"], json: "{}", origin: "https://elsewhere.example")
        let refused = try entries(server, try auditor(server), "act=refused&outcome=refused")
        #expect(refused.compactMap { $0["outcome"] as? String } == ["origin_refused", "sign_in_required", "not_allowed"])
        #expect(
            refused.compactMap { $0["detail"] as? String } == [
                "POST /api/v1/staff/sign-out", "GET /api/v1/admin/cases/{number}/export", "GET /api/v1/admin/people",
            ])
        #expect(refused.compactMap { $0["actor_kind"] as? String } == ["staff", "nobody", "staff"])
        try server.stop()
    }

    @Test func aFloodOfRefusalsIsCountedAndNotWrittenLineByLine() throws {
        let server = try server()
        for _ in 0..<(RefusalThrottle.linesPerWindow + 5) { _ = try server.ask("GET", "/api/v1/admin/people") }
        let refused = try entries(server, try auditor(server), "act=refused")
        #expect(refused.count == RefusalThrottle.linesPerWindow)
        try server.stop()
    }

    @Test func tellsOfAnExportAndOfItsOwn() throws {
        let server = try server()
        let administrator = "Cookie: \(try signIn(server, "admin1").cookie)"
        #expect(try server.ask("GET", "/api/v1/admin/cases/445102-261123-0001/export", [administrator]).status == 200)
        #expect(try server.ask("GET", "/api/v1/admin/sessions.csv?hall=445102", [administrator]).status == 200)
        #expect(try server.ask("GET", "/api/v1/admin/catalogue-export", [administrator]).status == 200)
        let cookie = try auditor(server)
        #expect(try server.ask("GET", "/api/v1/admin/audit.csv?person=admin1", [cookie]).status == 200)
        let all = try entries(server, cookie)
        #expect(acts(all).prefix(5) == ["audit-exported", "signed-in", "report-exported", "report-exported", "case-exported"])
        #expect(all[0]["detail"] as? String == "rows=4 by=person")
        #expect(all[4]["object"] as? String == "case-number:445102-261123-0001")
        try server.stop()
    }

    @Test func tellsOfChangesInTheWordsOfTheStoreWithWhoAndFromWhere() throws {
        let server = try server()
        let administrator = "Cookie: \(try signIn(server, "admin1").cookie)"
        let place = #"{"address":"花园路 1 号","telephone":"0768-1234567","source":"现场"}"#
        #expect(try server.ask("PUT", "/api/v1/admin/halls/445102/place", [administrator], json: place).status == 200)
        let seat = #"{"id":"W09","number":"09"}"#
        #expect(try server.ask("POST", "/api/v1/admin/halls/445102/seats", [administrator], json: seat).status == 201)
        let all = try entries(server, try auditor(server), "person=admin1&hall=445102")
        #expect(acts(all) == ["seat-made", "hall-changed"])
        #expect(all.allSatisfy { $0["account"] as? String == "admin1" && $0["address"] as? String == "127.0.0.1" })
        #expect(!"\(all)".contains("花园路"))
        try server.stop()
    }

    @Test func isReadPageByPageAndByFilters() throws {
        let at = Fixtures.now
        let more: [StoreRecord] = (0..<5).map { number in
            .audit(
                AuditEntry(
                    at: at + .minutes(Int64(number)), actor: .staff(Fixtures.agent.id), act: .fileViewed, object: "file:\(number)", hall: Fixtures.hall,
                    address: "192.0.2.7", reason: number == 0 ? "=1+1" : nil))
        }
        let server = try server(more)
        let cookie = try auditor(server)
        let first = try server.ask("GET", "/api/v1/admin/audit?act=file-viewed&limit=3", [cookie])
        let next = try #require(first["next"])
        #expect(try entries(server, cookie, "act=file-viewed&limit=3").compactMap { $0["object"] as? String } == ["file:4", "file:3", "file:2"])
        #expect(try entries(server, cookie, "act=file-viewed&limit=3&before=\(next)").compactMap { $0["object"] as? String } == ["file:1", "file:0"])
        #expect(try entries(server, cookie, "object=file:3").count == 1)
        #expect(try entries(server, cookie, "object=3").count == 1)
        #expect(try entries(server, cookie, "person=\(Fixtures.agent.id)&act=file-viewed").count == 5)
        #expect(try entries(server, cookie, "from=2026-11-23&to=2026-11-23&act=file-viewed").count == 5)
        #expect(try entries(server, cookie, "to=2026-11-22").isEmpty)
        for query in ["from=yesterday", "to=1", "act=x", "before=0", "limit=0", "limit=101", "hall=%20", "outcome=x"] {
            #expect(try server.ask("GET", "/api/v1/admin/audit?\(query)", [cookie]).status == 422, "\(query)")
        }
        let sheet = try server.ask("GET", "/api/v1/admin/audit.csv?act=file-viewed", [cookie])
        #expect(sheet.text.contains("'=1+1"), "nobody's words run in a spreadsheet")
        #expect(!sheet.text.contains(",=1+1"))
        try server.stop()
    }

    @Test func isWholeAfterAStopAndAnchored() throws {
        let server = try server()
        _ = try signIn(server, "agent1")
        try server.stop()
        let verification = try AuditVerification(ofDataFolder: server.folder.url)
        #expect(verification.findings.isEmpty && verification.anchors > 0, "\(verification.findings)")
    }
}

@Suite("What is written down of many refusals")
struct RefusalThrottleTests {
    @Test func tellsHowManyWereNotWrittenWithTheNextThatIs() {
        var throttle = RefusalThrottle()
        let written = (0..<100).count { _ in throttle.attempt("192.0.2.7", at: Fixtures.now).isWritten }
        #expect(written == RefusalThrottle.linesPerWindow)
        #expect(throttle.attempt("192.0.2.8", at: Fixtures.now) == (true, nil), "one does not use up another's")
        #expect(throttle.attempt("192.0.2.7", at: Fixtures.now + RefusalThrottle.window) == (true, 100 - RefusalThrottle.linesPerWindow))
        #expect(throttle.attempt("192.0.2.7", at: Fixtures.now + RefusalThrottle.window) == (true, nil))
    }

    @Test func forgetsNoCountWhenAddressesNeverEnd() {
        var throttle = RefusalThrottle()
        for _ in 0..<100 { _ = throttle.attempt("192.0.2.7", at: Fixtures.now) }
        let later = Fixtures.now + RefusalThrottle.window
        var missed = 0
        for number in 0..<RefusalThrottle.addresses * 2 { missed += throttle.attempt("address \(number)", at: later).missed ?? 0 }
        for number in 0..<2 { missed += throttle.attempt("late \(number)", at: later + RefusalThrottle.window).missed ?? 0 }
        #expect(missed >= 100 - RefusalThrottle.linesPerWindow)
    }
}

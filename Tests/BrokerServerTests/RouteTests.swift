import Foundation
import SignalingProtocol
import Testing

@testable import BrokerServer

@Suite("Over a real socket")
struct RouteTests {
    private func guest(_ server: LiveServer, name: String = "王秀英", telephone: String = "13800000000", _ fields: [String] = []) throws -> Reply {
        try server.ask(
            "POST", "/api/v1/citizen/sign-in", fields, json: #"{"name":"\#(name)","telephone":"\#(telephone)","terms_version":"1"}"#)
    }

    private func staff(_ server: LiveServer, _ account: String, _ password: String = Fixtures.password) throws -> Reply {
        try server.ask("POST", "/api/v1/staff/sign-in", json: #"{"account":"\#(account)","password":"\#(password)"}"#)
    }

    private func lookUp(_ server: LiveServer, _ number: Int, _ code: String) throws -> Reply {
        try server.ask("POST", "/api/v1/cases/look-up", json: #"{"case_number":"445102-261123-000\#(number)","look_up_code":"\#(code)"}"#)
    }

    @Test func unknownPathsAndMethodsAreAnsweredAsSuch() throws {
        let server = try LiveServer()
        let unknown = try server.ask("GET", "/api/v1/nothing", ["Accept-Language: en"])
        #expect(unknown.status == 404)
        #expect(unknown.fields["content-type"] == "application/problem+json")
        #expect(unknown["code"] == "not_found")
        #expect(unknown["detail"] == ErrorCode.notFound.sentence(.english))
        #expect(unknown.fields["content-security-policy"]?.hasPrefix("default-src 'none'") == true)
        #expect(unknown.fields["x-content-type-options"] == "nosniff")

        let wrong = try server.ask("POST", "/api/v1/catalogue", json: "{}")
        #expect(wrong.status == 405)
        #expect(wrong.fields["allow"] == "GET, HEAD")
        #expect(try server.ask("GET", "/api/v1/staff/sign-in").fields["allow"] == "POST")
        #expect(try server.ask("HEAD", "/api/v1/catalogue").status == 200)
        #expect(try server.ask("GET", "/readyz").status == 200)
        try server.stop()
    }

    @Test(arguments: [";", ",", ";;", "en;q=;", "\u{1}", "-", ";q=1,en"])
    func noAcceptLanguageStopsTheServer(_ field: String) throws {
        let server = try LiveServer()
        _ = try? server.ask("GET", "/api/v1/nothing", ["Accept-Language: \(field)"])
        #expect(try server.ask("GET", "/healthz").status == 200)
        try server.stop()
    }

    @Test func whatChangesSomethingMustComeFromOurOwnPage() throws {
        let server = try LiveServer()
        let body = #"{"name":"王秀英","telephone":"13800000000","terms_version":"1"}"#
        for origin in ["http://evil.example", "null", "http://\(server.host).evil.example", nil] {
            let reply = try server.ask("POST", "/api/v1/citizen/sign-in", json: body, origin: origin)
            #expect(reply.status == 403, "\(origin ?? "none")")
            #expect(reply["code"] == "origin_refused")
            #expect(reply.fields["set-cookie"] == nil)
        }
        let upgrade = [
            "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Protocol: farwindow.v1",
        ]
        #expect(try server.ask("GET", "/ws", upgrade, origin: "http://evil.example", untilHeadOnly: true).status == 403)
        #expect(try server.ask("GET", "/ws", upgrade, origin: nil, untilHeadOnly: true).status == 403)
        #expect(try server.ask("GET", "/ws", upgrade, untilHeadOnly: true).status == 401, "our own page needs a ticket")
        let cookie = "Cookie: " + (try server.ask("POST", "/api/v1/citizen/sign-in", json: body).cookie)
        let given = try server.ask("POST", "/api/v1/citizen/socket-tickets", [cookie])
        let ticket = "Sec-WebSocket-Protocol: farwindow.v1, ticket.\(try #require(given["ticket"]))"
        #expect(try server.ask("GET", "/ws", upgrade.dropLast() + [ticket], untilHeadOnly: true).status == 101)
        #expect(try server.ask("GET", "/ws", upgrade.dropLast() + [ticket], untilHeadOnly: true).status == 401)
        try server.stop()
    }

    @Test func aGuestSignsInOnceAndStaysSignedInOverARestart() throws {
        let server = try LiveServer()
        let signedIn = try guest(server)
        #expect(signedIn.status == 200)
        let cookie = try #require(signedIn.fields["set-cookie"])
        for word in ["__Host-farwindow_citizen=", "HttpOnly", "Secure", "SameSite=Strict", "Path=/"] { #expect(cookie.contains(word)) }
        #expect(try server.ask("GET", "/api/v1/citizen/me").status == 401)
        #expect(try server.ask("GET", "/api/v1/staff/me", ["Cookie: \(signedIn.cookie)"]).status == 401)
        try server.stop()

        let again = try LiveServer(folder: server.folder)
        #expect(try again.ask("GET", "/api/v1/citizen/me", ["Cookie: \(signedIn.cookie)"])["name"] == "王秀英")
        let corrected = try guest(again, name: "王秀瑛", ["Cookie: \(signedIn.cookie)"])
        #expect(try again.ask("GET", "/api/v1/citizen/me", ["Cookie: \(signedIn.cookie)"]).status == 401, "the old token has ended")
        #expect(try again.ask("GET", "/api/v1/citizen/me", ["Cookie: \(corrected.cookie)"])["name"] == "王秀瑛")
        #expect(try again.ask("POST", "/api/v1/citizen/sign-out", ["Cookie: \(corrected.cookie)"], json: "").status == 204)
        #expect(try again.ask("GET", "/api/v1/citizen/me", ["Cookie: \(corrected.cookie)"]).status == 401)
        try again.stop()
    }

    @Test(
        arguments: [
            (#"{"name":"","telephone":"13800000000","terms_version":"1"}"#, 422, "name"),
            (#"{"name":"   ","telephone":"13800000000","terms_version":"1"}"#, 422, "name"),
            (#"{"name":"王","telephone":"abc","terms_version":"1"}"#, 422, "telephone"),
            (#"{"name":"王","telephone":"13800000000","terms_version":""}"#, 422, "terms_version"),
            (#"{"name":"王","telephone":"13800000000"}"#, 422, "terms_version"), (#"{"name":7,"telephone":"13800000000","terms_version":"1"}"#, 422, "name"),
            (#"{"name":null,"telephone":"13800000000","terms_version":"1"}"#, 422, "name"), ("{", 400, nil), ("", 400, nil), ("[]", 422, nil),
        ] as [(String, Int, String?)])
    func aWrongSignInSaysWhatIsWrongWithIt(body: String, status: Int, field: String?) throws {
        let server = try LiveServer()
        let reply = try server.ask("POST", "/api/v1/citizen/sign-in", json: body)
        #expect(reply.status == status)
        #expect(reply["field"] == field)
        try server.stop()
    }

    @Test func staffSignInWithTheirPasswordAndSeeWhatTheirRoleAllows() throws {
        let server = try LiveServer()
        for (account, password) in [("agent1", "wrong"), ("nobody", Fixtures.password), ("agent1", ""), ("", "")] {
            let reply = try staff(server, account, password)
            #expect(reply.status == 401)
            #expect(reply["code"] == "sign_in_refused")
        }
        let agent = try staff(server, "agent1")
        let administrator = try staff(server, "admin1")
        #expect(agent.status == 200)
        #expect(agent["account"] == "agent1")
        #expect(try server.ask("GET", "/api/v1/admin/overview").status == 401)
        #expect(try server.ask("GET", "/api/v1/admin/overview", ["Cookie: \(agent.cookie)"]).status == 403)
        #expect(try server.ask("GET", "/api/v1/admin/overview", ["Cookie: \(administrator.cookie)"]).status == 200)
        try server.stop()
    }

    @Test func guessingAPasswordEndsInWaiting() throws {
        let server = try LiveServer()
        for _ in 0..<SignInTries.freeTries { #expect(try staff(server, "agent1", "wrong").status == 401) }
        let refused = try staff(server, "agent1")
        #expect(refused.status == 429, "even with the right one")
        #expect(refused.fields["retry-after"].flatMap { Int($0) } ?? 0 > 0)
        #expect(try staff(server, "admin1").status == 200, "others are not kept out")
        try server.stop()
    }

    @Test func nobodyMakesGuestsWithoutEnd() throws {
        let server = try LiveServer()
        var cookie = ""
        for _ in 0..<ServerLimits.guestSignInTries {
            let reply = try guest(server)
            #expect(reply.status == 200)
            cookie = reply.cookie
        }
        let refused = try guest(server)
        #expect(refused.status == 429)
        #expect(refused["code"] == "rate_limited")
        #expect(try guest(server, name: "王秀瑛", ["Cookie: \(cookie)"]).status == 200, "who is in already may correct a name")
        try server.stop()
    }

    @Test func aCaseIsFoundByItsNumberAndCode() throws {
        let server = try LiveServer()
        let found = try lookUp(server, 1, "7k3m-9qxl")
        #expect(found.status == 200)
        #expect(found["case_number"] == "445102-261123-0001")
        #expect(!found.text.contains("王秀英"), "a name is not given away")
        let wrongCode = try lookUp(server, 1, "7K3M9QX2")
        let wrongNumber = try lookUp(server, 9, "7K3M9QX1")
        #expect(wrongCode.status == 404)
        for name in ["code", "detail", "title", "field"] { #expect(wrongNumber[name] == wrongCode[name], "neither says which of the two was wrong") }
        #expect(wrongNumber.status == wrongCode.status && wrongNumber.text.count == wrongCode.text.count)
        try server.stop()
    }

    /// Whoever has a case of their own could otherwise guess another's for ever.
    @Test func aFoundCaseDoesNotSetTheCountOfAnotherBack() throws {
        let server = try LiveServer()
        for _ in 0..<ServerLimits.lookUpTries {
            #expect(try lookUp(server, 2, "WRONG").status == 404)
            #expect(try lookUp(server, 1, "7K3M9QX1").status == 200)
        }
        #expect(try lookUp(server, 2, "WRONG").status == 429)
        #expect(try lookUp(server, 2, "00000002").status == 429, "even with the right one")
        #expect(try lookUp(server, 1, "7K3M9QX1").status == 200)
        try server.stop()
    }
}

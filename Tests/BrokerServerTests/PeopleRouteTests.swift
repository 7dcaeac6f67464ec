import BrokerCore
import BrokerStore
import Foundation
import SignalingProtocol
import Testing

@testable import BrokerServer

/// Two halls with an administrator each; the first has a seat and an agent.
@Suite("People, seats and halls over HTTP")
struct PeopleRouteTests {
    private static let otherHall: HallID = Fixtures.code("445103")

    private func server() throws -> LiveServer {
        let folder = try TemporaryFolder()
        let store = try BrokerStore(path: folder.url.appending(path: "farwindow.sqlite").path)
        let administrator = Fixtures.administrator
        let other = AccountRow(
            id: AgentID(UUID()), account: "admin2", name: "林志远", hall: Self.otherHall, roles: administrator.roles, skills: Skills(),
            passwordHash: administrator.passwordHash)
        try store.seed(
            Seed(
                halls: [Hall(id: Fixtures.hall, name: "湘桥区办税服务厅"), Hall(id: Self.otherHall, name: "潮安区办税服务厅")],
                seats: [Seat(id: Fixtures.code("W01"), hall: Fixtures.hall, number: "01", since: Fixtures.now)], items: [(Fixtures.item, true)],
                accounts: [Fixtures.agent, administrator, other]))
        return try LiveServer(folder: folder)
    }

    private func signIn(_ server: LiveServer, _ account: String, _ password: String = Fixtures.password) throws -> Reply {
        try server.ask("POST", "/api/v1/staff/sign-in", json: #"{"account":"\#(account)","password":"\#(password)"}"#)
    }

    private func cookie(_ server: LiveServer, _ account: String) throws -> [String] { ["Cookie: \(try signIn(server, account).cookie)"] }

    private func object(_ reply: Reply) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(reply.text.utf8)) as? [String: Any], "\(reply.text)")
    }

    private func person(_ server: LiveServer, _ cookie: [String], _ account: String, hall: String = "445102") throws -> [String: Any] {
        let people = try object(server.ask("GET", "/api/v1/admin/people?hall=\(hall)", cookie))["people"] as? [[String: Any]]
        return try #require(people?.first { $0["account"] as? String == account })
    }

    private static let newPerson = """
        {"account":"agent7","name":"许丽君","hall_id":"445102","roles":[{"hall_id":"445102","role":"agent"}],
        "skills":{"groups":["咨询"],"kinds":[],"languages":["teochew"]}}
        """

    @Test func areForAdministratorsOfTheHallAlone() throws {
        let server = try server()
        let stranger = try cookie(server, "admin2")
        let agent = try cookie(server, "agent1")
        let id = Fixtures.agent.id
        let acts: [(String, String, String?)] = [
            ("GET", "/api/v1/admin/people?hall=445102", nil), ("POST", "/api/v1/admin/people", Self.newPerson),
            ("PATCH", "/api/v1/admin/people/\(id)", #"{"revision":1,"name":"别人"}"#), ("DELETE", "/api/v1/admin/people/\(id)", nil),
            ("POST", "/api/v1/admin/people/\(id)/suspend", #"{"revision":1}"#), ("POST", "/api/v1/admin/people/\(id)/restore", #"{"revision":1}"#),
            ("POST", "/api/v1/admin/people/\(id)/reset-password", #"{"revision":1}"#),
            ("PATCH", "/api/v1/admin/halls/445102", #"{"revision":1,"name":"别的厅"}"#), ("GET", "/api/v1/admin/halls/445102/seats", nil),
            ("POST", "/api/v1/admin/halls/445102/seats", #"{"number":"02"}"#),
            ("PATCH", "/api/v1/admin/halls/445102/seats/W01", #"{"revision":1,"number":"9"}"#),
            ("POST", "/api/v1/admin/halls/445102/seats/W01/withdraw", #"{"revision":1}"#),
            ("POST", "/api/v1/admin/halls/445102/seats/W01/restore", #"{"revision":1}"#),
        ]
        for (method, path, json) in acts {
            #expect(try server.ask(method, path, json: json).status == 401, "\(method) \(path)")
            #expect(try server.ask(method, path, agent, json: json)["code"] == "not_allowed", "\(method) \(path)")
            #expect(try server.ask(method, path, stranger, json: json)["code"] == "not_allowed", "\(method) \(path), of another hall")
        }
        let mine = try cookie(server, "admin1")
        #expect(try person(server, mine, "agent1")["revision"] as? Int == 1, "nothing of it was done")
        try server.stop()
    }

    @Test func aPersonChoosesAPasswordOfTheirOwnBeforeAnythingElse() throws {
        var server = try server()
        let made = try server.ask("POST", "/api/v1/admin/people", try cookie(server, "admin1"), json: Self.newPerson)
        #expect(made.status == 201)
        let first = try #require(made["password"])
        #expect(try server.ask("POST", "/api/v1/admin/people", try cookie(server, "admin1"), json: Self.newPerson)["code"] == "already_taken")
        try server.stop()
        server = try LiveServer(folder: server.folder)
        let entered = try signIn(server, "agent7", first)
        #expect(try object(entered)["must_change_password"] as? Bool == true)
        let mine = ["Cookie: \(entered.cookie)"]
        #expect(try server.ask("GET", "/api/v1/staff/seats", mine)["code"] == "password_change_required")
        #expect(try server.ask("GET", "/api/v1/staff/me", mine).status == 200)
        let choose = { (current: String, new: String) in
            try server.ask("POST", "/api/v1/staff/password", mine, json: #"{"current_password":"\#(current)","new_password":"\#(new)"}"#)
        }
        #expect(try choose(first, "short")["field"] == "new_password")
        #expect(try choose(first, first)["field"] == "new_password")
        #expect(try choose("wrong-horse", "battery-staple")["field"] == "current_password")
        #expect(try object(try choose(first, "battery-staple"))["must_change_password"] as? Bool == false)
        #expect(try server.ask("GET", "/api/v1/staff/seats", mine).status == 200, "the sign-in goes on")
        #expect(try signIn(server, "agent7", first)["code"] == "sign_in_refused")
        #expect(try signIn(server, "agent7", "battery-staple").status == 200)
        try server.stop()
    }

    @Test func theSecondOfTwoAdministratorsSeesWhatIsThereNow() throws {
        let server = try server()
        let mine = try cookie(server, "admin1")
        let path = "/api/v1/admin/people/\(Fixtures.agent.id)"
        let skills = #"{"revision":1,"skills":{"groups":["咨询"],"kinds":["consultation"],"languages":["english"]}}"#
        let changed = try object(server.ask("PATCH", path, mine, json: skills))
        #expect((changed["skills"] as? [String: Any])?["languages"] as? [String] == ["english"])
        #expect(changed["revision"] as? Int == 2 || changed["revision"] as? Int == 3)
        let late = try server.ask("PATCH", path, mine, json: #"{"revision":1,"name":"另一个"}"#)
        #expect(late.status == 409)
        #expect(late["code"] == "row_outdated")
        let current = try #require(try object(late)["current"] as? [String: Any])
        #expect(current["name"] as? String == Fixtures.agent.name)
        let unknown = #"{"revision":\#(current["revision"] ?? 0),"skills":{"groups":["没有的"],"kinds":[],"languages":[]}}"#
        #expect(try server.ask("PATCH", path, mine, json: unknown)["field"] == "groups")
        let store = try BrokerStore(path: server.folder.url.appending(path: "farwindow.sqlite").path)
        #expect(try store.administrationActs(in: Fixtures.hall, limit: 10).map(\.detail) == ["skills"])
        try server.stop()
    }

    @Test func aRoleIsGivenByTheAdministratorsOfItsHall() throws {
        let server = try server()
        let mine = try cookie(server, "admin1")
        let path = "/api/v1/admin/people/\(Fixtures.agent.id)"
        let both = #"[{"hall_id":"445102","role":"agent"},{"hall_id":"445103","role":"agent"}]"#
        #expect(try server.ask("PATCH", path, mine, json: #"{"revision":1,"roles":\#(both)}"#)["code"] == "not_allowed")
        let supervisor = #"[{"hall_id":"445102","role":"agent"},{"hall_id":"445102","role":"supervisor"}]"#
        #expect(try server.ask("PATCH", path, mine, json: #"{"revision":1,"roles":\#(supervisor)}"#).status == 200)
        #expect(try server.ask("PATCH", path, mine, json: #"{"revision":2,"roles":[{"hall_id":"445102","role":"king"}]}"#)["field"] == "roles")
        let admin = "/api/v1/admin/people/\(Fixtures.administrator.id)"
        let revision = try #require(try person(server, mine, "admin1")["revision"] as? Int)
        #expect(try server.ask("PATCH", admin, mine, json: #"{"revision":\#(revision),"roles":[]}"#)["code"] == "last_administrator")
        #expect(try server.ask("POST", admin + "/suspend", mine, json: #"{"revision":\#(revision)}"#)["code"] == "not_allowed", "nobody locks themselves out")
        try server.stop()
    }

    @Test func whoeverIsSuspendedIsOutAndStaysOutOverARestart() throws {
        var server = try server()
        let mine = try cookie(server, "admin1")
        let theirs = try cookie(server, "agent1")
        let path = "/api/v1/admin/people/\(Fixtures.agent.id)"
        #expect(try server.ask("GET", "/api/v1/staff/seats", theirs).status == 200)
        let revision = try #require(try person(server, mine, "agent1")["revision"] as? Int)
        let suspended = try object(server.ask("POST", path + "/suspend", mine, json: #"{"revision":\#(revision)}"#))
        #expect(suspended["state"] as? String == "suspended")
        for _ in 0..<2 {
            #expect(try server.ask("GET", "/api/v1/staff/me", theirs).status == 401)
            #expect(try signIn(server, "agent1")["code"] == "account_suspended")
            #expect(try signIn(server, "agent1", "wrong")["code"] == "sign_in_refused", "a guess is told nothing")
            try server.stop()
            server = try LiveServer(folder: server.folder)
        }
        let restored = try object(server.ask("POST", path + "/restore", mine, json: #"{"revision":\#(revision + 1)}"#))
        #expect(restored["state"] as? String == "active")
        #expect(try signIn(server, "agent1").status == 200)
        #expect(try server.ask("GET", "/api/v1/staff/me", theirs).status == 401, "the old sign-in does not come back")
        try server.stop()
    }

    @Test func aResetEndsEverySignIn() throws {
        let server = try server()
        let mine = try cookie(server, "admin1")
        let theirs = try cookie(server, "agent1")
        let revision = try #require(try person(server, mine, "agent1")["revision"] as? Int)
        let reset = try server.ask("POST", "/api/v1/admin/people/\(Fixtures.agent.id)/reset-password", mine, json: #"{"revision":\#(revision)}"#)
        #expect(reset.status == 200)
        #expect(try server.ask("GET", "/api/v1/staff/me", theirs).status == 401)
        #expect(try signIn(server, "agent1")["code"] == "sign_in_refused")
        #expect(try object(signIn(server, "agent1", reset["password"] ?? ""))["must_change_password"] as? Bool == true)
        try server.stop()
    }

    @Test func onlyWhoNeverWorkedHereIsDeleted() throws {
        let server = try server()
        let mine = try cookie(server, "admin1")
        _ = try signIn(server, "agent1")
        #expect(try server.ask("DELETE", "/api/v1/admin/people/\(Fixtures.agent.id)", mine)["code"] == "in_use")
        let made = try object(server.ask("POST", "/api/v1/admin/people", mine, json: Self.newPerson))
        let id = try #require((made["person"] as? [String: Any])?["id"] as? String)
        #expect(try server.ask("DELETE", "/api/v1/admin/people/\(id)", mine).status == 204)
        #expect(try server.ask("DELETE", "/api/v1/admin/people/\(id)", mine).status == 404)
        try server.stop()
    }

    @Test func aNewHallHasSeatsAndPeopleAtOnce() throws {
        var server = try server()
        let mine = try cookie(server, "admin1")
        #expect(try server.ask("POST", "/api/v1/admin/halls", mine, json: #"{"id":"hall","name":"饶平"}"#)["field"] == "id")
        #expect(try server.ask("POST", "/api/v1/admin/halls", mine, json: #"{"id":"445122","name":"饶平","zone":"Mars/Olympus"}"#)["field"] == "zone")
        let hall = try server.ask("POST", "/api/v1/admin/halls", mine, json: #"{"id":"445122","name":"饶平县办税服务厅","zone":"Asia/Shanghai"}"#)
        #expect(hall.status == 201)
        #expect(try server.ask("POST", "/api/v1/admin/halls", mine, json: #"{"id":"445122","name":"饶平"}"#)["field"] == "id", "taken")
        let seat = try object(server.ask("POST", "/api/v1/admin/halls/445122/seats", mine, json: #"{"number":"01"}"#))
        let id = try #require(seat["id"] as? String)
        #expect(try server.ask("POST", "/api/v1/admin/halls/445122/seats", mine, json: #"{"number":"01"}"#)["code"] == "already_taken")
        #expect(try server.ask("POST", "/api/v1/admin/halls/445122/seats", mine, json: #"{"number":" "}"#)["field"] == "number")
        let renamed = try object(server.ask("PATCH", "/api/v1/admin/halls/445122/seats/\(id)", mine, json: #"{"revision":1,"number":"A1"}"#))
        #expect(renamed["number"] as? String == "A1")
        let late = try server.ask("PATCH", "/api/v1/admin/halls/445122/seats/\(id)", mine, json: #"{"revision":1,"number":"A2"}"#)
        #expect((try object(late)["current"] as? [String: Any])?["number"] as? String == "A1")
        let withdrawn = try object(server.ask("POST", "/api/v1/admin/halls/445122/seats/\(id)/withdraw", mine, json: #"{"revision":2}"#))
        #expect(withdrawn["withdrawn_at"] is String)
        #expect(try server.ask("PATCH", "/api/v1/admin/halls/445122", mine, json: #"{"revision":1,"overflow":["445103"]}"#)["code"] == "not_allowed")
        let helped = try object(server.ask("PATCH", "/api/v1/admin/halls/445122", mine, json: #"{"revision":1,"overflow":["445102"],"name":"饶平厅"}"#))
        #expect(helped["overflow"] as? [String] == ["445102"])
        try server.stop()
        server = try LiveServer(folder: server.folder)
        let halls = try object(server.ask("GET", "/api/v1/admin/halls", mine))["halls"] as? [[String: Any]]
        let line = try #require(halls?.first { $0["id"] as? String == "445122" })
        #expect(line["name"] as? String == "饶平厅")
        #expect(line["administered"] as? Bool == true)
        #expect(halls?.first { $0["id"] as? String == "445103" }?["administered"] as? Bool == false)
        let seats = try object(server.ask("GET", "/api/v1/admin/halls/445122/seats", mine))["seats"] as? [[String: Any]]
        #expect(seats?.map { $0["number"] as? String } == ["A1"])
        let store = try BrokerStore(path: server.folder.url.appending(path: "farwindow.sqlite").path)
        let acts = try store.administrationActs(in: Fixtures.code("445122"), limit: 10).map(\.act)
        #expect(acts == [.hallChanged, .seatWithdrawn, .seatChanged, .seatMade, .hallMade])
        try server.stop()
    }
}

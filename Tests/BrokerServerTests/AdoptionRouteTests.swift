import BrokerCore
import BrokerStore
import Foundation
import SignalingProtocol
import Testing

@testable import BrokerServer

/// Two halls, and one item of which a second version was loaded.
@Suite("Adopting a version over HTTP")
struct AdoptionRouteTests {
    private static let otherHall: HallID = Fixtures.code("445103")

    private static let next: CatalogueItem = {
        var item = Fixtures.item
        item.version = 2
        item.fee = SourcedText(text: "不收费", source: "GK")
        return item
    }()

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
        _ = try store.importVersions([Self.next])
        return try LiveServer(folder: folder)
    }

    private func signIn(_ server: LiveServer, _ account: String) throws -> String {
        let reply = try server.ask("POST", "/api/v1/staff/sign-in", json: #"{"account":"\#(account)","password":"\#(Fixtures.password)"}"#)
        return "Cookie: \(reply.cookie)"
    }

    private func adopt(
        _ server: LiveServer, _ cookie: String? = nil, hall: String = "445102", version: Int = 2, replaces: Int? = 1, item: String = "advice"
    ) throws -> Reply {
        try server.ask(
            "POST", "/api/v1/admin/halls/\(hall)/adopt", cookie.map { [$0] } ?? [],
            json: #"{"item":"\#(item)","version":\#(version),"replaces":\#(replaces.map(String.init) ?? "null")}"#)
    }

    private func object(_ reply: Reply) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(reply.text.utf8)) as? [String: Any], "\(reply.text)")
    }

    private func version(_ server: LiveServer, _ query: String) throws -> Int? {
        try object(server.ask("GET", "/api/v1/catalogue/advice\(query)"))["version"] as? Int
    }

    @Test func isForTheHallsOwnAdministratorsAlone() throws {
        let server = try server()
        #expect(try adopt(server).status == 401)
        #expect(try adopt(server, try signIn(server, "agent1")).status == 403)
        let other = try adopt(server, try signIn(server, "admin2"))
        #expect(other.status == 403, "of another hall")
        #expect(other["code"] == "not_allowed")
        let mine = try signIn(server, "admin1")
        #expect(try adopt(server, mine, hall: "999999").status == 404)
        #expect(try adopt(server, mine, version: 3).status == 404)
        #expect(try adopt(server, mine, item: "nothing").status == 404)
        #expect(try adopt(server, mine, version: 1).status == 422, "it is there already")
        #expect(try server.ask("GET", "/api/v1/admin/catalogue").status == 401)
        #expect(try server.ask("GET", "/api/v1/admin/catalogue/advice/differences?from=1&to=2").status == 401)
        #expect(try version(server, "?hall=445102") == 1)
        try server.stop()
    }

    @Test func countsAtOnceAndAfterARestart() throws {
        var server = try server()
        #expect(try version(server, "?version=2") == nil, "what no hall has adopted is not for the public")
        let reply = try adopt(server, try signIn(server, "admin1"))
        #expect(reply.status == 200)
        let adopted = try object(reply)
        #expect(adopted["version"] as? Int == 2)
        #expect(adopted["adopted_by"] as? String == Fixtures.administrator.name)
        for _ in 0..<2 {
            #expect(try version(server, "?hall=445102") == 2)
            #expect(try version(server, "?hall=445103") == 1)
            #expect(try version(server, "") == 2)
            #expect(try version(server, "?version=1") == 1, "whoever has a case of it can read it on")
            #expect(try version(server, "?hall=nowhere") == nil)
            let list = try object(server.ask("GET", "/api/v1/catalogue?hall=445103"))
            #expect((list["items"] as? [[String: Any]])?.map { $0["version"] as? Int } == [1])
            #expect(try server.ask("GET", "/api/v1/catalogue?hall=999999").status == 404)
            try server.stop()
            server = try LiveServer(folder: server.folder)
        }
        try server.stop()
    }

    @Test func tellsTheSecondAdministratorWhatIsAdoptedNow() throws {
        let server = try server()
        let cookie = try signIn(server, "admin1")
        #expect(try adopt(server, cookie).status == 200)
        let second = try adopt(server, cookie)
        #expect(second.status == 409)
        #expect(second.fields["content-type"] == "application/problem+json")
        #expect(second["code"] == "adoption_outdated")
        #expect(second["detail"] == ErrorCode.adoptionOutdated.sentence(.simplifiedChinese))
        let now = try #require(try object(second)["adopted"] as? [String: Any])
        #expect(now["version"] as? Int == 2)
        #expect(now["adopted_by"] as? String == Fixtures.administrator.name)
        #expect(try adopt(server, cookie, replaces: nil).status == 409, "to name nothing is no way round it")
        try server.stop()
    }

    @Test func showsEveryVersionWhoHasWhatAndWhatDiffers() throws {
        let server = try server()
        let cookie = try signIn(server, "admin1")
        let before = try #require(try (object(server.ask("GET", "/api/v1/admin/catalogue", [cookie]))["items"] as? [[String: Any]])?.first)
        #expect(before["is_uniform"] as? Bool == true)
        #expect((before["versions"] as? [[String: Any]])?.map { $0["version"] as? Int } == [1, 2])
        #expect((before["adoptions"] as? [[String: Any]])?.map { $0["newer_exists"] as? Bool } == [true, true])
        #expect(try adopt(server, cookie).status == 200)
        let list = try object(server.ask("GET", "/api/v1/admin/catalogue", [cookie]))
        #expect(list["own_hall_id"] as? String == "445102")
        let after = try #require((list["items"] as? [[String: Any]])?.first)
        #expect(after["is_uniform"] as? Bool == false)
        let adoptions = try #require(after["adoptions"] as? [[String: Any]])
        #expect(adoptions.map { $0["hall_id"] as? String } == ["445102", "445103"])
        #expect(adoptions.map { $0["version"] as? Int } == [2, 1])
        #expect(adoptions.map { $0["newer_exists"] as? Bool } == [false, true])

        let found = try object(server.ask("GET", "/api/v1/admin/catalogue/advice/differences?from=1&to=2", [cookie]))
        let fields = try #require((found["differences"] as? [String: Any])?["fields"] as? [[String: Any]])
        #expect(fields.map { $0["field"] as? String } == ["fee"])
        #expect((fields[0]["old"] as? [Any])?.count == 0)
        #expect((fields[0]["new"] as? [[String: Any]])?.first?["text"] as? String == "不收费")
        #expect(try server.ask("GET", "/api/v1/admin/catalogue/advice/differences?from=1", [cookie]).status == 422)
        #expect(try server.ask("GET", "/api/v1/admin/catalogue/advice/differences?from=1&to=9", [cookie]).status == 404)
        try server.stop()
    }
}

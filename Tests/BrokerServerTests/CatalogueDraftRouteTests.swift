import BrokerCore
import BrokerStore
import Foundation
import SignalingProtocol
import Testing

@testable import BrokerServer

/// One hall that has adopted version 1 of `advice`.
@Suite("Catalogue administration over HTTP")
struct CatalogueDraftRouteTests {
    private static let path = "/api/v1/admin/catalogue/advice"

    private static let item: CatalogueItem = {
        var item = Fixtures.item
        item.applicants = ["企业"]
        item.sources = [Source(id: "S1", title: "办事指南", url: nil, issuer: nil, pageDate: nil, kind: "official")]
        item.mode = .consultation
        return item
    }()

    private static func store(_ folder: TemporaryFolder) throws -> BrokerStore {
        try BrokerStore(path: folder.url.appending(path: "farwindow.sqlite").path)
    }

    private static func filled() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try store(folder).seed(
            Seed(
                halls: [Hall(id: Fixtures.hall, name: "湘桥区办税服务厅")],
                seats: [Seat(id: Fixtures.code("W01"), hall: Fixtures.hall, number: "01", since: Fixtures.now)],
                items: [(item, true)], accounts: [Fixtures.agent, Fixtures.administrator]))
        return folder
    }

    /// A server, and the administrator's cookie.
    private func open(_ folder: TemporaryFolder? = nil) throws -> (LiveServer, String) {
        let server = try LiveServer(folder: try folder ?? Self.filled())
        let reply = try server.ask("POST", "/api/v1/staff/sign-in", json: #"{"account":"admin1","password":"\#(Fixtures.password)"}"#)
        return (server, "Cookie: \(reply.cookie)")
    }

    private func object(_ reply: Reply) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(reply.text.utf8)) as? [String: Any], "\(reply.text)")
    }

    private func json(_ item: CatalogueItem) throws -> String { String(decoding: try WireCoding.encoder().encode(item), as: UTF8.self) }

    private func put(_ server: LiveServer, _ cookie: String, revision: Int = 0, name: String = "政策咨询（新）") throws -> Reply {
        var item = Self.item
        item.name = name
        return try server.ask("PUT", "\(Self.path)/draft", [cookie], json: #"{"revision":\#(revision),"based_on":1,"item":\#(try json(item))}"#)
    }

    private func publish(_ server: LiveServer, _ cookie: String, revision: Int = 1, day: String, adopt: Bool = true) throws -> Reply {
        try server.ask("POST", "\(Self.path)/draft/publish", [cookie], json: #"{"revision":\#(revision),"valid_from":"\#(day)","adopt":\#(adopt)}"#)
    }

    private func today(_ server: LiveServer, _ cookie: String) throws -> String {
        try #require(try object(server.ask("GET", "/api/v1/admin/catalogue", [cookie]))["today"] as? String)
    }

    private func line(_ server: LiveServer, _ cookie: String) throws -> [String: Any] {
        let list = try object(server.ask("GET", "/api/v1/admin/catalogue", [cookie]))
        return try #require((list["items"] as? [[String: Any]])?.first)
    }

    @Test func isForAdministratorsAlone() throws {
        let (server, _) = try open()
        let agent = try server.ask("POST", "/api/v1/staff/sign-in", json: #"{"account":"agent1","password":"\#(Fixtures.password)"}"#).cookie
        for (method, path, body) in [
            ("GET", Self.path, nil), ("GET", "\(Self.path)/versions/1", nil),
            ("PUT", "\(Self.path)/draft", #"{"revision":0,"based_on":1,"item":\#(try json(Self.item))}"#),
            ("POST", "\(Self.path)/draft/discard", #"{"revision":1}"#),
            ("POST", "\(Self.path)/draft/publish", #"{"revision":1,"valid_from":"2030-01-01","adopt":true}"#),
            ("POST", "\(Self.path)/withdraw", #"{"why":"x"}"#), ("POST", "\(Self.path)/restore", "{}"), ("GET", "/api/v1/admin/catalogue-export", nil),
            ("POST", "/api/v1/admin/catalogue-import/preview", "{}"), ("POST", "/api/v1/admin/catalogue-import/commit?digest=x", "{}"),
        ] as [(String, String, String?)] {
            #expect(try server.ask(method, path, json: body).status == 401, "\(path)")
            #expect(try server.ask(method, path, ["Cookie: \(agent)"], json: body).status == 403, "\(path)")
        }
        #expect(try Self.store(server.folder).drafts().isEmpty)
        try server.stop()
    }

    @Test func savesADraftAndTellsTheSecondWhatChanged() throws {
        let (server, cookie) = try open()
        let first = try put(server, cookie)
        #expect(first.status == 200 && first["revision"] == "1")
        #expect((try object(first)["problems"] as? [Any])?.isEmpty == true)
        let second = try put(server, cookie, name: "另一个名称")
        #expect(second.status == 409 && second["code"] == "draft_changed")
        #expect(second.fields["content-type"] == "application/problem+json")
        let draft = try #require(try object(second)["draft"] as? [String: Any])
        #expect(draft["revision"] as? Int == 1 && draft["changed_by"] as? String == Fixtures.administrator.name)
        let change = ((try object(second)["differences"] as? [String: Any])?["fields"] as? [[String: Any]])?.first
        #expect(change?["field"] as? String == "name")
        #expect(try put(server, cookie, revision: 1, name: "").status == 200, "half done is no crime")
        let detail = try object(server.ask("GET", Self.path, [cookie]))
        let problems = (detail["draft"] as? [String: Any])?["problems"] as? [[String: Any]]
        #expect(problems?.first?["path"] as? String == "name" && problems?.first?["kind"] as? String == "missing")
        let refused = try publish(server, cookie, revision: 2, day: try today(server, cookie))
        #expect(refused.status == 422 && refused["code"] == "item_has_problems")
        let differences = try object(server.ask("GET", "\(Self.path)/differences?from=1&to=draft", [cookie]))
        #expect(((differences["differences"] as? [String: Any])?["fields"] as? [[String: Any]])?.map { $0["field"] as? String } == ["name"])
        #expect(try server.ask("POST", "\(Self.path)/draft/discard", [cookie], json: #"{"revision":1}"#).status == 409)
        #expect(try server.ask("POST", "\(Self.path)/draft/discard", [cookie], json: #"{"revision":2}"#).status == 204)
        #expect(try line(server, cookie)["draft"] == nil)
        #expect(
            try server.ask("PUT", "/api/v1/admin/catalogue/other/draft", [cookie], json: #"{"revision":0,"based_on":1,"item":\#(try json(Self.item))}"#)[
                "field"] == "code")
        #expect(try server.ask("PUT", "\(Self.path)/draft", [cookie], json: #"{"revision":0,"item":{"code":"advice"}}"#).status == 422)
        try server.stop()
    }

    @Test func publishesForTodayAndTheHallHasItAtOnce() throws {
        let (server, cookie) = try open()
        #expect(try put(server, cookie).status == 200)
        #expect(try publish(server, cookie, day: "2020-01-01")["field"] == "valid_from")
        let reply = try publish(server, cookie, day: try today(server, cookie))
        #expect(reply.status == 200 && reply["version"] == "2" && reply["state"] == "valid")
        #expect(try server.ask("GET", "/api/v1/catalogue/advice?hall=445102")["name"] == "政策咨询（新）")
        let item = try line(server, cookie)
        #expect((item["adoptions"] as? [[String: Any]])?.first?["version"] as? Int == 2)
        #expect((item["planned"] as? [Any])?.isEmpty == true && item["draft"] == nil)
        #expect((item["versions"] as? [[String: Any]])?.last?["published_by"] as? String == Fixtures.administrator.name)
        #expect(try server.ask("GET", "\(Self.path)/versions/2", [cookie])["name"] == "政策咨询（新）")
        #expect(try server.ask("GET", "\(Self.path)/versions/9", [cookie]).status == 404)
        try server.stop()
    }

    @Test func keepsAVersionThatIsComingForItsDay() throws {
        let (server, cookie) = try open()
        #expect(try put(server, cookie).status == 200)
        #expect(try publish(server, cookie, day: "2099-01-01", adopt: false)["state"] == "coming")
        #expect(try server.ask("GET", "/api/v1/catalogue/advice?hall=445102")["version"] == "1")
        let before = try line(server, cookie)
        #expect((before["versions"] as? [[String: Any]])?.map { $0["is_coming"] as? Bool } == [false, true])
        #expect((before["adoptions"] as? [[String: Any]])?.first?["newer_exists"] as? Bool == false, "there is nothing to adopt yet")
        let adopt = #"{"item":"advice","version":2,"replaces":1}"#
        let planned = try server.ask("POST", "/api/v1/admin/halls/445102/adopt", [cookie], json: adopt)
        #expect(planned.status == 202 && planned["valid_from"] == "2099-01-01")
        #expect(try server.ask("GET", "/api/v1/catalogue/advice?hall=445102")["version"] == "1", "its day has not come")
        #expect((try line(server, cookie)["planned"] as? [[String: Any]])?.first?["hall_id"] as? String == "445102")
        let cancel = #"{"item":"advice","version":2}"#
        #expect(try server.ask("POST", "/api/v1/admin/halls/445102/planned-adoptions/cancel", [cookie], json: cancel).status == 204)
        #expect(try server.ask("POST", "/api/v1/admin/halls/445102/planned-adoptions/cancel", [cookie], json: cancel).status == 404)
        try server.stop()
    }

    /// The server was down when the day began.
    @Test func adoptsWhatFellDueAtItsStart() throws {
        let folder = try Self.filled()
        let store = try Self.store(folder)
        let editor = CatalogueEditor(account: Fixtures.administrator.id, at: Fixtures.now)
        let day = try #require(CivilDate("2020-01-01"))
        for name in ["二", "三"] {
            var item = Self.item
            item.name = name
            let newest = try store.newestVersions().first?.version
            guard case .saved(let draft) = try store.saveDraft(item, revision: 0, basedOn: newest, by: editor),
                case .published = try store.publishDraft(
                    of: item.code, revision: draft.revision, validFrom: day, adoptedBy: Fixtures.hall, halls: [Fixtures.hall], by: editor)
            else {
                Issue.record("not published")
                return
            }
        }
        let (server, cookie) = try open(folder)
        // A change of anything waits behind what is due.
        #expect(try server.ask("POST", "\(Self.path)/withdraw", [cookie], json: "{}").status == 200)
        #expect(try server.ask("POST", "\(Self.path)/restore", [cookie], json: "{}").status == 200)
        #expect(try server.ask("GET", "/api/v1/catalogue/advice?hall=445102")["version"] == "3")
        #expect(try Self.store(folder).plannedAdoptions().isEmpty)
        try server.stop()
    }

    @Test func withdrawsAnItemAndPutsItBack() throws {
        var (server, cookie) = try open()
        #expect(try server.ask("POST", "\(Self.path)/withdraw", [cookie], json: #"{"why":"政策有变"}"#).status == 200)
        for _ in 0..<2 {
            #expect(try server.ask("GET", "/api/v1/catalogue/advice").status == 404)
            #expect(try server.ask("GET", "/api/v1/catalogue/advice?version=1").status == 200, "whoever has a case of it can read it on")
            #expect((try object(server.ask("GET", "/api/v1/catalogue"))["items"] as? [Any])?.isEmpty == true)
            let withdrawn = try line(server, cookie)["withdrawn"] as? [String: Any]
            #expect(withdrawn?["why"] as? String == "政策有变" && withdrawn?["by"] as? String == Fixtures.administrator.name)
            #expect(try server.ask("POST", "\(Self.path)/withdraw", [cookie], json: "{}").status == 409)
            #expect(try server.ask("POST", "/api/v1/admin/halls/445102/adopt", [cookie], json: #"{"item":"advice","version":1,"replaces":1}"#).status == 409)
            try server.stop()
            (server, cookie) = try open(server.folder)
        }
        #expect(try server.ask("POST", "\(Self.path)/restore", [cookie], json: "{}").status == 200)
        #expect(try server.ask("GET", "/api/v1/catalogue/advice")["version"] == "1")
        #expect(try server.ask("POST", "/api/v1/admin/catalogue/nothing/withdraw", [cookie], json: "{}").status == 409)
        try server.stop()
    }

    // MARK: Files

    private func file(_ server: LiveServer, _ cookie: String, _ step: String, _ text: String, type: String = "text/csv") throws -> Reply {
        try server.ask("POST", "/api/v1/admin/catalogue-import/\(step)", [cookie], json: text, type: type)
    }

    @Test(arguments: [("csv", "text/csv"), ("json", "application/json")])
    func takesOutAndTakesInAsPreviewed(_ format: String, _ type: String) throws {
        let (server, cookie) = try open()
        let out = try server.ask("GET", "/api/v1/admin/catalogue-export?format=\(format)", [cookie])
        #expect(out.status == 200 && out.fields["content-type"]?.hasPrefix(type) == true)
        #expect(out.fields["content-disposition"]?.contains(".\(format)") == true)
        let same = try object(file(server, cookie, "preview", out.text, type: type))
        #expect((same["lines"] as? [[String: Any]])?.map { $0["change"] as? String } == ["unchanged"])

        let text = out.text.replacing("政策咨询", with: "政策解读")
        let preview = try object(file(server, cookie, "preview", text, type: type))
        let line = try #require((preview["lines"] as? [[String: Any]])?.first)
        #expect(line["change"] as? String == "changed" && line["from"] as? Int == 1 && line["version"] as? Int == 2)
        #expect(((line["differences"] as? [String: Any])?["fields"] as? [[String: Any]])?.map { $0["field"] as? String } == ["name"])
        let digest = try #require(preview["digest"] as? String)
        let another = try file(server, cookie, "commit?digest=\(digest)", text.replacing("政策解读", with: "别的"), type: type)
        #expect(another.status == 409 && another["code"] == "import_changed")
        #expect((try object(another)["preview"] as? [String: Any])?["digest"] as? String != digest)
        #expect(try file(server, cookie, "commit", text, type: type)["field"] == "digest")
        #expect(try Self.store(server.folder).itemVersions().count == 1)
        #expect(try file(server, cookie, "commit?digest=\(digest)", text, type: type).status == 200)
        #expect(try Self.store(server.folder).itemVersions().map(\.name) == ["政策咨询", "政策解读"])
        #expect(try server.ask("GET", "/api/v1/catalogue/advice")["version"] == "1", "no hall has adopted it")
        #expect(try file(server, cookie, "commit?digest=\(digest)", text, type: type).status == 409, "a second time it is another change")
        try server.stop()
    }

    @Test func refusesAFileWithAWrongColumnAsAWhole() throws {
        let (server, cookie) = try open()
        let out = try server.ask("GET", "/api/v1/admin/catalogue-export?format=csv", [cookie]).text.replacing("政策咨询", with: "政策解读")
        let preview = try object(file(server, cookie, "preview", out.replacing("办理对象", with: "对象")))
        let problems = try #require(preview["problems"] as? [[String: Any]])
        #expect(problems.map { $0["kind"] as? String } == ["unknown-column", "missing-column"])
        #expect(problems.map { $0["row"] as? Int } == [1, 1])
        #expect(problems.map { $0["column"] as? String } == ["对象", "办理对象"])
        #expect(preview["digest"] == nil)
        let refused = try file(server, cookie, "commit?digest=x", out.replacing("办理对象", with: "对象"))
        #expect(refused.status == 422 && refused["code"] == "item_has_problems")
        let cell = try object(file(server, cookie, "preview", out.replacing("S1", with: "")))
        #expect((cell["problems"] as? [[String: Any]])?.contains { $0["kind"] as? String == "missing" && $0["column"] as? String == "编码" } == true)
        #expect(try file(server, cookie, "preview", "{", type: "application/json").status == 200, "no catalogue at all is told like any problem")
        #expect(try file(server, cookie, "preview", out, type: "text/plain").status == 400)
        #expect(try Self.store(server.folder).itemVersions().count == 1)
        try server.stop()
    }
}

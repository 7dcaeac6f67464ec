import BrokerCore
import BrokerStore
import Foundation
import Scheduling
import SignalingProtocol
import Testing

@testable import BrokerServer

/// One hall with two seats, two agents and two administrators.
@Suite("Seat schedules over HTTP")
struct ScheduleRouteTests {
    private static let path = "/api/v1/admin/halls/445102/schedule"
    private static let colleague = AccountRow(
        id: AgentID(UUID()), account: "agent2", name: "林志远", hall: Fixtures.hall, roles: ["agent"], skills: Skills(),
        passwordHash: Fixtures.agent.passwordHash)
    private static let second = AccountRow(
        id: AgentID(UUID()), account: "admin2", name: "黄文博", hall: Fixtures.hall, roles: ["administrator"], skills: Skills(),
        passwordHash: Fixtures.agent.passwordHash)

    private func server() throws -> LiveServer {
        let folder = try TemporaryFolder()
        let store = try BrokerStore(path: folder.url.appending(path: "farwindow.sqlite").path)
        try store.seed(
            Seed(
                halls: [Hall(id: Fixtures.hall, name: "湘桥区办税服务厅")],
                seats: try ["01", "02"].map { Seat(id: try #require(SeatID("W\($0)")), hall: Fixtures.hall, number: $0, since: Fixtures.now) },
                items: [(Fixtures.item, true)], accounts: [Fixtures.agent, Fixtures.administrator, Self.colleague, Self.second]))
        // This year and the next, whichever they are.
        let year = ZoneRules.china.day(at: Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))).year
        for year in [year, year + 1] { try store.loadCalendar(year: year, days: [], source: "test") }
        return try LiveServer(folder: folder)
    }

    private func signIn(_ server: LiveServer, _ account: String = "admin1") throws -> String {
        let reply = try server.ask("POST", "/api/v1/staff/sign-in", json: #"{"account":"\#(account)","password":"\#(Fixtures.password)"}"#)
        return "Cookie: \(reply.cookie)"
    }

    private func object(_ reply: Reply) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(reply.text.utf8)) as? [String: Any], "\(reply.text)")
    }

    private static func id(_ number: Int) -> String { "00000000-0000-7000-8000-00000000010\(number)" }

    /// Every day of the week, so that it makes no difference when the test runs.
    private func shift(_ number: Int, weekday: Int = 1, seat: String = "W01", agent: AgentID? = nil, from: String = "09:00", to: String = "12:00") -> String {
        let who = agent.map { "\"\($0)\"" } ?? "null"
        let when = #""weekday":\#(weekday),"from":"\#(from)","to":"\#(to)""#
        let rest = #""seat_id":"\#(seat)","agent_id":\#(who),"covers":{},"capacity":1,"breaks":[]"#
        return #"{"kind":"put-shift","shift":{"id":"\#(Self.id(number))",\#(when),\#(rest)}}"#
    }

    private func change(_ server: LiveServer, _ cookie: String, _ revision: Int, _ changes: String...) throws -> Reply {
        try server.ask(
            "POST", Self.path + "/draft/changes", [cookie], json: #"{"revision":\#(revision),"changes":[\#(changes.joined(separator: ","))]}"#)
    }

    private func post(_ server: LiveServer, _ cookie: String, _ step: String, _ revision: Int, _ more: String = "") throws -> Reply {
        try server.ask("POST", Self.path + step, [cookie], json: #"{"revision":\#(revision)\#(more)}"#)
    }

    private func publish(_ server: LiveServer, _ cookie: String, _ changes: String...) throws {
        let draft = try object(
            server.ask("POST", Self.path + "/draft/changes", [cookie], json: #"{"revision":0,"changes":[\#(changes.joined(separator: ","))]}"#))
        let revision = try #require((draft["draft"] as? [String: Any])?["revision"] as? Int, "\(draft)")
        #expect(try post(server, cookie, "/draft/check", revision).status == 200)
        let reply = try post(server, cookie, "/draft/publish", revision, #","why":"冬季排班""#)
        #expect(reply.status == 200, "\(reply.text)")
    }

    @Test func isForAdministratorsAlone() throws {
        let server = try server()
        let agent = try signIn(server, "agent1")
        for path in ["", "/versions", "/versions/1", "/week"] {
            #expect(try server.ask("GET", Self.path + path).status == 401)
            #expect(try server.ask("GET", Self.path + path, [agent]).status == 403)
        }
        #expect(try change(server, agent, 0, shift(1)).status == 403)
        #expect(try server.ask("GET", "/api/v1/admin/calendars", [agent]).status == 403)
        #expect(try server.ask("GET", "/api/v1/admin/halls/999999/schedule", [try signIn(server)]).status == 404)
        try server.stop()
    }

    @Test func aDraftGoesFromTheFirstShiftToTheWeekThatIsPublished() throws {
        var server = try server()
        let cookie = try signIn(server)
        let made = try object(change(server, cookie, 0, shift(1, agent: Fixtures.agent.id), shift(2, seat: "W02")))
        #expect((made["draft"] as? [String: Any])?["revision"] as? Int == 1)
        #expect(made["can_undo"] as? Bool == true)
        let undone = try object(post(server, cookie, "/draft/undo", 1))
        #expect((((undone["draft"] as? [String: Any])?["body"] as? [String: Any])?["shifts"] as? [Any])?.count == 0)
        #expect(try post(server, cookie, "/draft/redo", 2).status == 200)
        let early = try post(server, cookie, "/draft/publish", 3, #","why":"x""#)
        #expect(early.status == 409 && early["code"] == "schedule_has_conflicts", "nobody checked it")
        let checked = try object(post(server, cookie, "/draft/check", 3))
        #expect((checked["draft"] as? [String: Any])?["state"] as? String == "checked")
        #expect((checked["conflicts"] as? [[String: Any]])?.contains { $0["severity"] as? String == "blocking" } == false)
        #expect(try post(server, cookie, "/draft/publish", 3, #","why":"""#)["field"] == "why")
        let published = try object(post(server, cookie, "/draft/publish", 3, #","why":"冬季""#))
        #expect((published["published"] as? [String: Any])?["version"] as? Int == 1)
        try server.stop()
        server = try LiveServer(folder: server.folder)
        let now = try object(server.ask("GET", Self.path, [cookie]))
        #expect(now["draft"] == nil)
        #expect((now["published"] as? [String: Any])?["published_by"] as? String == Fixtures.administrator.name)
        let monday = nextMonday().text
        let week = try object(server.ask("GET", Self.path + "/week?from=\(monday)&days=7", [cookie]))
        let days = try #require(week["days"] as? [[String: Any]])
        #expect(days.count == 7)
        let shifts = try #require(days[0]["shifts"] as? [[String: Any]])
        #expect(shifts.map { $0["starts_at"] as? String } == ["\(monday)T09:00:00.000+08:00", "\(monday)T09:00:00.000+08:00"])
        #expect(shifts[0]["planned_agent_id"] as? String == Fixtures.agent.id.description)
        #expect((days[0]["coverage"] as? [[String: Any]])?.map { $0["planned"] as? Int } == [2, 2, 2, 2, 2, 2])
        #expect((week["agents"] as? [[String: Any]])?.map { $0["name"] as? String } == ["陈小燕", "林志远"])
        #expect((week["seats"] as? [[String: Any]])?.count == 2)
        let versions = try object(server.ask("GET", Self.path + "/versions", [cookie]))
        #expect((versions["versions"] as? [[String: Any]])?.map { $0["why"] as? String } == ["冬季"])
        #expect(try server.ask("GET", Self.path + "/versions/1", [cookie]).status == 200)
        #expect(try server.ask("GET", Self.path + "/versions/2", [cookie]).status == 404)
        #expect(try post(server, cookie, "/versions/1/restore", 0).status == 200)
        #expect(try post(server, cookie, "/draft/discard", 4).status == 200)
        try server.stop()
    }

    @Test func theSecondAdministratorIsToldWhatChanged() throws {
        let server = try server()
        let (first, second) = (try signIn(server), try signIn(server, "admin2"))
        #expect(try change(server, first, 0, shift(1)).status == 200)
        let late = try change(server, second, 0, shift(1, from: "10:00"))
        #expect(late.status == 409)
        #expect(late["code"] == "schedule_changed")
        #expect(late["detail"] == ErrorCode.scheduleChanged.sentence(.simplifiedChinese))
        let since = try #require(try object(late)["changes_since"] as? [[String: Any]])
        #expect(since.map { $0["by"] as? String } == [Fixtures.administrator.name])
        #expect((since[0]["changes"] as? [[String: Any]])?.map { $0["kind"] as? String } == ["put-shift"])
        #expect(try change(server, second, 1, shift(2, seat: "W02")).status == 200)
        try server.stop()
    }

    @Test func conflictsNameTheirRowsAndARepairRemovesThem() throws {
        let server = try server()
        let cookie = try signIn(server)
        #expect(try change(server, cookie, 0, shift(1), shift(2, from: "11:00", to: "13:00")).status == 200)
        let checked = try object(post(server, cookie, "/draft/check", 1))
        let conflict = try #require((checked["conflicts"] as? [[String: Any]])?.first)
        #expect(conflict["kind"] as? String == "seat-double-booked")
        #expect(conflict["shift_ids"] as? [String] == [Self.id(1), Self.id(2)])
        let refused = try post(server, cookie, "/draft/publish", 1, #","why":"x""#)
        #expect(refused["code"] == "schedule_has_conflicts")
        #expect((try object(refused)["conflicts"] as? [Any])?.count == 1)
        let repair = try #require((conflict["repairs"] as? [[String: Any]])?.first)
        let body = try JSONSerialization.data(withJSONObject: ["revision": 1, "changes": try #require(repair["changes"])])
        #expect(try server.ask("POST", Self.path + "/draft/changes", [cookie], json: String(decoding: body, as: UTF8.self)).status == 200)
        #expect((try object(post(server, cookie, "/draft/check", 2))["conflicts"] as? [Any])?.count == 0)
        try server.stop()
    }

    @Test func badInputIsNamedAndChangesNothing() throws {
        let server = try server()
        let cookie = try signIn(server)
        let cases = [
            (shift(1, from: "22:00", to: "02:00"), "to"), (shift(1, weekday: 8), "weekday"), (shift(1, seat: "W09"), "seat_id"),
            (shift(1, agent: AgentID(UUID())), "agent_id"), (#"{"kind":"remove-shift","id":"\#(Self.id(9))"}"#, "id"),
            (#"{"kind":"copy-week","from":"2026-11-24","to":"2026-11-30"}"#, "from"), (#"{"kind":"put-exception","date":"2026-02-30"}"#, "date"),
        ]
        for (json, field) in cases {
            let reply = try change(server, cookie, 0, shift(3), json)
            #expect(reply.status == 422 && reply["field"] == field, "\(json): \(reply.text)")
        }
        #expect(try object(server.ask("GET", Self.path, [cookie]))["draft"] == nil)
        #expect(try post(server, cookie, "/draft/undo", 0)["code"] == "wrong_state")
        for query in ["?from=2026-02-30", "?days=0", "?days=99", "?of=nothing"] {
            #expect(try server.ask("GET", Self.path + "/week" + query, [cookie]).status == 422)
        }
        try server.stop()
    }

    // MARK: Calendars

    @Test func aYearIsLoadedAndAMissingOneIsNamed() throws {
        let server = try server()
        let cookie = try signIn(server)
        let body = #"{"source":"notice","days":[{"date":"2031-01-01","rule":"holiday","name":"元旦"},{"date":"2031-01-04","rule":"makeup-workday","name":"元旦"}]}"#
        let loaded = try object(server.ask("PUT", "/api/v1/admin/calendars/2031", [cookie], json: body))
        let years = try #require(loaded["years"] as? [[String: Any]])
        #expect((years.last?["days"] as? [[String: Any]])?.map { $0["rule"] as? String } == ["holiday", "makeup-workday"])
        #expect((loaded["missing"] as? [Int])?.contains(2031) == false)
        let bad = [
            (body, "2032", "date"), (body.replacing("2031-01-04", with: "2031-01-02"), "2031", "rule"),
            (body.replacing("2031-01-04", with: "2031-01-01"), "2031", "date"), (body.replacing("notice", with: ""), "2031", "source"),
        ]
        for (json, year, field) in bad {
            #expect(try server.ask("PUT", "/api/v1/admin/calendars/\(year)", [cookie], json: json)["field"] == field, "\(json)")
        }
        #expect(try server.ask("PUT", "/api/v1/admin/calendars/soon", [cookie], json: body).status == 404)
        try server.stop()
    }

    // MARK: Leave, swaps, subscriptions

    /// The same weekday for some weeks to come, so that no shift has begun.
    private func nextMonday() -> CivilDay {
        let today = ZoneRules.china.day(at: Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000)))
        return CivilDay(number: today.number + 15 - Int64(today.weekday.rawValue))
    }

    @Test func leaveAndSwapsReachTheWeekOnceTheyAreApproved() throws {
        let server = try server()
        let (admin, agent, colleague) = (try signIn(server), try signIn(server, "agent1"), try signIn(server, "agent2"))
        try publish(server, admin, shift(1, agent: Fixtures.agent.id))
        let monday = nextMonday()
        func agentOnMonday(_ key: String = "agent_id") throws -> String? {
            let week = try object(server.ask("GET", Self.path + "/week?from=\(monday.text)&days=1", [admin]))
            return ((week["days"] as? [[String: Any]])?.first?["shifts"] as? [[String: Any]])?.first?[key] as? String
        }
        let request = #"{"shift_id":"\#(Self.id(1))","date":"\#(monday.text)","to_agent_id":"\#(Self.colleague.id)"}"#
        #expect(try server.ask("POST", "/api/v1/staff/swaps", [colleague], json: request).status == 422, "to oneself")
        let swap = try server.ask("POST", "/api/v1/staff/swaps", [agent], json: request)
        #expect(swap.status == 201, "\(swap.text)")
        let id = try #require(try object(swap)["id"] as? String)
        let decision = "/api/v1/admin/halls/445102/swaps/\(id)/decision"
        #expect(try server.ask("POST", decision, [admin], json: #"{"approve":true}"#)["code"] == "wrong_state", "the colleague agrees first")
        #expect(try server.ask("POST", "/api/v1/staff/swaps/\(id)/answer", [agent], json: #"{"agree":true}"#)["code"] == "wrong_state")
        #expect(try server.ask("POST", "/api/v1/staff/swaps/\(id)/answer", [colleague], json: #"{"agree":true}"#).status == 200)
        #expect(try agentOnMonday() == Fixtures.agent.id.description)
        #expect(try server.ask("POST", decision, [admin], json: #"{"approve":true,"note":"好"}"#).status == 200)
        #expect(try agentOnMonday() == Self.colleague.id.description)
        #expect(try agentOnMonday("swap_id") == id)

        let leave = try server.ask(
            "POST", "/api/v1/staff/leaves", [colleague],
            json: #"{"from":"\#(monday.text)T00:00:00+08:00","to":"\#(monday.text)T23:59:00+08:00","reason":"体检"}"#)
        #expect(leave.status == 201)
        let leaveID = try #require(try object(leave)["id"] as? String)
        #expect(try agentOnMonday() == Self.colleague.id.description, "it was only asked for")
        let leaveDecision = "/api/v1/admin/halls/445102/leaves/\(leaveID)/decision"
        #expect(try server.ask("POST", leaveDecision, [agent], json: #"{"approve":true}"#).status == 403)
        #expect(try server.ask("POST", leaveDecision, [admin], json: #"{"approve":true,"note":""}"#).status == 200)
        #expect(try agentOnMonday() == nil)
        #expect(try agentOnMonday("leave_id") == leaveID)
        #expect((try object(server.ask("GET", "/api/v1/admin/halls/445102/leaves", [admin]))["leaves"] as? [Any])?.count == 1)
        #expect((try object(server.ask("GET", "/api/v1/admin/halls/445102/swaps", [admin]))["swaps"] as? [Any])?.count == 1)
        #expect((try object(server.ask("GET", "/api/v1/staff/leaves", [agent]))["leaves"] as? [Any])?.count == 0, "only one's own")
        #expect(try server.ask("POST", "/api/v1/staff/leaves/\(leaveID)/withdraw", [agent]).status == 404)
        #expect(try server.ask("POST", "/api/v1/staff/leaves/\(leaveID)/withdraw", [colleague]).status == 200)
        #expect(try agentOnMonday() == Self.colleague.id.description)
        for (json, field) in [
            (#"{"from":"2026-12-02T00:00:00Z","to":"2026-12-01T00:00:00Z","reason":"x"}"#, "to"),
            (#"{"from":"2026-12-01T00:00:00Z","to":"2026-12-02T00:00:00Z","reason":""}"#, "reason"),
        ] { #expect(try server.ask("POST", "/api/v1/staff/leaves", [agent], json: json)["field"] == field) }
        try server.stop()
    }

    /// A day after the last of year 9999 has no date that anybody could read.
    @Test func yearsThatNobodyPlansAreRefused() throws {
        let server = try server()
        let (admin, agent) = (try signIn(server), try signIn(server, "agent1"))
        for date in ["9999-12-31", "0000-01-01"] {
            #expect(try change(server, admin, 0, #"{"kind":"put-exception","date":"\#(date)"}"#)["field"] == "date")
            #expect(try server.ask("GET", Self.path + "/week?from=\(date)&days=31", [admin])["field"] == "from")
            let leave = try server.ask(
                "POST", "/api/v1/staff/leaves", [agent], json: #"{"from":"\#(date)T00:00:00-12:00","to":"\#(date)T23:59:59-12:00","reason":"x"}"#)
            #expect(leave["field"] == "from")
        }
        #expect(try change(server, admin, 0, #"{"kind":"copy-week","from":"2026-11-30","to":"9999-12-27"}"#)["field"] == "to")
        #expect(try object(server.ask("GET", Self.path, [admin]))["draft"] == nil, "nothing was kept")
        try server.stop()
    }

    @Test func anAddressOfOnesOwnShiftsCanBeRenewed() throws {
        let server = try server()
        let (admin, agent) = (try signIn(server), try signIn(server, "agent1"))
        try publish(server, admin, shift(1, agent: Fixtures.agent.id), shift(2, seat: "W02", agent: Self.colleague.id))
        func address() throws -> String {
            let reply = try object(server.ask("POST", "/api/v1/staff/shift-calendar", [agent], json: "{}"))
            let address = try #require(reply["address"] as? String)
            return String(address[try #require(address.range(of: "/calendars/")).lowerBound...])
        }
        let first = try address()
        let file = try server.ask("GET", first)
        #expect(file.status == 200)
        #expect(file.fields["content-type"] == "text/calendar; charset=utf-8")
        #expect(file.text.contains("UID:\(Self.id(1))-\(nextMonday().text)@farwindow"))
        #expect(!file.text.contains(Self.id(2)), "nobody else's")
        #expect(file.text.contains("SUMMARY:班次：01 号坐席"))
        let second = try address()
        #expect(try server.ask("GET", first).status == 404, "the old one is no longer good")
        #expect(try server.ask("GET", second).status == 200)
        #expect(try server.ask("GET", "/calendars/shifts/guess.ics").status == 404)
        #expect(try server.ask("POST", "/api/v1/staff/shift-calendar", [admin], json: "{}").status == 403)
        try server.stop()
    }
}

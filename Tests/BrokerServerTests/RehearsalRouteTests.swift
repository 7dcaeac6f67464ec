import BrokerCore
import BrokerStore
import Foundation
import Scheduling
import SignalingProtocol
import Testing

@testable import BrokerServer

/// A hall with two seats, hours on workdays from 9:00 to 12:00 and the calendar of 2026.
@Suite("Rehearsing over HTTP")
struct RehearsalRouteTests {
    private static let path = "/api/v1/admin/halls/445102/rehearsals"
    /// Monday.
    private static let monday = CivilDay(year: 2026, month: 11, day: 30)

    private func server(visits: Int = 0) throws -> LiveServer {
        let folder = try TemporaryFolder()
        let store = try BrokerStore(path: folder.url.appending(path: "farwindow.sqlite").path)
        try store.seed(
            Seed(
                halls: [Hall(id: Fixtures.hall, name: "湘桥区办税服务厅"), Hall(id: Fixtures.code("445103"), name: "潮安区办税服务厅")],
                seats: ["W01", "W02"].map { Seat(id: Fixtures.code($0), hall: Fixtures.hall, number: $0, since: Fixtures.now) },
                items: [(Fixtures.item, true)], accounts: [Fixtures.agent, Fixtures.administrator]))
        let nine = try #require(TimeOfDay(hour: 9, minute: 0))
        let noon = try #require(TimeOfDay(hour: 12, minute: 0))
        let span = try #require(ClockSpan(from: nine, to: noon))
        let workdays = [Weekday.monday, .tuesday, .wednesday, .thursday, .friday]
        let week = workdays.flatMap { day in ["W01", "W02"].map { Shift(id: ShiftID(UUID()), day: .weekly(day), time: span, seat: Fixtures.code($0)) } }
        try store.publish(
            HallSchedule(zone: "Asia/Shanghai", settings: ScheduleSettings(), week: week), in: Fixtures.hall, why: "GK",
            at: Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000)))
        try store.loadCalendar(year: 2026, days: [], source: "GK")
        for number in 0..<visits { try visit(number, store) }
        return try LiveServer(folder: folder)
    }

    /// Somebody came a week ago, at nine and some minutes, and was served or left after four minutes.
    private func visit(_ number: Int, _ store: BrokerStore) throws {
        let now = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
        let day = CivilDay(number: ZoneRules.china.day(at: now).number - 7)
        let at = ZoneRules.china.first(try #require(TimeOfDay(hour: 9, minute: 0)), on: day) + .seconds(Int64(number) * 40)
        let reference = ItemReference(code: Fixtures.item.code, version: 1, name: Fixtures.item.name)
        let citizen = CitizenID(UUID())
        let record = Case(
            id: CaseID(UUID()), number: "445102-\(number)", lookUpCode: "7K3M9QX2", citizen: citizen, citizenName: "王秀英", hall: Fixtures.hall,
            item: reference, openedAt: at)
        let served = number % 4 != 0
        var ticket = Ticket(
            id: TicketID(UUID()), number: "A001", hall: Fixtures.hall, item: reference, group: Fixtures.item.category, kind: .consultation,
            citizen: citizen, caseID: record.id, lane: .ordinary, language: nil, takenAt: at, state: served ? .done : .abandoned)
        ticket.endedAt = at + .minutes(4)
        ticket.firstRungAt = served ? at + .seconds(30) : nil
        var records: [StoreRecord] = [.broker(.serviceCase(record)), .broker(.ticket(ticket))]
        if served {
            let begin = at + .seconds(35)
            records.append(
                .broker(
                    .session(
                        Session(
                            id: SessionID(UUID()), ticket: ticket.id, ticketNumber: "A001", caseID: record.id, kind: .consultation, hall: Fixtures.hall,
                            seat: Fixtures.code("W01"), seatNumber: "01", agent: Fixtures.agent.id, agentName: "陈小燕", citizen: citizen,
                            citizenName: "王秀英", why: RoutingReason(lane: .ordinary, waitedMs: 1, candidateSeats: 1, earlierRings: 0, rule: .onlySeat),
                            startedAt: begin, transfer: nil, state: .closed, calls: 1, mediaEpoch: 0, deadline: nil, disposition: .advised, note: "",
                            endedAt: begin + .seconds(100), closedAt: begin + .seconds(120)))))
        }
        try store.commit(records)
    }

    private func signIn(_ server: LiveServer, _ account: String = "admin1") throws -> String {
        let reply = try server.ask("POST", "/api/v1/staff/sign-in", json: #"{"account":"\#(account)","password":"\#(Fixtures.password)"}"#)
        return "Cookie: \(reply.cookie)"
    }

    private func given(_ count: Double = 4, runs: Int = 2) -> String {
        let numbers = (0..<48).map { (18..<24).contains($0) ? "\(count)" : "0" }.joined(separator: ",")
        return #"""
            {"from":"2026-11-30","days":7,"of":"published","arrivals":"given","given":{"per_half_hour":[\#(numbers)],"handling_s":300},
            "service_level":{"percent":80,"within_s":60},"patience_s":240,"seed":5,"runs":\#(runs)}
            """#
    }

    private func object(_ reply: Reply) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(reply.text.utf8)) as? [String: Any], "\(reply.text)")
    }

    private func outcome(_ server: LiveServer, _ cookie: String, _ begun: Reply) throws -> Reply {
        #expect(begun.status == 202, "\(begun.text)")
        let location = try #require(begun.fields["location"])
        #expect(location == "\(Self.path)/\(try #require(begun["id"]))")
        return try server.await("the rehearsal's end", { try server.ask("GET", location, [cookie]) }) { $0["state"] != "running" }
    }

    @Test func aWeekOfGivenArrivalsIsReported() throws {
        let server = try server()
        let cookie = try signIn(server)
        let reply = try outcome(server, cookie, try server.ask("POST", Self.path, [cookie], json: given()))
        #expect(reply["state"] == "done", "\(reply.text)")
        #expect(reply["progress"] == "1")
        let report = try #require(try object(reply)["report"] as? [String: Any])
        let halves = try #require(report["half_hours"] as? [[String: Any]])
        #expect(halves.count == 7 * 48)
        let nine = halves[18]
        #expect(nine["at"] as? String == "2026-11-30T09:00:00.000+08:00")
        #expect(nine["planned"] as? Double == 2)
        // 4 in half an hour, 5 min 5 s and a minute each: 0.81 erlangs.
        let load = try #require(OfferedLoad(arrivals: 4, within: .minutes(30), handling: .seconds(365)))
        let goal = try #require(ServiceLevel(percent: 80, within: .seconds(60)))
        #expect(nine["needed_erlang_c"] as? Int == Staffing.seatsNeeded(for: load, goal: goal))
        #expect(nine["needed_erlang_a"] as? Int == Staffing.seatsNeeded(for: load, goal: goal, patience: .minutes(4)))
        let sunday = halves[6 * 48 + 20]
        #expect(sunday["planned"] as? Double == 0)
        let total = try #require(report["total"] as? [String: Any])
        #expect(total["planned_seat_hours"] as? Double == 30)
        #expect((total["served"] as? Double ?? 0) > 50)
        #expect((report["uncovered"] as? [Any])?.isEmpty == true)
        #expect(report["runs"] as? Int == 2)
        let again = try outcome(server, cookie, try server.ask("POST", Self.path, [cookie], json: given()))
        #expect(try object(again)["report"] as? NSDictionary == report as NSDictionary, "the same seed gives the same")
        try server.stop()
    }

    @Test func whatWasRecordedIsLearnedFrom() throws {
        let server = try server(visits: 60)
        let cookie = try signIn(server)
        let reply = try outcome(server, cookie, try server.ask("POST", Self.path, [cookie], json: #"{"from":"2026-11-30"}"#))
        let report = try #require(try object(reply)["report"] as? [String: Any], "\(reply.text)")
        let assumptions = try #require(report["assumptions"] as? [String: Any])
        #expect(assumptions["talk_mean_ms"] as? Int == 100_000)
        #expect(assumptions["wrap_up_mean_ms"] as? Int == 20_000)
        // 45 waited half a minute, 15 left after four: 82.5 minutes over 15.
        #expect(assumptions["patience_mean_ms"] as? Int == 330_000)
        // 60 on each day that is worked like the one day on which somebody came, or like the average of all days, which is that day.
        #expect(assumptions["expected_arrivals"] as? Double == 420)
        try server.stop()
    }

    @Test func whatCannotBeRehearsedSaysWhy() throws {
        let server = try server()
        let cookie = try signIn(server)
        func reason(_ json: String) throws -> String? { try outcome(server, cookie, try server.ask("POST", Self.path, [cookie], json: json))["reason"] }
        #expect(try reason(#"{"from":"2026-11-30"}"#) == "no-history")
        #expect(try reason(#"{"from":"2026-11-30","of":"draft"}"#) == "no-schedule")
        #expect(try reason(given().replacingOccurrences(of: "2026-11-30", with: "2026-12-28")) == "calendar-missing")
        try server.stop()
    }

    @Test func oneOfAHallAtATimeAndItCanBeCancelled() throws {
        let server = try server()
        let cookie = try signIn(server)
        let long = try server.ask("POST", Self.path, [cookie], json: given(300, runs: 20))
        #expect(long.status == 202)
        let second = try server.ask("POST", Self.path, [cookie], json: given())
        #expect(second.status == 409)
        #expect(second["code"] == "wrong_state")
        let location = try #require(long.fields["location"])
        #expect(try server.ask("DELETE", location, [cookie])["state"] == "cancelled")
        #expect(try server.ask("GET", location, [cookie])["state"] == "cancelled")
        let next = try outcome(server, cookie, try server.ask("POST", Self.path, [cookie], json: given(1, runs: 1)))
        #expect(next["state"] == "done")
        #expect(try server.ask("DELETE", try #require(next["id"].map { "\(Self.path)/\($0)" }), [cookie])["state"] == "done")
        try server.stop()
    }

    @Test func isForAdministratorsAndWithinBounds() throws {
        let server = try server()
        #expect(try server.ask("POST", Self.path, json: given()).status == 401)
        #expect(try server.ask("POST", Self.path, [try signIn(server, "agent1")], json: given()).status == 403)
        let cookie = try signIn(server)
        #expect(try server.ask("POST", "/api/v1/admin/halls/999999/rehearsals", [cookie], json: given()).status == 404)
        #expect(try server.ask("GET", "\(Self.path)/\(UUID())", [cookie]).status == 404)
        #expect(try server.ask("GET", "\(Self.path)/nothing", [cookie]).status == 404)
        let bad: [(String, String)] = [
            (#"{}"#, "from"), (#"{"from":"2026-02-30"}"#, "from"), (#"{"from":"2026-11-30","days":0}"#, "days"),
            (#"{"from":"2026-11-30","days":15}"#, "days"), (#"{"from":"2026-11-30","of":"old"}"#, "of"),
            (#"{"from":"2026-11-30","arrivals":"given"}"#, "given"),
            (#"{"from":"2026-11-30","arrivals":"given","given":{"per_half_hour":[1,2]}}"#, "per_half_hour"),
            (given(-1), "per_half_hour"), (given(2_001), "per_half_hour"), (given(1e300), "per_half_hour"),
            (#"{"from":"2026-11-30","service_level":{"percent":100,"within_s":20}}"#, "percent"),
            (#"{"from":"2026-11-30","service_level":{"percent":80,"within_s":-1}}"#, "within_s"),
            (#"{"from":"2026-11-30","patience_s":0}"#, "patience_s"), (#"{"from":"2026-11-30","runs":21}"#, "runs"),
            (#"{"from":"2026-11-30","weeks":0}"#, "weeks"), (#"{"from":"2026-11-30","seed":-1}"#, "seed"),
        ]
        for (json, field) in bad {
            let reply = try server.ask("POST", Self.path, [cookie], json: json)
            #expect(reply["code"] == "invalid_field", "\(json): \(reply.text)")
            #expect(reply["field"] == field, "\(json): \(reply.text)")
        }
        try server.stop()
    }
}

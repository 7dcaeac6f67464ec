import BrokerCore
import BrokerStore
import Foundation
import Identity
import Scheduling
import SignalingProtocol
import Synchronization
import Testing

@testable import BrokerServer

/// A hall with one seat, open day and night: every second half hour can be booked, once. All people are fictitious.
@Suite("Booking over HTTP")
struct AppointmentRouteTests {
    private struct Town {
        let server: LiveServer
        let cookies: [String]
        /// The half hours that can be booked.
        let times: [String]
    }

    private static func town(citizens: Int = 3, isOpen: Bool = true) throws -> Town {
        let folder = try TemporaryFolder()
        let store = try BrokerStore(path: folder.url.appending(path: "farwindow.sqlite").path)
        let now = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
        try store.seed(
            Seed(
                halls: [Hall(id: Fixtures.hall, name: "湘桥区办税服务厅")], seats: [Seat(id: Fixtures.code("W01"), hall: Fixtures.hall, number: "01", since: now)],
                items: [(Fixtures.item, true)], accounts: [Fixtures.agent, Fixtures.administrator]))
        if isOpen {
            let span = try #require(ClockSpan(from: .startOfDay, to: .endOfDay))
            let week = Weekday.allCases.map { Shift(id: ShiftID(UUID()), day: .weekly($0), time: span, seat: Fixtures.code("W01")) }
            let year = ZoneRules.china.day(at: now).year
            for year in [year, year + 1] { try store.loadCalendar(year: year, days: [], source: "made up") }
            try store.publish(HallSchedule(zone: "Asia/Shanghai", settings: ScheduleSettings(), week: week), in: Fixtures.hall, why: "GK", at: now)
        }
        let tokens = try (0..<citizens).map { number in
            let row = CitizenRow(id: CitizenID(UUID()), name: "市民\(number)", telephone: "13800000000", termsVersion: "1", signedInAt: now)
            let token = SignInToken()
            try store.commit([
                .citizen(row), .signIn(SignInRow(tokenHash: token.hash, role: .citizen, person: row.id.description, expiresAt: now + .minutes(60))),
            ])
            return "Cookie: __Host-farwindow_citizen=\(token.secret)"
        }
        let server = try LiveServer(folder: folder)
        return Town(server: server, cookies: tokens, times: try times(server, "days=3"))
    }

    private static func times(_ server: LiveServer, _ query: String) throws -> [String] {
        let days = try object(server.ask("GET", "/api/v1/halls/445102/slots?item=advice&\(query)"))["days"] as? [[String: Any]] ?? []
        return days.flatMap { $0["slots"] as? [[String: Any]] ?? [] }.compactMap { $0["starts_at"] as? String }
    }

    private static func object(_ reply: Reply) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(reply.text.utf8)) as? [String: Any], "\(reply.text)")
    }

    private static func hold(_ town: Town, _ citizen: Int, _ time: String, replaces: String? = nil) throws -> Reply {
        let old = replaces.map { "\"\($0)\"" } ?? "null"
        return try town.server.ask(
            "POST", "/api/v1/appointments", [town.cookies[citizen]],
            json: #"{"hall_id":"445102","item_code":"advice","kind":"consultation","language":null,"starts_at":"\#(time)","replaces":\#(old)}"#)
    }

    private static func act(_ town: Town, _ citizen: Int, _ id: String, _ act: String) throws -> Reply {
        try town.server.ask("POST", "/api/v1/appointments/\(id)/\(act)", [town.cookies[citizen], "Content-Length: 0"])
    }

    @Test func goesFromATimeToACalendar() throws {
        let town = try Self.town()
        #expect(town.times.count > 45)
        let slots = try Self.object(town.server.ask("GET", "/api/v1/halls/445102/slots?item=advice&days=1"))
        #expect(slots["slot_minutes"] as? Int == 30 && slots["zone"] as? String == "Asia/Shanghai" && slots["reason"] == nil)
        #expect(slots["next"] as? String == town.times[0])
        let held = try Self.hold(town, 0, town.times[3])
        #expect(held.status == 201 && held["state"] == "held" && held["number"] == "Y0001", "\(held.text)")
        let id = try #require(held["id"])
        #expect(try !Self.times(town.server, "days=3").contains(town.times[3]))
        #expect(try Self.act(town, 1, id, "book").status == 404, "somebody else's")
        #expect(try Self.act(town, 0, id, "book")["state"] == "booked")
        let early = try Self.act(town, 0, id, "check-in")
        #expect(early.status == 409 && early["code"] == "too_early")
        let list = try Self.object(town.server.ask("GET", "/api/v1/appointments", [town.cookies[0]]))
        #expect((list["appointments"] as? [[String: Any]])?.map { $0["state"] as? String } == ["booked"])
        let calendar = try town.server.ask("GET", "/api/v1/appointments/\(id)/calendar.ics", [town.cookies[0], "Accept-Language: zh-CN"])
        #expect(calendar.status == 200 && calendar.fields["content-type"] == "text/calendar; charset=utf-8")
        #expect(calendar.text.contains("SUMMARY:远窗预约 Y0001 政策咨询\r\n") && calendar.text.contains("STATUS:CONFIRMED\r\n"))
        #expect(calendar.text.split(separator: "\r\n").allSatisfy { $0.utf8.count <= 75 })
        #expect(try town.server.ask("GET", "/api/v1/appointments/\(id)/calendar.ics", [town.cookies[1]]).status == 404)

        let moved = try Self.hold(town, 0, town.times[5], replaces: id)
        #expect(moved.status == 201 && moved["replaces"] == id)
        let new = try #require(moved["id"])
        let booked = try Self.act(town, 0, new, "book")
        #expect(booked.status == 200)
        // Who books for a day further on than a sign-in lasts stays signed in until then; the row is stored with it.
        let kept = Int((booked.fields["set-cookie"] ?? "").split(separator: "Max-Age=").last?.prefix { $0.isNumber } ?? "0") ?? 0
        #expect(kept > 12 * 3_600 && kept < 16 * 24 * 3_600, "\(kept) seconds")
        let shut = try Self.hold(town, 1, town.times[3])
        #expect(shut.status == 409 && shut["code"] == "slot_shut")
        #expect(try Self.act(town, 0, new, "cancel")["state"] == "cancelled")
        let second = try Self.object(town.server.ask("GET", "/api/v1/appointments", [town.cookies[0]]))
        #expect((second["appointments"] as? [[String: Any]])?.map { $0["state"] as? String } == ["cancelled", "rescheduled"], "newest first")
        try town.server.stop()
    }

    @Test func tellsWhyNothingCanBeBooked() throws {
        let closed = try Self.town(isOpen: false)
        let reply = try Self.object(closed.server.ask("GET", "/api/v1/halls/445102/slots?item=advice"))
        #expect(reply["reason"] as? String == "no-schedule" && reply["next"] == nil)
        #expect((reply["days"] as? [Any])?.count == 7)
        try closed.server.stop()
    }

    @Test(
        "bad questions are refused",
        arguments: [
            ("/api/v1/halls/999999/slots?item=advice", 404), ("/api/v1/halls/445102/slots", 422), ("/api/v1/halls/445102/slots?item=nothing", 409),
            ("/api/v1/halls/445102/slots?item=advice&kind=pre-review", 409), ("/api/v1/halls/445102/slots?item=advice&kind=party", 422),
            ("/api/v1/halls/445102/slots?item=advice&language=latin", 422), ("/api/v1/halls/445102/slots?item=advice&from=2026-02-30", 422),
            ("/api/v1/halls/445102/slots?item=advice&days=0", 422), ("/api/v1/halls/445102/slots?item=advice&days=32", 422),
            ("/api/v1/halls/445102/slots?item=advice&days=x", 422), ("/api/v1/appointments", 401), ("/api/v1/admin/halls/445102/appointments", 401),
            ("/api/v1/appointments/x/calendar.ics", 401),
        ])
    func badQuestions(path: String, status: Int) throws {
        let town = try Self.town(citizens: 1)
        #expect(try town.server.ask("GET", path).status == status)
        try town.server.stop()
    }

    @Test func refusesBadWishes() throws {
        let town = try Self.town(citizens: 1)
        let post = { (json: String) in try town.server.ask("POST", "/api/v1/appointments", [town.cookies[0]], json: json) }
        #expect(try post("{}").status == 422)
        #expect(try post(#"{"hall_id":"445102","item_code":"advice","kind":"consultation","starts_at":"tomorrow"}"#)["field"] == "starts_at")
        #expect(try post(#"{"hall_id":"999999","item_code":"advice","kind":"consultation","starts_at":"\#(town.times[0])"}"#).status == 404)
        #expect(try post(#"{"hall_id":"445102","item_code":"advice","kind":"consultation","starts_at":"9999-12-31T23:59:59Z"}"#)["code"] == "slot_full")
        #expect(try post(#"{"hall_id":"445102","item_code":"advice","kind":"consultation","starts_at":"0001-01-01T00:00:00Z"}"#)["code"] == "slot_full")
        #expect(try Self.act(town, 0, "nothing", "book").status == 404)
        #expect(try Self.act(town, 0, "\(UUID())", "cancel").status == 404)
        try town.server.stop()
    }

    /// Exactly one of a hundred who ask at once gets the last place, and the store knows of one.
    @Test func givesTheLastPlaceToOneOfAHundred() throws {
        let town = try Self.town(citizens: 100)
        let time = try #require(town.times.last)
        let statuses = Mutex<[Int]>([])
        let codes = Mutex<Set<String>>([])
        DispatchQueue.concurrentPerform(iterations: 100) { citizen in
            guard let reply = try? Self.hold(town, citizen, time) else { return }
            statuses.withLock { $0.append(reply.status) }
            if let code = reply["code"] { codes.withLock { _ = $0.insert(code) } }
        }
        #expect(statuses.withLock { $0.sorted() } == [201] + Array(repeating: 409, count: 99))
        #expect(codes.withLock { $0 } == ["slot_full"])
        let signIn = try town.server.ask("POST", "/api/v1/staff/sign-in", json: #"{"account":"admin1","password":"\#(Fixtures.password)"}"#)
        let list = try Self.object(town.server.ask("GET", "/api/v1/admin/halls/445102/appointments?days=4", ["Cookie: \(signIn.cookie)"]))
        let appointments = try #require(list["appointments"] as? [[String: Any]])
        #expect(appointments.count == 1)
        #expect((appointments.first?["citizen_name"] as? String)?.hasPrefix("市民") == true)
        let loads = try #require(list["slots"] as? [[String: Any]])
        #expect(loads.filter { $0["starts_at"] as? String == time }.map { $0["taken"] as? Int } == [1])
        #expect(loads.reduce(0) { $0 + ($1["taken"] as? Int ?? 0) } == 1)
        let staff = try town.server.ask("POST", "/api/v1/staff/sign-in", json: #"{"account":"agent1","password":"\#(Fixtures.password)"}"#)
        #expect(try town.server.ask("GET", "/api/v1/admin/halls/445102/appointments", ["Cookie: \(staff.cookie)"]).status == 403)
        try town.server.stop()
    }

    @Test(
        "calendar lines are folded and escaped",
        arguments: [
            ("a,b;c\\d\ne", "a\\,b\\;c\\\\d\\ne"), ("\u{7}铃", "铃"), ("两行\r\n字", "两行\\n字"),
        ])
    func calendarText(text: String, escaped: String) {
        #expect(CalendarFile.escaped(text) == escaped)
        let long = String(repeating: "潮州😀", count: 40)
        let folded = CalendarFile.folded("SUMMARY:" + long)
        #expect(folded.components(separatedBy: "\r\n").allSatisfy { $0.utf8.count <= 75 })
        #expect(folded.replacingOccurrences(of: "\r\n ", with: "") == "SUMMARY:" + long)
    }
}

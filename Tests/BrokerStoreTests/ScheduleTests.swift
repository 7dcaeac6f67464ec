import BrokerCore
import GRDB
import Scheduling
import SignalingProtocol
import Testing

@testable import BrokerStore

@Suite("Stored hours")
struct ScheduleStoreTests {
    private func day(_ text: String) throws -> CivilDay { try #require(CivilDay(text)) }

    private func interval(_ from: String, _ to: String, covers: Coverage = .everything) throws -> ScheduleInterval {
        let (begin, end) = (try #require(TimeOfDay(from)), try #require(TimeOfDay(to)))
        return try #require(ScheduleInterval(from: begin, to: end, covers: covers))
    }

    private func schedule(hall: HallID = Fixtures.hall) throws -> ScheduleRow {
        let sign = Coverage(groups: ["登记"], kinds: [.consultation], languages: [.sign, .teochew])
        return ScheduleRow(
            hall: hall, zone: "Asia/Shanghai",
            week: [.monday: [try interval("09:00", "12:00"), try interval("14:00", "17:00", covers: sign)], .sunday: [try interval("00:00", "24:00")]],
            makeupWorkday: .friday,
            exceptions: [
                ScheduleRow.Exception(day: try day("2026-11-24"), note: "台风", intervals: []),
                ScheduleRow.Exception(day: try day("2027-01-02"), note: "加班", intervals: [try interval("10:00", "11:00")]),
            ], source: "GK")
    }

    @Test func comeBackAsTheyWereStored() throws {
        let desk = try Desk()
        #expect(try desk.store.schedules() == [])
        let schedule = try schedule()
        try desk.store.setSchedule(schedule)
        try desk.reopen()
        #expect(try desk.store.schedules() == [schedule])
    }

    @Test func areReplacedAsAWhole() throws {
        let desk = try Desk()
        try desk.store.setSchedule(try schedule())
        let plain = ScheduleRow(
            hall: Fixtures.hall, zone: "Europe/Berlin", week: [.tuesday: [try interval("08:00", "09:00")]], makeupWorkday: .monday, exceptions: [],
            source: "公告")
        try desk.store.setSchedule(plain)
        #expect(try desk.store.schedules() == [plain])
    }

    @Test func ofAnUnknownHallAreRefusedAndChangeNothing() throws {
        let desk = try Desk()
        try desk.store.setSchedule(try schedule())
        let nowhere = try #require(HallID("999999"))
        #expect(throws: StoreError.self) { try desk.store.setSchedule(try schedule(hall: nowhere)) }
        #expect(try desk.store.schedules().map(\.hall) == [Fixtures.hall])
    }

    @Test func aYearIsUnknownUntilItIsLoaded() throws {
        let desk = try Desk()
        #expect(try desk.store.calendar() == .empty)
        let days = [
            CalendarDayRow(day: try day("2026-10-01"), rule: .holiday, name: "国庆节"),
            CalendarDayRow(day: try day("2026-10-10"), rule: .makeupWorkday, name: "国庆节"),
        ]
        try desk.store.loadCalendar(year: 2026, days: days, source: "notice")
        #expect(
            try desk.store.calendar()
                == HolidayCalendar(years: [2026], rules: [try day("2026-10-01"): .holiday, try day("2026-10-10"): .makeupWorkday]))
        try desk.store.loadCalendar(year: 2026, days: Array(days.prefix(1)), source: "a corrected notice")
        #expect(try desk.store.calendar() == HolidayCalendar(years: [2026], rules: [try day("2026-10-01"): .holiday]))
    }

    @Test func aDayOfAnotherYearIsRefused() throws {
        let desk = try Desk()
        let wrong = CalendarDayRow(day: try day("2027-01-01"), rule: .holiday, name: "元旦")
        #expect(throws: StoreError.self) { try desk.store.loadCalendar(year: 2026, days: [wrong], source: "notice") }
        #expect(try desk.store.calendar() == .empty)
    }

    @Test(arguments: [
        "INSERT INTO schedule_interval (hall, weekday, date, from_minute, to_minute, covers) VALUES ('445102', 1, NULL, 600, 600, '{}')",
        "INSERT INTO schedule_interval (hall, weekday, date, from_minute, to_minute, covers) VALUES ('445102', 8, NULL, 600, 700, '{}')",
        "INSERT INTO schedule_interval (hall, weekday, date, from_minute, to_minute, covers) VALUES ('445102', 1, NULL, 600, 1441, '{}')",
        "INSERT INTO schedule_interval (hall, weekday, date, from_minute, to_minute, covers) VALUES ('445102', NULL, NULL, 600, 700, '{}')",
        "INSERT INTO schedule_interval (hall, weekday, date, from_minute, to_minute, covers) VALUES ('445102', NULL, '2026-05-05', 600, 700, '{}')",
        "INSERT INTO schedule_interval (hall, weekday, date, from_minute, to_minute, covers) VALUES ('445102', 1, NULL, 600, 700, 'x')",
        "INSERT INTO schedule_exception (hall, date, note) VALUES ('445102', '2026-02-30', '')",
        "INSERT INTO calendar_day (date, year, rule, name) VALUES ('2031-01-01', 2031, 'holiday', '')",
    ])
    func theSchemaRefuses(sql: String) throws {
        let desk = try Desk()
        try desk.store.setSchedule(try schedule())
        #expect(throws: DatabaseError.self) { try desk.store.pool.write { try $0.execute(sql: sql) } }
    }

    /// A database from before this version keeps its tickets and their places.
    @Test func aRowFromBeforeWaitsSinceItWasTaken() throws {
        let desk = try Desk()
        try desk.commit(.serviceCase(Fixtures.serviceCase()), .ticket(Fixtures.ticket()))
        try desk.damage("UPDATE ticket SET waiting_since_ms = NULL")
        let ticket = try #require(try desk.state().tickets.first)
        #expect(ticket.waitingSince == ticket.takenAt)
    }
}

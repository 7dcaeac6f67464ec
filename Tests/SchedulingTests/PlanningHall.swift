import Foundation
import SignalingProtocol
import Testing

@testable import Scheduling

/// A hall of a few seats and people whose schedule is made up by chance, with everything in it that can go wrong.
struct PlanningHall {
    static let groups = ["登记", "退税", "发票"]
    /// A Monday; the year after it is not loaded.
    static let monday = CivilDay(year: 2026, month: 12, day: 7)
    static let days = 28
    static let calendar = HolidayCalendar(
        years: [2026], rules: [CivilDay(year: 2026, month: 12, day: 9): .holiday, CivilDay(year: 2026, month: 12, day: 12): .makeupWorkday])

    let seats: [SeatID]
    let agents: [AgentID]
    var schedule: HallSchedule
    var roster: ScheduleRoster
    private var numbers: UInt64 = 0

    init(_ chances: inout Chances) throws {
        seats = try (1...4).map { try #require(SeatID("W0\($0)")) }
        agents = (1...5).map { Self.id(UInt64($0)) }
        let skills = (0..<5).map { _ in Coverage(groups: Set(Self.groups.filter { _ in chances.roll(3) > 0 })) }
        roster = ScheduleRoster(
            seats: seats.enumerated().map { .init(id: $1, isWithdrawn: $0 == 3) },
            agents: zip(agents, skills).enumerated().map { .init(id: $1.0, skills: $1.1, isSuspended: $0 == 4) },
            items: try Self.groups.enumerated().map {
                .init(code: try #require(ItemCode("I\($0)")), group: $1, kinds: $0 == 0 ? [.consultation, .preReview] : [.consultation])
            })
        var settings = ScheduleSettings()
        settings.dailyLimitMinutes = 360
        settings.weeklyLimitMinutes = 700
        schedule = HallSchedule(settings: settings)
        numbers = 1_000
        for day in 0..<Self.days where chances.roll(6) == 0 { _ = try schedule.put(CivilDay(number: Self.monday.number + Int64(day)), note: "") }
        let days: [Shift.Day] = [.weekly(.monday), .weekly(.tuesday), .weekly(.saturday)] + schedule.notes.keys.sorted().map { .dated($0) }
        for day in days { for _ in 0..<chances.roll(7) { _ = try schedule.put(try shift(&chances, day)) } }
    }

    mutating func shift(_ chances: inout Chances, _ day: Shift.Day) throws -> Shift {
        numbers += 1
        let from = 480 + chances.roll(12) * 30
        let to = from + 30 + chances.roll(10) * 30
        var shift = Shift(
            id: Self.id(numbers), day: day, time: try ClockSpan(from, to), seat: chances.pick(seats),
            agent: chances.roll(4) == 0 ? nil : chances.pick(agents),
            covers: Coverage(groups: Set(Self.groups.filter { _ in chances.roll(3) == 0 }), kinds: chances.roll(3) == 0 ? [.consultation] : []),
            capacity: chances.roll(3) + 1)
        if to - from > 60, chances.roll(2) == 0 { shift.breaks = [try ClockSpan(from + 15, from + 45)] }
        return shift
    }

    static func id<Subject>(_ number: UInt64) -> Identifier<Subject> {
        let bytes = withUnsafeBytes(of: number.bigEndian) { Array($0) }
        return Identifier(UUID(uuid: (0, 0, 0, 0, 0, 0, 0x70, 0, bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7])))
    }

    func check(_ other: HallSchedule? = nil) -> ScheduleCheck {
        ScheduleCheck(
            other ?? schedule, zone: .china, calendar: Self.calendar, roster: roster, from: Self.monday, days: Self.days,
            newID: { ShiftID(UUID()) })
    }

    func applying(_ changes: [ScheduleChange]) throws -> ScheduleEdit {
        try schedule.applying(changes, calendar: Self.calendar, newID: { ShiftID(UUID()) })
    }

    /// The minutes of a shift in which somebody sits there, counted one by one.
    static func worked(_ shift: Shift) -> Set<Int> {
        Set(
            (shift.time.from.minute..<shift.time.to.minute).filter { minute in
                !shift.breaks.contains { $0.from.minute <= minute && minute < $0.to.minute }
            })
    }

    /// Rows by the day that they stand on, and nothing cleverer.
    func rows(_ day: Shift.Day) -> [Shift] { schedule.shifts.values.filter { $0.day == day } }

    var sources: [Shift.Day] { Weekday.allCases.map { .weekly($0) } + schedule.notes.keys.map { .dated($0) } }

    func source(of date: CivilDay) -> Shift.Day? {
        if schedule.notes[date] != nil { return .dated(date) }
        switch date.text {
        case "2026-12-09": return nil
        case "2026-12-12": return .weekly(.monday)
        default: return date.year == 2026 ? .weekly(date.weekday) : nil
        }
    }
}

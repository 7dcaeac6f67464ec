import Foundation
import SignalingProtocol
import Testing

@testable import Scheduling

/// A sequence of chances that is the same in every run (SplitMix64).
struct Chances {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func roll(_ count: Int) -> Int {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return Int((mixed ^ (mixed >> 31)) % UInt64(count))
    }

    mutating func pick<Element>(_ choices: [Element]) -> Element { choices[roll(choices.count)] }
}

/// A zone's clocks, walked minute by minute. Slow, and too simple to be wrong.
struct MinuteWalk {
    struct Minute {
        let at: Instant
        let day: Int64
        let minute: Int
    }

    private(set) var minutes: [Minute] = []

    init(zone: ZoneRules, from: Instant, days: Int) {
        for count in 0..<days * 1_440 {
            let at = from + .minutes(Int64(count))
            var offset = zone.offset
            for step in zone.steps where step.at <= at { offset = step.offset }
            let local = at.milliseconds + offset.count
            minutes.append(Minute(at: at, day: local / 86_400_000, minute: Int(local % 86_400_000 / 60_000)))
        }
    }

    /// The minutes of one day between two times: from the first that shows `from` or later to the last before `to`.
    func open(_ day: CivilDay, from: Int, to: Int) -> Set<Instant> {
        let own = minutes.indices.filter { minutes[$0].day == day.number }
        guard let first = own.first(where: { minutes[$0].minute >= from }), let last = own.last(where: { minutes[$0].minute < to }), first <= last
        else { return [] }
        return Set(minutes[first...last].map(\.at))
    }
}

/// A schedule as a plain table, from which both the schedule and the oracle's answer are made.
struct ScheduleTable {
    struct Row {
        let from: Int
        let to: Int
        let group: String?
        /// Minutes from `from` on after which a pause begins, and how long it is.
        var pause: (after: Int, lasts: Int)?
    }

    var week: [Int: [Row]] = [:]
    var exceptions: [Int64: [Row]] = [:]
    var holidays: Set<Int64> = []
    var makeupWorkdays: Set<Int64> = []

    /// - Parameter days: those that may be exceptions, holidays or make-up workdays.
    init(_ chances: inout Chances, days: Range<Int64>) {
        for weekday in 1...7 where chances.roll(5) > 0 { week[weekday] = Self.rows(&chances) }
        for day in days {
            switch chances.roll(12) {
            case 0: exceptions[day] = Self.rows(&chances)
            case 1: exceptions[day] = []
            case 2, 3: holidays.insert(day)
            case 4: makeupWorkdays.insert(day)
            default: break
            }
        }
    }

    private static func rows(_ chances: inout Chances) -> [Row] {
        (0..<chances.roll(4)).compactMap { _ in
            // Often on the hour, so that intervals touch; mostly at night, where the clocks step; sometimes the whole day.
            let step = chances.pick([1, 30, 60])
            let night = chances.pick([240, 240, 1_440])
            let from = chances.roll(4) == 0 ? 0 : chances.roll(night / step) * step
            let to = chances.roll(4) == 0 ? 1_440 : (chances.roll(night / step) + 1) * step
            guard from < to else { return nil }
            var row = Row(from: from, to: to, group: chances.pick([nil, "登记", "退税"]))
            if to - from > 2, chances.roll(3) == 0 {
                let after = chances.roll(to - from - 2) + 1
                row.pause = (after, chances.roll(to - from - after - 1) + 1)
            }
            return row
        }
    }

    func rows(on day: Int64) -> [Row] {
        if let exception = exceptions[day] { return exception }
        if holidays.contains(day) { return [] }
        return week[makeupWorkdays.contains(day) ? 1 : Int((day + 3) % 7) + 1] ?? []
    }

    func schedule(zone: ZoneRules, years: Set<Int64>) throws -> SeatSchedule {
        var rules: [CivilDay: HolidayCalendar.Rule] = [:]
        for day in holidays { rules[CivilDay(number: day)] = .holiday }
        for day in makeupWorkdays.subtracting(holidays) { rules[CivilDay(number: day)] = .makeupWorkday }
        let weekly = week.compactMap { number, rows in Weekday(rawValue: number).map { (Shift.Day.weekly($0), rows) } }
        let dated = exceptions.map { (Shift.Day.dated(CivilDay(number: $0)), $1) }
        var hall = HallSchedule(zone: zone.name)
        for day in exceptions.keys { _ = try hall.put(CivilDay(number: day), note: "") }
        for (day, rows) in weekly + dated {
            for (place, row) in rows.enumerated() { _ = try hall.put(try Self.shift(row, day, seat: place)) }
        }
        return SeatSchedule(hall, zone: zone, calendar: HolidayCalendar(years: years, rules: rules))
    }

    private static func shift(_ row: Row, _ day: Shift.Day, seat: Int) throws -> Shift {
        let pause = try row.pause.map { try ClockSpan($0.after + row.from, $0.after + row.from + $0.lasts) }
        return Shift(
            id: ShiftID(UUID()), day: day, time: try ClockSpan(row.from, row.to), seat: try #require(SeatID("S\(seat)")),
            covers: Coverage(groups: row.group.map { [$0] } ?? []), breaks: pause.map { [$0] } ?? [])
    }
}

extension ClockSpan {
    /// In minutes since midnight.
    init(_ from: Int, _ to: Int) throws {
        self.init(
            from: try #require(TimeOfDay(hour: from / 60, minute: from % 60)), to: try #require(TimeOfDay(hour: to / 60, minute: to % 60)))
    }
}

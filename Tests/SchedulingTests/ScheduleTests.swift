import Foundation
import SignalingProtocol
import Testing

@testable import Scheduling

@Suite("A seat schedule")
struct ScheduleTests {
    /// The zone's clocks step once or twice within the days, at midnight, at night or in the afternoon, by half an hour or an hour, either way.
    private func zone(_ chances: inout Chances, from: Instant) -> ZoneRules {
        let offset = Milliseconds.minutes(Int64(chances.roll(25) - 12) * 60)
        var steps: [ZoneRules.Step] = []
        var current = offset
        for number in 0..<chances.roll(3) {
            let day = 3 + number * 4 + chances.roll(3)
            let hour = chances.pick([0, 1, 2, 3, 14])
            let change = chances.pick([30, 60] as [Int64]) * (chances.roll(2) == 0 ? 1 : -1)
            // Backwards over midnight would make one day of two pieces, which no zone does.
            guard change > 0 || hour == 0 || hour > 1 else { continue }
            let begin = (from.milliseconds / 86_400_000 + Int64(day)) * 86_400_000
            let at = Instant(milliseconds: begin + Int64(hour) * 3_600_000 - current.count)
            current = Milliseconds(current.count + change * 60_000)
            steps.append(ZoneRules.Step(at: at, offset: current))
        }
        return ZoneRules(name: "Test/Zone", offset: offset, steps: steps)
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func agreesWithAWalkFromMinuteToMinute(seed: UInt64) throws {
        var chances = Chances(seed: seed)
        let begin = Instant(milliseconds: 20_780 * 86_400_000)
        let zone = zone(&chances, from: begin)
        let walk = MinuteWalk(zone: zone, from: begin, days: 16)
        let firstDay = (walk.minutes.first?.day ?? 0) + 1
        let lastDay = (walk.minutes.last?.day ?? 0) - 1
        let table = ScheduleTable(&chances, days: firstDay..<lastDay + 1)
        let schedule = try table.schedule(zone: zone, years: [2026])
        let need = chances.pick([ScheduleNeed.anything, ScheduleNeed(group: "登记")])

        var open: Set<Instant> = []
        for day in firstDay...lastDay {
            for row in table.rows(on: day) where need.group == nil || row.group == nil || row.group == need.group {
                var staffed = walk.open(CivilDay(number: day), from: row.from, to: row.to)
                if let pause = row.pause {
                    staffed.subtract(walk.open(CivilDay(number: day), from: row.from + pause.after, to: row.from + pause.after + pause.lasts))
                }
                open.formUnion(staffed)
            }
        }
        let asked = walk.minutes.filter { ($0.day >= firstDay) && $0.day < lastDay }
        var wrong: [String] = []
        for minute in asked where chances.roll(20) == 0 {
            let expected: Opening?
            if open.contains(minute.at) {
                var end = minute.at
                while open.contains(end) { end = end + .minutes(1) }
                // What the next day does is beyond what was walked.
                expected = zone.day(at: end).number > lastDay ? nil : .open(until: end)
            } else {
                var next = minute.at
                while !open.contains(next), next < (asked.last?.at ?? next) { next = next + .minutes(1) }
                expected = open.contains(next) ? .opens(at: next) : nil
            }
            guard let expected else { continue }
            let found = schedule.nextOpening(after: minute.at, for: need)
            if found != expected { wrong.append("\(minute.at.rfc3339): \(found), not \(expected)") }
        }
        // The outlook is the same, told at once.
        guard let first = asked.first else { return }
        let outlook = schedule.outlook(from: first.at, days: 12)
        let told = TimeSet(outlook.stretches.filter { $0.covers.covers(need) }.map(\.time))
        for minute in asked where minute.day < firstDay + 12 && told.contains(minute.at) != open.contains(minute.at) {
            wrong.append("\(minute.at.rfc3339): the outlook differs")
        }
        #expect(wrong.prefix(3) == [], "seed \(seed)")
    }

    // MARK: Days of 23 and 25 hours

    /// Berlin: on 2026-03-29 02:00 becomes 03:00, on 2026-10-25 03:00 becomes 02:00.
    private let berlin = ZoneRules(
        name: "Europe/Berlin", offset: .minutes(60),
        steps: [
            ZoneRules.Step(at: Instant(milliseconds: 1_774_746_000_000), offset: .minutes(120)),
            ZoneRules.Step(at: Instant(milliseconds: 1_792_890_000_000), offset: .minutes(60)),
        ])

    private typealias Interval = (time: ClockSpan, covers: Coverage)

    private func interval(_ from: String, _ to: String, covers: Coverage = .everything) throws -> Interval {
        (ClockSpan(from: try #require(TimeOfDay(from)), to: try #require(TimeOfDay(to))), covers)
    }

    /// A hall with as many seats as a day has intervals.
    private func schedule(
        _ zone: ZoneRules, week: [Weekday: [Interval]], exceptions: [CivilDay: [Interval]] = [:], calendar: HolidayCalendar
    ) throws -> SeatSchedule {
        func shifts(_ intervals: [Interval], _ day: Shift.Day) throws -> [Shift] {
            try intervals.enumerated().map { place, interval in
                Shift(id: ShiftID(UUID()), day: day, time: interval.time, seat: try #require(SeatID("S\(place)")), covers: interval.covers)
            }
        }
        let hall = try HallSchedule(
            zone: zone.name, settings: ScheduleSettings(), week: week.flatMap { try shifts($1, .weekly($0)) },
            exceptions: exceptions.map { DayException(date: $0, note: "", shifts: try shifts($1, .dated($0))) })
        return SeatSchedule(hall, zone: zone, calendar: calendar)
    }

    private func dated<Value>(_ values: [String: Value]) throws -> [CivilDay: Value] {
        try Dictionary(uniqueKeysWithValues: values.map { (try #require(CivilDay($0)), $1) })
    }

    private func hours(_ day: String, from: String, to: String, zone: ZoneRules) throws -> Int64? {
        let date = try #require(CivilDay(day))
        let interval = try interval(from, to)
        let schedule = try schedule(zone, week: [date.weekday: [interval]], calendar: HolidayCalendar(years: [2026], rules: [:]))
        return try #require(schedule.stretches(on: date)).first.map { ($0.time.upperBound - $0.time.lowerBound).count / 60_000 }
    }

    private static let stretches: [(day: String, from: String, to: String, minutes: Int64?)] = [
        ("2026-03-29", "00:00", "24:00", 1_380), ("2026-10-25", "00:00", "24:00", 1_500), ("2026-10-24", "00:00", "24:00", 1_440),
        ("2026-03-29", "01:00", "04:00", 120), ("2026-10-25", "01:00", "04:00", 240), ("2026-03-29", "02:30", "03:30", 30),
        // Twice the clocks show half past two.
        ("2026-10-25", "02:30", "02:45", 75),
        // What is left out is no time at all.
        ("2026-03-29", "02:10", "02:50", nil), ("2026-03-29", "02:00", "03:00", nil), ("2026-03-29", "02:00", "03:01", 1),
        ("2026-03-29", "09:00", "12:00", 180),
    ]

    @Test(arguments: stretches)
    func isAsLongAsItsDay(day: String, from: String, to: String, minutes: Int64?) throws {
        #expect(try hours(day, from: from, to: to, zone: berlin) == minutes)
    }

    // MARK: The pilot's year

    private func office(years: Set<Int64> = [2026], rules: [String: HolidayCalendar.Rule] = [:], exceptions: [String: [Interval]] = [:]) throws
        -> SeatSchedule
    {
        let day = try [("09:00", "12:00"), ("14:00", "17:00")].map { try interval($0, $1) }
        return try schedule(
            .china, week: Dictionary(uniqueKeysWithValues: [Weekday.monday, .tuesday, .wednesday, .thursday, .friday].map { ($0, day) }),
            exceptions: try dated(exceptions),
            calendar: HolidayCalendar(years: years, rules: try dated(rules)))
    }

    private func at(_ time: String) throws -> Instant { try #require(Instant(rfc3339: time + ":00+08:00")) }

    @Test func tellsTheNextOpening() throws {
        // The autumn of 2026: a make-up Sunday, two holidays, a make-up Saturday.
        var rules: [String: HolidayCalendar.Rule] = ["2026-09-20": .makeupWorkday, "2026-09-25": .holiday, "2026-10-10": .makeupWorkday]
        for day in 1...7 { rules["2026-10-0\(day)"] = .holiday }
        let office = try office(rules: rules)
        #expect(office.nextOpening(after: try at("2026-09-21T10:00")) == .open(until: try at("2026-09-21T12:00")))
        #expect(office.nextOpening(after: try at("2026-09-21T12:00")) == .opens(at: try at("2026-09-21T14:00")))
        #expect(office.nextOpening(after: try at("2026-09-18T17:00")) == .opens(at: try at("2026-09-20T09:00")), "a Sunday that is worked")
        #expect(office.nextOpening(after: try at("2026-09-24T18:00")) == .opens(at: try at("2026-09-28T09:00")), "a holiday and its weekend")
        #expect(office.nextOpening(after: try at("2026-09-30T17:00")) == .opens(at: try at("2026-10-08T09:00")))
        #expect(office.nextOpening(after: try at("2026-10-09T17:00")) == .opens(at: try at("2026-10-10T09:00")))
        #expect(office.nextOpening(after: try at("2026-10-10T17:00")) == .opens(at: try at("2026-10-12T09:00")))
    }

    @Test func computesNoYearThatWasNotLoaded() throws {
        let office = try office()
        #expect(office.nextOpening(after: try at("2026-12-31T16:59")) == .open(until: try at("2026-12-31T17:00")))
        #expect(office.nextOpening(after: try at("2026-12-31T17:00")) == .unknown(missingYear: 2027))
        #expect(office.nextOpening(after: try at("2027-03-01T10:00")) == .unknown(missingYear: 2027))
        let outlook = office.outlook(from: try at("2026-12-30T12:00"), days: 30)
        #expect(outlook.missingYear == 2027)
        #expect(outlook.knownUntil == (try at("2027-01-01T00:00")))
        #expect(
            outlook.stretches.map(\.time.lowerBound.rfc3339) == [
                "2026-12-30T14:00:00.000+08:00", "2026-12-31T09:00:00.000+08:00", "2026-12-31T14:00:00.000+08:00",
            ])
        #expect(try self.office(years: []).nextOpening(after: try at("2026-11-23T10:00")) == .unknown(missingYear: 2026))
    }

    @Test func aDatedExceptionIsKnownInAnyYear() throws {
        let morning = try interval("10:00", "11:00")
        let office = try office(rules: ["2026-10-01": .holiday], exceptions: ["2026-10-01": [morning], "2026-11-23": [], "2027-01-01": [morning]])
        #expect(office.nextOpening(after: try at("2026-10-01T00:00")) == .opens(at: try at("2026-10-01T10:00")), "it outdoes the holiday")
        #expect(office.nextOpening(after: try at("2026-11-23T00:00")) == .opens(at: try at("2026-11-24T09:00")))
        #expect(office.nextOpening(after: try at("2026-12-31T17:00")) == .opens(at: try at("2027-01-01T10:00")))
        #expect(office.nextOpening(after: try at("2027-01-01T11:00")) == .unknown(missingYear: 2027))
    }

    @Test func asksWhatIsCovered() throws {
        let all = try interval("09:00", "10:00")
        let sign = try interval("10:00", "11:00", covers: Coverage(kinds: [.consultation], languages: [.sign]))
        let office = try schedule(.china, week: [.monday: [all, sign]], calendar: HolidayCalendar(years: [2026], rules: [:]))
        let half = try at("2026-11-23T09:30")
        #expect(office.nextOpening(after: half) == .open(until: try at("2026-11-23T11:00")), "one goes on where the other ends")
        #expect(office.nextOpening(after: half, for: ScheduleNeed(kind: .preReview)) == .open(until: try at("2026-11-23T10:00")))
        #expect(office.nextOpening(after: half, for: ScheduleNeed(kind: .consultation, language: .sign)) == .open(until: try at("2026-11-23T11:00")))
        let later = try at("2026-11-23T10:30")
        #expect(office.nextOpening(after: later, for: ScheduleNeed(kind: .consultation, language: .teochew)) == .opens(at: try at("2026-11-30T09:00")))
    }

    @Test func goesOnOverMidnight() throws {
        let night = try interval("22:00", "24:00")
        let morning = try interval("00:00", "02:00")
        let office = try schedule(.china, week: [.monday: [night], .tuesday: [morning]], calendar: HolidayCalendar(years: [2026], rules: [:]))
        #expect(office.nextOpening(after: try at("2026-11-23T23:00")) == .open(until: try at("2026-11-24T02:00")))
    }

    // MARK: Bad input

    @Test(arguments: ["9:00", "09:60", "24:01", "", "09", "-1:00", "09:00:00", "０9:00", "aa:bb"])
    func takesNoTimeThatIsNone(text: String) { #expect(TimeOfDay(text) == nil) }

    @Test(arguments: ["2026-02-29", "2026-13-01", "26-01-01", "2026-1-1", "2026-01-01T00:00", ""])
    func takesNoDateThatIsNone(text: String) { #expect(CivilDay(text) == nil) }

    @Test func theDayEndsAtTwentyFour() {
        #expect(TimeOfDay("24:00") == .endOfDay)
        #expect(TimeOfDay.endOfDay.text == "24:00")
    }
}

@Suite("A set of times")
struct TimeSetTests {
    private func minute(_ number: Int) -> Instant { Instant(milliseconds: Int64(number)) }

    private func ranges(_ chances: inout Chances) -> [Range<Instant>] {
        (0..<chances.roll(7)).map { _ in
            let begin = chances.roll(60)
            return minute(begin)..<minute(begin + chances.roll(15))
        }
    }

    @Test(arguments: 1...300 as ClosedRange<UInt64>)
    func agreesWithCounting(seed: UInt64) {
        var chances = Chances(seed: seed)
        let (left, right) = (ranges(&chances), ranges(&chances))
        let (one, two) = (TimeSet(left), TimeSet(right))
        let (union, shared, rest) = (one.union(two), one.intersection(two), one.subtracting(two))
        var agrees = true
        let isIn = { (ranges: [Range<Instant>], at: Instant) in ranges.contains { $0.contains(at) } }
        for number in -1...80 {
            let at = minute(number)
            let (isLeft, isRight) = (isIn(left, at), isIn(right, at))
            let next = (number...80).first { isIn(left, minute($0)) }
            let isNext = one.next(after: at).map { max($0.lowerBound, at) } == next.map(minute)
            agrees = agrees && isNext && one.contains(at) == isLeft && union.contains(at) == (isLeft || isRight)
            agrees = agrees && shared.contains(at) == (isLeft && isRight) && rest.contains(at) == (isLeft && !isRight)
        }
        #expect(agrees, "seed \(seed): \(left), \(right)")
        for set in [one, union, shared, rest] {
            #expect(zip(set.stretches, set.stretches.dropFirst()).allSatisfy { $0.upperBound < $1.lowerBound })
            #expect(set.stretches.allSatisfy { !$0.isEmpty })
        }
    }
}

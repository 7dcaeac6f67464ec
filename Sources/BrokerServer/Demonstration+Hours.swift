import BrokerStore
import Foundation
import Scheduling
import SignalingProtocol

extension Demonstration {
    /// Gives the demonstration's halls a published week with seats and people, and loads the public holidays of the years whose notice is known.
    ///
    /// They only tell when somebody comes: whoever signs on serves at any hour, so the demonstration works at night too.
    /// - Throws: a sentence saying which file or entry is wrong.
    static func seedHours(_ store: BrokerStore, from directory: URL, at now: Instant) throws {
        let hours = try read(SeedHours.self, directory.appending(path: "hours.json"))
        let calendar = try read(SeedReference.self, directory.appending(path: "reference.json")).calendar
        for year in calendar.years {
            let days = [(year.holidays, HolidayCalendar.Rule.holiday), (year.makeupWorkdays, .makeupWorkday)].flatMap { days, rule in
                days.map { CalendarDayRow(day: $0.date, rule: rule, name: $0.name) }
            }
            try store.loadCalendar(year: year.year, days: days, source: calendar.source)
        }
        let accounts = Dictionary(try store.accounts().map { ($0.account, $0) }, uniquingKeysWith: { first, _ in first })
        let seats = Dictionary(grouping: try store.loadState(at: now).seats, by: \.hall)
        for schedule in hours.schedules {
            let hall: HallID = try code(schedule.hall)
            try store.publish(schedule.body(seats: (seats[hall] ?? []).map(\.id), accounts, at: now), in: hall, why: hours.source, at: now)
        }
    }
}

/// `hours.json`.
private struct SeedHours: Decodable {
    struct Interval: Decodable {
        let from: TimeOfDay
        let to: TimeOfDay
        let covers: Coverage?
        /// At these seats only.
        let seats: [SeatID]?
        let breaks: [ClockSpan]?
        let capacity: Int?
    }

    struct Schedule: Decodable {
        let halls: [String]
        let zone: String
        let weekdays: [Weekday]
        let intervals: [Interval]
        let makeupWorkday: Weekday
        /// Which account sits at which seat; at the others whoever signs on.
        let duty: [String: String]?
    }

    let source: String
    let schedules: [OneHall]

    struct OneHall {
        let hall: String
        let schedule: Schedule

        /// Every interval at each of its seats, on each day of the week.
        func body(seats: [SeatID], _ accounts: [String: AccountRow], at now: Instant) throws -> HallSchedule {
            var settings = ScheduleSettings()
            settings.makeupWorkday = schedule.makeupWorkday
            var shifts: [Shift] = []
            for weekday in schedule.weekdays {
                for interval in schedule.intervals {
                    for seat in seats where interval.seats?.contains(seat) ?? true {
                        shifts.append(
                            Shift(
                                id: ShiftID(madeAt: now), day: .weekly(weekday), time: ClockSpan(from: interval.from, to: interval.to), seat: seat,
                                agent: schedule.duty?[seat.text].flatMap { accounts[$0]?.id }, covers: interval.covers ?? .everything,
                                capacity: interval.capacity ?? 1, breaks: interval.breaks ?? []))
                    }
                }
            }
            do {
                return try HallSchedule(zone: schedule.zone, settings: settings, week: shifts)
            } catch {
                throw ServerStartFailure(code: "demonstration_unreadable", sentence: "hours.json: a shift of \(hall) has a wrong '\(error.field)'")
            }
        }
    }

    private enum Key: String, CodingKey { case source, schedules }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        source = try container.decode(String.self, forKey: .source)
        schedules = try container.decode([Schedule].self, forKey: .schedules).flatMap { schedule in
            schedule.halls.map { OneHall(hall: $0, schedule: schedule) }
        }
    }
}

/// `reference.json`, as far as it is used.
private struct SeedReference: Decodable {
    struct Day: Decodable {
        let date: CivilDay
        let name: String
    }

    struct Year {
        let year: Int64
        let holidays: [Day]
        let makeupWorkdays: [Day]
    }

    /// Years are keys: `y2026`. One that says `known: false` is left out, and so unknown.
    struct Calendar: Decodable {
        let source: String
        let years: [Year]

        private struct Key: CodingKey {
            let stringValue: String
            var intValue: Int? { nil }
            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }

        private struct Days: Decodable {
            let holidays: [Day]?
            let makeupWorkdays: [Day]?
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            source = try container.decode(String.self, forKey: Key(stringValue: "source"))
            years = try container.allKeys.compactMap { key in
                guard key.stringValue.hasPrefix("y"), let year = Int64(key.stringValue.dropFirst()) else { return nil }
                let days = try container.decode(Days.self, forKey: key)
                guard let holidays = days.holidays, let makeupWorkdays = days.makeupWorkdays else { return nil }
                return Year(year: year, holidays: holidays, makeupWorkdays: makeupWorkdays)
            }
        }
    }

    let calendar: Calendar
}

import BrokerStore
import Foundation
import Scheduling
import SignalingProtocol

extension Demonstration {
    /// Gives the demonstration's halls their hours, and loads the public holidays of the years whose notice is known.
    ///
    /// They only tell when somebody comes: whoever signs on serves at any hour, so the demonstration works at night too.
    /// - Throws: a sentence saying which file or entry is wrong.
    static func seedHours(_ store: BrokerStore, from directory: URL) throws {
        let hours = try read(SeedHours.self, directory.appending(path: "hours.json"))
        let calendar = try read(SeedReference.self, directory.appending(path: "reference.json")).calendar
        for year in calendar.years {
            let days = [(year.holidays, HolidayCalendar.Rule.holiday), (year.makeupWorkdays, .makeupWorkday)].flatMap { days, rule in
                days.map { CalendarDayRow(day: $0.date, rule: rule, name: $0.name) }
            }
            try store.loadCalendar(year: year.year, days: days, source: calendar.source)
        }
        for schedule in hours.schedules { try store.setSchedule(schedule.row(source: hours.source)) }
    }
}

/// `hours.json`.
private struct SeedHours: Decodable {
    struct Interval: Decodable {
        let from: TimeOfDay
        let to: TimeOfDay
        let covers: Coverage?
    }

    struct Schedule: Decodable {
        let halls: [String]
        let zone: String
        let weekdays: [Weekday]
        let intervals: [Interval]
        let makeupWorkday: Weekday
    }

    let source: String
    let schedules: [OneHall]

    struct OneHall {
        let hall: String
        let schedule: Schedule

        func row(source: String) throws -> ScheduleRow {
            let intervals = try schedule.intervals.map { interval in
                guard let made = ScheduleInterval(from: interval.from, to: interval.to, covers: interval.covers ?? .everything) else {
                    throw ServerStartFailure(
                        code: "demonstration_unreadable", sentence: "hours.json: \(interval.from.text) to \(interval.to.text) is no stretch of a day")
                }
                return made
            }
            return ScheduleRow(
                hall: try Demonstration.code(hall), zone: schedule.zone,
                week: Dictionary(schedule.weekdays.map { ($0, intervals) }, uniquingKeysWith: { $1 }), makeupWorkday: schedule.makeupWorkday,
                exceptions: [], source: source)
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

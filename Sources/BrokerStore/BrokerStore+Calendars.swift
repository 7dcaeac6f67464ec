import Foundation
import GRDB
import Scheduling
import SignalingProtocol

/// A day of a year's notice, as it is stored.
public struct CalendarDayRow: Hashable, Sendable {
    public let day: CivilDay
    public let rule: HolidayCalendar.Rule
    /// Of the holiday that it belongs to.
    public let name: String

    public init(day: CivilDay, rule: HolidayCalendar.Rule, name: String) {
        self.day = day
        self.rule = rule
        self.name = name
    }
}

extension BrokerStore {
    /// The calendars of all loaded years as one.
    public func calendar() throws(StoreError) -> HolidayCalendar {
        try read("calendar_day") { db in
            var rules: [CivilDay: HolidayCalendar.Rule] = [:]
            var names: [CivilDay: String] = [:]
            for row in try Row.fetchAll(db, sql: "SELECT date, rule, name FROM calendar_day") {
                guard let rule = HolidayCalendar.Rule(rawValue: row["rule"]) else { throw UnreadableColumn(column: "rule") }
                let day = try row.day("date")
                rules[day] = rule
                names[day] = row["name"]
            }
            return HolidayCalendar(years: Set(try Int64.fetchAll(db, sql: "SELECT year FROM calendar_year")), rules: rules, names: names)
        }
    }

    /// Loads a year's notice, in place of what was known of that year.
    public func loadCalendar(year: Int64, days: [CalendarDayRow], source: String) throws(StoreError) {
        try write { db in
            try db.execute(sql: "DELETE FROM calendar_day WHERE year = ?", arguments: [year])
            try db.execute(
                sql: "INSERT INTO calendar_year (year, source) VALUES (?, ?) ON CONFLICT (year) DO UPDATE SET source = excluded.source",
                arguments: [year, source])
            for row in days {
                try db.execute(
                    sql: "INSERT INTO calendar_day (date, year, rule, name) VALUES (?, ?, ?, ?)",
                    arguments: [row.day.text, year, row.rule.rawValue, row.name])
            }
            try audit(.calendarLoaded, on: "calendar:\(year)", detail: "days=\(days.count)", db)
        }
    }

    /// The years that were loaded, with what their notices say.
    public func calendarYears() throws(StoreError) -> [CalendarYearRow] {
        try read("calendar_year") { db in
            let days = try Row.fetchAll(db, sql: "SELECT date, year, rule, name FROM calendar_day ORDER BY date").map { row in
                guard let rule = HolidayCalendar.Rule(rawValue: row["rule"]) else { throw UnreadableColumn(column: "rule") }
                return CalendarDayRow(day: try row.day("date"), rule: rule, name: row["name"])
            }
            let byYear = Dictionary(grouping: days, by: \.day.year)
            return try Row.fetchAll(db, sql: "SELECT year, source FROM calendar_year ORDER BY year").map { row in
                CalendarYearRow(year: row["year"], source: row["source"], days: byYear[row["year"]] ?? [])
            }
        }
    }
}

/// A year's notice, as it is stored.
public struct CalendarYearRow: Hashable, Sendable {
    public let year: Int64
    public let source: String
    public let days: [CalendarDayRow]
}

extension Row {
    func day(_ column: String) throws -> CivilDay {
        guard let day = CivilDay(self[column] as String) else { throw UnreadableColumn(column: column) }
        return day
    }
}

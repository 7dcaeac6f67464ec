import Foundation
import GRDB
import Scheduling
import SignalingProtocol

/// A hall's hours as they are stored. The zone is a name: its steps come from the zone database of the machine that reads them.
public struct ScheduleRow: Hashable, Sendable {
    public struct Exception: Hashable, Sendable {
        public let day: CivilDay
        public let note: String
        /// Empty: closed.
        public let intervals: [ScheduleInterval]

        public init(day: CivilDay, note: String, intervals: [ScheduleInterval]) {
            self.day = day
            self.note = note
            self.intervals = intervals
        }
    }

    public let hall: HallID
    /// IANA name.
    public let zone: String
    public let week: [Weekday: [ScheduleInterval]]
    public let makeupWorkday: Weekday
    public let exceptions: [Exception]
    /// Where the hours come from; `GK` is general knowledge, to verify.
    public let source: String

    public init(hall: HallID, zone: String, week: [Weekday: [ScheduleInterval]], makeupWorkday: Weekday, exceptions: [Exception], source: String) {
        self.hall = hall
        self.zone = zone
        self.week = week
        self.makeupWorkday = makeupWorkday
        self.exceptions = exceptions
        self.source = source
    }
}

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
            let rules = try Row.fetchAll(db, sql: "SELECT date, rule FROM calendar_day").map { row in
                guard let rule = HolidayCalendar.Rule(rawValue: row["rule"]) else { throw UnreadableColumn(column: "rule") }
                return (try row.day("date"), rule)
            }
            return HolidayCalendar(
                years: Set(try Int64.fetchAll(db, sql: "SELECT year FROM calendar_year")), rules: Dictionary(rules, uniquingKeysWith: { $1 }))
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
        }
    }

    /// The hours of every hall that has any, by hall.
    public func schedules() throws(StoreError) -> [ScheduleRow] {
        try read("seat_schedule") { db in
            try Row.fetchAll(db, sql: "SELECT * FROM seat_schedule ORDER BY hall").map { row in
                let hall: String = row["hall"]
                let intervals = try Row.fetchAll(db, sql: "SELECT * FROM schedule_interval WHERE hall = ? ORDER BY from_minute, id", arguments: [hall])
                let weekly = try Dictionary(grouping: intervals.filter { ($0["date"] as String?) == nil }) { try $0.weekday("weekday") }
                let dated = Dictionary(grouping: intervals) { $0["date"] as String? ?? "" }
                let exceptions = try Row.fetchAll(db, sql: "SELECT date, note FROM schedule_exception WHERE hall = ? ORDER BY date", arguments: [hall])
                return ScheduleRow(
                    hall: try row.code("hall"), zone: row["zone"], week: try weekly.mapValues { try $0.map(Self.interval) },
                    makeupWorkday: try row.weekday("makeup_workday"),
                    exceptions: try exceptions.map { exception in
                        let own = dated[exception["date"]] ?? []
                        return ScheduleRow.Exception(day: try exception.day("date"), note: exception["note"], intervals: try own.map(Self.interval))
                    }, source: row["source"])
            }
        }
    }

    /// Stores a hall's hours in place of those it had, in one transaction.
    /// - Throws: `StoreError.refused` for an unknown hall.
    public func setSchedule(_ schedule: ScheduleRow) throws(StoreError) {
        try write { db in
            let hall = schedule.hall.text
            for table in ["schedule_interval", "schedule_exception", "seat_schedule"] {
                try db.execute(sql: "DELETE FROM \(table) WHERE hall = ?", arguments: [hall])
            }
            try db.execute(
                sql: "INSERT INTO seat_schedule (hall, zone, makeup_workday, source) VALUES (?, ?, ?, ?)",
                arguments: [hall, schedule.zone, schedule.makeupWorkday.rawValue, schedule.source])
            for (weekday, intervals) in schedule.week {
                for interval in intervals { try Self.insert(interval, hall: hall, weekday: weekday.rawValue, date: nil, db) }
            }
            for exception in schedule.exceptions {
                try db.execute(
                    sql: "INSERT INTO schedule_exception (hall, date, note) VALUES (?, ?, ?)", arguments: [hall, exception.day.text, exception.note])
                for interval in exception.intervals { try Self.insert(interval, hall: hall, weekday: nil, date: exception.day.text, db) }
            }
        }
    }

    private static func insert(_ interval: ScheduleInterval, hall: String, weekday: Int?, date: String?, _ db: Database) throws {
        try db.execute(
            sql: "INSERT INTO schedule_interval (hall, weekday, date, from_minute, to_minute, covers) VALUES (?, ?, ?, ?, ?, ?)",
            arguments: [hall, weekday, date, interval.from.minute, interval.to.minute, try json(interval.covers)])
    }

    private static func interval(_ row: Row) throws -> ScheduleInterval {
        let (from, to) = (row["from_minute"] as Int, row["to_minute"] as Int)
        guard let begin = TimeOfDay(hour: from / 60, minute: from % 60), let end = TimeOfDay(hour: to / 60, minute: to % 60),
            let interval = ScheduleInterval(from: begin, to: end, covers: try row.json("covers"))
        else { throw UnreadableColumn(column: "from_minute") }
        return interval
    }
}

extension Row {
    fileprivate func day(_ column: String) throws -> CivilDay {
        guard let day = CivilDay(self[column] as String) else { throw UnreadableColumn(column: column) }
        return day
    }

    fileprivate func weekday(_ column: String) throws -> Weekday {
        guard let day = Weekday(rawValue: self[column]) else { throw UnreadableColumn(column: column) }
        return day
    }
}

import BrokerCore
import Foundation
import GRDB
import Scheduling
import SignalingProtocol

extension Schema {
    /// Shifts of seats and people in place of plain hours: versions, one draft a hall, what was changed by whom, leave and swaps.
    static func seatSchedules(_ db: Database) throws {
        try db.execute(sql: seatScheduleTables)
        let now = try Int64.fetchOne(db, sql: "SELECT CAST(strftime('%s', 'now') AS INTEGER) * 1000") ?? 0
        for row in try Row.fetchAll(db, sql: "SELECT * FROM seat_schedule ORDER BY hall") {
            let body = try carriedOver(row, db, at: Instant(milliseconds: now))
            try db.execute(
                sql: "INSERT INTO schedule_version (hall, version, body, published_at_ms, why) VALUES (?, 1, ?, ?, ?)",
                arguments: [row["hall"] as String, try BrokerStore.json(body), now, row["source"] as String])
        }
        try db.execute(sql: "DROP TABLE schedule_interval; DROP TABLE schedule_exception; DROP TABLE seat_schedule;")
    }

    /// Hours that named no seats become shifts of every seat of the hall, with nobody assigned.
    private static func carriedOver(_ row: Row, _ db: Database, at now: Instant) throws -> HallSchedule {
        let hall: String = row["hall"]
        var settings = ScheduleSettings()
        settings.makeupWorkday = Weekday(rawValue: row["makeup_workday"]) ?? .monday
        let seats = try String.fetchAll(db, sql: "SELECT id FROM seat WHERE hall = ? ORDER BY number", arguments: [hall]).compactMap { SeatID($0) }
        let shifts = try Row.fetchAll(db, sql: "SELECT * FROM schedule_interval WHERE hall = ? ORDER BY id", arguments: [hall]).flatMap { interval -> [Shift] in
            let day: Shift.Day
            if let date = interval["date"] as String? {
                guard let date = CivilDay(date) else { throw UnreadableColumn(column: "date") }
                day = .dated(date)
            } else {
                guard let weekday = Weekday(rawValue: interval["weekday"]) else { throw UnreadableColumn(column: "weekday") }
                day = .weekly(weekday)
            }
            let (from, to) = (interval["from_minute"] as Int, interval["to_minute"] as Int)
            guard let begin = TimeOfDay(hour: from / 60, minute: from % 60), let end = TimeOfDay(hour: to / 60, minute: to % 60) else {
                throw UnreadableColumn(column: "from_minute")
            }
            let covers: Coverage = try interval.json("covers")
            return seats.map { Shift(id: ShiftID(madeAt: now), day: day, time: ClockSpan(from: begin, to: end), seat: $0, covers: covers) }
        }
        let notes = try Row.fetchAll(db, sql: "SELECT date, note FROM schedule_exception WHERE hall = ?", arguments: [hall])
        let exceptions = try notes.map { note in
            guard let date = CivilDay(note["date"] as String) else { throw UnreadableColumn(column: "date") }
            let text = String((note["note"] as String).prefix(HallSchedule.Bounds.noteCharacters))
            return DayException(date: date, note: text, shifts: shifts.filter { $0.day == .dated(date) })
        }
        let week = shifts.filter { if case .weekly = $0.day { true } else { false } }
        return try HallSchedule(zone: row["zone"], settings: settings, week: week, exceptions: exceptions)
    }

    private static let seatScheduleTables = """
        -- What was published, as it was; a later version replaces it, nothing changes it.
        CREATE TABLE schedule_version (
            hall TEXT NOT NULL REFERENCES hall (id),
            version INTEGER NOT NULL CHECK (version > 0),
            body TEXT NOT NULL CHECK (json_valid(body)),
            published_at_ms INTEGER NOT NULL,
            -- Null: it came with the loading of the data.
            published_by TEXT REFERENCES account (id),
            why TEXT NOT NULL,
            -- The version that its draft began from.
            based_on INTEGER,
            PRIMARY KEY (hall, version)
        ) STRICT;
        CREATE TRIGGER schedule_version_is_immutable BEFORE UPDATE ON schedule_version
            BEGIN SELECT RAISE(ABORT, 'a published schedule is never changed'); END;
        CREATE TRIGGER schedule_version_stays BEFORE DELETE ON schedule_version
            BEGIN SELECT RAISE(ABORT, 'a published schedule is never deleted'); END;

        -- One a hall. Its revision is that of the last change; who names another has not seen everything.
        CREATE TABLE schedule_draft (
            hall TEXT PRIMARY KEY REFERENCES hall (id),
            revision INTEGER NOT NULL CHECK (revision > 0),
            first_revision INTEGER NOT NULL CHECK (first_revision <= revision),
            state TEXT NOT NULL CHECK (state IN ('draft', 'checked')),
            based_on INTEGER,
            zone TEXT NOT NULL,
            settings TEXT NOT NULL CHECK (json_valid(settings)),
            changed_at_ms INTEGER NOT NULL,
            changed_by TEXT NOT NULL REFERENCES account (id)
        ) STRICT;
        CREATE TABLE schedule_draft_exception (
            hall TEXT NOT NULL REFERENCES schedule_draft (hall) ON DELETE CASCADE,
            date TEXT NOT NULL CHECK (date IS date(date, '+0 days')),
            note TEXT NOT NULL,
            PRIMARY KEY (hall, date)
        ) STRICT;
        CREATE TABLE schedule_draft_shift (
            hall TEXT NOT NULL REFERENCES schedule_draft (hall) ON DELETE CASCADE,
            id TEXT NOT NULL,
            date TEXT,
            body TEXT NOT NULL CHECK (json_valid(body)),
            PRIMARY KEY (hall, id),
            FOREIGN KEY (hall, date) REFERENCES schedule_draft_exception (hall, date)
        ) STRICT;
        CREATE INDEX schedule_draft_shift_date ON schedule_draft_shift (hall, date);

        -- Every change of a draft, with what undoes it.
        CREATE TABLE schedule_change (
            hall TEXT NOT NULL REFERENCES hall (id),
            revision INTEGER NOT NULL CHECK (revision > 0),
            at_ms INTEGER NOT NULL,
            changed_by TEXT NOT NULL REFERENCES account (id),
            changes TEXT NOT NULL CHECK (json_valid(changes)),
            inverse TEXT NOT NULL CHECK (json_valid(inverse)),
            -- Whether it can be undone, done again, or neither: an undoing itself, and what a published version has taken in.
            state TEXT NOT NULL CHECK (state IN ('done', 'undone', 'settled')),
            PRIMARY KEY (hall, revision)
        ) STRICT;

        CREATE TABLE agent_leave (
            id TEXT PRIMARY KEY,
            agent TEXT NOT NULL REFERENCES account (id),
            from_ms INTEGER NOT NULL,
            to_ms INTEGER NOT NULL,
            reason TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('asked', 'approved', 'declined', 'withdrawn')),
            asked_at_ms INTEGER NOT NULL,
            decided_by TEXT REFERENCES account (id),
            note TEXT NOT NULL DEFAULT '',
            CHECK (from_ms < to_ms),
            CHECK ((state IN ('approved', 'declined')) <= (decided_by IS NOT NULL))
        ) STRICT;
        CREATE INDEX agent_leave_agent ON agent_leave (agent, to_ms);

        CREATE TABLE shift_swap (
            id TEXT PRIMARY KEY,
            hall TEXT NOT NULL REFERENCES hall (id),
            shift TEXT NOT NULL,
            date TEXT NOT NULL CHECK (date IS date(date, '+0 days')),
            from_agent TEXT NOT NULL REFERENCES account (id),
            to_agent TEXT NOT NULL REFERENCES account (id),
            state TEXT NOT NULL CHECK (state IN ('asked', 'agreed', 'approved', 'declined', 'withdrawn')),
            asked_at_ms INTEGER NOT NULL,
            decided_by TEXT REFERENCES account (id),
            note TEXT NOT NULL DEFAULT '',
            CHECK (from_agent <> to_agent)
        ) STRICT;
        CREATE INDEX shift_swap_hall ON shift_swap (hall, date);
        -- A shift is given away once.
        CREATE UNIQUE INDEX one_live_swap_per_shift ON shift_swap (shift, date, from_agent) WHERE state IN ('asked', 'agreed', 'approved');

        -- The address under which an agent's calendar program reads their shifts; only its hash, as with sign-ins.
        CREATE TABLE shift_calendar (
            agent TEXT PRIMARY KEY REFERENCES account (id),
            token_hash BLOB NOT NULL UNIQUE,
            made_at_ms INTEGER NOT NULL
        ) STRICT;
        """
}

extension Identifier {
    /// A new UUIDv7 (RFC 9562, 5.7). For rows that the store's own people make; the broker makes its own from its seed.
    public init(madeAt now: Instant) {
        var bytes = withUnsafeBytes(of: UUID().uuid) { Array($0) }
        for (place, shift) in stride(from: 40, through: 0, by: -8).enumerated() { bytes[place] = UInt8(truncatingIfNeeded: now.milliseconds >> Int64(shift)) }
        bytes[6] = 0x70 | bytes[6] & 0x0f
        self.init(
            UUID(
                uuid: (
                    bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7], bytes[8], bytes[9], bytes[10], bytes[11], bytes[12],
                    bytes[13], bytes[14], bytes[15]
                )))
    }
}

import Foundation
import GRDB
import Scheduling
import SignalingProtocol
import Synchronization

/// A published version of a hall's schedule, without its body.
public struct ScheduleVersionLine: Hashable, Sendable {
    public let version: Int
    public let publishedAt: Instant
    /// Nil: it came with the loading of the data.
    public let publishedBy: String?
    public let why: String
    public let basedOn: Int?
}

public struct PublishedSchedule: Hashable, Sendable {
    public let line: ScheduleVersionLine
    public let body: HallSchedule
}

/// What is being prepared for a hall.
public struct ScheduleDraft: Hashable, Sendable {
    public enum State: String, Codable, Hashable, Sendable {
        case draft
        /// No conflict stands against publishing it.
        case checked
    }

    public let revision: Int
    public let firstRevision: Int
    public let state: State
    public let basedOn: Int?
    public let changedAt: Instant
    public let changedBy: String
    public let body: HallSchedule
}

/// A step in the life of a draft.
public struct LoggedScheduleChange: Hashable, Sendable {
    public let revision: Int
    public let at: Instant
    public let by: String
    public let changes: [ScheduleChange]
}

/// A hall's schedule, as it is in force and as it will be.
public struct ScheduleDesk: Hashable, Sendable {
    public let published: PublishedSchedule?
    public let draft: ScheduleDraft?
    public let canUndo: Bool
    public let canRedo: Bool
}

/// Bodies that were read or written just now, so that a draft of thousands of shifts is not decoded for each change. A revision is never given twice, so an
/// entry is right or not found, also when another process writes.
struct ScheduleMemory {
    struct Entry {
        let number: Int
        let body: HallSchedule
    }

    var drafts: [HallID: Entry] = [:]
    var versions: [HallID: Entry] = [:]
}

extension BrokerStore {
    /// The newest published schedule of every hall that has one.
    public func publishedSchedules() throws(StoreError) -> [HallID: PublishedSchedule] {
        try read("schedule_version") { db in
            let halls = try String.fetchAll(db, sql: "SELECT DISTINCT hall FROM schedule_version ORDER BY hall")
            var found: [HallID: PublishedSchedule] = [:]
            for text in halls {
                guard let hall = HallID(text) else { throw UnreadableColumn(column: "hall") }
                found[hall] = try published(hall, db)
            }
            return found
        }
    }

    public func scheduleDesk(of hall: HallID) throws(StoreError) -> ScheduleDesk {
        try read("schedule_draft") { db in try desk(hall, db) }
    }

    public func scheduleVersions(of hall: HallID) throws(StoreError) -> [ScheduleVersionLine] {
        try read("schedule_version") { db in
            try Row.fetchAll(db, sql: Self.versionLines + " WHERE schedule_version.hall = ? ORDER BY version DESC", arguments: [hall.text])
                .map(Self.versionLine)
        }
    }

    public func scheduleVersion(_ version: Int, of hall: HallID) throws(StoreError) -> PublishedSchedule? {
        try read("schedule_version") { db in
            try Row.fetchOne(db, sql: Self.versionLines + " WHERE schedule_version.hall = ? AND version = ?", arguments: [hall.text, version]).map { row in
                PublishedSchedule(line: Self.versionLine(row), body: try body(of: Self.versionLine(row), hall, row["body"]))
            }
        }
    }

    /// Publishes a schedule that was never a draft: the data that a hall begins with.
    /// - Throws: `StoreError.refused` for an unknown hall.
    public func publish(_ body: HallSchedule, in hall: HallID, why: String, at now: Instant) throws(StoreError) {
        try write { db in
            let version = try Self.newestVersion(hall, db) + 1
            try db.execute(
                sql: "INSERT INTO schedule_version (hall, version, body, published_at_ms, why) VALUES (?, ?, ?, ?, ?)",
                arguments: [hall.text, version, try Self.json(body), now.milliseconds, why])
            try audit(.schedulePublished, at: now, on: "hall:\(hall)", in: hall, reason: why, detail: "version=\(version)", db)
        }
    }

    // MARK: Reading

    static let versionLines = """
        SELECT schedule_version.*, account.name AS publisher FROM schedule_version LEFT JOIN account ON account.id = schedule_version.published_by
        """

    static let draftLine = """
        SELECT schedule_draft.*, account.name AS changer FROM schedule_draft JOIN account ON account.id = schedule_draft.changed_by
        WHERE schedule_draft.hall = ?
        """

    static func versionLine(_ row: Row) -> ScheduleVersionLine {
        ScheduleVersionLine(
            version: row["version"], publishedAt: row.instant("published_at_ms"), publishedBy: row["publisher"], why: row["why"], basedOn: row["based_on"])
    }

    static func newestVersion(_ hall: HallID, _ db: Database) throws -> Int {
        try Int.fetchOne(db, sql: "SELECT max(version) FROM schedule_version WHERE hall = ?", arguments: [hall.text]) ?? 0
    }

    func desk(_ hall: HallID, _ db: Database) throws -> ScheduleDesk {
        let draft = try draft(hall, db)
        let states = try String.fetchAll(
            db, sql: "SELECT DISTINCT state FROM schedule_change WHERE hall = ? AND state <> 'settled'", arguments: [hall.text])
        return ScheduleDesk(
            published: try published(hall, db), draft: draft, canUndo: draft != nil && states.contains("done"),
            canRedo: draft != nil && states.contains("undone"))
    }

    func published(_ hall: HallID, _ db: Database) throws -> PublishedSchedule? {
        try Row.fetchOne(db, sql: Self.versionLines + " WHERE schedule_version.hall = ? ORDER BY version DESC LIMIT 1", arguments: [hall.text]).map { row in
            let line = Self.versionLine(row)
            return PublishedSchedule(line: line, body: try body(of: line, hall, row["body"]))
        }
    }

    private func body(of line: ScheduleVersionLine, _ hall: HallID, _ json: String) throws -> HallSchedule {
        let known = scheduleMemory.withLock { $0.versions[hall] }
        if let known, known.number == line.version { return known.body }
        let body = try WireCoding.decoder().decode(HallSchedule.self, from: Data(json.utf8))
        scheduleMemory.withLock { $0.versions[hall] = ScheduleMemory.Entry(number: line.version, body: body) }
        return body
    }

    func draft(_ hall: HallID, _ db: Database) throws -> ScheduleDraft? {
        try Row.fetchOne(db, sql: Self.draftLine, arguments: [hall.text]).map { row in
            guard let state = ScheduleDraft.State(rawValue: row["state"]) else { throw UnreadableColumn(column: "state") }
            return ScheduleDraft(
                revision: row["revision"], firstRevision: row["first_revision"], state: state, basedOn: row["based_on"],
                changedAt: row.instant("changed_at_ms"), changedBy: row["changer"], body: try draftBody(row, hall, db))
        }
    }

    private func draftBody(_ row: Row, _ hall: HallID, _ db: Database) throws -> HallSchedule {
        let revision: Int = row["revision"]
        let known = scheduleMemory.withLock { $0.drafts[hall] }
        if let known, known.number == revision { return known.body }
        let decoder = WireCoding.decoder()
        let shifts = try String.fetchAll(db, sql: "SELECT body FROM schedule_draft_shift WHERE hall = ?", arguments: [hall.text]).map {
            try decoder.decode(Shift.self, from: Data($0.utf8))
        }
        let exceptions = try Row.fetchAll(db, sql: "SELECT date, note FROM schedule_draft_exception WHERE hall = ?", arguments: [hall.text]).map {
            DayException(date: try $0.day("date"), note: $0["note"], shifts: [])
        }
        // The shifts' days are among the exceptions: the schema sees to it.
        let body = try HallSchedule(zone: row["zone"], settings: row.json("settings"), week: shifts, exceptions: exceptions)
        remember(draft: body, revision, hall)
        return body
    }

    func remember(draft body: HallSchedule, _ revision: Int, _ hall: HallID) {
        scheduleMemory.withLock { $0.drafts[hall] = ScheduleMemory.Entry(number: revision, body: body) }
    }
}

import BrokerCore
import GRDB
import Scheduling
import SignalingProtocol

/// Why a draft was not changed. Nothing was.
public enum ScheduleRefusal: Error, Hashable, Sendable {
    /// Somebody else was quicker; what they did since.
    case stale([LoggedScheduleChange])
    case problem(field: String)
    /// There is nothing to undo, to do again, to check or to publish.
    case nothingThere
    /// The draft was changed since it was checked, or never was.
    case notChecked
}

/// Who changes a hall's draft, and which revision of it they have seen; 0: none.
public struct ScheduleHand: Sendable {
    public let hall: HallID
    public let revision: Int
    public let account: AgentID
    public let now: Instant

    public init(hall: HallID, revision: Int, account: AgentID, now: Instant) {
        self.hall = hall
        self.revision = revision
        self.account = account
        self.now = now
    }
}

extension BrokerStore {
    /// How many steps of a hall are kept, and how many somebody is told who comes late.
    static let loggedChanges = 1_000
    static let toldChanges = 200

    public typealias DraftResult = Result<ScheduleDesk, ScheduleRefusal>

    /// Changes a hall's draft, all of the changes or none; without a draft one is made from the published version.
    /// - Parameter calendar: what a copied week follows.
    public func changeDraft(_ hand: ScheduleHand, _ changes: [ScheduleChange], calendar: HolidayCalendar) throws(StoreError) -> DraftResult {
        try editing(hand, calendar: calendar) { _, draft in .success((changes, "done", draft)) }
    }

    /// Makes the draft what a published version was.
    public func restoreVersion(_ version: Int, _ hand: ScheduleHand) throws(StoreError) -> DraftResult {
        guard let old = try scheduleVersion(version, of: hand.hall) else { return .failure(.nothingThere) }
        return try editing(hand) { _, draft in .success((draft.changes(to: old.body), "done", draft)) }
    }

    public func undoDraft(_ hand: ScheduleHand) throws(StoreError) -> DraftResult { try step(hand, from: "done", to: "undone") }

    public func redoDraft(_ hand: ScheduleHand) throws(StoreError) -> DraftResult { try step(hand, from: "undone", to: "done") }

    /// The last change that counts is undone, or the last that was undone is done again. Either is a change of its own.
    private func step(_ hand: ScheduleHand, from: String, to: String) throws(StoreError) -> DraftResult {
        let hall = hand.hall.text
        return try editing(hand, needsDraft: true) { db, draft in
            let order = from == "done" ? "DESC" : "ASC"
            let row = try Row.fetchOne(
                db, sql: "SELECT revision, changes, inverse FROM schedule_change WHERE hall = ? AND state = ? ORDER BY revision \(order) LIMIT 1",
                arguments: [hall, from])
            guard let row else { return .failure(.nothingThere) }
            try db.execute(
                sql: "UPDATE schedule_change SET state = ? WHERE hall = ? AND revision = ?", arguments: [to, hall, row["revision"] as Int])
            return .success((try row.json(from == "done" ? "inverse" : "changes"), "settled", draft))
        }
    }

    public func discardDraft(_ hand: ScheduleHand) throws(StoreError) -> DraftResult {
        try write { db in
            guard let draft = try draft(hand.hall, db) else { return .failure(try stale(hand, draft: nil, db) ?? .nothingThere) }
            if let refusal = try stale(hand, draft: draft, db) { return .failure(refusal) }
            try Self.removeDraft(hand.hall, db)
            try audit(.scheduleDraftChanged, at: hand.now, on: "hall:\(hand.hall)", in: hand.hall, detail: "discarded", db)
            return .success(try desk(hand.hall, db))
        }
    }

    /// Marks the draft as checked.
    public func markDraftChecked(_ hand: ScheduleHand, _ isChecked: Bool) throws(StoreError) -> DraftResult {
        try write { db in
            guard let draft = try draft(hand.hall, db) else { return .failure(try stale(hand, draft: nil, db) ?? .nothingThere) }
            if let refusal = try stale(hand, draft: draft, db) { return .failure(refusal) }
            let state = isChecked ? ScheduleDraft.State.checked : .draft
            try db.execute(sql: "UPDATE schedule_draft SET state = ? WHERE hall = ?", arguments: [state.rawValue, hand.hall.text])
            return .success(try desk(hand.hall, db))
        }
    }

    /// Makes a checked draft the version that is in force.
    public func publishDraft(_ hand: ScheduleHand, why: String) throws(StoreError) -> DraftResult {
        try write { db in
            guard let draft = try draft(hand.hall, db) else { return .failure(try stale(hand, draft: nil, db) ?? .nothingThere) }
            if let refusal = try stale(hand, draft: draft, db) { return .failure(refusal) }
            guard draft.state == .checked else { return .failure(.notChecked) }
            let version = try Self.newestVersion(hand.hall, db) + 1
            try db.execute(
                sql: """
                    INSERT INTO schedule_version (hall, version, body, published_at_ms, published_by, why, based_on) VALUES (?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    hand.hall.text, version, try Self.json(draft.body), hand.now.milliseconds, hand.account.description,
                    why, draft.basedOn,
                ])
            try Self.removeDraft(hand.hall, db)
            try audit(.schedulePublished, at: hand.now, on: "hall:\(hand.hall)", in: hand.hall, reason: why, detail: "version=\(version)", db)
            return .success(try desk(hand.hall, db))
        }
    }

    // MARK: One change

    private typealias Plan = Result<(changes: [ScheduleChange], state: String, body: HallSchedule), ScheduleRefusal>

    private func editing(
        _ hand: ScheduleHand, needsDraft: Bool = false, calendar: HolidayCalendar = .empty, _ plan: @Sendable (Database, HallSchedule) throws -> Plan
    ) throws(StoreError) -> DraftResult {
        let result: Result<(desk: ScheduleDesk, body: HallSchedule), ScheduleRefusal> = try write { db in
            let known = try draft(hand.hall, db)
            if let refusal = try stale(hand, draft: known, db) { return .failure(refusal) }
            guard known != nil || !needsDraft else { return .failure(.nothingThere) }
            let published = known == nil ? try published(hand.hall, db) : nil
            let planned: (changes: [ScheduleChange], state: String, body: HallSchedule)
            switch try plan(db, known?.body ?? published?.body ?? HallSchedule()) {
            case .success(let found): planned = found
            case .failure(let refusal): return .failure(refusal)
            }
            let edit: ScheduleEdit
            do {
                edit = try planned.body.applying(planned.changes, calendar: calendar, newID: { ShiftID(madeAt: hand.now) })
            } catch let problem as ScheduleProblem {
                return .failure(.problem(field: problem.field))
            }
            let revision = (try Int.fetchOne(db, sql: "SELECT max(revision) FROM schedule_change WHERE hall = ?", arguments: [hand.hall.text]) ?? 0) + 1
            if known == nil { try Self.makeDraft(planned.body, hand, revision, basedOn: published?.line.version, db) }
            try Self.write(edit, hand, revision, state: planned.state, db)
            try audit(.scheduleDraftChanged, at: hand.now, on: "hall:\(hand.hall)", in: hand.hall, detail: "revision=\(revision)", db)
            return .success((try desk(hand.hall, db, with: edit.schedule), edit.schedule))
        }
        switch result {
        case .success(let done):
            // Only what is committed is remembered.
            if let revision = done.desk.draft?.revision { remember(draft: done.body, revision, hand.hall) }
            return .success(done.desk)
        case .failure(let refusal): return .failure(refusal)
        }
    }

    /// The desk after a change whose body is known, so that it is not read again.
    private func desk(_ hall: HallID, _ db: Database, with body: HallSchedule) throws -> ScheduleDesk {
        let draft = try Row.fetchOne(db, sql: Self.draftLine, arguments: [hall.text]).map { row in
            ScheduleDraft(
                revision: row["revision"], firstRevision: row["first_revision"], state: .draft, basedOn: row["based_on"],
                changedAt: row.instant("changed_at_ms"), changedBy: row["changer"], body: body)
        }
        let states = try String.fetchAll(
            db, sql: "SELECT DISTINCT state FROM schedule_change WHERE hall = ? AND state <> 'settled'", arguments: [hall.text])
        return ScheduleDesk(published: try published(hall, db), draft: draft, canUndo: states.contains("done"), canRedo: states.contains("undone"))
    }

    private func stale(_ hand: ScheduleHand, draft: ScheduleDraft?, _ db: Database) throws -> ScheduleRefusal? {
        guard hand.revision != draft?.revision ?? 0 else { return nil }
        // Who knew of no draft is told of all of this one.
        let seen = hand.revision == 0 ? (draft?.firstRevision ?? 1) - 1 : hand.revision
        let sql = """
            SELECT schedule_change.*, account.name AS changer FROM schedule_change JOIN account ON account.id = schedule_change.changed_by
            WHERE schedule_change.hall = ? AND schedule_change.revision > ? ORDER BY schedule_change.revision DESC LIMIT ?
            """
        let rows = try Row.fetchAll(db, sql: sql, arguments: [hand.hall.text, seen, Self.toldChanges])
        return .stale(
            try rows.reversed().map { row in
                LoggedScheduleChange(revision: row["revision"], at: row.instant("at_ms"), by: row["changer"], changes: try row.json("changes"))
            })
    }

    private static func makeDraft(_ body: HallSchedule, _ hand: ScheduleHand, _ revision: Int, basedOn: Int?, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO schedule_draft (hall, revision, first_revision, state, based_on, zone, settings, changed_at_ms, changed_by)
                VALUES (?, ?, ?, 'draft', ?, ?, ?, ?, ?)
                """,
            arguments: [
                hand.hall.text, revision, revision, basedOn, body.zone, try json(body.settings), hand.now.milliseconds, hand.account.description,
            ])
        for exception in body.exceptions {
            try store(.putException(exception.date, note: exception.note), hand.hall, db)
            for shift in exception.shifts { try store(.putShift(shift), hand.hall, db) }
        }
        for shift in body.week { try store(.putShift(shift), hand.hall, db) }
    }

    private static func write(_ edit: ScheduleEdit, _ hand: ScheduleHand, _ revision: Int, state: String, _ db: Database) throws {
        for change in edit.changes { try store(change, hand.hall, db) }
        try db.execute(
            sql: "UPDATE schedule_draft SET revision = ?, state = 'draft', changed_at_ms = ?, changed_by = ? WHERE hall = ?",
            arguments: [revision, hand.now.milliseconds, hand.account.description, hand.hall.text])
        // After a new change there is nothing left to do again.
        if state == "done" {
            try db.execute(sql: "UPDATE schedule_change SET state = 'settled' WHERE hall = ? AND state = 'undone'", arguments: [hand.hall.text])
        }
        try db.execute(
            sql: "INSERT INTO schedule_change (hall, revision, at_ms, changed_by, changes, inverse, state) VALUES (?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                hand.hall.text, revision, hand.now.milliseconds, hand.account.description, try json(edit.changes), try json(edit.inverse), state,
            ])
        try db.execute(sql: "DELETE FROM schedule_change WHERE hall = ? AND revision <= ?", arguments: [hand.hall.text, revision - loggedChanges])
    }

    private static func store(_ change: ScheduleChange, _ hall: HallID, _ db: Database) throws {
        switch change {
        case .putShift(let shift):
            var date: String?
            if case .dated(let day) = shift.day { date = day.text }
            try db.cachedStatement(
                sql: """
                    INSERT INTO schedule_draft_shift (hall, id, date, body) VALUES (?, ?, ?, ?)
                    ON CONFLICT (hall, id) DO UPDATE SET date = excluded.date, body = excluded.body
                    """
            ).execute(arguments: [hall.text, shift.id.description, date, try json(shift)])
        case .removeShift(let id):
            try db.cachedStatement(sql: "DELETE FROM schedule_draft_shift WHERE hall = ? AND id = ?").execute(arguments: [hall.text, id.description])
        case .putException(let date, let note):
            try db.cachedStatement(
                sql: "INSERT INTO schedule_draft_exception (hall, date, note) VALUES (?, ?, ?) ON CONFLICT (hall, date) DO UPDATE SET note = excluded.note"
            ).execute(arguments: [hall.text, date.text, note])
        case .removeException(let date):
            try db.cachedStatement(sql: "DELETE FROM schedule_draft_shift WHERE hall = ? AND date = ?").execute(arguments: [hall.text, date.text])
            try db.cachedStatement(sql: "DELETE FROM schedule_draft_exception WHERE hall = ? AND date = ?").execute(arguments: [hall.text, date.text])
        case .putSettings(let settings):
            try db.execute(sql: "UPDATE schedule_draft SET settings = ? WHERE hall = ?", arguments: [try json(settings), hall.text])
        case .copyWeek: throw UnreadableColumn(column: "changes")
        }
    }

    private static func removeDraft(_ hall: HallID, _ db: Database) throws {
        try db.execute(sql: "UPDATE schedule_change SET state = 'settled' WHERE hall = ?", arguments: [hall.text])
        for table in ["schedule_draft_shift", "schedule_draft_exception", "schedule_draft"] {
            try db.execute(sql: "DELETE FROM \(table) WHERE hall = ?", arguments: [hall.text])
        }
    }
}

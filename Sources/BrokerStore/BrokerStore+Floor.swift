import BrokerCore
import GRDB
import SignalingProtocol

/// How soon a hall served those whom it began to serve within some time.
public struct ServiceCount: Hashable, Sendable {
    public let served: Int
    /// Those of them who had waited no longer than asked for.
    public let within: Int

    public init(served: Int, within: Int) {
        self.served = served
        self.within = within
    }
}

extension BrokerStore {
    /// Whoever was handed on counts once, where first served.
    /// - Parameter limit: how long somebody may have waited, from taking the ticket to an agent's accepting it.
    public func serviceCount(of hall: HallID, since: Instant, waitedAtMost limit: Milliseconds) throws(StoreError) -> ServiceCount {
        try read("session") { db in
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT count(*) AS served, coalesce(sum(session.started_at_ms - ticket.taken_at_ms <= ?), 0) AS within
                    FROM session JOIN ticket ON ticket.id = session.ticket
                    WHERE session.hall = ? AND session.started_at_ms >= ? AND session.transfer IS NULL
                    AND NOT EXISTS (SELECT 1 FROM session AS earlier WHERE earlier.case_id = session.case_id AND earlier.ticket = session.ticket
                        AND (earlier.started_at_ms, earlier.id) < (session.started_at_ms, session.id))
                    """, arguments: [limit.count, hall.text, since.milliseconds])
            return ServiceCount(served: row?["served"] ?? 0, within: row?["within"] ?? 0)
        }
    }

    /// What supervisors of a hall did, newest first.
    public func floorActs(of hall: HallID, limit: Int = 200) throws(StoreError) -> [FloorAct] {
        try read("floor_act") { db in
            try Row.fetchAll(db, sql: "SELECT * FROM floor_act WHERE hall = ? ORDER BY at_ms DESC, id DESC LIMIT ?", arguments: [hall.text, limit])
                .map(Self.floorAct)
        }
    }

    /// Every task that a hall ever had, newest first.
    public func floorTasks(of hall: HallID, limit: Int = 200) throws(StoreError) -> [FloorTask] {
        try read("floor_task") { db in
            try Row.fetchAll(db, sql: "SELECT * FROM floor_task WHERE hall = ? ORDER BY raised_at_ms DESC, id DESC LIMIT ?", arguments: [hall.text, limit])
                .map(Self.floorTask)
        }
    }

    // MARK: Recovery

    /// Those that nobody has closed, and those that are closed and whose cause lasts.
    static func unsettledTasks(_ db: Database) throws -> [FloorTask] {
        try Row.fetchAll(db, sql: "SELECT * FROM floor_task WHERE settled_at_ms IS NULL ORDER BY id").map(floorTask)
    }

    static func floorTask(_ row: Row) throws -> FloorTask {
        let kind: FloorTaskKind = try row.word("kind")
        let subject: FloorSubject =
            switch kind {
            case .unansweredRing, .help: .seat(try row.code("seat"))
            case .longWait: .ticket(try row.identifier("ticket"))
            case .badLine: .session(try row.identifier("session"))
            case .uncoveredItem: .item(try row.code("item_code"))
            case .toldTwice:
                .material(try row.identifier("case_id"), try row.identifier("session"), version: row["version"], try row.code("material"))
            }
        var task = FloorTask(
            id: try row.identifier("id"), kind: kind, hall: try row.code("hall"), subject: subject, name: row["name"], note: row["note"],
            raisedAt: row.instant("raised_at_ms"))
        task.state = try row.word("state")
        task.taken = try mark("taken", row)
        task.closed = try mark("closed", row)
        task.settledAt = row.optionalInstant("settled_at_ms")
        return task
    }

    private static func mark(_ column: String, _ row: Row) throws -> FloorTask.Mark? {
        guard let at = row.optionalInstant("\(column)_at_ms") else { return nil }
        return FloorTask.Mark(by: Supervisor(id: try row.identifier("\(column)_by"), name: row["\(column)_by_name"]), at: at, note: row["\(column)_note"])
    }

    private static func floorAct(_ row: Row) throws -> FloorAct {
        let kind: FloorActKind = try row.word("kind")
        let subject: FloorSubject =
            switch kind {
            case .seatNotReady: .seat(try row.code("seat"))
            case .ticketMoved: .ticket(try row.identifier("ticket"))
            case .sessionEnded: .session(try row.identifier("session"))
            }
        let hall: HallID? = try row.optionalCode("to_hall")
        let seat: SeatID? = try row.optionalCode("to_seat")
        return FloorAct(
            id: try row.identifier("id"), kind: kind, hall: try row.code("hall"), subject: subject,
            target: hall.map { FloorTarget.hall($0) } ?? seat.map { FloorTarget.seat($0) }, reason: row["reason"],
            by: Supervisor(id: try row.identifier("done_by"), name: row["done_by_name"]), at: row.instant("at_ms"))
    }

    // MARK: Writing

    private static let upsertTask = Upsert(
        "floor_task", key: ["id"],
        columns: [
            "kind", "hall", "seat", "ticket", "session", "item_code", "case_id", "version", "material", "name", "note", "raised_at_ms", "state",
            "taken_at_ms", "taken_by", "taken_by_name", "taken_note", "closed_at_ms", "closed_by", "closed_by_name", "closed_note", "settled_at_ms",
        ])

    static func write(_ task: FloorTask, to db: Database) throws {
        let subject = SubjectColumns(task.subject)
        try upsertTask(
            db, task.id.description, task.kind.rawValue, task.hall.text, subject.seat, subject.ticket, subject.session, subject.item, subject.caseID,
            subject.version, subject.material, task.name, task.note, task.raisedAt.milliseconds, task.state.rawValue, task.taken?.at.milliseconds,
            task.taken?.by.id.description, task.taken?.by.name, task.taken?.note, task.closed?.at.milliseconds, task.closed?.by.id.description,
            task.closed?.by.name, task.closed?.note, task.settledAt?.milliseconds)
    }

    static func write(_ act: FloorAct, to db: Database) throws {
        let subject = SubjectColumns(act.subject)
        var (hall, seat): (String?, String?) = (nil, nil)
        switch act.target {
        case .hall(let id): hall = id.text
        case .seat(let id): seat = id.text
        case nil: break
        }
        try db.cachedStatement(
            sql: """
                INSERT INTO floor_act (id, kind, hall, seat, ticket, session, to_hall, to_seat, reason, done_by, done_by_name, at_ms)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            act.id.description, act.kind.rawValue, act.hall.text, subject.seat, subject.ticket, subject.session, hall, seat, act.reason,
            act.by.id.description, act.by.name, act.at.milliseconds,
        ])
    }

    /// A subject in its columns.
    private struct SubjectColumns {
        var (seat, ticket, session, item, caseID, material): (String?, String?, String?, String?, String?, String?)
        var version: Int?

        init(_ subject: FloorSubject) {
            switch subject {
            case .seat(let id): seat = id.text
            case .ticket(let id): ticket = id.description
            case .session(let id): session = id.description
            case .item(let code): item = code.text
            case .material(let caseID, let session, let version, let material):
                self.caseID = caseID.description
                self.session = session.description
                self.version = version
                self.material = material.text
            }
        }
    }
}

import BrokerCore
import Foundation
import GRDB
import SignalingProtocol

extension BrokerStore {
    /// Everything that is live, from which the broker is rebuilt.
    /// - Parameter now: decides which day's ticket numbers go on.
    /// - Throws: `StoreError.unreadable`.
    public func loadState(at now: Instant) throws(StoreError) -> BrokerState {
        try read("state") { db in
            let finished = try Self.lastFinished(at: now, db)
            let open = try Row.fetchAll(db, sql: "SELECT * FROM session WHERE state <> 'closed'").map(Self.session)
            let sessions = open + (try finished.compactMap { try Self.closedSession(of: $0.id, db) })
            let live = try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM ticket WHERE ended_at_ms IS NULL
                    UNION SELECT ticket.* FROM ticket JOIN session ON session.ticket = ticket.id WHERE session.state <> 'closed'
                    """
            ).map(Self.ticket)
            let tickets = live + finished.filter { ticket in !live.contains { $0.id == ticket.id } }
            let caseIDs = Set(tickets.map(\.caseID)).union(sessions.map(\.caseID))
            var chats: [SessionID: [ChatMessageView]] = [:]
            for session in sessions { chats[session.id] = try Self.chat(of: session.id, db) }
            var state = BrokerState(
                halls: try Row.fetchAll(db, sql: "SELECT * FROM hall ORDER BY id").map(Self.hall),
                catalogue: try Self.adoptedItems(db),
                seats: try Row.fetchAll(db, sql: "SELECT * FROM seat ORDER BY id").map(Self.seat), tickets: tickets,
                reservations: try Row.fetchAll(db, sql: "SELECT * FROM reservation WHERE state = 'pending'").map(Self.reservation),
                sessions: sessions, cases: try caseIDs.sorted().map { try Self.caseFile($0, db) }, chats: chats,
                handlingTimes: try Self.handlingTimes(db), ticketsTakenToday: try Self.ticketsTaken(onDayOf: now, db),
                reasonUse: try Self.reasonUse(db), today: now)
            state.adopted = try Self.adoptedVersions(db)
            state.withdrawn = try Self.withdrawnItems(db)
            state.earlierAgents = try Self.earlierAgents(db)
            state.lanesTaken = try Self.lanesTaken(db)
            try Self.loadAppointments(into: &state, at: now, db)
            state.floorTasks = try Self.unsettledTasks(db)
            let suspended = "SELECT id FROM account WHERE suspended_at_ms IS NOT NULL AND id IN (SELECT agent FROM seat)"
            state.suspended = Set(try Row.fetchAll(db, sql: suspended).map { try $0.identifier("id") })
            return state
        }
    }

    /// The newest ticket of each citizen who has no live one, if it ended a short while ago.
    private static func lastFinished(at now: Instant, _ db: Database) throws -> [Ticket] {
        let newest = try Row.fetchAll(
            db,
            sql: """
                SELECT * FROM ticket WHERE ended_at_ms >= ? AND NOT EXISTS
                (SELECT 1 FROM ticket AS live WHERE live.citizen = ticket.citizen AND live.state IN ('waiting', 'reserved', 'serving', 'parked'))
                ORDER BY ended_at_ms DESC LIMIT ?
                """, arguments: [now.milliseconds - BrokerState.finishedShownFor.count, BrokerState.finishedShown]
        ).map(ticket)
        var known: Set<CitizenID> = []
        return newest.filter { known.insert($0.citizen).inserted }
    }

    /// A ticket's newest session, if it is closed. Found by its case, which has an index.
    private static func closedSession(of ticket: TicketID, _ db: Database) throws -> Session? {
        let newest = try Row.fetchOne(
            db,
            sql: "SELECT session.* FROM session JOIN ticket ON ticket.case_id = session.case_id WHERE ticket.id = ? AND session.ticket = ticket.id "
                + "ORDER BY session.started_at_ms DESC, session.id DESC LIMIT 1", arguments: [ticket.description]
        ).map(session)
        return newest?.state == .closed ? newest : nil
    }

    /// Who served each citizen last, from the newest sessions.
    private static func earlierAgents(_ db: Database) throws -> [EarlierAgent] {
        let words = Disposition.allCases.filter { !BrokerState.remembersAgent($0) }.map(\.rawValue)
        return try Row.fetchAll(
            db,
            sql: """
                SELECT citizen, agent FROM session WHERE state = 'closed' AND disposition NOT IN (\(words.map { _ in "?" }.joined(separator: ", ")))
                ORDER BY started_at_ms DESC, id DESC LIMIT ?
                """, arguments: StatementArguments(words) + [BrokerState.earlierAgentsRemembered]
        ).reversed().map { EarlierAgent(citizen: try $0.identifier("citizen"), agent: try $0.identifier("agent")) }
    }

    /// Lanes of the last tickets of each hall, oldest first.
    private static func lanesTaken(_ db: Database) throws -> [HallID: [Lane]] {
        var lanes: [HallID: [Lane]] = [:]
        for hall in try String.fetchAll(db, sql: "SELECT id FROM hall") {
            guard let id = HallID(hall) else { continue }
            lanes[id] = try Row.fetchAll(
                db, sql: "SELECT lane FROM ticket WHERE hall = ? ORDER BY taken_at_ms DESC, id DESC LIMIT ?", arguments: [hall, BrokerState.lanesRemembered]
            ).reversed().map { try $0.word("lane") }
        }
        return lanes
    }

    /// The newest time that any row speaks of: the broker's clock never starts before it, even when the wall clock was set back.
    public func newestInstant() throws(StoreError) -> Instant? {
        try read("session_event") { db in
            try Int64.fetchOne(
                db,
                sql: """
                    SELECT max(newest) FROM (SELECT max(at_ms) AS newest FROM session_event UNION ALL SELECT max(taken_at_ms) FROM ticket
                    UNION ALL SELECT max(since_ms) FROM seat UNION ALL SELECT max(ended_at_ms) FROM ticket
                    UNION ALL SELECT max(at_ms) FROM chat_message UNION ALL SELECT max(handed_in_at_ms) FROM material_file
                    UNION ALL SELECT max(signed_in_at_ms) FROM citizen UNION ALL SELECT max(adopted_at_ms) FROM item_adoption
                    UNION ALL SELECT max(made_at_ms) FROM appointment UNION ALL SELECT max(ended_at_ms) FROM appointment
                    UNION ALL SELECT max(raised_at_ms) FROM floor_task UNION ALL SELECT max(at_ms) FROM floor_act
                    UNION ALL SELECT max(at_ms) FROM administration_act
                    UNION ALL SELECT max(at_ms) FROM audit_entry)
                    """
            ).map(Instant.init(milliseconds:))
        }
    }

    private static func ticketsTaken(onDayOf now: Instant, _ db: Database) throws -> [HallID: Int] {
        let dayMilliseconds: Int64 = 86_400_000
        let offset: Int64 = 8 * 3_600_000
        let start = (now.milliseconds + offset) / dayMilliseconds * dayMilliseconds - offset
        let rows = try Row.fetchAll(
            // A ticket may have moved to another hall since; its case tells where it was taken.
            db,
            sql: """
                SELECT service_case.hall, count(*) AS taken FROM ticket JOIN service_case ON service_case.id = ticket.case_id
                WHERE ticket.taken_at_ms >= ? AND ticket.taken_at_ms < ? GROUP BY service_case.hall
                """,
            arguments: [start, start + dayMilliseconds])
        return try Dictionary(uniqueKeysWithValues: rows.map { row in (try row.code("hall"), row["taken"]) })
    }

    /// How long the last sessions of each hall kept a seat busy, oldest first.
    private static func handlingTimes(_ db: Database) throws -> [HallID: [Milliseconds]] {
        var times: [HallID: [Milliseconds]] = [:]
        for hall in try String.fetchAll(db, sql: "SELECT id FROM hall") {
            guard let id = HallID(hall) else { continue }
            let newest = try Int64.fetchAll(
                db, sql: "SELECT closed_at_ms - started_at_ms FROM session WHERE hall = ? AND state = 'closed' ORDER BY started_at_ms DESC LIMIT 200",
                arguments: [hall])
            times[id] = newest.reversed().map { Milliseconds($0) }
        }
        return times
    }

    /// How often each reason was given in the newest verdicts, by item.
    private static func reasonUse(_ db: Database) throws -> [ItemCode: [ReasonCode: Int]] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT service_case.item_code, json_extract(reason.value, '$.code') AS code, count(*) AS given
                FROM (SELECT * FROM verdict ORDER BY id DESC LIMIT 20000) AS verdict JOIN service_case ON service_case.id = verdict.case_id,
                json_each(verdict.reasons) AS reason GROUP BY 1, 2
                """)
        var use: [ItemCode: [ReasonCode: Int]] = [:]
        for row in rows { use[try row.code("item_code"), default: [:]][try row.code("code")] = row["given"] }
        return use
    }

    // MARK: Rows

    static func hall(_ row: Row) throws -> Hall {
        Hall(
            id: try row.code("id"), name: row["name"], overflow: try row.json("overflow"), zone: row["zone"],
            guestsMayConsult: row["guests_may_consult"], guestsMayPreReview: row["guests_may_pre_review"], revision: row["revision"])
    }

    static func item(_ row: Row) throws -> CatalogueItem { try row.json("body") }

    static func ticket(_ row: Row) throws -> Ticket {
        var ticket = Ticket(
            id: try row.identifier("id"), number: row["number"], hall: try row.code("hall"), item: try itemReference(row),
            group: row["item_group"], kind: try row.word("kind"), citizen: try row.identifier("citizen"),
            caseID: try row.identifier("case_id"), lane: try row.word("lane"), language: try row.optionalWord("language"),
            takenAt: row.instant("taken_at_ms"), state: try row.word("state"))
        ticket.waitingSince = row.optionalInstant("waiting_since_ms") ?? ticket.takenAt
        ticket.earlierRings = row["earlier_rings"]
        ticket.callBack = try row.optionalWord("call_back")
        ticket.directedTo = try row.optionalCode("directed_to")
        ticket.directedUntil = row.optionalInstant("directed_until_ms")
        ticket.transfer = try row.optionalJSON("transfer")
        ticket.handedOnFrom = try row.optionalCode("handed_on_from")
        ticket.earlierAgent = try row.optionalIdentifier("earlier_agent")
        if let p50 = row["estimate_p50_ms"] as Int64?, let p80 = row["estimate_p80_ms"] as Int64? {
            ticket.estimate = WaitEstimate(p50: Milliseconds(p50), p80: Milliseconds(p80))
        }
        ticket.firstRungAt = row.optionalInstant("first_rung_at_ms")
        ticket.deadline = row.optionalInstant("deadline_ms")
        ticket.endedAt = row.optionalInstant("ended_at_ms")
        return ticket
    }

    static func itemReference(_ row: Row) throws -> ItemReference {
        ItemReference(code: try row.code("item_code"), version: row["item_version"], name: row["item_name"])
    }

    static func seat(_ row: Row) throws -> Seat {
        var seat = Seat(id: try row.code("id"), hall: try row.code("hall"), number: row["number"], since: row.instant("since_ms"))
        seat.state = try row.word("state")
        seat.notReadyReason = try row.optionalWord("not_ready_reason")
        seat.agent = try row.optionalIdentifier("agent")
        seat.agentName = row["agent_name"]
        seat.skills = try row.json("skills")
        seat.idleSince = row.instant("idle_since_ms")
        seat.deadline = row.optionalInstant("deadline_ms")
        seat.withdrawnAt = row.optionalInstant("withdrawn_at_ms")
        seat.revision = row["revision"]
        return seat
    }

    static func reservation(_ row: Row) throws -> Reservation {
        Reservation(
            id: try row.identifier("id"), ticket: try row.identifier("ticket"), seat: try row.code("seat"),
            agent: try row.identifier("agent"), why: try row.json("why"), createdAt: row.instant("created_at_ms"),
            deadline: row.instant("deadline_ms"), state: try row.word("state"), rejectReason: try row.optionalWord("reject_reason"),
            endedAt: row.optionalInstant("ended_at_ms"), purpose: try row.word("purpose"))
    }

    static func session(_ row: Row) throws -> Session {
        var session = Session(
            id: try row.identifier("id"), ticket: try row.identifier("ticket"), ticketNumber: row["ticket_number"],
            caseID: try row.identifier("case_id"), kind: try row.word("kind"), hall: try row.code("hall"), seat: try row.code("seat"),
            seatNumber: row["seat_number"], agent: try row.identifier("agent"), agentName: row["agent_name"],
            citizen: try row.identifier("citizen"), citizenName: row["citizen_name"], why: try row.json("why"),
            startedAt: row.instant("started_at_ms"), transfer: try row.optionalJSON("transfer"), state: try row.word("state"),
            calls: row["calls"], mediaEpoch: row["media_epoch"],
            deadline: row.optionalInstant("deadline_ms"), disposition: try row.optionalWord("disposition"), note: row["note"],
            endedAt: row.optionalInstant("ended_at_ms"), closedAt: row.optionalInstant("closed_at_ms"))
        session.lastEpoch = row["last_epoch"]
        session.consult = try row.optionalJSON("consult")
        session.reconnections = row["reconnections"]
        session.reconnectingSince = row.optionalInstant("reconnecting_since_ms")
        return session
    }

    static func chat(of session: SessionID, _ db: Database) throws -> [ChatMessageView] {
        // Row order is the order in which they were said; two in one millisecond keep it too.
        try Row.fetchAll(db, sql: "SELECT * FROM chat_message WHERE session = ? ORDER BY rowid", arguments: [session.description]).map {
            ChatMessageView(id: try $0.identifier("id"), from: try $0.word("sender"), text: $0["text"], at: $0.instant("at_ms"))
        }
    }

    static func serviceCase(_ row: Row) throws -> Case {
        Case(
            id: try row.identifier("id"), number: row["number"], lookUpCode: row["look_up_code"], citizen: try row.identifier("citizen"),
            citizenName: row["citizen_name"], hall: try row.code("hall"), item: try itemReference(row), openedAt: row.instant("opened_at_ms"))
    }

    /// - Throws: when the case or its item is gone, although something refers to it.
    static func caseFile(_ id: CaseID, _ db: Database) throws -> CaseFile {
        guard let row = try Row.fetchOne(db, sql: "SELECT * FROM service_case WHERE id = ?", arguments: [id.description]) else {
            throw UnreadableColumn(column: "case_id")
        }
        let record = try serviceCase(row)
        guard
            let itemRow = try Row.fetchOne(
                db, sql: "SELECT body FROM item_version WHERE code = ? AND version = ?",
                arguments: [record.item.code.text, record.item.version])
        else { throw UnreadableColumn(column: "item_code") }
        var file = CaseFile(
            record: record, item: try item(itemRow), files: try files(of: id, db), verdicts: try verdicts(of: id, db),
            outcomes: try outcomes(of: id, db))
        try addMatter(to: &file, db)
        return file
    }

    /// What belongs to a case beside its materials.
    private static func addMatter(to file: inout CaseFile, _ db: Database) throws {
        let id = file.record.id.description
        let concluded = try Row.fetchOne(
            db,
            sql: """
                SELECT session.ticket, precheck_outcome.concluded_at_ms FROM precheck_outcome JOIN session ON session.id = precheck_outcome.session
                WHERE precheck_outcome.case_id = ? ORDER BY precheck_outcome.version DESC LIMIT 1
                """, arguments: [id])
        file.concludedBy = try concluded?.identifier("ticket")
        file.notice = try Row.fetchOne(db, sql: "SELECT * FROM notice WHERE case_id = ? ORDER BY version DESC LIMIT 1", arguments: [id]).map(notice)
        for row in try Row.fetchAll(db, sql: "SELECT material, applies FROM condition_answer WHERE case_id = ?", arguments: [id]) {
            file.answers[try row.code("material")] = row["applies"]
        }
        for row in try Row.fetchAll(db, sql: "SELECT key, value FROM case_field WHERE case_id = ?", arguments: [id]) {
            file.fields[try row.word("key")] = row["value"]
        }
        let hashes = "SELECT id, picture_hashes FROM material_file WHERE case_id = ? AND removed = 0 AND picture_hashes <> '[]'"
        for row in try Row.fetchAll(db, sql: hashes, arguments: [id]) {
            let pages: [[String]] = try row.json("picture_hashes")
            file.pictureHashes[try row.identifier("id")] = pages.map { page in page.compactMap { UInt64($0, radix: 16) } }
        }
        file.ticket = try Row.fetchOne(db, sql: "SELECT id FROM ticket WHERE case_id = ? ORDER BY taken_at_ms DESC, id DESC LIMIT 1", arguments: [id])?
            .identifier("id")
        let reopened = """
            SELECT material, reason FROM material_reopening WHERE case_id = ? AND session IN (SELECT id FROM session WHERE ticket = ?) ORDER BY id
            """
        for row in try Row.fetchAll(db, sql: reopened, arguments: [id, file.ticket?.description]) {
            file.reopened[try row.code("material")] = row["reason"]
        }
        let ofOpenSession = "WHERE case_id = ? AND session IN (SELECT id FROM session WHERE state <> 'closed') ORDER BY id"
        file.corrections = try Row.fetchAll(db, sql: "SELECT * FROM field_correction \(ofOpenSession)", arguments: [id]).map(correction)
        file.stills = try Row.fetchAll(db, sql: "SELECT * FROM still \(ofOpenSession)", arguments: [id]).map(still)
    }

    static func notice(_ row: Row) throws -> NoticeView {
        NoticeView(
            number: row["number"], code: row["code"], version: row["version"], issuedAt: row.instant("issued_at_ms"),
            confirmedAt: row.optionalInstant("confirmed_at_ms"))
    }

    private static func correction(_ row: Row) throws -> Correction {
        Correction(
            session: try row.identifier("session"),
            view: CorrectionView(
                id: try row.identifier("id"), key: try row.word("key"), oldValue: row["old_value"], newValue: row["new_value"],
                state: try row.word("state"), proposedAt: row.instant("proposed_at_ms")), answeredAt: row.optionalInstant("answered_at_ms"))
    }

    private static func still(_ row: Row) throws -> Still {
        Still(
            session: try row.identifier("session"),
            view: StillView(
                id: try row.identifier("id"), materialID: try row.code("material"), state: try row.word("state"), sha256: row["sha256"],
                askedAt: row.instant("asked_at_ms"), deadline: row.optionalInstant("deadline_ms")), file: try row.optionalIdentifier("file"))
    }

    static func files(of id: CaseID, _ db: Database) throws -> [FileView] {
        try Row.fetchAll(
            db, sql: "SELECT * FROM material_file WHERE case_id = ? AND removed = 0 ORDER BY place, rowid", arguments: [id.description]
        ).map {
            FileView(
                id: try $0.identifier("id"), materialID: try $0.code("material"), name: $0["name"], mediaType: try $0.word("media_type"),
                byteCount: $0["byte_count"], sha256: $0["sha256"], handedInAt: $0.instant("handed_in_at_ms"), rotation: $0["rotation"],
                pages: $0["pages"], check: try $0.word("machine_check"), findings: try $0.json("findings"), stillID: try $0.optionalIdentifier("still"))
        }
    }

    static func verdicts(of id: CaseID, _ db: Database) throws -> [VerdictView] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT * FROM verdict WHERE id IN (SELECT max(id) FROM verdict WHERE case_id = ? GROUP BY material)
                AND withdrawn = 0 ORDER BY id
                """, arguments: [id.description]
        ).map {
            VerdictView(
                materialID: try $0.code("material"), verdict: try $0.word("verdict"), reasons: try $0.json("reasons"), note: $0["note"],
                givenAt: $0.instant("given_at_ms"), dueBy: ($0["due_by"] as String?).flatMap(CivilDate.init))
        }
    }

    static func outcomes(of id: CaseID, _ db: Database) throws -> [OutcomeView] {
        try Row.fetchAll(db, sql: "\(selectOutcome) WHERE case_id = ? ORDER BY version", arguments: [id.description]).map { try $0.json("body") }
    }

    /// An outcome of the first release names no handling place. It was the hall of the case then as it is now, and an outcome is never rewritten.
    static let selectOutcome = """
        SELECT json_insert(precheck_outcome.body, '$.handling_hall', json_object('id', hall.id, 'name', hall.name)) AS body
        FROM precheck_outcome JOIN service_case ON service_case.id = precheck_outcome.case_id JOIN hall ON hall.id = service_case.hall
        """
}

/// A column whose text is not what it must be.
struct UnreadableColumn: Error {
    let column: String
}

extension Row {
    func identifier<Subject>(_ column: String) throws -> Identifier<Subject> {
        guard let identifier = Identifier<Subject>(self[column] as String) else { throw UnreadableColumn(column: column) }
        return identifier
    }

    func optionalIdentifier<Subject>(_ column: String) throws -> Identifier<Subject>? {
        (self[column] as String?) == nil ? nil : try identifier(column)
    }

    func code<Subject>(_ column: String) throws -> Code<Subject> {
        guard let code = Code<Subject>(self[column] as String) else { throw UnreadableColumn(column: column) }
        return code
    }

    func optionalCode<Subject>(_ column: String) throws -> Code<Subject>? {
        (self[column] as String?) == nil ? nil : try code(column)
    }

    func optionalJSON<Value: Decodable>(_ column: String) throws -> Value? {
        (self[column] as String?) == nil ? nil : try json(column)
    }

    func word<Word: RawRepresentable<String>>(_ column: String) throws -> Word {
        guard let word = Word(rawValue: self[column]) else { throw UnreadableColumn(column: column) }
        return word
    }

    func optionalWord<Word: WireWord>(_ column: String) throws -> Word? {
        (self[column] as String?) == nil ? nil : try word(column)
    }

    func instant(_ column: String) -> Instant { Instant(milliseconds: self[column]) }

    func optionalInstant(_ column: String) -> Instant? { (self[column] as Int64?).map(Instant.init(milliseconds:)) }

    func json<Value: Decodable>(_ column: String) throws -> Value {
        try WireCoding.decoder().decode(Value.self, from: Data((self[column] as String).utf8))
    }
}

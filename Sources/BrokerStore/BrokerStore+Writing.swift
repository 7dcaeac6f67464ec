import BrokerCore
import Foundation
import GRDB
import SignalingProtocol

extension BrokerStore {
    static func write(_ record: StoreRecord, to db: Database) throws {
        switch record {
        case .broker(let record): try write(record, to: db)
        case .citizen(let row):
            try upsertCitizen(db, row.id.description, row.name, row.telephone, row.termsVersion, row.signedInAt.milliseconds, row.assurance.rawValue)
        case .signIn(let row):
            try upsertSignIn(
                db, row.tokenHash, row.id.description, row.role.rawValue, row.person, row.createdAt.milliseconds, row.seenAt.milliseconds,
                row.expiresAt.milliseconds, row.keptUntil?.milliseconds, row.device)
        case .signOut(let hash):
            try db.cachedStatement(sql: "DELETE FROM sign_in WHERE token_hash = ?").execute(arguments: [hash])
        case .vouchedSignIn(let row): try write(row, to: db)
        case .account(let account): try write(account, to: db)
        case .accountRemoved(let id): try db.execute(sql: "DELETE FROM account WHERE id = ?", arguments: [id.description])
        case .administrationAct(let act): try write(act, to: db)
        case .secondFactor(let change): try write(change, to: db)
        case .noticePrinted(let number, let pdf): try write(pdf, of: number, to: db)
        // The audit's rows are written beside those of every record.
        case .audit, .asked: break
        case .consent(let row): try write(row, to: db)
        case .erasure(let erasure): try write(erasure, to: db)
        }
    }

    private static func write(_ record: BrokerCore.Record, to db: Database) throws {
        switch record {
        case .ticket(let ticket): try write(ticket, to: db)
        case .reservation(let reservation): try write(reservation, to: db)
        case .seat(let seat): try write(seat, to: db)
        case .session(let session): try write(session, to: db)
        case .serviceCase(let serviceCase): try write(serviceCase, to: db)
        case .file(let caseID, let file):
            try write(file, of: caseID, to: db)
            // After those that were arranged; the count only grows.
            try db.cachedStatement(sql: "UPDATE material_file SET place = (SELECT count(*) FROM material_file WHERE case_id = ?) WHERE id = ?")
                .execute(arguments: [caseID.description, file.id.description])
        case .fileRemoved(_, let file):
            try db.cachedStatement(sql: "UPDATE material_file SET removed = 1 WHERE id = ?").execute(arguments: [file.description])
        case .fileChanged(let caseID, let file): try write(file, of: caseID, to: db)
        case .pictureHashes(_, let file, let hashes):
            try db.cachedStatement(sql: "UPDATE material_file SET picture_hashes = ? WHERE id = ?")
                .execute(arguments: [try json(hashes.map { page in page.map { String($0, radix: 16) } }), file.description])
        case .filesArranged(_, let files):
            let statement = try db.cachedStatement(sql: "UPDATE material_file SET place = ? WHERE id = ?")
            for (place, file) in files.enumerated() { try statement.execute(arguments: [place, file.description]) }
        case .conditionAnswer(let caseID, let material, let applies):
            try upsertAnswer(db, caseID.description, material.text, applies)
        case .field(let caseID, let field): try upsertField(db, caseID.description, field.key.rawValue, field.value)
        case .correction(let caseID, let correction): try write(correction, of: caseID, to: db)
        case .still(let caseID, let still): try write(still, of: caseID, to: db)
        case .reopened(let caseID, let reopening):
            try db.cachedStatement(sql: "INSERT INTO material_reopening (case_id, session, material, reason, at_ms) VALUES (?, ?, ?, ?, ?)")
                .execute(arguments: [
                    caseID.description, reopening.session.description, reopening.material.text, reopening.reason, reopening.at.milliseconds,
                ])
        case .notice(let caseID, let notice):
            try upsertNotice(
                db, notice.number, caseID.description, notice.version, notice.code, notice.issuedAt.milliseconds, notice.confirmedAt?.milliseconds)
        case .floorTask(let task): try write(task, to: db)
        case .floorAct(let act): try write(act, to: db)
        case .verdict(let caseID, let session, let verdict): try write(verdict, of: caseID, in: session, to: db)
        case .verdictWithdrawn(let caseID, let material):
            try db.cachedStatement(sql: "UPDATE verdict SET withdrawn = 1 WHERE case_id = ? AND material = ?")
                .execute(arguments: [caseID.description, material.text])
        case .outcome(let session, let outcome): try write(outcome, of: session, to: db)
        case .chat(let session, let message): try write(message, in: session, to: db)
        case .adoption(let adoption): try write(adoption, to: db)
        case .appointment(let appointment): try write(appointment, to: db)
        case .hall(let hall): try write(hall, to: db)
        case .event(let event):
            try db.cachedStatement(sql: "INSERT INTO session_event (session, kind, at_ms, detail) VALUES (?, ?, ?, ?)")
                .execute(arguments: [event.session.description, event.kind.rawValue, event.at.milliseconds, event.detail])
        }
    }

    // MARK: Queue and sessions

    private static let upsertTicket = Upsert(
        "ticket", key: ["id"],
        columns: [
            "number", "hall", "item_code", "item_version", "item_name", "item_group", "kind", "citizen", "case_id", "lane", "language",
            "taken_at_ms", "state", "earlier_rings", "call_back", "directed_to", "directed_until_ms", "transfer", "earlier_agent",
            "estimate_p50_ms", "estimate_p80_ms", "first_rung_at_ms", "deadline_ms", "ended_at_ms", "handed_on_from", "waiting_since_ms",
        ])

    private static func write(_ ticket: Ticket, to db: Database) throws {
        try upsertTicket(
            db, ticket.id.description, ticket.number, ticket.hall.text, ticket.item.code.text, ticket.item.version, ticket.item.name,
            ticket.group, ticket.kind.rawValue, ticket.citizen.description, ticket.caseID.description, ticket.lane.rawValue,
            ticket.language?.rawValue, ticket.takenAt.milliseconds, ticket.state.rawValue, ticket.earlierRings, ticket.callBack?.rawValue,
            ticket.directedTo?.text, ticket.directedUntil?.milliseconds, try ticket.transfer.map(json), ticket.earlierAgent?.description,
            ticket.estimate?.p50.count, ticket.estimate?.p80.count, ticket.firstRungAt?.milliseconds, ticket.deadline?.milliseconds,
            ticket.endedAt?.milliseconds, ticket.handedOnFrom?.text, ticket.waitingSince.milliseconds)
    }

    private static let upsertReservation = Upsert(
        "reservation", key: ["id"],
        columns: ["ticket", "seat", "agent", "why", "created_at_ms", "deadline_ms", "state", "reject_reason", "ended_at_ms", "purpose"])

    private static func write(_ reservation: Reservation, to db: Database) throws {
        try upsertReservation(
            db, reservation.id.description, reservation.ticket.description, reservation.seat.text, reservation.agent.description,
            try json(reservation.why), reservation.createdAt.milliseconds, reservation.deadline.milliseconds, reservation.state.rawValue,
            reservation.rejectReason?.rawValue, reservation.endedAt?.milliseconds, reservation.purpose.rawValue)
    }

    private static let upsertSeat = Upsert(
        "seat", key: ["id"],
        columns: [
            "hall", "number", "state", "not_ready_reason", "agent", "agent_name", "skills", "since_ms", "idle_since_ms", "deadline_ms", "withdrawn_at_ms",
            "revision",
        ])

    static func write(_ seat: Seat, to db: Database) throws {
        try upsertSeat(
            db, seat.id.text, seat.hall.text, seat.number, seat.state.rawValue, seat.notReadyReason?.rawValue, seat.agent?.description,
            seat.agentName, try json(seat.skills), seat.since.milliseconds, seat.idleSince.milliseconds, seat.deadline?.milliseconds,
            seat.withdrawnAt?.milliseconds, seat.revision)
    }

    private static let upsertSession = Upsert(
        "session", key: ["id"],
        columns: [
            "ticket", "ticket_number", "case_id", "kind", "hall", "seat", "seat_number", "agent", "agent_name", "citizen", "citizen_name",
            "why", "started_at_ms", "transfer", "state", "calls", "media_epoch", "deadline_ms", "disposition", "note", "ended_at_ms", "closed_at_ms",
            "last_epoch", "consult", "consult_seat", "reconnecting_since_ms", "reconnections",
        ])

    private static func write(_ session: Session, to db: Database) throws {
        try upsertSession(
            db, session.id.description, session.ticket.description, session.ticketNumber, session.caseID.description,
            session.kind.rawValue, session.hall.text, session.seat.text, session.seatNumber, session.agent.description, session.agentName,
            session.citizen.description, session.citizenName, try json(session.why), session.startedAt.milliseconds,
            try session.transfer.map(json), session.state.rawValue, session.calls, session.mediaEpoch, session.deadline?.milliseconds,
            session.disposition?.rawValue, session.note,
            session.endedAt?.milliseconds, session.closedAt?.milliseconds, session.lastEpoch, try session.consult.map(json),
            session.consultSeat?.text, session.reconnectingSince?.milliseconds, session.reconnections)
    }

    private static let upsertChatMessage = Upsert("chat_message", key: ["session", "id"], columns: ["sender", "text", "at_ms"])

    private static func write(_ message: ChatMessageView, in session: SessionID, to db: Database) throws {
        try upsertChatMessage(
            db, session.description, message.id.description, message.from.rawValue, message.text, message.at.milliseconds)
    }

    // MARK: Cases

    private static let upsertCase = Upsert(
        "service_case", key: ["id"],
        columns: [
            "number", "look_up_code", "citizen", "citizen_name", "hall", "item_code", "item_version", "item_name", "opened_at_ms",
        ])

    private static func write(_ serviceCase: Case, to db: Database) throws {
        try upsertCase(
            db, serviceCase.id.description, serviceCase.number, serviceCase.lookUpCode, serviceCase.citizen.description,
            serviceCase.citizenName, serviceCase.hall.text, serviceCase.item.code.text, serviceCase.item.version, serviceCase.item.name,
            serviceCase.openedAt.milliseconds)
    }

    private static let upsertFile = Upsert(
        "material_file", key: ["id"],
        columns: [
            "case_id", "material", "name", "media_type", "byte_count", "sha256", "handed_in_at_ms", "rotation", "pages", "machine_check", "findings",
            "still",
        ])

    private static func write(_ file: FileView, of caseID: CaseID, to db: Database) throws {
        try upsertFile(
            db, file.id.description, caseID.description, file.materialID.text, file.name, file.mediaType.rawValue, file.byteCount,
            file.sha256, file.handedInAt.milliseconds, file.rotation, file.pages, file.check.rawValue, try json(file.findings),
            file.stillID?.description)
    }

    private static func write(_ verdict: VerdictView, of caseID: CaseID, in session: SessionID, to db: Database) throws {
        try db.cachedStatement(
            sql: "INSERT INTO verdict (case_id, session, material, verdict, reasons, note, given_at_ms, due_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        ).execute(arguments: [
            caseID.description, session.description, verdict.materialID.text, verdict.verdict.rawValue, try json(verdict.reasons),
            verdict.note, verdict.givenAt.milliseconds, verdict.dueBy?.description,
        ])
    }

    private static func write(_ outcome: OutcomeView, of session: SessionID, to db: Database) throws {
        try db.cachedStatement(
            sql: "INSERT INTO precheck_outcome (case_id, version, session, result, body, concluded_at_ms) VALUES (?, ?, ?, ?, ?, ?)"
        ).execute(arguments: [
            outcome.caseID.description, outcome.version, session.description, outcome.result.rawValue, try json(outcome),
            outcome.concludedAt.milliseconds,
        ])
    }

    private static let upsertAnswer = Upsert("condition_answer", key: ["case_id", "material"], columns: ["applies"])
    private static let upsertField = Upsert("case_field", key: ["case_id", "key"], columns: ["value"])
    private static let upsertNotice = Upsert("notice", key: ["number"], columns: ["case_id", "version", "code", "issued_at_ms", "confirmed_at_ms"])
    private static let upsertCorrection = Upsert(
        "field_correction", key: ["id"],
        columns: ["case_id", "session", "key", "old_value", "new_value", "state", "proposed_at_ms", "answered_at_ms"])
    private static let upsertStill = Upsert(
        "still", key: ["id"], columns: ["case_id", "session", "material", "state", "sha256", "file", "asked_at_ms", "deadline_ms"])

    private static func write(_ correction: Correction, of caseID: CaseID, to db: Database) throws {
        let view = correction.view
        try upsertCorrection(
            db, view.id.description, caseID.description, correction.session.description, view.key.rawValue, view.oldValue, view.newValue,
            view.state.rawValue, view.proposedAt.milliseconds, correction.answeredAt?.milliseconds)
    }

    private static func write(_ still: Still, of caseID: CaseID, to db: Database) throws {
        let view = still.view
        try upsertStill(
            db, view.id.description, caseID.description, still.session.description, view.materialID.text, view.state.rawValue, view.sha256,
            still.file?.description, view.askedAt.milliseconds, view.deadline?.milliseconds)
    }

    // MARK: People

    private static let upsertCitizen = Upsert(
        "citizen", key: ["id"], columns: ["name", "telephone", "terms_version", "signed_in_at_ms", "assurance"])
    private static let upsertSignIn = Upsert(
        "sign_in", key: ["token_hash"],
        columns: ["id", "role", "person", "created_at_ms", "seen_at_ms", "expires_at_ms", "kept_until_ms", "device"])

    static func json(_ value: some Encodable) throws -> String {
        String(decoding: try WireCoding.encoder(sorted: true).encode(value), as: UTF8.self)
    }
}

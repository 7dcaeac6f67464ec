import BrokerCore
import GRDB
import SignalingProtocol

/// An appointment as it is listed.
public struct AppointmentRow: Hashable, Sendable {
    public let appointment: Appointment
    public let hallName: String
}

extension BrokerStore {
    /// A citizen's appointments, newest first.
    public func appointments(of citizen: CitizenID) throws(StoreError) -> [AppointmentRow] {
        try read("appointment") { db in
            try Row.fetchAll(
                db, sql: "\(Self.selectAppointment) WHERE citizen = ? ORDER BY appointment.id DESC LIMIT ?",
                arguments: [citizen.description, Self.mostListed]
            ).map(Self.appointmentRow)
        }
    }

    /// One of a citizen's appointments; nil when it is somebody else's.
    public func appointment(_ id: AppointmentID, of citizen: CitizenID) throws(StoreError) -> AppointmentRow? {
        try read("appointment") { db in
            try Row.fetchOne(
                db, sql: "\(Self.selectAppointment) WHERE appointment.id = ? AND citizen = ?", arguments: [id.description, citizen.description]
            ).map(Self.appointmentRow)
        }
    }

    /// A hall's appointments that begin within `time`, by their beginning.
    public func appointments(in hall: HallID, within time: Range<Instant>) throws(StoreError) -> [AppointmentRow] {
        try read("appointment") { db in
            try Row.fetchAll(
                db, sql: "\(Self.selectAppointment) WHERE hall = ? AND starts_at_ms >= ? AND starts_at_ms < ? ORDER BY starts_at_ms, appointment.id",
                arguments: [hall.text, time.lowerBound.milliseconds, time.upperBound.milliseconds]
            ).map(Self.appointmentRow)
        }
    }

    /// Nobody's list is longer.
    private static let mostListed = 200
    private static let selectAppointment = "SELECT appointment.*, hall.name AS hall_name FROM appointment JOIN hall ON hall.id = appointment.hall"

    private static func appointmentRow(_ row: Row) throws -> AppointmentRow { AppointmentRow(appointment: try appointment(row), hallName: row["hall_name"]) }

    // MARK: Recovery

    /// Those that are live, those that are still shown or keep a place shut, and what the limits of those who book need.
    static func loadAppointments(into state: inout BrokerState, at now: Instant, _ db: Database) throws {
        state.appointments = try Row.fetchAll(
            db,
            sql: """
                SELECT * FROM appointment WHERE ended_at_ms IS NULL
                UNION ALL SELECT * FROM appointment WHERE ended_at_ms IS NOT NULL AND deadline_ms > ? ORDER BY id
                """, arguments: [now.milliseconds]
        ).map(appointment)
        let counts = try Row.fetchAll(db, sql: "SELECT hall, count(*) AS made FROM appointment GROUP BY hall")
        state.appointmentsMade = try Dictionary(uniqueKeysWithValues: counts.map { (try $0.code("hall"), $0["made"]) })
        state.missed = try Row.fetchAll(
            db, sql: "SELECT citizen, ended_at_ms FROM appointment WHERE state = 'no-show' AND ended_at_ms > ? ORDER BY id",
            arguments: [now.milliseconds - BrokerState.missedRemembered.count]
        ).map { MissedAppointment(citizen: try $0.identifier("citizen"), at: $0.instant("ended_at_ms")) }
    }

    private static func appointment(_ row: Row) throws -> Appointment {
        var appointment = Appointment(
            id: try row.identifier("id"), number: row["number"], hall: try row.code("hall"),
            item: ItemReference(code: try row.code("item_code"), version: row["item_version"], name: row["item_name"]), group: row["item_group"],
            kind: try row.word("kind"), language: try row.optionalWord("language"), citizen: try row.identifier("citizen"),
            citizenName: row["citizen_name"], time: row.instant("starts_at_ms")..<row.instant("ends_at_ms"), madeAt: row.instant("made_at_ms"),
            replaces: try row.optionalIdentifier("replaces"), checkInFrom: row.instant("check_in_from_ms"),
            checkInUntil: row.instant("check_in_until_ms"), state: try row.word("state"))
        appointment.moved = row["moved"]
        appointment.ticket = try row.optionalIdentifier("ticket")
        appointment.caseNumber = row["case_number"]
        appointment.deadline = row.optionalInstant("deadline_ms")
        appointment.shutUntil = row.optionalInstant("shut_until_ms")
        appointment.endedAt = row.optionalInstant("ended_at_ms")
        return appointment
    }

    // MARK: Writing

    private static let upsertAppointment = Upsert(
        "appointment", key: ["id"],
        columns: [
            "number", "hall", "item_code", "item_version", "item_name", "item_group", "kind", "language", "citizen", "citizen_name", "starts_at_ms",
            "ends_at_ms", "made_at_ms", "replaces", "check_in_from_ms", "check_in_until_ms", "state", "moved", "ticket", "case_number", "deadline_ms",
            "shut_until_ms", "ended_at_ms",
        ])

    static func write(_ appointment: Appointment, to db: Database) throws {
        try upsertAppointment(
            db, appointment.id.description, appointment.number, appointment.hall.text, appointment.item.code.text, appointment.item.version,
            appointment.item.name, appointment.group, appointment.kind.rawValue, appointment.language?.rawValue, appointment.citizen.description,
            appointment.citizenName, appointment.time.lowerBound.milliseconds, appointment.time.upperBound.milliseconds,
            appointment.madeAt.milliseconds, appointment.replaces?.description, appointment.checkInFrom.milliseconds,
            appointment.checkInUntil.milliseconds, appointment.state.rawValue, appointment.moved, appointment.ticket?.description,
            appointment.caseNumber, appointment.deadline?.milliseconds, appointment.shutUntil?.milliseconds, appointment.endedAt?.milliseconds)
    }
}

import SignalingProtocol

extension APIDocument {
    /// Booking.
    static let appointmentOperations: [APIOperation] = [
        APIOperation(
            "GET", "/api/v1/halls/{hall}/slots", "Which times can be booked now.", .anybody,
            query: ["item": .code, "kind": .part("SessionKind"), "language": .part("SpokenLanguage"), "from": .date, "days": .integer(1...31)],
            requiredQuery: ["item"],
            .json(
                .object(
                    [
                        "hall_id": .code, "slot_minutes": .integer(), "zone": .text(), "first_date": .date, "last_date": .date,
                        "days": .array(
                            .object([
                                "date": .date, "slots": .array(.object(["starts_at": .instant, "ends_at": .instant, "free": .integer()])),
                            ])),
                    ],
                    optional: ["next": .instant, "reason": .words(["no-schedule", "calendar-missing", "all-taken"]), "missing_year": .integer()]))),
        APIOperation(
            "GET", "/api/v1/appointments", "One's own appointments, newest first.", .citizen,
            .json(.object(["appointments": .array(.part("AppointmentView"))]))),
        APIOperation(
            "POST", "/api/v1/appointments", "Holds a place for ten minutes; with `replaces` the old one stays until the new one is booked.", .citizen,
            body: .object(
                ["hall_id": .code, "item_code": .code, "kind": .part("SessionKind"), "starts_at": .instant],
                optional: ["language": .part("SpokenLanguage"), "replaces": .uuid]), .json(201, .part("AppointmentView"))),
        APIOperation("POST", "/api/v1/appointments/{appointment}/book", "Books the held place.", .citizen, .json(.part("AppointmentView"))),
        APIOperation("POST", "/api/v1/appointments/{appointment}/cancel", "Gives it up.", .citizen, .json(.part("AppointmentView"))),
        APIOperation(
            "POST", "/api/v1/appointments/{appointment}/check-in", "The citizen is there: takes a ticket, which is called first once the time has come.",
            .citizen, .json(.object(["appointment": .part("AppointmentView")], optional: ["ticket": .part("TicketView")]))),
        APIOperation(
            "GET", "/api/v1/appointments/{appointment}/calendar.ics", "For the citizen's own calendar (RFC 5545).", .citizen,
            .bytes("text/calendar; charset=utf-8")),
        APIOperation(
            "GET", "/api/v1/admin/halls/{hall}/appointments", "A hall's appointments and how full its times are.", .staff,
            query: ["from": .date, "days": .integer(1...31)],
            .json(
                .object([
                    "appointments": .array(.anything("An `AppointmentView` with `citizen_name`.")),
                    "slots": .array(
                        .object([
                            "starts_at": .instant, "ends_at": .instant, "covers": .anything("Groups, kinds and languages."), "capacity": .integer(),
                            "taken": .integer(),
                        ])),
                ]))),
    ]
}

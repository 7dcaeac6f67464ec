import BrokerCore
import SignalingProtocol

extension APIDocument {
    /// People, their roles, seats and halls. A row that somebody else changed meanwhile is refused with 409 and what it is now.
    static let houseOperations: [APIOperation] = people + halls

    private static let people: [APIOperation] = [
        APIOperation(
            "GET", "/api/v1/admin/people", "Everybody who works in the halls that one administers.", .staff, query: ["hall": .code],
            .json(.object(["people": .array(.part("PersonView")), "groups": .array(.text())]))),
        APIOperation(
            "POST", "/api/v1/admin/people", "Makes an account; its one-time password is told this once.", .staff,
            body: .object(
                ["account": .text(atMost: 32), "name": .text(atMost: 50), "hall_id": .code, "roles": .array(.part("RoleGrant"))],
                optional: ["skills": .part("SkillList")]), .json(201, withPassword)),
        APIOperation(
            "PATCH", "/api/v1/admin/people/{id}", "Changes name, roles or skills; what is absent stays.", .staff,
            body: .object(
                ["revision": .integer()],
                optional: ["name": .text(atMost: 50), "roles": .array(.part("RoleGrant")), "skills": .part("SkillList")]), .json(.part("PersonView"))),
        APIOperation("DELETE", "/api/v1/admin/people/{id}", "Deletes an account that was never used and that nothing refers to.", .staff, .nothing()),
        APIOperation(
            "POST", "/api/v1/admin/people/{id}/suspend", "Signs them out everywhere; an open session is handed over or finished, or stands against it.",
            .staff, body: .object(["revision": .integer()], optional: ["hand_over_to": .uuid, "end_after_session": .boolean]), .json(.part("PersonView"))),
        APIOperation(
            "POST", "/api/v1/admin/people/{id}/restore", "Lets them in again.", .staff, body: .object(["revision": .integer()]), .json(.part("PersonView"))),
        APIOperation(
            "POST", "/api/v1/admin/people/{id}/reset-password", "Gives a new one-time password, told this once.", .staff,
            body: .object(["revision": .integer()]), .json(withPassword)),
        APIOperation(
            "POST", "/api/v1/admin/people/{id}/second-factor/reset", "Removes every second factor and recovery code, and signs them out everywhere.", .staff,
            .json(.part("PersonView"))),
        APIOperation(
            "POST", "/api/v1/admin/people/{id}/unlock", "Forgets wrong tries at the account, so that the next may come at once.", .staff,
            .json(.part("PersonView"))),
        APIOperation(
            "POST", "/api/v1/staff/password", "Changes one's own password.", .staff, body: .object(["current_password": .text(), "new_password": .text()]),
            .json(.part("StaffProfile"))),
    ]

    private static let withPassword = APISchema.object(["person": .part("PersonView"), "password": .text()])

    private static let halls: [APIOperation] = [
        APIOperation(
            "GET", "/api/v1/admin/halls", "All halls, and which of them one administers.", .staff, .json(.object(["halls": .array(.part("HallRow"))]))),
        APIOperation(
            "POST", "/api/v1/admin/halls", "Makes a hall; its code is that of its division (GB/T 2260).", .staff,
            body: .object(
                ["id": .code, "name": .text(atMost: 50)],
                optional: ["zone": .text(atMost: 64), "guests_may_consult": .boolean, "guests_may_pre_review": .boolean]), .json(201, .part("HallRow"))),
        APIOperation(
            "PATCH", "/api/v1/admin/halls/{hall}", "Changes name, zone or the halls that help out; what is absent stays.", .staff,
            body: .object(
                ["revision": .integer()],
                optional: [
                    "name": .text(atMost: 50), "zone": .text(atMost: 64), "overflow": .array(.code), "guests_may_consult": .boolean,
                    "guests_may_pre_review": .boolean,
                ]),
            .json(.part("HallRow"))),
        APIOperation("GET", "/api/v1/admin/halls/{hall}/seats", "A hall's seats.", .staff, .json(.object(["seats": .array(.part("SeatRow"))]))),
        APIOperation(
            "POST", "/api/v1/admin/halls/{hall}/seats", "Makes a seat.", .staff, body: .object(["number": .text(atMost: 16)]), .json(201, .part("SeatRow"))),
        APIOperation(
            "PATCH", "/api/v1/admin/halls/{hall}/seats/{seat}", "Gives a seat another number.", .staff,
            body: .object(["revision": .integer(), "number": .text(atMost: 16)]), .json(.part("SeatRow"))),
        APIOperation(
            "POST", "/api/v1/admin/halls/{hall}/seats/{seat}/withdraw", "Withdraws a seat that nobody is signed on at.", .staff,
            body: .object(["revision": .integer()]), .json(.part("SeatRow"))),
        APIOperation(
            "POST", "/api/v1/admin/halls/{hall}/seats/{seat}/restore", "Puts a seat back.", .staff, body: .object(["revision": .integer()]),
            .json(.part("SeatRow"))),
    ]

    static let houseParts: KeyValuePairs<String, APISchema> = [
        "RoleGrant": .object(["hall_id": .code, "role": .words(["agent", "supervisor", "administrator", "catalogue-administrator"])]),
        "SkillList": .object([
            "groups": .array(.text()), "kinds": .array(.part("SessionKind")), "languages": .array(.part("SpokenLanguage")),
        ]),
        "PersonView": .object(
            [
                "id": .uuid, "account": .text(), "name": .text(), "hall": .part("HallView"), "roles": .array(.part("RoleGrant")),
                "skills": .part("SkillList"),
                "sign_in": .object(["second_factors": .integer()], optional: ["locked_until": .instant]), "state": .words(["active", "leaving", "suspended"]),
                "must_change_password": .boolean, "used": .boolean,
                "revision": .integer(),
            ],
            optional: [
                "suspended_at": .instant, "seat": .object(["id": .code, "number": .text(), "hall_id": .code, "state": .part("SeatState")]),
            ]),
        "HallRow": .object([
            "id": .code, "name": .text(), "zone": .text(), "overflow": .array(.code), "guests_may_consult": .boolean, "guests_may_pre_review": .boolean,
            "administered": .boolean, "revision": .integer(),
        ]),
        "SeatRow": .object(
            ["id": .code, "number": .text(), "state": .part("SeatState"), "agent_name": .text(), "since": .instant, "revision": .integer()],
            optional: ["withdrawn_at": .instant]),
    ]
}

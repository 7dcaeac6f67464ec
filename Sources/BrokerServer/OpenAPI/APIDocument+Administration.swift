import SignalingProtocol

extension APIDocument {
    /// For administrators.
    static let administrationOperations: [APIOperation] = overview + theFloor + places

    private static let overview: [APIOperation] = [
        APIOperation(
            "GET", "/api/v1/admin/overview", "Halls, seats, live tickets, the newest sessions, items, and how well estimates came true.", .staff,
            .json(
                .object([
                    "halls": .array(.part("HallLine")), "seats": .array(.part("SeatLine")), "sessions": .array(.part("SessionSummary")),
                    "tickets": .array(
                        .object([
                            "id": .uuid, "number": .text(), "item": .part("ItemReference"), "kind": .part("SessionKind"), "state": .part("TicketState"),
                            "taken_at": .instant,
                        ])),
                    "items": .array(
                        .object([
                            "code": .code, "version": .integer(), "name": .text(), "category": .text(), "kinds": .array(.part("SessionKind")),
                            "published": .boolean, "verified": .boolean, "material_count": .integer(),
                        ])),
                    "estimates": .array(
                        .object(["hall_id": .code, "tickets": .integer(), "median_error_ms": .integer(), "within_p80": .number])),
                ]))),
        APIOperation(
            "GET", "/api/v1/admin/tasks", "What supervisors are asked to look into.", .staff,
            .json(
                .object([
                    "tasks": .array(
                        .object([
                            "id": .uuid, "kind": .text(), "hall": .part("HallView"), "case_number": .text(), "item": .part("ItemReference"),
                            "version": .integer(), "material": .text(), "session_id": .uuid, "raised_at": .instant,
                        ]))
                ]))),
        APIOperation(
            "GET", "/api/v1/admin/sessions/{session}", "A session with its timeline.", .staff,
            .json(
                .object(
                    [
                        "session": .part("SessionSummary"), "why": .part("RoutingReason"),
                        "timeline": .array(.object(["at": .instant, "kind": .part("SessionEventKind"), "detail": .text()])),
                    ], optional: ["outcome": .part("OutcomeView")]))),
        APIOperation("GET", "/api/v1/admin/cases/{number}/export", "A case as one signed ZIP.", .staff, .bytes("application/zip")),
    ]

    private static let places: [APIOperation] = [
        APIOperation("GET", "/api/v1/admin/halls/{hall}/place", "Where the hall's own windows are.", .staff, .json(.part("HallPlace"))),
        APIOperation(
            "PUT", "/api/v1/admin/halls/{hall}/place", "Says where they are, and where matters are done online.", .staff, body: .part("HallPlace"),
            .json(.part("HallPlace"))),
    ]
}

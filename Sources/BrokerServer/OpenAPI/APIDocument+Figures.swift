import BrokerStore
import SignalingProtocol

extension APIDocument {
    /// What happened.
    static let figureOperations: [APIOperation] = [
        APIOperation(
            "GET", "/api/v1/admin/figures", "What a period came to, with the definition of each figure. With `Accept: text/csv` as a spreadsheet.", .staff,
            query: figureQuery, .json(.part("FigureReport"))),
        APIOperation("GET", "/api/v1/admin/figures.csv", "The same as a spreadsheet.", .staff, query: figureQuery, .bytes(CommaSeparated.mediaType)),
        APIOperation(
            "GET", "/api/v1/admin/sessions", "Live and past sessions, newest first, page by page. With `Accept: text/csv` all of them as a spreadsheet.",
            .staff, query: sessionQuery, .json(.object(["sessions": .array(.part("SessionRow"))], optional: ["next": .text()]))),
        APIOperation("GET", "/api/v1/admin/sessions.csv", "The same as a spreadsheet.", .staff, query: sessionQuery, .bytes(CommaSeparated.mediaType)),
    ]

    /// What would happen.
    static let rehearsalOperations: [APIOperation] = [
        APIOperation(
            "POST", "/api/v1/admin/halls/{hall}/rehearsals", "Begins to try a schedule against arrivals; one at a time in each hall.", .staff,
            body: .object(
                ["from": .date],
                optional: [
                    "days": .integer(1...ServerLimits.rehearsalDays), "of": .words(["draft", "published"]), "arrivals": .words(["recorded", "given"]),
                    "weeks": .integer(1...52),
                    "given": .object(
                        ["per_half_hour": .array(.number)], optional: ["handling_s": .integer(1...86_400), "wrap_up_s": .integer(0...3_600)]),
                    "service_level": .object(["percent": .integer(1...99), "within_s": .integer(0...86_400)]), "patience_s": .integer(1...86_400),
                    "runs": .integer(1...ServerLimits.rehearsalRuns), "seed": .integer(0...9_007_199_254_740_992),
                ]),
            .json(202, .object(["id": .uuid]))),
        APIOperation("GET", "/api/v1/admin/halls/{hall}/rehearsals/{rehearsal}", "How far it is, or what it found.", .staff, .json(.part("RehearsalView"))),
        APIOperation("DELETE", "/api/v1/admin/halls/{hall}/rehearsals/{rehearsal}", "Cancels it.", .staff, .json(.part("RehearsalView"))),
    ]

    private static let figureQuery: KeyValuePairs<String, APISchema> = [
        "hall": .code, "from": .date, "to": .date, "by": .word(FigureGrouping.self), "within_s": .integer(1...86_400),
    ]

    private static let sessionQuery: KeyValuePairs<String, APISchema> = [
        "hall": .code, "from": .date, "to": .date, "state": .words(["live"] + SessionState.allCases.map(\.rawValue)), "item": .code, "seat": .code,
        "disposition": .part("Disposition"), "q": .text(atMost: ServerLimits.caseNumberBytes), "cursor": .text(),
        "limit": .integer(1...ServerLimits.listedSessions),
    ]

    static let figureParts: KeyValuePairs<String, APISchema> = [
        "FigureReport": .object([
            "hall_ids": .array(.code), "from": .date, "to": .date, "by": .word(FigureGrouping.self), "within_s": .integer(),
            "definitions": .array(
                .object(["id": .word(Figure.self), "unit": .words(["count", "milliseconds", "share"]), "name": .text(), "definition": .text()])),
            "rows": .array(.object(["key": .text(), "values": .part("FigureValues")], optional: ["name": .text()])), "total": .part("FigureValues"),
        ]),
        // By the definitions' ids; null where there is nothing to say.
        "FigureValues": .map(.orNull(.number)),
        "SessionRow": .object(
            [
                "id": .uuid, "ticket_number": .text(), "case_number": .text(), "item": .part("ItemReference"), "kind": .part("SessionKind"),
                "state": .part("SessionState"), "started_at": .instant, "hall": .part("HallView"), "seat_id": .code, "seat_number": .text(),
                "agent_name": .text(),
            ], optional: ["ended_at": .instant, "closed_at": .instant, "disposition": .part("Disposition")]),
        "RehearsalView": .object(
            ["id": .uuid, "state": .words(["running", "done", "cancelled", "failed"]), "progress": .number],
            optional: [
                "reason": .words(["no-schedule", "calendar-missing", "no-history", "store-unreadable"]), "report": .part("RehearsalReport"),
            ]),
        "RehearsalReport": .object([
            "assumptions": .object(
                [
                    "seed": .integer(), "service_level_percent": .integer(), "service_level_within_ms": .integer(), "talk_mean_ms": .integer(),
                    "wrap_up_mean_ms": .integer(), "accept_mean_ms": .integer(), "expected_arrivals": .number,
                ], optional: ["patience_mean_ms": .integer()]),
            "half_hours": .array(
                .object(
                    ["at": .instant, "arrivals": .number, "served": .number, "abandoned": .number, "planned": .number],
                    optional: [
                        "service_level": .number, "wait_p50_ms": .integer(), "wait_p80_ms": .integer(), "wait_p95_ms": .integer(), "occupancy": .number,
                        "needed_erlang_c": .integer(), "needed_erlang_a": .integer(),
                    ])),
            "total": .object(
                [
                    "arrivals": .number, "served": .number, "abandoned": .number, "outside_hours": .number, "planned_seat_hours": .number,
                    "half_hours_short": .integer(),
                ],
                optional: [
                    "service_level": .number, "wait_mean_ms": .integer(), "wait_p50_ms": .integer(), "wait_p80_ms": .integer(), "wait_p95_ms": .integer(),
                    "occupancy": .number,
                ]),
            "uncovered": .array(
                .object(["item_code": .code, "kind": .part("SessionKind"), "from": .instant, "to": .instant], optional: ["language": .part("SpokenLanguage")])),
            "runs": .integer(),
        ]),
    ]
}

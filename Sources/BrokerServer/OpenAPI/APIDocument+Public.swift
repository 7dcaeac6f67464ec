import SignalingProtocol

extension APIDocument {
    /// For anybody, signed in or not.
    static let publicOperations: [APIOperation] = [
        APIOperation("GET", "/healthz", "Whether the process answers.", .anybody, .json(.object(["status": .text()]))),
        APIOperation("GET", "/readyz", "Whether it can take work: 503 while the disk cannot be written.", .anybody, .json(.object(["status": .text()]))),
        APIOperation("GET", "/api/v1/openapi.json", "This document.", .anybody, .json(.anything("OpenAPI 3.1"))),
        APIOperation(
            "GET", "/api/v1/catalogue", "What any hall offers, or one hall.", .anybody, query: ["hall": .code],
            .json(.object(["warning": .text(), "halls": .array(.part("HallView")), "items": .array(.part("ItemSummary"))]))),
        APIOperation(
            "GET", "/api/v1/catalogue/{code}", "An item: the newest version, the one of a hall, or one that a case was opened with.", .anybody,
            query: ["hall": .code, "version": .integer(1...1_000_000)], .json(.part("CatalogueItem"))),
        APIOperation(
            "GET", "/api/v1/catalogue/{code}/ways", "The ways to get an item done now, the best first.", .anybody,
            query: ["kind": .part("SessionKind"), "language": .part("SpokenLanguage")],
            .json(
                .object([
                    "item_code": .code, "kind": .part("SessionKind"),
                    "ways": .array(
                        .object(
                            ["kind": .words(["video-now", "appointment", "online", "window"]), "reason": .text()],
                            optional: [
                                "hall": .part("HallView"), "waiting": .integer(), "seats_open": .integer(), "wait_p50_ms": .integer(),
                                "wait_p80_ms": .integer(), "opening": .part("OpeningView"), "starts_at": .instant, "address": .text(), "telephone": .text(),
                                "position": .object(["latitude": .number, "longitude": .number]),
                                "online": .object(["name": .text(), "address": .text()]), "source": .text(),
                            ])),
                ]))),
        APIOperation("GET", "/api/v1/halls", "Halls, who waits and who is there.", .anybody, .json(.object(["halls": .array(.part("HallLine"))]))),
        APIOperation(
            "POST", "/api/v1/cases/look-up", "A case by its number and look-up code.", .anybody,
            body: .object(["case_number": .text(), "look_up_code": .text()]),
            .json(.part("CaseAnswer"))),
        APIOperation(
            "POST", "/api/v1/notices/view", "A one-time notice by its number and code.", .anybody, body: noticeKey,
            .json(
                .object(
                    ["notice": .part("NoticeView"), "document": .anything("The notice as headings and lines."), "prints": .boolean],
                    optional: ["superseded_on": .date, "superseded_by": .text()]))),
        APIOperation("POST", "/api/v1/notices/pdf", "The notice on paper.", .anybody, body: noticeKey, .bytes("application/pdf")),
        APIOperation(
            "POST", "/api/v1/notices/verify", "Whether a notice is valid, superseded or altered.", .anybody,
            body: .object(["number": .text()], optional: ["code": .text(), "sha256": .text(atMost: 64)]),
            .json(
                .object(
                    ["standing": .words(["valid", "superseded", "altered", "unknown"])],
                    optional: ["facts": .anything("Item, halls, day and result."), "superseded_on": .date, "superseded_by": .text()]))),
    ]

    private static let noticeKey = APISchema.object(["number": .text(), "code": .text()])
}

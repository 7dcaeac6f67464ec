import SignalingProtocol

extension APIDocument {
    /// Items and their versions: seen, drafted, published, withdrawn, adopted, carried in and out.
    static let catalogueOperations: [APIOperation] = versions + drafts + files

    private static let versions: [APIOperation] = [
        APIOperation(
            "GET", "/api/v1/admin/catalogue", "Items with their versions, drafts and which hall has adopted which.", .staff,
            query: ["hall": .code],
            .json(
                .object([
                    "halls": .array(.part("HallView")), "own_hall_id": .code, "today": .date,
                    "items": .array(
                        .object(
                            [
                                "code": .code, "name": .text(), "category": .text(), "tags": .array(.text()), "verified": .boolean,
                                "source_count": .integer(), "is_uniform": .boolean, "adoptions": .array(.part("AdoptionView")),
                                "versions": .array(.part("ItemVersion")), "planned": .array(.part("PlannedAdoption")),
                            ],
                            optional: [
                                "mode": .text(), "draft": .object(["revision": .integer(), "changed_at": .instant, "changed_by": .text()]),
                                "withdrawn": .part("Withdrawal"),
                            ])),
                ]))),
        APIOperation(
            "GET", "/api/v1/admin/catalogue/{item}/differences", "What a version, or the draft, says otherwise than another version.", .staff,
            query: ["from": .integer(1...1_000_000), "to": .text(atMost: 7)], requiredQuery: ["from", "to"],
            .json(.object(["code": .code, "from": .integer(), "differences": differences], optional: ["to": .integer()]))),
        APIOperation(
            "POST", "/api/v1/admin/halls/{hall}/adopt", "The hall adopts a version, now (200) or on its day (202); 409 when it has another one by now.", .staff,
            body: .object(["item": .code, "version": .integer(1...1_000_000)], optional: ["replaces": .integer(1...1_000_000)]),
            .json(.part("AdoptionView")), .json(202, .part("PlannedAdoption"))),
        APIOperation(
            "POST", "/api/v1/admin/halls/{hall}/planned-adoptions/cancel", "The hall does not wait for the version any more.", .staff,
            body: .object(["item": .code, "version": .integer(1...1_000_000)]), .nothing()),
    ]

    private static let drafts: [APIOperation] = [
        APIOperation(
            "GET", "/api/v1/admin/catalogue/{item}", "An item with its versions and its draft.", .staff,
            .json(
                .object(
                    ["code": .code, "versions": .array(.part("ItemVersion")), "planned": .array(.part("PlannedAdoption"))],
                    optional: ["newest": .part("CatalogueItem"), "draft": .part("ItemDraft"), "withdrawn": .part("Withdrawal")]))),
        APIOperation("GET", "/api/v1/admin/catalogue/{item}/versions/{version}", "One version.", .staff, .json(.part("CatalogueItem"))),
        APIOperation(
            "PUT", "/api/v1/admin/catalogue/{item}/draft", "Saves the draft; 409 when somebody else has meanwhile.", .staff,
            body: .object(["revision": .integer(), "item": .part("CatalogueItem")], optional: ["based_on": .integer()]), .json(.part("ItemDraft"))),
        APIOperation(
            "POST", "/api/v1/admin/catalogue/{item}/draft/discard", "Throws the draft away.", .staff, body: .object(["revision": .integer()]), .nothing()),
        APIOperation(
            "POST", "/api/v1/admin/catalogue/{item}/draft/publish", "Makes the draft the next version, from a day on.", .staff,
            body: .object(["revision": .integer(), "valid_from": .date, "adopt": .boolean], optional: ["hall_id": .code]),
            .json(201, .object(["code": .code, "version": .integer(), "valid_from": .date, "state": .words(["valid", "coming"])]))),
        APIOperation(
            "POST", "/api/v1/admin/catalogue/{item}/withdraw", "No new visit is opened for it; who has a case goes on.", .staff,
            body: .object([:], optional: ["why": .text(atMost: 200)]), .json(withdrawnAnswer)),
        APIOperation(
            "POST", "/api/v1/admin/catalogue/{item}/restore", "Puts it back.", .staff, body: .object([:], optional: ["why": .text(atMost: 200)]),
            .json(withdrawnAnswer)),
    ]

    private static let files: [APIOperation] = [
        APIOperation(
            "GET", "/api/v1/admin/catalogue-export", "The newest versions as one file: `CatalogueFile` documents the JSON, `CatalogueSheet` the CSV.", .staff,
            query: ["format": .words(["json", "csv"]), "items": .text()], .bytes("application/json"), .bytes("text/csv")),
        APIOperation(
            "POST", "/api/v1/admin/catalogue-import/preview", "What taking the file would change; takes nothing. `text/csv` is read as well.", .staff,
            body: .anything("See `CatalogueFile`."), .json(.part("ImportPreview"))),
        APIOperation(
            "POST", "/api/v1/admin/catalogue-import/commit", "Takes exactly what was previewed, all of it or nothing. `text/csv` is read as well.", .staff,
            query: ["digest": .text(), "valid_from": .date], requiredQuery: ["digest"], body: .anything("See `CatalogueFile`."),
            .json(.part("ImportPreview"))),
    ]

    private static let differences = APISchema.anything("Changes of fields, materials and reasons.")
    private static let withdrawnAnswer = APISchema.object([:], optional: ["withdrawn": .part("Withdrawal")])

    static let catalogueParts: KeyValuePairs<String, APISchema> = [
        "ItemVersion": .object(
            ["version": .integer(), "name": .text(), "verified": .boolean, "material_count": .integer(), "is_coming": .boolean],
            optional: ["published_at": .instant, "published_by": .text(), "valid_from": .date]),
        "ItemDraft": .object(
            [
                "revision": .integer(), "changed_at": .instant, "changed_by": .text(), "item": .part("CatalogueItem"),
                "problems": .array(.object(["path": .text(), "kind": .text()])),
            ], optional: ["based_on": .integer(), "differences": .anything("From the newest version.")]),
        "Withdrawal": .object(["why": .text(), "at": .instant, "by": .text()]),
        "PlannedAdoption": .object(["hall_id": .code, "version": .integer(), "valid_from": .date, "chosen_by": .text()]),
        "ImportPreview": .object(
            [
                "format": .words(["json", "csv"]),
                "counts": .object(["new": .integer(), "changed": .integer(), "unchanged": .integer(), "problems": .integer()]),
                "lines": .array(
                    .object(
                        ["code": .code, "name": .text(), "change": .text(), "version": .integer()],
                        optional: ["from": .integer(), "differences": .anything("From the version before.")])),
                "problems": .array(.anything("Row, column and what is wrong.")),
            ], optional: ["digest": .text()]),
    ]
}

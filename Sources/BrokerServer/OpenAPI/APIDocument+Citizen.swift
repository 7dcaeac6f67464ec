import SignalingProtocol

extension APIDocument {
    /// What was said to one text.
    private static let consent: APISchema = .object([
        "kind": .text(), "text_version": .text(), "language": .text(), "text_sha256": .text(), "given": .boolean, "at": .instant,
    ])
    /// `final_on`: the day after which no copy of a key is left.
    private static let erased: APISchema = .object(["cases": .integer(), "final_on": .text()])

    /// For citizens, and telephones that they handed a case to.
    static let citizenOperations: [APIOperation] =
        [
            APIOperation(
                "POST", "/api/v1/citizen/sign-in", "Signs a guest in, or corrects who is signed in.", .anybody,
                body: .object(["name": .text(), "telephone": .text(), "terms_version": .text()]), .json(.part("CitizenProfile"))),
            APIOperation("GET", "/api/v1/citizen/me", "Who is signed in.", .citizen, .json(.part("CitizenProfile"))),
            APIOperation("POST", "/api/v1/citizen/sign-out", "Ends the sign-in, its lines and its telephones.", .anybody, .nothing()),
            APIOperation(
                "GET", "/api/v1/cases", "One's own cases, newest first.", .citizen,
                .json(
                    .object([
                        "cases": .array(
                            .object(
                                [
                                    "case_id": .uuid, "case_number": .text(), "item": .part("ItemReference"), "hall": .part("HallView"),
                                    "kind": .part("SessionKind"), "opened_at": .instant, "live": .boolean,
                                ], optional: ["outcome_result": .part("OutcomeResult"), "version": .integer()]))
                    ]))),
            APIOperation("GET", "/api/v1/cases/{case}", "One of one's own cases.", .citizen, .json(.part("CaseAnswer"))),
            APIOperation(
                "GET", "/api/v1/consent-texts", "What citizens are asked to agree to here, in the language of the request.", .anybody,
                .json(
                    .object([
                        "texts": .array(
                            .object([
                                "kind": .text(), "version": .text(), "language": .text(), "title": .text(), "text": .text(), "sha256": .text(),
                            ]))
                    ]))),
            APIOperation(
                "GET", "/api/v1/citizen/consents", "Everything that one ever said to them, oldest first; the last of a kind counts.", .citizen,
                .json(.object(["consents": .array(consent)]))),
            APIOperation(
                "POST", "/api/v1/citizen/consents", "Agrees to one text, or takes it back.", .citizen,
                body: .object(["kind": .text(), "text_version": .text(), "language": .text(), "given": .boolean]), .json(consent)),
            APIOperation(
                "GET", "/api/v1/citizen/copy", "A ZIP with everything that is kept of oneself: my-data.json and the files.", .citizen,
                .bytes("application/zip")),
            APIOperation(
                "POST", "/api/v1/citizen/erasure", "Erases oneself with all cases, and ends the sign-in. Refused while a visit is under way.", .citizen,
                .json(erased)),
            APIOperation(
                "POST", "/api/v1/cases/erase", "Erases what is personal of one case, by its number and look-up code.", .anybody,
                body: .object(["case_number": .text(), "look_up_code": .text()]), .json(erased)),
            APIOperation(
                "POST", "/api/v1/cases/{case}/fields/{field}/reveal",
                "One masked number of the form, whole, for the agent who has the case before them; written into the session's timeline.", .staff,
                .json(.object(["value": .text()]))),
            APIOperation(
                "POST", "/api/v1/cases/continue", "Goes on with a case by its number and look-up code.", .citizen,
                body: .object(["case_number": .text(), "look_up_code": .text()]),
                .json(.object(["case_id": .uuid, "hall_id": .code, "item_code": .code, "kind": .part("SessionKind")]))),
            APIOperation(
                "POST", "/api/v1/cases/{case}/materials/{material}/files", "Hands a file in whole.", .citizen, headers: ["X-File-Name": .text(atMost: 200)],
                bodyType: "application/octet-stream", .json(201, .part("FileView"))),
            APIOperation("GET", "/api/v1/files/{file}", "A file, for those of its case.", .citizenOrStaff, .bytes("application/octet-stream")),
            APIOperation(
                "POST", "/api/v1/cases/{case}/stills/{still}", "The picture of an original that was asked for, from the citizen's camera.", .citizen,
                bodyType: "image/jpeg", .json(201, .part("FileView"))),
            APIOperation(
                "GET", "/api/v1/notices/{number}/pdf", "The notice on paper, for those of its case.", .citizenOrStaff, .bytes("application/pdf")),
            APIOperation(
                "POST", "/api/v1/cases/{case}/hand-over", "Hands the case to a telephone: address and QR code, good once.", .citizen,
                .json(201, .object(["url": .text(), "expires_at": .instant, "qr": .array(.text())]))),
            APIOperation("DELETE", "/api/v1/cases/{case}/hand-over", "Takes it back.", .citizen, .nothing()),
            APIOperation(
                "POST", "/api/v1/hand-over", "The telephone's side: redeems the secret of the address.", .anybody, body: .object(["token": .text(atMost: 64)]),
                .json(.part("HandOverView"))),
            APIOperation("GET", "/api/v1/hand-over", "What is asked for in the case.", .phone, .json(.part("HandOverView"))),
            APIOperation("DELETE", "/api/v1/hand-over/files/{file}", "Takes back a file that this telephone sent.", .phone, .nothing()),
        ] + uploads

    /// tus 1.0.0 with creation, expiration, checksum and termination (<https://tus.io/protocols/resumable-upload>).
    private static let uploads: [APIOperation] = [
        APIOperation("OPTIONS", "/api/v1/uploads", "What the server can do of tus.", .anybody, .nothing()),
        APIOperation("OPTIONS", "/api/v1/uploads/{upload}", "What the server can do of tus.", .anybody, .nothing()),
        APIOperation(
            "POST", "/api/v1/uploads", "Begins an upload; `Location` says where to send its bytes.", .citizenOrPhone,
            headers: ["Tus-Resumable": .words(["1.0.0"]), "Upload-Length": .text(), "Upload-Metadata": .text()], .nothing(201)),
        APIOperation(
            "HEAD", "/api/v1/uploads/{upload}", "How many bytes are safe.", .citizenOrPhone, headers: ["Tus-Resumable": .words(["1.0.0"])], .nothing(200)),
        APIOperation(
            "PATCH", "/api/v1/uploads/{upload}", "Sends bytes from an offset on.", .citizenOrPhone,
            headers: ["Tus-Resumable": .words(["1.0.0"]), "Upload-Offset": .text(), "Upload-Checksum": .text()],
            bodyType: "application/offset+octet-stream", .nothing()),
        APIOperation(
            "DELETE", "/api/v1/uploads/{upload}", "Gives the upload up.", .citizenOrPhone, headers: ["Tus-Resumable": .words(["1.0.0"])], .nothing()),
        APIOperation(
            "POST", "/api/v1/uploads/{upload}", "Where PATCH or DELETE do not pass: the method in a header.", .citizenOrPhone,
            headers: ["Tus-Resumable": .words(["1.0.0"]), "X-HTTP-Method-Override": .words(["PATCH", "DELETE"]), "Upload-Offset": .text()],
            bodyType: "application/offset+octet-stream", .nothing()),
    ]
}

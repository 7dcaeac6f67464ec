import SignalingProtocol

extension APIDocument {
    /// For everybody who works here.
    static let staffOperations: [APIOperation] = [
        APIOperation(
            "POST", "/api/v1/staff/sign-in", "Signs a member of staff in, or asks for the second factor.", .anybody,
            body: .object(["account": .text(), "password": .text()]), .json(.oneOf([.part("StaffProfile"), .part("SecondFactorRequest")]))),
        APIOperation(
            "POST", "/api/v1/staff/second-factor", "The second step of a sign-in: a code, a recovery code or a passkey.", .anybody,
            body: .object(
                ["challenge": .text()],
                optional: [
                    "code": .text(), "recovery_code": .text(),
                    "passkey": .object(["id": .text(), "client_data": .text(), "authenticator_data": .text(), "signature": .text()]),
                ]), .json(.part("StaffProfile"))),
        APIOperation("GET", "/api/v1/staff/me", "Who is signed in.", .staff, .json(.part("StaffProfile"))),
        APIOperation("POST", "/api/v1/staff/sign-out", "Ends the sign-in and its lines.", .anybody, .nothing()),
        APIOperation(
            "GET", "/api/v1/staff/seats", "Where a citizen can be handed on to.", .staff,
            .json(.object(["halls": .array(.part("HallView")), "seats": .array(.part("SeatLine"))]))),
        APIOperation(
            "GET", "/api/v1/sessions/{session}/history", "The visits before, of the case that the agent has before them.", .staff,
            .json(.part("CaseAnswer"))),
        APIOperation(
            "POST", "/api/v1/sessions/{session}/stills/{still}", "The picture of an original that was asked for, from the agent's screen.", .staff,
            bodyType: "image/jpeg", .json(201, .part("FileView"))),
        APIOperation(
            "POST", "/api/v1/sessions/{session}/relay-credentials",
            "TURN servers for whoever takes part in the session, with credentials of their own that expire. Only while its talk is not over.", .citizenOrStaff,
            .json(.object(["ice_servers": .array(.part("ICEServer"))], optional: ["expires_at": .instant, "lifetime_ms": .integer()]))),
    ]
}

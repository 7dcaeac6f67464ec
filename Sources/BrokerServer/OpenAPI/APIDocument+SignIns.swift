extension APIDocument {
    /// One's own sign-ins, and the ticket for the line.
    static let signInOperations: [APIOperation] = operations("citizen", .citizen) + operations("staff", .staff)

    private static func operations(_ role: String, _ access: APIAccess) -> [APIOperation] {
        [
            APIOperation(
                "GET", "/api/v1/\(role)/sign-ins", "One's own sign-ins, newest first.", access, .json(.object(["sign_ins": .array(.part("SignInLine"))]))),
            APIOperation("DELETE", "/api/v1/\(role)/sign-ins", "Ends all of them but this one, and their lines.", access, .nothing()),
            APIOperation("DELETE", "/api/v1/\(role)/sign-ins/{id}", "Ends one of them, and its lines.", access, .nothing()),
            APIOperation(
                "POST", "/api/v1/\(role)/socket-tickets",
                "Gives a ticket for one line: offer the subprotocols `farwindow.v1` and `ticket.` with the ticket after it.", access,
                .json(201, .object(["ticket": .text(), "expires_at": .instant]))),
        ]
    }

    static let signInParts: KeyValuePairs<String, APISchema> = [
        "SignInLine": .object([
            "id": .uuid, "created_at": .instant, "last_used_at": .instant, "expires_at": .instant, "device": .text(), "is_current": .boolean,
        ])
    ]
}

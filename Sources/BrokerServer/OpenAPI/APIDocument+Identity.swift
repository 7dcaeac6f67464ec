import SignalingProtocol

extension APIDocument {
    /// Signing in by a provider of identities (OpenID Connect).
    static let identityOperations: [APIOperation] = [
        APIOperation(
            "GET", "/api/v1/identity-providers", "Providers that people may sign in by.", .anybody,
            .json(.object(["providers": .array(.object(["id": .text(), "name": .text(), "audience": .words(["citizen", "staff"])]))]))),
        APIOperation(
            "GET", "/api/v1/oidc/{provider}/start",
            "Sends the browser to the provider. Citizens name the terms that they agreed to, staff the page they come from.",
            .anybody, query: ["terms_version": .text(atMost: 20), "page": .words(["seat", "admin"])], .nothing(303)),
        APIOperation(
            "GET", "/api/v1/oidc/{provider}/callback", "Where the provider sends the browser back to; leads to a fixed page of ours.", .anybody,
            query: ["state": .text(), "code": .text(), "error": .text(), "iss": .text()], .nothing(303)),
        APIOperation(
            "POST", "/api/v1/oidc/{provider}/back-channel-logout",
            "The provider says that somebody signed out there (OpenID Connect Back-Channel Logout 1.0); ends the sign-ins that came of it.", .anybody,
            body: .object(["logout_token": .text()]), bodyType: "application/x-www-form-urlencoded", .nothing(200)),
        APIOperation(
            "GET", "/api/v1/demonstration/identity/people", "Fictitious people of the demonstration's own provider; only there.", .anybody,
            .json(.object(["people": .array(.object(["id": .text(), "name": .text(), "verified": .boolean]))]))),
        APIOperation(
            "POST", "/api/v1/demonstration/identity/choice", "Chooses one of them.", .anybody,
            body: .object(["person": .text(), "state": .text(), "nonce": .text(), "code_challenge": .text(), "redirect_uri": .text()]),
            .json(.object(["location": .text()]))),
    ]
}

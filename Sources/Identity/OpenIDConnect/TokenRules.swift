import Foundation
import SignalingProtocol

/// What a token must say to be believed, once its signature is good.
public struct TokenRules: Sendable {
    let issuer: String
    let clientId: String
    let algorithms: Set<SigningAlgorithm>

    /// How far a provider's clock may be from ours.
    static let clockSkewSeconds: Int64 = 120
    /// An ID token is made for the code that it came for, a moment ago.
    static let greatestAgeSeconds: Int64 = 600
    /// A logout token is sent at once (Back-Channel Logout 1.0, 4).
    static let greatestLogoutAgeSeconds: Int64 = 600
    static let logoutEvent = "http://schemas.openid.net/event/backchannel-logout"

    public init(_ description: ProviderDescription, clientId: String) {
        issuer = description.issuer
        self.clientId = clientId
        algorithms = description.algorithms
    }

    /// OpenID Connect Core 1.0, 3.1.3.7.
    public func checkIDToken(_ text: String, nonce: String, keys: KeyCache, at now: Instant) async throws(SignInFailure) -> TokenClaims {
        let claims = try await keys.verify(try SignedToken(text), algorithms: algorithms, at: now)
        try checkIssuerAndAudience(claims)
        let audience = claims.texts("aud")
        guard audience.count == 1 || claims.has("azp") else { throw SignInFailure(.wrongAudience, "it is for several, and does not say who asked for it") }
        guard !claims.has("azp") || claims.text("azp") == clientId else { throw SignInFailure(.wrongAudience, "another asked for it") }
        try checkTimes(claims, greatestAge: Self.greatestAgeSeconds, at: now)
        guard claims.text("nonce") == nonce else { throw SignInFailure(.wrongNonce, "it was not made for this sign-in") }
        return claims
    }

    /// Whose sign-ins a provider says have ended.
    public struct Logout: Hashable, Sendable {
        public let subject: String?
        public let providerSession: String?
        /// The token's own name; each is heeded once.
        public let tokenID: String
        /// Until when that name must be kept.
        public let forgottenAt: Instant
    }

    /// OpenID Connect Back-Channel Logout 1.0, 2.4 and 2.6.
    /// - Parameter subjectClaim: where this provider says who it is.
    public func checkLogoutToken(_ text: String, subjectClaim: String, keys: KeyCache, at now: Instant) async throws(SignInFailure) -> Logout {
        let token = try SignedToken(text)
        let claims = try await keys.verify(token, algorithms: algorithms, at: now)
        // A type is recommended, not asked for; another one means another kind of token.
        guard token.type.map({ ["logout+jwt", "application/logout+jwt", "jwt"].contains($0.lowercased()) }) ?? true else {
            throw SignInFailure(.notALogoutToken, "it is of another type")
        }
        try checkIssuerAndAudience(claims)
        // Drafts before the final text knew no `exp` here, and providers still follow them; how long ago it was made bounds it all the same.
        try checkTimes(claims, greatestAge: Self.greatestLogoutAgeSeconds, mustEnd: false, at: now)
        guard case .object? = claims.object("events")?[Self.logoutEvent] else { throw SignInFailure(.notALogoutToken, "it tells of no sign-out") }
        // Otherwise an ID token could pass for one.
        guard !claims.has("nonce") else { throw SignInFailure(.notALogoutToken, "it has a nonce") }
        guard let tokenID = claims.text("jti"), (1...255).contains(tokenID.utf8.count) else { throw SignInFailure(.missingClaim, "it has no name of its own") }
        let subject = claims.text(subjectClaim)
        let session = claims.text("sid")
        guard subject != nil || session != nil else { throw SignInFailure(.missingClaim, "it does not say whose") }
        let kept = Self.greatestLogoutAgeSeconds + 2 * Self.clockSkewSeconds
        return Logout(subject: subject, providerSession: session, tokenID: tokenID, forgottenAt: now + .seconds(kept))
    }

    private func checkIssuerAndAudience(_ claims: TokenClaims) throws(SignInFailure) {
        guard claims.text("iss") == issuer else { throw SignInFailure(.wrongIssuer, "another issuer made it") }
        guard claims.texts("aud").contains(clientId) else { throw SignInFailure(.wrongAudience, "it is for another") }
    }

    private func checkTimes(_ claims: TokenClaims, greatestAge: Int64, mustEnd: Bool = true, at now: Instant) throws(SignInFailure) {
        let now = now.milliseconds / 1_000
        if mustEnd || claims.has("exp") {
            guard let end = claims.seconds("exp") else { throw SignInFailure(.missingClaim, "it does not say until when it is good") }
            guard now < end + Self.clockSkewSeconds else { throw SignInFailure(.expired, "its time is over") }
        }
        guard let made = claims.seconds("iat") else { throw SignInFailure(.missingClaim, "it does not say when it was made") }
        guard made <= now + Self.clockSkewSeconds else { throw SignInFailure(.notYetValid, "it comes from the future") }
        guard now - made <= greatestAge + Self.clockSkewSeconds else { throw SignInFailure(.expired, "it was made too long ago") }
        if claims.has("nbf") {
            guard let start = claims.seconds("nbf"), start <= now + Self.clockSkewSeconds else { throw SignInFailure(.notYetValid, "its time has not come") }
        }
    }
}

import Crypto
import Foundation
import SignalingProtocol

/// Stands in for a provider of identities in the demonstration: fictitious people to choose from, real tokens.
///
/// Only its page is reached over the network; its answers to us never leave the process. A plain value; time is an argument.
public struct DemonstrationProvider: Sendable {
    /// Somebody who does not exist.
    public struct FictitiousPerson: Codable, Hashable, Sendable {
        public let id: String
        public let name: String
        public let telephone: String
        /// Whether the provider vouches for them; else they only have an account with it.
        public let verified: Bool
    }

    /// What its page was called with, and who was chosen there.
    public struct Choice: Decodable, Sendable {
        let person: String
        let state: String
        let nonce: String
        let codeChallenge: String
        let redirectUri: String
    }

    private struct Grant: Sendable {
        let person: FictitiousPerson
        let nonce: String
        let codeChallenge: String
        let redirectAddress: String
        let endsAt: Instant
    }

    public static let id = "demonstration"
    /// Never asked over the network: this process answers for it.
    static let issuer = "http://localhost/demonstration/identity"
    private static let clientID = "farwindow-demonstration"
    private static let assuranceClaim = "identity_verified"
    private static let keyName = "demonstration"
    private static let codeLifetime: Milliseconds = .seconds(60)
    private static let mostCodes = 1_000

    public let people: [FictitiousPerson]
    private let key = P256.Signing.PrivateKey()
    private var grants: [String: Grant] = [:]

    public init(people: [FictitiousPerson]) { self.people = people }

    public static let configuration = ProviderConfiguration(
        id: id, name: .init(zhCN: "统一身份认证（演示）", zhHant: "統一身分認證（示範）", en: "Unified identity (demonstration)"), issuer: issuer, clientId: clientID,
        clientSecretFile: nil, for: .citizen, scopes: ["profile", "phone"],
        claims: ClaimMapping(assurance: .init(claim: assuranceClaim, verified: ["true"])))

    /// Its page, as a path of our own.
    public static func pagePath(of address: String) -> String { address.replacing("http://localhost/", with: "/") }

    public var description: Data {
        json([
            "issuer": Self.issuer, "authorization_endpoint": "\(Self.issuer)/", "token_endpoint": "\(Self.issuer)/token", "jwks_uri": "\(Self.issuer)/keys",
            "id_token_signing_alg_values_supported": ["ES256"], "code_challenge_methods_supported": ["S256"],
        ])
    }

    public var keySet: Data {
        let point = key.publicKey.rawRepresentation
        return json([
            "keys": [
                [
                    "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": Self.keyName, "x": Data(point.prefix(32)).base64URL,
                    "y": Data(point.suffix(32)).base64URL,
                ]
            ]
        ])
    }

    /// Somebody was chosen on its page.
    /// - Returns: the code for us, or nil when there is no such person.
    public mutating func choose(_ choice: Choice, at now: Instant) -> (code: String, state: String)? {
        guard let person = people.first(where: { $0.id == choice.person }), choice.nonce.utf8.count <= 128, choice.redirectUri.utf8.count <= 512,
            choice.codeChallenge.utf8.count <= 128
        else { return nil }
        grants = grants.filter { $0.value.endsAt > now }
        guard grants.count < Self.mostCodes else { return nil }
        let code = SignInToken().secret
        grants[code] = Grant(
            person: person, nonce: choice.nonce, codeChallenge: choice.codeChallenge, redirectAddress: choice.redirectUri, endsAt: now + Self.codeLifetime)
        return (code, choice.state)
    }

    /// Its answer to a code.
    public mutating func answer(toForm form: String, at now: Instant) -> (status: Int, json: Data) {
        let fields = URLComponents(string: "?" + form)?.queryItems ?? []
        let field = { (name: String) in fields.first { $0.name == name }?.value ?? "" }
        let grant = grants.removeValue(forKey: field("code"))
        let challenge = Data(SHA256.hash(data: Data(field("code_verifier").utf8))).base64URL
        guard let grant, grant.endsAt > now, grant.codeChallenge == challenge, grant.redirectAddress == field("redirect_uri"),
            let token = idToken(grant, at: now)
        else { return (400, json(["error": "invalid_grant"])) }
        return (200, json(["id_token": token, "token_type": "Bearer", "access_token": SignInToken().secret]))
    }

    private func idToken(_ grant: Grant, at now: Instant) -> String? {
        let seconds = now.milliseconds / 1_000
        let header = json(["alg": "ES256", "kid": Self.keyName, "typ": "JWT"])
        let claims = json([
            "iss": Self.issuer, "aud": Self.clientID, "sub": grant.person.id, "nonce": grant.nonce, "iat": seconds, "exp": seconds + 300,
            "name": grant.person.name, "phone_number": grant.person.telephone, Self.assuranceClaim: grant.person.verified,
        ])
        let signed = header.base64URL + "." + claims.base64URL
        return (try? key.signature(for: Data(signed.utf8))).map { signed + "." + $0.rawRepresentation.base64URL }
    }

    /// Of values that JSON has: it cannot fail.
    private func json(_ value: [String: Any]) -> Data {
        (try? JSONSerialization.data(withJSONObject: value, options: [.sortedKeys, .withoutEscapingSlashes])) ?? Data()
    }
}

import Crypto
import CryptoExtras
import Foundation
import SignalingProtocol

@testable import Identity

/// Makes tokens, good and bad, as a provider would. Signs with swift-crypto itself, so that it shares nothing with what is tested.
struct ProviderForge {
    static let issuer = "https://id.example"
    static let client = "farwindow"
    static let now = Instant(milliseconds: 1_795_395_600_000)

    enum Key {
        case elliptic(P256.Signing.PrivateKey)
        case rsa(_RSA.Signing.PrivateKey)

        var algorithm: String {
            switch self {
            case .elliptic: "ES256"
            case .rsa: "RS256"
            }
        }

        func sign(_ bytes: Data) throws -> Data {
            switch self {
            case .elliptic(let key): try key.signature(for: bytes).rawRepresentation
            case .rsa(let key): try key.signature(for: bytes, padding: .insecurePKCS1v1_5).rawRepresentation
            }
        }

        func publicKey(named name: String?) throws -> [String: String] {
            var jwk: [String: String]
            switch self {
            case .elliptic(let key):
                let point = key.publicKey.rawRepresentation
                jwk = ["kty": "EC", "crv": "P-256", "x": Data(point.prefix(32)).base64URL, "y": Data(point.suffix(32)).base64URL]
            case .rsa(let key):
                let primitives = try key.publicKey.getKeyPrimitives()
                jwk = ["kty": "RSA", "n": primitives.modulus.base64URL, "e": primitives.publicExponent.base64URL]
            }
            jwk["kid"] = name
            return jwk
        }
    }

    let key: Key
    let name: String?

    init(_ key: Key = .elliptic(P256.Signing.PrivateKey()), named name: String? = "one") {
        self.key = key
        self.name = name
    }

    static func description(_ more: [String: Any] = [:]) throws -> ProviderDescription {
        try ProviderDescription(json: try json(document(more)), issuer: issuer)
    }

    static func document(_ more: [String: Any] = [:]) -> [String: Any] {
        [
            "issuer": issuer, "authorization_endpoint": "\(issuer)/auth", "token_endpoint": "\(issuer)/token", "jwks_uri": "\(issuer)/jwks",
            "id_token_signing_alg_values_supported": ["RS256", "ES256", "HS256", "none"],
        ].merging(more) { $1 }
    }

    static func json(_ value: Any) throws -> Data { try JSONSerialization.data(withJSONObject: value, options: [.sortedKeys, .withoutEscapingSlashes]) }

    static func keySet(_ forges: ProviderForge..., also: [[String: String]] = []) throws -> Data {
        try json(["keys": try forges.map { try $0.key.publicKey(named: $0.name) } + also])
    }

    static func cache(_ forges: ProviderForge..., at now: Instant = now) throws -> KeyCache {
        var cache = KeyCache()
        cache.willRead(at: now)
        cache.take(try json(["keys": try forges.map { try $0.key.publicKey(named: $0.name) }]), at: now)
        return cache
    }

    static var seconds: Int64 { now.milliseconds / 1_000 }

    /// - Parameter change: claims to set; nil takes one away.
    func idToken(_ change: [String: Any?] = [:], header: [String: Any?] = [:]) throws -> String {
        var claims: [String: Any] = [
            "iss": Self.issuer, "aud": Self.client, "sub": "person-7", "nonce": "n", "exp": Self.seconds + 300, "iat": Self.seconds, "sid": "session-1",
        ]
        for (name, value) in change { claims[name] = value }
        return try token(claims, header: header)
    }

    func logoutToken(_ change: [String: Any?] = [:], header: [String: Any?] = [:]) throws -> String {
        var claims: [String: Any] = [
            "iss": Self.issuer, "aud": [Self.client], "sub": "person-7", "sid": "session-1", "exp": Self.seconds + 120, "iat": Self.seconds,
            "jti": "logout-1", "events": [TokenRules.logoutEvent: [String: String]()],
        ]
        for (name, value) in change { claims[name] = value }
        return try token(claims, header: ["typ": "logout+jwt"].merging(header) { $1 })
    }

    func token(_ claims: [String: Any], header change: [String: Any?] = [:]) throws -> String {
        var header: [String: Any] = ["alg": key.algorithm]
        if let name { header["kid"] = name }
        for (name, value) in change { header[name] = value }
        let signed = try Self.json(header).base64URL + "." + Self.json(claims).base64URL
        return try signed + "." + key.sign(Data(signed.utf8)).base64URL
    }
}

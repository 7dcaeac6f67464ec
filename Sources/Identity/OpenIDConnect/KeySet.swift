import Foundation
import JWTKit
import SignalingProtocol

/// A provider's public keys (RFC 7517, 5). Keys that are not for signatures, or of a kind unknown here, are left out: they are no reason to refuse the others.
struct KeySet: Sendable {
    private struct Document: Decodable {
        let keys: [Entry]
    }

    private struct Entry: Decodable {
        private struct Use: Decodable {
            let use: String?
            let kty: String
        }

        let key: JWK?

        init(from decoder: any Decoder) throws {
            let use = try? Use(from: decoder)
            key = use.flatMap { $0.use ?? "sig" == "sig" ? try? JWK(from: decoder) : nil }
        }
    }

    private let keys: [JWK]
    private static let mostKeys = 64

    /// - Returns: nil when it is no key set at all.
    init?(json: Data) {
        guard let document = try? JSONDecoder().decode(Document.self, from: json) else { return nil }
        keys = Array(document.keys.compactMap(\.key).prefix(Self.mostKeys))
    }

    /// The key that a token names; one without a name is accepted only where there is no choice (OpenID Connect Core 1.0, 10.1).
    func key(for token: SignedToken) -> JWK? {
        let fitting = keys.filter { $0.fits(token.algorithm) }
        guard let name = token.keyID else { return fitting.count == 1 ? fitting.first : nil }
        return fitting.first { $0.keyIdentifier?.string == name }
    }
}

extension JWK {
    /// Whether it makes signatures of that kind: a key never serves another algorithm than its own (RFC 8725, 3.1).
    fileprivate func fits(_ algorithm: SigningAlgorithm) -> Bool {
        if let own = self.algorithm, own.rawValue != algorithm.rawValue { return false }
        return switch algorithm {
        case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512: keyType.rawValue == "RSA"
        case .es256: keyType.rawValue == "EC" && curve?.rawValue == "P-256"
        case .es384: keyType.rawValue == "EC" && curve?.rawValue == "P-384"
        case .es512: keyType.rawValue == "EC" && curve?.rawValue == "P-521"
        case .edDSA: keyType.rawValue == "OKP"
        }
    }

    func verifies(_ token: SignedToken) async -> Bool {
        var named = self
        // The collection wants a name; with this one key in it the name decides nothing.
        named.keyIdentifier = JWKIdentifier(string: "key")
        guard let collection = try? await JWTKeyCollection().add(jwk: named),
            let key = try? await collection.getKey(for: named.keyIdentifier, alg: token.algorithm.rawValue),
            key.name == token.algorithm.rawValue
        else { return false }
        return (try? key.verify(token.signature, signs: token.signedBytes)) ?? false
    }
}

/// A provider's keys as they were last seen, and when to look again.
///
/// Providers change keys without a word: a token of an unknown key is the sign. But anybody can make up such a token, so looking again has a least interval.
/// A plain value; time is an argument.
public struct KeyCache: Sendable {
    private var keys: KeySet?
    private var readAt: Instant?
    private var triedAt: Instant?
    /// When they were last read because of a key that was not among good ones.
    private var triedForUnknownAt: Instant?

    static let leastInterval: Milliseconds = .seconds(60)
    /// A key that a provider took back is believed no longer than this.
    static let greatestAge: Milliseconds = .minutes(60)

    public init() {}

    enum Finding {
        case key(JWK)
        /// The keys are to be read again, then asked once more.
        case readAgain
        case unknown
    }

    func find(_ token: SignedToken, at now: Instant) -> Finding {
        if !isOld(now), let key = keys?.key(for: token) { return .key(key) }
        return isTooSoon(now) ? .unknown : .readAgain
    }

    private func isOld(_ now: Instant) -> Bool { readAt.map { now - $0 >= Self.greatestAge } ?? true }

    /// The first unknown key after a good reading is looked for at once; the next ones, and keys that could not be read, not before a while.
    private func isTooSoon(_ now: Instant) -> Bool { (isOld(now) ? triedAt : triedForUnknownAt).map { now - $0 < Self.leastInterval } ?? false }

    /// Whether keys are worth reading for this token, now.
    public func wantsReading(for token: String, at now: Instant) -> Bool {
        guard let token = try? SignedToken(token) else { return false }
        if case .readAgain = find(token, at: now) { return true }
        return false
    }

    /// Keys are being read, with whatever result.
    public mutating func willRead(at now: Instant) {
        if !isOld(now) { triedForUnknownAt = now }
        triedAt = now
    }

    /// - Returns: false when it is no key set; then those known before stay.
    @discardableResult
    public mutating func take(_ json: Data, at now: Instant) -> Bool {
        guard let read = KeySet(json: json) else { return false }
        keys = read
        readAt = now
        return true
    }

    /// The claims of a token whose signature is good.
    func verify(_ token: SignedToken, algorithms: Set<SigningAlgorithm>, at now: Instant) async throws(SignInFailure) -> TokenClaims {
        guard algorithms.contains(token.algorithm) else { throw SignInFailure(.algorithmRefused, "the provider does not sign in that way") }
        guard case .key(let key) = find(token, at: now) else { throw SignInFailure(.unknownKey, "no key of the provider's made the signature") }
        guard await key.verifies(token) else { throw SignInFailure(.badSignature, "the signature is wrong") }
        return token.unverifiedClaims
    }
}

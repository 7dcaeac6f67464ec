import Crypto
import Foundation
import SignalingProtocol

/// A sign-in that was sent to a provider and has not come back.
public struct SignInUnderWay: Hashable, Sendable {
    public let provider: String
    /// RFC 7636, 4.1.
    public let codeVerifier: String
    public let nonce: String
    /// Where the provider sends the browser back to; the token request repeats it.
    public let redirectAddress: String
    /// What the page said when it began: which terms were agreed to, or which page of the staff's it was.
    public let note: String
    /// The hash of the token that was good when it began; it ends with the new sign-in.
    public let replaces: Data?
    fileprivate let browser: Data
    fileprivate let endsAt: Instant

    /// RFC 7636, 4.2: S256.
    public var codeChallenge: String { Data(SHA256.hash(data: Data(codeVerifier.utf8))).base64URL }
}

/// Every sign-in under way. In memory only: a restart makes people begin again, and nothing of it is worth stealing from a disk.
///
/// Each is bound to the browser that began it, so that nobody can be signed in with an answer that somebody else's browser got, and comes back once.
/// A plain value; time is an argument.
public struct SignInsUnderWay: Sendable {
    /// How long a person may take at the provider's.
    public static let lifetime: Milliseconds = .minutes(10)
    /// More at once is an attack; the oldest are forgotten.
    static let most = 5_000

    private var byState: [Data: SignInUnderWay] = [:]
    /// In the order in which they were begun, and therefore end.
    private var order: [Data] = []

    public init() {}

    public var count: Int { byState.count }

    /// - Returns: what goes to the provider, and the secret that stays with the browser.
    public mutating func begin(
        provider: String, redirectAddress: String, note: String, replacing old: Data? = nil, at now: Instant
    ) -> (signIn: SignInUnderWay, state: String, browserSecret: String) {
        let state = SignInToken(), browser = SignInToken()
        let signIn = SignInUnderWay(
            provider: provider, codeVerifier: SignInToken().secret, nonce: SignInToken().secret, redirectAddress: redirectAddress, note: note,
            replaces: old, browser: browser.hash, endsAt: now + Self.lifetime)
        dropEnded(at: now)
        while order.count >= Self.most { byState[order.removeFirst()] = nil }
        byState[state.hash] = signIn
        order.append(state.hash)
        return (signIn, state.secret, browser.secret)
    }

    /// Ends the one that an answer is for, whatever the answer says.
    /// - Returns: nil when this browser began none with that state, or too long ago, or it has been back already.
    public mutating func take(state: String, browserSecret: String?, provider: String, at now: Instant) -> SignInUnderWay? {
        dropEnded(at: now)
        let key = SignInToken.hash(of: state)
        guard let signIn = byState[key], let browserSecret, signIn.provider == provider, SignInToken.hash(of: browserSecret) == signIn.browser else {
            return nil
        }
        byState[key] = nil
        order.removeAll { $0 == key }
        return signIn
    }

    private mutating func dropEnded(at now: Instant) {
        let ended = order.prefix { byState[$0].map { $0.endsAt <= now } ?? true }
        for key in ended { byState[key] = nil }
        order.removeFirst(ended.count)
    }
}

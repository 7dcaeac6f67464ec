import Crypto
import Foundation

/// A name and password that a TURN server takes until a moment, made from a secret that it shares with us (draft-uberti-behave-turn-rest-00, 2.2).
///
/// The TURN server keeps nothing of it, so it cannot be taken back: it ends by its time alone.
public struct RelayCredential: Hashable, Sendable {
    /// `EXPIRY:NAME`, EXPIRY in seconds since 1970.
    public let username: String
    /// base64(HMAC-SHA1(secret, username)). SHA-1 because TURN servers know no other here; as an HMAC it is not known to be weak.
    public let password: String

    /// - Parameters:
    ///   - expiresAt: seconds since 1970.
    ///   - name: stands in the TURN server's log and is what its quotas count by; no person may be known by it.
    public init(expiresAt: Int64, name: String, secret: Data) {
        username = "\(expiresAt):\(name)"
        password = Data(HMAC<Insecure.SHA1>.authenticationCode(for: Data(username.utf8), using: SymmetricKey(data: secret))).base64EncodedString()
    }

    /// A name that stays the same for the same parts, and tells nobody without the secret what they were.
    public static func pseudonym(of parts: String..., secret: Data) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: Data(parts.joined(separator: "\n").utf8), using: SymmetricKey(data: secret))
        return Data(code.prefix(12)).base64URL
    }
}

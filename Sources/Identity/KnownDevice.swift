import Crypto
import Foundation
import SignalingProtocol

/// What a browser keeps after a whole sign-in, so that its owner is told from a stranger who guesses: wrong tries by strangers delay only strangers (the
/// device cookies of OWASP's guide against credential stuffing). It lets nobody in.
public struct KnownDevice: Sendable {
    public static let lifetime: Milliseconds = .minutes(180 * 24 * 60)

    /// Tells one device's tries from another's.
    public let name: String
    private let expiresAt: Instant

    public init(at now: Instant) {
        name = SignInToken(byteCount: 16).secret
        expiresAt = now + Self.lifetime
    }

    /// For the cookie: name, end and a code that only this server can make for this account.
    public func text(for account: String, key: SymmetricKey) -> String {
        "\(name).\(expiresAt.milliseconds).\(Data(HMAC<SHA256>.authenticationCode(for: signed(account), using: key)).base64URL)"
    }

    /// - Returns: nil when this server did not give it for this account, or too long ago.
    public init?(text: String, for account: String, key: SymmetricKey, at now: Instant) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= 200, parts.count == 3, let end = Int64(parts[1]), end > now.milliseconds, let code = Data(base64URL: String(parts[2])) else {
            return nil
        }
        name = String(parts[0])
        expiresAt = Instant(milliseconds: end)
        guard HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: signed(account), using: key) else { return nil }
    }

    private func signed(_ account: String) -> Data { Data("\(account) \(name) \(expiresAt.milliseconds)".utf8) }
}

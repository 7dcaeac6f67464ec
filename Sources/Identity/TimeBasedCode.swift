import Crypto
import Foundation
import SignalingProtocol

/// What an authenticator program and the server share: codes that change with the time (TOTP, RFC 6238, with HMAC-SHA-1, six digits and steps of 30 s, which
/// every such program knows).
///
/// A plain value; time is an argument.
public struct TimeBasedCode: Sendable {
    public static let digits = 6
    public static let step: Milliseconds = .seconds(30)
    /// A telephone's clock may be this many steps away (RFC 6238, 5.2).
    public static let drift: Int64 = 1

    public let secret: Data

    /// A secret of 160 bits, as RFC 4226, 4 recommends.
    public init() { secret = Data((0..<20).map { _ in UInt8.random(in: 0...255) }) }

    public init(secret: Data) { self.secret = secret }

    /// Checks what a person typed.
    /// - Parameter last: the step of the code that was taken last. It and earlier ones are not taken again: a code that somebody looked at over a shoulder is
    ///   worth nothing once it was used (RFC 6238, 5.2).
    /// - Returns: the step that the code belongs to, to be remembered; nil when it is wrong or used up.
    public func step(of typed: String, at now: Instant, after last: Int64?) -> Int64? {
        guard let code = Self.digits(typed) else { return nil }
        let present = now.milliseconds / Self.step.count
        var found: Int64?
        // Each is looked at, so that the time it takes tells nothing.
        for step in (present - Self.drift)...(present + Self.drift) where self.code(atStep: step) == code && step > last ?? -1 {
            found = found ?? step
        }
        return found
    }

    /// - Parameter digits: of the code, at most 9.
    public func code(atStep step: Int64, digits: Int = Self.digits) -> String {
        let counter = withUnsafeBytes(of: UInt64(max(0, step)).bigEndian) { Data($0) }
        let mac = Array(HMAC<Insecure.SHA1>.authenticationCode(for: counter, using: SymmetricKey(data: secret)))
        // Dynamic truncation (RFC 4226, 5.3).
        let offset = Int(mac[mac.count - 1] & 15)
        let number = mac[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7fff_ffff
        let text = String(Int(number) % (0..<digits).reduce(1) { power, _ in power * 10 })
        return String(repeating: "0", count: digits - text.count) + text
    }

    /// Spaces are no part of a code, and a Chinese keyboard gives full-width digits.
    private static func digits(_ typed: String) -> String? {
        guard typed.count <= 32 else { return nil }
        let kept = typed.filter { !$0.isWhitespace && $0 != "-" }
        let values = kept.compactMap(\.wholeNumberValue).filter { (0...9).contains($0) }
        guard values.count == kept.count, values.count == digits else { return nil }
        return values.map(String.init).joined()
    }

    /// What stands in the QR code (the `otpauth` form that authenticator programs agree on).
    public func address(account: String, issuer: String) -> String {
        let allowed = CharacterSet(charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
        let escaped = { (text: String) in text.addingPercentEncoding(withAllowedCharacters: allowed) ?? "" }
        return "otpauth://totp/\(escaped(issuer)):\(escaped(account))?secret=\(Base32.text(secret))&issuer=\(escaped(issuer))"
            + "&algorithm=SHA1&digits=\(Self.digits)&period=\(Self.step.count / 1_000)"
    }
}

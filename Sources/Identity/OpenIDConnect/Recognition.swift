import Crypto
import Foundation
import SignalingProtocol

/// Recognises people and sessions of providers again without keeping what the providers call them: some use an identity number.
///
/// The key lies outside the database. Whoever has only the database cannot tell whether somebody they know is in it.
public struct Recognition: Sendable {
    private let key: SymmetricKey

    public static let keyBytes = 32

    public init(key: Data) { self.key = SymmetricKey(data: key) }

    public func subject(_ subject: String, of issuer: String) -> Data { mark("subject", issuer, subject) }

    public func session(_ session: String, of issuer: String) -> Data { mark("session", issuer, session) }

    /// The same person is the same citizen at every sign-in, on every device (RFC 9562, 5.8: a UUID made of bits of one's own).
    public func citizen(_ subject: String, of issuer: String) -> CitizenID {
        var bytes = Array(mark("citizen", issuer, subject).prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        return bytes.withUnsafeBytes { CitizenID(UUID(uuid: $0.loadUnaligned(as: uuid_t.self))) }
    }

    private func mark(_ parts: String...) -> Data {
        var hash = HMAC<SHA256>(key: key)
        // The length before each part: no two lists of parts give the same bytes.
        for part in parts { hash.update(data: Data("\(part.utf8.count):\(part)".utf8)) }
        return Data(hash.finalize())
    }
}

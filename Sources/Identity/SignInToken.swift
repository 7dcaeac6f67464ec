import Crypto
import Foundation

/// An opaque bearer token: 256 random bits unless fewer are asked for. The server keeps only its hash.
public struct SignInToken: Sendable {
    /// What the browser keeps, in a cookie: base64url, 43 characters for 256 bits.
    public let secret: String

    /// - Parameter byteCount: of randomness.
    public init(byteCount: Int = 32) {
        secret = Data((0..<byteCount).map { _ in UInt8.random(in: 0...255) }).base64URL
    }

    public var hash: Data { Self.hash(of: secret) }

    public static func hash(of secret: String) -> Data { Data(SHA256.hash(data: Data(secret.utf8))) }
}

import Crypto
import Foundation

/// An opaque bearer token: 256 random bits. The server keeps only its hash.
public struct SignInToken: Sendable {
    /// What the browser keeps, in a cookie: 43 characters of base64url.
    public let secret: String

    public init() {
        secret = Data((0..<32).map { _ in UInt8.random(in: 0...255) }).base64URL
    }

    public var hash: Data { Self.hash(of: secret) }

    public static func hash(of secret: String) -> Data { Data(SHA256.hash(data: Data(secret.utf8))) }
}

extension Data {
    /// RFC 4648, 5, without padding.
    var base64URL: String {
        base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}

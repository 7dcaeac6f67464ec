import Crypto
import CryptoExtras
import Foundation

/// A password as it is stored: scrypt (RFC 7914) with a salt of its own.
public struct PasswordHash: Hashable, Sendable {
    private let rounds: Int
    private let blockSize: Int
    private let parallelism: Int
    private let salt: Data
    private let key: Data

    private static let keyBytes = 32
    private static let saltBytes = 16

    /// Hashes a password with today's cost: 128 · 2¹⁵ · 8 bytes = 32 MiB of memory, about a tenth of a second. Not for the loop thread.
    public init(password: String) throws {
        try self.init(
            password: password, rounds: 1 << 15, blockSize: 8, parallelism: 1, salt: Data((0..<Self.saltBytes).map { _ in .random(in: 0...255) }))
    }

    private init(password: String, rounds: Int, blockSize: Int, parallelism: Int, salt: Data) throws {
        self.rounds = rounds
        self.blockSize = blockSize
        self.parallelism = parallelism
        self.salt = salt
        // Composed characters are compared as typed on any keyboard (RFC 8265 asks for NFC).
        key = try KDF.Scrypt.deriveKey(
            from: Data(password.precomposedStringWithCanonicalMapping.utf8), salt: salt, outputByteCount: Self.keyBytes, rounds: rounds,
            blockSize: blockSize, parallelism: parallelism
        ).withUnsafeBytes { Data($0) }
    }

    /// `scrypt$32768$8$1$salt$key`, base 64.
    public var text: String {
        "scrypt$\(rounds)$\(blockSize)$\(parallelism)$\(salt.base64EncodedString())$\(key.base64EncodedString())"
    }

    /// - Returns: nil when `text` is not of that form, or asks for more work than a sign-in may cost.
    public init?(text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "scrypt", let rounds = Int(parts[1]), let blockSize = Int(parts[2]),
            let parallelism = Int(parts[3]), let salt = Data(base64Encoded: String(parts[4])), let key = Data(base64Encoded: String(parts[5])),
            (2...1 << 18).contains(rounds), (1...16).contains(blockSize), (1...4).contains(parallelism), key.count == Self.keyBytes
        else { return nil }
        self.rounds = rounds
        self.blockSize = blockSize
        self.parallelism = parallelism
        self.salt = salt
        self.key = key
    }

    /// Compares in constant time. Costs as much as hashing.
    public func matches(_ password: String) -> Bool {
        guard
            let other = try? PasswordHash(
                password: password, rounds: rounds, blockSize: blockSize, parallelism: parallelism, salt: salt)
        else { return false }
        return HMAC<SHA256>.isValidAuthenticationCode(
            HMAC<SHA256>.authenticationCode(for: other.key, using: SymmetricKey(data: salt)), authenticating: key,
            using: SymmetricKey(data: salt))
    }
}

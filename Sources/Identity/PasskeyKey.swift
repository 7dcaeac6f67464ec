import Crypto
import CryptoExtras
import Foundation

/// The public key of a passkey.
public struct PasskeyKey: Hashable, Sendable {
    /// By their COSE numbers (RFC 9053, RFC 8812), in the order in which they are asked for.
    public enum Algorithm: Int, CaseIterable, Sendable {
        /// ECDSA over P-256 with SHA-256.
        case es256 = -7
        /// Ed25519.
        case edDSA = -8
        /// RSA PKCS #1 v1.5 with SHA-256; what Windows Hello has.
        case rs256 = -257
    }

    public let algorithm: Algorithm
    /// SubjectPublicKeyInfo.
    public let der: Data

    private static let longestDER = 1_024
    /// SubjectPublicKeyInfo of Ed25519 is this and the 32 bytes of the key (RFC 8410, 4).
    private static let ed25519Prefix = Data([0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00])

    public init(algorithm: Int, der: Data) throws(PasskeyProblem) {
        guard let known = Algorithm(rawValue: algorithm) else { throw .unknownAlgorithm }
        self.algorithm = known
        self.der = der
        guard der.count <= Self.longestDER, !parts.isEmpty else { throw .malformed }
    }

    private var p256: P256.Signing.PublicKey? { try? P256.Signing.PublicKey(derRepresentation: der) }
    private var rsa: _RSA.Signing.PublicKey? { try? _RSA.Signing.PublicKey(derRepresentation: der) }
    private var ed25519: Curve25519.Signing.PublicKey? {
        guard der.starts(with: Self.ed25519Prefix) else { return nil }
        return try? Curve25519.Signing.PublicKey(rawRepresentation: der.dropFirst(Self.ed25519Prefix.count))
    }

    /// The numbers that make the key; empty when it is none of its algorithm.
    private var parts: [Data] {
        switch algorithm {
        case .es256: p256.map { [$0.rawRepresentation.prefix(32), $0.rawRepresentation.suffix(32)] } ?? []
        case .edDSA: ed25519.map { [$0.rawRepresentation] } ?? []
        case .rs256: (try? rsa?.getKeyPrimitives()).map { [$0.modulus] } ?? []
        }
    }

    /// Whether the authenticator's own form of the key (COSE) has the same numbers: the page cannot name another key than the one that was made.
    func isNamed(in cose: Data) -> Bool { parts.allSatisfy { cose.range(of: $0) != nil } }

    func signed(_ bytes: Data, _ signature: Data) -> Bool {
        switch algorithm {
        case .es256:
            guard let key = p256, let signature = try? P256.Signing.ECDSASignature(derRepresentation: signature) else { return false }
            return key.isValidSignature(signature, for: bytes)
        case .edDSA: return ed25519?.isValidSignature(signature, for: bytes) ?? false
        case .rs256:
            return rsa?.isValidSignature(_RSA.Signing.RSASignature(rawRepresentation: signature), for: SHA256.hash(data: bytes), padding: .insecurePKCS1v1_5)
                ?? false
        }
    }
}

import Crypto
import Foundation

/// Seals small secrets that lie in the database by a key that does not: whoever has a copy of the one has nothing without the other.
public struct SealingKey: Sendable {
    private let key: SymmetricKey

    /// Reads the key's file; at the first start makes it, for its owner alone.
    /// - Throws: `VaultError.masterKey`, also when others can read it.
    public init(file: URL) throws(VaultError) { key = try MasterKeyRing(file: file).keys.newest.key }

    /// - Parameter key: for tests.
    public init(_ key: SymmetricKey) { self.key = key }

    /// A key of its own for each purpose (HKDF, RFC 5869).
    public func key(for purpose: String) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(inputKeyMaterial: key, info: Data("farwindow \(purpose)".utf8), outputByteCount: 32)
    }

    /// AES-256-GCM.
    /// - Parameter binding: where it belongs; sealed bytes are worth nothing in another row.
    public func seal(_ bytes: Data, binding: String) throws -> Data {
        // The combined form is there for every nonce of the usual length.
        guard let sealed = try AES.GCM.seal(bytes, using: key(for: "seal"), authenticating: Data(binding.utf8)).combined else { throw VaultError.damaged }
        return sealed
    }

    /// - Returns: nil when it was sealed by another key or for another place, or was changed.
    public func open(_ sealed: Data, binding: String) -> Data? {
        guard let box = try? AES.GCM.SealedBox(combined: sealed) else { return nil }
        return try? AES.GCM.open(box, using: key(for: "seal"), authenticating: Data(binding.utf8))
    }
}

import Crypto
import Foundation

/// What stands before the encrypted bytes of a file: its data key, wrapped by a master key (AES key wrap, RFC 3394).
///
/// `FWV2`: the mark, the 8 bytes of the master key's id, the wrapped key. `FWV1`, written by the first release: without the id.
/// A flipped bit here makes the data key unreadable, because the wrap proves itself.
struct VaultHeader {
    /// Nil in `FWV1`.
    let keyID: MasterKeyID?
    let wrappedKey: Data

    private static let firstMark = Data("FWV1".utf8)
    private static let mark = Data("FWV2".utf8)
    /// AES key wrap of a 256-bit key adds 8 bytes.
    private static let wrappedKeyBytes = 40
    /// Of the longest header.
    static let longestBytes = mark.count + MasterKeyID.byteCount + wrappedKeyBytes

    var byteCount: Int { Self.mark.count + (keyID == nil ? 0 : MasterKeyID.byteCount) + Self.wrappedKeyBytes }

    /// Reads the header at the front of a stored file.
    /// - Returns: nil when there is none.
    init?(_ stored: Data) {
        let hasID = stored.prefix(Self.mark.count) == Self.mark
        guard hasID || stored.prefix(Self.firstMark.count) == Self.firstMark else { return nil }
        let afterMark = stored.dropFirst(Self.mark.count)
        keyID = hasID ? MasterKeyID(afterMark.prefix(MasterKeyID.byteCount)) : nil
        wrappedKey = Data(afterMark.dropFirst(hasID ? MasterKeyID.byteCount : 0).prefix(Self.wrappedKeyBytes))
        guard (keyID != nil) == hasID, wrappedKey.count == Self.wrappedKeyBytes else { return nil }
    }

    /// Wraps a data key.
    /// - Throws: CryptoKit's error, for a key that is none.
    init(wrapping key: SymmetricKey, by master: MasterKey) throws {
        keyID = master.id
        wrappedKey = try AES.KeyWrap.wrap(key, using: master.key)
    }

    /// - Returns: nil when none of the keys opens it.
    func dataKey(by keys: MasterKeys) -> SymmetricKey? {
        let masters = keyID.map { id in keys.all.filter { $0.id == id } } ?? keys.all
        return masters.lazy.compactMap { try? AES.KeyWrap.unwrap(wrappedKey, using: $0.key) }.first
    }

    var bytes: Data { (keyID.map { Self.mark + $0.bytes } ?? Self.firstMark) + wrappedKey }
}

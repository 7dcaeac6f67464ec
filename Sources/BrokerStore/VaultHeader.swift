import Crypto
import Foundation

/// A file's data key, wrapped by a master key (AES key wrap, RFC 3394): the 8 bytes of the master key's id, then the wrapped key.
/// A flipped bit makes the data key unreadable, because the wrap proves itself.
struct WrappedDataKey {
    /// Nil in the header of a first release's file: any master key may have wrapped it.
    let masterID: MasterKeyID?
    private let wrapped: Data

    /// AES key wrap of a 256-bit key adds 8 bytes.
    private static let wrappedBytes = 40
    static let byteCount = MasterKeyID.byteCount + wrappedBytes

    /// - Parameter hasID: false for a first release's: the wrapped key alone.
    /// - Returns: nil when there are too few bytes; what follows is not looked at.
    init?(_ bytes: Data, hasID: Bool = true) {
        masterID = hasID ? MasterKeyID(bytes.prefix(MasterKeyID.byteCount)) : nil
        wrapped = Data(bytes.dropFirst(hasID ? MasterKeyID.byteCount : 0).prefix(Self.wrappedBytes))
        guard (masterID != nil) == hasID, wrapped.count == Self.wrappedBytes else { return nil }
    }

    /// - Throws: CryptoKit's error, for a key that is none.
    init(_ key: SymmetricKey, by master: MasterKey) throws {
        masterID = master.id
        wrapped = try AES.KeyWrap.wrap(key, using: master.key)
    }

    /// - Returns: nil when none of the keys opens it.
    func key(by keys: MasterKeys) -> SymmetricKey? {
        let masters = masterID.map { id in keys.all.filter { $0.id == id } } ?? keys.all
        return masters.lazy.compactMap { try? AES.KeyWrap.unwrap(wrapped, using: $0.key) }.first
    }

    var bytes: Data { (masterID?.bytes ?? Data()) + wrapped }
}

/// What stands before the encrypted bytes of a file.
///
/// `FWV3`: the mark alone; the data key lies in the key store, so that destroying it there is final whatever copy of the file exists. `FWV2` and `FWV1` carried
/// the wrapped key themselves, with and without the master key's id; such a file's key moves out at the first start (`FileVault.moveKeysOut`).
enum VaultHeader {
    case keyElsewhere
    case carrying(WrappedDataKey)

    private static let mark = Data("FWV3".utf8)
    private static let carryingMark = Data("FWV2".utf8)
    private static let firstMark = Data("FWV1".utf8)
    /// Of the longest header.
    static let longestBytes = mark.count + WrappedDataKey.byteCount

    static let bytes = mark

    /// Reads the header at the front of a stored file.
    /// - Returns: nil when there is none.
    init?(_ stored: Data) {
        let rest = stored.dropFirst(Self.mark.count)
        let carried: WrappedDataKey?
        switch stored.prefix(Self.mark.count) {
        case Self.mark:
            self = .keyElsewhere
            return
        case Self.carryingMark: carried = WrappedDataKey(rest)
        case Self.firstMark: carried = WrappedDataKey(rest, hasID: false)
        default: carried = nil
        }
        guard let carried else { return nil }
        self = .carrying(carried)
    }

    var byteCount: Int {
        switch self {
        case .keyElsewhere: Self.mark.count
        case .carrying(let key): Self.mark.count + key.bytes.count
        }
    }
}

import Crypto
import Foundation
import Glibc
import Synchronization

/// Which master key wrapped a data key: 8 bytes derived from the key itself, so that a damaged line of the ring is noticed and no counter is needed.
struct MasterKeyID: Hashable, Sendable, CustomStringConvertible {
    static let byteCount = 8
    let bytes: Data

    /// - Returns: nil for any other number of bytes.
    init?(_ bytes: Data) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = Data(bytes)
    }

    fileprivate init(of key: SymmetricKey) {
        bytes = HKDF<SHA256>.deriveKey(inputKeyMaterial: key, info: Data("farwindow master key id".utf8), outputByteCount: Self.byteCount)
            .withUnsafeBytes { Data($0) }
    }

    var description: String { hexadecimal(bytes) }
}

struct MasterKey: Sendable {
    let id: MasterKeyID
    let key: SymmetricKey

    init(_ key: SymmetricKey) {
        self.key = key
        id = MasterKeyID(of: key)
    }
}

/// Every master key that some file may still need, oldest first. There is always at least one.
struct MasterKeys: Sendable {
    /// Wraps every new data key.
    let newest: MasterKey
    let older: [MasterKey]

    var all: [MasterKey] { older + [newest] }

    func key(_ id: MasterKeyID) -> SymmetricKey? { all.first { $0.id == id }?.key }

    func adding(_ key: MasterKey) -> Self { MasterKeys(newest: key, older: all) }
    var newestAlone: Self { MasterKeys(newest: newest, older: []) }

    init(newest: MasterKey, older: [MasterKey] = []) {
        self.newest = newest
        self.older = older
    }

    /// Reads the ring's text: a line a key, `ID BASE64`, the newest last. A line without an id is the whole ring of a first release.
    /// - Throws: `VaultError.masterKey` when any line is none, or its key is not the one that its id names: half a ring is worse than none.
    init(text: String) throws(VaultError) {
        var keys: [MasterKey] = []
        for (number, line) in text.split(whereSeparator: \.isNewline).enumerated() {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard let last = words.last, words.count <= 2, let bytes = Data(base64Encoded: String(last)), bytes.count == 32 else {
                throw .masterKey(cause: "line \(number + 1) is not 32 bytes of base 64")
            }
            let key = MasterKey(SymmetricKey(data: bytes))
            guard words.count == 1 || words.first.map(String.init) == key.id.description else {
                throw .masterKey(cause: "line \(number + 1) has the id of another key")
            }
            keys.append(key)
        }
        guard let newest = keys.popLast() else { throw .masterKey(cause: "there is no key") }
        self.init(newest: newest, older: keys)
    }

    var text: String {
        all.map { master in "\(master.id) \(master.key.withUnsafeBytes { Data($0).base64EncodedString() })\n" }.joined()
    }
}

/// The file with the master keys, and what was last read of it. Another process may add keys to it and retire them at any time.
final class MasterKeyRing: Sendable {
    /// A file's identity and change time; a ring is always replaced by a new file.
    private struct Stamp: Equatable {
        let device: UInt64
        let inode: UInt64
        let seconds: Int
        let nanoseconds: Int
    }

    let file: URL
    private let loaded: Mutex<(keys: MasterKeys, stamp: Stamp)>

    /// Reads the ring; at the first start makes it, with one key.
    /// - Throws: `VaultError.masterKey`, also when others than the owner could read it.
    init(file: URL) throws(VaultError) {
        self.file = file
        do {
            if !FileManager.default.fileExists(atPath: file.path) {
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
                // Half a key under its name would stop every later start.
                try DurableFile.replace(file, with: Data(MasterKeys(newest: MasterKey(SymmetricKey(size: .bits256))).text.utf8), mode: 0o600)
            }
        } catch {
            throw .masterKey(cause: "\(error)")
        }
        loaded = Mutex(try Self.read(file))
    }

    /// Held by a rotation for as long as it runs.
    var folder: URL { file.deletingLastPathComponent() }

    /// As last read.
    var keys: MasterKeys { loaded.withLock { $0.keys } }

    /// Reads the file again if it is another one than last time.
    /// - Throws: `VaultError.masterKey`.
    @discardableResult
    func refreshed() throws(VaultError) -> MasterKeys {
        let stamp = try Self.stamp(file)
        if let known = loaded.withLock({ $0.stamp == stamp ? $0.keys : nil }) { return known }
        let fresh = try Self.read(file)
        loaded.withLock { $0 = fresh }
        return fresh.keys
    }

    /// Stores another set of keys. On return it is on disk.
    /// - Throws: `VaultError.masterKey`.
    func replace(by keys: MasterKeys) throws(VaultError) {
        do {
            try DurableFile.replace(file, with: Data(keys.text.utf8), mode: 0o600)
        } catch {
            throw .masterKey(cause: "\(error)")
        }
        try refreshed()
    }

    private static func read(_ file: URL) throws(VaultError) -> (keys: MasterKeys, stamp: Stamp) {
        // The stamp first: a ring that is replaced in between is read again next time, and never taken for known.
        let stamp = try stamp(file)
        guard let bytes = try? Data(contentsOf: file) else { throw .masterKey(cause: "cannot read \(file.path)") }
        return (try MasterKeys(text: String(decoding: bytes, as: UTF8.self)), stamp)
    }

    private static func stamp(_ file: URL) throws(VaultError) -> Stamp {
        var status = stat()
        guard stat(file.path, &status) == 0 else { throw .masterKey(cause: "cannot read \(file.path): errno \(errno)") }
        guard status.st_mode & 0o077 == 0 else { throw .masterKey(cause: "others can read \(file.path)") }
        return Stamp(
            device: UInt64(status.st_dev), inode: UInt64(status.st_ino), seconds: status.st_ctim.tv_sec, nanoseconds: status.st_ctim.tv_nsec)
    }
}

/// Lower-case hexadecimal, two digits a byte.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
}

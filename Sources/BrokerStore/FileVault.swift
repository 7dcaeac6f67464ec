import Crypto
import Foundation
import SignalingProtocol

/// Why a file cannot be put into or taken out of the vault.
public enum VaultError: Error, Sendable {
    /// The disk is full or failing.
    case unavailable(cause: String)
    /// There is no such file.
    case missing
    /// The bytes, the key or the names bound to them do not agree: damaged or swapped. Never served.
    case damaged
    /// The master key cannot be read, or others can read it.
    case masterKey(cause: String)
    /// The file's key is not in the key store: the file was erased, or the key store was lost.
    case keyGone
    /// Another process is rotating the master key.
    case rotationUnderWay

    /// Stable, for scripts and the log.
    public var code: String {
        switch self {
        case .unavailable: "vault_unavailable"
        case .missing: "file_missing"
        case .damaged: "file_damaged"
        case .masterKey: "master_key_unusable"
        case .keyGone: "file_key_gone"
        case .rotationUnderWay: "rotation_under_way"
        }
    }
}

/// Handed-in files, encrypted at rest.
///
/// A file is a mark, then AES-256-GCM of the bytes with file and case id as associated data. Its data key lies in the key store, wrapped by a master key. The
/// master keys lie in a ring whose newest key wraps. A file appears under its name only when it is whole on disk, and its key before it.
///
/// Several processes may use one vault: the server, a rotation of the master key, a sweep, retention. A rotation may run while the server does, because
/// a key is stored under the vault's lock with the master key that is newest at that moment, and a key that appeared since is looked for in the ring.
public struct FileVault: Sendable {
    let directory: URL
    let ring: MasterKeyRing
    let keys: DataKeyStore
    let recent = RecentFiles()

    /// Of AES-GCM in the combined form: the nonce before the bytes and the tag after them.
    static let sealBytes = 12 + 16
    static let unfinished = ".part"

    /// Opens the vault; makes the folder, and at the first start a master key. The data keys lie beside the master key, in `files/`.
    /// - Throws: `VaultError.masterKey`, `VaultError.unavailable`.
    public init(directory: URL, masterKeyFile: URL) throws(VaultError) {
        do {
            try FileManager.default.createDirectory(
                at: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .unavailable(cause: "\(error)")
        }
        self.directory = directory
        ring = try MasterKeyRing(file: masterKeyFile)
        keys = try DataKeyStore(directory: masterKeyFile.deletingLastPathComponent().appending(path: "files"))
        // A new vault has no file that could carry its own key.
        if !isMovedOut, try storedFiles().isEmpty { try sayMovedOut() }
    }

    /// Encrypts and stores a file. On return it is on disk, key and name included.
    /// - Throws: `VaultError.unavailable`; `VaultError.masterKey` when the ring has become unreadable.
    public func put(_ bytes: Data, file: FileID, of caseID: CaseID) throws(VaultError) {
        let key = SymmetricKey(size: .bits256)
        guard let sealed = try? AES.GCM.seal(bytes, using: key, authenticating: Self.binding(file, caseID)).combined else { throw .damaged }
        recent.insert(file)
        // A rotation retires a key only when nobody is between choosing it and giving the file its name.
        do throws(VaultError) {
            try FolderLock.holding(.shared, on: directory) { () throws(VaultError) in
                try store(sealed, under: key, wrappedBy: ring.refreshed().newest, as: file)
            }
        } catch {
            recent.remove(file)
            throw error
        }
    }

    private func store(_ sealed: Data, under key: SymmetricKey, wrappedBy master: MasterKey, as file: FileID) throws(VaultError) {
        let temporary = directory.appending(path: "\(file)\(Self.unfinished)")
        do {
            try keys.write(WrappedDataKey(key, by: master).bytes, for: file)
            Failpoint.dataKeyStored.reached()
            try DurableFile.write(VaultHeader.bytes + sealed, to: temporary, mode: 0o600)
            Failpoint.fileWritten.reached()
            try DurableFile.rename(temporary, to: url(file))
            Failpoint.fileRenamed.reached()
        } catch {
            // Where room is short, nothing is left of a file that was not taken; also when only its last sync failed.
            try? FileManager.default.removeItem(at: temporary)
            try? FileManager.default.removeItem(at: url(file))
            try? keys.destroy(file)
            throw .unavailable(cause: "\(error)")
        }
    }

    /// Decrypts a file and checks that it is the one that was put under these ids.
    /// - Throws: `VaultError.missing`, `VaultError.damaged`, `VaultError.keyGone`; `VaultError.masterKey` when the ring has become unreadable.
    public func get(_ file: FileID, of caseID: CaseID) throws(VaultError) -> Data {
        if let bytes = try read(file, of: caseID, by: ring.keys) { return bytes }
        // Rewrapped since the ring was read, or between reading the key and the ring: both anew, once.
        if let bytes = try read(file, of: caseID, by: ring.refreshed()) { return bytes }
        throw .damaged
    }

    /// - Returns: nil when none of `masters` opens the file's data key.
    private func read(_ file: FileID, of caseID: CaseID, by masters: MasterKeys) throws(VaultError) -> Data? {
        guard let stored = try? Data(contentsOf: url(file)) else { throw .missing }
        guard let header = VaultHeader(stored), stored.count >= header.byteCount + Self.sealBytes else { throw .damaged }
        guard let wrapped = wrappedKey(of: file, header) else { throw .keyGone }
        guard let key = wrapped.key(by: masters) else { return nil }
        do {
            return try AES.GCM.open(
                AES.GCM.SealedBox(combined: stored.dropFirst(header.byteCount)), using: key, authenticating: Self.binding(file, caseID))
        } catch {
            throw .damaged
        }
    }

    /// The key store's word, and only while keys still move out of their files that of the file: afterwards a file that carries its key comes from an old
    /// backup, and if the store has no key for it, it was erased since.
    /// - Returns: nil when the file has no key any more.
    func wrappedKey(of file: FileID, _ header: VaultHeader) -> WrappedDataKey? {
        if let stored = keys.read(file) { return WrappedDataKey(stored) }
        switch header {
        case .carrying(let key): return isMovedOut ? nil : key
        case .keyElsewhere: return nil
        }
    }

    /// Destroys a file's key and removes the file; one that is not there is no error.
    public func discard(_ file: FileID) { try? destroy(file) }

    /// Destroys a file's key, which is final for every copy of the file, and removes the file. One that is not there is no error.
    /// - Throws: `VaultError.unavailable` when the key may still be there; to be tried again.
    public func destroy(_ file: FileID) throws(VaultError) {
        recent.remove(file)
        // Not while a rotation puts a rewrapped copy in the key's place: that would bring it back.
        try FolderLock.holding(.shared, on: directory) { () throws(VaultError) in
            try keys.destroy(file)
            Failpoint.dataKeyDestroyed.reached()
            try? FileManager.default.removeItem(at: url(file))
        }
    }

    func url(_ file: FileID) -> URL { directory.appending(path: file.description) }

    private static func binding(_ file: FileID, _ caseID: CaseID) -> Data { Data("file:\(file) case:\(caseID)".utf8) }
}

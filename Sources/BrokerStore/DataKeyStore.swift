import Crypto
import Foundation
import Glibc
import SignalingProtocol

/// Keys of files, one small file each, in a folder of their own beside the master key: `keys/files/ID`, and `keys/uploads/ID` for what has not arrived whole.
///
/// **Why.** Whoever asks for erasure is owed that the file is gone. The bytes lie in backups that nobody can go through; the key does not. Therefore this
/// folder is *outside the backup set* of database and files: destroying a key here is final for every copy of the file's bytes, wherever they lie.
///
/// **What a lost key store means.** Every file is unreadable for ever; database, cases and outcomes are not touched. So it is copied too, but separately: a
/// copy of `keys/` whose every copy is deleted after at most N days (`RetentionPeriods.keyCopyDays`). An erasure is then final N days after it at the latest.
/// Whoever restores such a copy starts the server with it: what the database or `keys/erased` calls erased is destroyed again before anybody is served.
///
/// **Durable and safe in a crash.** A key is whole on disk before its file appears, and is overwritten, synced and unlinked before its file goes: at no
/// moment is there a file under its name without a key, but for one that was erased. A key without a file is swept (`BrokerStore.sweepFiles`).
/// One file a key and no database: a journal or a free page would keep the key that was to be destroyed.
struct DataKeyStore: Sendable {
    let directory: URL

    private static let mark = Data("FWK1".utf8)
    static let replacing = ".part"

    /// - Throws: `VaultError.unavailable`.
    init(directory: URL) throws(VaultError) {
        self.directory = directory
        do {
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .unavailable(cause: "\(error)")
        }
    }

    func url(_ file: FileID) -> URL { directory.appending(path: file.description) }

    func has(_ file: FileID) -> Bool { FileManager.default.fileExists(atPath: url(file).path) }

    /// Stores a wrapped key, or another wrapping of it in the place of the first. On return it is on disk.
    /// - Throws: `DurableFile.Failure`.
    func write(_ wrapped: Data, for file: FileID) throws {
        let temporary = directory.appending(path: "\(file)\(Self.replacing)")
        do {
            try DurableFile.write(Self.mark + wrapped, to: temporary, mode: 0o600)
            try DurableFile.rename(temporary, to: url(file))
        } catch {
            unlink(temporary.path)
            throw error
        }
    }

    /// - Returns: nil when there is none, or it was being destroyed when the process died.
    func read(_ file: FileID) -> Data? {
        guard let stored = try? Data(contentsOf: url(file)), stored.prefix(Self.mark.count) == Self.mark else { return nil }
        return Data(stored.dropFirst(Self.mark.count))
    }

    /// Overwrites a key and removes it. On return no copy of it is on this disk, as far as a file system that writes in place can promise.
    /// One that is not there is no error.
    /// - Throws: `VaultError.unavailable`.
    func destroy(_ file: FileID) throws(VaultError) {
        do {
            let descriptor = open(url(file).path, O_WRONLY | O_CLOEXEC)
            guard descriptor >= 0 else {
                guard errno == ENOENT else { throw DurableFile.Failure(operation: "open", errno: errno) }
                return
            }
            defer { close(descriptor) }
            var status = stat()
            guard fstat(descriptor, &status) == 0 else { throw DurableFile.Failure(operation: "stat", errno: errno) }
            try DurableFile.write(Data(count: Int(status.st_size)), to: descriptor)
            guard fsync(descriptor) == 0 else { throw DurableFile.Failure(operation: "fsync", errno: errno) }
            try DurableFile.remove(url(file))
        } catch {
            throw .unavailable(cause: "\(error)")
        }
    }

    /// Files that have a key here, and when each was last written, in any order.
    /// - Throws: `VaultError.unavailable`.
    func contents() throws(VaultError) -> [(file: FileID, changedAt: Date)] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: directory.path).compactMap { name in
                guard let file = FileID(name), file.description == name else { return nil }
                let attributes = try? FileManager.default.attributesOfItem(atPath: directory.appending(path: name).path)
                return attributes.map { (file, $0[.modificationDate] as? Date ?? .distantFuture) }
            }
        } catch {
            throw .unavailable(cause: "\(error)")
        }
    }

    /// Of writes that a crash cut off. Only while nobody writes here.
    func removeLeftovers() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
        for name in names where name.hasSuffix(Self.replacing) { unlink(directory.appending(path: name).path) }
    }
}

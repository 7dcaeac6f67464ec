import Crypto
import Foundation
import Glibc
import SignalingProtocol

/// What a rotation of the master key did.
public struct KeyRotationReport: Hashable, Sendable {
    /// Id of the key that wraps from now on.
    public let newestKey: String
    /// True when it went on with a rotation that had been broken off.
    public let wentOn: Bool
    /// Files that have their new header now; those that had it before are not counted.
    public var rewrapped = 0
    /// Files whose header no key opens. They keep their bytes, and for their sake the older keys are kept.
    public var damaged: [FileID] = []
    /// How many older keys are gone from the ring.
    public var retired = 0
}

/// Rotation of the master key: a new key, a new header for every file, and only then an end of the older keys. No file is encrypted anew.
///
/// It may be killed at any moment, and may run while the server does:
/// - The new key is in the ring, on disk, before any file needs it. It gets there while nobody is storing a file, so whoever stores one later
///   reads the ring anew and takes the new key: no file with an older key appears any more.
/// - A file's new header and its old bytes are copied to a temporary name, synced, and renamed over the file: a reader sees one or the other.
/// - The older keys leave the ring when every file has been seen with the newest key. A ring with two keys is a rotation that was broken off;
///   the next run goes on with the key that it finds.
extension FileVault {
    static let rewrapping = ".rewrap"

    /// Makes a new master key, or goes on with one that a broken-off rotation made, and moves every file to it.
    /// - Parameter makingAnother: make a new key even though older ones are still kept, as they are for damaged files.
    /// - Throws: `VaultError.rotationUnderWay`, `VaultError.unavailable`, `VaultError.masterKey`. It can be run again after each of them.
    public func rotateMasterKey(makingAnother: Bool = false) throws(VaultError) -> KeyRotationReport {
        let report = try FolderLock.ifFree(on: ring.folder) { () throws(VaultError) in try rotate(makingAnother: makingAnother) }
        guard let report else { throw .rotationUnderWay }
        return report
    }

    private func rotate(makingAnother: Bool) throws(VaultError) -> KeyRotationReport {
        var keys = try ring.refreshed()
        let goesOn = !keys.older.isEmpty && !makingAnother
        if !goesOn {
            keys = keys.adding(MasterKey(SymmetricKey(size: .bits256)))
            let longer = keys
            try FolderLock.holding(.exclusive, on: directory) { () throws(VaultError) in try ring.replace(by: longer) }
            Failpoint.keyMade.reached()
        }
        var report = KeyRotationReport(newestKey: keys.newest.id.description, wentOn: goesOn)
        for file in try storedFiles() {
            switch try rewrap(file, by: keys) {
            case .rewrapped: report.rewrapped += 1
            case .current, .gone: break
            case .damaged: report.damaged.append(file)
            }
        }
        removeLeftovers(of: Self.rewrapping)
        guard report.damaged.isEmpty else { return report }
        Failpoint.beforeKeyRetired.reached()
        try ring.replace(by: keys.newestAlone)
        Failpoint.keyRetired.reached()
        report.retired = keys.older.count
        return report
    }

    private enum Rewrapping {
        case rewrapped
        /// Its data key is wrapped by the newest key already.
        case current
        /// Discarded meanwhile.
        case gone
        case damaged
    }

    private func rewrap(_ file: FileID, by keys: MasterKeys) throws(VaultError) -> Rewrapping {
        let temporary = directory.appending(path: "\(file)\(Self.rewrapping)")
        do {
            guard let source = try StoredFile(url(file)) else { return .gone }
            guard let header = VaultHeader(try source.front(VaultHeader.longestBytes)) else { return .damaged }
            if header.keyID == keys.newest.id { return .current }
            guard let key = header.dataKey(by: keys) else { return .damaged }
            try source.copy(to: temporary, putting: VaultHeader(wrapping: key, by: keys.newest).bytes, insteadOf: header.byteCount)
            Failpoint.fileRewrapped.reached()
            // Alone with the folder: a file that is discarded just now must not come back by the renaming.
            let isReplaced = try FolderLock.holding(.exclusive, on: directory) { () throws(VaultError) in
                guard source.isStill(at: url(file)) else { return false }
                do { try DurableFile.rename(temporary, to: url(file)) } catch { throw .unavailable(cause: "\(error)") }
                return true
            }
            guard isReplaced else { return .gone }
            Failpoint.fileReplaced.reached()
            return .rewrapped
        } catch {
            try? FileManager.default.removeItem(at: temporary)
            throw error as? VaultError ?? .unavailable(cause: "\(error)")
        }
    }

    /// Files that stand under their name, in any order.
    func storedFiles() throws(VaultError) -> [FileID] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: directory.path).compactMap { name in
                FileID(name).flatMap { $0.description == name ? $0 : nil }
            }
        } catch {
            throw .unavailable(cause: "\(error)")
        }
    }

    private func removeLeftovers(of ending: String) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
        for name in names where name.hasSuffix(ending) && FileID(String(name.dropLast(ending.count))) != nil {
            try? FileManager.default.removeItem(at: directory.appending(path: name))
        }
    }
}

/// An open file of the vault, read piece by piece: its bytes stay the same even when its name is given to another.
private final class StoredFile {
    private static let pieceBytes = 1_048_576
    private let descriptor: Int32
    private var status = stat()

    /// - Returns: nil when there is no such file.
    /// - Throws: `DurableFile.Failure`.
    init?(_ url: URL) throws {
        descriptor = open(url.path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 && errno == ENOENT { return nil }
        guard descriptor >= 0 else { throw DurableFile.Failure(operation: "open", errno: errno) }
        guard fstat(descriptor, &status) == 0 else { throw DurableFile.Failure(operation: "stat", errno: errno) }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// The first bytes; fewer when the file is shorter.
    func front(_ count: Int) throws -> Data { try piece(at: 0, upTo: count) }

    func isStill(at url: URL) -> Bool {
        var now = stat()
        return stat(url.path, &now) == 0 && now.st_ino == status.st_ino && now.st_dev == status.st_dev
    }

    /// Writes `front` and then this file without its first `skipped` bytes, and syncs it. The copy keeps the time of change, by which a sweep tells its age.
    func copy(to url: URL, putting front: Data, insteadOf skipped: Int) throws {
        let target = open(url.path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard target >= 0 else { throw DurableFile.Failure(operation: "open", errno: errno) }
        defer { close(target) }
        try DurableFile.write(front, to: target)
        var offset = skipped
        while true {
            let piece = try piece(at: offset, upTo: Self.pieceBytes)
            if piece.isEmpty { break }
            try DurableFile.write(piece, to: target)
            offset += piece.count
        }
        let times = [status.st_atim, status.st_mtim]
        guard futimens(target, times) == 0 else { throw DurableFile.Failure(operation: "set time", errno: errno) }
        guard fsync(target) == 0 else { throw DurableFile.Failure(operation: "fsync", errno: errno) }
    }

    private func piece(at offset: Int, upTo count: Int) throws -> Data {
        var piece = Data(count: count)
        var filled = 0
        while filled < count {
            let read = piece.withUnsafeMutableBytes { buffer in
                pread(descriptor, buffer.baseAddress?.advanced(by: filled), count - filled, off_t(offset + filled))
            }
            if read < 0 && errno == EINTR { continue }
            guard read >= 0 else { throw DurableFile.Failure(operation: "read", errno: errno) }
            if read == 0 { break }
            filled += read
        }
        return piece.prefix(filled)
    }
}

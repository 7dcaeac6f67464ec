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
    /// Files whose key is wrapped by it now; those of which it was before are not counted.
    public var rewrapped = 0
    /// Files of which no key opens the data key. They keep their bytes, and for their sake the older keys are kept.
    public var damaged: [FileID] = []
    /// How many older keys are gone from the ring.
    public var retired = 0
}

/// Rotation of the master key: a new key, a new wrapping for every file's key, and only then an end of the older keys. No file is encrypted anew.
///
/// It may be killed at any moment, and may run while the server does:
/// - The new key is in the ring, on disk, before any file needs it. It gets there while nobody is storing a file, so whoever stores one later
///   reads the ring anew and takes the new key: no data key under an older one appears any more.
/// - A rewrapped key is written to a temporary name, synced, and renamed over the old one: a reader sees one or the other.
/// - The older keys leave the ring when every data key has been seen under the newest. A ring with two keys is a rotation that was broken off;
///   the next run goes on with the key that it finds.
///
/// A file of an earlier release that still carries its key (`VaultHeader.carrying`) loses it on the way: the key is in the key store, on disk, before the
/// file's front is replaced. Because the master key that wrapped it is retired in the same run, no old backup of the files opens by itself any more.
extension FileVault {
    static let rewrapping = ".rewrap"
    /// Lies in the key store once no file carries its key.
    private static let movedOutMark = "all-moved-out"

    /// Makes a new master key, or goes on with one that a broken-off rotation made, and moves every data key to it.
    /// - Parameter makingAnother: make a new key even though older ones are still kept, as they are for damaged files.
    /// - Throws: `VaultError.rotationUnderWay`, `VaultError.unavailable`, `VaultError.masterKey`. It can be run again after each of them.
    public func rotateMasterKey(makingAnother: Bool = false) throws(VaultError) -> KeyRotationReport {
        let report = try FolderLock.ifFree(on: ring.folder) { () throws(VaultError) in try rotate(makingAnother: makingAnother) }
        guard let report else { throw .rotationUnderWay }
        return report
    }

    /// Moves the data keys of an earlier release's files into the key store, by a rotation. To be called at the start, before anybody is served.
    /// - Returns: nil when nothing was left to move.
    /// - Throws: as `rotateMasterKey`.
    @discardableResult
    public func moveKeysOut() throws(VaultError) -> KeyRotationReport? {
        isMovedOut ? nil : try rotateMasterKey()
    }

    var isMovedOut: Bool { FileManager.default.fileExists(atPath: keys.directory.appending(path: Self.movedOutMark).path) }

    func sayMovedOut() throws(VaultError) {
        do {
            try DurableFile.write(Data(), to: keys.directory.appending(path: Self.movedOutMark), mode: 0o600)
        } catch {
            throw .unavailable(cause: "\(error)")
        }
    }

    private func rotate(makingAnother: Bool) throws(VaultError) -> KeyRotationReport {
        var masters = try ring.refreshed()
        let goesOn = !masters.older.isEmpty && !makingAnother
        if !goesOn {
            masters = masters.adding(MasterKey(SymmetricKey(size: .bits256)))
            let longer = masters
            try FolderLock.holding(.exclusive, on: directory) { () throws(VaultError) in try ring.replace(by: longer) }
            Failpoint.keyMade.reached()
        }
        var report = KeyRotationReport(newestKey: masters.newest.id.description, wentOn: goesOn)
        let carrying = isMovedOut ? [] : try storedFiles()
        for file in Set(carrying).union(try keys.contents().map(\.file)).sorted() {
            switch try move(file, to: masters) {
            case .rewrapped: report.rewrapped += 1
            case .current, .gone: break
            case .damaged: report.damaged.append(file)
            }
        }
        removeLeftovers(of: Self.rewrapping)
        guard report.damaged.isEmpty else { return report }
        if !isMovedOut { try sayMovedOut() }
        Failpoint.beforeKeyRetired.reached()
        try ring.replace(by: masters.newestAlone)
        Failpoint.keyRetired.reached()
        report.retired = masters.older.count
        return report
    }

    private enum Moving {
        case rewrapped
        /// Its data key is wrapped by the newest key already.
        case current
        /// Discarded meanwhile.
        case gone
        case damaged
    }

    private func move(_ file: FileID, to masters: MasterKeys) throws(VaultError) -> Moving {
        let standing = try rewrap(file, by: masters)
        guard !isMovedOut else { return standing }
        switch standing {
        case .damaged: return .damaged
        case .rewrapped, .current, .gone: return try dropCarriedKey(of: file) ? standing : .damaged
        }
    }

    private func rewrap(_ file: FileID, by masters: MasterKeys) throws(VaultError) -> Moving {
        // Alone with the folder: a file that is discarded just now must not get its key back.
        try FolderLock.holding(.exclusive, on: directory) { () throws(VaultError) in
            let wrapped: WrappedDataKey
            if let stored = keys.read(file) {
                guard let known = WrappedDataKey(stored) else { return .damaged }
                wrapped = known
            } else {
                guard !isMovedOut, let front = try frontOfFile(file) else { return .gone }
                switch VaultHeader(front) {
                case .carrying(let carried): wrapped = carried
                case .keyElsewhere: return .gone
                case nil: return .damaged
                }
            }
            if wrapped.masterID == masters.newest.id, keys.has(file) { return .current }
            guard let key = wrapped.key(by: masters) else { return .damaged }
            do { try keys.write(WrappedDataKey(key, by: masters.newest).bytes, for: file) } catch { throw .unavailable(cause: "\(error)") }
            Failpoint.fileRewrapped.reached()
            return .rewrapped
        }
    }

    private func frontOfFile(_ file: FileID) throws(VaultError) -> Data? {
        do { return try StoredFile(url(file))?.front(VaultHeader.longestBytes) } catch { throw .unavailable(cause: "\(error)") }
    }

    /// Replaces the front of a file whose key is in the key store.
    /// - Returns: false when the file has no front that could be replaced.
    private func dropCarriedKey(of file: FileID) throws(VaultError) -> Bool {
        let temporary = directory.appending(path: "\(file)\(Self.rewrapping)")
        do {
            guard let source = try StoredFile(url(file)) else { return true }
            guard let header = VaultHeader(try source.front(VaultHeader.longestBytes)) else { return false }
            guard case .carrying = header else { return true }
            try source.copy(to: temporary, putting: VaultHeader.bytes, insteadOf: header.byteCount)
            let isReplaced = try FolderLock.holding(.exclusive, on: directory) { () throws(VaultError) in
                guard source.isStill(at: url(file)) else { return false }
                do { try DurableFile.rename(temporary, to: url(file)) } catch { throw .unavailable(cause: "\(error)") }
                return true
            }
            if isReplaced { Failpoint.fileReplaced.reached() } else { try? FileManager.default.removeItem(at: temporary) }
            return true
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

import Crypto
import Foundation
import GRDB
import SignalingProtocol
import Synchronization

/// How closely a sweep looks at the files that the database knows.
public enum FileExamination: String, CaseIterable, Sendable {
    /// Whether there is a file of that name. Costs one look at the folder.
    case names
    /// Also its length, and whether its data key opens. Reads some fifty bytes of each file.
    case headers
    /// Also decrypts it and compares its SHA-256 with the recorded one. Reads everything.
    case contents
}

/// What a sweep found.
public struct FileSweepReport: Hashable, Sendable {
    /// Files that no case refers to, or keys of such files: a crash came between storing and recording them, or before they were discarded. Removed, or to be
    /// removed, key and all.
    public var orphans: [FileID] = []
    /// Names of files that were never finished. Removed, or to be removed.
    public var leftovers: [String] = []
    /// Recorded files that are not in the vault. Their rows stay.
    public var missing: [FileID] = []
    /// Recorded files that do not open, as they do not without their key, or are not what was recorded. They and their rows stay.
    public var damaged: [FileID] = []
}

/// Files that this process has put into the vault and has not seen in the database yet.
///
/// They are no orphans, however old a wall clock that jumps makes them look: their record may wait for a disk that is full.
final class RecentFiles: Sendable {
    private let files = Mutex<Set<FileID>>([])

    func insert(_ file: FileID) { _ = files.withLock { $0.insert(file) } }
    func remove(_ file: FileID) { _ = files.withLock { $0.remove(file) } }
    func contains(_ file: FileID) -> Bool { files.withLock { $0.contains(file) } }
    func forget(_ known: some Sequence<FileID>) { files.withLock { $0.subtract(known) } }
}

extension BrokerStore {
    /// Compares vault and database: removes what no case refers to, reports what a case refers to and is not there or not whole.
    ///
    /// Run it when the server starts, with age zero, for nobody is storing then; and daily beside the running server, with an age that is longer than
    /// a record may wait for its commit.
    /// - Parameters:
    ///   - age: younger files are left alone: they may be about to be recorded.
    ///   - now: the wall clock, in which the file system tells ages.
    ///   - removing: false reports only.
    /// - Throws: `StoreError`, `VaultError.unavailable`; then nothing was removed.
    public func sweepFiles(
        of vault: FileVault, olderThan age: Milliseconds, at now: Date = Date(), examining: FileExamination = .names, removing: Bool = true
    ) throws -> FileSweepReport {
        // The folder first: what is recorded after this look is no orphan of it.
        let stored = try vault.contents()
        let keys = try vault.keys.contents()
        let recorded = try recordedFiles()
        var report = FileSweepReport()
        // Age zero takes everything, also what a clock that was set back dates into the future.
        let isOldEnough = { (changedAt: Date) in age <= 0 || now.timeIntervalSince(changedAt) * 1_000 >= Double(age.count) }
        for entry in stored where isOldEnough(entry.changedAt) && !vault.recent.contains(entry.file) {
            if entry.ending.isEmpty {
                if recorded[entry.file] == nil { report.orphans.append(entry.file) }
            } else {
                report.leftovers.append(entry.name)
            }
        }
        let names = Set(stored.filter(\.ending.isEmpty).map(\.file))
        for key in keys where isOldEnough(key.changedAt) && !vault.recent.contains(key.file) && recorded[key.file] == nil && !names.contains(key.file) {
            report.orphans.append(key.file)
        }
        report.orphans.sort()
        if removing {
            report.orphans.forEach(vault.discard)
            report.leftovers = try vault.removeLeftovers(report.leftovers)
        }
        vault.recent.forget(recorded.keys)
        let suspects = recorded.values.filter { !vault.holds($0, examining: examining) }
        // Discarded since the rows were read.
        let stillRecorded = suspects.isEmpty ? [:] : try recordedFiles()
        for file in suspects.map(\.id).sorted() where stillRecorded[file] != nil {
            if vault.has(file) { report.damaged.append(file) } else { report.missing.append(file) }
        }
        return report
    }

    /// Every file that a case refers to. Whatever table comes to name files of the vault has to be read here: what is not here is an orphan.
    func recordedFiles() throws(StoreError) -> [FileID: RecordedFile] {
        try read("material_file") { db in
            let files = """
                SELECT id, case_id, byte_count, sha256 FROM material_file WHERE removed = 0
                UNION ALL SELECT pdf_file, case_id, NULL, pdf_sha256 FROM notice WHERE pdf_file IS NOT NULL AND pdf_erased = 0
                """
            let rows = try Row.fetchAll(db, sql: files).map { row in
                RecordedFile(id: try row.identifier("id"), caseID: try row.identifier("case_id"), byteCount: row["byte_count"], sha256: row["sha256"])
            }
            return Dictionary(rows.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        }
    }
}

/// What the database says of a file.
struct RecordedFile: Sendable {
    let id: FileID
    let caseID: CaseID
    /// Nil for a notice: its hash alone is recorded.
    let byteCount: Int?
    /// Lower-case hexadecimal.
    let sha256: String
}

extension FileVault {
    /// One name in the vault's folder that is the vault's own.
    struct Entry {
        let file: FileID
        /// Empty for a finished file.
        let ending: String
        let changedAt: Date

        var name: String { "\(file)\(ending)" }
    }

    /// What lies in the folder. What is not the vault's is not seen, and so never removed.
    func contents() throws(VaultError) -> [Entry] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted().compactMap { name in
                let ending = [Self.unfinished, Self.rewrapping].first { name.hasSuffix($0) } ?? ""
                guard let file = FileID(String(name.dropLast(ending.count))), name == "\(file)\(ending)" else { return nil }
                // Gone since the folder was read.
                guard let attributes = try? FileManager.default.attributesOfItem(atPath: directory.appending(path: name).path) else { return nil }
                return Entry(file: file, ending: ending, changedAt: attributes[.modificationDate] as? Date ?? .distantFuture)
            }
        } catch {
            throw .unavailable(cause: "\(error)")
        }
    }

    /// Removes leftovers. A live rotation's own are left to it.
    /// - Returns: those that were removed.
    func removeLeftovers(_ names: [String]) throws(VaultError) -> [String] {
        let remove = { (names: [String]) in
            names.filter { (try? FileManager.default.removeItem(at: directory.appending(path: $0))) != nil }
        }
        let rewrapped = try FolderLock.ifFree(on: ring.folder) { remove(names.filter { $0.hasSuffix(Self.rewrapping) }) }
        return (remove(names.filter { !$0.hasSuffix(Self.rewrapping) }) + (rewrapped ?? [])).sorted()
    }

    func has(_ file: FileID) -> Bool { FileManager.default.fileExists(atPath: url(file).path) }

    /// Whether a recorded file is there and, as far as it is examined, what was recorded.
    func holds(_ recorded: RecordedFile, examining: FileExamination) -> Bool {
        switch examining {
        case .names:
            return has(recorded.id) && (keys.has(recorded.id) || !isMovedOut)
        case .headers:
            guard let handle = try? FileHandle(forReadingFrom: url(recorded.id)) else { return false }
            defer { try? handle.close() }
            guard let front = try? handle.read(upToCount: VaultHeader.longestBytes), let header = VaultHeader(front), let end = try? handle.seekToEnd(),
                recorded.byteCount.map({ end == UInt64(header.byteCount + Self.sealBytes + $0) }) ?? true
            else { return false }
            return wrappedKey(of: recorded.id, header)?.key(by: (try? ring.refreshed()) ?? ring.keys) != nil
        case .contents:
            guard let bytes = try? get(recorded.id, of: recorded.caseID) else { return false }
            return bytes.count == recorded.byteCount ?? bytes.count && hexadecimal(SHA256.hash(data: bytes)) == recorded.sha256
        }
    }
}

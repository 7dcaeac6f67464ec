import CLibzip
import Foundation
import Glibc

/// One entry that is about to be written. Its bytes are asked for when it is its turn and let go of after it: memory holds one entry at a time.
struct ZipEntryPlan {
    let path: String
    let byteCount: Int
    /// Pictures and PDFs are compressed already.
    let isCompressible: Bool
    let bytes: () throws(ExportError) -> Data
}

/// Writes a ZIP archive (PKWARE APPNOTE) with libzip.
enum ZipWriter {
    /// Owner may read and write, nobody else may do anything: an unpacked case is somebody's papers.
    private static let unixMode = UInt32(S_IFREG | 0o600) << 16

    /// Writes the archive and syncs it. It appears under its name only when it is whole; an older file of that name is replaced.
    /// - Throws: `ExportError.output`, and what an entry's `bytes` throws.
    static func write(_ entries: [ZipEntryPlan], to file: URL, at moment: Date) throws(ExportError) {
        // libzip writes beside its target with a mode of its own choice; in a folder that only the owner can enter that does no harm.
        let workshop = try privateFolder(beside: file)
        defer { try? FileManager.default.removeItem(at: workshop) }
        let unfinished = workshop.appending(path: "archive.zip")
        try fill(unfinished, with: entries, at: moment)
        do {
            let descriptor = open(unfinished.path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw DurableFile.Failure(operation: "open", errno: errno) }
            defer { close(descriptor) }
            guard fchmod(descriptor, 0o600) == 0, fsync(descriptor) == 0 else { throw DurableFile.Failure(operation: "fsync", errno: errno) }
            try DurableFile.rename(unfinished, to: file)
        } catch {
            throw .output(cause: "\(error)")
        }
    }

    private static func privateFolder(beside file: URL) throws(ExportError) -> URL {
        let folder = file.deletingLastPathComponent().appending(path: ".\(file.lastPathComponent).\(UUID()).part")
        guard mkdir(folder.path, 0o700) == 0 else { throw .output(cause: "cannot make \(folder.path): errno \(errno)") }
        return folder
    }

    private static func fill(_ file: URL, with entries: [ZipEntryPlan], at moment: Date) throws(ExportError) {
        var code: Int32 = 0
        guard let archive = zip_open(file.path, ZIP_CREATE | ZIP_EXCL, &code) else { throw .output(cause: "zip_open: error \(code)") }
        var pending: [PendingEntry] = []
        do throws(ExportError) {
            for plan in entries { pending.append(try add(plan, to: archive, at: moment)) }
            guard zip_close(archive) == 0 else {
                // The reason why an entry has no bytes says more than libzip's word for it.
                throw pending.lazy.compactMap(\.failure).first ?? .output(cause: text(zip_get_error(archive)))
            }
        } catch {
            zip_discard(archive)
            throw error
        }
    }

    private static func add(_ plan: ZipEntryPlan, to archive: OpaquePointer, at moment: Date) throws(ExportError) -> PendingEntry {
        let entry = PendingEntry(plan)
        // Released by the source's last command, which libzip gives it in every case.
        let context = Unmanaged.passRetained(entry)
        guard let source = zip_source_function(archive, readPendingEntry, context.toOpaque()) else {
            context.release()
            throw .output(cause: text(zip_get_error(archive)))
        }
        let index = zip_file_add(archive, plan.path, source, zip_flags_t(ZIP_FL_ENC_UTF_8))
        guard index >= 0 else {
            zip_source_free(source)
            throw .output(cause: text(zip_get_error(archive)))
        }
        let method = plan.isCompressible ? ZIP_CM_DEFLATE : ZIP_CM_STORE
        guard zip_set_file_compression(archive, UInt64(index), Int32(method), 0) == 0,
            zip_file_set_mtime(archive, UInt64(index), time_t(moment.timeIntervalSince1970), 0) == 0,
            zip_file_set_external_attributes(archive, UInt64(index), 0, UInt8(ZIP_OPSYS_UNIX), unixMode) == 0
        else { throw .output(cause: text(zip_get_error(archive))) }
        return entry
    }

    private static func text(_ error: UnsafeMutablePointer<zip_error_t>) -> String { String(cString: zip_error_strerror(error)) }
}

/// An entry while libzip reads it. Used on the thread that closes the archive, and nowhere else.
private final class PendingEntry {
    private let plan: ZipEntryPlan
    private var bytes = Data()
    private var offset = 0
    private(set) var failure: ExportError?
    var error = zip_error_t()

    init(_ plan: ZipEntryPlan) {
        self.plan = plan
        zip_error_init(&error)
    }

    deinit { zip_error_fini(&error) }

    var byteCount: Int { plan.byteCount }

    func open() -> Bool {
        do throws(ExportError) {
            bytes = try plan.bytes()
            offset = 0
            return true
        } catch {
            failure = error
            zip_error_set(&self.error, ZIP_ER_READ, EIO)
            return false
        }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let piece = bytes.dropFirst(offset).prefix(buffer.count)
        buffer.copyBytes(from: piece)
        offset += piece.count
        return piece.count
    }

    func close() { bytes = Data() }
}

/// libzip's commands to a source. A global function: a callback must not be bound to any actor.
private func readPendingEntry(
    _ context: UnsafeMutableRawPointer?, _ data: UnsafeMutableRawPointer?, _ length: zip_uint64_t, _ command: zip_source_cmd_t
) -> zip_int64_t {
    guard let context else { return -1 }
    let entry = Unmanaged<PendingEntry>.fromOpaque(context)
    switch command {
    case ZIP_SOURCE_OPEN: return entry.takeUnretainedValue().open() ? 0 : -1
    case ZIP_SOURCE_READ:
        return zip_int64_t(entry.takeUnretainedValue().read(into: UnsafeMutableRawBufferPointer(start: data, count: Int(length))))
    case ZIP_SOURCE_CLOSE:
        entry.takeUnretainedValue().close()
        return 0
    case ZIP_SOURCE_STAT:
        guard let data, length >= MemoryLayout<zip_stat_t>.size else { return -1 }
        let status = data.assumingMemoryBound(to: zip_stat_t.self)
        zip_stat_init(status)
        status.pointee.size = zip_uint64_t(entry.takeUnretainedValue().byteCount)
        status.pointee.valid |= zip_uint64_t(ZIP_STAT_SIZE)
        return zip_int64_t(MemoryLayout<zip_stat_t>.size)
    case ZIP_SOURCE_ERROR:
        guard let data else { return -1 }
        return zip_error_to_data(&entry.takeUnretainedValue().error, data, length)
    case ZIP_SOURCE_FREE:
        entry.release()
        return 0
    case ZIP_SOURCE_SUPPORTS: return czip_source_supports_readable
    default: return -1
    }
}

import CLibzip
import Foundation
import Glibc

/// Why an archive is not looked into any further. It may come from anybody.
public enum ArchiveRefusal: Error, Hashable, Sendable {
    /// Not there, or cannot be read.
    case unreadable(cause: String)
    /// Not a ZIP archive, or one that contradicts itself.
    case notAnArchive(cause: String)
    /// A name that would lead out of the folder it is unpacked in, or that cannot be a file's name everywhere.
    case unsafeName(String)
    /// Two entries of one name, also when only the case of letters differs. Nil where the library does not say which.
    case duplicate(String?)
    /// An entry that is encrypted, no plain file, or compressed in a way that no export uses.
    case unusualEntry(String)
    /// More entries or more bytes than a case can have.
    case tooLarge(cause: String)

    /// Stable, for scripts.
    public var code: String {
        switch self {
        case .unreadable: "archive_unreadable"
        case .notAnArchive: "archive_broken"
        case .unsafeName: "archive_unsafe_name"
        case .duplicate: "archive_duplicate_entry"
        case .unusualEntry: "archive_unusual_entry"
        case .tooLarge: "archive_too_large"
        }
    }
}

/// Reads a ZIP archive from anybody with libzip: every name is judged before any entry is opened, and no entry gives more bytes than it announces.
final class ZipReader {
    struct Entry {
        let path: String
        fileprivate let index: UInt64
        /// As announced; not believed.
        let byteCount: Int
    }

    enum Bounds {
        static let entries: Int64 = 2_000
        static let bytes: UInt64 = 4 << 30
        static let nameBytes = 1_000
        /// Deflate can reach 1,032. Larger entries of an export are pictures and PDFs, stored as they are.
        static let expansion: UInt64 = 200
        static let bytesOfAnyExpansion: UInt64 = 1 << 20
        static let pieceBytes = 65_536
    }

    private let archive: OpaquePointer
    let entries: [Entry]

    /// - Throws: an `ArchiveRefusal`.
    init(_ file: URL) throws(ArchiveRefusal) {
        var code: Int32 = 0
        guard let archive = zip_open(file.path, ZIP_RDONLY | ZIP_CHECKCONS, &code) else {
            switch code {
            case ZIP_ER_NOENT, ZIP_ER_OPEN, ZIP_ER_READ, ZIP_ER_MEMORY: throw .unreadable(cause: Self.text(code))
            case ZIP_ER_EXISTS: throw .duplicate(nil)
            default: throw .notAnArchive(cause: Self.text(code))
            }
        }
        do throws(ArchiveRefusal) {
            entries = try Self.entries(of: archive)
        } catch {
            zip_discard(archive)
            throw error
        }
        self.archive = archive
    }

    deinit { zip_discard(archive) }

    func entry(_ path: String) -> Entry? { entries.first { $0.path == path } }

    /// Hands an entry's bytes to `take`, piece by piece.
    /// - Returns: false when they are damaged, or are not as many as announced.
    func read(_ entry: Entry, _ take: (UnsafeRawBufferPointer) -> Void) -> Bool {
        guard let file = zip_fopen_index(archive, entry.index, 0) else { return false }
        defer { zip_fclose(file) }
        return withUnsafeTemporaryAllocation(byteCount: Bounds.pieceBytes, alignment: 1) { buffer in
            guard let start = buffer.baseAddress else { return false }
            var left = entry.byteCount
            while true {
                // libzip checks the checksum when it meets the end.
                let count = Int(zip_fread(file, start, UInt64(buffer.count)))
                guard count >= 0, count <= left else { return false }
                if count == 0 { return left == 0 }
                take(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<count]))
                left -= count
            }
        }
    }

    /// The whole of a small entry.
    /// - Returns: nil when it is damaged or larger.
    func bytes(of entry: Entry, limit: Int) -> Data? {
        guard entry.byteCount <= limit else { return nil }
        var bytes = Data()
        return read(entry, { bytes.append(contentsOf: $0) }) ? bytes : nil
    }

    private static func entries(of archive: OpaquePointer) throws(ArchiveRefusal) -> [Entry] {
        let count = zip_get_num_entries(archive, 0)
        guard count <= Bounds.entries else { throw .tooLarge(cause: "\(count) entries") }
        var entries: [Entry] = []
        var names: Set<String> = []
        var total: UInt64 = 0
        for index in 0..<UInt64(max(0, count)) {
            let entry = try entry(index, of: archive, total: &total)
            // As a file system that knows no case of letters and one form of each letter would see it.
            guard names.insert(entry.path.precomposedStringWithCanonicalMapping.lowercased()).inserted else { throw .duplicate(entry.path) }
            entries.append(entry)
        }
        return entries
    }

    private static func entry(_ index: UInt64, of archive: OpaquePointer, total: inout UInt64) throws(ArchiveRefusal) -> Entry {
        var status = zip_stat_t()
        guard zip_stat_index(archive, index, 0, &status) == 0, let raw = zip_get_name(archive, index, zip_flags_t(ZIP_FL_ENC_RAW)) else {
            throw .notAnArchive(cause: "entry \(index) has no header")
        }
        let path = String(decoding: UnsafeRawBufferPointer(start: raw, count: strlen(raw)), as: UTF8.self)
        guard isSafe(path) else { throw .unsafeName(path) }
        guard status.encryption_method == ZIP_EM_NONE, [ZIP_CM_STORE, ZIP_CM_DEFLATE].contains(Int32(status.comp_method)), isPlainFile(index, archive)
        else { throw .unusualEntry(path) }
        let (sum, overflows) = total.addingReportingOverflow(status.size)
        let isBomb = status.size > Bounds.bytesOfAnyExpansion && status.size / Bounds.expansion > status.comp_size
        guard !overflows, sum <= Bounds.bytes, !isBomb else { throw .tooLarge(cause: "\(path) announces \(status.size) bytes") }
        total = sum
        return Entry(path: path, index: index, byteCount: Int(status.size))
    }

    /// A relative path of plain names, with `/` between them.
    private static func isSafe(_ path: String) -> Bool {
        guard !path.isEmpty, path.utf8.count <= Bounds.nameBytes else { return false }
        return path.unicodeScalars.allSatisfy(ExportPath.isHarmless)
            && path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { !$0.isEmpty && !$0.allSatisfy { $0 == "." || $0 == " " } }
    }

    /// No link and no device, as far as the archive says.
    private static func isPlainFile(_ index: UInt64, _ archive: OpaquePointer) -> Bool {
        var system: UInt8 = 0
        var attributes: UInt32 = 0
        guard zip_file_get_external_attributes(archive, index, 0, &system, &attributes) == 0 else { return false }
        let mode = attributes >> 16 & UInt32(S_IFMT)
        return Int32(system) != ZIP_OPSYS_UNIX || mode == 0 || mode == UInt32(S_IFREG)
    }

    private static func text(_ code: Int32) -> String {
        var error = zip_error_t()
        zip_error_init_with_code(&error, code)
        defer { zip_error_fini(&error) }
        return String(cString: zip_error_strerror(&error))
    }
}

import Crypto
import Foundation
import Glibc
import SignalingProtocol

/// What one request brings of an upload, sealed block by block on its way to the disk: no plain byte ever gets there, and memory does not grow with it.
///
/// Belongs to the thread that receives the bytes; what is `Written` can be kept by another.
public final class UploadSegment {
    /// A segment whose bytes have been written, and not synced.
    public struct Written: Sendable {
        public let id: FileID
        public let start: Int
        /// Bytes of the file that it holds.
        public let byteCount: Int
        let path: String
        /// Open until the segment is kept.
        let descriptor: Int32
    }

    /// Bytes of the file in one block; the last one of a segment is shorter.
    static let blockBytes = 256 * 1024
    /// Nonce and tag of AES-GCM.
    static let sealBytes = 28

    private let id: FileID
    private let start: Int
    private let key: SymmetricKey
    private let path: String
    private var descriptor: Int32
    private var block = Data()
    private var sealedBytes = 0

    init(id: FileID, start: Int, key: SymmetricKey, path: String) throws(UploadStoreError) {
        self.id = id
        self.start = start
        self.key = key
        self.path = path
        descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .unavailable(cause: "open: errno \(errno)") }
    }

    deinit {
        guard descriptor >= 0 else { return }
        close(descriptor)
        unlink(path)
    }

    /// - Throws: `UploadStoreError.unavailable`.
    public func append(_ piece: UnsafeRawBufferPointer) throws(UploadStoreError) {
        var rest = piece[...]
        while !rest.isEmpty {
            let part = rest.prefix(Self.blockBytes - block.count)
            block.append(contentsOf: UnsafeRawBufferPointer(rebasing: part))
            rest = rest.dropFirst(part.count)
            if block.count == Self.blockBytes { try writeBlock() }
        }
    }

    /// Writes what has gathered. Nothing may be appended afterwards.
    /// - Returns: nil when there is nothing to keep.
    /// - Throws: `UploadStoreError.unavailable`.
    public func finish() throws(UploadStoreError) -> Written? {
        if !block.isEmpty { try writeBlock() }
        guard sealedBytes > 0 else { return nil }
        defer { descriptor = -1 }
        return Written(id: id, start: start, byteCount: sealedBytes, path: path, descriptor: descriptor)
    }

    private func writeBlock() throws(UploadStoreError) {
        do {
            let box = try AES.GCM.seal(block, using: key, authenticating: Self.binding(id, start + sealedBytes))
            guard let combined = box.combined else { throw UploadStoreError.damaged }
            try DurableFile.write(combined, to: descriptor)
        } catch {
            throw .unavailable(cause: "\(error)")
        }
        sealedBytes += block.count
        block.removeAll(keepingCapacity: true)
    }

    // MARK: Reading back

    /// Bytes of the upload in a segment's file of this size.
    static func contentBytes(ofFile count: Int) -> Int {
        let whole = blockBytes + sealBytes
        let blocks = (count + whole - 1) / whole
        return max(0, count - blocks * sealBytes)
    }

    static func open(_ stored: Data, id: FileID, start: Int, key: SymmetricKey) throws(UploadStoreError) -> Data {
        var bytes = Data(capacity: stored.count)
        var rest = stored[...]
        while !rest.isEmpty {
            let sealed = rest.prefix(blockBytes + sealBytes)
            guard let box = try? AES.GCM.SealedBox(combined: sealed),
                let block = try? AES.GCM.open(box, using: key, authenticating: binding(id, start + bytes.count))
            else { throw .damaged }
            bytes += block
            rest = rest.dropFirst(sealed.count)
        }
        return bytes
    }

    private static func binding(_ id: FileID, _ offset: Int) -> Data { Data("upload:\(id) offset:\(offset)".utf8) }
}

import Crypto
import Foundation
import Glibc
import SignalingProtocol

/// Why an upload's bytes cannot be kept or read back.
public enum UploadStoreError: Error, Sendable {
    /// The disk is full or failing; the same can be tried again.
    case unavailable(cause: String)
    /// The bytes and their place do not agree: damaged or swapped. They are never handed in.
    case damaged
}

/// What is known of an upload (tus 1.0.0) apart from its bytes. Its id becomes the file's.
public struct UploadHead: Codable, Hashable, Sendable {
    public enum Conclusion: Codable, Hashable, Sendable {
        /// The file is part of its case.
        case stored
        /// It never will be, for this reason; what had come is gone.
        case refused(ErrorCode)
    }

    public let id: FileID
    public let citizen: CitizenID
    public let caseID: CaseID
    public let materialID: MaterialID
    /// The file's name as it may be shown.
    public let name: String
    public let byteCount: Int
    /// A file of the same material that goes when this one is stored.
    public let replaces: FileID?
    /// Sent from the phone that the citizen handed the case to.
    public let isFromPhone: Bool
    /// `Upload-Metadata` as it came.
    public let metadata: String
    public var expiresAt: Instant
    public var conclusion: Conclusion?

    public init(
        id: FileID, citizen: CitizenID, caseID: CaseID, materialID: MaterialID, name: String, byteCount: Int, replaces: FileID?, isFromPhone: Bool,
        metadata: String, expiresAt: Instant
    ) {
        self.id = id
        self.citizen = citizen
        self.caseID = caseID
        self.materialID = materialID
        self.name = name
        self.byteCount = byteCount
        self.replaces = replaces
        self.isFromPhone = isFromPhone
        self.metadata = metadata
        self.expiresAt = expiresAt
    }
}

/// How an upload's own key is put under another.
public struct KeyWrapping: Sendable {
    let wrap: @Sendable (SymmetricKey) throws -> Data
    let unwrap: @Sendable (Data) throws -> SymmetricKey

    public init(wrap: @escaping @Sendable (SymmetricKey) throws -> Data, unwrap: @escaping @Sendable (Data) throws -> SymmetricKey) {
        self.wrap = wrap
        self.unwrap = unwrap
    }

    /// AES key wrap (RFC 3394) under one key.
    public init(under key: SymmetricKey) {
        self.init(wrap: { try AES.KeyWrap.wrap($0, using: key) }, unwrap: { try AES.KeyWrap.unwrap($0, using: key) })
    }
}

/// Files that have not arrived whole yet, encrypted at rest from their first byte on.
///
/// An upload is a head, `ID.head`: `FWU2` and the sealed `UploadHead`; and its segments, `ID.OFFSET`, each what one request brought. Its key lies in a key
/// store (`DataKeyStore`), wrapped, so that an upload that was given up or erased cannot come back with a backup; an earlier release's `FWU1` head carried it.
/// A segment appears under its name only when it is whole on disk, so the names say how far the upload is, whatever happened.
public struct UploadStore: Sendable {
    /// An upload as it was found at the start.
    public struct Found: Sendable {
        public let head: UploadHead
        public let key: SymmetricKey
        /// Where each segment begins.
        public let segments: [Int]
        public let offset: Int
    }

    let directory: URL
    private let wrapping: KeyWrapping
    private let keys: DataKeyStore

    private static let mark = Data("FWU2".utf8)
    private static let carryingMark = Data("FWU1".utf8)
    /// AES key wrap of a 256-bit key adds 8 bytes.
    private static let wrappedKeyBytes = 40
    private static let headSuffix = ".head"
    private static let partSuffix = ".part"

    /// Opens the folders, making them as needed.
    /// - Parameter keyFolder: where the uploads' own keys lie; outside the backup set.
    /// - Throws: `UploadStoreError.unavailable`.
    public init(directory: URL, keys wrapping: KeyWrapping, keyFolder: URL) throws(UploadStoreError) {
        self.directory = directory
        self.wrapping = wrapping
        do {
            keys = try DataKeyStore(directory: keyFolder)
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .unavailable(cause: "\(error)")
        }
    }

    // MARK: At the start

    /// What is there. Leftovers of a crash, and what can no longer be read, are removed.
    public func open() -> [Found] {
        let names = Set((try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? [])
        var kept: Set<String> = []
        let found = names.filter { $0.hasSuffix(Self.headSuffix) }.compactMap { name -> Found? in
            guard let id = FileID(String(name.dropLast(Self.headSuffix.count))), let (head, key) = readHead(id) else { return nil }
            let (segments, offset) = segments(of: id, among: names)
            kept.insert(name)
            kept.formUnion(segments.map { segmentName(id, $0) })
            return Found(head: head, key: key, segments: segments, offset: offset)
        }
        for name in names.subtracting(kept) { try? FileManager.default.removeItem(at: directory.appending(path: name)) }
        let live = Set(found.map(\.head.id))
        for (id, _) in (try? keys.contents()) ?? [] where !live.contains(id) { try? keys.destroy(id) }
        keys.removeLeftovers()
        return found
    }

    private func readHead(_ id: FileID) -> (head: UploadHead, key: SymmetricKey)? {
        guard let stored = try? Data(contentsOf: headURL(id)) else { return nil }
        let isCarrying = stored.prefix(Self.mark.count) == Self.carryingMark
        let start = Self.mark.count + (isCarrying ? Self.wrappedKeyBytes : 0)
        guard isCarrying || stored.prefix(Self.mark.count) == Self.mark, stored.count > start,
            let wrapped = isCarrying ? stored[Self.mark.count..<start] : keys.read(id),
            let key = try? wrapping.unwrap(wrapped), let box = try? AES.GCM.SealedBox(combined: stored[start...]),
            let json = try? AES.GCM.open(box, using: key, authenticating: Self.binding(id)),
            let head = try? JSONDecoder().decode(UploadHead.self, from: json), head.id == id
        else { return nil }
        // What an earlier release left lives for two days at most; if its key cannot move now, it does at the next start.
        if isCarrying { try? write(head, key: key) }
        return (head, key)
    }

    /// The segments that follow each other from the beginning, and where the last one ends.
    private func segments(of id: FileID, among names: Set<String>) -> (starts: [Int], offset: Int) {
        var starts: [Int] = []
        var offset = 0
        while names.contains(segmentName(id, offset)) {
            let attributes = try? FileManager.default.attributesOfItem(atPath: segmentURL(id, offset).path)
            let count = UploadSegment.contentBytes(ofFile: (attributes?[.size] as? NSNumber)?.intValue ?? 0)
            guard count > 0 else { break }
            starts.append(offset)
            offset += count
        }
        return (starts, offset)
    }

    // MARK: Heads

    /// Writes the head of a new upload, or a head anew in the place of the old one. On return it is on disk.
    /// - Parameter key: the upload's own, always the same.
    /// - Throws: `UploadStoreError.unavailable`.
    public func write(_ head: UploadHead, key: SymmetricKey) throws(UploadStoreError) {
        let temporary = directory.appending(path: "\(head.id)\(Self.headSuffix)\(Self.partSuffix)")
        do {
            let sealed = try AES.GCM.seal(JSONEncoder().encode(head), using: key, authenticating: Self.binding(head.id))
            guard let combined = sealed.combined else { throw UploadStoreError.damaged }
            if !keys.has(head.id) { try keys.write(wrapping.wrap(key), for: head.id) }
            try DurableFile.write(Self.mark + combined, to: temporary, mode: 0o600)
            try DurableFile.rename(temporary, to: headURL(head.id))
        } catch {
            try? FileManager.default.removeItem(at: temporary)
            throw .unavailable(cause: "\(error)")
        }
    }

    // MARK: Segments

    /// Begins what one request brings. Nothing of it counts before `keep`.
    /// - Throws: `UploadStoreError.unavailable`.
    public func beginSegment(of id: FileID, at offset: Int, key: SymmetricKey) throws(UploadStoreError) -> UploadSegment {
        try UploadSegment(id: id, start: offset, key: key, path: segmentURL(id, offset).path + Self.partSuffix)
    }

    /// Makes a segment count. On return it is on disk, name included.
    /// - Throws: `UploadStoreError.unavailable`; then nothing of it is left.
    public func keep(_ segment: UploadSegment.Written) throws(UploadStoreError) {
        defer { close(segment.descriptor) }
        Failpoint.segmentWritten.reached()
        do {
            guard fsync(segment.descriptor) == 0 else { throw DurableFile.Failure(operation: "fsync", errno: errno) }
            try DurableFile.rename(URL(filePath: segment.path), to: segmentURL(segment.id, segment.start))
        } catch {
            unlink(segment.path)
            unlink(segmentURL(segment.id, segment.start).path)
            throw .unavailable(cause: "\(error)")
        }
        Failpoint.segmentKept.reached()
    }

    /// Everything that has arrived, decrypted and checked.
    /// - Throws: `UploadStoreError.damaged`.
    public func read(_ id: FileID, key: SymmetricKey, segments: [Int]) throws(UploadStoreError) -> Data {
        var bytes = Data()
        for start in segments {
            guard start == bytes.count, let stored = try? Data(contentsOf: segmentURL(id, start)) else { throw .damaged }
            bytes += try UploadSegment.open(stored, id: id, start: start, key: key)
        }
        return bytes
    }

    public func removeSegments(of id: FileID, _ segments: [Int]) {
        for start in segments { unlink(segmentURL(id, start).path) }
    }

    /// Forgets an upload. Without its key, nothing of it can be read any more, wherever a copy lies.
    public func remove(_ id: FileID, segments: [Int]) {
        // What could not be destroyed now has no head at the next start, and goes then.
        try? keys.destroy(id)
        unlink(headURL(id).path)
        removeSegments(of: id, segments)
    }

    // MARK: Names

    private func headURL(_ id: FileID) -> URL { directory.appending(path: "\(id)\(Self.headSuffix)") }
    private func segmentName(_ id: FileID, _ offset: Int) -> String { "\(id).\(offset)" }
    private func segmentURL(_ id: FileID, _ offset: Int) -> URL { directory.appending(path: segmentName(id, offset)) }
    private static func binding(_ id: FileID) -> Data { Data("upload:\(id)".utf8) }
}

extension KeyWrapping {
    /// Under a key of its own, made at the first start: what waits to arrive lies there for a day, and must not be lost to a rotation of the vault's keys.
    /// - Throws: `VaultError.masterKey`.
    public init(keyFile: URL) throws(VaultError) {
        self.init(under: try MasterKeyRing(file: keyFile).keys.newest.key)
    }
}

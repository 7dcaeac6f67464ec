import Foundation
import SignalingProtocol
import Synchronization

/// A case that its citizen has handed to a phone. Only hashes of the secrets are kept.
public struct HandOverRow: Codable, Hashable, Sendable {
    /// A secret's hash, and until when it is good.
    public struct Pass: Codable, Hashable, Sendable {
        public let hash: Data
        public let expiresAt: Instant

        public init(hash: Data, expiresAt: Instant) {
            self.hash = hash
            self.expiresAt = expiresAt
        }
    }

    public let caseID: CaseID
    public let citizen: CitizenID
    /// What the phone reads off the screen, until it is used.
    public var token: Pass?
    /// The phone's own sign-in.
    public var phone: Pass?

    public init(caseID: CaseID, citizen: CitizenID) {
        self.caseID = caseID
        self.citizen = citizen
    }
}

/// Keeps hand-overs over a restart, a small file each: they live for an hour at most, so the database is not told of them.
public final class HandOverStore: Sendable {
    private let directory: URL
    /// The newest change written of each case. Changes may reach the disk in another order than they were made in.
    private let written = Mutex<[CaseID: Int]>([:])

    /// - Throws: `UploadStoreError.unavailable`.
    public init(directory: URL) throws(UploadStoreError) {
        self.directory = directory
        do {
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .unavailable(cause: "\(error)")
        }
    }

    /// What is there; what cannot be read is removed.
    public func rows() -> [HandOverRow] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
        return names.compactMap { name in
            let url = directory.appending(path: name)
            let row = (try? Data(contentsOf: url)).flatMap { try? JSONDecoder().decode(HandOverRow.self, from: $0) }
            if let row, row.caseID.description == name { return row }
            try? FileManager.default.removeItem(at: url)
            return nil
        }
    }

    /// Writes a change, or forgets the case when `row` is nil. On return it is on disk. Does nothing when a later change has been written already.
    /// - Parameter change: counts up with each change that is made.
    /// - Throws: `UploadStoreError.unavailable`.
    public func write(_ row: HandOverRow?, of id: CaseID, change: Int) throws(UploadStoreError) {
        try written.withLock { written throws(UploadStoreError) in
            guard change > written[id, default: 0] else { return }
            let url = directory.appending(path: id.description)
            do {
                if let row {
                    let temporary = url.appendingPathExtension("part")
                    try DurableFile.write(JSONEncoder().encode(row), to: temporary, mode: 0o600)
                    try DurableFile.rename(temporary, to: url)
                } else if FileManager.default.fileExists(atPath: url.path) {
                    try FileManager.default.removeItem(at: url)
                }
            } catch {
                throw .unavailable(cause: "\(error)")
            }
            written[id] = change
        }
    }
}

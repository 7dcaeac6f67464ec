import BrokerStore
import Crypto
import SignalingProtocol

/// One resumable upload, as the loop knows it.
struct Upload: Sendable {
    enum Activity {
        case idle
        /// A request's bytes are coming in.
        case receiving
        /// What came is on its way to the disk, or into the case. Whoever asks meanwhile is answered afterwards.
        case settling
    }

    var head: UploadHead
    let key: SymmetricKey
    /// Where each segment that is on disk begins.
    var segments: [Int] = []
    /// Bytes that are on disk: what `HEAD` says.
    var offset = 0
    var activity = Activity.idle

    var isWhole: Bool { offset == head.byteCount }
    var remaining: Int { head.byteCount - offset }
    /// Whether it still takes a place among the files of its case.
    func isUnfinished(at now: Instant) -> Bool { head.conclusion == nil && head.expiresAt > now }
}

/// The uploads that are not forgotten yet. Their bytes are the store's.
struct Uploads {
    private(set) var byID: [FileID: Upload] = [:]
    /// Requests that wait for an upload to settle, oldest first.
    private var waiting: [FileID: [(Engine) -> Void]] = [:]

    init(found: [UploadStore.Found] = [], recorded: Set<FileID> = []) {
        for one in found {
            var upload = Upload(head: one.head, key: one.key, segments: one.segments, offset: one.offset)
            // Stored, and the server died before it could say so.
            if recorded.contains(one.head.id) { upload.head.conclusion = .stored }
            if upload.head.conclusion != nil { upload.offset = one.head.byteCount }
            byID[one.head.id] = upload
        }
    }

    subscript(_ id: FileID) -> Upload? {
        get { byID[id] }
        set { byID[id] = newValue }
    }

    func all(of cases: Set<CaseID>) -> [Upload] { byID.values.filter { cases.contains($0.head.caseID) } }

    /// - Returns: false when too many wait already.
    mutating func wait(for id: FileID, _ goOn: @escaping (Engine) -> Void) -> Bool {
        guard waiting[id, default: []].count < ServerLimits.waitingPerUpload else { return false }
        waiting[id, default: []].append(goOn)
        return true
    }

    /// Those who waited; each is given out once.
    mutating func takeWaiting(for id: FileID) -> [(Engine) -> Void] { waiting.removeValue(forKey: id) ?? [] }

    /// What is on its way and counts against a new upload's limits.
    struct Announced {
        var inAll = 0
        var ofCitizen = 0
        var ofMaterial = 0
        var ofCase = 0
        var bytesOfCase = 0
    }

    func announced(for citizen: CitizenID, case caseID: CaseID, material: MaterialID, at now: Instant) -> Announced {
        byID.values.lazy.filter { $0.isUnfinished(at: now) }.reduce(into: Announced()) { sum, upload in
            sum.inAll += 1
            if upload.head.citizen == citizen { sum.ofCitizen += 1 }
            guard upload.head.caseID == caseID else { return }
            sum.ofCase += 1
            sum.bytesOfCase += upload.head.byteCount
            // One that replaces another takes no further place.
            if upload.head.materialID == material, upload.head.replaces == nil { sum.ofMaterial += 1 }
        }
    }

    /// Uploads whose bytes can go, and those of which nothing need be known any more.
    func overdue(at now: Instant) -> (bytes: [FileID], all: [FileID]) {
        var bytes: [FileID] = []
        var all: [FileID] = []
        for (id, upload) in byID where !upload.isUnfinished(at: now) {
            guard case .idle = upload.activity else { continue }
            // One that ran out is known for a while longer, so that its sender learns that it did.
            let knownUntil = upload.head.conclusion == nil ? upload.head.expiresAt + ServerLimits.uploadLifetime : upload.head.expiresAt
            if knownUntil <= now {
                all.append(id)
            } else if !upload.segments.isEmpty {
                bytes.append(id)
            }
        }
        return (bytes, all)
    }
}

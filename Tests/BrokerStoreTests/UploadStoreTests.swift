import BrokerStore
import Crypto
import Foundation
import SignalingProtocol
import Testing

/// A folder of uploads, opened as often as the test likes.
private struct Shelf {
    let folder: TemporaryFolder
    /// Outside the backup set, and so outside the uploads' folder.
    let keys: TemporaryFolder
    let wrapping = KeyWrapping(under: SymmetricKey(size: .bits256))
    let key = SymmetricKey(size: .bits256)

    init() throws {
        folder = try TemporaryFolder()
        keys = try TemporaryFolder()
    }

    func open() throws -> UploadStore { try UploadStore(directory: folder.url, keys: wrapping, keyFolder: keys.url) }
    func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted() }

    func head(_ number: Int, of byteCount: Int) -> UploadHead {
        UploadHead(
            id: FileID(Fixtures.uuid(number)), citizen: CitizenID(Fixtures.uuid(90)), caseID: CaseID(Fixtures.uuid(91)), materialID: materialOne,
            name: "王秀英.jpg", byteCount: byteCount, replaces: nil, isFromPhone: true, metadata: "filename eA==", expiresAt: Instant(milliseconds: 5_000))
    }

    func keep(_ bytes: Data, of head: UploadHead, at offset: Int) throws {
        let store = try open()
        let segment = try store.beginSegment(of: head.id, at: offset, key: key)
        // In uneven pieces, as a network brings them.
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(70_001)
            try piece.withUnsafeBytes { try segment.append($0) }
            rest = rest.dropFirst(piece.count)
        }
        try store.keep(try #require(try segment.finish()))
    }
}

private let materialOne: MaterialID = {
    guard let id = MaterialID("M1") else { preconditionFailure() }
    return id
}()

private func bytes(_ count: Int) -> Data { Data((0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ ($0 >> 9)) }) }

@Suite("The store of uploads")
struct UploadStoreTests {
    @Test(arguments: [1, 262_143, 262_144, 262_145, 524_288, 600_000])
    func givesBackWhatCameInPieces(count: Int) throws {
        let shelf = try Shelf()
        let head = shelf.head(1, of: count + 10)
        try shelf.open().write(head, key: shelf.key)
        let all = bytes(count + 10)
        try shelf.keep(all[..<count], of: head, at: 0)
        try shelf.keep(Data(all[count...]), of: head, at: count)
        let found = try #require(try shelf.open().open().first)
        #expect(found.head == head)
        #expect(found.segments == [0, count] && found.offset == count + 10)
        #expect(try shelf.open().read(head.id, key: found.key, segments: found.segments) == all)
    }

    @Test func leftoversAndOrphansGo() throws {
        let shelf = try Shelf()
        let head = shelf.head(1, of: 1_000)
        try shelf.open().write(head, key: shelf.key)
        try shelf.keep(bytes(100), of: head, at: 0)
        let kept = try shelf.names()
        // A gap: what is behind it cannot be reached any more.
        try shelf.keep(bytes(100), of: head, at: 200)
        let ghost = shelf.head(2, of: 1_000)
        try shelf.keep(bytes(100), of: ghost, at: 0)
        for name in ["\(head.id).100.part", "\(head.id).head.part", "\(ghost.id).head", "stray"] {
            try Data("half".utf8).write(to: shelf.folder.url.appending(path: name))
        }
        let found = try shelf.open().open()
        #expect(found.map(\.offset) == [100])
        #expect(try shelf.names() == kept)
    }

    @Test func nothingReadableLiesThereAndNothingDamagedIsRead() throws {
        let shelf = try Shelf()
        let head = shelf.head(1, of: 2_000)
        try shelf.open().write(head, key: shelf.key)
        try shelf.keep(bytes(1_000), of: head, at: 0)
        try shelf.keep(bytes(1_000), of: head, at: 1_000)
        let plain = [Data("王秀英".utf8), bytes(1_000)[100..<132], Data("\(head.caseID)".utf8)]
        for name in try shelf.names() {
            let stored = try Data(contentsOf: shelf.folder.url.appending(path: name))
            for words in plain { #expect(stored.range(of: words) == nil, "\(name)") }
        }
        // The same bytes in another place are not the same: segments cannot be swapped.
        let (first, second) = (shelf.folder.url.appending(path: "\(head.id).0"), shelf.folder.url.appending(path: "\(head.id).1000"))
        let stored = try Data(contentsOf: first)
        try stored.write(to: second)
        #expect(throws: UploadStoreError.self) { try shelf.open().read(head.id, key: shelf.key, segments: [0, 1_000]) }
        try (stored.dropLast() + [stored[stored.count - 1] ^ 1]).write(to: first)
        #expect(throws: UploadStoreError.self) { try shelf.open().read(head.id, key: shelf.key, segments: [0]) }
        // A head under another master key is nobody's.
        #expect(try UploadStore(directory: shelf.folder.url, keys: KeyWrapping(under: SymmetricKey(size: .bits256)), keyFolder: shelf.keys.url).open().isEmpty)
        #expect(try shelf.names().isEmpty)
    }

    @Test func whatWasGivenUpDoesNotComeBackWithABackup() throws {
        let shelf = try Shelf()
        let head = shelf.head(1, of: 2_000)
        try shelf.open().write(head, key: shelf.key)
        try shelf.keep(bytes(1_000), of: head, at: 0)
        let backup = try shelf.names().map { ($0, try Data(contentsOf: shelf.folder.url.appending(path: $0))) }
        try shelf.open().remove(head.id, segments: [0])
        #expect(try FileManager.default.contentsOfDirectory(atPath: shelf.keys.url.path) == [])
        for (name, stored) in backup { try stored.write(to: shelf.folder.url.appending(path: name)) }
        #expect(try shelf.open().open().isEmpty)
        #expect(try shelf.names().isEmpty)
    }

    /// Its key moves out at the first start; the client sees nothing of it.
    @Test func readsAHeadOfAnEarlierRelease() throws {
        let shelf = try Shelf()
        let master = SymmetricKey(size: .bits256)
        let head = shelf.head(1, of: 2_000)
        let sealed = try #require(AES.GCM.seal(JSONEncoder().encode(head), using: shelf.key, authenticating: Data("upload:\(head.id)".utf8)).combined)
        let file = shelf.folder.url.appending(path: "\(head.id).head")
        try (Data("FWU1".utf8) + AES.KeyWrap.wrap(shelf.key, using: master) + sealed).write(to: file)
        for _ in 1...2 {
            let store = try UploadStore(directory: shelf.folder.url, keys: KeyWrapping(under: master), keyFolder: shelf.keys.url)
            #expect(store.open().map(\.head) == [head])
            #expect(try Data(contentsOf: file).prefix(4) == Data("FWU2".utf8))
        }
    }

    @Test func aSegmentThatIsNotKeptLeavesNothing() throws {
        let shelf = try Shelf()
        let head = shelf.head(1, of: 1_000_000)
        let store = try shelf.open()
        do {
            let segment = try store.beginSegment(of: head.id, at: 0, key: shelf.key)
            try bytes(300_000).withUnsafeBytes { try segment.append($0) }
            #expect(try shelf.names().count == 1)
        }
        #expect(try shelf.names().isEmpty)
        let empty = try store.beginSegment(of: head.id, at: 0, key: shelf.key)
        #expect(try empty.finish() == nil)
        try FileManager.default.removeItem(at: shelf.folder.url)
        #expect(throws: UploadStoreError.self) { try store.beginSegment(of: head.id, at: 0, key: shelf.key) }
        #expect(throws: UploadStoreError.self) { try store.write(head, key: shelf.key) }
    }

    @Test func headsAreWrittenAnewAndUploadsRemoved() throws {
        let shelf = try Shelf()
        var head = shelf.head(1, of: 100)
        let store = try shelf.open()
        try store.write(head, key: shelf.key)
        try shelf.keep(bytes(100), of: head, at: 0)
        head.conclusion = .refused(.unsupportedFileType)
        head.expiresAt = Instant(milliseconds: 9_000)
        try store.write(head, key: shelf.key)
        store.removeSegments(of: head.id, [0])
        #expect(store.open().map(\.head) == [head])
        store.remove(head.id, segments: [])
        #expect(try shelf.names().isEmpty)
    }
}

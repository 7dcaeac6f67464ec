import BrokerCore
import BrokerStore
import Crypto
import Foundation
import SignalingProtocol
import Testing

@testable import BrokerServer

@Suite("Resumable uploads", .serialized)
struct UploadTests {
    private let folder: TemporaryFolder
    private let wang: WaitingHall.Citizen
    private let li: WaitingHall.Citizen
    private let server: LiveServer

    init() throws {
        (folder, wang, li) = try WaitingHall.open()
        server = try LiveServer(folder: folder)
    }

    private func create(_ count: Int, material: String = "M1", name: String? = "照片.jpg", replaces: String? = nil) throws -> Reply {
        try server.create("\(count)", LiveServer.metadata(wang.caseID, material: material, name: name, replaces: replaces), wang.cookie)
    }

    private func newUpload(_ count: Int, material: String = "M1", name: String? = "照片.jpg", replaces: String? = nil) throws -> String {
        let reply = try create(count, material: material, name: name, replaces: replaces)
        try #require(reply.status == 201, "\(reply.text)")
        return try #require(reply.fields["location"])
    }

    private func handIn(_ bytes: [UInt8], material: String = "M1", name: String? = "照片.jpg", replaces: String? = nil) throws -> String {
        let reply = try server.patch(newUpload(bytes.count, material: material, name: name, replaces: replaces), at: 0, bytes, wang.cookie)
        try #require(reply.status == 204, "\(reply.text)")
        return try #require(reply.fields["farwindow-file"])
    }

    private func storedFiles() throws -> [FileView] {
        let store = try BrokerStore(path: folder.url.appending(path: "farwindow.sqlite").path)
        return try store.loadState(at: WaitingHall.now).cases.first { $0.record.id == wang.caseID }?.files ?? []
    }

    private func uploadFiles() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder.url.appending(path: "uploads").path) }

    // MARK: The whole way

    @Test func piecesBecomeAFileThatIsStoredWhenTheLastIsAnswered() throws {
        let bytes = picture(700_000)
        let created = try create(bytes.count)
        #expect(created.status == 201)
        #expect(created.fields["tus-resumable"] == "1.0.0")
        #expect(created.fields["upload-expires"]?.hasSuffix("GMT") == true)
        let path = try #require(created.fields["location"])
        #expect(path.hasPrefix("/api/v1/uploads/"))

        for (start, end) in [(0, 300_000), (300_000, 300_001)] {
            let reply = try server.patch(path, at: start, Array(bytes[start..<end]), wang.cookie)
            #expect(reply.status == 204)
            #expect(reply.fields["upload-offset"] == "\(end)")
            #expect(reply.fields["farwindow-file"] == nil)
        }
        let half = try server.head(path, wang.cookie)
        #expect(half.status == 200)
        #expect(half.fields["upload-offset"] == "300001")
        #expect(half.fields["upload-length"] == "700000")
        #expect(half.fields["cache-control"] == "no-store")
        #expect("Upload-Metadata: \(half.fields["upload-metadata"] ?? "")" == LiveServer.metadata(wang.caseID))
        #expect(half.fields["farwindow-file"] == nil)

        let last = try server.patch(path, at: 300_001, Array(bytes[300_001...]), wang.cookie)
        #expect(last.status == 204)
        #expect(last.fields["upload-offset"] == "700000")
        let file = try #require(last.fields["farwindow-file"])
        #expect(try storedFiles().map(\.id.description) == [file], "answered means stored")
        let hash = SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined()
        #expect(try storedFiles().map(\.sha256) == [hash])
        #expect(try server.ask("GET", "/api/v1/files/\(file)", [wang.cookie]).status == 200)

        // Whoever lost the answer learns it in either of two ways.
        #expect(try server.head(path, wang.cookie).fields["farwindow-file"] == file)
        #expect(try server.patch(path, at: 700_000, [], wang.cookie).fields["farwindow-file"] == file)
        #expect(try storedFiles().count == 1)
        try server.stop()
        let again = try LiveServer(folder: folder)
        #expect(try again.head(path, wang.cookie).fields["farwindow-file"] == file)
        #expect(try uploadFiles().count == 1, "of the upload itself only the head is left")
        try again.stop()
    }

    @Test func tellsWhatItSpeaks() throws {
        for path in ["/api/v1/uploads", "/api/v1/uploads/\(UUID())"] {
            let reply = try server.ask("OPTIONS", path, origin: nil)
            #expect(reply.status == 204)
            #expect(reply.fields["tus-version"] == "1.0.0")
            #expect(reply.fields["tus-extension"] == "creation,expiration,termination,checksum")
            #expect(reply.fields["tus-checksum-algorithm"] == "sha1,sha256")
            #expect(reply.fields["tus-max-size"] == "\(SignalingProtocol.Limits.fileBytes)")
        }
        #expect(try server.ask("GET", "/api/v1/uploads/\(UUID())").fields["allow"] == "OPTIONS, HEAD, PATCH, DELETE, POST")
        try server.stop()
    }

    @Test func worksThroughAnythingThatLetsOnlyPostThrough() throws {
        let path = try newUpload(10)
        let fields = LiveServer.patchFields(0, wang.cookie)
        #expect(try server.send("POST", path, fields + ["X-HTTP-Method-Override: PATCH"], picture(10)).status == 204)
        #expect(try server.send("POST", path, fields + ["X-HTTP-Method-Override: HEAD"], []).fields["upload-offset"] == "10")
        #expect(try server.send("POST", path, fields, []).status == 405)
        #expect(try server.send("POST", path, fields + ["X-HTTP-Method-Override: DELETE"], []).status == 204)
        #expect(try server.head(path, wang.cookie).status == 404)
        try server.stop()
    }

    // MARK: Broken connections and crashes

    @Test func goesOnWhereTheConnectionBroke() throws {
        let bytes = picture(900_000)
        let path = try newUpload(bytes.count)
        let line = try server.open("PATCH", path, LiveServer.patchFields(0, wang.cookie), announcing: bytes.count)
        try line.send(Array(bytes[..<500_000]))
        line.close()
        let head = try server.await("what came before the break", { try server.head(path, wang.cookie) }, until: { $0.fields["upload-offset"] == "500000" })
        #expect(head.status == 200)
        let rest = try server.patch(path, at: 500_000, Array(bytes[500_000...]), wang.cookie)
        #expect(rest.status == 204)
        #expect(rest.fields["farwindow-file"] != nil)
        #expect(try storedFiles().map(\.byteCount) == [bytes.count])
        try server.stop()
    }

    @Test func aRestartKeepsWhatCameAndNothingReadableLies() throws {
        let words = Array("法定代表人身份证件".utf8)
        let bytes = picture(100) + (0..<2_000).flatMap { _ in words }
        let path = try newUpload(bytes.count, name: "王秀英.jpg")
        #expect(try server.patch(path, at: 0, Array(bytes[..<20_000]), wang.cookie).status == 204)
        try server.stop()
        for folder in ["uploads", "incoming"] {
            let url = self.folder.url.appending(path: folder)
            for name in try FileManager.default.contentsOfDirectory(atPath: url.path) {
                let stored = try Data(contentsOf: url.appending(path: name))
                #expect(stored.range(of: Data(words)) == nil && stored.range(of: Data("王秀英".utf8)) == nil, "\(name)")
            }
        }
        // What a crash in the middle of a request leaves.
        let id = try #require(path.split(separator: "/").last)
        try Data("half".utf8).write(to: folder.url.appending(path: "uploads/\(id).20000.part"))
        try Data("of nobody".utf8).write(to: folder.url.appending(path: "uploads/\(UUID().uuidString.lowercased()).0"))

        let again = try LiveServer(folder: folder)
        #expect(Set(try uploadFiles()) == ["\(id).head", "\(id).0"])
        #expect(try again.head(path, wang.cookie).fields["upload-offset"] == "20000")
        #expect(try again.patch(path, at: 20_000, Array(bytes[20_000...]), wang.cookie).fields["farwindow-file"] != nil)
        try again.stop()
    }

    @Test func whoDiedBeforeTheAnswerGivesItAfterwards() throws {
        try server.stop()
        let bytes = picture(5_000)
        let whole = try WaitingHall.leave(bytes, of: bytes.count, by: wang, in: folder)
        let half = try WaitingHall.leave(Array(bytes[..<2_000]), of: bytes.count, by: wang, in: folder)
        let again = try LiveServer(folder: folder)
        let head = try again.head(whole, wang.cookie)
        #expect(head.fields["upload-offset"] == "5000" && head.fields["farwindow-file"] == nil)
        #expect(try again.patch(whole, at: 5_000, [], wang.cookie).fields["farwindow-file"] == whole.split(separator: "/").last.map(String.init))
        #expect(try again.head(half, wang.cookie).fields["upload-offset"] == "2000")
        // Waits until the upload has settled: what is under way off the loop does not end with the server of a test.
        #expect(try again.head(whole, wang.cookie).fields["farwindow-file"] != nil)
        try again.stop()
        // Stored, and the note of it lost: the file's row says so.
        let store = try WaitingHall.uploadStore(folder)
        let found = try #require(store.open().first { whole.hasSuffix($0.head.id.description) })
        var head2 = found.head
        head2.conclusion = nil
        try store.write(head2, key: found.key)
        let third = try LiveServer(folder: folder)
        #expect(try third.head(whole, wang.cookie).fields["farwindow-file"] == whole.split(separator: "/").last.map(String.init))
        #expect(try third.head(whole, wang.cookie).fields["upload-offset"] == "5000")
        #expect(try storedFiles().count == 1)
        try third.stop()
    }

    @Test func twoAtOnceAreOneTooMany() throws {
        let bytes = picture(100_000)
        let path = try newUpload(bytes.count)
        let first = try server.open("PATCH", path, LiveServer.patchFields(0, wang.cookie) + ["Expect: 100-continue"], announcing: bytes.count)
        #expect(try first.readHead().status == 100, "it is being received")
        let second = try server.patch(path, at: 0, bytes, wang.cookie)
        #expect(second.status == 423)
        #expect(second["code"] == "upload_locked")
        #expect(try server.head(path, wang.cookie).fields["upload-offset"] == "0")
        try first.send(bytes)
        #expect(try first.readHead().fields["farwindow-file"] != nil)
        #expect(try storedFiles().count == 1)
        first.close()
        try server.stop()
    }

    @Test func whatIsGivenUpWhileItComesInIsGoneAllTheSame() throws {
        let bytes = picture(100_000)
        let path = try newUpload(bytes.count)
        let line = try server.open("PATCH", path, LiveServer.patchFields(0, wang.cookie) + ["Expect: 100-continue"], announcing: bytes.count)
        #expect(try line.readHead().status == 100)
        #expect(try server.delete(path, wang.cookie).status == 204)
        #expect(try server.head(path, wang.cookie).status == 404)
        try line.send(bytes)
        #expect(try line.readHead().status == 404)
        line.close()
        // What came goes with the last that held it, a moment after the answer.
        _ = try server.await("the bytes to go", { try server.head(path, wang.cookie) }) { _ in (try? uploadFiles().isEmpty) == true }
        #expect(try storedFiles().isEmpty)
        try server.stop()
    }

    @Test func damagedBytesAreNeverHandedIn() throws {
        let bytes = picture(3_000)
        let path = try newUpload(bytes.count)
        #expect(try server.patch(path, at: 0, Array(bytes[..<1_000]), wang.cookie).status == 204)
        let segment = try #require(try uploadFiles().first { $0.hasSuffix(".0") })
        let url = folder.url.appending(path: "uploads/\(segment)")
        var stored = try Data(contentsOf: url)
        stored[500] ^= 1
        try stored.write(to: url)
        let last = try server.patch(path, at: 1_000, Array(bytes[1_000...]), wang.cookie)
        #expect(last.status == 460)
        #expect(last["code"] == "checksum_mismatch")
        #expect(try storedFiles().isEmpty)
        try server.stop()
    }
}

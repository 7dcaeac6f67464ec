import BrokerCore
import BrokerStore
import Crypto
import Foundation
import SignalingProtocol
import Testing

@testable import BrokerServer

@Suite("Refused uploads", .serialized)
struct UploadRefusalTests {
    private let folder: TemporaryFolder
    private let wang: WaitingHall.Citizen
    private let li: WaitingHall.Citizen
    private let server: LiveServer

    init() throws {
        (folder, wang, li) = try WaitingHall.open()
        server = try LiveServer(folder: folder)
    }

    private func newUpload(_ count: Int, material: String = "M1", name: String? = "照片.jpg", replaces: String? = nil) throws -> String {
        let metadata = LiveServer.metadata(wang.caseID, material: material, name: name, replaces: replaces)
        let reply = try server.create("\(count)", metadata, wang.cookie)
        try #require(reply.status == 201, "\(reply.text)")
        return try #require(reply.fields["location"])
    }

    private func stored() throws -> [FileView] {
        let store = try BrokerStore(path: folder.url.appending(path: "farwindow.sqlite").path)
        return try store.loadState(at: WaitingHall.now).cases.first { $0.record.id == wang.caseID }?.files ?? []
    }

    // MARK: Creating

    @Test func aCreationSaysWhatIsWrongWithIt() throws {
        let good = LiveServer.metadata(wang.caseID)
        func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }
        let place = "case_id \(base64("\(wang.caseID)")),material_id \(base64("M1"))"
        let refusals: [(length: String, metadata: String, status: Int, code: String, field: String?)] = [
            ("", good, 422, "invalid_field", "upload_length"), ("0", good, 422, "invalid_field", "upload_length"),
            ("-1", good, 422, "invalid_field", "upload_length"), ("1x", good, 422, "invalid_field", "upload_length"),
            ("9999999999999999999", good, 422, "invalid_field", "upload_length"),
            ("\(SignalingProtocol.Limits.fileBytes + 1)", good, 413, "too_large", nil),
            ("5", "X-Nothing: 1", 422, "invalid_field", "upload_metadata"), ("5", "Upload-Metadata: ,", 422, "invalid_field", "upload_metadata"),
            ("5", "Upload-Metadata: case_id !!!", 422, "invalid_field", "upload_metadata"),
            ("5", "Upload-Metadata: \(place),filename /w==", 422, "invalid_field", "upload_metadata"),
            ("5", "Upload-Metadata: \(place),\(place)", 422, "invalid_field", "upload_metadata"),
            ("5", "Upload-Metadata: \(place),filename a b", 422, "invalid_field", "upload_metadata"),
            ("5", "Upload-Metadata: \(place),filename \(base64(String(repeating: "长", count: 1_100)))", 422, "invalid_field", "upload_metadata"),
            ("5", "Upload-Metadata: material_id \(base64("M1"))", 422, "invalid_field", "case_id"),
            ("5", "Upload-Metadata: case_id \(base64("\(wang.caseID)"))", 422, "invalid_field", "material_id"),
            ("5", "Upload-Metadata: case_id \(base64("\(wang.caseID)")),material_id \(base64("M 1"))", 422, "invalid_field", "material_id"),
            ("5", "Upload-Metadata: \(place),replaces \(base64("x"))", 422, "invalid_field", "replaces"),
            ("5", LiveServer.metadata(wang.caseID, material: "M9"), 404, "not_found", nil),
            ("5", LiveServer.metadata(CaseID(UUID())), 404, "not_found", nil), ("5", LiveServer.metadata(li.caseID), 404, "not_found", nil),
        ]
        for refusal in refusals {
            let reply = try server.create(refusal.length, refusal.metadata, wang.cookie)
            #expect(reply.status == refusal.status, "\(refusal)")
            #expect(reply["code"] == refusal.code && reply["field"] == refusal.field, "\(refusal): \(reply.text)")
            #expect(reply.fields["tus-resumable"] == "1.0.0")
        }
        #expect(try server.create("5", good, "X-No: cookie").status == 401)
        let foreign = ["Tus-Resumable: 1.0.0", "Upload-Length: 5", good, wang.cookie, "Content-Length: 0"]
        #expect(try server.ask("POST", "/api/v1/uploads", foreign, origin: "http://evil.example").status == 403)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.appending(path: "uploads").path).isEmpty)
        #expect(try server.create("5", "Upload-Metadata: \(place),is_confidential,more \(base64("1"))", wang.cookie).status == 201, "more than ours is fine")
        try server.stop()
    }

    @Test(arguments: ["", "Tus-Resumable: 0.2.2", "Tus-Resumable: 1.0.1"])
    func anotherVersionIsRefusedWithOurs(_ field: String) throws {
        let path = try newUpload(5)
        let fields = [field.isEmpty ? "X-Nothing: 1" : field, wang.cookie]
        for (method, target) in [("POST", "/api/v1/uploads"), ("HEAD", path), ("PATCH", path), ("DELETE", path)] {
            let reply = try server.send(method, target, fields, [])
            #expect(reply.status == 412, "\(method)")
            #expect(reply.fields["tus-version"] == "1.0.0")
        }
        #expect(try server.head(path, wang.cookie).status == 200)
        try server.stop()
    }

    @Test func countsAndQuotaAreKept() throws {
        for _ in 0..<SignalingProtocol.Limits.filesPerMaterial { _ = try newUpload(20_000_000) }
        let eleventh = try server.create("5", LiveServer.metadata(wang.caseID), wang.cookie)
        #expect(eleventh.status == 409)
        #expect(eleventh["code"] == "too_many_files")
        // 10 of 20,000,000 bytes are announced; three of 20 MiB more are too much for the case, two are not.
        let largest = SignalingProtocol.Limits.fileBytes
        for _ in 0..<3 { _ = try newUpload(largest, material: "M2") }
        let over = try server.create("\(largest)", LiveServer.metadata(wang.caseID, material: "M2"), wang.cookie)
        #expect(over.status == 409)
        #expect(over["code"] == "too_many_files")
        var last = ""
        for _ in 0..<3 { last = try newUpload(5, material: "M2") }
        let seventeenth = try server.create("5", LiveServer.metadata(wang.caseID, material: "M2"), wang.cookie)
        #expect(seventeenth.status == 429)
        #expect(seventeenth["code"] == "rate_limited")
        #expect(try server.create("5", LiveServer.metadata(li.caseID), li.cookie).status == 201, "others are not kept out")
        #expect(try server.delete(last, wang.cookie).status == 204)
        #expect(try server.create("5", LiveServer.metadata(wang.caseID, material: "M2"), wang.cookie).status == 201, "what was given up counts no longer")
        try server.stop()
    }

    // MARK: Bytes

    @Test func bytesInTheWrongPlaceOrShapeAreRefused() throws {
        let bytes = picture(100)
        let path = try newUpload(100)
        #expect(try server.patch(path, at: 0, Array(bytes[..<40]), wang.cookie).status == 204)
        for offset in [0, 39, 41, 100] {
            let wrong = try server.patch(path, at: offset, [1], wang.cookie)
            #expect(wrong.status == 409)
            #expect(wrong["code"] == "upload_offset_mismatch")
            #expect(wrong.fields["upload-offset"] == "40")
        }
        let fields = ["Tus-Resumable: 1.0.0", wang.cookie]
        let type = "Content-Type: application/offset+octet-stream"
        #expect(try server.send("PATCH", path, fields + ["Upload-Offset: 40"], [1]).status == 415)
        #expect(try server.send("PATCH", path, fields + ["Upload-Offset: 40", "Content-Type: application/octet-stream"], [1]).status == 415)
        for offset in ["", "x", "-1", "+40", "40.0"] {
            let reply = try server.send("PATCH", path, fields + [type, "Upload-Offset: \(offset)"], [1])
            #expect(reply.status == 422 && reply["field"] == "upload_offset", "\(offset)")
        }
        let longer = try server.patch(path, at: 40, Array(bytes[40...]) + [1], wang.cookie)
        #expect(longer.status == 413)
        #expect(longer["code"] == "too_large")
        let chunked = try server.open("PATCH", path, LiveServer.patchFields(40, wang.cookie) + ["Transfer-Encoding: chunked"], announcing: nil)
        #expect(try chunked.readHead().status == 411)
        chunked.close()
        let nothing = try server.patch(path, at: 40, [], wang.cookie)
        #expect(nothing.status == 204 && nothing.fields["upload-offset"] == "40")
        #expect(try server.head(path, wang.cookie).fields["upload-offset"] == "40")
        #expect(try server.patch(path, at: 40, Array(bytes[40...]), wang.cookie).fields["farwindow-file"] != nil)
        try server.stop()
    }

    @Test func aWrongChecksumThrowsThePieceAway() throws {
        let bytes = picture(100)
        let path = try newUpload(100)
        let sha256 = Data(SHA256.hash(data: bytes[..<60])).base64EncodedString()
        let sha1 = Data(Insecure.SHA1.hash(data: bytes[60...])).base64EncodedString()
        let wrong = try server.patch(path, at: 0, Array(bytes[..<59]) + [7], wang.cookie, ["Upload-Checksum: sha256 \(sha256)"])
        #expect(wrong.status == 460)
        #expect(wrong["code"] == "checksum_mismatch")
        #expect(try server.head(path, wang.cookie).fields["upload-offset"] == "0")
        for field in ["md5 \(sha256)", "sha256", "sha256 ???", "sha1 \(sha256)", "sha256 \(sha1)"] {
            #expect(try server.patch(path, at: 0, Array(bytes[..<60]), wang.cookie, ["Upload-Checksum: \(field)"]).status == 400, "\(field)")
        }
        #expect(try server.patch(path, at: 0, Array(bytes[..<60]), wang.cookie, ["Upload-Checksum: sha256 \(sha256)"]).status == 204)
        #expect(try server.patch(path, at: 60, Array(bytes[60...]), wang.cookie, ["Upload-Checksum: sha1 \(sha1)"]).fields["farwindow-file"] != nil)
        try server.stop()
    }

    @Test func aBrokenPieceWithAChecksumDoesNotCount() throws {
        let path = try newUpload(100_000)
        let sum = Data(SHA256.hash(data: picture(100_000))).base64EncodedString()
        let fields = LiveServer.patchFields(0, wang.cookie) + ["Upload-Checksum: sha256 \(sum)", "Expect: 100-continue"]
        let line = try server.open("PATCH", path, fields, announcing: 100_000)
        #expect(try line.readHead().status == 100)
        try line.send(Array(picture(50_000)))
        line.close()
        // Free again as soon as the break is noticed; until then it is locked.
        let again = try server.await("the lock to go", { try server.patch(path, at: 0, [], wang.cookie) }, until: { $0.status != 423 })
        #expect(again.status == 204 && again.fields["upload-offset"] == "0")
        try server.stop()
    }

    @Test func nobodyElseFindsIt() throws {
        let path = try newUpload(100)
        for reply in [
            try server.head(path, li.cookie), try server.patch(path, at: 0, picture(100), li.cookie), try server.delete(path, li.cookie),
            try server.head("/api/v1/uploads/\(UUID())", wang.cookie), try server.head("/api/v1/uploads/x", wang.cookie),
        ] { #expect(reply.status == 404) }
        for reply in [
            try server.head(path, "X-No: cookie"), try server.patch(path, at: 0, picture(100), "X-No: cookie"), try server.delete(path, "X-No: cookie"),
        ] { #expect(reply.status == 401) }
        let foreign = LiveServer.patchFields(0, wang.cookie) + ["Content-Length: 0"]
        #expect(try server.ask("PATCH", path, foreign, origin: "http://evil.example").status == 403)
        #expect(try server.ask("DELETE", path, ["Tus-Resumable: 1.0.0", wang.cookie], origin: nil).status == 403)
        #expect(try server.head(path, wang.cookie).fields["upload-offset"] == "0")
        try server.stop()
    }

    // MARK: The end

    @Test func whatWasGivenUpIsGone() throws {
        let path = try newUpload(100)
        #expect(try server.patch(path, at: 0, picture(50), wang.cookie).status == 204)
        #expect(try server.delete(path, wang.cookie).status == 204)
        #expect(try server.delete(path, wang.cookie).status == 404)
        #expect(try server.patch(path, at: 50, [1], wang.cookie).status == 404)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.appending(path: "uploads").path).isEmpty)
        try server.stop()
    }

    @Test func whatNobodyFinishedExpiresAndSaysSo() throws {
        try server.stop()
        let day = ServerLimits.uploadLifetime
        let late = try WaitingHall.leave(picture(50), of: 100, by: wang, expiresAt: WaitingHall.now + -1_000, in: folder)
        let older = try WaitingHall.leave(picture(50), of: 100, by: wang, expiresAt: WaitingHall.now + Milliseconds(-day.count - 1_000), in: folder)
        let again = try LiveServer(folder: folder)
        for reply in [try again.patch(late, at: 50, picture(50), wang.cookie), try again.delete(late, wang.cookie)] {
            #expect(reply.status == 410)
            #expect(reply["code"] == "upload_expired")
        }
        #expect(try again.head(late, wang.cookie).status == 410)
        #expect(try again.head(late, li.cookie).status == 404)
        #expect(try again.head(older, wang.cookie).status == 404)
        // The bytes go off the loop.
        _ = try again.await("only the head of the late one", { try again.head(late, wang.cookie) }) { _ in
            let names = try? FileManager.default.contentsOfDirectory(atPath: folder.url.appending(path: "uploads").path)
            return names?.map { "/api/v1/uploads/\($0)" } == ["\(late).head"]
        }
        try again.stop()
    }

    @Test func whatIsNoPictureIsRefusedEachTimeTheSame() throws {
        let bytes = Array("<svg onload=alert(1)>".utf8)
        let path = try newUpload(bytes.count)
        let refused = try server.patch(path, at: 0, bytes, wang.cookie)
        #expect(refused.status == 415)
        #expect(refused["code"] == "unsupported_file_type")
        #expect(refused.fields["tus-resumable"] == "1.0.0")
        let head = try server.head(path, wang.cookie)
        #expect(head.fields["upload-offset"] == "\(bytes.count)" && head.fields["farwindow-file"] == nil)
        #expect(try server.patch(path, at: bytes.count, [], wang.cookie)["code"] == "unsupported_file_type")
        #expect(try stored().isEmpty)
        try server.stop()
        let again = try LiveServer(folder: folder)
        #expect(try again.patch(path, at: bytes.count, [], wang.cookie)["code"] == "unsupported_file_type")
        #expect(try again.delete(path, wang.cookie).status == 204)
        try again.stop()
    }

    @Test func oneTooManyIsKeptButNotTakenAndAReplacementNeedsNoPlace() throws {
        var paths: [String] = []
        for _ in 0..<SignalingProtocol.Limits.filesPerMaterial { paths.append(try newUpload(100)) }
        // The same place is taken by another way meanwhile.
        let bytes = picture(100)
        let posted = try server.send("POST", "/api/v1/cases/\(wang.caseID)/materials/M1/files", [wang.cookie], bytes)
        #expect(posted.status == 201)
        var files: [String] = []
        for path in paths.dropLast() { files.append(try #require(try server.patch(path, at: 0, bytes, wang.cookie).fields["farwindow-file"])) }
        let last = try #require(paths.last)
        #expect(try server.patch(last, at: 0, bytes, wang.cookie)["code"] == "too_many_files")
        #expect(try server.patch(last, at: 100, [], wang.cookie)["code"] == "too_many_files")
        #expect(try server.delete(last, wang.cookie).status == 204)
        // One that takes another's place needs none of its own.
        let replacing = try newUpload(100, replaces: files[0])
        #expect(try server.patch(replacing, at: 0, bytes, wang.cookie).status == 204)
        let names = try stored().map(\.id.description)
        #expect(names.count == 10 && !names.contains(files[0]))
        #expect(try server.ask("GET", "/api/v1/files/\(files[0])", [wang.cookie]).status == 404)
        try server.stop()
    }

    @Test(
        arguments: [
            ("执照.jpg", "执照.jpg"), (#"..\..\etc\passwd"#, "passwd"), ("a/b/c.jpg", "c.jpg"), ("\u{202e}gpj.exe", "gpj.exe"), ("a\u{0}b\r\n.jpg", "ab.jpg"),
            ("", "材料M1"), ("...", "材料M1"), (nil, "材料M1"), (String(repeating: "长", count: 300), String(repeating: "长", count: 120)),
        ] as [(String?, String)])
    func aNameIsShownAsItIsSafe(name: String?, shown: String) throws {
        let path = try newUpload(100, name: name)
        #expect(try server.patch(path, at: 0, picture(100), wang.cookie).status == 204)
        #expect(try stored().map(\.name) == [shown])
        try server.stop()
    }
}

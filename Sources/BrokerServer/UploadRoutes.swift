import BrokerCore
import BrokerStore
import Crypto
import Foundation
import MaterialCheck
import SignalingProtocol
import WebServer

/// Resumable uploads by tus 1.0.0 (<https://tus.io/protocols/resumable-upload>), with its extensions creation, expiration, termination and checksum.
///
/// - `POST /api/v1/uploads` announces a file for a material: `Upload-Length` and `Upload-Metadata` with `case_id`, `material_id`, `filename`, and `replaces`
///   when it takes another file's place. 201 with `Location`.
/// - `PATCH` brings bytes. What came before a connection was lost counts too, unless it had a checksum. The last one is answered only when the file is part
///   of the case: 204 with `Farwindow-File`, or the problem document that says why not.
/// - `HEAD` says how far it is; what it says is on disk. It carries `Farwindow-File` once the file is stored. Whoever lost the last answer asks by `HEAD`:
///   whole and no `Farwindow-File` means that an empty `PATCH` at the end brings that answer again. The id is known for a day longer.
/// - `DELETE` gives it up.
///
/// Only the citizen whose case it is, or the phone they handed it to, may do so; for everybody else there is no such upload.
extension Engine {
    static let uploadRoutes = [
        Route("OPTIONS", "/api/v1/uploads") { engine, call in engine.describeUploads(call) },
        Route("OPTIONS", "/api/v1/uploads/{upload}") { engine, call in engine.describeUploads(call) },
        Route("POST", "/api/v1/uploads") { engine, call in engine.inTus(call) { engine.createUpload(call) } },
        Route("HEAD", "/api/v1/uploads/{upload}") { engine, call in engine.inTus(call) { engine.tellUpload(call) } },
        Route("PATCH", "/api/v1/uploads/{upload}") { engine, call in engine.inTus(call) { engine.receiveUpload(call) } },
        Route("DELETE", "/api/v1/uploads/{upload}") { engine, call in engine.inTus(call) { engine.terminateUpload(call) } },
        // For clients behind something that lets only GET and POST through.
        Route("POST", "/api/v1/uploads/{upload}") { engine, call in
            engine.inTus(call) {
                switch call.exchange.head.header("x-http-method-override")?.uppercased() {
                case "PATCH": engine.receiveUpload(call)
                case "HEAD": engine.tellUpload(call)
                case "DELETE": engine.terminateUpload(call)
                default: call.exchange.respond(status: 405, headers: [("Allow", "OPTIONS, HEAD, PATCH, DELETE")] + Engine.tusHeaders)
                }
            }
        },
    ]

    static let uploadPath = "/api/v1/uploads"

    static let uploadRequestHeaders = [
        "tus-resumable", "upload-length", "upload-offset", "upload-metadata", "upload-checksum", "x-http-method-override",
    ]

    static let tusHeaders = [(name: "Tus-Resumable", value: "1.0.0"), (name: "Cache-Control", value: "no-store")]
    private static let tusVersion = [(name: "Tus-Version", value: "1.0.0")]

    private func describeUploads(_ call: Route.Call) {
        call.exchange.respond(
            status: 204,
            headers: Self.tusHeaders + Self.tusVersion + [
                ("Tus-Extension", "creation,expiration,termination,checksum"), ("Tus-Checksum-Algorithm", UploadChecksum.algorithms),
                ("Tus-Max-Size", String(SignalingProtocol.Limits.fileBytes)),
            ])
    }

    private func inTus(_ call: Route.Call, _ body: () -> Void) {
        guard call.exchange.head.header("tus-resumable") == "1.0.0" else {
            return refuseUpload(call, WireError(.malformedMessage), status: 412, headers: Self.tusVersion)
        }
        body()
    }

    func refuseUpload(_ call: Route.Call, _ error: WireError, status: Int? = nil, headers: [(name: String, value: String)] = []) {
        refuse(call, error, status: status, headers: [(name: "Tus-Resumable", value: "1.0.0")] + headers)
    }

    // MARK: Who sends

    /// Somebody who hands files in.
    struct Sender {
        let citizen: CitizenID
        /// The one case that a phone may send to.
        let phoneCase: CaseID?

        func owns(_ head: UploadHead) -> Bool { citizen == head.citizen && (phoneCase == nil || (phoneCase == head.caseID && head.isFromPhone)) }
    }

    private func senders(_ call: Route.Call) -> [Sender] {
        [citizen(call).map { Sender(citizen: $0.id, phoneCase: nil) }, phone(call).map { Sender(citizen: $0.citizen, phoneCase: $0.caseID) }].compactMap { $0 }
    }

    /// Calls `body` once nothing of the upload is on its way to the disk; or answers why there is no such upload.
    func withUpload(_ call: Route.Call, _ body: @escaping (FileID, Upload) -> Void) {
        let senders = senders(call)
        guard !senders.isEmpty else { return refuseUpload(call, WireError(.signInRequired)) }
        guard let id = call.parameters["upload"].flatMap(FileID.init), let upload = uploads[id], senders.contains(where: { $0.owns(upload.head) }) else {
            return refuseUpload(call, WireError(.notFound))
        }
        guard upload.head.conclusion != nil || upload.head.expiresAt > clock.now else { return refuseUpload(call, WireError(.uploadExpired)) }
        guard case .settling = upload.activity else { return body(id, upload) }
        if !uploads.wait(for: id, { $0.withUpload(call, body) }) { refuseUpload(call, WireError(.uploadLocked)) }
    }

    // MARK: Creating

    private func createUpload(_ call: Route.Call) {
        let senders = senders(call)
        guard !senders.isEmpty else { return refuseUpload(call, WireError(.signInRequired)) }
        guard takesWrites else { return refuseUpload(call, storageUnavailable) }
        do throws(WireError) {
            let head = try newUpload(call.exchange.head, from: senders)
            let key = SymmetricKey(size: .bits256)
            // Known at once, so that the next one is counted together with it.
            uploads[head.id] = Upload(head: head, key: key, activity: .settling)
            let store = uploadStore
            offload({ Result { () throws(UploadStoreError) in try store.write(head, key: key) } }) { [self] result in
                switch result {
                case .success:
                    settled(head.id)
                    call.exchange.respond(
                        status: 201, headers: Self.tusHeaders + [("Location", "/api/v1/uploads/\(head.id)"), Self.expires(head), ("Upload-Offset", "0")])
                case .failure(let error):
                    uploads[head.id] = nil
                    settled(head.id)
                    log.error("an upload could not be created", metadata: ["cause": "\(error)"])
                    refuseUpload(call, storageUnavailable)
                }
            }
        } catch {
            refuseUpload(call, error)
        }
    }

    private func newUpload(_ request: RequestHead, from senders: [Sender]) throws(WireError) -> UploadHead {
        guard let byteCount = Self.number(request.header("upload-length")), byteCount > 0 else { throw WireError(.invalidField, field: "upload_length") }
        guard byteCount <= SignalingProtocol.Limits.fileBytes else { throw WireError(.tooLarge) }
        let field = request.header("upload-metadata") ?? ""
        let metadata = try UploadMetadata(field)
        guard
            let sender = senders.first(where: { sender in
                (sender.phoneCase ?? metadata.caseID) == metadata.caseID && broker.caseFile(metadata.caseID, of: sender.citizen) != nil
            })
        else { throw WireError(.notFound) }
        guard consents.allowIdentityDocuments(of: sender.citizen) else { throw WireError(.consentRequired) }
        let now = clock.now
        let announced = uploads.announced(for: sender.citizen, case: metadata.caseID, material: metadata.materialID, at: now)
        let requirement = try broker.checkHandIn(
            citizen: sender.citizen, case: metadata.caseID, material: metadata.materialID, replacing: metadata.replaces,
            announced: (announced.ofMaterial, announced.ofCase))
        guard announced.inAll < ServerLimits.unfinishedUploads, announced.ofCitizen < ServerLimits.unfinishedUploadsPerCitizen else {
            throw WireError(.rateLimited, retryAfterMs: ServerLimits.retryAfter)
        }
        let stored = broker.caseFile(metadata.caseID, of: sender.citizen)?.files.reduce(0) { $0 + $1.byteCount } ?? 0
        guard stored + announced.bytesOfCase + byteCount <= ServerLimits.caseBytes else { throw WireError(.tooManyFiles) }
        return UploadHead(
            id: FileID(UUID()), citizen: sender.citizen, caseID: metadata.caseID, materialID: metadata.materialID,
            name: FileName.displayable(metadata.fileName, fallback: requirement.name), byteCount: byteCount, replaces: metadata.replaces,
            isFromPhone: sender.phoneCase != nil, metadata: field, expiresAt: now + ServerLimits.uploadLifetime)
    }

    /// A whole number without sign.
    static func number(_ text: String?) -> Int? {
        guard let text, (1...12).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(text)
    }

    private static func expires(_ head: UploadHead) -> (name: String, value: String) {
        ("Upload-Expires", httpDate(Int(head.expiresAt.milliseconds / 1_000)))
    }

    // MARK: Telling and ending

    private func tellUpload(_ call: Route.Call) {
        withUpload(call) { _, upload in
            let head = upload.head
            var headers = Self.tusHeaders + [("Upload-Length", String(head.byteCount)), ("Upload-Metadata", head.metadata)] + Self.progress(upload)
            if head.conclusion == .stored { headers.append(("Farwindow-File", "\(head.id)")) }
            call.exchange.respond(status: 200, headers: headers)
        }
    }

    static func progress(_ upload: Upload) -> [(name: String, value: String)] {
        [("Upload-Offset", String(upload.offset)), expires(upload.head)]
    }

    private func terminateUpload(_ call: Route.Call) {
        withUpload(call) { [self] id, upload in
            // Also while bytes come in: whoever gave it up has cut that line, and it need not have been noticed yet.
            uploads[id] = nil
            let store = uploadStore
            offload({ store.remove(id, segments: upload.segments) }) { call.exchange.respond(status: 204, headers: Self.tusHeaders) }
        }
    }
}

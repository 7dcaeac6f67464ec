import BrokerCore
import BrokerStore
import Foundation
import SignalingProtocol
import WebServer

// The bytes of resumable uploads: taken in piece by piece, and handed in when the last one is there.
extension Engine {
    // MARK: Bytes

    func receiveUpload(_ call: Route.Call) {
        let request = call.exchange.head
        let type = request.header("content-type")?.lowercased().split(separator: ";").first?.trimmingCharacters(in: .whitespaces)
        guard type == "application/offset+octet-stream" else { return refuseUpload(call, WireError(.malformedMessage), status: 415) }
        guard let offset = Self.number(request.header("upload-offset")) else {
            return refuseUpload(call, WireError(.invalidField, field: "upload_offset"))
        }
        var checksum: UploadChecksum?
        if let field = request.header("upload-checksum") {
            checksum = UploadChecksum(field)
            guard checksum != nil else { return refuseUpload(call, WireError(.malformedMessage)) }
        }
        withUpload(call) { [self] id, upload in
            do throws(WireError) {
                try checkRoom(for: upload, at: offset)
                if upload.head.conclusion == .stored { return answerStored(call, upload) }
                let segment = try beginSegment(of: upload)
                receive(call, into: segment, of: upload, checksum)
            } catch {
                let place = error.code == .uploadOffsetMismatch ? [(name: "Upload-Offset", value: String(upload.offset))] : []
                refuseUpload(call, error, headers: place)
            }
        }
    }

    private func checkRoom(for upload: Upload, at offset: Int) throws(WireError) {
        if case .receiving = upload.activity { throw WireError(.uploadLocked) }
        guard offset == upload.offset else { throw WireError(.uploadOffsetMismatch) }
        switch upload.head.conclusion {
        case .stored: return
        case .refused(let code): throw WireError(code)
        case nil: break
        }
        try checkCase(of: upload.head)
        guard takesWrites else { throw storageUnavailable }
        guard uploadsUnderWay < ServerLimits.uploadsAtOnce, upload.segments.count < ServerLimits.segmentsPerUpload else {
            throw WireError(.rateLimited, retryAfterMs: ServerLimits.retryAfter)
        }
    }

    /// Nobody sends megabytes to a case that is closed. Whether there is a place for the file is asked when it is whole.
    private func checkCase(of head: UploadHead) throws(WireError) {
        do throws(WireError) {
            try broker.checkHandIn(citizen: head.citizen, case: head.caseID, material: head.materialID, replacing: head.replaces)
        } catch {
            if error.code != .tooManyFiles { throw error }
        }
    }

    private func beginSegment(of upload: Upload) throws(WireError) -> UploadSegment {
        do {
            return try uploadStore.beginSegment(of: upload.head.id, at: upload.offset, key: upload.key)
        } catch {
            log.error("an upload cannot be written", metadata: ["cause": "\(error)"])
            throw storageUnavailable
        }
    }

    private func receive(_ call: Route.Call, into segment: UploadSegment, of upload: Upload, _ checksum: UploadChecksum?) {
        let id = upload.head.id
        var checksum = checksum
        uploads[id]?.activity = .receiving
        uploadsUnderWay += 1
        call.exchange.readBody(
            limit: upload.remaining,
            inPieces: { piece in
                checksum?.add(piece)
                do {
                    try segment.append(piece)
                    return nil
                } catch {
                    return .storage(errno: EIO)
                }
            }
        ) { [self] result in
            uploadsUnderWay -= 1
            // Given up meanwhile.
            guard uploads[id] != nil else { return refuseUpload(call, WireError(.notFound)) }
            if case .success = result, let checksum, !checksum.agrees {
                settled(id)
                return refuseUpload(call, WireError(.checksumMismatch))
            }
            switch result {
            case .success: keep(segment, of: id, call)
            // What has come of a broken connection counts, so that nothing is sent twice; unless nobody can say whether it came whole.
            case .failure(.disconnected), .failure(.timedOut):
                if checksum == nil { keep(segment, of: id, call) } else { settled(id) }
            case .failure(let error):
                settled(id)
                if let error = error.wireError { refuseUpload(call, error) }
            }
        }
    }

    /// Makes what came count; then the client is told, or the file handed in if that was the last of it.
    private func keep(_ segment: UploadSegment, of id: FileID, _ call: Route.Call) {
        uploads[id]?.activity = .settling
        let written: UploadSegment.Written?
        do {
            written = try segment.finish()
        } catch {
            return notKept(id, call, error)
        }
        guard let written else { return goOn(id, call) }
        let store = uploadStore
        offload({ Result { () throws(UploadStoreError) in try store.keep(written) } }) { [self] result in
            switch result {
            case .success:
                uploads[id]?.segments.append(written.start)
                uploads[id]?.offset += written.byteCount
                goOn(id, call)
            case .failure(let error): notKept(id, call, error)
            }
        }
    }

    private func notKept(_ id: FileID, _ call: Route.Call, _ error: UploadStoreError) {
        log.error("a piece of an upload could not be kept", metadata: ["cause": "\(error)"])
        settled(id)
        refuseUpload(call, storageUnavailable)
    }

    private func goOn(_ id: FileID, _ call: Route.Call) {
        guard let upload = uploads[id] else { return refuseUpload(call, WireError(.notFound)) }
        guard upload.isWhole else {
            settled(id)
            return call.exchange.respond(status: 204, headers: Self.tusHeaders + Self.progress(upload))
        }
        handIn(upload, call)
    }

    // MARK: The whole file

    /// Refusals after which the same bytes may well be taken later: they are kept.
    private static let worthAnotherTry: Set<ErrorCode> = [
        .storageUnavailable, .scanUnavailable, .internalError, .rateLimited, .shuttingDown, .tooManyFiles,
    ]

    private func handIn(_ upload: Upload, _ call: Route.Call) {
        let head = upload.head
        let store = uploadStore
        do throws(WireError) {
            let requirement = try broker.checkHandIn(citizen: head.citizen, case: head.caseID, material: head.materialID, replacing: head.replaces)
            let file = HandIn(
                citizen: head.citizen, caseID: head.caseID, requirement: requirement, file: head.id, name: head.name, replaces: head.replaces)
            handIn(file, reading: { () throws(WireError) in try Self.read(upload, from: store) }) { [self] in concluded(upload, $0.map { _ in }, call) }
        } catch {
            concluded(upload, .failure(error), call)
        }
    }

    private static func read(_ upload: Upload, from store: UploadStore) throws(WireError) -> Data {
        do {
            return try store.read(upload.head.id, key: upload.key, segments: upload.segments)
        } catch {
            throw WireError(.checksumMismatch)
        }
    }

    private func concluded(_ upload: Upload, _ result: Result<Void, WireError>, _ call: Route.Call) {
        let id = upload.head.id
        switch result {
        case .success:
            uploads[id]?.head.conclusion = .stored
            answerStored(call, upload)
        case .failure(let error):
            refuseUpload(call, error)
            guard !Self.worthAnotherTry.contains(error.code) else { return settled(id) }
            uploads[id]?.head.conclusion = .refused(error.code)
        }
        uploads[id]?.head.expiresAt = clock.now + ServerLimits.uploadLifetime
        uploads[id]?.segments = []
        guard let head = uploads[id]?.head else { return }
        let store = uploadStore
        offload({
            // Without this line on disk the bytes stay: after a restart the file's own row, or another try, says what became of it.
            if (try? store.write(head, key: upload.key)) != nil { store.removeSegments(of: id, upload.segments) }
        }) { [self] in settled(id) }
    }

    private func answerStored(_ call: Route.Call, _ upload: Upload) {
        call.exchange.respond(status: 204, headers: Self.tusHeaders + Self.progress(upload) + [("Farwindow-File", "\(upload.head.id)")])
    }

    /// The upload is free again; those who waited for it go on.
    func settled(_ id: FileID) {
        uploads[id]?.activity = .idle
        for goOn in uploads.takeWaiting(for: id) { goOn(self) }
    }

    // MARK: Expiration

    /// Removes what nobody went on with in time, now and again.
    func sweepUploads(on loop: Loop) {
        let overdue = uploads.overdue(at: clock.now)
        let store = uploadStore
        for upload in overdue.all.compactMap({ uploads[$0] }) {
            uploads[upload.head.id] = nil
            offload({ store.remove(upload.head.id, segments: upload.segments) }, then: {})
        }
        for upload in overdue.bytes.compactMap({ uploads[$0] }) {
            uploads[upload.head.id]?.segments = []
            offload({ store.removeSegments(of: upload.head.id, upload.segments) }, then: {})
        }
        _ = loop.schedule(after: .milliseconds(ServerLimits.uploadSweepInterval.count)) { [weak self] in self?.sweepUploads(on: loop) }
    }
}

import BrokerCore
import BrokerStore
import Crypto
import Foundation
import MaterialCheck
import SignalingProtocol
import WebServer

extension Engine {
    static let caseRoutes = [
        Route("POST", "/api/v1/cases/{case}/materials/{material}/files") { engine, call in engine.receiveFile(call) },
        Route("GET", "/api/v1/files/{file}") { engine, call in engine.sendFile(call) },
        Route("POST", "/api/v1/cases/look-up") { engine, call in
            engine.readBody(call, as: CaseLookUp.self) { engine.lookUp($0, call) }
        },
    ]

    // MARK: Handing in

    private func receiveFile(_ call: Route.Call) {
        guard let citizen = citizen(call) else { return refuse(call, WireError(.signInRequired)) }
        guard let caseID = call.parameters["case"].flatMap(CaseID.init), let material = call.parameters["material"].flatMap(MaterialID.init)
        else { return refuse(call, WireError(.notFound)) }
        guard takesWrites else { return refuse(call, storageUnavailable) }
        guard uploadsUnderWay < ServerLimits.uploadsAtOnce else {
            return refuse(call, WireError(.rateLimited, retryAfterMs: ServerLimits.retryAfter))
        }
        do throws(WireError) {
            let requirement = try broker.checkHandIn(citizen: citizen.id, case: caseID, material: material)
            guard consents.allowIdentityDocuments(of: citizen.id) else { throw WireError(.consentRequired) }
            let handIn = HandIn(
                citizen: citizen.id, caseID: caseID, requirement: requirement, file: FileID(UUID()),
                name: FileName.displayable(call.exchange.head.header("x-file-name")?.removingPercentEncoding ?? "", fallback: requirement.name))
            uploadsUnderWay += 1
            let path = options.incomingDirectory.appending(path: "\(handIn.file).part").path
            call.exchange.streamBody(toFile: path, limit: SignalingProtocol.Limits.fileBytes) { [self] result in
                switch result {
                case .success(let received):
                    Failpoint.uploadReceived.reached()
                    self.handIn(handIn, reading: { () throws(WireError) in try Self.take(received) }) { [self] result in
                        uploadsUnderWay -= 1
                        switch result {
                        case .success(let view): answer(call, status: 201, view)
                        case .failure(let error): refuse(call, error)
                        }
                    }
                case .failure(let error):
                    uploadsUnderWay -= 1
                    if let error = error.wireError { refuse(call, error) }
                }
            }
        } catch {
            refuse(call, error)
        }
    }

    static func take(_ received: ReceivedFile) throws(WireError) -> Data {
        defer { unlink(received.path) }
        guard let bytes = try? Data(contentsOf: URL(filePath: received.path)) else { throw WireError(.internalError) }
        return bytes
    }

    /// A file that is to become part of a case.
    struct HandIn: Sendable {
        let citizen: CitizenID
        let caseID: CaseID
        let requirement: MaterialRequirement
        let file: FileID
        let name: String
        /// A file of the same material that goes when this one has come.
        var replaces: FileID?
    }

    /// Checks, encrypts and stores a file that has arrived whole, off the loop; then the broker decides whether the case still takes it.
    /// - Parameters:
    ///   - read: gives the file's bytes; called off the loop.
    ///   - completion: called once everything is on disk, or nothing is.
    func handIn(
        _ handIn: HandIn, reading read: @escaping @Sendable () throws(WireError) -> Data,
        _ completion: @escaping (Result<FileView, WireError>) -> Void
    ) {
        keep(StoredFile(handIn), reading: read) { [self] result in
            switch result {
            case .success(let view):
                let request = newFileRequest { [self] result in
                    completion(result)
                    if case .success(let file) = result { readForFindings(file, of: handIn.caseID) }
                }
                turn(.fileArrived(request, handIn.citizen, handIn.caseID, view, replacing: handIn.replaces))
            case .failure(let error): completion(.failure(error))
            }
        }
    }

    // MARK: Looking at a file

    private func sendFile(_ call: Route.Call) {
        guard let id = call.parameters["file"].flatMap(FileID.init) else { return refuse(call, WireError(.notFound)) }
        let viewers: [Endpoint] = [citizen(call).map { .citizen($0.id) }, staff(call).map { .agent($0.id) }].compactMap { $0 }
        guard !viewers.isEmpty else { return refuse(call, WireError(.signInRequired)) }
        let seen = viewers.lazy.compactMap { viewer in self.broker.visibleFile(id, to: viewer).map { (viewer, $0.0, $0.1) } }
        guard let (viewer, caseID, file) = seen.first else { return refuse(call, WireError(.notFound)) }
        let vault = vault
        offload({ Result { () throws(VaultError) in try vault.get(id, of: caseID) } }) { [self] result in
            switch result {
            case .success(let bytes):
                sendWhenAudited(
                    .fileViewed, by: viewer, on: "file:\(id)", detail: "case=\(caseID)", call,
                    headers: [
                        ("Content-Type", file.mediaType.rawValue), ("Content-Disposition", "attachment"), ("Cache-Control", "private, no-store"),
                        // Whatever is in the file, it can do nothing in our origin.
                        ("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'"),
                    ], body: Array(bytes))
            case .failure(let error):
                log.error("a file could not be served", metadata: ["file": "\(id)", "cause": "\(error)"])
                refuse(call, WireError(.internalError))
            }
        }
    }

    // MARK: Looking up a case

    struct CaseLookUp: Decodable {
        let caseNumber: String
        let lookUpCode: String
    }

    /// Number and code as they were meant, unless too many have been tried.
    /// - Returns: nil when the call has been refused.
    func checkedLookUp(_ body: CaseLookUp, _ call: Route.Call) -> (number: String, code: String, key: String)? {
        let number = body.caseNumber.filter { !$0.isWhitespace }
        guard number.utf8.count <= ServerLimits.caseNumberBytes else {
            refuse(call, WireError(.notFound))
            return nil
        }
        // By case as well: whoever has one case of their own must not be able to set the count for others back by looking at it.
        let key = "\(call.clientNetwork) \(number)"
        if let wait = lookUpTries.attempt(key, at: clock.now) {
            refuse(call, WireError(.rateLimited, retryAfterMs: wait))
            return nil
        }
        return (number, Self.normalizedLookUpCode(body.lookUpCode), key)
    }

    private func lookUp(_ body: CaseLookUp, _ call: Route.Call) {
        guard let look = checkedLookUp(body, call) else { return }
        let store = store
        answerFromStore(call, { () throws(StoreError) in try store.caseHistory(number: look.number, lookUpCode: look.code) }) { [self] history in
            guard let history else { return refuse(call, WireError(.notFound)) }
            lookUpTries.clear(look.key)
            guard takesWrites else { return refuse(call, storageUnavailable) }
            audit(.caseViewed, on: "case:\(history.record.id)", hall: history.record.hall, detail: "look-up")
            answerWhenStored(call, CaseAnswer(history, hall: hallView(history.record.hall)))
        }
    }

    /// The code as it was meant: lower case, spaces and hyphens, and the letters that Crockford's alphabet leaves out because they look like digits.
    static func normalizedLookUpCode(_ text: String) -> String {
        String(
            text.uppercased().compactMap { character in
                switch character {
                case "O": "0"
                case "I", "L": "1"
                case "-", "\u{ff0d}": nil
                default: character.isWhitespace ? nil : character
                }
            })
    }

    struct CaseAnswer: Encodable {
        struct Visit: Encodable {
            let startedAt: Instant
            let endedAt: Instant?
            let seatNumber: String
            let disposition: Disposition?
        }

        let caseNumber: String
        let item: ItemReference
        let hall: HallView
        let kind: SessionKind
        let openedAt: Instant
        let outcomes: [OutcomeView]
        let visits: [Visit]
        let notices: [NoticeView]
        /// Whether a ticket for it waits or is served now.
        let live: Bool

        init(_ history: CaseHistory, hall: HallView) {
            caseNumber = history.record.number
            item = history.record.item
            self.hall = hall
            kind = history.kind
            openedAt = history.record.openedAt
            outcomes = history.outcomes
            notices = history.notices
            live = history.isLive
            visits = history.visits.map {
                Visit(startedAt: $0.startedAt, endedAt: $0.endedAt, seatNumber: $0.seatNumber, disposition: $0.disposition)
            }
        }
    }
}

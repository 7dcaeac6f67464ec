import Barcode
import BrokerCore
import BrokerStore
import Foundation
import SignalingProtocol
import WebServer

/// Handing a case to a phone: the page shows a code, the phone that reads it may photograph for this one case, for an hour.
///
/// The secret travels in the address's fragment, which browsers send to nobody, and is good once.
extension Engine {
    static let handOverRoutes = [
        Route("POST", "/api/v1/cases/{case}/hand-over") { engine, call in engine.beginHandOver(call) },
        Route("DELETE", "/api/v1/cases/{case}/hand-over") { engine, call in engine.endHandOver(call) },
        Route("POST", "/api/v1/hand-over") { engine, call in
            engine.readBody(call, as: HandOverToken.self) { engine.takeHandOver($0, call) }
        },
        Route("GET", "/api/v1/hand-over") { engine, call in
            guard let row = engine.phone(call) else { return engine.refuse(call, WireError(.signInRequired)) }
            engine.answerHandOver(row, call)
        },
        Route("DELETE", "/api/v1/hand-over/files/{file}") { engine, call in engine.withdrawFile(call) },
    ]

    /// The hand-over of the phone that asks.
    func phone(_ call: Route.Call) -> HandOverRow? {
        handOvers.phone(token: call.exchange.head.cookies[SignInCookie.phone.name], at: clock.now)
    }

    // MARK: The citizen's side

    private struct Invitation: Encodable {
        let url: String
        let expiresAt: Instant
        /// Rows of a QR code, `1` is dark. The four light modules around it are left to the page.
        let qr: [String]
    }

    private func beginHandOver(_ call: Route.Call) {
        guard let citizen = citizen(call) else { return refuse(call, WireError(.signInRequired)) }
        guard let id = call.parameters["case"].flatMap(CaseID.init), broker.caseFile(id, of: citizen.id) != nil,
            let origin = call.exchange.head.header("origin")
        else { return refuse(call, WireError(.notFound)) }
        let (token, expiresAt, changes) = handOvers.begin(id, citizen: citizen.id, at: clock.now)
        // The address under which this very page was called: the only one that is known to lead here.
        let url = "\(origin)/citizen/phone/#\(token.secret)"
        guard let code = QRCode(url) else { return refuse(call, WireError(.internalError)) }
        store(changes, call) { $0.answer(call, status: 201, Invitation(url: url, expiresAt: expiresAt, qr: code.rows)) }
    }

    private func endHandOver(_ call: Route.Call) {
        guard let citizen = citizen(call) else { return refuse(call, WireError(.signInRequired)) }
        guard let id = call.parameters["case"].flatMap(CaseID.init), broker.caseFile(id, of: citizen.id) != nil else {
            return refuse(call, WireError(.notFound))
        }
        store(handOvers.end(id), call) { _ in call.exchange.respond(status: 204) }
    }

    func endHandOvers(ofCases ids: [CaseID]) { store(ids.flatMap { handOvers.end($0) }) { _ in } }

    func endHandOvers(of citizen: CitizenID) { store(handOvers.endAll(of: citizen)) { _ in } }

    // MARK: The phone's side

    private struct HandOverToken: Decodable {
        let token: String
    }

    private func takeHandOver(_ body: HandOverToken, _ call: Route.Call) {
        let address = call.clientNetwork
        if let wait = handOverTries.attempt(address, at: clock.now) { return refuse(call, WireError(.rateLimited, retryAfterMs: wait)) }
        guard takesWrites else { return refuse(call, storageUnavailable) }
        guard body.token.utf8.count <= 64, let (phone, row, change) = handOvers.redeem(body.token, at: clock.now) else {
            return refuse(call, WireError(.notFound))
        }
        handOverTries.clear(address)
        store([change], call) { engine in
            engine.answerHandOver(row, call, headers: [SignInCookie.phone.set(phone.secret, lasting: ServerLimits.phoneLifetime)])
        }
    }

    /// A phone takes back what it handed in itself, and nothing else.
    private func withdrawFile(_ call: Route.Call) {
        guard let row = phone(call) else { return refuse(call, WireError(.signInRequired)) }
        guard let file = call.parameters["file"].flatMap(FileID.init), uploads[file]?.isOfPhone(row.caseID) == true else {
            return refuse(call, WireError(.notFound))
        }
        guard takesWrites else { return refuse(call, storageUnavailable) }
        let request = newRequest { [self] result in
            switch result {
            case .success: call.exchange.respond(status: 204)
            case .failure(let error): refuse(call, error)
            }
        }
        turn(.fileWithdrawn(request, row.citizen, row.caseID, file))
    }

    /// What a phone may know of the case: what is asked for, and what it sent. Nothing of the person.
    private struct HandOverView: Encodable {
        struct Entry: Encodable {
            let id: MaterialID
            let name: String
            let necessity: Necessity
            let standing: MaterialEntryView.Standing
            let formats: [FileMediaType]
            let verdict: Verdict?
            let reasons: [CodedReason]
            /// Of the whole entry, wherever they came from.
            let fileCount: Int
            /// Those that came from a phone.
            let files: [File]
        }

        struct File: Encodable {
            let id: FileID
            let name: String
            let mediaType: FileMediaType
            let byteCount: Int
        }

        let caseID: CaseID
        let item: String
        let expiresAt: Instant
        /// What is still asked for comes first.
        let materials: [Entry]
    }

    private func answerHandOver(_ row: HandOverRow, _ call: Route.Call, headers: [(name: String, value: String)] = []) {
        guard let file = broker.caseFile(row.caseID, of: row.citizen), let expiresAt = row.phone?.expiresAt else {
            return refuse(call, WireError(.notFound))
        }
        let standings = file.entries.map { (entry: $0, standing: $0.standing) }
        let entries = (standings.filter { $0.standing == .asked } + standings.filter { $0.standing != .asked }).map { entry, standing in
            HandOverView.Entry(
                id: entry.material.id, name: entry.material.name, necessity: entry.material.necessity, standing: standing,
                formats: entry.material.formats, verdict: entry.verdict?.verdict, reasons: entry.verdict?.reasons ?? [], fileCount: entry.files.count,
                files: entry.files.filter { uploads[$0.id]?.isOfPhone(row.caseID) == true }.map {
                    HandOverView.File(id: $0.id, name: $0.name, mediaType: $0.mediaType, byteCount: $0.byteCount)
                })
        }
        answer(call, headers: headers, HandOverView(caseID: row.caseID, item: file.record.item.name, expiresAt: expiresAt, materials: entries))
    }

    // MARK: Keeping

    /// Writes changes down; then `done`, or the caller is told that they could not be kept.
    private func store(_ changes: [HandOvers.Change], _ call: Route.Call? = nil, _ done: @escaping (Engine) -> Void) {
        let store = handOverStore
        let work = { @Sendable in
            Result { () throws(UploadStoreError) in
                for change in changes { try store.write(change.row, of: change.caseID, change: change.number) }
            }
        }
        offload(work) { [self] result in
            switch result {
            case .success: done(self)
            case .failure(let error):
                log.error("a hand-over could not be kept", metadata: ["cause": "\(error)"])
                if let call { refuse(call, storageUnavailable) }
            }
        }
    }
}

extension MaterialEntryView {
    /// Whether there is anything to photograph for it.
    enum Standing: String, Encodable {
        case asked
        /// An agent has accepted it, now or on an earlier visit.
        case accepted
        /// The citizen said that its condition does not hold and handed nothing in, or an agent said so.
        case notNeeded = "not-needed"
    }

    var standing: Standing {
        if acceptedIn != nil { return .accepted }
        switch verdict?.verdict {
        case .accepted: return .accepted
        case .notApplicable: return .notNeeded
        case .correctionNeeded, .missing, .waived: return .asked
        case nil: return applies == false && files.isEmpty ? .notNeeded : .asked
        }
    }
}

extension Upload {
    /// Whether a phone sent it to this case.
    fileprivate func isOfPhone(_ caseID: CaseID) -> Bool { head.isFromPhone && head.caseID == caseID }
}

import BrokerCore
import BrokerStore
import Foundation
import MaterialCheck
import SignalingProtocol
import WebServer

// A case over its visits: going on with it, one's own list, what was there before, and pictures of originals.

extension Engine {
    static let visitRoutes = [
        Route("GET", "/api/v1/cases") { engine, call in engine.listCases(call) },
        Route("GET", "/api/v1/cases/{case}") { engine, call in engine.sendOwnCase(call) },
        Route("POST", "/api/v1/cases/continue") { engine, call in
            engine.readBody(call, as: CaseLookUp.self) { engine.goOn(with: $0, call) }
        },
        Route("POST", "/api/v1/cases/{case}/stills/{still}") { engine, call in engine.receiveStillFromCitizen(call) },
        Route("POST", "/api/v1/sessions/{session}/stills/{still}") { engine, call in engine.receiveStillFromAgent(call) },
        Route("GET", "/api/v1/sessions/{session}/history") { engine, call in engine.sendHistory(call) },
    ]

    // MARK: Going on

    /// Takes a command that names a case of an earlier visit once the case is in memory.
    /// - Returns: false when nothing is to be loaded and the command can be taken at once.
    func loadsCase(for command: Command, then goOn: @escaping (Engine) -> Void) -> Bool {
        guard case .ticketTake(let payload) = command, let id = payload.caseID, !broker.holdsCase(id) else { return false }
        // Not before what was recorded of it so far is on disk, and one reader at a time: two could bring in two states of it.
        guard casesBeingLoaded.insert(id).inserted else {
            goOn(self)
            return true
        }
        let store = store
        tell { engine in
            engine.offload({ Result { () throws(StoreError) in try store.caseFile(id) } }) { result in
                engine.casesBeingLoaded.remove(id)
                switch result {
                case .success(let file?) where !engine.erasedCases.contains(id): engine.turn(.caseLoaded(file))
                case .success(_?): break
                case .success(nil): break
                case .failure(let error): engine.log.error("a case could not be read", metadata: ["code": "\(error.code)", "cause": "\(error)"])
                }
                goOn(engine)
            }
        }
        flush()
        return true
    }

    private func goOn(with body: CaseLookUp, _ call: Route.Call) {
        guard let citizen = citizen(call) else { return refuse(call, WireError(.signInRequired)) }
        guard let look = checkedLookUp(body, call) else { return }
        guard takesWrites else { return refuse(call, storageUnavailable) }
        let store = store
        answerFromStore(call, { () throws(StoreError) in try store.caseFile(number: look.number, lookUpCode: look.code) }) { [self] found in
            guard let found, !erasedCases.contains(found.file.record.id) else { return refuse(call, WireError(.notFound)) }
            lookUpTries.clear(look.key)
            guard !casesBeingLoaded.contains(found.file.record.id) else { return refuse(call, WireError(.wrongState)) }
            let request = newRequest { [self] result in
                switch result {
                case .success(.claimed(let record)):
                    answer(call, CaseToGoOnWith(caseID: record.id, hallID: record.hall, itemCode: record.item.code, kind: found.kind))
                case .success(.file), .success(.adopted), .success(.appointment), .success(.floor), .success(.house): refuse(call, WireError(.internalError))
                case .failure(let error): refuse(call, error)
                }
            }
            turn(.caseClaimed(request, citizen.id, found.file))
        }
    }

    private struct CaseToGoOnWith: Encodable {
        let caseID: CaseID
        let hallID: HallID
        let itemCode: ItemCode
        let kind: SessionKind
    }

    // MARK: One's own cases

    private func listCases(_ call: Route.Call) {
        guard let citizen = citizen(call) else { return refuse(call, WireError(.signInRequired)) }
        let store = store
        answerFromStore(call, { () throws(StoreError) in try store.cases(of: citizen.id, limit: ServerLimits.listedCases) }) { [self] lines in
            answer(call, OwnCases(cases: lines.map { OwnCase($0, hall: hallView($0.record.hall)) }))
        }
    }

    private struct OwnCases: Encodable {
        let cases: [OwnCase]
    }

    private struct OwnCase: Encodable {
        let caseID: CaseID
        let caseNumber: String
        let item: ItemReference
        let hall: HallView
        let kind: SessionKind
        let openedAt: Instant
        let outcomeResult: OutcomeResult?
        let version: Int?
        let live: Bool

        init(_ line: CaseLine, hall: HallView) {
            caseID = line.record.id
            caseNumber = line.record.number
            item = line.record.item
            self.hall = hall
            kind = line.kind
            openedAt = line.record.openedAt
            outcomeResult = line.result
            version = line.version
            live = line.isLive
        }
    }

    private func sendOwnCase(_ call: Route.Call) {
        guard let citizen = citizen(call) else { return refuse(call, WireError(.signInRequired)) }
        guard let id = call.parameters["case"].flatMap(CaseID.init) else { return refuse(call, WireError(.notFound)) }
        let store = store
        answerFromStore(call, { () throws(StoreError) in try store.caseHistory(id) }) { [self] history in
            guard let history, history.record.citizen == citizen.id else { return refuse(call, WireError(.notFound)) }
            answer(call, CaseAnswer(history, hall: hallView(history.record.hall)))
        }
    }

    /// What the agent who has the case before them may see of its visits before.
    private func sendHistory(_ call: Route.Call) {
        guard let account = member(call) else { return }
        guard let session = call.parameters["session"].flatMap(SessionID.init), let id = broker.visibleCase(of: session, to: .agent(account.id)) else {
            return refuse(call, WireError(.notFound))
        }
        let store = store
        answerFromStore(call, { () throws(StoreError) in try store.caseHistory(id) }) { [self] history in
            guard let history else { return refuse(call, WireError(.notFound)) }
            answer(call, CaseAnswer(history, hall: hallView(history.record.hall)))
        }
    }

    func hallView(_ id: HallID) -> HallView {
        broker.hallStatuses.first { $0.hall.id == id }?.hall ?? HallView(id: id, name: id.text)
    }

    // MARK: Pictures of originals

    private func receiveStillFromCitizen(_ call: Route.Call) {
        guard let citizen = citizen(call) else { return refuse(call, WireError(.signInRequired)) }
        guard let caseID = call.parameters["case"].flatMap(CaseID.init), let session = broker.openSession(of: caseID, citizen: citizen.id) else {
            return refuse(call, WireError(.notFound))
        }
        receiveStill(of: session, from: .citizen(citizen.id), call)
    }

    private func receiveStillFromAgent(_ call: Route.Call) {
        guard let account = member(call) else { return }
        guard let session = call.parameters["session"].flatMap(SessionID.init) else { return refuse(call, WireError(.notFound)) }
        receiveStill(of: session, from: .agent(account.id), call)
    }

    private func receiveStill(of session: SessionID, from sender: Endpoint, _ call: Route.Call) {
        guard let still = call.parameters["still"].flatMap(StillID.init) else { return refuse(call, WireError(.notFound)) }
        guard takesWrites else { return refuse(call, storageUnavailable) }
        guard uploadsUnderWay < ServerLimits.uploadsAtOnce else {
            return refuse(call, WireError(.rateLimited, retryAfterMs: ServerLimits.retryAfter))
        }
        do throws(WireError) {
            let asked = try broker.checkStill(still, of: session, from: sender)
            let id = FileID(UUID())
            let file = StoredFile(
                caseID: asked.case, requirement: asked.requirement.takingPictures, id: id,
                name: FileName.displayable("\(asked.requirement.name).jpg", fallback: "picture.jpg"), sha256: asked.sha256)
            uploadsUnderWay += 1
            let path = options.incomingDirectory.appending(path: "\(id).part").path
            call.exchange.streamBody(toFile: path, limit: SignalingProtocol.Limits.fileBytes) { [self] result in
                switch result {
                case .success(let received):
                    keep(file, reading: { () throws(WireError) in try Self.take(received) }) { [self] result in
                        uploadsUnderWay -= 1
                        stillKept(result, still, of: session, from: sender, in: asked.case, call)
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

    private func stillKept(
        _ result: Result<FileView, WireError>, _ still: StillID, of session: SessionID, from sender: Endpoint, in caseID: CaseID, _ call: Route.Call
    ) {
        switch result {
        case .failure(let error): refuse(call, error)
        case .success(let view):
            let request = newFileRequest { [self] result in
                switch result {
                case .success(let file):
                    answer(call, status: 201, file)
                    if file.id == view.id { readForFindings(file, of: caseID) }
                case .failure(let error): refuse(call, error)
                }
            }
            turn(.stillArrived(request, sender, session, still, view))
        }
    }
}

extension MaterialRequirement {
    /// A picture of the original is taken whatever the list says of files.
    fileprivate var takingPictures: MaterialRequirement {
        var requirement = self
        if !requirement.formats.contains(.jpeg) { requirement.formats.append(.jpeg) }
        return requirement
    }
}

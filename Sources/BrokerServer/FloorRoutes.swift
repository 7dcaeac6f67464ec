import BrokerCore
import BrokerStore
import SignalingProtocol
import WebServer

// The floor now: a hall as its supervisors watch it, and what they do there. A board asks with the number of what it shows; the answer comes when the hall
// shows something else, so everybody who watches sees the same within one look.

extension Engine {
    static let floorRoutes = [
        Route("GET", "/api/v1/admin/halls/{hall}/floor") { engine, call in engine.watchFloor(call) },
        Route("POST", "/api/v1/admin/halls/{hall}/floor/tasks/{task}/take") { engine, call in
            engine.readBody(call, as: FloorNoteRequest.self) { body in engine.actOnTask(call, body) { .take($0, note: $1) } }
        },
        Route("POST", "/api/v1/admin/halls/{hall}/floor/tasks/{task}/close") { engine, call in
            engine.readBody(call, as: FloorNoteRequest.self) { body in engine.actOnTask(call, body) { .close($0, note: $1) } }
        },
        Route("POST", "/api/v1/admin/halls/{hall}/floor/seats/{seat}/not-ready") { engine, call in
            engine.readBody(call, as: FloorReasonRequest.self) { body in
                engine.supervise(call) { call.parameters["seat"].flatMap(SeatID.init).map { .makeNotReady($0, reason: body.reason) } }
            }
        },
        Route("POST", "/api/v1/admin/halls/{hall}/floor/tickets/{ticket}/move") { engine, call in
            engine.readBody(call, as: FloorMoveRequest.self) { engine.moveTicket(call, $0) }
        },
        Route("POST", "/api/v1/admin/halls/{hall}/floor/sessions/{session}/end") { engine, call in
            engine.readBody(call, as: FloorReasonRequest.self) { body in
                engine.supervise(call) { call.parameters["session"].flatMap(SessionID.init).map { .end($0, reason: body.reason) } }
            }
        },
    ]

    private func supervised(_ call: Route.Call) -> (hall: HallID, account: AccountRow)? {
        administeredHall(call).map { ($0.hall.id, $0.account) }
    }

    // MARK: Watching

    private func watchFloor(_ call: Route.Call) {
        guard let (hall, account) = supervised(call) else { return }
        let after = call.exchange.head.query["after"]
        let known = after.flatMap { Int($0) }
        guard after == nil || known != nil else { return refuse(call, WireError(.invalidField, field: "after")) }
        guard floorBoards.count(of: account.id) < ServerLimits.floorWatchesPerAccount else {
            return refuse(call, WireError(.rateLimited, retryAfterMs: ServerLimits.retryAfter))
        }
        let (store, since) = (store, clock.now + Milliseconds(-ServerLimits.serviceWindow.count))
        answerFromStore(
            call, { () throws(StoreError) in try store.serviceCount(of: hall, since: since, waitedAtMost: ServerLimits.serviceWithin) }
        ) { [self] service in
            floorBoards.take(service, of: hall)
            guard let (content, revision) = lookAtFloor(of: hall) else { return refuse(call, WireError(.notFound)) }
            guard let known, known == revision else { return sendFloor(content, revision, call) }
            floorBoards.wait(FloorBoards.Waiting(call: call, hall: hall, account: account.id, known: known, looksLeft: ServerLimits.floorLooks))
            keepLookingAtFloors()
        }
    }

    private func lookAtFloor(of hall: HallID) -> (FloorBoards.Content, Int)? {
        guard let picture = broker.floorPicture(of: hall) else { return nil }
        let content = FloorBoards.Content(picture: picture, service: floorBoards.service(of: hall))
        return (content, floorBoards.revision(of: content, at: clock.now))
    }

    /// What is shown is on disk first, as everywhere.
    private func sendFloor(_ content: FloorBoards.Content, _ revision: Int, _ call: Route.Call) {
        guard takesWrites else { return refuse(call, storageUnavailable) }
        let body = FloorBody(content, revision: revision, at: clock.now)
        tell { $0.answer(call, body) }
        flush()
    }

    /// Looks at the halls that somebody waits for, again and again as long as anybody does.
    private func keepLookingAtFloors() {
        guard floorLook == nil, let loop = runtime?.loop else { return }
        floorLook = loop.schedule(after: ServerLimits.floorLookInterval) { [weak self] in
            guard let self else { return }
            floorLook = nil
            lookAtFloors()
        }
    }

    private func lookAtFloors() {
        var seen: [HallID: (FloorBoards.Content, Int)] = [:]
        for hall in Set(floorBoards.waiting.map(\.hall)) { seen[hall] = lookAtFloor(of: hall) }
        for waiting in floorBoards.look() {
            guard let (content, revision) = seen[waiting.hall] else { continue }
            if revision == waiting.known { answer(waiting.call, FloorUnchanged(revision: revision)) } else { sendFloor(content, revision, waiting.call) }
        }
        if !floorBoards.waiting.isEmpty { keepLookingAtFloors() }
    }

    /// Nobody is kept waiting by a server that ends.
    func endFloorWatches() {
        if let floorLook { runtime?.loop.cancel(floorLook) }
        floorLook = nil
        for waiting in floorBoards.takeAll() where waiting.call.exchange.isOpen { refuse(waiting.call, WireError(.shuttingDown)) }
    }

    // MARK: Acting

    private func actOnTask(_ call: Route.Call, _ body: FloorNoteRequest, _ deed: (FloorTaskID, String) -> FloorDeed) {
        supervise(call) { () throws(WireError) in
            let note = body.note ?? ""
            guard note.count <= Limits.noteCharacters else { throw WireError(.invalidField, field: "note") }
            return call.parameters["task"].flatMap(FloorTaskID.init).map { deed($0, note) }
        }
    }

    private func moveTicket(_ call: Route.Call, _ body: FloorMoveRequest) {
        supervise(call) { () throws(WireError) in
            let target: FloorTarget
            switch (body.hallID, body.seatID) {
            case (let hall?, nil): target = .hall(hall)
            case (nil, let seat?): target = .seat(seat)
            case (nil, nil), (_?, _?): throw WireError(.invalidField, field: "hall_id")
            }
            return call.parameters["ticket"].flatMap(TicketID.init).map { .move($0, to: target, reason: body.reason) }
        }
    }

    /// - Parameter deed: nil when what it is about is not there.
    private func supervise(_ call: Route.Call, _ deed: () throws(WireError) -> FloorDeed?) {
        guard let (hall, account) = supervised(call) else { return }
        do throws(WireError) {
            guard let deed = try deed() else { throw WireError(.notFound) }
            guard takesWrites else { throw storageUnavailable }
            let request = newRequest { [self] result in
                switch result {
                case .success(.floor(.task(let task))): answer(call, FloorTaskAnswer(task: FloorTaskBody(task)))
                case .success(.floor(.act(let act))):
                    log.notice(
                        "a supervisor acted", metadata: ["act": "\(act.kind.rawValue)", "hall": "\(hall)", "account": "\(account.id)", "id": "\(act.id)"])
                    answer(call, FloorActAnswer(act))
                case .success(.file), .success(.claimed), .success(.adopted), .success(.appointment), .success(.house): refuse(call, WireError(.internalError))
                case .failure(let error): refuse(call, error)
                }
            }
            turn(.supervise(request, hall, deed, by: Supervisor(id: account.id, name: account.name)))
        } catch {
            refuse(call, error)
        }
    }
}

import BrokerCore
import BrokerStore
import SignalingProtocol
import WebServer

extension Engine {
    static let administrationRoutes = [
        Route("GET", "/api/v1/admin/overview") { engine, call in engine.overview(call) },
        Route("GET", "/api/v1/admin/tasks") { engine, call in engine.floorTasks(call) },
        Route("GET", "/api/v1/admin/sessions/{session}") { engine, call in engine.sessionDetail(call) },
    ]

    static let staffRoutes = [
        Route("GET", "/api/v1/staff/seats") { engine, call in
            let halls = engine.broker.hallStatuses.map(\.hall)
            let views = Dictionary(uniqueKeysWithValues: halls.map { ($0.id, $0) })
            let seats = engine.broker.allSeats.filter { $0.withdrawnAt == nil }
            engine.answer(call, TransferTargets(halls: halls, seats: seats.map { SeatLine($0, hall: views[$0.hall]) }))
        }
    ]

    private func overview(_ call: Route.Call) {
        let halls = broker.hallStatuses.map(HallLine.init)
        let hallViews = Dictionary(uniqueKeysWithValues: broker.hallStatuses.map { ($0.hall.id, $0.hall) })
        let seats = broker.allSeats.map { SeatLine($0, hall: hallViews[$0.hall]) }
        let tickets = broker.liveTickets.map(TicketLine.init)
        let store = store
        answerFromStore(
            call,
            { () throws(StoreError) in
                (
                    sessions: try store.newestSessions(limit: ServerLimits.listedSessions), items: try store.newestItems().map(ItemLine.init),
                    estimates: try Self.estimateLines(store, halls: halls.map(\.id))
                )
            }
        ) { [self] stored in
            let sessions = stored.sessions.map { SessionSummary($0.session, caseNumber: $0.caseNumber, item: $0.item) }
            answer(call, Overview(halls: halls, seats: seats, tickets: tickets, sessions: sessions, items: stored.items, estimates: stored.estimates))
        }
    }

    private static func estimateLines(_ store: BrokerStore, halls: [HallID]) throws(StoreError) -> [EstimateLine] {
        var lines: [EstimateLine] = []
        for hall in halls {
            guard let accuracy = try store.estimateAccuracy(of: hall, limit: ServerLimits.comparedEstimates) else { continue }
            lines.append(EstimateLine(hallID: hall, accuracy))
        }
        return lines
    }

    private func floorTasks(_ call: Route.Call) {
        let store = store
        answerFromStore(
            call,
            { () throws(StoreError) in
                try store.openFloorTasks().map { line throws(StoreError) in
                    try Self.withMaterial(line, store)
                }
            }
        ) { [self] tasks in
            let halls = Dictionary(uniqueKeysWithValues: broker.hallStatuses.map { ($0.hall.id, $0.hall) })
            answer(call, FloorTaskList(tasks: tasks.compactMap { FloorTaskSummary($0, material: $1, hall: halls[$0.task.hall]) }))
        }
    }

    private static func withMaterial(_ line: FloorTaskLine, _ store: BrokerStore) throws(StoreError) -> (FloorTaskLine, String?) {
        guard case .material(let caseID, _, _, let material) = line.task.subject else { return (line, nil) }
        return (line, try store.caseFile(caseID)?.item.material(material)?.name)
    }

    private func sessionDetail(_ call: Route.Call) {
        guard let id = call.parameters["session"].flatMap(SessionID.init) else { return refuse(call, WireError(.notFound)) }
        let store = store
        answerFromStore(call, { () throws(StoreError) in try store.sessionHistory(id) }) { [self] history in
            guard let history else { return refuse(call, WireError(.notFound)) }
            guard takesWrites else { return refuse(call, storageUnavailable) }
            audit(.caseViewed, on: "case:\(history.session.caseID)", hall: history.session.hall, detail: "session=\(history.session.id)")
            answerWhenStored(
                call,
                SessionDetail(
                    session: SessionSummary(history.session, caseNumber: history.caseNumber, item: history.item),
                    why: history.session.why, timeline: history.timeline.map { TimelineLine(at: $0.at, kind: $0.kind, detail: $0.detail) },
                    outcome: history.outcome))
        }
    }
}

/// Where a citizen can be handed on to.
private struct TransferTargets: Encodable {
    let halls: [HallView]
    let seats: [SeatLine]
}

private struct Overview: Encodable {
    let halls: [HallLine]
    let seats: [SeatLine]
    let tickets: [TicketLine]
    let sessions: [SessionSummary]
    let items: [ItemLine]
    let estimates: [EstimateLine]
}

private struct FloorTaskList: Encodable {
    let tasks: [FloorTaskSummary]
}

/// Something for a supervisor to look into.
private struct FloorTaskSummary: Encodable {
    let id: FloorTaskID
    let kind: FloorTaskKind
    let hall: HallView
    let caseNumber: String
    let item: ItemReference
    /// Of the outcome it is about.
    let version: Int
    let material: String
    let sessionID: SessionID
    let raisedAt: Instant

    /// - Returns: nil for a task that is about no case.
    init?(_ line: FloorTaskLine, material name: String?, hall: HallView?) {
        guard case .material(_, let session, let version, let material) = line.task.subject else { return nil }
        id = line.task.id
        kind = line.task.kind
        self.hall = hall ?? HallView(id: line.task.hall, name: line.task.hall.text)
        caseNumber = line.caseNumber
        item = line.item
        self.version = version
        self.material = name ?? material.text
        sessionID = session
        raisedAt = line.task.raisedAt
    }
}

/// How well a hall's announced waits came true.
private struct EstimateLine: Encodable, Sendable {
    let hallID: HallID
    let tickets: Int
    let medianErrorMs: Milliseconds
    let withinP80: Double

    init(hallID: HallID, _ accuracy: EstimateAccuracy) {
        self.hallID = hallID
        tickets = accuracy.tickets
        medianErrorMs = accuracy.medianError
        withinP80 = accuracy.withinP80
    }
}

private struct SeatLine: Encodable {
    let id: SeatID
    let number: String
    let hall: HallView
    let state: SeatState
    let notReadyReason: NotReadyReason?
    let since: Instant
    let agentName: String

    init(_ seat: Seat, hall: HallView?) {
        id = seat.id
        number = seat.number
        self.hall = hall ?? HallView(id: seat.hall, name: seat.hall.text)
        state = seat.state
        notReadyReason = seat.notReadyReason
        since = seat.since
        agentName = seat.agentName
    }
}

private struct TicketLine: Encodable {
    let id: TicketID
    let number: String
    let item: ItemReference
    let kind: SessionKind
    let state: TicketState
    let takenAt: Instant

    init(_ ticket: Ticket) {
        id = ticket.id
        number = ticket.number
        item = ticket.item
        kind = ticket.kind
        state = ticket.state
        takenAt = ticket.takenAt
    }
}

private struct SessionSummary: Encodable {
    let id: SessionID
    let ticketNumber: String
    let caseNumber: String
    let item: ItemReference
    let kind: SessionKind
    let state: SessionState
    let startedAt: Instant
    let endedAt: Instant?
    let disposition: Disposition?
    let agentName: String
    let seatNumber: String

    init(_ session: Session, caseNumber: String, item: ItemReference) {
        id = session.id
        ticketNumber = session.ticketNumber
        self.caseNumber = caseNumber
        self.item = item
        kind = session.kind
        state = session.state
        startedAt = session.startedAt
        endedAt = session.endedAt
        disposition = session.disposition
        agentName = session.agentName
        seatNumber = session.seatNumber
    }
}

private struct ItemLine: Encodable, Sendable {
    let code: ItemCode
    let version: Int
    let name: String
    let category: String
    let kinds: [SessionKind]
    let published: Bool
    let verified: Bool
    let materialCount: Int

    init(_ line: (item: CatalogueItem, published: Bool)) {
        code = line.item.code
        version = line.item.version
        name = line.item.name
        category = line.item.category
        kinds = line.item.kinds
        published = line.published
        verified = line.item.verified
        materialCount = line.item.materials.count
    }
}

private struct SessionDetail: Encodable {
    let session: SessionSummary
    /// Why the ticket went to this seat.
    let why: RoutingReason
    let timeline: [TimelineLine]
    let outcome: OutcomeView?
}

private struct TimelineLine: Encodable {
    let at: Instant
    let kind: SessionEventKind
    let detail: String
}

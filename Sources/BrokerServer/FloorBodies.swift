import BrokerCore
import BrokerStore
import SignalingProtocol

// The floor as JSON.

struct FloorUnchanged: Encodable {
    let revision: Int
}

struct FloorBody: Encodable {
    let revision: Int
    let serverTime: Instant
    let hall: HallView
    let lanes: [FloorLane]
    let tickets: [FloorTicket]
    let seats: [FloorSeat]
    let calls: [FloorCall]
    let service: FloorService
    let tasks: [FloorTaskBody]

    init(_ content: FloorBoards.Content, revision: Int, at now: Instant) {
        let picture = content.picture
        let callOfSeat = Dictionary(picture.calls.map { ($0.seat, $0.id) }, uniquingKeysWith: { first, _ in first })
        let helping = picture.tasks.filter { $0.kind == .help }.map(\.subject)
        self.revision = revision
        serverTime = now
        hall = picture.hall
        lanes = picture.lanes.map { FloorLane(lane: $0.lane, waiting: $0.waiting, longestSince: $0.longestSince) }
        tickets = zip(picture.tickets, picture.numbers).map { FloorTicket($0, number: $1) }
        seats = picture.seats.map { FloorSeat($0, session: callOfSeat[$0.id], asksForHelp: helping.contains(.seat($0.id))) }
        calls = picture.calls.map { FloorCall($0, item: picture.items[$0.id]) }
        service = FloorService(content.service)
        tasks = picture.tasks.map(FloorTaskBody.init)
    }
}

struct FloorLane: Encodable {
    let lane: Lane
    let waiting: Int
    let longestSince: Instant?
}

struct FloorTicket: Encodable {
    let id: TicketID
    let number: String
    let lane: Lane
    let item: ItemReference
    let kind: SessionKind
    let state: TicketState
    let takenAt: Instant
    let language: SpokenLanguage?
    let callBack: CallBackState?
    /// Held for this seat for a while.
    let directedTo: SeatID?

    init(_ ticket: Ticket, number: String) {
        id = ticket.id
        self.number = number
        lane = ticket.lane
        item = ticket.item
        kind = ticket.kind
        state = ticket.state
        takenAt = ticket.takenAt
        language = ticket.language
        callBack = ticket.callBack
        directedTo = ticket.directedTo
    }
}

struct FloorSeat: Encodable {
    let id: SeatID
    let number: String
    let state: SeatState
    let notReadyReason: NotReadyReason?
    let since: Instant
    let agentName: String
    let sessionID: SessionID?
    let asksForHelp: Bool

    init(_ seat: Seat, session: SessionID?, asksForHelp: Bool) {
        id = seat.id
        number = seat.number
        state = seat.state
        notReadyReason = seat.notReadyReason
        since = seat.since
        agentName = seat.agentName
        sessionID = session
        self.asksForHelp = asksForHelp
    }
}

struct FloorCall: Encodable {
    let id: SessionID
    let seatID: SeatID
    let seatNumber: String
    let agentName: String
    let ticketNumber: String
    let item: ItemReference?
    let kind: SessionKind
    let state: SessionState
    let startedAt: Instant
    let reconnectingSince: Instant?
    /// How often a page went away in the talk.
    let reconnections: Int

    init(_ session: Session, item: ItemReference?) {
        id = session.id
        seatID = session.seat
        seatNumber = session.seatNumber
        agentName = session.agentName
        ticketNumber = session.ticketNumber
        self.item = item
        kind = session.kind
        state = session.state
        startedAt = session.startedAt
        reconnectingSince = session.state == .reconnecting ? session.reconnectingSince : nil
        reconnections = session.reconnections
    }
}

struct FloorService: Encodable {
    /// Whom the hall began to serve in the last `window_s` seconds.
    let served: Int
    /// Those of them who had waited no longer than `within_s`.
    let within: Int
    let windowS: Int
    let withinS: Int

    init(_ count: ServiceCount) {
        served = count.served
        within = count.within
        windowS = Int(ServerLimits.serviceWindow.count / 1_000)
        withinS = Int(ServerLimits.serviceWithin.count / 1_000)
    }
}

struct FloorTaskBody: Encodable {
    let id: FloorTaskID
    let kind: FloorTaskKind
    let state: FloorTaskState
    let name: String
    let note: String
    let raisedAt: Instant
    private(set) var seatID: SeatID?
    private(set) var ticketID: TicketID?
    private(set) var sessionID: SessionID?
    private(set) var itemCode: ItemCode?
    let takenBy: String?
    let takenByID: AgentID?
    let takenAt: Instant?
    let takenNote: String?
    let closedBy: String?
    let closedAt: Instant?

    init(_ task: FloorTask) {
        id = task.id
        kind = task.kind
        state = task.state
        name = task.name
        note = task.note
        raisedAt = task.raisedAt
        takenBy = task.taken?.by.name
        takenByID = task.taken?.by.id
        takenAt = task.taken?.at
        takenNote = task.taken?.note
        closedBy = task.closed?.by.name
        closedAt = task.closed?.at
        switch task.subject {
        case .seat(let id): seatID = id
        case .ticket(let id): ticketID = id
        case .session(let id): sessionID = id
        case .item(let code): itemCode = code
        case .material(_, let id, _, _): sessionID = id
        }
    }
}

struct FloorTaskAnswer: Encodable {
    let task: FloorTaskBody
}

struct FloorActAnswer: Encodable {
    struct Body: Encodable {
        let id: FloorActID
        let kind: FloorActKind
        let reason: String
        let by: String
        let at: Instant
    }

    let act: Body

    init(_ act: FloorAct) { self.act = Body(id: act.id, kind: act.kind, reason: act.reason, by: act.by.name, at: act.at) }
}

struct FloorNoteRequest: Decodable, Sendable {
    let note: String?
}

struct FloorReasonRequest: Decodable, Sendable {
    let reason: String
}

struct FloorMoveRequest: Decodable, Sendable {
    let hallID: HallID?
    let seatID: SeatID?
    let reason: String
}

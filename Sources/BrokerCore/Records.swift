import SignalingProtocol

// What the broker remembers, one value a thing, and each exactly what is stored. A record is always the whole value, so writing it twice does no harm.

/// The unit of tenancy (服务大厅).
public struct Hall: Hashable, Sendable {
    public let id: HallID
    public var name: String
    /// Halls that agreed to take this one's tickets when they have waited too long here.
    public var overflow: [HallID]

    public init(id: HallID, name: String, overflow: [HallID] = []) {
        self.id = id
        self.name = name
        self.overflow = overflow
    }
}

/// A citizen's place in a hall's queue (排队号).
public struct Ticket: Hashable, Sendable {
    public let id: TicketID
    /// As it was given; for what is called, see `Broker.calledNumber(of:in:)`.
    public let number: String
    /// Where it waits. A transfer to another hall moves it there.
    public var hall: HallID
    public let item: ItemReference
    /// The item's category, for the seats' skills.
    public let group: String
    public let kind: SessionKind
    public let citizen: CitizenID
    public let caseID: CaseID
    public var lane: Lane
    public var language: SpokenLanguage?
    /// The order key: kept when the ticket comes back from a ring, a broken session, a transfer or a call-back.
    public let takenAt: Instant
    /// When it last began to wait; its lifetime counts from there.
    public var waitingSince: Instant
    public var state: TicketState
    public var earlierRings = 0
    public var callBack: CallBackState?
    /// Handed on to this seat, until `directedUntil`; then any seat may take it.
    public var directedTo: SeatID?
    public var directedUntil: Instant?
    public var transfer: TransferView?
    /// The agent who knows the matter from before.
    public var earlierAgent: AgentID?
    /// What the citizen was told when taking the ticket, to be compared with what came true.
    public var estimate: WaitEstimate?
    public var firstRungAt: Instant?
    /// When the state is left by itself; for a finished ticket, when the citizen's page is no longer shown it.
    public var deadline: Instant?
    public var endedAt: Instant?

    public init(
        id: TicketID, number: String, hall: HallID, item: ItemReference, group: String, kind: SessionKind, citizen: CitizenID, caseID: CaseID,
        lane: Lane, language: SpokenLanguage?, takenAt: Instant, state: TicketState
    ) {
        self.id = id
        self.number = number
        self.hall = hall
        self.item = item
        self.group = group
        self.kind = kind
        self.citizen = citizen
        self.caseID = caseID
        self.lane = lane
        self.language = language
        self.takenAt = takenAt
        waitingSince = takenAt
        self.state = state
    }
}

/// One ticket held for one seat while it rings (派单).
public struct Reservation: Hashable, Sendable {
    public let id: ReservationID
    public let ticket: TicketID
    public let seat: SeatID
    public let agent: AgentID
    public let why: RoutingReason
    public let createdAt: Instant
    public let deadline: Instant
    public var state: ReservationState
    public var rejectReason: RejectReason?
    public var endedAt: Instant?

    public init(
        id: ReservationID, ticket: TicketID, seat: SeatID, agent: AgentID, why: RoutingReason, createdAt: Instant, deadline: Instant,
        state: ReservationState, rejectReason: RejectReason?, endedAt: Instant?
    ) {
        self.id = id
        self.ticket = ticket
        self.seat = seat
        self.agent = agent
        self.why = why
        self.createdAt = createdAt
        self.deadline = deadline
        self.state = state
        self.rejectReason = rejectReason
        self.endedAt = endedAt
    }
}

/// A staffed position with a number in a hall (坐席).
public struct Seat: Hashable, Sendable {
    public let id: SeatID
    public let hall: HallID
    public let number: String
    public var state: SeatState
    public var notReadyReason: NotReadyReason?
    public var agent: AgentID?
    public var agentName: String
    public var skills: Skills
    public var since: Instant
    /// When the seat last finished something: the longest idle is called first.
    public var idleSince: Instant
    public var deadline: Instant?

    /// A seat nobody is signed on at.
    public init(id: SeatID, hall: HallID, number: String, since: Instant) {
        self.id = id
        self.hall = hall
        self.number = number
        self.state = .signedOff
        self.agentName = ""
        self.skills = Skills()
        self.since = since
        self.idleSince = since
    }
}

/// What citizen and agent do together (会话).
public struct Session: Hashable, Sendable {
    public let id: SessionID
    public let ticket: TicketID
    public let ticketNumber: String
    public let caseID: CaseID
    public let kind: SessionKind
    public let hall: HallID
    public let seat: SeatID
    public let seatNumber: String
    public let agent: AgentID
    public let agentName: String
    public let citizen: CitizenID
    public let citizenName: String
    public let why: RoutingReason
    public let startedAt: Instant
    /// What the agent before said, when the session was handed on.
    public let transfer: TransferView?
    public var state: SessionState
    /// How often the citizen has been called.
    public var calls: Int
    public var mediaEpoch: Int
    public var deadline: Instant?
    public var disposition: Disposition?
    public var note: String
    /// When the talk ended and wrap-up began.
    public var endedAt: Instant?
    public var closedAt: Instant?

    public init(
        id: SessionID, ticket: TicketID, ticketNumber: String, caseID: CaseID, kind: SessionKind, hall: HallID, seat: SeatID,
        seatNumber: String, agent: AgentID, agentName: String, citizen: CitizenID, citizenName: String, why: RoutingReason, startedAt: Instant,
        transfer: TransferView?, state: SessionState, calls: Int, mediaEpoch: Int, deadline: Instant?, disposition: Disposition?, note: String,
        endedAt: Instant?, closedAt: Instant?
    ) {
        self.id = id
        self.ticket = ticket
        self.ticketNumber = ticketNumber
        self.caseID = caseID
        self.kind = kind
        self.hall = hall
        self.seat = seat
        self.seatNumber = seatNumber
        self.agent = agent
        self.agentName = agentName
        self.citizen = citizen
        self.citizenName = citizenName
        self.why = why
        self.startedAt = startedAt
        self.transfer = transfer
        self.state = state
        self.calls = calls
        self.mediaEpoch = mediaEpoch
        self.deadline = deadline
        self.disposition = disposition
        self.note = note
        self.endedAt = endedAt
        self.closedAt = closedAt
    }
}

/// What ties visits, files and outcomes of one matter of one citizen together (办件).
public struct Case: Hashable, Sendable {
    public let id: CaseID
    public let number: String
    public let lookUpCode: String
    public let citizen: CitizenID
    public let citizenName: String
    public let hall: HallID
    public let item: ItemReference
    public let openedAt: Instant

    public init(
        id: CaseID, number: String, lookUpCode: String, citizen: CitizenID, citizenName: String, hall: HallID, item: ItemReference,
        openedAt: Instant
    ) {
        self.id = id
        self.number = number
        self.lookUpCode = lookUpCode
        self.citizen = citizen
        self.citizenName = citizenName
        self.hall = hall
        self.item = item
        self.openedAt = openedAt
    }
}

/// A line of a session's timeline.
public struct SessionEvent: Hashable, Sendable {
    public let session: SessionID
    public let kind: SessionEventKind
    public let at: Instant
    /// A code or a name that says more; never a person's words.
    public let detail: String

    public init(session: SessionID, kind: SessionEventKind, at: Instant, detail: String) {
        self.session = session
        self.kind = kind
        self.at = at
        self.detail = detail
    }
}

/// One thing to be stored. All records of one turn are stored together or not at all.
public enum Record: Hashable, Sendable {
    case ticket(Ticket)
    case reservation(Reservation)
    case seat(Seat)
    case session(Session)
    case serviceCase(Case)
    case file(CaseID, FileView)
    case fileRemoved(CaseID, FileID)
    case verdict(CaseID, SessionID, VerdictView)
    /// The files it was given on changed: the material waits for a new one.
    case verdictWithdrawn(CaseID, MaterialID)
    case outcome(SessionID, OutcomeView)
    case chat(SessionID, ChatMessageView)
    case event(SessionEvent)
}

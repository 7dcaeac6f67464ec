import SignalingProtocol

// What the broker remembers, one value a thing, and each exactly what is stored. A record is always the whole value, so writing it twice does no harm.

/// The unit of tenancy (服务大厅).
public struct Hall: Hashable, Sendable {
    public let id: HallID
    public var name: String
    /// Halls that agreed to take this one's tickets when they have waited too long here.
    public var overflow: [HallID]
    /// IANA name.
    public var zone: String
    /// Whether somebody whom nobody vouched for may ask.
    public var guestsMayConsult: Bool
    /// Whether somebody whom nobody vouched for may have their material looked at.
    public var guestsMayPreReview: Bool
    /// Counts an administrator's changes.
    public var revision: Int

    public init(
        id: HallID, name: String, overflow: [HallID] = [], zone: String = "Asia/Shanghai", guestsMayConsult: Bool = true, guestsMayPreReview: Bool = true,
        revision: Int = 1
    ) {
        self.id = id
        self.name = name
        self.overflow = overflow
        self.zone = zone
        self.guestsMayConsult = guestsMayConsult
        self.guestsMayPreReview = guestsMayPreReview
        self.revision = revision
    }
}

extension Hall {
    /// Whether somebody known that well may have a session of that kind here.
    func admits(_ assurance: Assurance, to kind: SessionKind) -> Bool {
        switch (assurance, kind) {
        case (.verified, _): true
        case (.guest, .consultation): guestsMayConsult
        case (.guest, .preReview): guestsMayPreReview
        }
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
    /// The seat it was handed on from, which takes it again only when nobody else could.
    public var handedOnFrom: SeatID?
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

/// What a seat is rung for.
public enum ReservationPurpose: String, CaseIterable, Hashable, Sendable {
    /// To serve the ticket.
    case call
    /// To come into the session that the ticket is served in. The ticket stays where it is.
    case consult
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
    public let purpose: ReservationPurpose
    public var state: ReservationState
    public var rejectReason: RejectReason?
    public var endedAt: Instant?

    public init(
        id: ReservationID, ticket: TicketID, seat: SeatID, agent: AgentID, why: RoutingReason, createdAt: Instant, deadline: Instant,
        state: ReservationState, rejectReason: RejectReason?, endedAt: Instant?, purpose: ReservationPurpose = .call
    ) {
        self.id = id
        self.ticket = ticket
        self.seat = seat
        self.agent = agent
        self.why = why
        self.createdAt = createdAt
        self.deadline = deadline
        self.purpose = purpose
        self.state = state
        self.rejectReason = rejectReason
        self.endedAt = endedAt
    }
}

/// A staffed position with a number in a hall (坐席).
public struct Seat: Hashable, Sendable {
    public let id: SeatID
    public let hall: HallID
    public var number: String
    public var state: SeatState
    public var notReadyReason: NotReadyReason?
    public var agent: AgentID?
    public var agentName: String
    public var skills: Skills
    public var since: Instant
    /// When the seat last finished something: the longest idle is called first.
    public var idleSince: Instant
    public var deadline: Instant?
    /// Since when nobody may sign on there.
    public var withdrawnAt: Instant?
    /// Counts an administrator's changes.
    public var revision: Int

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
        revision = 1
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
    /// Newest peer connection between citizen and agent; 0: none.
    public var mediaEpoch: Int
    /// The highest epoch that any two people of it ever had.
    public var lastEpoch: Int
    /// The colleague who is asked in, or is there.
    public var consult: Consult?
    public var deadline: Instant?
    /// When the present reconnecting began, however often somebody came and went since.
    public var reconnectingSince: Instant?
    /// How often somebody's page went away in the talk, a restart of the server aside.
    public var reconnections = 0
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
        lastEpoch = mediaEpoch
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
    /// Who goes on with it: whoever showed number and look-up code last.
    public var citizen: CitizenID
    public let citizenName: String
    /// The handling place (办理地).
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

/// A change to the form that an agent proposed in a session.
public struct Correction: Hashable, Sendable {
    public let session: SessionID
    public var view: CorrectionView
    public var answeredAt: Instant?

    public init(session: SessionID, view: CorrectionView, answeredAt: Instant?) {
        self.session = session
        self.view = view
        self.answeredAt = answeredAt
    }
}

/// A picture of the original that an agent asked for in a session.
public struct Still: Hashable, Sendable {
    public let session: SessionID
    public var view: StillView
    /// What it became, once it is stored.
    public var file: FileID?

    public init(session: SessionID, view: StillView, file: FileID?) {
        self.session = session
        self.view = view
        self.file = file
    }
}

/// An accepted material that an agent opened again.
public struct Reopening: Hashable, Sendable {
    public let session: SessionID
    public let material: MaterialID
    public let reason: String
    public let at: Instant

    public init(session: SessionID, material: MaterialID, reason: String, at: Instant) {
        self.session = session
        self.material = material
        self.reason = reason
        self.at = at
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
    /// It is shown turned, or was looked at by the machine.
    case fileChanged(CaseID, FileView)
    /// How its pages look, for finding the same picture again.
    case pictureHashes(CaseID, FileID, [[UInt64]])
    /// The order of one material's files.
    case filesArranged(CaseID, [FileID])
    case conditionAnswer(CaseID, MaterialID, applies: Bool)
    case field(CaseID, CaseField)
    case correction(CaseID, Correction)
    case still(CaseID, Still)
    case reopened(CaseID, Reopening)
    case notice(CaseID, NoticeView)
    case floorTask(FloorTask)
    case floorAct(FloorAct)
    case verdict(CaseID, SessionID, VerdictView)
    /// The files it was given on changed: the material waits for a new one.
    case verdictWithdrawn(CaseID, MaterialID)
    case outcome(SessionID, OutcomeView)
    case chat(SessionID, ChatMessageView)
    case event(SessionEvent)
    case adoption(Adoption)
    case appointment(Appointment)
    case hall(Hall)
}

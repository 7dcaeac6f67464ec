// Booked times (预约), as a citizen sees them.

public enum AppointmentSubject {}
public typealias AppointmentID = Identifier<AppointmentSubject>

/// An appointment's state (预约). The last five are terminal.
public enum AppointmentState: String, WireWord {
    /// 已占位: nobody else gets the place while the citizen makes up their mind.
    case held
    /// 已预约
    case booked
    /// 已签到: it has a ticket.
    case checkedIn = "checked-in"
    /// 已办理
    case served
    /// 已取消
    case cancelled
    /// 已改期: another one was booked in its place.
    case rescheduled
    /// 未到
    case noShow = "no-show"
    /// 占位过期: not booked in time.
    case lapsed

    public var isTerminal: Bool {
        switch self {
        case .held, .booked, .checkedIn: false
        case .served, .cancelled, .rescheduled, .noShow, .lapsed: true
        }
    }
}

/// A citizen's appointment as that citizen sees it.
public struct AppointmentView: Codable, Hashable, Sendable {
    public var id: AppointmentID
    /// Said aloud and shown large, for example `Y0123`; given once in its hall.
    public var number: String
    public var hall: HallView
    public var item: ItemReference
    public var kind: SessionKind
    public var language: SpokenLanguage?
    public var startsAt: Instant
    public var endsAt: Instant
    public var state: AppointmentState
    /// When a held one lapses.
    public var holdUntil: Instant?
    public var checkInFrom: Instant
    /// Nobody there by then is a no-show.
    public var checkInUntil: Instant
    /// The published schedule no longer has this time. It stays the citizen's right until it has passed; choosing another is better.
    public var moved: Bool
    /// The one that it takes the place of, once it is booked.
    public var replaces: AppointmentID?
    /// From checking in on.
    public var ticketID: TicketID?
    /// From checking in on.
    public var caseNumber: String?

    public init(
        id: AppointmentID, number: String, hall: HallView, item: ItemReference, kind: SessionKind, language: SpokenLanguage?, startsAt: Instant,
        endsAt: Instant, state: AppointmentState, holdUntil: Instant?, checkInFrom: Instant, checkInUntil: Instant, moved: Bool,
        replaces: AppointmentID?, ticketID: TicketID?, caseNumber: String?
    ) {
        self.id = id
        self.number = number
        self.hall = hall
        self.item = item
        self.kind = kind
        self.language = language
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.state = state
        self.holdUntil = holdUntil
        self.checkInFrom = checkInFrom
        self.checkInUntil = checkInUntil
        self.moved = moved
        self.replaces = replaces
        self.ticketID = ticketID
        self.caseNumber = caseNumber
    }
}

/// An appointment as it is now. The same for every state: the page replaces what it has.
public struct AppointmentUpdated: WirePayload {
    public var appointment: AppointmentView
    public init(appointment: AppointmentView) { self.appointment = appointment }
}

/// What a citizen asks for when choosing a time.
public struct AppointmentRequest: Codable, Hashable, Sendable {
    public var hallID: HallID
    public var itemCode: ItemCode
    public var kind: SessionKind
    public var language: SpokenLanguage?
    /// The beginning of a slot that is on offer.
    public var startsAt: Instant
    /// The citizen's own appointment that this one shall take the place of.
    public var replaces: AppointmentID?

    public init(
        hallID: HallID, itemCode: ItemCode, kind: SessionKind, language: SpokenLanguage? = nil, startsAt: Instant, replaces: AppointmentID? = nil
    ) {
        self.hallID = hallID
        self.itemCode = itemCode
        self.kind = kind
        self.language = language
        self.startsAt = startsAt
        self.replaces = replaces
    }
}

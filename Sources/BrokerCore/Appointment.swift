import SignalingProtocol

/// A booked time (预约), exactly as it is stored.
public struct Appointment: Hashable, Sendable {
    public let id: AppointmentID
    /// `Y0123`: one count a hall.
    public let number: String
    public let hall: HallID
    public let item: ItemReference
    /// The item's category, for the seats' skills.
    public let group: String
    public let kind: SessionKind
    public let language: SpokenLanguage?
    public let citizen: CitizenID
    public let citizenName: String
    public let time: Range<Instant>
    public let madeAt: Instant
    /// The one that becomes `rescheduled` once this one is booked.
    public let replaces: AppointmentID?
    public let checkInFrom: Instant
    /// Promised when it was made; a restart of the server in between only makes it later.
    public var checkInUntil: Instant
    public var state: AppointmentState
    /// The published schedule no longer has its time.
    public var moved = false
    public var ticket: TicketID?
    public var caseNumber: String?
    /// When the state is left by itself; of a checked-in one, when it is due; of one that ended, when nobody needs to be shown it any more.
    public var deadline: Instant?
    /// Set when it gave its place back: until then nobody else gets it.
    public var shutUntil: Instant?
    public var endedAt: Instant?

    public init(
        id: AppointmentID, number: String, hall: HallID, item: ItemReference, group: String, kind: SessionKind, language: SpokenLanguage?,
        citizen: CitizenID, citizenName: String, time: Range<Instant>, madeAt: Instant, replaces: AppointmentID?, checkInFrom: Instant,
        checkInUntil: Instant, state: AppointmentState
    ) {
        self.id = id
        self.number = number
        self.hall = hall
        self.item = item
        self.group = group
        self.kind = kind
        self.language = language
        self.citizen = citizen
        self.citizenName = citizenName
        self.time = time
        self.madeAt = madeAt
        self.replaces = replaces
        self.checkInFrom = checkInFrom
        self.checkInUntil = checkInUntil
        self.state = state
    }
}

extension AppointmentView {
    public init(_ appointment: Appointment, hall: HallView) {
        self.init(
            id: appointment.id, number: appointment.number, hall: hall, item: appointment.item, kind: appointment.kind, language: appointment.language,
            startsAt: appointment.time.lowerBound, endsAt: appointment.time.upperBound, state: appointment.state,
            holdUntil: appointment.state == .held ? appointment.deadline : nil, checkInFrom: appointment.checkInFrom,
            checkInUntil: appointment.checkInUntil, moved: appointment.moved, replaces: appointment.replaces, ticketID: appointment.ticket,
            caseNumber: appointment.caseNumber)
    }
}

/// What a citizen does with an appointment.
public enum AppointmentAct: Hashable, Sendable {
    /// Name and assurance are the citizen's own, as signed in.
    case hold(AppointmentRequest, name: String, assurance: Assurance = .guest)
    case book(AppointmentID)
    case cancel(AppointmentID)
    /// `entropy` is unguessable; the new case's look-up code comes from it.
    case checkIn(AppointmentID, entropy: UInt64)
}

/// What a hall allows those who book. Stated here once; a hall's own come with its opening plan.
public struct BookingRules: Hashable, Sendable {
    /// A place is kept this long while the citizen makes up their mind.
    public var hold: Milliseconds = .minutes(10)
    /// Nobody books further ahead than this…
    public var horizon: Milliseconds = .minutes(14 * 24 * 60)
    /// …nor for a time that begins sooner than this.
    public var lead: Milliseconds = .minutes(60)
    /// A place that was given back stays shut this long for everybody else, so that it cannot be passed on for money.
    public var freedShut: Milliseconds = .minutes(30)
    /// Live appointments a person.
    public var perPerson = 2
    /// How many places one person may have given back that are still shut. More than `perPerson`: whoever looks at one time after the other lets go of each.
    public var freedLimit = 5
    /// Checking in opens this long before the time…
    public var checkInBefore: Milliseconds = .minutes(30)
    /// …and closes this long after its beginning; then it is a no-show.
    public var checkInGrace: Milliseconds = .minutes(15)
    /// Whoever missed this many within `missedMemory` cannot book until the first of them is that long ago.
    public var missedLimit = 3
    public var missedMemory: Milliseconds = .minutes(30 * 24 * 60)
    /// One that ended is shown to its citizen's page this long; the list has it for ever.
    public var shownAfterwards: Milliseconds = .minutes(24 * 60)

    public init() {}
}

/// A time that can be booked (预约时段), and how many citizens at once.
public struct SlotPlan: Hashable, Sendable {
    public let time: Range<Instant>
    public let covers: Skills
    public let capacity: Int

    public init(time: Range<Instant>, covers: Skills = Skills(languages: []), capacity: Int) {
        self.time = time
        self.covers = covers
        self.capacity = capacity
    }
}

/// What can be booked in one slot by somebody with certain needs.
public struct SlotOffer: Hashable, Sendable {
    public let time: Range<Instant>
    public let free: Int
}

/// How full one slot is.
public struct SlotLoad: Hashable, Sendable {
    public let slot: SlotPlan
    public let taken: Int
}

/// A time that somebody missed.
public struct MissedAppointment: Hashable, Sendable {
    public let citizen: CitizenID
    public let at: Instant

    public init(citizen: CitizenID, at: Instant) {
        self.citizen = citizen
        self.at = at
    }
}

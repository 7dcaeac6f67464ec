// What the server sends: answers, and pushes that nobody asked for.

/// Answer to `hello`.
public struct Welcome: WirePayload {
    public var role: Role
    /// The person's own name, as signed in.
    public var name: String
    public var resumeToken: String
    /// True: pushes after `last_seq` follow. False: `snapshot` is the whole truth, and `seq` begins anew.
    public var resumed: Bool
    public var serverTime: Instant
    /// The server sends `heartbeat` this often; silence for three times as long means that the line is dead.
    public var heartbeatMs: Milliseconds
    public var iceServers: [ICEServer]
    public var snapshot: Snapshot?

    public init(
        role: Role, name: String, resumeToken: String, resumed: Bool, serverTime: Instant, heartbeatMs: Milliseconds,
        iceServers: [ICEServer], snapshot: Snapshot?
    ) {
        self.role = role
        self.name = name
        self.resumeToken = resumeToken
        self.resumed = resumed
        self.serverTime = serverTime
        self.heartbeatMs = heartbeatMs
        self.iceServers = iceServers
        self.snapshot = snapshot
    }
}

/// As `RTCIceServer` of W3C WebRTC.
public struct ICEServer: Codable, Hashable, Sendable {
    public var urls: [String]
    public var username: String?
    public var credential: String?

    public init(urls: [String], username: String?, credential: String?) {
        self.urls = urls
        self.username = username
        self.credential = credential
    }
}

/// Everything an endpoint needs to draw its page from nothing.
public struct Snapshot: Codable, Hashable, Sendable {
    /// Citizen: the ticket in hand, or the last one if its session has just ended.
    public var ticket: TicketView?
    /// Citizen: the files and verdicts of the ticket's case so far, so that handing in can begin while waiting.
    public var materials: [MaterialEntryView]
    /// Citizen: what else belongs to the ticket's case.
    public var matter: CaseView?
    public var session: SessionView?
    /// Agent: the seat signed on at.
    public var seat: SeatView?
    /// Agent: seats that can be chosen, when none is.
    public var seats: [SeatChoice]
    public var reservation: ReservationView?
    public var queue: QueueView?
    /// Citizen: appointments that are to come, and those that ended a short while ago; newest first.
    public var appointments: [AppointmentView]

    public init(
        ticket: TicketView? = nil, materials: [MaterialEntryView] = [], matter: CaseView? = nil, session: SessionView? = nil, seat: SeatView? = nil,
        seats: [SeatChoice] = [], reservation: ReservationView? = nil, queue: QueueView? = nil, appointments: [AppointmentView] = []
    ) {
        self.ticket = ticket
        self.materials = materials
        self.matter = matter
        self.session = session
        self.seat = seat
        self.seats = seats
        self.reservation = reservation
        self.queue = queue
        self.appointments = appointments
    }
}

/// The hall's queue in two figures, for the desk's top bar.
public struct QueueView: Codable, Hashable, Sendable {
    public var waiting: Int
    public var longestWaitSince: Instant?

    public init(waiting: Int, longestWaitSince: Instant?) {
        self.waiting = waiting
        self.longestWaitSince = longestWaitSince
    }
}

public struct Heartbeat: WirePayload {
    public var serverTime: Instant

    public init(serverTime: Instant) { self.serverTime = serverTime }
}

public struct TicketUpdated: WirePayload {
    public var ticket: TicketView
    public init(ticket: TicketView) { self.ticket = ticket }
}

/// A place that moved. Not numbered and not repeated: the next one overtakes it.
public struct TicketPlace: WirePayload {
    public var ticketID: TicketID
    public var place: PlaceView

    public init(ticketID: TicketID, place: PlaceView) {
        self.ticketID = ticketID
        self.place = place
    }
}

public struct SeatUpdated: WirePayload {
    /// Absent: signed off.
    public var seat: SeatView?
    /// Seats that can be chosen, when signed off.
    public var seats: [SeatChoice]

    public init(seat: SeatView?, seats: [SeatChoice]) {
        self.seat = seat
        self.seats = seats
    }
}

public struct ReservationRinging: WirePayload {
    public var reservation: ReservationView
    public init(reservation: ReservationView) { self.reservation = reservation }
}

public struct ReservationEnded: WirePayload {
    public var reservationID: ReservationID
    public var state: ReservationState

    public init(reservationID: ReservationID, state: ReservationState) {
        self.reservationID = reservationID
        self.state = state
    }
}

public struct SessionStarted: WirePayload {
    public var session: SessionView
    public init(session: SessionView) { self.session = session }
}

public struct SessionUpdated: WirePayload {
    public var sessionID: SessionID
    public var state: SessionState
    public var citizenPresent: Bool
    public var agentPresent: Bool
    /// How often the citizen has been called; the page sounds again when it grows.
    public var calls: Int
    public var stateDeadline: Instant?
    /// Set once the session has one; the citizen is shown it only at the end.
    public var disposition: Disposition?

    public init(
        sessionID: SessionID, state: SessionState, citizenPresent: Bool, agentPresent: Bool, calls: Int, stateDeadline: Instant?,
        disposition: Disposition?
    ) {
        self.sessionID = sessionID
        self.state = state
        self.citizenPresent = citizenPresent
        self.agentPresent = agentPresent
        self.calls = calls
        self.stateDeadline = stateDeadline
        self.disposition = disposition
    }
}

/// A consult as it is now, to everybody whom it concerns.
public struct ConsultUpdated: WirePayload {
    public var sessionID: SessionID
    public var consult: ConsultView

    public init(sessionID: SessionID, consult: ConsultView) {
        self.sessionID = sessionID
        self.consult = consult
    }
}

/// Both sides are there: build a new peer connection. Sent at the start and whenever a page came back without one.
public struct SessionMedia: WirePayload {
    public var sessionID: SessionID
    public var media: MediaView

    public init(sessionID: SessionID, media: MediaView) {
        self.sessionID = sessionID
        self.media = media
    }
}

public struct ChatMessagePush: WirePayload {
    public var sessionID: SessionID
    public var message: ChatMessageView

    public init(sessionID: SessionID, message: ChatMessageView) {
        self.sessionID = sessionID
        self.message = message
    }
}

/// One entry of the materials list changed: a file came or went, or a verdict fell.
public struct MaterialUpdated: WirePayload {
    public var caseID: CaseID
    public var entry: MaterialEntryView

    public init(caseID: CaseID, entry: MaterialEntryView) {
        self.caseID = caseID
        self.entry = entry
    }
}

public struct PrecheckConcluded: WirePayload {
    public var sessionID: SessionID
    public var outcome: OutcomeView

    public init(sessionID: SessionID, outcome: OutcomeView) {
        self.sessionID = sessionID
        self.outcome = outcome
    }
}

public struct QueueUpdated: WirePayload {
    public var queue: QueueView
    public init(queue: QueueView) { self.queue = queue }
}

/// Sent before the server closes the connection for a reason the person should know.
public struct Bye: WirePayload {
    public var code: ErrorCode
    public var message: String
    /// With `rate_limited`: not to be back before.
    public var retryAfterMs: Milliseconds?

    public init(code: ErrorCode, message: String, retryAfterMs: Milliseconds? = nil) {
        self.code = code
        self.message = message
        self.retryAfterMs = retryAfterMs
    }
}

/// A case's form, corrections, picture or notice changed.
public struct CaseUpdated: WirePayload {
    public var matter: CaseView

    public init(matter: CaseView) { self.matter = matter }
}

// What an endpoint is shown of the broker's state. Views carry whole values, never differences, so a repeated one does no harm.

public struct HallView: Codable, Hashable, Sendable {
    public var id: HallID
    public var name: String

    public init(id: HallID, name: String) {
        self.id = id
        self.name = name
    }
}

public struct ItemReference: Codable, Hashable, Sendable {
    public var code: ItemCode
    public var version: Int
    public var name: String

    public init(code: ItemCode, version: Int, name: String) {
        self.code = code
        self.version = version
        self.name = name
    }
}

/// A citizen's ticket as that citizen sees it.
public struct TicketView: Codable, Hashable, Sendable {
    public var id: TicketID
    /// Said aloud and shown large, for example `A007`; at another hall than where it was taken, with the giving hall's number before it: `1A007`.
    public var number: String
    public var state: TicketState
    public var hall: HallView
    public var item: ItemReference
    public var kind: SessionKind
    public var lane: Lane
    public var takenAt: Instant
    public var place: PlaceView?
    /// Set while the citizen keeps the place and is away, or has come back from that.
    public var callBack: CallBackState?
    /// When a parked ticket ends as a no-show.
    public var parkedUntil: Instant?
    public var caseID: CaseID
    public var caseNumber: String
    /// Opens the case together with its number; shown only to the citizen whose case it is.
    public var lookUpCode: String

    public init(
        id: TicketID, number: String, state: TicketState, hall: HallView, item: ItemReference, kind: SessionKind, lane: Lane,
        takenAt: Instant, place: PlaceView?, callBack: CallBackState?, parkedUntil: Instant?, caseID: CaseID, caseNumber: String, lookUpCode: String
    ) {
        self.id = id
        self.number = number
        self.state = state
        self.hall = hall
        self.item = item
        self.kind = kind
        self.lane = lane
        self.takenAt = takenAt
        self.place = place
        self.callBack = callBack
        self.parkedUntil = parkedUntil
        self.caseID = caseID
        self.caseNumber = caseNumber
        self.lookUpCode = lookUpCode
    }
}

/// Where a waiting ticket stands.
public struct PlaceView: Codable, Hashable, Sendable {
    /// Tickets that would be called before this one.
    public var ahead: Int
    /// Seats of the hall that are signed on, whatever they are doing now.
    public var seatsOpen: Int
    /// Half of the waits like this one end sooner. Absent while no seat is open.
    public var waitP50Ms: Milliseconds?
    /// Four of five waits like this one end sooner. Absent while no seat is open.
    public var waitP80Ms: Milliseconds?
    /// When somebody comes. Absent while a seat that could take the ticket is signed on or on schedule, and where no schedule is known.
    public var opening: OpeningView?

    public init(ahead: Int, seatsOpen: Int, waitP50Ms: Milliseconds? = nil, waitP80Ms: Milliseconds? = nil, opening: OpeningView? = nil) {
        self.ahead = ahead
        self.seatsOpen = seatsOpen
        self.waitP50Ms = waitP50Ms
        self.waitP80Ms = waitP80Ms
        self.opening = opening
    }
}

/// Whether seats are on schedule now, and until or from when.
public struct OpeningView: Codable, Hashable, Sendable {
    public var state: OpeningState
    /// Set when closed.
    public var opensAt: Instant?
    /// Set when open.
    public var closesAt: Instant?
    /// The year whose public holidays are not published yet, when that is why nothing is known.
    public var missingYear: Int?

    public init(state: OpeningState, opensAt: Instant? = nil, closesAt: Instant? = nil, missingYear: Int? = nil) {
        self.state = state
        self.opensAt = opensAt
        self.closesAt = closesAt
        self.missingYear = missingYear
    }
}

/// A seat as its own agent sees it.
public struct SeatView: Codable, Hashable, Sendable {
    public var id: SeatID
    /// Number on the window, for example `03`.
    public var number: String
    public var hall: HallView
    public var state: SeatState
    public var notReadyReason: NotReadyReason?
    /// When `state` began.
    public var since: Instant
    /// The shift of whoever is signed on there, when one is planned.
    public var shift: SeatShift?
    /// While the seat asks a supervisor for help.
    public var help: HelpView?

    public init(
        id: SeatID, number: String, hall: HallView, state: SeatState, notReadyReason: NotReadyReason?, since: Instant, shift: SeatShift? = nil,
        help: HelpView? = nil
    ) {
        self.id = id
        self.number = number
        self.hall = hall
        self.state = state
        self.notReadyReason = notReadyReason
        self.since = since
        self.shift = shift
        self.help = help
    }
}

/// A seat's call for a supervisor.
public struct HelpView: Codable, Hashable, Sendable {
    public var askedAt: Instant
    /// Name of the supervisor who comes. Absent until one has taken it.
    public var takenBy: String?

    public init(askedAt: Instant, takenBy: String?) {
        self.askedAt = askedAt
        self.takenBy = takenBy
    }
}

/// A shift at a seat (班次): the one under way, or else the next.
public struct SeatShift: Codable, Hashable, Sendable {
    public var startsAt: Instant
    public var endsAt: Instant
    /// When the shift after it begins.
    public var nextStartsAt: Instant?

    public init(startsAt: Instant, endsAt: Instant, nextStartsAt: Instant?) {
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.nextStartsAt = nextStartsAt
    }
}

/// A seat that an agent may sign on at.
public struct SeatChoice: Codable, Hashable, Sendable {
    public var id: SeatID
    public var number: String
    public var hall: HallView
    /// Name of the agent who is signed on there now.
    public var takenBy: String?

    public init(id: SeatID, number: String, hall: HallView, takenBy: String?) {
        self.id = id
        self.number = number
        self.hall = hall
        self.takenBy = takenBy
    }
}

/// A ticket held for this seat, while it rings.
public struct ReservationView: Codable, Hashable, Sendable {
    public var id: ReservationID
    public var ticketNumber: String
    public var citizenName: String
    public var item: ItemReference
    public var kind: SessionKind
    public var filesHandedIn: Int
    public var waitingSince: Instant
    /// Nobody answering by then is a RONA.
    public var ringDeadline: Instant
    public var why: RoutingReason
    /// What the agent before said, when the ticket was handed on.
    public var transfer: TransferView?
    /// Set when a colleague asks this seat in: who, and with which words. The citizen stays that colleague's.
    public var consult: TransferView?

    public init(
        id: ReservationID, ticketNumber: String, citizenName: String, item: ItemReference, kind: SessionKind, filesHandedIn: Int,
        waitingSince: Instant, ringDeadline: Instant, why: RoutingReason, transfer: TransferView?, consult: TransferView? = nil
    ) {
        self.id = id
        self.ticketNumber = ticketNumber
        self.citizenName = citizenName
        self.item = item
        self.kind = kind
        self.filesHandedIn = filesHandedIn
        self.waitingSince = waitingSince
        self.ringDeadline = ringDeadline
        self.why = why
        self.transfer = transfer
        self.consult = consult
    }
}

/// Where a session was handed on from, and with which words.
public struct TransferView: Codable, Hashable, Sendable {
    public var fromHall: String
    public var fromSeatNumber: String
    public var fromAgentName: String
    public var note: String

    public init(fromHall: String, fromSeatNumber: String, fromAgentName: String, note: String) {
        self.fromHall = fromHall
        self.fromSeatNumber = fromSeatNumber
        self.fromAgentName = fromAgentName
        self.note = note
    }
}

/// Why this ticket went to this seat.
public struct RoutingReason: Codable, Hashable, Sendable {
    public var lane: Lane
    public var waitedMs: Milliseconds
    /// Ready seats that could have taken the ticket at that moment.
    public var candidateSeats: Int
    /// How often the ticket had been rung before.
    public var earlierRings: Int
    public var rule: RoutingRule

    public init(lane: Lane, waitedMs: Milliseconds, candidateSeats: Int, earlierRings: Int, rule: RoutingRule) {
        self.lane = lane
        self.waitedMs = waitedMs
        self.candidateSeats = candidateSeats
        self.earlierRings = earlierRings
        self.rule = rule
    }
}

/// The rule that picked the seat.
public enum RoutingRule: String, WireWord {
    /// No other ready seat could take it.
    case onlySeat = "only-seat"
    case longestIdle = "longest-idle"
    /// The agent who knows the matter from before.
    case earlierAgent = "earlier-agent"
    /// Handed on to this very seat.
    case directed
    /// The ticket's own hall had no seat for it in time.
    case overflow
}

/// One person of a session.
public struct ParticipantView: Codable, Hashable, Sendable {
    public var name: String
    public var present: Bool

    public init(name: String, present: Bool) {
        self.name = name
        self.present = present
    }
}

/// A consult as one of its people sees it. The citizen is shown it only while the colleague is there.
public struct ConsultView: Codable, Hashable, Sendable {
    public var state: ConsultState
    /// Whom this view is for.
    public var you: Participant
    /// Where the colleague sits, or is looked for.
    public var hall: HallView
    /// Absent while whichever seat is looked for.
    public var seatNumber: String?
    /// Absent until it rings at somebody's seat.
    public var consultant: ParticipantView?
    /// Whether the citizen sees and hears the other two.
    public var citizenIn: Bool
    /// What the agent said when asking; not shown to the citizen.
    public var note: String?
    /// When the search, the ring or the wait for the colleague's page ends.
    public var deadline: Instant?
    /// Set when `state` is ended.
    public var end: ConsultEnd?
    /// The peer connections with the consultant; for the consultant, all of them.
    public var media: [MediaView]

    public init(
        state: ConsultState, you: Participant, hall: HallView, seatNumber: String?, consultant: ParticipantView?, citizenIn: Bool, note: String?,
        deadline: Instant?, end: ConsultEnd?, media: [MediaView]
    ) {
        self.state = state
        self.you = you
        self.hall = hall
        self.seatNumber = seatNumber
        self.consultant = consultant
        self.citizenIn = citizenIn
        self.note = note
        self.deadline = deadline
        self.end = end
        self.media = media
    }
}

/// A whole session, as either side needs it to draw its page from nothing.
public struct SessionView: Codable, Hashable, Sendable {
    public var id: SessionID
    public var kind: SessionKind
    public var state: SessionState
    public var ticketNumber: String
    public var item: ItemReference
    public var caseID: CaseID
    public var caseNumber: String
    /// Of the seat.
    public var hall: HallView
    /// The handling place (办理地) of the case. Where it is another than `hall`, the seat may say 预审通过 and never 受理.
    public var handlingHall: HallView
    public var seatNumber: String
    public var citizen: ParticipantView
    public var agent: ParticipantView
    public var startedAt: Instant
    /// How often the citizen has been called.
    public var calls: Int
    public var transfer: TransferView?
    /// When `state` is left by itself: ringing, held, reconnecting, transferring and wrap-up have one, and consulting while the citizen is apart.
    public var stateDeadline: Instant?
    public var media: MediaView?
    public var chat: [ChatMessageView]
    /// One entry a material of the item's list; empty in a consultation.
    public var materials: [MaterialEntryView]
    /// Reasons that the agent can give by code, those given most often first.
    public var reasons: [CodedReason]
    /// The newest outcome, also of an earlier visit.
    public var outcome: OutcomeView?
    public var matter: CaseView
    /// Whether `outcome` was made in this visit: nothing more can be judged in it.
    public var concluded: Bool
    public var consult: ConsultView?
    /// Set once the session has one: a page that comes back then shows the right ending.
    public var disposition: Disposition?

    public init(
        id: SessionID, kind: SessionKind, state: SessionState, ticketNumber: String, item: ItemReference, caseID: CaseID, caseNumber: String,
        hall: HallView, handlingHall: HallView, seatNumber: String, citizen: ParticipantView, agent: ParticipantView, startedAt: Instant,
        calls: Int, transfer: TransferView?, stateDeadline: Instant?, media: MediaView?, chat: [ChatMessageView], materials: [MaterialEntryView],
        reasons: [CodedReason], outcome: OutcomeView?, matter: CaseView, concluded: Bool, consult: ConsultView? = nil, disposition: Disposition? = nil
    ) {
        self.matter = matter
        self.concluded = concluded
        self.id = id
        self.kind = kind
        self.state = state
        self.ticketNumber = ticketNumber
        self.item = item
        self.caseID = caseID
        self.caseNumber = caseNumber
        self.hall = hall
        self.handlingHall = handlingHall
        self.seatNumber = seatNumber
        self.citizen = citizen
        self.agent = agent
        self.startedAt = startedAt
        self.calls = calls
        self.transfer = transfer
        self.stateDeadline = stateDeadline
        self.media = media
        self.chat = chat
        self.materials = materials
        self.reasons = reasons
        self.outcome = outcome
        self.consult = consult
        self.disposition = disposition
    }
}

/// One attempt at media. A new epoch means: drop the old peer connection and begin anew.
public struct MediaView: Codable, Hashable, Sendable {
    public var epoch: Int
    /// Perfect negotiation (W3C WebRTC, 10.7): the polite side yields in a collision, and never makes the first offer of an epoch.
    public var polite: Bool
    /// The other end. Absent: the citizen's agent, or the agent's citizen.
    public var with: Participant?

    public init(epoch: Int, polite: Bool, with: Participant? = nil) {
        self.epoch = epoch
        self.polite = polite
        self.with = with
    }
}

public struct ChatMessageView: Codable, Hashable, Sendable {
    public var id: ChatMessageID
    public var from: Role
    public var text: String
    public var at: Instant

    public init(id: ChatMessageID, from: Role, text: String, at: Instant) {
        self.id = id
        self.from = from
        self.text = text
        self.at = at
    }
}

/// One material of the list with what was handed in for it and what the agent says.
public struct MaterialEntryView: Codable, Hashable, Sendable {
    public var material: MaterialRequirement
    /// In the order that the citizen gave them.
    public var files: [FileView]
    public var verdict: VerdictView?
    /// The citizen's answer to a conditional material's question; absent: not answered, or mandatory.
    public var applies: Bool?
    /// The outcome's version that accepted it. It stays accepted, and takes no files, unless an agent reopens it.
    public var acceptedIn: Int?
    /// Why an agent opened it again.
    public var reopened: String?

    public init(
        material: MaterialRequirement, files: [FileView], verdict: VerdictView?, applies: Bool? = nil, acceptedIn: Int? = nil,
        reopened: String? = nil
    ) {
        self.material = material
        self.files = files
        self.verdict = verdict
        self.applies = applies
        self.acceptedIn = acceptedIn
        self.reopened = reopened
    }
}

public struct FileView: Codable, Hashable, Sendable {
    public var id: FileID
    public var materialID: MaterialID
    public var name: String
    public var mediaType: FileMediaType
    public var byteCount: Int
    /// SHA-256 of the bytes as handed in, lower-case hexadecimal.
    public var sha256: String
    public var handedInAt: Instant
    /// Degrees clockwise that it is shown turned by.
    public var rotation: Int
    /// Absent while nobody has counted.
    public var pages: Int?
    public var check: FileCheck
    public var findings: [FindingView]
    /// Set when it is a picture of the original taken in a talk.
    public var stillID: StillID?

    public init(
        id: FileID, materialID: MaterialID, name: String, mediaType: FileMediaType, byteCount: Int, sha256: String, handedInAt: Instant,
        rotation: Int = 0, pages: Int? = nil, check: FileCheck = .skipped, findings: [FindingView] = [], stillID: StillID? = nil
    ) {
        self.id = id
        self.materialID = materialID
        self.name = name
        self.mediaType = mediaType
        self.byteCount = byteCount
        self.sha256 = sha256
        self.handedInAt = handedInAt
        self.rotation = rotation
        self.pages = pages
        self.check = check
        self.findings = findings
        self.stillID = stillID
    }
}

public struct VerdictView: Codable, Hashable, Sendable {
    public var materialID: MaterialID
    public var verdict: Verdict
    public var reasons: [CodedReason]
    public var note: String
    public var givenAt: Instant
    /// With `waived`: the day by which it is promised.
    public var dueBy: CivilDate?

    public init(
        materialID: MaterialID, verdict: Verdict, reasons: [CodedReason], note: String, givenAt: Instant, dueBy: CivilDate? = nil
    ) {
        self.materialID = materialID
        self.verdict = verdict
        self.reasons = reasons
        self.note = note
        self.givenAt = givenAt
        self.dueBy = dueBy
    }
}

/// One immutable version of a pre-check outcome (预审结果). It stands on its own: nothing in it changes when the catalogue does.
public struct OutcomeView: Codable, Hashable, Sendable {
    public var caseID: CaseID
    public var caseNumber: String
    public var version: Int
    public var result: OutcomeResult
    public var item: ItemReference
    /// Of the seat that concluded.
    public var hall: HallView
    /// The handling place (办理地). Where it is another than `hall`, nothing here means that the matter is accepted for handling (受理).
    public var handlingHall: HallView
    public var seatNumber: String
    public var agentName: String
    public var entries: [OutcomeEntryView]
    /// Where to go instead, when `result` is referred.
    public var referredTo: String
    public var note: String
    /// Until when what is missing or wrong should be handed in.
    public var respondBy: CivilDate?
    public var concludedAt: Instant

    public init(
        caseID: CaseID, caseNumber: String, version: Int, result: OutcomeResult, item: ItemReference, hall: HallView, handlingHall: HallView,
        seatNumber: String, agentName: String, entries: [OutcomeEntryView], referredTo: String, note: String, respondBy: CivilDate? = nil,
        concludedAt: Instant
    ) {
        self.caseID = caseID
        self.caseNumber = caseNumber
        self.version = version
        self.result = result
        self.item = item
        self.hall = hall
        self.handlingHall = handlingHall
        self.seatNumber = seatNumber
        self.agentName = agentName
        self.entries = entries
        self.referredTo = referredTo
        self.note = note
        self.respondBy = respondBy
        self.concludedAt = concludedAt
    }
}

public struct OutcomeEntryView: Codable, Hashable, Sendable {
    public var materialID: MaterialID
    public var materialName: String
    public var verdict: Verdict
    public var reasons: [CodedReason]
    public var note: String
    /// SHA-256 of each file the verdict was given on.
    public var fileHashes: [String]
    /// With `waived`: the day by which it is promised.
    public var dueBy: CivilDate?
    /// The earlier version that accepted it, when this one only kept that.
    public var acceptedIn: Int?
    /// Why it was opened again after it had been accepted.
    public var reopened: String?

    public init(
        materialID: MaterialID, materialName: String, verdict: Verdict, reasons: [CodedReason], note: String, fileHashes: [String],
        dueBy: CivilDate? = nil, acceptedIn: Int? = nil, reopened: String? = nil
    ) {
        self.dueBy = dueBy
        self.acceptedIn = acceptedIn
        self.reopened = reopened
        self.materialID = materialID
        self.materialName = materialName
        self.verdict = verdict
        self.reasons = reasons
        self.note = note
        self.fileHashes = fileHashes
    }
}

// What a client may send. Every payload checks its own bounds; the broker checks what needs its state.

/// The body of one message.
public protocol WirePayload: Codable, Hashable, Sendable {
    /// Checks bounds that the types cannot express.
    /// - Throws: `WireError` with code `invalid_field` and the field's name.
    func validate() throws(WireError)
}

extension WirePayload {
    public func validate() throws(WireError) {}
}

public struct EmptyPayload: WirePayload {
    public init() {}
}

/// First message on every connection. The line's ticket says who; the token says which client session goes on.
public struct Hello: WirePayload {
    public var role: Role
    public var locale: Locale
    /// From the last `welcome`, when this page goes on where it stopped. Absent after a reload: then a snapshot is sent.
    public var resumeToken: String?
    /// Highest `seq` handled. Pushes after it are sent again.
    public var lastSeq: Int?
    /// The peer connection that this page still holds. If it is the session's newest, media goes on undisturbed, even over a server's restart.
    public var media: MediaReference?
    /// The same for the peer connections of a consult.
    public var consultMedia: [MediaReference]?

    public init(
        role: Role, locale: Locale, resumeToken: String? = nil, lastSeq: Int? = nil, media: MediaReference? = nil, consultMedia: [MediaReference]? = nil
    ) {
        self.role = role
        self.locale = locale
        self.resumeToken = resumeToken
        self.lastSeq = lastSeq
        self.media = media
        self.consultMedia = consultMedia
    }

    public func validate() throws(WireError) {
        try WireError.require((resumeToken?.count ?? 0) <= Limits.resumeTokenCharacters, field: "resume_token")
        try WireError.require((lastSeq ?? 0) >= 0, field: "last_seq")
        try WireError.require((consultMedia?.count ?? 0) <= Participant.allCases.count, field: "consult_media")
    }
}

public struct Acknowledge: WirePayload {
    public var seq: Int

    public init(seq: Int) { self.seq = seq }

    public func validate() throws(WireError) {
        try WireError.require(seq >= 0, field: "seq")
    }
}

public struct TicketTake: WirePayload {
    public var hallID: HallID
    public var itemCode: ItemCode
    public var kind: SessionKind
    /// Which language the citizen wants to speak; absent: whichever.
    public var language: SpokenLanguage?
    /// What the citizen says entitles them to the priority lane.
    public var priority: PriorityGround?
    /// An earlier case of the citizen's for the same item, hall and kind, which this visit goes on with.
    public var caseID: CaseID?

    public init(
        hallID: HallID, itemCode: ItemCode, kind: SessionKind, language: SpokenLanguage? = nil, priority: PriorityGround? = nil, caseID: CaseID? = nil
    ) {
        self.hallID = hallID
        self.itemCode = itemCode
        self.kind = kind
        self.language = language
        self.priority = priority
        self.caseID = caseID
    }
}

public struct TicketReference: WirePayload {
    public var ticketID: TicketID

    public init(ticketID: TicketID) { self.ticketID = ticketID }
}

public struct SeatSignOn: WirePayload {
    public var seatID: SeatID

    public init(seatID: SeatID) { self.seatID = seatID }
}

public struct SeatNotReady: WirePayload {
    public var reason: NotReadyReason

    public init(reason: NotReadyReason) { self.reason = reason }
}

/// Asks a supervisor for help.
public struct SeatHelp: WirePayload {
    /// What it is about, in few words.
    public var note: String?

    public init(note: String? = nil) { self.note = note }

    public func validate() throws(WireError) {
        try WireError.require((note ?? "").count <= Limits.noteCharacters, field: "note")
    }
}

public struct ReservationReference: WirePayload {
    public var reservationID: ReservationID

    public init(reservationID: ReservationID) { self.reservationID = reservationID }
}

public struct ReservationReject: WirePayload {
    public var reservationID: ReservationID
    public var reason: RejectReason

    public init(reservationID: ReservationID, reason: RejectReason) {
        self.reservationID = reservationID
        self.reason = reason
    }
}

public struct SessionReference: WirePayload {
    public var sessionID: SessionID

    public init(sessionID: SessionID) { self.sessionID = sessionID }
}

public struct SessionWrapUp: WirePayload {
    public var sessionID: SessionID
    public var disposition: Disposition
    public var note: String
    /// Whether the seat takes the next ticket at once.
    public var ready: Bool

    public init(sessionID: SessionID, disposition: Disposition, note: String, ready: Bool) {
        self.sessionID = sessionID
        self.disposition = disposition
        self.note = note
        self.ready = ready
    }

    public func validate() throws(WireError) {
        try WireError.require(note.count <= Limits.noteCharacters, field: "note")
    }
}

/// Hands the citizen on with everything handed in so far: to one seat, to whoever has the language, or to another hall.
public struct SessionTransfer: WirePayload {
    public var sessionID: SessionID
    public var hallID: HallID
    /// Absent: whichever seat of the hall can take it.
    public var seatID: SeatID?
    public var language: SpokenLanguage?
    /// For the next agent; the citizen does not see it.
    public var note: String

    public init(sessionID: SessionID, hallID: HallID, seatID: SeatID?, language: SpokenLanguage?, note: String) {
        self.sessionID = sessionID
        self.hallID = hallID
        self.seatID = seatID
        self.language = language
        self.note = note
    }

    public func validate() throws(WireError) {
        try WireError.require(note.count <= Limits.noteCharacters, field: "note")
    }
}

/// Asks a colleague in: at one seat, whoever of a hall can take it, or of another hall.
public struct ConsultStart: WirePayload {
    public var sessionID: SessionID
    public var hallID: HallID
    /// Absent: whichever seat of the hall can take it.
    public var seatID: SeatID?
    public var language: SpokenLanguage?
    /// For the colleague; the citizen does not see it.
    public var note: String

    public init(sessionID: SessionID, hallID: HallID, seatID: SeatID?, language: SpokenLanguage?, note: String) {
        self.sessionID = sessionID
        self.hallID = hallID
        self.seatID = seatID
        self.language = language
        self.note = note
    }

    public func validate() throws(WireError) {
        try WireError.require(note.count <= Limits.noteCharacters, field: "note")
    }
}

/// Takes the citizen into the consult, or apart again.
public struct ConsultInclude: WirePayload {
    public var sessionID: SessionID
    public var citizenIn: Bool

    public init(sessionID: SessionID, citizenIn: Bool) {
        self.sessionID = sessionID
        self.citizenIn = citizenIn
    }
}

public struct ChatSend: WirePayload {
    public var sessionID: SessionID
    /// Chosen by the sender, so that a message sent again after a lost answer appears once.
    public var messageID: ChatMessageID
    public var text: String

    public init(sessionID: SessionID, messageID: ChatMessageID, text: String) {
        self.sessionID = sessionID
        self.messageID = messageID
        self.text = text
    }

    public func validate() throws(WireError) {
        let fits = text.utf8.count <= Limits.chatTextBytes && (1...Limits.chatTextCharacters).contains(text.count)
        try WireError.require(fits && !text.allSatisfy(\.isWhitespace), field: "text")
    }
}

public struct MaterialRemoveFile: WirePayload {
    public var caseID: CaseID
    public var fileID: FileID

    public init(caseID: CaseID, fileID: FileID) {
        self.caseID = caseID
        self.fileID = fileID
    }
}

public struct PrecheckVerdict: WirePayload {
    public var sessionID: SessionID
    public var materialID: MaterialID
    public var verdict: Verdict
    public var reasons: [ReasonCode]
    public var note: String
    /// With `waived`, and only then: the day by which the citizen promises to hand it in (容缺承诺).
    public var dueBy: CivilDate?

    public init(sessionID: SessionID, materialID: MaterialID, verdict: Verdict, reasons: [ReasonCode], note: String, dueBy: CivilDate? = nil) {
        self.sessionID = sessionID
        self.materialID = materialID
        self.verdict = verdict
        self.reasons = reasons
        self.note = note
        self.dueBy = dueBy
    }

    public func validate() throws(WireError) {
        try WireError.require(reasons.count <= Limits.reasonsPerVerdict, field: "reasons")
        try WireError.require(note.count <= Limits.noteCharacters, field: "note")
        try WireError.require(!verdict.needsReason || !reasons.isEmpty || !note.allSatisfy(\.isWhitespace), field: "reasons")
        try WireError.require((verdict == .waived) == (dueBy != nil), field: "due_by")
    }
}

/// Makes the outcome's next version. The result follows from the verdicts, unless the matter is referred elsewhere.
public struct PrecheckConclude: WirePayload {
    public var sessionID: SessionID
    /// Where the citizen should go instead; empty when not referred.
    public var referredTo: String
    public var note: String
    /// Until when what is missing or wrong should be handed in; absent: no day was set.
    public var respondBy: CivilDate?

    public init(sessionID: SessionID, referredTo: String, note: String, respondBy: CivilDate? = nil) {
        self.sessionID = sessionID
        self.referredTo = referredTo
        self.note = note
        self.respondBy = respondBy
    }

    public func validate() throws(WireError) {
        try WireError.require(referredTo.count <= Limits.noteCharacters, field: "referred_to")
        try WireError.require(note.count <= Limits.noteCharacters, field: "note")
    }
}

/// One epoch of one session's media.
public struct MediaReference: WirePayload {
    public var sessionID: SessionID
    public var epoch: Int
    /// The other end. Absent: the citizen's agent, or the agent's citizen.
    public var with: Participant?

    public init(sessionID: SessionID, epoch: Int, with: Participant? = nil) {
        self.sessionID = sessionID
        self.epoch = epoch
        self.with = with
    }
}

/// Any JSON. The server relays it as bytes and never looks inside.
public struct OpaqueJSON: Codable, Hashable, Sendable {
    public init() {}
    public init(from decoder: any Decoder) throws {}
    public func encode(to encoder: any Encoder) throws {
        _ = encoder.container(keyedBy: NoKey.self)
    }
    private enum NoKey: CodingKey {}
}

/// A session description (RFC 8829) for the other side. Relayed as it came; only `session_id`, `from` and `to` are read.
public struct RTCDescription: WirePayload {
    public var sessionID: SessionID
    public var epoch: Int
    /// Who sends it; the server refuses another's name. Needed when either end is the consultant.
    public var from: Participant?
    /// Whom it is for. Absent: the citizen's agent, or the agent's citizen.
    public var to: Participant?
    public var description: OpaqueJSON

    public init(sessionID: SessionID, epoch: Int, from: Participant? = nil, to: Participant? = nil, description: OpaqueJSON) {
        self.sessionID = sessionID
        self.epoch = epoch
        self.from = from
        self.to = to
        self.description = description
    }
}

/// An ICE candidate (RFC 8838, trickle) for the other side. Relayed as it came; only `session_id`, `from` and `to` are read.
public struct RTCCandidate: WirePayload {
    public var sessionID: SessionID
    public var epoch: Int
    /// Who sends it; the server refuses another's name. Needed when either end is the consultant.
    public var from: Participant?
    /// Whom it is for. Absent: the citizen's agent, or the agent's citizen.
    public var to: Participant?
    public var candidate: OpaqueJSON

    public init(sessionID: SessionID, epoch: Int, from: Participant? = nil, to: Participant? = nil, candidate: OpaqueJSON) {
        self.sessionID = sessionID
        self.epoch = epoch
        self.from = from
        self.to = to
        self.candidate = candidate
    }
}

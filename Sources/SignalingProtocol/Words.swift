/// A closed list of words on the wire. `allCases` goes into `asyncapi.json` and into the client's tables.
public protocol WireWord: RawRepresentable<String>, CaseIterable, Codable, Hashable, Sendable {}

/// Who sits at the other end of a connection.
public enum Role: String, WireWord {
    case citizen
    case agent
}

/// Who somebody is in one session. An agent who was brought in is its consultant.
public enum Participant: String, WireWord {
    case citizen
    case agent
    case consultant
}

/// Language of the sentences meant for the person at this endpoint (BCP 47).
public enum Locale: String, WireWord {
    case simplifiedChinese = "zh-CN"
    case traditionalChinese = "zh-Hant"
    case english = "en"
}

/// What citizen and agent do together: 咨询导办 or 材料预审.
public enum SessionKind: String, WireWord {
    case consultation
    case preReview = "pre-review"
}

/// How well it is known who a citizen is.
public enum Assurance: String, CaseIterable, Codable, Hashable, Sendable {
    /// Somebody who gave a name and a telephone number.
    case guest
    /// A provider of identities vouched for them.
    case verified
}

/// A ticket's state (排队号). The last five are terminal.
public enum TicketState: String, WireWord {
    case waiting
    case reserved
    case serving
    /// Called three times in vain; the citizen can still revive it at its old place.
    case parked
    case done
    case abandoned
    case noShow = "no-show"
    case expired
    case declined

    public var isTerminal: Bool {
        switch self {
        case .waiting, .reserved, .serving, .parked: false
        case .done, .abandoned, .noShow, .expired, .declined: true
        }
    }
}

/// A reservation's state (派单). All but `pending` are terminal.
public enum ReservationState: String, WireWord {
    case pending
    case accepted
    case rejected
    /// Nobody answered within the ring timeout: RONA.
    case timedOut = "timed-out"
    /// The seat went away while it rang.
    case cancelled
    /// The ticket went away while it rang.
    case rescinded
}

public enum SeatState: String, WireWord {
    case signedOff = "signed-off"
    case notReady = "not-ready"
    case ready
    /// Held for one ticket; the seat's page has not confirmed the ring yet.
    case reserved
    case ringing
    case inSession = "in-session"
    case wrapUp = "wrap-up"
}

/// Why a signed-on seat takes no tickets (小休原因).
public enum NotReadyReason: String, WireWord {
    case signedOn = "signed-on"
    case rest
    case meal
    case training
    case systemTrouble = "system-trouble"
    /// Set by the broker after an unanswered ring.
    case rona
    /// Set by the broker after the agent turned a ticket down.
    case rejected
    /// Set by the broker after the seat's client has been away.
    case connectionLost = "connection-lost"
    /// Set by a supervisor.
    case supervisor
    case other
}

/// Why an agent turns a reservation down.
public enum RejectReason: String, WireWord {
    case wrongSkill = "wrong-skill"
    case conflictOfInterest = "conflict-of-interest"
    case systemTrouble = "system-trouble"
    case other
}

public enum SessionState: String, WireWord {
    /// The citizen is being called and has not entered yet.
    case ringing
    case connected
    /// The agent has stepped aside for a moment; neither sees or hears the other.
    case held
    /// One side's page is away; its place is kept until the deadline.
    case reconnecting
    /// The agent has brought a colleague in; the citizen is apart, or one of three.
    case consulting
    /// The agent has handed over to the colleague, whose page is away: it waits for that page.
    case transferring
    case wrapUp = "wrap-up"
    case closed
}

/// How far a consult has come: an agent asks a colleague in, talks with or without the citizen, and goes on alone or hands over (请教).
public enum ConsultState: String, WireWord {
    /// No seat that could take it is ready yet.
    case waiting
    case ringing
    case talking
    case ended
}

/// How a consult ended.
public enum ConsultEnd: String, WireWord {
    /// The agent took the request back before anybody answered.
    case cancelled
    /// The colleague who was asked turned it down.
    case declined
    /// Nobody came in time.
    case unanswered
    /// The agent goes on alone.
    case returned
    /// The colleague left.
    case left
    /// The colleague's page went away and did not come back in time.
    case lost
    /// The colleague goes on with the citizen.
    case handedOver = "handed-over"
    /// The talk ended.
    case over
}

/// How a session ended (办理结论).
public enum Disposition: String, WireWord {
    case advised
    case precheckPassed = "precheck-passed"
    case correctionNeeded = "correction-needed"
    case deferredMaterial = "deferred-material"
    case referred
    /// Handed on to another seat or hall; the ticket went back to the front of a queue.
    case transferred
    /// The line broke and did not come back in time.
    case dropped
    /// The citizen was called and did not enter.
    case noShow = "no-show"
    /// The agent let wrap-up run out without saying.
    case unrecorded
}

/// Which queue rule a ticket waits under. A lane's advantage over a later one is a bounded time, so nobody waits for ever.
public enum Lane: String, WireWord {
    /// Elders and people with disabilities.
    case priority
    /// A booked appointment that is due.
    case appointment
    /// A pre-review whose mandatory materials are all handed in.
    case ready
    /// A pre-review whose materials the agent will help with.
    case guided
    case ordinary
}

/// Why a citizen waits in the priority lane.
public enum PriorityGround: String, WireWord {
    case elder
    case disability
}

/// A language that citizen and agent speak with each other.
public enum SpokenLanguage: String, WireWord {
    /// 普通话
    case mandarin
    /// 潮汕话
    case teochew
    case english
    /// 手语
    case sign
}

/// How far a call-back has come: the citizen keeps the place and leaves, and is rung for only after saying that they are back.
public enum CallBackState: String, WireWord {
    case away
    /// Near the front: the citizen has been told.
    case asked
    case confirmed
}

/// Whether seats are on schedule.
public enum OpeningState: String, WireWord {
    case open
    case closed
    /// Nothing is known: the calendar of the days to come was not loaded.
    case unknown
}

/// 原件, 复印件, 电子件.
public enum MaterialForm: String, WireWord {
    case original
    case copy
    case originalAndCopy = "original_and_copy"
    case electronic
}

/// Where an item can be handled beside its own hall, and whether by video.
public enum ItemTag: String, WireWord {
    /// 跨省通办
    case crossProvince = "cross-province"
    /// 省内通办
    case inProvince = "in-province"
    /// 全市通办
    case inCity = "in-city"
    /// 视频办
    case video
}

/// How far a visit by video can go for an item.
public enum ItemMode: String, WireWord {
    /// 咨询导办: advice only.
    case consultation
    /// 材料预审: the papers are looked through before they are filed.
    case preReview = "pre-review"
    /// 全流程办理: from the papers to the result, where the hall's own system takes it over.
    case full

    /// What a citizen can ask for.
    public var kinds: [SessionKind] {
        switch self {
        case .consultation: [.consultation]
        case .preReview, .full: [.consultation, .preReview]
        }
    }
}

public enum Necessity: String, WireWord {
    case mandatory
    case conditional
}

/// An agent's opinion on one material (意见).
public enum Verdict: String, WireWord {
    case accepted
    case correctionNeeded = "correction-needed"
    case missing
    /// 容缺: goes ahead without it, on a promise.
    case waived
    case notApplicable = "not-applicable"

    /// Whether the agent must say why with at least one coded reason or a note.
    public var needsReason: Bool {
        switch self {
        case .correctionNeeded, .missing, .waived: true
        case .accepted, .notApplicable: false
        }
    }
}

/// The verdicts together (预审结果).
public enum OutcomeResult: String, WireWord {
    /// 材料齐全
    case readyToFile = "ready-to-file"
    /// 需补正
    case correctionNeeded = "correction-needed"
    /// 容缺受理
    case deferredMaterial = "deferred-material"
    /// 转其他地点或渠道
    case referred
}

/// Content types that may be handed in, judged by the first bytes and never by the name.
public enum FileMediaType: String, WireWord {
    case jpeg = "image/jpeg"
    case png = "image/png"
    case pdf = "application/pdf"
}

/// What happened in a session, for its timeline.
public enum SessionEventKind: String, WireWord {
    case called
    case calledAgain = "called-again"
    case held
    case resumed
    case transferred
    case consultAsked = "consult-asked"
    case consultJoined = "consult-joined"
    case consultCitizenIn = "consult-citizen-in"
    case consultCitizenApart = "consult-citizen-apart"
    case consultantAway = "consultant-away"
    case consultantReturned = "consultant-returned"
    case consultEnded = "consult-ended"
    case citizenEntered = "citizen-entered"
    case citizenAway = "citizen-away"
    case citizenReturned = "citizen-returned"
    case agentAway = "agent-away"
    case agentReturned = "agent-returned"
    case mediaStarted = "media-started"
    case fileHandedIn = "file-handed-in"
    case fileRemoved = "file-removed"
    case verdictGiven = "verdict-given"
    case conditionAnswered = "condition-answered"
    case correctionProposed = "correction-proposed"
    case correctionAccepted = "correction-accepted"
    case correctionDeclined = "correction-declined"
    case stillAsked = "still-asked"
    case stillTaken = "still-taken"
    case stillDeclined = "still-declined"
    case materialReopened = "material-reopened"
    case noticeConfirmed = "notice-confirmed"
    /// The agent had a masked number of the form shown whole; which field is the detail.
    case numberShown = "number-shown"
    case concluded
    case ended
    case closed
    case restarted
}

import SignalingProtocol

/// A colleague who is asked into a session, or is in it (请教). Lives in its session; what became of it is in the session's timeline and its rings.
public struct Consult: Codable, Hashable, Sendable {
    /// Where a colleague is looked for.
    public let hall: HallID
    /// The very seat that was asked; nil: whichever can take it.
    public let target: SeatID?
    public let language: SpokenLanguage?
    /// For the colleague.
    public let note: String
    public let requestedAt: Instant
    /// The search ends then, unless it rings.
    public var searchUntil: Instant
    public var state: ConsultState
    public var rings = 0
    /// Where it rings or the colleague sits; nil while waiting.
    public var seat: SeatID?
    public var seatNumber = ""
    public var agent: AgentID?
    public var agentName = ""
    /// Set while it rings.
    public var reservation: ReservationID?
    /// Why that seat; goes with the session when it is handed over.
    public var why: RoutingReason?
    /// Whether the citizen sees and hears the other two.
    public var citizenIn = false
    /// Newest peer connection between agent and consultant; 0: none.
    public var agentEpoch = 0
    /// Newest peer connection between citizen and consultant; 0: none.
    public var citizenEpoch = 0
    /// While waiting, when the search ends; while talking, when a colleague whose page is away is given up.
    public var deadline: Instant?

    public init(hall: HallID, target: SeatID?, language: SpokenLanguage?, note: String, requestedAt: Instant, searchUntil: Instant) {
        self.hall = hall
        self.target = target
        self.language = language
        self.note = note
        self.requestedAt = requestedAt
        self.searchUntil = searchUntil
        state = .waiting
        deadline = searchUntil
    }

    /// Back to looking for a seat, after a ring that nobody took.
    mutating func lookAgain(until instant: Instant) {
        state = .waiting
        searchUntil = instant
        deadline = instant
        seat = nil
        seatNumber = ""
        agent = nil
        agentName = ""
        reservation = nil
        why = nil
    }
}

/// Two people of one session who have a peer connection of their own.
enum MediaPair: CaseIterable, Sendable {
    /// Citizen and agent.
    case call
    case agentConsultant
    case citizenConsultant

    /// - Returns: nil for one person twice.
    init?(_ one: Participant, _ other: Participant) {
        guard let pair = Self.allCases.first(where: { Set([$0.polite, $0.impolite]) == Set([one, other]) }) else { return nil }
        self = pair
    }

    /// Yields in a collision and never makes the first offer.
    var polite: Participant {
        switch self {
        case .call, .citizenConsultant: .citizen
        case .agentConsultant: .consultant
        }
    }

    var impolite: Participant {
        switch self {
        case .call, .agentConsultant: .agent
        case .citizenConsultant: .consultant
        }
    }

    /// - Returns: nil when `participant` is not of this pair.
    func other(than participant: Participant) -> Participant? {
        if participant == polite { return impolite }
        return participant == impolite ? polite : nil
    }
}

extension Session {
    /// Citizen and agent: the talk goes on only while both pages are there.
    var sides: [Endpoint] { [.citizen(citizen), .agent(agent)] }

    /// Everybody who is told what happens in it.
    var endpoints: [Endpoint] { sides + (consultant.map { [.agent($0)] } ?? []) }

    /// The agents among them.
    var agentEndpoints: [Endpoint] { [.agent(agent)] + (consultant.map { [.agent($0)] } ?? []) }

    /// The consult, once the colleague is there.
    var talkingConsult: Consult? { consult.flatMap { $0.state == .talking ? $0 : nil } }

    var consultant: AgentID? { talkingConsult?.agent }

    /// Where the colleague sits, once there.
    public var consultSeat: SeatID? { talkingConsult?.seat }

    func participant(_ endpoint: Endpoint) -> Participant? {
        switch endpoint {
        case .citizen(let id): id == citizen ? .citizen : nil
        case .agent(let id): id == agent ? .agent : id == consultant ? .consultant : nil
        }
    }

    func endpoint(of participant: Participant) -> Endpoint? {
        switch participant {
        case .citizen: .citizen(citizen)
        case .agent: .agent(agent)
        case .consultant: consultant.map(Endpoint.agent)
        }
    }

    /// Whether the two may see and hear each other. A citizen who is apart is out of every pair.
    func isOpen(_ pair: MediaPair) -> Bool {
        guard isTalk else { return false }
        switch pair {
        case .call: return talkingConsult?.citizenIn ?? true
        case .agentConsultant: return talkingConsult != nil
        case .citizenConsultant: return talkingConsult?.citizenIn ?? false
        }
    }

    func epoch(of pair: MediaPair) -> Int {
        switch pair {
        case .call: mediaEpoch
        case .agentConsultant: consult?.agentEpoch ?? 0
        case .citizenConsultant: consult?.citizenEpoch ?? 0
        }
    }

    /// Gives the pair the session's next epoch, so that no two peer connections of a session ever share one.
    mutating func renew(_ pair: MediaPair) {
        lastEpoch += 1
        switch pair {
        case .call: mediaEpoch = lastEpoch
        case .agentConsultant: consult?.agentEpoch = lastEpoch
        case .citizenConsultant: consult?.citizenEpoch = lastEpoch
        }
    }

    /// Whether the two have something to say to each other now.
    var isTalk: Bool {
        switch state {
        case .connected, .held, .reconnecting, .consulting, .transferring: true
        case .ringing, .wrapUp, .closed: false
        }
    }
}

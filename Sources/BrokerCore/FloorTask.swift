import SignalingProtocol

// What arises on a hall's floor and wants a supervisor, and what supervisors do.

/// What a supervisor is asked to look into.
public enum FloorTaskKind: String, WireWord {
    /// A later outcome demands what an earlier one could have demanded already.
    case toldTwice = "told-twice"
    /// Somebody who is there, or will be, has waited too long.
    case longWait = "long-wait"
    /// A seat rang and nobody answered (RONA); it takes no tickets until its agent says so.
    case unansweredRing = "unanswered-ring"
    /// In a talk a page is away for too long, or goes away too often.
    case badLine = "bad-line"
    /// A seat's agent asked for help.
    case help
    /// Somebody waits for an item that nobody who is signed on can take.
    case uncoveredItem = "uncovered-item"

    /// Whether its cause is over with its closing. Otherwise it stays over the closing, and the task does not arise again while it lasts.
    var endsWithClosing: Bool {
        switch self {
        case .toldTwice, .help: true
        case .longWait, .unansweredRing, .badLine, .uncoveredItem: false
        }
    }
}

/// What a task, or an act, is about.
public enum FloorSubject: Hashable, Sendable {
    case seat(SeatID)
    case ticket(TicketID)
    case session(SessionID)
    case item(ItemCode)
    /// A material of one version of a case's outcome.
    case material(CaseID, SessionID, version: Int, MaterialID)
}

public enum FloorTaskState: String, WireWord {
    case open, taken
    /// By a supervisor.
    case closed
    /// By itself: its cause was gone.
    case resolved

    var isTerminal: Bool { self == .closed || self == .resolved }
}

extension FloorTaskState: MachineState {
    public static let title = "Task of the floor 待办"

    public static let transitions: [Transition<Self>] = [
        Transition(nil, "its cause arises", .open),
        Transition(.open, "a supervisor takes it", .taken),
        Transition(.open, "a supervisor closes it", .closed),
        Transition(.open, "its cause is gone", .resolved),
        Transition(.taken, "a supervisor closes it", .closed),
        Transition(.taken, "its cause is gone", .resolved),
    ]

    public static let deadlines: [StateDeadline<Self>] = []
}

/// Whoever supervises a hall.
public struct Supervisor: Codable, Hashable, Sendable {
    public let id: AgentID
    public let name: String

    public init(id: AgentID, name: String) {
        self.id = id
        self.name = name
    }
}

/// Something that a supervisor should look into.
public struct FloorTask: Hashable, Sendable {
    /// Who did something with it, when, and what they said to it.
    public struct Mark: Hashable, Sendable {
        public let by: Supervisor
        public let at: Instant
        public let note: String

        public init(by: Supervisor, at: Instant, note: String) {
            self.by = by
            self.at = at
            self.note = note
        }
    }

    public let id: FloorTaskID
    public let kind: FloorTaskKind
    public let hall: HallID
    public let subject: FloorSubject
    /// The subject as people say it: a seat's or a ticket's number, an item's or a material's name.
    public let name: String
    /// What whoever raised it said.
    public let note: String
    public let raisedAt: Instant
    public var state = FloorTaskState.open
    public var taken: Mark?
    public var closed: Mark?
    /// When its cause was over. Until then the same cause raises no other task, also when this one is closed.
    public var settledAt: Instant?

    public init(id: FloorTaskID, kind: FloorTaskKind, hall: HallID, subject: FloorSubject, name: String, note: String = "", raisedAt: Instant) {
        self.id = id
        self.kind = kind
        self.hall = hall
        self.subject = subject
        self.name = name
        self.note = note
        self.raisedAt = raisedAt
    }
}

/// Why there is a task. Two with the same cause are one.
struct FloorCause: Hashable, Sendable {
    let kind: FloorTaskKind
    let hall: HallID
    let subject: FloorSubject

    init(_ kind: FloorTaskKind, _ hall: HallID, _ subject: FloorSubject) {
        self.kind = kind
        self.hall = hall
        self.subject = subject
    }

    init(_ task: FloorTask) { self.init(task.kind, task.hall, task.subject) }
}

/// Where a supervisor moves a ticket.
public enum FloorTarget: Hashable, Sendable {
    case hall(HallID)
    case seat(SeatID)
}

/// What a supervisor does on the floor.
public enum FloorDeed: Hashable, Sendable {
    case take(FloorTaskID, note: String)
    case close(FloorTaskID, note: String)
    case makeNotReady(SeatID, reason: String)
    case move(TicketID, to: FloorTarget, reason: String)
    case end(SessionID, reason: String)
}

public enum FloorActKind: String, WireWord {
    case seatNotReady = "seat-not-ready"
    case ticketMoved = "ticket-moved"
    case sessionEnded = "session-ended"
}

/// What a supervisor did to somebody else's work, kept with its reason.
public struct FloorAct: Hashable, Sendable {
    public let id: FloorActID
    public let kind: FloorActKind
    public let hall: HallID
    public let subject: FloorSubject
    /// Where a ticket went.
    public let target: FloorTarget?
    public let reason: String
    public let by: Supervisor
    public let at: Instant

    public init(
        id: FloorActID, kind: FloorActKind, hall: HallID, subject: FloorSubject, target: FloorTarget? = nil, reason: String, by: Supervisor, at: Instant
    ) {
        self.id = id
        self.kind = kind
        self.hall = hall
        self.subject = subject
        self.target = target
        self.reason = reason
        self.by = by
        self.at = at
    }
}

/// What a supervisor's deed came to.
public enum FloorAnswer: Hashable, Sendable {
    case task(FloorTask)
    case act(FloorAct)
}

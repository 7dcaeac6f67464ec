import SignalingProtocol

/// Who is spoken to: an address, not a connection. A person has one endpoint in each role.
public enum Endpoint: Hashable, Sendable, Comparable {
    case citizen(CitizenID)
    case agent(AgentID)

    public var role: Role {
        switch self {
        case .citizen: .citizen
        case .agent: .agent
        }
    }
}

/// One open connection, as the server counts them.
public struct ConnectionID: Hashable, Sendable {
    public let value: UInt64
    public init(_ value: UInt64) { self.value = value }
}

/// A request from outside a connection that waits for its answer, as the server counts them.
public struct RequestID: Hashable, Sendable {
    public let value: UInt64
    public init(_ value: UInt64) { self.value = value }
}

/// Who a connection's sign-in says it is.
public struct Person: Hashable, Sendable {
    public var endpoint: Endpoint
    public var name: String
    /// Where the agent may sign on; none for a citizen.
    public var halls: Set<HallID>
    /// What the agent can take.
    public var skills: Skills
    /// Of a citizen. The staff is known by its accounts.
    public var assurance = Assurance.guest

    public init(endpoint: Endpoint, name: String, hall: HallID? = nil, skills: Skills = Skills(languages: [])) {
        self.init(endpoint: endpoint, name: name, halls: hall.map { [$0] } ?? [], skills: skills)
    }

    public init(endpoint: Endpoint, name: String, halls: Set<HallID>, skills: Skills) {
        self.endpoint = endpoint
        self.name = name
        self.halls = halls
        self.skills = skills
    }
}

/// Everything that can happen to the broker.
public enum Input: Sendable {
    /// A signed-in person's connection said hello. `freshToken` is unguessable and becomes the resume token of a new client session.
    case hello(ConnectionID, Person, Hello, request: Int?, freshToken: String)
    case disconnected(ConnectionID)
    /// `entropy` is unguessable; secrets that the command makes come from it.
    case command(ConnectionID, request: Int?, Command, entropy: UInt64)
    /// A file is whole in the vault; it becomes part of the case if the case may still take it, in the place of `replacing` if that is still there.
    case fileArrived(RequestID, CitizenID, CaseID, FileView, replacing: FileID? = nil)
    /// The citizen takes a file back from a page that has no line of its own.
    case fileWithdrawn(RequestID, CitizenID, CaseID, FileID)
    /// A picture that was asked for in a talk is whole in the vault; either side of the session may have sent it.
    case stillArrived(RequestID, Endpoint, SessionID, StillID, FileView)
    /// The machine has looked at a file.
    case fileInspected(CaseID, FileID, FileInspection)
    /// A case from the store that the command after this one names.
    case caseLoaded(CaseFile)
    /// Whoever shows number and look-up code goes on with the case.
    case caseClaimed(RequestID, CitizenID, CaseFile)
    /// When each hall's seats are on schedule from now on; replaces what was handed in before.
    case schedule([HallID: OpeningPlan])
    /// An administrator has a hall take on a version of an item in the place of `replaces`, which is nil when the hall has none yet.
    case adopt(RequestID, HallID, CatalogueItem, replaces: Int?, by: AgentID)
    /// A citizen holds, books, cancels or begins an appointment.
    case appointment(RequestID, CitizenID, AppointmentAct)
    /// A supervisor of the hall does something on its floor.
    case supervise(RequestID, HallID, FloorDeed, by: Supervisor)
    /// The items that no new visit may be opened for from now on; replaces what was handed in before. Whoever has a case goes on with it.
    case withdrawn(Set<ItemCode>)
    /// An administrator changes the house or its people.
    case house(RequestID, HouseChange)
    /// Time has passed. Due whenever `nextDeadline` is.
    case tick
    /// Time for the next heartbeat to every connected client.
    case heartbeat
}

/// What the machine says of a file.
public struct FileInspection: Hashable, Sendable {
    public var check: FileCheck
    public var pages: Int?
    public var findings: [FindingView]
    /// One a page; two pages that look alike differ in few bits.
    public var pictureHashes: [[UInt64]]

    public init(check: FileCheck, pages: Int?, findings: [FindingView], pictureHashes: [[UInt64]]) {
        self.check = check
        self.pages = pages
        self.findings = findings
        self.pictureHashes = pictureHashes
    }
}

/// What a request from outside a connection came to.
public enum RequestAnswer: Hashable, Sendable {
    case file(FileView)
    case claimed(Case)
    case adopted(Adoption)
    /// The ticket, once it has one.
    case appointment(AppointmentView, TicketView?)
    case floor(FloorAnswer)
    case house(HouseAnswer)
}

/// What the server must do, in order. Messages are sent only after the records of the same turn are on disk.
public enum Effect: Hashable, Sendable {
    case persist(Record)
    case send(ConnectionID, ServerFrame)
    /// Close the connection after `bye`.
    case disconnect(ConnectionID, ErrorCode)
    case answer(RequestID, Result<RequestAnswer, WireError>)
    /// The file is no longer part of any case; its bytes can go.
    case discardFile(FileID)
    /// Nothing keeps the suspended agent any more: their sign-ins end.
    case agentGone(AgentID)
}

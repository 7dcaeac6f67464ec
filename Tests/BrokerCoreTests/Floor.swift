import BrokerCore
import SignalingProtocol
import Testing

/// A hall with two seats, its people, their pages, a store and a clock around one broker. A second hall is across the street.
final class Floor {
    private(set) var broker: Broker
    private(set) var now = Fixtures.morning
    private(set) var store: MemoryStore
    private(set) var discarded: [FileID] = []
    private(set) var people: [Participant] = []
    /// Every effect of every turn, when `keepsJournal`.
    private(set) var journal: [[Effect]] = []
    let keepsJournal: Bool
    /// Answers to commands and to files, until the sender takes them.
    private var answers: [ConnectionID: [ServerFrame]] = [:]
    private(set) var claimed: [Case] = []
    private(set) var adopted: [Adoption] = []
    private var appointmentAnswers: [RequestID: AppointmentView] = [:]
    private(set) var houseAnswers: [HouseAnswer] = []
    /// Agents whose sign-ins end.
    private(set) var gone: [AgentID] = []
    /// The server lets none of them in, but for who may still finish a session.
    private(set) var suspended: Set<AgentID> = []
    private var cutOff: [ConnectionID] = []
    private var fileAnswers: [RequestID: Result<FileView, WireError>] = [:]

    private var pages: [ConnectionID: Page] = [:]
    /// What pages say by themselves once the turn is over: answers to heartbeats, and that a ring was heard.
    private var reactions: [(page: ConnectionID, command: Command)] = []
    private var nextHeartbeat: Instant
    private var counter: UInt64 = 0
    /// What no story may ever show, a sentence each.
    private(set) var problems: [String] = []
    private var reported = 0
    private let seed: UInt64

    init(
        seed: UInt64 = 7, configuration: BrokerConfiguration = BrokerConfiguration(), halls: [Hall] = Fixtures.halls, keepsJournal: Bool = false
    ) {
        self.seed = seed
        store = MemoryStore(halls: halls)
        self.keepsJournal = keepsJournal
        broker = Broker(configuration: configuration, seed: seed, state: store.state(at: Fixtures.morning))
        nextHeartbeat = Fixtures.morning + configuration.heartbeatInterval
    }

    // MARK: People

    /// Somebody whose page is open.
    func citizen(_ name: String) -> Citizen {
        let citizen = Citizen(floor: self, id: CitizenID(Fixtures.uuid(people.count + 1)), name: name)
        enter(citizen)
        return citizen
    }

    /// A clerk whose page is open and who has signed on nowhere yet.
    func agent(_ name: String, hall: HallID = Fixtures.hall, skills: Skills = Skills(languages: [])) -> Agent {
        let agent = Agent(floor: self, id: AgentID(Fixtures.uuid(people.count + 1)), name: name, hall: hall, skills: skills)
        enter(agent)
        return agent
    }

    /// A clerk who is ready at a seat.
    func readyAgent(_ name: String, at seat: SeatID = Fixtures.firstSeat, skills: Skills = Skills(languages: [])) -> Agent {
        let agent = agent(name, hall: seat == Fixtures.otherHallSeat ? Fixtures.otherHall : Fixtures.hall, skills: skills)
        #expect(agent.signOn(at: seat) == .ok)
        #expect(agent.ready() == .ok)
        return agent
    }

    /// People and floor hold each other; a test that makes many floors lets go of them.
    func dissolve() { people = [] }

    private func enter(_ participant: Participant) {
        people.append(participant)
        participant.open()
    }

    // MARK: Turns

    @discardableResult
    func handle(_ input: Input) -> [Effect] {
        let effects = broker.handle(input, at: now)
        run(effects)
        react()
        return effects
    }

    private func run(_ effects: [Effect]) {
        if keepsJournal { journal.append(effects) }
        for effect in effects {
            switch effect {
            case .persist(let record): store.apply(record)
            case .send(let connection, let frame): deliver(frame, to: connection)
            case .disconnect(let connection, let code): hangUp(connection, code)
            case .answer(let request, .success(.file(let file))): fileAnswers[request] = .success(file)
            case .answer(_, .success(.claimed(let record))): claimed.append(record)
            case .answer(_, .success(.adopted(let adoption))): adopted.append(adoption)
            case .answer(let request, .success(.appointment(let appointment, _))): appointmentAnswers[request] = appointment
            case .answer(_, .success(.floor)): break
            case .answer(let request, .failure(let error)): fileAnswers[request] = .failure(error)
            case .answer(_, .success(.house(let answer))): houseAnswers.append(answer)
            case .discardFile(let id): discarded.append(id)
            case .agentGone(let agent): signOut(agent)
            }
        }
        reportProblems()
    }

    private func deliver(_ frame: ServerFrame, to connection: ConnectionID) {
        if frame.re != nil { answers[connection, default: []].append(frame) }
        guard let page = pages[connection], !page.isDeaf else { return }
        page.receive(frame)
        problems += page.takeProblems()
        guard !page.isFrozen else { return }
        switch frame.message {
        case .heartbeat: reactions.append((connection, .heartbeatAck))
        case .reservationRinging: if let seq = frame.seq { reactions.append((connection, .acknowledge(Acknowledge(seq: seq)))) }
        default: break
        }
    }

    private func hangUp(_ connection: ConnectionID, _ code: ErrorCode) {
        // A page that has gone on over a newer line does not care what becomes of the old one.
        guard let page = pages.removeValue(forKey: connection), page.connection == connection else { return }
        page.close(because: code)
    }

    private func signOut(_ agent: AgentID) {
        gone.append(agent)
        for participant in people where participant.person.endpoint == .agent(agent) {
            for page in participant.pages where isOpen(page) {
                hangUp(page.connection, .signedOut)
                cutOff.append(page.connection)
            }
        }
    }

    private func react() {
        while !cutOff.isEmpty { run(broker.handle(.disconnected(cutOff.removeFirst()), at: now)) }
        while !reactions.isEmpty {
            let (connection, command) = reactions.removeFirst()
            run(broker.handle(.command(connection, request: nil, command, entropy: 0), at: now))
        }
    }

    private func reportProblems() {
        problems += store.takeProblems()
        for problem in problems[reported...] { Issue.record("seed \(seed), \(now.rfc3339): \(problem)") }
        reported = problems.count
    }

    /// Lets time pass; every deadline and every heartbeat comes when it is due.
    func advance(by length: Milliseconds) {
        let end = now + length
        while true {
            let next = min(broker.nextDeadline ?? nextHeartbeat, nextHeartbeat)
            guard next <= end else { break }
            now = max(now, next)
            if next == nextHeartbeat {
                nextHeartbeat = next + broker.configuration.heartbeatInterval
                handle(.heartbeat)
            } else {
                handle(.tick)
            }
        }
        now = end
    }

    /// Somebody enters when the halls are open.
    func tell(_ openings: [HallID: OpeningPlan]) { handle(.schedule(openings)) }

    /// An administrator has a hall adopt a version.
    /// - Returns: why not; nil when it did.
    func adopt(_ item: CatalogueItem, in hall: HallID = Fixtures.hall, replacing replaced: Int?) -> ErrorCode? {
        let request = RequestID(nextNumber())
        handle(.adopt(request, hall, item, replaces: replaced, by: Self.administrator))
        guard case .failure(let error)? = fileAnswers.removeValue(forKey: request) else { return nil }
        return error.code
    }

    /// - Returns: the appointment as it is then, or why not.
    func book(_ act: AppointmentAct, by citizen: CitizenID) -> Result<AppointmentView, WireError> {
        let request = RequestID(nextNumber())
        handle(.appointment(request, citizen, act))
        if let done = appointmentAnswers.removeValue(forKey: request) { return .success(done) }
        guard case .failure(let error)? = fileAnswers.removeValue(forKey: request) else { return .failure(WireError(.internalError)) }
        return .failure(error)
    }

    /// A supervisor does something.
    /// - Returns: why not; nil when it was done.
    func supervise(_ deed: FloorDeed, by supervisor: Supervisor, in hall: HallID = Fixtures.hall) -> ErrorCode? {
        let request = RequestID(nextNumber())
        handle(.supervise(request, hall, deed, by: supervisor))
        guard case .failure(let error)? = fileAnswers.removeValue(forKey: request) else { return nil }
        return error.code
    }

    /// An administrator changes the house.
    /// - Returns: why not; nil when it was done.
    @discardableResult
    func change(_ change: HouseChange) -> ErrorCode? {
        let request = RequestID(nextNumber())
        handle(.house(request, change))
        if case .failure(let error)? = fileAnswers.removeValue(forKey: request) { return error.code }
        if case .agentSuspended(let agent, _) = change { suspended.insert(agent) }
        if case .agentRestored(let agent) = change { suspended.remove(agent) }
        return nil
    }

    static let administrator = AgentID(Fixtures.uuid(777_777))

    /// Time passes, but the process does not get to run: the next thing it hears comes before the tick that was due.
    func stall(for length: Milliseconds) { now = now + length }

    /// The process dies and is started again from what was stored. Every line is gone.
    func crash(openings: [HallID: OpeningPlan] = [:]) {
        var state = store.state(at: now)
        state.openings = openings
        state.suspended = suspended.intersection(state.seats.compactMap(\.agent))
        cutOff = []
        broker = Broker(configuration: broker.configuration, seed: seed &+ UInt64(now.milliseconds) &+ nextNumber(), state: state)
        for participant in people { participant.page.map { pages[$0.connection] = nil } }
        reactions = []
        run(broker.recover(at: now))
    }

    // MARK: For participants

    func nextNumber() -> UInt64 {
        counter += 1
        return counter
    }

    func connect(_ page: Page, _ person: Person, hello: Hello) {
        if case .agent(let agent) = person.endpoint, suspended.contains(agent), !broker.isLeaving(agent) { return }
        page.connection = ConnectionID(nextNumber())
        pages[page.connection] = page
        handle(.hello(page.connection, person, hello, request: 1, freshToken: "token-\(nextNumber())"))
        answers[page.connection] = nil
    }

    func disconnect(_ page: Page) {
        pages[page.connection] = nil
        handle(.disconnected(page.connection))
    }

    func isOpen(_ page: Page) -> Bool { pages[page.connection] === page }

    func send(_ command: Command, from connection: ConnectionID, request: Int) -> Answer {
        handle(.command(connection, request: request, command, entropy: nextNumber() &* 0x9e37_79b9_7f4a_7c15))
        let frames = answers.removeValue(forKey: connection) ?? []
        #expect(frames.count <= 1, "one answer a command")
        return Answer(frames.first { $0.re == request })
    }

    func handIn(_ file: FileView, to caseID: CaseID, by citizen: CitizenID, replacing old: FileID? = nil) -> Result<FileView, WireError>? {
        let request = RequestID(nextNumber())
        handle(.fileArrived(request, citizen, caseID, file, replacing: old))
        return fileAnswers.removeValue(forKey: request)
    }

    func withdraw(_ file: FileID, from caseID: CaseID, by citizen: CitizenID) -> Result<FileView, WireError>? {
        let request = RequestID(nextNumber())
        handle(.fileWithdrawn(request, citizen, caseID, file))
        return fileAnswers.removeValue(forKey: request)
    }
}

/// What came back for a command.
enum Answer: Equatable {
    case ok
    case refused(ErrorCode, field: String? = nil)
    case nothing

    init(_ frame: ServerFrame?) {
        switch frame?.message {
        case .ok: self = .ok
        case .error(let error): self = .refused(error.code, field: error.field)
        default: self = .nothing
        }
    }
}

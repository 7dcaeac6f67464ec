import BrokerCore
import BrokerStore
import Foundation
import Identity
import Logging
import MaterialCheck
import SignalingProtocol
import WebServer

/// Where everything meets: decide, commit, tell.
///
/// Lives on the loop thread and is touched by nothing else. A turn hands one input to the broker; its records go to the writer with those of the turns around
/// it; what tells of them is held until they are on disk.
final class Engine {
    let options: ServerOptions
    let store: BrokerStore
    let vault: FileVault
    var clock: BrokerClock
    let log: Logger
    let encoder = WireCoding.encoder()
    let decoder = WireCoding.decoder()

    var broker: Broker
    var signIns: SignIns
    var socketTickets = SocketTickets()
    var people: StaffDirectory
    var identityProviders: IdentityProviders
    var connections: [ConnectionID: ClientConnection] = [:]
    var signInTries = SignInTries()
    var secondFactors: SecondFactors
    var secondFactorSteps = SecondFactorSteps()
    var lookUpTries = AttemptLimiter(limit: ServerLimits.lookUpTries, window: ServerLimits.lookUpWindow)
    var guestSignInTries = AttemptLimiter(limit: ServerLimits.guestSignInTries, window: ServerLimits.guestSignInWindow)
    var handOverTries = AttemptLimiter(limit: ServerLimits.handOverTries, window: ServerLimits.handOverWindow)
    var noticeTries = AttemptLimiter(limit: ServerLimits.lookUpTries, window: ServerLimits.lookUpWindow)
    var noticeAddressTries = AttemptLimiter(limit: ServerLimits.noticeTriesPerAddress, window: ServerLimits.lookUpWindow)
    var requestLimits: RequestLimits
    /// Each reads all that there is of a person.
    var copyTries = AttemptLimiter(limit: ServerLimits.copies, window: ServerLimits.copyWindow)
    var noticePrints = NoticePrints()
    var refusals = RefusalThrottle()
    /// Requests whose bytes are coming in.
    var uploadsUnderWay = 0
    let uploadStore: UploadStore
    var uploads: Uploads
    let handOverStore: HandOverStore
    /// Nil: files are taken by their first bytes alone.
    let inspector: Inspector?
    /// Reads files for findings: it takes seconds a file, and must not hold up anything else.
    private(set) var reader: Worker?
    /// Takes seconds of a processor at a time.
    private var rehearser: Worker?
    /// Asks other servers, which may take their time.
    private var asker: Worker?
    /// Cases that are being read from the store for a visit that goes on with them.
    var casesBeingLoaded: Set<CaseID> = []
    var handOvers: HandOvers
    var floorBoards = FloorBoards()
    /// The next look at the halls that somebody watches.
    var floorLook: TimerID?
    /// Where halls' own windows are, as far as somebody entered it.
    var places: [HallID: HallPlace] = [:]
    /// By an item's name: reckoning them takes longer than all the rest of the catalogue's page.
    private var searchWords: [String: SearchWords] = [:]
    var rehearsals = Rehearsals()
    var consents: Consents
    let finishedErasures: FinishedErasures
    /// Since the start. What was read of them before must not be brought back.
    var erasedCases: Set<CaseID> = []

    /// Nil before the loop has started.
    private(set) var runtime: Runtime?
    var journal = Journal()
    /// File requests that wait for the broker's answer.
    var waitingRequests: [RequestID: (Result<RequestAnswer, WireError>) -> Void] = [:]
    private var lastRequest: UInt64 = 0
    private var tickTimer: (id: TimerID, at: Instant)?

    struct Runtime {
        let loop: Loop
        let writer: Writer
        let worker: Worker
    }

    /// What is stored, opened.
    struct Storage {
        let store: BrokerStore
        let vault: FileVault
        let uploads: UploadStore
        let handOvers: HandOverStore
        let sealingKey: SealingKey
        let finishedErasures: FinishedErasures
    }

    init(
        options: ServerOptions, storage: Storage, identityProviders: IdentityProviders, clock: BrokerClock, log: Logger
    ) throws(StoreError) {
        let store = storage.store
        self.options = options
        requestLimits = RequestLimits(options.rateLimits)
        self.store = store
        vault = storage.vault
        uploadStore = storage.uploads
        handOverStore = storage.handOvers
        inspector = options.inspection.map(Inspector.init)
        inspector?.sweepScratchDirectory()
        self.clock = clock
        self.log = log
        let now = clock.now
        var state = try store.loadState(at: now)
        state.openings = try OpeningPlans.plans(store, at: now)
        broker = Broker(configuration: options.broker, seed: .random(in: .min ... .max), state: state)
        signIns = try SignIns(store: store, configuration: options.signIns, at: now)
        people = StaffDirectory(try store.accounts())
        secondFactors = try SecondFactors(store: store, key: storage.sealingKey)
        self.identityProviders = identityProviders
        let found = uploadStore.open()
        uploads = Uploads(found: found, recorded: try store.recordedFiles(among: found.map(\.head.id)))
        handOvers = HandOvers(handOverStore.rows(), at: now)
        consents = Consents(try store.consentsOfSignedInCitizens())
        finishedErasures = storage.finishedErasures
        places = Dictionary(try store.hallPlaces().map { ($0.hall, $0) }, uniquingKeysWith: { $1 })
        carryOut(broker.recover(at: now))
        endSignInsOfSuspended()
    }

    func start(on loop: Loop) {
        runtime = Runtime(loop: loop, writer: Writer(store: store, loop: loop.handle), worker: Worker(loop: loop.handle))
        reader = Worker(loop: loop.handle, places: ServerLimits.readingsAtOnce)
        rehearser = Worker(loop: loop.handle, places: 1)
        asker = Worker(loop: loop.handle, places: ServerLimits.providersAskedAtOnce)
        beginAudit()
        Failpoint.recovery.reached()
        flush()
        scheduleHeartbeat(on: loop)
        sweepUploads(on: loop)
        sweepFilesDaily(on: loop)
        retainDaily(on: loop)
        readUninspectedFiles()
        scheduleRefreshOfOpenings(on: loop)
        adoptDaily(on: loop)
        keepAudit(on: loop)
        armTick()
    }

    func searchWords(of name: String) -> SearchWords {
        if let known = searchWords[name] { return known }
        let words = SearchWords(name: name)
        searchWords[name] = words
        return words
    }

    // MARK: Turns

    func turn(_ input: Input) {
        carryOut(broker.handle(input, at: clock.now))
        flush()
        armTick()
    }

    func carryOut(_ effects: [Effect]) {
        for effect in effects {
            switch effect {
            case .persist(let persisted): record(.broker(persisted))
            case .send(let connection, let frame): send(frame, to: connection)
            case .disconnect(let connection, let code): tell { $0.sayGoodbye(code, to: connection) }
            case .answer(let request, let result): tell { $0.waitingRequests.removeValue(forKey: request)?(result) }
            case .discardFile(let file): tell { $0.discard(file) }
            case .agentGone(let agent): endSignIns(of: agent)
            }
        }
    }

    /// A heartbeat tells of no record: it goes on while the disk is away. Only the welcome must have come before it.
    private func send(_ frame: ServerFrame, to connection: ConnectionID) {
        if case .heartbeat = frame.message, connections[connection]?.isWelcomed == true { return deliver(frame, to: connection) }
        tell { $0.deliver(frame, to: connection) }
    }

    /// Runs `action` once everything recorded so far is on disk, in order.
    func tell(_ action: @escaping (Engine) -> Void) { journal.tellings.append(action) }

    func newRequest(_ completion: @escaping (Result<RequestAnswer, WireError>) -> Void) -> RequestID {
        lastRequest += 1
        waitingRequests[RequestID(lastRequest)] = completion
        return RequestID(lastRequest)
    }

    /// A request whose answer can only be a file.
    func newFileRequest(_ completion: @escaping (Result<FileView, WireError>) -> Void) -> RequestID {
        newRequest { result in
            switch result {
            case .success(.file(let file)): completion(.success(file))
            case .success(.claimed), .success(.adopted), .success(.appointment), .success(.floor), .success(.house):
                completion(.failure(WireError(.internalError)))
            case .failure(let error): completion(.failure(error))
            }
        }
    }

    /// Asks another server, off the loop and apart from all other work: who does not answer holds up nobody but those who ask the same.
    func askProvider<Value: Sendable>(_ work: @escaping @Sendable () -> Value, then completion: @escaping (Value) -> Void) {
        guard let runtime, let asker else { return }
        asker.run(work, then: LoopBound(completion, on: runtime.loop))
    }

    /// For work that is written with `await`.
    func offloadAsync<Value: Sendable>(_ work: @escaping @Sendable () async -> Value, then completion: @escaping (Value) -> Void) {
        guard let runtime else { return }
        let bound = LoopBound(completion, on: runtime.loop)
        let loop = runtime.loop.handle
        Task {
            let value = await work()
            loop.submit { bound.value(on: $0)(value) }
        }
    }

    /// Runs `work` off the loop and `completion` back on it.
    func offload<Value: Sendable>(_ work: @escaping @Sendable () -> Value, then completion: @escaping (Value) -> Void) {
        guard let runtime else { return }
        runtime.worker.run(work, then: LoopBound(completion, on: runtime.loop))
    }

    func rehearseBesideLoop<Value: Sendable>(_ work: @escaping @Sendable () -> Value, then completion: @escaping (Value) -> Void) {
        guard let runtime, let rehearser else { return }
        rehearser.run(work, then: LoopBound(completion, on: runtime.loop))
    }

    private func discard(_ file: FileID) {
        guard runtime != nil else { return vault.discard(file) }
        offload({ [vault] in vault.discard(file) }, then: {})
    }

    // MARK: Time

    private func scheduleHeartbeat(on loop: Loop) {
        _ = loop.schedule(after: .milliseconds(options.broker.heartbeatInterval.count)) { [weak self] in
            guard let self else { return }
            endExpiredSignIns()
            turn(.heartbeat)
            scheduleHeartbeat(on: loop)
        }
    }

    private func scheduleRefreshOfOpenings(on loop: Loop) {
        _ = loop.schedule(after: ServerLimits.planRefresh) { [weak self] in
            guard let self else { return }
            refreshOpenings()
            scheduleRefreshOfOpenings(on: loop)
        }
    }

    /// Keeps one timer for the broker's next deadline. While the disk is away the clock is held and no deadline comes nearer.
    func armTick() {
        guard let loop = runtime?.loop, !journal.isStorageDown, let next = broker.nextDeadline else { return }
        if let tickTimer {
            if tickTimer.at <= next { return }
            loop.cancel(tickTimer.id)
        }
        let delay = max(0, (next - clock.now).count)
        let id = loop.schedule(after: .milliseconds(delay)) { [weak self] in
            guard let self else { return }
            tickTimer = nil
            if !journal.isStorageDown { turn(.tick) }
        }
        tickTimer = (id, next)
    }
}

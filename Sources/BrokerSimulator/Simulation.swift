import BrokerCore
import SignalingProtocol

/// One simulated day: people, their pages, a network, a server process with its disk, and a clock around the very broker that the server runs.
///
/// Everything follows from the seed. The same seed and plan give the same day, effect for effect, in every process.
public final class Simulation {
    public let seed: UInt64
    let plan: SimulationPlan
    let town: Town
    let faults: Faults
    let configuration: BrokerConfiguration

    var chance: Chance
    var agenda = Agenda()
    var now = Town.morning
    var step = 0
    var people: [Participant] = []
    var pages: [Page] = []
    var lines: [Line] = []
    var server: ServerModel
    /// When each hall's seats are on schedule, as the server was told; halls whose hours nobody entered have none.
    var openings: [HallID: OpeningPlan] = [:]
    var scheduleHasChanged = false
    var isOver = false
    /// Files and chat lines are numbered in the order in which they are made.
    var lastNumber = 0
    public internal(set) var census = Census()
    var digest = Digest()
    /// Rules that were found broken, a sentence each.
    var broken: [String] = []

    /// Told of every step, when somebody reads along.
    let trace: ((String) -> Void)?
    /// Stands between broker and world, to prove that a broken broker is found.
    let tamper: (@Sendable (Effect) -> Effect?)?

    /// - Parameters:
    ///   - tamper: what becomes of each effect of the broker; nil drops it.
    ///   - trace: is handed a line for every step.
    public init(
        seed: UInt64, plan: SimulationPlan = SimulationPlan(), tamper: (@Sendable (Effect) -> Effect?)? = nil, trace: ((String) -> Void)? = nil
    ) {
        self.seed = seed
        self.plan = plan
        self.tamper = tamper
        self.trace = trace
        // Neighbouring seeds must not begin alike.
        var chance = Chance(seed: seed &* 0x9e37_79b9_7f4a_7c15 ^ 0x6661_7277_696e_646f)
        town = Town(halls: plan.halls, seats: plan.seats, opens: Town.morning)
        faults = Faults(chance: &chance)
        configuration = Self.configuration(&chance)
        server = ServerModel(town: town, configuration: configuration, seed: seed, now: Town.morning, people: plan.citizens + plan.agents)
        self.chance = chance
        planTheDay()
    }

    /// Heartbeats make most of a day's messages and teach little; they come seldom here, and one day in eight has the real pace.
    private static func configuration(_ chance: inout Chance) -> BrokerConfiguration {
        var configuration = BrokerConfiguration()
        switch chance.roll(8) {
        case 0: break
        case 1, 2:
            configuration.heartbeatInterval = .seconds(20)
            configuration.heartbeatTolerance = .seconds(45)
        default:
            configuration.heartbeatInterval = .seconds(40)
            configuration.heartbeatTolerance = .seconds(90)
        }
        // A working day does not fit into the simulated one: on some days it is short, so that tickets outlive it.
        if chance.roll(4) == 0 {
            configuration.ticketLifetime = .minutes(4)
            configuration.ticketTotal = .minutes(7)
        }
        configuration.booking = bookingRules
        configuration.longWaitAfter = .minutes(3)
        return configuration
    }

    // MARK: Running

    /// Lives through the whole day.
    /// - Returns: nil when every rule held at every step.
    public func run() -> SimulationFailure? {
        while let (at, what) = agenda.next() {
            now = max(now, at)
            step += 1
            if let trace { trace("\(step) \(now.rfc3339) \(sentence(what))") }
            happen(what)
            if step % plan.stepsPerAudit == 0 { audit() }
            if let failure { return failure }
            if step > Self.mostSteps(plan) {
                broken.append("the day does not end")
                return failure
            }
        }
        checkTheEnd()
        census.take(server.disk)
        census.steps = step
        census.lines = lines.count
        return failure
    }

    /// A fingerprint of all effects so far, the same in every process.
    public var fingerprint: UInt64 { digest.value }

    private var failure: SimulationFailure? {
        guard !broken.isEmpty else { return nil }
        return SimulationFailure(seed: seed, plan: plan, step: step, at: now, broken: broken)
    }

    /// Nobody can make this many steps in a day; a loop that feeds itself can.
    private static func mostSteps(_ plan: SimulationPlan) -> Int {
        200_000 + (plan.citizens + plan.agents) * Int(plan.length.count / 1_000) * 8
    }

    private func happen(_ what: Happening) {
        switch what {
        case .nothing: break
        case .personWakes(let person): wake(person)
        case .pageConnects(let page, let attempt): connect(page, attempt: attempt)
        case .pageNoticesSilence(let page, let line): noticeSilence(page, line: line)
        case .pageAcknowledges(let page, let line): acknowledge(page, line: line)
        case .reachesServer(let line, let frame): serverHears(frame, on: line)
        case .reachesPage(let line, let downlink): pageHears(downlink, on: line)
        case .serverNoticesClose(let line): serverSeesClosed(line)
        case .pageNoticesClose(let line): pageSeesClosed(line)
        case .fileReachesServer(let page, let caseID, let file): serverReceives(file, for: caseID, from: page)
        case .stillReachesServer(let page, let session, let still, let file): serverReceives(file, for: still, of: session, from: page)
        case .fileIsInspected(let life, let caseID, let file): if life == server.life, server.isUp { inspected(file, of: caseID) }
        case .appointmentReachesServer(let page, let act): serverHears(act, from: page)
        case .fileIsAnswered: census.filesAnswered += 1
        case .commitEnds(let life): if life == server.life { commitEnded() }
        case .commitIsRetried(let life): if life == server.life { beginCommit() }
        case .heartbeat(let life): if life == server.life { heartbeat() }
        case .tick(let life, let at): if life == server.life, server.tickAt == at { tick() }
        case .crash: crash()
        case .start(let life): if life == server.life { start() }
        case .diskFails(let length): diskFails(for: length)
        case .diskHeals: server.isDiskBroken = false
        case .scheduleChanges: changeSchedule()
        case .versionIsAdopted(let hall, let version): adoptVersion(version, in: hall)
        case .supervisorLooks: supervise()
        case .dayEnds: endTheDay()
        }
    }

    private func sentence(_ what: Happening) -> String {
        var text = "\(what)"
        if text.count > 400 { text = String(text.prefix(400)) + "…" }
        switch what {
        case .personWakes(let person): return "\(people[person].person.name) \(text)"
        case .reachesServer(let line, _), .reachesPage(let line, _): return "\(people[lines[line].person].person.name) \(text)"
        default: return text
        }
    }
}

/// A rule that did not hold, and how to see it again.
public struct SimulationFailure: Error, Sendable, CustomStringConvertible {
    public let seed: UInt64
    public let plan: SimulationPlan
    public let step: Int
    public let at: Instant
    /// The rules, a sentence each.
    public let broken: [String]

    public var description: String {
        """
        seed \(seed), step \(step), \(at.rfc3339):
        \(broken.prefix(8).map { "  " + $0 }.joined(separator: "\n"))
        replay: farwindow simulate --seed \(seed)\(plan.arguments) --trace
        """
    }
}

extension SimulationPlan {
    /// What of the plan differs from the usual, as the command line takes it.
    var arguments: String {
        let usual = SimulationPlan()
        var text = ""
        if length != usual.length { text += " --minutes \(length.count / 60_000)" }
        if citizens != usual.citizens { text += " --citizens \(citizens)" }
        if seats != usual.seats { text += " --seats \(seats)" }
        if halls != usual.halls { text += " --halls \(halls)" }
        // When a rule is looked at decides at which step its breach is seen.
        if stepsPerAudit != usual.stepsPerAudit { text += " --audit-every \(stepsPerAudit)" }
        return text
    }
}

import SignalingProtocol
import Testing

@testable import BrokerCore

/// SplitMix64, so that a seed walks the same way everywhere.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

/// People who press anything at any time on lines that break.
struct RandomWalk {
    let floor: Floor
    private let citizens: [Citizen]
    private let agents: [Agent]
    private var chance: SeededGenerator
    private var number = 0

    init(seed: UInt64) {
        var configuration = BrokerConfiguration()
        // Fewer heartbeats, more steps.
        configuration.heartbeatInterval = .seconds(20)
        configuration.heartbeatTolerance = .seconds(45)
        let floor = Floor(seed: seed, configuration: configuration)
        self.floor = floor
        chance = SeededGenerator(seed: seed)
        citizens = ["王秀英", "陈志强", "林月娥", "黄建国", "许少芬"].map(floor.citizen)
        agents = [floor.agent("郑小敏"), floor.agent("李文博"), floor.agent("蔡晓岚", hall: Fixtures.otherHall)]
        // Half of the walks begin on an open floor.
        if Bool.random(using: &chance) {
            for (agent, seat) in zip(agents, Fixtures.seats) {
                agent.signOn(at: seat.id)
                agent.ready()
            }
        }
    }

    /// - Returns: the first step after which a rule was broken, with the rules.
    mutating func run(steps: Int) -> (step: Int, what: String, broken: [String])? {
        for step in 0..<steps {
            let what = takeStep()
            // What a page shows wrongly it goes on showing for a while.
            let broken = floor.problems + Invariants.broken(on: floor, pages: step % 3 == 0)
            if !broken.isEmpty { return (step, what, broken) }
        }
        return nil
    }

    /// Words for how things ended on this walk.
    var endings: Set<String> {
        let store = floor.store
        return Set(
            store.tickets.values.map { "ticket \($0.state.rawValue)" } + store.reservations.values.map { "ring \($0.state.rawValue)" }
                + store.sessions.values.compactMap { $0.disposition.map { "session \($0.rawValue)" } }
                + store.cases.values.flatMap { $0.outcomes.map { "outcome \($0.result.rawValue)" } })
    }

    static let everyEnding = Set(
        TicketState.allCases.map { "ticket \($0.rawValue)" } + ReservationState.allCases.map { "ring \($0.rawValue)" }
            + Disposition.allCases.map { "session \($0.rawValue)" } + OutcomeResult.allCases.map { "outcome \($0.rawValue)" })

    private mutating func takeStep() -> String {
        switch roll(100) {
        case 0..<38: citizenActs(citizens[roll(citizens.count)])
        case 38..<76: agentActs(agents[roll(agents.count)])
        case 76..<88: lineActs(floor.people[roll(floor.people.count)])
        case 88..<99: timePasses()
        default: crash()
        }
    }

    private mutating func citizenActs(_ citizen: Citizen) -> String {
        guard citizen.isOnline, !citizen.sees.isDeaf else {
            citizen.resume()
            return "citizen resumes"
        }
        number += 1
        if roll(2) == 0, let answer = sensibly(citizen) { return "citizen goes on: \(answer)" }
        switch roll(16) {
        case 0..<4:
            let hall = roll(4) == 0 ? Fixtures.otherHall : Fixtures.hall
            citizen.takeTicket(roll(3) == 0 ? .consultation : .preReview, hall: hall)
        case 4: citizen.cancel()
        case 5..<9: citizen.join()
        case 9: citizen.end()
        case 10, 11: citizen.say("好的", id: 1_000 + number - roll(2))
        case 12, 13: citizen.handIn(number, for: Fixtures.registrationItem.materials[roll(3)].id)
        case 14: citizen.remove(number - roll(6))
        default: citizen.renewMedia(epoch: roll(4))
        }
        return "citizen acts"
    }

    private mutating func agentActs(_ agent: Agent) -> String {
        guard agent.isOnline, !agent.sees.isDeaf else {
            agent.resume()
            return "agent resumes"
        }
        number += 1
        if roll(2) == 0, let answer = sensibly(agent) { return "agent goes on: \(answer)" }
        switch roll(20) {
        case 0, 1: agent.signOn(at: Fixtures.seats[roll(3)].id)
        case 2: if roll(4) == 0 { agent.signOff() }
        case 3..<6: agent.ready()
        case 6: agent.notReady()
        case 7..<12: agent.accept()
        case 12: agent.reject()
        case 13: agent.end()
        case 14: agent.wrapUp(ready: Bool.random(using: &chance))
        case 15..<18:
            let verdict = Verdict.allCases[roll(Verdict.allCases.count)]
            agent.judge(Fixtures.registrationItem.materials[roll(3)].id, verdict, reasons: [Fixtures.blurred])
        case 18: agent.conclude(referredTo: roll(3) == 0 ? "市行政服务中心" : "")
        default: agent.say("请稍等", id: 1_000 + number - roll(2))
        }
        return "agent acts"
    }

    /// What somebody would do who reads the page.
    private mutating func sensibly(_ citizen: Citizen) -> Answer? {
        guard let ticket = citizen.sees.ticket, !ticket.state.isTerminal else { return citizen.takeTicket() }
        guard let session = citizen.sees.session else { return citizen.handIn(number, for: Fixtures.identity) }
        return session.state == .ringing ? citizen.join() : nil
    }

    private mutating func sensibly(_ agent: Agent) -> Answer? {
        guard let seat = agent.sees.seat else { return agent.signOn(at: Fixtures.seats[roll(3)].id) }
        switch seat.state {
        case .signedOff, .ready: return nil
        case .notReady: return agent.ready()
        case .ringing: return agent.accept()
        case .inSession, .wrapUp: return judgeOrConclude(agent)
        }
    }

    private mutating func judgeOrConclude(_ agent: Agent) -> Answer? {
        guard let session = agent.sees.session, session.kind == .preReview, session.outcome == nil else { return nil }
        guard let entry = session.materials.first(where: { $0.verdict == nil }) else { return agent.conclude() }
        let verdict = roll(3) == 0 ? Verdict.allCases[roll(Verdict.allCases.count)] : .accepted
        return agent.judge(entry.material.id, verdict, reasons: [Fixtures.blurred])
    }

    private mutating func lineActs(_ participant: Participant) -> String {
        switch roll(6) {
        case 0:
            participant.loseLine()
            return "line lost"
        case 1:
            participant.goDeaf()
            return "line dead"
        case 2:
            participant.reload()
            return "reload"
        case 3:
            participant.open()
            return "second page"
        case 4:
            if participant.isOnline, !participant.sees.isDeaf { participant.acknowledge() }
            return "acknowledge"
        default:
            participant.sees.isFrozen.toggle()
            return "frozen or not"
        }
    }

    private mutating func timePasses() -> String {
        let seconds = roll(12) == 0 ? 700 : [0, 1, 5, 15, 30, 70, 130][roll(7)]
        floor.advance(by: .seconds(Int64(seconds)))
        return "\(seconds) s pass"
    }

    private mutating func crash() -> String {
        floor.crash()
        for participant in floor.people.shuffled(using: &chance) where roll(4) > 0 {
            if roll(2) == 0 { participant.resume() } else { participant.open() }
        }
        return "crash"
    }

    private mutating func roll(_ sides: Int) -> Int { Int.random(in: 0..<sides, using: &chance) }
}

@Suite("A random walk keeps every rule")
struct RandomWalkTests {
    static let batches: UInt64 = 6
    static let walksPerBatch: UInt64 = 40
    static let stepsPerWalk = 200

    @Test(arguments: 0..<batches)
    func walk(batch: UInt64) {
        var endings: Set<String> = []
        for seed in batch * Self.walksPerBatch..<(batch + 1) * Self.walksPerBatch {
            var walk = RandomWalk(seed: seed)
            defer { walk.floor.dissolve() }
            if let failure = walk.run(steps: Self.stepsPerWalk) {
                let rules = failure.broken.joined(separator: "; ")
                Issue.record("RandomWalk(seed: \(seed)) broke at step \(failure.step), \(failure.what): \(rules)")
                return
            }
            endings.formUnion(walk.endings)
        }
        #expect(RandomWalk.everyEnding.subtracting(endings) == [], "walks that do not get everywhere prove little")
    }
}

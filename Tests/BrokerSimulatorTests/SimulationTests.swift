import BrokerCore
import SignalingProtocol
import Synchronization
import Testing

@testable import BrokerSimulator

@Suite("A simulated day")
struct SimulationTests {
    /// Two days at once hash their dictionaries differently, so whatever followed a dictionary's order would show here.
    @Test(arguments: [3, 11, 40] as [UInt64])
    func sameSeedSameEffects(seed: UInt64) {
        let first = Self.effects(seed: seed)
        let second = Self.effects(seed: seed)
        #expect(first.effects.count > 500)
        #expect(first.effects == second.effects)
        #expect(first.fingerprint == second.fingerprint)
        #expect(first.fingerprint != Self.effects(seed: seed + 1).fingerprint)
    }

    @Test func everyRuleHolds() {
        let campaign = Mutex(Campaign())
        for seed in 100_001...100_030 as ClosedRange<UInt64> {
            let day = Simulation(seed: seed)
            let failure = day.run()
            campaign.withLock { $0.add(day.census, failure) }
        }
        let result = campaign.withLock { $0 }
        #expect(result.failure == nil, "\(result.failure.map(\.description) ?? "")")
        #expect(result.census.days == 30)
        #expect(result.gaps == [], "so few days may miss a rare ending")
        for name in ["crash", "resumed", "duplicated", "line dies", "second page", "disk fails"] { #expect(result.census.counts[name] ?? 0 > 0, "\(name)") }
    }

    @Test func aDayOfAnotherSize() {
        let plan = SimulationPlan(length: .minutes(60), citizens: 80, seats: 12, halls: 3, stepsPerAudit: 500)
        let day = Simulation(seed: 5, plan: plan)
        #expect(day.run() == nil)
        #expect(day.census.endings.filter { $0.key.hasPrefix("ticket") }.values.reduce(0, +) >= 60)
    }

    @Test func whatIsNeverReachedIsNamed() {
        #expect(Set(Census().neverReached) == Set(Census.everyEnding + Census.everyAction))
        #expect(Campaign().gaps == [], "no days at all prove nothing either way")
    }

    private static func effects(seed: UInt64) -> (effects: [Effect], fingerprint: UInt64) {
        let journal = Journal()
        let day = Simulation(
            seed: seed,
            tamper: { effect in
                journal.effects.withLock { $0.append(effect) }
                return effect
            })
        #expect(day.run() == nil)
        return (journal.effects.withLock { $0 }, day.fingerprint)
    }

    private final class Journal: Sendable {
        let effects = Mutex<[Effect]>([])
    }
}

@Suite("A broken broker is found")
struct TamperTests {
    struct Tampering: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let change: @Sendable (Effect) -> Effect?
    }

    static let tamperings = [
        Tampering(testDescription: "a ring is not stored") { effect in
            if case .persist(.reservation(let reservation)) = effect, reservation.state == .pending { nil } else { effect }
        },
        Tampering(testDescription: "a ticket's end is not stored") { effect in
            if case .persist(.ticket(let ticket)) = effect, ticket.state == .done { nil } else { effect }
        },
        Tampering(testDescription: "a chat line is not stored") { effect in
            if case .persist(.chat) = effect { nil } else { effect }
        },
        Tampering(testDescription: "how often a ticket rang is not stored") { effect in
            guard case .persist(.ticket(var ticket)) = effect, ticket.state == .waiting, ticket.earlierRings > 0 else { return effect }
            ticket.earlierRings = 0
            return .persist(.ticket(ticket))
        },
        Tampering(testDescription: "a push is not sent") { effect in
            if case .send(_, let frame) = effect, case .seatUpdated = frame.message { nil } else { effect }
        },
        Tampering(testDescription: "a push has another's number") { effect in
            guard case .send(let connection, var frame) = effect, frame.seq == 3 else { return effect }
            frame.seq = 4
            return .send(connection, frame)
        },
        Tampering(testDescription: "a command is not answered") { effect in
            if case .send(_, let frame) = effect, frame.message == .ok { nil } else { effect }
        },
        Tampering(testDescription: "somebody is told otherwise than stored") { effect in
            guard case .send(let connection, var frame) = effect, case .ticketUpdated(var update) = frame.message, update.ticket.state == .serving
            else { return effect }
            update.ticket.state = .waiting
            frame.message = .ticketUpdated(update)
            return .send(connection, frame)
        },
    ]

    @Test(arguments: tamperings)
    func withinFewSeeds(tampering: Tampering) throws {
        let failure = try #require((1...20 as ClosedRange<UInt64>).lazy.compactMap { Simulation(seed: $0, tamper: tampering.change).run() }.first)
        #expect(failure.description.contains("replay: farwindow simulate --seed \(failure.seed) --trace"))
        let again = try #require(Simulation(seed: failure.seed, tamper: tampering.change).run())
        #expect(again.step == failure.step)
        #expect(again.broken == failure.broken)
    }

    @Test func theReplayLineNamesADayOfAnotherSize() {
        let plan = SimulationPlan(length: .minutes(90), citizens: 7, seats: 3, halls: 1, stepsPerAudit: 10)
        let failure = SimulationFailure(seed: 9, plan: plan, step: 1, at: Town.morning, broken: ["a rule"])
        #expect(
            failure.description.hasSuffix(
                "replay: farwindow simulate --seed 9 --minutes 90 --citizens 7 --seats 3 --halls 1 --audit-every 10 --trace"))
    }
}

import ArgumentParser
import BrokerSimulator
import Foundation
import SignalingProtocol
import Synchronization

struct Simulate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prove the broker: live through days of citizens, seats, failures and restarts, and check every rule at every step.",
        discussion: "A failure prints its seed and the command that replays it. The same seed gives the same day in every process.")

    @Option(help: "The first seed.") var seed: UInt64 = 1
    @Option(help: "How many seeds, counted up from the first.") var seeds: UInt64 = 1
    @Option(help: "Length of a day in hours; also see --minutes.") var hours: Int64?
    @Option(help: "Length of a day in minutes.") var minutes: Int64?
    @Option(help: "Citizens a day.") var citizens: Int?
    @Option(help: "Seats, spread over the halls.") var seats: Int?
    @Option(help: "Halls.") var halls: Int?
    @Option(help: "Check the broker's whole memory once in so many steps.") var auditEvery: Int?
    @Option(help: "Days lived through at the same time; by default one for each core.") var jobs: Int?
    @Flag(help: "Print every step. For one seed.") var trace = false

    func validate() throws {
        guard seeds > 0, seed.addingReportingOverflow(seeds).overflow == false else { throw ValidationError("--seeds must be 1 or more.") }
        guard hours == nil || minutes == nil else { throw ValidationError("--hours and --minutes exclude each other.") }
        guard (5...1_440).contains(length.count / 60_000) else { throw ValidationError("A day has 5 minutes to 24 hours.") }
        let plan = plan
        guard plan.halls > 0, plan.seats >= plan.halls, plan.citizens > 0 else { throw ValidationError("Every hall needs a seat, and a day a citizen.") }
        guard plan.seats < 100, plan.halls < 90, plan.stepsPerAudit > 0, jobs ?? 1 > 0 else { throw ValidationError("That is too many, or none.") }
        guard !trace || seeds == 1 else { throw ValidationError("--trace is for one seed.") }
    }

    private var length: Milliseconds { hours.map { .minutes($0 * 60) } ?? minutes.map { .minutes($0) } ?? SimulationPlan().length }

    private var plan: SimulationPlan {
        var plan = SimulationPlan(length: length)
        citizens.map { plan.citizens = $0 }
        seats.map { plan.seats = $0 }
        halls.map { plan.halls = $0 }
        auditEvery.map { plan.stepsPerAudit = $0 }
        return plan
    }

    func run() throws {
        let began = ContinuousClock.now
        let campaign = trace ? liveThroughOne() : liveThroughAll()
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        print(campaign.report)
        let pace = [seconds, Double(campaign.census.days) / seconds].map { String(format: "%.1f", $0) }
        print("\(campaign.census.days) days in \(pace[0]) s, \(pace[1]) a second")
        if let failure = campaign.failure {
            print("\nbroken by \(failure)")
            throw ExitCode(1)
        }
        guard campaign.gaps.isEmpty else {
            print("\nnever reached: \(campaign.gaps.joined(separator: ", "))")
            throw ExitCode(1)
        }
        print("every rule held")
    }

    private func liveThroughOne() -> Campaign {
        var campaign = Campaign()
        let day = Simulation(seed: seed, plan: plan, trace: { print($0) })
        let failure = day.run()
        print("fingerprint \(String(day.fingerprint, radix: 16))")
        campaign.add(day.census, failure)
        return campaign
    }

    /// Days on all cores. Each worker takes the next seed; the first failure stops those that come after it.
    private func liveThroughAll() -> Campaign {
        let shared = Mutex<(next: UInt64, campaign: Campaign)>((0, Campaign()))
        let plan = plan
        let workers = min(jobs ?? ProcessInfo.processInfo.activeProcessorCount, Int(min(seeds, 1_024)))
        DispatchQueue.concurrentPerform(iterations: workers) { _ in
            while let offset = shared.withLock({ takeNext(&$0) }) {
                let day = Simulation(seed: seed + offset, plan: plan)
                let failure = day.run()
                shared.withLock { $0.campaign.add(day.census, failure) }
            }
        }
        return shared.withLock { $0.campaign }
    }

    private func takeNext(_ shared: inout (next: UInt64, campaign: Campaign)) -> UInt64? {
        guard shared.next < seeds, shared.campaign.failure == nil else { return nil }
        defer { shared.next += 1 }
        return shared.next
    }
}

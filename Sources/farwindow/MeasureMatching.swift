import ArgumentParser
import BrokerSimulator

struct MeasureMatching: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measure-matching", abstract: "Measure how many decisions a second the broker makes before lines of different length.")

    @Option(help: "Citizens waiting, a line each.") var waiting: [Int] = [100, 10_000, 100_000]
    @Option(help: "Decisions measured for each.") var decisions = 20_000

    func run() throws {
        for count in waiting {
            var measure = MatchingMeasure(waiting: count)
            let clock = ContinuousClock()
            var missed = 0
            let elapsed = clock.measure {
                for _ in 0..<decisions where !measure.decide() { missed += 1 }
            }
            guard missed == 0 else { throw ValidationError("\(missed) decisions gave the seat nobody") }
            let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
            print("\(count) waiting: \(Int(Double(decisions) / seconds)) decisions/s")
        }
    }
}

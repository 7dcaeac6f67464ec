import Foundation
import SignalingProtocol

/// How long something takes, again and again.
public enum Lasting: Hashable, Sendable {
    case fixed(Milliseconds)
    /// Around its mean, without memory.
    case exponential(mean: Milliseconds)
    /// As it was before: one of these, each as likely as the others. None: no time at all.
    case recorded([Milliseconds])

    public var mean: Milliseconds {
        switch self {
        case .fixed(let length): length
        case .exponential(let mean): mean
        case .recorded(let lengths): lengths.isEmpty ? 0 : Milliseconds(lengths.reduce(0) { $0 + $1.count } / Int64(lengths.count))
        }
    }
}

/// All chance of a rehearsal: SplitMix64 (Steele, Lea, Flood 2014), so that a seed gives the same week again.
struct Draw: Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// Above 0, up to 1.
    private mutating func share() -> Double { (Double(next() >> 11) + 1) * 0x1p-53 }

    /// Around 1, exponentially.
    mutating func exponential() -> Double { -log(share()) }

    mutating func length(_ lasting: Lasting) -> Milliseconds {
        switch lasting {
        case .fixed(let length): length
        case .exponential(let mean): Milliseconds(Int64((exponential() * Double(mean.count)).rounded()))
        case .recorded(let lengths):
            lengths.isEmpty ? 0 : lengths[Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(lengths.count)).high)]
        }
    }

    /// Who comes, by the moment of coming.
    mutating func arrivals(_ arrivals: RehearsalPlan.Arrivals) -> [RehearsalPlan.Arrival] {
        switch arrivals {
        case .recorded(let recorded): return recorded.sorted { ($0.at, $0.demand) < ($1.at, $1.demand) }
        case .poisson(let rates):
            var drawn: [RehearsalPlan.Arrival] = []
            for rate in rates where rate.expected > 0 {
                let length = Double((rate.time.upperBound - rate.time.lowerBound).count)
                var at = exponential() * length / rate.expected
                while at < length {
                    drawn.append(RehearsalPlan.Arrival(at: rate.time.lowerBound + Milliseconds(Int64(at)), demand: rate.demand))
                    at += exponential() * length / rate.expected
                }
            }
            return drawn.sorted { ($0.at, $0.demand) < ($1.at, $1.demand) }
        }
    }
}

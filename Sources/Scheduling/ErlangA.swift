import Foundation
import SignalingProtocol

/// Erlang A: as Erlang C, but whoever waits leaves after a patience that spreads exponentially around its mean (C. Palm 1946; M/M/n+M; O. Garnett,
/// A. Mandelbaum, M. Reiman, "Designing a Call Center with Impatient Customers", 2002).
///
/// The line always settles: who comes too much leaves.
public struct ErlangA: WaitingModel, Hashable, Sendable {
    public let load: OfferedLoad
    public let seats: Int
    /// In milliseconds.
    private let patience: Double
    public let waitProbability: Double
    /// How many wait on average.
    public let meanQueue: Double
    /// Logarithm of the probability that all seats are busy and nobody waits.
    private let allBusy: Double

    /// - Parameter patience: longer than nothing.
    public init?(_ load: OfferedLoad, seats: Int, patience: Milliseconds) {
        guard patience > 0, seats >= 0 else { return nil }
        self.load = load
        self.seats = seats
        self.patience = Double(patience.count)
        let line = Self.line(load, seats: seats, patience: Double(patience.count))
        waitProbability = line.waiting
        meanQueue = line.queue
        allBusy = line.allBusy
    }

    /// The steady state of the birth and death of the line, relative to all seats busy and nobody waiting. Scaled down whenever it grows too large for the
    /// numbers, which an overloaded hall with patient citizens does.
    private static func line(_ load: OfferedLoad, seats: Int, patience: Double) -> (waiting: Double, queue: Double, allBusy: Double) {
        guard load.erlangs > 0 else { return (seats > 0 ? 0 : 1, 0, -.infinity) }
        // Nobody is ever served: everybody waits for as long as they like.
        guard seats > 0 else { return (1, load.arrivalRate * patience, -.infinity) }
        let blocking = ErlangB.blocking(erlangs: load.erlangs, seats: seats)
        // So few come that all seats are never busy.
        guard blocking > 1e-290 else { return (0, 0, -.infinity) }
        let (served, leaving) = (Double(seats) / load.handling, 1 / patience)
        // Some seats are free; all are busy; all are busy and some wait.
        var (free, busy, waiting, queue) = (1 / blocking - 1, 1.0, 0.0, 0.0)
        var (term, place, scale) = (1.0, 0.0, 0.0)
        while true {
            place += 1
            let ratio = load.arrivalRate / (served + place * leaving)
            term *= ratio
            waiting += term
            queue += place * term
            if ratio < 1, term * ratio / (1 - ratio) * (place + 1 / (1 - ratio)) <= 1e-15 * (free + busy + queue) { break }
            guard term > 1e200 else { continue }
            (free, busy, waiting, queue, term) = (free / 1e200, busy / 1e200, waiting / 1e200, queue / 1e200, term / 1e200)
            scale += log(1e200)
        }
        let sum = free + busy + waiting
        return ((busy + waiting) / sum, queue / sum, -log(sum) - scale)
    }

    public var abandonment: Double { load.erlangs > 0 ? min(1, meanQueue / (load.arrivalRate * patience)) : 0 }
    /// By Little's law.
    public var meanWait: Double { load.erlangs > 0 ? meanQueue / load.arrivalRate : 0 }
    public var occupancy: Double { seats > 0 ? load.erlangs * (1 - abandonment) / Double(seats) : 0 }

    public func share(waitingLongerThan time: Milliseconds) -> Double {
        guard seats > 0 else { return load.erlangs > 0 ? exp(-Double(time.count) / patience) : 0 }
        return exp(-Double(time.count) / patience) * min(1, integral(from: Double(time.count), to: .infinity, isServed: false))
    }

    public func serviceLevel(within time: Milliseconds) -> Double {
        guard seats > 0 else { return load.erlangs > 0 ? 0 : 1 }
        return min(1, max(0, 1 - waitProbability + integral(from: 0, to: Double(time.count), isServed: true)))
    }

    // MARK: The wait that a boundlessly patient citizen would have

    /// Logarithm of its density at `wait` over that of all seats being busy (F. Baccelli, G. Hebuterne 1981; S. Zeltyn, A. Mandelbaum 2005, section 9.1 for
    /// exponential patience), times, if wanted, the share that is still there then. Concave.
    private func exponent(_ wait: Double, isServed: Bool) -> Double {
        let served = Double(seats) / load.handling
        return -load.arrivalRate * patience * expm1(-wait / patience) - served * wait - (isServed ? wait / patience : 0)
    }

    private func integral(from begin: Double, to end: Double, isServed: Bool) -> Double {
        guard allBusy > -.infinity, begin < end else { return 0 }
        let served = Double(seats) / load.handling
        let falling = served + (isServed ? 1 / patience : 0)
        // Where it is highest within the bounds, and how far to both sides it matters: what is summed up is one smooth hill then, however steep.
        let top = min(max(begin, load.arrivalRate > falling ? patience * log(load.arrivalRate / falling) : 0), end)
        let height = exponent(top, isServed: isServed)
        let isNegligible = { (wait: Double) in exponent(wait, isServed: isServed) < height - 40 }
        var reach = load.handling
        while isNegligible(top + reach / 2) { reach /= 2 }
        while !isNegligible(top + reach), top + reach < end { reach *= 2 }
        let right = min(end, edge(of: isNegligible, inside: top, outside: top + reach))
        let left = isNegligible(begin) ? edge(of: isNegligible, inside: top, outside: begin) : begin
        let width = (right - left) / Double(Self.panels)
        var sum = 0.0
        for panel in 0..<Self.panels {
            let middle = left + (Double(panel) + 0.5) * width
            for (node, weight) in Self.gaussLegendre { sum += weight * exp(exponent(middle + node * width / 2, isServed: isServed) - height) }
        }
        return exp(allBusy + height + log(served * width / 2 * sum))
    }

    private static let panels = 200
    /// Nodes and weights of five points on -1...1 (M. Abramowitz, I. A. Stegun, "Handbook of Mathematical Functions", table 25.4).
    private static let gaussLegendre = [
        (-0.906_179_845_938_664, 0.236_926_885_056_189), (-0.538_469_310_105_683, 0.478_628_670_499_366), (0, 0.568_888_888_888_889),
        (0.538_469_310_105_683, 0.478_628_670_499_366), (0.906_179_845_938_664, 0.236_926_885_056_189),
    ]

    private func edge(of isNegligible: (Double) -> Bool, inside: Double, outside: Double) -> Double {
        var (inside, outside) = (inside, outside)
        for _ in 0..<60 {
            let middle = (inside + outside) / 2
            if isNegligible(middle) { outside = middle } else { inside = middle }
        }
        return outside
    }
}

import Foundation
import SignalingProtocol

/// How much work comes to a group of seats of which each could take any of it.
///
/// Every formula here assumes that the citizens come independently of one another and evenly over the stretch (a Poisson process), that handling times spread
/// exponentially around their mean, that one line is served in the order of coming, and that the stretch is long enough for the line to have settled. A hall
/// with several skills, a rush at nine o'clock or a short stretch is not that: there a rehearsal with the broker says more.
public struct OfferedLoad: Hashable, Sendable {
    /// A millisecond.
    let arrivalRate: Double
    /// In milliseconds.
    let handling: Double

    /// - Parameters:
    ///   - arrivals: how many come within `stretch`.
    ///   - handling: how long one keeps a seat busy on average, ring and wrap-up included.
    /// - Returns: nil unless the arrivals are none or more and both times are longer than nothing.
    public init?(arrivals: Double, within stretch: Milliseconds, handling: Milliseconds) {
        guard arrivals.isFinite, arrivals >= 0, stretch > 0, handling > 0 else { return nil }
        arrivalRate = arrivals / Double(stretch.count)
        self.handling = Double(handling.count)
    }

    /// Seats that would be busy on average if nobody ever waited.
    public var erlangs: Double { arrivalRate * handling }
}

/// Erlang B: who finds every seat busy leaves at once (A. K. Erlang 1917).
public enum ErlangB {
    /// Of those who come, the share that finds every seat busy.
    ///
    /// By the recursion over the number of seats, which neither overflows nor loses digits.
    public static func blocking(erlangs: Double, seats: Int) -> Double {
        guard erlangs > 0 else { return seats > 0 ? 0 : 1 }
        var blocking = 1.0
        for seat in stride(from: 1, through: seats, by: 1) { blocking = erlangs * blocking / (Double(seat) + erlangs * blocking) }
        return blocking
    }
}

/// How long those wait who come to a number of seats.
public protocol WaitingModel {
    /// The share that does not meet a free seat.
    var waitProbability: Double { get }
    /// Of all who come, in milliseconds, whoever does not wait included. Infinite when the line grows for ever.
    var meanWait: Double { get }
    /// Of all who come, the share that leaves unserved.
    var abandonment: Double { get }
    /// The busy share of the seats' time.
    var occupancy: Double { get }
    /// Of all who come, the share that waits longer than `time`, whatever becomes of them then.
    func share(waitingLongerThan time: Milliseconds) -> Double
    /// Of all who come, the share that is served after no longer wait than `time`. Whoever leaves before counts against it.
    func serviceLevel(within time: Milliseconds) -> Double
}

extension WaitingModel {
    /// How long `percent` of those who come wait at most.
    /// - Returns: nil when some wait for ever.
    public func wait(percent: Int) -> Milliseconds? {
        let share = 1 - Double(percent) / 100
        let horizon: Int64 = 365 * 86_400_000
        guard self.share(waitingLongerThan: Milliseconds(horizon)) <= share else { return nil }
        var (low, high) = (Int64(0), horizon)
        while low < high {
            let middle = (low + high) / 2
            if self.share(waitingLongerThan: Milliseconds(middle)) <= share { high = middle } else { low = middle + 1 }
        }
        return Milliseconds(low)
    }
}

/// Erlang C: whoever finds every seat busy waits for as long as it takes (A. K. Erlang 1917; M/M/n).
public struct ErlangC: WaitingModel, Hashable, Sendable {
    public let load: OfferedLoad
    public let seats: Int
    public let waitProbability: Double

    public init(_ load: OfferedLoad, seats: Int) {
        self.load = load
        self.seats = seats
        let (erlangs, seatCount) = (load.erlangs, Double(seats))
        let blocking = ErlangB.blocking(erlangs: erlangs, seats: seats)
        waitProbability = erlangs == 0 ? 0 : erlangs >= seatCount ? 1 : seatCount * blocking / (seatCount - erlangs * (1 - blocking))
    }

    /// Seats to spare on average; with none the line grows for ever.
    private var spare: Double { Double(seats) - load.erlangs }
    public var meanWait: Double { load.erlangs == 0 ? 0 : spare > 0 ? waitProbability * load.handling / spare : .infinity }
    public var abandonment: Double { 0 }
    public var occupancy: Double { seats > 0 ? min(1, load.erlangs / Double(seats)) : 0 }
    public func serviceLevel(within time: Milliseconds) -> Double { 1 - share(waitingLongerThan: time) }

    public func share(waitingLongerThan time: Milliseconds) -> Double {
        if load.erlangs == 0 { return 0 }
        return spare > 0 ? waitProbability * exp(-spare * Double(time.count) / load.handling) : 1
    }
}

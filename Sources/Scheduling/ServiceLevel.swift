import SignalingProtocol

/// How many of those who come are to be served how soon (服务水平).
public struct ServiceLevel: Hashable, Sendable {
    /// 1 to 99.
    public let percent: Int
    public let within: Milliseconds

    /// - Returns: nil when the per cent are not 1 to 99, which no finite number of seats could promise or anybody would ask, or the time is negative.
    public init?(percent: Int, within: Milliseconds) {
        guard (1...99).contains(percent), within >= 0 else { return nil }
        self.percent = percent
        self.within = within
    }
}

public enum Staffing {
    /// No hall has more.
    static let mostSeats = 20_000

    /// The fewest seats that reach a service level.
    /// - Parameter patience: mean; nil: nobody leaves (Erlang C), otherwise Erlang A.
    /// - Returns: nil when not even 20,000 do, which is a load that no hall has.
    public static func seatsNeeded(for load: OfferedLoad, goal: ServiceLevel, patience: Milliseconds? = nil) -> Int? {
        guard load.erlangs > 0 else { return 0 }
        let reaches = { (seats: Int) in level(of: load, seats: seats, goal: goal, patience: patience) >= Double(goal.percent) / 100 }
        // More seats never serve worse, so the fewest are found by halving.
        var (low, high) = (0, 1)
        while !reaches(high) {
            guard high < mostSeats else { return nil }
            (low, high) = (high, high * 2)
        }
        while high - low > 1 {
            let middle = (low + high) / 2
            if reaches(middle) { high = middle } else { low = middle }
        }
        return high
    }

    private static func level(of load: OfferedLoad, seats: Int, goal: ServiceLevel, patience: Milliseconds?) -> Double {
        if let patience, let model = ErlangA(load, seats: seats, patience: patience) { return model.serviceLevel(within: goal.within) }
        return ErlangC(load, seats: seats).serviceLevel(within: goal.within)
    }
}

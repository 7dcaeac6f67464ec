import SignalingProtocol

/// How long a wait may be, stated as a range.
public struct WaitEstimate: Hashable, Sendable {
    /// Half of the waits end sooner.
    public let p50: Milliseconds
    /// Four of five waits end sooner.
    public let p80: Milliseconds

    public init(p50: Milliseconds, p80: Milliseconds) {
        self.p50 = p50
        self.p80 = p80
    }
}

/// How long a hall's seats were busy with each of the last sessions, wrap-up included.
struct HandlingHistory: Hashable, Sendable {
    private var times: [Milliseconds] = []
    private var next = 0
    private static let remembered = 200

    init(_ times: [Milliseconds] = []) { self.times = times.suffix(Self.remembered) }

    mutating func add(_ time: Milliseconds) {
        if times.count < Self.remembered {
            times.append(time)
        } else {
            times[next] = time
            next = (next + 1) % Self.remembered
        }
    }

    /// The wait of a ticket with `ahead` others before it.
    ///
    /// With c busy seats a seat comes free every m / c on average, and the ticket needs `ahead + 1 - free` of them. Sums of independent times spread
    /// like the square root of their number; the 80th percentile of the normal distribution lies 0.84 deviations above its middle. With few sessions
    /// the assumed time weighs in as ten of them would.
    /// - Returns: nil while no seat works.
    func estimate(ahead: Int, seatsWorking: Int, seatsFree: Int, assumed: Milliseconds) -> WaitEstimate? {
        guard seatsWorking > 0 else { return nil }
        let departures = Double(max(0, ahead + 1 - seatsFree))
        let (mean, deviation) = moments(assumed: Double(assumed.count))
        let middle = departures * mean / Double(seatsWorking)
        let spread = 0.84 * departures.squareRoot() * deviation / Double(seatsWorking)
        return WaitEstimate(p50: Milliseconds(Int64(middle)), p80: Milliseconds(Int64(middle + spread)))
    }

    private func moments(assumed: Double) -> (mean: Double, deviation: Double) {
        let assumedWeight = 10.0
        let values = times.map { Double($0.count) }
        let weight = Double(values.count) + assumedWeight
        let mean = (values.reduce(0, +) + assumed * assumedWeight) / weight
        // An assumed handling time is taken to spread as an exponential one does: its deviation equals its mean.
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } + assumedWeight * assumed * assumed
        return (mean, (squares / weight).squareRoot())
    }
}

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
    private var sum = 0.0
    private var sumOfSquares = 0.0
    private static let remembered = 200
    private static let assumedWeight = 10.0

    init(_ times: [Milliseconds] = []) {
        self.times = times.suffix(Self.remembered)
        addUp()
    }

    mutating func add(_ time: Milliseconds) {
        if times.count < Self.remembered {
            times.append(time)
        } else {
            times[next] = time
            next = (next + 1) % Self.remembered
        }
        addUp()
    }

    /// Once a session, so that a line of any length is told without it. Anew each time: a difference carried on would drift.
    private mutating func addUp() {
        let values = times.map { Double($0.count) }
        sum = values.reduce(0, +)
        sumOfSquares = values.reduce(0) { $0 + $1 * $1 }
    }

    /// With few sessions the assumed time weighs in as ten of them would; it is taken to spread as an exponential one does: its deviation equals its mean.
    func moments(assumed time: Milliseconds) -> (mean: Double, deviation: Double) {
        let assumed = Double(time.count)
        let count = Double(times.count)
        let weight = count + Self.assumedWeight
        let mean = (sum + assumed * Self.assumedWeight) / weight
        let squares = max(0, sumOfSquares - 2 * mean * sum + count * mean * mean) + Self.assumedWeight * assumed * assumed
        return (mean, (squares / weight).squareRoot())
    }
}

/// The lanes of the last tickets that were taken in a hall.
struct LaneHistory: Hashable, Sendable {
    private var lanes: [Lane] = []
    private var next = 0
    private var counts: [Lane: Int] = [:]
    static let remembered = 200

    init(_ lanes: [Lane] = []) { for lane in lanes { add(lane) } }

    mutating func add(_ lane: Lane) {
        counts[lane, default: 0] += 1
        guard lanes.count == Self.remembered else { return lanes.append(lane) }
        counts[lanes[next], default: 0] -= 1
        lanes[next] = lane
        next = (next + 1) % Self.remembered
    }

    /// A pre-review's materials became complete, or no longer are. Which of them it was makes no difference.
    mutating func changed(to lane: Lane) {
        let before: Lane = lane == .ready ? .guided : .ready
        guard let index = lanes.lastIndex(of: before) else { return }
        lanes[index] = lane
        counts[before, default: 0] -= 1
        counts[lane, default: 0] += 1
    }

    func share(of lane: Lane) -> Double { lanes.isEmpty ? 0 : Double(counts[lane] ?? 0) / Double(lanes.count) }
}

/// What the next waits of a hall look like, reckoned once for a whole line.
struct WaitForecast: Sendable {
    /// Tickets that are still to come and will go before others.
    struct Overtaking: Sendable {
        /// Of all tickets.
        let share: Double
        let advantage: Milliseconds
    }

    private let mean: Double
    private let deviation: Double
    private let working: Double
    private let free: Int
    private let overtaking: [Overtaking]

    /// - Returns: nil while no seat works.
    init?(_ moments: (mean: Double, deviation: Double), seatsWorking: Int, seatsFree: Int, overtaking: [Overtaking] = []) {
        guard seatsWorking > 0 else { return nil }
        (mean, deviation) = moments
        working = Double(seatsWorking)
        free = seatsFree
        self.overtaking = overtaking
    }

    /// The wait of a ticket with `ahead` others before it.
    ///
    /// With c busy seats a seat comes free every m / c on average, and the ticket needs `ahead + 1 - free` of them. The first comes sooner, because the talks
    /// are under way already: the mean rest of one is m (1 + v²) / 2, with v the deviation over the mean (renewal theory; Cox, 1962). Of many seats it
    /// shows only after as many departures. While it waits, others come and some
    /// go before it, for as long as their lane's advantage over its own allows. Where people wait, about as many come as are served: so of each seat that
    /// comes free meanwhile, the measured share of those lanes takes one more. How many they are is itself chance (Poisson), each a whole talk.
    ///
    /// A sum of talks is skewed: half of the waits are shorter than the mean says. It is taken for a gamma distribution of that mean and variance; its
    /// percentiles by Wilson and Hilferty (1931).
    /// - Parameter advantage: how much earlier than taken the ticket counts as taken.
    func estimate(ahead: Int, advantage: Milliseconds) -> WaitEstimate {
        let departures = Double(max(0, ahead + 1 - free))
        let pace = mean / working
        var overtakers = 0.0
        // The longer the wait, the more overtake: a few rounds come near enough.
        for _ in 0..<3 {
            let wait = (departures + overtakers) * pace
            overtakers = overtaking.reduce(0) { sum, lane in
                let window = min(wait, Double(lane.advantage.count - advantage.count))
                return window > 0 && pace > 0 ? sum + lane.share * window / pace : sum
            }
        }
        let variation = min(1, deviation / mean)
        let underWay = departures > 0 ? (1 - variation * variation) / 2 * departures / (departures + working - 1) : 0
        let middle = (departures + overtakers - underWay) * pace
        guard middle > 0 else { return WaitEstimate(p50: 0, p80: 0) }
        let variance = (departures * deviation * deviation + overtakers * (mean * mean + deviation * deviation)) / (working * working)
        let ninth = variance / (9 * middle * middle)
        let percentile = { (normal: Double) in
            let root = max(0, 1 - ninth + normal * ninth.squareRoot())
            return Milliseconds(Int64(middle * root * root * root))
        }
        return WaitEstimate(p50: percentile(0), p80: percentile(0.8416))
    }
}

/// Everything that the places of one hall have in common, reckoned once a turn.
struct HallForecast {
    let seats: Broker.SeatCount
    /// Nil while no seat works.
    let waits: WaitForecast?
    private var openings: [Needs: OpeningView?] = [:]

    init(seats: Broker.SeatCount, waits: WaitForecast?) {
        self.seats = seats
        self.waits = waits
    }

    /// Asked once for each sort of ticket: a line of thousands has a dozen.
    mutating func opening(_ needs: Needs, _ ask: (Needs) -> OpeningView?) -> OpeningView? {
        if let known = openings[needs] { return known }
        let asked = ask(needs)
        openings[needs] = .some(asked)
        return asked
    }
}

import BrokerCore
import Scheduling
import SignalingProtocol

/// What is rehearsed (预演): who sits where and when, who comes for what, and how long everything takes.
///
/// One hall by itself: nobody comes from or goes to another one, no line breaks, nobody misses a ring or a call, nobody is handed on, and nobody keeps a
/// place and goes away.
public struct RehearsalPlan: Sendable {
    /// A stretch of time in which a seat is staffed. Breaks are the gaps between two.
    public struct Stretch: Hashable, Sendable {
        public let seat: SeatID
        public let time: Range<Instant>
        public let covers: Coverage

        public init(seat: SeatID, time: Range<Instant>, covers: Coverage = .everything) {
            self.seat = seat
            self.time = time
            self.covers = covers
        }
    }

    /// One sort of matter that citizens come with, and how long it takes.
    public struct Demand: Hashable, Sendable {
        public let item: ItemCode
        /// The item's category.
        public let group: String
        public let kind: SessionKind
        public let language: SpokenLanguage?
        public let lane: Lane
        /// From the acceptance of the ring to the end of the talk.
        public let talk: Lasting
        public let wrapUp: Lasting

        public init(
            item: ItemCode, group: String, kind: SessionKind, language: SpokenLanguage? = nil, lane: Lane = .ordinary, talk: Lasting, wrapUp: Lasting
        ) {
            self.item = item
            self.group = group
            self.kind = kind
            self.language = language
            self.lane = lane
            self.talk = talk
            self.wrapUp = wrapUp
        }

        var need: ScheduleNeed { ScheduleNeed(group: group, kind: kind, language: language) }
    }

    /// How many are expected to come with one sort of matter, evenly over a stretch of time.
    public struct Rate: Hashable, Sendable {
        public let time: Range<Instant>
        /// A place in `demands`.
        public let demand: Int
        public let expected: Double

        public init(time: Range<Instant>, demand: Int, expected: Double) {
            self.time = time
            self.demand = demand
            self.expected = expected
        }
    }

    public struct Arrival: Hashable, Sendable {
        public let at: Instant
        /// A place in `demands`.
        public let demand: Int

        public init(at: Instant, demand: Int) {
            self.at = at
            self.demand = demand
        }
    }

    public enum Arrivals: Hashable, Sendable {
        /// Everybody comes independently of everybody else: each run draws other moments.
        case poisson([Rate])
        /// In every run the same.
        case recorded([Arrival])
    }

    /// What is reported, in half hours from its beginning.
    public let span: Range<Instant>
    public let seats: [SeatID]
    /// Those of seats that are not in `seats`, or of no length, are left out. Of two that overlap at one seat the one that began later counts.
    public let stretches: [Stretch]
    /// Also what nobody is expected to come with: it is looked whether somebody covers it.
    public let demands: [Demand]
    public let arrivals: Arrivals
    /// How long somebody waits before leaving; nil: until served, or until the seats close for the day.
    public let patience: Lasting?
    /// Between a ring and its acceptance.
    public let acceptDelay: Lasting
    public let goal: ServiceLevel
    public let configuration: BrokerConfiguration
    /// How often it is rehearsed, with other chances each time.
    public let runs: Int
    public let seed: UInt64

    public init(
        span: Range<Instant>, seats: [SeatID], stretches: [Stretch], demands: [Demand], arrivals: Arrivals, patience: Lasting?, acceptDelay: Lasting,
        goal: ServiceLevel, configuration: BrokerConfiguration = BrokerConfiguration(), runs: Int, seed: UInt64
    ) {
        self.span = span
        self.seats = seats
        let known = Set(seats)
        self.stretches = stretches.filter { known.contains($0.seat) && !$0.time.isEmpty }
        self.demands = demands
        self.arrivals = arrivals
        self.patience = patience
        self.acceptDelay = acceptDelay
        self.goal = goal
        self.configuration = configuration
        self.runs = max(1, runs)
        self.seed = seed
    }

    public static let halfHour: Milliseconds = .minutes(30)
    /// Seats that stay empty for longer have closed for the day: whoever waits goes home. A long lunch has not.
    static let closingGap: Milliseconds = .minutes(4 * 60)
    /// Who comes so much before the seats open waits for them; who comes at another hour in which they are closed for the day goes away again.
    static let earlyComing: Milliseconds = .minutes(60)

    /// The beginnings of the half hours.
    var halfHours: [Instant] {
        let count = ((span.upperBound - span.lowerBound).count + Self.halfHour.count - 1) / Self.halfHour.count
        return (0..<max(0, count)).map { span.lowerBound + Milliseconds($0 * Self.halfHour.count) }
    }

    /// From the first to the last moment of each day on which somebody is on schedule.
    var openDays: [Range<Instant>] {
        TimeSet(stretches.map(\.time)).stretches.reduce(into: []) { days, stretch in
            if let last = days.last, stretch.lowerBound - last.upperBound < Self.closingGap {
                days[days.count - 1] = last.lowerBound..<stretch.upperBound
            } else {
                days.append(stretch)
            }
        }
    }
}

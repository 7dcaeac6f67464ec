import SignalingProtocol

/// When a hall's seats are on schedule in the days to come, as moments. Reckoned outside and handed in, so that the broker needs no calendar.
public struct OpeningPlan: Hashable, Sendable {
    /// One stretch of time in which seats are staffed, and what they can take.
    public struct Stretch: Hashable, Sendable {
        public let time: Range<Instant>
        public let covers: Skills

        public init(time: Range<Instant>, covers: Skills = Skills(languages: [])) {
            self.time = time
            self.covers = covers
        }
    }

    /// A shift at one seat.
    public struct SeatTime: Hashable, Sendable {
        public let time: Range<Instant>
        /// Nil: whoever signs on there.
        public let agent: AgentID?

        public init(time: Range<Instant>, agent: AgentID?) {
            self.time = time
            self.agent = agent
        }
    }

    /// By the beginning.
    public let stretches: [Stretch]
    /// The shifts of each seat, by the beginning.
    public let seats: [SeatID: [SeatTime]]
    /// Nothing is known from here on.
    public let knownUntil: Instant
    /// The year whose calendar was not loaded, when that is why.
    public let missingYear: Int?
    /// Times that can be booked, by the beginning.
    public let slots: [SlotPlan]
    let longestSlot: Milliseconds
    /// What this hall allows those who book; nil: what is usual.
    public let booking: BookingRules?
    /// IANA name of the hall's zone, for those who show the days of the plan.
    public let zone: String?

    public init(
        stretches: [Stretch], seats: [SeatID: [SeatTime]] = [:], knownUntil: Instant, missingYear: Int? = nil, slots: [SlotPlan] = [],
        booking: BookingRules? = nil, zone: String? = nil
    ) {
        self.seats = seats.mapValues { $0.sorted { ($0.time.lowerBound, $0.time.upperBound) < ($1.time.lowerBound, $1.time.upperBound) } }
        self.slots = slots.sorted { ($0.time.lowerBound, $0.time.upperBound) < ($1.time.lowerBound, $1.time.upperBound) }
        longestSlot = slots.map { $0.time.upperBound - $0.time.lowerBound }.max() ?? 0
        self.booking = booking
        self.zone = zone
        self.stretches = stretches.sorted { ($0.time.lowerBound, $0.time.upperBound) < ($1.time.lowerBound, $1.time.upperBound) }
        self.knownUntil = knownUntil
        self.missingYear = missingYear
    }

    /// Whether somebody is on schedule.
    enum Status: Hashable {
        case open(until: Instant)
        case opens(at: Instant)
        case unknown
    }

    /// - Parameter isCovered: which stretches count.
    func status(at now: Instant, where isCovered: (Skills) -> Bool) -> Status {
        var until: Instant?
        for stretch in stretches where stretch.time.upperBound > now && isCovered(stretch.covers) {
            guard let end = until else {
                guard stretch.time.contains(now) else { return .opens(at: stretch.time.lowerBound) }
                until = stretch.time.upperBound
                continue
            }
            // One goes on where the other ends, or before.
            guard stretch.time.lowerBound <= end else { break }
            until = max(end, stretch.time.upperBound)
        }
        return until.map { .open(until: $0) } ?? .unknown
    }

    /// The next moment at which a stretch begins or ends.
    func nextChange(after now: Instant) -> Instant? {
        let begins = stretches.lazy.map(\.time.lowerBound).first { $0 > now }
        let ends = stretches.lazy.map(\.time.upperBound).filter { $0 > now }.min()
        return [begins, ends].compactMap { $0 }.min()
    }

    /// When `length` of opening time has passed since `start`. What is not known yet is taken for opening time: the plan will be longer by then.
    func end(of length: Milliseconds, openFrom start: Instant, where isCovered: (Skills) -> Bool) -> Instant {
        var left = length
        // No moment counts twice.
        var counted = start
        for stretch in stretches where isCovered(stretch.covers) {
            let begin = max(stretch.time.lowerBound, counted)
            guard begin < stretch.time.upperBound else { continue }
            let lasts = stretch.time.upperBound - begin
            if lasts >= left { return begin + left }
            left = Milliseconds(left.count - lasts.count)
            counted = stretch.time.upperBound
        }
        return max(start, knownUntil) + left
    }
}

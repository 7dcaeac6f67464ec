import SignalingProtocol

/// What a stretch of a schedule covers. Empty means: everything of its sort.
public struct Coverage: Hashable, Sendable {
    /// Item categories.
    public var groups: Set<String>
    public var kinds: Set<SessionKind>
    public var languages: Set<SpokenLanguage>

    public init(groups: Set<String> = [], kinds: Set<SessionKind> = [], languages: Set<SpokenLanguage> = []) {
        self.groups = groups
        self.kinds = kinds
        self.languages = languages
    }

    public static let everything = Coverage()

    public func covers(_ need: ScheduleNeed) -> Bool {
        (groups.isEmpty || need.group.map(groups.contains) ?? true) && (kinds.isEmpty || need.kind.map(kinds.contains) ?? true)
            && (languages.isEmpty || need.language.map(languages.contains) ?? true)
    }
}

extension Coverage: Codable {
    private enum Key: String, CodingKey { case groups, kinds, languages }

    /// What is absent is not restricted.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        groups = try container.decodeIfPresent(Set<String>.self, forKey: .groups) ?? []
        kinds = try container.decodeIfPresent(Set<SessionKind>.self, forKey: .kinds) ?? []
        languages = try container.decodeIfPresent(Set<SpokenLanguage>.self, forKey: .languages) ?? []
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        if !groups.isEmpty { try container.encode(groups.sorted(), forKey: .groups) }
        if !kinds.isEmpty { try container.encode(kinds.sorted { $0.rawValue < $1.rawValue }, forKey: .kinds) }
        if !languages.isEmpty { try container.encode(languages.sorted { $0.rawValue < $1.rawValue }, forKey: .languages) }
    }
}

/// What somebody needs a seat for. Nil: whatever it is.
public struct ScheduleNeed: Hashable, Sendable {
    public var group: String?
    public var kind: SessionKind?
    public var language: SpokenLanguage?

    public init(group: String? = nil, kind: SessionKind? = nil, language: SpokenLanguage? = nil) {
        self.group = group
        self.kind = kind
        self.language = language
    }

    public static let anything = ScheduleNeed()
}

/// One stretch of a day on which seats are staffed, on the zone's clocks.
public struct ScheduleInterval: Hashable, Sendable {
    public let from: TimeOfDay
    public let to: TimeOfDay
    public let covers: Coverage

    /// - Returns: nil when it does not end after it began. One past midnight is two, each on its own day.
    public init?(from: TimeOfDay, to: TimeOfDay, covers: Coverage = .everything) {
        guard from < to else { return nil }
        self.from = from
        self.to = to
        self.covers = covers
    }
}

/// When the seats of one hall are staffed: a weekly template, what the calendar makes of it, and days that differ.
public struct SeatSchedule: Hashable, Sendable {
    public let zone: ZoneRules
    public let week: [Weekday: [ScheduleInterval]]
    /// A make-up workday is worked like this day of the week: the notice says that one works, not which hours.
    public let makeupWorkday: Weekday
    /// Days that differ from template and calendar, whatever these say. An empty list: closed.
    public let exceptions: [CivilDay: [ScheduleInterval]]
    public let calendar: HolidayCalendar

    public init(
        zone: ZoneRules, week: [Weekday: [ScheduleInterval]], makeupWorkday: Weekday = .monday, exceptions: [CivilDay: [ScheduleInterval]] = [:],
        calendar: HolidayCalendar
    ) {
        self.zone = zone
        self.week = week
        self.makeupWorkday = makeupWorkday
        self.exceptions = exceptions
        self.calendar = calendar
    }

    /// One stretch of a schedule on one day, as moments.
    public struct Stretch: Hashable, Sendable {
        public let time: Range<Instant>
        public let covers: Coverage
        /// How many people can be served at the same time in it (可约数).
        public let capacity: Int
        /// Where it is; nil in a schedule that names no seats.
        public let seat: SeatID?
        /// Who sits there; nil while nobody is assigned.
        public let agent: AgentID?

        public init(time: Range<Instant>, covers: Coverage = .everything, capacity: Int = 1, seat: SeatID? = nil, agent: AgentID? = nil) {
            self.time = time
            self.covers = covers
            self.capacity = capacity
            self.seat = seat
            self.agent = agent
        }
    }

    /// What is known of the days to come.
    public struct Outlook: Hashable, Sendable {
        /// By the beginning.
        public let stretches: [Stretch]
        /// Nothing is known from here on.
        public let knownUntil: Instant
        /// The year whose calendar is missing, if that is why.
        public let missingYear: Int64?
    }

    /// The day's intervals, or nil when its year's calendar is missing.
    private func intervals(on day: CivilDay) -> [ScheduleInterval]? {
        if let exception = exceptions[day] { return exception }
        switch calendar.kind(of: day) {
        case .ordinary: return week[day.weekday] ?? []
        case .holiday: return []
        case .makeupWorkday: return week[makeupWorkday] ?? []
        case .unknown: return nil
        }
    }

    /// The stretches of one day. One that a step of the clocks swallows is none; one across a step is as much longer or shorter as the day is.
    func stretches(on day: CivilDay) -> [Stretch]? {
        intervals(on: day)?.compactMap { interval in
            let begin = zone.first(interval.from, on: day)
            let end = interval.to == .endOfDay ? zone.first(.startOfDay, on: day.next) : zone.last(interval.to, on: day)
            return begin < end ? Stretch(time: begin..<end, covers: interval.covers) : nil
        }
    }

    /// The stretches that have not ended at `instant`, of its day and the `days` after it, as far as the calendar is known.
    public func outlook(from instant: Instant, days: Int) -> Outlook {
        var found: [Stretch] = []
        var day = zone.day(at: instant)
        let last = CivilDay(number: day.number + Int64(days))
        while day <= last {
            guard let stretches = stretches(on: day) else {
                return outlook(found, until: zone.first(.startOfDay, on: day), missing: day.year)
            }
            found += stretches.filter { $0.time.upperBound > instant }
            day = day.next
        }
        return outlook(found, until: zone.first(.startOfDay, on: day), missing: nil)
    }

    private func outlook(_ found: [Stretch], until: Instant, missing: Int64?) -> Outlook {
        let sorted = found.sorted { ($0.time.lowerBound, $0.time.upperBound) < ($1.time.lowerBound, $1.time.upperBound) }
        return Outlook(stretches: sorted, knownUntil: until, missingYear: missing)
    }

    /// Whether somebody on schedule could take `need` at `instant`, and if not, when next.
    ///
    /// Days are looked at one by one until one is open or its calendar is missing, so the answer never rests on a year that nobody loaded.
    public func nextOpening(after instant: Instant, for need: ScheduleNeed = .anything) -> Opening {
        var day = zone.day(at: instant)
        var open: Range<Instant>?
        while let stretches = stretches(on: day) {
            let covering = TimeSet(stretches.filter { $0.covers.covers(need) }.map(\.time))
            if let current = open {
                // Open across midnight, and the day after goes on where this one ended.
                guard let further = covering.stretch(at: current.upperBound) else { return .open(until: current.upperBound) }
                open = current.lowerBound..<further.upperBound
            } else if let next = covering.next(after: instant) {
                guard next.contains(instant) else { return .opens(at: next.lowerBound) }
                open = next
            }
            let midnight = zone.first(.startOfDay, on: day.next)
            if let open, open.upperBound < midnight { return .open(until: open.upperBound) }
            day = day.next
        }
        if let open { return .open(until: open.upperBound) }
        return .unknown(missingYear: day.year)
    }
}

/// Whether a hall is open for somebody.
public enum Opening: Hashable, Sendable {
    case open(until: Instant)
    case opens(at: Instant)
    /// The calendar of this year was not loaded, and nothing opens before it.
    case unknown(missingYear: Int64)
}

import SignalingProtocol

/// An approved absence of an agent (请假).
public struct ApprovedLeave: Hashable, Sendable {
    public let id: LeaveID
    public let agent: AgentID
    public let time: Range<Instant>

    public init(id: LeaveID, agent: AgentID, time: Range<Instant>) {
        self.id = id
        self.agent = agent
        self.time = time
    }
}

/// An approved hand-over of one shift on one date to a colleague (换班).
public struct ApprovedSwap: Hashable, Sendable {
    public let id: SwapID
    public let shift: ShiftID
    public let date: CivilDay
    public let from: AgentID
    public let to: AgentID

    public init(id: SwapID, shift: ShiftID, date: CivilDay, from: AgentID, to: AgentID) {
        self.id = id
        self.shift = shift
        self.date = date
        self.from = from
        self.to = to
    }
}

/// When the seats of one hall are staffed: its schedule, what the calendar makes of it, and who is away.
public struct SeatSchedule: Sendable {
    public let zone: ZoneRules
    public let calendar: HolidayCalendar
    public let makeupWorkday: Weekday
    let week: [Weekday: [Shift]]
    let exceptions: [CivilDay: DayException]
    let leaves: [AgentID: [ApprovedLeave]]
    let swaps: [CivilDay: [ShiftID: [ApprovedSwap]]]
    /// What each agent can take; of those who are not here: everything that the shift covers.
    let skills: [AgentID: Coverage]

    public init(
        _ schedule: HallSchedule, zone: ZoneRules, calendar: HolidayCalendar, leaves: [ApprovedLeave] = [], swaps: [ApprovedSwap] = [],
        skills: [AgentID: Coverage] = [:]
    ) {
        self.zone = zone
        self.calendar = calendar
        self.skills = skills
        makeupWorkday = schedule.settings.makeupWorkday
        var week: [Weekday: [Shift]] = [:]
        var dated: [CivilDay: [Shift]] = [:]
        for shift in schedule.shifts.values {
            switch shift.day {
            case .weekly(let weekday): week[weekday, default: []].append(shift)
            case .dated(let date): dated[date, default: []].append(shift)
            }
        }
        self.week = week.mapValues { $0.sorted() }
        exceptions = Dictionary(
            uniqueKeysWithValues: schedule.notes.map { ($0, DayException(date: $0, note: $1, shifts: (dated[$0] ?? []).sorted())) })
        self.leaves = Dictionary(grouping: leaves, by: \.agent).mapValues { $0.sorted { $0.time.lowerBound < $1.time.lowerBound } }
        self.swaps = Dictionary(grouping: swaps, by: \.date).mapValues { Dictionary(grouping: $0, by: \.shift) }
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

    /// The stretches of one day, or nil when its year's calendar is missing. One that a step of the clocks swallows is none; one across a step is as much
    /// longer or shorter as the day is.
    public func stretches(on day: CivilDay) -> [Stretch]? {
        let planned = self.day(day)
        if planned.missingYear != nil { return nil }
        return planned.shifts.flatMap { shift -> [Stretch] in
            guard let covers = shift.covers else { return [] }
            return shift.staffed.stretches.map {
                Stretch(time: $0, covers: covers, capacity: shift.shift.capacity, seat: shift.shift.seat, agent: shift.agent)
            }
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

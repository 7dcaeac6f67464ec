import SignalingProtocol

/// What a schedule is checked against: the hall's seats and people, what it serves, and who has been promised a time.
public struct ScheduleRoster: Hashable, Sendable {
    public struct Seat: Hashable, Sendable {
        public let id: SeatID
        public let isWithdrawn: Bool

        public init(id: SeatID, isWithdrawn: Bool = false) {
            self.id = id
            self.isWithdrawn = isWithdrawn
        }
    }

    public struct Agent: Hashable, Sendable {
        public let id: AgentID
        public let skills: Coverage
        public let isSuspended: Bool

        public init(id: AgentID, skills: Coverage = .everything, isSuspended: Bool = false) {
            self.id = id
            self.skills = skills
            self.isSuspended = isSuspended
        }
    }

    public struct Item: Hashable, Sendable {
        public let code: ItemCode
        public let group: String
        public let kinds: [SessionKind]

        public init(code: ItemCode, group: String, kinds: [SessionKind]) {
            self.code = code
            self.group = group
            self.kinds = kinds
        }
    }

    /// An appointment that somebody holds or has booked.
    public struct Booking: Hashable, Sendable {
        public let id: String
        public let time: Range<Instant>
        public let need: ScheduleNeed

        public init(id: String, time: Range<Instant>, need: ScheduleNeed) {
            self.id = id
            self.time = time
            self.need = need
        }
    }

    public var seats: [Seat]
    public var agents: [Agent]
    public var items: [Item]
    public var bookings: [Booking]
    public var leaves: [ApprovedLeave]
    public var swaps: [ApprovedSwap]

    public init(
        seats: [Seat], agents: [Agent], items: [Item] = [], bookings: [Booking] = [], leaves: [ApprovedLeave] = [], swaps: [ApprovedSwap] = []
    ) {
        self.seats = seats
        self.agents = agents
        self.items = items
        self.bookings = bookings
        self.leaves = leaves
        self.swaps = swaps
    }

    public var skills: [AgentID: Coverage] { Dictionary(agents.map { ($0.id, $0.skills) }, uniquingKeysWith: { first, _ in first }) }
}

/// Looks for what will not work in a schedule.
///
/// A shift of the week is looked at once, not once for each of its dates; only what is different on a date (an exception, a leave, a booking) is looked at
/// there. So a year is as quick as a week.
public struct ScheduleCheck {
    let schedule: HallSchedule
    let resolved: SeatSchedule
    let roster: ScheduleRoster
    let first: CivilDay
    let last: CivilDay
    let lastCalendarDay: CivilDay
    let newID: () -> ShiftID
    /// Days of which something is checked, the week's first.
    let plans: [DayPlan]
    let agents: [AgentID: ScheduleRoster.Agent]
    let openSeats: [SeatID]

    /// - Parameters:
    ///   - from: nothing before it is looked at.
    ///   - days: how far dates are looked at.
    ///   - calendarDays: how soon a missing calendar matters; nil: as far as dates are looked at.
    ///   - newID: for shifts that a repair adds.
    public init(
        _ schedule: HallSchedule, zone: ZoneRules, calendar: HolidayCalendar, roster: ScheduleRoster, from: CivilDay, days: Int, calendarDays: Int? = nil,
        newID: @escaping () -> ShiftID
    ) {
        self.schedule = schedule
        self.roster = roster
        self.newID = newID
        first = from
        last = CivilDay(number: from.number + Int64(max(0, days - 1)))
        lastCalendarDay = min(last, CivilDay(number: from.number + Int64(max(0, (calendarDays ?? days) - 1))))
        resolved = SeatSchedule(schedule, zone: zone, calendar: calendar, leaves: roster.leaves, swaps: roster.swaps, skills: roster.skills)
        agents = Dictionary(roster.agents.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        openSeats = roster.seats.filter { !$0.isWithdrawn }.map(\.id)
        let (resolved, begin, end) = (resolved, first, last)
        let weekly = Weekday.allCases.compactMap { day in resolved.week[day].map { DayPlan(.weekly(day), $0) } }
        let dated = resolved.exceptions.filter { $0.key >= begin && $0.key <= end }.sorted { $0.key < $1.key }
        plans = weekly + dated.map { DayPlan(.dated($0.key), $0.value.shifts) }
    }

    public static let listedConflicts = 1_000

    /// Blocking ones first, at most `listedConflicts`.
    public func conflicts() -> [ScheduleConflict] {
        var found = plans.flatMap { doubleBookings($0) + people($0) + dailyLimits($0) }
        found += weeklyLimits() + uncoveredItems() + leaves() + bookings() + missingCalendars()
        let blocking = found.filter { $0.severity == .blocking }
        return Array((blocking + found.filter { $0.severity == .warning }).prefix(Self.listedConflicts))
    }

    // MARK: Rows that exclude each other

    private func doubleBookings(_ plan: DayPlan) -> [ScheduleConflict] {
        let seats = plan.bySeat.sorted { $0.key < $1.key }.flatMap { seat, shifts in
            overlaps(shifts).map { first, second in
                var conflict = conflict(.seatDoubleBooked, in: plan, [first, second])
                conflict.seatID = seat
                conflict.repairs = moves(second, plan) + shortened(first, second) + [removal(second)]
                return conflict
            }
        }
        let people = plan.byAgent.sorted { $0.key < $1.key }.flatMap { agent, shifts in
            overlaps(shifts).map { first, second in
                var conflict = conflict(.agentDoubleBooked, in: plan, [first, second])
                conflict.agentID = agent
                conflict.repairs = gifts(second, plan) + [unassigned([second])] + shortened(first, second) + [removal(second)]
                return conflict
            }
        }
        return seats + people
    }

    /// - Parameter shifts: by the beginning.
    private func overlaps(_ shifts: [Shift]) -> [(Shift, Shift)] {
        var pairs: [(Shift, Shift)] = []
        for (place, first) in shifts.enumerated() {
            for second in shifts[(place + 1)...] {
                guard second.time.from < first.time.to else { break }
                pairs.append((first, second))
            }
        }
        return pairs
    }

    // MARK: Rows that name the wrong seat or person

    private func people(_ plan: DayPlan) -> [ScheduleConflict] {
        let open = Set(openSeats)
        return plan.shifts.flatMap { shift -> [ScheduleConflict] in
            var found: [ScheduleConflict] = []
            if !open.contains(shift.seat) {
                var conflict = conflict(.seatWithdrawn, in: plan, [shift])
                conflict.seatID = shift.seat
                conflict.repairs = moves(shift, plan) + [removal(shift)]
                found.append(conflict)
            }
            guard let id = shift.agent else { return found }
            guard let agent = agents[id], !agent.isSuspended else {
                var conflict = conflict(.agentSuspended, in: plan, [shift])
                conflict.agentID = id
                conflict.repairs = gifts(shift, plan) + [unassigned([shift]), removal(shift)]
                return found + [conflict]
            }
            if !agent.skills.includes(shift.covers) {
                var conflict = conflict(.skillMissing, .warning, in: plan, [shift])
                conflict.agentID = id
                conflict.repairs = gifts(shift, plan) + [unassigned([shift])]
                found.append(conflict)
            }
            return found
        }
    }

    // MARK: Dates

    private func missingCalendars() -> [ScheduleConflict] {
        var found: [Int64: CivilDay] = [:]
        for number in first.number...lastCalendarDay.number {
            let day = CivilDay(number: number)
            if found[day.year] == nil, resolved.planned(on: day).0 == .unknown { found[day.year] = day }
        }
        return found.sorted { $0.key < $1.key }.map { year, day in
            var conflict = ScheduleConflict(.calendarMissing, .warning)
            conflict.year = year
            conflict.date = day
            return conflict
        }
    }

    private func leaves() -> [ScheduleConflict] {
        let byDay = Dictionary(plans.map { ($0.day, $0) }, uniquingKeysWith: { first, _ in first })
        return roster.leaves.sorted { ($0.time.lowerBound, $0.id) < ($1.time.lowerBound, $1.id) }.flatMap { leave -> [ScheduleConflict] in
            var found: [ScheduleConflict] = []
            var day = max(first, resolved.zone.day(at: leave.time.lowerBound))
            let end = min(last, resolved.zone.day(at: leave.time.upperBound))
            while day <= end {
                found += absences(leave, on: day, byDay)
                day = day.next
            }
            return found
        }
    }

    private func absences(_ leave: ApprovedLeave, on date: CivilDay, _ plans: [Shift.Day: DayPlan]) -> [ScheduleConflict] {
        let source: Shift.Day
        switch resolved.planned(on: date).0 {
        case .exception: source = .dated(date)
        case .ordinary: source = .weekly(date.weekday)
        case .makeupWorkday: source = .weekly(resolved.makeupWorkday)
        case .holiday, .unknown: return []
        }
        guard let plan = plans[source] else { return [] }
        return (plan.byAgent[leave.agent] ?? []).compactMap { shift in
            guard resolved.swap(of: shift, on: date) == nil, let time = resolved.moments(shift.time, on: date), time.overlaps(leave.time) else { return nil }
            // A row of the week stands for many dates; the leave takes its own out by itself. A row of this very date was meant for it.
            let isDated = source == .dated(date)
            var conflict = conflict(.agentOnLeave, isDated ? .blocking : .warning, in: plan, [shift])
            conflict.date = date
            conflict.weekday = nil
            conflict.agentID = leave.agent
            conflict.repairs =
                isDated ? gifts(shift, plan, on: date) + [unassigned([shift]), removal(shift)] : repairsOnce(shift, plan, on: date)
            return conflict
        }
    }

    // MARK: Making conflicts

    func conflict(_ kind: ScheduleConflict.Kind, _ severity: ScheduleConflict.Severity = .blocking, in plan: DayPlan, _ shifts: [Shift]) -> ScheduleConflict {
        var conflict = ScheduleConflict(kind, severity)
        switch plan.day {
        case .weekly(let weekday): conflict.weekday = weekday
        case .dated(let date): conflict.date = date
        }
        conflict.shiftIds = shifts.map(\.id)
        conflict.from = shifts.map(\.time.from).max()
        conflict.to = shifts.map(\.time.to).min()
        return conflict
    }
}

/// The shifts of one day of the week or of one exception, by what they are asked for.
struct DayPlan {
    let day: Shift.Day
    /// By the beginning.
    let shifts: [Shift]
    let bySeat: [SeatID: [Shift]]
    let byAgent: [AgentID: [Shift]]

    init(_ day: Shift.Day, _ shifts: [Shift]) {
        self.day = day
        self.shifts = shifts
        bySeat = Dictionary(grouping: shifts, by: \.seat)
        var byAgent: [AgentID: [Shift]] = [:]
        for shift in shifts { if let agent = shift.agent { byAgent[agent, default: []].append(shift) } }
        self.byAgent = byAgent
    }

    func workedMinutes(of agent: AgentID) -> Int { (byAgent[agent] ?? []).reduce(0) { $0 + $1.workedMinutes } }
}

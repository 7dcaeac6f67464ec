import SignalingProtocol

public enum ShiftSubject {}
public enum LeaveSubject {}
public enum SwapSubject {}

public typealias ShiftID = Identifier<ShiftSubject>
public typealias LeaveID = Identifier<LeaveSubject>
public typealias SwapID = Identifier<SwapSubject>

/// What of a schedule cannot be taken, and in which field of the wire it stands.
public struct ScheduleProblem: Error, Hashable, Sendable {
    public let field: String

    public init(field: String) { self.field = field }
}

/// A part of one day on the hall's clocks. It ends after it began: one past midnight is two, each on its own day.
public struct ClockSpan: Codable, Hashable, Sendable {
    public var from: TimeOfDay
    public var to: TimeOfDay

    public init(from: TimeOfDay, to: TimeOfDay) {
        self.from = from
        self.to = to
    }

    public var minutes: Int { to.minute - from.minute }

    public func overlaps(_ other: Self) -> Bool { from < other.to && other.from < to }

    public func contains(_ other: Self) -> Bool { from <= other.from && other.to <= to }
}

/// A seat and a person for a part of a day (班次), each week or on one date.
public struct Shift: Hashable, Sendable {
    public enum Day: Hashable, Sendable {
        case weekly(Weekday)
        /// Part of the exception of this date.
        case dated(CivilDay)
    }

    /// Bounds of what comes from outside.
    public enum Bounds {
        public static let capacity = 1...50
        public static let breaks = 10
        public static let groups = 50
        public static let groupCharacters = 60
    }

    public var id: ShiftID
    public var day: Day
    public var time: ClockSpan
    public var seat: SeatID
    /// Nil: whoever signs on there. Such a shift counts as staffed; hours of a hall without a duty roster are written so.
    public var agent: AgentID?
    public var covers: Coverage
    /// How many people the seat can serve at the same time.
    public var capacity: Int
    /// In order; they neither overlap nor leave the shift.
    public var breaks: [ClockSpan]

    public init(
        id: ShiftID, day: Day, time: ClockSpan, seat: SeatID, agent: AgentID? = nil, covers: Coverage = .everything, capacity: Int = 1,
        breaks: [ClockSpan] = []
    ) {
        self.id = id
        self.day = day
        self.time = time
        self.seat = seat
        self.agent = agent
        self.covers = covers
        self.capacity = capacity
        self.breaks = breaks
    }

    /// Minutes of work on the clocks: breaks are none.
    public var workedMinutes: Int { breaks.reduce(time.minutes) { $0 - $1.minutes } }

    /// The parts of the shift between its breaks.
    public var pieces: [ClockSpan] {
        var pieces: [ClockSpan] = []
        var begin = time.from
        for pause in breaks {
            if begin < pause.from { pieces.append(ClockSpan(from: begin, to: pause.from)) }
            begin = pause.to
        }
        if begin < time.to { pieces.append(ClockSpan(from: begin, to: time.to)) }
        return pieces
    }

    /// - Throws: the field that breaks a rule. An interval past midnight is one whose `to` is not after `from`.
    public func validate() throws(ScheduleProblem) {
        guard time.from < time.to else { throw ScheduleProblem(field: "to") }
        guard Bounds.capacity.contains(capacity) else { throw ScheduleProblem(field: "capacity") }
        guard covers.groups.count <= Bounds.groups, covers.groups.allSatisfy({ (1...Bounds.groupCharacters).contains($0.count) }) else {
            throw ScheduleProblem(field: "groups")
        }
        guard breaks.count <= Bounds.breaks else { throw ScheduleProblem(field: "breaks") }
        var end = time.from
        for pause in breaks {
            guard pause.from < pause.to, end <= pause.from, pause.to <= time.to else { throw ScheduleProblem(field: "breaks") }
            end = pause.to
        }
        guard workedMinutes > 0 else { throw ScheduleProblem(field: "breaks") }
    }
}

extension Shift: Codable {
    private enum Key: String, CodingKey { case id, weekday, date, from, to, seatID, agentID, covers, capacity, breaks }

    /// - Throws: also when neither or both of `weekday` and `date` are there.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let weekday = try container.decodeIfPresent(Weekday.self, forKey: .weekday)
        let date = try container.decodeIfPresent(CivilDay.self, forKey: .date)
        switch (weekday, date) {
        case (let weekday?, nil): day = .weekly(weekday)
        case (nil, let date?): day = .dated(date)
        case (nil, nil), (_?, _?):
            throw DecodingError.dataCorruptedError(forKey: .weekday, in: container, debugDescription: "either a weekday or a date")
        }
        id = try container.decode(ShiftID.self, forKey: .id)
        time = ClockSpan(from: try container.decode(TimeOfDay.self, forKey: .from), to: try container.decode(TimeOfDay.self, forKey: .to))
        seat = try container.decode(SeatID.self, forKey: .seatID)
        agent = try container.decodeIfPresent(AgentID.self, forKey: .agentID)
        covers = try container.decodeIfPresent(Coverage.self, forKey: .covers) ?? .everything
        capacity = try container.decodeIfPresent(Int.self, forKey: .capacity) ?? 1
        breaks = try container.decodeIfPresent([ClockSpan].self, forKey: .breaks)?.sorted { $0.from < $1.from } ?? []
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(id, forKey: .id)
        switch day {
        case .weekly(let weekday): try container.encode(weekday, forKey: .weekday)
        case .dated(let date): try container.encode(date, forKey: .date)
        }
        try container.encode(time.from, forKey: .from)
        try container.encode(time.to, forKey: .to)
        try container.encode(seat, forKey: .seatID)
        try container.encode(agent, forKey: .agentID)
        try container.encode(covers, forKey: .covers)
        try container.encode(capacity, forKey: .capacity)
        try container.encode(breaks, forKey: .breaks)
    }
}

extension Shift: Comparable {
    /// By day, beginning and seat: the order in which people read a plan.
    public static func < (left: Self, right: Self) -> Bool {
        if left.day != right.day { return left.day < right.day }
        if left.time.from != right.time.from { return left.time.from < right.time.from }
        return (left.seat, left.id) < (right.seat, right.id)
    }
}

extension Shift.Day: Comparable {
    public static func < (left: Self, right: Self) -> Bool {
        switch left {
        case .weekly(let weekday):
            switch right {
            case .weekly(let other): weekday.rawValue < other.rawValue
            case .dated: true
            }
        case .dated(let date):
            switch right {
            case .weekly: false
            case .dated(let other): date < other
            }
        }
    }
}

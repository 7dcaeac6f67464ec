import SignalingProtocol

/// Something in a schedule that will not work, found before anybody relies on it (冲突).
public struct ScheduleConflict: Encodable, Hashable, Sendable {
    public enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
        case seatDoubleBooked = "seat-double-booked"
        case agentDoubleBooked = "agent-double-booked"
        /// Nobody who is planned in open hours can take the item.
        case itemUncovered = "item-uncovered"
        case bookingsOverCapacity = "bookings-over-capacity"
        case agentOverDailyLimit = "agent-over-daily-limit"
        case agentOverWeeklyLimit = "agent-over-weekly-limit"
        case calendarMissing = "calendar-missing"
        case agentOnLeave = "agent-on-leave"
        case agentSuspended = "agent-suspended"
        case seatWithdrawn = "seat-withdrawn"
        case skillMissing = "skill-missing"
    }

    public enum Severity: String, Codable, Hashable, Sendable {
        /// Must be repaired before the schedule is published.
        case blocking
        case warning
    }

    public let kind: Kind
    public let severity: Severity
    /// Of a shift that stands in the week and not on a date.
    public var weekday: Weekday?
    /// Of an exception, of a leave or of bookings; the Monday of a week.
    public var date: CivilDay?
    public var from: TimeOfDay?
    public var to: TimeOfDay?
    /// The rows that it is about.
    public var shiftIds: [ShiftID] = []
    public var agentID: AgentID?
    public var seatID: SeatID?
    public var itemCode: ItemCode?
    /// The year whose calendar is missing.
    public var year: Int64?
    /// Bookings without a place, or minutes of work.
    public var count: Int?
    public var repairs: [ScheduleRepair] = []

    init(_ kind: Kind, _ severity: Severity) {
        self.kind = kind
        self.severity = severity
    }
}

/// Changes that remove a conflict. Each is one choice of several.
public struct ScheduleRepair: Codable, Hashable, Sendable {
    public enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
        case moveToFreeSeat = "move-to-free-seat"
        case giveToFreeAgent = "give-to-free-agent"
        case leaveUnassigned = "leave-unassigned"
        case shorten
        case removeShift = "remove-shift"
        case addCoverage = "add-coverage"
    }

    public let kind: Kind
    public let changes: [ScheduleChange]
}

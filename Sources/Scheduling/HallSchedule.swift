import SignalingProtocol

/// What holds for the whole schedule of a hall.
public struct ScheduleSettings: Codable, Hashable, Sendable {
    /// A make-up workday is worked like this day of the week: the notice says that one works, not which hours.
    public var makeupWorkday: Weekday = .monday
    public var slotMinutes = 30
    /// Of the seats of a slot, held back for those who come without an appointment.
    public var walkInPercent = 50
    public var bookingDays = 14
    public var bookingLeadMinutes = 60
    /// How long a slot that somebody gave back stays shut, so that appointments are not traded.
    public var freedSlotShutMinutes = 30
    public var appointmentsPerPerson = 2
    /// Of an agent's work, without breaks.
    public var dailyLimitMinutes = 480
    public var weeklyLimitMinutes = 2_400

    public init() {}

    /// - Throws: the field that is out of bounds.
    public func validate() throws(ScheduleProblem) {
        let bounds: [(Int, ClosedRange<Int>, String)] = [
            (slotMinutes, 5...240, "slot_minutes"), (walkInPercent, 0...100, "walk_in_percent"), (bookingDays, 0...90, "booking_days"),
            (bookingLeadMinutes, 0...10_080, "booking_lead_minutes"), (freedSlotShutMinutes, 0...1_440, "freed_slot_shut_minutes"),
            (appointmentsPerPerson, 1...20, "appointments_per_person"), (dailyLimitMinutes, 60...1_440, "daily_limit_minutes"),
            (weeklyLimitMinutes, 60...10_080, "weekly_limit_minutes"),
        ]
        for (value, range, field) in bounds where !range.contains(value) { throw ScheduleProblem(field: field) }
    }
}

/// A date that follows neither the week nor the calendar (特殊日).
public struct DayException: Codable, Hashable, Sendable {
    public var date: CivilDay
    public var note: String
    /// None: closed.
    public var shifts: [Shift]

    public init(date: CivilDay, note: String, shifts: [Shift]) {
        self.date = date
        self.note = note
        self.shifts = shifts
    }
}

/// The seat schedule of one hall as people write it: a week, the dates that differ, and what holds for all of it.
public struct HallSchedule: Hashable, Sendable {
    public enum Bounds {
        public static let shifts = 300_000
        public static let exceptions = 1_000
        public static let noteCharacters = 200
    }

    /// IANA name. Its steps come from the zone database of the machine that reads it.
    public let zone: String
    public internal(set) var settings: ScheduleSettings
    /// Of the week and of the exceptions.
    public internal(set) var shifts: [ShiftID: Shift]
    /// The exceptions' notes. A dated shift's date is always among them.
    public internal(set) var notes: [CivilDay: String]

    /// Nobody works.
    public init(zone: String = ZoneRules.china.name, settings: ScheduleSettings = ScheduleSettings()) {
        self.zone = zone
        self.settings = settings
        shifts = [:]
        notes = [:]
    }

    /// - Throws: the field of the first shift, date or setting that cannot be.
    public init(zone: String, settings: ScheduleSettings, week: [Shift], exceptions: [DayException] = []) throws(ScheduleProblem) {
        self.init(zone: zone, settings: settings)
        try settings.validate()
        for exception in exceptions { _ = try put(exception.date, note: exception.note) }
        for shift in week + exceptions.flatMap(\.shifts) {
            guard shifts[shift.id] == nil else { throw ScheduleProblem(field: "id") }
            _ = try put(shift)
        }
    }

    public var week: [Shift] { shifts.values.filter { if case .weekly = $0.day { true } else { false } }.sorted() }

    public var exceptions: [DayException] {
        var dated: [CivilDay: [Shift]] = [:]
        for shift in shifts.values { if case .dated(let date) = shift.day { dated[date, default: []].append(shift) } }
        return notes.sorted { $0.key < $1.key }.map { DayException(date: $0.key, note: $0.value, shifts: (dated[$0.key] ?? []).sorted()) }
    }
}

extension HallSchedule: Codable {
    private enum Key: String, CodingKey { case zone, settings, shifts, exceptions }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        do {
            try self.init(
                zone: container.decode(String.self, forKey: .zone), settings: container.decode(ScheduleSettings.self, forKey: .settings),
                week: container.decode([Shift].self, forKey: .shifts), exceptions: container.decode([DayException].self, forKey: .exceptions))
        } catch let problem as ScheduleProblem {
            throw DecodingError.dataCorruptedError(forKey: .shifts, in: container, debugDescription: "\(problem.field) cannot be")
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(zone, forKey: .zone)
        try container.encode(settings, forKey: .settings)
        try container.encode(week, forKey: .shifts)
        try container.encode(exceptions, forKey: .exceptions)
    }
}

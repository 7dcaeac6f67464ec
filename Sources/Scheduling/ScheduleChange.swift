import SignalingProtocol

/// One step of editing a draft. Whole schedules are never sent: two people who edit different days do not overwrite each other.
public enum ScheduleChange: Hashable, Sendable {
    /// Adds a shift, or puts it in the place of the one with its id.
    case putShift(Shift)
    case removeShift(ShiftID)
    /// From now on the day follows neither week nor calendar; it is closed until it has shifts of its own.
    case putException(CivilDay, note: String)
    /// With its shifts.
    case removeException(CivilDay)
    /// Makes each day of a week an exception that is as the same day of another week is planned. Both are named by their Monday.
    case copyWeek(from: CivilDay, to: CivilDay)
    case putSettings(ScheduleSettings)
}

extension ScheduleChange: Codable {
    private enum Key: String, CodingKey { case kind, shift, id, date, note, from, to, settings }
    private enum Kind: String, Codable {
        case putShift = "put-shift"
        case removeShift = "remove-shift"
        case putException = "put-exception"
        case removeException = "remove-exception"
        case copyWeek = "copy-week"
        case putSettings = "put-settings"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        switch try container.decode(Kind.self, forKey: .kind) {
        case .putShift: self = .putShift(try container.decode(Shift.self, forKey: .shift))
        case .removeShift: self = .removeShift(try container.decode(ShiftID.self, forKey: .id))
        case .putException:
            self = .putException(
                try container.decode(CivilDay.self, forKey: .date), note: try container.decodeIfPresent(String.self, forKey: .note) ?? "")
        case .removeException: self = .removeException(try container.decode(CivilDay.self, forKey: .date))
        case .copyWeek: self = .copyWeek(from: try container.decode(CivilDay.self, forKey: .from), to: try container.decode(CivilDay.self, forKey: .to))
        case .putSettings: self = .putSettings(try container.decode(ScheduleSettings.self, forKey: .settings))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        switch self {
        case .putShift(let shift):
            try container.encode(Kind.putShift, forKey: .kind)
            try container.encode(shift, forKey: .shift)
        case .removeShift(let id):
            try container.encode(Kind.removeShift, forKey: .kind)
            try container.encode(id, forKey: .id)
        case .putException(let date, let note):
            try container.encode(Kind.putException, forKey: .kind)
            try container.encode(date, forKey: .date)
            try container.encode(note, forKey: .note)
        case .removeException(let date):
            try container.encode(Kind.removeException, forKey: .kind)
            try container.encode(date, forKey: .date)
        case .copyWeek(let from, let to):
            try container.encode(Kind.copyWeek, forKey: .kind)
            try container.encode(from, forKey: .from)
            try container.encode(to, forKey: .to)
        case .putSettings(let settings):
            try container.encode(Kind.putSettings, forKey: .kind)
            try container.encode(settings, forKey: .settings)
        }
    }
}

/// What a list of changes did.
public struct ScheduleEdit: Hashable, Sendable {
    public let schedule: HallSchedule
    /// The same without weeks to copy: done again later, it gives the same shifts under the same ids.
    public let changes: [ScheduleChange]
    /// Undoes it.
    public let inverse: [ScheduleChange]
}

extension HallSchedule {
    /// All of the changes, or none.
    /// - Parameters:
    ///   - calendar: what a week that is copied follows.
    ///   - newID: for the shifts of a copied week.
    /// - Throws: the field of the first change that cannot be.
    public func applying(_ changes: [ScheduleChange], calendar: HolidayCalendar, newID: () -> ShiftID) throws(ScheduleProblem) -> ScheduleEdit {
        var schedule = self
        var done: [ScheduleChange] = []
        var inverses: [[ScheduleChange]] = []
        for change in changes {
            for step in try schedule.steps(of: change, calendar: calendar, newID: newID) {
                inverses.append(try schedule.apply(step))
                done.append(step)
            }
        }
        guard schedule.shifts.count <= Bounds.shifts, schedule.notes.count <= Bounds.exceptions else { throw ScheduleProblem(field: "changes") }
        return ScheduleEdit(schedule: schedule, changes: done, inverse: inverses.reversed().flatMap { $0 })
    }

    /// What makes `target` of this schedule.
    public func changes(to target: HallSchedule) -> [ScheduleChange] {
        var changes: [ScheduleChange] = settings == target.settings ? [] : [.putSettings(target.settings)]
        changes += notes.keys.filter { target.notes[$0] == nil }.sorted().map { .removeException($0) }
        changes += target.notes.filter { notes[$0.key] != $0.value }.sorted { $0.key < $1.key }.map { .putException($0.key, note: $0.value) }
        let gone = shifts.values.filter { shift in
            if case .dated(let date) = shift.day, target.notes[date] == nil { return false }
            return target.shifts[shift.id] == nil
        }
        changes += gone.sorted().map { .removeShift($0.id) }
        return changes + target.shifts.values.filter { shifts[$0.id] != $0 }.sorted().map { .putShift($0) }
    }

    // MARK: Single steps

    /// - Returns: what undoes it.
    private mutating func apply(_ change: ScheduleChange) throws(ScheduleProblem) -> [ScheduleChange] {
        switch change {
        case .putShift(let shift): return try put(shift)
        case .removeShift(let id):
            guard let shift = shifts.removeValue(forKey: id) else { throw ScheduleProblem(field: "id") }
            return [.putShift(shift)]
        case .putException(let date, let note): return try put(date, note: note)
        case .removeException(let date):
            guard let note = notes.removeValue(forKey: date) else { throw ScheduleProblem(field: "date") }
            let own = shifts.values.filter { $0.day == .dated(date) }.sorted()
            for shift in own { shifts[shift.id] = nil }
            return [.putException(date, note: note)] + own.map { .putShift($0) }
        case .putSettings(let settings):
            try settings.validate()
            defer { self.settings = settings }
            return [.putSettings(self.settings)]
        case .copyWeek: throw ScheduleProblem(field: "kind")
        }
    }

    mutating func put(_ shift: Shift) throws(ScheduleProblem) -> [ScheduleChange] {
        try shift.validate()
        if case .dated(let date) = shift.day, notes[date] == nil { throw ScheduleProblem(field: "date") }
        let previous = shifts.updateValue(shift, forKey: shift.id)
        return [previous.map { .putShift($0) } ?? .removeShift(shift.id)]
    }

    mutating func put(_ date: CivilDay, note: String) throws(ScheduleProblem) -> [ScheduleChange] {
        guard note.count <= Bounds.noteCharacters else { throw ScheduleProblem(field: "note") }
        let previous = notes.updateValue(note, forKey: date)
        return [previous.map { .putException(date, note: $0) } ?? .removeException(date)]
    }

    // MARK: Copying a week

    private func steps(of change: ScheduleChange, calendar: HolidayCalendar, newID: () -> ShiftID) throws(ScheduleProblem) -> [ScheduleChange] {
        guard case .copyWeek(let from, let to) = change else { return [change] }
        guard from.weekday == .monday else { throw ScheduleProblem(field: "from") }
        guard to.weekday == .monday, from != to else { throw ScheduleProblem(field: "to") }
        var steps: [ScheduleChange] = []
        for offset in 0..<7 as Range<Int64> {
            let (source, target) = (CivilDay(number: from.number + offset), CivilDay(number: to.number + offset))
            guard let planned = planned(on: source, calendar: calendar) else { throw ScheduleProblem(field: "from") }
            if notes[target] != nil { steps.append(.removeException(target)) }
            steps.append(.putException(target, note: notes[source] ?? ""))
            steps += planned.map { shift in
                var copy = shift
                copy.id = newID()
                copy.day = .dated(target)
                return .putShift(copy)
            }
        }
        return steps
    }

    /// - Returns: nil when the calendar of the day's year is missing.
    func planned(on day: CivilDay, calendar: HolidayCalendar) -> [Shift]? {
        let wanted: Shift.Day
        if notes[day] != nil {
            wanted = .dated(day)
        } else {
            switch calendar.kind(of: day) {
            case .ordinary: wanted = .weekly(day.weekday)
            case .makeupWorkday: wanted = .weekly(settings.makeupWorkday)
            case .holiday: return []
            case .unknown: return nil
            }
        }
        return shifts.values.filter { $0.day == wanted }.sorted()
    }
}

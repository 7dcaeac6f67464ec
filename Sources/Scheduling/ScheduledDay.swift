import SignalingProtocol

/// One day of a schedule as it will be: week, calendar, exception, leave and swaps taken together.
public struct ScheduledDay: Hashable, Sendable {
    /// Why the day is as it is.
    public enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
        case ordinary
        case holiday
        case makeupWorkday = "makeup-workday"
        case exception
        /// The calendar of its year was not loaded.
        case unknown
    }

    public let date: CivilDay
    public let kind: Kind
    /// Of the holiday that the day belongs to.
    public let name: String?
    /// Of the exception.
    public let note: String?
    public let missingYear: Int64?
    public let shifts: [ScheduledShift]
}

/// A shift on one day, as moments.
public struct ScheduledShift: Hashable, Sendable {
    public let shift: Shift
    /// With its breaks.
    public let time: Range<Instant>
    /// Who comes: the planned agent, the one who took the shift over, or nobody, who is on leave for all of it or was never named.
    public let agent: AgentID?
    public let leave: LeaveID?
    public let swap: SwapID?
    /// When somebody sits there: without breaks and leave.
    public let staffed: TimeSet
    /// As far as whoever comes can take it; nil when that is nothing.
    public let covers: Coverage?
}

extension SeatSchedule {
    /// What happens on a day.
    public func day(_ date: CivilDay) -> ScheduledDay {
        let (kind, shifts) = planned(on: date)
        let known = kind == .unknown ? nil : shifts
        return ScheduledDay(
            date: date, kind: kind, name: calendar.name(of: date), note: exceptions[date]?.note, missingYear: kind == .unknown ? date.year : nil,
            shifts: (known ?? []).compactMap { scheduled($0, on: date) })
    }

    /// The shifts that week, calendar and exceptions give, whoever is away.
    func planned(on date: CivilDay) -> (ScheduledDay.Kind, [Shift]) {
        if let exception = exceptions[date] { return (.exception, exception.shifts) }
        return switch calendar.kind(of: date) {
        case .ordinary: (.ordinary, week[date.weekday] ?? [])
        case .holiday: (.holiday, [])
        case .makeupWorkday: (.makeupWorkday, week[makeupWorkday] ?? [])
        case .unknown: (.unknown, [])
        }
    }

    func moments(_ span: ClockSpan, on date: CivilDay) -> Range<Instant>? {
        let begin = zone.first(span.from, on: date)
        let end = span.to == .endOfDay ? zone.first(.startOfDay, on: date.next) : zone.last(span.to, on: date)
        return begin < end ? begin..<end : nil
    }

    /// A swap counts while its shift is still planned for the one who gave it away: a later change of the schedule outdoes it.
    func swap(of shift: Shift, on date: CivilDay) -> ApprovedSwap? {
        guard let agent = shift.agent else { return nil }
        return swaps[date]?[shift.id]?.last { $0.from == agent }
    }

    /// - Returns: nil for a shift that a step of the clocks swallows.
    private func scheduled(_ shift: Shift, on date: CivilDay) -> ScheduledShift? {
        guard let time = moments(shift.time, on: date) else { return nil }
        let swap = swap(of: shift, on: date)
        let agent = swap?.to ?? shift.agent
        var staffed = TimeSet([time])
        if !shift.breaks.isEmpty { staffed = staffed.subtracting(TimeSet(shift.breaks.compactMap { moments($0, on: date) })) }
        let away = agent.flatMap { leaves[$0] }?.filter { $0.time.overlaps(time) } ?? []
        if !away.isEmpty { staffed = staffed.subtracting(TimeSet(away.map(\.time))) }
        return ScheduledShift(
            shift: shift, time: time, agent: away.isEmpty || !staffed.isEmpty ? agent : nil, leave: away.first?.id, swap: swap?.id, staffed: staffed,
            covers: agent.flatMap { skills[$0] }.map { shift.covers.narrowed(to: $0) } ?? shift.covers)
    }

    // MARK: Coverage

    /// How many seats are staffed through a half hour.
    public struct HalfHour: Hashable, Sendable {
        public let at: Instant
        public let from: TimeOfDay
        /// The fewest at any of its moments at which a shift is planned: whoever plans counts on no more.
        public let planned: Int
    }

    /// The half hours of a day that any shift touches.
    public func halfHours(of day: ScheduledDay) -> [HalfHour] {
        let begin = zone.first(.startOfDay, on: day.date)
        let minutes = Int((zone.first(.startOfDay, on: day.date.next) - begin).count / 60_000)
        guard minutes > 0 else { return [] }
        var staffed = [Int](repeating: 0, count: minutes + 1)
        var touched = staffed
        func count(_ range: Range<Instant>, in counts: inout [Int]) {
            // A leave may begin between two minutes: the minute counts as staffed from the next one on.
            let from = max(0, Int(((range.lowerBound - begin).count + 59_999) / 60_000))
            let to = min(minutes, Int((range.upperBound - begin).count / 60_000))
            guard from < to else { return }
            counts[from] += 1
            counts[to] -= 1
        }
        for shift in day.shifts {
            count(shift.time, in: &touched)
            for stretch in shift.staffed.stretches { count(stretch, in: &staffed) }
        }
        for minute in 1...minutes {
            staffed[minute] += staffed[minute - 1]
            touched[minute] += touched[minute - 1]
        }
        return stride(from: 0, to: minutes, by: 30).compactMap { start in
            let planned = (start..<min(start + 30, minutes)).filter { touched[$0] > 0 }.map { staffed[$0] }.min()
            let at = begin + .minutes(Int64(start))
            return planned.map { HalfHour(at: at, from: zone.timeOfDay(at: at), planned: $0) }
        }
    }
}

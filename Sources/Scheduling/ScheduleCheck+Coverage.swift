import SignalingProtocol

extension ScheduleCheck {
    /// Items that nobody covers: never in the whole week, which blocks, or for a part of a day's open hours, which is said.
    func uncoveredItems() -> [ScheduleConflict] {
        let days = plans.map { CoveredDay($0, skills: resolved.skills) }.filter { !$0.open.isEmpty }
        return roster.items.sorted { $0.code < $1.code }.flatMap { item -> [ScheduleConflict] in
            let needs = item.kinds.map { ScheduleNeed(group: item.group, kind: $0) }
            guard let first = days.first else { return [] }
            let never = needs.filter { need in days.allSatisfy { $0.covered(need).isEmpty } }
            if let need = never.first, let span = first.open.stretches.first.map(ClockSpan.init(reading:)) {
                var conflict = ScheduleConflict(.itemUncovered, .blocking)
                conflict.itemCode = item.code
                conflict.repairs = coverage(of: never, span, first.plan, repairing: need)
                return [conflict]
            }
            return days.flatMap { day in gaps(of: item, needs, day) }
        }
    }

    private func gaps(of item: ScheduleRoster.Item, _ needs: [ScheduleNeed], _ day: CoveredDay) -> [ScheduleConflict] {
        let uncovered = TimeSet(needs.flatMap { day.open.subtracting(day.covered($0)).stretches })
        return uncovered.stretches.map { stretch in
            let span = ClockSpan(reading: stretch)
            var conflict = conflict(.itemUncovered, .warning, in: day.plan, [])
            conflict.itemCode = item.code
            (conflict.from, conflict.to) = (span.from, span.to)
            let open = needs.filter { day.covered($0).intersection(TimeSet([stretch])) != TimeSet([stretch]) }
            conflict.repairs = open.first.map { coverage(of: open, span, day.plan, repairing: $0) } ?? []
            return conflict
        }
    }

    /// Somebody who is there takes the item too, or an empty seat is opened for it.
    private func coverage(of needs: [ScheduleNeed], _ span: ClockSpan, _ plan: DayPlan, repairing need: ScheduleNeed) -> [ScheduleRepair] {
        var repairs: [ScheduleRepair] = []
        let wider = plan.shifts.lazy.compactMap { shift -> Shift? in
            var wide = shift
            for need in needs { wide.covers.widen(to: need) }
            guard wide != shift, shift.pieces.contains(where: { $0.contains(span) }) else { return nil }
            let covered = shift.agent.flatMap { resolved.skills[$0] }.map { wide.covers.narrowed(to: $0) } ?? wide.covers
            return needs.allSatisfy { covered?.covers($0) ?? false } ? wide : nil
        }
        if let wide = wider.first { repairs.append(ScheduleRepair(kind: .addCoverage, changes: [.putShift(wide)])) }
        if let seat = freeSeat(for: span, plan) {
            let covers = Coverage(groups: Set(needs.compactMap(\.group)), kinds: Set(needs.compactMap(\.kind)))
            let added = Shift(id: newID(), day: plan.day, time: span, seat: seat, covers: covers)
            repairs.append(ScheduleRepair(kind: .addCoverage, changes: [.putShift(added)]))
        }
        return repairs
    }

    // MARK: Appointments

    func bookings() -> [ScheduleConflict] {
        let zone = resolved.zone
        let byDay = Dictionary(grouping: roster.bookings.filter { !$0.time.isEmpty }) { zone.day(at: $0.time.lowerBound) }
        return byDay.filter { $0.key >= first && $0.key <= last }.sorted { $0.key < $1.key }.flatMap { date, bookings -> [ScheduleConflict] in
            guard let stretches = resolved.stretches(on: date) else { return [] }
            let moments = Set(bookings.map(\.time.lowerBound)).sorted()
            return moments.compactMap { moment in overbooked(bookings.filter { $0.time.contains(moment) }, stretches, on: date) }
        }
    }

    private func overbooked(_ bookings: [ScheduleRoster.Booking], _ stretches: [SeatSchedule.Stretch], on date: CivilDay) -> ScheduleConflict? {
        let short = bookings.count - SlotMatching.served(bookings, stretches)
        guard short > 0, let begin = bookings.map(\.time.lowerBound).max(), let earliest = bookings.map(\.time.lowerBound).min(),
            let latest = bookings.map(\.time.upperBound).max()
        else { return nil }
        let zone = resolved.zone
        var conflict = ScheduleConflict(.bookingsOverCapacity, .warning)
        conflict.date = date
        conflict.from = zone.timeOfDay(at: begin)
        conflict.to = zone.day(at: latest) == date ? zone.timeOfDay(at: latest) : .endOfDay
        conflict.count = short
        let (kind, shifts) = resolved.planned(on: date)
        let isOrdinary = kind == .ordinary
        let plan = DayPlan(.dated(date), shifts)
        let span = ClockSpan(from: zone.timeOfDay(at: earliest), to: conflict.to ?? .endOfDay)
        guard span.from < span.to, Shift.Bounds.capacity.contains(short), let seat = freeSeat(for: span, plan) else { return conflict }
        var added = Shift(id: newID(), day: .dated(date), time: span, seat: seat, capacity: short)
        if kind == .exception {
            conflict.repairs = [ScheduleRepair(kind: .addCoverage, changes: [.putShift(added)])]
        } else if shifts.count < Self.copiedRows {
            conflict.repairs = [ScheduleRepair(kind: .addCoverage, changes: exception(on: date, of: shifts + [added]))]
        } else if isOrdinary {
            added.day = .weekly(date.weekday)
            conflict.repairs = [ScheduleRepair(kind: .addCoverage, changes: [.putShift(added)])]
        }
        return conflict
    }
}

/// How many bookings find a place, when each stretch takes as many as its capacity: a matching of greatest size (augmenting paths, Kuhn 1955).
enum SlotMatching {
    static func served(_ bookings: [ScheduleRoster.Booking], _ stretches: [SeatSchedule.Stretch]) -> Int {
        let choices = bookings.map { booking in
            stretches.indices.filter { place in
                let stretch = stretches[place]
                return stretch.time.lowerBound <= booking.time.lowerBound && booking.time.upperBound <= stretch.time.upperBound
                    && stretch.covers.covers(booking.need)
            }
        }
        var holders = [[Int]](repeating: [], count: stretches.count)
        func place(_ booking: Int, _ seen: inout Set<Int>) -> Bool {
            for stretch in choices[booking] where seen.insert(stretch).inserted {
                if holders[stretch].count < stretches[stretch].capacity {
                    holders[stretch].append(booking)
                    return true
                }
                for index in holders[stretch].indices where place(holders[stretch][index], &seen) {
                    holders[stretch][index] = booking
                    return true
                }
            }
            return false
        }
        return bookings.indices.count { booking in
            var seen: Set<Int> = []
            return place(booking, &seen)
        }
    }
}

/// What a day covers, in readings of its clocks.
private struct CoveredDay {
    let plan: DayPlan
    let open: TimeSet
    private let byCoverage: [(Coverage, TimeSet)]

    init(_ plan: DayPlan, skills: [AgentID: Coverage]) {
        self.plan = plan
        var readings: [Coverage: [Range<Instant>]] = [:]
        for shift in plan.shifts {
            let covers = shift.agent.flatMap { skills[$0] }.map { shift.covers.narrowed(to: $0) } ?? shift.covers
            if let covers { readings[covers, default: []] += shift.pieces.map(\.reading) }
        }
        byCoverage = readings.map { ($0, TimeSet($1)) }
        open = TimeSet(plan.shifts.flatMap(\.pieces).map(\.reading))
    }

    func covered(_ need: ScheduleNeed) -> TimeSet { TimeSet(byCoverage.filter { $0.0.covers(need) }.flatMap(\.1.stretches)) }
}

extension ClockSpan {
    /// As moments of a day that has no zone: what the clocks show, counted from 1970.
    fileprivate var reading: Range<Instant> {
        Instant(milliseconds: Int64(from.minute) * 60_000)..<Instant(milliseconds: Int64(max(from, to).minute) * 60_000)
    }

    fileprivate init(reading: Range<Instant>) {
        self.init(
            from: TimeOfDay(minute: Int(reading.lowerBound.milliseconds / 60_000)), to: TimeOfDay(minute: Int(reading.upperBound.milliseconds / 60_000)))
    }
}

extension Coverage {
    fileprivate mutating func widen(to need: ScheduleNeed) {
        if let group = need.group, !groups.isEmpty { groups.insert(group) }
        if let kind = need.kind, !kinds.isEmpty { kinds.insert(kind) }
    }
}

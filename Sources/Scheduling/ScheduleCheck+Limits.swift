import SignalingProtocol

extension ScheduleCheck {
    func dailyLimits(_ plan: DayPlan) -> [ScheduleConflict] {
        let limit = schedule.settings.dailyLimitMinutes
        return plan.byAgent.sorted { $0.key < $1.key }.compactMap { agent, shifts in
            let worked = shifts.reduce(0) { $0 + $1.workedMinutes }
            guard worked > limit else { return nil }
            var conflict = conflict(.agentOverDailyLimit, in: plan, shifts)
            (conflict.from, conflict.to) = (nil, nil)
            conflict.agentID = agent
            conflict.count = worked
            conflict.repairs = relief(shifts.map { (plan, $0, 1) }, over: worked - limit)
            return conflict
        }
    }

    /// The week as such, and those dated weeks that an exception or a make-up workday makes different.
    func weeklyLimits() -> [ScheduleConflict] {
        let weekly = plans.filter { if case .weekly = $0.day { true } else { false } }
        var found = overWeek(weekly, monday: nil)
        let byDay = Dictionary(plans.map { ($0.day, $0) }, uniquingKeysWith: { first, _ in first })
        var monday = CivilDay(number: first.number - Int64(first.weekday.rawValue - 1))
        while monday <= last {
            var isDifferent = false
            let days = (0..<7 as Range<Int64>).compactMap { offset -> DayPlan? in
                let date = CivilDay(number: monday.number + offset)
                switch resolved.planned(on: date).0 {
                case .exception:
                    isDifferent = true
                    return byDay[.dated(date)] ?? DayPlan(.dated(date), resolved.exceptions[date]?.shifts ?? [])
                case .makeupWorkday:
                    isDifferent = true
                    return byDay[.weekly(resolved.makeupWorkday)]
                case .ordinary: return byDay[.weekly(date.weekday)]
                case .holiday, .unknown: return nil
                }
            }
            if isDifferent { found += overWeek(days, monday: monday) }
            monday = CivilDay(number: monday.number + 7)
        }
        return found
    }

    private func overWeek(_ days: [DayPlan], monday: CivilDay?) -> [ScheduleConflict] {
        let limit = schedule.settings.weeklyLimitMinutes
        var minutes: [AgentID: Int] = [:]
        for plan in days {
            for (agent, shifts) in plan.byAgent { minutes[agent, default: 0] += shifts.reduce(0) { $0 + $1.workedMinutes } }
        }
        return minutes.filter { $0.value > limit }.sorted { $0.key < $1.key }.map { agent, worked in
            var conflict = ScheduleConflict(.agentOverWeeklyLimit, .blocking)
            conflict.date = monday
            conflict.agentID = agent
            conflict.count = worked
            // A make-up workday repeats the rows of another day of the same week.
            var rows: [(DayPlan, Shift, times: Int)] = []
            for plan in days {
                for shift in plan.byAgent[agent] ?? [] {
                    if let place = rows.firstIndex(where: { $0.1.id == shift.id }) { rows[place].times += 1 } else { rows.append((plan, shift, 1)) }
                }
            }
            conflict.shiftIds = rows.map(\.1.id)
            conflict.repairs = relief(rows, over: worked - limit)
            return conflict
        }
    }

    /// Takes at least `excess` minutes from somebody, the last rows first.
    /// - Parameter rows: of one agent; how often each counts.
    private func relief(_ rows: [(plan: DayPlan, shift: Shift, times: Int)], over excess: Int) -> [ScheduleRepair] {
        var repairs: [ScheduleRepair] = []
        if let last = rows.last, let shorter = last.shift.shortened(to: last.shift.workedMinutes - (excess + last.times - 1) / last.times) {
            repairs.append(ScheduleRepair(kind: .shorten, changes: [.putShift(shorter)]))
        }
        if let row = rows.last(where: { $0.shift.workedMinutes * $0.times >= excess }) { repairs += gifts(row.shift, row.plan) }
        var taken: [Shift] = []
        var left = excess
        for row in rows.reversed() where left > 0 {
            taken.append(row.shift)
            left -= row.shift.workedMinutes * row.times
        }
        return repairs + [unassigned(taken)]
    }
}

extension Shift {
    /// The longest beginning of the shift with at most this much work.
    /// - Returns: nil when nothing is left of it.
    func shortened(to minutes: Int) -> Shift? {
        guard minutes > 0, minutes < workedMinutes else { return nil }
        var left = minutes
        var shorter = self
        for piece in pieces {
            guard piece.minutes < left else {
                shorter.time.to = TimeOfDay(minute: piece.from.minute + left)
                shorter.breaks = breaks.filter { $0.to <= shorter.time.to }
                return shorter
            }
            left -= piece.minutes
        }
        return nil
    }

    /// The part of the shift within a span, with the breaks that lie in it.
    func clipped(to span: ClockSpan) -> Shift? {
        var clipped = self
        clipped.time = ClockSpan(from: max(time.from, span.from), to: min(time.to, span.to))
        clipped.breaks = breaks.compactMap { pause in
            let part = ClockSpan(from: max(pause.from, clipped.time.from), to: min(pause.to, clipped.time.to))
            return part.from < part.to ? part : nil
        }
        return (try? clipped.validate()) == nil ? nil : clipped
    }
}

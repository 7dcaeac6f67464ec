import SignalingProtocol

extension ScheduleCheck {
    /// How many rows of a day a repair copies, so that one of them can differ on one date.
    static let copiedRows = 60

    func removal(_ shift: Shift) -> ScheduleRepair { ScheduleRepair(kind: .removeShift, changes: [.removeShift(shift.id)]) }

    func unassigned(_ shifts: [Shift]) -> ScheduleRepair {
        ScheduleRepair(
            kind: .leaveUnassigned,
            changes: shifts.map { shift in
                var open = shift
                open.agent = nil
                return .putShift(open)
            })
    }

    func moves(_ shift: Shift, _ plan: DayPlan) -> [ScheduleRepair] {
        guard let seat = freeSeat(for: shift.time, plan) else { return [] }
        var moved = shift
        moved.seat = seat
        return [ScheduleRepair(kind: .moveToFreeSeat, changes: [.putShift(moved)])]
    }

    func freeSeat(for span: ClockSpan, _ plan: DayPlan?) -> SeatID? {
        openSeats.first { seat in !(plan?.bySeat[seat] ?? []).contains { $0.time.overlaps(span) } }
    }

    func gifts(_ shift: Shift, _ plan: DayPlan, on date: CivilDay? = nil) -> [ScheduleRepair] {
        guard let agent = freeAgent(for: shift, plan, on: date) else { return [] }
        var given = shift
        given.agent = agent
        return [ScheduleRepair(kind: .giveToFreeAgent, changes: [.putShift(given)])]
    }

    /// Somebody who can take the shift, has nothing else at the time, and is not over a limit with it.
    private func freeAgent(for shift: Shift, _ plan: DayPlan, on date: CivilDay?) -> AgentID? {
        var dates = date.map { [$0] } ?? []
        if case .dated(let own) = plan.day { dates = [own] }
        return roster.agents.first { agent in
            guard agent.id != shift.agent, !agent.isSuspended, agent.skills.includes(shift.covers) else { return false }
            let own = plan.byAgent[agent.id] ?? []
            guard !own.contains(where: { $0.time.overlaps(shift.time) }) else { return false }
            guard plan.workedMinutes(of: agent.id) + shift.workedMinutes <= schedule.settings.dailyLimitMinutes else { return false }
            guard weekMinutes(of: agent.id, dates.first) + shift.workedMinutes <= schedule.settings.weeklyLimitMinutes else { return false }
            return !dates.contains { date in
                resolved.moments(shift.time, on: date).map { time in resolved.leaves[agent.id]?.contains { $0.time.overlaps(time) } ?? false } ?? true
            }
        }?.id
    }

    /// In the week of a date, or else in the week as such.
    private func weekMinutes(of agent: AgentID, _ date: CivilDay?) -> Int {
        func minutes(_ shifts: [Shift]) -> Int { shifts.reduce(0) { $1.agent == agent ? $0 + $1.workedMinutes : $0 } }
        guard let date else { return resolved.week.values.reduce(0) { $0 + minutes($1) } }
        let monday = date.number - Int64(date.weekday.rawValue - 1)
        return (monday..<monday + 7).reduce(0) { $0 + minutes(resolved.planned(on: CivilDay(number: $1)).1) }
    }

    /// Makes two rows meet without overlapping, in each way that leaves something of both.
    func shortened(_ first: Shift, _ second: Shift) -> [ScheduleRepair] {
        let earlier = first.time.from < second.time.from ? first.clipped(to: ClockSpan(from: .startOfDay, to: second.time.from)) : nil
        let later = first.time.to < second.time.to ? second.clipped(to: ClockSpan(from: first.time.to, to: .endOfDay)) : nil
        return [earlier, later].compactMap { $0.map { ScheduleRepair(kind: .shorten, changes: [.putShift($0)]) } }
    }

    // MARK: On one date only

    /// The repairs of a row of the week that is wrong on one date: that date becomes an exception with rows of its own.
    /// - Returns: none for a day with more rows than a person would want copied.
    func repairsOnce(_ shift: Shift, _ plan: DayPlan, on date: CivilDay) -> [ScheduleRepair] {
        guard plan.shifts.count <= Self.copiedRows else { return [] }
        func copying(_ changed: Shift?) -> [ScheduleChange] {
            exception(on: date, of: plan.shifts.compactMap { $0.id == shift.id ? changed : $0 })
        }
        var repairs: [ScheduleRepair] = []
        if let agent = freeAgent(for: shift, plan, on: date) {
            var given = shift
            given.agent = agent
            repairs.append(ScheduleRepair(kind: .giveToFreeAgent, changes: copying(given)))
        }
        var open = shift
        open.agent = nil
        return repairs + [
            ScheduleRepair(kind: .leaveUnassigned, changes: copying(open)), ScheduleRepair(kind: .removeShift, changes: copying(nil)),
        ]
    }

    func exception(on date: CivilDay, of shifts: [Shift]) -> [ScheduleChange] {
        [.putException(date, note: "")]
            + shifts.map { shift in
                var copy = shift
                copy.id = newID()
                copy.day = .dated(date)
                return .putShift(copy)
            }
    }
}

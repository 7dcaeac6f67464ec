import Foundation
import SignalingProtocol
import Testing

@testable import Scheduling

@Suite("Conflicts of a schedule")
struct ConflictTests {
    private func pairs(_ conflicts: [ScheduleConflict], _ kind: ScheduleConflict.Kind) -> Set<Set<ShiftID>> {
        Set(conflicts.filter { $0.kind == kind }.map { Set($0.shiftIds) })
    }

    @Test(arguments: 1...60 as ClosedRange<UInt64>)
    func agreeWithCountingMinutes(seed: UInt64) throws {
        var chances = Chances(seed: seed)
        let hall = try PlanningHall(&chances)
        let found = hall.check().conflicts()
        var (seatPairs, agentPairs): (Set<Set<ShiftID>>, Set<Set<ShiftID>>) = ([], [])
        var (daily, withdrawn, suspended, unskilled): (Set<Set<ShiftID>>, Set<ShiftID>, Set<ShiftID>, Set<ShiftID>) = ([], [], [], [])
        for source in hall.sources {
            let rows = hall.rows(source)
            for first in rows {
                for second in rows where second.id > first.id {
                    let both = Set(first.time.from.minute..<first.time.to.minute).intersection(second.time.from.minute..<second.time.to.minute)
                    if both.isEmpty { continue }
                    if first.seat == second.seat { seatPairs.insert([first.id, second.id]) }
                    if let agent = first.agent, agent == second.agent { agentPairs.insert([first.id, second.id]) }
                }
                if first.seat == hall.seats[3] { withdrawn.insert(first.id) }
                guard let agent = first.agent else { continue }
                if agent == hall.agents[4] { suspended.insert(first.id) }
                let skills = hall.roster.agents.first { $0.id == agent }?.skills.groups ?? []
                if agent != hall.agents[4], !skills.isEmpty, first.covers.groups.isEmpty || !first.covers.groups.isSubset(of: skills) {
                    if !first.covers.groups.isEmpty { unskilled.insert(first.id) }
                }
            }
            for agent in hall.agents {
                let own = rows.filter { $0.agent == agent }
                if own.reduce(0, { $0 + PlanningHall.worked($1).count }) > 360 { daily.insert(Set(own.map(\.id))) }
            }
        }
        #expect(pairs(found, .seatDoubleBooked) == seatPairs, "seed \(seed)")
        #expect(pairs(found, .agentDoubleBooked) == agentPairs, "seed \(seed)")
        #expect(pairs(found, .agentOverDailyLimit) == daily, "seed \(seed)")
        #expect(Set(found.filter { $0.kind == .seatWithdrawn }.flatMap(\.shiftIds)) == withdrawn, "seed \(seed)")
        #expect(Set(found.filter { $0.kind == .agentSuspended }.flatMap(\.shiftIds)) == suspended, "seed \(seed)")
        #expect(Set(found.filter { $0.kind == .skillMissing }.flatMap(\.shiftIds)) == unskilled, "seed \(seed)")
        #expect(found.filter { $0.kind == .calendarMissing }.map(\.year) == [2027])
        try weeklyLimitsAgree(hall, found, seed)
        itemsAgree(hall, found, seed)
    }

    private func weeklyLimitsAgree(_ hall: PlanningHall, _ found: [ScheduleConflict], _ seed: UInt64) throws {
        func total(_ agent: AgentID, _ sources: [Shift.Day]) -> Int {
            sources.flatMap(hall.rows).filter { $0.agent == agent }.reduce(0) { $0 + PlanningHall.worked($1).count }
        }
        var expected: Set<String> = []
        for agent in hall.agents {
            if total(agent, Weekday.allCases.map { .weekly($0) }) > 700 { expected.insert("\(agent) week") }
            for week in 0..<4 as Range<Int64> {
                let monday = CivilDay(number: PlanningHall.monday.number + week * 7)
                let sources = (0..<7 as Range<Int64>).map { hall.source(of: CivilDay(number: monday.number + $0)) }
                let isDifferent = zip(0..<7 as Range<Int64>, sources).contains { offset, source in
                    guard let source else { return false }
                    return source != .weekly(CivilDay(number: monday.number + offset).weekday)
                }
                if isDifferent, total(agent, sources.compactMap { $0 }) > 700 { expected.insert("\(agent) \(monday.text)") }
            }
        }
        let told = found.filter { $0.kind == .agentOverWeeklyLimit }.map { "\($0.agentID?.description ?? "") \($0.date?.text ?? "week")" }
        #expect(Set(told) == expected, "seed \(seed)")
    }

    private func itemsAgree(_ hall: PlanningHall, _ found: [ScheduleConflict], _ seed: UInt64) {
        let skills = hall.roster.skills
        func covers(_ shift: Shift, _ group: String, _ kind: SessionKind) -> Bool {
            let own = shift.agent.flatMap { skills[$0]?.groups } ?? []
            return (shift.covers.groups.isEmpty || shift.covers.groups.contains(group)) && (own.isEmpty || own.contains(group))
                && (shift.covers.kinds.isEmpty || shift.covers.kinds.contains(kind))
        }
        for item in hall.roster.items {
            var uncovered: [Shift.Day: Set<Int>] = [:]
            var isCovered = Dictionary(item.kinds.map { ($0, false) }, uniquingKeysWith: { $1 })
            for source in hall.sources {
                let rows = hall.rows(source)
                let open = Set(rows.flatMap(PlanningHall.worked))
                for kind in item.kinds {
                    let taken = Set(rows.filter { covers($0, item.group, kind) }.flatMap(PlanningHall.worked))
                    if !taken.isEmpty { isCovered[kind] = true }
                    uncovered[source, default: []].formUnion(open.subtracting(taken))
                }
            }
            let told = found.filter { $0.kind == .itemUncovered && $0.itemCode == item.code }
            if uncovered.values.contains(where: { !$0.isEmpty }), isCovered.values.contains(false) {
                #expect(told.map(\.severity) == [.blocking], "seed \(seed), \(item.code)")
            } else {
                for (source, minutes) in uncovered {
                    let own = told.filter { conflict in
                        switch source {
                        case .weekly(let weekday): conflict.weekday == weekday
                        case .dated(let date): conflict.date == date
                        }
                    }
                    let said = Set(own.flatMap { ($0.from?.minute ?? 0)..<($0.to?.minute ?? 0) })
                    #expect(said == minutes, "seed \(seed), \(item.code)")
                }
            }
        }
    }

    // MARK: Repairs

    /// What makes a conflict the same one after a change: not the count, and of limits not the rows.
    private func identity(_ conflict: ScheduleConflict) -> ScheduleConflict {
        var key = conflict
        key.repairs = []
        key.count = nil
        switch conflict.kind {
        case .agentOverDailyLimit, .agentOverWeeklyLimit, .itemUncovered, .bookingsOverCapacity, .calendarMissing: key.shiftIds = []
        case .seatDoubleBooked, .agentDoubleBooked:
            key.shiftIds.sort()
            (key.from, key.to) = (nil, nil)
        case .agentOnLeave, .agentSuspended, .seatWithdrawn, .skillMissing: break
        }
        return key
    }

    private func withAbsencesAndBookings(_ hall: PlanningHall, _ chances: inout Chances) -> PlanningHall {
        var hall = hall
        for number in 0..<4 as Range<Int64> {
            let begin = ZoneRules.china.first(.startOfDay, on: CivilDay(number: PlanningHall.monday.number + Int64(chances.roll(20))))
            let time = begin..<(begin + .minutes(Int64(chances.roll(3) + 1) * 1_440))
            hall.roster.leaves.append(ApprovedLeave(id: PlanningHall.id(UInt64(number) + 1), agent: chances.pick(hall.agents), time: time))
        }
        for number in 0..<30 {
            let day = CivilDay(number: PlanningHall.monday.number + Int64(chances.roll(8)))
            let begin = ZoneRules.china.first(.startOfDay, on: day) + .minutes(Int64(480 + chances.roll(8) * 30))
            hall.roster.bookings.append(
                .init(id: "Y\(number)", time: begin..<(begin + .minutes(30)), need: ScheduleNeed(group: chances.pick(PlanningHall.groups))))
        }
        return hall
    }

    @Test(arguments: 1...60 as ClosedRange<UInt64>)
    func eachRepairRemovesItsConflict(seed: UInt64) throws {
        var chances = Chances(seed: seed)
        let hall = withAbsencesAndBookings(try PlanningHall(&chances), &chances)
        var wrong: [String] = []
        for conflict in hall.check().conflicts() {
            for repair in conflict.repairs {
                let repaired = try hall.applying(repair.changes).schedule
                let left = hall.check(repaired).conflicts().map(identity)
                if left.contains(identity(conflict)) { wrong.append("\(conflict.kind.rawValue) after \(repair.kind.rawValue)") }
            }
        }
        #expect(wrong.prefix(3) == [], "seed \(seed)")
    }

    @Test func everyKindIsFoundAndMostHaveARepair() throws {
        var repaired: Set<ScheduleConflict.Kind> = []
        var kinds: Set<ScheduleConflict.Kind> = []
        var repairs: Set<ScheduleRepair.Kind> = []
        for seed in 1...60 as ClosedRange<UInt64> {
            var chances = Chances(seed: seed)
            for conflict in withAbsencesAndBookings(try PlanningHall(&chances), &chances).check().conflicts() {
                kinds.insert(conflict.kind)
                if !conflict.repairs.isEmpty { repaired.insert(conflict.kind) }
                repairs.formUnion(conflict.repairs.map(\.kind))
            }
        }
        #expect(kinds == Set(ScheduleConflict.Kind.allCases))
        #expect(repaired == kinds.subtracting([.calendarMissing]), "nobody computes a calendar")
        #expect(repairs == Set(ScheduleRepair.Kind.allCases))
    }

    // MARK: Bookings

    @Test(arguments: 1...200 as ClosedRange<UInt64>)
    func asManyBookingsAsPossibleFindAPlace(seed: UInt64) {
        var chances = Chances(seed: seed)
        let time = Instant(milliseconds: 0)..<Instant(milliseconds: 1_800_000)
        let stretches = (0..<chances.roll(4)).map { _ in
            SeatSchedule.Stretch(
                time: time, covers: Coverage(groups: Set(PlanningHall.groups.filter { _ in chances.roll(2) == 0 })), capacity: chances.roll(2) + 1)
        }
        let bookings = (0..<chances.roll(6)).map {
            ScheduleRoster.Booking(id: "\($0)", time: time, need: ScheduleNeed(group: chances.pick(PlanningHall.groups)))
        }
        /// Every way to place them, tried.
        func best(_ rest: ArraySlice<ScheduleRoster.Booking>, _ free: [Int]) -> Int {
            guard let first = rest.first else { return 0 }
            var most = best(rest.dropFirst(), free)
            for place in stretches.indices where free[place] > 0 && stretches[place].covers.covers(first.need) {
                var less = free
                less[place] -= 1
                most = max(most, 1 + best(rest.dropFirst(), less))
            }
            return most
        }
        #expect(SlotMatching.served(bookings, stretches) == best(bookings[...], stretches.map(\.capacity)), "seed \(seed)")
    }
}

import Foundation
import SignalingProtocol
import Testing

@testable import Scheduling

@Suite("Changes of a schedule")
struct ChangeTests {
    private func change(_ hall: inout PlanningHall, _ chances: inout Chances) throws -> ScheduleChange {
        let date = CivilDay(number: PlanningHall.monday.number + Int64(chances.roll(20)))
        let known = chances.pick(hall.schedule.notes.keys.sorted() + [date])
        switch chances.roll(8) {
        case 0: return .removeShift(chances.pick(hall.schedule.shifts.keys.sorted() + [PlanningHall.id(9)]))
        case 1: return .putException(known, note: "第\(chances.roll(9))次")
        case 2: return .removeException(known)
        case 3:
            let weeks = [0, 7, 14] as [Int64]
            return .copyWeek(
                from: CivilDay(number: PlanningHall.monday.number + chances.pick(weeks)), to: CivilDay(number: PlanningHall.monday.number + chances.pick(weeks))
            )
        case 4:
            var settings = hall.schedule.settings
            settings.slotMinutes = chances.pick([15, 30, 0])
            return .putSettings(settings)
        case 5:
            var moved = try hall.schedule.shifts.values.min() ?? hall.shift(&chances, .weekly(.friday))
            moved.day = chances.pick([.weekly(.sunday), .dated(known)])
            return .putShift(moved)
        default: return .putShift(try hall.shift(&chances, chances.pick([.weekly(.monday), .dated(known)])))
        }
    }

    @Test(arguments: 1...150 as ClosedRange<UInt64>)
    func areUndoneByTheirInverse(seed: UInt64) throws {
        var chances = Chances(seed: seed)
        var hall = try PlanningHall(&chances)
        for _ in 0..<12 {
            let before = hall.schedule
            let changes = try (0...chances.roll(3)).map { _ in try change(&hall, &chances) }
            guard let edit = try? hall.applying(changes) else {
                #expect(hall.schedule == before)
                continue
            }
            hall.schedule = edit.schedule
            #expect(try hall.applying(edit.inverse).schedule == before, "seed \(seed): undone")
            // Done again they give the same, also when the calendar has changed meanwhile, and ids are not made anew.
            let again = try before.applying(edit.changes, calendar: .empty, newID: { PlanningHall.id(0) })
            #expect(again.schedule == edit.schedule, "seed \(seed): done again")
            // The undoing can be undone.
            let undone = try hall.applying(edit.inverse)
            #expect(try undone.schedule.applying(undone.inverse, calendar: .empty, newID: { PlanningHall.id(0) }).schedule == edit.schedule)
            // Every dated shift has its exception.
            for shift in edit.schedule.shifts.values { if case .dated(let date) = shift.day { #expect(edit.schedule.notes[date] != nil) } }
        }
    }

    @Test(arguments: 1...100 as ClosedRange<UInt64>)
    func leadFromAnyScheduleToAnyOther(seed: UInt64) throws {
        var chances = Chances(seed: seed)
        let (one, two) = (try PlanningHall(&chances), try PlanningHall(&chances))
        #expect(try one.applying(one.schedule.changes(to: two.schedule)).schedule == two.schedule)
        #expect(one.schedule.changes(to: one.schedule) == [])
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func comeBackFromTheWire(seed: UInt64) throws {
        var chances = Chances(seed: seed)
        var hall = try PlanningHall(&chances)
        let changes = try (0..<6).map { _ in try change(&hall, &chances) }
        #expect(try WireCoding.decoder().decode([ScheduleChange].self, from: try WireCoding.encoder().encode(changes)) == changes)
        #expect(try WireCoding.decoder().decode(HallSchedule.self, from: try WireCoding.encoder().encode(hall.schedule)) == hall.schedule)
    }

    @Test func aCopiedWeekIsAsTheOtherWasPlanned() throws {
        var chances = Chances(seed: 3)
        let hall = try PlanningHall(&chances)
        let (from, to) = (PlanningHall.monday, CivilDay(number: PlanningHall.monday.number + 35))
        #expect(to.year == 2027, "no calendar is needed for what is copied")
        let copied = try hall.applying([.copyWeek(from: from, to: to)]).schedule
        for offset in 0..<7 as Range<Int64> {
            let source = hall.source(of: CivilDay(number: from.number + offset)).map(hall.rows) ?? []
            let target = copied.shifts.values.filter { $0.day == .dated(CivilDay(number: to.number + offset)) }
            let plain = { (shifts: [Shift]) in
                shifts.map { shift in
                    var shift = shift
                    (shift.id, shift.day) = (PlanningHall.id(0), .weekly(.monday))
                    return shift
                }
            }
            #expect(Set(plain(source)) == Set(plain(Array(target))))
            #expect(copied.notes[CivilDay(number: to.number + offset)] != nil, "it no longer follows week or calendar")
        }
    }

    // MARK: Bad input

    private func problem(_ changes: [ScheduleChange]) -> String? {
        do {
            var chances = Chances(seed: 1)
            _ = try PlanningHall(&chances).applying(changes)
            return nil
        } catch { return (error as? ScheduleProblem)?.field }
    }

    private func shift(_ change: (inout Shift) throws -> Void) throws -> [ScheduleChange] {
        var shift = Shift(id: PlanningHall.id(77), day: .weekly(.monday), time: try ClockSpan(540, 720), seat: try #require(SeatID("W01")))
        try change(&shift)
        return [.putShift(shift)]
    }

    @Test func aFieldIsNamed() throws {
        #expect(problem(try shift { _ in }) == nil)
        #expect(problem(try shift { $0.time = try ClockSpan(1_320, 120) }) == "to", "past midnight")
        #expect(problem(try shift { $0.time = try ClockSpan(540, 540) }) == "to", "empty")
        #expect(problem(try shift { $0.capacity = 0 }) == "capacity")
        #expect(problem(try shift { $0.capacity = 51 }) == "capacity")
        #expect(problem(try shift { $0.covers.groups = [""] }) == "groups")
        #expect(problem(try shift { $0.breaks = [try ClockSpan(500, 550)] }) == "breaks", "outside the shift")
        #expect(problem(try shift { $0.breaks = [try ClockSpan(600, 660), try ClockSpan(650, 670)] }) == "breaks", "over each other")
        #expect(problem(try shift { $0.breaks = [try ClockSpan(540, 720)] }) == "breaks", "nothing else")
        #expect(problem(try shift { $0.day = .dated(CivilDay(year: 2030, month: 1, day: 1)) }) == "date", "no exception")
        #expect(problem([.removeShift(PlanningHall.id(1))]) == "id")
        #expect(problem([.removeException(CivilDay(year: 2030, month: 1, day: 1))]) == "date")
        #expect(problem([.putException(PlanningHall.monday, note: String(repeating: "长", count: 201))]) == "note")
        #expect(problem([.copyWeek(from: PlanningHall.monday.next, to: PlanningHall.monday)]) == "from")
        #expect(problem([.copyWeek(from: PlanningHall.monday, to: PlanningHall.monday)]) == "to")
        #expect(problem([.copyWeek(from: CivilDay(year: 2027, month: 1, day: 11), to: PlanningHall.monday)]) == "from", "no calendar")
    }

    @Test(arguments: [
        (#"{"kind":"put-shift","shift":{"id":"00000000-0000-7000-8000-000000000001","weekday":8,"from":"09:00","to":"10:00","seat_id":"W"}}"#, "weekday"),
        (#"{"kind":"put-shift","shift":{"id":"00000000-0000-7000-8000-000000000001","from":"09:00","to":"10:00","seat_id":"W"}}"#, "weekday"),
        (
            #"{"kind":"put-shift","shift":{"id":"00000000-0000-7000-8000-000000000001","weekday":1,"date":"2026-12-07","from":"09:00"}}"#,
            "weekday"
        ),
        (#"{"kind":"put-shift","shift":{"id":"00000000-0000-7000-8000-000000000001","weekday":1,"from":"09:00","to":"24:01","seat_id":"W"}}"#, "to"),
        (#"{"kind":"put-shift","shift":{"id":"1","weekday":1,"from":"09:00","to":"10:00","seat_id":"W"}}"#, "id"),
        (#"{"kind":"put-exception","date":"2026-02-30","note":""}"#, "date"), (#"{"kind":"drop-everything"}"#, "kind"),
    ])
    func whatIsNoChangeIsNotRead(json: String, field: String) {
        do {
            _ = try WireCoding.decoder().decode(ScheduleChange.self, from: Data(json.utf8))
            Issue.record("it was read")
        } catch DecodingError.dataCorrupted(let context) {
            #expect(context.codingPath.last?.stringValue == field)
        } catch { Issue.record("\(error)") }
    }
}

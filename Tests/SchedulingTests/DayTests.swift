import Foundation
import SignalingProtocol
import Testing

@testable import Scheduling

@Suite("A day as it will be")
struct DayTests {
    private let monday = CivilDay(year: 2026, month: 12, day: 7)
    private let chen: AgentID = PlanningHall.id(1)
    private let lin: AgentID = PlanningHall.id(2)
    private let shiftID: ShiftID = PlanningHall.id(10)

    private func at(_ time: String) throws -> Instant { try #require(Instant(rfc3339: "2026-12-07T\(time):00+08:00")) }

    private func schedule(leaves: [ApprovedLeave] = [], swaps: [ApprovedSwap] = [], skills: [AgentID: Coverage] = [:]) throws -> SeatSchedule {
        let hall = try HallSchedule(
            zone: "Asia/Shanghai", settings: ScheduleSettings(),
            week: [
                Shift(
                    id: shiftID, day: .weekly(.monday), time: try ClockSpan(540, 720), seat: try #require(SeatID("W01")), agent: chen, capacity: 2,
                    breaks: [try ClockSpan(600, 615)]),
                Shift(id: PlanningHall.id(11), day: .weekly(.monday), time: try ClockSpan(555, 660), seat: try #require(SeatID("W02"))),
            ])
        return SeatSchedule(
            hall, zone: .china, calendar: HolidayCalendar(years: [2026], rules: [:]), leaves: leaves, swaps: swaps, skills: skills)
    }

    @Test func takesBreaksOutOfWhatIsStaffed() throws {
        let stretches = try #require(try schedule().stretches(on: monday)).filter { $0.agent == chen }
        #expect(stretches.map(\.time) == [try at("09:00")..<(try at("10:00")), try at("10:15")..<(try at("12:00"))])
        #expect(stretches.map(\.capacity) == [2, 2])
    }

    @Test func aLeaveTakesItsPartOut() throws {
        let away = ApprovedLeave(id: PlanningHall.id(5), agent: chen, time: try at("11:00")..<(try at("18:00")))
        let schedule = try schedule(leaves: [away])
        let shift = try #require(schedule.day(monday).shifts.first { $0.shift.id == shiftID })
        #expect(shift.agent == chen && shift.leave == away.id, "there for a part of it")
        #expect(shift.staffed.stretches.last?.upperBound == (try at("11:00")))
        let whole = ApprovedLeave(id: PlanningHall.id(6), agent: chen, time: try at("08:00")..<(try at("18:00")))
        let empty = try #require(try self.schedule(leaves: [whole]).day(monday).shifts.first { $0.shift.id == shiftID })
        #expect(empty.agent == nil && empty.shift.agent == chen && empty.staffed.isEmpty)
        #expect(schedule.stretches(on: CivilDay(number: monday.number + 7))?.count == 3, "a week later nobody is away")
    }

    @Test func aSwapBringsTheColleagueWithTheirSkills() throws {
        let swap = ApprovedSwap(id: PlanningHall.id(7), shift: shiftID, date: monday, from: chen, to: lin)
        let schedule = try schedule(swaps: [swap], skills: [chen: .everything, lin: Coverage(groups: ["登记"])])
        let shift = try #require(schedule.day(monday).shifts.first { $0.shift.id == shiftID })
        #expect(shift.agent == lin && shift.swap == swap.id && shift.covers == Coverage(groups: ["登记"]))
        #expect(schedule.day(CivilDay(number: monday.number + 7)).shifts.first { $0.shift.id == shiftID }?.agent == chen)
        let outdone = ApprovedSwap(id: PlanningHall.id(8), shift: shiftID, date: monday, from: lin, to: chen)
        #expect(try self.schedule(swaps: [outdone]).day(monday).shifts.first { $0.shift.id == shiftID }?.swap == nil, "it is not theirs to give")
        // The colleague's own leave counts.
        let away = ApprovedLeave(id: PlanningHall.id(5), agent: lin, time: try at("08:00")..<(try at("18:00")))
        #expect(try self.schedule(leaves: [away], swaps: [swap]).day(monday).shifts.first { $0.shift.id == shiftID }?.agent == nil)
    }

    @Test func halfHoursSayHowManySeatsAreStaffedThroughout() throws {
        let schedule = try schedule()
        let halves = schedule.halfHours(of: schedule.day(monday))
        #expect(halves.map(\.from.text) == ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"])
        // From 9:00 one, from 9:15 two; from 10:00 a break of one of them.
        #expect(halves.map(\.planned) == [1, 2, 1, 2, 1, 1])
        #expect(schedule.halfHours(of: schedule.day(monday.next)) == [])
    }

    @Test func saysWhatKindOfDayItIs() throws {
        let names = [CivilDay(year: 2026, month: 10, day: 1): "国庆节", CivilDay(year: 2026, month: 10, day: 10): "国庆节"]
        let calendar = HolidayCalendar(
            years: [2026], rules: [CivilDay(year: 2026, month: 10, day: 1): .holiday, CivilDay(year: 2026, month: 10, day: 10): .makeupWorkday], names: names)
        var hall = HallSchedule()
        _ = try hall.put(CivilDay(year: 2026, month: 10, day: 2), note: "台风")
        let schedule = SeatSchedule(hall, zone: .china, calendar: calendar)
        func day(_ text: String) throws -> ScheduledDay { schedule.day(try #require(CivilDay(text))) }
        #expect(try day("2026-10-01").kind == .holiday)
        #expect(try day("2026-10-01").name == "国庆节")
        #expect(try day("2026-10-10").kind == .makeupWorkday)
        #expect(try day("2026-10-02").kind == .exception)
        #expect(try day("2026-10-02").note == "台风")
        #expect(try day("2026-10-12").kind == .ordinary)
        #expect(try day("2027-10-12").missingYear == 2027)
    }
}

@Suite("A calendar file")
struct CalendarFileTests {
    private func file(_ summary: String) throws -> String {
        let begin = try #require(Instant(rfc3339: "2026-11-23T09:00:00+08:00"))
        let event = CalendarFile.Event(
            id: "a-2026-11-23@farwindow", time: begin..<(begin + .minutes(180)), summary: summary, location: "湘桥区, 1楼; A\\B", stamp: begin)
        return CalendarFile(name: "班次", events: [event]).text
    }

    @Test func isWrittenAsTheStandardSays() throws {
        let text = try file("班次：01 号坐席")
        #expect(text.hasPrefix("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:"))
        #expect(text.hasSuffix("END:VEVENT\r\nEND:VCALENDAR\r\n"))
        #expect(text.contains("\r\nDTSTAMP:20261123T010000Z\r\nDTSTART:20261123T010000Z\r\nDTEND:20261123T040000Z\r\n"))
        #expect(text.contains("\r\nUID:a-2026-11-23@farwindow\r\n"))
        #expect(text.contains("\r\nLOCATION:湘桥区\\, 1楼\\; A\\\\B\r\n"))
    }

    @Test func foldsLinesAtSeventyFiveOctetsAndNeverInACharacter() throws {
        for length in 20...60 {
            let summary = String(repeating: "班a", count: length)
            let text = try file(summary)
            let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast()
            for line in lines {
                #expect(line.last == UInt8(ascii: "\r"))
                #expect(line.count <= 76, "75 octets and the carriage return")
                #expect(String(validating: Array(line), as: UTF8.self) != nil)
            }
            #expect(text.replacing("\r\n ", with: "").contains("\r\nSUMMARY:\(summary)\r\n"))
        }
    }

    @Test func noTextEndsItsLine() throws {
        let text = try file("一\r\nBEGIN:VALARM\u{7}")
        #expect(text.contains("SUMMARY:一\\nBEGIN:VALARM\r\n"))
        #expect(!text.contains("\nBEGIN:VALARM"))
    }
}

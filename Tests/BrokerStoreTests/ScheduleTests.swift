import BrokerCore
import Foundation
import GRDB
import Scheduling
import SignalingProtocol
import Testing

@testable import BrokerStore

@Suite("Stored schedules")
struct ScheduleStoreTests {
    private func day(_ text: String) throws -> CivilDay { try #require(CivilDay(text)) }

    private let admin = Fixtures.zheng
    private let agent = Fixtures.li

    private func shift(_ number: UInt8, _ day: Shift.Day = .weekly(.monday), from: Int = 9, to: Int = 12) throws -> Shift {
        Shift(
            id: ShiftID(UUID(uuid: (0, 0, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, number))), day: day,
            time: ClockSpan(from: try #require(TimeOfDay(hour: from, minute: 0)), to: try #require(TimeOfDay(hour: to, minute: 0))),
            seat: Fixtures.firstSeat, covers: Coverage(groups: ["登记"], languages: [.sign]))
    }

    private func hand(_ revision: Int, _ account: AgentID? = nil) -> ScheduleHand {
        ScheduleHand(hall: Fixtures.hall, revision: revision, account: account ?? admin, now: Fixtures.morning)
    }

    private func body() throws -> HallSchedule {
        let date = try day("2026-11-24")
        return try HallSchedule(
            zone: "Asia/Shanghai", settings: ScheduleSettings(), week: [try shift(1), try shift(2, from: 14, to: 17)],
            exceptions: [DayException(date: date, note: "台风", shifts: [try shift(3, .dated(date))])])
    }

    private func desk() throws -> Desk {
        let desk = try Desk()
        try desk.store.publish(try body(), in: Fixtures.hall, why: "GK", at: Fixtures.morning)
        return desk
    }

    private func change(_ desk: Desk, _ revision: Int, _ changes: [ScheduleChange], by account: AgentID? = nil) throws -> BrokerStore.DraftResult {
        try desk.store.changeDraft(hand(revision, account), changes, calendar: .empty)
    }

    @Test func aPublishedVersionComesBackAsItWas() throws {
        let desk = try desk()
        try desk.reopen()
        let published = try #require(try desk.store.publishedSchedules()[Fixtures.hall])
        #expect(published.body == (try body()))
        #expect(published.line.version == 1 && published.line.why == "GK" && published.line.publishedBy == nil)
        #expect(throws: StoreError.self) {
            try desk.store.publish(try body(), in: try #require(HallID("999999")), why: "GK", at: Fixtures.morning)
        }
        for sql in ["UPDATE schedule_version SET why = ''", "DELETE FROM schedule_version"] {
            #expect(throws: DatabaseError.self) { try desk.store.pool.write { try $0.execute(sql: sql) } }
        }
    }

    @Test func aDraftIsMadeChangedUndoneAndPublished() throws {
        let desk = try desk()
        let first = try change(desk, 0, [.removeShift(try shift(1).id), .putShift(try shift(4, .weekly(.friday)))]).get()
        #expect(first.draft?.revision == 1 && first.draft?.basedOn == 1 && first.canUndo && !first.canRedo)
        #expect(first.published?.body == (try body()), "what is in force stays")
        let second = try change(desk, 1, [.removeException(try day("2026-11-24"))]).get()
        // The same is read back from the disk.
        try desk.reopen()
        #expect(try desk.store.scheduleDesk(of: Fixtures.hall) == second)
        let undone = try desk.store.undoDraft(hand(2)).get()
        #expect(undone.draft?.body == first.draft?.body && undone.canRedo && undone.draft?.revision == 3)
        let twice = try desk.store.undoDraft(hand(3)).get()
        #expect(twice.draft?.body == (try body()) && !twice.canUndo)
        #expect(try desk.store.undoDraft(hand(4)) == .failure(.nothingThere))
        let redone = try desk.store.redoDraft(hand(4)).get()
        #expect(redone.draft?.body == first.draft?.body && redone.canRedo)
        let again = try desk.store.redoDraft(hand(5)).get()
        #expect(again.draft?.body == second.draft?.body && !again.canRedo)
        try desk.reopen()
        #expect(try desk.store.scheduleDesk(of: Fixtures.hall) == again)

        #expect(try desk.store.publishDraft(hand(6), why: "冬季") == .failure(.notChecked))
        #expect(try desk.store.markDraftChecked(hand(6), true).get().draft?.state == .checked)
        _ = try change(desk, 6, [.putException(try day("2026-12-01"), note: "培训")]).get()
        #expect(try desk.store.publishDraft(hand(7), why: "冬季") == .failure(.notChecked), "any later change makes it a draft again")
        _ = try desk.store.markDraftChecked(hand(7), true).get()
        let published = try desk.store.publishDraft(hand(7), why: "冬季").get()
        #expect(published.draft == nil && !published.canUndo)
        #expect(published.published?.line.version == 2 && published.published?.line.basedOn == 1)
        #expect(published.published?.line.publishedBy == "郑小敏")
        #expect(try desk.store.scheduleVersions(of: Fixtures.hall).map(\.version) == [2, 1])

        let restored = try desk.store.restoreVersion(1, hand(0)).get()
        #expect(restored.draft?.body == (try body()) && restored.draft?.basedOn == 2 && restored.canUndo)
        #expect(try desk.store.restoreVersion(9, hand(8)) == .failure(.nothingThere))
    }

    @Test func theSecondOfTwoAdministratorsSeesWhatChangedAndOverwritesNothing() throws {
        let desk = try desk()
        let first = try change(desk, 0, [.removeShift(try shift(1).id)]).get()
        let late: [ScheduleChange] = [.putShift(try shift(1, from: 10, to: 11))]
        // Who knew of no draft, who knew an old one, and whose draft was published meanwhile.
        #expect(try change(desk, 0, late, by: agent) == .failure(.stale([logged(1, [.removeShift(try shift(1).id)])])))
        let second = try change(desk, 1, [.putException(try day("2026-12-01"), note: "")]).get()
        #expect(try change(desk, 1, late, by: agent) == .failure(.stale([logged(2, [.putException(try day("2026-12-01"), note: "")])])))
        #expect(try desk.store.scheduleDesk(of: Fixtures.hall) == second, "nothing was overwritten")
        #expect(first.draft?.body.shifts.count == 2)
        _ = try desk.store.markDraftChecked(hand(2), true)
        _ = try desk.store.publishDraft(hand(2), why: "x")
        #expect(try change(desk, 2, late, by: agent) == .failure(.stale([])), "the draft is gone")
        #expect(try desk.store.discardDraft(hand(2)) == .failure(.stale([])))
        #expect(try change(desk, 0, late, by: agent).get().draft?.revision == 3, "no revision is given twice")
    }

    private func logged(_ revision: Int, _ changes: [ScheduleChange]) -> LoggedScheduleChange {
        LoggedScheduleChange(revision: revision, at: Fixtures.morning, by: "郑小敏", changes: changes)
    }

    /// Everybody saves the same revision at once; one is taken.
    @Test func ofManyWhoSaveAtOnceOneIsTaken() async throws {
        let desk = try desk()
        _ = try change(desk, 0, [.removeShift(try shift(1).id)])
        let store = desk.store
        let hand = hand(1)
        let days = try (1...20).map { try day("2026-12-\($0 < 10 ? "0" : "")\($0)") }
        let taken = await withTaskGroup(of: Bool.self) { group in
            for date in days {
                group.addTask {
                    guard let result = try? store.changeDraft(hand, [.putException(date, note: "")], calendar: .empty) else { return false }
                    return (try? result.get()) != nil
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(taken == 1)
        #expect(try desk.store.scheduleDesk(of: Fixtures.hall).draft?.body.exceptions.count == 2)
    }

    @Test func aBadChangeTakesTheWholeListWithIt() throws {
        let desk = try desk()
        let before = try change(desk, 0, [.removeShift(try shift(1).id)]).get()
        let bad: [ScheduleChange] = [.removeShift(try shift(2).id), .putShift(try shift(5, from: 12, to: 9))]
        #expect(try change(desk, 1, bad) == .failure(.problem(field: "to")))
        try desk.reopen()
        #expect(try desk.store.scheduleDesk(of: Fixtures.hall) == before)
        #expect(try desk.store.discardDraft(hand(1)).get().draft == nil)
        #expect(try desk.store.scheduleDesk(of: Fixtures.hall).published?.body == (try body()))
    }

    @Test func leaveAndSwapsCountOnceTheyAreApproved() throws {
        let desk = try desk()
        let id = LeaveID(madeAt: Fixtures.morning)
        let time = Fixtures.morning..<(Fixtures.morning + .minutes(600))
        let asked = try #require(try desk.store.askForLeave(id, agent: agent, time: time, reason: "体检", at: Fixtures.morning))
        #expect(asked.state == .asked && asked.agentName == "李文博")
        #expect(try desk.store.approvedAbsences(of: Fixtures.hall, at: Fixtures.morning).leaves == [])
        let other = try #require(HallID("445103"))
        #expect(try desk.store.setLeave(id, in: other, from: [.asked], to: .approved, by: admin, note: "") == nil, "of another hall")
        let decided = try #require(try desk.store.setLeave(id, in: Fixtures.hall, from: [.asked], to: .approved, by: admin, note: "好"))
        #expect(decided.isDone && decided.leave.decidedBy == "郑小敏" && decided.leave.note == "好")
        #expect(try desk.store.setLeave(id, in: Fixtures.hall, from: [.asked], to: .declined, by: admin, note: "")?.isDone == false)
        #expect(try desk.store.approvedAbsences(of: Fixtures.hall, at: Fixtures.morning).leaves == [ApprovedLeave(id: id, agent: agent, time: time)])

        let swap = SwapID(madeAt: Fixtures.morning)
        let date = try day("2026-11-24")
        func ask(_ id: SwapID) throws -> SwapRow? {
            try desk.store.askForSwap(id, in: Fixtures.hall, shift: try shift(1).id, on: date, from: agent, to: admin, at: Fixtures.morning)
        }
        #expect(try ask(swap)?.state == .asked)
        #expect(try ask(SwapID(madeAt: Fixtures.morning)) == nil, "a shift is given away once")
        let approved = try desk.store.setSwap(swap, in: Fixtures.hall, to: .approved, by: admin, note: "") { $0.state == .asked }
        #expect(approved?.isDone == true)
        #expect(
            try desk.store.approvedAbsences(of: Fixtures.hall, at: Fixtures.morning).swaps
                == [ApprovedSwap(id: swap, shift: try shift(1).id, date: date, from: agent, to: admin)])
        let again = try desk.store.setSwap(swap, in: Fixtures.hall, to: .withdrawn, by: nil, note: "") { _ in true }
        #expect(again?.swap.state == .withdrawn)
        #expect(try ask(SwapID(madeAt: Fixtures.morning)) != nil)
    }

    /// A database from before there were shifts: its hours stand at every seat.
    @Test func hoursFromBeforeBecomeShiftsOfEverySeat() throws {
        let folder = try TemporaryFolder()
        let pool = try DatabasePool(path: folder.url.appending(path: "farwindow.sqlite").path)
        try Schema.migrator.migrate(pool, upTo: "5 halls adopt versions")
        try pool.write { db in
            try db.execute(
                sql: """
                    INSERT INTO hall (id, name) VALUES ('445102', '大厅');
                    INSERT INTO seat_schedule VALUES ('445102', 'Europe/Berlin', 5, 'GK');
                    INSERT INTO schedule_exception VALUES ('445102', '2026-11-24', '台风');
                    INSERT INTO schedule_exception VALUES ('445102', '2027-01-02', '加班');
                    INSERT INTO schedule_interval (hall, weekday, from_minute, to_minute, covers) VALUES ('445102', 1, 540, 720, '{"groups":["登记"]}');
                    INSERT INTO schedule_interval (hall, date, from_minute, to_minute, covers) VALUES ('445102', '2027-01-02', 600, 1440, '{}');
                    """)
            for seat in ["W01", "W02"] {
                try db.execute(
                    sql: "INSERT INTO seat VALUES (?, '445102', ?, 'signed-off', NULL, NULL, '', '{}', 0, 0, NULL)", arguments: [seat, seat])
            }
        }
        try pool.close()
        let store = try BrokerStore(path: folder.url.appending(path: "farwindow.sqlite").path)
        let published = try #require(try store.publishedSchedules()[Fixtures.hall])
        #expect(published.line.why == "GK" && published.body.zone == "Europe/Berlin" && published.body.settings.makeupWorkday == .friday)
        #expect(published.body.week.map(\.seat.text) == ["W01", "W02"])
        #expect(published.body.week.allSatisfy { $0.covers.groups == ["登记"] && $0.agent == nil && $0.time.from.text == "09:00" })
        #expect(published.body.exceptions.map(\.note) == ["台风", "加班"])
        #expect(published.body.exceptions.map(\.shifts.count) == [0, 2])
        #expect(published.body.exceptions[1].shifts[0].time.to == .endOfDay)
    }

    @Test func aYearIsUnknownUntilItIsLoaded() throws {
        let desk = try Desk()
        #expect(try desk.store.calendar() == .empty)
        let days = [
            CalendarDayRow(day: try day("2026-10-01"), rule: .holiday, name: "国庆节"),
            CalendarDayRow(day: try day("2026-10-10"), rule: .makeupWorkday, name: "国庆节"),
        ]
        try desk.store.loadCalendar(year: 2026, days: days, source: "notice")
        #expect(
            try desk.store.calendar()
                == HolidayCalendar(
                    years: [2026], rules: [try day("2026-10-01"): .holiday, try day("2026-10-10"): .makeupWorkday],
                    names: [try day("2026-10-01"): "国庆节", try day("2026-10-10"): "国庆节"]))
        try desk.store.loadCalendar(year: 2026, days: Array(days.prefix(1)), source: "a corrected notice")
        #expect(try desk.store.calendar() == HolidayCalendar(years: [2026], rules: [try day("2026-10-01"): .holiday], names: [try day("2026-10-01"): "国庆节"]))
    }

    @Test func aDayOfAnotherYearIsRefused() throws {
        let desk = try Desk()
        let wrong = CalendarDayRow(day: try day("2027-01-01"), rule: .holiday, name: "元旦")
        #expect(throws: StoreError.self) { try desk.store.loadCalendar(year: 2026, days: [wrong], source: "notice") }
        #expect(try desk.store.calendar() == .empty)
    }

    @Test func theSchemaRefusesADayOfAYearThatWasNotLoaded() throws {
        let desk = try Desk()
        let sql = "INSERT INTO calendar_day (date, year, rule, name) VALUES ('2031-01-01', 2031, 'holiday', '')"
        #expect(throws: DatabaseError.self) { try desk.store.pool.write { try $0.execute(sql: sql) } }
    }

    /// A database from before this version keeps its tickets and their places.
    @Test func aRowFromBeforeWaitsSinceItWasTaken() throws {
        let desk = try Desk()
        try desk.commit(.serviceCase(Fixtures.serviceCase()), .ticket(Fixtures.ticket()))
        try desk.damage("UPDATE ticket SET waiting_since_ms = NULL")
        let ticket = try #require(try desk.state().tickets.first)
        #expect(ticket.waitingSince == ticket.takenAt)
    }
}

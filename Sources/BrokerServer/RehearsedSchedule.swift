import BrokerCore
import BrokerStore
import Rehearsal
import Scheduling
import SignalingProtocol

/// The part of a schedule that a rehearsal needs.
struct RehearsedSchedule: Sendable {
    let zone: ZoneRules
    /// Of the days that are rehearsed.
    let stretches: [RehearsalPlan.Stretch]
    /// Which day of the week each of them is worked like.
    let weekdays: [Weekday]

    /// The hall's draft or what is published, with the leaves and swaps that were approved. A stretch that names no seat staffs every seat of the hall.
    /// - Throws: `noSchedule` when the hall has none of that sort; `calendarMissing`.
    init(_ order: RehearsalOrder, _ store: BrokerStore) throws {
        let desk = try store.scheduleDesk(of: order.hall)
        let chosen =
            switch order.of {
            case .draft: desk.draft?.body
            case .published: desk.published?.body
            }
        guard let body = chosen, let zone = ZoneRules(named: body.zone, around: order.now) else { throw RehearsalFailure.noSchedule }
        let calendar = try store.calendar()
        let absences = try store.approvedAbsences(of: order.hall, at: order.now)
        let skills = Dictionary(try store.accounts().map { ($0.id, Coverage($0.skills)) }, uniquingKeysWith: { first, _ in first })
        let schedule = SeatSchedule(body, zone: zone, calendar: calendar, leaves: absences.leaves, swaps: absences.swaps, skills: skills)
        let outlook = schedule.outlook(from: zone.first(.startOfDay, on: order.from), days: order.days - 1)
        if outlook.missingYear != nil { throw RehearsalFailure.calendarMissing }
        self.zone = zone
        stretches = outlook.stretches.flatMap { stretch in
            (stretch.seat.map { [$0] } ?? order.seats).map { RehearsalPlan.Stretch(seat: $0, time: stretch.time, covers: stretch.covers) }
        }
        weekdays = order.dates.map { calendar.weekdayWorked(on: $0, makeupWorkday: schedule.makeupWorkday) }
    }
}

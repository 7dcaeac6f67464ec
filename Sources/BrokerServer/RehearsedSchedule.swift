import BrokerCore
import BrokerStore
import Rehearsal
import Scheduling
import SignalingProtocol

/// The part of a schedule that a rehearsal needs, whatever kind of schedule it comes from.
struct RehearsedSchedule: Sendable {
    let zone: ZoneRules
    /// Of the days that are rehearsed.
    let stretches: [RehearsalPlan.Stretch]
    /// Which day of the week each of them is worked like.
    let weekdays: [Weekday]
}

extension RehearsedSchedule {
    /// The hall's published hours. They name no seats: in each stretch of them every seat of the hall is staffed.
    /// - Throws: `noSchedule` when the hall has none, and for a draft; `calendarMissing`.
    init(_ order: RehearsalOrder, _ store: BrokerStore) throws {
        guard order.of == .published, let row = try store.schedules().first(where: { $0.hall == order.hall }),
            let zone = ZoneRules(named: row.zone, around: order.now)
        else { throw RehearsalFailure.noSchedule }
        let calendar = try store.calendar()
        let schedule = SeatSchedule(
            zone: zone, week: row.week, makeupWorkday: row.makeupWorkday,
            exceptions: Dictionary(row.exceptions.map { ($0.day, $0.intervals) }, uniquingKeysWith: { $1 }), calendar: calendar)
        let outlook = schedule.outlook(from: zone.first(.startOfDay, on: order.from), days: order.days - 1)
        if outlook.missingYear != nil { throw RehearsalFailure.calendarMissing }
        self.zone = zone
        stretches = outlook.stretches.flatMap { stretch in
            order.seats.map { RehearsalPlan.Stretch(seat: $0, time: stretch.time, covers: stretch.covers) }
        }
        weekdays = order.dates.map { calendar.weekdayWorked(on: $0, makeupWorkday: row.makeupWorkday) }
    }
}

import BrokerCore
import BrokerStore
import Foundation
import Scheduling
import SignalingProtocol

/// What a hall's schedule stands on, read off the loop.
struct ScheduleGround: Sendable {
    let hall: HallID
    let zone: ZoneRules
    let calendar: HolidayCalendar
    let roster: ScheduleRoster
    let names: [AgentID: String]
    let seatNumbers: [SeatID: String]
    let now: Instant

    var today: CivilDay { zone.day(at: now) }

    func resolved(_ body: HallSchedule) -> SeatSchedule {
        SeatSchedule(body, zone: zone, calendar: calendar, leaves: roster.leaves, swaps: roster.swaps, skills: roster.skills)
    }

    func conflicts(of body: HallSchedule) -> [ScheduleConflict] {
        ScheduleCheck(
            body, zone: zone, calendar: calendar, roster: roster, from: today, days: ServerLimits.checkedDays,
            calendarDays: ServerLimits.checkedCalendarDays, newID: { ShiftID(madeAt: now) }
        ).conflicts()
    }
}

/// What of a hall's schedule only the broker knows.
struct ScheduleFacts: Sendable {
    let hall: HallID
    let seats: [Seat]
    let items: [CatalogueItem]
    let bookings: [ScheduleRoster.Booking]
    let now: Instant

    /// - Throws: `StoreError.unreadable` when this machine does not know the zone.
    func ground(_ store: BrokerStore, zone name: String) throws(StoreError) -> ScheduleGround {
        guard let zone = ZoneRules(named: name, around: now) else { throw .unreadable(table: "schedule_version", cause: "no time zone '\(name)'") }
        let agents = try store.accounts().filter { $0.holds(.agent, in: hall) }.sorted { $0.account < $1.account }
        let absences = try store.approvedAbsences(of: hall, at: now)
        let roster = ScheduleRoster(
            seats: seats.map { .init(id: $0.id, isWithdrawn: $0.withdrawnAt != nil) },
            agents: agents.map { .init(id: $0.id, skills: Coverage($0.skills), isSuspended: $0.suspendedAt != nil) },
            items: items.map { .init(code: $0.code, group: $0.category, kinds: $0.kinds) }, bookings: bookings, leaves: absences.leaves,
            swaps: absences.swaps)
        return ScheduleGround(
            hall: hall, zone: zone, calendar: try store.calendar(), roster: roster,
            names: Dictionary(agents.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first }),
            seatNumbers: Dictionary(seats.map { ($0.id, $0.number) }, uniquingKeysWith: { first, _ in first }), now: now)
    }
}

extension Engine {
    func scheduleFacts(of hall: HallID) -> ScheduleFacts {
        ScheduleFacts(
            hall: hall, seats: broker.allSeats.filter { $0.hall == hall }.sorted { $0.number < $1.number }, items: broker.publishedItems(in: hall),
            bookings: bookings(in: hall), now: clock.now)
    }

    /// Appointments that a schedule must have room for.
    private func bookings(in hall: HallID) -> [ScheduleRoster.Booking] {
        broker.liveAppointments(in: hall).map { appointment in
            ScheduleRoster.Booking(
                id: appointment.id.description, time: appointment.time,
                need: ScheduleNeed(group: appointment.group, kind: appointment.kind, language: appointment.language))
        }
    }

    /// - Returns: the administrator and the hall of the path; nil when the answer has been given.
    func scheduledHall(_ call: Route.Call) -> (account: AccountRow, hall: HallID)? { administeredHall(call).map { ($0.account, $0.hall.id) } }

    /// Writes off the loop; a failing disk is told as one.
    func answerFromWriting<Value: Sendable>(
        _ call: Route.Call, _ write: @escaping @Sendable () throws(StoreError) -> Value, _ present: @escaping (Value) -> Void
    ) {
        guard takesWrites else { return refuse(call, storageUnavailable) }
        offload({ Result { () throws(StoreError) in try write() } }) { [self] result in
            switch result {
            case .success(let value): present(value)
            case .failure(.unavailable(let cause)):
                log.error("a schedule could not be stored", metadata: ["cause": "\(cause)"])
                refuse(call, storageUnavailable)
            case .failure(let error):
                log.error("a schedule could not be stored", metadata: ["code": "\(error.code)", "cause": "\(error)"])
                refuse(call, WireError(.internalError))
            }
        }
    }

    /// The days that a request asks for.
    /// - Returns: nil when the answer has been given.
    func askedDays(_ call: Route.Call, today: CivilDay) -> (first: CivilDay, count: Int)? {
        let query = call.exchange.head.query
        guard let first = query["from"].map({ CivilDay($0) }) ?? today else {
            refuse(call, WireError(.invalidField, field: "from"))
            return nil
        }
        guard let count = query["days"].map({ Int($0) }) ?? 7, (1...ServerLimits.weekDays).contains(count) else {
            refuse(call, WireError(.invalidField, field: "days"))
            return nil
        }
        return (first, count)
    }
}

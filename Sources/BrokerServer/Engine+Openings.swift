import BrokerCore
import BrokerStore
import Foundation
import Scheduling
import SignalingProtocol

/// Turns stored hours and the machine's zone database into plans of plain moments, which is all that the broker knows of calendars.
enum OpeningPlans {
    /// - Parameter now: the plans reach `ServerLimits.planDays` further.
    static func plans(_ store: BrokerStore, at now: Instant) throws(StoreError) -> [HallID: OpeningPlan] {
        let calendar = try store.calendar()
        let skills = Dictionary(try store.accounts().map { ($0.id, Coverage($0.skills)) }, uniquingKeysWith: { first, _ in first })
        var plans: [HallID: OpeningPlan] = [:]
        for (hall, published) in try store.publishedSchedules() {
            // A zone that this machine does not know: better no hours than wrong ones.
            guard let zone = ZoneRules(named: published.body.zone, around: now) else { continue }
            let absences = try store.approvedAbsences(of: hall, at: now)
            plans[hall] = plan(
                SeatSchedule(published.body, zone: zone, calendar: calendar, leaves: absences.leaves, swaps: absences.swaps, skills: skills),
                published.body.settings, at: now)
        }
        return plans
    }

    /// Stretches with the same coverage are taken together: the broker asks them for every ticket, and a hall may have hundreds of seats.
    private static func plan(_ schedule: SeatSchedule, _ settings: ScheduleSettings, at now: Instant) -> OpeningPlan {
        let outlook = schedule.outlook(from: now, days: ServerLimits.planDays)
        let times = Dictionary(grouping: outlook.stretches, by: \.covers).mapValues { TimeSet($0.map(\.time)) }
        var seats: [SeatID: [OpeningPlan.SeatTime]] = [:]
        let today = schedule.zone.day(at: now)
        for offset in 0...ServerLimits.shiftDays {
            for shift in schedule.day(CivilDay(number: today.number + offset)).shifts where shift.time.upperBound > now && !shift.staffed.isEmpty {
                seats[shift.shift.seat, default: []].append(OpeningPlan.SeatTime(time: shift.time, agent: shift.agent))
            }
        }
        return OpeningPlan(
            stretches: times.flatMap { covers, times in
                times.stretches.map {
                    OpeningPlan.Stretch(time: $0, covers: Skills(groups: covers.groups, kinds: covers.kinds, languages: covers.languages))
                }
            }, seats: seats, knownUntil: outlook.knownUntil, missingYear: outlook.missingYear.map(Int.init),
            slots: slots(
                of: outlook.stretches.map { BookableStretch(time: $0.time, covers: $0.covers, capacity: $0.capacity) },
                SlotRules(minutes: settings.slotMinutes, walkInPercent: settings.walkInPercent), zone: schedule.zone),
            booking: BookingRules(settings), zone: schedule.zone.name)
    }

    /// Times that can be booked, as the broker takes them.
    static func slots(of stretches: [BookableStretch], _ rules: SlotRules, zone: ZoneRules) -> [SlotPlan] {
        SlotDerivation.slots(of: stretches, rules, zone: zone).map { slot in
            let covers = Skills(groups: slot.covers.groups, kinds: slot.covers.kinds, languages: slot.covers.languages)
            return SlotPlan(time: slot.time, covers: covers, capacity: slot.capacity)
        }
    }
}

extension BookingRules {
    /// What a hall's own settings say; the rest is as usual.
    init(_ settings: ScheduleSettings) {
        self.init()
        horizon = .minutes(Int64(settings.bookingDays) * 24 * 60)
        lead = .minutes(Int64(settings.bookingLeadMinutes))
        freedShut = .minutes(Int64(settings.freedSlotShutMinutes))
        perPerson = settings.appointmentsPerPerson
    }
}

extension Coverage {
    init(_ skills: Skills) { self.init(groups: skills.groups, kinds: skills.kinds, languages: skills.languages) }
}

extension ZoneRules {
    /// A zone's steps from two years before `moment` to two years after it, from the machine's zone database.
    /// - Returns: nil when the machine does not know the zone.
    init?(named name: String, around moment: Instant) {
        guard let zone = TimeZone(identifier: name) else { return nil }
        let reach = Milliseconds.minutes(2 * 366 * 24 * 60)
        let offset = { (date: Date) in Milliseconds.seconds(Int64(zone.secondsFromGMT(for: date))) }
        let begin = Date(timeIntervalSince1970: Double((moment.milliseconds - reach.count) / 1_000))
        let end = Date(timeIntervalSince1970: Double((moment.milliseconds + reach.count) / 1_000))
        var steps: [Step] = []
        var at = begin
        while let next = zone.nextDaylightSavingTimeTransition(after: at), next > at, next <= end {
            steps.append(Step(at: Instant(milliseconds: Int64(next.timeIntervalSince1970.rounded()) * 1_000), offset: offset(next)))
            at = next
        }
        self.init(name: name, offset: offset(begin), steps: steps)
    }
}

extension Engine {
    /// Reads the hours anew and hands them to the broker. Due daily, so that the plan reaches ahead, and whenever somebody changed them.
    /// - Parameter completion: runs when the broker has them, or when they could not be read.
    func refreshOpenings(then completion: @escaping () -> Void = {}) {
        let store = store
        let now = clock.now
        offload({ Result { () throws(StoreError) in try OpeningPlans.plans(store, at: now) } }) { [self] result in
            switch result {
            case .success(let plans): turn(.schedule(plans))
            // The old plan goes on; it is asked again tomorrow.
            case .failure(let error): log.error("the opening hours could not be read", metadata: ["code": "\(error.code)", "cause": "\(error)"])
            }
            completion()
        }
    }
}

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
        var plans: [HallID: OpeningPlan] = [:]
        for row in try store.schedules() {
            // A zone that this machine does not know: better no hours than wrong ones.
            guard let zone = ZoneRules(named: row.zone, around: now) else { continue }
            let schedule = SeatSchedule(
                zone: zone, week: row.week, makeupWorkday: row.makeupWorkday,
                exceptions: Dictionary(row.exceptions.map { ($0.day, $0.intervals) }, uniquingKeysWith: { $1 }), calendar: calendar)
            let outlook = schedule.outlook(from: now, days: ServerLimits.planDays)
            plans[row.hall] = OpeningPlan(
                stretches: outlook.stretches.map { stretch in
                    OpeningPlan.Stretch(
                        time: stretch.time,
                        covers: Skills(groups: stretch.covers.groups, kinds: stretch.covers.kinds, languages: stretch.covers.languages))
                },
                knownUntil: outlook.knownUntil, missingYear: outlook.missingYear.map(Int.init),
                slots: slots(of: outlook.stretches.map { BookableStretch(time: $0.time, covers: $0.covers) }, SlotRules(), zone: zone), zone: row.zone)
        }
        return plans
    }

    /// Times that can be booked, as the broker takes them.
    static func slots(of stretches: [BookableStretch], _ rules: SlotRules, zone: ZoneRules) -> [SlotPlan] {
        SlotDerivation.slots(of: stretches, rules, zone: zone).map { slot in
            let covers = Skills(groups: slot.covers.groups, kinds: slot.covers.kinds, languages: slot.covers.languages)
            return SlotPlan(time: slot.time, covers: covers, capacity: slot.capacity)
        }
    }
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
    func refreshOpenings() {
        let store = store
        let now = clock.now
        offload({ Result { () throws(StoreError) in try OpeningPlans.plans(store, at: now) } }) { [self] result in
            switch result {
            case .success(let plans): turn(.schedule(plans))
            // The old plan goes on; it is asked again tomorrow.
            case .failure(let error): log.error("the opening hours could not be read", metadata: ["code": "\(error.code)", "cause": "\(error)"])
            }
        }
    }
}

import BrokerCore
import BrokerStore
import Rehearsal
import Scheduling
import SignalingProtocol

/// Which of a hall's schedules is rehearsed.
enum ScheduleChoice: String, Codable, Sendable {
    case draft
    case published
}

/// What an administrator wants rehearsed, with every bound checked.
struct RehearsalOrder: Sendable {
    enum Arrivals: Sendable {
        /// As in these weeks before now.
        case recorded(weeks: Int)
        /// For each half hour of a day, or of each of the days.
        case given([Double], handling: Milliseconds?, wrapUp: Milliseconds?)
    }

    let hall: HallID
    let from: CivilDay
    let days: Int
    let of: ScheduleChoice
    let arrivals: Arrivals
    let goal: ServiceLevel
    /// Mean; nil: as recorded, and boundless when nobody was ever recorded to leave.
    let patience: Milliseconds?
    let runs: Int
    let seed: UInt64
    /// Of the hall, as they are now.
    let seats: [SeatID]
    /// What the hall offers.
    let items: [CatalogueItem]
    let configuration: BrokerConfiguration
    let now: Instant

    var dates: [CivilDay] { (0..<days).map { CivilDay(number: from.number + Int64($0)) } }
}

/// Makes a plan of what is stored. Off the loop.
struct RehearsalPreparation: Sendable {
    private static let wrapUpAssumed: Milliseconds = .seconds(60)
    private static let acceptAssumed: Milliseconds = .seconds(5)
    /// Fewer recorded talks of a kind say too little.
    private static let samplesNeeded = 20

    let order: RehearsalOrder
    let schedule: RehearsedSchedule
    let history: HallHistory

    init(_ order: RehearsalOrder, _ store: BrokerStore) throws(RehearsalFailure) {
        self.order = order
        do {
            schedule = try RehearsedSchedule(order, store)
            let weeks = if case .recorded(let weeks) = order.arrivals { weeks } else { ServerLimits.rehearsalWeeks }
            // Whole days only: today is not over.
            let today = schedule.zone.day(at: order.now)
            let first = CivilDay(number: today.number - Int64(weeks) * 7)
            history = try store.history(of: order.hall, within: schedule.zone.first(.startOfDay, on: first)..<schedule.zone.first(.startOfDay, on: today))
        } catch let failure as RehearsalFailure {
            throw failure
        } catch {
            throw .storeUnreadable
        }
    }

    func plan() throws(RehearsalFailure) -> RehearsalPlan {
        let demands = Demands(order, history)
        let rates = try rates(demands)
        // Many citizens say in few runs what few citizens say in many.
        let runs = min(order.runs, max(1, Int(ServerLimits.rehearsalArrivals / max(1, rates.reduce(0) { $0 + $1.expected }))))
        let zone = schedule.zone
        let end = CivilDay(number: order.from.number + Int64(order.days))
        return RehearsalPlan(
            span: zone.first(.startOfDay, on: order.from)..<zone.first(.startOfDay, on: end), seats: order.seats, stretches: schedule.stretches,
            demands: demands.all, arrivals: .poisson(rates), patience: (order.patience ?? history.patienceMean).map { .exponential(mean: $0) },
            acceptDelay: history.rings.count >= Self.samplesNeeded ? .recorded(history.rings) : .fixed(Self.acceptAssumed), goal: order.goal,
            configuration: order.configuration, runs: runs, seed: order.seed)
    }

    private func rates(_ demands: Demands) throws(RehearsalFailure) -> [RehearsalPlan.Rate] {
        switch order.arrivals {
        case .recorded:
            let forecast = ArrivalForecast(demands.past, zone: schedule.zone)
            if forecast.isEmpty { throw .noHistory }
            return zip(order.dates, schedule.weekdays).flatMap { forecast.rates(on: $0, as: $1) }
        case .given(let numbers, _, _):
            return order.dates.enumerated().flatMap { place, date in
                let own = numbers.count > 48 ? Array(numbers.dropFirst(place * 48).prefix(48)) : numbers
                return ArrivalForecast.rates(on: date, perHalfHour: own, weights: demands.weights, zone: schedule.zone)
            }
        }
    }

    /// What people come with: what was recorded, and everything that the hall offers, so that what nobody covers is found also when nobody ever came for it.
    private struct Demands {
        var all: [RehearsalPlan.Demand] = []
        /// How many came with each.
        var weights: [Double] = []
        var past: [RehearsalPlan.Arrival] = []

        init(_ order: RehearsalOrder, _ history: HallHistory) {
            let lasting = Dictionary(uniqueKeysWithValues: SessionKind.allCases.map { ($0, RehearsalPreparation.lasting($0, order, history)) })
            var places: [RehearsalPlan.Demand: Int] = [:]
            func place(_ item: ItemCode, _ group: String, _ kind: SessionKind, _ language: SpokenLanguage?, _ lane: Lane) -> Int? {
                guard let (talk, wrapUp) = lasting[kind] else { return nil }
                let demand = RehearsalPlan.Demand(item: item, group: group, kind: kind, language: language, lane: lane, talk: talk, wrapUp: wrapUp)
                if let known = places[demand] { return known }
                places[demand] = all.count
                all.append(demand)
                weights.append(0)
                return all.count - 1
            }
            // What the hall no longer offers, nobody can come for.
            let offered = Dictionary(order.items.map { ($0.code, $0) }, uniquingKeysWith: { $1 })
            for arrival in history.arrivals {
                guard let item = offered[arrival.item], item.kinds.contains(arrival.kind),
                    let place = place(item.code, item.category, arrival.kind, arrival.language, arrival.lane)
                else { continue }
                weights[place] += 1
                past.append(RehearsalPlan.Arrival(at: arrival.at, demand: place))
            }
            let isKnown = !past.isEmpty
            for item in order.items.sorted(by: { $0.code < $1.code }) {
                for kind in item.kinds {
                    let lane = kind == .preReview && !item.materials.isEmpty ? Lane.guided : .ordinary
                    // Without a history everything is as likely as anything else.
                    if let place = place(item.code, item.category, kind, nil, lane), !isKnown { weights[place] = 1 }
                }
            }
        }
    }

    private static func lasting(_ kind: SessionKind, _ order: RehearsalOrder, _ history: HallHistory) -> (talk: Lasting, wrapUp: Lasting) {
        if case .given(_, let handling?, let wrapUp) = order.arrivals { return (.exponential(mean: handling), .fixed(wrapUp ?? wrapUpAssumed)) }
        let own = history.handlings.filter { $0.kind == kind }
        let samples = own.count >= samplesNeeded ? own : history.handlings
        guard samples.count >= samplesNeeded else { return (.exponential(mean: order.configuration.assumedHandlingTime), .fixed(wrapUpAssumed)) }
        return (.recorded(samples.map(\.talk)), .recorded(samples.map(\.wrapUp)))
    }
}

import Scheduling
import SignalingProtocol

/// Who is expected to come, learned from who came.
///
/// A day is expected to be as the same days of the week were on average, half hour by half hour and matter by matter. Days on which nobody came at all were
/// closed and say nothing; a day of the week of which none is known is expected to be as all days were on average.
public struct ArrivalForecast: Sendable {
    private static let halfHoursOfDay = 48

    private let zone: ZoneRules
    /// Counts by day of the week, half hour and matter.
    private var counts: [Weekday: [Int: [Int: Int]]] = [:]
    private var days: [Weekday: Int] = [:]

    /// - Parameter past: only whole days, so that no average is too small.
    public init(_ past: [RehearsalPlan.Arrival], zone: ZoneRules) {
        self.zone = zone
        var seen: Set<CivilDay> = []
        for arrival in past {
            let day = zone.day(at: arrival.at)
            if seen.insert(day).inserted { days[day.weekday, default: 0] += 1 }
            counts[day.weekday, default: [:]][zone.timeOfDay(at: arrival.at).minute / 30, default: [:]][arrival.demand, default: 0] += 1
        }
    }

    public var isEmpty: Bool { days.isEmpty }

    /// - Parameter weekday: which day of the week it is worked as; a make-up workday is not worked as the Sunday that it is.
    public func rates(on day: CivilDay, as weekday: Weekday) -> [RehearsalPlan.Rate] {
        let similar = days[weekday] == nil ? Weekday.allCases : [weekday]
        let observed = similar.reduce(0) { $0 + (days[$1] ?? 0) }
        guard observed > 0 else { return [] }
        var sums: [Int: [Int: Int]] = [:]
        for weekday in similar { for (half, own) in counts[weekday] ?? [:] { sums[half, default: [:]].merge(own, uniquingKeysWith: +) } }
        return sums.sorted { $0.key < $1.key }.flatMap { half, own -> [RehearsalPlan.Rate] in
            guard let time = Self.time(half, on: day, zone) else { return [] }
            return own.sorted { $0.key < $1.key }.map { RehearsalPlan.Rate(time: time, demand: $0, expected: Double($1) / Double(observed)) }
        }
    }

    /// A number for each half hour of the day, shared out among the matters by their weights.
    public static func rates(on day: CivilDay, perHalfHour: [Double], weights: [Double], zone: ZoneRules) -> [RehearsalPlan.Rate] {
        let sum = weights.reduce(0, +)
        guard sum > 0 else { return [] }
        return perHalfHour.prefix(halfHoursOfDay).enumerated().flatMap { half, count -> [RehearsalPlan.Rate] in
            guard count > 0, let time = time(half, on: day, zone) else { return [] }
            return weights.enumerated().filter { $0.element > 0 }.map { RehearsalPlan.Rate(time: time, demand: $0, expected: count * $1 / sum) }
        }
    }

    /// - Returns: nil for a half hour that a step of the clocks swallows.
    private static func time(_ half: Int, on day: CivilDay, _ zone: ZoneRules) -> Range<Instant>? {
        guard let from = TimeOfDay(hour: half / 2, minute: half % 2 * 30) else { return nil }
        let begin = zone.first(from, on: day)
        let last = half + 1 == halfHoursOfDay
        let end = last ? zone.first(.startOfDay, on: day.next) : TimeOfDay(hour: (half + 1) / 2, minute: (half + 1) % 2 * 30).map { zone.last($0, on: day) }
        return end.flatMap { begin < $0 ? begin..<$0 : nil }
    }
}

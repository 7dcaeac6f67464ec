import SignalingProtocol

/// What a report says of a stretch of time. The id, the unit and the sentence stand here once; queries, files and screens take them from here.
public enum Figure: String, CaseIterable, Hashable, Sendable {
    case taken
    case served
    case abandoned
    case noShow = "no_show"
    case declined
    case expired
    case open
    case waitP50 = "wait_p50_ms"
    case waitP80 = "wait_p80_ms"
    case waitP95 = "wait_p95_ms"
    case serviceLevel = "service_level"
    case repeatVisits = "repeat_visits"
    case sessions
    case handlingMean = "handling_mean_ms"
    case handlingP50 = "handling_p50_ms"
    case wrapUpMean = "wrap_up_mean_ms"
    case wrapUpP50 = "wrap_up_p50_ms"
    case firstOutcomes = "first_outcomes"
    case firstTimeComplete = "first_time_complete"
    case signedOn = "signed_on_ms"
    case busy = "busy_ms"
    case occupancy

    public enum Unit: String, Hashable, Sendable {
        case count
        case milliseconds
        /// From 0 to 1.
        case share
    }

    public var unit: Unit {
        switch self {
        case .taken, .served, .abandoned, .noShow, .declined, .expired, .open, .repeatVisits, .sessions, .firstOutcomes: .count
        case .waitP50, .waitP80, .waitP95, .handlingMean, .handlingP50, .wrapUpMean, .wrapUpP50, .signedOn, .busy: .milliseconds
        case .serviceLevel, .firstTimeComplete, .occupancy: .share
        }
    }
}

/// What a figure came to.
public enum FigureValue: Hashable, Sendable {
    /// Things, or milliseconds.
    case whole(Int64)
    case share(of: Int64, in: Int64)

    public var number: Double {
        switch self {
        case .whole(let count): Double(count)
        case .share(let part, let whole): whole == 0 ? 0 : Double(part) / Double(whole)
        }
    }
}

/// A figure that is not here was not to be had: nothing to reckon it from, or it makes no sense in this grouping.
public typealias FigureValues = [Figure: FigureValue]

/// What one row of a report stands for.
public enum FigureGrouping: String, CaseIterable, Hashable, Sendable {
    case day
    /// Of the clock, over all days of the period.
    case hour
    case hall
    case item
    case seat
}

/// The nearest-rank percentile: the smallest value that at least `percent` of a hundred values do not exceed. It is always one of them.
enum NearestRank {
    /// - Returns: the place of the percentile among `count` sorted values, the first being 1; 0 when there are none.
    static func place(_ percent: Int, of count: Int) -> Int { (count * percent + 99) / 100 }

    /// - Returns: nil when there are no values.
    static func value(_ percent: Int, ofSorted values: [Int64]) -> Int64? { values.isEmpty ? nil : values[place(percent, of: values.count) - 1] }
}

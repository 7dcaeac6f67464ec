import Scheduling
import SignalingProtocol

/// What a rehearsal showed. Numbers of people are means over the runs; waits are of everybody who came, until they were served or left.
public struct RehearsalReport: Codable, Hashable, Sendable {
    public struct HalfHour: Codable, Hashable, Sendable {
        public let at: Instant
        public let arrivals: Double
        public let served: Double
        /// Left unserved, and still waiting when the seats closed for the day.
        public let abandoned: Double
        /// Served within the wanted time, as a share of those who came; nil when nobody did.
        public let serviceLevel: Double?
        /// Half, four of five and nineteen of twenty waited no longer; nil when nobody came.
        public let waitP50Ms: Milliseconds?
        public let waitP80Ms: Milliseconds?
        public let waitP95Ms: Milliseconds?
        /// The busy share of the time that agents were signed on: ring, talk and wrap-up; nil when nobody was.
        public let occupancy: Double?
        /// Seats on schedule, those for a part of the half hour in part.
        public let planned: Double
        /// The fewest seats for the wanted service level if nobody ever left, each of which could take any of what is expected; the ring counts as handling.
        /// Nil when no number does.
        public let neededErlangC: Int?
        /// The same if people leave after their patience; nil also when they are taken to wait for ever.
        public let neededErlangA: Int?
    }

    public struct Total: Codable, Hashable, Sendable {
        public let arrivals: Double
        public let served: Double
        public let abandoned: Double
        /// Came when the seats were closed for the day, and count nowhere else.
        public let outsideHours: Double
        public let serviceLevel: Double?
        public let waitMeanMs: Milliseconds?
        public let waitP50Ms: Milliseconds?
        public let waitP80Ms: Milliseconds?
        public let waitP95Ms: Milliseconds?
        public let occupancy: Double?
        public let plannedSeatHours: Double
        /// Half hours of open days in which fewer seats are on schedule than Erlang A, or without a patience Erlang C, asks for.
        public let halfHoursShort: Int
    }

    /// An item that nobody on schedule covers for a while in which somebody is on schedule.
    public struct Uncovered: Codable, Hashable, Sendable {
        public let itemCode: ItemCode
        public let kind: SessionKind
        public let language: SpokenLanguage?
        public let from: Instant
        public let to: Instant
    }

    /// What it was reckoned with.
    public struct Assumptions: Codable, Hashable, Sendable {
        public let seed: UInt64
        public let serviceLevelPercent: Int
        public let serviceLevelWithinMs: Milliseconds
        /// Nil: nobody leaves before the seats close.
        public let patienceMeanMs: Milliseconds?
        /// Over all who are expected.
        public let talkMeanMs: Milliseconds
        public let wrapUpMeanMs: Milliseconds
        public let acceptMeanMs: Milliseconds
        /// Of the half hours that the formulas and the runs share.
        public let expectedArrivals: Double
    }

    public let assumptions: Assumptions
    public let halfHours: [HalfHour]
    public let total: Total
    public let uncovered: [Uncovered]
    public let runs: Int
}

/// The `percent`th of a hundred, by the nearest rank.
func percentile(_ percent: Int, ofSorted values: [Int64]) -> Milliseconds? {
    guard !values.isEmpty else { return nil }
    return Milliseconds(values[min(values.count - 1, max(0, (values.count * percent + 99) / 100 - 1))])
}

import Scheduling
import SignalingProtocol

/// What a report is asked for.
public struct FigureQuestion: Hashable, Sendable {
    /// A hall with the clocks that its days are counted by.
    public struct Place: Hashable, Sendable {
        public let hall: HallID
        public let zone: ZoneRules

        public init(hall: HallID, zone: ZoneRules) {
            self.hall = hall
            self.zone = zone
        }
    }

    public let places: [Place]
    /// Both included, days on each hall's own clocks.
    public let days: ClosedRange<CivilDay>
    public let grouping: FigureGrouping
    /// Within which a ticket should have been taken by an agent.
    public let serviceLevelSeconds: Int

    public init(places: [Place], days: ClosedRange<CivilDay>, grouping: FigureGrouping, serviceLevelSeconds: Int) {
        self.places = places
        self.days = days
        self.grouping = grouping
        self.serviceLevelSeconds = serviceLevelSeconds
    }

    /// A stretch of time of one hall, and the row that it belongs to where rows are stretches of time.
    struct Bucket: Hashable, Encodable {
        let hall: HallID
        let label: String
        let time: Range<Instant>

        /// As the queries read it.
        func encode(to encoder: any Encoder) throws {
            var container = encoder.unkeyedContainer()
            try container.encode(hall.text)
            try container.encode(label)
            try container.encode(time.lowerBound.milliseconds)
            try container.encode(time.upperBound.milliseconds)
        }
    }

    /// The period cut up as the grouping needs it. A day of 23 or 25 hours is one; an hour that the clocks show twice is one of two hours.
    var buckets: [Bucket] {
        places.flatMap { place in
            let midnight = { (day: CivilDay) in place.zone.first(.startOfDay, on: day) }
            let each = (days.lowerBound.number...days.upperBound.number).map(CivilDay.init(number:))
            switch grouping {
            case .day:
                return each.map { Bucket(hall: place.hall, label: $0.text, time: midnight($0)..<midnight($0.next)) }
            case .hour:
                return each.flatMap { day in
                    Self.hours.compactMap { hour in
                        let end = hour.next.map { place.zone.first($0, on: day) } ?? midnight(day.next)
                        let begin = place.zone.first(hour.time, on: day)
                        return begin < end ? Bucket(hall: place.hall, label: hour.time.text, time: begin..<end) : nil
                    }
                }
            case .hall, .item, .seat:
                return [Bucket(hall: place.hall, label: "", time: midnight(days.lowerBound)..<midnight(days.upperBound.next))]
            }
        }
    }

    private static let hours: [(time: TimeOfDay, next: TimeOfDay?)] = {
        let times = (0..<24).compactMap { TimeOfDay(hour: $0, minute: 0) }
        return zip(times, times.dropFirst().map { $0 } + [nil]).map { ($0, $1) }
    }()
}

extension CivilDay {
    fileprivate var next: CivilDay { CivilDay(number: number + 1) }
}

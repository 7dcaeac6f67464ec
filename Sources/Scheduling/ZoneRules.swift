import SignalingProtocol

/// The offsets of one time zone from UTC, as a list of steps.
///
/// Whoever makes one asks the zone database; what is decided from it depends on this list alone.
public struct ZoneRules: Hashable, Sendable {
    /// From `at` on the zone's clocks show `offset` more than UTC.
    public struct Step: Hashable, Sendable {
        public let at: Instant
        public let offset: Milliseconds

        public init(at: Instant, offset: Milliseconds) {
            self.at = at
            self.offset = offset
        }
    }

    /// IANA name, for example `Asia/Shanghai`.
    public let name: String
    /// Before the first step.
    public let offset: Milliseconds
    /// Earliest first.
    public let steps: [Step]

    public init(name: String, offset: Milliseconds, steps: [Step] = []) {
        self.name = name
        self.offset = offset
        self.steps = steps.sorted { $0.at < $1.at }
    }

    /// China Standard Time, without a step since 1991.
    public static let china = ZoneRules(name: "Asia/Shanghai", offset: .minutes(8 * 60))

    /// What the zone's calendar shows at a moment.
    public func day(at instant: Instant) -> CivilDay { CivilDay(number: Self.floor(local(instant), CivilDay.milliseconds)) }

    /// What the zone's clocks show at a moment; between two full minutes the earlier.
    public func timeOfDay(at instant: Instant) -> TimeOfDay {
        let local = local(instant)
        return TimeOfDay(minute: Int((local - Self.floor(local, CivilDay.milliseconds) * CivilDay.milliseconds) / 60_000))
    }

    /// The first moment of the day at which the clocks show `time` or later. A time that a step leaves out comes at the step.
    public func first(_ time: TimeOfDay, on day: CivilDay) -> Instant { moments(time, on: day).min() ?? Instant(milliseconds: reading(time, day)) }

    /// The moment from which on the clocks show `time` or later for good. Of a time that a step repeats, the second.
    public func last(_ time: TimeOfDay, on day: CivilDay) -> Instant { moments(time, on: day).max() ?? Instant(milliseconds: reading(time, day)) }

    /// Every moment at which the clocks reach `time`, by running or by a step.
    private func moments(_ time: TimeOfDay, on day: CivilDay) -> [Instant] {
        let wanted = reading(time, day)
        var found: [Instant] = []
        var begin: Instant?
        var offset = offset
        for step in steps + [nil] as [Step?] {
            let moment = Instant(milliseconds: wanted - offset.count)
            if begin.map({ $0 <= moment }) ?? true, step.map({ moment < $0.at }) ?? true { found.append(moment) }
            guard let step else { break }
            // Left out: the clocks go past it in one step.
            if step.at.milliseconds + offset.count <= wanted, wanted < step.at.milliseconds + step.offset.count { found.append(step.at) }
            (begin, offset) = (step.at, step.offset)
        }
        return found
    }

    /// What the clocks show, in milliseconds since 1970-01-01 00:00 on them.
    private func local(_ instant: Instant) -> Int64 {
        let offset = steps.last { $0.at <= instant }?.offset ?? offset
        return instant.milliseconds + offset.count
    }

    private func reading(_ time: TimeOfDay, _ day: CivilDay) -> Int64 { day.number * CivilDay.milliseconds + Int64(time.minute) * 60_000 }

    private static func floor(_ dividend: Int64, _ divisor: Int64) -> Int64 {
        let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}

/// A time on a clock, in whole minutes since midnight. 24:00 is the end of the day.
public struct TimeOfDay: Hashable, Comparable, Sendable {
    public let minute: Int

    public static let minutesPerDay = 1_440
    public static let startOfDay = TimeOfDay(minute: 0)
    public static let endOfDay = TimeOfDay(minute: minutesPerDay)

    init(minute: Int) { self.minute = minute }

    /// - Returns: nil when it is not within a day.
    public init?(hour: Int, minute: Int) {
        guard (0..<60).contains(minute), hour >= 0, hour * 60 + minute <= Self.minutesPerDay else { return nil }
        self.minute = hour * 60 + minute
    }

    /// - Returns: nil when `text` is not a time like `09:00`.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.count == 2 && $0.allSatisfy(\.isASCIIDigit) }), let hour = Int(parts[0]), let minute = Int(parts[1])
        else { return nil }
        self.init(hour: hour, minute: minute)
    }

    public var text: String { Self.twoDigits(minute / 60) + ":" + Self.twoDigits(minute % 60) }

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    public static func < (left: Self, right: Self) -> Bool { left.minute < right.minute }
}

extension TimeOfDay: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let time = Self(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a time of day")
        }
        self = time
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}

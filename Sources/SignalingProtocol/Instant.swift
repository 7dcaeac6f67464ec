import Foundation

/// A moment on the broker's clock, in whole milliseconds since 1970-01-01T00:00:00Z.
///
/// The clock never runs backwards and ignores steps of the wall clock: see `BrokerServer.BrokerClock`. The simulator counts its own.
public struct Instant: Hashable, Comparable, Sendable {
    public var milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    public static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }
    public static func + (left: Self, right: Milliseconds) -> Self { Instant(milliseconds: left.milliseconds + right.count) }
    public static func - (left: Self, right: Self) -> Milliseconds { Milliseconds(left.milliseconds - right.milliseconds) }
}

/// A length of time in whole milliseconds; on the wire a number in a field whose name ends in `_ms`.
public struct Milliseconds: Hashable, Comparable, Sendable, ExpressibleByIntegerLiteral {
    public var count: Int64

    public init(_ count: Int64) { self.count = count }
    public init(integerLiteral value: Int64) { count = value }

    public static func seconds(_ count: Int64) -> Self { Self(count * 1_000) }
    public static func minutes(_ count: Int64) -> Self { Self(count * 60_000) }

    public static func < (left: Self, right: Self) -> Bool { left.count < right.count }
}

extension Milliseconds: Codable {
    public init(from decoder: any Decoder) throws { count = try decoder.singleValueContainer().decode(Int64.self) }
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(count)
    }
}

extension Instant: Codable {
    /// China Standard Time has had no daylight saving since 1991, so a fixed offset is right for every hall of the pilot.
    static let wireOffsetSeconds = 8 * 3600

    /// RFC 3339 with offset, for example `2026-11-23T09:30:00.000+08:00`.
    ///
    /// Reckoned in whole numbers: Foundation's formats go over a floating-point `Date`, which loses a millisecond every second time.
    public var rfc3339: String {
        let local = milliseconds + Int64(Self.wireOffsetSeconds) * 1_000
        let (day, millisecond) = local.flooredDivision(by: CivilDay.milliseconds)
        let date = CivilDay(number: day)
        let time = [millisecond / 3_600_000, millisecond / 60_000 % 60, millisecond / 1_000 % 60].map { $0.digits(2) }.joined(separator: ":")
        return "\(date.text)T\(time).\((millisecond % 1_000).digits(3))+08:00"
    }

    /// Digits after the millisecond are dropped; a leap second counts as the second after it.
    /// - Returns: nil when `text` is not an RFC 3339 date and time.
    public init?(rfc3339 text: String) {
        var reader = TimeReader(rest: Array(text.utf8)[...])
        guard let year = reader.number(digits: 4), reader.take("-"), let month = reader.number(digits: 2), reader.take("-"),
            let day = reader.number(digits: 2), reader.take("T") || reader.take("t"),
            let hour = reader.number(digits: 2), reader.take(":"), let minute = reader.number(digits: 2), reader.take(":"),
            let second = reader.number(digits: 2), let fraction = reader.fraction(), let offset = reader.offsetMinutes(),
            reader.rest.isEmpty, hour < 24, minute < 60, second <= 60
        else { return nil }
        let date = CivilDay(year: year, month: month, day: day)
        // 31 February is counted into March, and then it is another date.
        guard CivilDay(number: date.number) == date else { return nil }
        let minutes = (date.number * 24 + hour) * 60 + minute - offset
        milliseconds = (minutes * 60 + second) * 1_000 + fraction
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let instant = Self(rfc3339: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an RFC 3339 time")
        }
        self = instant
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rfc3339)
    }
}

/// A day of the proleptic Gregorian calendar, counted from 1970-01-01 (H. Hinnant, "chrono-compatible low-level date algorithms").
public struct CivilDay: Hashable, Comparable, Sendable {
    /// Of a day without a step of its zone's clock.
    public static let milliseconds: Int64 = 86_400_000
    /// Days of the 400 years after which the calendar repeats, and those before 1970-01-01 since 0000-03-01.
    private static let daysPerEra: Int64 = 146_097
    private static let daysBefore1970: Int64 = 719_468

    public let year: Int64
    /// 1 to 12.
    public let month: Int64
    /// Of the month, from 1.
    public let day: Int64

    /// A day that the month does not have is counted into the next; ask whether `CivilDay(number: number)` is the same where text comes from outside.
    public init(year: Int64, month: Int64, day: Int64) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// - Parameter number: days since 1970-01-01, negative before it.
    public init(number: Int64) {
        let (era, dayOfEra) = (number + Self.daysBefore1970).flooredDivision(by: Self.daysPerEra)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        // Years begin in March here, so that the leap day is the last one.
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Days since 1970-01-01.
    public var number: Int64 {
        let (era, yearOfEra) = (month <= 2 ? year - 1 : year).flooredDivision(by: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * Self.daysPerEra + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - Self.daysBefore1970
    }

    public static func < (left: Self, right: Self) -> Bool { (left.year, left.month, left.day) < (right.year, right.month, right.day) }
}

extension CivilDay: Codable {
    /// - Returns: nil when `text` is not a date as RFC 3339 writes one, for example `2026-10-01`.
    public init?(_ text: String) {
        var reader = TimeReader(rest: Array(text.utf8)[...])
        guard let year = reader.number(digits: 4), reader.take("-"), let month = reader.number(digits: 2), reader.take("-"),
            let day = reader.number(digits: 2), reader.rest.isEmpty
        else { return nil }
        self.init(year: year, month: month, day: day)
        // 31 February is counted into March, and then it is another date.
        guard CivilDay(number: number) == self else { return nil }
    }

    public var text: String { "\(year.digits(4))-\(month.digits(2))-\(day.digits(2))" }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let day = Self(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a date")
        }
        self = day
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

/// Takes the parts of an RFC 3339 time from the front of its text.
private struct TimeReader {
    var rest: ArraySlice<UInt8>

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard let first = rest.first, UInt32(first) == character.value else { return false }
        rest.removeFirst()
        return true
    }

    mutating func number(digits count: Int) -> Int64? {
        let digits = rest.prefix(count)
        guard digits.count == count, digits.allSatisfy(\.isDigit) else { return nil }
        rest.removeFirst(count)
        return digits.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
    }

    /// - Returns: milliseconds; 0 when there is no fraction, nil when its point has no digit after it.
    mutating func fraction() -> Int64? {
        guard take(".") else { return 0 }
        let digits = rest.prefix(while: \.isDigit)
        guard !digits.isEmpty else { return nil }
        rest.removeFirst(digits.count)
        let padded = digits.prefix(3) + [UInt8](repeating: UInt8(ascii: "0"), count: max(0, 3 - digits.count))
        return padded.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
    }

    mutating func offsetMinutes() -> Int64? {
        if take("Z") || take("z") { return 0 }
        let sign: Int64 = take("-") ? -1 : 1
        guard sign < 0 || take("+"), let hours = number(digits: 2), take(":"), let minutes = number(digits: 2), hours < 24, minutes < 60
        else { return nil }
        return sign * (hours * 60 + minutes)
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}

extension Int64 {
    /// The remainder is never negative, so that moments before 1970 count upwards too.
    fileprivate func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }

    fileprivate func digits(_ count: Int) -> String {
        let text = String(self)
        return String(repeating: "0", count: Swift.max(0, count - text.count)) + text
    }
}

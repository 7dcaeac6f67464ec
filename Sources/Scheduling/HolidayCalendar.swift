import SignalingProtocol

/// The public holidays and make-up workdays (调休) of the years whose notice has been loaded.
///
/// The State Council publishes each year's by notice, late in the year before. They follow from no rule, so a year that was not loaded is unknown:
/// whoever asks is told which one, and nothing is computed in its place.
public struct HolidayCalendar: Hashable, Sendable {
    /// What a notice says of a day.
    public enum Rule: String, Codable, Hashable, Sendable, CaseIterable {
        case holiday
        /// A Saturday or Sunday on which one works in exchange for a holiday.
        case makeupWorkday = "makeup-workday"
    }

    /// Years whose notice was loaded, also when a notice names no day.
    public let years: Set<Int64>
    private let rules: [CivilDay: Rule]
    private let names: [CivilDay: String]

    /// - Parameters:
    ///   - rules: days of other years than `years` are left out: half a year known is a year unknown.
    ///   - names: of the holidays that the days belong to.
    public init(years: Set<Int64>, rules: [CivilDay: Rule], names: [CivilDay: String] = [:]) {
        self.years = years
        self.names = names
        self.rules = rules.filter { years.contains($0.key.year) }
    }

    public static let empty = HolidayCalendar(years: [], rules: [:])

    /// Of the holiday that a day belongs to, free or worked.
    func name(of day: CivilDay) -> String? { rules[day] == nil ? nil : names[day] }

    func kind(of day: CivilDay) -> DayKind {
        guard years.contains(day.year) else { return .unknown(year: day.year) }
        switch rules[day] {
        case .holiday: return .holiday
        case .makeupWorkday: return .makeupWorkday
        case nil: return .ordinary
        }
    }

    enum DayKind: Equatable {
        case ordinary
        case holiday
        case makeupWorkday
        case unknown(year: Int64)
    }
}

/// ISO 8601: the week begins on Monday.
public enum Weekday: Int, Codable, Hashable, Sendable, CaseIterable {
    case monday = 1
    case tuesday
    case wednesday
    case thursday
    case friday
    case saturday
    case sunday
}

extension CivilDay {
    public var weekday: Weekday {
        // 1970-01-01 was a Thursday.
        let sinceMonday = (number + 3) % 7
        return Weekday(rawValue: Int(sinceMonday < 0 ? sinceMonday + 7 : sinceMonday) + 1) ?? .monday
    }

    public var next: CivilDay { CivilDay(number: number + 1) }
}

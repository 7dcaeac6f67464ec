import Scheduling
import SignalingProtocol
import Testing

@testable import Rehearsal

@Suite struct ArrivalForecastTests {
    /// 2026-11-02 00:00 in Chaozhou, a Monday.
    private let monday = Instant(milliseconds: 1_793_548_800_000)
    private let next = CivilDay(year: 2026, month: 11, day: 30)

    private func arrivals(day: Int64, minute: Int64, demand: Int, _ count: Int) -> [RehearsalPlan.Arrival] {
        Array(repeating: RehearsalPlan.Arrival(at: monday + .minutes(day * 1_440 + minute), demand: demand), count: count)
    }

    @Test func aDayIsAsTheSameDaysWereOnAverage() {
        #expect(ZoneRules.china.day(at: monday).weekday == .monday)
        // Two Mondays; the Monday between them was a holiday on which nobody came.
        let past =
            arrivals(day: 0, minute: 545, demand: 0, 3) + arrivals(day: 14, minute: 565, demand: 0, 2) + arrivals(day: 14, minute: 569, demand: 1, 1)
            + arrivals(day: 1, minute: 600, demand: 0, 8)
        let rates = ArrivalForecast(past, zone: .china).rates(on: next, as: .monday)
        #expect(rates.map(\.demand) == [0, 1])
        #expect(rates.map(\.expected) == [2.5, 0.5])
        let nine = monday + .minutes(28 * 1_440 + 540)
        #expect(rates.allSatisfy { $0.time == nine..<(nine + .minutes(30)) })
    }

    @Test func aDayOfTheWeekThatIsUnknownIsAsAllDaysWere() {
        let past = arrivals(day: 0, minute: 0, demand: 0, 3) + arrivals(day: 1, minute: 1_439, demand: 0, 6)
        let rates = ArrivalForecast(past, zone: .china).rates(on: next, as: .saturday)
        #expect(rates.map(\.expected) == [1.5, 3])
        #expect(rates.last?.time.upperBound == monday + .minutes(29 * 1_440))
        #expect(ArrivalForecast([], zone: .china).rates(on: next, as: .saturday).isEmpty)
        #expect(ArrivalForecast([], zone: .china).isEmpty)
    }

    @Test func givenNumbersAreSharedOutByWeight() {
        var numbers = Array(repeating: 0.0, count: 48)
        (numbers[18], numbers[47]) = (8, 1)
        let rates = ArrivalForecast.rates(on: next, perHalfHour: numbers, weights: [3, 0, 1], zone: .china)
        #expect(rates.map(\.expected) == [6, 2, 0.75, 0.25])
        #expect(rates.map(\.demand) == [0, 2, 0, 2])
        #expect(ArrivalForecast.rates(on: next, perHalfHour: numbers, weights: [0], zone: .china).isEmpty)
    }
}

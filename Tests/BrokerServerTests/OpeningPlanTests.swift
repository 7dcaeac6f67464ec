import BrokerStore
import Foundation
import Scheduling
import SignalingProtocol
import Testing

@testable import BrokerServer

@Suite("Opening plans")
struct OpeningPlanTests {
    private static let source = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../ops/demonstration").standardized

    private func at(_ time: String) throws -> Instant { try #require(Instant(rfc3339: time + ":00+08:00")) }

    @Test func ofTheDemonstrationFollowItsHoursAndTheHolidays() throws {
        let folder = try TemporaryFolder()
        let store = try BrokerStore(path: folder.url.appending(path: "farwindow.sqlite").path)
        try Demonstration.seed(store, from: Self.source, data: folder.url, at: Fixtures.now)
        try Demonstration.seedHours(store, from: Self.source, at: Fixtures.now)
        let plans = try OpeningPlans.plans(store, at: try at("2026-09-30T16:00"))
        #expect(plans.keys.map(\.text).sorted() == ["445102", "445103", "445122"])
        let plan = try #require(plans[Fixtures.hall])
        // Three seats cover three different things, with breaks of their own.
        let next = TimeSet(plan.stretches.map(\.time)).stretches.prefix(3).map(\.lowerBound.rfc3339)
        #expect(next == ["2026-09-30T14:00:00.000+08:00", "2026-10-08T09:00:00.000+08:00", "2026-10-08T14:00:00.000+08:00"])
        #expect(plan.stretches.contains { $0.time.lowerBound.rfc3339.hasPrefix("2026-10-10") }, "a Saturday that is worked")
        #expect(plan.missingYear == nil)
        let last = try #require(try OpeningPlans.plans(store, at: try at("2026-12-31T18:00"))[Fixtures.hall])
        #expect(last.stretches.isEmpty && last.missingYear == 2027)
        let published = try store.publishedSchedules()
        #expect(published.values.allSatisfy { $0.line.why == "演示用的初始排班" && $0.line.publishedBy == nil })
        let week = try #require(published[Fixtures.hall]).body.week
        #expect(Set(week.map(\.seat.text)) == ["445102-01", "445102-02", "445102-03"])
        #expect(Set(week.compactMap(\.agent)).count == 2, "two people are named, and one seat is open to whoever comes")
        #expect(week.contains { !$0.breaks.isEmpty })
    }

    @Test func knowTheStepsOfAZone() throws {
        let moment = try at("2026-07-01T00:00")
        let berlin = try #require(ZoneRules(named: "Europe/Berlin", around: moment))
        #expect(berlin.steps.contains(ZoneRules.Step(at: Instant(milliseconds: 1_774_746_000_000), offset: .minutes(120))))
        #expect(berlin.steps.contains(ZoneRules.Step(at: Instant(milliseconds: 1_792_890_000_000), offset: .minutes(60))))
        #expect(ZoneRules(named: "Asia/Shanghai", around: moment) == .china)
        #expect(ZoneRules(named: "Nowhere/Town", around: moment) == nil)
    }
}

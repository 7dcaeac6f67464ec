import Scheduling
import SignalingProtocol
import Testing

@Suite("Slots of a schedule")
struct SlotDerivationTests {
    static let monday = CivilDay(year: 2026, month: 11, day: 23)

    private func at(_ hour: Int, _ minute: Int = 0) throws -> Instant {
        ZoneRules.china.first(try #require(TimeOfDay(hour: hour, minute: minute)), on: Self.monday)
    }

    private func slots(_ stretches: [BookableStretch], minutes: Int = 30, walkIn: Int = 50) -> [BookableSlot] {
        SlotDerivation.slots(of: stretches, SlotRules(minutes: minutes, walkInPercent: walkIn), zone: .china)
    }

    @Test func slotsLieWhollyInAStretch() throws {
        let found = slots([BookableStretch(time: try at(8, 40)..<at(10, 50), capacity: 2)])
        #expect(found.map(\.time) == [try at(9)..<at(9, 30), try at(9, 30)..<at(10), try at(10)..<at(10, 30)])
        #expect(found.allSatisfy { $0.capacity == 1 })
    }

    @Test("a break that was taken out has no slot", arguments: [15, 30, 60])
    func breaks(minutes: Int) throws {
        let found = slots(
            [BookableStretch(time: try at(9)..<at(11, 10), capacity: 2), BookableStretch(time: try at(11, 20)..<at(13), capacity: 2)], minutes: minutes)
        let pause = try at(11, 10)..<at(11, 20)
        #expect(!found.contains { $0.time.overlaps(pause) })
        #expect(found.count == (minutes == 15 ? 8 + 6 : minutes == 30 ? 4 + 3 : 2 + 1))
    }

    @Test func ofOneSeatEverySecondSlotStaysForWalkIns() throws {
        let seat = [BookableStretch(time: try at(9)..<at(12))]
        #expect(slots(seat).map(\.time.lowerBound) == [try at(9), try at(10), try at(11)])
        #expect(slots(seat, walkIn: 10).count == 3)
        #expect(slots(seat, walkIn: 0).count == 6)
        #expect(slots(seat, walkIn: 75).map(\.time.lowerBound) == [try at(10)], "every fourth of the day")
        #expect(slots(seat, walkIn: 100).isEmpty)
    }

    @Test(
        "of several seats the share stays, and at least one", arguments: [(2, 50, 1), (2, 1, 1), (3, 50, 1), (4, 50, 2), (10, 25, 7), (10, 100, 0), (5, 0, 5)])
    func share(seats: Int, percent: Int, bookable: Int) throws {
        let found = slots([BookableStretch(time: try at(9)..<at(10), capacity: seats)], walkIn: percent)
        #expect(found.map(\.capacity) == (bookable == 0 ? [] : [bookable, bookable]))
    }

    @Test func theRareSeatCanBeBooked() throws {
        let sign = Coverage(languages: [.sign])
        let time = try at(9)..<at(9, 30)
        let found = slots([BookableStretch(time: time, capacity: 3), BookableStretch(time: time, covers: sign)])
        #expect(found == [BookableSlot(time: time, covers: .everything, capacity: 1), BookableSlot(time: time, covers: sign, capacity: 1)])
    }

    @Test func noLengthIsNoSlot() throws {
        #expect(slots([BookableStretch(time: try at(9)..<at(10))], minutes: 0).isEmpty)
        #expect(slots([BookableStretch(time: try at(9)..<at(10), capacity: 0)]).isEmpty)
    }

    // MARK: Against the oracle

    /// Berlin's clocks jump on 2026-03-29 and 2026-10-25: a day of 23 and one of 25 hours.
    private static let berlin = ZoneRules(
        name: "Europe/Berlin", offset: .minutes(60),
        steps: [
            .init(at: Instant(milliseconds: 1_774_746_000_000), offset: .minutes(120)),
            .init(at: Instant(milliseconds: 1_792_890_000_000), offset: .minutes(60)),
        ])

    @Test(arguments: 1...60 as ClosedRange<UInt64>)
    func everySlotIsWhatTheMinutesSay(seed: UInt64) throws {
        var chances = Chances(seed: seed)
        let zone = chances.pick([ZoneRules.china, Self.berlin])
        let days = [CivilDay(year: 2026, month: 3, day: 29), CivilDay(year: 2026, month: 10, day: 25), Self.monday]
        let day = chances.pick(days)
        let midnight = zone.first(.startOfDay, on: day)
        let coverages = [Coverage.everything, Coverage(groups: ["登记"]), Coverage(languages: [.sign])]
        let stretches = (0...chances.roll(6)).map { _ in
            let from = chances.roll(22 * 60)
            let begin = midnight + .minutes(Int64(from))
            return BookableStretch(
                time: begin..<begin + .minutes(Int64(1 + chances.roll(22 * 60 - from))), covers: chances.pick(coverages), capacity: chances.roll(4))
        }
        let rules = SlotRules(minutes: chances.pick([10, 15, 20, 30, 45, 60]), walkInPercent: chances.pick([0, 1, 20, 33, 50, 80, 100]))
        let found = SlotDerivation.slots(of: stretches, rules, zone: zone)

        #expect(found == found.sorted { $0.time.lowerBound < $1.time.lowerBound })
        #expect(found.allSatisfy { $0.capacity > 0 && ($0.time.upperBound - $0.time.lowerBound) == .minutes(Int64(rules.minutes)) })
        #expect(Set(found.map { Key(at: $0.time.lowerBound, covers: $0.covers) }).count == found.count, "merged by coverage")
        // Minute by minute: how many seats of each coverage are there during the whole of the grid's slot?
        for number in 0..<(25 * 60 / rules.minutes) {
            let minutes = (0..<rules.minutes).map { midnight + .minutes(Int64(number * rules.minutes + $0)) }
            let there = coverages.map { covers in
                stretches.filter { stretch in stretch.covers == covers && minutes.allSatisfy { stretch.time.contains($0) } }.reduce(0) { $0 + $1.capacity }
            }
            let offered = coverages.map { covers in found.first { $0.time.lowerBound == minutes[0] && $0.covers == covers }?.capacity ?? 0 }
            #expect(zip(offered, there).allSatisfy { $0 <= $1 })
            let (all, bookable) = (there.reduce(0, +), offered.reduce(0, +))
            // As few as the share allows, never one fewer.
            if all > 1 {
                #expect(Double(all - bookable) >= Double(all * rules.walkInPercent) / 100)
                #expect(Double(all - bookable) < Double(all * rules.walkInPercent) / 100 + 1)
            }
            if all == 0 { #expect(bookable == 0) }
        }
    }

    private struct Key: Hashable {
        let at: Instant
        let covers: Coverage
    }
}

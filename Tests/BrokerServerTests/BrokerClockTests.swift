import SignalingProtocol
import Testing

@testable import BrokerServer

@Suite("The broker's clock")
struct BrokerClockTests {
    private let wall = Instant(milliseconds: 1_800_000_000_000)

    @Test func startsAtWallTimeButAfterEverythingStored() {
        #expect(BrokerClock(wall: wall, newest: nil).reading(after: 0) == wall)
        #expect(BrokerClock(wall: wall, newest: wall + -5_000).reading(after: 0) == wall)
        // The wall clock was set back: what happens now still comes after what happened then.
        #expect(BrokerClock(wall: wall, newest: wall + 86_400_000).reading(after: 0) == wall + 86_400_001)
        #expect(BrokerClock(wall: wall, newest: wall).reading(after: 0) > wall)
    }

    @Test func standsStillWhileHeldAndGoesOnFromThere() {
        var clock = BrokerClock(wall: wall, newest: nil)
        clock.hold(after: 1_000)
        clock.hold(after: 30_000)
        #expect(clock.reading(after: 60_000) == wall + 1_000)
        clock.letGo(after: 61_000)
        #expect(clock.reading(after: 61_000) == wall + 1_000)
        #expect(clock.reading(after: 62_000) == wall + 2_100)
        clock.letGo(after: 70_000)
        #expect(clock.reading(after: 71_000) == wall + 12_000)
    }

    @Test func catchesUpWithRealTimeAndNeverPassesIt() {
        var clock = BrokerClock(wall: wall, newest: nil)
        clock.hold(after: 0)
        clock.letGo(after: 10_000)
        #expect(clock.reading(after: 109_990) < wall + 109_990)
        #expect(clock.reading(after: 110_000) == wall + 110_000)
        #expect(clock.reading(after: 500_000) == wall + 500_000)
    }

    @Test func neverRunsBackwardsThroughManyOutages() {
        var clock = BrokerClock(wall: wall, newest: nil)
        var last = clock.reading(after: 0)
        for second in Int64(0)..<600 {
            let elapsed = Milliseconds(second * 1_000)
            if second % 40 == 7 { clock.hold(after: elapsed) }
            if second % 40 == 19 { clock.letGo(after: elapsed) }
            let reading = clock.reading(after: elapsed)
            #expect(reading >= last)
            #expect(reading <= wall + elapsed)
            last = reading
        }
    }
}

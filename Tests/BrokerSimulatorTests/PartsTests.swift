import BrokerCore
import SignalingProtocol
import Testing

@testable import BrokerSimulator

@Suite("The simulator's own parts")
struct PartsTests {
    @Test func chanceIsTheSameEverywhere() {
        // SplitMix64 with seed 1234567, as published with the algorithm.
        var chance = Chance(seed: 1_234_567)
        #expect([chance.next(), chance.next(), chance.next()] == [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423])
    }

    @Test func rollsStayInRangeAndReachAll() {
        var chance = Chance(seed: 1)
        let rolls = (0..<1_000).map { _ in chance.roll(6) }
        #expect(Set(rolls) == Set(0..<6))
        let lengths = (0..<1_000).map { _ in chance.between(.seconds(1), .seconds(2)) }
        #expect(lengths.allSatisfy { $0 >= .seconds(1) && $0 <= .seconds(2) })
    }

    @Test func theAgendaIsInOrderAndKeepsTheOrderOfTheSameMoment() {
        var agenda = Agenda()
        var chance = Chance(seed: 2)
        for number in 0..<500 { agenda.plan(.personWakes(number), at: Instant(milliseconds: Int64(chance.roll(40)))) }
        var seen: [(Int64, Int)] = []
        while let (at, what) = agenda.next() {
            guard case .personWakes(let number) = what else { continue }
            seen.append((at.milliseconds, number))
        }
        #expect(seen.count == 500)
        #expect(zip(seen, seen.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test func aHeldClockStandsAndThenCatchesUp() {
        var clock = HeldClock()
        let at = { (seconds: Int64) in Instant(milliseconds: seconds * 1_000) }
        #expect(clock.reading(at: at(100)) == at(100))
        clock.hold(at: at(100))
        #expect(clock.reading(at: at(140)) == at(100))
        clock.letGo(at: at(140))
        #expect(clock.reading(at: at(140)) == at(100))
        #expect(clock.reading(at: at(150)) == at(111))
        #expect(clock.reading(at: at(540)) == at(540))
        #expect(clock.reading(at: at(600)) == at(600))
    }

    @Test func theStoreRefusesWhatTheSchemaRefuses() {
        let town = Town(halls: 1, seats: 2, opens: Town.morning)
        var store = StoreModel(town: town)
        var seat = town.seats[0]
        seat.state = .notReady
        store.apply(.seat(seat))
        #expect(store.takeProblems().count == 2, "somebody must be there, with a reason")
        seat.agent = Numbered.identifier(1)
        seat.notReadyReason = .rest
        store.apply(.seat(seat))
        #expect(store.takeProblems() == [])
        var other = town.seats[1]
        other.state = .ready
        other.agent = seat.agent
        store.apply(.seat(other))
        #expect(store.takeProblems() == ["the schema refuses: one seat an agent"])
    }

    @Test func aLiveIndexHoldsOneRowAKey() {
        var index = LiveIndex<String, Int>()
        let isFree = [index.set("seat", to: 1, while: true), index.set("seat", to: 2, while: true), index.set("seat", to: 2, while: false)]
        #expect(isFree == [true, false, true])
    }

    @Test func numbersComeBackFromIdentifiers() {
        for number in [0, 1, 255, 256, 70_000, 1 << 40] {
            let id: CitizenID = Numbered.identifier(number)
            #expect(Numbered.number(of: id) == number)
        }
    }
}

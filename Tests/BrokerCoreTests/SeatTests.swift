import BrokerCore
import SignalingProtocol
import Testing

@Suite("A seat")
struct SeatTests {
    let floor = Floor()

    @Test func isChosenFromTheAgentsOwnHall() {
        let zheng = floor.agent("郑小敏")
        #expect(zheng.sees.seats.map(\.id) == [Fixtures.firstSeat, Fixtures.secondSeat])
        #expect(zheng.signOn(at: Fixtures.otherHallSeat) == .refused(.notFound))
        #expect(zheng.signOn() == .ok)
        #expect(zheng.sees.seat?.state == .notReady)
        #expect(zheng.sees.seat?.notReadyReason == .signedOn)
    }

    @Test func takesOneAgent() {
        let zheng = floor.agent("郑小敏")
        zheng.signOn()
        let li = floor.agent("李文博")
        #expect(li.sees.seats.map(\.takenBy) == ["郑小敏", nil])
        #expect(li.signOn() == .refused(.seatTaken))
        #expect(li.signOn(at: Fixtures.secondSeat) == .ok)
    }

    @Test func isSignedOnOnceAndTheSameAgainIsFine() {
        let zheng = floor.agent("郑小敏")
        zheng.signOn()
        #expect(zheng.signOn() == .ok)
        #expect(zheng.signOn(at: Fixtures.secondSeat) == .refused(.wrongState))
    }

    @Test func isSignedOff() {
        let zheng = floor.readyAgent("郑小敏")
        #expect(zheng.signOff() == .ok)
        #expect(zheng.sees.seat == nil)
        #expect(zheng.sees.seats.map(\.takenBy) == [nil, nil])
        #expect(zheng.signOff() == .ok, "signing off twice does no harm")
        #expect(zheng.ready() == .refused(.wrongState))
        #expect(zheng.notReady() == .refused(.wrongState))
    }

    @Test func isNotSignedOffWhileSomebodyRingsOrTalks() {
        let zheng = floor.readyAgent("郑小敏")
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        func expectNothingGoes() {
            #expect(zheng.signOff() == .refused(.wrongState))
            #expect(zheng.ready() == .refused(.wrongState))
            #expect(zheng.notReady() == .refused(.wrongState))
        }
        expectNothingGoes()
        zheng.accept()
        expectNothingGoes()
        wang.join()
        expectNothingGoes()
        zheng.end()
        #expect(zheng.sees.seat?.state == .wrapUp)
        expectNothingGoes()
        zheng.wrapUp()
        #expect(zheng.signOff() == .ok)
    }

    @Test func thatIsNotReadyIsNotRung() {
        let zheng = floor.readyAgent("郑小敏")
        #expect(zheng.notReady(.meal) == .ok)
        #expect(zheng.sees.seat?.notReadyReason == .meal)
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        #expect(wang.sees.ticket?.state == .waiting)
        zheng.ready()
        #expect(zheng.sees.seat?.state == .ringing)
    }

    @Test func longestIdleIsRungFirst() {
        let zheng = floor.readyAgent("郑小敏", at: Fixtures.secondSeat)
        floor.advance(by: .seconds(5))
        let li = floor.readyAgent("李文博", at: Fixtures.firstSeat)
        let wang = floor.citizen("王秀英")
        wang.takeTicket(.consultation)
        #expect(zheng.sees.seat?.state == .ringing)
        #expect(zheng.sees.reservation?.why.candidateSeats == 2)
        #expect(zheng.sees.reservation?.why.rule == .longestIdle)
        // After a talk the seat stands behind the one that has been idle all the time.
        #expect(floor.meet(wang, zheng))
        zheng.end()
        zheng.wrapUp()
        floor.citizen("陈志强").takeTicket(.consultation)
        #expect(li.sees.seat?.state == .ringing)
    }

    @Test func thatIsAsLongIdleIsTakenByItsCode() {
        let li = floor.readyAgent("李文博", at: Fixtures.secondSeat)
        let zheng = floor.readyAgent("郑小敏", at: Fixtures.firstSeat)
        floor.citizen("王秀英").takeTicket()
        #expect(zheng.sees.seat?.state == .ringing)
        #expect(li.sees.seat?.state == .ready)
    }

    @Test func whosePageStaysAwayIsNotReadyAndThenSignedOff() {
        let zheng = floor.readyAgent("郑小敏")
        zheng.loseLine()
        floor.advance(by: .seconds(29))
        #expect(floor.store.seats[Fixtures.firstSeat]?.state == .ready)
        floor.advance(by: .seconds(1))
        #expect(floor.store.seats[Fixtures.firstSeat]?.notReadyReason == .connectionLost)
        floor.advance(by: .minutes(30))
        #expect(floor.store.seats[Fixtures.firstSeat]?.state == .signedOff)
        zheng.open()
        #expect(zheng.sees.seat == nil)
    }

    @Test func whosePageIsBackInTimeIsAsBefore() {
        let zheng = floor.readyAgent("郑小敏")
        zheng.loseLine()
        floor.advance(by: .seconds(20))
        zheng.resume()
        floor.advance(by: .minutes(60))
        #expect(zheng.sees.seat?.state == .ready)
        floor.citizen("王秀英").takeTicket()
        #expect(zheng.sees.seat?.state == .ringing)
    }

    @Test func isNotRungFromAcrossTheStreet() {
        let cai = floor.readyAgent("蔡晓岚", at: Fixtures.otherHallSeat)
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        #expect(wang.sees.ticket?.state == .waiting)
        #expect(cai.sees.seat?.state == .ready)
    }
}

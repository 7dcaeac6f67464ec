import BrokerCore
import SignalingProtocol
import Testing

@Suite("A call-back")
struct CallBackTests {
    let floor = Floor()

    private func waiting(_ count: Int) -> [Citizen] {
        (0..<count).map { number in
            let citizen = floor.citizen("市民\(number)")
            citizen.takeTicket(.consultation)
            floor.advance(by: .seconds(1))
            return citizen
        }
    }

    @Test func letsOthersPassAndKeepsThePlace() {
        let citizens = waiting(3)
        #expect(citizens[0].leave() == .ok)
        #expect(citizens[0].sees.ticket?.callBack == .away)
        let zheng = floor.readyAgent("郑小敏")
        #expect(zheng.sees.reservation?.ticketNumber == "A002")
        #expect(floor.line() == ["A001", "A003"])
        #expect(Invariants.broken(on: floor) == [])
        floor.advance(by: .seconds(1))
        #expect(citizens[0].sees.ticket?.callBack == .asked)
        floor.serve(zheng)
        #expect(zheng.sees.reservation?.ticketNumber == "A003", "not rung before the citizen has said so")
        #expect(citizens[0].confirm() == .ok)
        #expect(citizens[0].sees.ticket?.callBack == .confirmed)
        floor.serve(zheng)
        #expect(zheng.sees.reservation?.ticketNumber == "A001")
        #expect(floor.meet(citizens[0], zheng))
        #expect(Invariants.broken(on: floor) == [])
    }

    @Test func keepsThePlaceForHoursWithThePageClosed() {
        let citizens = waiting(2)
        citizens[0].leave()
        citizens[0].loseLine()
        floor.advance(by: .minutes(7 * 60))
        citizens[0].open()
        #expect(citizens[0].sees.ticket?.state == .waiting)
        #expect(citizens[0].sees.ticket?.callBack == .asked)
        #expect(citizens[0].sees.place?.ahead == 0)
        citizens[0].confirm()
        #expect(floor.readyAgent("郑小敏").sees.reservation?.ticketNumber == "A001")
    }

    @Test func lastsNoLongerThanAWorkingDay() {
        let wang = waiting(1)[0]
        wang.leave()
        wang.loseLine()
        floor.advance(by: Milliseconds(8 * 3_600_000 - 1_000 - 1))
        #expect(floor.broker.liveTickets.count == 1)
        floor.advance(by: 1)
        #expect(floor.broker.liveTickets.isEmpty)
    }

    @Test func isAskedWhenNoMoreThanTwoAreAhead() {
        let citizens = waiting(6)
        citizens[5].leave()
        floor.advance(by: .seconds(1))
        #expect(citizens[5].sees.ticket?.callBack == .away)
        citizens[0].cancel()
        citizens[1].cancel()
        floor.advance(by: .seconds(1))
        #expect(citizens[5].sees.ticket?.callBack == .away, "three are ahead")
        citizens[2].cancel()
        floor.advance(by: .seconds(1))
        #expect(citizens[5].sees.ticket?.callBack == .asked)
        #expect(citizens[5].leave() == .ok, "asked stays asked")
        #expect(citizens[5].sees.ticket?.callBack == .asked)
    }

    @Test func isAskedAtOnceAtTheFront() {
        let wang = waiting(1)[0]
        wang.leave()
        floor.advance(by: 250)
        #expect(wang.sees.ticket?.callBack == .asked)
    }

    /// The ask is gathered with the places; a restart in between must not lose it, for nothing else might happen in this hall.
    @Test func isAskedAlthoughTheServerRestartedJustThen() {
        let wang = waiting(1)[0]
        let zheng = floor.agent("郑小敏")
        zheng.signOn()
        wang.leave()
        floor.crash()
        wang.open()
        floor.advance(by: .seconds(1))
        #expect(wang.sees.ticket?.callBack == .asked)
    }

    @Test(arguments: [CallBackState.away, .asked, .confirmed])
    func isTheSameAfterARestart(state: CallBackState) {
        let citizens = waiting(5)
        let wang = citizens[4]
        wang.leave()
        if state != .away {
            citizens[0].cancel()
            citizens[1].cancel()
            floor.advance(by: .seconds(1))
        }
        if state == .confirmed { wang.confirm() }
        let line = floor.line()
        floor.crash()
        #expect(floor.line() == line)
        wang.open()
        #expect(wang.sees.ticket?.callBack == state)
        let zheng = floor.readyAgent("郑小敏")
        #expect((zheng.sees.reservation?.ticketNumber == "A005") == (state == .confirmed), "the others are away")
        #expect(Invariants.broken(on: floor) == [])
        if state != .confirmed {
            #expect(wang.confirm() == .ok)
            #expect(zheng.sees.reservation?.ticketNumber == "A005")
        }
    }

    @Test func confirmedAndGoneAgainIsMissedLikeAnybody() {
        let citizens = waiting(1)
        citizens[0].leave()
        citizens[0].confirm()
        citizens[0].loseLine()
        floor.advance(by: .minutes(10))
        #expect(floor.broker.liveTickets.isEmpty)
    }

    @Test func confirmedCanLeaveAgain() {
        let wang = waiting(1)[0]
        wang.leave()
        wang.confirm()
        #expect(wang.leave() == .ok)
        #expect(wang.sees.ticket?.callBack == .away)
        #expect(floor.readyAgent("郑小敏").sees.reservation == nil)
    }

    @Test func isOnlyForATicketThatWaitsAndOnlyItsCitizens() {
        let wang = waiting(1)[0]
        let chen = floor.citizen("陈志强")
        #expect(wang.confirm() == .refused(.wrongState), "nobody had left")
        #expect(chen.leave(wang.sees.ticket?.id) == .refused(.notFound))
        #expect(chen.confirm(wang.sees.ticket?.id) == .refused(.notFound))
        let zheng = floor.readyAgent("郑小敏")
        #expect(wang.leave() == .refused(.wrongState))
        #expect(wang.confirm() == .refused(.wrongState))
        #expect(floor.meet(wang, zheng))
        #expect(wang.leave() == .refused(.wrongState))
        #expect(zheng.send(.ticketLeave(TicketReference(ticketID: TicketID(Fixtures.uuid(1))))) == .refused(.notAllowed))
    }

    @Test func givenUpFromAfar() {
        let wang = waiting(1)[0]
        wang.leave()
        #expect(wang.cancel() == .ok)
        #expect(floor.line() == [])
    }
}

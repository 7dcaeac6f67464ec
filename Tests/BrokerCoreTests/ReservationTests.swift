import BrokerCore
import SignalingProtocol
import Testing

@Suite("A reservation")
struct ReservationTests {
    let floor = Floor()

    @Test func ringsWithWhatTheAgentNeeds() throws {
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        wang.handIn(1)
        floor.advance(by: .seconds(90))
        let zheng = floor.readyAgent("郑小敏")
        let ring = try #require(zheng.sees.reservation)
        #expect(ring.citizenName == "王秀英")
        #expect(ring.ticketNumber == "B001")
        #expect(ring.filesHandedIn == 1)
        #expect(ring.ringDeadline == floor.now + .seconds(20))
        #expect(ring.why == RoutingReason(lane: .guided, waitedMs: .seconds(90), candidateSeats: 1, earlierRings: 0, rule: .onlySeat))
        #expect(zheng.sees.seat?.state == .ringing)
        #expect(wang.sees.ticket?.state == .reserved)
    }

    @Test func acceptedStartsTheSession() throws {
        let zheng = floor.readyAgent("郑小敏")
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        #expect(zheng.accept() == .ok)
        #expect(zheng.sees.ringsEnded == [.accepted])
        #expect(zheng.sees.seat?.state == .inSession)
        #expect(wang.sees.ticket?.state == .serving)
        let session = try #require(wang.sees.session)
        #expect(session.state == .ringing)
        #expect(session.stateDeadline == floor.now + .seconds(25))
        #expect(session.agent == ParticipantView(name: "郑小敏", present: true))
        #expect(zheng.sees.session?.id == session.id)
    }

    @Test func cannotBeAcceptedAfterItsTimeHoweverLateTheTick() {
        let zheng = floor.readyAgent("郑小敏")
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        let id = zheng.reservationID
        floor.stall(for: .seconds(21))
        #expect(zheng.accept(id) == .refused(.notFound))
        #expect(zheng.sees.seat?.notReadyReason == .rona)
    }

    @Test func unansweredReturnsTheTicketAndRestsTheSeat() throws {
        let zheng = floor.readyAgent("郑小敏")
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        let id = zheng.reservationID
        floor.advance(by: .seconds(20))
        #expect(zheng.sees.ringsEnded == [.timedOut])
        #expect(zheng.sees.seat?.notReadyReason == .rona)
        #expect(wang.sees.ticket?.state == .waiting)
        #expect(zheng.accept(id) == .refused(.notFound))
        #expect(floor.store.reservations[id]?.state == .timedOut)
    }

    @Test func unansweredGoesToTheNextSeat() {
        let zheng = floor.readyAgent("郑小敏")
        floor.advance(by: .seconds(1))
        let li = floor.readyAgent("李文博", at: Fixtures.secondSeat)
        floor.citizen("王秀英").takeTicket()
        #expect(zheng.sees.reservation != nil)
        floor.advance(by: .seconds(20))
        #expect(li.sees.reservation?.why.earlierRings == 1)
    }

    @Test func rejectedKeepsItsReason() {
        let zheng = floor.readyAgent("郑小敏")
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        let id = zheng.reservationID
        #expect(zheng.reject(.conflictOfInterest) == .ok)
        #expect(zheng.sees.seat?.notReadyReason == .rejected)
        #expect(wang.sees.ticket?.state == .waiting)
        #expect(floor.store.reservations[id]?.rejectReason == .conflictOfInterest)
        #expect(zheng.accept(id) == .refused(.notFound))
    }

    @Test func rescindedLeavesTheSeatReadyForTheNext() {
        let zheng = floor.readyAgent("郑小敏")
        let wang = floor.citizen("王秀英")
        let chen = floor.citizen("陈志强")
        wang.takeTicket()
        chen.takeTicket()
        let id = zheng.reservationID
        wang.cancel()
        #expect(zheng.sees.ringsEnded == [.rescinded])
        #expect(zheng.sees.reservation?.ticketNumber == "B002")
        #expect(zheng.accept(id) == .refused(.notFound))
        #expect(chen.sees.ticket?.state == .reserved)
    }

    @Test func ofAnotherSeatIsNotFound() {
        let zheng = floor.readyAgent("郑小敏")
        let li = floor.agent("李文博")
        floor.citizen("王秀英").takeTicket()
        #expect(li.accept(zheng.reservationID) == .refused(.notFound))
        #expect(zheng.sees.seat?.state == .ringing)
    }

    @Test func isNotGivenToASeatThatIsNotFresh() {
        let zheng = floor.readyAgent("郑小敏")
        zheng.sees.isFrozen = true
        floor.advance(by: .seconds(40))
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        #expect(wang.sees.ticket?.state == .waiting)
        zheng.sees.isFrozen = false
        floor.advance(by: .seconds(10))
        #expect(zheng.sees.seat?.state == .ringing)
    }

    @Test func isNotMadeForACitizenWhoIsNotFreshAndTheNextIsCalled() {
        let wang = floor.citizen("王秀英")
        let chen = floor.citizen("陈志强")
        wang.takeTicket()
        chen.takeTicket()
        wang.sees.isFrozen = true
        floor.advance(by: .seconds(40))
        let zheng = floor.readyAgent("郑小敏")
        #expect(zheng.sees.reservation?.ticketNumber == "B002")
        #expect(wang.sees.ticket?.state == .waiting)
        let li = floor.readyAgent("李文博", at: Fixtures.secondSeat)
        #expect(li.sees.reservation == nil)
        wang.sees.isFrozen = false
        floor.advance(by: .seconds(10))
        #expect(li.sees.reservation?.ticketNumber == "B001")
    }

    @Test func waitsForThePageThatHasJustReturnedToAnswerItsHeartbeat() {
        let zheng = floor.readyAgent("郑小敏")
        zheng.loseLine()
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        #expect(wang.sees.ticket?.state == .waiting)
        zheng.sees.isFrozen = true
        zheng.resume()
        #expect(wang.sees.ticket?.state == .waiting)
        zheng.send(.heartbeatAck)
        #expect(wang.sees.ticket?.state == .reserved)
    }

    @Test func survivesAReloadOfTheAgentsPage() {
        let zheng = floor.readyAgent("郑小敏")
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        let id = zheng.reservationID
        floor.advance(by: .seconds(5))
        zheng.reload()
        #expect(zheng.sees.reservation?.id == id)
        #expect(zheng.sees.seat?.state == .ringing)
        #expect(zheng.accept() == .ok)
        #expect(wang.sees.session != nil)
    }

    @Test func ofASeatThatWentAwayTimesOut() {
        let zheng = floor.readyAgent("郑小敏")
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        zheng.loseLine()
        floor.advance(by: .seconds(20))
        #expect(wang.sees.ticket?.state == .waiting)
        #expect(floor.store.seats[Fixtures.firstSeat]?.notReadyReason == .rona)
        floor.advance(by: .minutes(30))
        #expect(floor.store.seats[Fixtures.firstSeat]?.state == .signedOff)
    }

    @Test func rescindedAtASeatThatWentAwayStartsItsGrace() {
        let zheng = floor.readyAgent("郑小敏")
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        zheng.loseLine()
        wang.cancel()
        floor.advance(by: .seconds(30))
        #expect(floor.store.seats[Fixtures.firstSeat]?.notReadyReason == .connectionLost)
    }
}

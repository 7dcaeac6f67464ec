import BrokerCore
import SignalingProtocol
import Testing

extension Floor {
    /// A ticket that was called three times in vain; its agent is in wrap-up.
    static func parked() -> (floor: Floor, wang: Citizen, zheng: Agent) {
        let floor = Floor()
        let zheng = floor.readyAgent("郑小敏")
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        zheng.accept()
        floor.advance(by: .seconds(75))
        return (floor, wang, zheng)
    }
}

@Suite("A recall")
struct RecallTests {
    @Test func isThreeCallsWithAPauseAndThenParking() throws {
        let floor = Floor()
        let zheng = floor.readyAgent("郑小敏")
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        zheng.accept()
        let session = wang.sessionID
        for call in 1...3 {
            for page in [wang.sees, zheng.sees] {
                #expect(page.session?.state == .ringing)
                #expect(page.session?.calls == call)
                #expect(page.session?.stateDeadline == floor.now + .seconds(25))
            }
            #expect(Invariants.broken(on: floor) == [])
            floor.advance(by: .seconds(25))
        }
        #expect(wang.sees.ticket?.state == .parked)
        #expect(wang.sees.ticket?.parkedUntil == floor.now + .minutes(10))
        #expect(wang.sees.ticket?.place == nil)
        #expect(zheng.sees.seat?.state == .wrapUp)
        #expect(zheng.sees.disposition == .noShow)
        #expect(floor.store.events(of: session) == [.called, .calledAgain, .calledAgain, .ended])
        #expect(Invariants.broken(on: floor) == [])
    }

    @Test(arguments: [24, 26, 74])
    func canBeAnsweredAtAnyCall(seconds: Int64) {
        let floor = Floor()
        let zheng = floor.readyAgent("郑小敏")
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        zheng.accept()
        floor.advance(by: .seconds(seconds))
        #expect(wang.join() == .ok)
        floor.advance(by: .minutes(5))
        #expect(zheng.sees.session?.state == .connected)
        #expect(Invariants.broken(on: floor) == [])
    }

    @Test func revivedHasItsOldPlace() throws {
        let (floor, wang, zheng) = Floor.parked()
        let taken = try #require(wang.sees.ticket?.takenAt)
        let chen = floor.citizen("陈志强")
        chen.takeTicket()
        #expect(wang.revive() == .ok)
        #expect(wang.sees.ticket?.state == .waiting)
        #expect(wang.sees.ticket?.takenAt == taken)
        #expect(wang.sees.ticket?.parkedUntil == nil)
        #expect(floor.line() == ["B001", "B002"])
        #expect(wang.revive() == .ok, "twice does no harm")
        zheng.wrapUp(.noShow)
        #expect(zheng.sees.reservation?.ticketNumber == "B001")
        #expect(floor.meet(wang, zheng))
        #expect(wang.revive() == .ok)
        #expect(Invariants.broken(on: floor) == [])
    }

    @Test func endsAsANoShowWhenNobodyRevives() {
        let (floor, wang, zheng) = Floor.parked()
        zheng.wrapUp(.noShow)
        floor.advance(by: Milliseconds(599_999))
        #expect(wang.sees.ticket?.state == .parked)
        floor.advance(by: 1)
        #expect(wang.sees.ticket?.state == .noShow)
        #expect(wang.revive() == .refused(.wrongState))
        wang.reload()
        #expect(wang.sees.ticket?.state == .noShow)
        #expect(wang.sees.session == nil, "the page says what happened to the ticket, not to the call")
        #expect(wang.takeTicket() == .ok)
        #expect(wang.sees.ticket?.number == "B002")
        #expect(Invariants.broken(on: floor) == [])
    }

    @Test func keepsTheParkedTicketThroughAnAbsence() {
        let (floor, wang, _) = Floor.parked()
        wang.loseLine()
        floor.advance(by: .minutes(9))
        wang.open()
        #expect(wang.sees.ticket?.state == .parked)
        #expect(wang.sees.session == nil)
        #expect(wang.revive() == .ok)
        #expect(Invariants.broken(on: floor) == [])
    }

    @Test func isGivenUpByTheAgent() {
        let floor = Floor()
        let zheng = floor.readyAgent("郑小敏")
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        zheng.accept()
        floor.advance(by: .seconds(10))
        #expect(zheng.end() == .ok)
        #expect(wang.sees.ticket?.state == .parked)
        #expect(wang.revive() == .ok)
    }

    @Test func declinedIsTheEnd() {
        let floor = Floor()
        let zheng = floor.readyAgent("郑小敏")
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        zheng.accept()
        floor.advance(by: .seconds(30))
        #expect(wang.end() == .ok)
        #expect(wang.sees.ticket?.state == .declined)
        #expect(wang.revive() == .refused(.wrongState))
    }

    @Test func parkedCanBeGivenUp() {
        let (floor, wang, _) = Floor.parked()
        #expect(wang.cancel() == .ok)
        #expect(wang.sees.ticket?.state == .abandoned)
        #expect(wang.revive() == .refused(.wrongState))
        floor.advance(by: .minutes(15))
        #expect(wang.sees.ticket?.state == .abandoned)
    }

    @Test func parkedIsStillTheCitizensOneTicket() {
        let (floor, wang, _) = Floor.parked()
        #expect(wang.takeTicket(.consultation) == .refused(.wrongState))
        #expect(wang.takeTicket() == .ok)
        #expect(wang.sees.ticket?.state == .parked)
        #expect(floor.store.tickets.count == 1)
    }

    @Test func isNobodyElses() {
        let (floor, wang, _) = Floor.parked()
        let chen = floor.citizen("陈志强")
        #expect(chen.revive(wang.sees.ticket?.id) == .refused(.notFound))
        #expect(wang.sees.ticket?.state == .parked)
        let li = floor.agent("李文博")
        #expect(li.send(.ticketRevive(TicketReference(ticketID: TicketID(Fixtures.uuid(1))))) == .refused(.notAllowed))
    }

    @Test func waitsAnewAfterARestart() {
        let (floor, wang, _) = Floor.parked()
        floor.advance(by: .minutes(8))
        floor.crash()
        wang.open()
        #expect(wang.sees.ticket?.state == .parked)
        floor.advance(by: .minutes(9))
        #expect(wang.revive() == .ok)
        #expect(floor.line() == ["B001"])
        #expect(Invariants.broken(on: floor) == [])
    }

    @Test func afterARestartCallsGoOn() {
        let floor = Floor()
        let zheng = floor.readyAgent("郑小敏")
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        zheng.accept()
        floor.advance(by: .seconds(30))
        floor.crash()
        wang.open()
        zheng.open()
        #expect(wang.sees.session?.calls == 2)
        floor.advance(by: .seconds(50))
        #expect(wang.sees.ticket?.state == .parked)
    }

    /// The agent who called in vain is still writing it up when another one serves the citizen.
    @Test func revivedIsServedElsewhereWhileTheFirstSeatWrapsUp() {
        let (floor, wang, zheng) = Floor.parked()
        let old = zheng.sessionID
        let li = floor.readyAgent("李文博", at: Fixtures.secondSeat)
        wang.revive()
        #expect(floor.meet(wang, li))
        #expect(zheng.judge(Fixtures.application, .accepted) == .refused(.wrongState))
        #expect(zheng.conclude(referredTo: "市行政服务中心") == .refused(.wrongState))
        #expect(Invariants.broken(on: floor) == [])
        #expect(zheng.wrapUp(.noShow) == .ok)
        #expect(floor.store.sessions[old]?.state == .closed)
        #expect(li.judge(Fixtures.application, .accepted) == .ok)
        #expect(wang.sees.session?.state == .connected)
        #expect(Invariants.broken(on: floor) == [])
    }

    /// A case that is concluded takes no more files, so nobody concludes it while its citizen may come back.
    @Test func parkedCaseIsNotConcluded() {
        let (_, wang, zheng) = Floor.parked()
        #expect(zheng.conclude(referredTo: "市行政服务中心") == .refused(.wrongState))
        #expect(wang.handIn(1) == .ok)
    }
}

@Suite("A ring")
struct RingTests {
    let floor = Floor()

    /// - Returns: an agent whose page says nothing, rung by Wang's ticket.
    private func rungSilently() -> (wang: Citizen, zheng: Agent) {
        let zheng = floor.readyAgent("郑小敏")
        zheng.sees.isFrozen = true
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        return (wang, zheng)
    }

    @Test func isReservedUntilThePageHasIt() {
        let (_, zheng) = rungSilently()
        #expect(zheng.sees.seat?.state == .reserved)
        #expect(Invariants.broken(on: floor) == [])
        floor.advance(by: .seconds(5))
        let since = zheng.sees.seat?.since
        zheng.acknowledge()
        #expect(zheng.sees.seat?.state == .ringing)
        #expect(zheng.sees.seat?.since == since)
        #expect(zheng.sees.reservation?.ringDeadline == floor.now + .seconds(15), "the ring goes on")
        floor.advance(by: .seconds(15))
        #expect(zheng.sees.seat?.notReadyReason == .rona)
    }

    @Test func isNotConfirmedByAnEarlierNumber() {
        let (_, zheng) = rungSilently()
        zheng.send(.acknowledge(Acknowledge(seq: 0)))
        #expect(zheng.sees.seat?.state == .reserved)
    }

    @Test func neverAcknowledgedIsTheLinesFault() {
        let (wang, zheng) = rungSilently()
        let ring = zheng.reservationID
        floor.advance(by: .seconds(20))
        #expect(zheng.sees.seat?.state == .notReady)
        #expect(zheng.sees.seat?.notReadyReason == .connectionLost)
        #expect(floor.store.reservations[ring]?.state == .timedOut)
        #expect(wang.sees.ticket?.state == .waiting)
    }

    @Test func canBeAnsweredBeforeItIsAcknowledged() {
        let (wang, zheng) = rungSilently()
        #expect(floor.meet(wang, zheng))
        #expect(Invariants.broken(on: floor) == [])
    }

    @Test func canBeRejectedOrRescindedBeforeItIsAcknowledged() {
        let (wang, zheng) = rungSilently()
        zheng.reject()
        #expect(zheng.sees.seat?.notReadyReason == .rejected)
        zheng.ready()
        #expect(zheng.sees.seat?.state == .reserved)
        wang.cancel()
        #expect(zheng.sees.seat?.state == .ready)
        #expect(Invariants.broken(on: floor) == [])
    }

    /// Numbers begin anew with the snapshot that shows the ring; the new page's first heartbeat tells that it has it.
    @Test func isHeardByAPageThatWasReloaded() {
        let (_, zheng) = rungSilently()
        for number in 0..<20 { _ = floor.citizen("市民\(number)") }
        zheng.reload()
        #expect(zheng.sees.reservation != nil)
        #expect(zheng.sees.seat?.state == .ringing)
        floor.advance(by: .seconds(20))
        #expect(zheng.sees.seat?.notReadyReason == .rona)
    }

    @Test func isSentAgainToAPageThatGoesOn() {
        let zheng = floor.readyAgent("郑小敏")
        zheng.goDeaf()
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        #expect(floor.store.seats[Fixtures.firstSeat]?.state == .reserved)
        zheng.resume()
        #expect(zheng.sees.seat?.state == .ringing)
        #expect(zheng.sees.reservation?.ticketNumber == "B001")
        #expect(Invariants.broken(on: floor) == [])
    }
}

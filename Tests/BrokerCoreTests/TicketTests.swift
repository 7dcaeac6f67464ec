import BrokerCore
import SignalingProtocol
import Testing

@Suite("A ticket")
struct TicketTests {
    let floor = Floor()

    @Test func isTakenWithNumberCaseAndPlace() throws {
        let wang = floor.citizen("王秀英")
        #expect(wang.takeTicket() == .ok)
        let ticket = try #require(wang.sees.ticket)
        #expect(ticket.number == "B001")
        #expect(ticket.state == .waiting)
        #expect(ticket.caseNumber == "445102-261123-0001")
        #expect(ticket.lookUpCode.count == 8)
        #expect(ticket.place == PlaceView(ahead: 0, seatsOpen: 0))
        #expect(ticket.item.version == 3)
    }

    @Test func takenAgainIsTheSame() throws {
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        let first = try #require(wang.sees.ticket)
        #expect(wang.takeTicket() == .ok)
        #expect(wang.sees.ticket == first)
        #expect(floor.store.tickets.count == 1)
    }

    @Test func ofAnotherItemKindOrHallIsRefusedBesideALiveOne() {
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        #expect(wang.takeTicket(.consultation) == .refused(.wrongState))
        #expect(wang.takeTicket(.consultation, item: Fixtures.advice) == .refused(.wrongState))
        #expect(wang.takeTicket(hall: Fixtures.otherHall) == .refused(.wrongState))
        #expect(floor.store.tickets.count == 1)
    }

    @Test func ofAnUnknownHallOrItemIsRefused() throws {
        let wang = floor.citizen("王秀英")
        #expect(wang.takeTicket(item: try #require(ItemCode("unheard-of"))) == .refused(.itemNotOffered))
        #expect(wang.takeTicket(.preReview, item: Fixtures.advice) == .refused(.itemNotOffered))
        #expect(wang.takeTicket(hall: try #require(HallID("999999"))) == .refused(.notFound, field: "hall_id"))
        #expect(floor.store.tickets.isEmpty)
    }

    @Test func numbersCountAcrossKindsAndBeginAnewEachHallAndDay() {
        let citizens = ["王秀英", "陈志强", "林月娥"].map(floor.citizen)
        citizens[0].takeTicket(.consultation)
        citizens[1].takeTicket(.preReview)
        citizens[2].takeTicket(.consultation, hall: Fixtures.otherHall)
        #expect(citizens.map(\.sees.ticket?.number) == ["A001", "B002", "A001"])
        citizens[0].cancel()
        // 00:00 in Chaozhou is 16:00 UTC: 15 hours after the story began.
        floor.advance(by: .minutes(15 * 60 - 1))
        citizens[0].takeTicket(.consultation)
        floor.advance(by: .minutes(2))
        citizens[1].takeTicket(.consultation)
        #expect(citizens[0].sees.ticket?.number == "A003")
        #expect(citizens[1].sees.ticket?.number == "A001")
        #expect(citizens[1].sees.ticket?.caseNumber == "445102-261124-0001")
    }

    @Test func isCancelledWhileItWaits() {
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        #expect(wang.cancel() == .ok)
        #expect(wang.sees.ticket?.state == .abandoned)
        #expect(wang.cancel() == .ok, "cancelling twice does no harm")
        #expect(wang.takeTicket() == .ok)
        #expect(wang.sees.ticket?.number == "B002")
    }

    @Test func isCancelledWhileItRings() {
        let zheng = floor.readyAgent("郑小敏")
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        #expect(wang.sees.ticket?.state == .reserved)
        #expect(wang.cancel() == .ok)
        #expect(wang.sees.ticket?.state == .abandoned)
        #expect(zheng.sees.seat?.state == .ready)
        #expect(zheng.sees.ringsEnded == [.rescinded])
    }

    @Test func isNotCancelledWhileServed() {
        let (_, wang, _) = Floor.inSession()
        #expect(wang.cancel() == .refused(.wrongState))
        #expect(wang.sees.ticket?.state == .serving)
    }

    @Test func ofSomebodyElseIsNotFound() {
        let wang = floor.citizen("王秀英")
        let chen = floor.citizen("陈志强")
        wang.takeTicket()
        #expect(chen.cancel(wang.sees.ticket?.id) == .refused(.notFound))
        #expect(wang.sees.ticket?.state == .waiting)
    }

    @Test func placesAreGatheredAndThenToldToOthers() {
        let citizens = ["王秀英", "陈志强", "林月娥"].map(floor.citizen)
        for citizen in citizens { citizen.takeTicket() }
        #expect(citizens.map(\.sees.place?.ahead) == [0, 1, 2])
        floor.advance(by: 300)
        let lin = citizens[2]
        lin.sees.forgetWhatWasHeard()
        citizens[0].cancel()
        floor.advance(by: 100)
        citizens[1].cancel()
        #expect(lin.sees.place?.ahead == 2, "not told at once")
        floor.advance(by: 300)
        #expect(lin.sees.place?.ahead == 0)
        #expect(lin.sees.kinds().count { $0 == .ticketPlace } == 1, "two changes, told once")
    }

    @Test func seatsThatOpenAreTold() {
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        let zheng = floor.agent("郑小敏")
        zheng.signOn()
        floor.advance(by: 300)
        #expect(wang.sees.place == PlaceView(ahead: 0, seatsOpen: 1))
        #expect(zheng.sees.queue == QueueView(waiting: 1, longestWaitSince: Fixtures.morning))
    }

    @Test func keepsItsPlaceWhenARingComesBack() {
        let zheng = floor.readyAgent("郑小敏")
        let citizens = ["王秀英", "陈志强", "林月娥"].map { name in
            let citizen = floor.citizen(name)
            citizen.takeTicket()
            floor.advance(by: .seconds(1))
            return citizen
        }
        #expect(citizens[0].sees.ticket?.state == .reserved)
        zheng.reject()
        floor.advance(by: 300)
        #expect(citizens.map(\.sees.place?.ahead) == [0, 1, 2])
        zheng.ready()
        #expect(zheng.sees.reservation?.ticketNumber == "B001")
        #expect(zheng.sees.reservation?.why.earlierRings == 1)
    }

    @Test func expiresWhenItsPageStaysAway() {
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        wang.loseLine()
        floor.advance(by: Milliseconds(599_999))
        #expect(floor.broker.liveTickets.count == 1)
        floor.advance(by: 1)
        #expect(floor.broker.liveTickets.isEmpty)
        wang.open()
        #expect(wang.sees.ticket?.state == .expired, "it is said, not silently gone")
    }

    @Test func keepsItsPlaceWhenItsPageIsBackInTime() {
        let wang = floor.citizen("王秀英")
        let chen = floor.citizen("陈志强")
        wang.takeTicket()
        chen.takeTicket()
        wang.loseLine()
        floor.advance(by: .minutes(9))
        wang.reload()
        floor.advance(by: .minutes(60))
        #expect(wang.sees.ticket?.state == .waiting)
        #expect(wang.sees.place?.ahead == 0)
    }

    @Test func expiresAfterAWorkingDay() {
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        floor.advance(by: .minutes(8 * 60))
        #expect(wang.sees.ticket?.state == .expired)
    }

    @Test func staysVisibleForAWhileWhenFinished() {
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        wang.cancel()
        floor.advance(by: .minutes(29))
        wang.reload()
        #expect(wang.sees.ticket?.state == .abandoned)
        floor.advance(by: .minutes(1))
        wang.reload()
        #expect(wang.sees.ticket == nil)
    }

    @Test func thatIsFinishedStaysSo() {
        let (floor, wang, zheng) = Floor.inSession()
        zheng.end()
        #expect(wang.sees.ticket?.state == .done)
        #expect(wang.cancel() == .ok)
        wang.loseLine()
        floor.advance(by: .minutes(20))
        wang.open()
        #expect(wang.sees.ticket?.state == .done)
    }
}

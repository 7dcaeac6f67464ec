import SignalingProtocol
import Testing

@testable import BrokerCore

/// The hall is on schedule from ten to noon and again the next morning; now it is nine.
@Suite("Opening hours")
struct OpeningTests {
    private static let hour: Milliseconds = .minutes(60)
    private static let opens = Fixtures.morning + hour
    private static let closes = opens + .minutes(120)
    private static let tomorrow = opens + .minutes(24 * 60)

    private static func plan(_ ranges: [Range<Instant>], covers: Skills = Skills(languages: []), missingYear: Int? = nil) -> OpeningPlan {
        OpeningPlan(
            stretches: ranges.map { OpeningPlan.Stretch(time: $0, covers: covers) }, knownUntil: tomorrow + .minutes(10 * 24 * 60), missingYear: missingYear)
    }

    private static let plan = plan([opens..<closes, tomorrow..<tomorrow + .minutes(8 * 60)])

    private func floor(
        _ plans: [HallID: OpeningPlan] = [Fixtures.hall: plan], halls: [Hall] = Fixtures.halls, configuration: BrokerConfiguration = BrokerConfiguration()
    )
        -> Floor
    {
        let floor = Floor(configuration: configuration, halls: halls)
        floor.tell(plans)
        return floor
    }

    private static let closed = OpeningView(state: .closed, opensAt: opens)

    // MARK: Telling

    @Test func areToldToWhoTakesATicketOutsideThem() {
        let floor = floor()
        let wang = floor.citizen("王秀英")
        #expect(wang.takeTicket() == .ok, "a ticket can be taken at any hour")
        #expect(wang.sees.place?.opening == Self.closed)
        floor.advance(by: Self.hour)
        floor.advance(by: 300)
        #expect(wang.sees.place?.opening == nil, "it is open: somebody comes")
        floor.advance(by: .minutes(120))
        #expect(wang.sees.place?.opening == OpeningView(state: .closed, opensAt: Self.tomorrow))
        #expect(Invariants.broken(on: floor) == [])
    }

    @Test func sayNothingWhereNobodyEnteredThem() {
        let wang = floor([:]).citizen("王秀英")
        wang.takeTicket()
        #expect(wang.sees.place?.opening == nil)
    }

    @Test func sayNothingWhileSomebodyIsSignedOnWhoCouldTakeIt() {
        let floor = floor()
        let wang = floor.citizen("王秀英")
        wang.takeTicket(language: .teochew)
        let zheng = floor.agent("郑小敏", skills: Skills(languages: [.mandarin]))
        zheng.signOn()
        floor.advance(by: 300)
        #expect(wang.sees.place?.opening == Self.closed, "not this one")
        let li = floor.agent("李文博", skills: Skills(languages: [.teochew]))
        li.signOn(at: Fixtures.secondSeat)
        floor.advance(by: 300)
        #expect(wang.sees.place?.opening == nil)
        li.signOff()
        floor.advance(by: 300)
        #expect(wang.sees.place?.opening == Self.closed)
    }

    @Test func aSeatIsToldItsShiftAndAChangeOfItAtOnce() {
        let (first, second) = (Self.opens..<Self.closes, Self.tomorrow..<Self.tomorrow + Self.hour)
        func plan(_ times: [Range<Instant>], agent: AgentID?) -> [HallID: OpeningPlan] {
            let seats = [Fixtures.firstSeat: times.map { OpeningPlan.SeatTime(time: $0, agent: agent) }]
            return [Fixtures.hall: OpeningPlan(stretches: [], seats: seats, knownUntil: Self.tomorrow)]
        }
        let floor = floor(plan([first, second], agent: nil))
        let zheng = floor.agent("郑小敏")
        #expect(zheng.signOn() == .ok)
        #expect(zheng.sees.seat?.shift == SeatShift(startsAt: Self.opens, endsAt: Self.closes, nextStartsAt: Self.tomorrow))
        floor.tell(plan([second], agent: zheng.id))
        #expect(zheng.sees.seat?.shift == SeatShift(startsAt: Self.tomorrow, endsAt: Self.tomorrow + Self.hour, nextStartsAt: nil))
        let pushes = zheng.sees.lastSeq
        floor.tell(plan([second], agent: zheng.id))
        #expect(zheng.sees.lastSeq == pushes, "nothing changed for this seat")
        floor.tell(plan([second], agent: AgentID(Fixtures.uuid(99))))
        #expect(zheng.sees.seat?.shift == nil, "it is somebody else's now")
    }

    @Test func nameTheNextStretchThatCoversTheTicket() {
        let later = Self.opens + .minutes(30)
        let all = OpeningPlan.Stretch(time: later..<Self.closes, covers: Skills(languages: []))
        let advice = OpeningPlan.Stretch(time: Self.opens..<later, covers: Skills(groups: [Fixtures.adviceGroup], languages: []))
        let floor = floor([Fixtures.hall: OpeningPlan(stretches: [all, advice], knownUntil: Self.tomorrow)])
        let (wang, chen) = (floor.citizen("王秀英"), floor.citizen("陈志强"))
        wang.takeTicket()
        chen.takeTicket(.consultation, item: Fixtures.advice)
        #expect(wang.sees.place?.opening?.opensAt == later)
        #expect(chen.sees.place?.opening?.opensAt == Self.opens)
        floor.advance(by: .minutes(61))
        #expect(wang.sees.place?.opening?.opensAt == later, "the hall is open, for others")
        #expect(chen.sees.place?.opening == nil)
    }

    @Test func countAHallThatHelps() {
        var halls = Fixtures.halls
        halls[0].overflow = [Fixtures.otherHall]
        let floor = floor([Fixtures.hall: Self.plan, Fixtures.otherHall: Self.plan([Fixtures.morning..<Self.opens])], halls: halls)
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        #expect(wang.sees.place?.opening == nil, "the other hall is open")
        let alone = self.floor([Fixtures.hall: Self.plan], halls: halls)
        let chen = alone.citizen("陈志强")
        chen.takeTicket()
        #expect(chen.sees.place?.opening == Self.closed)
        let cai = alone.agent("蔡晓岚", hall: Fixtures.otherHall)
        cai.signOn(at: Fixtures.otherHallSeat)
        alone.advance(by: 300)
        #expect(chen.sees.place?.opening == nil, "somebody is there after all")
    }

    @Test func areUnknownWhenTheCalendarEnds() {
        let floor = floor([Fixtures.hall: OpeningPlan(stretches: [], knownUntil: Fixtures.morning + Self.hour, missingYear: 2027)])
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        #expect(wang.sees.place?.opening == OpeningView(state: .unknown, missingYear: 2027))
        #expect(floor.broker.hallStatuses.first?.opening == OpeningView(state: .unknown, missingYear: 2027))
    }

    @Test func areThereForPagesThatAnybodyMayOpen() throws {
        let floor = floor()
        let status = try #require(floor.broker.hallStatuses.first { $0.hall.id == Fixtures.hall })
        #expect(status.opening == Self.closed)
        floor.advance(by: .minutes(61))
        let later = try #require(floor.broker.hallStatuses.first { $0.hall.id == Fixtures.hall })
        #expect(later.opening == OpeningView(state: .open, closesAt: Self.closes))
        #expect(floor.broker.hallStatuses.last?.opening == nil, "the other hall told none")
        #expect(floor.broker.openings(of: Fixtures.registrationItem).map(\.hall) == [Fixtures.hall])
    }

    @Test func areToldAtOnceWhenTheyChange() {
        let floor = floor()
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        floor.tell([Fixtures.hall: Self.plan([Self.tomorrow..<Self.tomorrow + Self.hour])])
        floor.advance(by: 300)
        #expect(wang.sees.place?.opening?.opensAt == Self.tomorrow)
        floor.tell([Fixtures.hall: Self.plan([Fixtures.morning..<Self.closes])])
        floor.advance(by: 300)
        #expect(wang.sees.place?.opening == nil)
    }

    // MARK: They decide nothing

    @Test func keepNobodyFromBeingServed() {
        let floor = floor()
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        let zheng = floor.readyAgent("郑小敏")
        #expect(zheng.sees.reservation?.ticketNumber == "B001", "a seat that is ready serves whatever the clock says")
        #expect(floor.meet(wang, zheng))
    }

    // MARK: Call-backs

    @Test func nobodyIsAskedBackToAClosedHall() {
        let floor = floor()
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        #expect(wang.leave() == .ok)
        floor.advance(by: .minutes(59))
        #expect(wang.sees.ticket?.callBack == .away, "nobody is ahead, but nobody is there either")
        floor.advance(by: .minutes(2))
        #expect(wang.sees.ticket?.callBack == .asked)
    }

    @Test func whoSignsOnEarlyAsksThemBack() {
        let floor = floor()
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        wang.leave()
        floor.advance(by: .minutes(5))
        floor.agent("郑小敏").signOn()
        floor.advance(by: 300)
        #expect(wang.sees.ticket?.callBack == .asked)
    }

    @Test(arguments: [false, true])
    func aPlaceThatIsKeptOutlivesTheNight(withRestart: Bool) {
        let floor = floor()
        floor.advance(by: .minutes(4 * 60))
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        wang.leave()
        wang.loseLine()
        // Eight hours later it is night, and everybody's ticket but this would expire.
        floor.advance(by: .minutes(9 * 60))
        if withRestart { floor.crash(openings: [Fixtures.hall: Self.plan]) }
        #expect(floor.broker.liveTickets.count == 1)
        floor.advance(by: Self.tomorrow + 1 - floor.now)
        wang.open()
        floor.advance(by: 300)
        #expect(wang.sees.ticket?.callBack == .asked)
        floor.advance(by: .minutes(6 * 60))
        #expect(wang.confirm() == .ok)
        #expect(floor.readyAgent("郑小敏").sees.reservation != nil)
        #expect(Invariants.broken(on: floor) == [])
    }

    @Test func whoDoesNotKeepThePlaceLosesItOverNight() {
        let floor = floor()
        floor.advance(by: .minutes(4 * 60))
        floor.citizen("王秀英").takeTicket()
        floor.advance(by: .minutes(8 * 60 + 1))
        #expect(floor.broker.liveTickets.isEmpty)
    }

    @Test func aKeptPlaceHasItsTimeInOpeningTime() {
        let plan = Self.plan([Self.opens..<Self.closes, Self.tomorrow..<Self.tomorrow + .minutes(8 * 60)])
        let floor = floor([Fixtures.hall: plan])
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        wang.leave()
        wang.loseLine()
        // Two hours today, so six of tomorrow's.
        floor.advance(by: Self.tomorrow + .minutes(6 * 60 - 1) - floor.now)
        #expect(floor.broker.liveTickets.count == 1)
        floor.advance(by: .minutes(1))
        #expect(floor.broker.liveTickets.isEmpty)
    }

    @Test func aPlanThatReachesFurtherLetsAKeptPlaceLiveOn() {
        let short = OpeningPlan(stretches: [Self.plan.stretches[0]], knownUntil: Self.closes)
        let floor = floor([Fixtures.hall: short])
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        wang.leave()
        wang.loseLine()
        floor.advance(by: .minutes(5 * 60))
        floor.tell([Fixtures.hall: Self.plan])
        floor.advance(by: .minutes(15 * 60))
        #expect(floor.broker.liveTickets.count == 1)
    }

    // MARK: The plan

    @Test func opensOnceForStretchesThatTouchOrOverlap() {
        let plan = Self.plan([Self.opens..<Self.closes, Self.opens + Self.hour..<Self.closes + Self.hour, Self.closes + Self.hour..<Self.tomorrow])
        #expect(plan.status(at: Self.opens) { _ in true } == .open(until: Self.tomorrow))
        #expect(plan.status(at: Self.tomorrow) { _ in true } == .unknown)
        #expect(plan.nextChange(after: Self.opens) == Self.opens + Self.hour)
        #expect(plan.end(of: .minutes(180), openFrom: Fixtures.morning) { _ in true } == Self.opens + .minutes(180), "no moment counts twice")
    }
}

/// What comes back to the queue, and what a restart brings back.
@Suite("A ticket that comes back")
struct ReturnTests {
    @Test func hasItsWholeTimeAgain() {
        let floor = Floor()
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        floor.advance(by: .minutes(7 * 60))
        let zheng = floor.readyAgent("郑小敏")
        #expect(floor.meet(wang, zheng))
        floor.advance(by: .minutes(90))
        #expect(zheng.transfer(to: Fixtures.otherHall) == .ok)
        #expect(wang.sees.ticket?.state == .waiting, "it was taken more than eight hours ago")
        floor.advance(by: .minutes(3 * 60))
        #expect(wang.sees.ticket?.state == .waiting)
        floor.advance(by: .minutes(31))
        #expect(wang.sees.ticket?.state == .expired, "twelve hours are enough")
        #expect(Invariants.broken(on: floor) == [])
    }

    @Test func isNotSentHomeAtOnce() {
        var configuration = BrokerConfiguration()
        configuration.ticketTotal = configuration.ticketLifetime
        let floor = Floor(configuration: configuration)
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        floor.advance(by: .minutes(7 * 60 + 55))
        let zheng = floor.readyAgent("郑小敏")
        #expect(floor.meet(wang, zheng))
        floor.advance(by: .minutes(30))
        zheng.transfer(to: Fixtures.otherHall)
        floor.advance(by: .minutes(9))
        #expect(wang.sees.ticket?.state == .waiting)
        floor.advance(by: .minutes(2))
        #expect(wang.sees.ticket?.state == .expired)
    }

    @Test func afterARestartTheFinishedOneIsShownOnceMore() {
        let (floor, wang, zheng) = Floor.inSession()
        zheng.end()
        zheng.wrapUp()
        floor.advance(by: .minutes(5))
        floor.crash()
        wang.open()
        #expect(wang.sees.ticket?.state == .done)
        #expect(wang.sees.session?.state == .closed)
        #expect(wang.sees.session?.disposition == .advised)
        wang.loseLine()
        floor.advance(by: .minutes(31))
        wang.open()
        #expect(wang.sees.ticket == nil, "for a while only")
        floor.advance(by: .minutes(120))
        floor.crash()
        wang.open()
        #expect(wang.sees.ticket == nil)
        #expect(Invariants.broken(on: floor) == [])
    }

    @Test func aDeclinedCallIsAMissedOneAlsoAfterAReload() {
        let floor = Floor()
        let zheng = floor.readyAgent("郑小敏")
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        zheng.accept()
        wang.end()
        #expect(wang.sees.disposition == .noShow)
        wang.reload()
        #expect(wang.sees.session?.disposition == .noShow)
    }

    @Test func theEarlierAgentIsKnownAfterARestart() {
        let floor = Floor()
        let zheng = floor.readyAgent("郑小敏")
        let wang = floor.citizen("王秀英")
        wang.takeTicket(.consultation)
        #expect(floor.meet(wang, zheng))
        zheng.end()
        zheng.wrapUp(ready: false)
        floor.crash()
        for person in [wang, zheng] as [Participant] { person.open() }
        // Idle for longer, and still not the first choice.
        let li = floor.readyAgent("李文博", at: Fixtures.secondSeat)
        floor.advance(by: .minutes(5))
        #expect(zheng.ready() == .ok)
        wang.takeTicket(.consultation)
        #expect(zheng.sees.reservation?.why.rule == .earlierAgent)
        #expect(li.sees.reservation == nil)
    }

    @Test func anItemWithoutMandatoryMaterialsIsReadyFromTheStart() {
        let file = CaseFile(
            record: Case(
                id: CaseID(Fixtures.uuid(1)), number: "1", lookUpCode: "", citizen: CitizenID(Fixtures.uuid(2)), citizenName: "", hall: Fixtures.hall,
                item: ItemReference(code: Fixtures.advice, version: 1, name: ""), openedAt: Fixtures.morning), item: Fixtures.adviceItem)
        #expect(Broker.lane(kind: .preReview, priority: nil, file: file) == .ready)
        #expect(Broker.lane(kind: .preReview, priority: .elder, file: file) == .priority)
        #expect(Broker.lane(kind: .consultation, priority: nil, file: file) == .ordinary)
    }

    @Test func lanesAreCountedAmongTheLastTwoHundred() {
        var history = LaneHistory()
        #expect(history.share(of: .priority) == 0)
        for number in 0..<400 { history.add(number < 200 ? .priority : number % 4 == 0 ? .priority : .guided) }
        #expect(history.share(of: .priority) == 0.25)
        for _ in 0..<50 { history.changed(to: .ready) }
        #expect(history.share(of: .ready) == 0.25 && history.share(of: .guided) == 0.5)
        history.changed(to: .guided)
        #expect(history.share(of: .ready) == 0.245)
    }

    @Test func aWaitGrowsWithThoseWhoWillOvertakeAndNoFurtherThanTheyMay() throws {
        func wait(_ share: Double, minutes: Int64, ahead: Int = 10, advantage: Milliseconds = 0) throws -> WaitEstimate {
            let overtaking = share == 0 ? [] : [WaitForecast.Overtaking(share: share, advantage: .minutes(minutes))]
            return try #require(WaitForecast((480_000, 240_000), seatsWorking: 2, seatsFree: 0, overtaking: overtaking))
                .estimate(ahead: ahead, advantage: advantage)
        }
        let alone = try wait(0, minutes: 0)
        #expect(try wait(0.2, minutes: 15).p50 > alone.p50)
        #expect(try wait(0.2, minutes: 15).p80 > alone.p80)
        #expect(try wait(0.2, minutes: 30).p50 > wait(0.2, minutes: 15).p50)
        #expect(try wait(0.2, minutes: 15, advantage: .minutes(15)) == alone, "nobody overtakes their own lane")
        let (many, plain) = (try wait(0.2, minutes: 15, ahead: 100).p50, try wait(0, minutes: 0, ahead: 100).p50)
        #expect(many.count - plain.count < 300_000, "only those who come within its advantage")
    }
}

import BrokerCore
import SignalingProtocol
import Testing

private let cai = Supervisor(id: AgentID(Fixtures.uuid(888_001)), name: "蔡晓岚")
private let lin = Supervisor(id: AgentID(Fixtures.uuid(888_002)), name: "林志远")

extension Floor {
    /// Everything that the store ever heard of tasks in a hall, the oldest first.
    fileprivate func tasks(_ kind: FloorTaskKind? = nil, in hall: HallID = Fixtures.hall) -> [FloorTask] {
        store.floorTasks.values.filter { $0.hall == hall && (kind == nil || $0.kind == kind) }.sorted { ($0.raisedAt, $0.id) < ($1.raisedAt, $1.id) }
    }

    /// What a board shows.
    fileprivate func shown(in hall: HallID = Fixtures.hall) -> [FloorTask] { broker.floorPicture(of: hall)?.tasks ?? [] }
}

@Suite("A task of the floor")
struct FloorTaskTests {
    private static let configuration: BrokerConfiguration = {
        var configuration = BrokerConfiguration()
        configuration.longWaitAfter = .minutes(5)
        return configuration
    }()

    // MARK: Long waits

    @Test func arisesWhenSomebodyHasWaitedLongAndGoesWhenTheyAreServed() {
        let floor = Floor(configuration: Self.configuration)
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        floor.advance(by: Milliseconds(5 * 60_000 - 1))
        #expect(floor.tasks(.longWait) == [])
        floor.advance(by: 1)
        #expect(floor.tasks(.longWait).map(\.name) == [wang.sees.ticket?.number])
        let zheng = floor.readyAgent("郑小敏")
        #expect(floor.tasks(.longWait).map(\.state) == [.open], "it only rings")
        #expect(zheng.reject() == .ok)
        #expect(floor.tasks(.longWait).count == 1, "back from a ring it is the same wait")
        zheng.ready()
        #expect(floor.meet(wang, zheng))
        #expect(floor.tasks(.longWait).map(\.state) == [.resolved])
        floor.advance(by: .seconds(1))
        #expect(floor.shown() == [])
    }

    @Test func doesNotAriseForWhoIsAwayOnACallBackUntilTheyAreBack() {
        let floor = Floor(configuration: Self.configuration)
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        wang.leave()
        floor.advance(by: .minutes(6))
        #expect(floor.tasks(.longWait) == [])
        wang.confirm()
        #expect(floor.tasks(.longWait).count == 1)
    }

    @Test func thatIsClosedDoesNotAriseAgainForTheSameWait() {
        let floor = Floor(configuration: Self.configuration)
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        floor.advance(by: .minutes(5))
        #expect(floor.supervise(.close(floor.tasks(.longWait)[0].id, note: "已说明"), by: cai) == nil)
        floor.advance(by: .minutes(5))
        floor.crash()
        wang.reload()
        floor.advance(by: .minutes(5))
        #expect(floor.tasks(.longWait).map(\.state) == [.closed])
        #expect(floor.tasks(.longWait).map(\.settledAt) == [nil], "the wait goes on")
        wang.cancel()
        #expect(floor.tasks(.longWait).allSatisfy { $0.settledAt == floor.now })
    }

    // MARK: Rings, lines, items

    @Test func arisesFromARingThatNobodyAnsweredAndGoesWithTheNextSignOfTheAgent() {
        let floor = Floor()
        let zheng = floor.readyAgent("郑小敏")
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        floor.advance(by: floor.broker.configuration.ringTimeout)
        #expect(zheng.sees.seat?.notReadyReason == .rona)
        #expect(floor.shown().map(\.kind) == [.unansweredRing])
        #expect(floor.shown().map(\.subject) == [.seat(Fixtures.firstSeat)])
        zheng.notReady(.meal)
        #expect(floor.shown() == [])
        #expect(floor.tasks(.unansweredRing).map(\.state) == [.resolved])
        zheng.ready()
        floor.advance(by: floor.broker.configuration.ringTimeout)
        #expect(floor.tasks(.unansweredRing).map(\.state) == [.resolved, .open], "another ring, another task")
    }

    @Test func doesNotAriseFromARejectionOrALineThatIsGone() {
        let floor = Floor()
        let zheng = floor.readyAgent("郑小敏")
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        zheng.reject()
        #expect(floor.tasks() == [])
    }

    @Test func arisesWhenAPageIsAwayFromATalkForLong() {
        let (floor, wang, _) = Floor.inSession()
        wang.loseLine()
        floor.advance(by: Milliseconds(floor.broker.configuration.badLineAfter.count - 1))
        #expect(floor.tasks() == [])
        floor.advance(by: 1)
        #expect(floor.shown().map(\.kind) == [.badLine])
        wang.resume()
        #expect(floor.shown().count == 1, "it stays while the talk does")
        wang.end()
        #expect(floor.tasks(.badLine).map(\.state) == [.resolved])
    }

    @Test func arisesWhenAPageGoesAwayAgainAndAgain() {
        let (floor, wang, _) = Floor.inSession()
        for times in 1...4 {
            wang.loseLine()
            wang.resume()
            #expect(floor.store.sessions.values.map(\.reconnections) == [times])
            #expect(floor.tasks(.badLine).count == (times < 3 ? 0 : 1))
        }
    }

    @Test func aRestartIsNobodysBadLine() {
        let (floor, wang, zheng) = Floor.inSession()
        for _ in 1...4 {
            floor.crash()
            wang.reload()
            zheng.reload()
        }
        #expect(floor.tasks() == [])
        #expect(floor.store.sessions.values.map(\.reconnections) == [0])
    }

    @Test func arisesWhenNobodyCanTakeWhatSomebodyWaitsFor() {
        let floor = Floor()
        let zheng = floor.readyAgent("郑小敏", skills: Skills(groups: [Fixtures.adviceGroup], languages: []))
        let (wang, chen) = (floor.citizen("王秀英"), floor.citizen("陈志强"))
        wang.takeTicket(.preReview)
        chen.takeTicket(.preReview)
        floor.advance(by: .seconds(59))
        #expect(floor.tasks(.uncoveredItem) == [], "somebody may be about to sign on")
        floor.advance(by: .seconds(3))
        #expect(floor.tasks(.uncoveredItem).map(\.subject) == [.item(Fixtures.registration)], "one for both who wait")
        floor.crash()
        floor.advance(by: .seconds(1))
        #expect(floor.shown().map(\.kind) == [.uncoveredItem], "a restart loses none")
        wang.reload()
        chen.reload()
        zheng.reload()
        let li = floor.readyAgent("李文博", at: Fixtures.secondSeat)
        floor.advance(by: .seconds(1))
        #expect(floor.tasks(.uncoveredItem).map(\.state) == [.resolved])
        #expect(li.sees.reservation != nil)
    }

    @Test func doesNotAriseForAHallThatIsClosedByItsPlan() {
        let floor = Floor()
        let opens = floor.now + .minutes(30)
        floor.tell([
            Fixtures.hall: OpeningPlan(
                stretches: [OpeningPlan.Stretch(time: opens..<opens + .minutes(60))], knownUntil: floor.now + .minutes(7 * 24 * 60))
        ])
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        floor.advance(by: .minutes(20))
        #expect(floor.tasks(.uncoveredItem) == [])
        floor.advance(by: .minutes(12))
        #expect(floor.shown().map(\.kind).contains(.uncoveredItem), "now somebody should be there")
    }

    // MARK: Help

    @Test func isAskedForByASeatThatSeesWhoComes() {
        let floor = Floor()
        let zheng = floor.readyAgent("郑小敏")
        #expect(zheng.send(.seatHelp(SeatHelp(note: "打印机卡纸"))) == .ok)
        #expect(zheng.send(.seatHelp(SeatHelp())) == .ok, "pressed twice")
        #expect(floor.tasks(.help).map(\.note) == ["打印机卡纸"])
        #expect(zheng.sees.seat?.help == HelpView(askedAt: floor.now, takenBy: nil))
        let task = floor.tasks()[0].id
        #expect(floor.supervise(.take(task, note: ""), by: cai) == nil)
        #expect(zheng.sees.seat?.help?.takenBy == cai.name)
        zheng.reload()
        #expect(zheng.sees.seat?.help?.takenBy == cai.name)
        #expect(floor.supervise(.close(task, note: "好了"), by: cai) == nil)
        #expect(zheng.sees.seat?.help == nil)
        zheng.send(.seatHelp(SeatHelp()))
        #expect(floor.tasks(.help).map(\.state) == [.closed, .open], "the next call is another")
        zheng.signOff()
        #expect(floor.tasks(.help).map(\.state) == [.closed, .resolved])
    }

    @Test func isForSeatsAlone() {
        let floor = Floor()
        #expect(floor.agent("郑小敏").send(.seatHelp(SeatHelp())) == .refused(.wrongState))
        #expect(floor.citizen("王秀英").send(.seatHelp(SeatHelp())) == .refused(.notAllowed))
        #expect(floor.tasks() == [])
    }

    // MARK: Taking and closing

    @Test func isTakenOnceAndClosedByName() {
        let floor = Floor()
        floor.readyAgent("郑小敏").send(.seatHelp(SeatHelp()))
        let task = floor.tasks()[0].id
        #expect(floor.supervise(.take(task, note: "马上来"), by: cai) == nil)
        #expect(floor.supervise(.take(task, note: ""), by: cai) == nil, "pressed twice")
        #expect(floor.supervise(.take(task, note: ""), by: lin) == .taskTaken)
        #expect(floor.supervise(.take(task, note: ""), by: lin, in: Fixtures.otherHall) == .notFound)
        floor.crash()
        #expect(floor.shown().map(\.taken?.by.name) == [cai.name])
        #expect(floor.supervise(.close(task, note: "换了打印机"), by: lin) == nil, "whoever is there")
        let stored = floor.tasks()[0]
        #expect(stored.taken?.by == cai && stored.taken?.note == "马上来" && stored.closed?.by == lin && stored.closed?.note == "换了打印机")
        #expect(floor.supervise(.close(task, note: ""), by: lin) == .notFound, "it is over")
    }
}

@Suite("A supervisor's act")
struct SupervisionTests {
    @Test func makesAReadySeatNotReady() {
        let floor = Floor()
        let zheng = floor.readyAgent("郑小敏")
        #expect(floor.supervise(.makeNotReady(Fixtures.firstSeat, reason: " \n"), by: cai) == .invalidField)
        #expect(floor.supervise(.makeNotReady(Fixtures.otherHallSeat, reason: "换设备"), by: cai) == .notFound)
        #expect(floor.supervise(.makeNotReady(Fixtures.firstSeat, reason: "换设备"), by: cai) == nil)
        #expect(zheng.sees.seat?.state == .notReady && zheng.sees.seat?.notReadyReason == .supervisor)
        #expect(floor.supervise(.makeNotReady(Fixtures.firstSeat, reason: "换设备"), by: cai) == .wrongState)
        let act = floor.store.floorActs
        #expect(act.map(\.kind) == [.seatNotReady])
        #expect(act.map(\.reason) == ["换设备"] && act.map(\.by) == [cai] && act.map(\.at) == [floor.now])
        zheng.ready()
        #expect(zheng.sees.seat?.state == .ready, "the agent's word counts again")
    }

    @Test func movesATicketToAnotherHallWithTheTimeWaited() throws {
        let floor = Floor()
        let (wang, chen) = (floor.citizen("王秀英"), floor.citizen("陈志强"))
        wang.takeTicket()
        floor.advance(by: .minutes(3))
        chen.takeTicket(hall: Fixtures.otherHall)
        let ticket = try #require(wang.sees.ticket)
        #expect(floor.supervise(.move(ticket.id, to: .hall(Fixtures.hall), reason: "人少"), by: cai) == .invalidField, "it is there")
        #expect(floor.supervise(.move(ticket.id, to: .hall(Fixtures.code("999999")), reason: "人少"), by: cai) == .notFound)
        #expect(floor.supervise(.move(ticket.id, to: .hall(Fixtures.otherHall), reason: "人少"), by: cai) == nil)
        #expect(wang.sees.ticket?.hall.id == Fixtures.otherHall)
        #expect(wang.sees.ticket?.takenAt == ticket.takenAt)
        let li = floor.readyAgent("李文博", at: Fixtures.otherHallSeat)
        #expect(floor.meet(wang, li), "before whoever came later")
        #expect(floor.supervise(.move(ticket.id, to: .hall(Fixtures.hall), reason: "人少"), by: cai, in: Fixtures.otherHall) == .wrongState)
    }

    @Test func movesATicketThatRingsToASeat() throws {
        let floor = Floor()
        let zheng = floor.readyAgent("郑小敏")
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        #expect(zheng.sees.reservation != nil)
        let ticket = try #require(wang.sees.ticket).id
        #expect(floor.supervise(.move(ticket, to: .seat(Fixtures.secondSeat), reason: "熟悉情况"), by: cai) == .notFound, "nobody is there")
        let li = floor.readyAgent("李文博", at: Fixtures.secondSeat)
        #expect(floor.supervise(.move(ticket, to: .seat(Fixtures.secondSeat), reason: "熟悉情况"), by: cai) == nil)
        #expect(zheng.sees.reservation == nil && zheng.sees.seat?.state == .ready)
        #expect(li.sees.reservation?.why.rule == .directed)
        #expect(floor.store.floorActs.map(\.target) == [.seat(Fixtures.secondSeat)])
        #expect(floor.meet(wang, li))
    }

    @Test func endsATalkAndGivesThePlaceBack() throws {
        let (floor, wang, zheng) = Floor.inSession()
        let session = try #require(zheng.sees.session).id
        #expect(floor.supervise(.end(session, reason: ""), by: cai) == .invalidField)
        #expect(floor.supervise(.end(session, reason: "卡住"), by: cai, in: Fixtures.otherHall) == .notFound)
        #expect(floor.supervise(.end(session, reason: "卡住"), by: cai) == nil)
        #expect(wang.sees.ticket?.state == .waiting)
        #expect(zheng.sees.seat?.state == .wrapUp)
        #expect(floor.supervise(.end(session, reason: "还卡着"), by: lin) == nil, "also a wrap-up")
        #expect(zheng.sees.seat?.state == .notReady)
        #expect(floor.store.sessions[session]?.state == .closed && floor.store.sessions[session]?.disposition == .dropped)
        #expect(floor.store.floorActs.map(\.by) == [cai, lin])
        #expect(floor.supervise(.end(session, reason: "卡住"), by: cai) != nil)
        #expect(Invariants.broken(on: floor) == [])
    }

    @Test func endsWhatWasConcludedForGood() throws {
        let (floor, wang, zheng) = Floor.inSession()
        zheng.judge(Fixtures.application, .accepted)
        zheng.judge(Fixtures.identity, .accepted)
        zheng.conclude()
        #expect(floor.supervise(.end(try #require(zheng.sees.session).id, reason: "卡住"), by: cai) == nil)
        #expect(wang.sees.ticket?.state == .done)
    }

    @Test func isSeenAtOnceByEverybodyWhoWatches() {
        let floor = Floor()
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        _ = floor.readyAgent("郑小敏", at: Fixtures.otherHallSeat)
        let before = floor.broker.floorPicture(of: Fixtures.hall)
        #expect(before?.lanes.filter { $0.waiting == 1 }.map(\.longestSince) == [floor.now])
        floor.advance(by: .seconds(30))
        #expect(floor.broker.floorPicture(of: Fixtures.hall) == before, "time alone changes nothing")
        #expect(floor.broker.floorPicture(of: Fixtures.code("999999")) == nil)
    }
}

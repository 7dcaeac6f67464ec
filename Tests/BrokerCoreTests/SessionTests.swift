import BrokerCore
import SignalingProtocol
import Testing

@Suite("A session")
struct SessionTests {
    @Test func isEnteredByTheCalledCitizen() throws {
        let (floor, wang, zheng) = Floor.inSession()
        let session = try #require(zheng.sees.session)
        #expect(session.state == .connected)
        #expect(session.citizen == ParticipantView(name: "王秀英", present: true))
        #expect(session.stateDeadline == nil)
        #expect(wang.sees.media?.epoch == 1)
        #expect(zheng.sees.media?.epoch == 1)
        #expect(wang.sees.session?.media?.polite == true)
        #expect(zheng.sees.session?.media?.polite == false)
        #expect(floor.store.events(of: session.id) == [.called, .citizenEntered, .mediaStarted])
        #expect(wang.join() == .ok, "entering twice does no harm")
        #expect(wang.sees.media?.epoch == 1)
    }

    @Test func chatIsSeenOnceAndInOrderByBothSides() throws {
        let (_, wang, zheng) = Floor.inSession(.consultation)
        #expect(wang.say("您好", id: 1) == .ok)
        #expect(zheng.say("请讲", id: 2) == .ok)
        #expect(wang.say("您好", id: 1) == .ok, "sent again after a lost answer")
        #expect(wang.say("我想问登记", id: 3) == .ok)
        let chat = try #require(zheng.sees.session?.chat)
        #expect(chat.map(\.text) == ["您好", "请讲", "我想问登记"])
        #expect(chat.map(\.from) == [.citizen, .agent, .citizen])
        #expect(wang.sees.session?.chat == chat)
        zheng.reload()
        #expect(zheng.sees.session?.chat == chat)
    }

    @Test func chatSentAgainAfterTheEndIsStillThere() {
        let (_, wang, zheng) = Floor.inSession(.consultation)
        wang.say("谢谢", id: 1)
        zheng.end()
        #expect(wang.say("谢谢", id: 1) == .ok)
        #expect(wang.say("再见", id: 2) == .refused(.wrongState))
    }

    @Test func chatBeforeTheCitizenEntersIsRefused() {
        let floor = Floor()
        let zheng = floor.readyAgent("郑小敏")
        floor.citizen("王秀英").takeTicket()
        zheng.accept()
        #expect(zheng.say("您好", id: 1) == .refused(.wrongState))
    }

    // MARK: Ending

    @Test(arguments: Role.allCases)
    func isEndedByEitherSide(role: Role) throws {
        let (floor, wang, zheng) = Floor.inSession()
        let id = wang.sessionID
        #expect((role == .citizen ? wang.end() : zheng.end()) == .ok)
        #expect(wang.sees.session?.state == .wrapUp)
        #expect(zheng.sees.session?.stateDeadline == floor.now + .seconds(90))
        #expect(zheng.sees.seat?.state == .wrapUp)
        #expect(wang.sees.ticket?.state == .done)
        #expect(wang.end() == .ok, "ending twice does no harm")
        #expect(zheng.wrapUp(.advised, note: "已说明") == .ok)
        let closed = try #require(floor.store.sessions[id])
        #expect(closed.state == .closed)
        #expect(closed.disposition == .advised)
        #expect(closed.note == "已说明")
        #expect(zheng.sees.seat?.state == .ready)
        #expect(wang.sees.session?.state == .closed)
        #expect(wang.join(id) == .refused(.wrongState))
    }

    @Test func declinedByTheCitizenWhoIsCalled() {
        let floor = Floor()
        let zheng = floor.readyAgent("郑小敏")
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        zheng.accept()
        #expect(wang.end() == .ok)
        #expect(wang.sees.ticket?.state == .declined)
        #expect(zheng.sees.seat?.state == .wrapUp)
        #expect(wang.join() == .refused(.wrongState))
    }

    @Test func givenUpByTheAgentWhoCalls() {
        let floor = Floor()
        let zheng = floor.readyAgent("郑小敏")
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        zheng.accept()
        #expect(zheng.end() == .ok)
        #expect(wang.sees.ticket?.state == .parked)
        #expect(zheng.sees.disposition == .noShow)
    }

    @Test func nobodyEnteredIsANoShow() {
        let floor = Floor()
        let zheng = floor.readyAgent("郑小敏")
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        zheng.accept()
        floor.advance(by: .seconds(75))
        #expect(wang.sees.ticket?.state == .parked)
        #expect(zheng.sees.seat?.state == .wrapUp)
        floor.advance(by: .seconds(90))
        #expect(zheng.sees.seat?.state == .ready)
        floor.advance(by: .minutes(9))
        #expect(wang.sees.ticket?.state == .noShow)
        #expect(floor.store.sessions.values.map(\.disposition) == [.noShow])
    }

    @Test func endedWhileOneIsAway() {
        let (_, wang, zheng) = Floor.inSession()
        wang.loseLine()
        #expect(zheng.end() == .ok)
        #expect(zheng.sees.seat?.state == .wrapUp)
        wang.resume()
        #expect(wang.sees.ticket?.state == .done)
        #expect(wang.sees.session?.state == .wrapUp)
    }

    @Test func wrapUpThatRunsOutIsUnrecordedAndTheSeatReady() {
        let (floor, wang, zheng) = Floor.inSession(.consultation)
        let id = wang.sessionID
        wang.end()
        floor.advance(by: .seconds(90))
        #expect(floor.store.sessions[id]?.disposition == .unrecorded)
        #expect(zheng.sees.seat?.state == .ready)
        #expect(zheng.sees.session == nil)
    }

    @Test func wrapUpOnlyAfterTheTalkAndOnlyOnce() {
        let (floor, _, zheng) = Floor.inSession()
        let id = zheng.sessionID
        #expect(zheng.wrapUp() == .refused(.wrongState))
        zheng.end()
        #expect(zheng.wrapUp(.referred, ready: false) == .ok)
        #expect(zheng.sees.seat?.state == .notReady)
        let again = SessionWrapUp(sessionID: id, disposition: .advised, note: "", ready: true)
        #expect(zheng.send(.sessionWrapUp(again)) == .ok)
        #expect(floor.store.sessions[id]?.disposition == .referred)
        #expect(zheng.sees.seat?.state == .notReady)
    }

    @Test func wrapUpOfAnAgentWhoWentAwayLeavesTheSeatNotReady() {
        let (floor, _, zheng) = Floor.inSession()
        zheng.end()
        zheng.loseLine()
        floor.advance(by: .seconds(90))
        #expect(floor.store.seats[Fixtures.firstSeat]?.notReadyReason == .connectionLost)
        floor.advance(by: .minutes(30))
        #expect(floor.store.seats[Fixtures.firstSeat]?.state == .signedOff)
    }

    @Test func aNewTicketDuringTheAgentsWrapUpIsAnotherMatter() {
        let (floor, wang, zheng) = Floor.inSession()
        let old = wang.sessionID
        zheng.end()
        #expect(wang.takeTicket(.consultation) == .ok)
        #expect(wang.sees.session == nil)
        #expect(zheng.wrapUp() == .ok)
        #expect(wang.sees.ticket?.state == .reserved)
        #expect(floor.meet(wang, zheng))
        #expect(wang.sessionID != old)
        #expect(Invariants.broken(on: floor) == [])
    }

    // MARK: Somebody away

    @Test(arguments: Role.allCases)
    func waitsForASideThatIsAway(role: Role) {
        let (floor, wang, zheng) = Floor.inSession()
        let (gone, other): (Participant, Participant) = role == .citizen ? (wang, zheng) : (zheng, wang)
        gone.loseLine()
        #expect(other.sees.session?.state == .reconnecting)
        #expect(other.sees.session?.stateDeadline == floor.now + .seconds(120))
        floor.advance(by: .seconds(119))
        gone.resume()
        #expect(other.sees.session?.state == .connected)
        #expect(gone.sees.session?.state == .connected)
        floor.advance(by: .minutes(5))
        #expect(other.sees.session?.state == .connected)
    }

    @Test func withoutItsCitizenIsDropped() {
        let (floor, wang, zheng) = Floor.inSession()
        let id = wang.sessionID
        wang.loseLine()
        floor.advance(by: .seconds(120))
        #expect(zheng.sees.seat?.state == .wrapUp)
        #expect(zheng.sees.disposition == .dropped)
        wang.resume()
        #expect(wang.sees.ticket?.state == .done)
        floor.advance(by: .seconds(90))
        #expect(floor.store.sessions[id]?.disposition == .dropped)
    }

    @Test func withoutItsAgentGivesTheTicketItsOldPlaceAndAnotherSeat() throws {
        let (floor, wang, zheng) = Floor.inSession()
        let old = wang.sessionID
        wang.handIn(1)
        zheng.judge(Fixtures.application, .accepted)
        let chen = floor.citizen("陈志强")
        chen.takeTicket()
        zheng.loseLine()
        floor.advance(by: .seconds(120))
        #expect(wang.sees.ticket?.state == .waiting)
        #expect(wang.sees.place?.ahead == 0, "before those who came later")
        #expect(wang.sees.session == nil)
        #expect(floor.store.sessions[old]?.disposition == .dropped)
        #expect(floor.store.seats[Fixtures.firstSeat]?.notReadyReason == .connectionLost)

        let li = floor.readyAgent("李文博", at: Fixtures.secondSeat)
        #expect(li.sees.reservation?.ticketNumber == "B001")
        #expect(floor.meet(wang, li))
        let session = try #require(li.sees.session)
        #expect(session.id != old)
        #expect(session.materials[0].files.count == 1, "what was handed in and said is still there")
        #expect(session.materials[0].verdict?.verdict == .accepted)
        zheng.open()
        #expect(zheng.sees.session == nil)
    }

    @Test func thatBrokeIsNotShownWithTheTicketThatWasGivenUpAfterwards() {
        let (floor, wang, zheng) = Floor.inSession()
        zheng.loseLine()
        floor.advance(by: .seconds(120))
        wang.cancel()
        wang.reload()
        #expect(wang.sees.ticket?.state == .abandoned)
        #expect(wang.sees.session == nil)
    }

    @Test func theSecondWhoLeavesHasTheWholeGraceToo() {
        let (floor, wang, zheng) = Floor.inSession()
        wang.loseLine()
        floor.advance(by: .seconds(119))
        zheng.loseLine()
        wang.resume()
        floor.advance(by: .seconds(20))
        zheng.resume()
        #expect(zheng.sees.session?.state == .connected)
        #expect(wang.sees.session?.state == .connected)
    }

    @Test func withoutEitherSideReturnsTheTicket() {
        let (floor, wang, zheng) = Floor.inSession()
        wang.loseLine()
        zheng.loseLine()
        floor.advance(by: .seconds(120))
        #expect(floor.broker.liveTickets.map(\.state) == [.waiting])
        wang.open()
        #expect(wang.sees.ticket?.state == .waiting)
    }

    @Test func thatIsConcludedIsNotServedAgainWhenTheAgentStaysAway() {
        let (floor, wang, zheng) = Floor.inSession()
        let id = wang.sessionID
        zheng.judge(Fixtures.application, .accepted)
        zheng.judge(Fixtures.identity, .accepted)
        zheng.conclude()
        zheng.loseLine()
        floor.advance(by: .seconds(120))
        #expect(wang.sees.ticket?.state == .done)
        #expect(wang.sees.outcome()?.result == .readyToFile)
        #expect(floor.store.sessions[id]?.disposition == .precheckPassed)
    }

    @Test func thatIsConcludedAndDroppedKeepsItsDisposition() {
        let (floor, wang, zheng) = Floor.inSession()
        zheng.judge(Fixtures.application, .accepted)
        zheng.judge(Fixtures.identity, .accepted)
        zheng.conclude()
        wang.loseLine()
        floor.advance(by: .seconds(120))
        #expect(zheng.sees.disposition == .precheckPassed)
    }

    @Test func calledWhileTheCitizenReloads() {
        let floor = Floor()
        let zheng = floor.readyAgent("郑小敏")
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        wang.loseLine()
        zheng.accept()
        #expect(zheng.sees.session?.citizen.present == false)
        floor.advance(by: .seconds(20))
        wang.open()
        #expect(wang.sees.session?.state == .ringing)
        #expect(zheng.sees.session?.citizen.present == true)
        #expect(wang.join() == .ok)
    }

    @Test func enteredWhileTheAgentReloads() {
        let floor = Floor()
        let zheng = floor.readyAgent("郑小敏")
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        zheng.accept()
        zheng.loseLine()
        #expect(wang.join() == .ok)
        #expect(wang.sees.session?.state == .reconnecting)
        zheng.open()
        #expect(wang.sees.session?.state == .connected)
        #expect(wang.sees.media == zheng.sees.media)
    }

    // MARK: Somebody else's

    @Test func ofOthersIsNotFound() {
        let (floor, wang, zheng) = Floor.inSession()
        let id = wang.sessionID
        let li = floor.agent("李文博")
        let chen = floor.citizen("陈志强")
        #expect(chen.join(id) == .refused(.notFound))
        for stranger in [li, chen] as [Participant] {
            #expect(stranger.send(.sessionEnd(SessionReference(sessionID: id))) == .refused(.notFound))
            #expect(stranger.send(.mediaRenew(MediaReference(sessionID: id, epoch: 1))) == .refused(.notFound))
            let line = ChatSend(sessionID: id, messageID: ChatMessageID(Fixtures.uuid(1)), text: "喂")
            #expect(stranger.send(.chatSend(line)) == .refused(.notFound))
            #expect(stranger.relayTarget(session: id) == .failure(WireError(.notFound)))
        }
        let wrapUp = SessionWrapUp(sessionID: id, disposition: .advised, note: "", ready: true)
        #expect(li.send(.sessionWrapUp(wrapUp)) == .refused(.notFound))
        let verdict = PrecheckVerdict(sessionID: id, materialID: Fixtures.application, verdict: .accepted, reasons: [], note: "")
        #expect(li.send(.precheckVerdict(verdict)) == .refused(.notFound))
        #expect(li.send(.precheckConclude(PrecheckConclude(sessionID: id, referredTo: "", note: ""))) == .refused(.notFound))
        #expect(zheng.sees.session?.state == .connected)
        #expect(zheng.sees.session?.chat == [])
    }
}

import BrokerCore
import SignalingProtocol
import Testing

@Suite("A client session")
struct ClientSessionTests {
    @Test func resumesWithExactlyWhatWasMissedInOrderOnce() {
        let (_, wang, zheng) = Floor.inSession()
        let before = wang.sees.lastSeq
        wang.sees.forgetWhatWasHeard()
        wang.goDeaf()
        zheng.say("一", id: 1)
        zheng.judge(Fixtures.application, .accepted)
        zheng.say("二", id: 2)
        #expect(wang.sees.lastSeq == before)
        wang.resume()
        #expect(wang.sees.resumed == true)
        #expect(wang.sees.session?.chat.map(\.text) == ["一", "二"])
        #expect(wang.sees.session?.materials[0].verdict?.verdict == .accepted)
        let numbers = wang.sees.kinds().filter { $0 == .chatMessage || $0 == .materialUpdated }
        #expect(numbers == [.chatMessage, .materialUpdated, .chatMessage])
        // Nothing that was acknowledged or handled comes again.
        wang.acknowledge()
        wang.sees.forgetWhatWasHeard()
        wang.loseLine()
        zheng.say("三", id: 3)
        wang.resume()
        #expect(wang.sees.session?.chat.map(\.text) == ["一", "二", "三"])
    }

    @Test func anAcknowledgementThatCrossesNewPushesKeepsThem() {
        let (_, wang, zheng) = Floor.inSession()
        wang.goDeaf()
        zheng.say("一", id: 1)
        zheng.say("二", id: 2)
        wang.acknowledge()
        wang.resume()
        #expect(wang.sees.resumed == true)
        #expect(wang.sees.session?.chat.map(\.text) == ["一", "二"])
    }

    @Test func withAnotherTokenStartsFromASnapshot() {
        let (_, wang, zheng) = Floor.inSession()
        zheng.say("一", id: 1)
        wang.loseLine()
        wang.resume(token: "somebody's guess")
        #expect(wang.sees.resumed == false)
        #expect(wang.sees.session?.chat.count == 1)
        zheng.say("二", id: 2)
        #expect(wang.sees.session?.chat.count == 2)
    }

    @Test func fromANumberThatWasNeverGivenOrIsForgottenStartsFromASnapshot() {
        let (_, wang, _) = Floor.inSession()
        wang.loseLine()
        wang.resume(seq: wang.sees.lastSeq + 100)
        #expect(wang.sees.resumed == false)
        let (_, chen, zheng) = Floor.inSession()
        zheng.say("一", id: 1)
        chen.acknowledge()
        chen.loseLine()
        chen.resume(seq: chen.sees.lastSeq - 1)
        #expect(chen.sees.resumed == false)
        #expect(chen.sees.session?.chat.count == 1)
    }

    /// Around the bound: however many were missed, the page ends up knowing everything.
    @Test(arguments: Limits.replayMessages - 4...Limits.replayMessages + 1)
    func tooFarBehindStartsFromASnapshot(missed: Int) {
        let (floor, wang, zheng) = Floor.inSession()
        wang.loseLine()
        // One `session.updated` was pushed for the loss itself; two more belong to the return.
        for number in 1..<missed { zheng.say("第 \(number) 句", id: number) }
        wang.resume(withMedia: false)
        let isKept = missed + 2 <= Limits.replayMessages
        #expect(wang.sees.resumed == isKept)
        #expect(wang.sees.session?.chat.count == (isKept ? missed - 1 : Limits.snapshotChatMessages))
        #expect(wang.sees.session?.chat.last?.text == "第 \(missed - 1) 句")
        zheng.say("完", id: 999)
        #expect(wang.sees.session?.chat.last?.text == "完")
        #expect(Invariants.broken(on: floor) == [])
    }

    @Test func isForgottenAfterItsGrace() {
        let floor = Floor()
        let wang = floor.citizen("王秀英")
        wang.loseLine()
        floor.advance(by: .minutes(10))
        wang.resume()
        #expect(wang.sees.resumed == false)
        wang.loseLine()
        floor.advance(by: Milliseconds(599_999))
        wang.resume()
        #expect(wang.sees.resumed == true)
    }

    @Test func learnsItsPlaceWhenItResumes() {
        let floor = Floor()
        let chen = floor.citizen("陈志强")
        let wang = floor.citizen("王秀英")
        let zheng = floor.agent("郑小敏")
        zheng.signOn()
        chen.takeTicket()
        wang.takeTicket()
        floor.advance(by: .seconds(1))
        wang.loseLine()
        zheng.loseLine()
        chen.cancel()
        floor.advance(by: .seconds(1))
        wang.resume()
        zheng.resume()
        #expect(wang.sees.resumed == true)
        #expect(wang.sees.place?.ahead == 0, "the place moved while the page was away")
        #expect(zheng.sees.queue?.waiting == 1)
    }

    @Test func sameRequestGetsTheSameAnswerWithoutASecondEffect() {
        let floor = Floor()
        let wang = floor.citizen("王秀英")
        let take = Command.ticketTake(TicketTake(hallID: Fixtures.hall, itemCode: Fixtures.registration, kind: .preReview))
        #expect(wang.send(take, request: 77) == .ok)
        let seq = wang.sees.lastSeq
        wang.cancel()
        #expect(wang.send(take, request: 77) == .ok)
        #expect(wang.sees.ticket?.state == .abandoned, "no second ticket")
        #expect(wang.sees.lastSeq == seq + 1)
        #expect(wang.send(.ticketCancel(TicketReference(ticketID: TicketID(Fixtures.uuid(1)))), request: 78) == .refused(.notFound))
        wang.loseLine()
        wang.resume()
        #expect(wang.send(.ticketCancel(TicketReference(ticketID: TicketID(Fixtures.uuid(1)))), request: 78) == .refused(.notFound))
        #expect(wang.send(take, request: 77) == .ok, "also over a new line")
        #expect(floor.store.tickets.count == 1)
    }

    @Test func requestsOfANewPageAreNew() {
        let floor = Floor()
        let wang = floor.citizen("王秀英")
        let take = Command.ticketTake(TicketTake(hallID: Fixtures.hall, itemCode: Fixtures.registration, kind: .preReview))
        wang.send(take, request: 5)
        wang.cancel()
        wang.reload()
        #expect(wang.send(take, request: 5) == .ok)
        #expect(wang.sees.ticket?.state == .waiting)
    }

    @Test func newestPageIsSpokenTo() {
        let floor = Floor()
        let wang = floor.citizen("王秀英")
        let first = wang.sees
        wang.open()
        #expect(first.goodbye == .superseded)
        #expect(floor.send(.sessionEnd(SessionReference(sessionID: wang.sessionID)), from: first.connection, request: 9) == .refused(.helloRequired))
        // The server closes the old line; that must not touch the new page.
        floor.handle(.disconnected(first.connection))
        #expect(wang.takeTicket() == .ok)
        floor.advance(by: .minutes(30))
        #expect(wang.sees.ticket?.state == .waiting)
    }

    @Test func beginsWithHello() {
        let floor = Floor()
        let stranger = ConnectionID(900)
        #expect(floor.send(.seatReady, from: stranger, request: 1) == .refused(.helloRequired))
        floor.handle(.disconnected(stranger))
    }

    /// A connection belongs to one person in one role until it closes: otherwise the first would be present for ever.
    @Test func aSecondHelloOnTheSameLineIsRefused() {
        let floor = Floor()
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        let other = Person(endpoint: .agent(AgentID(Fixtures.uuid(50))), name: "王秀英", hall: Fixtures.hall)
        for person in [wang.person, other] {
            let hello = Hello(role: person.endpoint.role, locale: .english)
            let effects = floor.handle(.hello(wang.sees.connection, person, hello, request: 88, freshToken: "x"))
            let refusal = ServerFrame(re: 88, message: .error(WireError(.wrongState, locale: .english)))
            #expect(effects == [.send(wang.sees.connection, refusal)])
        }
        #expect(floor.isOpen(wang.sees))
        wang.loseLine()
        floor.advance(by: .minutes(10))
        #expect(floor.broker.liveTickets.isEmpty)
    }

    @Test func twoRolesOfOnePersonAreTwoEndpoints() {
        let floor = Floor()
        let zheng = floor.readyAgent("郑小敏")
        let asCitizen = Citizen(floor: floor, id: CitizenID(zheng.id.uuid), name: "郑小敏")
        asCitizen.open()
        #expect(zheng.sees.goodbye == nil)
        asCitizen.takeTicket()
        #expect(zheng.sees.seat?.state == .ringing)
    }

    @Test func heartbeatGoesToEveryOpenPage() {
        let floor = Floor()
        let wang = floor.citizen("王秀英")
        let chen = floor.citizen("陈志强")
        chen.loseLine()
        let effects = floor.handle(.heartbeat)
        #expect(effects == [.send(wang.sees.connection, ServerFrame(message: .heartbeat(Heartbeat(serverTime: floor.now))))])
    }
}

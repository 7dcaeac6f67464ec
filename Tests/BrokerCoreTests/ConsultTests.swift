import BrokerCore
import SignalingProtocol
import Testing

@testable import BrokerCore

/// A citizen with an agent, and a colleague who is ready at the second seat.
private struct Desk {
    let floor: Floor
    let wang: Citizen
    let zheng: Agent
    let li: Agent

    init(colleagueReady: Bool = true) {
        (floor, wang, zheng) = Floor.inSession()
        li = floor.agent("李文博")
        li.signOn(at: Fixtures.secondSeat)
        if colleagueReady { li.ready() }
    }

    /// The colleague was asked and has come.
    static func consulting(citizenIn: Bool = false) -> Desk {
        let desk = Desk()
        #expect(desk.zheng.consult(note: "请帮看一下营业执照") == .ok)
        #expect(desk.li.accept() == .ok)
        if citizenIn { #expect(desk.zheng.include() == .ok) }
        return desk
    }

    func isWell() -> Bool { Invariants.broken(on: floor).isEmpty }
    var events: [SessionEventKind] { wang.sees.session.map { floor.store.events(of: $0.id) } ?? [] }
}

@Suite("Asking a colleague in")
struct ConsultRingTests {
    @Test func ringsAtAReadySeatWithNameAndNote() throws {
        let desk = Desk()
        #expect(desk.zheng.consult(note: "请帮看一下营业执照") == .ok)
        let ring = try #require(desk.li.sees.reservation)
        #expect(ring.consult?.fromAgentName == "郑小敏")
        #expect(ring.consult?.note == "请帮看一下营业执照")
        #expect(ring.transfer == nil)
        #expect(ring.why.rule == .onlySeat)
        #expect(desk.zheng.sees.session?.consult?.state == .ringing)
        #expect(desk.zheng.sees.session?.consult?.consultant?.name == "李文博")
        #expect(desk.zheng.sees.session?.state == .connected, "the talk goes on while it rings")
        #expect(desk.wang.sees.session?.consult == nil, "a search is the agents' own business")
        #expect(desk.li.sees.session == nil)
        #expect(desk.isWell())
    }

    @Test func isAcknowledgedBeforeItRings() {
        let desk = Desk()
        desk.li.sees.isFrozen = true
        desk.zheng.consult()
        #expect(desk.li.sees.seat?.state == .reserved)
        desk.li.acknowledge()
        #expect(desk.li.sees.seat?.state == .ringing)
    }

    @Test func goesBeforeTheQueue() {
        let desk = Desk(colleagueReady: false)
        let chen = desk.floor.citizen("陈志强")
        chen.takeTicket()
        #expect(desk.zheng.consult() == .ok)
        #expect(desk.zheng.sees.session?.consult?.state == .waiting)
        desk.li.ready()
        #expect(desk.li.sees.reservation?.consult != nil)
        #expect(chen.sees.ticket?.state == .waiting)
        #expect(desk.isWell())
    }

    @Test func neverRingsAtTheOwnSeatOrAtNobodys() {
        let desk = Desk()
        #expect(desk.zheng.consult(seat: Fixtures.firstSeat) == .refused(.invalidField, field: "seat_id"))
        #expect(desk.zheng.consult(hall: Fixtures.otherHall, seat: Fixtures.otherHallSeat) == .refused(.notFound, field: "seat_id"))
        #expect(desk.zheng.consult(hall: Fixtures.otherHall, seat: Fixtures.secondSeat) == .refused(.notFound, field: "seat_id"))
        #expect(desk.li.sees.reservation == nil)
    }

    @Test func neverRingsAtAPageThatAnswersNoHeartbeat() {
        let desk = Desk()
        desk.li.sees.isFrozen = true
        desk.floor.advance(by: .seconds(40))
        desk.zheng.consult()
        #expect(desk.zheng.sees.session?.consult?.state == .waiting)
        #expect(desk.isWell())
    }

    @Test func goesToWhoeverSpeaksTheLanguage() {
        let desk = Desk()
        let cai = desk.floor.readyAgent("蔡晓岚", at: Fixtures.otherHallSeat, skills: Skills(languages: [.teochew]))
        desk.zheng.consult(hall: Fixtures.otherHall, language: .english)
        #expect(desk.zheng.sees.session?.consult?.state == .waiting)
        desk.zheng.endConsult()
        desk.zheng.consult(hall: Fixtures.otherHall, language: .teochew)
        #expect(cai.sees.reservation?.consult != nil)
        #expect(desk.isWell())
    }

    @Test func aRefusalNeedsAReasonAndEndsARequestToOneSeat() {
        let desk = Desk()
        desk.zheng.consult(seat: Fixtures.secondSeat)
        #expect(desk.li.reject(.conflictOfInterest) == .ok)
        #expect(desk.zheng.sees.consultsEnded == [.declined])
        #expect(desk.zheng.sees.session?.consult == nil)
        #expect(desk.li.sees.seat?.notReadyReason == .rejected)
        #expect(desk.wang.sees.session?.state == .connected)
        #expect(desk.floor.store.reservations.values.contains { $0.purpose == .consult && $0.rejectReason == .conflictOfInterest })
        #expect(desk.isWell())
    }

    @Test func afterNoAnswerSomebodyElseIsLookedFor() {
        let desk = Desk()
        desk.zheng.consult()
        desk.floor.advance(by: .seconds(20))
        #expect(desk.li.sees.seat?.notReadyReason == .rona)
        #expect(desk.zheng.sees.session?.consult?.state == .waiting)
        desk.li.ready()
        #expect(desk.li.sees.reservation?.why.earlierRings == 1)
        desk.floor.advance(by: .seconds(60))
        #expect(desk.zheng.sees.consultsEnded == [.unanswered])
        #expect(desk.isWell())
    }

    @Test func isTakenBackWhileItRings() {
        let desk = Desk()
        desk.zheng.consult()
        #expect(desk.zheng.endConsult() == .ok)
        #expect(desk.li.sees.ringsEnded == [.rescinded])
        #expect(desk.li.sees.seat?.state == .ready)
        #expect(desk.zheng.endConsult() == .ok, "once more does no harm")
        #expect(desk.isWell())
    }

    @Test func isOverWhenTheTalkIs() {
        let desk = Desk()
        desk.zheng.consult()
        desk.wang.end()
        #expect(desk.li.sees.ringsEnded == [.rescinded])
        #expect(desk.zheng.sees.seat?.state == .wrapUp)
        #expect(desk.isWell())
    }

    @Test func isAskedOnceAtATime() {
        let desk = Desk()
        desk.zheng.consult()
        #expect(desk.zheng.consult() == .refused(.wrongState))
        #expect(desk.li.consult(session: desk.zheng.sessionID) == .refused(.notFound))
    }
}

@Suite("Talking with a colleague")
struct ConsultTests {
    @Test func beginsWithTheCitizenApart() throws {
        let desk = Desk.consulting()
        for person in [desk.wang, desk.zheng, desk.li] as [BrokerCoreTests.Participant] {
            #expect(person.sees.session?.state == .consulting)
            #expect(person.sees.session?.consult?.citizenIn == false)
        }
        #expect(desk.wang.sees.session?.consult?.note == nil, "what the agents say to each other is not the citizen's")
        #expect(desk.wang.sees.session?.stateDeadline == desk.floor.now + .minutes(5))
        #expect(desk.li.sees.seat?.state == .inSession)
        #expect(desk.li.sees.session?.materials.isEmpty == false)
        #expect(desk.isWell())
    }

    @Test func whoIsApartIsHeardByNobody() {
        let desk = Desk.consulting()
        #expect(desk.zheng.relayTarget(from: .agent, to: .consultant) == .success(desk.li.sees.connection))
        #expect(desk.li.relayTarget(from: .consultant, to: .agent) == .success(desk.zheng.sees.connection))
        #expect(desk.zheng.relayTarget() == .success(nil))
        #expect(desk.wang.relayTarget() == .success(nil))
        #expect(desk.wang.relayTarget(from: .citizen, to: .consultant) == .success(nil))
        #expect(desk.wang.renewMedia(epoch: 1) == .refused(.wrongState))
    }

    @Test func whoIsInIsHeardByBoth() {
        let desk = Desk.consulting(citizenIn: true)
        #expect(desk.wang.sees.session?.consult?.citizenIn == true)
        #expect(desk.wang.sees.session?.stateDeadline == nil)
        #expect(desk.wang.relayTarget() == .success(desk.zheng.sees.connection))
        #expect(desk.wang.relayTarget(from: .citizen, to: .consultant) == .success(desk.li.sees.connection))
        #expect(desk.li.relayTarget(from: .consultant, to: .citizen) == .success(desk.wang.sees.connection))
        let epochs = [desk.zheng.sees.media?.epoch, desk.wang.sees.consultMedia?.first?.epoch, desk.zheng.sees.consultMedia?.first?.epoch]
        #expect(Set(epochs.compactMap(\.self)).count == 3, "no two peer connections share an epoch")
        #expect(desk.wang.sees.session?.consult?.media.map(\.polite) == [true])
        #expect(desk.li.sees.session?.consult?.media.map(\.with) == [.agent, .citizen])
        #expect(desk.li.sees.session?.consult?.media.map(\.polite) == [true, false])
        #expect(desk.isWell())
    }

    @Test func nobodySpeaksInAnothersName() {
        let desk = Desk.consulting(citizenIn: true)
        let refused: Result<ConnectionID?, WireError> = .failure(WireError(.invalidField, field: "from"))
        #expect(desk.li.relayTarget(from: .agent, to: .citizen) == refused)
        #expect(desk.li.relayTarget(to: .citizen) == refused, "who hears two must know from whom it comes")
        #expect(desk.zheng.relayTarget(to: .consultant) == refused)
        #expect(desk.wang.relayTarget(from: .agent) == refused)
        #expect(desk.wang.relayTarget(from: .citizen, to: .citizen) == .failure(WireError(.invalidField, field: "to")))
    }

    @Test func goesInAndApartAsOftenAsTheAgentWants() {
        let desk = Desk.consulting(citizenIn: true)
        let epoch = desk.wang.sees.media?.epoch
        #expect(desk.zheng.include(false) == .ok)
        #expect(desk.wang.sees.session?.consult?.media == [])
        #expect(desk.wang.relayTarget() == .success(nil))
        #expect(desk.zheng.include(true) == .ok)
        #expect(desk.wang.sees.media?.epoch != epoch, "every way back is a new peer connection")
        #expect(desk.li.include(false) == .refused(.notFound), "only the agent says who hears whom")
        #expect(desk.isWell())
    }

    @Test func aCitizenIsNotKeptApartForEver() {
        let desk = Desk.consulting()
        desk.floor.advance(by: .minutes(5))
        #expect(desk.wang.sees.session?.consult?.citizenIn == true)
        #expect(desk.isWell())
    }

    @Test func theColleagueReadsAndDecidesNothing() {
        let desk = Desk.consulting()
        #expect(desk.li.judge(Fixtures.application, .accepted) == .refused(.notFound))
        #expect(desk.li.conclude() == .refused(.notFound))
        #expect(desk.li.say("您好", id: 71) == .refused(.notFound))
        #expect(desk.li.end() == .refused(.notFound))
        #expect(desk.li.hold() == .refused(.notFound))
        #expect(desk.li.transfer() == .refused(.notFound))
        #expect(desk.wang.say("我在等", id: 72) == .ok)
        #expect(desk.li.sees.session?.chat.map(\.text) == ["我在等"])
        #expect(desk.wang.handIn(1) == .ok)
        #expect(desk.li.sees.session?.materials.first { $0.material.id == Fixtures.application }?.files.count == 1)
        #expect(desk.zheng.judge(Fixtures.application, .accepted) == .ok)
        #expect(desk.li.sees.session?.materials.first { $0.material.id == Fixtures.application }?.verdict?.verdict == .accepted)
        #expect(desk.isWell())
    }

    @Test func filesAreSeenOnlyWhileThere() {
        let desk = Desk()
        desk.wang.handIn(1)
        let file = Fixtures.file(1, for: Fixtures.application).id
        #expect(desk.floor.broker.visibleFile(file, to: .agent(desk.li.id)) == nil)
        desk.zheng.consult()
        #expect(desk.floor.broker.visibleFile(file, to: .agent(desk.li.id)) == nil, "a ring shows nothing yet")
        desk.li.accept()
        #expect(desk.floor.broker.visibleFile(file, to: .agent(desk.li.id)) != nil)
        desk.li.leaveConsult()
        #expect(desk.floor.broker.visibleFile(file, to: .agent(desk.li.id)) == nil)
    }

    @Test func theAgentGoesOnAlone() {
        let desk = Desk.consulting()
        #expect(desk.zheng.endConsult() == .ok)
        #expect(desk.wang.sees.session?.state == .connected)
        #expect(desk.wang.sees.session?.consult == nil)
        #expect(desk.li.sees.session == nil)
        #expect(desk.li.sees.seat?.state == .ready)
        #expect(desk.wang.relayTarget() == .success(desk.zheng.sees.connection))
        #expect(desk.zheng.relayTarget(from: .agent, to: .consultant) == .success(nil))
        #expect(desk.li.relayTarget(session: desk.zheng.sessionID, from: .consultant, to: .agent) == .failure(WireError(.notFound)))
        #expect(desk.events.contains(.consultEnded))
        #expect(desk.isWell())
    }

    @Test func aColleagueWhoLeavesLeavesTheCitizenOnHold() {
        let desk = Desk.consulting()
        #expect(desk.li.leaveConsult() == .ok)
        #expect(desk.zheng.sees.consultsEnded == [.left])
        #expect(desk.wang.sees.session?.state == .held, "the agent may not know yet")
        #expect(desk.isWell())
    }

    @Test func aColleagueWhoLeavesAThreeWayTalkLeavesTwo() {
        let desk = Desk.consulting(citizenIn: true)
        let epoch = desk.wang.sees.media?.epoch
        desk.li.leaveConsult()
        #expect(desk.wang.sees.session?.state == .connected)
        #expect(desk.wang.sees.media?.epoch == epoch, "the two go on undisturbed")
        #expect(desk.isWell())
    }

    @Test func theTalkEndsForAllThree() {
        let desk = Desk.consulting(citizenIn: true)
        #expect(desk.wang.end() == .ok)
        #expect(desk.zheng.sees.seat?.state == .wrapUp)
        #expect(desk.li.sees.seat?.state == .ready)
        #expect(desk.li.sees.session == nil)
        #expect(desk.isWell())
    }

    @Test func aTransferEndsItToo() {
        let desk = Desk.consulting()
        #expect(desk.zheng.transfer(to: Fixtures.otherHall) == .ok)
        #expect(desk.li.sees.consultsEnded == [.over])
        #expect(desk.li.sees.seat?.state == .ready)
        #expect(desk.isWell())
    }
}

@Suite("Handing over to a colleague")
struct HandOverTests {
    @Test func theColleagueGoesOnWithTheSameTicket() throws {
        let desk = Desk.consulting(citizenIn: true)
        let ticket = desk.wang.sees.ticket
        let old = desk.zheng.sessionID
        desk.wang.sees.forgetWhatWasHeard()
        #expect(desk.zheng.handOver() == .ok)
        #expect(desk.wang.sees.ticket?.id == ticket?.id)
        #expect(desk.wang.sees.session?.state == .connected)
        #expect(desk.wang.sees.session?.agent.name == "李文博")
        #expect(desk.wang.sees.session?.id != old)
        #expect(desk.li.sees.session?.transfer?.note == "请帮看一下营业执照")
        #expect(desk.li.sees.session?.consult == nil)
        #expect(desk.zheng.sees.seat?.state == .wrapUp)
        #expect(desk.zheng.sees.disposition == .transferred)
        #expect(desk.wang.relayTarget() == .success(desk.li.sees.connection))
        let kinds = desk.wang.sees.kinds()
        let started = try #require(kinds.firstIndex(of: .sessionStarted))
        #expect(!kinds[..<started].contains(.sessionUpdated), "the citizen never sees a queue in between")
        #expect(desk.li.judge(Fixtures.application, .accepted) == .ok)
        #expect(desk.zheng.judge(Fixtures.application, .missing) == .refused(.wrongState))
        #expect(desk.zheng.wrapUp(.transferred) == .ok)
        #expect(desk.isWell())
    }

    @Test func waitsForAColleagueWhosePageIsAway() {
        let desk = Desk.consulting(citizenIn: true)
        desk.li.loseLine()
        #expect(desk.zheng.handOver() == .ok)
        #expect(desk.wang.sees.session?.state == .transferring)
        #expect(desk.zheng.handOver() == .ok, "once more does no harm")
        #expect(desk.isWell())
        desk.li.resume()
        #expect(desk.wang.sees.session?.agent.name == "李文博")
        #expect(desk.isWell())
    }

    @Test func isGivenUpWhenTheColleagueStaysAway() {
        let desk = Desk.consulting(citizenIn: true)
        desk.li.loseLine()
        desk.zheng.handOver()
        desk.floor.advance(by: .seconds(30))
        #expect(desk.wang.sees.session?.state == .connected)
        #expect(desk.zheng.sees.consultsEnded == [.lost])
        #expect(desk.isWell())
    }

    @Test func isForTheAgentOnly() {
        let desk = Desk.consulting()
        #expect(desk.li.handOver() == .refused(.notFound))
        desk.li.leaveConsult()
        #expect(desk.zheng.handOver() == .refused(.wrongState))
    }

    @Test func goesOnWhileTheCitizensPageIsAway() {
        let desk = Desk.consulting()
        desk.wang.loseLine()
        #expect(desk.zheng.handOver() == .ok)
        #expect(desk.li.sees.session?.state == .reconnecting)
        desk.wang.resume()
        #expect(desk.wang.sees.session?.state == .connected)
        #expect(desk.isWell())
    }
}

@Suite("Lines that break in a consult")
struct ConsultLineTests {
    @Test func theColleagueHasAWhileToComeBack() {
        let desk = Desk.consulting(citizenIn: true)
        desk.li.loseLine()
        #expect(desk.zheng.sees.session?.consult?.consultant?.present == false)
        desk.floor.advance(by: .seconds(20))
        let epochs = desk.li.sees.consultMedia?.map(\.epoch)
        desk.li.resume()
        #expect(desk.zheng.sees.session?.consult?.consultant?.present == true)
        #expect(desk.li.sees.consultMedia?.map(\.epoch) == epochs, "peer connections that are still held go on")
        desk.li.reload()
        #expect(desk.li.sees.session?.consult?.you == .consultant)
        #expect(desk.li.sees.consultMedia?.map(\.epoch) != epochs)
        #expect(desk.isWell())
    }

    @Test func andIsThenGivenUp() {
        let desk = Desk.consulting()
        desk.li.loseLine()
        desk.floor.advance(by: .seconds(30))
        #expect(desk.zheng.sees.consultsEnded == [.lost])
        #expect(desk.wang.sees.session?.state == .held)
        #expect(desk.floor.broker.seatInMemory(Fixtures.secondSeat)?.notReadyReason == .connectionLost)
        #expect(desk.isWell())
    }

    @Test func theColleagueStaysWhileTheAgentIsAway() {
        let desk = Desk.consulting(citizenIn: true)
        desk.zheng.loseLine()
        #expect(desk.wang.sees.session?.state == .reconnecting)
        #expect(desk.wang.relayTarget(from: .citizen, to: .consultant) == .success(desk.li.sees.connection))
        desk.zheng.resume()
        #expect(desk.wang.sees.session?.state == .consulting)
        #expect(desk.isWell())
    }

    @Test func theColleagueTakesOverFromAnAgentWhoStaysAway() {
        let desk = Desk.consulting()
        desk.zheng.loseLine()
        desk.floor.advance(by: .seconds(120))
        #expect(desk.wang.sees.session?.agent.name == "李文博")
        #expect(desk.wang.sees.session?.state == .connected)
        #expect(desk.floor.broker.seatInMemory(Fixtures.firstSeat)?.notReadyReason == .connectionLost)
        #expect(desk.isWell())
    }

    @Test func withNobodyThereTheTicketIsCalledAgain() {
        let desk = Desk.consulting()
        desk.zheng.loseLine()
        desk.li.loseLine()
        desk.floor.advance(by: .seconds(120))
        #expect(desk.wang.sees.ticket?.state == .waiting)
        #expect(desk.isWell())
    }

    @Test func aCitizenWhoStaysAwayEndsIt() {
        let desk = Desk.consulting(citizenIn: true)
        desk.wang.loseLine()
        desk.floor.advance(by: .seconds(120))
        #expect(desk.zheng.sees.seat?.state == .wrapUp)
        #expect(desk.li.sees.seat?.state == .ready)
        #expect(desk.isWell())
    }

    @Test func linesThatComeAndGoByTurnsCannotProlongItForEver() {
        let (floor, wang, zheng) = Floor.inSession()
        wang.loseLine()
        for _ in 0..<10 where zheng.sees.session?.state == .reconnecting {
            zheng.reload()
            floor.advance(by: .seconds(60))
        }
        #expect(zheng.sees.seat?.state == .wrapUp)
        #expect(floor.now <= Fixtures.morning + .minutes(6))
    }
}

@Suite("A consult and a restart")
struct ConsultRecoveryTests {
    @Test func aRingBeginsAnew() {
        let desk = Desk()
        desk.zheng.consult()
        desk.floor.crash()
        for person in [desk.wang, desk.zheng, desk.li] as [BrokerCoreTests.Participant] { person.resume() }
        #expect(desk.li.sees.reservation?.consult != nil)
        #expect(desk.zheng.sees.session?.consult?.state == .ringing)
        #expect(desk.isWell())
    }

    @Test func aTalkGoesOnWithWhoeverComesBack() {
        let desk = Desk.consulting(citizenIn: true)
        let epochs = desk.li.sees.consultMedia?.map(\.epoch)
        desk.floor.crash()
        for person in [desk.wang, desk.zheng, desk.li] as [BrokerCoreTests.Participant] { person.resume() }
        #expect(desk.wang.sees.session?.state == .consulting)
        #expect(desk.li.sees.session?.consult?.citizenIn == true)
        #expect(desk.li.sees.consultMedia?.map(\.epoch) == epochs, "media never stopped")
        #expect(desk.isWell())
    }

    @Test func aColleagueWhoDoesNotComeBackIsGivenUp() {
        let desk = Desk.consulting(citizenIn: true)
        desk.floor.crash()
        desk.wang.resume()
        desk.zheng.resume()
        desk.floor.advance(by: .seconds(30))
        #expect(desk.zheng.sees.session?.state == .connected)
        #expect(desk.zheng.sees.session?.consult == nil)
        #expect(desk.isWell())
    }

    @Test func aHandOverThatWaitedIsDone() {
        let desk = Desk.consulting(citizenIn: true)
        desk.li.loseLine()
        desk.zheng.handOver()
        desk.floor.crash()
        desk.wang.resume()
        #expect(desk.isWell())
        desk.li.resume()
        #expect(desk.wang.sees.session?.agent.name == "李文博")
        #expect(desk.isWell())
    }
}

@Suite("Tickets that were handed on")
struct HandedOnTests {
    @Test func aSeatThatTurnsItDownFreesItForOthersAtOnce() {
        let desk = Desk()
        let cai = desk.floor.agent("蔡晓岚")
        desk.zheng.transfer(seat: Fixtures.secondSeat)
        #expect(desk.li.sees.reservation != nil)
        desk.zheng.wrapUp(.transferred)
        #expect(cai.sees.reservation == nil)
        desk.li.reject()
        #expect(desk.zheng.sees.reservation != nil, "nobody else is at work: the sender's own seat, before the citizen waits in vain")
        #expect(desk.isWell())
    }

    @Test func theSendersSeatComesLast() {
        let desk = Desk()
        let chen = desk.floor.citizen("陈志强")
        chen.takeTicket()
        #expect(desk.floor.meet(chen, desk.li))
        desk.zheng.transfer()
        desk.zheng.wrapUp(.transferred)
        #expect(desk.zheng.sees.reservation == nil, "a colleague is at work and will be free")
        #expect(desk.isWell())
        desk.li.end()
        desk.li.wrapUp()
        #expect(desk.li.sees.reservation?.transfer != nil)
        #expect(desk.isWell())
    }

    @Test func theSendersSeatTakesItWhenTheLastColleagueRests() {
        let desk = Desk(colleagueReady: false)
        desk.zheng.transfer()
        desk.zheng.wrapUp(.transferred)
        #expect(desk.zheng.sees.reservation != nil)
        #expect(desk.isWell())
    }
}

import BrokerCore
import SignalingProtocol
import Testing

@Suite("On hold")
struct HoldTests {
    @Test func bothSeeItAndForHowLong() {
        let (floor, wang, zheng) = Floor.inSession()
        #expect(zheng.hold() == .ok)
        for page in [wang.sees, zheng.sees] {
            #expect(page.session?.state == .held)
            #expect(page.session?.stateDeadline == floor.now + .minutes(5))
        }
        floor.advance(by: .seconds(10))
        #expect(zheng.hold() == .ok, "twice does not begin anew")
        #expect(zheng.sees.session?.stateDeadline == floor.now + .minutes(5) + Milliseconds(-10_000))
        #expect(zheng.unhold() == .ok)
        #expect(wang.sees.session?.state == .connected)
        #expect(wang.sees.session?.stateDeadline == nil)
        #expect(zheng.unhold() == .ok)
        #expect(floor.store.events(of: wang.sessionID).suffix(2) == [.held, .resumed])
        #expect(Invariants.broken(on: floor) == [])
    }

    @Test func endsByItself() {
        let (floor, wang, zheng) = Floor.inSession()
        zheng.hold()
        floor.advance(by: Milliseconds(299_999))
        #expect(wang.sees.session?.state == .held)
        floor.advance(by: 1)
        #expect(wang.sees.session?.state == .connected)
        #expect(floor.store.events(of: wang.sessionID).last == .resumed)
        floor.advance(by: .minutes(30))
        #expect(wang.sees.session?.state == .connected)
        #expect(zheng.sees.seat?.state == .inSession)
    }

    @Test func workGoesOn() {
        let (floor, wang, zheng) = Floor.inSession()
        zheng.hold()
        #expect(wang.say("您还在吗", id: 1) == .ok)
        #expect(zheng.say("马上回来", id: 2) == .ok)
        #expect(wang.handIn(1) == .ok)
        #expect(zheng.judge(Fixtures.application, .accepted) == .ok)
        #expect(zheng.conclude(referredTo: "市行政服务中心") == .ok)
        #expect(wang.relayTarget() == .success(zheng.sees.connection), "the peer connection is kept")
        #expect(wang.sees.session?.state == .held)
        #expect(Invariants.broken(on: floor) == [])
    }

    @Test func mediaIsRenewedAndItStaysSo() {
        let (floor, wang, zheng) = Floor.inSession()
        zheng.hold()
        let deadline = zheng.sees.session?.stateDeadline
        #expect(wang.renewMedia(epoch: 1) == .ok)
        #expect(zheng.sees.media?.epoch == 2)
        zheng.open()
        #expect(zheng.sees.media?.epoch == 3, "a second page took over")
        #expect(zheng.sees.session?.state == .held)
        #expect(zheng.sees.session?.stateDeadline == deadline)
        #expect(Invariants.broken(on: floor) == [])
    }

    @Test(arguments: Role.allCases)
    func whoLeavesIsWaitedForAndFindsTheTalk(role: Role) {
        let (floor, wang, zheng) = Floor.inSession()
        zheng.hold()
        floor.advance(by: .seconds(200))
        let (gone, other): (Participant, Participant) = role == .citizen ? (wang, zheng) : (zheng, wang)
        gone.loseLine()
        #expect(other.sees.session?.state == .reconnecting)
        #expect(other.sees.session?.stateDeadline == floor.now + .seconds(120))
        floor.advance(by: .seconds(110))
        #expect(other.sees.session?.state == .reconnecting, "the hold's own limit is forgotten")
        gone.resume()
        #expect(other.sees.session?.state == .connected)
        #expect(other.sees.session?.stateDeadline == nil)
        #expect(Invariants.broken(on: floor) == [])
    }

    @Test(arguments: Role.allCases)
    func isEndedByEitherSide(role: Role) {
        let (floor, wang, zheng) = Floor.inSession()
        zheng.hold()
        #expect((role == .citizen ? wang.end() : zheng.end()) == .ok)
        #expect(wang.sees.ticket?.state == .done)
        #expect(zheng.sees.seat?.state == .wrapUp)
        floor.advance(by: .minutes(10))
        #expect(zheng.sees.seat?.state == .ready)
    }

    @Test func afterARestartTheTwoMeetAgain() {
        let (floor, wang, zheng) = Floor.inSession()
        zheng.hold()
        floor.crash()
        wang.resume()
        #expect(wang.sees.session?.state == .reconnecting)
        zheng.resume()
        #expect(wang.sees.session?.state == .connected)
        #expect(wang.sees.media?.epoch == 1)
        floor.advance(by: .minutes(6))
        #expect(wang.sees.session?.state == .connected)
        #expect(Invariants.broken(on: floor) == [])
    }

    @Test func isTheAgentsAloneAndOnlyInATalk() {
        let floor = Floor()
        let zheng = floor.readyAgent("郑小敏")
        let li = floor.agent("李文博")
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        zheng.accept()
        #expect(zheng.hold() == .refused(.wrongState))
        #expect(zheng.unhold() == .refused(.wrongState))
        wang.join()
        #expect(wang.send(.sessionHold(SessionReference(sessionID: wang.sessionID))) == .refused(.notAllowed))
        #expect(wang.send(.sessionResume(SessionReference(sessionID: wang.sessionID))) == .refused(.notAllowed))
        #expect(li.hold(wang.sessionID) == .refused(.notFound))
        #expect(li.unhold(wang.sessionID) == .refused(.notFound))
        wang.loseLine()
        #expect(zheng.hold() == .refused(.wrongState))
        wang.resume()
        zheng.end()
        #expect(zheng.hold() == .refused(.wrongState))
        #expect(zheng.unhold() == .refused(.wrongState))
    }
}

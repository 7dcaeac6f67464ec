import BrokerCore
import SignalingProtocol
import Testing

@Suite("Media")
struct MediaTests {
    @Test(arguments: Role.allCases)
    func beginsAnewForBothWhenOnePageReloads(role: Role) {
        let (_, wang, zheng) = Floor.inSession()
        let (reloading, other): (Participant, Participant) = role == .citizen ? (wang, zheng) : (zheng, wang)
        reloading.reload()
        #expect(reloading.sees.media?.epoch == 2)
        #expect(other.sees.media?.epoch == 2)
        #expect(other.sees.kinds().count { $0 == .sessionMedia } == 2)
    }

    @Test func beginsAnewWhenASecondPageTakesOver() {
        let (_, wang, zheng) = Floor.inSession()
        let first = wang.sees
        wang.open()
        #expect(first.goodbye == .superseded)
        #expect(wang.sees.media?.epoch == 2)
        #expect(zheng.sees.media?.epoch == 2)
        #expect(zheng.sees.session?.state == .connected)
    }

    @Test func goesOnWhenThePageStillHoldsIt() {
        let (_, wang, zheng) = Floor.inSession()
        wang.loseLine()
        wang.resume()
        #expect(wang.sees.media?.epoch == 1)
        #expect(zheng.sees.media?.epoch == 1)
        #expect(zheng.sees.session?.state == .connected)
        wang.loseLine()
        wang.resume(withMedia: false)
        #expect(zheng.sees.media?.epoch == 2)
    }

    @Test func beginsAnewWhenThePageHoldsAnOldEpoch() {
        let (_, wang, zheng) = Floor.inSession()
        wang.loseLine()
        zheng.renewMedia(epoch: 1)
        zheng.reload()
        #expect(zheng.sees.media?.epoch == 2)
        wang.resume()
        #expect(wang.sees.media?.epoch == 3)
        #expect(zheng.sees.media?.epoch == 3)
    }

    @Test func isRenewedOnceThoughBothAsk() {
        let (_, wang, zheng) = Floor.inSession()
        #expect(wang.renewMedia(epoch: 1) == .ok)
        #expect(zheng.renewMedia(epoch: 1) == .ok)
        #expect(wang.sees.media?.epoch == 2)
        #expect(zheng.sees.media?.epoch == 2)
        #expect(zheng.renewMedia(epoch: 9) == .ok)
        #expect(zheng.sees.media?.epoch == 2)
    }

    @Test func isNotRenewedWhileSomebodyIsAway() {
        let (_, wang, zheng) = Floor.inSession()
        wang.loseLine()
        #expect(zheng.renewMedia(epoch: 1) == .refused(.wrongState))
    }

    @Test func isRelayedToTheOtherSide() {
        let (floor, wang, zheng) = Floor.inSession()
        #expect(wang.relayTarget() == .success(zheng.sees.connection))
        #expect(zheng.relayTarget() == .success(wang.sees.connection))
        wang.loseLine()
        #expect(zheng.relayTarget() == .success(nil))
        #expect(wang.relayTarget() == .failure(WireError(.helloRequired)))
        wang.open()
        #expect(zheng.relayTarget() == .success(wang.sees.connection), "the newest page")
        zheng.end()
        #expect(wang.relayTarget() == .failure(WireError(.wrongState)))
        #expect(Invariants.broken(on: floor) == [])
    }

    @Test func mayBeMadeReadyFromTheCallToTheEndByThoseWhoTakePart() {
        let floor = Floor()
        let zheng = floor.readyAgent("郑小敏")
        let wang = floor.citizen("王秀英")
        let li = floor.citizen("李建国")
        wang.takeTicket()
        zheng.accept()
        let session = wang.sessionID
        #expect(floor.mediaRefusal(session, wang) == nil, "while it rings at the citizen")
        #expect(floor.mediaRefusal(session, zheng) == nil)
        #expect(floor.mediaRefusal(session, li) == .notFound)
        wang.join()
        #expect(floor.mediaRefusal(session, wang) == nil)
        wang.loseLine()
        #expect(floor.mediaRefusal(session, wang) == nil)
        wang.open()
        zheng.end()
        #expect(floor.mediaRefusal(session, wang) == .wrongState)
        zheng.wrapUp()
        #expect(floor.mediaRefusal(session, wang) == .notFound)
        #expect(floor.mediaRefusal(session, zheng) == .notFound)
    }

    @Test func mayBeMadeReadyByAColleagueOnceThere() {
        let (floor, wang, zheng) = Floor.inSession()
        let li = floor.agent("李文博")
        li.signOn(at: Fixtures.secondSeat)
        li.ready()
        zheng.consult()
        #expect(floor.mediaRefusal(wang.sessionID, li) == .notFound, "it only rings")
        li.accept()
        #expect(floor.mediaRefusal(wang.sessionID, li) == nil)
        zheng.endConsult()
        #expect(floor.mediaRefusal(wang.sessionID, li) == .notFound)
    }

    @Test func isNotRelayedBeforeTheCitizenEnters() {
        let floor = Floor()
        let zheng = floor.readyAgent("郑小敏")
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        zheng.accept()
        #expect(wang.relayTarget() == .failure(WireError(.wrongState)))
        #expect(zheng.relayTarget() == .failure(WireError(.wrongState)))
    }
}

extension Floor {
    fileprivate func mediaRefusal(_ session: SessionID, _ somebody: Participant) -> ErrorCode? {
        do throws(WireError) {
            try broker.checkMedia(of: session, for: somebody.person.endpoint)
            return nil
        } catch {
            return error.code
        }
    }
}

import SignalingProtocol
import Testing

@testable import BrokerCore

/// Version 3 of the item asks for form, identity and, of some, a mandate; version 4 asks for a seal in the place of the identity.
@Suite("A hall that adopts the next version")
struct AdoptionTests {
    private static let next = Fixtures.nextRegistrationItem

    private func materials(_ citizen: Citizen, on floor: Floor) -> [MaterialID]? {
        floor.store.cases[citizen.caseID]?.item.materials.map(\.id)
    }

    @Test func givesItToNewCasesAndLeavesThoseThatAreThere() throws {
        let floor = Floor()
        let wang = floor.citizen("王秀英")
        #expect(wang.takeTicket(.preReview) == .ok)
        #expect(floor.adopt(Self.next, replacing: 3) == nil)
        let chen = floor.citizen("陈志强")
        #expect(chen.takeTicket(.preReview) == .ok)
        #expect(wang.sees.ticket?.item.version == 3)
        #expect(chen.sees.ticket?.item.version == 4)
        let zheng = floor.readyAgent("郑小敏")
        #expect(floor.meet(wang, zheng))
        #expect(zheng.sees.session?.item.version == 3)
        #expect(zheng.sees.session?.materials.map(\.material.id) == Fixtures.registrationItem.materials.map(\.id))
        #expect(wang.handIn(1, for: Fixtures.identity) == .ok, "the old list is what counts for them")
        #expect(wang.handIn(2, for: Fixtures.seal) == .refused(.notFound))
        zheng.judge(Fixtures.application, .accepted)
        zheng.judge(Fixtures.identity, .accepted)
        #expect(zheng.conclude() == .ok)
        #expect(floor.store.cases[wang.caseID]?.outcomes.last?.item.version == 3)
        zheng.end()
        zheng.wrapUp(.precheckPassed)
        #expect(floor.meet(chen, zheng))
        #expect(zheng.sees.session?.materials.map(\.material.id) == Self.next.materials.map(\.id))
        #expect(Invariants.broken(on: floor) == [])
    }

    @Test func doesSoForItselfAlone() {
        let floor = Floor()
        #expect(floor.adopt(Self.next, replacing: 3) == nil)
        let wang = floor.citizen("王秀英")
        wang.takeTicket(.preReview, hall: Fixtures.otherHall)
        #expect(wang.sees.ticket?.item.version == 3)
        #expect(floor.broker.publishedItems(in: Fixtures.hall).contains(Self.next))
        #expect(floor.broker.publishedItems(in: Fixtures.otherHall).contains(Fixtures.registrationItem))
        #expect(floor.broker.publishedItems.contains(Self.next), "without a hall it is the newest that any has")
        #expect(floor.broker.adoptions(of: Fixtures.registration).map(\.version) == [4, 3])
    }

    @Test func offersNothingThatIsWithdrawnUntilItIsPutBack() {
        let floor = Floor()
        let wang = floor.citizen("王秀英")
        wang.takeTicket(.preReview)
        floor.handle(.withdrawn([Fixtures.registration]))
        #expect(floor.broker.isWithdrawn(Fixtures.registration))
        #expect(!floor.broker.publishedItems.map(\.code).contains(Fixtures.registration))
        #expect(floor.broker.adoptions(of: Fixtures.registration).isEmpty)
        let chen = floor.citizen("陈志强")
        #expect(chen.takeTicket(.preReview) == .refused(.itemNotOffered))
        #expect(floor.adopt(Self.next, replacing: 3) == .wrongState, "nobody adopts what is not offered")
        #expect(floor.meet(wang, floor.readyAgent("郑小敏")), "whoever has a ticket goes on")
        floor.handle(.withdrawn([]))
        #expect(floor.broker.adoptions(of: Fixtures.registration).map(\.version) == [3, 3])
        #expect(chen.takeTicket(.preReview) == .ok)
        #expect(floor.adopt(Self.next, replacing: 3) == nil)
    }

    @Test func staysWithdrawnOverARestart() {
        let floor = Floor()
        var state = floor.store.state(at: floor.now)
        state.withdrawn = [Fixtures.registration]
        let broker = Broker(configuration: BrokerConfiguration(), seed: 1, state: state)
        #expect(broker.isWithdrawn(Fixtures.registration))
        #expect(!broker.publishedItems.map(\.code).contains(Fixtures.registration))
    }

    @Test func keepsBothOverARestart() {
        let floor = Floor()
        let wang = floor.citizen("王秀英")
        wang.takeTicket(.preReview)
        #expect(floor.adopt(Self.next, replacing: 3) == nil)
        floor.crash()
        wang.reload()
        #expect(wang.sees.ticket?.item.version == 3)
        #expect(wang.handIn(1, for: Fixtures.identity) == .ok)
        let chen = floor.citizen("陈志强")
        chen.takeTicket(.preReview)
        #expect(chen.sees.ticket?.item.version == 4)
    }

    @Test func isHandedACaseOfAnotherVersionAndKeepsIt() {
        let (floor, wang, zheng) = Floor.inSession()
        let cai = floor.readyAgent("蔡晓岚", at: Fixtures.otherHallSeat)
        #expect(floor.adopt(Self.next, in: Fixtures.otherHall, replacing: 3) == nil)
        #expect(zheng.transfer(to: Fixtures.otherHall) == .ok)
        #expect(floor.meet(wang, cai))
        #expect(cai.sees.session?.item.version == 3)
        #expect(cai.sees.session?.materials.map(\.material.id) == Fixtures.registrationItem.materials.map(\.id))
        floor.crash()
        wang.reload()
        cai.reload()
        #expect(cai.sees.session?.item.version == 3)
    }

    @Test func goesOnWithAnEarlierCaseInTheVersionOfItsFirstVisit() {
        let (floor, wang, zheng) = Floor.inSession()
        let caseID = wang.caseID
        zheng.judge(Fixtures.application, .missing, note: "没有带")
        zheng.judge(Fixtures.identity, .accepted)
        zheng.conclude()
        zheng.end()
        zheng.wrapUp(.correctionNeeded)
        #expect(floor.adopt(Self.next, replacing: 3) == nil)
        let visit = TicketTake(hallID: Fixtures.hall, itemCode: Fixtures.registration, kind: .preReview, caseID: caseID)
        #expect(wang.send(.ticketTake(visit)) == .ok)
        #expect(wang.caseID == caseID)
        #expect(wang.sees.ticket?.item.version == 3)
        #expect(floor.store.tickets.values.first { $0.caseID == caseID && !$0.state.isTerminal }?.group == Fixtures.registrationGroup)
    }

    @Test func refusesWhatWasDecidedOnAnotherVersion() {
        let floor = Floor()
        #expect(floor.adopt(Self.next, replacing: 2) == .adoptionOutdated)
        #expect(floor.adopt(Self.next, replacing: nil) == .adoptionOutdated)
        #expect(floor.adopted == [])
        #expect(floor.adopt(Self.next, replacing: 3) == nil)
        #expect(floor.adopt(Self.next, replacing: 3) == .adoptionOutdated, "the second of two administrators")
        #expect(floor.adopt(Self.next, replacing: 4) == .invalidField, "it is there already")
        #expect(floor.adopt(Fixtures.registrationItem, replacing: 4) == nil, "a step back is an adoption as well")
        #expect(floor.adopt(Self.next, in: Fixtures.code("999999"), replacing: 3) == .notFound)
        #expect(floor.adopted.map(\.version) == [4, 3])
        #expect(floor.adopted.allSatisfy { $0.adoptedBy == Floor.administrator && $0.adoptedAt == floor.now })
    }

    @Test func mayTakeOnAnItemThatItDidNotHave() {
        let floor = Floor()
        var item = Fixtures.adviceItem
        item.code = Fixtures.code("refund")
        #expect(floor.adopt(item, replacing: 1) == .adoptionOutdated)
        #expect(floor.adopt(item, replacing: nil) == nil)
        #expect(floor.broker.publishedItems(in: Fixtures.hall).map(\.code).contains(item.code))
        #expect(!floor.broker.publishedItems(in: Fixtures.otherHall).map(\.code).contains(item.code))
    }
}

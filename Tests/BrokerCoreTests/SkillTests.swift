import BrokerCore
import SignalingProtocol
import Testing

@Suite("A seat's skills")
struct SkillTests {
    let floor = Floor()

    @Test func languageLetsOthersPass() {
        let wang = floor.citizen("王秀英")
        let chen = floor.citizen("陈志强")
        wang.takeTicket(language: .teochew)
        chen.takeTicket()
        let zheng = floor.readyAgent("郑小敏", skills: Skills(languages: [.mandarin, .english]))
        #expect(zheng.sees.reservation?.ticketNumber == "B002")
        #expect(wang.sees.ticket?.state == .waiting)
        floor.advance(by: 300)
        #expect(wang.sees.place?.ahead == 0, "the place is kept")
        let li = floor.readyAgent("李文博", at: Fixtures.secondSeat, skills: Skills(languages: [.teochew]))
        #expect(li.sees.reservation?.ticketNumber == "B001")
        #expect(Invariants.broken(on: floor) == [])
    }

    @Test func saysNothingMeansAll() {
        for language in SpokenLanguage.allCases {
            let floor = Floor()
            let zheng = floor.readyAgent("郑小敏")
            floor.citizen("王秀英").takeTicket(language: language)
            #expect(zheng.sees.reservation != nil, "\(language)")
        }
    }

    @Test func groupAndKindAreNeededToo() {
        let registration = floor.citizen("王秀英")
        let advice = floor.citizen("陈志强")
        let consultation = floor.citizen("林月娥")
        registration.takeTicket(.preReview)
        advice.takeTicket(.consultation, item: Fixtures.advice)
        consultation.takeTicket(.consultation)
        let zheng = floor.readyAgent("郑小敏", skills: Skills(groups: [Fixtures.adviceGroup], languages: []))
        #expect(zheng.sees.reservation?.ticketNumber == "A002")
        let li = floor.readyAgent("李文博", at: Fixtures.secondSeat, skills: Skills(kinds: [.consultation], languages: []))
        #expect(li.sees.reservation?.ticketNumber == "A003")
        #expect(registration.sees.ticket?.state == .waiting)
    }

    /// One seat of two classes takes them in the order of their places, not class by class.
    @Test func twoClassesAndOneSeat() {
        let zheng = floor.agent("郑小敏")
        zheng.signOn()
        for number in 0..<8 {
            let item = number % 3 == 0 ? Fixtures.advice : Fixtures.registration
            floor.citizen("市民\(number)").takeTicket(.consultation, item: item, language: number % 2 == 0 ? .mandarin : nil)
            floor.advance(by: .seconds(1))
        }
        zheng.ready()
        #expect(floor.serveEverybody(zheng) == (1...8).map { "A00\($0)" })
    }

    @Test func areThoseOfTheSignOn() {
        let zheng = floor.agent("郑小敏", skills: Skills(groups: [Fixtures.adviceGroup]))
        zheng.signOn()
        #expect(floor.store.seats[Fixtures.firstSeat]?.skills == Skills(groups: [Fixtures.adviceGroup]))
        zheng.signOff()
        let li = floor.readyAgent("李文博")
        floor.citizen("王秀英").takeTicket()
        #expect(li.sees.reservation != nil)
    }

    @Test func countTheCandidates() {
        let zheng = floor.readyAgent("郑小敏", skills: Skills(groups: [Fixtures.adviceGroup]))
        let li = floor.readyAgent("李文博", at: Fixtures.secondSeat, skills: Skills())
        floor.citizen("王秀英").takeTicket(.preReview)
        #expect(zheng.sees.reservation == nil)
        #expect(li.sees.reservation?.why.candidateSeats == 1)
        #expect(li.sees.reservation?.why.rule == .onlySeat)
    }
}

@Suite("The rule that chose")
struct RoutingRuleTests {
    let floor = Floor()

    @Test func onlySeatAndLongestIdle() {
        let zheng = floor.readyAgent("郑小敏", at: Fixtures.secondSeat)
        floor.advance(by: .seconds(3))
        let li = floor.readyAgent("李文博")
        floor.citizen("王秀英").takeTicket()
        #expect(zheng.sees.reservation?.why.rule == .longestIdle)
        #expect(zheng.sees.reservation?.why.candidateSeats == 2)
        floor.citizen("陈志强").takeTicket()
        #expect(li.sees.reservation?.why.rule == .onlySeat)
        #expect(li.sees.reservation?.why.candidateSeats == 1)
    }

    /// Wang was served by Li, who has been idle for less long than Zheng since.
    private func knownToLi() -> (wang: Citizen, zheng: Agent, li: Agent) {
        let wang = floor.citizen("王秀英")
        let li = floor.readyAgent("李文博", at: Fixtures.secondSeat)
        wang.takeTicket(.consultation)
        floor.serve(li)
        floor.advance(by: .seconds(1))
        let zheng = floor.readyAgent("郑小敏")
        li.notReady()
        floor.advance(by: .seconds(1))
        li.ready()
        return (wang, zheng, li)
    }

    @Test func earlierAgentWhileReady() {
        let (wang, zheng, li) = knownToLi()
        wang.takeTicket(.preReview)
        #expect(zheng.sees.reservation == nil)
        #expect(li.sees.reservation?.why.rule == .earlierAgent)
        #expect(li.sees.reservation?.why.candidateSeats == 2)
    }

    @Test func anybodyWhileTheEarlierAgentIsNotReady() {
        let (wang, zheng, li) = knownToLi()
        li.notReady()
        wang.takeTicket(.preReview)
        #expect(zheng.sees.reservation?.why.rule == .onlySeat)
    }

    @Test func longestIdleOnceTheEarlierAgentsWindowIsOver() {
        for (wait, rule) in [(120, RoutingRule.earlierAgent), (121, .longestIdle)] {
            let floor = Floor()
            let wang = floor.citizen("王秀英")
            let li = floor.readyAgent("李文博", at: Fixtures.secondSeat)
            wang.takeTicket(.consultation)
            floor.serve(li)
            li.notReady()
            wang.takeTicket(.preReview)
            wang.leave()
            let zheng = floor.readyAgent("郑小敏")
            floor.advance(by: .seconds(1))
            li.ready()
            floor.advance(by: .seconds(Int64(wait - 1)))
            #expect(wang.confirm() == .ok)
            #expect((zheng.sees.reservation ?? li.sees.reservation)?.why.rule == rule, "\(wait) s")
            #expect((li.sees.reservation != nil) == (rule == .earlierAgent))
        }
    }

    @Test func isKeptWithTheSession() {
        let zheng = floor.readyAgent("郑小敏")
        let wang = floor.citizen("王秀英")
        wang.takeTicket(priority: .elder)
        let why = zheng.sees.reservation?.why
        #expect(floor.meet(wang, zheng))
        #expect(why?.lane == .priority)
        #expect(floor.store.sessions[wang.sessionID]?.why == why)
    }
}

@Suite("Overflow")
struct OverflowTests {
    static let agreed = [Hall(id: Fixtures.hall, name: "湘桥区办税服务厅", overflow: [Fixtures.otherHall]), Hall(id: Fixtures.otherHall, name: "潮安区办税服务厅")]
    static let agreedTheOtherWay = [
        Hall(id: Fixtures.hall, name: "湘桥区办税服务厅"), Hall(id: Fixtures.otherHall, name: "潮安区办税服务厅", overflow: [Fixtures.hall]),
    ]

    @Test func comesAfterTheWaitAndNotBefore() throws {
        let floor = Floor(halls: Self.agreed)
        let cai = floor.readyAgent("蔡晓岚", at: Fixtures.otherHallSeat)
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        floor.advance(by: Milliseconds(599_999))
        #expect(cai.sees.reservation == nil)
        floor.advance(by: 1)
        #expect(cai.sees.reservation?.why.rule == .overflow)
        #expect(floor.meet(wang, cai))
        let session = try #require(floor.store.sessions[wang.sessionID])
        #expect(session.hall == Fixtures.otherHall)
        #expect(session.seat == Fixtures.otherHallSeat)
        #expect(wang.sees.session?.hall.id == Fixtures.otherHall)
        #expect(wang.sees.ticket?.hall.id == Fixtures.hall, "the ticket is where it was taken")
        #expect(Invariants.broken(on: floor) == [])
    }

    @Test func ringThatComesBackIsAtItsOldPlaceInItsOwnHall() {
        let floor = Floor(halls: Self.agreed)
        let cai = floor.readyAgent("蔡晓岚", at: Fixtures.otherHallSeat)
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        floor.advance(by: .minutes(10))
        cai.reject()
        #expect(floor.line() == ["B001"])
        #expect(floor.readyAgent("郑小敏").sees.reservation?.why.rule == .onlySeat)
    }

    @Test func goesOnlyToAHallThatAgreed() {
        let floor = Floor(halls: Self.agreedTheOtherWay)
        let cai = floor.readyAgent("蔡晓岚", at: Fixtures.otherHallSeat)
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        floor.advance(by: .minutes(60))
        #expect(cai.sees.reservation == nil)
        #expect(wang.sees.ticket?.state == .waiting)
    }

    @Test func comesAfterTheHelpersOwnTickets() {
        let floor = Floor(halls: Self.agreed)
        floor.citizen("王秀英").takeTicket(priority: .elder)
        floor.advance(by: .minutes(30))
        floor.citizen("陈志强").takeTicket(hall: Fixtures.otherHall)
        let cai = floor.readyAgent("蔡晓岚", at: Fixtures.otherHallSeat)
        #expect(cai.sees.reservation?.why.rule == .onlySeat)
        floor.serve(cai)
        #expect(cai.sees.reservation?.why.rule == .overflow)
    }

    /// Both seats are ready when the ticket can be called again; the helper's hall stands first in the list.
    @Test func comesAfterTheTicketsOwnSeats() {
        let floor = Floor(halls: Self.agreedTheOtherWay)
        let wang = floor.citizen("王秀英")
        wang.takeTicket(hall: Fixtures.otherHall)
        wang.leave()
        let zheng = floor.readyAgent("郑小敏")
        let cai = floor.readyAgent("蔡晓岚", at: Fixtures.otherHallSeat)
        floor.advance(by: .minutes(20))
        wang.confirm()
        #expect(zheng.sees.reservation == nil)
        #expect(cai.sees.reservation?.why.rule == .onlySeat)
    }

    @Test func isNotHeldUpByAYoungerTicketOfABetterLane() {
        let floor = Floor(halls: Self.agreed)
        let cai = floor.readyAgent("蔡晓岚", at: Fixtures.otherHallSeat)
        floor.citizen("王秀英").takeTicket(.consultation)
        floor.advance(by: .minutes(9))
        let elder = floor.citizen("陈志强")
        elder.takeTicket(.consultation, priority: .elder)
        #expect(floor.line() == ["A002", "A001"])
        floor.advance(by: .minutes(1))
        #expect(cai.sees.reservation?.ticketNumber == "1A001")
        #expect(elder.sees.ticket?.state == .waiting)
        #expect(Invariants.broken(on: floor) == [])
    }

    @Test func takesWhatTheSeatCanDo() {
        let floor = Floor(halls: Self.agreed)
        let cai = floor.readyAgent("蔡晓岚", at: Fixtures.otherHallSeat, skills: Skills(languages: [.mandarin]))
        floor.citizen("王秀英").takeTicket(language: .teochew)
        floor.citizen("陈志强").takeTicket(language: .mandarin)
        floor.advance(by: .minutes(10))
        #expect(cai.sees.reservation?.ticketNumber == "1B002")
    }

    @Test(arguments: [true, false])
    func leavesATicketWhereAnAgentSentIt(toOneSeat: Bool) {
        let floor = Floor(halls: Self.agreedTheOtherWay)
        let zheng = floor.readyAgent("郑小敏")
        let li = floor.readyAgent("李文博", at: Fixtures.secondSeat)
        let cai = floor.readyAgent("蔡晓岚", at: Fixtures.otherHallSeat)
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        #expect(floor.meet(wang, zheng))
        cai.notReady()
        floor.advance(by: .minutes(20))
        #expect(zheng.transfer(to: Fixtures.otherHall, seat: toOneSeat ? Fixtures.otherHallSeat : nil) == .ok)
        zheng.wrapUp()
        floor.advance(by: .minutes(5))
        #expect(li.sees.reservation == nil && zheng.sees.reservation == nil, "it does not flow straight back")
        #expect(li.sees.ringsEnded == [] && zheng.sees.ringsEnded == [.accepted], "and has not meanwhile")
        cai.ready()
        #expect(cai.sees.reservation?.ticketNumber == "1B001")
        #expect(Invariants.broken(on: floor) == [])
    }

    @Test func wakesUpByItselfAfterARestart() {
        let floor = Floor(halls: Self.agreed)
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        let cai = floor.readyAgent("蔡晓岚", at: Fixtures.otherHallSeat)
        floor.advance(by: .minutes(9))
        floor.crash()
        wang.open()
        cai.open()
        floor.advance(by: .seconds(59))
        #expect(cai.sees.reservation == nil)
        floor.advance(by: .seconds(1))
        #expect(cai.sees.reservation?.why.rule == .overflow)
    }
}

import BrokerCore
import SignalingProtocol
import Testing

/// Two seats in the hall, one across the street.
@Suite("A house that is changed while it is open")
struct HouseTests {
    private static let newHall: HallID = Fixtures.code("445181")
    private static let newSeat: SeatID = Fixtures.code("445181-s1")

    private func seat(_ id: SeatID, on floor: Floor) -> Seat? { floor.broker.allSeats.first { $0.id == id } }

    @Test func hasANewHallWithASeatAtOnceAndAfterARestart() throws {
        let floor = Floor()
        #expect(floor.change(.hall(Hall(id: Self.newHall, name: "饶平", revision: 0))) == nil)
        #expect(floor.change(.seat(Self.newSeat, hall: Self.newHall, number: "01", revision: 0)) == nil)
        let cai = floor.agent("蔡晓东", hall: Self.newHall)
        #expect(cai.signOn(at: Self.newSeat) == .ok)
        #expect(cai.ready() == .ok)
        for _ in 0..<2 {
            #expect(floor.broker.allHalls.first { $0.id == Self.newHall }?.revision == 1)
            #expect(seat(Self.newSeat, on: floor)?.revision == 1)
            floor.crash()
        }
        #expect(Invariants.broken(on: floor) == [])
    }

    @Test func neverTakesACodeOrANumberTwice() {
        let floor = Floor()
        #expect(floor.change(.hall(Hall(id: Fixtures.hall, name: "另一个", revision: 0))) == .alreadyTaken)
        #expect(floor.change(.seat(Self.newSeat, hall: Fixtures.hall, number: seat(Fixtures.firstSeat, on: floor)?.number ?? "", revision: 0)) == .alreadyTaken)
        #expect(floor.change(.seat(Self.newSeat, hall: Fixtures.code("999999"), number: "77", revision: 0)) == .notFound)
        #expect(floor.change(.hall(Hall(id: Self.newHall, name: "饶平", overflow: [Self.newHall], revision: 0))) == .invalidField)
    }

    @Test func tellsTheSecondAdministratorThatTheRowIsAnother() throws {
        let floor = Floor()
        var hall = try #require(floor.broker.allHalls.first { $0.id == Fixtures.hall })
        hall.name = "新名字"
        #expect(floor.change(.hall(hall)) == nil)
        #expect(floor.change(.hall(hall)) == .rowOutdated)
        #expect(floor.change(.seat(Fixtures.firstSeat, hall: Fixtures.hall, number: "88", revision: 1)) == nil)
        #expect(floor.change(.seat(Fixtures.firstSeat, hall: Fixtures.hall, number: "89", revision: 1)) == .rowOutdated)
        #expect(floor.change(.seatWithdrawn(Fixtures.firstSeat, true, revision: 1)) == .rowOutdated)
    }

    @Test func showsANewNumberToWhoeverIsThere() {
        let floor = Floor()
        let zheng = floor.readyAgent("郑小敏")
        #expect(floor.change(.seat(Fixtures.firstSeat, hall: Fixtures.hall, number: "88", revision: 1)) == nil)
        #expect(zheng.sees.seat?.number == "88")
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        #expect(floor.meet(wang, zheng))
        let li = floor.agent("李文博")
        #expect(li.signOn(at: Fixtures.secondSeat) == .ok)
        #expect(zheng.consult(seat: Fixtures.secondSeat) == .ok)
        #expect(floor.change(.seat(Fixtures.secondSeat, hall: Fixtures.hall, number: "99", revision: 1)) == nil)
        #expect(zheng.sees.session?.consult?.seatNumber == "99")
    }

    @Test func withdrawsNoSeatThatSomebodyIsAtAndGivesAWithdrawnOneToNobody() {
        let floor = Floor()
        let zheng = floor.readyAgent("郑小敏")
        #expect(floor.change(.seatWithdrawn(Fixtures.firstSeat, true, revision: 1)) == .inUse)
        #expect(zheng.signOff() == .ok)
        #expect(floor.change(.seatWithdrawn(Fixtures.firstSeat, true, revision: 1)) == nil)
        floor.crash()
        zheng.reload()
        #expect(zheng.sees.seats.map(\.id) == [Fixtures.secondSeat])
        #expect(zheng.signOn() == .refused(.notFound))
        #expect(floor.change(.seatWithdrawn(Fixtures.firstSeat, false, revision: 2)) == nil)
        #expect(zheng.signOn() == .ok)
    }

    @Test func callsByTheSkillsThatAnAgentHasNow() {
        let floor = Floor()
        let zheng = floor.readyAgent("郑小敏", skills: Skills(groups: ["别的"], languages: []))
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        #expect(zheng.sees.reservation == nil)
        var person = zheng.person
        person.skills = Skills(languages: [])
        person.name = "郑敏"
        #expect(floor.change(.agent(person)) == nil)
        #expect(zheng.sees.reservation != nil)
        #expect(seat(Fixtures.firstSeat, on: floor)?.agentName == "郑敏")
        person.halls = [Fixtures.otherHall]
        #expect(floor.change(.agent(person)) == .inUse, "they are signed on here")
    }

    // MARK: Suspending

    @Test func signsASuspendedAgentOff() {
        let floor = Floor()
        let zheng = floor.readyAgent("郑小敏")
        #expect(floor.change(.agentSuspended(zheng.id, .refuse)) == nil)
        #expect(seat(Fixtures.firstSeat, on: floor)?.state == .signedOff)
        #expect(floor.gone == [zheng.id])
        let nobody = AgentID(Fixtures.uuid(500))
        #expect(floor.change(.agentSuspended(nobody, .refuse)) == nil)
        #expect(floor.gone.last == nobody, "who is signed on nowhere is gone at once")
    }

    @Test func givesARingBackToItsPlace() {
        let floor = Floor()
        let zheng = floor.readyAgent("郑小敏")
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        #expect(zheng.sees.reservation != nil)
        let takenAt = wang.sees.ticket?.takenAt
        #expect(floor.change(.agentSuspended(zheng.id, .refuse)) == nil)
        #expect(wang.sees.ticket?.state == .waiting)
        #expect(wang.sees.ticket?.takenAt == takenAt)
        let li = floor.readyAgent("李文博", at: Fixtures.secondSeat)
        #expect(floor.meet(wang, li))
        #expect(Invariants.broken(on: floor) == [])
    }

    @Test func refusesToTearASessionApart() {
        let (floor, wang, zheng) = Floor.inSession()
        #expect(floor.change(.agentSuspended(zheng.id, .refuse)) == .openWork)
        #expect(floor.change(.agentSuspended(zheng.id, .handOver(to: zheng.id))) == .invalidField)
        #expect(floor.change(.agentSuspended(zheng.id, .handOver(to: AgentID(Fixtures.uuid(500))))) == .invalidField)
        #expect(wang.sees.session?.state == .connected)
        #expect(floor.gone.isEmpty)
    }

    @Test func handsASessionToTheColleagueWhoIsNamed() {
        let (floor, wang, zheng) = Floor.inSession()
        let li = floor.readyAgent("李文博", at: Fixtures.secondSeat)
        #expect(floor.change(.agentSuspended(zheng.id, .handOver(to: li.id))) == nil)
        #expect(seat(Fixtures.firstSeat, on: floor)?.state == .signedOff)
        #expect(floor.gone == [zheng.id])
        #expect(li.sees.reservation?.transfer?.fromAgentName == "郑小敏")
        #expect(floor.meet(wang, li))
        #expect(Invariants.broken(on: floor) == [])
    }

    @Test func handsOverACitizenWhoWasOnlyCalledYet() {
        let floor = Floor()
        let zheng = floor.readyAgent("郑小敏")
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        #expect(zheng.accept() == .ok)
        let li = floor.readyAgent("李文博", at: Fixtures.secondSeat)
        #expect(floor.change(.agentSuspended(zheng.id, .handOver(to: li.id))) == nil)
        #expect(floor.meet(wang, li))
        #expect(Invariants.broken(on: floor) == [])
    }

    @Test func letsASessionEndFirst() {
        let (floor, wang, zheng) = Floor.inSession()
        #expect(floor.change(.agentSuspended(zheng.id, .finish)) == nil)
        #expect(floor.broker.isLeaving(zheng.id))
        #expect(floor.gone.isEmpty)
        #expect(wang.end() == .ok)
        #expect(floor.gone.isEmpty, "wrap-up belongs to it")
        #expect(zheng.wrapUp() == .ok)
        #expect(floor.gone == [zheng.id])
        #expect(seat(Fixtures.firstSeat, on: floor)?.state == .signedOff)
        #expect(!floor.broker.isLeaving(zheng.id))
        #expect(!zheng.isOnline)
        #expect(Invariants.broken(on: floor) == [])
    }

    @Test func letsASessionEndFirstAlsoOverARestart() {
        let (floor, wang, zheng) = Floor.inSession()
        #expect(floor.change(.agentSuspended(zheng.id, .finish)) == nil)
        floor.crash()
        #expect(floor.broker.isLeaving(zheng.id))
        wang.resume()
        zheng.resume()
        #expect(wang.sees.session?.state == .connected)
        #expect(zheng.end() == .ok)
        #expect(zheng.wrapUp() == .ok)
        #expect(floor.gone == [zheng.id])
        #expect(seat(Fixtures.firstSeat, on: floor)?.state == .signedOff)
    }

    @Test func keepsAnAgentWhoIsTakenBackBeforeTheEnd() {
        let (floor, wang, zheng) = Floor.inSession()
        #expect(floor.change(.agentSuspended(zheng.id, .finish)) == nil)
        #expect(floor.change(.agentRestored(zheng.id)) == nil)
        #expect(wang.end() == .ok)
        #expect(zheng.wrapUp() == .ok)
        #expect(floor.gone.isEmpty)
        #expect(seat(Fixtures.firstSeat, on: floor)?.state == .ready)
    }

    @Test func endsWrapUpAsItsTimeWould() {
        let (floor, wang, zheng) = Floor.inSession()
        #expect(wang.end() == .ok)
        #expect(floor.change(.agentSuspended(zheng.id, .refuse)) == nil)
        #expect(floor.store.sessions.values.allSatisfy { $0.state == .closed })
        #expect(seat(Fixtures.firstSeat, on: floor)?.state == .signedOff)
    }

    @Test func takesAConsultantOutOfTheTalk() {
        let (floor, wang, zheng) = Floor.inSession()
        let li = floor.readyAgent("李文博", at: Fixtures.secondSeat)
        #expect(zheng.consult(seat: Fixtures.secondSeat) == .ok)
        #expect(floor.change(.agentSuspended(li.id, .refuse)) == nil, "it only rings yet")
        #expect(zheng.sees.session?.consult == nil)
        #expect(floor.change(.agentRestored(li.id)) == nil)
        li.open()
        #expect(li.signOn(at: Fixtures.secondSeat) == .ok)
        #expect(li.ready() == .ok)
        #expect(zheng.consult(seat: Fixtures.secondSeat) == .ok)
        #expect(li.accept() == .ok)
        #expect(floor.change(.agentSuspended(li.id, .refuse)) == nil)
        #expect(seat(Fixtures.secondSeat, on: floor)?.state == .signedOff)
        #expect(wang.sees.session?.state == .held || wang.sees.session?.state == .connected)
        #expect(Invariants.broken(on: floor) == [])
    }
}

import BrokerCore
import SignalingProtocol
import Testing

@Suite("A transfer")
struct TransferTests {
    /// Wang talks with Zheng; Li is ready beside, Cai across the street.
    private func everybody() -> (floor: Floor, wang: Citizen, zheng: Agent, li: Agent, cai: Agent) {
        let (floor, wang, zheng) = Floor.inSession()
        let li = floor.readyAgent("李文博", at: Fixtures.secondSeat)
        let cai = floor.readyAgent("蔡晓岚", at: Fixtures.otherHallSeat)
        return (floor, wang, zheng, li, cai)
    }

    @Test func toASeatWithEverythingAndTheNoteForTheNextAgentAlone() throws {
        let (floor, wang, zheng, li, _) = everybody()
        wang.handIn(1)
        zheng.judge(Fixtures.application, .accepted)
        let old = zheng.sessionID
        let taken = wang.sees.ticket?.takenAt
        #expect(zheng.transfer(seat: Fixtures.secondSeat, note: "请看经营范围") == .ok)
        #expect(zheng.sees.seat?.state == .wrapUp)
        #expect(zheng.sees.disposition == .transferred)
        #expect(wang.sees.ticket?.state == .reserved)
        #expect(wang.sees.ticket?.takenAt == taken)
        let ring = try #require(li.sees.reservation)
        let view = TransferView(fromHall: "湘桥区办税服务厅", fromSeatNumber: "01", fromAgentName: "郑小敏", note: "请看经营范围")
        #expect(ring.transfer == view)
        #expect(ring.why.rule == .directed)
        #expect(ring.why.candidateSeats == 1)
        #expect(floor.meet(wang, li))
        let session = try #require(li.sees.session)
        #expect(session.id != old)
        #expect(session.transfer == view)
        #expect(wang.sees.session?.transfer == nil, "not for the citizen")
        wang.reload()
        #expect(wang.sees.session?.transfer == nil)
        #expect(session.materials[0].files.count == 1)
        #expect(session.materials[0].verdict?.verdict == .accepted)
        #expect(session.chat == [], "a talk of its own")
        #expect(floor.store.events(of: old).suffix(2) == [.transferred, .ended])
        #expect(Invariants.broken(on: floor) == [])
    }

    @Test func leavesTheOldSeatItsWrapUpWhileTheNextTalkRuns() throws {
        let (floor, wang, zheng, li, _) = everybody()
        let old = zheng.sessionID
        zheng.transfer(seat: Fixtures.secondSeat)
        #expect(floor.meet(wang, li))
        let new = li.sessionID
        #expect(zheng.sees.session?.id == old)
        #expect(zheng.judge(Fixtures.application, .missing, note: "x") == .refused(.wrongState), "the matter is another's now")
        #expect(zheng.conclude(referredTo: "市行政服务中心") == .refused(.wrongState))
        #expect(zheng.hold() == .refused(.wrongState))
        #expect(zheng.transfer(to: Fixtures.otherHall) == .refused(.wrongState))
        #expect(zheng.end() == .ok, "it has ended")
        #expect(wang.sees.session?.state == .connected)
        #expect(zheng.wrapUp(.advised, note: "已转李文博") == .ok)
        let closed = try #require(floor.store.sessions[old])
        #expect(closed.disposition == .transferred, "a fact, whatever the agent chose")
        #expect(closed.note == "已转李文博")
        #expect(zheng.sees.seat?.state == .ready)
        #expect(wang.sees.session?.id == new)
        li.judge(Fixtures.application, .accepted)
        li.judge(Fixtures.identity, .accepted)
        #expect(li.conclude() == .ok)
        li.end()
        li.wrapUp(.precheckPassed)
        #expect(wang.sees.ticket?.state == .done)
        #expect(floor.store.sessions[new]?.disposition == .precheckPassed)
        #expect(Invariants.broken(on: floor) == [])
    }

    @Test func isNoWordForAnythingElse() {
        let (floor, _, zheng) = Floor.inSession()
        zheng.end()
        #expect(zheng.wrapUp(.transferred) == .refused(.invalidField, field: "disposition"))
        #expect(zheng.wrapUp(.advised) == .ok)
        #expect(Invariants.broken(on: floor) == [])
    }

    @Test func wrapUpThatRunsOutStaysATransfer() {
        let (floor, wang, zheng, li, _) = everybody()
        let old = zheng.sessionID
        zheng.transfer(seat: Fixtures.secondSeat)
        #expect(floor.meet(wang, li))
        floor.advance(by: .seconds(90))
        #expect(floor.store.sessions[old]?.disposition == .transferred)
        #expect(zheng.sees.seat?.state == .ready)
        #expect(wang.sees.session?.state == .connected)
    }

    @Test func toAnotherHall() throws {
        let (floor, wang, zheng, li, cai) = everybody()
        #expect(wang.sees.ticket?.number == "B001")
        #expect(zheng.transfer(to: Fixtures.otherHall, note: "请外厅办理") == .ok)
        #expect(wang.sees.ticket?.hall.id == Fixtures.otherHall)
        #expect(li.sees.reservation == nil)
        // That hall may have a B001 of its own.
        #expect(wang.sees.ticket?.number == "1B001")
        #expect(cai.sees.reservation?.ticketNumber == "1B001")
        #expect(cai.sees.reservation?.why.rule == .onlySeat)
        #expect(floor.meet(wang, cai))
        #expect(cai.sees.session?.hall.id == Fixtures.otherHall)
        #expect(cai.sees.session?.handlingHall == HallView(id: Fixtures.hall, name: "湘桥区办税服务厅"), "authority does not move with the ticket")
        #expect(cai.sees.session?.handlingHall == wang.sees.session?.handlingHall)
        // And back, after which the hall's numbers and the wait are told where the ticket is.
        #expect(cai.transfer(to: Fixtures.hall) == .ok)
        #expect(wang.sees.ticket?.number == "B001", "at home its number is its own")
        #expect(li.sees.reservation?.transfer?.fromHall == "潮安区办税服务厅")
        #expect(Invariants.broken(on: floor) == [])
    }

    @Test func waitsAtTheFrontOfTheLine() {
        let (floor, wang, zheng, li, _) = everybody()
        li.notReady()
        for name in ["陈志强", "林月娥"] { floor.citizen(name).takeTicket(.consultation, priority: .elder) }
        zheng.transfer()
        #expect(floor.line().first == "B001")
        #expect(wang.sees.ticket?.place?.ahead == 0)
        li.ready()
        #expect(li.sees.reservation?.ticketNumber == "B001")
    }

    @Test func byLanguage() {
        let (floor, wang, zheng) = Floor.inSession()
        let li = floor.readyAgent("李文博", at: Fixtures.secondSeat, skills: Skills(languages: [.mandarin]))
        #expect(zheng.transfer(language: .teochew) == .ok)
        #expect(li.sees.reservation == nil)
        #expect(wang.sees.ticket?.state == .waiting)
        let chen = floor.citizen("陈志强")
        chen.takeTicket()
        #expect(li.sees.reservation?.ticketNumber == "B002", "others pass")
        li.reject()
        li.signOff()
        let cai = floor.readyAgent("蔡文娟", at: Fixtures.secondSeat, skills: Skills(languages: [.teochew]))
        #expect(cai.sees.reservation?.ticketNumber == "B001")
        #expect(Invariants.broken(on: floor) == [])
    }

    @Test func waitsForTheChosenSeatOnlySoLong() {
        let (floor, wang, zheng, li, _) = everybody()
        let chen = floor.citizen("陈志强")
        chen.takeTicket()
        #expect(floor.meet(chen, li))
        zheng.transfer(seat: Fixtures.secondSeat)
        zheng.wrapUp()
        floor.advance(by: Milliseconds(119_999))
        #expect(wang.sees.ticket?.state == .waiting)
        #expect(zheng.sees.seat?.state == .ready)
        floor.advance(by: 1)
        #expect(zheng.sees.reservation == nil, "who handed it on comes last")
        li.end()
        li.wrapUp(ready: false)
        #expect(zheng.sees.reservation?.ticketNumber == "B001")
        #expect(zheng.sees.reservation?.why.rule == .onlySeat)
        #expect(Invariants.broken(on: floor) == [])
    }

    @Test func chosenSeatThatComesFreeInTimeIsRungBeforeOthers() {
        let (floor, wang, zheng, li, _) = everybody()
        let chen = floor.citizen("陈志强")
        chen.takeTicket()
        #expect(floor.meet(chen, li))
        zheng.transfer(seat: Fixtures.secondSeat)
        zheng.wrapUp()
        floor.advance(by: .seconds(60))
        li.end()
        li.wrapUp()
        #expect(li.sees.reservation?.why.rule == .directed)
        #expect(floor.meet(wang, li))
        floor.advance(by: .minutes(5))
        #expect(wang.sees.session?.state == .connected, "the window's end is nothing to a talk")
        #expect(Invariants.broken(on: floor) == [])
    }

    @Test func goesToAnybodyWhenTheChosenAgentSignedOffOrTurnedItDown() {
        for turnsDown in [true, false] {
            let (floor, wang, zheng, li, _) = everybody()
            if !turnsDown { li.notReady() }
            zheng.transfer(seat: Fixtures.secondSeat)
            if turnsDown { #expect(li.reject() == .ok) } else { #expect(li.signOff() == .ok) }
            zheng.wrapUp()
            #expect(wang.sees.ticket?.state == (turnsDown ? .reserved : .waiting), "whoever says no frees it at once")
            if !turnsDown { floor.advance(by: .seconds(120)) }
            #expect(zheng.sees.reservation?.ticketNumber == "B001")
            #expect(Invariants.broken(on: floor) == [])
        }
    }

    @Test func isRefusedToWhereItCannotGo() throws {
        let (floor, wang, zheng, li, cai) = everybody()
        #expect(zheng.transfer(seat: Fixtures.firstSeat) == .refused(.invalidField, field: "seat_id"), "one's own seat")
        #expect(zheng.transfer(to: try #require(HallID("999999"))) == .refused(.notFound, field: "hall_id"))
        #expect(zheng.transfer(seat: try #require(SeatID("W99"))) == .refused(.notFound, field: "seat_id"))
        #expect(zheng.transfer(seat: Fixtures.otherHallSeat) == .refused(.notFound, field: "seat_id"), "a seat of another hall")
        cai.signOff()
        #expect(zheng.transfer(to: Fixtures.otherHall, seat: Fixtures.otherHallSeat) == .refused(.notFound, field: "seat_id"), "nobody sits there")
        #expect(li.transfer(session: zheng.sessionID) == .refused(.notFound))
        let payload = SessionTransfer(sessionID: wang.sessionID, hallID: Fixtures.hall, seatID: nil, language: nil, note: "")
        #expect(wang.send(.sessionTransfer(payload)) == .refused(.notAllowed))
        #expect(wang.sees.session?.state == .connected)
        #expect(floor.store.events(of: wang.sessionID).contains(.transferred) == false)
        zheng.end()
        #expect(zheng.transfer() == .refused(.wrongState))
    }

    @Test func isRefusedBeforeTheCitizenEnters() {
        let floor = Floor()
        let zheng = floor.readyAgent("郑小敏")
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        zheng.accept()
        #expect(zheng.transfer(to: Fixtures.otherHall) == .refused(.wrongState))
        #expect(wang.join() == .ok)
    }

    @Test func fromAHold() {
        let (floor, wang, zheng, li, _) = everybody()
        zheng.hold()
        #expect(zheng.transfer(seat: Fixtures.secondSeat) == .ok)
        #expect(floor.meet(wang, li))
        floor.advance(by: .minutes(6))
        #expect(wang.sees.session?.state == .connected)
    }

    @Test func whileTheCitizensPageIsAway() {
        let (floor, wang, zheng, li, _) = everybody()
        wang.loseLine()
        #expect(zheng.transfer(seat: Fixtures.secondSeat) == .ok)
        #expect(li.sees.reservation == nil, "nobody is rung for a page that is not there")
        #expect(zheng.wrapUp() == .ok)
        floor.advance(by: .seconds(30))
        wang.resume()
        #expect(li.sees.reservation?.ticketNumber == "B001")
        #expect(floor.meet(wang, li))
        #expect(Invariants.broken(on: floor) == [])
    }

    @Test func ofACitizenWhoStaysAwayExpires() {
        let (floor, wang, zheng, _, _) = everybody()
        wang.loseLine()
        zheng.transfer(seat: Fixtures.secondSeat)
        floor.advance(by: .minutes(10))
        wang.open()
        #expect(wang.sees.ticket?.state == .expired)
        #expect(wang.sees.session == nil)
    }

    @Test func canBeGivenUpByTheCitizen() {
        let (floor, wang, zheng, li, _) = everybody()
        zheng.transfer(seat: Fixtures.secondSeat)
        #expect(wang.cancel() == .ok)
        #expect(li.sees.seat?.state == .ready)
        #expect(zheng.wrapUp() == .ok)
        #expect(wang.takeTicket() == .ok)
        #expect(Invariants.broken(on: floor) == [])
    }

    // MARK: Restarts

    @Test func survivesARestartBeforeTheNextAgentAccepts() throws {
        let (floor, wang, zheng, li, _) = everybody()
        let old = zheng.sessionID
        zheng.transfer(seat: Fixtures.secondSeat, note: "请看经营范围")
        floor.crash()
        for person in [wang, zheng, li] as [Participant] { person.open() }
        #expect(zheng.sees.session?.id == old)
        #expect(zheng.sees.seat?.state == .wrapUp)
        #expect(li.sees.reservation?.transfer?.note == "请看经营范围")
        #expect(li.sees.reservation?.why.rule == .directed)
        #expect(floor.meet(wang, li))
        #expect(Invariants.broken(on: floor) == [])
        #expect(zheng.wrapUp() == .ok)
        #expect(floor.store.sessions[old]?.disposition == .transferred)
    }

    @Test func survivesARestartWhileTheOldSeatWrapsUpBesideTheNewTalk() {
        let (floor, wang, zheng, li, _) = everybody()
        let old = zheng.sessionID
        zheng.transfer(seat: Fixtures.secondSeat)
        #expect(floor.meet(wang, li))
        let new = li.sessionID
        for _ in 0..<2 {
            floor.crash()
            for person in [wang, zheng, li] as [Participant] { person.open() }
            #expect(wang.sees.session?.id == new)
            #expect(wang.sees.session?.state == .connected)
            #expect(li.sees.session?.id == new)
            #expect(zheng.sees.session?.id == old)
            #expect(Invariants.broken(on: floor) == [])
        }
        #expect(wang.say("还在", id: 1) == .ok)
        #expect(li.judge(Fixtures.application, .accepted) == .ok)
        #expect(zheng.wrapUp() == .ok)
        #expect(floor.store.sessions[old]?.disposition == .transferred)
        li.end()
        #expect(wang.sees.ticket?.state == .done)
        #expect(Invariants.broken(on: floor) == [])
    }

    /// The window's deadline is known again after a restart, also when the ticket was not waiting just then.
    @Test(arguments: ["served", "parked"])
    func directionEndsAlthoughTheServerRestartedWhileItWas(_ state: String) {
        let (floor, wang, zheng, li, _) = everybody()
        zheng.transfer(seat: Fixtures.secondSeat)
        zheng.wrapUp(ready: false)
        #expect(li.accept() == .ok)
        if state == "served" { #expect(wang.join() == .ok) } else { #expect(li.end() == .ok) }
        floor.crash()
        wang.open()
        zheng.open()
        floor.advance(by: .seconds(121))
        if state == "parked" { #expect(wang.revive() == .ok) }
        #expect(wang.sees.ticket?.state == .waiting)
        zheng.ready()
        #expect(zheng.sees.reservation?.ticketNumber == "B001", "it does not wait for the lost seat for ever")
        #expect(Invariants.broken(on: floor) == [])
    }
}

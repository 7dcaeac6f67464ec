import SignalingProtocol
import Testing

@testable import BrokerCore

/// The hall can be booked from half past ten; now it is nine.
@Suite("Appointments")
struct AppointmentTests {
    private static let first = Fixtures.morning + .minutes(90)
    private static func slot(_ number: Int) -> Range<Instant> {
        let start = first + .minutes(Int64(30 * number))
        return start..<start + .minutes(30)
    }

    private static func plan(_ slots: [SlotPlan]) -> [HallID: OpeningPlan] {
        [Fixtures.hall: OpeningPlan(stretches: [], knownUntil: Fixtures.morning + .minutes(40 * 24 * 60), slots: slots)]
    }

    private static let one = plan((0..<4).map { SlotPlan(time: slot($0), capacity: 1) })

    private func floor(_ plans: [HallID: OpeningPlan] = one, configuration: BrokerConfiguration = BrokerConfiguration()) -> Floor {
        let floor = Floor(configuration: configuration)
        floor.tell(plans)
        return floor
    }

    private static func wish(
        _ slot: Int = 0, item: ItemCode = Fixtures.registration, kind: SessionKind = .consultation, replaces: AppointmentID? = nil
    ) -> AppointmentRequest {
        AppointmentRequest(hallID: Fixtures.hall, itemCode: item, kind: kind, startsAt: Self.slot(slot).lowerBound, replaces: replaces)
    }

    private func refusal(_ result: Result<AppointmentView, WireError>) -> ErrorCode? {
        if case .failure(let error) = result { error.code } else { nil }
    }

    private func free(_ floor: Floor, _ slot: Int = 0, group: String = Fixtures.registrationGroup) -> Int {
        floor.broker.slotOffers(in: Fixtures.hall, group: group, kind: .consultation, language: nil, within: Self.slot(slot), at: floor.now).first?.free ?? 0
    }

    // MARK: Booking

    @Test func areHeldAndThenBooked() throws {
        let floor = floor()
        let wang = floor.citizen("王秀英")
        let held = try wang.hold(Self.wish()).get()
        #expect(held.state == .held && held.number == "Y0001" && held.holdUntil == floor.now + .minutes(10))
        #expect(held.startsAt == Self.first && held.checkInFrom == Self.first + .minutes(-30) && held.checkInUntil == Self.first + .minutes(15))
        #expect(try wang.hold(Self.wish()).get().id == held.id, "sent again it is the same")
        #expect(free(floor) == 0)
        #expect(try wang.book(held.id).get().state == .booked)
        #expect(try wang.book(held.id).get().state == .booked)
        #expect(wang.sees.appointments.map(\.state) == [.booked])
        let chen = floor.citizen("陈志强")
        #expect(refusal(chen.hold(Self.wish())) == .slotFull)
        #expect(refusal(chen.book(held.id)) == .notFound, "somebody else's")
        #expect(try chen.hold(Self.wish(1)).get().number == "Y0002")
        #expect(Invariants.broken(on: floor) == [])
    }

    @Test func lapseWhenNobodyBooksThem() throws {
        let floor = floor()
        let wang = floor.citizen("王秀英")
        let held = try wang.hold(Self.wish()).get()
        floor.advance(by: .minutes(10))
        #expect(refusal(wang.book(held.id)) == .holdExpired)
        #expect(wang.sees.appointments.map(\.state) == [.lapsed])
        let chen = floor.citizen("陈志强")
        #expect(refusal(chen.hold(Self.wish())) == .slotShut)
    }

    @Test func areOnlyForTimesOnOffer() {
        let floor = floor()
        let wang = floor.citizen("王秀英")
        #expect(refusal(wang.hold(Self.wish(9))) == .slotFull)
        var wish = Self.wish()
        wish.startsAt = Self.first + 1
        #expect(refusal(wang.hold(wish)) == .slotFull)
        wish.hallID = Fixtures.code("999999")
        #expect(refusal(wang.hold(wish)) == .notFound)
        #expect(refusal(wang.hold(Self.wish(item: Fixtures.code("nothing")))) == .itemNotOffered)
        #expect(refusal(wang.hold(Self.wish(item: Fixtures.advice, kind: .preReview))) == .itemNotOffered)
        floor.advance(by: .minutes(31))
        #expect(refusal(wang.hold(Self.wish())) == .slotFull, "too soon")
        #expect(free(floor) == 0)
    }

    /// One seat does everything, one only registration: advice needs the first, registration makes room for it.
    @Test func findAPlaceByMakingRoom() throws {
        let narrow = Skills(groups: [Fixtures.registrationGroup], languages: [])
        let floor = floor(Self.plan([SlotPlan(time: Self.slot(0), capacity: 1), SlotPlan(time: Self.slot(0), covers: narrow, capacity: 1)]))
        let people = (0..<4).map { floor.citizen("市民\($0)") }
        #expect(free(floor) == 2 && free(floor, group: Fixtures.adviceGroup) == 1)
        #expect(try people[0].hold(Self.wish()).get().state == .held)
        #expect(free(floor, group: Fixtures.adviceGroup) == 1)
        #expect(try people[1].hold(Self.wish(item: Fixtures.advice)).get().state == .held)
        #expect(refusal(people[2].hold(Self.wish())) == .slotFull)
        #expect(refusal(people[3].hold(Self.wish(item: Fixtures.advice))) == .slotFull)
        #expect(floor.broker.slotLoads(in: Fixtures.hall, within: Self.slot(0)).map(\.taken) == [1, 1])
    }

    // MARK: Giving back

    @Test func leaveTheirPlaceShutForAWhile() throws {
        let floor = floor()
        let (wang, chen) = (floor.citizen("王秀英"), floor.citizen("陈志强"))
        let booked = try wang.hold(Self.wish(3)).get()
        _ = wang.book(booked.id)
        #expect(try wang.cancelAppointment(booked.id).get().state == .cancelled)
        #expect(try wang.cancelAppointment(booked.id).get().state == .cancelled)
        #expect(refusal(chen.hold(Self.wish(3))) == .slotShut)
        #expect(free(floor, 3) == 0)
        #expect(try wang.hold(Self.wish(3)).get().state == .held, "whoever gave it back may have it again")
        floor.advance(by: .minutes(10))
        floor.advance(by: .minutes(30))
        #expect(try chen.hold(Self.wish(3)).get().state == .held)
        #expect(Invariants.broken(on: floor) == [])
    }

    @Test func areMovedWithoutLosingTheOldOneFirst() throws {
        let floor = floor()
        let (wang, chen) = (floor.citizen("王秀英"), floor.citizen("陈志强"))
        let old = try wang.hold(Self.wish(0)).get()
        #expect(refusal(wang.hold(Self.wish(1, replaces: old.id))) == .wrongState, "it is only held")
        _ = wang.book(old.id)
        let new = try wang.hold(Self.wish(1, replaces: old.id)).get()
        #expect(floor.store.appointments[old.id]?.state == .booked)
        #expect(refusal(chen.hold(Self.wish(0))) == .slotFull)
        #expect(try wang.book(new.id).get().state == .booked)
        #expect(floor.store.appointments[old.id]?.state == .rescheduled)
        #expect(refusal(chen.hold(Self.wish(0))) == .slotShut)
        #expect(refusal(wang.cancelAppointment(old.id)) == .wrongState)
        #expect(refusal(chen.hold(Self.wish(2, replaces: new.id))) == .notFound, "somebody else's")
        #expect(wang.sees.appointments.first { $0.id == new.id }?.replaces == old.id)
    }

    // MARK: Limits

    @Test func areLimitedForEachPerson() throws {
        let floor = floor(Self.plan((0..<100).map { SlotPlan(time: Self.slot($0), capacity: 3) }))
        let wang = floor.citizen("王秀英")
        _ = try wang.hold(Self.wish(0)).get()
        #expect(refusal(wang.hold(Self.wish(1))) == .bookingLimit, "the same item on the same day")
        #expect(refusal(wang.hold(Self.wish(0, item: Fixtures.advice))) == .bookingLimit, "at the same time")
        let second = try wang.hold(Self.wish(1, item: Fixtures.advice)).get()
        #expect(refusal(wang.hold(Self.wish(60))) == .bookingLimit, "a third")
        _ = wang.cancelAppointment(second.id)
        for place in 60..<64 { _ = wang.cancelAppointment(try wang.hold(Self.wish(place)).get().id) }
        #expect(refusal(wang.hold(Self.wish(70))) == .bookingLimit, "five are shut because of them")
        floor.advance(by: .minutes(31))
        #expect(try wang.hold(Self.wish(61)).get().state == .held)
    }

    @Test func areDeniedToThoseWhoNeverCome() throws {
        var configuration = BrokerConfiguration()
        configuration.booking.missedLimit = 1
        let floor = floor(Self.plan((0..<100).map { SlotPlan(time: Self.slot($0), capacity: 3) }), configuration: configuration)
        let wang = floor.citizen("王秀英")
        let booked = try wang.hold(Self.wish()).get()
        _ = wang.book(booked.id)
        floor.advance(by: .minutes(104))
        #expect(floor.store.appointments[booked.id]?.state == .booked)
        floor.advance(by: .minutes(1))
        #expect(floor.store.appointments[booked.id]?.state == .noShow)
        #expect(refusal(wang.checkInAppointment(booked.id)) == .tooLate)
        #expect(refusal(wang.hold(Self.wish(60))) == .bookingLimit)
        floor.crash()
        floor.tell(Self.plan((0..<100).map { SlotPlan(time: Self.slot($0), capacity: 3) }))
        #expect(refusal(wang.hold(Self.wish(60))) == .bookingLimit, "a restart forgets nothing")
    }

    // MARK: Coming

    @Test func becomeATicketThatEntersItsLaneWhenDue() throws {
        let floor = floor()
        let wang = floor.citizen("王秀英")
        let booked = try wang.hold(Self.wish()).get()
        #expect(refusal(wang.checkInAppointment(booked.id)) == .wrongState)
        _ = wang.book(booked.id)
        #expect(refusal(wang.checkInAppointment(booked.id)) == .tooEarly)
        floor.advance(by: .minutes(65))
        let checkedIn = try wang.checkInAppointment(booked.id).get()
        #expect(checkedIn.state == .checkedIn && checkedIn.ticketID == wang.sees.ticket?.id && checkedIn.caseNumber == wang.sees.ticket?.caseNumber)
        #expect(wang.sees.ticket?.lane == .ordinary)
        let chen = floor.citizen("陈志强")
        #expect(chen.takeTicket(.consultation) == .ok)
        floor.advance(by: .minutes(25))
        #expect(wang.sees.ticket?.lane == .appointment)
        #expect(Invariants.broken(on: floor) == [])
        let zheng = floor.readyAgent("郑小敏")
        #expect(floor.meet(wang, zheng))
        #expect(refusal(wang.cancelAppointment(booked.id)) == .wrongState)
        zheng.end()
        #expect(floor.store.appointments[booked.id]?.state == .served)
        zheng.wrapUp(.advised)
        #expect(Invariants.broken(on: floor) == [])
    }

    @Test func takeTheTicketThatIsThere() throws {
        let floor = floor()
        let wang = floor.citizen("王秀英")
        let booked = try wang.hold(Self.wish()).get()
        _ = wang.book(booked.id)
        floor.advance(by: .minutes(80))
        #expect(wang.takeTicket(.preReview) == .ok)
        #expect(refusal(wang.checkInAppointment(booked.id)) == .wrongState, "it is for another matter")
        wang.cancel()
        #expect(wang.takeTicket(.consultation) == .ok)
        floor.advance(by: .minutes(15))
        #expect(try wang.checkInAppointment(booked.id).get().ticketID == wang.sees.ticket?.id)
        #expect(wang.sees.ticket?.lane == .appointment, "due at once")
        #expect(try wang.checkInAppointment(booked.id).get().state == .checkedIn)
    }

    @Test(arguments: [(true, AppointmentState.cancelled), (false, .noShow)])
    func endWithTheirTicket(isGivenUp: Bool, state: AppointmentState) throws {
        let floor = floor()
        let wang = floor.citizen("王秀英")
        let booked = try wang.hold(Self.wish()).get()
        _ = wang.book(booked.id)
        floor.advance(by: .minutes(89))
        _ = try wang.checkInAppointment(booked.id).get()
        if isGivenUp {
            _ = wang.cancelAppointment(booked.id)
        } else {
            wang.loseLine()
            floor.advance(by: .minutes(10))
        }
        #expect(floor.store.appointments[booked.id]?.state == state)
        #expect(Invariants.broken(on: floor) == [])
    }

    @Test func areNotWaitedForWhereNobodyIs() throws {
        let floor = floor()
        let wang = floor.citizen("王秀英")
        let booked = try wang.hold(Self.wish()).get()
        _ = wang.book(booked.id)
        wang.loseLine()
        floor.advance(by: .minutes(80))
        #expect(try wang.checkInAppointment(booked.id).get().state == .checkedIn, "from a page without a line")
        let ticket = try #require(floor.store.tickets.values.first)
        #expect(floor.store.cases[ticket.caseID]?.record.citizenName == "王秀英")
        floor.advance(by: .minutes(10))
        #expect(floor.store.tickets[ticket.id]?.state == .expired)
    }

    // MARK: A schedule that changes

    @Test func staySomebodysRightWhenTheScheduleMoves() throws {
        let floor = floor(Self.plan((0..<3).map { SlotPlan(time: Self.slot($0), capacity: 2) }))
        let (wang, chen) = (floor.citizen("王秀英"), floor.citizen("陈志强"))
        let early = try wang.hold(Self.wish()).get()
        let late = try chen.hold(Self.wish()).get()
        _ = (wang.book(early.id), chen.book(late.id))
        floor.tell(Self.one)
        #expect(wang.sees.appointments.map(\.moved) == [false], "who came first keeps it")
        #expect(chen.sees.appointments.map(\.moved) == [true])
        let other = try chen.hold(Self.wish(1, replaces: late.id)).get()
        _ = chen.cancelAppointment(other.id)
        #expect(wang.sees.appointments.map(\.moved) == [false])
        _ = wang.cancelAppointment(early.id)
        #expect(chen.sees.appointments.first { $0.id == late.id }?.moved == false, "the place that is free is theirs")
        floor.tell(Self.plan([]))
        #expect(chen.sees.appointments.first { $0.id == late.id }?.moved == true)
        floor.advance(by: .minutes(105))
        #expect(floor.store.appointments[late.id]?.state == .cancelled, "nobody missed a time that was taken away")
    }

    @Test func cannotBeBookedWhenTheTimeIsGone() throws {
        let floor = floor()
        let wang = floor.citizen("王秀英")
        let held = try wang.hold(Self.wish()).get()
        floor.tell(Self.plan([]))
        #expect(refusal(wang.book(held.id)) == .slotFull)
    }

    // MARK: Restarts

    @Test func liveOnOverARestart() throws {
        let floor = floor()
        let (wang, chen) = (floor.citizen("王秀英"), floor.citizen("陈志强"))
        let held = try wang.hold(Self.wish(0)).get()
        let booked = try chen.hold(Self.wish(1)).get()
        _ = chen.book(booked.id)
        floor.advance(by: .minutes(9))
        floor.crash(openings: Self.one)
        wang.reload()
        #expect(wang.sees.appointments.map(\.state) == [.held])
        floor.advance(by: .minutes(9))
        #expect(try wang.book(held.id).get().state == .booked, "the wait began anew")
        #expect(refusal(floor.citizen("李四").hold(Self.wish(1))) == .slotFull)
        // The server is away while the citizen wants to check in.
        floor.stall(for: .minutes(120))
        floor.crash(openings: Self.one)
        chen.reload()
        #expect(try chen.checkInAppointment(booked.id).get().state == .checkedIn)
        #expect(try chen.checkInAppointment(booked.id).get().number == "Y0002")
        #expect(Invariants.broken(on: floor) == [])
    }
}

extension Citizen {
    fileprivate func hold(_ wish: AppointmentRequest) -> Result<AppointmentView, WireError> { floor.book(.hold(wish, name: person.name), by: id) }
    fileprivate func book(_ appointment: AppointmentID) -> Result<AppointmentView, WireError> { floor.book(.book(appointment), by: id) }
    fileprivate func cancelAppointment(_ appointment: AppointmentID) -> Result<AppointmentView, WireError> { floor.book(.cancel(appointment), by: id) }
    fileprivate func checkInAppointment(_ appointment: AppointmentID) -> Result<AppointmentView, WireError> {
        floor.book(.checkIn(appointment, entropy: floor.nextNumber()), by: id)
    }
}

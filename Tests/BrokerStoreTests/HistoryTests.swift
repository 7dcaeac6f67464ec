import BrokerCore
import BrokerStore
import SignalingProtocol
import Testing

@Suite("What a rehearsal learns from")
struct HistoryTests {
    private let day = Fixtures.morning..<(Fixtures.morning + .minutes(24 * 60))

    /// Commits a ticket of its own citizen and, when it was served, its session and ring.
    private func visit(
        _ number: Int, _ desk: Desk, at minute: Int64, state: TicketState, waited: Milliseconds, talk: Milliseconds = .minutes(6),
        disposition: Disposition = .advised, change: (inout Ticket) -> Void = { _ in }
    ) throws {
        let takenAt = Fixtures.morning + .minutes(minute)
        let citizen = CitizenID(Fixtures.uuid(700 + number))
        var ticket = Fixtures.ticket(number, citizen: citizen, caseNumber: number, state: state, takenAt: takenAt)
        ticket.endedAt = state.isTerminal ? takenAt + waited + (state == .abandoned ? 0 : talk) : nil
        ticket.firstRungAt = state == .done ? takenAt + waited : nil
        change(&ticket)
        try desk.commit(.serviceCase(Fixtures.serviceCase(number, citizen: citizen)), .ticket(ticket))
        guard state == .done else { return }
        let began = takenAt + waited + .seconds(4)
        let reservation = Reservation(
            id: ReservationID(Fixtures.uuid(300 + number)), ticket: ticket.id, seat: Fixtures.firstSeat, agent: Fixtures.zheng, why: Fixtures.why,
            createdAt: takenAt + waited, deadline: began + .seconds(16), state: .accepted, rejectReason: nil, endedAt: began)
        let session = Session(
            id: SessionID(Fixtures.uuid(400 + number)), ticket: ticket.id, ticketNumber: ticket.number, caseID: ticket.caseID, kind: ticket.kind,
            hall: ticket.hall, seat: Fixtures.firstSeat, seatNumber: "01", agent: Fixtures.zheng, agentName: "郑小敏", citizen: citizen, citizenName: "王秀英",
            why: Fixtures.why, startedAt: began, transfer: nil, state: .closed, calls: 1, mediaEpoch: 0, deadline: nil, disposition: disposition, note: "",
            endedAt: began + talk, closedAt: began + talk + .seconds(50))
        try desk.commit(.reservation(reservation), .session(session))
    }

    @Test func countsWhoCameHowLongTheyTookAndWhoLeft() throws {
        let desk = try Desk()
        try visit(1, desk, at: 30, state: .done, waited: .minutes(2))
        try visit(2, desk, at: 10, state: .abandoned, waited: .minutes(5))
        try visit(3, desk, at: 40, state: .done, waited: .minutes(1), talk: .seconds(75), disposition: .noShow)
        // Still waiting: it came, and nobody knows yet how long it waits.
        try visit(4, desk, at: 50, state: .waiting, waited: 0)
        // Kept the place and went away: it waits otherwise.
        try visit(5, desk, at: 55, state: .abandoned, waited: .minutes(90)) { $0.callBack = .away }
        let history = try desk.store.history(of: Fixtures.hall, within: day)
        #expect(history.arrivals.map(\.at) == [10, 30, 40, 50, 55].map { Fixtures.morning + .minutes($0) })
        #expect(history.arrivals.allSatisfy { $0.item == Fixtures.registration.code && $0.group == "登记" && $0.kind == .preReview && $0.lane == .guided })
        #expect(history.handlings.map(\.talk) == [.minutes(6)], "nobody was served in the talk that nobody entered")
        #expect(history.handlings.map(\.wrapUp) == [.seconds(50)])
        #expect(history.rings == [.seconds(4), .seconds(4)])
        #expect(history.waited == .minutes(8))
        #expect(history.leftThemselves == 1)
        #expect(history.patienceMean == .minutes(8))
    }

    @Test func onlyTheHallsOwnAndOnlyWithinTheTime() throws {
        let desk = try Desk()
        try visit(1, desk, at: 30, state: .done, waited: .minutes(2))
        let before = Fixtures.morning..<(Fixtures.morning + .minutes(30))
        for (hall, time) in [(Fixtures.hall, before), (Fixtures.halls[1].id, day)] {
            let history = try desk.store.history(of: hall, within: time)
            #expect(history == HallHistory(arrivals: [], handlings: [], rings: [], waited: 0, leftThemselves: 0))
            #expect(history.patienceMean == nil)
        }
    }
}

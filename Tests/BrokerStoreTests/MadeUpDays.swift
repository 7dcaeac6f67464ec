import BrokerCore
import Foundation
import Scheduling
import SignalingProtocol

@testable import BrokerStore

/// A few days of rows that say anything that rows may say, in two halls, one of which has a day of 23 hours and one of 25. The same seed gives the same rows.
struct MadeUpDays {
    /// Steel, Lea and Flood's SplitMix64.
    struct Chance: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
            return mixed ^ (mixed >> 31)
        }

        mutating func happens(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
        mutating func pick<Value>(_ values: [Value]) -> Value { values[Int.random(in: 0..<values.count, using: &self)] }
        mutating func milliseconds(_ range: ClosedRange<Int64>) -> Milliseconds { Milliseconds(.random(in: range, using: &self)) }
    }

    struct SeatChange {
        let seat: Seat
        let at: Instant
    }

    static let otherHall = Fixtures.halls[1].id
    static let thirdSeat: SeatID = Fixtures.code("W03")
    static let seats = Fixtures.seats + [Seat(id: thirdSeat, hall: otherHall, number: "01", since: begin)]
    /// 2026-03-26 00:00 in Chaozhou.
    static let begin = Instant(milliseconds: 1_774_454_400_000)
    static let length = Milliseconds.minutes(7 * 24 * 60)
    static let now = begin + length
    /// One hour ahead of UTC; two from the night of 28 March until that of 30 March.
    static let steppingZone = ZoneRules(
        name: "Made/Up", offset: .minutes(60),
        steps: [
            .init(at: begin + .minutes(2 * 1_440 + 9 * 60), offset: .minutes(120)),
            .init(at: begin + .minutes(4 * 1_440 + 9 * 60), offset: .minutes(60)),
        ])
    static let places = [FigureQuestion.Place(hall: Fixtures.hall, zone: .china), .init(hall: otherHall, zone: steppingZone)]

    private(set) var records: [Record] = []
    private(set) var seatChanges: [SeatChange] = []
    private var chance: Chance
    private var lastID = 10_000
    private var seatsWithOpenSession: Set<SeatID> = []
    private var cases: [Case] = []

    init(seed: UInt64, tickets: Int) {
        chance = Chance(state: seed)
        for _ in 0..<tickets { addTicket() }
        for seat in Self.seats { addTime(of: seat) }
    }

    private mutating func newID() -> UUID {
        lastID += 1
        return Fixtures.uuid(lastID)
    }

    private mutating func addTicket() {
        let item = chance.pick([Fixtures.registration, Fixtures.advice])
        let taken = Self.begin + chance.milliseconds(0...Self.length.count)
        let visited = cases.filter { $0.openedAt < taken }
        let record: Case
        if chance.happens(20), !visited.isEmpty {
            record = chance.pick(visited)
        } else {
            record = Case(
                id: CaseID(newID()), number: "445102-\(lastID)", lookUpCode: "\(lastID)", citizen: CitizenID(newID()), citizenName: "王秀英",
                hall: Fixtures.hall, item: Fixtures.reference(item), openedAt: taken)
            cases.append(record)
            records.append(.serviceCase(record))
        }
        let state = chance.pick([TicketState.done, .done, .done, .abandoned, .noShow, .declined, .expired, .waiting, .parked])
        var ticket = Ticket(
            id: TicketID(newID()), number: "A\(lastID)", hall: chance.pick([Fixtures.hall, Self.otherHall]), item: record.item, group: "登记",
            kind: chance.pick([.consultation, .preReview]), citizen: CitizenID(newID()), caseID: record.id, lane: .ordinary, language: nil, takenAt: taken,
            state: state)
        // Some wait hardly at all, so that many waits are alike and some are exactly the limit of the service level.
        let waits: [Milliseconds] = [0, .seconds(60), .seconds(300), Milliseconds(300_001), chance.milliseconds(0...7_200_000)]
        var at = taken + chance.pick(waits)
        ticket.endedAt = state.isTerminal ? at : nil
        records.append(.ticket(ticket))
        let isServed = state == .done || state == .parked || state == .noShow || state == .declined || chance.happens(20)
        // Handed on: another session each time.
        for _ in 0..<(isServed ? chance.pick([1, 1, 1, 2, 3]) : 0) { at = addSession(of: ticket, at: at) }
        guard state.isTerminal else { return }
        ticket.endedAt = max(at, ticket.endedAt ?? at)
        records.append(.ticket(ticket))
    }

    /// - Returns: when the talk ended.
    private mutating func addSession(of ticket: Ticket, at begin: Instant) -> Instant {
        let seat = chance.pick(Self.seats)
        // From nothing to half a day: some go over midnight.
        let ended = begin + chance.pick([0, chance.milliseconds(0...1_800_000), chance.milliseconds(0...43_200_000)])
        let isOpen = chance.happens(3) && seatsWithOpenSession.insert(seat.id).inserted
        var session = Session(
            id: SessionID(newID()), ticket: ticket.id, ticketNumber: ticket.number, caseID: ticket.caseID, kind: ticket.kind, hall: seat.hall,
            seat: seat.id, seatNumber: seat.number, agent: Fixtures.zheng, agentName: "郑小敏", citizen: ticket.citizen, citizenName: "王秀英",
            why: Fixtures.why, startedAt: begin, transfer: nil, state: isOpen ? .wrapUp : .closed, calls: 1, mediaEpoch: 1, deadline: nil,
            disposition: isOpen ? nil : chance.pick([.advised, .transferred, .noShow, .dropped, .unrecorded]), note: "", endedAt: ended,
            closedAt: isOpen ? nil : ended + chance.milliseconds(0...120_000))
        if isOpen, chance.happens(50) {
            session.state = .connected
            session.endedAt = nil
        }
        let hasOutcome = ticket.kind == .preReview && chance.happens(60)
        // A colleague is there meanwhile: no session of their own.
        if session.state == .connected, !hasOutcome, chance.happens(50) { session.consult = Fixtures.consult() }
        records.append(.session(session))
        if hasOutcome { addOutcome(of: ticket.caseID, in: session) }
        return ended + 1
    }

    private mutating func addOutcome(of id: CaseID, in session: Session) {
        let version = records.count { if case .outcome(_, let outcome) = $0 { outcome.caseID == id } else { false } } + 1
        let outcome = Fixtures.outcome(version: version, result: chance.pick(OutcomeResult.allCases))
        records.append(
            .outcome(
                session.id,
                OutcomeView(
                    caseID: id, caseNumber: outcome.caseNumber, version: version, result: outcome.result, item: outcome.item, hall: outcome.hall,
                    handlingHall: outcome.handlingHall, seatNumber: outcome.seatNumber, agentName: outcome.agentName, entries: outcome.entries,
                    referredTo: "", note: "", concludedAt: session.startedAt)))
    }

    /// The seat comes and goes, at full minutes.
    private mutating func addTime(of seat: Seat) {
        var at = Self.begin
        while at < Self.now {
            at = at + .minutes(.random(in: 1...600, using: &chance))
            var next = seat
            next.since = at
            next.state = chance.pick(SeatState.allCases)
            next.agent = next.state == .signedOff ? nil : AgentID(Fixtures.uuid(70 + (Self.seats.firstIndex { $0.id == seat.id } ?? 0)))
            next.notReadyReason = next.state == .notReady ? .rest : nil
            seatChanges.append(SeatChange(seat: next, at: at))
            records.append(.seat(next))
        }
    }
}

import BrokerCore
import SignalingProtocol

/// What the records of a story come to, reckoned without a database.
struct Ledger {
    private var seats = Dictionary(uniqueKeysWithValues: Fixtures.seats.map { ($0.id, $0) })
    private(set) var tickets: [TicketID: Ticket] = [:]
    private(set) var reservations: [ReservationID: Reservation] = [:]
    private(set) var sessions: [SessionID: Session] = [:]
    private(set) var cases: [CaseID: CaseFile] = [:]
    private var chats: [SessionID: [ChatMessageView]] = [:]
    private(set) var events: [SessionEvent] = []

    mutating func apply(_ record: Record) {
        switch record {
        case .ticket(let ticket): tickets[ticket.id] = ticket
        case .reservation(let reservation): reservations[reservation.id] = reservation
        case .seat(let seat): seats[seat.id] = seat
        case .session(let session): sessions[session.id] = session
        case .serviceCase(let opened): cases[opened.id] = CaseFile(record: opened, item: Fixtures.registration)
        case .file(let id, let file): cases[id]?.files.append(file)
        case .fileRemoved(let id, let file): cases[id]?.files.removeAll { $0.id == file }
        case .verdict(let id, _, let verdict):
            cases[id]?.verdicts.removeAll { $0.materialID == verdict.materialID }
            cases[id]?.verdicts.append(verdict)
        case .verdictWithdrawn(let id, let material): cases[id]?.verdicts.removeAll { $0.materialID == material }
        case .outcome(_, let outcome): cases[outcome.caseID]?.outcomes.append(outcome)
        case .chat(let session, let message): chats[session, default: []].append(message)
        case .event(let event): events.append(event)
        }
    }

    private var handlingTimes: [HallID: [Milliseconds]] {
        let closed = sessions.values.filter { $0.state == .closed }.sorted { $0.startedAt < $1.startedAt }
        let times = Dictionary(grouping: closed, by: \.hall).mapValues { $0.map { ($0.closedAt ?? $0.startedAt) - $0.startedAt } }
        return times.merging(Fixtures.halls.map { ($0.id, []) }) { known, _ in known }
    }

    /// The live rows, as `BrokerState` documents them.
    func state(at now: Instant) -> BrokerState {
        let open = sessions.values.filter { $0.state != .closed }
        let newest = Dictionary(grouping: tickets.values, by: \.citizen).compactMapValues { $0.max { $0.id < $1.id } }.values
        let finished = newest.filter { ticket in ticket.endedAt.map { now - $0 <= BrokerState.finishedShownFor } ?? false }
        let last = finished.compactMap { ticket in sessions.values.filter { $0.ticket == ticket.id }.max { $0.id < $1.id } }
        let kept = open + last.filter { $0.state == .closed }
        let live = tickets.values.filter { ticket in
            !ticket.state.isTerminal || open.contains { $0.ticket == ticket.id } || finished.contains { $0.id == ticket.id }
        }
        var state = BrokerState(
            halls: Fixtures.halls, catalogue: [Fixtures.advice, Fixtures.registration], seats: Array(seats.values), tickets: Array(live),
            reservations: reservations.values.filter { $0.state == .pending }, sessions: kept,
            cases: Set(live.map(\.caseID)).compactMap { cases[$0] },
            chats: Dictionary(uniqueKeysWithValues: kept.map { ($0.id, chats[$0.id] ?? []) }), handlingTimes: handlingTimes,
            // A ticket may have moved; its case tells where it was taken.
            ticketsTakenToday: Dictionary(cases.values.map { ($0.record.hall, 1) }, uniquingKeysWith: +), today: now)
        let closed = sessions.values.filter { $0.state == .closed && BrokerState.remembersAgent($0.disposition) }
        state.earlierAgents = closed.sorted { ($0.startedAt, $0.id) < ($1.startedAt, $1.id) }.map { EarlierAgent(citizen: $0.citizen, agent: $0.agent) }
        let taken = tickets.values.sorted { ($0.takenAt, $0.id) < ($1.takenAt, $1.id) }
        state.lanesTaken = Dictionary(grouping: taken, by: \.hall).mapValues { $0.map(\.lane) }
        for hall in state.halls where state.lanesTaken[hall.id] == nil { state.lanesTaken[hall.id] = [] }
        return state.inOrder
    }
}

extension BrokerState {
    /// The same state with its rows by id; the store promises no order of tickets and sessions.
    var inOrder: BrokerState {
        var state = self
        state.seats.sort { $0.id < $1.id }
        state.tickets.sort { $0.id < $1.id }
        state.reservations.sort { $0.id < $1.id }
        state.sessions.sort { $0.id < $1.id }
        state.cases.sort { $0.record.id < $1.record.id }
        return state
    }
}

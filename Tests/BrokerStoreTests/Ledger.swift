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
    private var floorTasks: [FloorTaskID: FloorTask] = [:]
    private var reasonUse: [ItemCode: [ReasonCode: Int]] = [:]

    mutating func apply(_ record: Record) {
        switch record {
        case .ticket(let ticket):
            if tickets[ticket.id] == nil {
                cases[ticket.caseID]?.ticket = ticket.id
                cases[ticket.caseID]?.reopened = [:]
            }
            tickets[ticket.id] = ticket
        case .reservation(let reservation): reservations[reservation.id] = reservation
        case .seat(let seat): seats[seat.id] = seat
        case .session(let session): sessions[session.id] = session
        case .serviceCase(let opened):
            if cases[opened.id] == nil { cases[opened.id] = CaseFile(record: opened, item: Fixtures.registration) }
            cases[opened.id]?.record = opened
        case .file(let id, let file): cases[id]?.files.append(file)
        case .fileRemoved(let id, let file): cases[id]?.remove(file)
        case .fileChanged(let id, let file):
            if let place = cases[id]?.files.firstIndex(where: { $0.id == file.id }) { cases[id]?.files[place] = file }
        case .pictureHashes(let id, let file, let hashes): cases[id]?.pictureHashes[file] = hashes
        case .filesArranged(let id, let files): cases[id]?.arrange(files)
        case .conditionAnswer(let id, let material, let applies): cases[id]?.answers[material] = applies
        case .field(let id, let field): cases[id]?.fields[field.key] = field.value
        case .correction(let id, let correction):
            cases[id]?.corrections.removeAll { $0.view.id == correction.view.id }
            cases[id]?.corrections.append(correction)
        case .still(let id, let still):
            cases[id]?.stills.removeAll { $0.view.id == still.view.id }
            cases[id]?.stills.append(still)
        case .reopened(let id, let reopening): cases[id]?.reopened[reopening.material] = reopening.reason
        case .notice(let id, let notice): cases[id]?.notice = notice
        case .floorTask(let task): floorTasks[task.id] = task
        case .floorAct: break
        case .verdict(let id, _, let verdict):
            cases[id]?.verdicts.removeAll { $0.materialID == verdict.materialID }
            cases[id]?.verdicts.append(verdict)
            for reason in verdict.reasons { reasonUse[Fixtures.registration.code, default: [:]][reason.code, default: 0] += 1 }
        case .verdictWithdrawn(let id, let material): cases[id]?.verdicts.removeAll { $0.materialID == material }
        case .outcome(let session, let outcome):
            cases[outcome.caseID]?.outcomes.append(outcome)
            cases[outcome.caseID]?.concludedBy = sessions[session]?.ticket
        case .chat(let session, let message): chats[session, default: []].append(message)
        case .event(let event): events.append(event)
        case .adoption, .appointment, .hall: break
        }
    }

    private var handlingTimes: [HallID: [Milliseconds]] {
        let closed = sessions.values.filter { $0.state == .closed }.sorted { $0.startedAt < $1.startedAt }
        let times = Dictionary(grouping: closed, by: \.hall).mapValues { $0.map { ($0.closedAt ?? $0.startedAt) - $0.startedAt } }
        return times.merging(Fixtures.halls.map { ($0.id, []) }) { known, _ in known }
    }

    private func caseFile(_ id: CaseID) -> CaseFile? {
        guard var file = cases[id] else { return nil }
        file.corrections.removeAll { sessions[$0.session]?.state == .closed }
        file.stills.removeAll { sessions[$0.session]?.state == .closed }
        return file
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
            cases: Set(live.map(\.caseID)).compactMap(caseFile),
            chats: Dictionary(uniqueKeysWithValues: kept.map { ($0.id, chats[$0.id] ?? []) }), handlingTimes: handlingTimes,
            // A ticket may have moved; its case tells where it was taken.
            ticketsTakenToday: Dictionary(tickets.values.compactMap { cases[$0.caseID]?.record.hall }.map { ($0, 1) }, uniquingKeysWith: +),
            reasonUse: reasonUse, today: now)
        let closed = sessions.values.filter { $0.state == .closed && BrokerState.remembersAgent($0.disposition) }
        state.earlierAgents = closed.sorted { ($0.startedAt, $0.id) < ($1.startedAt, $1.id) }.map { EarlierAgent(citizen: $0.citizen, agent: $0.agent) }
        let taken = tickets.values.sorted { ($0.takenAt, $0.id) < ($1.takenAt, $1.id) }
        state.lanesTaken = Dictionary(grouping: taken, by: \.hall).mapValues { $0.map(\.lane) }
        for hall in state.halls where state.lanesTaken[hall.id] == nil { state.lanesTaken[hall.id] = [] }
        state.floorTasks = floorTasks.values.filter { $0.settledAt == nil }.sorted { $0.id < $1.id }
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

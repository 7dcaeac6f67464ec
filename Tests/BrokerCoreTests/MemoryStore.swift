import BrokerCore
import SignalingProtocol

/// Keeps records as a database would: upsert by id, foreign keys and unique indexes checked at each record, not only at the end of a turn.
struct MemoryStore {
    let halls: [Hall]
    private(set) var tickets: [TicketID: Ticket] = [:]
    private(set) var reservations: [ReservationID: Reservation] = [:]
    private(set) var seats: [SeatID: Seat] = Dictionary(uniqueKeysWithValues: Fixtures.seats.map { ($0.id, $0) })
    private(set) var sessions: [SessionID: Session] = [:]
    private(set) var cases: [CaseID: CaseFile] = [:]
    private(set) var chats: [SessionID: [ChatMessageView]] = [:]
    private(set) var events: [SessionEvent] = []
    /// What the schema would have refused, a sentence each.
    private var problems: [String] = []

    /// Which version of each item a hall has adopted.
    private(set) var adopted: [HallID: [ItemCode: Int]]

    init(halls: [Hall] = Fixtures.halls) {
        self.halls = halls
        let versions = Dictionary(uniqueKeysWithValues: Fixtures.catalogue.map { ($0.code, $0.version) })
        adopted = Dictionary(uniqueKeysWithValues: halls.map { ($0.id, versions) })
    }

    // Live rows, as the partial unique indexes see them.
    private var liveTicket = LiveIndex<CitizenID, TicketID>()
    private var ringOfSeat = LiveIndex<SeatID, ReservationID>()
    private var ringOfTicket = LiveIndex<TicketID, ReservationID>()
    private var openOfSeat = LiveIndex<SeatID, SessionID>()
    private var talkOfTicket = LiveIndex<TicketID, SessionID>()

    mutating func apply(_ record: Record) {
        switch record {
        case .ticket(let ticket): apply(ticket)
        case .reservation(let reservation): apply(reservation)
        case .seat(let seat):
            expect(seats[seat.id] != nil, "seat \(seat.id) is known")
            seats[seat.id] = seat
        case .session(let session): apply(session)
        case .serviceCase(let new):
            if let known = cases[new.id]?.record {
                expect(known.item == new.item, "a case keeps the version that it was opened with")
                cases[new.id]?.record = new
                return
            }
            expect(!cases.values.contains { $0.record.number == new.number }, "case number \(new.number) is given once")
            let versions = Fixtures.catalogue + Fixtures.laterVersions
            guard let item = versions.first(where: { $0.code == new.item.code && $0.version == new.item.version }) else {
                return expect(false, "the item is known")
            }
            expect(adopted[new.hall]?[item.code] == item.version, "a new case has the version that its hall has adopted")
            cases[new.id] = CaseFile(record: new, item: item)
        case .file(let id, let file):
            expect(cases[id] != nil && cases[id]?.files.contains { $0.id == file.id } == false, "a file is new in a known case")
            cases[id]?.files.append(file)
        case .fileRemoved(let id, let file):
            expect(cases[id]?.files.contains { $0.id == file } == true, "a removed file was there")
            cases[id]?.remove(file)
        case .fileChanged(let id, let file):
            guard let place = cases[id]?.files.firstIndex(where: { $0.id == file.id }) else { return expect(false, "a changed file was there") }
            cases[id]?.files[place] = file
        case .pictureHashes(let id, let file, let hashes): cases[id]?.pictureHashes[file] = hashes
        case .filesArranged(let id, let files): cases[id]?.arrange(files)
        case .conditionAnswer(let id, let material, let applies): cases[id]?.answers[material] = applies
        case .field(let id, let field): cases[id]?.fields[field.key] = field.value
        case .correction(let id, let correction):
            cases[id]?.corrections.removeAll { $0.view.id == correction.view.id }
            cases[id]?.corrections.append(correction)
            cases[id]?.corrections.sort { $0.view.id < $1.view.id }
        case .still(let id, let still):
            cases[id]?.stills.removeAll { $0.view.id == still.view.id }
            cases[id]?.stills.append(still)
            cases[id]?.stills.sort { $0.view.id < $1.view.id }
        case .reopened(let id, let reopening): cases[id]?.reopened[reopening.material] = reopening.reason
        case .notice(let id, let notice): cases[id]?.notice = notice
        case .floorTask(let task): floorTasks.append(task)
        case .verdict(let id, let session, let verdict):
            expect(sessions[session]?.caseID == id, "a verdict falls in a session of its case")
            cases[id]?.verdicts.removeAll { $0.materialID == verdict.materialID }
            cases[id]?.verdicts.append(verdict)
        case .verdictWithdrawn(let id, let material):
            cases[id]?.verdicts.removeAll { $0.materialID == material }
        case .outcome(let session, let outcome):
            expect(sessions[session]?.caseID == outcome.caseID, "an outcome falls in a session of its case")
            expect(cases[outcome.caseID]?.outcomes.count == outcome.version - 1, "outcome versions count up")
            cases[outcome.caseID]?.outcomes.append(outcome)
            cases[outcome.caseID]?.concludedBy = sessions[session]?.ticket
        case .chat(let session, let message):
            expect(sessions[session] != nil, "a chat line has a session")
            expect(chats[session]?.contains { $0.id == message.id } != true, "a chat line is stored once")
            chats[session, default: []].append(message)
        case .event(let event):
            expect(sessions[event.session] != nil, "an event has a session")
            events.append(event)
        case .adoption(let adoption):
            expect(adopted[adoption.hall]?[adoption.item] == adoption.replaces, "what is adopted replaces what was")
            adopted[adoption.hall, default: [:]][adoption.item] = adoption.version
        }
    }

    private mutating func apply(_ ticket: Ticket) {
        expect(cases[ticket.caseID] != nil, "a ticket has a case")
        if let old = tickets[ticket.id] {
            expect(!old.state.isTerminal || (old.state == ticket.state && old.endedAt == ticket.endedAt), "ticket \(ticket.number) leaves \(old.state)")
            expect(old.takenAt == ticket.takenAt && old.number == ticket.number && old.caseID == ticket.caseID, "a ticket keeps its place")
        }
        if tickets[ticket.id] == nil {
            cases[ticket.caseID]?.ticket = ticket.id
            cases[ticket.caseID]?.reopened = [:]
        }
        expect(ticket.state.isTerminal == (ticket.endedAt != nil), "ended_at belongs to a finished ticket")
        tickets[ticket.id] = ticket
        let liveTicketIsFree = liveTicket.set(ticket.citizen, to: ticket.id, while: !ticket.state.isTerminal)
        expect(liveTicketIsFree, "one live ticket a citizen")
    }

    private mutating func apply(_ reservation: Reservation) {
        expect(tickets[reservation.ticket] != nil && seats[reservation.seat] != nil, "a reservation has ticket and seat")
        let old = reservations[reservation.id]
        expect(old == nil || old?.state == .pending, "a reservation ends once")
        reservations[reservation.id] = reservation
        let ringOfSeatIsFree = ringOfSeat.set(reservation.seat, to: reservation.id, while: reservation.state == .pending)
        expect(ringOfSeatIsFree, "one ring a seat")
        let ringOfTicketIsFree = ringOfTicket.set(reservation.ticket, to: reservation.id, while: reservation.state == .pending)
        expect(ringOfTicketIsFree, "one ring a ticket")
    }

    private mutating func apply(_ session: Session) {
        expect(tickets[session.ticket] != nil && seats[session.seat] != nil && cases[session.caseID] != nil, "a session has ticket, seat and case")
        expect(sessions[session.id]?.state != .closed, "a session closes once")
        expect((session.state == .closed) == (session.closedAt != nil), "closed_at belongs to a closed session")
        expect(session.state != .closed || session.disposition != nil, "a closed session has a disposition")
        sessions[session.id] = session
        let seat = session.consultSeat
        expect(seat == nil || !sessions.values.contains { $0.id != session.id && $0.consultSeat == seat }, "a seat is consulted once")
        expect(seat == nil || !sessions.values.contains { $0.seat == seat && $0.state != .closed }, "a seat that is consulted has no citizen")
        expect(seat != nil || (session.state != .consulting && session.state != .transferring), "a consult has a consultant")
        let openOfSeatIsFree = openOfSeat.set(session.seat, to: session.id, while: session.state != .closed)
        expect(openOfSeatIsFree, "one session a seat")
        let talkOfTicketIsFree = talkOfTicket.set(session.ticket, to: session.id, while: session.state != .closed && session.state != .wrapUp)
        // One that was handed on may still be in wrap-up at the old seat.
        expect(talkOfTicketIsFree, "one talk a ticket")
    }

    private mutating func expect(_ condition: Bool, _ rule: String) {
        if !condition { problems.append(rule) }
    }

    private(set) var floorTasks: [FloorTask] = []

    mutating func takeProblems() -> [String] {
        defer { problems = [] }
        return problems
    }

    func events(of session: SessionID) -> [SessionEventKind] { events.filter { $0.session == session }.map(\.kind) }

    private var handlingTimes: [HallID: [Milliseconds]] {
        let closed = sessions.values.filter { $0.state == .closed }.sorted { ($0.startedAt, $0.id) < ($1.startedAt, $1.id) }
        return Dictionary(grouping: closed, by: \.hall).mapValues { $0.suffix(200).map { ($0.closedAt ?? $0.startedAt) - $0.startedAt } }
    }

    /// A case as it is loaded: corrections and pictures of open sessions only.
    func caseFile(_ id: CaseID) -> CaseFile? {
        guard var file = cases[id] else { return nil }
        file.corrections.removeAll { sessions[$0.session]?.state == .closed }
        file.stills.removeAll { sessions[$0.session]?.state == .closed }
        return file
    }

    /// The live rows, as `BrokerState` documents them.
    func state(at now: Instant) -> BrokerState {
        let open = sessions.values.filter { $0.state != .closed }
        let newest = Dictionary(grouping: tickets.values, by: \.citizen).compactMapValues { $0.max { $0.id < $1.id } }
        let finished = newest.values.filter { ticket in ticket.endedAt.map { now - $0 <= BrokerState.finishedShownFor } ?? false }
        let last = finished.compactMap { ticket in sessions.values.filter { $0.ticket == ticket.id }.max { $0.id < $1.id } }
        let kept = open + last.filter { $0.state == .closed }
        let shown = Set(open.map(\.ticket) + finished.map(\.id))
        let live = tickets.values.filter { !$0.state.isTerminal || shown.contains($0.id) }
        let day: (Instant) -> Int64 = { ($0.milliseconds + 8 * 3_600_000) / 86_400_000 }
        var state = BrokerState(
            halls: halls, catalogue: Fixtures.catalogue + Fixtures.laterVersions, seats: Fixtures.seats.compactMap { seats[$0.id] },
            tickets: live.sorted { $0.id < $1.id }, reservations: reservations.values.filter { $0.state == .pending }.sorted { $0.id < $1.id },
            sessions: kept.sorted { $0.id < $1.id }, cases: Set(live.map(\.caseID)).sorted().compactMap(caseFile),
            chats: chats.filter { id, _ in kept.contains { $0.id == id } }, handlingTimes: handlingTimes,
            // A ticket may have moved; its case tells where it was taken.
            ticketsTakenToday: Dictionary(
                tickets.values.filter { day($0.takenAt) == day(now) }.compactMap { cases[$0.caseID]?.record.hall }.map { ($0, 1) },
                uniquingKeysWith: +),
            today: now)
        state.adopted = adopted
        let agents = sessions.values.filter { $0.state == .closed && BrokerState.remembersAgent($0.disposition) }
        state.earlierAgents = agents.sorted { ($0.closedAt ?? now, $0.id) < ($1.closedAt ?? now, $1.id) }.map {
            EarlierAgent(citizen: $0.citizen, agent: $0.agent)
        }
        let taken = tickets.values.sorted { $0.id < $1.id }
        state.lanesTaken = Dictionary(grouping: taken, by: \.hall).mapValues { $0.map(\.lane) }
        return state
    }
}

/// A unique index over the rows that are live.
private struct LiveIndex<Key: Hashable, Value: Equatable> {
    private var values: [Key: Value] = [:]

    /// - Returns: false when another live row has the key.
    mutating func set(_ key: Key, to value: Value, while isLive: Bool) -> Bool {
        let isFree = values[key] == nil || values[key] == value
        if isLive { values[key] = value } else if isFree { values[key] = nil }
        return isFree || !isLive
    }
}

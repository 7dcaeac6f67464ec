import BrokerCore
import SignalingProtocol

/// Keeps records as the database would: upsert by id; what the schema would refuse is noted, at each record and not only at the end of a turn.
struct StoreModel {
    let town: Town
    private(set) var tickets: [TicketID: Ticket] = [:]
    private(set) var reservations: [ReservationID: Reservation] = [:]
    private(set) var seats: [SeatID: Seat]
    private(set) var sessions: [SessionID: Session] = [:]
    private(set) var cases: [CaseID: CaseFile] = [:]
    private(set) var chats: [SessionID: [ChatMessageView]] = [:]
    private(set) var caseNumbers: Set<String> = []
    private(set) var eventsStored = 0
    /// What the schema would have refused, a sentence each.
    private(set) var problems: [String] = []

    // Live rows, as the partial unique indexes see them.
    private(set) var liveTicket = LiveIndex<CitizenID, TicketID>()
    private(set) var ringOfSeat = LiveIndex<SeatID, ReservationID>()
    private(set) var ringOfTicket = LiveIndex<TicketID, ReservationID>()
    private(set) var openOfSeat = LiveIndex<SeatID, SessionID>()
    private(set) var openOfTicket = LiveIndex<TicketID, SessionID>()
    private(set) var consultOfSeat = LiveIndex<SeatID, SessionID>()

    init(town: Town) {
        self.town = town
        seats = Dictionary(uniqueKeysWithValues: town.seats.map { ($0.id, $0) })
    }

    mutating func apply(_ record: Record) {
        switch record {
        case .ticket(let ticket): apply(ticket)
        case .reservation(let reservation): apply(reservation)
        case .seat(let seat): apply(seat)
        case .session(let session): apply(session)
        case .serviceCase(let new): apply(new)
        case .file(let id, let file):
            expect(cases[id]?.files.contains { $0.id == file.id } == false, "a file is new in a known case")
            cases[id]?.files.append(file)
        case .fileRemoved(let id, let file):
            expect(cases[id]?.files.contains { $0.id == file } == true, "a removed file was there")
            cases[id]?.files.removeAll { $0.id == file }
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
        case .chat(let session, let message):
            expect(sessions[session] != nil, "a chat line has a session")
            expect(chats[session]?.contains { $0.id == message.id } != true, "a chat line is stored once")
            chats[session, default: []].append(message)
        case .event(let event):
            expect(sessions[event.session] != nil, "an event has a session")
            eventsStored += 1
        }
    }

    private mutating func apply(_ new: Case) {
        expect(cases[new.id] == nil, "a case is opened once")
        let isNewNumber = caseNumbers.insert(new.number).inserted
        expect(isNewNumber, "case number \(new.number) is given once")
        guard let item = town.catalogue.first(where: { $0.code == new.item.code }) else { return expect(false, "the item is known") }
        cases[new.id] = CaseFile(record: new, item: item)
    }

    private mutating func apply(_ ticket: Ticket) {
        expect(cases[ticket.caseID] != nil, "a ticket has a case")
        if let old = tickets[ticket.id] {
            expect(!old.state.isTerminal || (old.state == ticket.state && old.endedAt == ticket.endedAt), "ticket \(ticket.number) leaves \(old.state)")
            expect(old.takenAt == ticket.takenAt && old.number == ticket.number && old.caseID == ticket.caseID, "a ticket keeps its place")
        }
        expect(ticket.state.isTerminal == (ticket.endedAt != nil), "ended_at belongs to a finished ticket")
        tickets[ticket.id] = ticket
        let isFree = liveTicket.set(ticket.citizen, to: ticket.id, while: !ticket.state.isTerminal)
        expect(isFree, "one live ticket a citizen")
    }

    private mutating func apply(_ seat: Seat) {
        expect(seats[seat.id] != nil, "seat \(seat.id) is known")
        expect((seat.state == .signedOff) == (seat.agent == nil), "seat \(seat.id): signed off means nobody there")
        expect((seat.state == .notReady) == (seat.notReadyReason != nil), "seat \(seat.id): not ready has a reason")
        let isTwice = seat.agent != nil && seats.values.contains { $0.id != seat.id && $0.agent == seat.agent }
        expect(!isTwice, "one seat an agent")
        seats[seat.id] = seat
    }

    private mutating func apply(_ reservation: Reservation) {
        expect(tickets[reservation.ticket] != nil && seats[reservation.seat] != nil, "a reservation has ticket and seat")
        let old = reservations[reservation.id]
        expect(old == nil || old?.state == .pending, "a reservation ends once")
        expect((reservation.state == .pending) == (reservation.endedAt == nil), "ended_at belongs to a finished reservation")
        expect((reservation.state == .rejected) == (reservation.rejectReason != nil), "a rejected reservation has a reason")
        reservations[reservation.id] = reservation
        let isPending = reservation.state == .pending
        let isSeatFree = ringOfSeat.set(reservation.seat, to: reservation.id, while: isPending)
        expect(isSeatFree, "one ring a seat")
        let isTicketFree = ringOfTicket.set(reservation.ticket, to: reservation.id, while: isPending)
        expect(isTicketFree, "one ring a ticket")
    }

    private mutating func apply(_ session: Session) {
        expect(tickets[session.ticket] != nil && seats[session.seat] != nil && cases[session.caseID] != nil, "a session has ticket, seat and case")
        expect(sessions[session.id]?.state != .closed, "a session closes once")
        expect((session.state == .closed) == (session.closedAt != nil), "closed_at belongs to a closed session")
        expect(session.state != .closed || session.disposition != nil, "a closed session has a disposition")
        let consulted = session.consultSeat
        expect(session.consult == nil || !Self.withoutConsult.contains(session.state), "a consult goes on in a session that is \(session.state)")
        expect(consulted == nil || Self.withConsultant.contains(session.state), "somebody is consulted in a session that is \(session.state)")
        let needsConsultant = session.state == .consulting || session.state == .transferring
        expect(consulted != nil || !needsConsultant, "nobody is consulted in a session that is \(session.state)")
        expect(session.lastEpoch >= session.mediaEpoch, "epochs count up")
        if let old = sessions[session.id]?.consultSeat, old != consulted { consultOfSeat.clear(old) }
        sessions[session.id] = session
        if let consulted {
            let isNotConsulted = consultOfSeat.set(consulted, to: session.id, while: true)
            expect(isNotConsulted, "a seat is consulted once")
            expect(openOfSeat.values[consulted] == nil, "a seat that is consulted has no citizen of its own")
        }
        expect(session.state == .closed || consultOfSeat.values[session.seat] == nil, "a seat with a citizen is not consulted")
        let isSeatFree = openOfSeat.set(session.seat, to: session.id, while: session.state != .closed)
        expect(isSeatFree, "one live citizen a seat")
        let isLive = session.state != .closed && session.state != .wrapUp
        let isTicketFree = openOfTicket.set(session.ticket, to: session.id, while: isLive)
        expect(isTicketFree, "one live session a ticket")
    }

    private static let withoutConsult: [SessionState] = [.ringing, .wrapUp, .closed]
    private static let withConsultant: [SessionState] = [.consulting, .transferring, .reconnecting]

    private mutating func expect(_ condition: Bool, _ rule: @autoclosure () -> String) {
        if !condition { problems.append("the schema refuses: " + rule()) }
    }

    mutating func takeProblems() -> [String] {
        defer { problems = [] }
        return problems
    }

    // MARK: Recovery

    /// The live rows, as `BrokerState` documents them.
    func state(at now: Instant) -> BrokerState {
        let open = sessions.values.filter { $0.state != .closed }
        let shown = Set(open.map(\.ticket))
        let live = tickets.values.filter { !$0.state.isTerminal || shown.contains($0.id) }
        return BrokerState(
            halls: town.halls, catalogue: town.catalogue, seats: town.seats.compactMap { seats[$0.id] },
            tickets: live.sorted { $0.id < $1.id }, reservations: reservations.values.filter { $0.state == .pending }.sorted { $0.id < $1.id },
            sessions: open.sorted { $0.id < $1.id }, cases: Set(live.map(\.caseID)).sorted().compactMap { cases[$0] },
            chats: Dictionary(uniqueKeysWithValues: open.compactMap { session in chats[session.id].map { (session.id, $0) } }),
            ticketsTakenToday: ticketsTaken(onDayOf: now), today: now)
    }

    private func ticketsTaken(onDayOf now: Instant) -> [HallID: Int] {
        let day: (Instant) -> Int64 = { ($0.milliseconds + 8 * 3_600_000) / 86_400_000 }
        return Dictionary(cases.values.filter { day($0.record.openedAt) == day(now) }.map { ($0.record.hall, 1) }, uniquingKeysWith: +)
    }
}

/// A unique index over the rows that are live.
struct LiveIndex<Key: Hashable, Value: Hashable> {
    private(set) var values: [Key: Value] = [:]

    mutating func clear(_ key: Key) { values[key] = nil }

    /// - Returns: false when another live row has the key.
    mutating func set(_ key: Key, to value: Value, while isLive: Bool) -> Bool {
        let isFree = values[key] == nil || values[key] == value
        if isLive { values[key] = value } else if isFree { values[key] = nil }
        return isFree || !isLive
    }
}

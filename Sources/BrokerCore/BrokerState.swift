import OrderedCollections
import SignalingProtocol

/// What the store kept: the whole live state from which a broker is rebuilt.
public struct BrokerState: Hashable, Sendable {
    public var halls: [Hall]
    /// Published items, one version each.
    public var catalogue: [CatalogueItem]
    public var seats: [Seat]
    /// Tickets that are not in a terminal state, and those whose session is not closed.
    public var tickets: [Ticket]
    public var reservations: [Reservation]
    /// Sessions that are not closed.
    public var sessions: [Session]
    /// The cases of those tickets.
    public var cases: [CaseFile]
    public var chats: [SessionID: [ChatMessageView]]
    /// How long the last sessions of each hall kept a seat busy, oldest first.
    public var handlingTimes: [HallID: [Milliseconds]]
    /// Tickets taken on the day that the broker starts on, by hall.
    public var ticketsTakenToday: [HallID: Int]
    /// How often each reason was given, by item.
    public var reasonUse: [ItemCode: [ReasonCode: Int]]
    public var today: Instant

    public init(
        halls: [Hall], catalogue: [CatalogueItem], seats: [Seat], tickets: [Ticket] = [], reservations: [Reservation] = [],
        sessions: [Session] = [], cases: [CaseFile] = [], chats: [SessionID: [ChatMessageView]] = [:],
        handlingTimes: [HallID: [Milliseconds]] = [:], ticketsTakenToday: [HallID: Int] = [:],
        reasonUse: [ItemCode: [ReasonCode: Int]] = [:], today: Instant
    ) {
        self.halls = halls
        self.catalogue = catalogue
        self.seats = seats
        self.tickets = tickets
        self.reservations = reservations
        self.sessions = sessions
        self.cases = cases
        self.chats = chats
        self.handlingTimes = handlingTimes
        self.ticketsTakenToday = ticketsTakenToday
        self.reasonUse = reasonUse
        self.today = today
    }
}

extension Broker {
    mutating func load(_ state: BrokerState) {
        for hall in state.halls { halls[hall.id] = hall }
        for item in state.catalogue { catalogue[item.code] = item }
        for seat in state.seats {
            seats[seat.id] = seat
            if seat.state == .ready { readySeats[seat.hall, default: []].insert(seat.id) }
            if let agent = seat.agent { seatOfAgent[agent] = seat.id }
        }
        reasonUse = state.reasonUse
        for file in state.cases { cases[file.record.id] = file }
        for ticket in state.tickets.sorted(by: { $0.id < $1.id }) {
            tickets[ticket.id] = ticket
            ticketOfCitizen[ticket.citizen] = ticket.id
            ticketOfCase[ticket.caseID] = ticket.id
            guard ticket.state == .waiting else { continue }
            let key = placeKey(ticket)
            lines[ticket.hall, default: WaitingLine()].insert(key)
        }
        for reservation in state.reservations {
            reservations[reservation.id] = reservation
            reservationOfSeat[reservation.seat] = reservation.id
            if reservation.purpose == .call { reservationOfTicket[reservation.ticket] = reservation.id }
        }
        // Of two sessions of one ticket the newer is the live one; the other is in wrap-up.
        for session in state.sessions.sorted(by: { $0.id < $1.id }) {
            sessionOfTicket[session.ticket] = session.id
            openSessionOfCase[session.caseID] = session.id
            sessions[session.id] = session
            sessionOfSeat[session.seat] = session.id
            if let seat = session.talkingConsult?.seat { sessionOfSeat[seat] = session.id }
            sessionsOfCase[session.caseID, default: []].insert(session.id)
            chats[session.id] = state.chats[session.id] ?? []
        }
        for (hall, times) in state.handlingTimes { history[hall] = HandlingHistory(times) }
        for (hall, count) in state.ticketsTakenToday { ticketsTaken[HallDay(hall, state.today)] = count }
    }

    /// Brings what was stored back to life after a restart. Nobody's page is there yet, so every wait begins anew: a restart costs nobody a place.
    public mutating func recover(at now: Instant) -> [Effect] {
        recoverReservations(at: now)
        for id in tickets.keys.sorted() { recoverTicket(id, at: now) }
        for id in sessions.keys.sorted() { recoverSession(id, at: now) }
        for seat in Array(seats.values) { startSeatGrace(seat, at: now) }
        for id in cases.keys.sorted() { recoverStills(of: id, at: now) }
        // Somebody may have been about to be asked back.
        for hall in halls.keys where lines[hall] != nil { placesChanged(in: hall, at: now) }
        // What came due while nobody was here is due now.
        passDeadlines(at: now)
        defer { effects = [] }
        return effects
    }

    /// A ring that nobody can hear any more is cancelled; the ticket has its place back, and the seat is rung again once its page has returned.
    private mutating func recoverReservations(at now: Instant) {
        for id in reservations.keys.sorted() {
            guard let reservation = reservations[id] else { continue }
            end(reservation, as: .cancelled, at: now)
            switch reservation.purpose {
            case .call: returnTicket(reservation.ticket, afterRing: false, at: now)
            case .consult: consultRingLost(reservation, at: now)
            }
            guard var seat = seats[reservation.seat] else { continue }
            enter(.ready, reason: nil, seat: &seat, at: now)
            save(seat)
        }
    }

    private mutating func recoverTicket(_ id: TicketID, at now: Instant) {
        guard var ticket = tickets[id] else { return }
        // Also of one that is served or parked: it may come back.
        if let until = ticket.directedUntil { deadlines.add(.direction(id), at: until) }
        switch ticket.state {
        case .waiting:
            ticket.deadline = awayDeadline(of: ticket, at: now)
            deadlines.add(.overflow, at: ticket.takenAt + configuration.overflowAfter)
        case .parked: ticket.deadline = now + configuration.parkedTime
        case .reserved, .serving: return
        case .done, .abandoned, .noShow, .expired, .declined: ticket.deadline = now + configuration.farewell
        }
        save(ticket, at: now)
    }

    private mutating func recoverSession(_ id: SessionID, at now: Instant) {
        guard var session = sessions[id] else { return }
        recoverConsult(&session, at: now)
        switch session.state {
        case .ringing: session.deadline = now + configuration.callTimeout
        case .connected, .held, .reconnecting, .consulting:
            session.reconnectingSince = nil
            enterReconnecting(&session, at: now)
        case .transferring: session.deadline = session.consult?.deadline
        case .wrapUp: session.deadline = now + configuration.wrapUpLimit
        case .closed: return
        }
        save(session)
        note(.restarted, in: id, at: now)
    }
}

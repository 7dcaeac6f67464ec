import OrderedCollections
import SignalingProtocol

/// What the store kept: the whole live state from which a broker is rebuilt.
public struct BrokerState: Hashable, Sendable {
    public var halls: [Hall]
    /// Item versions that halls have adopted.
    public var catalogue: [CatalogueItem]
    /// Which version of each item a hall has adopted. At first every hall has the whole catalogue, each item in its newest version.
    public var adopted: [HallID: [ItemCode: Int]]
    /// Items that no new visit may be opened for.
    public var withdrawn: Set<ItemCode> = []
    public var seats: [Seat]
    /// Tickets that are not in a terminal state, those whose session is not closed, and the last one of each citizen who has none but finished it a
    /// short while ago: its page is shown the ending once more.
    public var tickets: [Ticket]
    public var reservations: [Reservation]
    /// Sessions that are not closed, and the newest one of each ticket that ended.
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
    /// Who served a citizen last, the longest ago first.
    public var earlierAgents: [EarlierAgent] = []
    /// Lanes of the last tickets taken in each hall, oldest first.
    public var lanesTaken: [HallID: [Lane]] = [:]
    /// When each hall's seats are on schedule.
    public var openings: [HallID: OpeningPlan] = [:]
    /// Appointments that are live, and those that ended and whose deadline is still to come.
    public var appointments: [Appointment] = []
    /// Tasks of supervisors that nobody has closed, and those that are closed and whose cause lasts.
    public var floorTasks: [FloorTask] = []
    /// How many appointments each hall has ever given a number.
    public var appointmentsMade: [HallID: Int] = [:]
    /// Who missed one within `missedRemembered`.
    public var missed: [MissedAppointment] = []
    /// Suspended agents who are signed on at a seat.
    public var suspended: Set<AgentID> = []

    public init(
        halls: [Hall], catalogue: [CatalogueItem], seats: [Seat], tickets: [Ticket] = [], reservations: [Reservation] = [],
        sessions: [Session] = [], cases: [CaseFile] = [], chats: [SessionID: [ChatMessageView]] = [:],
        handlingTimes: [HallID: [Milliseconds]] = [:], ticketsTakenToday: [HallID: Int] = [:],
        reasonUse: [ItemCode: [ReasonCode: Int]] = [:], today: Instant
    ) {
        self.halls = halls
        self.catalogue = catalogue
        let newest = Dictionary(catalogue.map { ($0.code, $0.version) }, uniquingKeysWith: max)
        adopted = Dictionary(halls.map { ($0.id, newest) }, uniquingKeysWith: { $1 })
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

/// Who served a citizen last.
public struct EarlierAgent: Hashable, Sendable {
    public let citizen: CitizenID
    public let agent: AgentID

    public init(citizen: CitizenID, agent: AgentID) {
        self.citizen = citizen
        self.agent = agent
    }
}

extension BrokerState {
    /// No more citizens' earlier agents are kept.
    public static let earlierAgentsRemembered = 10_000
    /// Tickets of a hall whose lanes say how many overtake.
    public static let lanesRemembered = LaneHistory.remembered
    /// Who finished a ticket no longer ago than this is shown its ending once more after a restart.
    public static let finishedShownFor: Milliseconds = .minutes(120)
    /// No hall's rule looks further back.
    public static let missedRemembered: Milliseconds = .minutes(366 * 24 * 60)
    /// No more finished tickets are taken back into memory.
    public static let finishedShown = 2_000
    /// Whether a session that ended this way makes its agent the one who knows the citizen.
    public static func remembersAgent(_ disposition: Disposition?) -> Bool { disposition != .transferred && disposition != .noShow }
}

extension Broker {
    mutating func load(_ state: BrokerState) {
        for hall in state.halls { halls[hall.id] = hall }
        for item in state.catalogue {
            for hall in halls.keys where state.adopted[hall]?[item.code] == item.version { catalogue[hall, default: [:]][item.code] = item }
        }
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
        for earlier in state.earlierAgents { earlierAgents[earlier.citizen] = earlier.agent }
        for (hall, lanes) in state.lanesTaken { laneHistory[hall] = LaneHistory(lanes) }
        openings = state.openings
        loadAppointments(state)
        for task in state.floorTasks {
            floorTasks[task.id] = task
            floorTaskOfCause[FloorCause(task)] = task.id
        }
        withdraw(state.withdrawn)
        leaving = state.suspended
        // Of two sessions of one ticket the newer is the live one; the other is in wrap-up.
        for session in state.sessions.sorted(by: { $0.id < $1.id }) {
            sessionOfTicket[session.ticket] = session.id
            sessions[session.id] = session
            sessionsOfCase[session.caseID, default: []].insert(session.id)
            chats[session.id] = state.chats[session.id] ?? []
            guard session.state != .closed else { continue }
            openSessionOfCase[session.caseID] = session.id
            sessionOfSeat[session.seat] = session.id
            if let seat = session.talkingConsult?.seat { sessionOfSeat[seat] = session.id }
        }
        for (hall, times) in state.handlingTimes { history[hall] = HandlingHistory(times) }
        for (hall, count) in state.ticketsTakenToday { ticketsTaken[HallDay(hall, state.today)] = count }
    }

    /// Brings what was stored back to life after a restart. Nobody's page is there yet, so every wait begins anew: a restart costs nobody a place.
    public mutating func recover(at now: Instant) -> [Effect] {
        latest = now
        for hall in halls.keys { planOpening(of: hall, after: now) }
        recoverReservations(at: now)
        for id in tickets.keys.sorted() { recoverTicket(id, at: now) }
        for id in sessions.keys.sorted() { recoverSession(id, at: now) }
        for seat in Array(seats.values) { startSeatGrace(seat, at: now) }
        for agent in leaving.sorted() where !isInSession(agent) { letGo(agent, at: now) }
        for id in cases.keys.sorted() { recoverStills(of: id, at: now) }
        recoverAppointments(at: now)
        // Somebody may have been about to be asked back.
        for hall in halls.keys where lines[hall] != nil || floorTasks.values.contains(where: { $0.hall == hall }) { placesChanged(in: hall, at: now) }
        // What came due while nobody was here is due now.
        passDeadlines(at: now)
        sayWhoIsGone()
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
        lookAtWait(of: id)
    }

    private mutating func recoverSession(_ id: SessionID, at now: Instant) {
        guard var session = sessions[id] else { return }
        recoverConsult(&session, at: now)
        switch session.state {
        case .ringing: session.deadline = now + configuration.callTimeout
        case .connected, .held, .reconnecting, .consulting:
            // A restart says nothing of anybody's line.
            session.state = .reconnecting
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

import OrderedCollections
import SignalingProtocol

/// Who waits, who is called, by which seat, and what became of it.
///
/// A plain value: inputs and the time go in, effects come out, and the same inputs give the same effects. It knows no clock, no disk, no socket and no
/// chance. The server and the simulator drive the very same type. A command either changes everything it should, or throws before it has changed
/// anything.
public struct Broker: Sendable {
    public let configuration: BrokerConfiguration

    var identifiers: IdentifierSource
    var halls: OrderedDictionary<HallID, Hall> = [:]
    /// What each hall has adopted; what is not here the hall does not offer.
    var catalogue: [HallID: [ItemCode: CatalogueItem]] = [:]
    /// Items that no new visit may be opened for.
    var withdrawn: Set<ItemCode> = []
    /// What each hall has adopted of them: not offered, and there again when an item is put back.
    var shelved: [HallID: [ItemCode: CatalogueItem]] = [:]
    var seats: OrderedDictionary<SeatID, Seat> = [:]
    var seatOfAgent: [AgentID: SeatID] = [:]
    /// Seats in state ready, so that a turn that concerns none of them costs nothing.
    var readySeats: [HallID: Set<SeatID>] = [:]
    /// The push that rang at a seat; once it is acknowledged the seat rings.
    var ringPushes: [SeatID: Int] = [:]
    /// Who served a citizen last, the longest ago first.
    var earlierAgents: OrderedDictionary<CitizenID, AgentID> = [:]

    var tickets: [TicketID: Ticket] = [:]
    /// The newest ticket of a citizen, live or just finished.
    var ticketOfCitizen: [CitizenID: TicketID] = [:]
    var lines: [HallID: WaitingLine] = [:]
    var history: [HallID: HandlingHistory] = [:]
    var laneHistory: [HallID: LaneHistory] = [:]
    var ticketsTaken: [HallDay: Int] = [:]

    /// Pending ones only.
    var reservations: [ReservationID: Reservation] = [:]
    var reservationOfSeat: [SeatID: ReservationID] = [:]
    var reservationOfTicket: [TicketID: ReservationID] = [:]

    var sessions: [SessionID: Session] = [:]
    var sessionOfSeat: [SeatID: SessionID] = [:]
    /// The newest session of a ticket, kept as long as the ticket is.
    var sessionOfTicket: [TicketID: SessionID] = [:]
    /// Sessions whose consult looks for a seat.
    var waitingConsults: Set<SessionID> = []
    /// The session that is not closed yet.
    var openSessionOfCase: [CaseID: SessionID] = [:]
    var chats: [SessionID: [ChatMessageView]] = [:]
    var cases: [CaseID: CaseFile] = [:]
    /// Sessions in memory that show a case; the case stays as long as one of them or its ticket does.
    var sessionsOfCase: [CaseID: Set<SessionID>] = [:]
    var ticketOfCase: [CaseID: TicketID] = [:]
    /// How often each reason was given, so that the common ones stand first.
    var reasonUse: [ItemCode: [ReasonCode: Int]] = [:]

    /// Live ones, and those that ended a short while ago.
    var appointments: [AppointmentID: Appointment] = [:]
    var appointmentsOfCitizen: [CitizenID: Set<AppointmentID>] = [:]
    var appointmentOfTicket: [TicketID: AppointmentID] = [:]
    /// Those of each hall that have a place or keep one shut.
    var bookings: [HallID: BookingIndex] = [:]
    /// How many each hall has given a number.
    var appointmentsMade: [HallID: Int] = [:]
    /// When each citizen missed one, as long as it matters.
    var missed: [CitizenID: [Instant]] = [:]
    /// Suspended, but still in the session that they may finish.
    var leaving: Set<AgentID> = []
    /// Gone in this turn.
    var departed: [AgentID] = []

    /// Tasks of supervisors whose cause lasts, or that nobody has closed.
    var floorTasks: [FloorTaskID: FloorTask] = [:]
    var floorTaskOfCause: [FloorCause: FloorTaskID] = [:]
    /// Since when nobody can take an item that somebody waits for.
    var uncoveredSince: [HallID: [ItemCode: Instant]] = [:]

    var clients: [Endpoint: Client] = [:]
    var endpoints: [ConnectionID: Endpoint] = [:]

    /// When seats are on schedule; halls whose hours nobody entered have none.
    var openings: [HallID: OpeningPlan] = [:]
    /// When each hall opens or closes next.
    var openingDue: [HallID: Instant] = [:]
    /// The time of the last turn. No hall has opened or closed since: that is a turn too.
    var latest: Instant

    var deadlines = Deadlines()
    /// Halls whose places changed and were not told yet, with the time at which they will be.
    var placesDue: [HallID: Instant] = [:]
    var effects: [Effect] = []

    /// - Parameters:
    ///   - seed: starts the sequence that identifiers are made from.
    ///   - state: what the store kept; see `recover(at:)`.
    public init(configuration: BrokerConfiguration, seed: UInt64, state: BrokerState) {
        self.configuration = configuration
        latest = state.today
        identifiers = IdentifierSource(
            seed: seed,
            after: state.tickets.map(\.id.uuid) + state.reservations.map(\.id.uuid) + state.sessions.map(\.id.uuid) + state.appointments.map(\.id.uuid)
                + state.floorTasks.map(\.id.uuid))
        load(state)
    }

    /// When `handle(.tick, …)` is due.
    public var nextDeadline: Instant? { deadlines.next }

    /// Takes one input and says what to do about it.
    /// - Parameter now: never before the `now` of an earlier call.
    public mutating func handle(_ input: Input, at now: Instant) -> [Effect] {
        latest = now
        // A deadline that has passed counts, however late the tick: nobody accepts a ring that is over.
        passDeadlines(at: now)
        switch input {
        case .hello(let connection, let person, let hello, let request, let freshToken):
            connect(connection, person: person, hello: hello, request: request, freshToken: freshToken, at: now)
        case .disconnected(let connection):
            disconnect(connection, at: now)
        case .command(let connection, let request, let command, let entropy):
            perform(command, from: connection, request: request, entropy: entropy, at: now)
        case .fileArrived(let request, let citizen, let caseID, let file, let replaced):
            takeFile(file, replacing: replaced, into: caseID, from: citizen, request: request, at: now)
        case .fileWithdrawn(let request, let citizen, let caseID, let file):
            withdrawFile(file, from: caseID, citizen: citizen, request: request, at: now)
        case .stillArrived(let request, let sender, let session, let still, let file):
            takeStill(still, file, of: session, from: sender, request: request, at: now)
        case .fileInspected(let caseID, let file, let inspection):
            takeInspection(inspection, of: file, in: caseID, at: now)
        case .caseLoaded(let file):
            if cases[file.record.id] == nil { cases[file.record.id] = file }
        case .caseClaimed(let request, let citizen, let file):
            claim(file, by: citizen, request: request)
        case .withdrawn(let items): withdraw(items)
        case .adopt(let request, let hall, let item, let replaces, let administrator):
            adopt(item, in: hall, replacing: replaces, by: administrator, request: request, at: now)
        case .appointment(let request, let citizen, let act):
            perform(act, by: citizen, request: request, at: now)
        case .supervise(let request, let hall, let deed, let supervisor):
            perform(deed, in: hall, by: supervisor, request: request, at: now)
        case .house(let request, let change):
            take(change, request: request, at: now)
        case .schedule(let plans):
            setOpenings(plans, at: now)
        case .tick:
            break
        case .heartbeat:
            sendHeartbeats(at: now)
        }
        passDeadlines(at: now)
        matchAllHalls(at: now)
        sayWhoIsGone()
        defer { effects = [] }
        return effects
    }

    /// Runs a client's command, answers it, and remembers the answer under its request id.
    private mutating func perform(_ command: Command, from connection: ConnectionID, request: Int?, entropy: UInt64, at now: Instant) {
        // The client itself is not held: a second owner would make every push copy the log of pushes.
        guard let endpoint = endpoints[connection], let locale = clients[endpoint]?.locale else {
            send(.error(WireError(.helloRequired)), re: request, to: connection)
            return
        }
        if let request, let known = clients[endpoint]?.answer(to: request) {
            send(known, re: request, to: connection)
            return
        }
        // A case that was loaded for a command which then refused it is not kept.
        defer { if case .ticketTake(let payload) = command, let caseID = payload.caseID { forgetCaseIfUnused(caseID) } }
        do throws(WireError) {
            try dispatch(command, from: endpoint, entropy: entropy, at: now)
            guard command.isAnswered else { return }
            answer(.ok, request: request, endpoint: endpoint, connection: connection)
        } catch {
            answer(.error(error.localized(locale)), request: request, endpoint: endpoint, connection: connection)
        }
    }

    private mutating func answer(_ message: ServerMessage, request: Int?, endpoint: Endpoint, connection: ConnectionID) {
        if let request { clients[endpoint]?.remember(message, to: request) }
        send(message, re: request, to: connection)
    }
}

// MARK: - Writing and telling

extension Broker {
    mutating func persist(_ record: Record) { effects.append(.persist(record)) }

    /// Tests and the simulator stop at a change that the tables do not know. A running server goes on: its database refuses what must never be.
    func checkTransition<State: MachineState>(from: State?, to: State) {
        assert(State.allows(from, to), "\(State.title): no way from \(from?.rawValue ?? "the beginning") to \(to.rawValue)")
    }

    /// A session without a consult, before and after, has nothing to check.
    private func checkTransition(from: ConsultState?, to: ConsultState, of session: Session) {
        if from != nil || session.consult != nil { checkTransition(from: from, to: to) }
    }

    /// The single way in which a ticket changes: state, queue, deadline and disk stay in step.
    mutating func save(_ ticket: Ticket, at now: Instant) {
        let previous = tickets[ticket.id]
        checkTransition(from: previous?.state, to: ticket.state)
        if let previous, previous.state == .waiting {
            let key = placeKey(previous)
            lines[previous.hall]?.remove(key, Needs(previous))
        }
        tickets[ticket.id] = ticket
        ticketOfCase[ticket.caseID] = ticket.id
        if ticket.state == .waiting {
            let key = placeKey(ticket)
            lines[ticket.hall, default: WaitingLine()].insert(key)
            refreshCallable(ticket, at: now)
        }
        if let deadline = ticket.deadline { deadlines.add(.ticket(ticket.id), at: deadline) }
        if previous?.state != ticket.state || previous?.hall != ticket.hall || previous?.lane != ticket.lane {
            placesChanged(in: ticket.hall, at: now)
            if let previous, previous.hall != ticket.hall { placesChanged(in: previous.hall, at: now) }
        }
        persist(.ticket(ticket))
        watch(ticket, previous: previous)
    }

    func placeKey(_ ticket: Ticket) -> PlaceKey {
        // Who was handed on has been served once already and waits at the front, whatever the lane.
        PlaceKey(ticket, advantage: ticket.transfer == nil ? configuration.advantage(of: ticket.lane) : configuration.handedOnAdvantage)
    }

    mutating func save(_ seat: Seat) {
        checkTransition(from: seats[seat.id]?.state, to: seat.state)
        if let deadline = seat.deadline { deadlines.add(.seat(seat.id), at: deadline) }
        // Estimates follow the seats that work; `since` is the moment of the change.
        if seats[seat.id].map(SeatCount.init) != SeatCount(seat) { placesChanged(in: seat.hall, at: seat.since) }
        // Where nobody is, somebody of a hall that helps out will do.
        if (seats[seat.id]?.agent == nil) != (seat.agent == nil) {
            for hall in halls.values where hall.overflow.contains(seat.hall) { placesChanged(in: hall.id, at: seat.since) }
        }
        seats[seat.id] = seat
        if seat.state == .ready { readySeats[seat.hall, default: []].insert(seat.id) } else { readySeats[seat.hall]?.remove(seat.id) }
        persist(.seat(seat))
        watch(seat)
    }

    mutating func save(_ session: Session) {
        checkTransition(from: sessions[session.id]?.state, to: session.state)
        if let deadline = session.deadline { deadlines.add(.session(session.id), at: deadline) }
        checkTransition(from: sessions[session.id]?.consult?.state, to: session.consult?.state ?? .ended, of: session)
        if let deadline = session.consult?.deadline { deadlines.add(.consult(session.id), at: deadline) }
        if session.consult?.state == .waiting { waitingConsults.insert(session.id) } else { waitingConsults.remove(session.id) }
        let previous = sessions.updateValue(session, forKey: session.id)
        sessionsOfCase[session.caseID, default: []].insert(session.id)
        persist(.session(session))
        watch(session, previous: previous)
    }

    mutating func note(_ kind: SessionEventKind, in session: SessionID, at now: Instant, detail: String = "") {
        persist(.event(SessionEvent(session: session, kind: kind, at: now, detail: detail)))
    }

    mutating func send(_ message: ServerMessage, re request: Int? = nil, to connection: ConnectionID) {
        effects.append(.send(connection, ServerFrame(re: request, message: message)))
    }

    /// Tells an endpoint something it must not miss.
    mutating func push(_ message: ServerMessage, to endpoint: Endpoint) {
        guard let frame = clients[endpoint]?.number(message), let connection = clients[endpoint]?.connection else { return }
        effects.append(.send(connection, frame))
    }

    /// Tells an endpoint something that the next one of its kind replaces.
    mutating func pushEphemeral(_ message: ServerMessage, to endpoint: Endpoint) {
        guard let connection = clients[endpoint]?.connection else { return }
        send(message, to: connection)
    }
}

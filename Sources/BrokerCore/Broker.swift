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
    var catalogue: [ItemCode: CatalogueItem] = [:]
    var seats: OrderedDictionary<SeatID, Seat> = [:]
    var seatOfAgent: [AgentID: SeatID] = [:]

    var tickets: [TicketID: Ticket] = [:]
    /// The newest ticket of a citizen, live or just finished.
    var ticketOfCitizen: [CitizenID: TicketID] = [:]
    var lines: [HallID: WaitingLine] = [:]
    var ticketsTaken: [HallDay: Int] = [:]

    /// Pending ones only.
    var reservations: [ReservationID: Reservation] = [:]
    var reservationOfSeat: [SeatID: ReservationID] = [:]
    var reservationOfTicket: [TicketID: ReservationID] = [:]

    var sessions: [SessionID: Session] = [:]
    var sessionOfSeat: [SeatID: SessionID] = [:]
    /// The newest session of a ticket, kept as long as the ticket is.
    var sessionOfTicket: [TicketID: SessionID] = [:]
    /// The session that is not closed yet.
    var openSessionOfCase: [CaseID: SessionID] = [:]
    var chats: [SessionID: [ChatMessageView]] = [:]
    var cases: [CaseID: CaseFile] = [:]

    var clients: [Endpoint: Client] = [:]
    var endpoints: [ConnectionID: Endpoint] = [:]

    var deadlines = Deadlines()
    /// Halls whose places changed and were not told yet, with the time at which they will be.
    var placesDue: [HallID: Instant] = [:]
    var effects: [Effect] = []

    /// - Parameters:
    ///   - seed: starts the sequence that identifiers are made from.
    ///   - state: what the store kept; see `recover(at:)`.
    public init(configuration: BrokerConfiguration, seed: UInt64, state: BrokerState) {
        self.configuration = configuration
        identifiers = IdentifierSource(seed: seed)
        load(state)
    }

    /// When `handle(.tick, …)` is due.
    public var nextDeadline: Instant? { deadlines.next }

    /// Takes one input and says what to do about it.
    /// - Parameter now: never before the `now` of an earlier call.
    public mutating func handle(_ input: Input, at now: Instant) -> [Effect] {
        // A deadline that has passed counts, however late the tick: nobody accepts a ring that is over.
        passDeadlines(at: now)
        switch input {
        case .hello(let connection, let person, let hello, let request, let freshToken):
            connect(connection, person: person, hello: hello, request: request, freshToken: freshToken, at: now)
        case .disconnected(let connection):
            disconnect(connection, at: now)
        case .command(let connection, let request, let command, let entropy):
            perform(command, from: connection, request: request, entropy: entropy, at: now)
        case .fileArrived(let request, let citizen, let caseID, let file):
            takeFile(file, into: caseID, from: citizen, request: request, at: now)
        case .tick:
            break
        case .heartbeat:
            sendHeartbeats(at: now)
        }
        passDeadlines(at: now)
        matchAllHalls(at: now)
        defer { effects = [] }
        return effects
    }

    /// Runs a client's command, answers it, and remembers the answer under its request id.
    private mutating func perform(_ command: Command, from connection: ConnectionID, request: Int?, entropy: UInt64, at now: Instant) {
        guard let endpoint = endpoints[connection], let client = clients[endpoint] else {
            send(.error(WireError(.helloRequired)), re: request, to: connection)
            return
        }
        if let request, let known = client.answer(to: request) {
            send(known, re: request, to: connection)
            return
        }
        do throws(WireError) {
            try dispatch(command, from: endpoint, entropy: entropy, at: now)
            guard command.isAnswered else { return }
            answer(.ok, request: request, endpoint: endpoint, connection: connection)
        } catch {
            answer(.error(error.localized(client.locale)), request: request, endpoint: endpoint, connection: connection)
        }
    }

    private mutating func answer(_ message: ServerMessage, request: Int?, endpoint: Endpoint, connection: ConnectionID) {
        if let request { clients[endpoint]?.remember(message, to: request) }
        send(message, re: request, to: connection)
    }

    private mutating func dispatch(_ command: Command, from endpoint: Endpoint, entropy: UInt64, at now: Instant) throws(WireError) {
        switch (command, endpoint) {
        case (.acknowledge(let payload), _): clients[endpoint]?.acknowledge(payload.seq)
        case (.heartbeatAck, _): clients[endpoint]?.lastHeartbeatAck = now
        case (.sessionEnd(let payload), _): try endSession(payload.sessionID, by: endpoint, at: now)
        case (.mediaRenew(let payload), _): try renewMedia(payload, by: endpoint, at: now)
        case (.chatSend(let payload), _): try chat(payload, by: endpoint, at: now)

        case (.ticketTake(let payload), .citizen(let citizen)): try takeTicket(payload, citizen: citizen, entropy: entropy, at: now)
        case (.ticketCancel(let payload), .citizen(let citizen)): try cancelTicket(payload.ticketID, citizen: citizen, at: now)
        case (.sessionJoin(let payload), .citizen(let citizen)): try joinSession(payload.sessionID, citizen: citizen, at: now)
        case (.materialRemoveFile(let payload), .citizen(let citizen)): try removeFile(payload, citizen: citizen, at: now)

        case (.seatSignOn(let payload), .agent(let agent)): try signOn(at: payload.seatID, agent: agent, now)
        case (.seatSignOff, .agent(let agent)): try signOff(agent, at: now)
        case (.seatReady, .agent(let agent)): try makeReady(agent, at: now)
        case (.seatNotReady(let payload), .agent(let agent)): try makeNotReady(agent, reason: payload.reason, at: now)
        case (.reservationAccept(let payload), .agent(let agent)): try accept(payload.reservationID, agent: agent, at: now)
        case (.reservationReject(let payload), .agent(let agent)): try reject(payload, agent: agent, at: now)
        case (.sessionWrapUp(let payload), .agent(let agent)): try completeWrapUp(payload, agent: agent, at: now)
        case (.precheckVerdict(let payload), .agent(let agent)): try giveVerdict(payload, agent: agent, at: now)
        case (.precheckConclude(let payload), .agent(let agent)): try conclude(payload, agent: agent, at: now)

        case (.ticketTake, .agent), (.ticketCancel, .agent), (.sessionJoin, .agent), (.materialRemoveFile, .agent),
            (.seatSignOn, .citizen), (.seatSignOff, .citizen), (.seatReady, .citizen), (.seatNotReady, .citizen),
            (.reservationAccept, .citizen), (.reservationReject, .citizen), (.sessionWrapUp, .citizen), (.precheckVerdict, .citizen),
            (.precheckConclude, .citizen):
            throw WireError(.notAllowed)
        }
    }
}

extension Command {
    /// Signals are never answered.
    var isAnswered: Bool {
        switch self {
        case .acknowledge, .heartbeatAck: false
        case .ticketTake, .ticketCancel, .seatSignOn, .seatSignOff, .seatReady, .seatNotReady, .reservationAccept, .reservationReject,
            .sessionJoin, .sessionEnd, .sessionWrapUp, .mediaRenew, .chatSend, .materialRemoveFile, .precheckVerdict, .precheckConclude:
            true
        }
    }
}

// MARK: - Writing and telling

extension Broker {
    mutating func persist(_ record: Record) { effects.append(.persist(record)) }

    /// The single way in which a ticket changes: state, queue, deadline and disk stay in step.
    mutating func save(_ ticket: Ticket, at now: Instant) {
        let key = PlaceKey(ticket)
        if ticket.state == .waiting { lines[ticket.hall, default: WaitingLine()].insert(key) } else { lines[ticket.hall]?.remove(key) }
        if let deadline = ticket.deadline { deadlines.add(.ticket(ticket.id), at: deadline) }
        let isNewState = tickets[ticket.id]?.state != ticket.state
        tickets[ticket.id] = ticket
        if isNewState { placesChanged(in: ticket.hall, at: now) }
        persist(.ticket(ticket))
    }

    mutating func save(_ seat: Seat) {
        if let deadline = seat.deadline { deadlines.add(.seat(seat.id), at: deadline) }
        seats[seat.id] = seat
        persist(.seat(seat))
    }

    mutating func save(_ session: Session) {
        if let deadline = session.deadline { deadlines.add(.session(session.id), at: deadline) }
        sessions[session.id] = session
        persist(.session(session))
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

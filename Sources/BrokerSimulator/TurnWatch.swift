import BrokerCore
import SignalingProtocol

/// Watches one turn of the broker: what it was given, what it said, and whether the two go together.
///
/// Works on what the turn touched only, so that it can be done at every step. The simulation's own knowledge of who is there and who answered a heartbeat is
/// held against the broker's decisions, never the broker's word for it.
struct TurnWatch {
    private let input: Input?
    /// The person and request of a command that must be answered.
    private var asked: (person: Int, line: Int, request: Int)?
    private var known: ServerMessage?
    private var answers = 0
    private var fileAnswers = 0
    private var hasPersisted = false
    private var rung: [Reservation] = []
    /// Rings that ended with nobody taking them, and where among the records.
    private var unanswered: [(index: Int, reservation: Reservation)] = []
    /// Talks that ended, and where among the records.
    private var closed: [(index: Int, session: Session)] = []
    private var touched: [Record] = []

    init(_ input: Input?, simulation: Simulation) {
        self.input = input
        guard let input else { return }
        switch input {
        case .hello(let connection, _, _, let request, _):
            let line = Line.index(of: connection)
            if let request { asked = (simulation.lines[line].person, line, request) }
        case .command(let connection, let request, let command, _):
            let line = Line.index(of: connection)
            let person = simulation.lines[line].person
            if case .heartbeatAck = command, simulation.server.lineOfPerson[person] == line {
                simulation.server.heartbeatOfPerson[person] = simulation.server.lastTurn
            }
            guard let request else { return }
            asked = (person, line, request)
            if simulation.server.lineOfPerson[person] == line { known = simulation.server.ledgers[person].answers[request] }
        case .disconnected(let connection):
            let line = Line.index(of: connection)
            let person = simulation.lines[line].person
            if simulation.server.lineOfPerson[person] == line {
                simulation.server.lineOfPerson[person] = nil
                simulation.server.heartbeatOfPerson[person] = nil
                simulation.server.awaySince[person] = simulation.server.lastTurn
            }
        case .fileArrived, .fileWithdrawn, .stillArrived, .fileInspected, .caseLoaded, .caseClaimed, .tick, .heartbeat, .schedule, .adopt, .withdrawn,
            .appointment, .house, .supervise:
            break
        }
    }

    // MARK: Effects, in order

    mutating func see(_ effect: Effect, _ simulation: Simulation) {
        switch effect {
        case .persist(let record):
            simulation.census.records += 1
            hasPersisted = true
            touched.append(record)
            if case .reservation(let reservation) = record { see(reservation) }
            if case .session(let session) = record, session.state == .closed { closed.append((touched.count, session)) }
        case .send(let connection, let frame): see(frame, on: Line.index(of: connection), simulation)
        case .disconnect: break
        case .answer(_, let result):
            fileAnswers += 1
            if case .success(.file(let file)) = result, !simulation.server.head.cases.values.contains(where: { $0.files.contains(file) }) {
                simulation.broken.append("a file was acknowledged that is not stored")
            }
            if case .success(.floor(.task(let told))) = result, simulation.server.head.floorTasks[told.id] != told {
                simulation.broken.append("a supervisor is told of a task otherwise than stored")
            }
            if case .success(.appointment(let told, _)) = result { simulation.checkIsStored(.appointmentUpdated(AppointmentUpdated(appointment: told))) }
        case .discardFile, .agentGone: break
        }
    }

    private mutating func see(_ reservation: Reservation) {
        switch reservation.state {
        case .pending: rung.append(reservation)
        case .rejected, .timedOut: unanswered.append((touched.count, reservation))
        case .accepted, .cancelled, .rescinded: break
        }
    }

    private mutating func see(_ frame: ServerFrame, on line: Int, _ simulation: Simulation) {
        if simulation.lines[line].isForgotten { simulation.broken.append("a line was spoken to after it was closed") }
        if let request = frame.re { return see(answer: frame.message, to: request, on: line, simulation) }
        // A repeated push tells of what was; it was looked at when it was new.
        if case .hello = input { return }
        simulation.checkIsStored(frame.message)
    }

    private mutating func see(answer: ServerMessage, to request: Int, on line: Int, _ simulation: Simulation) {
        guard let asked, asked.line == line, asked.request == request else { return simulation.broken.append("an answer that nobody asked for") }
        answers += 1
        if case .welcome(let welcome) = answer {
            simulation.server.lineOfPerson[asked.person] = line
            simulation.server.heartbeatOfPerson[asked.person] = nil
            if !welcome.resumed { simulation.server.ledgers[asked.person] = Ledger() }
            return
        }
        guard simulation.server.lineOfPerson[asked.person] == line else { return }
        if let known, known != answer { simulation.broken.append("request \(request) was answered \(known), and then \(answer)") }
        simulation.server.ledgers[asked.person].answers[request] = answer
    }

    // MARK: After the turn

    /// A late turn can begin with the end of a ring and go on with the next thing that happens to seat and ticket; what counts is what came first.
    private func checkReturn(after reservation: Reservation, at index: Int, _ simulation: Simulation) {
        var seat: Seat?
        var ticket: Ticket?
        for record in touched[index...].reversed() {
            if case .seat(let stored) = record, stored.id == reservation.seat { seat = stored }
            if case .ticket(let stored) = record, stored.id == reservation.ticket { ticket = stored }
        }
        simulation.checkReturn(after: reservation, seat: seat, ticket: ticket)
    }

    /// The same for the end of a talk: its citizen may give the ticket up in the very next thing that happens.
    private func checkPlace(after session: Session, at index: Int, _ simulation: Simulation) {
        var ticket = simulation.server.head.tickets[session.ticket]
        for record in touched[index...].reversed() {
            if case .ticket(let stored) = record, stored.id == session.ticket { ticket = stored }
        }
        simulation.checkPlace(after: session, ticket: ticket)
    }

    func finish(_ simulation: Simulation) {
        if asked != nil, answers != 1 { simulation.broken.append("a request got \(answers) answers") }
        if isFile, fileAnswers != 1 { simulation.broken.append("a request from outside got \(fileAnswers) answers") }
        if let next = simulation.server.broker.nextDeadline, next <= simulation.server.lastTurn { simulation.broken.append("a deadline was passed by") }
        for record in touched { simulation.checkIsRemembered(record) }
        for reservation in rung { simulation.checkOrder(of: reservation) }
        for (index, reservation) in unanswered { checkReturn(after: reservation, at: index, simulation) }
        for (index, session) in closed { checkPlace(after: session, at: index, simulation) }
        if hasPersisted || isAboutPresence { simulation.checkNobodyIsIdle() }
    }

    private var isFile: Bool {
        switch input {
        case .fileArrived, .stillArrived, .appointment, .supervise: true
        case .hello, .disconnected, .command, .fileWithdrawn, .fileInspected, .caseLoaded, .caseClaimed, .tick, .heartbeat, .schedule, .adopt, .withdrawn,
            .house, nil:
            false
        }
    }

    /// Whether the input can make somebody callable without a record.
    private var isAboutPresence: Bool {
        switch input {
        case .hello, .disconnected, .command: true
        case .fileArrived, .fileWithdrawn, .stillArrived, .fileInspected, .caseLoaded, .caseClaimed, .tick, .heartbeat, .schedule, .adopt, .withdrawn,
            .appointment, .house, .supervise, nil:
            false
        }
    }
}

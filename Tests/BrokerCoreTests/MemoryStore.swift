import BrokerCore
@testable import BrokerSimulator
import SignalingProtocol

/// The simulator's model of the database, with what the tests read beside it: events, and how long talks took.
struct MemoryStore {
    private var model: StoreModel
    private(set) var events: [SessionEvent] = []

    init(halls: [Hall] = Fixtures.halls) {
        model = StoreModel(town: Town(halls: halls, seats: Fixtures.seats, catalogue: Fixtures.catalogue, laterVersions: Fixtures.laterVersions))
    }

    var tickets: [TicketID: Ticket] { model.tickets }
    var reservations: [ReservationID: Reservation] { model.reservations }
    var seats: [SeatID: Seat] { model.seats }
    var sessions: [SessionID: Session] { model.sessions }
    var appointments: [AppointmentID: Appointment] { model.appointments }
    var cases: [CaseID: CaseFile] { model.cases }
    var floorTasks: [FloorTaskID: FloorTask] { model.floorTasks }
    var floorActs: [FloorAct] { model.floorActs }
    var chats: [SessionID: [ChatMessageView]] { model.chats }

    mutating func apply(_ record: Record) {
        if case .event(let event) = record { events.append(event) }
        model.apply(record)
    }

    /// What the schema would have refused, a sentence each.
    mutating func takeProblems() -> [String] { model.takeProblems() }

    func events(of session: SessionID) -> [SessionEventKind] { events.filter { $0.session == session }.map(\.kind) }

    func caseFile(_ id: CaseID) -> CaseFile? { model.caseFile(id) }

    /// The live rows, as `BrokerState` documents them.
    func state(at now: Instant) -> BrokerState {
        var state = model.state(at: now)
        state.handlingTimes = handlingTimes
        return state
    }

    private var handlingTimes: [HallID: [Milliseconds]] {
        let closed = sessions.values.filter { $0.state == .closed }.sorted { ($0.startedAt, $0.id) < ($1.startedAt, $1.id) }
        return Dictionary(grouping: closed, by: \.hall).mapValues { $0.suffix(200).map { ($0.closedAt ?? $0.startedAt) - $0.startedAt } }
    }
}

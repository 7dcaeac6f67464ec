import BrokerCore
import SignalingProtocol

/// What a browser page knows: everything it was told, and nothing else.
final class Page {
    var connection: ConnectionID
    /// A deaf page's line is dead, but the server has not noticed.
    var isDeaf = false
    /// A frozen page hears but does not answer the heartbeat.
    var isFrozen = false

    private(set) var resumeToken: String?
    private(set) var lastSeq = 0
    private(set) var resumed: Bool?
    private(set) var ticket: TicketView?
    private(set) var place: PlaceView?
    private(set) var seat: SeatView?
    private(set) var seats: [SeatChoice] = []
    private(set) var reservation: ReservationView?
    private(set) var ringsEnded: [ReservationState] = []
    private(set) var session: SessionView?
    private(set) var disposition: Disposition?
    private(set) var materials: [MaterialID: MaterialEntryView] = [:]
    private(set) var matter: CaseView?
    private(set) var queue: QueueView?
    /// The one that changed last stands first.
    private(set) var appointments: [AppointmentView] = []
    private(set) var goodbye: ErrorCode?
    private(set) var consultsEnded: [ConsultEnd] = []
    /// The last pushes and ephemeral messages, in order.
    private(set) var heard: [ServerFrame] = []
    /// What must never happen on a page, a sentence each.
    private var problems: [String] = []

    init(connection: ConnectionID) { self.connection = connection }

    var media: MediaReference? {
        guard let session, let media = session.media else { return nil }
        return MediaReference(sessionID: session.id, epoch: media.epoch)
    }

    var consultMedia: [MediaReference]? {
        guard let session, let consult = session.consult else { return nil }
        return consult.media.map { MediaReference(sessionID: session.id, epoch: $0.epoch, with: $0.with) }
    }

    func outcome() -> OutcomeView? { session?.outcome }
    func kinds() -> [MessageKind] { heard.map(\.message.content.kind) }
    func forgetWhatWasHeard() { heard = [] }
    func close(because code: ErrorCode) { goodbye = code }

    func takeProblems() -> [String] {
        defer { problems = [] }
        return problems
    }

    func receive(_ frame: ServerFrame) {
        if goodbye != nil { problems.append("spoken to after goodbye") }
        if let seq = frame.seq {
            if seq != lastSeq + 1 { problems.append("seq \(seq) came after \(lastSeq)") }
            lastSeq = seq
        }
        if (frame.seq != nil) != (frame.message.content.kind.rule.travel == .push) { problems.append("\(frame.message.content.kind) is wrongly numbered") }
        if frame.re == nil { heard.append(frame) }
        if heard.count > 2_000 { heard.removeFirst(1_000) }
        take(frame.message)
    }

    private func take(_ message: ServerMessage) {
        switch message {
        case .welcome(let welcome): begin(welcome)
        case .ok, .error, .bye, .heartbeat: break
        case .ticketUpdated(let update): show(update.ticket)
        case .ticketPlace(let update): if update.ticketID == ticket?.id { place = update.place }
        case .seatUpdated(let update):
            seat = update.seat
            if update.seat == nil { seats = update.seats }
        case .reservationRinging(let ringing): reservation = ringing.reservation
        case .reservationEnded(let ended):
            if reservation?.id != ended.reservationID { problems.append("a ring ended that was not heard") }
            reservation = nil
            ringsEnded.append(ended.state)
        case .sessionStarted(let started):
            session = started.session
            if started.session.caseID == ticket?.caseID { matter = started.session.matter }
            disposition = nil
        case .sessionUpdated(let update): show(update)
        case .sessionMedia(let update): if update.sessionID == session?.id { show(update.media) }
        case .consultUpdated(let update): show(update)
        case .chatMessage(let push): if push.sessionID == session?.id { session?.chat.append(push.message) }
        case .materialUpdated(let update): show(update)
        case .precheckConcluded(let concluded):
            if concluded.sessionID == session?.id {
                session?.outcome = concluded.outcome
                session?.concluded = true
            }
        case .caseUpdated(let update):
            if update.matter.id == session?.caseID { session?.matter = update.matter }
            if update.matter.id == ticket?.caseID { matter = update.matter }
        case .boardQueue(let update): queue = update.queue
        case .appointmentUpdated(let update):
            appointments = [update.appointment] + appointments.filter { $0.id != update.appointment.id }
        }
    }

    private func begin(_ welcome: Welcome) {
        resumeToken = welcome.resumeToken
        resumed = welcome.resumed
        if welcome.resumed != (welcome.snapshot == nil) { problems.append("a snapshot belongs to a new start, and only to it") }
        guard let snapshot = welcome.snapshot else { return }
        lastSeq = 0
        ticket = snapshot.ticket
        place = snapshot.ticket?.place
        seat = snapshot.seat
        seats = snapshot.seats
        reservation = snapshot.reservation
        session = snapshot.session
        materials = Dictionary(
            (snapshot.materials + (snapshot.session?.materials ?? [])).map { ($0.material.id, $0) }, uniquingKeysWith: { $1 })
        matter = snapshot.matter
        queue = snapshot.queue
        appointments = snapshot.appointments
    }

    /// The other end of a peer connection of a consult is named.
    private func show(_ media: MediaView) {
        guard let other = media.with else {
            session?.media = media
            return
        }
        let others = session?.consult?.media.filter { $0.with != other } ?? []
        session?.consult?.media = (others + [media]).sorted { ($0.with?.rawValue ?? "") < ($1.with?.rawValue ?? "") }
    }

    private func show(_ update: ConsultUpdated) {
        guard update.sessionID == session?.id else { return }
        guard update.consult.state == .ended else {
            session?.consult = update.consult
            return
        }
        if let end = update.consult.end { consultsEnded.append(end) }
        // A colleague who was asked in has nothing left of it.
        if update.consult.you == .consultant { session = nil } else { session?.consult = nil }
    }

    private func show(_ new: TicketView) {
        if let old = ticket, old.id == new.id, old.state.isTerminal, old.state != new.state {
            problems.append("ticket \(new.number) left \(old.state) for \(new.state)")
        }
        if new.id != ticket?.id { materials = [:] }
        if new.caseID != ticket?.caseID { matter = nil }
        // A ticket in the queue has no session: the broken one, or the call in vain, is left behind.
        if new.id != ticket?.id || [.waiting, .reserved, .parked].contains(new.state) { session = nil }
        ticket = new
        place = new.place
    }

    private func show(_ update: SessionUpdated) {
        guard update.sessionID == session?.id else { return }
        session?.state = update.state
        session?.citizen.present = update.citizenPresent
        session?.agent.present = update.agentPresent
        session?.calls = update.calls
        session?.stateDeadline = update.stateDeadline
        session?.disposition = update.disposition
        disposition = update.disposition
        // A desk is free again; a citizen goes on reading.
        if update.state == .closed, seat != nil { session = nil }
    }

    private func show(_ update: MaterialUpdated) {
        guard update.caseID == ticket?.caseID || update.caseID == session?.caseID else { return }
        let id = update.entry.material.id
        materials[id] = update.entry
        if let index = session?.materials.firstIndex(where: { $0.material.id == id }) { session?.materials[index] = update.entry }
    }
}

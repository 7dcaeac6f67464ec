import BrokerCore
import SignalingProtocol

/// A browser page: what it was told and what it asked, and nothing else. Keeps its line as `Web/signaling/connection.js` does.
final class Page {
    let person: Int
    let role: Role

    // The line.
    var line: Int?
    var attempt = 0
    var isWelcomed = false
    /// Hears but answers no heartbeat: a tab that the browser put to sleep.
    var isFrozen = false
    private(set) var resumeToken: String?
    private(set) var lastSeq = 0
    var acknowledgedSeq = 0
    private var lastRequest = 0
    /// Commands without an answer, in order; sent again when the same client session goes on.
    private(set) var unanswered: [ClientFrame] = []
    private(set) var isStopped = false
    var acknowledgementIsPlanned = false
    var heardAt: Instant

    // What it shows.
    private(set) var ticket: TicketView?
    private(set) var place: PlaceView?
    private(set) var seat: SeatView?
    private(set) var seats: [SeatChoice] = []
    private(set) var reservation: ReservationView?
    private(set) var session: SessionView?
    private(set) var disposition: Disposition?
    private(set) var materials: [MaterialEntryView] = []
    private(set) var matter: CaseView?
    private(set) var queue: QueueView?
    /// Newest first.
    private(set) var appointments: [AppointmentView] = []

    /// What must never happen on a page, a sentence each.
    private var problems: [String] = []

    init(person: Int, role: Role, opened: Instant) {
        self.person = person
        self.role = role
        heardAt = opened
    }

    func takeProblems() -> [String] {
        defer { problems = [] }
        return problems
    }

    /// The peer connection that the page still holds.
    var media: MediaReference? {
        guard let session, let media = session.media else { return nil }
        return MediaReference(sessionID: session.id, epoch: media.epoch)
    }

    var consultMedia: [MediaReference]? {
        guard let session, let consult = session.consult else { return nil }
        return consult.media.map { MediaReference(sessionID: session.id, epoch: $0.epoch, with: $0.with) }
    }

    // MARK: Asking

    /// Numbers a command and keeps it until it is answered.
    func ask(_ command: Command) -> ClientFrame {
        lastRequest += 1
        let frame = ClientFrame(content: .command(command), request: lastRequest)
        unanswered.append(frame)
        return frame
    }

    func hello(_ role: Role) -> Hello {
        Hello(
            role: role, locale: .simplifiedChinese, resumeToken: resumeToken, lastSeq: resumeToken == nil ? nil : lastSeq, media: media,
            consultMedia: consultMedia)
    }

    /// The person closed the tab, or a newer page took over.
    func stop() {
        isStopped = true
        isWelcomed = false
        line = nil
        unanswered = []
    }

    // MARK: Hearing

    func receive(_ frame: ServerFrame) {
        if isStopped { problems.append("a page was spoken to after its goodbye") }
        if let request = frame.re, request > 0 { unanswered.removeAll { $0.request == request } }
        let isPush = take(frame.message)
        if isPush != (frame.seq != nil) { problems.append("a push without a number, or a number without a push") }
        guard let seq = frame.seq else { return }
        if seq != lastSeq + 1 { problems.append("seq \(seq) came after \(lastSeq)") }
        lastSeq = seq
    }

    /// - Returns: whether it is one of those that are numbered.
    private func take(_ message: ServerMessage) -> Bool {
        switch message {
        case .welcome(let welcome): begin(welcome)
        case .ok, .error, .bye, .heartbeat: break
        case .ticketPlace(let update): if update.ticketID == ticket?.id { place = update.place }
        case .boardQueue(let update): queue = update.queue
        case .appointmentUpdated(let update):
            show(update.appointment)
            return true
        case .ticketUpdated(let update):
            show(update.ticket)
            return true
        case .seatUpdated(let update):
            seat = update.seat
            seats = update.seats
            return true
        case .reservationRinging(let ringing):
            reservation = ringing.reservation
            return true
        case .reservationEnded(let ended):
            if reservation?.id != ended.reservationID { problems.append("a ring ended that was not heard") }
            reservation = nil
            return true
        case .sessionStarted(let started):
            session = started.session
            if started.session.caseID == ticket?.caseID { matter = started.session.matter }
            disposition = nil
            return true
        case .sessionUpdated(let update):
            show(update)
            return true
        case .sessionMedia(let update):
            if update.sessionID == session?.id { show(update.media) }
            return true
        case .consultUpdated(let update):
            show(update)
            return true
        case .chatMessage(let push):
            if push.sessionID == session?.id { session?.chat.append(push.message) }
            return true
        case .materialUpdated(let update):
            show(update)
            return true
        case .precheckConcluded(let concluded):
            if concluded.sessionID == session?.id {
                session?.outcome = concluded.outcome
                session?.concluded = true
            }
            return true
        case .caseUpdated(let update):
            if update.matter.id == session?.caseID { session?.matter = update.matter }
            if update.matter.id == ticket?.caseID { matter = update.matter }
            return true
        }
        return false
    }

    private func begin(_ welcome: Welcome) {
        isWelcomed = true
        attempt = 0
        // Whether these were done is in the snapshot; sending them again could do them twice.
        if !welcome.resumed, resumeToken != nil { unanswered = [] }
        resumeToken = welcome.resumeToken
        if welcome.resumed != (welcome.snapshot == nil) { problems.append("a snapshot belongs to a new start, and only to it") }
        guard let snapshot = welcome.snapshot else { return }
        lastSeq = 0
        acknowledgedSeq = 0
        ticket = snapshot.ticket
        place = snapshot.ticket?.place
        seat = snapshot.seat
        seats = snapshot.seats
        reservation = snapshot.reservation
        session = snapshot.session
        disposition = snapshot.session?.disposition
        materials = snapshot.materials
        matter = snapshot.matter
        queue = snapshot.queue
        appointments = snapshot.appointments
    }

    private func show(_ new: AppointmentView) {
        guard let place = appointments.firstIndex(where: { $0.id == new.id }) else { return appointments.insert(new, at: 0) }
        if appointments[place].state.isTerminal, appointments[place].state != new.state { problems.append("appointment \(new.number) left \(new.state)") }
        appointments[place] = new
    }

    private func show(_ new: TicketView) {
        if let old = ticket, old.id == new.id, old.state.isTerminal, old.state != new.state {
            problems.append("ticket \(new.number) left \(old.state) for \(new.state)")
        }
        if new.id != ticket?.id { materials = [] }
        if new.caseID != ticket?.caseID { matter = nil }
        // A ticket in the queue has no session: the broken one is left behind.
        if new.id != ticket?.id || new.state == .waiting || new.state == .reserved || new.state == .parked { session = nil }
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
        if update.state == .closed, role == .agent { session = nil }
    }

    /// The other end of a peer connection of a consult is named.
    private func show(_ media: MediaView) {
        guard let other = media.with else {
            session?.media = media
            return
        }
        session?.consult?.media.removeAll { $0.with == other }
        session?.consult?.media.append(media)
        session?.consult?.media.sort { ($0.with?.rawValue ?? "") < ($1.with?.rawValue ?? "") }
    }

    private func show(_ update: ConsultUpdated) {
        guard update.sessionID == session?.id else { return }
        guard update.consult.state == .ended else {
            session?.consult = update.consult
            return
        }
        // A colleague who was asked in has nothing left of it.
        if update.consult.you == .consultant { session = nil } else { session?.consult = nil }
    }

    private func show(_ update: MaterialUpdated) {
        if update.caseID == ticket?.caseID {
            if let index = materials.firstIndex(where: { $0.material.id == update.entry.material.id }) {
                materials[index] = update.entry
            } else {
                materials.append(update.entry)
            }
        }
        guard update.caseID == session?.caseID,
            let index = session?.materials.firstIndex(where: { $0.material.id == update.entry.material.id })
        else { return }
        session?.materials[index] = update.entry
    }
}

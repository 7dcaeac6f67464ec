import BrokerCore
import SignalingProtocol

/// Keeps records as the database would: upsert by id; what the schema would refuse is noted, at each record and not only at the end of a turn.
struct StoreModel {
    let town: Town
    private(set) var tickets: [TicketID: Ticket] = [:]
    private(set) var reservations: [ReservationID: Reservation] = [:]
    private(set) var halls: [HallID: Hall]
    private(set) var seats: [SeatID: Seat]
    private(set) var sessions: [SessionID: Session] = [:]
    private(set) var cases: [CaseID: CaseFile] = [:]
    private(set) var chats: [SessionID: [ChatMessageView]] = [:]
    private(set) var caseNumbers: Set<String> = []
    private(set) var eventsStored = 0
    /// Which version of each item a hall has adopted.
    private(set) var adopted: [HallID: [ItemCode: Int]]
    private(set) var appointments: [AppointmentID: Appointment] = [:]
    var floorTasks: [FloorTaskID: FloorTask] = [:]
    private(set) var floorActs: [FloorAct] = []
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
        halls = Dictionary(uniqueKeysWithValues: town.halls.map { ($0.id, $0) })
        seats = Dictionary(uniqueKeysWithValues: town.seats.map { ($0.id, $0) })
        let versions = Dictionary(uniqueKeysWithValues: town.catalogue.map { ($0.code, $0.version) })
        adopted = Dictionary(uniqueKeysWithValues: town.halls.map { ($0.id, versions) })
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
            cases[id]?.remove(file)
        case .fileChanged(let id, let file):
            guard let place = cases[id]?.files.firstIndex(where: { $0.id == file.id }) else { return expect(false, "a changed file was there") }
            cases[id]?.files[place] = file
        case .pictureHashes(let id, let file, let hashes): cases[id]?.pictureHashes[file] = hashes
        case .filesArranged(let id, let files): cases[id]?.arrange(files)
        case .conditionAnswer(let id, let material, let applies): cases[id]?.answers[material] = applies
        case .field(let id, let field): cases[id]?.fields[field.key] = field.value
        case .correction(let id, let correction): apply(correction, of: id)
        case .still(let id, let still): apply(still, of: id)
        case .reopened(let id, let reopening):
            expect(sessions[reopening.session]?.caseID == id, "a material is opened again in a session of its case")
            cases[id]?.reopened[reopening.material] = reopening.reason
        case .notice(let id, let notice):
            expect(cases[id]?.outcomes.last?.version == notice.version, "a notice has its outcome")
            if let old = cases[id]?.notice, old.version == notice.version {
                expect(old.code == notice.code && (old.confirmedAt ?? notice.confirmedAt) == notice.confirmedAt, "a notice stays")
            }
            cases[id]?.notice = notice
        case .floorTask(let task): apply(task)
        case .floorAct(let act):
            expect(!act.reason.allSatisfy(\.isWhitespace), "an act has its reason")
            floorActs.append(act)
        case .verdict(let id, let session, let verdict):
            expect(sessions[session]?.caseID == id, "a verdict falls in a session of its case")
            cases[id]?.verdicts.removeAll { $0.materialID == verdict.materialID }
            cases[id]?.verdicts.append(verdict)
        case .verdictWithdrawn(let id, let material):
            cases[id]?.verdicts.removeAll { $0.materialID == material }
        case .outcome(let session, let outcome):
            expect(sessions[session]?.caseID == outcome.caseID, "an outcome falls in a session of its case")
            expect(cases[outcome.caseID]?.outcomes.count == outcome.version - 1, "outcome versions count up")
            expect(cases[outcome.caseID]?.concludedBy != sessions[session]?.ticket, "one outcome a visit")
            cases[outcome.caseID]?.outcomes.append(outcome)
            cases[outcome.caseID]?.concludedBy = sessions[session]?.ticket
        case .chat(let session, let message):
            expect(sessions[session] != nil, "a chat line has a session")
            expect(chats[session]?.contains { $0.id == message.id } != true, "a chat line is stored once")
            chats[session, default: []].append(message)
        case .event(let event):
            expect(sessions[event.session] != nil, "an event has a session")
            eventsStored += 1
        case .adoption(let adoption):
            expect(adopted[adoption.hall]?[adoption.item] == adoption.replaces, "what is adopted replaces what was")
            adopted[adoption.hall, default: [:]][adoption.item] = adoption.version
        case .appointment(let appointment): apply(appointment)
        case .hall(let hall):
            expect(hall.overflow.allSatisfy { halls[$0] != nil }, "halls that help out are known")
            expect(halls[hall.id]?.revision ?? 0 < hall.revision, "a hall's revisions count up")
            halls[hall.id] = hall
        }
    }

    private mutating func apply(_ appointment: Appointment) {
        if let old = appointments[appointment.id] {
            expect(old.hasSamePromise(as: appointment), "appointment \(old.number) is another one")
            let isSame = old.state == appointment.state && old.endedAt == appointment.endedAt
            expect(!old.state.isTerminal || isSame, "appointment \(old.number) leaves \(old.state)")
            expect(old.checkInUntil <= appointment.checkInUntil, "appointment \(old.number) is over earlier than promised")
            expect(old.ticket == nil || old.ticket == appointment.ticket, "appointment \(old.number) has another ticket")
        } else {
            let isNew = !appointments.values.contains { $0.hall == appointment.hall && $0.number == appointment.number }
            expect(isNew, "appointment number \(appointment.number) is given once")
            expect(appointment.replaces.map { appointments[$0]?.citizen == appointment.citizen } ?? true, "an appointment replaces one of the same citizen")
        }
        expect(appointment.state.isTerminal == (appointment.endedAt != nil), "ended_at belongs to an appointment that ended")
        expect(appointment.state != .checkedIn || appointment.ticket != nil, "a checked-in appointment has a ticket")
        expect(appointment.ticket.map { tickets[$0] != nil } ?? true, "an appointment's ticket is known")
        let isTwice = appointment.ticket.map { ticket in appointments.values.contains { $0.ticket == ticket && $0.id != appointment.id } } ?? false
        expect(!isTwice, "one appointment a ticket")
        appointments[appointment.id] = appointment
    }

    private mutating func apply(_ new: Case) {
        if let known = cases[new.id] {
            expect(known.record.number == new.number && known.record.lookUpCode == new.lookUpCode, "a case keeps its number and code")
            expect(known.record.item == new.item, "a case keeps the version that it was opened with")
            cases[new.id]?.record = new
            return
        }
        let isNewNumber = caseNumbers.insert(new.number).inserted
        expect(isNewNumber, "case number \(new.number) is given once")
        guard let item = town.item(new.item) else { return expect(false, "the item is known") }
        expect(adopted[new.hall]?[new.item.code] == new.item.version, "a new case has the version that its hall has adopted")
        cases[new.id] = CaseFile(record: new, item: item)
    }

    private mutating func apply(_ correction: Correction, of id: CaseID) {
        expect(sessions[correction.session]?.caseID == id, "a correction falls in a session of its case")
        expect((correction.view.state == .proposed) == (correction.answeredAt == nil), "answered_at belongs to a finished correction")
        if let place = cases[id]?.corrections.firstIndex(where: { $0.view.id == correction.view.id }) {
            expect(cases[id]?.corrections[place].view.state == .proposed, "a correction ends once")
            cases[id]?.corrections[place] = correction
        } else {
            cases[id]?.corrections.append(correction)
        }
        let open = cases[id]?.corrections.count { $0.view.key == correction.view.key && $0.view.state == .proposed } ?? 0
        expect(open <= 1, "one open correction a field")
    }

    private mutating func apply(_ still: Still, of id: CaseID) {
        expect(sessions[still.session]?.caseID == id, "a picture falls in a session of its case")
        expect((still.view.state == .stored) == (still.file != nil), "a stored picture has its file")
        expect((still.view.state == .asked || still.view.state == .taken) == (still.view.deadline != nil), "an open picture has a deadline")
        if let place = cases[id]?.stills.firstIndex(where: { $0.view.id == still.view.id }) {
            cases[id]?.stills[place] = still
        } else {
            cases[id]?.stills.append(still)
        }
        let open = cases[id]?.stills.count { $0.session == still.session && $0.view.deadline != nil } ?? 0
        expect(open <= 1, "one open picture a session")
    }

    private mutating func apply(_ ticket: Ticket) {
        expect(cases[ticket.caseID] != nil, "a ticket has a case")
        if let old = tickets[ticket.id] {
            expect(!old.state.isTerminal || (old.state == ticket.state && old.endedAt == ticket.endedAt), "ticket \(ticket.number) leaves \(old.state)")
            let waits = old.state == .waiting && ticket.state == .waiting
            expect(!waits || old.waitingSince == ticket.waitingSince, "a ticket that goes on waiting has waited since then")
            expect(old.takenAt == ticket.takenAt && old.number == ticket.number && old.caseID == ticket.caseID, "a ticket keeps its place")
        }
        if tickets[ticket.id] == nil {
            cases[ticket.caseID]?.ticket = ticket.id
            cases[ticket.caseID]?.reopened = [:]
        }
        expect(ticket.state.isTerminal == (ticket.endedAt != nil), "ended_at belongs to a finished ticket")
        tickets[ticket.id] = ticket
        let isFree = liveTicket.set(ticket.citizen, to: ticket.id, while: !ticket.state.isTerminal)
        expect(isFree, "one live ticket a citizen")
    }

    private mutating func apply(_ seat: Seat) {
        expect(halls[seat.hall] != nil, "seat \(seat.id) is of a known hall")
        expect(seats[seat.id]?.hall ?? seat.hall == seat.hall, "a seat stays in its hall")
        expect(!seats.values.contains { $0.id != seat.id && $0.hall == seat.hall && $0.number == seat.number }, "one seat a number")
        expect(seat.withdrawnAt == nil || seat.agent == nil, "nobody is signed on at a withdrawn seat")
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

    mutating func expect(_ condition: Bool, _ rule: @autoclosure () -> String) {
        if !condition { problems.append("the schema refuses: " + rule()) }
    }

    mutating func takeProblems() -> [String] {
        defer { problems = [] }
        return problems
    }

    // MARK: Recovery

    /// A case as it is loaded: corrections and pictures of open sessions only.
    func caseFile(_ id: CaseID) -> CaseFile? {
        guard var file = cases[id] else { return nil }
        file.corrections.removeAll { sessions[$0.session]?.state == .closed }
        file.stills.removeAll { sessions[$0.session]?.state == .closed }
        return file
    }

    /// Made while the house was open.
    private var newHalls: [Hall] { halls.values.filter { hall in !town.halls.contains { $0.id == hall.id } }.sorted { $0.id < $1.id } }
    private var newSeats: [Seat] { seats.values.filter { seat in !town.seats.contains { $0.id == seat.id } }.sorted { $0.id < $1.id } }

    /// The live rows, as `BrokerState` documents them.
    func state(at now: Instant) -> BrokerState {
        let open = sessions.values.filter { $0.state != .closed }
        let finished = lastFinished(at: now)
        let shown = Set(open.map(\.ticket) + finished.map(\.id))
        let live = tickets.values.filter { !$0.state.isTerminal || shown.contains($0.id) }
        let kept =
            open + finished.compactMap { ticket in sessions.values.filter { $0.ticket == ticket.id }.max { $0.id < $1.id } }.filter { $0.state == .closed }
        var state = BrokerState(
            halls: town.halls.compactMap { halls[$0.id] } + newHalls, catalogue: town.catalogue + town.laterVersions,
            seats: town.seats.compactMap { seats[$0.id] } + newSeats,
            tickets: live.sorted { $0.id < $1.id }, reservations: reservations.values.filter { $0.state == .pending }.sorted { $0.id < $1.id },
            sessions: kept.sorted { $0.id < $1.id }, cases: Set(live.map(\.caseID)).sorted().compactMap(caseFile),
            chats: Dictionary(uniqueKeysWithValues: kept.compactMap { session in chats[session.id].map { (session.id, $0) } }),
            ticketsTakenToday: ticketsTaken(onDayOf: now), today: now)
        state.adopted = adopted
        state.floorTasks = floorTasks.values.filter { $0.settledAt == nil }.sorted { $0.id < $1.id }
        state.appointments = appointments.values.filter { !$0.state.isTerminal || $0.deadline.map { $0 > now } == true }.sorted { $0.id < $1.id }
        state.appointmentsMade = Dictionary(appointments.values.map { ($0.hall, 1) }, uniquingKeysWith: +)
        state.missed = appointments.values.filter { $0.state == .noShow }.sorted { $0.id < $1.id }.compactMap { missed in
            missed.endedAt.flatMap { now - $0 < BrokerState.missedRemembered ? MissedAppointment(citizen: missed.citizen, at: $0) : nil }
        }
        let agents = sessions.values.filter { $0.state == .closed && BrokerState.remembersAgent($0.disposition) }
        state.earlierAgents = agents.sorted { ($0.closedAt ?? now, $0.id) < ($1.closedAt ?? now, $1.id) }.map {
            EarlierAgent(citizen: $0.citizen, agent: $0.agent)
        }
        let taken = tickets.values.sorted { $0.id < $1.id }
        state.lanesTaken = Dictionary(grouping: taken, by: \.hall).mapValues { $0.map(\.lane) }
        return state
    }

    /// The newest ticket of each citizen who has no live one, if it ended a short while ago.
    private func lastFinished(at now: Instant) -> [Ticket] {
        let newest = Dictionary(grouping: tickets.values, by: \.citizen).compactMapValues { $0.max { $0.id < $1.id } }
        return newest.values.filter { ticket in ticket.endedAt.map { now - $0 <= BrokerState.finishedShownFor } ?? false }
    }

    private func ticketsTaken(onDayOf now: Instant) -> [HallID: Int] {
        let day: (Instant) -> Int64 = { ($0.milliseconds + 8 * 3_600_000) / 86_400_000 }
        let halls = tickets.values.filter { day($0.takenAt) == day(now) }.compactMap { cases[$0.caseID]?.record.hall }
        return Dictionary(halls.map { ($0, 1) }, uniquingKeysWith: +)
    }
}

extension Appointment {
    /// Whether everything is the same that never changes.
    fileprivate func hasSamePromise(as other: Appointment) -> Bool {
        number == other.number && hall == other.hall && item == other.item && kind == other.kind && language == other.language
            && citizen == other.citizen && time == other.time && madeAt == other.madeAt && replaces == other.replaces && checkInFrom == other.checkInFrom
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

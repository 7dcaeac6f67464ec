import SignalingProtocol

// For the simulator and for tests: the broker's memory held against its own rules, and read-only looks at it. The server calls none of this.

extension Broker {
    /// The rules about the broker's whole memory that do not hold now, a sentence each, in an order that does not depend on chance. Empty is well.
    ///
    /// Holds after every `handle`; what only holds once its effects are carried out is not asked here.
    package func invariantViolations(at now: Instant) -> [String] {
        var audit = Audit(broker: self, now: now)
        audit.seats()
        audit.ticketsAndLines()
        audit.sessions()
        audit.deadlines()
        audit.clients()
        audit.appointments()
        audit.floor()
        return audit.broken.sorted()
    }

    // MARK: Looking

    package func ticketInMemory(_ id: TicketID) -> Ticket? { tickets[id] }
    package func appointmentInMemory(_ id: AppointmentID) -> Appointment? { appointments[id] }
    package func floorTaskInMemory(_ id: FloorTaskID) -> FloorTask? { floorTasks[id] }
    package var floorTasksInMemory: [FloorTask] { floorTasks.values.sorted { $0.id < $1.id } }
    package func seatInMemory(_ id: SeatID) -> Seat? { seats[id] }
    package func sessionInMemory(_ id: SessionID) -> Session? { sessions[id] }
    package func caseInMemory(_ id: CaseID) -> CaseFile? { cases[id] }
    package func chatInMemory(_ id: SessionID) -> [ChatMessageView] { chats[id] ?? [] }
    package func pendingReservation(of seat: SeatID) -> Reservation? { reservationOfSeat[seat].flatMap { reservations[$0] } }
    /// Waiting tickets of a hall in calling order.
    package func waitingTickets(in hall: HallID) -> [Ticket] { (lines[hall]?.places.elements ?? []).compactMap { tickets[$0.ticket] } }

    package var ticketsInMemory: [Ticket] { tickets.values.sorted { $0.id < $1.id } }
    package var sessionsInMemory: [Session] { sessions.values.sorted { $0.id < $1.id } }
    /// Talks whose agents wait for a colleague who is free.
    package var talksThatAskForSomebody: [Session] { waitingConsults.sorted().compactMap { sessions[$0] } }
    package var reservationsInMemory: [Reservation] { reservations.values.sorted { $0.id < $1.id } }
    package var appointmentsInMemory: [Appointment] { appointments.values.sorted { $0.id < $1.id } }
    package var casesInMemory: [CaseFile] { cases.values.sorted { $0.record.id < $1.record.id } }

    /// What a page that opens now would be shown.
    package func shown(to endpoint: Endpoint) -> Snapshot { snapshot(for: endpoint) }

    /// Whether nobody in the hall waits to be told of a place that moved.
    package func placesAreTold(in hall: HallID) -> Bool { placesDue[hall] == nil }

    /// What is still kept although everybody has gone and every deadline has passed, a word each. Anything named here grows for ever.
    package var leftovers: [String] {
        let kept: [(String, Int)] = [
            ("tickets", tickets.count), ("tickets of citizens", ticketOfCitizen.count), ("places", lines.values.map(\.places.count).max() ?? 0),
            ("reservations", reservations.count), ("reservations of seats", reservationOfSeat.count),
            ("reservations of tickets", reservationOfTicket.count), ("sessions", sessions.count), ("sessions of seats", sessionOfSeat.count),
            ("sessions of tickets", sessionOfTicket.count), ("open sessions", openSessionOfCase.count), ("chats", chats.count),
            ("cases", cases.count), ("clients", clients.count), ("endpoints", endpoints.count), ("agents", seatOfAgent.count),
            ("places due", placesDue.count), ("tickets of cases", ticketOfCase.count), ("sessions of cases", sessionsOfCase.count),
            ("rings not acknowledged", ringPushes.count), ("consults", waitingConsults.count),
            ("appointments", appointments.count), ("appointments of citizens", appointmentsOfCitizen.count),
            ("appointments of tickets", appointmentOfTicket.count), ("bookings", bookings.values.map(\.count).max() ?? 0),
            // Of what was told twice nobody knows but a supervisor when it is done with.
            ("tasks", floorTasks.values.count { $0.kind != .toldTwice }), ("uncovered items", uncoveredSince.count),
        ]
        return kept.filter { $0.1 > 0 }.map { "\($0.1) \($0.0)" }
    }
}

private struct Audit {
    let broker: Broker
    let now: Instant
    var broken: [String] = []

    private mutating func expect(_ condition: Bool, _ rule: @autoclosure () -> String) {
        if !condition { broken.append(rule()) }
    }

    mutating func seats() {
        for seat in broker.seats.values {
            let session = broker.sessionOfSeat[seat.id].flatMap { broker.sessions[$0] }
            let ring = broker.reservationOfSeat[seat.id].flatMap { broker.reservations[$0] }
            switch seat.state {
            case .signedOff, .notReady, .ready: expect(session == nil && ring == nil, "seat \(seat.id) is \(seat.state) with somebody")
            case .reserved, .ringing: expect(ring != nil && session == nil, "seat \(seat.id) rings for nobody")
            case .inSession:
                let isTalking = session.map { $0.state != .wrapUp && $0.state != .closed } ?? false
                expect(isTalking && ring == nil, "seat \(seat.id) is in no session")
            case .wrapUp: expect(session?.state == .wrapUp && ring == nil, "seat \(seat.id) wraps up nothing")
            }
            let isAgents = session.map { $0.seat == seat.id && $0.agent == seat.agent } ?? true
            let isConsultants = session?.talkingConsult.map { $0.seat == seat.id && $0.agent == seat.agent } ?? false
            expect(isAgents != isConsultants, "seat \(seat.id): its session is not its agent's")
            expect(ring == nil || (ring?.seat == seat.id && ring?.agent == seat.agent), "seat \(seat.id): its ring is not its agent's")
            expect((seat.state == .ready) == (broker.readySeats[seat.hall]?.contains(seat.id) == true), "seat \(seat.id): ready and the index differ")
            expect((seat.state == .signedOff) == (seat.agent == nil), "seat \(seat.id): signed off means nobody there")
            expect((seat.state == .notReady) == (seat.notReadyReason != nil), "seat \(seat.id): not ready has a reason")
            if let agent = seat.agent { expect(broker.seatOfAgent[agent] == seat.id, "seat \(seat.id) is not its agent's") }
        }
        expect(broker.seatOfAgent.count == broker.seats.values.count { $0.agent != nil }, "an agent has two seats")
        expect(broker.reservationOfSeat.count == broker.reservations.count, "a seat has two rings")
        expect(broker.reservationOfTicket.count == broker.reservations.values.count { $0.purpose == .call }, "a ticket has two rings")
    }

    mutating func ticketsAndLines() {
        var waiting: [HallID: Int] = [:]
        var live = 0
        for ticket in broker.tickets.values {
            if !ticket.state.isTerminal {
                live += 1
                expect(broker.ticketOfCitizen[ticket.citizen] == ticket.id, "ticket \(ticket.number) is not its citizen's")
            }
            let ring = broker.reservationOfTicket[ticket.id].flatMap { broker.reservations[$0] }
            expect((ticket.state == .reserved) == (ring != nil), "ticket \(ticket.number) is \(ticket.state), its ring says otherwise")
            let session = broker.sessionOfTicket[ticket.id].flatMap { broker.sessions[$0] }
            let isTalking = session.map { $0.state != .wrapUp && $0.state != .closed } ?? false
            expect((ticket.state == .serving) == isTalking, "ticket \(ticket.number) is \(ticket.state), its session says otherwise")
            expect(broker.cases[ticket.caseID] != nil, "ticket \(ticket.number) has no case")
            if ticket.state == .waiting { waiting[ticket.hall, default: 0] += 1 }
        }
        let liveOfCitizens = broker.ticketOfCitizen.values.count { broker.tickets[$0].map { !$0.state.isTerminal } ?? false }
        expect(liveOfCitizens == live, "a citizen has two live tickets")
        for (hall, line) in broker.lines {
            let places = line.places.elements
            let callable = line.needs.flatMap { line.callable[$0]?.elements ?? [] }
            expect(Set(callable).isSubset(of: places), "somebody can be called in \(hall) who does not wait there")
            for key in callable {
                let ticket = broker.tickets[key.ticket]
                expect(ticket?.callBack == nil || ticket?.callBack == .confirmed, "somebody who is away can be called in \(hall)")
            }
            expect(places.count == waiting[hall, default: 0], "the line of \(hall) is not its waiting tickets")
            expect(places.allSatisfy { broker.tickets[$0.ticket]?.state == .waiting }, "the line of \(hall) holds somebody who does not wait")
        }
        expect(waiting.keys.allSatisfy { broker.lines[$0] != nil }, "somebody waits in a hall without a line")
    }

    mutating func sessions() {
        let open = broker.sessions.values.filter { $0.state != .closed }
        expect(Set(open.map(\.seat)).count == open.count, "a seat has two citizens")
        let talks = open.filter { $0.state != .wrapUp }
        expect(Set(talks.map(\.ticket)).count == talks.count, "a ticket has two sessions")
        expect(Set(talks.map(\.citizen)).count == talks.count, "a citizen is in two sessions")
        let talking = open.compactMap(\.talkingConsult)
        expect(Set(open.map(\.seat)).isDisjoint(with: talking.compactMap(\.seat)), "a seat that is consulted has a citizen of its own")
        expect(Set(talking.map(\.seat)).count == talking.count, "a seat is consulted twice")
        expect(broker.sessionOfSeat.count == open.count + talking.count, "a seat keeps a session that is closed")
        expect(broker.waitingConsults == Set(open.filter { $0.consult?.state == .waiting }.map(\.id)), "the consults that wait are not the ones that ring next")
        for session in open {
            consult(of: session)
            let bothPresent = session.sides.allSatisfy(broker.isPresent)
            if session.state == .connected || session.state == .consulting { expect(bothPresent, "a session is connected with somebody away") }
            if session.state == .reconnecting { expect(!bothPresent, "a session is reconnecting with both there") }
            expect(broker.cases[session.caseID] != nil, "a session has no case")
            // One that was handed on is still in wrap-up when the next talk has begun.
            expect(broker.openSessionOfCase[session.caseID] == session.id || session.state == .wrapUp, "a case does not know its session")
        }
    }

    private mutating func consult(of session: Session) {
        let isThere = session.talkingConsult != nil
        if session.state == .consulting || session.state == .transferring { expect(isThere, "a consult without a consultant") }
        if session.state == .connected || session.state == .held { expect(!isThere, "a consultant in a session that is \(session.state)") }
        guard let consult = session.consult else { return }
        expect(session.isTalk, "a consult in a session that is \(session.state)")
        expect(consult.deadline.map { $0 > now } ?? true, "a consult's deadline passed")
        switch consult.state {
        case .waiting: expect(consult.seat == nil && consult.deadline != nil, "a consult waits for ever")
        case .ringing:
            let ring = consult.reservation.flatMap { broker.reservations[$0] }
            expect(ring?.purpose == .consult && ring?.seat == consult.seat && ring?.ticket == session.ticket, "a consult rings nowhere")
        case .talking:
            expect(consult.seat.flatMap { broker.sessionOfSeat[$0] } == session.id, "a consultant's seat is in another session")
            let isHere = consult.agent.map { broker.isPresent(.agent($0)) } ?? false
            expect(isHere == (consult.deadline == nil), "a consultant's absence and deadline differ")
        case .ended: expect(false, "a consult that ended is kept")
        }
    }

    mutating func deadlines() {
        let isLater = { [now] (deadline: Instant?) in deadline.map { $0 > now } ?? true }
        expect(isLater(broker.nextDeadline), "a deadline was passed by")
        for ticket in broker.tickets.values {
            expect(isLater(ticket.deadline), "ticket \(ticket.number): its deadline passed")
            expect(ticket.deadline != nil || ticket.state == .reserved || ticket.state == .serving, "ticket \(ticket.number) waits for ever")
        }
        for reservation in broker.reservations.values { expect(reservation.deadline > now, "a ring's deadline passed") }
        for session in broker.sessions.values {
            expect(isLater(session.deadline), "a session's deadline passed")
            let isApart = session.talkingConsult.map { !$0.citizenIn } ?? false
            let waitsOnNobody = session.state == .connected || session.state == .closed || (session.state == .consulting && !isApart)
            expect((session.deadline == nil) == waitsOnNobody, "a session waits for ever: \(session.state)")
        }
        for seat in broker.seats.values {
            expect(isLater(seat.deadline), "seat \(seat.id): its deadline passed")
            guard let agent = seat.agent, seat.state == .ready || seat.state == .notReady else { continue }
            expect(broker.isPresent(.agent(agent)) == (seat.deadline == nil), "seat \(seat.id): away and deadline differ")
        }
    }

    mutating func appointments() {
        var indexed = 0
        for appointment in broker.appointments.values {
            let name = "appointment \(appointment.number)"
            expect(appointment.deadline.map { $0 > now } ?? (appointment.state == .checkedIn), "\(name): its deadline passed")
            expect(broker.appointmentsOfCitizen[appointment.citizen]?.contains(appointment.id) == true, "\(name) is not its citizen's")
            let isIndexed = broker.bookings[appointment.hall]?.contains(appointment) ?? false
            expect(isIndexed == appointment.keepsPlace, "\(name): its place and the index differ")
            if isIndexed { indexed += 1 }
            let hasCome = appointment.ticket != nil
            expect(appointment.state.isTerminal || hasCome == (appointment.state == .checkedIn), "\(name): its ticket")
            guard appointment.state == .checkedIn, let ticket = appointment.ticket.flatMap({ broker.tickets[$0] }) else {
                expect(appointment.state != .checkedIn, "\(name) is checked in without a ticket")
                continue
            }
            expect(!ticket.state.isTerminal, "\(name) waits for a ticket that is \(ticket.state)")
            let isDue = appointment.time.lowerBound <= now
            expect(!isDue || ticket.lane == .appointment || ticket.lane == .priority, "\(name) is due and waits in lane \(ticket.lane)")
        }
        expect(broker.bookings.values.reduce(0) { $0 + $1.count } == indexed, "a place is kept for nobody")
    }

    mutating func floor() {
        expect(broker.floorTasks.count == broker.floorTaskOfCause.count, "two tasks have one cause")
        for task in broker.floorTasks.values {
            expect(broker.floorTaskOfCause[FloorCause(task)] == task.id, "task \(task.name) is not its cause's")
            expect(task.settledAt == nil && task.state != .resolved, "task \(task.name) is kept over its cause")
            expect(isCauseThere(of: task), "task \(task.kind.rawValue) \(task.name) is there without its cause")
        }
    }

    private func isCauseThere(of task: FloorTask) -> Bool {
        switch task.subject {
        case .ticket(let id):
            guard let ticket = broker.tickets[id] else { return false }
            return task.kind == .longWait && ticket.hall == task.hall && (ticket.state == .waiting || ticket.state == .reserved)
        case .session(let id): return task.kind == .badLine && broker.sessions[id].map { $0.isTalk || $0.state == .ringing } ?? false
        case .seat(let id):
            guard let seat = broker.seats[id] else { return false }
            return task.kind == .help ? seat.agent != nil && !task.state.isTerminal : task.kind == .unansweredRing && seat.notReadyReason == .rona
        case .item: return task.kind == .uncoveredItem
        case .material: return task.kind == .toldTwice
        }
    }

    mutating func clients() {
        for client in broker.clients.values {
            expect((client.deadline == nil) == client.isPresent, "a client that is away waits for ever")
            expect(client.deadline.map { $0 > now } ?? true, "a client's deadline passed")
            expect(client.isPresent == (client.connection != nil), "a client is present without a line")
            if let connection = client.connection { expect(broker.endpoints[connection] == client.person.endpoint, "a line is somebody else's") }
        }
        expect(broker.endpoints.count == broker.clients.values.count { $0.connection != nil }, "a line has no client")
    }
}

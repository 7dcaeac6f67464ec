import BrokerCore
import SignalingProtocol

// The rules. What is cheap is asked at every step of what the step touched; the rest now and then and at the end.

extension Simulation {
    func expect(_ condition: Bool, _ rule: @autoclosure () -> String) {
        if !condition { broken.append(rule()) }
    }

    // MARK: Calling

    /// Whether somebody's page is there and has answered a heartbeat of late, by what the simulation itself has seen.
    func isFresh(_ person: Int) -> Bool {
        guard server.lineOfPerson[person] != nil, let answered = server.heartbeatOfPerson[person] else { return false }
        return serverNow - answered <= configuration.heartbeatTolerance
    }

    /// Waiting, there, and not away on a call-back.
    private func isCallable(_ ticket: Ticket) -> Bool {
        let wantsCall = ticket.callBack == nil || ticket.callBack == .confirmed
        return ticket.state == .waiting && wantsCall && isFresh(Numbered.number(of: ticket.citizen))
    }

    private func isFree(_ seat: Seat) -> Bool { seat.state == .ready && (seat.agent.map { isFresh(Numbered.number(of: $0)) } ?? false) }

    /// Whether this seat may be given this ticket at all.
    private func canTake(_ seat: Seat, _ ticket: Ticket) -> Bool {
        if let target = ticket.directedTo { return target == seat.id }
        guard seat.skills.takes(ticket) else { return false }
        guard ticket.handedOnFrom != seat.id || !isAnotherAtWork(than: seat, for: ticket) else { return false }
        guard seat.hall != ticket.hall else { return true }
        let helps = town.halls.first { $0.id == ticket.hall }?.overflow.contains(seat.hall) == true
        // By the time of the broker's last turn: what has come due since is the next turn's business.
        return helps && ticket.transfer == nil && server.lastTurn - ticket.takenAt >= configuration.overflowAfter
    }

    /// Who handed a ticket on does not get it back while a colleague of the hall could take it sooner or later.
    private func isAnotherAtWork(than seat: Seat, for ticket: Ticket) -> Bool {
        server.broker.allSeats.contains { other in
            guard other.id != seat.id, other.hall == seat.hall, other.skills.takes(ticket) else { return false }
            switch other.state {
            case .ready, .reserved, .ringing, .inSession, .wrapUp: return true
            case .signedOff, .notReady: return false
            }
        }
    }

    /// Every hall whose tickets may come to this seat.
    private func hallsServed(by seat: Seat) -> [HallID] { [seat.hall] + town.halls.filter { $0.overflow.contains(seat.hall) }.map(\.id) }

    /// Nobody who could be called is overtaken by somebody later in the same lane; nobody is called who is not there.
    func checkOrder(of reservation: Reservation) {
        switch reservation.purpose {
        case .call: checkCall(reservation)
        case .consult: checkConsultRing(reservation)
        }
    }

    /// Who is asked in can be, is there, and is the idlest of those who could be.
    private func checkConsultRing(_ reservation: Reservation) {
        let ticket = server.head.tickets[reservation.ticket]
        let session = server.head.sessions.values.first { $0.consult?.reservation == reservation.id }
        guard let ticket, let seat = server.head.seats[reservation.seat], let session, let consult = session.consult else {
            return broken.append("seat \(reservation.seat) is asked into no talk")
        }
        census.count("consult ring")
        expect(canJoin(seat, session, ticket), "seat \(seat.id) is asked into a talk that it cannot help with")
        expect(isFresh(Numbered.number(of: reservation.agent)), "seat \(seat.id) is asked in, and its page answers no heartbeat")
        expect(reservation.deadline - reservation.createdAt == configuration.ringTimeout, "a ring that lasts otherwise than configured")
        guard consult.target == nil else { return }
        for other in server.broker.allSeats where isFree(other) && canJoin(other, session, ticket) {
            expect((seat.idleSince, seat.id) < (other.idleSince, other.id), "seat \(other.id) has been idle for longer than \(seat.id), which is asked in")
        }
    }

    private func canJoin(_ seat: Seat, _ session: Session, _ ticket: Ticket) -> Bool {
        guard let consult = session.consult, seat.hall == consult.hall, seat.id != session.seat else { return false }
        if let target = consult.target { return target == seat.id }
        return seat.skills.take(group: ticket.group, kind: ticket.kind, language: consult.language)
    }

    private func checkCall(_ reservation: Reservation) {
        guard let ticket = server.head.tickets[reservation.ticket], let seat = server.head.seats[reservation.seat] else { return }
        census.count("ring")
        expect(canTake(seat, ticket), "seat \(seat.id) rings for a ticket that it cannot take")
        expect(isFresh(Numbered.number(of: ticket.citizen)), "a ring for \(ticket.number), whose page answers no heartbeat")
        expect(isFresh(Numbered.number(of: reservation.agent)), "a ring at seat \(seat.id), whose page answers no heartbeat")
        expect(reservation.deadline - reservation.createdAt == configuration.ringTimeout, "a ring that lasts otherwise than configured")
        // Who has a citizen in front of them goes before those who wait.
        for session in server.broker.talksThatAskForSomebody {
            guard let asked = server.head.tickets[session.ticket] else { continue }
            expect(!canJoin(seat, session, asked), "\(ticket.number) rings at seat \(seat.id), which \(session.seat) asks for")
        }
        for other in server.broker.waitingTickets(in: ticket.hall) where isSameLane(other, ticket) && isCallable(other) && canTake(seat, other) {
            let isEarlier = (other.takenAt, other.id) < (ticket.takenAt, ticket.id)
            expect(!isEarlier, "\(other.number) was overtaken by \(ticket.number)")
        }
        guard reservation.why.rule == .longestIdle else { return }
        // A helping hall's seats come after the hall's own, however idle they are.
        for other in server.broker.allSeats where other.hall == ticket.hall && isFree(other) && canTake(other, ticket) {
            expect((seat.idleSince, seat.id) < (other.idleSince, other.id), "seat \(other.id) has been idle for longer than \(seat.id), which rings")
        }
    }

    /// Who was handed on waits before all lanes.
    private func isSameLane(_ one: Ticket, _ other: Ticket) -> Bool { one.lane == other.lane && (one.transfer == nil) == (other.transfer == nil) }

    /// After a ring that nobody took the seat takes no more until its agent says so, and the ticket is back in its place, one ring older.
    /// - Parameters: the first that is stored of each afterwards, if anything is.
    func checkReturn(after reservation: Reservation, seat: Seat?, ticket: Ticket?) {
        let reasons: [NotReadyReason] = reservation.state == .rejected ? [.rejected] : [.rona, .connectionLost]
        let ring = "a ring that was \(reservation.state.rawValue)"
        expect(seat?.state == .notReady && seat?.notReadyReason.map(reasons.contains) == true, "seat \(reservation.seat) goes on after \(ring)")
        // The ticket of a talk that somebody was asked into is served all the while.
        guard reservation.purpose == .call else { return }
        expect(ticket?.state == .waiting && ticket?.earlierRings == reservation.why.earlierRings + 1, "a ticket is not back in its place after \(ring)")
    }

    /// A seat that goes away in the middle of a talk costs the citizen nothing: what was not concluded is called again.
    /// - Parameter ticket: as it was first stored afterwards, or as it is when it was not touched.
    func checkPlace(after session: Session, ticket: Ticket?) {
        guard session.disposition == .dropped, session.endedAt == session.closedAt, let ticket else { return }
        census.count("seat lost")
        expect(!ticket.state.isTerminal, "ticket \(ticket.number) ended because its seat went away")
    }

    /// A ready seat and a ticket that it could take are never both left waiting.
    func checkNobodyIsIdle() {
        let asking = server.broker.talksThatAskForSomebody
        for seat in server.broker.allSeats where isFree(seat) {
            let asked = asking.first { session in
                guard let ticket = server.head.tickets[session.ticket] else { return false }
                return canJoin(seat, session, ticket)
            }
            if let asked { broken.append("seat \(seat.id) is free and \(asked.seat) asks for a colleague") }
            let tickets = hallsServed(by: seat).lazy.flatMap { self.server.broker.waitingTickets(in: $0) }
            guard let ticket = tickets.first(where: { self.isCallable($0) && self.canTake(seat, $0) }) else { continue }
            broken.append("seat \(seat.id) is free and \(ticket.number) waits")
        }
    }

    // MARK: The store

    /// What is decided is handed to the store in the same turn.
    func checkIsRemembered(_ record: Record) {
        switch record {
        case .ticket(let ticket):
            let kept = server.broker.ticketInMemory(ticket.id)
            expect(kept == nil || kept == server.head.tickets[ticket.id], "ticket \(ticket.number) is not as stored")
        case .seat(let seat): expect(server.broker.seatInMemory(seat.id) == server.head.seats[seat.id], "seat \(seat.id) is not as stored")
        case .session(let session):
            let kept = server.broker.sessionInMemory(session.id)
            expect(kept == nil || kept == server.head.sessions[session.id], "a session is not as stored")
        case .reservation(let reservation):
            let pending = server.broker.pendingReservation(of: reservation.seat)
            expect(server.head.ringOfSeat.values[reservation.seat] == pending?.id, "a ring is not as stored")
            expect(pending == nil || pending.map { server.head.reservations[$0.id] } == pending, "a ring is not as stored")
        case .serviceCase(let new): checkCase(new.id)
        case .file(let id, _), .fileRemoved(let id, _), .verdict(let id, _, _), .verdictWithdrawn(let id, _), .fileChanged(let id, _),
            .pictureHashes(let id, _, _), .filesArranged(let id, _), .conditionAnswer(let id, _, _), .field(let id, _), .correction(let id, _),
            .still(let id, _), .reopened(let id, _), .notice(let id, _):
            checkCase(id)
        case .floorTask(let task):
            let kept = server.broker.floorTaskInMemory(task.id)
            expect(kept == nil || kept == server.head.floorTasks[task.id], "task \(task.name) is not as stored")
        case .floorAct: break
        case .outcome(_, let outcome): checkCase(outcome.caseID)
        case .chat(let session, _):
            let kept = server.broker.chatInMemory(session)
            expect(kept.isEmpty || kept == server.head.chats[session], "a talk's lines are not as stored")
        case .adoption(let adoption):
            let offered = Dictionary(uniqueKeysWithValues: server.broker.publishedItems(in: adoption.hall).map { ($0.code, $0.version) })
            expect(offered == server.head.adopted[adoption.hall], "what a hall has adopted is not as stored")
        case .appointment(let appointment):
            let kept = server.broker.appointmentInMemory(appointment.id)
            expect(kept == nil || kept == server.head.appointments[appointment.id], "appointment \(appointment.number) is not as stored")
            check(appointment)
        case .hall(let hall):
            expect(server.broker.allHalls.first { $0.id == hall.id } == server.head.halls[hall.id], "hall \(hall.id) is not as stored")
        case .event: break
        }
    }

    private func checkCase(_ id: CaseID) {
        let kept = server.broker.caseInMemory(id)
        expect(kept == nil || kept == server.head.caseFile(id), "a case is not as stored")
    }

    /// What a message tells of is in the records of its own turn or of one before.
    func checkIsStored(_ message: ServerMessage) { checkIsIn(server.head, message, "stored", isNow: true) }

    /// What a page hears of has reached the disk, whatever happens next.
    func checkIsCommitted(_ message: ServerMessage) { checkIsIn(server.disk, message, "on disk", isNow: false) }

    /// - Parameter isNow: the message is being said; otherwise it was said a while ago, and things may have gone on.
    private func checkIsIn(_ store: StoreModel, _ message: ServerMessage, _ place: String, isNow: Bool) {
        switch message {
        case .welcome, .ok, .error, .bye, .heartbeat, .ticketPlace, .boardQueue: break
        case .ticketUpdated(let update):
            let state = store.tickets[update.ticket.id]?.state
            let isKept = isNow || update.ticket.state.isTerminal ? state == update.ticket.state : state != nil
            expect(isKept, "ticket \(update.ticket.number) is told as \(update.ticket.state), and is not \(place)")
        case .seatUpdated(let update):
            guard isNow, let seat = update.seat else { return }
            expect(store.seats[seat.id]?.state == seat.state && store.seats[seat.id]?.notReadyReason == seat.notReadyReason, "a seat's state is not \(place)")
        case .reservationRinging(let ringing):
            let state = store.reservations[ringing.reservation.id]?.state
            expect(isNow ? state == .pending : state != nil, "a ring is not \(place)")
        case .reservationEnded(let ended): expect(store.reservations[ended.reservationID]?.state == ended.state, "a ring's end is not \(place)")
        case .sessionStarted(let started):
            let state = store.sessions[started.session.id]?.state
            expect(isNow ? state == started.session.state : state != nil, "a session is not \(place)")
        case .sessionUpdated(let update):
            let state = store.sessions[update.sessionID]?.state
            expect(isNow || update.state == .closed ? state == update.state : state != nil, "a session is told as \(update.state), and is not \(place)")
        case .sessionMedia(let update):
            if isNow, update.media.with != .consultant, let consult = store.sessions[update.sessionID]?.consult, consult.state == .talking {
                let isOfAgents = update.media.with == .agent
                expect(isOfAgents || consult.citizenIn, "a citizen who is apart gets a peer connection")
            }
            let epoch = (update.media.with == nil ? store.sessions[update.sessionID]?.mediaEpoch : store.sessions[update.sessionID]?.lastEpoch) ?? -1
            expect(isNow && update.media.with == nil ? epoch == update.media.epoch : epoch >= update.media.epoch, "an epoch of media is not \(place)")
        case .consultUpdated(let update):
            guard let session = store.sessions[update.sessionID] else { return broken.append("a consult's session is not \(place)") }
            guard isNow else { return }
            expect(session.consult?.state ?? .ended == update.consult.state, "a consult is told as \(update.consult.state), and is not \(place)")
            expect(update.consult.state == .ended || session.consult?.citizenIn == update.consult.citizenIn, "who hears whom is not \(place)")
        case .chatMessage(let push): expect(store.chats[push.sessionID]?.contains(push.message) == true, "a chat line is not \(place)")
        case .materialUpdated(let update):
            guard let file = store.cases[update.caseID] else { return broken.append("a case is not \(place)") }
            guard isNow else { return }
            expect(file.files.filter { $0.materialID == update.entry.material.id } == update.entry.files, "files are not \(place)")
            expect(file.verdicts.first { $0.materialID == update.entry.material.id } == update.entry.verdict, "a verdict is not \(place)")
        case .caseUpdated(let update):
            guard let file = store.cases[update.matter.id] else { return broken.append("a case is not \(place)") }
            guard isNow else { return }
            expect(update.matter.notice == file.notice, "a notice is not \(place)")
            expect(update.matter.fields.allSatisfy { file.fields[$0.key] == $0.value }, "a form is not \(place)")
            expect(update.matter.corrections.allSatisfy { view in file.corrections.contains { $0.view == view } }, "a correction is not \(place)")
        case .appointmentUpdated(let update):
            let state = store.appointments[update.appointment.id]?.state
            let isKept = isNow || update.appointment.state.isTerminal ? state == update.appointment.state : state != nil
            expect(isKept, "appointment \(update.appointment.number) is told as \(update.appointment.state), and is not \(place)")
        case .precheckConcluded(let concluded):
            expect(store.cases[concluded.outcome.caseID]?.outcomes.contains(concluded.outcome) == true, "an outcome is not \(place)")
        }
    }

    // MARK: The whole

    /// The broker's whole memory against its own rules, against the store, and against what the pages show.
    func audit() {
        guard server.isUp else { return }
        census.audits += 1
        // A deadline of this very moment may be the next step's business.
        broken += server.broker.invariantViolations(at: server.lastTurn)
        checkTheStore()
        checkWaits()
        checkNobodyIsIdle()
        comparePages()
    }

    private func checkTheStore() {
        let broker = server.broker
        let head = server.head
        var live = 0
        for ticket in broker.ticketsInMemory {
            if !ticket.state.isTerminal { live += 1 }
            expect(head.tickets[ticket.id] == ticket, "ticket \(ticket.number) is not as stored")
        }
        expect(live == head.liveTicket.values.count, "a live ticket is stored and forgotten")
        let appointments = broker.appointmentsInMemory
        for appointment in appointments { expect(head.appointments[appointment.id] == appointment, "appointment \(appointment.number) is not as stored") }
        let liveAppointments = head.appointments.values.count { !$0.state.isTerminal }
        expect(appointments.count { !$0.state.isTerminal } == liveAppointments, "a live appointment is stored and forgotten")
        for reservation in broker.reservationsInMemory { expect(head.reservations[reservation.id] == reservation, "a ring is not as stored") }
        expect(broker.reservationsInMemory.count == head.ringOfSeat.values.count, "a ring is stored and forgotten")
        let sessions = broker.sessionsInMemory
        for session in sessions {
            expect(head.sessions[session.id] == session, "a session is not as stored")
            expect(broker.chatInMemory(session.id) == head.chats[session.id] ?? [], "a talk's lines are not as stored")
        }
        expect(sessions.count { $0.state != .closed } == head.openOfSeat.values.count, "an open session is stored and forgotten")
        for seat in broker.allSeats { expect(head.seats[seat.id] == seat, "seat \(seat.id) is not as stored") }
        checkTheFloor()
        for file in broker.casesInMemory { expect(head.caseFile(file.record.id) == file, "case \(file.record.number) is not as stored") }
    }

    /// No state lasts longer than its limit, by the times in the store and not by the deadlines that the broker gave itself.
    private func checkWaits() {
        guard !server.isStorageDown else { return }
        for id in server.head.ringOfSeat.values.values {
            guard let ring = server.head.reservations[id] else { continue }
            expect(server.lastTurn - ring.createdAt <= configuration.ringTimeout, "a ring goes on and on")
        }
        for id in server.head.liveTicket.values.values {
            guard let ticket = server.head.tickets[id], ticket.state == .waiting else { continue }
            expect(isStillInTime(ticket), "ticket \(ticket.number) waits for ever")
            // Who said they would leave may be away as long as anybody may wait.
            guard ticket.callBack == nil || ticket.callBack == .confirmed else { continue }
            let since = min(away(Numbered.number(of: ticket.citizen)), server.lastTurn - (server.waitingSince[id] ?? server.bornAt))
            expect(since <= configuration.citizenAwayGrace, "ticket \(ticket.number) waits for somebody who is gone")
        }
        checkAppointmentWaits()
        for seat in server.head.seats.values {
            guard let agent = seat.agent else { continue }
            let since = min(away(Numbered.number(of: agent)), server.lastTurn - seat.since)
            if seat.state == .ready { expect(since <= configuration.seatAwayGrace, "seat \(seat.id) is ready with nobody there") }
            if seat.state == .notReady { expect(since <= configuration.seatSignOffGrace, "seat \(seat.id) is signed on with nobody there") }
        }
        for id in server.head.openOfSeat.values.values { server.head.sessions[id].map(checkWait) }
    }

    /// Within its lifetime since it last began to wait, and within the longest time since it was taken. A place kept for a call-back has both in opening time.
    private func isStillInTime(_ ticket: Ticket) -> Bool {
        let (lifetime, total) = (configuration.ticketLifetime, configuration.ticketTotal)
        let waited = server.lastTurn - ticket.waitingSince
        if waited <= lifetime, waited <= configuration.citizenAwayGrace || server.lastTurn - ticket.takenAt <= total { return true }
        guard ticket.callBack != nil, openings[ticket.hall] != nil else { return false }
        // Its deadline may come from an older plan.
        if scheduleHasChanged { return true }
        return openTime(of: ticket, since: ticket.waitingSince) <= lifetime && openTime(of: ticket, since: ticket.takenAt) <= total
    }

    /// A place that is kept for a call-back is not eaten by a time in which the hall is closed.
    func checkIsExpiredInTime(_ ticket: Ticket) {
        guard ticket.state == .expired, !scheduleHasChanged, openings[ticket.hall] != nil,
            let before = server.head.tickets[ticket.id], before.state == .waiting,
            before.callBack == .away || before.callBack == .asked
        else { return }
        census.count("kept place expired")
        // By the second, and a hall that opens and closes has some.
        let slack: Int64 = 6_000
        let hasLived = openTime(of: ticket, since: ticket.waitingSince).count + slack >= configuration.ticketLifetime.count
        let wasBounded = openTime(of: ticket, since: ticket.takenAt).count + slack >= configuration.ticketTotal.count
        expect(hasLived || wasBounded, "\(ticket.number) kept a place and lost it while the hall was closed")
    }

    /// Counted by the second; what is not known counts as open.
    private func openTime(of ticket: Ticket, since: Instant) -> Milliseconds {
        guard let plan = openings[ticket.hall] else { return 0 }
        var open: Int64 = 0
        var at = since
        while at + .seconds(1) <= server.lastTurn {
            if at >= plan.knownUntil || isOnSchedule(ticket, in: ticket.hall, at: at) { open += 1 }
            at = at + .seconds(1)
        }
        // At each end of a stretch a part of a second may have been counted as a whole one.
        return .seconds(max(0, open - Int64(plan.stretches.count) - 1))
    }

    private func isOnSchedule(_ ticket: Ticket, in hall: HallID, at instant: Instant) -> Bool {
        openings[hall]?.stretches.contains { stretch in
            stretch.time.contains(instant) && (stretch.covers.groups.isEmpty || stretch.covers.groups.contains(ticket.group))
        } ?? false
    }

    /// Who is away is asked back only when somebody is there or on schedule who could take the ticket.
    func checkIsAskedInTime(_ ticket: Ticket) {
        guard ticket.state == .waiting, ticket.callBack == .asked, server.head.tickets[ticket.id]?.callBack != .asked, openings[ticket.hall] != nil else {
            return
        }
        let isHandedOn = ticket.transfer != nil
        let halls = [ticket.hall] + (isHandedOn ? [] : town.halls.first { $0.id == ticket.hall }?.overflow ?? [])
        let isThere = server.head.seats.values.contains { seat in
            seat.agent != nil && halls.contains(seat.hall) && seat.skills.takes(ticket)
        }
        let isPlanned = halls.contains { isOnSchedule(ticket, in: $0, at: server.lastTurn) }
        census.count(isThere ? "asked back" : "asked back by schedule")
        expect(isThere || isPlanned, "\(ticket.number) is asked back to a closed hall")
    }

    private func checkWait(_ session: Session) {
        let lasts = { [server] (since: Instant?) in server.lastTurn - max(since ?? server.bornAt, server.bornAt) }
        switch session.state {
        case .ringing:
            // Each call begins with a tick, which may be late: so the calls are counted, and the time of one is measured.
            let left = session.deadline.map { $0 - server.lastTurn } ?? configuration.callTimeout
            let isBounded = session.calls <= configuration.callsBeforeParking && left <= configuration.callTimeout
            expect(isBounded, "a citizen is called for ever")
        case .wrapUp: expect(lasts(session.endedAt) <= configuration.wrapUpLimit, "a wrap-up lasts for ever")
        // Each new absence begins the wait anew, but not without end.
        case .reconnecting: expect(lasts(session.reconnectingSince) <= configuration.reconnectLimit, "a session waits for somebody's page for ever")
        case .transferring: expect(session.consult?.deadline != nil, "a session waits for ever to be taken over")
        case .connected, .held, .consulting, .closed: break
        }
    }

    /// How long somebody's page has been away.
    private func away(_ person: Int) -> Milliseconds { server.lineOfPerson[person] == nil ? server.lastTurn - server.awaySince[person] : 0 }

    /// When everybody has gone and every deadline has passed.
    private func checkEverybodyIsHome() {
        let head = server.head
        for ticket in head.tickets.values where !ticket.state.isTerminal { broken.append("ticket \(ticket.number) ended as \(ticket.state)") }
        for appointment in head.appointments.values where !appointment.state.isTerminal {
            broken.append("appointment \(appointment.number) ended as \(appointment.state)")
        }
        for session in head.sessions.values where session.state != .closed { broken.append("a session ended as \(session.state)") }
        for reservation in head.reservations.values where reservation.state == .pending { broken.append("a ring never ended") }
        for seat in head.seats.values where seat.state != .signedOff { broken.append("seat \(seat.id) ended as \(seat.state)") }
        broken.sort()
        broken += server.broker.leftovers.map { "the broker still keeps \($0)" }
    }

    func checkTheEnd() {
        audit()
        checkEverybodyIsHome()
        expect(server.isQuiet, "something waits for the disk for ever")
        for (id, ticket) in server.head.tickets { expect(server.disk.tickets[id] == ticket, "ticket \(ticket.number) is not on disk") }
        expect(server.head.reservations == server.disk.reservations && server.head.sessions == server.disk.sessions, "the disk missed something")
        expect(server.head.cases == server.disk.cases && server.head.seats == server.disk.seats, "the disk missed something")
    }
}

extension Skills {
    /// Whether whoever has them can take the ticket, as the simulation understands it.
    fileprivate func takes(_ ticket: Ticket) -> Bool { take(group: ticket.group, kind: ticket.kind, language: ticket.language) }

    fileprivate func take(group: String, kind: SessionKind, language: SpokenLanguage?) -> Bool {
        (groups.isEmpty || groups.contains(group)) && (kinds.isEmpty || kinds.contains(kind))
            && (language.map { languages.isEmpty || languages.contains($0) } ?? true)
    }
}

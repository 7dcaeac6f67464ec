import SignalingProtocol

// From choosing a time to being served.
//
// A place that somebody gives back stays shut for a while for everybody but them. If it opened at once, whoever sells places could cancel in one name and
// book in another in the same breath. The one who gave it back may have it again: changing one's mind is no trade.

extension Broker {
    mutating func perform(_ act: AppointmentAct, by citizen: CitizenID, request: RequestID, at now: Instant) {
        do throws(WireError) {
            let id =
                switch act {
                case .hold(let wanted, let name, let assurance):
                    try hold(wanted, citizen: citizen, name: name, assurance: assurance, at: now)
                case .book(let id): try book(id, citizen: citizen, at: now)
                case .cancel(let id): try cancel(id, citizen: citizen, at: now)
                case .checkIn(let id, let entropy): try checkIn(id, citizen: citizen, entropy: entropy, at: now)
                }
            guard let appointment = appointments[id] else { throw WireError(.internalError) }
            let ticket = appointment.ticket.flatMap { tickets[$0] }.map { view(of: $0) }
            effects.append(.answer(request, .success(.appointment(view(of: appointment), ticket))))
        } catch {
            effects.append(.answer(request, .failure(error)))
        }
    }

    // MARK: What a citizen does

    private mutating func hold(
        _ wanted: AppointmentRequest, citizen: CitizenID, name: String, assurance: Assurance, at now: Instant
    ) throws(WireError) -> AppointmentID {
        guard let hall = halls[wanted.hallID] else { throw WireError(.notFound, field: "hall_id") }
        guard let item = catalogue[wanted.hallID]?[wanted.itemCode], item.kinds.contains(wanted.kind) else { throw WireError(.itemNotOffered) }
        guard hall.admits(assurance, to: wanted.kind) else { throw WireError(.identityVerificationRequired) }
        let own = ownAppointments(of: citizen)
        // Sent again after a lost answer.
        if let same = own.first(where: { $0.state == .held && $0.isAsked(by: wanted) }) { return same.id }
        if let replaced = wanted.replaces {
            guard let old = own.first(where: { $0.id == replaced }) else { throw WireError(.notFound, field: "replaces") }
            guard old.state == .booked else { throw WireError(.wrongState) }
        }
        let seeker = PlaceSeeker(start: wanted.startsAt, group: item.category, kind: wanted.kind, language: wanted.language)
        let rules = bookingRules(of: wanted.hallID)
        try checkLimits(wanted, of: own, citizen: citizen, rules, at: now)
        let time = try findPlace(for: seeker, in: wanted.hallID, citizen: citizen, at: now)
        let overlapping = own.contains { !$0.state.isTerminal && $0.id != wanted.replaces && $0.time.overlaps(time) }
        guard !overlapping else { throw WireError(.bookingLimit) }
        takeBack(own, time, in: wanted.hallID)

        let count = appointmentsMade[wanted.hallID, default: 0] + 1
        appointmentsMade[wanted.hallID] = count
        let digits = String(count)
        var appointment = Appointment(
            id: identifiers.next(at: now), number: "Y" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits, hall: wanted.hallID,
            item: ItemReference(code: item.code, version: item.version, name: item.name), group: item.category, kind: wanted.kind,
            language: wanted.language, citizen: citizen, citizenName: name, time: time, madeAt: now, replaces: wanted.replaces,
            checkInFrom: Instant(milliseconds: time.lowerBound.milliseconds - rules.checkInBefore.count),
            checkInUntil: time.lowerBound + rules.checkInGrace, state: .held)
        appointment.deadline = now + rules.hold
        change(appointment)
        return appointment.id
    }

    /// What somebody gave back and takes again is theirs once, not twice.
    private mutating func takeBack(_ own: [Appointment], _ time: Range<Instant>, in hall: HallID) {
        for var old in own where old.shutUntil != nil && old.hall == hall && old.time == time {
            old.shutUntil = nil
            old.deadline = shownUntil(old)
            save(old)
        }
    }

    private func checkLimits(
        _ wanted: AppointmentRequest, of own: [Appointment], citizen: CitizenID, _ rules: BookingRules, at now: Instant
    ) throws(WireError) {
        let live = own.filter { !$0.state.isTerminal && $0.id != wanted.replaces }
        let isSameDay = live.contains {
            $0.item.code == wanted.itemCode && HallDay($0.hall, $0.time.lowerBound).day == HallDay($0.hall, wanted.startsAt).day
        }
        // Else one person could shut a whole week by holding and letting go.
        let freed = own.count { $0.shutUntil.map { $0 > now } == true && !($0.hall == wanted.hallID && $0.time.lowerBound == wanted.startsAt) }
        let missed = (missed[citizen] ?? []).count { now - $0 < rules.missedMemory }
        guard live.count < rules.perPerson, !isSameDay, freed < rules.freedLimit, missed < rules.missedLimit else { throw WireError(.bookingLimit) }
    }

    private mutating func book(_ id: AppointmentID, citizen: CitizenID, at now: Instant) throws(WireError) -> AppointmentID {
        var appointment = try appointment(id, of: citizen)
        switch appointment.state {
        case .held: break
        case .booked, .checkedIn: return id
        case .lapsed: throw WireError(.holdExpired)
        case .served, .cancelled, .rescheduled, .noShow: throw WireError(.wrongState)
        }
        // The schedule changed while it was held.
        guard !appointment.moved else { throw WireError(.slotFull) }
        let old = appointment.replaces.flatMap { appointments[$0] }
        guard old?.state != .checkedIn else { throw WireError(.wrongState) }
        appointment.state = .booked
        appointment.deadline = appointment.checkInUntil
        change(appointment)
        if let old, old.state == .booked { end(old, as: .rescheduled, at: now) }
        return id
    }

    private mutating func cancel(_ id: AppointmentID, citizen: CitizenID, at now: Instant) throws(WireError) -> AppointmentID {
        let appointment = try appointment(id, of: citizen)
        switch appointment.state {
        case .held, .booked: end(appointment, as: .cancelled, at: now)
        // Its ticket's end is its own.
        case .checkedIn: if let ticket = appointment.ticket { try cancelTicket(ticket, citizen: citizen, at: now) }
        case .cancelled, .lapsed: break
        case .served, .rescheduled, .noShow: throw WireError(.wrongState)
        }
        return id
    }

    private mutating func checkIn(_ id: AppointmentID, citizen: CitizenID, entropy: UInt64, at now: Instant) throws(WireError) -> AppointmentID {
        var appointment = try appointment(id, of: citizen)
        switch appointment.state {
        case .booked: break
        case .checkedIn: return id
        case .noShow: throw WireError(.tooLate)
        case .held, .served, .cancelled, .rescheduled, .lapsed: throw WireError(.wrongState)
        }
        guard now >= appointment.checkInFrom else { throw WireError(.tooEarly) }
        guard now < appointment.checkInUntil else { throw WireError(.tooLate) }
        let ticket = try ticketFor(appointment, entropy: entropy, at: now)
        appointment.state = .checkedIn
        appointment.ticket = ticket.id
        appointment.caseNumber = cases[ticket.caseID]?.record.number
        let isDue = appointment.time.lowerBound <= now
        appointment.deadline = isDue ? nil : appointment.time.lowerBound
        change(appointment)
        if isDue { enterLane(of: appointment, at: now) }
        return id
    }

    /// The one that the citizen waits with for the same matter, or a new one.
    private mutating func ticketFor(_ appointment: Appointment, entropy: UInt64, at now: Instant) throws(WireError) -> Ticket {
        if let live = liveTicket(of: appointment.citizen) {
            let isSame =
                cases[live.caseID]?.record.hall == appointment.hall && live.item.code == appointment.item.code && live.kind == appointment.kind
                && appointmentOfTicket[live.id] == nil
            guard isSame else { throw WireError(.wrongState) }
            return live
        }
        let take = TicketTake(hallID: appointment.hall, itemCode: appointment.item.code, kind: appointment.kind, language: appointment.language)
        try takeTicket(take, citizen: appointment.citizen, name: appointment.citizenName, entropy: entropy, at: now)
        guard let taken = liveTicket(of: appointment.citizen) else { throw WireError(.internalError) }
        return taken
    }

    // MARK: What follows

    /// A due appointment's ticket is called as if it had been taken a bounded time earlier. The priority lane's time is longer; nobody is put back from there.
    private mutating func enterLane(of appointment: Appointment, at now: Instant) {
        guard var ticket = appointment.ticket.flatMap({ tickets[$0] }), !ticket.state.isTerminal else { return }
        guard ticket.lane != .appointment, ticket.lane != .priority else { return }
        ticket.lane = .appointment
        laneHistory[ticket.hall]?.changed(to: .appointment)
        save(ticket, at: now)
        tellTicket(ticket)
    }

    mutating func appointmentDeadline(_ id: AppointmentID, _ deadline: Instant, at now: Instant) {
        guard var appointment = appointments[id], appointment.deadline == deadline else { return }
        switch appointment.state {
        case .held: end(appointment, as: .lapsed, at: now)
        // Not the citizen's fault.
        case .booked: end(appointment, as: appointment.moved ? .cancelled : .noShow, at: now)
        case .checkedIn:
            appointment.deadline = nil
            change(appointment)
            enterLane(of: appointment, at: now)
        case .served, .cancelled, .rescheduled, .noShow, .lapsed:
            guard let shut = appointment.shutUntil, shut <= now, let shown = shownUntil(appointment), shown > now else { return forget(appointment) }
            appointment.shutUntil = nil
            appointment.deadline = shown
            save(appointment)
        }
    }

    /// The ticket is at its end, and so is the appointment that it was taken for.
    mutating func ticketOfAppointmentEnded(_ ticket: Ticket, at now: Instant) {
        guard let appointment = appointmentOfTicket[ticket.id].flatMap({ appointments[$0] }), appointment.state == .checkedIn else { return }
        switch ticket.state {
        case .done: end(appointment, as: .served, at: now)
        case .abandoned, .declined: end(appointment, as: .cancelled, at: now)
        case .noShow: end(appointment, as: .noShow, at: now)
        // Who was there, or was told that they may be away, did not miss it.
        case .expired:
            let isExcused = isPresent(.citizen(ticket.citizen)) || ticket.callBack != nil
            end(appointment, as: isExcused ? .cancelled : .noShow, at: now)
        case .waiting, .reserved, .serving, .parked: break
        }
    }

    private mutating func end(_ appointment: Appointment, as state: AppointmentState, at now: Instant) {
        var appointment = appointment
        appointment.state = state
        appointment.endedAt = now
        let gaveBack = !appointment.moved && appointment.time.lowerBound > now
        switch state {
        case .cancelled, .lapsed, .rescheduled: if gaveBack { appointment.shutUntil = now + bookingRules(of: appointment.hall).freedShut }
        case .noShow: missed[appointment.citizen, default: []].append(now)
        case .held, .booked, .checkedIn, .served: break
        }
        appointment.deadline = appointment.shutUntil ?? shownUntil(appointment)
        change(appointment)
        placeFreed(in: appointment.hall, at: now)
    }

    private func shownUntil(_ appointment: Appointment) -> Instant? { appointment.endedAt.map { $0 + bookingRules(of: appointment.hall).shownAfterwards } }

    mutating func forgetMissed(at now: Instant) {
        for (citizen, times) in missed {
            let kept = times.filter { now - $0 < BrokerState.missedRemembered }
            missed[citizen] = kept.isEmpty ? nil : kept
        }
    }

    // MARK: Keeping and telling

    /// Keeps it in step with every index and the disk, and tells the citizen.
    mutating func change(_ appointment: Appointment) {
        save(appointment)
        push(.appointmentUpdated(AppointmentUpdated(appointment: view(of: appointment))), to: .citizen(appointment.citizen))
    }

    private mutating func save(_ appointment: Appointment) {
        checkTransition(from: appointments[appointment.id]?.state, to: appointment.state)
        enter(appointment)
        persist(.appointment(appointment))
    }

    private mutating func enter(_ appointment: Appointment) {
        appointments[appointment.id] = appointment
        appointmentsOfCitizen[appointment.citizen, default: []].insert(appointment.id)
        if let ticket = appointment.ticket { appointmentOfTicket[ticket] = appointment.state.isTerminal ? nil : appointment.id }
        bookings[appointment.hall, default: BookingIndex()].set(appointment, keepsPlace: appointment.keepsPlace)
        if let deadline = appointment.deadline { deadlines.add(.appointment(appointment.id), at: deadline) }
    }

    private mutating func forget(_ appointment: Appointment) {
        appointments[appointment.id] = nil
        appointmentsOfCitizen[appointment.citizen]?.remove(appointment.id)
        if appointmentsOfCitizen[appointment.citizen]?.isEmpty == true { appointmentsOfCitizen[appointment.citizen] = nil }
        bookings[appointment.hall]?.set(appointment, keepsPlace: false)
    }

    /// In memory, newest first.
    private func ownAppointments(of citizen: CitizenID) -> [Appointment] {
        (appointmentsOfCitizen[citizen] ?? []).sorted(by: >).compactMap { appointments[$0] }
    }

    private func appointment(_ id: AppointmentID, of citizen: CitizenID) throws(WireError) -> Appointment {
        guard let appointment = appointments[id], appointment.citizen == citizen else { throw WireError(.notFound) }
        return appointment
    }

    func appointmentViews(of citizen: CitizenID) -> [AppointmentView] { ownAppointments(of: citizen).map { view(of: $0) } }

    func view(of appointment: Appointment) -> AppointmentView { AppointmentView(appointment, hall: hallView(appointment.hall)) }

    // MARK: Recovery

    mutating func loadAppointments(_ state: BrokerState) {
        for appointment in state.appointments { enter(appointment) }
        appointmentsMade = state.appointmentsMade
        for one in state.missed { missed[one.citizen, default: []].append(one.at) }
    }

    /// While the server was away nobody could book what they held, nor check in.
    mutating func recoverAppointments(at now: Instant) {
        for id in appointments.keys.sorted() {
            guard var appointment = appointments[id] else { continue }
            let rules = bookingRules(of: appointment.hall)
            switch appointment.state {
            case .held: appointment.deadline = now + rules.hold
            case .booked where appointment.checkInUntil < now + rules.checkInGrace:
                appointment.checkInUntil = now + rules.checkInGrace
                appointment.deadline = appointment.checkInUntil
            case .booked, .checkedIn, .served, .cancelled, .rescheduled, .noShow, .lapsed: continue
            }
            save(appointment)
        }
        for hall in halls.keys { refreshMoved(in: hall, at: now) }
    }
}

extension Appointment {
    fileprivate func isAsked(by wanted: AppointmentRequest) -> Bool {
        hall == wanted.hallID && item.code == wanted.itemCode && kind == wanted.kind && language == wanted.language
            && time.lowerBound == wanted.startsAt && replaces == wanted.replaces
    }
}

import SignalingProtocol

/// A hall's calendar day, for numbers that begin anew each morning.
struct HallDay: Hashable, Sendable {
    let hall: HallID
    let day: Int64

    init(_ hall: HallID, _ instant: Instant) {
        self.hall = hall
        day = (instant.milliseconds + Self.offsetMilliseconds) / 86_400_000
    }

    private static let offsetMilliseconds: Int64 = 8 * 3_600_000
}

extension Broker {
    /// - Parameter name: of the citizen who comes to an appointment: their page may not be there.
    mutating func takeTicket(_ payload: TicketTake, citizen: CitizenID, name: String? = nil, entropy: UInt64, at now: Instant) throws(WireError) {
        guard let hall = halls[payload.hallID] else { throw WireError(.notFound, field: "hall_id") }
        // A case keeps the version that it was opened with, whatever its hall has adopted since.
        guard let item = payload.caseID.flatMap({ caseFile($0, of: citizen)?.item }) ?? catalogue[hall.id]?[payload.itemCode],
            item.kinds.contains(payload.kind)
        else { throw WireError(.itemNotOffered) }
        if let live = liveTicket(of: citizen) {
            let isSame =
                cases[live.caseID]?.record.hall == hall.id && live.item.code == item.code && live.kind == payload.kind
                && (payload.caseID ?? live.caseID) == live.caseID
            guard isSame else { throw WireError(.wrongState) }
            return push(.ticketUpdated(TicketUpdated(ticket: view(of: live))), to: .citizen(citizen))
        }
        // Whoever comes to an appointment was asked when it was made.
        let assurance = name == nil ? clients[.citizen(citizen)]?.person.assurance ?? .guest : .verified
        guard hall.admits(assurance, to: payload.kind) else { throw WireError(.identityVerificationRequired) }
        let earlier = try earlierCase(payload, citizen: citizen)
        forgetFinishedTicket(of: citizen)

        let day = HallDay(hall.id, now)
        let count = (ticketsTaken[day] ?? 0) + 1
        ticketsTaken[day] = count
        var file =
            earlier
            ?? CaseFile(
                record: Case(
                    id: identifiers.next(at: now), number: Self.caseNumber(hall: hall.id, count: count, at: now),
                    lookUpCode: Self.lookUpCode(entropy: entropy), citizen: citizen, citizenName: name ?? clients[.citizen(citizen)]?.person.name ?? "",
                    hall: hall.id, item: ItemReference(code: item.code, version: item.version, name: item.name), openedAt: now), item: item)
        file.reopened = [:]
        var ticket = Ticket(
            id: identifiers.next(at: now), number: Self.ticketNumber(kind: payload.kind, count: count), hall: hall.id, item: file.record.item,
            group: file.item.category, kind: payload.kind, citizen: citizen, caseID: file.record.id,
            lane: Self.lane(kind: payload.kind, priority: payload.priority, file: file), language: payload.language, takenAt: now, state: .waiting)
        file.ticket = ticket.id
        ticket.deadline = isPresent(.citizen(citizen)) ? lifeEnd(of: ticket) : awayDeadline(of: ticket, at: now)
        ticket.earlierAgent = earlierAgents[citizen]
        ticket.estimate = estimate(ticket, ahead: lines[hall.id]?.ahead(of: placeKey(ticket)) ?? 0, forecast(for: hall.id))
        laneHistory[hall.id, default: LaneHistory()].add(ticket.lane)
        if !hall.overflow.isEmpty { deadlines.add(.overflow, at: now + configuration.overflowAfter) }
        cases[file.record.id] = file
        ticketOfCitizen[citizen] = ticket.id
        if earlier == nil { persist(.serviceCase(file.record)) }
        save(ticket, at: now)
        tellTicket(ticket)
        guard earlier != nil else { return }
        refreshLane(of: file.record.id, at: now)
        for material in file.item.materials where payload.kind == .preReview { tellEntry(material.id, of: file.record.id) }
        tellMatter(of: file.record.id)
    }

    /// The case that a later visit goes on with; its number, item version and all that was handed in stay.
    private func earlierCase(_ payload: TicketTake, citizen: CitizenID) throws(WireError) -> CaseFile? {
        guard let id = payload.caseID else { return nil }
        guard let file = cases[id], file.record.citizen == citizen else { throw WireError(.notFound, field: "case_id") }
        guard file.record.hall == payload.hallID, file.record.item.code == payload.itemCode else { throw WireError(.invalidField, field: "case_id") }
        // An agent may still be writing down the visit before.
        guard openSessionOfCase[id] == nil else { throw WireError(.wrongState) }
        return file
    }

    /// Whoever shows number and look-up code goes on with the case, unless somebody is being served with it now.
    mutating func claim(_ loaded: CaseFile, by citizen: CitizenID, request: RequestID) {
        let id = loaded.record.id
        let isLive = ticketOfCase[id].flatMap { tickets[$0] }?.state.isTerminal == false
        var record = (cases[id] ?? loaded).record
        guard record.citizen == citizen || (!isLive && openSessionOfCase[id] == nil) else {
            return effects.append(.answer(request, .failure(WireError(.wrongState))))
        }
        record.citizen = citizen
        cases[id]?.record = record
        persist(.serviceCase(record))
        effects.append(.answer(request, .success(.claimed(record))))
    }

    mutating func cancelTicket(_ id: TicketID, citizen: CitizenID, at now: Instant) throws(WireError) {
        guard let ticket = tickets[id], ticket.citizen == citizen else { throw WireError(.notFound) }
        switch ticket.state {
        case .waiting, .parked:
            endTicket(ticket, as: .abandoned, at: now)
        case .reserved:
            rescindReservation(of: ticket, at: now)
            endTicket(ticket, as: .abandoned, at: now)
        case .serving:
            throw WireError(.wrongState)
        case .done, .abandoned, .noShow, .expired, .declined:
            break
        }
    }

    /// Terminal states are never left. The ticket stays visible to its citizen's page for a while.
    mutating func endTicket(_ ticket: Ticket, as state: TicketState, at now: Instant) {
        guard let current = tickets[ticket.id], !current.state.isTerminal else { return }
        var ticket = current
        ticket.state = state
        ticket.endedAt = now
        ticket.deadline = now + configuration.farewell
        save(ticket, at: now)
        tellTicket(ticket)
        ticketOfAppointmentEnded(ticket, at: now)
    }

    /// Back to the old place: the order key was never touched. Only its lifetime begins anew.
    /// - Parameter seat: the one that rang in vain. A ticket that was meant for that very seat is free for all at once.
    mutating func returnTicket(_ id: TicketID, afterRing: Bool, notTakenBy seat: SeatID? = nil, at now: Instant) {
        guard var ticket = tickets[id], !ticket.state.isTerminal else { return }
        ticket.state = .waiting
        ticket.waitingSince = now
        if afterRing { ticket.earlierRings += 1 }
        if let seat, ticket.directedTo == seat {
            ticket.directedTo = nil
            ticket.directedUntil = nil
        }
        ticket.deadline = isPresent(.citizen(ticket.citizen)) ? lifeEnd(of: ticket) : awayDeadline(of: ticket, at: now)
        save(ticket, at: now)
        tellTicket(ticket)
    }

    mutating func ticketDeadline(_ id: TicketID, _ deadline: Instant, at now: Instant) {
        guard let ticket = tickets[id], ticket.deadline == deadline else { return }
        switch ticket.state {
        case .waiting: expire(ticket, at: now)
        case .parked: endTicket(ticket, as: .noShow, at: now)
        case .reserved, .serving: break
        case .done, .abandoned, .noShow, .expired, .declined:
            if ticketOfCitizen[ticket.citizen] == id { ticketOfCitizen[ticket.citizen] = nil }
            forgetTicket(ticket)
        }
    }

    private mutating func expire(_ ticket: Ticket, at now: Instant) {
        switch ticket.callBack {
        case .away, .asked:
            // The plan may reach further than when the deadline was set.
            let end = lifeEnd(of: ticket)
            guard end > now else { return endTicket(ticket, as: .expired, at: now) }
            var ticket = ticket
            ticket.deadline = end
            save(ticket, at: now)
        case .confirmed, nil: endTicket(ticket, as: .expired, at: now)
        }
    }

    func liveTicket(of citizen: CitizenID) -> Ticket? {
        guard let id = ticketOfCitizen[citizen], let ticket = tickets[id], !ticket.state.isTerminal else { return nil }
        return ticket
    }

    private mutating func forgetFinishedTicket(of citizen: CitizenID) {
        guard let id = ticketOfCitizen.removeValue(forKey: citizen), let ticket = tickets[id] else { return }
        forgetTicket(ticket)
    }

    mutating func forgetFinishedTicket(of citizen: CitizenID, ifOf caseID: CaseID) {
        guard ticketOfCitizen[citizen].flatMap({ tickets[$0] })?.caseID == caseID else { return }
        forgetFinishedTicket(of: citizen)
    }

    private mutating func forgetTicket(_ ticket: Ticket) {
        tickets[ticket.id] = nil
        if ticketOfCase[ticket.caseID] == ticket.id { ticketOfCase[ticket.caseID] = nil }
        if let sessionID = sessionOfTicket.removeValue(forKey: ticket.id), sessions[sessionID]?.state == .closed { forgetSession(sessionID) }
        forgetCaseIfUnused(ticket.caseID)
    }

    /// The store keeps everything; memory keeps a case as long as a ticket or a session in memory shows it.
    mutating func forgetCaseIfUnused(_ id: CaseID) {
        guard ticketOfCase[id] == nil, sessionsOfCase[id] == nil else { return }
        cases[id] = nil
    }

    // MARK: Places

    mutating func placesChanged(in hall: HallID, at now: Instant) {
        guard placesDue[hall] == nil else { return }
        // Telling a line costs its length: a long one is told less often, so that telling never takes more than a small share of the time.
        let due = now + max(configuration.placeInterval, Milliseconds(Int64((lines[hall]?.count ?? 0) / Self.placesToldPerMillisecond)))
        placesDue[hall] = due
        deadlines.add(.places(hall), at: due)
    }

    private static var placesToldPerMillisecond: Int { 20 }

    mutating func tellPlaces(of hall: HallID, deadline: Instant, at now: Instant) {
        guard placesDue[hall] == deadline else { return }
        placesDue[hall] = nil
        askCallBacks(in: hall, at: now)
        lookAtCover(of: hall)
        var forecast = forecast(for: hall)
        for (ahead, key) in (lines[hall]?.places.elements ?? []).enumerated() {
            guard let ticket = tickets[key.ticket], isPresent(.citizen(ticket.citizen)) else { continue }
            let place = TicketPlace(ticketID: ticket.id, place: place(of: ticket, ahead: ahead, &forecast))
            pushEphemeral(.ticketPlace(place), to: .citizen(ticket.citizen))
        }
        let queue = QueueUpdated(queue: queueView(of: hall))
        for seat in seats.values where seat.hall == hall {
            if let agent = seat.agent { pushEphemeral(.boardQueue(queue), to: .agent(agent)) }
        }
    }

    /// Tells a page that goes on what it missed of the above: only the newest counts, so none was kept for it.
    mutating func tellPlace(to endpoint: Endpoint) {
        switch endpoint {
        case .citizen(let citizen):
            guard let ticket = liveTicket(of: citizen), let place = view(of: ticket).place else { return }
            pushEphemeral(.ticketPlace(TicketPlace(ticketID: ticket.id, place: place)), to: endpoint)
        case .agent(let agent):
            guard let seat = seat(of: agent) else { return }
            pushEphemeral(.boardQueue(QueueUpdated(queue: queueView(of: seat.hall))), to: endpoint)
        }
    }

    mutating func tellTicket(_ ticket: Ticket) {
        push(.ticketUpdated(TicketUpdated(ticket: view(of: ticket))), to: .citizen(ticket.citizen))
    }

    // MARK: Numbers

    /// `A007` for a consultation, `B008` for a pre-review: one count a hall and day, so no two share their digits.
    static func ticketNumber(kind: SessionKind, count: Int) -> String {
        let letter =
            switch kind {
            case .consultation: "A"
            case .preReview: "B"
            }
        return letter + padded(count, to: 3)
    }

    /// What is called and shown in `hall`: a ticket that was taken elsewhere has the giving hall's number before its own, `1A007`, because the hall may have
    /// an `A007` of its own. The citizen knows the end of it.
    func calledNumber(of ticket: Ticket, in hall: HallID) -> String {
        guard let home = cases[ticket.caseID]?.record.hall, home != hall, let number = halls.index(forKey: home) else { return ticket.number }
        return "\(number + 1)\(ticket.number)"
    }

    /// `445102-261123-0007`: hall, day, count. Easy to read aloud, and no secret: the look-up code is.
    static func caseNumber(hall: HallID, count: Int, at now: Instant) -> String {
        let date = now.rfc3339.prefix(10).filter { $0 != "-" }.dropFirst(2)
        return "\(hall)-\(date)-\(padded(count, to: 4))"
    }

    /// Eight characters, 40 bits, of an alphabet without the pairs that are mistaken for each other (Crockford's base 32).
    static func lookUpCode(entropy: UInt64) -> String {
        let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
        return String((0..<8).map { alphabet[Int((entropy >> (UInt64($0) * 5)) & 31)] })
    }

    private static func padded(_ number: Int, to width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

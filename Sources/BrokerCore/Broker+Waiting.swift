import SignalingProtocol

// What a citizen who waits can do besides waiting, and what becomes of one who was called in vain.

extension Broker {
    /// Who can be called now: there, and not away on a call-back.
    mutating func refreshCallable(_ ticket: Ticket, at now: Instant) {
        guard ticket.state == .waiting else { return }
        let isHere = isFresh(.citizen(ticket.citizen), at: now)
        let wantsCall = ticket.callBack == nil || ticket.callBack == .confirmed
        let key = placeKey(ticket)
        lines[ticket.hall]?.setCallable(isHere && wantsCall, key, Needs(ticket))
    }

    mutating func heartbeatAcknowledged(by endpoint: Endpoint, at now: Instant) {
        clients[endpoint]?.lastHeartbeatAck = now
        switch endpoint {
        case .citizen(let citizen): if let ticket = liveTicket(of: citizen) { refreshCallable(ticket, at: now) }
        // The welcome came before it.
        case .agent: acknowledge(0, by: endpoint)
        }
    }

    // MARK: Call-back

    /// Keeps the place and leaves. The page may close; the place stays as long as any ticket does.
    mutating func leaveForCallBack(_ id: TicketID, citizen: CitizenID, at now: Instant) throws(WireError) {
        guard var ticket = tickets[id], ticket.citizen == citizen else { throw WireError(.notFound) }
        guard ticket.state == .waiting else { throw WireError(.wrongState) }
        guard ticket.callBack != .away, ticket.callBack != .asked else { return }
        ticket.callBack = .away
        ticket.deadline = ticket.takenAt + configuration.ticketLifetime
        save(ticket, at: now)
        tellTicket(ticket)
        placesChanged(in: ticket.hall, at: now)
    }

    mutating func confirmCallBack(_ id: TicketID, citizen: CitizenID, at now: Instant) throws(WireError) {
        guard var ticket = tickets[id], ticket.citizen == citizen else { throw WireError(.notFound) }
        guard ticket.state == .waiting, ticket.callBack != nil else { throw WireError(.wrongState) }
        ticket.callBack = .confirmed
        save(ticket, at: now)
        tellTicket(ticket)
    }

    /// Tells those who are away and nearly at the front.
    mutating func askCallBacks(in hall: HallID, at now: Instant) {
        for (ahead, key) in (lines[hall]?.places.elements ?? []).enumerated() {
            guard ahead <= configuration.callBackNotice else { return }
            guard var ticket = tickets[key.ticket], ticket.callBack == .away else { continue }
            ticket.callBack = .asked
            save(ticket, at: now)
            tellTicket(ticket)
        }
    }

    // MARK: Parking

    /// Called in vain: the place can be taken up again for a while.
    mutating func parkTicket(_ id: TicketID, at now: Instant) {
        guard var ticket = tickets[id], !ticket.state.isTerminal else { return }
        ticket.state = .parked
        ticket.deadline = now + configuration.parkedTime
        save(ticket, at: now)
        tellTicket(ticket)
    }

    mutating func reviveTicket(_ id: TicketID, citizen: CitizenID, at now: Instant) throws(WireError) {
        guard let ticket = tickets[id], ticket.citizen == citizen else { throw WireError(.notFound) }
        switch ticket.state {
        case .parked: returnTicket(id, afterRing: false, at: now)
        case .waiting, .reserved, .serving: break
        case .done, .abandoned, .noShow, .expired, .declined: throw WireError(.wrongState)
        }
    }

    // MARK: Lanes

    static func lane(kind: SessionKind, priority: PriorityGround?) -> Lane {
        if priority != nil { return .priority }
        return switch kind {
        case .consultation: .ordinary
        case .preReview: .guided
        }
    }

    /// A pre-review whose mandatory materials are all there needs less of the agent's time, and goes to the ready lane; not, when one is taken back.
    mutating func refreshLane(of caseID: CaseID, at now: Instant) {
        guard let id = ticketOfCase[caseID], var ticket = tickets[id], let file = cases[caseID] else { return }
        guard ticket.lane == .guided || ticket.lane == .ready, !ticket.state.isTerminal else { return }
        let isReady = file.item.materials.allSatisfy(file.isReady)
        guard (ticket.lane == .ready) != isReady else { return }
        // The queue finds a ticket by its lane, so the old place goes first; `save` does that.
        ticket.lane = isReady ? .ready : .guided
        save(ticket, at: now)
        tellTicket(ticket)
    }

    // MARK: Estimates

    /// A hall's seats as the estimate needs them, counted once for a whole line.
    struct SeatCount: Equatable {
        var open = 0
        var working = 0
        var free = 0

        init() {}

        init(_ seat: Seat) { add(seat) }

        mutating func add(_ seat: Seat) {
            if seat.agent != nil { open += 1 }
            switch seat.state {
            case .ready: (working, free) = (working + 1, free + 1)
            case .reserved, .ringing, .inSession, .wrapUp: working += 1
            case .signedOff, .notReady: break
            }
        }
    }

    func countSeats(of hall: HallID) -> SeatCount {
        seats.values.reduce(into: SeatCount()) { count, seat in if seat.hall == hall { count.add(seat) } }
    }

    func estimate(ahead: Int, in hall: HallID, _ seats: SeatCount) -> WaitEstimate? {
        (history[hall] ?? HandlingHistory()).estimate(
            ahead: ahead, seatsWorking: seats.working, seatsFree: seats.free, assumed: configuration.assumedHandlingTime)
    }

    func place(ahead: Int, in hall: HallID, _ seats: SeatCount) -> PlaceView {
        let estimate = estimate(ahead: ahead, in: hall, seats)
        return PlaceView(ahead: ahead, seatsOpen: seats.open, waitP50Ms: estimate?.p50, waitP80Ms: estimate?.p80)
    }
}

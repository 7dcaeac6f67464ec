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

    /// Keeps the place and leaves. The page may close; the place stays as long as any ticket does, and over any time in which the hall is closed.
    mutating func leaveForCallBack(_ id: TicketID, citizen: CitizenID, at now: Instant) throws(WireError) {
        guard var ticket = tickets[id], ticket.citizen == citizen else { throw WireError(.notFound) }
        guard ticket.state == .waiting else { throw WireError(.wrongState) }
        guard ticket.callBack != .away, ticket.callBack != .asked else { return }
        ticket.callBack = .away
        ticket.deadline = lifeEnd(of: ticket)
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

    /// Tells those who are away and nearly at the front. Not before somebody is there or on schedule: nobody is called to a closed hall.
    mutating func askCallBacks(in hall: HallID, at now: Instant) {
        for (ahead, key) in (lines[hall]?.places.elements ?? []).enumerated() {
            guard ahead <= configuration.callBackNotice else { return }
            guard var ticket = tickets[key.ticket], ticket.callBack == .away, opening(for: Needs(ticket), in: hall) == nil else { continue }
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

    static func lane(kind: SessionKind, priority: PriorityGround?, file: CaseFile) -> Lane {
        if priority != nil { return .priority }
        return switch kind {
        case .consultation: .ordinary
        case .preReview: isReady(file) ? .ready : .guided
        }
    }

    private static func isReady(_ file: CaseFile) -> Bool { file.item.materials.allSatisfy(file.isReady) }

    /// A pre-review whose mandatory materials are all there needs less of the agent's time, and goes to the ready lane; not, when one is taken back.
    mutating func refreshLane(of caseID: CaseID, at now: Instant) {
        guard let id = ticketOfCase[caseID], var ticket = tickets[id], let file = cases[caseID] else { return }
        guard ticket.lane == .guided || ticket.lane == .ready, !ticket.state.isTerminal else { return }
        let isReady = Self.isReady(file)
        guard (ticket.lane == .ready) != isReady else { return }
        // The queue finds a ticket by its lane, so the old place goes first; `save` does that.
        ticket.lane = isReady ? .ready : .guided
        laneHistory[ticket.hall]?.changed(to: ticket.lane)
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

    func forecast(for hall: HallID) -> HallForecast {
        let seats = countSeats(of: hall)
        let laneHistory = laneHistory[hall]
        return HallForecast(
            seats: seats,
            waits: WaitForecast(
                (history[hall] ?? HandlingHistory()).moments(assumed: configuration.assumedHandlingTime), seatsWorking: seats.working, seatsFree: seats.free,
                overtaking: Lane.allCases.map { ($0, configuration.advantage(of: $0)) }.compactMap { lane, advantage in
                    guard advantage > 0, let share = laneHistory?.share(of: lane), share > 0 else { return nil }
                    return WaitForecast.Overtaking(share: share, advantage: advantage)
                }))
    }

    func estimate(_ ticket: Ticket, ahead: Int, _ forecast: HallForecast) -> WaitEstimate? {
        forecast.waits?.estimate(ahead: ahead, advantage: ticket.takenAt - placeKey(ticket).countsFrom)
    }

    func place(of ticket: Ticket, ahead: Int, _ forecast: inout HallForecast) -> PlaceView {
        let estimate = estimate(ticket, ahead: ahead, forecast)
        return PlaceView(
            ahead: ahead, seatsOpen: forecast.seats.open, waitP50Ms: estimate?.p50, waitP80Ms: estimate?.p80,
            opening: openings[ticket.hall] == nil ? nil : forecast.opening(Needs(ticket)) { opening(for: $0, in: ticket.hall) })
    }
}

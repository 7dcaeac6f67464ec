import SignalingProtocol

extension Broker {
    // MARK: Matching

    mutating func matchAllHalls(at now: Instant) {
        ringConsults(at: now)
        for hall in halls.keys where readySeats[hall]?.isEmpty == false { match(hall, at: now) { $0.firstCallable(of: hall, for: $1, at: now) } }
        // Only then: no hall helps out with a ticket that has a seat of its own.
        for hall in halls.keys where readySeats[hall]?.isEmpty == false { match(hall, at: now) { $0.firstOverflowing(to: hall, for: $1, at: now) } }
    }

    /// Gives waiting tickets to ready seats until one side has run out.
    /// - Parameter next: the first ticket in calling order that one of the seats can take.
    private mutating func match(_ hall: HallID, at now: Instant, next: (inout Self, [Seat]) -> Ticket?) {
        while true {
            let ready = freshReadySeats(of: hall, at: now)
            guard !ready.isEmpty, let ticket = next(&self, ready) else { return }
            let candidates = ready.filter { covers($0, Needs(ticket)) }
            guard let (seat, rule) = choose(among: candidates, for: ticket, at: now) else { return }
            reserve(ticket, for: seat, candidates: candidates.count, rule: rule, at: now)
        }
    }

    func freshReadySeats(of hall: HallID, at now: Instant) -> [Seat] {
        (readySeats[hall] ?? []).sorted().compactMap { id in
            guard let seat = seats[id], let agent = seat.agent, isFresh(.agent(agent), at: now) else { return nil }
            return seat
        }
    }

    private mutating func firstCallable(of hall: HallID, for ready: [Seat], at now: Instant) -> Ticket? {
        var first: PlaceKey?
        for needs in lines[hall]?.needs ?? [] where ready.contains(where: { covers($0, needs) }) {
            guard let key = firstFresh(needs, in: hall, at: now), first.map({ key < $0 }) ?? true else { continue }
            first = key
        }
        return first.flatMap { tickets[$0.ticket] }
    }

    /// The same among the halls that `hall` helps. A ticket that was handed on stays where the agent sent it.
    private mutating func firstOverflowing(to hall: HallID, for ready: [Seat], at now: Instant) -> Ticket? {
        var first: Ticket?
        for other in halls.values where other.overflow.contains(hall) {
            for needs in lines[other.id]?.needs ?? [] where !needs.isHandedOn && ready.contains(where: { covers($0, needs) }) {
                // Needs tell the lane apart, so the first of each line is the one that has waited longest.
                guard let key = firstFresh(needs, in: other.id, at: now), let ticket = tickets[key.ticket],
                    ticket.takenAt + configuration.overflowAfter <= now, first.map({ key < placeKey($0) }) ?? true
                else { continue }
                first = ticket
            }
        }
        return first
    }

    /// A page that stopped answering heartbeats is found when its turn comes; it is put back with its next answer.
    private mutating func firstFresh(_ needs: Needs, in hall: HallID, at now: Instant) -> PlaceKey? {
        while let key = lines[hall]?.first(needs) {
            if let ticket = tickets[key.ticket], isFresh(.citizen(ticket.citizen), at: now) { return key }
            lines[hall]?.setCallable(false, key, needs)
        }
        return nil
    }

    private func covers(_ seat: Seat, _ needs: Needs) -> Bool {
        if let chosen = needs.seat { return chosen == seat.id }
        guard seat.skills.cover(needs) else { return false }
        return needs.handedOnFrom != seat.id || !isCoveredByAnother(than: seat, needs)
    }

    /// Whether somebody else at work in the hall could take it, now or once they are free.
    private func isCoveredByAnother(than seat: Seat, _ needs: Needs) -> Bool {
        seats.values.contains { other in
            guard other.id != seat.id, other.hall == seat.hall, other.skills.cover(needs) else { return false }
            return other.state.isAtWork
        }
    }

    private func choose(among candidates: [Seat], for ticket: Ticket, at now: Instant) -> (Seat, RoutingRule)? {
        // Longest idle first; ties by seat, so that the choice never depends on chance.
        guard let idlest = candidates.min(by: { ($0.idleSince, $0.id) < ($1.idleSince, $1.id) }) else { return nil }
        if ticket.directedTo == idlest.id { return (idlest, .directed) }
        if idlest.hall != ticket.hall { return (idlest, .overflow) }
        if now - ticket.takenAt <= configuration.earlierAgentWindow, let agent = ticket.earlierAgent,
            let known = candidates.first(where: { $0.agent == agent })
        {
            return (known, .earlierAgent)
        }
        return (idlest, candidates.count == 1 ? .onlySeat : .longestIdle)
    }

    private mutating func reserve(_ ticket: Ticket, for seat: Seat, candidates: Int, rule: RoutingRule, at now: Instant) {
        guard let agent = seat.agent else { return }
        let why = RoutingReason(
            lane: ticket.lane, waitedMs: now - ticket.takenAt, candidateSeats: candidates, earlierRings: ticket.earlierRings, rule: rule)
        let reservation = Reservation(
            id: identifiers.next(at: now), ticket: ticket.id, seat: seat.id, agent: agent, why: why, createdAt: now,
            deadline: now + configuration.ringTimeout, state: .pending, rejectReason: nil, endedAt: nil)
        reservationOfTicket[ticket.id] = reservation.id
        var ticket = ticket
        ticket.state = .reserved
        ticket.deadline = nil
        ticket.firstRungAt = ticket.firstRungAt ?? now
        save(ticket, at: now)
        tellTicket(ticket)
        ring(reservation, at: seat, now)
    }

    /// Whatever it is for: the seat is held, and its page is asked to say that it rings.
    mutating func ring(_ reservation: Reservation, at seat: Seat, _ now: Instant) {
        reservations[reservation.id] = reservation
        reservationOfSeat[seat.id] = reservation.id
        deadlines.add(.reservation(reservation.id), at: reservation.deadline)
        var seat = seat
        enter(.reserved, reason: nil, seat: &seat, at: now)
        seat.deadline = nil
        save(seat)
        persist(.reservation(reservation))
        tellSeat(seat)
        guard let ringing = view(of: reservation) else { return }
        push(.reservationRinging(ReservationRinging(reservation: ringing)), to: .agent(reservation.agent))
        ringPushes[seat.id] = clients[.agent(reservation.agent)]?.lastSeq
    }

    /// The seat's page has the ring: from now on silence is the agent's, not the line's.
    mutating func acknowledge(_ seq: Int, by endpoint: Endpoint) {
        clients[endpoint]?.acknowledge(seq)
        guard case .agent(let agent) = endpoint, var seat = seat(of: agent), seat.state == .reserved, let ring = ringPushes[seat.id],
            seq >= ring
        else { return }
        // The ring goes on: `since` stays.
        seat.state = .ringing
        save(seat)
        tellSeat(seat)
    }

    // MARK: Answering the ring

    mutating func accept(_ id: ReservationID, agent: AgentID, at now: Instant) throws(WireError) {
        let reservation = try pendingReservation(id, agent: agent)
        guard var ticket = tickets[reservation.ticket], var seat = seats[reservation.seat] else { throw WireError(.notFound) }
        switch reservation.purpose {
        case .call: break
        case .consult: return try join(reservation, at: seat, now)
        }
        end(reservation, as: .accepted, at: now)
        ticket.state = .serving
        save(ticket, at: now)
        enter(.inSession, reason: nil, seat: &seat, at: now)
        save(seat)
        tellTicket(ticket)
        tellSeat(seat)
        startSession(ticket: ticket, seat: seat, agent: agent, why: reservation.why, at: now)
    }

    mutating func reject(_ payload: ReservationReject, agent: AgentID, at now: Instant) throws(WireError) {
        let reservation = try pendingReservation(payload.reservationID, agent: agent)
        end(reservation, as: .rejected, rejectReason: payload.reason, at: now)
        comeBack(from: reservation, as: .declined, at: now)
        // A seat that stayed ready would be rung with the same ticket at once.
        if let seat = seats[reservation.seat] { setNotReady(seat, reason: .rejected, at: now) }
    }

    /// RONA: the ticket goes back to its place, the seat takes no more until its agent says so.
    mutating func ringTimedOut(_ id: ReservationID, at now: Instant) {
        guard let reservation = reservations[id], let seat = seats[reservation.seat] else { return }
        end(reservation, as: .timedOut, at: now)
        comeBack(from: reservation, as: .unanswered, at: now)
        setNotReady(seat, reason: seat.state == .reserved ? .connectionLost : .rona, at: now)
        if seat.state == .ringing { raise(.unansweredRing, in: seat.hall, about: .seat(seat.id), name: seat.number) }
    }

    /// Nobody took the ring: who asked is where they were.
    private mutating func comeBack(from reservation: Reservation, as end: ConsultEnd, at now: Instant) {
        switch reservation.purpose {
        case .call: returnTicket(reservation.ticket, afterRing: true, notTakenBy: reservation.seat, at: now)
        case .consult: consultNotTaken(reservation, as: end, at: now)
        }
    }

    /// The ticket went away: the ring stops at once and the seat is as ready as before.
    mutating func rescindReservation(of ticket: Ticket, at now: Instant) {
        if let id = reservationOfTicket[ticket.id], let reservation = reservations[id] { rescind(reservation, at: now) }
    }

    mutating func rescind(_ reservation: Reservation, at now: Instant) {
        guard var seat = seats[reservation.seat] else { return }
        end(reservation, as: .rescinded, at: now)
        enter(.ready, reason: nil, seat: &seat, at: now)
        save(seat)
        tellSeat(seat)
        if let agent = seat.agent, !isPresent(.agent(agent)) { startSeatGrace(seat, at: now) }
    }

    private func pendingReservation(_ id: ReservationID, agent: AgentID) throws(WireError) -> Reservation {
        guard let reservation = reservations[id], reservation.agent == agent else { throw WireError(.notFound) }
        return reservation
    }

    mutating func end(_ reservation: Reservation, as state: ReservationState, rejectReason: RejectReason? = nil, at now: Instant) {
        checkTransition(from: reservation.state, to: state)
        var ended = reservation
        ended.state = state
        ended.rejectReason = rejectReason
        ended.endedAt = now
        reservations[reservation.id] = nil
        reservationOfSeat[reservation.seat] = nil
        if reservationOfTicket[reservation.ticket] == reservation.id { reservationOfTicket[reservation.ticket] = nil }
        ringPushes[reservation.seat] = nil
        persist(.reservation(ended))
        push(.reservationEnded(ReservationEnded(reservationID: reservation.id, state: state)), to: .agent(reservation.agent))
    }
}

import SignalingProtocol

extension Broker {
    // MARK: Matching

    mutating func matchAllHalls(at now: Instant) {
        for hall in halls.keys { match(hall, at: now) }
    }

    /// Gives waiting tickets to ready seats until one side has run out.
    private mutating func match(_ hall: HallID, at now: Instant) {
        var ready = readySeats(of: hall, at: now)
        guard !ready.isEmpty else { return }
        for key in lines[hall]?.places ?? [] {
            guard let ticket = tickets[key.ticket], isFresh(.citizen(ticket.citizen), at: now) else { continue }
            let candidates = ready.count
            // Longest idle first; ties by seat, so that the choice never depends on chance.
            guard let index = ready.indices.min(by: { (ready[$0].idleSince, ready[$0].id) < (ready[$1].idleSince, ready[$1].id) }) else { return }
            reserve(ticket, for: ready.remove(at: index), candidates: candidates, at: now)
            if ready.isEmpty { return }
        }
    }

    private func readySeats(of hall: HallID, at now: Instant) -> [Seat] {
        seats.values.filter { seat in
            guard seat.hall == hall, seat.state == .ready, let agent = seat.agent else { return false }
            return isFresh(.agent(agent), at: now)
        }
    }

    private mutating func reserve(_ ticket: Ticket, for seat: Seat, candidates: Int, at now: Instant) {
        guard let agent = seat.agent else { return }
        let why = RoutingReason(
            lane: ticket.lane, waitedMs: now - ticket.takenAt, candidateSeats: candidates, earlierRings: ticket.earlierRings,
            rule: candidates == 1 ? .onlySeat : .longestIdle)
        let reservation = Reservation(
            id: identifiers.next(at: now), ticket: ticket.id, seat: seat.id, agent: agent, why: why, createdAt: now,
            deadline: now + configuration.ringTimeout, state: .pending, rejectReason: nil, endedAt: nil)
        reservations[reservation.id] = reservation
        reservationOfSeat[seat.id] = reservation.id
        reservationOfTicket[ticket.id] = reservation.id
        deadlines.add(.reservation(reservation.id), at: reservation.deadline)

        var ticket = ticket
        ticket.state = .reserved
        ticket.deadline = nil
        var seat = seat
        enter(.ringing, reason: nil, seat: &seat, at: now)
        seat.deadline = nil
        save(ticket, at: now)
        save(seat)
        persist(.reservation(reservation))
        tellTicket(ticket)
        tellSeat(seat)
        if let ringing = view(of: reservation) { push(.reservationRinging(ReservationRinging(reservation: ringing)), to: .agent(agent)) }
    }

    // MARK: Answering the ring

    mutating func accept(_ id: ReservationID, agent: AgentID, at now: Instant) throws(WireError) {
        let reservation = try pendingReservation(id, agent: agent)
        guard var ticket = tickets[reservation.ticket], var seat = seats[reservation.seat] else { throw WireError(.notFound) }
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
        returnTicket(reservation.ticket, afterRing: true, at: now)
        // A seat that stayed ready would be rung with the same ticket at once.
        if let seat = seats[reservation.seat] { setNotReady(seat, reason: .rejected, at: now) }
    }

    /// RONA: the ticket goes back to its place, the seat takes no more until its agent says so.
    mutating func ringTimedOut(_ id: ReservationID, at now: Instant) {
        guard let reservation = reservations[id] else { return }
        end(reservation, as: .timedOut, at: now)
        returnTicket(reservation.ticket, afterRing: true, at: now)
        if let seat = seats[reservation.seat] { setNotReady(seat, reason: .rona, at: now) }
    }

    /// The ticket went away: the ring stops at once and the seat is as ready as before.
    mutating func rescindReservation(of ticket: Ticket, at now: Instant) {
        guard let id = reservationOfTicket[ticket.id], let reservation = reservations[id], var seat = seats[reservation.seat] else { return }
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
        var ended = reservation
        ended.state = state
        ended.rejectReason = rejectReason
        ended.endedAt = now
        reservations[reservation.id] = nil
        reservationOfSeat[reservation.seat] = nil
        reservationOfTicket[reservation.ticket] = nil
        persist(.reservation(ended))
        push(.reservationEnded(ReservationEnded(reservationID: reservation.id, state: state)), to: .agent(reservation.agent))
    }
}

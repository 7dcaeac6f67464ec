import SignalingProtocol

// A consult rings like a ticket: one ring a seat, only at a fresh page, with its deadline and its explanation. It goes before the queue, because a citizen is
// in front of the colleague who asks.

extension Broker {
    mutating func ringConsults(at now: Instant) {
        let waiting = waitingConsults.compactMap { sessions[$0] }.sorted {
            ($0.consult?.requestedAt ?? $0.startedAt, $0.id) < ($1.consult?.requestedAt ?? $1.startedAt, $1.id)
        }
        for session in waiting {
            guard let consult = session.consult else { continue }
            let candidates = freshReadySeats(of: consult.hall, at: now).filter { canJoin($0, session, consult) }
            guard let seat = candidates.min(by: { ($0.idleSince, $0.id) < ($1.idleSince, $1.id) }) else { continue }
            ring(seat, for: session, consult, candidates: candidates.count, at: now)
        }
    }

    /// Whether this seat may be asked: the very one that was named, or one that could take the matter itself.
    private func canJoin(_ seat: Seat, _ session: Session, _ consult: Consult) -> Bool {
        guard seat.id != session.seat else { return false }
        if let target = consult.target { return target == seat.id }
        return seat.skills.cover(group: tickets[session.ticket]?.group ?? "", kind: session.kind, language: consult.language)
    }

    private mutating func ring(_ seat: Seat, for session: Session, _ consult: Consult, candidates: Int, at now: Instant) {
        guard let agent = seat.agent, let ticket = tickets[session.ticket] else { return }
        let rule: RoutingRule = consult.target != nil ? .directed : candidates == 1 ? .onlySeat : .longestIdle
        let why = RoutingReason(
            lane: ticket.lane, waitedMs: now - consult.requestedAt, candidateSeats: candidates, earlierRings: consult.rings, rule: rule)
        let reservation = Reservation(
            id: identifiers.next(at: now), ticket: ticket.id, seat: seat.id, agent: agent, why: why, createdAt: now,
            deadline: now + configuration.ringTimeout, state: .pending, rejectReason: nil, endedAt: nil, purpose: .consult)
        var session = session
        session.consult?.state = .ringing
        session.consult?.deadline = nil
        session.consult?.seat = seat.id
        session.consult?.seatNumber = seat.number
        session.consult?.agent = agent
        session.consult?.agentName = seat.agentName
        session.consult?.reservation = reservation.id
        session.consult?.why = why
        // The ring's view is made from the session.
        save(session)
        ring(reservation, at: seat, now)
        tellConsult(session)
    }

    /// The colleague is there. The citizen is apart at first: the two agents talk before anybody else listens.
    mutating func join(_ reservation: Reservation, at seat: Seat, _ now: Instant) throws(WireError) {
        guard var session = consultingSession(of: reservation) else { throw WireError(.notFound) }
        var seat = seat
        end(reservation, as: .accepted, at: now)
        session.consult?.state = .talking
        session.consult?.reservation = nil
        session.consult?.deadline = nil
        settle(&session, at: now)
        session.renew(.agentConsultant)
        save(session)
        sessionOfSeat[seat.id] = session.id
        enter(.inSession, reason: nil, seat: &seat, at: now)
        save(seat)
        note(.consultJoined, in: session.id, at: now, detail: seat.id.text)
        tellSeat(seat)
        if let whole = view(of: session, for: .consultant) { push(.sessionStarted(SessionStarted(session: whole)), to: .agent(reservation.agent)) }
        tellConsult(session)
        tellSession(session)
        tellMedia([.agentConsultant], of: session, at: now)
    }

    /// Nobody took the ring. Who was asked by name has answered with that; otherwise somebody else may come, as long as the search lasts.
    mutating func consultNotTaken(_ reservation: Reservation, as end: ConsultEnd, at now: Instant) {
        guard var session = consultingSession(of: reservation), var consult = session.consult else { return }
        guard consult.target == nil, consult.searchUntil > now else {
            session.consult?.reservation = nil
            return endConsult(session, as: end, at: now)
        }
        consult.rings += 1
        consult.lookAgain(until: consult.searchUntil)
        session.consult = consult
        save(session)
        tellConsult(session)
    }

    /// After a restart nobody hears the ring any more; the search begins anew.
    mutating func consultRingLost(_ reservation: Reservation, at now: Instant) {
        guard var session = consultingSession(of: reservation) else { return }
        recoverConsult(&session, at: now)
        save(session)
    }

    func consultingSession(of reservation: Reservation) -> Session? {
        guard let session = sessionOfTicket[reservation.ticket].flatMap({ sessions[$0] }), session.consult?.reservation == reservation.id else { return nil }
        return session
    }
}

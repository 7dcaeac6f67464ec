import SignalingProtocol

extension Broker {
    func snapshot(for endpoint: Endpoint) -> Snapshot {
        switch endpoint {
        case .citizen(let citizen): snapshot(for: citizen)
        case .agent(let agent): snapshot(for: agent)
        }
    }

    private func snapshot(for citizen: CitizenID) -> Snapshot {
        let appointments = appointmentViews(of: citizen)
        guard let ticket = ticketOfCitizen[citizen].flatMap({ tickets[$0] }) else { return Snapshot(appointments: appointments) }
        let session = sessionOfTicket[ticket.id].flatMap { sessions[$0] }
        return Snapshot(
            ticket: view(of: ticket), materials: ticket.kind == .preReview ? cases[ticket.caseID]?.entries ?? [] : [],
            matter: matter(of: ticket.caseID),
            session: session.flatMap { isShown($0, with: ticket) ? view(of: $0, for: .citizen) : nil }, appointments: appointments)
    }

    /// A ticket that went back to the queue has left its broken session behind, also when it ended there.
    private func isShown(_ session: Session, with ticket: Ticket) -> Bool {
        switch ticket.state {
        case .serving, .done, .declined: true
        case .waiting, .reserved, .parked, .abandoned, .noShow, .expired: false
        }
    }

    private func snapshot(for agent: AgentID) -> Snapshot {
        guard let seat = seat(of: agent) else { return Snapshot(seats: seatChoices(for: agent)) }
        let session = sessionOfSeat[seat.id].flatMap { sessions[$0] }
        return Snapshot(
            session: session.flatMap { view(of: $0, for: $0.agent == agent ? .agent : .consultant) }, seat: view(of: seat),
            reservation: reservationOfSeat[seat.id].flatMap { reservations[$0] }.flatMap { view(of: $0) },
            queue: queueView(of: seat.hall))
    }

    func seatChoices(for agent: AgentID) -> [SeatChoice] {
        guard let halls = clients[.agent(agent)]?.person.halls else { return [] }
        return seats.values.filter { halls.contains($0.hall) && $0.withdrawnAt == nil }.map { seat in
            SeatChoice(id: seat.id, number: seat.number, hall: hallView(seat.hall), takenBy: seat.agent == nil ? nil : seat.agentName)
        }
    }

    /// Where a case is decided: the hall that it was opened at. A transfer, an overflow or a later visit elsewhere moves the citizen, never the authority.
    func handlingHall(of record: Case) -> HallView { hallView(record.hall) }

    func hallView(_ id: HallID) -> HallView { HallView(id: id, name: halls[id]?.name ?? id.text) }

    func view(of ticket: Ticket) -> TicketView {
        let file = cases[ticket.caseID]
        let ahead = ticket.state == .waiting ? lines[ticket.hall]?.ahead(of: placeKey(ticket)) : nil
        return TicketView(
            id: ticket.id, number: calledNumber(of: ticket, in: ticket.hall), state: ticket.state, hall: hallView(ticket.hall), item: ticket.item,
            kind: ticket.kind,
            lane: ticket.lane, takenAt: ticket.takenAt,
            place: ahead.map { ahead in
                var forecast = forecast(for: ticket.hall)
                return place(of: ticket, ahead: ahead, &forecast)
            },
            callBack: ticket.callBack,
            parkedUntil: ticket.state == .parked ? ticket.deadline : nil, caseID: ticket.caseID, caseNumber: file?.record.number ?? "",
            lookUpCode: file?.record.lookUpCode ?? "")
    }

    func view(of seat: Seat) -> SeatView {
        SeatView(
            id: seat.id, number: seat.number, hall: hallView(seat.hall), state: seat.state, notReadyReason: seat.notReadyReason,
            since: seat.since, shift: shift(at: seat), help: help(at: seat))
    }

    func view(of reservation: Reservation) -> ReservationView? {
        guard let ticket = tickets[reservation.ticket], let file = cases[ticket.caseID], let seat = seats[reservation.seat] else { return nil }
        let asking = consultingSession(of: reservation)
        return ReservationView(
            // Who is asked in reads the number that the two in the talk read.
            id: reservation.id, ticketNumber: asking?.ticketNumber ?? calledNumber(of: ticket, in: seat.hall),
            citizenName: file.record.citizenName, item: ticket.item, kind: ticket.kind, filesHandedIn: file.files.count,
            waitingSince: asking?.consult?.requestedAt ?? ticket.takenAt, ringDeadline: reservation.deadline, why: reservation.why,
            transfer: asking == nil ? ticket.transfer : nil,
            consult: asking.map { TransferView(from: $0, hall: halls[$0.hall]?.name ?? $0.hall.text, note: $0.consult?.note ?? "") })
    }

    func view(of session: Session, for participant: Participant) -> SessionView? {
        guard let file = cases[session.caseID] else { return nil }
        return SessionView(
            id: session.id, kind: session.kind, state: session.state, ticketNumber: session.ticketNumber, item: file.record.item,
            caseID: session.caseID, caseNumber: file.record.number, hall: hallView(session.hall), handlingHall: handlingHall(of: file.record),
            seatNumber: session.seatNumber,
            citizen: ParticipantView(name: session.citizenName, present: isPresent(.citizen(session.citizen))),
            agent: ParticipantView(name: session.agentName, present: isPresent(.agent(session.agent))), startedAt: session.startedAt,
            calls: session.calls, transfer: participant == .citizen ? nil : session.transfer,
            stateDeadline: session.deadline, media: media(of: session, .call, for: participant),
            chat: Array((chats[session.id] ?? []).suffix(Limits.snapshotChatMessages)),
            materials: session.kind == .preReview ? file.entries : [], reasons: commonReasonsFirst(of: file.item), outcome: file.outcomes.last,
            matter: participant == .citizen ? view(of: file) : view(of: file).masked, concluded: file.concludedBy == session.ticket,
            consult: consultView(of: session, for: participant), disposition: session.disposition)
    }

    func matter(of id: CaseID) -> CaseView? { cases[id].map(view) }

    private func view(of file: CaseFile) -> CaseView {
        let open = openSessionOfCase[file.record.id]
        return CaseView(
            id: file.record.id, fields: CaseFieldKey.allCases.compactMap { key in file.fields[key].map { CaseField(key: key, value: $0) } },
            corrections: file.corrections.filter { $0.session == open }.map(\.view), still: file.stills.last { $0.session == open }?.view,
            notice: file.notice, earlierOutcomes: file.outcomes.count)
    }

    /// The catalogue's own order decides between reasons given equally often.
    private func commonReasonsFirst(of item: CatalogueItem) -> [CodedReason] {
        guard let use = reasonUse[item.code] else { return item.reasons }
        return item.reasons.enumerated().sorted { left, right in
            let (leftUse, rightUse) = (use[left.element.code] ?? 0, use[right.element.code] ?? 0)
            return (rightUse, left.offset) < (leftUse, right.offset)
        }.map(\.element)
    }

    func queueView(of hall: HallID) -> QueueView {
        let places = lines[hall]?.places
        // The front of the line has waited longest but for a lane's advantage: near enough for a glance, and found at once.
        return QueueView(waiting: places?.count ?? 0, longestWaitSince: places?.first.flatMap { tickets[$0.ticket]?.takenAt })
    }

    // MARK: For pages that are not connected

    /// A hall as anybody may see it.
    public struct HallStatus: Hashable, Sendable {
        public let hall: HallView
        public let waiting: Int
        public let seatsOpen: Int
        /// Nil while nobody entered its hours.
        public let opening: OpeningView?
        public let guestsMayConsult: Bool
        public let guestsMayPreReview: Bool
    }

    public var hallStatuses: [HallStatus] {
        halls.values.map { hall in
            HallStatus(
                hall: hallView(hall.id), waiting: lines[hall.id]?.places.count ?? 0, seatsOpen: seatsOpen(in: hall.id), opening: openingView(of: hall.id),
                guestsMayConsult: hall.guestsMayConsult, guestsMayPreReview: hall.guestsMayPreReview)
        }
    }

    public var allSeats: [Seat] { Array(seats.values) }

    public var allHalls: [Hall] { Array(halls.values) }

    /// The session that an agent is in with a citizen.
    public func openSession(of agent: AgentID) -> Session? {
        seatOfAgent[agent].flatMap { sessionOfSeat[$0] }.flatMap { sessions[$0] }.flatMap { $0.agent == agent ? $0 : nil }
    }

    /// Whether somebody is in the queue, in a session, or at a seat that takes tickets: nobody of these is away, however quiet they are.
    public func isEngaged(_ endpoint: Endpoint) -> Bool {
        switch endpoint {
        case .citizen(let citizen): return liveTicket(of: citizen) != nil
        case .agent(let agent):
            switch seat(of: agent)?.state {
            case .ready, .reserved, .ringing, .inSession, .wrapUp: return true
            case .signedOff, .notReady, nil: return false
            }
        }
    }

    /// Suspended, but still in a session that they may finish.
    public func isLeaving(_ agent: AgentID) -> Bool { leaving.contains(agent) }

    public var liveTickets: [Ticket] { tickets.values.filter { !$0.state.isTerminal }.sorted { $0.id < $1.id } }

    /// What a hall offers, each item in the version that it has adopted.
    public func publishedItems(in hall: HallID) -> [CatalogueItem] { (catalogue[hall] ?? [:]).values.sorted { $0.code < $1.code } }

    /// What any hall offers, each item in the newest version that a hall has adopted.
    public var publishedItems: [CatalogueItem] {
        var newest: [ItemCode: CatalogueItem] = [:]
        for item in catalogue.values.flatMap(\.values) where item.version > newest[item.code]?.version ?? 0 { newest[item.code] = item }
        return newest.values.sorted { $0.code < $1.code }
    }

    /// Whether no new visit may be opened for the item anywhere.
    public func isWithdrawn(_ item: ItemCode) -> Bool { withdrawn.contains(item) }

    /// The halls that offer an item, and in which version.
    public func adoptions(of item: ItemCode) -> [(hall: HallID, version: Int)] {
        halls.keys.compactMap { hall in catalogue[hall]?[item].map { (hall, $0.version) } }
    }
}

import SignalingProtocol

// Connections come and go; the client session stays until its grace is over.

extension Broker {
    mutating func connect(
        _ connection: ConnectionID, person: Person, hello: Hello, request: Int?, freshToken: String, at now: Instant
    ) {
        // A line is one person's in one role until it closes; otherwise the first would be taken for present for ever.
        guard endpoints[connection] == nil else { return send(.error(WireError(.wrongState, locale: hello.locale)), re: request, to: connection) }
        let endpoint = person.endpoint
        let previous = clients[endpoint]
        var client = previous ?? Client(person: person, locale: hello.locale, resumeToken: freshToken)
        if let old = client.connection {
            // Another page of the same person, or the same page whose old line is not known to be dead yet: only the newest is spoken to.
            endpoints[old] = nil
            effects.append(.disconnect(old, .superseded))
        }
        client.person = person
        client.locale = hello.locale
        client.connection = nil
        client.isPresent = true
        client.deadline = nil
        client.lastHeartbeatAck = nil
        clients[endpoint] = client
        endpoints[connection] = endpoint

        // Pushes that follow from the return are numbered while no connection is set, so that they cannot overtake the welcome.
        personReturned(endpoint, media: [hello.media].compactMap(\.self) + (hello.consultMedia ?? []), at: now)
        // Counted only now: what the return itself adds may push the oldest out of what is kept.
        let missed = previous == nil ? nil : resumablePushes(of: clients[endpoint], hello: hello)
        if let missed {
            send(.welcome(welcome(endpoint, resumed: true, at: now)), re: request, to: connection)
            for frame in missed { effects.append(.send(connection, frame)) }
        } else {
            clients[endpoint]?.restart(resumeToken: freshToken)
            // The snapshot has the ring; the first sign of life of this page confirms it.
            if case .agent(let agent) = endpoint, let seat = seatOfAgent[agent], ringPushes[seat] != nil { ringPushes[seat] = 0 }
            send(.welcome(welcome(endpoint, resumed: false, at: now)), re: request, to: connection)
        }
        clients[endpoint]?.connection = connection
        // A snapshot has the place already.
        if missed != nil { tellPlace(to: endpoint) }
        send(.heartbeat(Heartbeat(serverTime: now)), to: connection)
    }

    private func resumablePushes(of client: Client?, hello: Hello) -> [ServerFrame]? {
        guard let client, let token = hello.resumeToken, token == client.resumeToken, let seq = hello.lastSeq else { return nil }
        return client.pushes(after: seq)
    }

    private func welcome(_ endpoint: Endpoint, resumed: Bool, at now: Instant) -> Welcome {
        Welcome(
            role: endpoint.role, name: clients[endpoint]?.person.name ?? "", resumeToken: clients[endpoint]?.resumeToken ?? "",
            resumed: resumed, serverTime: now, heartbeatMs: configuration.heartbeatInterval, iceServers: [],
            snapshot: resumed ? nil : snapshot(for: endpoint))
    }

    mutating func disconnect(_ connection: ConnectionID, at now: Instant) {
        guard let endpoint = endpoints.removeValue(forKey: connection), clients[endpoint]?.connection == connection else { return }
        clients[endpoint]?.connection = nil
        clients[endpoint]?.isPresent = false
        let deadline = now + configuration.clientGrace
        clients[endpoint]?.deadline = deadline
        deadlines.add(.client(endpoint), at: deadline)
        personLeft(endpoint, at: now)
    }

    mutating func forgetClient(_ endpoint: Endpoint, deadline: Instant) {
        if clients[endpoint]?.deadline == deadline { clients[endpoint] = nil }
    }

    mutating func sendHeartbeats(at now: Instant) {
        for endpoint in clients.keys.sorted() { pushEphemeral(.heartbeat(Heartbeat(serverTime: now)), to: endpoint) }
    }

    func isPresent(_ endpoint: Endpoint) -> Bool { clients[endpoint]?.isPresent ?? false }

    func isFresh(_ endpoint: Endpoint, at now: Instant) -> Bool {
        clients[endpoint]?.isFresh(at: now, within: configuration.heartbeatTolerance) ?? false
    }

    // MARK: Presence

    private mutating func personReturned(_ endpoint: Endpoint, media: [MediaReference], at now: Instant) {
        switch endpoint {
        case .citizen(let citizen):
            guard let ticketID = ticketOfCitizen[citizen], var ticket = tickets[ticketID] else { return }
            if ticket.state == .waiting {
                ticket.deadline = ticket.takenAt + configuration.ticketLifetime
                save(ticket, at: now)
            }
            if let session = sessionOfTicket[ticketID] { presenceChanged(in: session, returned: endpoint, media: media, at: now) }
        case .agent(let agent):
            guard let seatID = seatOfAgent[agent], var seat = seats[seatID] else { return }
            if seat.deadline != nil {
                seat.deadline = nil
                save(seat)
            }
            if let session = sessionOfSeat[seatID] { presenceChanged(in: session, returned: endpoint, media: media, at: now) }
        }
    }

    private mutating func personLeft(_ endpoint: Endpoint, at now: Instant) {
        switch endpoint {
        case .citizen(let citizen):
            guard let ticketID = ticketOfCitizen[citizen], var ticket = tickets[ticketID] else { return }
            if ticket.state == .waiting {
                ticket.deadline = awayDeadline(of: ticket, at: now)
                save(ticket, at: now)
            }
            if let session = sessionOfTicket[ticketID] { presenceChanged(in: session, left: endpoint, at: now) }
        case .agent(let agent):
            guard let seatID = seatOfAgent[agent], let seat = seats[seatID] else { return }
            startSeatGrace(seat, at: now)
            if let session = sessionOfSeat[seatID] { presenceChanged(in: session, left: endpoint, at: now) }
        }
    }

    /// Who said they would leave is not missed.
    func awayDeadline(of ticket: Ticket, at now: Instant) -> Instant {
        let end = ticket.takenAt + configuration.ticketLifetime
        switch ticket.callBack {
        case .away, .asked: return end
        case .confirmed, nil: return min(end, now + configuration.citizenAwayGrace)
        }
    }
}

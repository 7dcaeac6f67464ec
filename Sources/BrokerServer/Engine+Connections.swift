import BrokerCore
import BrokerStore
import Foundation
import Identity
import SignalingProtocol
import WebServer

extension Engine: ServerDelegate {
    func serverStarted(_ loop: Loop) {
        start(on: loop)
        announce(port: loop.boundPort)
    }

    func decideHandshake(_ head: RequestHead) -> HandshakeDecision {
        guard head.comesFromOwnPage else {
            auditRefusal(.originRefused, origin: origin(head), detail: "line")
            return .refuse(status: 403)
        }
        if let refusal = limited(head) { return refusal }
        guard let ticket = head.socketTicket, let hash = socketTickets.use(ticket, at: clock.now), goodSignIn(hash) != nil else {
            auditRefusal(.signInRequired, origin: origin(head), detail: "line")
            return .refuse(status: 401)
        }
        return .accept
    }

    func connectionOpened(_ connection: Connection) {
        let client = ClientConnection(connection)
        client.tokenHash = connection.head.socketTicket.flatMap { socketTickets.open($0) }
        connections[ConnectionID(connection.id)] = client
        requestLimits.opened(from: connection.head.clientNetwork)
        // It may have ended between the handshake and now.
        if client.tokenHash.flatMap(goodSignIn) == nil { sayGoodbye(.signInRequired, to: ConnectionID(connection.id)) }
    }

    func connectionClosed(_ connection: Connection, reason: CloseReason) {
        let id = ConnectionID(connection.id)
        guard connections.removeValue(forKey: id) != nil else { return }
        requestLimits.closed(from: connection.head.clientNetwork)
        log.debug("connection closed", metadata: ["connection": "\(connection.id)", "reason": "\(reason.code)"])
        turn(.disconnected(id))
    }

    func serverStopping(_ loop: Loop) {
        endFloorWatches()
        let code = ErrorCode.shuttingDown
        for client in connections.values { send(.bye(Bye(code: code, message: code.sentence(client.locale))), to: client) }
        log.notice("stopping", metadata: ["connections": "\(connections.count)"])
    }

    func connection(_ connection: Connection, received message: UnsafeRawBufferPointer) {
        let id = ConnectionID(connection.id)
        guard let client = connections[id] else { return }
        var request: Int?
        do throws(WireError) {
            let envelope = try Envelope.scan(message)
            request = envelope.id
            let kind = try envelope.kind
            try limit(kind, from: client)
            try checkAccess(kind, from: client)
            let payload = UnsafeRawBufferPointer(rebasing: message[envelope.payload])
            switch kind.rule.travel {
            case .relay: try relay(kind, payload: payload, from: id)
            case .command, .signal: try take(kind, request: request, payload: Data(payload), from: client, id: id)
            case .answer, .push, .ephemeral: throw WireError(.unknownType)
            }
        } catch {
            if isAudited(error.code, nil) { auditRefusal(error.code, origin: origin(client), detail: "line") }
            tellRefusal(error, of: request, to: client)
        }
    }

    /// Passes WebRTC's words on as the bytes they came in: never stored, never decoded.
    private func relay(_ kind: MessageKind, payload: UnsafeRawBufferPointer, from id: ConnectionID) throws(WireError) {
        let address = try Envelope.relayAddress(inPayload: payload)
        guard let target = try broker.relayTarget(of: id, address: address), let other = connections[target] else { return }
        guard let prefix = Self.relayPrefixes[kind] else { throw WireError(.unknownType) }
        other.connection.send(prefix: prefix, payload: payload, suffix: "}")
    }

    /// What goes before a relayed payload, ready as bytes.
    private static let relayPrefixes: [MessageKind: StaticString] = [
        .rtcDescription: #"{"type":"rtc.description","payload":"#, .rtcCandidate: #"{"type":"rtc.candidate","payload":"#,
    ]

    private func take(_ kind: MessageKind, request: Int?, payload: Data, from client: ClientConnection, id: ConnectionID) throws(WireError) {
        if kind == .hello { return try greet(client, id: id, request: request, payload: payload) }
        // An end that no timer has seen yet.
        guard let hash = client.tokenHash, goodSignIn(hash) != nil else { throw WireError(.signInRequired) }
        // Signs of life are the page's; what the person does counts as use.
        if kind.rule.travel == .command { use(hash) }
        let command = try Command(kind, payload: payload, by: decoder)
        if kind.rule.travel == .command, !takesWrites { throw storageUnavailable }
        let asker = origin(client)
        let take: (Engine) -> Void = { engine in
            AuditOrigin.$current.withValue(asker) { engine.turn(.command(id, request: request, command, entropy: .random(in: .min ... .max))) }
        }
        if !loadsCase(for: command, then: take) { take(self) }
    }

    private func greet(_ client: ClientConnection, id: ConnectionID, request: Int?, payload: Data) throws(WireError) {
        guard client.endpoint == nil else { throw WireError(.wrongState) }
        let hello = try WireCoding.decode(Hello.self, from: payload, by: decoder)
        client.locale = hello.locale
        guard let signIn = client.tokenHash.flatMap(goodSignIn), signIn.principal.person.endpoint.role == hello.role else { throw WireError(.signInRequired) }
        if case .staff(let account) = signIn.principal {
            guard account.holds(.agent) else { throw WireError(.notAllowed) }
            if let hindrance = hindrance(of: account) { throw WireError(hindrance) }
        }
        // A welcome would have to wait for the disk; a page that is told so comes back by itself.
        guard takesWrites else { throw storageUnavailable }
        client.endpoint = signIn.principal.person.endpoint
        turn(.hello(id, signIn.principal.person, hello, request: request, freshToken: SignInToken().secret))
    }

    // MARK: Telling

    func deliver(_ frame: ServerFrame, to id: ConnectionID) {
        guard let client = connections[id] else { return }
        deliver(frame, to: client)
    }

    private func deliver(_ frame: ServerFrame, to client: ClientConnection) {
        if case .welcome = frame.message { client.isWelcomed = true }
        do {
            client.connection.send(try frame.encoded(by: encoder))
        } catch {
            log.error("a message could not be encoded", metadata: ["type": "\(frame.message.content.kind.rawValue)", "cause": "\(error)"])
        }
    }

    func send(_ message: ServerMessage, re request: Int? = nil, to client: ClientConnection) {
        deliver(ServerFrame(re: request, message: message), to: client)
    }

    /// Says why, then closes; such a client does not come back by itself.
    func sayGoodbye(_ code: ErrorCode, to id: ConnectionID) {
        guard let client = connections[id] else { return }
        send(.bye(Bye(code: code, message: code.sentence(client.locale))), to: client)
        client.connection.close(code: 4001, reason: code.rawValue)
    }
}

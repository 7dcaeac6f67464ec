import BrokerCore
import BrokerStore
import SignalingProtocol
import WebServer

// Where requests and messages meet their bounds, before anything is done for them.

extension Engine {
    func admits(_ exchange: Exchange) -> Bool {
        let head = exchange.head
        // Whoever watches over the server must hear from it at any time.
        guard !["/healthz", "/readyz"].contains(head.path) else { return true }
        let what = RequestClass(method: head.method, path: head.path)
        let refusal = requestLimits.request(what, from: head.clientNetwork, by: what == .page ? nil : personAsking(head), at: clock.now)
        guard let refusal else { return true }
        if refusal.isStubborn { exchange.closeAfterResponse() }
        refuse(
            exchange, WireError(.rateLimited, retryAfterMs: refusal.retryAfter),
            locale: SignalingProtocol.Locale(acceptLanguage: head.header("accept-language")))
        return false
    }

    /// Whose sign-in came with a request, for counting alone.
    private func personAsking(_ head: RequestHead) -> Endpoint? {
        [SignInRole.staff, .citizen].lazy.compactMap { [self] role in signIn(role, head) }.first?.principal.person.endpoint
    }

    /// Nil when the handshake may go on.
    func limited(_ head: RequestHead) -> HandshakeDecision? {
        requestLimits.handshake(from: head.clientNetwork, at: clock.now)
            .map { .refuse(status: 429, retryAfterSeconds: Int(max(1, ($0.count + 999) / 1_000))) }
    }

    /// - Throws: `rate_limited`.
    func limit(_ kind: MessageKind, from client: ClientConnection) throws(WireError) {
        let what = MessageClass(kind)
        let wait =
            client.allowance.take(what, of: requestLimits.limits, at: clock.now)
            ?? client.endpoint.flatMap { requestLimits.message(what, of: $0, at: clock.now) }
        if let wait { throw WireError(.rateLimited, retryAfterMs: wait) }
    }

    /// Tells what was refused, and closes the connection of who goes on with it all the same.
    func tellRefusal(_ error: WireError, of request: Int?, to client: ClientConnection) {
        guard client.connection.isOpen else { return }
        guard let wait = client.allowance.refused(under: requestLimits.limits, at: clock.now) else {
            return send(.error(error.localized(client.locale)), re: request, to: client)
        }
        let code = ErrorCode.rateLimited
        log.notice("closed a connection that goes on after refusals", metadata: ["connection": "\(client.connection.id)", "code": "\(error.code.rawValue)"])
        send(.bye(Bye(code: code, message: code.sentence(client.locale), retryAfterMs: wait)), to: client)
        client.connection.close(code: 1008, reason: code.rawValue)
    }
}

extension Route.Call {
    /// Where the request comes from, in numbers.
    var clientAddress: String { exchange.head.clientAddress }

    /// What tries from there are counted by: of IPv6 its network.
    var clientNetwork: String { exchange.head.clientNetwork }
}

extension ClientConnection {
    var clientAddress: String { connection.head.clientAddress }
}

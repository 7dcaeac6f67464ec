import BrokerCore
import Foundation
import Identity
import SignalingProtocol
import WebServer

// What a page needs to reach the TURN servers, for one session and one person.

extension Engine {
    static let relayRoutes = [
        Route("POST", "/api/v1/sessions/{session}/relay-credentials") { engine, call in engine.sendRelayCredentials(call) }
    ]

    private struct RelayCredentials: Encodable {
        /// Empty: there is no TURN server, and the two reach each other directly or not at all.
        let iceServers: [ICEServer]
        /// Absent when nothing expires.
        var expiresAt: Instant?
        /// The same as a length, for a page whose clock is wrong.
        var lifetimeMs: Milliseconds?
    }

    private func sendRelayCredentials(_ call: Route.Call) {
        // One browser may be signed in as both; a call with oneself has both ends in it.
        let endpoints = [citizen(call).map { Endpoint.citizen($0.id) }, staff(call).map { Endpoint.agent($0.id) }].compactMap { $0 }
        guard !endpoints.isEmpty else { return refuse(call, WireError(.signInRequired)) }
        guard let session = call.parameters["session"].flatMap(SessionID.init) else { return refuse(call, WireError(.notFound)) }
        var refusal = WireError(.notFound)
        for endpoint in endpoints {
            do throws(WireError) {
                try broker.checkMedia(of: session, for: endpoint)
                return answer(call, relayCredentials(for: endpoint, in: session))
            } catch {
                if error.code != .notFound { refusal = error }
            }
        }
        refuse(call, refusal)
    }

    private func relayCredentials(for endpoint: Endpoint, in session: SessionID) -> RelayCredentials {
        guard let relay = options.relay else { return RelayCredentials(iceServers: []) }
        // Whole seconds are what the credential can say.
        let expiresAt = Instant(milliseconds: (clock.now + relay.lifetime).milliseconds / 1_000 * 1_000)
        let credential = RelayCredential(
            expiresAt: expiresAt.milliseconds / 1_000, name: RelayCredential.pseudonym(of: "\(session)", endpoint.relayName, secret: relay.secret),
            secret: relay.secret)
        let open = relay.urls.filter { $0.hasPrefix("stun") }
        let closed = relay.urls.filter { !$0.hasPrefix("stun") }
        return RelayCredentials(
            iceServers: (open.isEmpty ? [] : [ICEServer(urls: open, username: nil, credential: nil)])
                + (closed.isEmpty ? [] : [ICEServer(urls: closed, username: credential.username, credential: credential.password)]),
            expiresAt: expiresAt, lifetimeMs: relay.lifetime)
    }
}

extension Endpoint {
    fileprivate var relayName: String {
        switch self {
        case .citizen(let id): "citizen \(id)"
        case .agent(let id): "agent \(id)"
        }
    }
}

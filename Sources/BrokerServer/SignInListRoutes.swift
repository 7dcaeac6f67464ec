import BrokerCore
import BrokerStore
import SignalingProtocol
import WebServer

// One's own sign-ins: what they are, how to end them, and the ticket that a page opens its line with.

extension Engine {
    static let signInListRoutes = [
        Route("GET", "/api/v1/citizen/sign-ins") { engine, call in engine.listSignIns(.citizen, call) },
        Route("DELETE", "/api/v1/citizen/sign-ins") { engine, call in engine.endOtherSignIns(.citizen, call) },
        Route("DELETE", "/api/v1/citizen/sign-ins/{id}") { engine, call in engine.endSignIn(.citizen, call) },
        Route("POST", "/api/v1/citizen/socket-tickets") { engine, call in engine.giveSocketTicket(.citizen, call) },
        Route("GET", "/api/v1/staff/sign-ins") { engine, call in engine.listSignIns(.staff, call) },
        Route("DELETE", "/api/v1/staff/sign-ins") { engine, call in engine.endOtherSignIns(.staff, call) },
        Route("DELETE", "/api/v1/staff/sign-ins/{id}") { engine, call in engine.endSignIn(.staff, call) },
        Route("POST", "/api/v1/staff/socket-tickets") { engine, call in engine.giveSocketTicket(.staff, call) },
    ]

    private struct SignInList: Encodable {
        let signIns: [SignInLine]
    }

    private struct SignInLine: Encodable {
        let id: SignInID
        let createdAt: Instant
        let lastUsedAt: Instant
        let expiresAt: Instant
        /// Browser and system; empty when they are not known.
        let device: String
        let isCurrent: Bool

        init(_ signIn: SignIns.SignIn, isCurrent: Bool) {
            id = signIn.row.id
            createdAt = signIn.row.createdAt
            lastUsedAt = signIn.seenAt
            expiresAt = signIn.row.expiresAt
            device = signIn.row.device
            self.isCurrent = isCurrent
        }
    }

    /// - Returns: nil when there is none, who then has been told so.
    private func ownSignIn(_ role: SignInRole, _ call: Route.Call) -> SignIns.SignIn? {
        guard let signIn = signIn(role, call) else {
            refuse(call, WireError(.signInRequired))
            return nil
        }
        return signIn
    }

    private func listSignIns(_ role: SignInRole, _ call: Route.Call) {
        guard let own = ownSignIn(role, call) else { return }
        let good = signIns.all(of: own.principal.person.endpoint).filter { goodSignIn($0.tokenHash) != nil }
        answer(call, SignInList(signIns: good.map { SignInLine($0, isCurrent: $0.tokenHash == own.tokenHash) }))
    }

    private func endSignIn(_ role: SignInRole, _ call: Route.Call) {
        guard let own = ownSignIn(role, call) else { return }
        let all = signIns.all(of: own.principal.person.endpoint)
        guard let id = call.parameters["id"].flatMap(SignInID.init), let ended = all.first(where: { $0.row.id == id }) else {
            return refuse(call, WireError(.notFound))
        }
        guard takesWrites else { return refuse(call, storageUnavailable) }
        endSignIns([ended.tokenHash], saying: .signedOut)
        audit(.signInEnded, on: "sign-in:\(id)", call: call)
        let headers = ended.tokenHash == own.tokenHash ? [SignInCookie(role).cleared] : []
        tell { _ in call.exchange.respond(status: 204, headers: headers) }
        flush()
    }

    /// All but the one that asks.
    private func endOtherSignIns(_ role: SignInRole, _ call: Route.Call) {
        guard let own = ownSignIn(role, call) else { return }
        guard takesWrites else { return refuse(call, storageUnavailable) }
        endSignIns(of: own.principal.person.endpoint, but: own.tokenHash)
        audit(.signInEnded, call: call, detail: "others")
        tell { _ in call.exchange.respond(status: 204) }
        flush()
    }

    private struct SocketTicket: Encodable {
        let ticket: String
        let expiresAt: Instant
    }

    private func giveSocketTicket(_ role: SignInRole, _ call: Route.Call) {
        guard let own = ownSignIn(role, call) else { return }
        let issued = socketTickets.issue(to: own.tokenHash, at: clock.now)
        answer(call, status: 201, SocketTicket(ticket: issued.ticket.secret, expiresAt: issued.expiresAt))
    }
}

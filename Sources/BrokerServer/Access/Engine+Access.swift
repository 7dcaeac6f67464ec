import BrokerCore
import BrokerStore
import SignalingProtocol
import WebServer

// The one place where a caller is held against the table.

extension Engine {
    /// - Returns: nil when the caller may go on.
    func refusal(_ call: Route.Call) -> WireError? {
        guard let access = call.access else {
            log.error("a route has no row in the table of who may", metadata: ["path": "\(call.exchange.head.path)"])
            return WireError(.notAllowed)
        }
        return access.refusal(of: caller(call), hall: pathHall(call))
    }

    /// What the row let the caller in by counts as used.
    func useSignIns(_ call: Route.Call) {
        guard let schemes = call.access?.schemes else { return }
        for (scheme, role) in [("citizen", SignInRole.citizen), ("staff", .staff)] where schemes.contains(scheme) {
            if let signIn = signIn(role, call) { use(signIn.tokenHash) }
        }
    }

    private func caller(_ call: Route.Call) -> Caller {
        let account = signedInStaff(call)?.account
        return Caller(citizen: citizen(call), account: account, hindrance: account.flatMap { hindrance(of: $0) }, isPhone: phone(call) != nil)
    }

    private func pathHall(_ call: Route.Call) -> Access.PathHall {
        guard let text = call.parameters["hall"] else { return .none }
        return HallID(text).flatMap { broker.knows($0) ? .known($0) : nil } ?? .unknown
    }

    /// The member of staff whom the table let in. Held against it once more: a body may have taken its time to come, and a hash to be made.
    /// - Returns: nil when they may no longer, and then have been told so.
    func member(_ call: Route.Call) -> AccountRow? {
        if let refusal = refusal(call) {
            refuse(call, refusal)
            return nil
        }
        guard let account = staff(call) else {
            refuse(call, WireError(.signInRequired))
            return nil
        }
        return account
    }

    func checkAccess(_ kind: MessageKind, from client: ClientConnection) throws(WireError) {
        guard let access = AccessTable.access(kind) else { throw WireError(.unknownType) }
        if let refusal = access.refusal(of: client.endpoint) { throw refusal }
    }
}

import BrokerCore
import BrokerStore
import Logging
import SignalingProtocol
import WebServer

// Who did what. What is implied by a record (a verdict, an outcome, an administrator's act) the store writes down by itself, for whoever asks at that moment
// (`AuditOrigin.current`); what leaves no other record is said here.

extension Engine {
    /// Puts a line into the audit, in the same transaction as what has gathered so far; the caller flushes, as with any record.
    /// - Parameters:
    ///   - actor: who did it; nil for whoever asks now.
    ///   - object: what it was done to: a kind, a colon and an id. Never a name, a number or a text of a citizen.
    ///   - call: where it came from; nil for where the present request or message came from.
    ///   - outcome: nil when it was done, otherwise the error by which it was refused.
    ///   - why: in the person's own words, where the reason is asked for.
    ///   - detail: codes that say more.
    func audit(
        _ act: AuditAct, by actor: AuditActor? = nil, on object: String? = nil, hall: HallID? = nil, call: Route.Call? = nil, outcome: ErrorCode? = nil,
        why: String? = nil, detail: String = ""
    ) {
        let origin = call.map(origin) ?? AuditOrigin.current
        journal.records.append(
            .audit(
                AuditEntry(
                    at: clock.now, actor: actor ?? origin.actor, act: act, object: object, hall: hall, address: origin.address,
                    outcome: outcome?.rawValue ?? AuditEntry.done, reason: why, detail: detail)))
    }

    /// Who asks by HTTP, and from where. A page of the citizens speaks for the citizen, every other for the staff, if they are signed in.
    func origin(_ call: Route.Call) -> AuditOrigin { origin(call.exchange.head) }

    func origin(_ head: RequestHead) -> AuditOrigin {
        let roles: [SignInRole] = head.path.hasPrefix("/api/v1/citizen/") ? [.citizen, .staff] : [.staff, .citizen]
        let found = roles.lazy.compactMap { [self] role in signIn(role, head) }.first
        return AuditOrigin(actor: found?.principal.auditActor ?? .nobody, address: head.clientAddress)
    }

    /// Who speaks on a socket, and from where.
    func origin(_ client: ClientConnection) -> AuditOrigin {
        AuditOrigin(actor: client.endpoint?.auditActor ?? .nobody, address: client.clientAddress)
    }

    /// Says that something was looked at or taken away, and gives it out once that is on disk: nothing leaves without its line.
    ///
    /// But while the disk is away citizens still see what is their own: that is nobody's looking into another's matter.
    func sendWhenAudited(
        _ act: AuditAct, by viewer: Endpoint? = nil, on object: String, detail: String = "", _ call: Route.Call, headers: [(name: String, value: String)],
        body: [UInt8]
    ) {
        guard takesWrites else {
            guard case .citizen = viewer else { return refuse(call, storageUnavailable) }
            return call.exchange.respond(status: 200, headers: headers, body: body)
        }
        audit(act, by: viewer?.auditActor, on: object, call: call, detail: detail)
        tell { _ in call.exchange.respond(status: 200, headers: headers, body: body) }
        flush()
    }

    /// Writes down that somebody asked for what they may not. A flood of them is counted, not written line by line.
    func auditRefusal(_ code: ErrorCode, origin: AuditOrigin, detail: String) {
        guard journal.records.count < ServerLimits.queuedRecords else { return }
        let told = refusals.attempt(origin.address, at: clock.now)
        if let missed = told.missed {
            journal.records.append(
                .audit(
                    AuditEntry(
                        at: clock.now, actor: .system, act: .refused, address: origin.address, outcome: code.rawValue, detail: "not-written=\(missed)")))
        }
        if told.isWritten {
            journal.records.append(
                .audit(
                    AuditEntry(
                        at: clock.now, actor: origin.actor, act: .refused, address: origin.address, outcome: code.rawValue, detail: detail)))
        }
        flush()
    }

    /// Whether a refusal is somebody's being kept out, rather than a page's asking who is signed in, or what has a line of its own.
    func isAudited(_ code: ErrorCode, _ call: Route.Call?) -> Bool {
        guard [401, 403].contains(code.httpStatus), ![.signInRefused, .accountSuspended, .secondFactorRefused].contains(code) else { return false }
        guard let path = call?.exchange.head.path else { return true }
        return !["/api/v1/citizen/me", "/api/v1/staff/me", "/api/v1/hand-over"].contains(path)
    }

    /// Gives a record to the journal, after saying who asked for it.
    func record(_ record: StoreRecord) {
        let origin = AuditOrigin.current
        if journal.asker != origin {
            journal.asker = origin
            journal.records.append(.asked(origin, at: clock.now))
        }
        journal.records.append(record)
    }
}

extension Endpoint {
    var auditActor: AuditActor {
        switch self {
        case .citizen(let id): .citizen(id)
        case .agent(let id): .staff(id)
        }
    }
}

extension Principal {
    var auditActor: AuditActor {
        switch self {
        case .citizen(let citizen): .citizen(citizen.id)
        case .staff(let account): .staff(account.id)
        }
    }
}

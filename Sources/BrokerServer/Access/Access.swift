import BrokerCore
import BrokerStore
import Identity
import SignalingProtocol

/// Who may call a route. What lies behind an id (whose case, which seat's session) is the handler's to ask: for whoever may not see it, it is not there.
enum Access: Equatable, Sendable {
    /// Also who is not signed in.
    case everybody
    case citizen
    /// A telephone that a citizen handed a case to.
    case phone
    case citizenOrPhone
    case citizenOrStaff
    /// Somebody with an account, also while it has only a one-time password.
    case account
    /// Somebody with an account and a password of their own, also while a second factor is missing.
    case ownSecurity
    /// An agent of some hall, also one who is suspended and finishes a session.
    case agent
    /// Somebody who holds one of these roles in some hall. For which hall is the handler's to ask.
    case role(Set<StaffRole>)
    /// Who reads the audit, and does nothing else.
    case auditAdministrator
    /// Somebody who holds one of these roles in the hall that the path names.
    case hall(Set<StaffRole>)

    static let administrator: Access = .role([.administrator])
    static let hallAdministrator: Access = .hall([.administrator])
    static let hallSupervisor: Access = .hall([.supervisor, .administrator])

    /// What `{hall}` in the path says.
    enum PathHall: Equatable, Sendable {
        case none
        /// There is no such hall.
        case unknown
        case known(HallID)
    }

    /// - Returns: nil when the caller may go on.
    func refusal(of caller: Caller, hall: PathHall) -> WireError? {
        switch self {
        case .everybody: nil
        case .citizen: caller.citizen == nil ? WireError(.signInRequired) : nil
        case .phone: caller.isPhone ? nil : WireError(.signInRequired)
        case .citizenOrPhone: caller.citizen != nil || caller.isPhone ? nil : WireError(.signInRequired)
        case .citizenOrStaff: caller.citizen != nil || (caller.account != nil && caller.hindrance == nil) ? nil : WireError(.signInRequired)
        case .account: caller.account == nil ? WireError(.signInRequired) : nil
        case .ownSecurity: caller.hindrance == .secondFactorRequired ? nil : caller.refusal { _ in true }
        case .agent: caller.refusal { $0.holds(.agent) }
        case .role(let roles): caller.refusal { account in account.suspendedAt == nil && roles.contains { account.holds($0) } }
        case .auditAdministrator:
            caller.refusal { account in account.suspendedAt == nil && account.grants.contains { $0.role == AuditAdministrator.role } }
        case .hall(let roles): Self.role(roles).refusal(of: caller, hall: hall) ?? Self.refusal(of: caller, roles, in: hall)
        }
    }

    private static func refusal(of caller: Caller, _ roles: Set<StaffRole>, in hall: PathHall) -> WireError? {
        switch hall {
        case .none, .unknown: WireError(.notFound)
        case .known(let hall): caller.refusal { account in roles.contains { account.holds($0, in: hall) } }
        }
    }

    /// Cookies that a request may be let in by: names in the description's security schemes.
    var schemes: [String] {
        switch self {
        case .everybody: []
        case .citizen: ["citizen"]
        case .phone: ["phone"]
        case .citizenOrPhone: ["citizen", "phone"]
        case .citizenOrStaff: ["citizen", "staff"]
        case .account, .ownSecurity, .agent, .role, .auditAdministrator, .hall: ["staff"]
        }
    }
}

enum AuditAdministrator {
    static let role = "audit-administrator"
}

/// Whoever sent a request: one browser can be a citizen, a member of staff and a handed-over telephone at once.
struct Caller: Sendable {
    var citizen: CitizenRow?
    var account: AccountRow?
    /// What the account's owner must do before anything else.
    var hindrance: ErrorCode?
    var isPhone = false

    fileprivate func refusal(unless may: (AccountRow) -> Bool) -> WireError? {
        guard let account else { return WireError(.signInRequired) }
        if let hindrance { return WireError(hindrance) }
        return may(account) ? nil : WireError(.notAllowed)
    }
}

/// Who may send a message on a line.
enum MessageAccess: Equatable, Sendable {
    /// Whoever has a sign-in: before the line is anybody's.
    case signedIn
    case citizen
    case agent
    case citizenOrAgent

    /// - Parameter endpoint: nil before `hello`.
    func refusal(of endpoint: Endpoint?) -> WireError? {
        switch (self, endpoint) {
        case (.signedIn, _), (.citizen, .citizen), (.agent, .agent), (.citizenOrAgent, .citizen), (.citizenOrAgent, .agent): nil
        case (.citizen, nil), (.agent, nil), (.citizenOrAgent, nil): WireError(.helloRequired)
        case (.citizen, .agent), (.agent, .citizen): WireError(.notAllowed)
        }
    }

    var senders: Set<SignalingProtocol.Role> {
        switch self {
        case .signedIn, .citizenOrAgent: [.citizen, .agent]
        case .citizen: [.citizen]
        case .agent: [.agent]
        }
    }
}

import BrokerCore
import Foundation
import SignalingProtocol

/// A citizen who gave a name and a telephone number, or whom a provider of identities vouched for.
public struct CitizenRow: Hashable, Sendable {
    public let id: CitizenID
    public var name: String
    public var telephone: String
    /// Which wording of the terms was agreed to.
    public var termsVersion: String
    public var signedInAt: Instant
    public var assurance: Assurance

    public init(id: CitizenID, name: String, telephone: String, termsVersion: String, signedInAt: Instant, assurance: Assurance = .guest) {
        self.id = id
        self.name = name
        self.telephone = telephone
        self.termsVersion = termsVersion
        self.signedInAt = signedInAt
        self.assurance = assurance
    }
}

public enum SignInRole: String, Sendable {
    case citizen
    case staff
}

public enum SignInSubject {}
/// Names a sign-in to its own person; it is not its token, and good for nothing but ending it.
public typealias SignInID = Identifier<SignInSubject>

/// A sign-in that is still good, under the hash of its token.
public struct SignInRow: Hashable, Sendable {
    public let tokenHash: Data
    public let id: SignInID
    public let role: SignInRole
    /// The citizen's or the account's id.
    public let person: String
    public let createdAt: Instant
    /// When it was last used, as far as that was written down: not at every use.
    public var seenAt: Instant
    /// However much it is used.
    public var expiresAt: Instant
    /// Until then it may lie unused: a booked time is waited for.
    public var keptUntil: Instant?
    /// Browser and system in a few words, for the person to know it by.
    public let device: String

    /// - Parameter createdAt: when it was used first, too; absent: it counts as used until it expires.
    public init(
        tokenHash: Data, id: SignInID = SignInID(UUID()), role: SignInRole, person: String, createdAt: Instant? = nil, expiresAt: Instant, device: String = ""
    ) {
        self.tokenHash = tokenHash
        self.id = id
        self.role = role
        self.person = person
        self.createdAt = createdAt ?? expiresAt
        seenAt = createdAt ?? expiresAt
        self.expiresAt = expiresAt
        self.device = device
    }
}

/// That a provider of identities vouched for a sign-in, so that it can end it. Neither its name for the person nor for its session is kept, only what can be
/// recognised with a key outside of the database.
public struct VouchedSignInRow: Hashable, Sendable {
    public let tokenHash: Data
    /// As it is called in the configuration.
    public let provider: String
    public let subject: Data
    /// Nil when the provider does not name its sessions.
    public let session: Data?

    public init(tokenHash: Data, provider: String, subject: Data, session: Data?) {
        self.tokenHash = tokenHash
        self.provider = provider
        self.subject = subject
        self.session = session
    }
}

/// A role in a hall.
public struct RoleGrant: Hashable, Sendable, Comparable {
    public let hall: HallID
    public let role: String

    public init(hall: HallID, role: String) {
        self.hall = hall
        self.role = role
    }

    public static func < (left: Self, right: Self) -> Bool { (left.hall, left.role) < (right.hall, right.role) }
}

/// A member of staff's account.
public struct AccountRow: Hashable, Sendable {
    public let id: AgentID
    public let account: String
    public var name: String
    /// The home hall: its administrators answer for the account.
    public let hall: HallID
    public var grants: Set<RoleGrant>
    public var skills: Skills
    public var passwordHash: String
    /// Given by an administrator: good for choosing another, and for nothing else.
    public var passwordIsOneTime = false
    /// Nil: from before it was written down.
    public var passwordSetAt: Instant?
    public var suspendedAt: Instant?
    /// Nil: never used.
    public var firstSignedInAt: Instant?
    /// Counts changes.
    public var revision = 1

    /// Held in whatever hall, each once.
    public var roles: [String] { Set(grants.map(\.role)).sorted() }

    /// - Parameter roles: in the home hall.
    public init(id: AgentID, account: String, name: String, hall: HallID, roles: [String], skills: Skills, passwordHash: String) {
        self.id = id
        self.account = account
        self.name = name
        self.hall = hall
        grants = Set(roles.map { RoleGrant(hall: hall, role: $0) })
        self.skills = skills
        self.passwordHash = passwordHash
    }
}

/// What an administrator does to the house and its people.
public enum AdministrationActKind: String, CaseIterable, Sendable {
    case personMade = "person-made"
    case personChanged = "person-changed"
    case personSuspended = "person-suspended"
    case personRestored = "person-restored"
    case personDeleted = "person-deleted"
    case passwordReset = "password-reset"
    /// By the person.
    case passwordChanged = "password-changed"
    case hallMade = "hall-made"
    case hallChanged = "hall-changed"
    case seatMade = "seat-made"
    case seatChanged = "seat-changed"
    case seatWithdrawn = "seat-withdrawn"
    case seatRestored = "seat-restored"
}

/// Who did what to whom, and when.
public struct AdministrationAct: Hashable, Sendable {
    public let at: Instant
    public let actor: AgentID
    public let act: AdministrationActKind
    /// Of the account, the seat or the hall.
    public let subject: String
    public let hall: HallID
    /// The fields that were changed; never what they hold.
    public let detail: String

    public init(at: Instant, actor: AgentID, act: AdministrationActKind, subject: String, hall: HallID, detail: String = "") {
        self.at = at
        self.actor = actor
        self.act = act
        self.subject = subject
        self.hall = hall
        self.detail = detail
    }
}

import BrokerCore
import Foundation
import SignalingProtocol

/// A citizen who gave a name and a telephone number.
public struct CitizenRow: Hashable, Sendable {
    public let id: CitizenID
    public var name: String
    public var telephone: String
    /// Which wording of the terms was agreed to.
    public var termsVersion: String
    public var signedInAt: Instant

    public init(id: CitizenID, name: String, telephone: String, termsVersion: String, signedInAt: Instant) {
        self.id = id
        self.name = name
        self.telephone = telephone
        self.termsVersion = termsVersion
        self.signedInAt = signedInAt
    }
}

public enum SignInRole: String, Sendable {
    case citizen
    case staff
}

/// A sign-in that is still good, under the hash of its token.
public struct SignInRow: Hashable, Sendable {
    public let tokenHash: Data
    public let role: SignInRole
    /// The citizen's or the account's id.
    public let person: String
    public let expiresAt: Instant

    public init(tokenHash: Data, role: SignInRole, person: String, expiresAt: Instant) {
        self.tokenHash = tokenHash
        self.role = role
        self.person = person
        self.expiresAt = expiresAt
    }
}

/// A member of staff's account.
public struct AccountRow: Hashable, Sendable {
    public let id: AgentID
    public let account: String
    public var name: String
    public var hall: HallID
    public var roles: [String]
    public var skills: Skills
    public var passwordHash: String

    public init(id: AgentID, account: String, name: String, hall: HallID, roles: [String], skills: Skills, passwordHash: String) {
        self.id = id
        self.account = account
        self.name = name
        self.hall = hall
        self.roles = roles
        self.skills = skills
        self.passwordHash = passwordHash
    }
}

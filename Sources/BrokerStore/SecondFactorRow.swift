import BrokerCore
import Foundation
import SignalingProtocol

/// What a member of staff signs in with beside the password.
public struct SecondFactorRow: Hashable, Sendable {
    public enum Kind: String, CaseIterable, Sendable {
        case totp
        case passkey
    }

    public enum Means: Hashable, Sendable {
        /// - Parameter lastStep: of the code that was taken last (RFC 6238); nil: none yet.
        case totp(sealedSecret: Data, lastStep: Int64?)
        case passkey(StoredPasskey)
    }

    public let id: UUID
    public let account: AgentID
    public let name: String
    public var means: Means
    public let addedAt: Instant
    public var usedAt: Instant?

    public init(id: UUID, account: AgentID, name: String, means: Means, addedAt: Instant, usedAt: Instant? = nil) {
        self.id = id
        self.account = account
        self.name = name
        self.means = means
        self.addedAt = addedAt
        self.usedAt = usedAt
    }

    public var kind: Kind {
        switch means {
        case .totp: .totp
        case .passkey: .passkey
        }
    }
}

/// A passkey as it is stored. What it means is `Identity`'s business.
public struct StoredPasskey: Hashable, Sendable {
    public let credential: Data
    /// COSE number.
    public let algorithm: Int
    /// SubjectPublicKeyInfo.
    public let publicKey: Data
    public var counter: UInt32
    public let relyingParty: String

    public init(credential: Data, algorithm: Int, publicKey: Data, counter: UInt32, relyingParty: String) {
        self.credential = credential
        self.algorithm = algorithm
        self.publicKey = publicKey
        self.counter = counter
        self.relyingParty = relyingParty
    }
}

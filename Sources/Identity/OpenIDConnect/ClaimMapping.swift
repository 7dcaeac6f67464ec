import Foundation
import SignalingProtocol

/// Which claims of a provider say what. A name absent here uses the standard claim (OpenID Connect Core 1.0, 5.1), if there is one.
public struct ClaimMapping: Decodable, Hashable, Sendable {
    /// Who the provider says has been identified.
    public struct AssuranceClaim: Decodable, Hashable, Sendable {
        public let claim: String
        /// Those of its values that mean that somebody looked at a document or a face; all others mean a guest.
        public let verified: [String]

        public init(claim: String, verified: [String]) {
            self.claim = claim
            self.verified = verified
        }
    }

    /// `sub` unless said otherwise.
    public let subject: String?
    /// `name` unless said otherwise.
    public let name: String?
    /// `phone_number` unless said otherwise.
    public let telephone: String?
    /// Without it everybody whom the provider vouches for counts as verified.
    public let assurance: AssuranceClaim?
    /// Staff: the claim whose value is the name of an account of ours.
    public let account: String?

    public init(
        subject: String? = nil, name: String? = nil, telephone: String? = nil, assurance: AssuranceClaim? = nil, account: String? = nil
    ) {
        self.subject = subject
        self.name = name
        self.telephone = telephone
        self.assurance = assurance
        self.account = account
    }
}

/// Whom a provider vouched for. Lives only as long as the sign-in is being made.
public struct VouchedPerson: Hashable, Sendable {
    /// The provider's name for them. Never stored as it is: some providers use an identity number.
    public let subject: String
    /// The provider's own session, if it names one.
    public let providerSession: String?
    public let name: String?
    public let telephone: String?
    public let assurance: Assurance
    /// Staff.
    public let account: String?

    private static let longestSubject = 255

    /// - Returns: nil when the claims do not say who it is.
    public init?(_ claims: TokenClaims, by mapping: ClaimMapping) {
        guard let subject = claims.text(mapping.subject ?? "sub"), (1...Self.longestSubject).contains(subject.utf8.count) else { return nil }
        self.subject = subject
        providerSession = claims.text("sid")
        name = claims.text(mapping.name ?? "name")?.trimmingCharacters(in: .whitespacesAndNewlines)
        telephone = claims.text(mapping.telephone ?? "phone_number")
        account = mapping.account.flatMap { claims.text($0) }
        guard let rule = mapping.assurance else {
            assurance = .verified
            return
        }
        assurance = claims.texts(rule.claim).contains(where: rule.verified.contains) ? .verified : .guest
    }
}

import Foundation

/// What a provider says of itself at `/.well-known/openid-configuration` (OpenID Connect Discovery 1.0, 3).
public struct ProviderDescription: Hashable, Sendable {
    public let issuer: String
    let authorizationEndpoint: String
    public let tokenEndpoint: String
    public let keySetAddress: String
    /// Algorithms for ID tokens; never one that we do not know.
    let algorithms: Set<SigningAlgorithm>
    let secretGoesInBody: Bool
    /// RFC 9207: every answer to the browser names the issuer.
    let namesIssuerInAnswers: Bool

    private struct Document: Decodable {
        let issuer: String
        let authorizationEndpoint: String
        let tokenEndpoint: String
        let jwksUri: String
        let idTokenSigningAlgValuesSupported: [String]?
        let tokenEndpointAuthMethodsSupported: [String]?
        let codeChallengeMethodsSupported: [String]?
        let authorizationResponseIssParameterSupported: Bool?
    }

    /// Where a provider with this issuer describes itself.
    public static func address(of issuer: String) -> String {
        (issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer) + "/.well-known/openid-configuration"
    }

    /// - Parameter issuer: as it was configured; another in the document is an impostor's (4.3).
    public init(json: Data, issuer: String) throws(SignInFailure) {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        guard let document = try? decoder.decode(Document.self, from: json) else { throw SignInFailure(.providerDescription, "it is not a description") }
        guard document.issuer == issuer else { throw SignInFailure(.providerDescription, "it describes another issuer") }
        let addresses = [document.authorizationEndpoint, document.tokenEndpoint, document.jwksUri]
        // A provider on the network must not send us to this machine's own services.
        let mayBeLoopback = URLComponents(string: issuer)?.host.map(ProviderAddress.isLoopback) ?? false
        guard addresses.allSatisfy({ ProviderAddress.isAllowed($0) && (mayBeLoopback || $0.hasPrefix("https://")) }) else {
            throw SignInFailure(.providerDescription, "an address in it is not https")
        }
        // Absent means that it was not said; a list without it means that the provider cannot do it.
        guard document.codeChallengeMethodsSupported?.contains("S256") ?? true else {
            throw SignInFailure(.providerDescription, "it does not know PKCE with S256")
        }
        let algorithms = (document.idTokenSigningAlgValuesSupported ?? ["RS256"]).compactMap(SigningAlgorithm.init(rawValue:))
        guard !algorithms.isEmpty else { throw SignInFailure(.providerDescription, "it signs with no algorithm that is accepted here") }
        self.issuer = issuer
        authorizationEndpoint = document.authorizationEndpoint
        tokenEndpoint = document.tokenEndpoint
        keySetAddress = document.jwksUri
        self.algorithms = Set(algorithms)
        let methods = document.tokenEndpointAuthMethodsSupported ?? ["client_secret_basic"]
        secretGoesInBody = !methods.contains("client_secret_basic") && methods.contains("client_secret_post")
        namesIssuerInAnswers = document.authorizationResponseIssParameterSupported ?? false
    }
}

/// Why somebody could not be signed in by a provider. For the log: never a token, a code or a claim.
public struct SignInFailure: Error, Hashable, CustomStringConvertible, Sendable {
    /// Stable.
    public enum Code: String, Sendable {
        /// Its description cannot be used.
        case providerDescription = "provider_description"
        /// It did not answer, or with an error.
        case providerUnreachable = "provider_unreachable"
        case providerRefused = "provider_refused"
        /// No sign-in of this browser's is waiting for that answer.
        case unknownState = "unknown_state"
        case malformedToken = "malformed_token"
        case algorithmRefused = "algorithm_refused"
        case unknownKey = "unknown_key"
        case badSignature = "bad_signature"
        case wrongIssuer = "wrong_issuer"
        case wrongAudience = "wrong_audience"
        case expired
        case notYetValid = "not_yet_valid"
        case wrongNonce = "wrong_nonce"
        case notALogoutToken = "not_a_logout_token"
        case replayed
        case missingClaim = "missing_claim"
    }

    public let code: Code
    public let cause: String

    public init(_ code: Code, _ cause: String) {
        self.code = code
        self.cause = cause
    }

    public var description: String { "\(cause) [\(code.rawValue)]" }
}

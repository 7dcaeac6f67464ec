import Foundation
import SignalingProtocol

/// The file that `farwindow serve --identity` reads: who vouches for people (OpenID Connect Core 1.0).
///
/// The file holds no secret; it names the files that do.
public struct IdentityConfiguration: Decodable, Hashable, Sendable {
    public let providers: [ProviderConfiguration]

    public init(providers: [ProviderConfiguration]) { self.providers = providers }

    /// - Throws: `IdentityConfigurationError`, with a sentence for whoever wrote the file.
    public static func read(_ json: Data) throws(IdentityConfigurationError) -> IdentityConfiguration {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let configuration: IdentityConfiguration
        do {
            configuration = try decoder.decode(IdentityConfiguration.self, from: json)
        } catch DecodingError.keyNotFound(let key, let context) {
            let place = (context.codingPath + [key]).map { $0.intValue.map(String.init) ?? WireCoding.wireName($0.stringValue) }
            throw IdentityConfigurationError("'\(place.joined(separator: "."))' is missing")
        } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context), DecodingError.dataCorrupted(let context) {
            let place = context.codingPath.map { $0.intValue.map(String.init) ?? WireCoding.wireName($0.stringValue) }
            throw IdentityConfigurationError("'\(place.joined(separator: "."))' cannot be read: \(context.debugDescription)")
        } catch {
            throw IdentityConfigurationError("it is not the JSON that was expected")
        }
        try configuration.check()
        return configuration
    }

    private func check() throws(IdentityConfigurationError) {
        guard Set(providers.map(\.id)).count == providers.count else { throw IdentityConfigurationError("two providers have the same id") }
        // Two providers of one issuer could not be told apart when it says that somebody signed out.
        guard Set(providers.map(\.issuer)).count == providers.count else { throw IdentityConfigurationError("two providers have the same issuer") }
        for provider in providers { try provider.check() }
    }
}

/// Why a configuration of providers cannot be used.
public struct IdentityConfigurationError: Error, CustomStringConvertible, Sendable {
    public let description: String

    init(_ description: String) { self.description = description }
}

/// One provider of identities (统一身份认证), as its operator and ours agreed on it.
public struct ProviderConfiguration: Decodable, Hashable, Sendable {
    /// Whom a provider vouches for.
    public enum Audience: String, Decodable, Hashable, Sendable {
        case citizen
        case staff
    }

    /// What a button calls it.
    public struct Name: Decodable, Hashable, Sendable {
        public let zhCN: String
        public let zhHant: String
        public let en: String

        private enum CodingKeys: String, CodingKey {
            // As the decoder of the file spells `zh_cn` and `zh_hant`.
            case zhCN = "zhCn"
            case zhHant, en
        }

        public init(zhCN: String, zhHant: String, en: String) {
            self.zhCN = zhCN
            self.zhHant = zhHant
            self.en = en
        }

        public subscript(locale: SignalingProtocol.Locale) -> String {
            switch locale {
            case .simplifiedChinese: zhCN
            case .traditionalChinese: zhHant
            case .english: en
            }
        }
    }

    /// Stands in addresses: lower case letters, digits and hyphens, at most 32.
    public let id: String
    public let name: Name
    /// Exactly as the provider's own description and its tokens spell it. https; http only on this machine.
    public let issuer: String
    public let clientId: String
    /// File with the secret that the provider gave us; without it we are a public client, and PKCE alone protects the code.
    public let clientSecretFile: String?
    public let `for`: Audience
    /// `openid` is always asked for.
    public let scopes: [String]?
    public let claims: ClaimMapping

    public init(
        id: String, name: Name, issuer: String, clientId: String, clientSecretFile: String?, for audience: Audience, scopes: [String]?, claims: ClaimMapping
    ) {
        self.id = id
        self.name = name
        self.issuer = issuer
        self.clientId = clientId
        self.clientSecretFile = clientSecretFile
        self.for = audience
        self.scopes = scopes
        self.claims = claims
    }

    /// Space-separated, `openid` first.
    var scope: String { (["openid"] + (scopes ?? []).filter { $0 != "openid" }).joined(separator: " ") }

    fileprivate func check() throws(IdentityConfigurationError) {
        let isWord = { (text: String) in
            (1...32).contains(text.utf8.count) && text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
        }
        guard isWord(id) else { throw IdentityConfigurationError("'\(id)' is not an id: lower case letters, digits and hyphens, at most 32") }
        guard ProviderAddress.isAllowed(issuer), let url = URLComponents(string: issuer), url.query == nil, url.fragment == nil else {
            throw IdentityConfigurationError("the issuer of '\(id)' must be https://…, without a query; http:// only on this machine")
        }
        guard !clientId.isEmpty else { throw IdentityConfigurationError("'\(id)' has no client_id") }
        guard claims.assurance.map({ !$0.verified.isEmpty }) ?? true else {
            throw IdentityConfigurationError("'\(id)' names an assurance claim, but none of its values as verified")
        }
        guard self.for == .citizen || claims.account != nil else {
            throw IdentityConfigurationError("'\(id)' is for staff: claims.account must name the claim that holds the account")
        }
    }
}

/// Addresses that we call or send people to.
enum ProviderAddress {
    /// https anywhere; http only to this machine, where nobody listens in.
    static func isAllowed(_ address: String) -> Bool {
        guard let url = URLComponents(string: address), let host = url.host, !host.isEmpty, url.user == nil, url.password == nil, url.fragment == nil else {
            return false
        }
        return url.scheme == "https" || (url.scheme == "http" && isLoopback(host))
    }

    static func isLoopback(_ host: String) -> Bool { ["localhost", "127.0.0.1", "::1", "[::1]"].contains(host) }
}

import Foundation

/// The two requests of the authorization code flow (OpenID Connect Core 1.0, 3.1) with PKCE (RFC 7636).
public enum AuthorizationCode {
    /// Where the browser is sent.
    /// - Returns: nil when the provider's address cannot carry a query.
    public static func address(
        _ description: ProviderDescription, _ provider: ProviderConfiguration, _ signIn: SignInUnderWay, state: String, locale: String
    ) -> String? {
        guard var url = URLComponents(string: description.authorizationEndpoint) else { return nil }
        let fields = [
            ("response_type", "code"), ("client_id", provider.clientId), ("redirect_uri", signIn.redirectAddress), ("scope", provider.scope),
            ("state", state), ("nonce", signIn.nonce), ("code_challenge", signIn.codeChallenge), ("code_challenge_method", "S256"), ("ui_locales", locale),
        ]
        let own = url.percentEncodedQuery.map { $0 + "&" } ?? ""
        url.percentEncodedQuery = own + form(fields)
        return url.string
    }

    /// What the provider said by way of the browser.
    /// - Parameter query: of the address that the browser came back to.
    /// - Throws: `.providerRefused` when it says that it will not, or the person would not.
    public static func code(in query: [String: String], from description: ProviderDescription) throws(SignInFailure) -> String {
        // RFC 9207: an answer from another provider than the one that was asked.
        if let issuer = query["iss"], issuer != description.issuer { throw SignInFailure(.wrongIssuer, "the answer came from another issuer") }
        guard query["iss"] != nil || !description.namesIssuerInAnswers else { throw SignInFailure(.wrongIssuer, "the answer does not say from whom it is") }
        if let error = query["error"] {
            let word = error.count <= 40 && error.allSatisfy { $0.isASCII && ($0.isLetter || $0 == "_") } ? error : "unreadable"
            throw SignInFailure(.providerRefused, "the provider said \(word)")
        }
        guard let code = query["code"], (1...2_048).contains(code.utf8.count) else { throw SignInFailure(.providerRefused, "there is no code in the answer") }
        return code
    }

    /// The request that turns a code into tokens.
    /// - Returns: the form, and the header that says who asks, if it goes there.
    public static func tokenRequest(
        code: String, _ signIn: SignInUnderWay, _ provider: ProviderConfiguration, secret: String?, _ description: ProviderDescription
    ) -> (form: String, authorization: String?) {
        var fields = [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", signIn.redirectAddress), ("code_verifier", signIn.codeVerifier),
        ]
        guard let secret else { return (form(fields + [("client_id", provider.clientId)]), nil) }
        if description.secretGoesInBody {
            fields += [("client_id", provider.clientId), ("client_secret", secret)]
            return (form(fields), nil)
        }
        // RFC 6749, 2.3.1: each half is form-encoded first.
        let pair = "\(escape(provider.clientId)):\(escape(secret))"
        return (form(fields), "Basic " + Data(pair.utf8).base64EncodedString())
    }

    private struct TokenAnswer: Decodable {
        let idToken: String
        let tokenType: String
    }

    /// The ID token in the provider's answer. The access token is not kept: nothing is asked of the provider afterwards.
    public static func idToken(status: Int, json: Data) throws(SignInFailure) -> String {
        guard status == 200 else { throw SignInFailure(.providerRefused, "the provider answered \(status) to the code") }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        guard let answer = try? decoder.decode(TokenAnswer.self, from: json), answer.tokenType.lowercased() == "bearer" else {
            throw SignInFailure(.providerRefused, "the provider's answer to the code has no ID token")
        }
        return answer.idToken
    }

    private static func form(_ fields: [(String, String)]) -> String {
        fields.map { "\($0.0)=\(escape($0.1))" }.joined(separator: "&")
    }

    private static let plain = CharacterSet(charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

    private static func escape(_ text: String) -> String { text.addingPercentEncoding(withAllowedCharacters: plain) ?? "" }
}

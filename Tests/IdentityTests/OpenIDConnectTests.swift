import Crypto
import Foundation
import SignalingProtocol
import Testing

@testable import Identity

@Suite("Logout token (OpenID Connect Back-Channel Logout 1.0)")
struct LogoutTokenTests {
    private let forge = ProviderForge()

    private func refusal(of token: String, at now: Instant = ProviderForge.now) async throws -> SignInFailure.Code? {
        let rules = TokenRules(try ProviderForge.description(), clientId: ProviderForge.client)
        let keys = try ProviderForge.cache(forge)
        do throws(SignInFailure) {
            _ = try await rules.checkLogoutToken(token, subjectClaim: "sub", keys: keys, at: now)
            return nil
        } catch { return error.code }
    }

    @Test func namesWhoseSignInsEnd() async throws {
        let rules = TokenRules(try ProviderForge.description(), clientId: ProviderForge.client)
        let logout = try await rules.checkLogoutToken(
            forge.logoutToken(), subjectClaim: "sub", keys: try ProviderForge.cache(forge), at: ProviderForge.now)
        #expect(logout.subject == "person-7")
        #expect(logout.providerSession == "session-1")
        #expect(logout.tokenID == "logout-1")
        #expect(logout.forgottenAt > ProviderForge.now + .seconds(TokenRules.greatestLogoutAgeSeconds))
    }

    @Test func needsAPersonOrASession() async throws {
        #expect(try await refusal(of: forge.logoutToken(["sub": nil])) == nil)
        #expect(try await refusal(of: forge.logoutToken(["sid": nil])) == nil)
        #expect(try await refusal(of: forge.logoutToken(["sub": nil, "sid": nil])) == .missingClaim)
    }

    @Test func isNotAnyOtherToken() async throws {
        #expect(try await refusal(of: forge.idToken()) == .notALogoutToken)
        #expect(try await refusal(of: forge.logoutToken(["events": nil])) == .notALogoutToken)
        #expect(try await refusal(of: forge.logoutToken(["events": ["other": [String: String]()]])) == .notALogoutToken)
        #expect(try await refusal(of: forge.logoutToken(["events": [TokenRules.logoutEvent: "yes"]])) == .notALogoutToken)
        #expect(try await refusal(of: forge.logoutToken(["nonce": "n"])) == .notALogoutToken)
        #expect(try await refusal(of: forge.logoutToken(header: ["typ": "at+jwt"])) == .notALogoutToken)
        #expect(try await refusal(of: forge.logoutToken(header: ["typ": nil])) == nil)
        #expect(try await refusal(of: forge.logoutToken(["jti": nil])) == .missingClaim)
    }

    @Test func isCheckedLikeAnIDToken() async throws {
        #expect(try await refusal(of: forge.logoutToken(["iss": "https://evil.example"])) == .wrongIssuer)
        #expect(try await refusal(of: forge.logoutToken(["aud": "other"])) == .wrongAudience)
        #expect(try await refusal(of: forge.logoutToken(["exp": ProviderForge.seconds - 200])) == .expired)
        #expect(try await refusal(of: forge.logoutToken(["exp": nil])) == nil, "drafts before the final text had none")
        #expect(try await refusal(of: forge.logoutToken(["exp": "x"])) == .missingClaim)
        #expect(try await refusal(of: forge.logoutToken(["iat": ProviderForge.seconds - 10_000])) == .expired)
        #expect(try await refusal(of: forge.logoutToken(header: ["alg": "none"])) == .algorithmRefused)
        #expect(try await refusal(of: ProviderForge().logoutToken()) == .badSignature)
    }
}

@Suite("A provider's description of itself")
struct ProviderDescriptionTests {
    private func refusal(_ more: [String: Any], issuer: String = ProviderForge.issuer) throws -> SignInFailure.Code? {
        let json = try ProviderForge.json(ProviderForge.document(more))
        do throws(SignInFailure) {
            _ = try ProviderDescription(json: json, issuer: issuer)
            return nil
        } catch { return error.code }
    }

    @Test func isTakenOnlyFromItself() throws {
        #expect(try refusal([:]) == nil)
        #expect(try refusal(["issuer": "https://evil.example"]) == .providerDescription)
        #expect(try refusal([:], issuer: "https://id.example/") == .providerDescription)
        #expect(throws: SignInFailure.self) { try ProviderDescription(json: Data("[]".utf8), issuer: ProviderForge.issuer) }
    }

    @Test func cannotSendUsWhereNobodyListensProperly() throws {
        #expect(try refusal(["token_endpoint": "http://id.example/token"]) == .providerDescription)
        #expect(try refusal(["jwks_uri": "file:///etc/passwd"]) == .providerDescription)
        #expect(try refusal(["authorization_endpoint": "javascript:alert(1)"]) == .providerDescription)
        #expect(try refusal(["token_endpoint": "http://127.0.0.1:6379/"]) == .providerDescription, "this machine's own services are not the provider's")
        #expect(try refusal(["token_endpoint": "https://user:pass@id.example/"]) == .providerDescription)
    }

    @Test func mustAllowPKCEAndASignatureThatIsAccepted() throws {
        #expect(try refusal(["code_challenge_methods_supported": ["plain"]]) == .providerDescription)
        #expect(try refusal(["code_challenge_methods_supported": ["plain", "S256"]]) == nil)
        #expect(try refusal(["id_token_signing_alg_values_supported": ["HS256", "none"]]) == .providerDescription)
    }

    @Test func standsAtAKnownPlace() {
        #expect(ProviderDescription.address(of: "https://id.example") == "https://id.example/.well-known/openid-configuration")
        #expect(ProviderDescription.address(of: "https://id.example/realm/") == "https://id.example/realm/.well-known/openid-configuration")
    }
}

/// The value behind a reference: an expectation cannot change a variable.
private final class Pending {
    private var value = SignInsUnderWay()

    var count: Int { value.count }

    func begin(provider: String, redirectAddress: String, note: String, at now: Instant) -> (signIn: SignInUnderWay, state: String, browserSecret: String) {
        value.begin(provider: provider, redirectAddress: redirectAddress, note: note, at: now)
    }

    func take(state: String, browserSecret: String?, provider: String, at now: Instant) -> SignInUnderWay? {
        value.take(state: state, browserSecret: browserSecret, provider: provider, at: now)
    }
}

@Suite("Authorization code with PKCE (RFC 7636)")
struct AuthorizationCodeTests {
    private let provider = ProviderConfiguration(
        id: "p", name: .init(zhCN: "统一", zhHant: "統一", en: "Unified"), issuer: ProviderForge.issuer, clientId: "far window", clientSecretFile: nil,
        for: .citizen, scopes: ["profile", "openid"], claims: ClaimMapping())
    private let now = ProviderForge.now
    private let back = "https://window.example/api/v1/oidc/p/callback"

    @Test func asksWithAChallengeAndComesBackWithItsVerifier() throws {
        let pending = Pending()
        let (signIn, state, browser) = pending.begin(provider: "p", redirectAddress: back, note: "2026-11", at: now)
        let description = try ProviderForge.description(["authorization_endpoint": "https://id.example/auth?tenant=a%20b"])
        let address = try #require(AuthorizationCode.address(description, provider, signIn, state: state, locale: "zh-CN"))
        let items = try #require(URLComponents(string: address)?.queryItems)
        let fields = Dictionary(items.map { ($0.name, $0.value ?? "") }) { $1 }
        #expect(address.hasPrefix("https://id.example/auth?tenant=a%20b&"))
        #expect(fields["tenant"] == "a b")
        #expect(fields["response_type"] == "code")
        #expect(fields["client_id"] == "far window")
        #expect(fields["scope"] == "openid profile")
        #expect(fields["redirect_uri"] == back)
        #expect(fields["state"] == state)
        #expect(fields["nonce"] == signIn.nonce)
        #expect(fields["code_challenge_method"] == "S256")
        #expect(fields["code_challenge"] == Data(SHA256.hash(data: Data(signIn.codeVerifier.utf8))).base64URL)
        #expect(!address.contains(signIn.codeVerifier))
        #expect((43...128).contains(signIn.codeVerifier.count), "RFC 7636, 4.1")
        let taken = try #require(pending.take(state: state, browserSecret: browser, provider: "p", at: now + .seconds(5)))
        let (form, authorization) = AuthorizationCode.tokenRequest(code: "c&d", taken, provider, secret: "s:ü", description)
        #expect(form.contains("code=c%26d"))
        #expect(form.contains("code_verifier=\(signIn.codeVerifier)"))
        #expect(authorization == "Basic " + Data("far%20window:s%3A%C3%BC".utf8).base64EncodedString())
    }

    @Test func saysWhoAsksAsTheProviderWantsIt() throws {
        let pending = Pending()
        let signIn = pending.begin(provider: "p", redirectAddress: back, note: "", at: now).signIn
        let description = try ProviderForge.description(["token_endpoint_auth_methods_supported": ["client_secret_post"]])
        let inBody = AuthorizationCode.tokenRequest(code: "c", signIn, provider, secret: "s", description)
        #expect(inBody.authorization == nil)
        #expect(inBody.form.contains("client_id=far%20window&client_secret=s"))
        let open = AuthorizationCode.tokenRequest(code: "c", signIn, provider, secret: nil, description)
        #expect(open.authorization == nil)
        #expect(open.form.hasSuffix("client_id=far%20window"))
    }

    @Test func rfc7636AppendixB() {
        let challenge = Data(SHA256.hash(data: Data("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".utf8))).base64URL
        #expect(challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
    }

    @Test func comesBackOnceToTheBrowserThatBeganItAndSoon() {
        let pending = Pending()
        let one = pending.begin(provider: "p", redirectAddress: back, note: "", at: now)
        #expect(pending.take(state: one.state, browserSecret: nil, provider: "p", at: now) == nil)
        #expect(pending.take(state: one.state, browserSecret: "another's", provider: "p", at: now) == nil)
        #expect(pending.take(state: one.state, browserSecret: one.browserSecret, provider: "q", at: now) == nil)
        #expect(pending.take(state: "made up", browserSecret: one.browserSecret, provider: "p", at: now) == nil)
        #expect(pending.take(state: one.state, browserSecret: one.browserSecret, provider: "p", at: now) != nil)
        #expect(pending.take(state: one.state, browserSecret: one.browserSecret, provider: "p", at: now) == nil, "an answer is heeded once")
        let two = pending.begin(provider: "p", redirectAddress: back, note: "", at: now)
        #expect(pending.take(state: two.state, browserSecret: two.browserSecret, provider: "p", at: now + SignInsUnderWay.lifetime) == nil)
        #expect(pending.count == 0)
    }

    @Test func nobodyCanFillTheMemoryWithThem() {
        let pending = Pending()
        let first = pending.begin(provider: "p", redirectAddress: back, note: "", at: now)
        for _ in 0..<SignInsUnderWay.most { _ = pending.begin(provider: "p", redirectAddress: back, note: "", at: now) }
        #expect(pending.count == SignInsUnderWay.most)
        #expect(pending.take(state: first.state, browserSecret: first.browserSecret, provider: "p", at: now) == nil)
    }

    @Test func answersAreReadWithCare() throws {
        let description = try ProviderForge.description()
        #expect(try AuthorizationCode.code(in: ["code": "c", "iss": ProviderForge.issuer], from: description) == "c")
        #expect(throws: SignInFailure(.wrongIssuer, "the answer came from another issuer")) {
            try AuthorizationCode.code(in: ["code": "c", "iss": "https://evil.example"], from: description)
        }
        let strict = try ProviderForge.description(["authorization_response_iss_parameter_supported": true])
        #expect(throws: SignInFailure.self) { try AuthorizationCode.code(in: ["code": "c"], from: strict) }
        #expect(throws: SignInFailure(.providerRefused, "the provider said access_denied")) {
            try AuthorizationCode.code(in: ["error": "access_denied"], from: description)
        }
        #expect(throws: SignInFailure(.providerRefused, "the provider said unreadable"), "nothing of the address reaches the log") {
            try AuthorizationCode.code(in: ["error": "x\ny 440000"], from: description)
        }
        #expect(throws: SignInFailure.self) { try AuthorizationCode.code(in: [:], from: description) }
        #expect(try AuthorizationCode.idToken(status: 200, json: Data(#"{"id_token":"t","token_type":"Bearer","access_token":"a"}"#.utf8)) == "t")
        #expect(throws: SignInFailure.self) { try AuthorizationCode.idToken(status: 400, json: Data(#"{"error":"invalid_grant"}"#.utf8)) }
        #expect(throws: SignInFailure.self) { try AuthorizationCode.idToken(status: 200, json: Data(#"{"access_token":"a","token_type":"Bearer"}"#.utf8)) }
    }
}

@Suite("The file of providers")
struct IdentityConfigurationTests {
    private func sentence(_ change: [String: Any?]) throws -> String? {
        var provider: [String: Any] = [
            "id": "gd", "name": ["zh_cn": "统一身份认证", "zh_hant": "統一身份認證", "en": "Unified identity"], "issuer": "https://id.example", "client_id": "f",
            "for": "citizen", "claims": [String: Any](),
        ]
        for (name, value) in change { provider[name] = value }
        let json = try ProviderForge.json(["providers": [provider]])
        do throws(IdentityConfigurationError) {
            _ = try IdentityConfiguration.read(json)
            return nil
        } catch { return "\(error)" }
    }

    @Test func saysWhatIsWrongWithIt() throws {
        #expect(try sentence([:]) == nil)
        #expect(try sentence(["issuer": nil]) == "'providers.0.issuer' is missing")
        #expect(try sentence(["id": "A b"])?.contains("not an id") == true)
        #expect(try sentence(["issuer": "http://id.example"])?.contains("must be https") == true)
        #expect(try sentence(["issuer": "http://localhost:4593/api"]) == nil)
        #expect(try sentence(["for": "staff"])?.contains("claims.account") == true)
        #expect(try sentence(["for": "staff", "claims": ["account": "preferred_username"]]) == nil)
        #expect(try sentence(["claims": ["assurance": ["claim": "acr", "verified": [String]()]]])?.contains("none of its values") == true)
        #expect(try sentence(["for": "anybody"])?.contains("providers.0.for") == true)
    }
}

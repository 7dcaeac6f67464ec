import Crypto
import CryptoExtras
import Foundation
import SignalingProtocol
import Testing

@testable import Identity

@Suite("ID token (OpenID Connect Core 1.0, 3.1.3.7)")
struct IDTokenTests {
    private let forge = ProviderForge()

    /// - Returns: why it was refused; nil when it was believed.
    private func refusal(
        of token: String, nonce: String = "n", keys: KeyCache? = nil, describing more: [String: Any] = [:], at now: Instant = ProviderForge.now
    ) async throws -> SignInFailure.Code? {
        let rules = TokenRules(try ProviderForge.description(more), clientId: ProviderForge.client)
        let known = try keys ?? ProviderForge.cache(forge)
        do throws(SignInFailure) {
            _ = try await rules.checkIDToken(token, nonce: nonce, keys: known, at: now)
            return nil
        } catch { return error.code }
    }

    @Test func isBelievedWhenEverythingIsRight() async throws {
        #expect(try await refusal(of: forge.idToken()) == nil)
        #expect(try await refusal(of: forge.idToken(["aud": ["other", ProviderForge.client], "azp": ProviderForge.client])) == nil)
        let rsa = ProviderForge(.rsa(try _RSA.Signing.PrivateKey(keySize: .bits2048)))
        #expect(try await refusal(of: rsa.idToken(), keys: ProviderForge.cache(rsa)) == nil)
    }

    @Test func fromAnotherIssuerIsRefused() async throws {
        #expect(try await refusal(of: forge.idToken(["iss": "https://evil.example"])) == .wrongIssuer)
        #expect(try await refusal(of: forge.idToken(["iss": "\(ProviderForge.issuer)/"])) == .wrongIssuer)
        #expect(try await refusal(of: forge.idToken(["iss": nil])) == .wrongIssuer)
    }

    @Test func forAnotherClientIsRefused() async throws {
        #expect(try await refusal(of: forge.idToken(["aud": "other"])) == .wrongAudience)
        #expect(try await refusal(of: forge.idToken(["aud": nil])) == .wrongAudience)
        #expect(try await refusal(of: forge.idToken(["aud": ["other", ProviderForge.client]])) == .wrongAudience, "several, and nobody named")
        #expect(try await refusal(of: forge.idToken(["azp": "other"])) == .wrongAudience)
        #expect(try await refusal(of: forge.idToken(["azp": ["farwindow"]])) == .wrongAudience, "not even a text")
    }

    @Test func forAnotherSignInIsRefused() async throws {
        #expect(try await refusal(of: forge.idToken(), nonce: "m") == .wrongNonce)
        #expect(try await refusal(of: forge.idToken(["nonce": nil])) == .wrongNonce)
    }

    @Test func outOfItsTimeIsRefusedButForTheClocksDifference() async throws {
        let now = ProviderForge.seconds, skew = TokenRules.clockSkewSeconds
        #expect(try await refusal(of: forge.idToken(["exp": now - skew + 1])) == nil)
        #expect(try await refusal(of: forge.idToken(["exp": now - skew])) == .expired)
        #expect(try await refusal(of: forge.idToken(["exp": nil])) == .missingClaim)
        #expect(try await refusal(of: forge.idToken(["exp": "tomorrow"])) == .missingClaim)
        #expect(try await refusal(of: forge.idToken(["exp": 1e300])) == .missingClaim)
        #expect(try await refusal(of: forge.idToken(["iat": now + skew])) == nil)
        #expect(try await refusal(of: forge.idToken(["iat": now + skew + 1])) == .notYetValid)
        #expect(try await refusal(of: forge.idToken(["iat": now - TokenRules.greatestAgeSeconds - skew - 1])) == .expired)
        #expect(try await refusal(of: forge.idToken(["iat": nil])) == .missingClaim)
        #expect(try await refusal(of: forge.idToken(["nbf": now + skew + 1])) == .notYetValid)
    }

    @Test func withoutSignatureIsRefused() async throws {
        let parts = try forge.idToken(header: ["alg": "none"]).split(separator: ".")
        #expect(try await refusal(of: "\(parts[0]).\(parts[1]).") == .algorithmRefused)
        #expect(try await refusal(of: forge.idToken(header: ["alg": "None"])) == .algorithmRefused)
        let unsigned = try forge.idToken().split(separator: ".")
        #expect(try await refusal(of: "\(unsigned[0]).\(unsigned[1]).") == .badSignature)
    }

    @Test func signedWithThePublicKeyAsASecretIsRefused() async throws {
        let rsa = ProviderForge(.rsa(try _RSA.Signing.PrivateKey(keySize: .bits2048)))
        guard case .rsa(let key) = rsa.key else { return }
        let parts = try rsa.idToken(header: ["alg": "HS256"]).split(separator: ".")
        for secret in [Data(key.publicKey.pemRepresentation.utf8), key.publicKey.derRepresentation, try key.publicKey.getKeyPrimitives().modulus] {
            let mac = HMAC<SHA256>.authenticationCode(for: Data("\(parts[0]).\(parts[1])".utf8), using: SymmetricKey(data: secret))
            #expect(try await refusal(of: "\(parts[0]).\(parts[1]).\(Data(mac).base64URL)", keys: ProviderForge.cache(rsa)) == .algorithmRefused)
        }
    }

    @Test func signedInAWayThatTheProviderDoesNotUseIsRefused() async throws {
        #expect(try await refusal(of: forge.idToken(), describing: ["id_token_signing_alg_values_supported": ["RS256"]]) == .algorithmRefused)
    }

    @Test func signedByAnotherKeyOfTheSameNameIsRefused() async throws {
        let other = ProviderForge(named: "one")
        #expect(try await refusal(of: other.idToken()) == .badSignature)
        var parts = try forge.idToken().split(separator: ".").map(String.init)
        parts[1] = try ProviderForge.json(["iss": ProviderForge.issuer, "aud": ProviderForge.client, "sub": "another"]).base64URL
        #expect(try await refusal(of: parts.joined(separator: ".")) == .badSignature)
    }

    @Test func cannotSwitchTheAlgorithmOfAKey() async throws {
        // The header says RSA; the key of that name is an elliptic one.
        #expect(try await refusal(of: forge.idToken(header: ["alg": "RS256"])) == .unknownKey)
    }

    @Test func ofAnUnknownKeyIsRefusedAndNeverTriedWithAnother() async throws {
        let stranger = ProviderForge(named: "two")
        #expect(try await refusal(of: stranger.idToken()) == .unknownKey)
        #expect(try await refusal(of: forge.idToken(header: ["kid": "two"])) == .unknownKey, "though the signature is the known key's")
    }

    @Test func withoutAKeysNameIsBelievedOnlyWhereThereIsNoChoice() async throws {
        let nameless = ProviderForge(forge.key, named: nil)
        #expect(try await refusal(of: nameless.idToken()) == nil)
        #expect(try await refusal(of: nameless.idToken(), keys: ProviderForge.cache(forge, ProviderForge(named: "two"))) == .unknownKey)
    }

    @Test(arguments: ["", ".", "..", "a.b.c", "e30.e30.e30", "not a token", "e30.e30", "eyJhbGciOiJFUzI1NiJ9.W10.AA", String(repeating: "a", count: 20_000)])
    func thatIsNoneIsRefused(_ text: String) async throws {
        #expect(try await refusal(of: text) == .malformedToken)
    }

    @Test func thatAsksForWhatIsNotUnderstoodIsRefused() async throws {
        #expect(try await refusal(of: forge.idToken(header: ["crit": ["b64"], "b64": false])) == .malformedToken)
    }

    @Test func saysWhoSomebodyIs() async throws {
        let rules = TokenRules(try ProviderForge.description(), clientId: ProviderForge.client)
        let token = try forge.idToken(["name": " 陈小燕 ", "phone_number": "13800000000", "level": 3, "groups": ["a", "verified"]])
        let claims = try await rules.checkIDToken(token, nonce: "n", keys: try ProviderForge.cache(forge), at: ProviderForge.now)
        let mapping = ClaimMapping(assurance: .init(claim: "level", verified: ["3", "4"]))
        let person = try #require(VouchedPerson(claims, by: mapping))
        #expect(person.name == "陈小燕")
        #expect(person.telephone == "13800000000")
        #expect(person.providerSession == "session-1")
        #expect(person.assurance == .verified)
        #expect(VouchedPerson(claims, by: ClaimMapping(assurance: .init(claim: "level", verified: ["4"])))?.assurance == .guest)
        #expect(VouchedPerson(claims, by: ClaimMapping(assurance: .init(claim: "absent", verified: ["4"])))?.assurance == .guest)
        #expect(VouchedPerson(claims, by: ClaimMapping(assurance: .init(claim: "groups", verified: ["verified"])))?.assurance == .verified)
        #expect(VouchedPerson(claims, by: ClaimMapping(subject: "absent")) == nil)
    }
}

@Suite("Keys of a provider")
struct KeyCacheTests {
    private let old = ProviderForge(named: "old"), new = ProviderForge(named: "new")
    private let now = ProviderForge.now

    @Test func changeWithoutAWord() async throws {
        let rules = TokenRules(try ProviderForge.description(), clientId: ProviderForge.client)
        var keys = try ProviderForge.cache(old)
        #expect(!keys.wantsReading(for: try old.idToken(), at: now + .seconds(30)))
        // An unknown name is the sign.
        let token = try new.idToken()
        #expect(keys.wantsReading(for: token, at: now + .seconds(5)))
        keys.willRead(at: now + .seconds(5))
        #expect(!keys.wantsReading(for: token, at: now + .seconds(64)), "it was not there; no sooner than in a minute again")
        #expect(keys.wantsReading(for: token, at: now + .seconds(65)))
        keys.willRead(at: now + .seconds(65))
        keys.take(try ProviderForge.keySet(new), at: now + .seconds(65))
        _ = try await rules.checkIDToken(token, nonce: "n", keys: keys, at: now + .seconds(65))
        await #expect(throws: SignInFailure.self) { _ = try await rules.checkIDToken(try old.idToken(), nonce: "n", keys: keys, at: now + .seconds(65)) }
    }

    @Test func areNotReadAgainForEveryMadeUpToken() throws {
        var keys = try ProviderForge.cache(old)
        var readings = 0
        for second in 0..<300 where keys.wantsReading(for: try new.idToken(), at: now + .seconds(Int64(second))) {
            keys.willRead(at: now + .seconds(Int64(second)))
            readings += 1
        }
        #expect(readings == 5)
        #expect(!keys.wantsReading(for: "no token", at: now + .minutes(600)))
    }

    @Test func areNotBelievedForEver() throws {
        let keys = try ProviderForge.cache(old)
        #expect(!keys.wantsReading(for: try old.idToken(), at: now + .minutes(59)))
        #expect(keys.wantsReading(for: try old.idToken(), at: now + KeyCache.greatestAge))
    }

    @Test func thatAreUnreadableLeaveThoseKnownBefore() throws {
        var keys = try ProviderForge.cache(old)
        let isTaken = keys.take(Data("<html>".utf8), at: now + .seconds(5))
        #expect(!isTaken)
        #expect(!keys.wantsReading(for: try old.idToken(), at: now + .seconds(6)))
    }

    @Test func ofOtherKindsAreNoReasonToRefuseTheOthers() async throws {
        let strange: [[String: String]] = [
            ["kty": "oct", "k": "c2VjcmV0", "kid": "old"], ["kty": "new-kind", "kid": "x"],
            ["kty": "RSA", "use": "enc", "kid": "old", "n": "AQAB", "e": "AQAB"],
            ["kid": "nothing"],
        ]
        var keys = KeyCache()
        keys.take(try ProviderForge.keySet(also: strange + [try old.key.publicKey(named: "old")]), at: now)
        let rules = TokenRules(try ProviderForge.description(), clientId: ProviderForge.client)
        _ = try await rules.checkIDToken(try old.idToken(), nonce: "n", keys: keys, at: now)
    }
}

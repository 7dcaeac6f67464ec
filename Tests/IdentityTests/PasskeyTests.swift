import Crypto
import CryptoExtras
import Foundation
import Identity
import Testing

/// An authenticator in a few lines, which can be told to do everything wrong.
private struct Authenticator {
    enum Key {
        case p256(P256.Signing.PrivateKey)
        case ed25519(Curve25519.Signing.PrivateKey)
        case rsa(_RSA.Signing.PrivateKey)
    }

    var key: Key = .p256(P256.Signing.PrivateKey())
    var id = Data((0..<32).map { UInt8($0) })
    var flags: UInt8 = 0x05
    var counter: UInt32 = 7
    var party = "window.example"
    var origin = "https://window.example"
    var crossOrigin = false

    func clientData(_ type: String, _ challenge: Data) -> Data {
        Data(#"{"type":"\#(type)","challenge":"\#(challenge.base64URL)","origin":"\#(origin)","crossOrigin":\#(crossOrigin)}"#.utf8)
    }

    private var front: Data {
        Data(SHA256.hash(data: Data(party.utf8))) + [flags] + withUnsafeBytes(of: counter.bigEndian) { Data($0) }
    }

    var algorithm: Int {
        switch key {
        case .p256: -7
        case .ed25519: -8
        case .rsa: -257
        }
    }

    var der: Data {
        switch key {
        case .p256(let key): key.publicKey.derRepresentation
        case .ed25519(let key): Data([0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00]) + key.publicKey.rawRepresentation
        case .rsa(let key): key.publicKey.derRepresentation
        }
    }

    private var cose: Data {
        switch key {
        case .p256(let key):
            let raw = key.publicKey.rawRepresentation
            return Data([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]) + raw.prefix(32) + [0x22, 0x58, 0x20] + raw.suffix(32)
        case .ed25519(let key): return Data([0xa4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21, 0x58, 0x20]) + key.publicKey.rawRepresentation
        case .rsa(let key):
            let parts = try? key.publicKey.getKeyPrimitives()
            return Data([0xa4, 0x01, 0x03, 0x03, 0x39, 0x01, 0x00, 0x20, 0x59, 0x01, 0x00]) + (parts?.modulus ?? Data()) + [0x21, 0x43, 1, 0, 1]
        }
    }

    func make(_ challenge: Data, type: String = "webauthn.create") -> PasskeyRegistration {
        var withCredential = self
        withCredential.flags |= 0x40
        let length = withUnsafeBytes(of: UInt16(id.count).bigEndian) { Data($0) }
        return PasskeyRegistration(
            clientData: clientData(type, challenge), authenticatorData: withCredential.front + Data(count: 16) + length + id + cose, publicKey: der,
            algorithm: algorithm)
    }

    func use(_ challenge: Data, type: String = "webauthn.get") throws -> PasskeyAssertion {
        let client = clientData(type, challenge)
        let signed = front + Data(SHA256.hash(data: client))
        let signature: Data =
            switch key {
            case .p256(let key): try key.signature(for: signed).derRepresentation
            case .ed25519(let key): try key.signature(for: signed)
            case .rsa(let key): try key.signature(for: SHA256.hash(data: signed), padding: .insecurePKCS1v1_5).rawRepresentation
            }
        return PasskeyAssertion(id: id, clientData: client, authenticatorData: front, signature: signature)
    }
}

@Suite("Passkeys")
struct PasskeyTests {
    private let challenge = Data((0..<32).map { _ in UInt8.random(in: 0...255) })
    private let party = RelyingParty(origin: "https://window.example")!

    private func registered(_ authenticator: Authenticator) throws -> Passkey { try authenticator.make(challenge).passkey(challenge: challenge, for: party) }

    private func refusal(making change: (inout Authenticator) -> Void) -> PasskeyProblem? {
        var authenticator = Authenticator()
        change(&authenticator)
        do throws(PasskeyProblem) {
            _ = try authenticator.make(challenge).passkey(challenge: challenge, for: party)
            return nil
        } catch { return error }
    }

    private func refusal(using change: (inout Authenticator) -> Void) throws -> PasskeyProblem? {
        var authenticator = Authenticator()
        let passkey = try registered(authenticator)
        authenticator.counter += 1
        change(&authenticator)
        let assertion = try authenticator.use(challenge)
        do throws(PasskeyProblem) {
            _ = try assertion.verified(by: passkey, challenge: challenge, for: party)
            return nil
        } catch { return error }
    }

    @Test func areMadeAndUsedWithEachAlgorithm() throws {
        let keys: [Authenticator.Key] = [.p256(.init()), .ed25519(.init()), .rsa(try .init(keySize: .bits2048))]
        for key in keys {
            var authenticator = Authenticator(key: key)
            let passkey = try registered(authenticator)
            #expect(passkey.id == authenticator.id)
            #expect(passkey.counter == 7)
            #expect(passkey.key.algorithm.rawValue == authenticator.algorithm)
            authenticator.counter = 9
            // As the store keeps it.
            let stored = Passkey(
                id: passkey.id, key: try PasskeyKey(algorithm: passkey.key.algorithm.rawValue, der: passkey.key.der), counter: passkey.counter,
                relyingParty: passkey.relyingParty)
            #expect(try authenticator.use(challenge).verified(by: stored, challenge: challenge, for: party).counter == 9)
        }
    }

    @Test func areMadeForThisPageAndThisQuestionOnly() {
        #expect(refusal(making: { _ in }) == nil)
        #expect(refusal(making: { $0.origin = "https://window.example.evil.example" }) == .wrongOrigin)
        #expect(refusal(making: { $0.origin = "http://window.example" }) == .wrongOrigin)
        #expect(refusal(making: { $0.crossOrigin = true }) == .wrongOrigin)
        #expect(refusal(making: { $0.party = "evil.example" }) == .wrongRelyingParty)
        #expect(refusal(making: { $0.flags = 0x04 }) == .nobodyPresent)
        #expect(refusal(making: { $0.flags = 0x01 }) == .nobodyVerified)
        #expect(refusal(making: { $0.id = Data() }) == .malformed)
        #expect(refusal(making: { $0.id = Data(count: 1_024) }) == .malformed)
        #expect(throws: PasskeyProblem.wrongChallenge) { try Authenticator().make(challenge).passkey(challenge: challenge + [0], for: party) }
        #expect(throws: PasskeyProblem.wrongType) { try Authenticator().make(challenge, type: "webauthn.get").passkey(challenge: challenge, for: party) }
    }

    @Test func haveTheKeyThatTheAuthenticatorMadeAndNotOneOfThePage() throws {
        let made = Authenticator().make(challenge)
        let other = Authenticator()
        let swapped = PasskeyRegistration(clientData: made.clientData, authenticatorData: made.authenticatorData, publicKey: other.der, algorithm: -7)
        #expect(throws: PasskeyProblem.wrongKey) { try swapped.passkey(challenge: challenge, for: party) }
        for (algorithm, expected) in [(-8, PasskeyProblem.malformed), (-257, .malformed), (-37, .unknownAlgorithm), (0, .unknownAlgorithm)] {
            let wrong = PasskeyRegistration(
                clientData: made.clientData, authenticatorData: made.authenticatorData, publicKey: made.publicKey, algorithm: algorithm)
            #expect(throws: expected) { try wrong.passkey(challenge: challenge, for: party) }
        }
    }

    @Test func areUsedOnThisPageForThisQuestionByAPersonOnly() throws {
        #expect(try refusal(using: { _ in }) == nil)
        #expect(try refusal(using: { $0.origin = "https://evil.example" }) == .wrongOrigin)
        #expect(try refusal(using: { $0.crossOrigin = true }) == .wrongOrigin)
        #expect(try refusal(using: { $0.party = "evil.example" }) == .wrongRelyingParty)
        #expect(try refusal(using: { $0.flags = 0x04 }) == .nobodyPresent)
        #expect(try refusal(using: { $0.flags = 0x01 }) == .nobodyVerified)
        #expect(try refusal(using: { $0.id = Data([1]) }) == .wrongCredential)
        #expect(try refusal(using: { $0.key = .p256(.init()) }) == .wrongSignature)
        let passkey = try registered(Authenticator())
        let assertion = try Authenticator(counter: 8).use(challenge)
        #expect(throws: PasskeyProblem.wrongChallenge) { try assertion.verified(by: passkey, challenge: Data(count: 32), for: party) }
        let elsewhere = RelyingParty(origin: "https://other.example")!
        #expect(throws: PasskeyProblem.wrongRelyingParty) { try assertion.verified(by: passkey, challenge: challenge, for: elsewhere) }
    }

    @Test func thatWereCopiedAreSeenByTheirCounter() throws {
        #expect(try refusal(using: { $0.counter = 7 }) == .copied)
        #expect(try refusal(using: { $0.counter = 6 }) == .copied)
        #expect(try refusal(using: { $0.counter = 0 }) == .copied, "one that counted goes on counting")
        #expect(try refusal(using: { $0.counter = 8 }) == nil)
        var without = Authenticator()
        without.counter = 0
        let passkey = try registered(without)
        let used = try without.use(challenge).verified(by: passkey, challenge: challenge, for: party)
        #expect(used.counter == 0, "many never count")
    }

    @Test func withABitTurnedAreRefused() throws {
        var authenticator = Authenticator()
        let passkey = try registered(authenticator)
        authenticator.counter += 1
        let right = try authenticator.use(challenge)
        for part in 0..<3 {
            let bytes = [right.clientData, right.authenticatorData, right.signature][part]
            for place in bytes.indices {
                var turned = bytes
                turned[place] ^= 1
                let assertion = PasskeyAssertion(
                    id: right.id, clientData: part == 0 ? turned : right.clientData, authenticatorData: part == 1 ? turned : right.authenticatorData,
                    signature: part == 2 ? turned : right.signature)
                #expect(throws: PasskeyProblem.self) { try assertion.verified(by: passkey, challenge: challenge, for: party) }
            }
        }
    }

    @Test func cutOffAnywhereDoNoHarm() {
        let whole = Authenticator().make(challenge)
        for count in 0..<whole.authenticatorData.count {
            let cut = PasskeyRegistration(
                clientData: whole.clientData, authenticatorData: whole.authenticatorData.prefix(count), publicKey: whole.publicKey, algorithm: -7)
            #expect(throws: PasskeyProblem.self) { try cut.passkey(challenge: challenge, for: party) }
        }
        for count in 0..<whole.publicKey.count { #expect(throws: PasskeyProblem.self) { try PasskeyKey(algorithm: -7, der: whole.publicKey.prefix(count)) } }
    }

    @Test func areOfferedWhereBrowsersHaveThem() {
        #expect(RelyingParty(origin: "https://window.example:8443")?.id == "window.example")
        #expect(RelyingParty(origin: "http://localhost:8080")?.id == "localhost")
        for origin in [
            "http://window.example", "https://10.0.0.1", "https://[::1]", "http://127.0.0.1:8080", "ftp://window.example", "", "https://a.example/x",
        ] {
            #expect(RelyingParty(origin: origin) == nil, "\(origin)")
        }
    }
}

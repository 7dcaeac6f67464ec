import Crypto
import CryptoExtras
import Foundation

/// Whom a passkey is for (WebAuthn Level 3, 5.4.2): a domain, and the one origin whose pages may use it.
public struct RelyingParty: Hashable, Sendable {
    public let id: String
    public let origin: String

    /// - Returns: nil where browsers give no passkeys: an address that is a number, or plain HTTP that is not this machine.
    public init?(origin: String) {
        guard let url = URLComponents(string: origin), let host = url.host?.lowercased(), host.contains(where: \.isLetter), !host.contains(":"),
            url.scheme == "https" || (url.scheme == "http" && host == "localhost"), url.path.isEmpty, url.user == nil, url.query == nil
        else { return nil }
        id = host
        self.origin = origin
    }
}

/// Why a passkey's answer is not taken. For the log: whoever tries is told only that it was not right.
public enum PasskeyProblem: String, Error, Sendable {
    /// Not of the form that the standard gives.
    case malformed
    /// The answer to another question, or to the same one for another purpose.
    case wrongType = "wrong_type"
    case wrongChallenge = "wrong_challenge"
    case wrongOrigin = "wrong_origin"
    case wrongRelyingParty = "wrong_relying_party"
    /// Nobody touched it.
    case nobodyPresent = "nobody_present"
    /// It did not ask for a finger, a face or a number.
    case nobodyVerified = "nobody_verified"
    case unknownAlgorithm = "unknown_algorithm"
    /// The key that the page names is not the one in the authenticator's own bytes.
    case wrongKey = "wrong_key"
    case wrongCredential = "wrong_credential"
    case wrongSignature = "wrong_signature"
    /// The counter did not grow: there is a copy.
    case copied
}

/// A passkey as it is kept.
public struct Passkey: Hashable, Sendable {
    /// Identifiers are no longer than this (WebAuthn, 4, "Credential ID").
    static let longestID = 1_023

    public let id: Data
    public let key: PasskeyKey
    /// How often it was used, as it says itself; 0 for ever when it does not count.
    public var counter: UInt32
    /// Whom it was made for.
    public let relyingParty: String

    public init(id: Data, key: PasskeyKey, counter: UInt32, relyingParty: String) {
        self.id = id
        self.key = key
        self.counter = counter
        self.relyingParty = relyingParty
    }
}

/// What a browser answers when a passkey was made (`AuthenticatorAttestationResponse`). Nothing attests its maker: any will do.
public struct PasskeyRegistration: Sendable {
    public let clientData: Data
    public let authenticatorData: Data
    /// SubjectPublicKeyInfo (RFC 5280), as `getPublicKey()` gives it.
    public let publicKey: Data
    /// COSE number, as `getPublicKeyAlgorithm()` gives it.
    public let algorithm: Int

    public init(clientData: Data, authenticatorData: Data, publicKey: Data, algorithm: Int) {
        self.clientData = clientData
        self.authenticatorData = authenticatorData
        self.publicKey = publicKey
        self.algorithm = algorithm
    }

    /// Checks everything that WebAuthn, 7.1 asks for without an attestation.
    public func passkey(challenge: Data, for party: RelyingParty) throws(PasskeyProblem) -> Passkey {
        try ClientData(clientData).check("webauthn.create", challenge: challenge, for: party)
        let data = try AuthenticatorData(authenticatorData)
        try data.check(for: party)
        guard let id = data.credentialID else { throw .malformed }
        let key = try PasskeyKey(algorithm: algorithm, der: publicKey)
        guard key.isNamed(in: data.credentialKey) else { throw .wrongKey }
        return Passkey(id: id, key: key, counter: data.counter, relyingParty: party.id)
    }
}

/// What a browser answers when a passkey was used (`AuthenticatorAssertionResponse`).
public struct PasskeyAssertion: Sendable {
    public let id: Data
    public let clientData: Data
    public let authenticatorData: Data
    public let signature: Data

    public init(id: Data, clientData: Data, authenticatorData: Data, signature: Data) {
        self.id = id
        self.clientData = clientData
        self.authenticatorData = authenticatorData
        self.signature = signature
    }

    /// Checks everything that WebAuthn, 7.2 asks for.
    /// - Returns: the passkey with its new counter.
    public func verified(by passkey: Passkey, challenge: Data, for party: RelyingParty) throws(PasskeyProblem) -> Passkey {
        guard id == passkey.id else { throw .wrongCredential }
        guard party.id == passkey.relyingParty else { throw .wrongRelyingParty }
        try ClientData(clientData).check("webauthn.get", challenge: challenge, for: party)
        let data = try AuthenticatorData(authenticatorData)
        try data.check(for: party)
        guard passkey.key.signed(authenticatorData + Data(SHA256.hash(data: clientData)), signature) else { throw .wrongSignature }
        // One that does not count says 0 every time.
        guard (data.counter == 0 && passkey.counter == 0) || data.counter > passkey.counter else { throw .copied }
        var used = passkey
        used.counter = data.counter
        return used
    }
}

/// What the browser says it asked the authenticator (WebAuthn, 5.8.1).
private struct ClientData: Decodable {
    let type: String
    let challenge: String
    let origin: String
    let crossOrigin: Bool?

    init(_ bytes: Data) throws(PasskeyProblem) {
        do { self = try JSONDecoder().decode(Self.self, from: bytes) } catch { throw .malformed }
    }

    func check(_ wanted: String, challenge expected: Data, for party: RelyingParty) throws(PasskeyProblem) {
        guard type == wanted else { throw .wrongType }
        guard Data(base64URL: challenge) == expected else { throw .wrongChallenge }
        guard origin == party.origin, crossOrigin != true else { throw .wrongOrigin }
    }
}

/// What the authenticator says of itself, in a fixed layout (WebAuthn, 6.1): 32 bytes for whom, 1 of flags, 4 of counter, and where a passkey was made its
/// identifier and key.
private struct AuthenticatorData {
    private static let isPresent: UInt8 = 0x01
    private static let isVerified: UInt8 = 0x04
    private static let hasCredential: UInt8 = 0x40

    let relyingPartyHash: Data
    let flags: UInt8
    let counter: UInt32
    let credentialID: Data?
    /// COSE, as bytes.
    let credentialKey: Data

    init(_ data: Data) throws(PasskeyProblem) {
        let bytes = Array(data)
        guard (37...4_096).contains(bytes.count) else { throw .malformed }
        relyingPartyHash = Data(bytes[0..<32])
        flags = bytes[32]
        counter = bytes[33..<37].reduce(0) { $0 << 8 | UInt32($1) }
        guard flags & Self.hasCredential != 0 else {
            credentialID = nil
            credentialKey = Data()
            return
        }
        // 16 bytes name the model.
        guard bytes.count >= 55 else { throw .malformed }
        let end = 55 + (Int(bytes[53]) << 8 | Int(bytes[54]))
        guard (56...55 + Passkey.longestID).contains(end), end < bytes.count else { throw .malformed }
        credentialID = Data(bytes[55..<end])
        credentialKey = Data(bytes[end...])
    }

    func check(for party: RelyingParty) throws(PasskeyProblem) {
        guard relyingPartyHash == Data(SHA256.hash(data: Data(party.id.utf8))) else { throw .wrongRelyingParty }
        guard flags & Self.isPresent != 0 else { throw .nobodyPresent }
        guard flags & Self.isVerified != 0 else { throw .nobodyVerified }
    }
}

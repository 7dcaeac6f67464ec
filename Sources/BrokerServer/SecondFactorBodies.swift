import BrokerStore
import Foundation
import Identity
import SignalingProtocol

// What the routes of second factors are asked and answer. Bytes are base64url (RFC 4648, 5), as browsers give them.

/// The first step of a sign-in was right; the second is missing.
struct SecondFactorRequest: Encodable {
    /// Tells the answer from a `StaffProfile`.
    let secondFactorRequired = true
    /// What the account has.
    let methods: [SecondFactorMethod]
    /// Names this sign-in in the second step.
    let challenge: String
    let expiresAt: Instant
    /// For the passkeys of this account; absent when it has none for this address.
    let passkey: PasskeyRequest?
}

enum SecondFactorMethod: String, CaseIterable, Encodable {
    case totp
    case passkey
    case recoveryCode = "recovery-code"
}

/// `PublicKeyCredentialRequestOptions` (WebAuthn, 5.5), as far as it is not the same every time.
struct PasskeyRequest: Encodable {
    let challenge: String
    let relyingParty: String
    let credentials: [String]
}

/// The second step: one of the three.
struct SecondFactorAnswer: Decodable, Sendable {
    let challenge: String
    let code: String?
    let recoveryCode: String?
    let passkey: PasskeyUse?

    /// - Throws: `invalid_field` unless exactly one is given.
    func proof() throws(WireError) -> Proof {
        switch (code, recoveryCode, passkey) {
        case (let code?, nil, nil): return .code(code)
        case (nil, let code?, nil): return .recoveryCode(code)
        case (nil, nil, let passkey?): return .passkey(try passkey.assertion())
        case (_, _, _): throw WireError(.invalidField, field: "code")
        }
    }

    enum Proof {
        case code(String)
        case recoveryCode(String)
        case passkey(PasskeyAssertion)
    }
}

struct PasskeyUse: Decodable, Sendable {
    let id: String
    let clientData: String
    let authenticatorData: String
    let signature: String

    fileprivate func assertion() throws(WireError) -> PasskeyAssertion {
        PasskeyAssertion(
            id: try bytes(id, "id"), clientData: try bytes(clientData, "client_data"), authenticatorData: try bytes(authenticatorData, "authenticator_data"),
            signature: try bytes(signature, "signature"))
    }
}

private func bytes(_ text: String, _ field: String) throws(WireError) -> Data {
    guard let bytes = Data(base64URL: text) else { throw WireError(.invalidField, field: field) }
    return bytes
}

// MARK: One's own security

/// Proves that it is still the same person; absent for who has no second factor yet.
struct Reauthentication: Decodable, Sendable {
    let currentPassword: String?
}

struct OwnSecurity: Encodable {
    let secondFactors: [SecondFactorView]
    let recoveryCodesLeft: Int
    /// Whether one may work without a second factor.
    let secondFactorRequired: Bool
    let passwordPolicy: String
    let passwordSetAt: Instant?
    let passwordExpiresAt: Instant?
}

struct SecondFactorView: Encodable {
    let id: String
    let kind: String
    let name: String
    let addedAt: Instant
    let usedAt: Instant?

    init(_ row: SecondFactorRow) {
        id = row.id.uuidString.lowercased()
        kind = row.kind.rawValue
        name = row.name
        addedAt = row.addedAt
        usedAt = row.usedAt
    }
}

struct CodeSetUp: Encodable {
    /// Names this set-up when it is confirmed.
    let challenge: String
    /// Base 32, for who cannot scan.
    let secret: String
    /// What the QR code says.
    let address: String
    /// The QR code, a text a row: `1` is dark.
    let rows: [String]
}

struct CodeConfirmation: Decodable, Sendable {
    let challenge: String
    let name: String
    /// What the authenticator program shows now.
    let code: String
}

/// `PublicKeyCredentialCreationOptions` (WebAuthn, 5.4), as far as it is not the same every time.
struct PasskeySetUp: Encodable {
    let challenge: String
    /// What the authenticator is asked to take up.
    let passkeyChallenge: String
    let relyingParty: String
    let userID: String
    let account: String
    let name: String
    /// COSE numbers, the liked ones first.
    let algorithms: [Int]
    /// Passkeys that are there already.
    let excluded: [String]
}

struct PasskeyConfirmation: Decodable, Sendable {
    let challenge: String
    let name: String
    let clientData: String
    let authenticatorData: String
    let publicKey: String
    let algorithm: Int

    func registration() throws(WireError) -> PasskeyRegistration {
        PasskeyRegistration(
            clientData: try bytes(clientData, "client_data"), authenticatorData: try bytes(authenticatorData, "authenticator_data"),
            publicKey: try bytes(publicKey, "public_key"), algorithm: algorithm)
    }
}

struct SecondFactorAdded: Encodable {
    let security: OwnSecurity
    /// With the first second factor; shown this once.
    let recoveryCodes: [String]?
}

struct RecoveryCodesMade: Encodable {
    /// Shown this once; only hashes are kept.
    let recoveryCodes: [String]
}

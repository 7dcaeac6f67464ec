import Foundation

/// Signatures that are accepted. Neither `none` nor one with a shared secret is among them, so a public key can never be taken for a secret (RFC 8725, 3.1).
enum SigningAlgorithm: String, CaseIterable, Sendable {
    case rs256 = "RS256"
    case rs384 = "RS384"
    case rs512 = "RS512"
    case ps256 = "PS256"
    case ps384 = "PS384"
    case ps512 = "PS512"
    case es256 = "ES256"
    case es384 = "ES384"
    case es512 = "ES512"
    case edDSA = "EdDSA"
}

/// A token in compact form (RFC 7515, 7.1), read but not yet believed.
struct SignedToken: Sendable {
    private struct Header: Decodable {
        let alg: String
        let kid: String?
        let typ: String?
        /// Extensions that must be understood; none is.
        let crit: [String]?
    }

    let algorithm: SigningAlgorithm
    let keyID: String?
    let type: String?
    /// What was signed.
    let signedBytes: Data
    let signature: Data
    /// To be looked at only once the signature was found good.
    let unverifiedClaims: TokenClaims

    private static let mostBytes = 16_384

    init(_ text: String) throws(SignInFailure) {
        guard text.utf8.count <= Self.mostBytes else { throw SignInFailure(.malformedToken, "the token is too long") }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let headerBytes = Data(base64URL: parts[0]), let body = Data(base64URL: parts[1]), let signature = Data(base64URL: parts[2])
        else { throw SignInFailure(.malformedToken, "it is no signed token") }
        guard let header = try? JSONDecoder().decode(Header.self, from: headerBytes), header.crit == nil else {
            throw SignInFailure(.malformedToken, "its header cannot be read")
        }
        guard let algorithm = SigningAlgorithm(rawValue: header.alg) else {
            throw SignInFailure(.algorithmRefused, "it is signed in a way that is not accepted")
        }
        guard let claims = TokenClaims(json: body) else { throw SignInFailure(.malformedToken, "its claims cannot be read") }
        self.algorithm = algorithm
        keyID = header.kid
        type = header.typ
        signedBytes = Data("\(parts[0]).\(parts[1])".utf8)
        self.signature = signature
        unverifiedClaims = claims
    }
}

extension Data {
    /// RFC 4648, 5, without padding; nil for anything else, also for padding and for bits that mean nothing.
    init?(base64URL text: Substring) {
        let isAllowed = { (byte: UInt8) in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x2D || byte == 0x5F
        }
        guard text.utf8.allSatisfy(isAllowed), text.utf8.count % 4 != 1 else { return nil }
        let standard = String(text).replacing("-", with: "+").replacing("_", with: "/")
        guard let data = Data(base64Encoded: standard + String(repeating: "=", count: (4 - standard.utf8.count % 4) % 4)), data.base64URL == String(text) else {
            return nil
        }
        self = data
    }
}

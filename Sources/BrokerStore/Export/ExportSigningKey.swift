import Crypto
import Foundation
import Glibc

/// The key that signs exports (Ed25519, RFC 8032). Whoever holds the public half can tell that an export comes from this server, without asking it.
public struct ExportSigningKey: Sendable {
    public static let fileName = "export-signing.key"
    public static let publicFileName = "export-public-key.pem"

    let key: Curve25519.Signing.PrivateKey

    /// Reads the key from the folder of the master keys; at the first export makes it. Beside it the public key is kept as PEM, for those who verify.
    /// - Throws: `ExportError.signingKey`, also when others than the owner could read the key.
    public init(in folder: URL) throws(ExportError) {
        let file = folder.appending(path: Self.fileName)
        do {
            if !FileManager.default.fileExists(atPath: file.path) {
                let text = Curve25519.Signing.PrivateKey().rawRepresentation.base64EncodedString() + "\n"
                try DurableFile.replace(file, with: Data(text.utf8), mode: 0o600)
            }
            var status = stat()
            guard stat(file.path, &status) == 0 else { throw ExportError.signingKey(cause: "cannot read \(file.path): errno \(errno)") }
            guard status.st_mode & 0o077 == 0 else { throw ExportError.signingKey(cause: "others can read \(file.path)") }
            let text = String(decoding: try Data(contentsOf: file), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
            guard let bytes = Data(base64Encoded: text) else { throw ExportError.signingKey(cause: "\(file.path) is not base 64") }
            key = try Curve25519.Signing.PrivateKey(rawRepresentation: bytes)
            let pem = Data(publicKey.pem.utf8)
            let publicFile = folder.appending(path: Self.publicFileName)
            if (try? Data(contentsOf: publicFile)) != pem { try DurableFile.replace(publicFile, with: pem, mode: 0o644) }
        } catch let error as ExportError {
            throw error
        } catch {
            throw .signingKey(cause: "\(error)")
        }
    }

    public var publicKey: ExportPublicKey { ExportPublicKey(key: key.publicKey) }
}

/// The key that an export is verified with.
public struct ExportPublicKey: Sendable {
    let key: Curve25519.Signing.PublicKey

    /// `SubjectPublicKeyInfo` of an Ed25519 key up to the key itself (RFC 8410): all the same but the last 32 bytes.
    private static let derFront = Data([0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00])
    private static let begin = "-----BEGIN PUBLIC KEY-----"
    private static let end = "-----END PUBLIC KEY-----"

    init(key: Curve25519.Signing.PublicKey) { self.key = key }

    /// Reads `PEM` text (RFC 7468) with one Ed25519 public key.
    /// - Returns: nil for anything else.
    public init?(pem: String) {
        let lines = pem.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        guard lines.first == Self.begin, lines.last == Self.end, let der = Data(base64Encoded: lines.dropFirst().dropLast().joined()),
            der.starts(with: Self.derFront), let key = try? Curve25519.Signing.PublicKey(rawRepresentation: der.dropFirst(Self.derFront.count))
        else { return nil }
        self.key = key
    }

    private var der: Data { Self.derFront + key.rawRepresentation }

    public var pem: String { "\(Self.begin)\n\(der.base64EncodedString())\n\(Self.end)\n" }

    /// SHA-256 of the DER form, lower-case hexadecimal: to read out and compare.
    public var fingerprint: String { hexadecimal(SHA256.hash(data: der)) }
}

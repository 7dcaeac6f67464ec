import Crypto
import Foundation
import Glibc

/// The key that seals the audit. It lies outside of the database: whoever can only write rows cannot write one that belongs there.
public struct AuditKey: Sendable {
    public static let fileName = "audit.key"

    let key: SymmetricKey
    /// Tells one key from another without giving it away; lower-case hexadecimal.
    let id: String

    enum Failure: Error, CustomStringConvertible {
        case missing(path: String)
        case unusable(path: String, cause: String)

        var description: String {
            switch self {
            case .missing(let path): "the audit's key \(path) is missing: bring it back from the backup of the keys"
            case .unusable(let path, let cause): "the audit's key \(path) cannot be used: \(cause)"
            }
        }
    }

    init(_ key: SymmetricKey) {
        self.key = key
        id = HKDF<SHA256>.deriveKey(inputKeyMaterial: key, info: Data("farwindow audit key id".utf8), outputByteCount: 8).withUnsafeBytes { hexadecimal($0) }
    }

    /// Reads the key.
    /// - Throws: `Failure`, also when others than the owner could read it.
    init(reading file: URL) throws {
        var status = stat()
        guard stat(file.path, &status) == 0 else {
            throw errno == ENOENT ? Failure.missing(path: file.path) : Failure.unusable(path: file.path, cause: "errno \(errno)")
        }
        guard status.st_mode & 0o077 == 0 else { throw Failure.unusable(path: file.path, cause: "others can read it") }
        guard let text = try? String(contentsOf: file, encoding: .utf8),
            let bytes = Data(base64Encoded: text.trimmingCharacters(in: .whitespacesAndNewlines)), bytes.count == 32
        else { throw Failure.unusable(path: file.path, cause: "it is not 32 bytes of base 64") }
        self.init(SymmetricKey(data: bytes))
    }

    /// Reads the key; makes it when there is none.
    init(readingOrMaking file: URL) throws {
        if !FileManager.default.fileExists(atPath: file.path) {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            let text = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0).base64EncodedString() + "\n" }
            try DurableFile.replace(file, with: Data(text.utf8), mode: 0o600)
        }
        try self.init(reading: file)
    }

    /// What a row is sealed with.
    func mac(of row: Data, after previous: Data) -> Data {
        var mac = HMAC<SHA256>(key: key)
        mac.update(data: Data("farwindow audit row\0".utf8))
        mac.update(data: previous)
        mac.update(data: row)
        return Data(mac.finalize())
    }

    /// What something beside the chain is sealed with; `purpose` keeps one seal from being taken for another.
    func seal(_ bytes: Data, for purpose: String) -> Data {
        var mac = HMAC<SHA256>(key: key)
        mac.update(data: Data("farwindow audit \(purpose)\0".utf8))
        mac.update(data: bytes)
        return Data(mac.finalize())
    }
}

/// Bytes that stand for values in one way only: every text carries its length.
struct CanonicalBytes {
    private(set) var bytes = Data()

    mutating func append(_ number: Int64) { withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) } }

    mutating func append(_ text: String?) {
        guard let text else { return append(-1) }
        append(Int64(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    mutating func append(_ data: Data) {
        append(Int64(data.count))
        bytes.append(data)
    }
}

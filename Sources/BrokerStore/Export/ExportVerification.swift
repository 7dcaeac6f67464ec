import Crypto
import Foundation
import SignalingProtocol

/// What is wrong with an export.
public enum ExportFinding: Hashable, Sendable, CustomStringConvertible {
    /// `manifest.json` or `manifest.sig` is not there, or is nothing that an export has.
    case unsigned(cause: String)
    /// The manifest names another key than the one it is verified with. It says the fingerprint of that key.
    case otherKey(fingerprint: String)
    /// The manifest is not the one that was signed.
    case signatureWrong
    /// The entry is not what was signed.
    case altered(path: String)
    case missing(path: String)
    /// Nobody signed for this entry.
    case extra(path: String)

    public var description: String {
        switch self {
        case .unsigned(let cause): "unsigned: \(cause)"
        case .otherKey(let fingerprint): "signed with another key: \(fingerprint)"
        case .signatureWrong: "signature wrong: manifest.json is not what was signed"
        case .altered(let path): "altered: \(path)"
        case .missing(let path): "missing: \(path)"
        case .extra(let path): "extra: \(path)"
        }
    }

    /// Whether it is the signature itself that fails, and not one of the entries.
    public var concernsSignature: Bool {
        switch self {
        case .unsigned, .otherKey, .signatureWrong: true
        case .altered, .missing, .extra: false
        }
    }
}

/// The answer to whether an export is whole and comes from where it says. Needs the archive and the public key, and no server.
public struct ExportVerification: Sendable {
    /// Nil while the signature does not hold: then nothing in the archive is to be believed.
    public private(set) var caseNumber: String?
    public private(set) var exportedAt: Instant?
    /// Entries that are exactly what was signed.
    public private(set) var intactEntries = 0
    public private(set) var findings: [ExportFinding] = []

    private static let manifestBytes = 4 << 20
    private static let signatureBytes = 64

    /// - Throws: an `ArchiveRefusal` for what is not looked into any further.
    public init(of file: URL, with key: ExportPublicKey) throws(ArchiveRefusal) {
        let archive = try ZipReader(file)
        guard let manifest = signedManifest(in: archive, by: key) else { return }
        caseNumber = manifest.caseNumber
        exportedAt = manifest.exportedAt
        compare(archive, with: manifest)
    }

    private mutating func signedManifest(in archive: ZipReader, by key: ExportPublicKey) -> ExportManifest? {
        func fail(_ finding: ExportFinding) -> ExportManifest? {
            findings.append(finding)
            return nil
        }
        guard let manifestEntry = archive.entry(ExportManifest.path) else { return fail(.unsigned(cause: "there is no \(ExportManifest.path)")) }
        guard let signatureEntry = archive.entry(ExportManifest.signaturePath) else {
            return fail(.unsigned(cause: "there is no \(ExportManifest.signaturePath)"))
        }
        guard let bytes = archive.bytes(of: manifestEntry, limit: Self.manifestBytes),
            let signature = archive.bytes(of: signatureEntry, limit: Self.signatureBytes)
        else { return fail(.signatureWrong) }
        let manifest = try? WireCoding.decoder().decode(ExportManifest.self, from: bytes)
        guard key.key.isValidSignature(signature, for: bytes) else {
            let named = manifest?.signature.publicKeySha256
            return fail(named.map { $0 != key.fingerprint } == true ? .otherKey(fingerprint: named ?? "") : .signatureWrong)
        }
        // The signature holds; the server signs nothing else with this key.
        guard let manifest, manifest.format == ExportManifest.format, manifest.version == ExportManifest.version else {
            return fail(.unsigned(cause: "\(ExportManifest.path) is of a kind that this version does not know"))
        }
        return manifest
    }

    private mutating func compare(_ archive: ZipReader, with manifest: ExportManifest) {
        let signed = Set(manifest.entries.map(\.path)).union([ExportManifest.path, ExportManifest.signaturePath])
        for wanted in manifest.entries {
            guard let entry = archive.entry(wanted.path) else {
                findings.append(.missing(path: wanted.path))
                continue
            }
            var hash = SHA256()
            if entry.byteCount == wanted.bytes, archive.read(entry, { hash.update(bufferPointer: $0) }), hexadecimal(hash.finalize()) == wanted.sha256 {
                intactEntries += 1
            } else {
                findings.append(.altered(path: wanted.path))
            }
        }
        findings += archive.entries.filter { !signed.contains($0.path) }.map { .extra(path: $0.path) }
    }
}

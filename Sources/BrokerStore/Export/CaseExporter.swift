import Crypto
import Foundation
import SignalingProtocol

/// Writes a case as one ZIP that stands on its own: outcomes, notices, files, timeline, the province's fields, and a signed manifest of it all.
///
/// | Entry | What it is |
/// |---|---|
/// | `outcome.json` | every version of the pre-check outcome |
/// | `notice-N.pdf` | the one-time notice of version N as it was issued; where there is none, the timeline says why |
/// | `files/…` | what was handed in and not taken back, as it came |
/// | `timeline.json` | visits with their events and what was typed, notices, files and verdicts as they fell |
/// | `exchange.json` | the case in the field names of the province's exchange tables |
/// | `manifest.json` | case number, time, catalogue version; length and SHA-256 of every entry above |
/// | `manifest.sig` | Ed25519 signature of `manifest.json`, 64 bytes |
///
/// `case-export.schema.json` describes the JSON. A signature is checked by `farwindow verify-export`, or with OpenSSL alone:
/// `openssl pkeyutl -verify -pubin -inkey export-public-key.pem -rawin -in manifest.json -sigfile manifest.sig`.
public struct CaseExporter: Sendable {
    private let signingKey: ExportSigningKey

    public init(signingKey: ExportSigningKey) { self.signingKey = signingKey }

    /// Writes the archive; it appears under its name only when it is whole and on disk, readable by its owner alone.
    /// - Parameters:
    ///   - bytes: gives what the vault has of a file or of a notice's PDF. Asked twice for each, once to hash and once to write, so that memory holds
    ///     one at a time.
    ///   - moment: what the manifest gives as its time.
    /// - Throws: `ExportError`.
    public func write(
        _ exported: ExportedCase, bytes: @escaping (FileID) throws(VaultError) -> Data, at moment: Instant, to target: URL
    ) throws(ExportError) {
        let paths = ExportPath.files(exported.keptFiles)
        var fileEntries: [HashedEntry] = []
        var digests: [FileID: (path: String, md5: String)] = [:]
        for file in exported.keptFiles {
            guard let path = paths[file.id] else { continue }
            let (entry, content) = try Self.kept(file.id, sha256: file.sha256, byteCount: file.byteCount, at: path, bytes)
            digests[file.id] = (path, hexadecimal(Insecure.MD5.hash(data: content)))
            fileEntries.append(entry)
        }
        let outcome = try Self.document(OutcomeDocument(exported), ExportPath.outcome)
        var notices: [HashedEntry] = []
        for notice in exported.notices {
            guard let pdf = notice.pdf else { continue }
            notices.append(try Self.kept(pdf.file, sha256: pdf.sha256, byteCount: nil, at: ExportPath.notice(version: notice.version), bytes).entry)
        }
        let timeline = try Self.document(TimelineDocument(exported, paths: paths), ExportPath.timeline)
        let exchange = try Self.document(ProvinceExchange(exported, digests: digests), ExportPath.exchange)
        let entries = [outcome] + notices + fileEntries + [timeline, exchange]
        let manifest = try Self.encoded(manifest(of: exported, entries, at: moment))
        let signature: Data
        do { signature = try signingKey.key.signature(for: manifest) } catch { throw .signingKey(cause: "\(error)") }
        let seals = [HashedEntry(ExportManifest.path, manifest), HashedEntry(ExportManifest.signaturePath, signature)]
        try ZipWriter.write((entries + seals).map(\.plan), to: target, at: Date(timeIntervalSince1970: Double(moment.milliseconds) / 1_000))
    }

    /// An entry of what lies in the vault, with its bytes as they are now.
    private static func kept(
        _ file: FileID, sha256: String, byteCount: Int?, at path: String, _ bytes: @escaping (FileID) throws(VaultError) -> Data
    ) throws(ExportError) -> (entry: HashedEntry, bytes: Data) {
        let content = try checked(file, sha256, byteCount, bytes)
        // The plan remembers how many they are, and not the bytes.
        let count = content.count
        let plan = ZipEntryPlan(path: path, byteCount: count, isCompressible: false) { () throws(ExportError) in
            try checked(file, sha256, count, bytes)
        }
        return (HashedEntry(plan: plan, sha256: sha256), content)
    }

    /// The bytes of a file, if they are the recorded ones.
    private static func checked(
        _ file: FileID, _ sha256: String, _ byteCount: Int?, _ bytes: (FileID) throws(VaultError) -> Data
    ) throws(ExportError) -> Data {
        let content: Data
        do { content = try bytes(file) } catch { throw .file(file, error) }
        guard byteCount.map({ $0 == content.count }) ?? true, hexadecimal(SHA256.hash(data: content)) == sha256 else { throw .fileAltered(file) }
        return content
    }

    private static func document(_ value: some Encodable, _ path: String) throws(ExportError) -> HashedEntry { HashedEntry(path, try encoded(value)) }

    private static func encoded(_ value: some Encodable) throws(ExportError) -> Data {
        do { return try ExportCoding.document(value) } catch { throw .output(cause: "\(error)") }
    }

    private func manifest(of exported: ExportedCase, _ entries: [HashedEntry], at moment: Instant) -> ExportManifest {
        ExportManifest(
            format: ExportManifest.format, version: ExportManifest.version, caseNumber: exported.record.number, exportedAt: moment,
            item: exported.record.item,
            entries: entries.map { ExportManifest.Entry(path: $0.plan.path, sha256: $0.sha256, bytes: $0.plan.byteCount) },
            signature: ExportManifest.Signature(algorithm: "Ed25519", publicKeySha256: signingKey.publicKey.fingerprint))
    }
}

/// An entry of the ZIP and what the manifest says of it.
private struct HashedEntry {
    let plan: ZipEntryPlan
    let sha256: String

    init(plan: ZipEntryPlan, sha256: String) {
        self.plan = plan
        self.sha256 = sha256
    }

    /// Of bytes that are small enough to be kept until they are written.
    init(_ path: String, _ bytes: Data) {
        plan = ZipEntryPlan(path: path, byteCount: bytes.count, isCompressible: path.hasSuffix(".json")) { bytes }
        sha256 = hexadecimal(SHA256.hash(data: bytes))
    }
}

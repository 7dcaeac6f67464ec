import Crypto
import Foundation
import SignalingProtocol

/// Writes a case as one ZIP that stands on its own: outcomes, notices, files, timeline, the province's fields, and a signed manifest of it all.
///
/// | Entry | What it is |
/// |---|---|
/// | `outcome.json` | every version of the pre-check outcome |
/// | `notice-N.pdf` | the one-time notice of version N, where there is one |
/// | `files/…` | what was handed in and not taken back, as it came |
/// | `timeline.json` | visits with their events, files and verdicts as they fell |
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
    ///   - files: gives the bytes of a kept file. Asked twice for each, once to hash and once to write, so that memory holds one file at a time.
    ///   - notices: PDF of the one-time notice by the outcome's version.
    ///   - moment: what the manifest gives as its time.
    /// - Throws: `ExportError`.
    public func write(
        _ exported: ExportedCase, files: @escaping (FileView) throws(VaultError) -> Data, notices: [Int: Data] = [:], at moment: Instant, to target: URL
    ) throws(ExportError) {
        let paths = ExportPath.files(exported.keptFiles)
        var fileEntries: [HashedEntry] = []
        var digests: [FileID: (path: String, md5: String)] = [:]
        for file in exported.keptFiles {
            guard let path = paths[file.id] else { continue }
            let bytes = try Self.checked(file, files)
            digests[file.id] = (path, hexadecimal(Insecure.MD5.hash(data: bytes)))
            let plan = ZipEntryPlan(path: path, byteCount: bytes.count, isCompressible: false) { () throws(ExportError) in try Self.checked(file, files) }
            fileEntries.append(HashedEntry(plan: plan, sha256: file.sha256))
        }
        let outcome = try Self.document(OutcomeDocument(exported), ExportPath.outcome)
        let notices = notices.sorted { $0.key < $1.key }.map { HashedEntry(ExportPath.notice(version: $0.key), $0.value) }
        let timeline = try Self.document(TimelineDocument(exported, paths: paths), ExportPath.timeline)
        let exchange = try Self.document(ProvinceExchange(exported, digests: digests), ExportPath.exchange)
        let entries = [outcome] + notices + fileEntries + [timeline, exchange]
        let manifest = try Self.encoded(manifest(of: exported, entries, at: moment))
        let signature: Data
        do { signature = try signingKey.key.signature(for: manifest) } catch { throw .signingKey(cause: "\(error)") }
        let seals = [HashedEntry(ExportManifest.path, manifest), HashedEntry(ExportManifest.signaturePath, signature)]
        try ZipWriter.write((entries + seals).map(\.plan), to: target, at: Date(timeIntervalSince1970: Double(moment.milliseconds) / 1_000))
    }

    /// The bytes of a file, if they are the recorded ones.
    private static func checked(_ file: FileView, _ files: (FileView) throws(VaultError) -> Data) throws(ExportError) -> Data {
        let bytes: Data
        do { bytes = try files(file) } catch { throw .file(file.id, error) }
        guard bytes.count == file.byteCount, hexadecimal(SHA256.hash(data: bytes)) == file.sha256 else { throw .fileAltered(file.id) }
        return bytes
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

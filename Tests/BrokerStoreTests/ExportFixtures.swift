import BrokerCore
import Crypto
import Foundation
import SignalingProtocol

@testable import BrokerStore

/// A case to export, its papers, and the key that signs for it. All of it fictitious.
final class Office {
    let folder: TemporaryFolder
    let signingKey: ExportSigningKey
    private(set) var papers: [FileID: Data] = [:]
    private(set) var views: [FileView] = []
    private(set) var reads: [FileID] = []
    /// Of the notice of the first version.
    static let noticePDF = FileID(Fixtures.uuid(901))
    static let noticeBytes = Data("%PDF-1.7 一次性告知书".utf8)

    static let moment = Fixtures.morning + .minutes(30)

    init() throws {
        folder = try TemporaryFolder()
        signingKey = try ExportSigningKey(in: folder.url)
        add(1, name: "变更登记表.jpg", bytes: Data(repeating: 7, count: 20_000))
        add(2, name: "../../etc/passwd", bytes: Data("第二页".utf8))
        add(3, for: Fixtures.identity, name: "正面\u{202e}gpj.exe", bytes: Data((0..<5_000).map { UInt8(truncatingIfNeeded: $0 &* 17) }))
        add(4, for: Fixtures.identity, name: "正面gpj.exe", bytes: Data([1]))
        add(5, for: Fixtures.identity, name: "...", bytes: Data([2]))
        papers[Self.noticePDF] = Self.noticeBytes
    }

    func add(_ number: Int, for material: MaterialID = Fixtures.form, name: String, bytes: Data) {
        var view = Fixtures.file(number, for: material)
        view.name = name
        view.byteCount = bytes.count
        view.sha256 = hexadecimal(SHA256.hash(data: bytes))
        views.append(view)
        papers[view.id] = bytes
    }

    var exported: ExportedCase {
        let session = Fixtures.session(state: .closed)
        var removed = Fixtures.file(9)
        removed.sha256 = hexadecimal(SHA256.hash(data: Data()))
        return ExportedCase(
            record: Fixtures.serviceCase(), hall: HallView(id: Fixtures.hall, name: "湘桥区办税服务厅"), item: Fixtures.registration, telephone: "13800000000",
            outcomes: [Fixtures.outcome(), Fixtures.outcome(version: 2, result: .readyToFile)],
            notices: [
                .init(
                    version: 1, view: Fixtures.notice(confirmedAt: Fixtures.morning + .minutes(4)),
                    pdf: StoredNoticePDF(file: Self.noticePDF, sha256: hexadecimal(SHA256.hash(data: Self.noticeBytes)))),
                .init(version: 2, view: Fixtures.notice(version: 2), pdf: nil),
            ],
            files: views.map { .init(file: $0, isRemoved: false) } + [.init(file: removed, isRemoved: true)], visits: [session],
            events: [SessionEvent(session: session.id, kind: .called, at: Fixtures.morning, detail: "01")],
            chats: [session.id: [Fixtures.chat(1), Fixtures.chat(2, from: .agent, at: Fixtures.morning + .minutes(1))]],
            verdicts: [.init(session: session.id, verdict: Fixtures.verdict(.correctionNeeded, note: "第 2 页"), isWithdrawn: true)])
    }

    func url(_ name: String) -> URL { folder.url.appending(path: name) }

    @discardableResult
    func write(_ name: String = "case.zip") throws -> URL {
        let papers = papers
        let target = url(name)
        try CaseExporter(signingKey: signingKey).write(
            exported,
            bytes: { [self] file throws(VaultError) in
                reads.append(file)
                guard let bytes = papers[file] else { throw .missing }
                return bytes
            }, at: Self.moment, to: target)
        return target
    }

    func replacePaper(_ file: FileID, by bytes: Data?) { papers[file] = bytes }

    /// Every entry of an archive, in its order.
    func entries(_ file: URL) throws -> [(path: String, bytes: Data)] {
        let archive = try ZipReader(file)
        return archive.entries.map { ($0.path, archive.bytes(of: $0, limit: 1 << 24) ?? Data()) }
    }

    /// Writes an archive as somebody does who has a ZIP program and no key.
    @discardableResult
    func rewrite(_ entries: [(path: String, bytes: Data)], as name: String = "forged.zip", compressed: Bool = false) throws -> URL {
        try ZipWriter.write(
            entries.map { entry in ZipEntryPlan(path: entry.path, byteCount: entry.bytes.count, isCompressible: compressed) { entry.bytes } },
            to: url(name), at: Date(timeIntervalSince1970: 0))
        return url(name)
    }

    func findings(_ file: URL, key: ExportPublicKey? = nil) throws -> [ExportFinding] {
        try ExportVerification(of: file, with: key ?? signingKey.publicKey).findings
    }

    /// The code of the refusal, nil when the archive is looked into.
    func refusal(_ file: URL) -> String? {
        do throws(ArchiveRefusal) {
            _ = try ExportVerification(of: file, with: signingKey.publicKey)
            return nil
        } catch {
            return error.code
        }
    }
}

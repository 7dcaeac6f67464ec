import BrokerCore
import BrokerStore
import Crypto
import Foundation
import Identity
import SignalingProtocol
import Testing

@testable import BrokerServer

/// A hall where two citizens wait with their cases, so that they may hand papers in. All people are fictitious.
enum WaitingHall {
    struct Citizen {
        let row: CitizenRow
        let caseID: CaseID
        let token = SignInToken()
        var cookie: String { "Cookie: __Host-farwindow_citizen=\(token.secret)" }
    }

    static let item = CatalogueItem(
        code: Fixtures.code("change"), version: 1, name: "变更登记", nameEnglish: nil, category: "登记", applicants: [], kinds: [.preReview],
        materials: ["M1", "M2"].map {
            MaterialRequirement(
                id: Fixtures.code($0), name: "材料\($0)", nameEnglish: nil, form: .original, necessity: .mandatory, condition: nil, exemption: nil, copies: nil,
                formats: [.jpeg, .png], source: "GK", note: nil)
        }, reasons: [], timeLimit: nil, fee: nil, legalBasis: [], crossRegion: nil, sources: [], verified: false, statusNote: nil)

    /// - Returns: a folder for `LiveServer(folder:)`, and who waits there.
    static func open() throws -> (folder: TemporaryFolder, wang: Citizen, li: Citizen) {
        let folder = try TemporaryFolder()
        let store = try BrokerStore(path: folder.url.appending(path: "farwindow.sqlite").path)
        try store.seed(
            Seed(
                halls: [Hall(id: Fixtures.hall, name: "湘桥区办税服务厅")], seats: [Seat(id: Fixtures.code("W01"), hall: Fixtures.hall, number: "01", since: now)],
                items: [(item, true)], accounts: [Fixtures.agent]))
        return (folder, try add("王秀英", 1, to: store), try add("李建国", 2, to: store))
    }

    static let now = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))

    private static func add(_ name: String, _ number: Int, to store: BrokerStore) throws -> Citizen {
        let row = CitizenRow(id: CitizenID(UUID()), name: name, telephone: "1380000000\(number)", termsVersion: "1", signedInAt: now)
        let reference = ItemReference(code: item.code, version: 1, name: item.name)
        let record = Case(
            id: CaseID(UUID()), number: "445102-261123-000\(number)", lookUpCode: "7K3M9QX\(number)", citizen: row.id, citizenName: name, hall: Fixtures.hall,
            item: reference, openedAt: now)
        let ticket = Ticket(
            id: TicketID(UUID()), number: "A00\(number)", hall: Fixtures.hall, item: reference, group: item.category, kind: .preReview, citizen: row.id,
            caseID: record.id, lane: .guided, language: nil, takenAt: now, state: .waiting)
        let citizen = Citizen(row: row, caseID: record.id)
        try store.commit([
            .citizen(row), .broker(.serviceCase(record)), .broker(.ticket(ticket)),
            .consent(
                ConsentRow(
                    citizen: row.id, kind: .identityDocuments, textVersion: "1", language: .simplifiedChinese, textHash: String(repeating: "0", count: 64),
                    isGiven: true, at: now)),
            .signIn(SignInRow(tokenHash: citizen.token.hash, role: .citizen, person: row.id.description, expiresAt: now + .minutes(60))),
        ])
        return citizen
    }

    static func uploadStore(_ folder: TemporaryFolder) throws -> UploadStore {
        try UploadStore(
            directory: folder.url.appending(path: "uploads"), keys: KeyWrapping(keyFile: folder.url.appending(path: "keys/uploads.key")),
            keyFolder: folder.url.appending(path: "keys/uploads"))
    }

    /// Puts an upload on disk as a server that died would have left it.
    static func leave(
        _ bytes: [UInt8], of byteCount: Int, by citizen: Citizen, expiresAt: Instant = now + .minutes(60), in folder: TemporaryFolder
    ) throws -> String {
        let store = try uploadStore(folder)
        let head = UploadHead(
            id: FileID(UUID()), citizen: citizen.row.id, caseID: citizen.caseID, materialID: Fixtures.code("M1"), name: "旧.jpg", byteCount: byteCount,
            replaces: nil, isFromPhone: false, metadata: "", expiresAt: expiresAt)
        let key = SymmetricKey(size: .bits256)
        try store.write(head, key: key)
        let segment = try store.beginSegment(of: head.id, at: 0, key: key)
        try bytes.withUnsafeBytes { try segment.append($0) }
        if let written = try segment.finish() { try store.keep(written) }
        return "/api/v1/uploads/\(head.id)"
    }
}

/// Bytes that begin as a JPEG does and repeat nothing.
func picture(_ count: Int) -> [UInt8] {
    [0xff, 0xd8, 0xff, 0xe0] + (4..<max(4, count)).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ ($0 >> 8)) }
}

// MARK: Speaking tus

extension LiveServer {
    static func metadata(_ caseID: CaseID, material: String = "M1", name: String? = "照片.jpg", replaces: String? = nil) -> String {
        var pairs = [("case_id", "\(caseID)"), ("material_id", material)]
        if let name { pairs.append(("filename", name)) }
        if let replaces { pairs.append(("replaces", replaces)) }
        return "Upload-Metadata: " + pairs.map { "\($0.0) \(Data($0.1.utf8).base64EncodedString())" }.joined(separator: ",")
    }

    func create(_ length: String, _ metadata: String, _ cookie: String) throws -> Reply {
        try ask("POST", "/api/v1/uploads", ["Tus-Resumable: 1.0.0", "Upload-Length: \(length)", metadata, cookie, "Content-Length: 0"])
    }

    func head(_ path: String, _ cookie: String) throws -> Reply { try ask("HEAD", path, ["Tus-Resumable: 1.0.0", cookie]) }

    func delete(_ path: String, _ cookie: String) throws -> Reply { try ask("DELETE", path, ["Tus-Resumable: 1.0.0", cookie]) }

    func patch(_ path: String, at offset: Int, _ bytes: [UInt8], _ cookie: String, _ fields: [String] = []) throws -> Reply {
        try send("PATCH", path, Self.patchFields(offset, cookie) + fields, bytes)
    }

    static func patchFields(_ offset: Int, _ cookie: String) -> [String] {
        ["Tus-Resumable: 1.0.0", "Content-Type: application/offset+octet-stream", "Upload-Offset: \(offset)", cookie]
    }

    /// Asks again and again until the answer is the one that must come.
    func await(_ what: String, _ ask: () throws -> Reply, until isMeant: (Reply) -> Bool) throws -> Reply {
        let end = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < end {
            let reply = try ask()
            if isMeant(reply) { return reply }
        }
        throw NeverCame(what: what)
    }

    struct NeverCame: Error {
        let what: String
    }
}

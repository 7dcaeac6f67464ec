import Foundation
import Glibc
import GRDB
import SignalingProtocol

/// What is taken out for good, at the wish of whom it is about.
///
/// **Who asks.** A signed-in citizen for themselves, with all their cases; whoever shows a case's number and look-up code, for that case.
///
/// **What goes:** names, telephone numbers, form fields, corrections, answers, chat, notes, what seats told each other, file names, hashes and findings,
/// handed-in files, pictures of originals, printed notices, uploads under way, sign-ins; of files and uploads the keys, which is final for every copy.
///
/// **What stays, and why.** The case's number, hall, item and dates, its verdicts by material and reason code, the outcomes' kind and the notices' number,
/// code and hash: a hall answers for what its seats decided, a paper notice in somebody's hand must be told from a forgery, and figures of past months
/// must not change. Consents stay, because they show that what was done was allowed; they name nobody once the person's row is gone. So does the audit,
/// which has no contents.
///
/// **Final.** The database forgets in one transaction; from then on the person has been told. Then the keys are destroyed, and a mark is left beside the key
/// store, outside the backup set: a restored database meets it at the next start and is emptied again (`FinishedErasures`).
public struct Erasure: Sendable, Hashable {
    public let cases: [CaseID]
    /// The person with everything; nil: the cases alone.
    public let citizen: CitizenID?
    public let at: Instant

    public init(cases: [CaseID], citizen: CitizenID?, at: Instant) {
        self.cases = cases
        self.citizen = citizen
        self.at = at
    }
}

extension BrokerStore {
    /// Says in a case's row that nothing personal is left; no look-up code that somebody types can be this word.
    private static let erasedCode = "erased"

    /// Takes everything personal out of the rows. Doing it again changes nothing.
    static func write(_ erasure: Erasure, to db: Database) throws {
        for id in erasure.cases { try erase(id, at: erasure.at, db) }
        guard let citizen = erasure.citizen?.description else { return try eraseUnneededCitizens(of: erasure.cases, db) }
        try db.execute(sql: "UPDATE appointment SET citizen_name = '' WHERE citizen = ?", arguments: [citizen])
        try db.execute(sql: "DELETE FROM sign_in WHERE role = 'citizen' AND person = ?", arguments: [citizen])
        try db.execute(sql: "DELETE FROM citizen WHERE id = ?", arguments: [citizen])
    }

    private static func erase(_ id: CaseID, at now: Instant, _ db: Database) throws {
        let id = id.description
        // First, for the outcomes' trigger asks for it.
        try db.execute(
            sql: "UPDATE service_case SET citizen_name = '', look_up_code = ?, erased_at_ms = ? WHERE id = ? AND erased_at_ms IS NULL",
            arguments: [erasedCode, now.milliseconds, id])
        try db.execute(sql: "UPDATE session SET citizen_name = '', note = '', transfer = NULL, consult = NULL WHERE case_id = ?", arguments: [id])
        try db.execute(sql: "UPDATE ticket SET transfer = NULL WHERE case_id = ?", arguments: [id])
        try db.execute(
            sql: "UPDATE appointment SET citizen_name = '' WHERE ticket IN (SELECT id FROM ticket WHERE case_id = ?)", arguments: [id])
        try db.execute(sql: "UPDATE verdict SET note = '' WHERE case_id = ?", arguments: [id])
        try db.execute(
            sql: """
                UPDATE floor_task SET note = '', taken_note = iif(taken_note IS NULL, NULL, ''), closed_note = iif(closed_note IS NULL, NULL, '')
                WHERE case_id = :case OR session IN (SELECT id FROM session WHERE case_id = :case) OR ticket IN (SELECT id FROM ticket WHERE case_id = :case)
                """, arguments: ["case": id])
        for row in try Row.fetchAll(db, sql: "SELECT version, body FROM precheck_outcome WHERE case_id = ?", arguments: [id]) {
            let outcome: OutcomeView = try row.json("body")
            try db.execute(
                sql: "UPDATE precheck_outcome SET body = ? WHERE case_id = ? AND version = ?", arguments: [try json(outcome.erased), id, row["version"] as Int])
        }
        try deleteChat(of: id, db)
        try eraseFields(of: id, db)
        try eraseFiles(of: id, db)
        try db.execute(sql: "UPDATE material_file SET sha256 = '' WHERE case_id = ?", arguments: [id])
        try erasePrintedNotices(of: id, db)
    }

    static func deleteChat(of caseID: String, _ db: Database) throws {
        try db.execute(sql: "DELETE FROM chat_message WHERE session IN (SELECT id FROM session WHERE case_id = ?)", arguments: [caseID])
    }

    /// The form, what was corrected in it, and what was answered to the items' questions.
    static func eraseFields(of caseID: String, _ db: Database) throws {
        for table in ["case_field", "field_correction", "condition_answer", "material_reopening"] {
            try db.execute(sql: "DELETE FROM \(table) WHERE case_id = ?", arguments: [caseID])
        }
    }

    /// Their rows stay as ones that were taken back, with kind and size: how many papers a visit had is a figure.
    static func eraseFiles(of caseID: String, _ db: Database) throws {
        try db.execute(sql: "DELETE FROM still WHERE case_id = ?", arguments: [caseID])
        try db.execute(
            sql: "UPDATE material_file SET removed = 1, name = '', findings = '[]', picture_hashes = '[]', still = NULL WHERE case_id = ?",
            arguments: [caseID])
    }

    static func erasePrintedNotices(of caseID: String, _ db: Database) throws {
        try db.execute(sql: "UPDATE notice SET pdf_erased = 1 WHERE case_id = ? AND pdf_file IS NOT NULL", arguments: [caseID])
    }

    /// The name and number of whoever came for nothing but these cases, and is neither signed in nor expected.
    private static func eraseUnneededCitizens(of cases: [CaseID], _ db: Database) throws {
        for id in cases {
            try db.execute(
                sql: """
                    DELETE FROM citizen WHERE id = (SELECT citizen FROM service_case WHERE id = ?)
                    AND NOT EXISTS (SELECT 1 FROM service_case WHERE citizen = citizen.id AND erased_at_ms IS NULL)
                    AND NOT EXISTS (SELECT 1 FROM appointment WHERE citizen = citizen.id AND ended_at_ms IS NULL)
                    AND NOT EXISTS (SELECT 1 FROM sign_in WHERE role = 'citizen' AND person = citizen.id)
                    """, arguments: [id.description])
        }
    }

    // MARK: What there is

    /// A citizen's cases that have something personal yet.
    public func unerasedCases(of citizen: CitizenID) throws(StoreError) -> [CaseID] {
        try read("service_case") { db in
            try Row.fetchAll(db, sql: "SELECT id FROM service_case WHERE citizen = ? AND erased_at_ms IS NULL", arguments: [citizen.description])
                .map { try $0.identifier("id") }
        }
    }

    /// Cases that were erased, oldest erasure first.
    func erasedCases() throws(StoreError) -> [CaseID] {
        try read("service_case") { db in
            try Row.fetchAll(db, sql: "SELECT id FROM service_case WHERE erased_at_ms IS NOT NULL ORDER BY erased_at_ms").map { try $0.identifier("id") }
        }
    }

    /// Every file that ever lay in the vault for these cases, printed notices included.
    func everyFile(of cases: [CaseID]) throws(StoreError) -> [FileID] {
        try read("material_file") { db in
            let files = """
                SELECT id FROM material_file WHERE case_id = :case
                UNION ALL SELECT pdf_file FROM notice WHERE case_id = :case AND pdf_file IS NOT NULL
                """
            return try cases.flatMap { id in
                try Row.fetchAll(db, sql: files, arguments: ["case": id.description]).map { try $0.identifier("id") }
            }
        }
    }

    /// Pages of the write-ahead log may still have what was taken out of the database.
    func emptyLog() throws(StoreError) {
        do {
            try pool.writeWithoutTransaction { db in _ = try db.checkpoint(.truncate) }
        } catch {
            throw .unavailable(cause: "\(error)")
        }
    }
}

extension OutcomeView {
    /// Without anybody's words: what was decided, where and when, by material and reason code.
    var erased: OutcomeView {
        var outcome = self
        outcome.note = ""
        for index in outcome.entries.indices {
            outcome.entries[index].note = ""
            outcome.entries[index].reopened = outcome.entries[index].reopened.map { _ in "" }
            outcome.entries[index].fileHashes = []
        }
        return outcome
    }
}

/// The cases whose erasure was carried to its end: an empty file each, named by the case, in `keys/erased`, outside the backup set.
public struct FinishedErasures: Sendable {
    private let directory: URL

    /// - Throws: `VaultError.unavailable`.
    public init(keyFolder: URL) throws(VaultError) {
        directory = keyFolder.appending(path: "erased")
        do {
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .unavailable(cause: "\(error)")
        }
    }

    func contains(_ id: CaseID) -> Bool { FileManager.default.fileExists(atPath: directory.appending(path: id.description).path) }

    func insert(_ id: CaseID) throws(VaultError) {
        do {
            try DurableFile.write(Data(), to: directory.appending(path: id.description), mode: 0o600)
        } catch {
            throw .unavailable(cause: "\(error)")
        }
    }

    var all: [CaseID] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
        return names.compactMap { name in CaseID(name).flatMap { $0.description == name ? $0 : nil } }
    }
}

extension BrokerStore {
    /// Destroys the keys and bytes of cases that the database has erased. It can be done again, and a start does what a crash left undone.
    /// - Throws: `StoreError`, `VaultError.unavailable`; then some keys may still be there.
    public func finish(_ cases: [CaseID], in vault: FileVault, marking finished: FinishedErasures) throws {
        for file in try everyFile(of: cases) { try vault.destroy(file) }
        try emptyLog()
        for id in cases { try finished.insert(id) }
    }

    /// At the start, before anybody is served: finishes what a crash cut off, and empties again what a restored backup has brought back.
    /// - Returns: how many cases were erased again, and how many erasures were finished.
    /// - Throws: `StoreError`, `VaultError.unavailable`.
    public func redoErasures(in vault: FileVault, marking finished: FinishedErasures, at now: Instant) throws -> (again: Int, finished: Int) {
        let erased = try erasedCases()
        let known = Set(erased)
        let back = try finished.all.filter { id in try !known.contains(id) && caseHistory(id) != nil }
        if !back.isEmpty {
            try commit([.erasure(Erasure(cases: back, citizen: nil, at: now))])
            try finish(back, in: vault, marking: finished)
        }
        // Also of those that were finished: a restored copy of the key store has their keys again. Where there is no key, this costs a look.
        let left = try everyFile(of: erased).filter { vault.holdsKey(of: $0) || vault.has($0) }
        for file in left { try vault.destroy(file) }
        let unfinished = erased.filter { !finished.contains($0) }
        for id in unfinished { try finished.insert(id) }
        return (back.count, unfinished.count)
    }
}

extension FileVault {
    func holdsKey(of file: FileID) -> Bool { keys.has(file) }
}

import Foundation
import GRDB
import SignalingProtocol

/// How long each kind of personal data is kept after the last visit of its case ended, in days. A JSON file with any of these names; what it does not name is
/// kept as here. `null` keeps a kind until somebody asks for erasure.
///
/// The defaults are general knowledge (GK), to be set by each authority by its own archive rules. The audit log has its own period, never under six months.
public struct RetentionPeriods: Codable, Hashable, Sendable {
    /// Handed-in files and pictures of originals.
    public var filesDays: Int? = 365
    public var chatDays: Int? = 180
    /// The form, its corrections, and the answers to an item's questions.
    public var caseFieldsDays: Int? = 365
    /// Printed forms of notices. The notice itself stays as long as its case.
    public var noticesDays: Int? = 5 * 365
    /// Everything that erasure takes, by itself.
    public var casesDays: Int?
    /// Name and telephone number of a citizen without a case or an appointment, after the last sign-in.
    public var citizensDays: Int? = 365
    /// Within which every copy of the key store must be deleted; an erasure is final after it. Nothing here enforces it: whoever makes the copies does.
    public var keyCopyDays: Int = 7

    public init() {}

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case filesDays = "files_days"
        case chatDays = "chat_days"
        case caseFieldsDays = "case_fields_days"
        case noticesDays = "notices_days"
        case casesDays = "cases_days"
        case citizensDays = "citizens_days"
        case keyCopyDays = "key_copy_days"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func days(_ key: CodingKeys, _ usual: Int?) throws -> Int? {
            guard container.contains(key) else { return usual }
            return try container.decode(Int?.self, forKey: key)
        }
        filesDays = try days(.filesDays, filesDays)
        chatDays = try days(.chatDays, chatDays)
        caseFieldsDays = try days(.caseFieldsDays, caseFieldsDays)
        noticesDays = try days(.noticesDays, noticesDays)
        casesDays = try days(.casesDays, casesDays)
        citizensDays = try days(.citizensDays, citizensDays)
        keyCopyDays = try days(.keyCopyDays, keyCopyDays) ?? keyCopyDays
    }

    /// Reads a file. A name that is none of these is a mistake that would keep something for ever, so it is refused.
    /// - Throws: `RetentionFileError`.
    public init(file: URL) throws(RetentionFileError) {
        do {
            let json = try Data(contentsOf: file)
            let names = Set((try JSONSerialization.jsonObject(with: json) as? [String: Any] ?? [:]).keys)
            let unknown = names.subtracting(CodingKeys.allCases.map(\.rawValue)).sorted()
            guard unknown.isEmpty else { throw RetentionFileError(cause: "it names \(unknown.joined(separator: ", ")), which is kept by no such period") }
            self = try JSONDecoder().decode(Self.self, from: json)
        } catch let error as RetentionFileError {
            throw error
        } catch {
            throw RetentionFileError(cause: "\(error)")
        }
        let all = [filesDays, chatDays, caseFieldsDays, noticesDays, casesDays, citizensDays, keyCopyDays].compactMap { $0 }
        guard all.allSatisfy({ (1...36_500).contains($0) }) else { throw RetentionFileError(cause: "a period is 1 to 36500 days") }
    }
}

/// The file with the periods cannot be used.
public struct RetentionFileError: Error, Sendable {
    public let code = "retention_file_unusable"
    public let cause: String
}

/// What retention took, or would take.
public struct RetentionReport: Hashable, Sendable {
    /// By kind, as the periods are named: how many files, messages, fields, printed notices, cases, people.
    public var counts: [Kind: Int] = [:]

    public enum Kind: String, CaseIterable, Sendable {
        case files, chat
        case caseFields = "case-fields"
        case notices, cases, citizens
    }

    public var isEmpty: Bool { counts.values.allSatisfy { $0 == 0 } }
}

extension BrokerStore {
    private static let dayMilliseconds: Int64 = 86_400_000

    /// Cases of which nothing is under way and whose last visit ended before `:before`; without a visit, when they were opened.
    private static let restingCases = """
        SELECT id FROM service_case WHERE erased_at_ms IS NULL
        AND NOT EXISTS (SELECT 1 FROM ticket WHERE case_id = service_case.id AND ended_at_ms IS NULL)
        AND NOT EXISTS (SELECT 1 FROM session WHERE case_id = service_case.id AND state <> 'closed')
        AND max(opened_at_ms, coalesce((SELECT max(ended_at_ms) FROM ticket WHERE case_id = service_case.id), 0),
            coalesce((SELECT max(closed_at_ms) FROM session WHERE case_id = service_case.id), 0)) < :before
        """

    /// Takes what has been kept for long enough. The server may run meanwhile: what is under way is not touched.
    ///
    /// The rows go first, in one transaction a kind; then the files' keys. What a crash leaves of those is an orphan, which the next sweep takes.
    /// - Parameter removing: false counts only.
    /// - Throws: `StoreError`, `VaultError.unavailable`; it can be run again.
    public func retain(
        _ periods: RetentionPeriods, in vault: FileVault, marking finished: FinishedErasures, at now: Instant, removing: Bool = true
    ) throws -> RetentionReport {
        var report = RetentionReport()
        func before(_ days: Int) -> Int64 { now.milliseconds - Int64(days) * Self.dayMilliseconds }
        func cases(_ days: Int) throws(StoreError) -> [CaseID] {
            let limit = before(days)
            return try read("service_case") { db in
                try Row.fetchAll(db, sql: Self.restingCases, arguments: ["before": limit]).map { try $0.identifier("id") }
            }
        }
        if let days = periods.casesDays {
            let resting = try cases(days)
            report.counts[.cases] = resting.count
            if removing, !resting.isEmpty {
                try commit([.erasure(Erasure(cases: resting, citizen: nil, at: now))])
                try finish(resting, in: vault, marking: finished)
            }
        }
        if let days = periods.filesDays { report.counts[.files] = try takeFiles(of: try cases(days), from: vault, removing: removing) }
        if let days = periods.noticesDays { report.counts[.notices] = try takeNotices(of: try cases(days), from: vault, removing: removing) }
        if let days = periods.chatDays {
            let sql = "SELECT count(*) FROM chat_message WHERE session IN (SELECT id FROM session WHERE case_id = ?)"
            report.counts[.chat] = try take(of: try cases(days), counting: sql, removing: removing) { try Self.deleteChat(of: $0, $1) }
        }
        if let days = periods.caseFieldsDays {
            let sql = "SELECT count(*) FROM case_field WHERE case_id = ? AND value <> ''"
            report.counts[.caseFields] = try take(of: try cases(days), counting: sql, removing: removing) { try Self.eraseFields(of: $0, $1) }
        }
        if let days = periods.citizensDays { report.counts[.citizens] = try takeCitizens(before: before(days), removing: removing) }
        if removing, !report.isEmpty { try emptyLog() }
        return report
    }

    private func take(
        of cases: [CaseID], counting: String, removing: Bool, _ remove: @Sendable (String, Database) throws -> Void
    ) throws(StoreError) -> Int {
        let count = try read("service_case") { db in
            try cases.reduce(0) { try $0 + (Int.fetchOne(db, sql: counting, arguments: [$1.description]) ?? 0) }
        }
        guard removing, !cases.isEmpty else { return count }
        try write { db in for id in cases { try remove(id.description, db) } }
        return count
    }

    private func takeFiles(of cases: [CaseID], from vault: FileVault, removing: Bool) throws -> Int {
        let files = try ids(of: cases, "SELECT id FROM material_file WHERE case_id = ? AND (removed = 0 OR name <> '')")
        guard removing, !files.isEmpty else { return files.count }
        try write { db in for id in cases { try Self.eraseFiles(of: id.description, db) } }
        for file in files { try vault.destroy(file) }
        return files.count
    }

    private func takeNotices(of cases: [CaseID], from vault: FileVault, removing: Bool) throws -> Int {
        let files = try ids(of: cases, "SELECT pdf_file AS id FROM notice WHERE case_id = ? AND pdf_file IS NOT NULL AND pdf_erased = 0")
        guard removing, !files.isEmpty else { return files.count }
        try write { db in for id in cases { try Self.erasePrintedNotices(of: id.description, db) } }
        for file in files { try vault.destroy(file) }
        return files.count
    }

    private func ids(of cases: [CaseID], _ sql: String) throws(StoreError) -> [FileID] {
        try read("material_file") { db in
            try cases.flatMap { try Row.fetchAll(db, sql: sql, arguments: [$0.description]).map { try $0.identifier("id") } }
        }
    }

    private func takeCitizens(before: Int64, removing: Bool) throws(StoreError) -> Int {
        let condition = """
            FROM citizen WHERE signed_in_at_ms < ?
            AND NOT EXISTS (SELECT 1 FROM service_case WHERE citizen = citizen.id AND erased_at_ms IS NULL)
            AND NOT EXISTS (SELECT 1 FROM appointment WHERE citizen = citizen.id AND ended_at_ms IS NULL)
            AND NOT EXISTS (SELECT 1 FROM sign_in WHERE role = 'citizen' AND person = citizen.id)
            """
        let count = try read("citizen") { db in try Int.fetchOne(db, sql: "SELECT count(*) \(condition)", arguments: [before]) ?? 0 }
        if removing, count > 0 {
            try write { db in
                try db.execute(sql: "UPDATE appointment SET citizen_name = '' WHERE citizen IN (SELECT id \(condition))", arguments: [before])
                try db.execute(sql: "DELETE \(condition)", arguments: [before])
            }
        }
        return count
    }
}

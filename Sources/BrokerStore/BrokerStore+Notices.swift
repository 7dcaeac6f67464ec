import BrokerCore
import Foundation
import GRDB
import SignalingProtocol

/// A notice with all that it is made from.
public struct StoredNotice: Sendable {
    public let notice: NoticeView
    public let outcome: OutcomeView
    public let record: Case
    /// The item in the case's version.
    public let item: CatalogueItem
    /// The PDF as it was issued, once somebody has asked for it.
    public let pdf: StoredNoticePDF?
    /// The newest notice of the case, when it is another one.
    public let successor: NoticeView?
    /// Whether its paper cannot be had any more: the case was erased, or the paper's time is over.
    public let isErased: Bool
}

/// The PDF of a notice in the vault.
public struct StoredNoticePDF: Hashable, Sendable {
    public let file: FileID
    /// Of the bytes, lower-case hexadecimal.
    public let sha256: String

    public init(file: FileID, sha256: String) {
        self.file = file
        self.sha256 = sha256
    }
}

extension BrokerStore {
    /// - Returns: nil when there is no such notice.
    public func notice(number: String) throws(StoreError) -> StoredNotice? {
        try read("notice") { db in
            guard let row = try Row.fetchOne(db, sql: "SELECT * FROM notice WHERE number = ?", arguments: [number]) else { return nil }
            let notice = try Self.notice(row)
            let caseID: CaseID = try row.identifier("case_id")
            guard let outcome = try Self.outcomes(of: caseID, db).first(where: { $0.version == notice.version }) else {
                throw StoreError.unreadable(table: "precheck_outcome", cause: "notice \(number) has no outcome")
            }
            let serviceCase = try Self.caseFile(caseID, db)
            let successor = try Row.fetchOne(
                db, sql: "SELECT * FROM notice WHERE case_id = ? AND version > ? ORDER BY version DESC LIMIT 1",
                arguments: [caseID.description, notice.version])
            return StoredNotice(
                notice: notice, outcome: outcome, record: serviceCase.record, item: serviceCase.item, pdf: try Self.noticePDF(row),
                successor: try successor.map(Self.notice),
                isErased: try row["pdf_erased"] || Self.isErased(caseID, db))
        }
    }

    static func isErased(_ id: CaseID, _ db: Database) throws -> Bool {
        try Bool.fetchOne(db, sql: "SELECT erased_at_ms IS NOT NULL FROM service_case WHERE id = ?", arguments: [id.description]) ?? false
    }

    static func noticePDF(_ row: Row) throws -> StoredNoticePDF? {
        // Of one that was erased the hash stays, for telling a paper from a forgery; the paper cannot be had again.
        guard let sha256 = row["pdf_sha256"] as String?, let file: FileID = try row.optionalIdentifier("pdf_file") else { return nil }
        return StoredNoticePDF(file: file, sha256: sha256)
    }

    /// The bytes that were made first are the ones that stay: a second PDF of a notice would be another file with another hash.
    static func write(_ pdf: StoredNoticePDF, of number: String, to db: Database) throws {
        // Of a case that was erased while it was being printed nothing is kept.
        try db.cachedStatement(
            sql: "UPDATE notice SET pdf_file = ?, pdf_sha256 = ? WHERE number = ? AND pdf_file IS NULL AND NOT EXISTS "
                + "(SELECT 1 FROM service_case WHERE id = notice.case_id AND erased_at_ms IS NOT NULL)"
        )
        .execute(arguments: [pdf.file.description, pdf.sha256, number])
    }
}

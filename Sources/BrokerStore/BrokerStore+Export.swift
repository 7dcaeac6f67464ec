import BrokerCore
import GRDB
import SignalingProtocol

extension BrokerStore {
    /// Everything of a case that its export tells, as of one moment.
    /// - Returns: nil when there is no case of that number, or it was erased.
    public func exportedCase(number: String) throws(StoreError) -> ExportedCase? {
        try read("service_case") { db in
            let query = "SELECT id FROM service_case WHERE number = ? AND erased_at_ms IS NULL"
            guard let id = try String.fetchOne(db, sql: query, arguments: [number]).flatMap(CaseID.init) else {
                return nil
            }
            let caseFile = try Self.caseFile(id, db)
            let record = caseFile.record
            let visits = try Row.fetchAll(
                db, sql: "SELECT * FROM session WHERE case_id = ? ORDER BY started_at_ms, id", arguments: [id.description]
            ).map(Self.session)
            let hall = try String.fetchOne(db, sql: "SELECT name FROM hall WHERE id = ?", arguments: [record.hall.text])
            return ExportedCase(
                record: record, hall: HallView(id: record.hall, name: hall ?? record.hall.text), item: caseFile.item,
                telephone: try String.fetchOne(db, sql: "SELECT telephone FROM citizen WHERE id = ?", arguments: [record.citizen.description]),
                outcomes: caseFile.outcomes, notices: try Self.notices(on: caseFile.outcomes, of: id, db),
                files: try Self.everyFile(of: id, kept: caseFile.files, db), visits: visits, events: try Self.events(of: id, db),
                chats: try visits.reduce(into: [:]) { chats, visit in chats[visit.id] = try Self.chat(of: visit.id, db) },
                verdicts: try Self.everyVerdict(of: id, db))
        }
    }

    private static func notices(on outcomes: [OutcomeView], of id: CaseID, _ db: Database) throws -> [ExportedCase.Notice] {
        let given = try Row.fetchAll(db, sql: "SELECT * FROM notice WHERE case_id = ?", arguments: [id.description])
            .map { (view: try notice($0), pdf: $0["pdf_erased"] ? nil : try noticePDF($0)) }
        return outcomes.map { outcome in
            let given = given.first { $0.view.version == outcome.version }
            return ExportedCase.Notice(version: outcome.version, view: given?.view, pdf: given?.pdf)
        }
    }

    /// Kept ones as the case itself has them, and those that were taken back.
    private static func everyFile(of id: CaseID, kept: [FileView], _ db: Database) throws -> [ExportedCase.HandedInFile] {
        let removed = try Row.fetchAll(db, sql: "SELECT * FROM material_file WHERE case_id = ? AND removed = 1 ORDER BY rowid", arguments: [id.description])
            .map {
                FileView(
                    id: try $0.identifier("id"), materialID: try $0.code("material"), name: $0["name"], mediaType: try $0.word("media_type"),
                    byteCount: $0["byte_count"], sha256: $0["sha256"], handedInAt: $0.instant("handed_in_at_ms"))
            }
        let all = kept.map { ExportedCase.HandedInFile(file: $0, isRemoved: false) } + removed.map { .init(file: $0, isRemoved: true) }
        return all.sorted { ($0.file.handedInAt, $0.file.id) < ($1.file.handedInAt, $1.file.id) }
    }

    private static func events(of id: CaseID, _ db: Database) throws -> [SessionEvent] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT session_event.* FROM session_event JOIN session ON session.id = session_event.session
                WHERE session.case_id = ? ORDER BY session_event.id
                """, arguments: [id.description]
        ).map { SessionEvent(session: try $0.identifier("session"), kind: try $0.word("kind"), at: $0.instant("at_ms"), detail: $0["detail"]) }
    }

    private static func everyVerdict(of id: CaseID, _ db: Database) throws -> [ExportedCase.GivenVerdict] {
        try Row.fetchAll(db, sql: "SELECT * FROM verdict WHERE case_id = ? ORDER BY id", arguments: [id.description]).map {
            ExportedCase.GivenVerdict(
                session: try $0.identifier("session"),
                verdict: VerdictView(
                    materialID: try $0.code("material"), verdict: try $0.word("verdict"), reasons: try $0.json("reasons"), note: $0["note"],
                    givenAt: $0.instant("given_at_ms")), isWithdrawn: $0["withdrawn"])
        }
    }
}

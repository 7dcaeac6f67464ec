import BrokerCore
import Foundation
import GRDB
import SignalingProtocol

extension BrokerStore {
    /// On whose request the records that follow in a batch were made, and when.
    struct Asked {
        var origin = AuditOrigin.system
        var at: Instant?
    }

    /// What a record means for the audit; nil when it is no act of a person on another's matter, or is written down by itself where it is done.
    ///
    /// Called wherever a record becomes a row, so that no verdict, outcome or change can be stored without its line.
    static func auditEntry(of record: StoreRecord, for asked: Asked, _ db: Database) throws -> AuditEntry? {
        switch record {
        case .audit(let entry): entry
        case .broker(let record): try auditEntry(of: record, for: asked, db)
        case .administrationAct(let act):
            AuditEntry(
                at: act.at, actor: .staff(act.actor), act: AuditAct(act.act), object: "\(subjectKind(act.act)):\(act.subject)", hall: act.hall,
                address: asked.origin.address, detail: act.detail)
        case .citizen, .signIn, .signOut, .vouchedSignIn, .account, .accountRemoved, .secondFactor, .noticePrinted, .asked, .consent, .erasure: nil
        }
    }

    /// For a batch that does not say when it was asked for.
    private static func lastVerdict(on material: MaterialID, of caseID: CaseID, _ db: Database) throws -> Instant {
        let sql = "SELECT max(given_at_ms) FROM verdict WHERE case_id = ? AND material = ?"
        return Instant(milliseconds: try Int64.fetchOne(db, sql: sql, arguments: [caseID.description, material.text]) ?? 0)
    }

    private static func subjectKind(_ act: AdministrationActKind) -> String {
        switch act {
        case .personMade, .personChanged, .personSuspended, .personRestored, .personDeleted, .passwordReset, .passwordChanged: "account"
        case .hallMade, .hallChanged: "hall"
        case .seatMade, .seatChanged, .seatWithdrawn, .seatRestored: "seat"
        }
    }

    private static func auditEntry(of record: BrokerCore.Record, for asked: Asked, _ db: Database) throws -> AuditEntry? {
        let origin = asked.origin
        return switch record {
        case .verdict(let caseID, let session, let verdict):
            try AuditEntry(
                .verdictGiven, at: verdict.givenAt, on: caseID, in: session, for: origin, db,
                detail: "material=\(verdict.materialID) verdict=\(verdict.verdict.rawValue)")
        case .verdictWithdrawn(let caseID, let material):
            try AuditEntry(
                at: asked.at ?? lastVerdict(on: material, of: caseID, db), actor: origin.actor, act: .verdictWithdrawn, object: "case:\(caseID)",
                address: origin.address, detail: "material=\(material)")
        case .reopened(let caseID, let reopening):
            try AuditEntry(
                .materialReopened, at: reopening.at, on: caseID, in: reopening.session, for: origin, db, reason: reopening.reason,
                detail: "material=\(reopening.material)")
        case .correction(let caseID, let correction) where correction.view.state == .proposed:
            try AuditEntry(
                .correctionProposed, at: correction.view.proposedAt, on: caseID, in: correction.session, for: origin, db,
                detail: "field=\(correction.view.key.rawValue)")
        case .outcome(let session, let outcome):
            try AuditEntry(
                .outcomeConcluded, at: outcome.concludedAt, on: outcome.caseID, in: session, for: origin, db,
                detail: "version=\(outcome.version) result=\(outcome.result.rawValue)")
        case .floorAct(let act): AuditEntry(act, address: origin.address)
        case .adoption(let adoption):
            AuditEntry(
                at: adoption.adoptedAt, actor: adoption.adoptedBy.map { .staff($0) } ?? .system, act: .itemAdopted, object: "item:\(adoption.item)",
                hall: adoption.hall, address: origin.address,
                detail: "version=\(adoption.version)" + (adoption.replaces.map { " replaces=\($0)" } ?? ""))
        // What the person does in their own matter, what the queue does, and what an act above is the cause of.
        case .ticket, .reservation, .seat, .session, .serviceCase, .file, .fileRemoved, .fileChanged, .pictureHashes, .filesArranged, .conditionAnswer,
            .field, .correction, .still, .notice, .floorTask, .chat, .event, .appointment, .hall:
            nil
        }
    }
}

extension AuditEntry {
    /// Of an agent in a session. A record that comes without anybody's request was still made by the session's agent.
    fileprivate init(
        _ act: AuditAct, at: Instant, on caseID: CaseID, in session: SessionID, for origin: AuditOrigin, _ db: Database, reason: String? = nil,
        detail: String
    ) throws {
        let row = try Row.fetchOne(db.cachedStatement(sql: "SELECT hall, agent FROM session WHERE id = ?"), arguments: [session.description])
        let agent: AgentID? = try row?.identifier("agent")
        self.init(
            at: at, actor: origin.actor == .system ? agent.map { .staff($0) } ?? .system : origin.actor, act: act, object: "case:\(caseID)",
            hall: try row?.code("hall"), address: origin.address, reason: reason, detail: detail)
    }

    fileprivate init(_ floor: FloorAct, address: String) {
        let act: AuditAct =
            switch floor.kind {
            case .seatNotReady: .seatNotReady
            case .ticketMoved: .ticketMoved
            case .sessionEnded: .sessionEnded
            }
        let object: String =
            switch floor.subject {
            case .seat(let id): "seat:\(id)"
            case .ticket(let id): "ticket:\(id)"
            case .session(let id): "session:\(id)"
            case .item(let code): "item:\(code)"
            case .material(let caseID, _, _, _): "case:\(caseID)"
            }
        let target: String =
            switch floor.target {
            case .hall(let id): "to=hall:\(id)"
            case .seat(let id): "to=seat:\(id)"
            case nil: ""
            }
        self.init(
            at: floor.at, actor: .staff(floor.by.id), act: act, object: object, hall: floor.hall, address: address, reason: floor.reason, detail: target)
    }
}

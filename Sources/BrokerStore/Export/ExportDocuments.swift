import BrokerCore
import Foundation
import SignalingProtocol

// The JSON documents of a case's export. `case-export.schema.json` beside this file describes them; a test holds them to it.

/// `outcome.json`: every version of the pre-check outcome, oldest first.
struct OutcomeDocument: Encodable {
    let format = "farwindow-outcome"
    let version = 1
    let caseNumber: String
    let item: ItemReference
    let outcomes: [OutcomeView]

    init(_ exported: ExportedCase) {
        caseNumber = exported.record.number
        item = exported.record.item
        outcomes = exported.outcomes
    }
}

/// `timeline.json`: visits with what happened and what was typed in them, notices, files and verdicts as they came. What was spoken is kept nowhere.
struct TimelineDocument: Encodable {
    struct Visit: Encodable {
        struct Event: Encodable {
            let at: Instant
            let kind: SessionEventKind
            let detail: String
        }

        let sessionID: SessionID
        let kind: SessionKind
        let startedAt: Instant
        let endedAt: Instant?
        let hall: HallID
        let seatNumber: String
        let agentName: String
        let disposition: Disposition?
        let note: String
        let events: [Event]
        /// Text messages, in the order in which they were sent.
        let messages: [ChatMessageView]
    }

    struct Notice: Encodable {
        enum PDF: String, Encodable {
            case inExport = "in-export"
            /// It was given and read, and nobody has had it printed; the export could not have it printed either.
            case notPrinted = "not-printed"
            /// The outcome is of a release that gave no notices.
            case notIssued = "not-issued"
        }

        /// Of the outcome.
        let version: Int
        let number: String?
        let issuedAt: Instant?
        let confirmedAt: Instant?
        let pdf: PDF
        /// Its entry in the ZIP.
        let path: String?
        let sha256: String?

        init(_ notice: ExportedCase.Notice) {
            version = notice.version
            number = notice.view?.number
            issuedAt = notice.view?.issuedAt
            confirmedAt = notice.view?.confirmedAt
            pdf = notice.pdf != nil ? .inExport : notice.view != nil ? .notPrinted : .notIssued
            path = notice.pdf.map { _ in ExportPath.notice(version: notice.version) }
            sha256 = notice.pdf?.sha256
        }
    }

    struct File: Encodable {
        let id: FileID
        let materialID: MaterialID
        let handedInAt: Instant
        let sha256: String
        let byteCount: Int
        /// Its entry in the ZIP; none for a file that was taken back.
        let path: String?
        let isRemoved: Bool
    }

    struct GivenVerdict: Encodable {
        let sessionID: SessionID
        let materialID: MaterialID
        let verdict: Verdict
        let reasons: [CodedReason]
        let note: String
        let givenAt: Instant
        let isWithdrawn: Bool
    }

    let format = "farwindow-timeline"
    let version = 1
    let caseNumber: String
    let openedAt: Instant
    let hall: HallView
    let visits: [Visit]
    let notices: [Notice]
    let files: [File]
    let verdicts: [GivenVerdict]

    init(_ exported: ExportedCase, paths: [FileID: String]) {
        caseNumber = exported.record.number
        openedAt = exported.record.openedAt
        hall = exported.hall
        visits = exported.visits.map { session in
            Visit(
                sessionID: session.id, kind: session.kind, startedAt: session.startedAt, endedAt: session.endedAt, hall: session.hall,
                seatNumber: session.seatNumber, agentName: session.agentName, disposition: session.disposition, note: session.note,
                events: exported.events.filter { $0.session == session.id }.map { Visit.Event(at: $0.at, kind: $0.kind, detail: $0.detail) },
                messages: exported.chats[session.id] ?? [])
        }
        notices = exported.notices.map(Notice.init)
        files = exported.files.map {
            File(
                id: $0.file.id, materialID: $0.file.materialID, handedInAt: $0.file.handedInAt, sha256: $0.file.sha256, byteCount: $0.file.byteCount,
                path: paths[$0.file.id], isRemoved: $0.isRemoved)
        }
        verdicts = exported.verdicts.map {
            GivenVerdict(
                sessionID: $0.session, materialID: $0.verdict.materialID, verdict: $0.verdict.verdict, reasons: $0.verdict.reasons,
                note: $0.verdict.note, givenAt: $0.verdict.givenAt, isWithdrawn: $0.isWithdrawn)
        }
    }
}

/// `manifest.json`: what is in the ZIP. `manifest.sig` is the Ed25519 signature (RFC 8032) of exactly its bytes.
struct ExportManifest: Codable, Hashable {
    struct Entry: Codable, Hashable {
        let path: String
        /// Lower-case hexadecimal.
        let sha256: String
        let bytes: Int
    }

    struct Signature: Codable, Hashable {
        let algorithm: String
        /// SHA-256 of the public key's DER form, lower-case hexadecimal: which key to check with, never a reason to trust it.
        let publicKeySha256: String
    }

    static let format = "farwindow-case-export"
    static let version = 1
    static let path = "manifest.json"
    static let signaturePath = "manifest.sig"

    let format: String
    let version: Int
    let caseNumber: String
    let exportedAt: Instant
    /// With the catalogue's version that the case was opened with.
    let item: ItemReference
    /// In the order of the ZIP. The manifest and its signature are not in it.
    let entries: [Entry]
    let signature: Signature
}

enum ExportCoding {
    /// For people to read as well: indented, names in order.
    static func document(_ value: some Encodable) throws -> Data {
        let encoder = WireCoding.encoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys, .prettyPrinted]
        return try encoder.encode(value) + Data("\n".utf8)
    }
}

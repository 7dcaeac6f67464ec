import BrokerCore
import Foundation
import GRDB
import SignalingProtocol

/// Everything that is kept of one citizen, for themselves (PIPL, article 45): one ZIP with `my-data.json` and the files of each case that lie in the vault.
public struct OwnCopy: Sendable {
    struct OwnCase: Sendable {
        let exported: ExportedCase
        let fields: [CaseField]
        let answers: [MaterialID: Bool]
    }

    let citizen: CitizenRow
    let consents: [ConsentRow]
    let cases: [OwnCase]

    static let document = "my-data.json"

    /// Writes the archive; it appears under its name only when it is whole. A file that cannot be opened is left out, and `my-data.json` says so.
    /// - Throws: `ExportError.output`.
    public func write(bytes: @escaping (FileID, CaseID) throws(VaultError) -> Data, at moment: Instant, to target: URL) throws(ExportError) {
        var entries: [ZipEntryPlan] = []
        var paths: [FileID: String] = [:]
        for own in cases {
            let caseID = own.exported.record.id
            for (file, path) in ExportPath.files(own.exported.keptFiles).sorted(by: { $0.value < $1.value }) {
                guard let content = try? bytes(file, caseID) else { continue }
                let full = "\(own.exported.record.number)/\(path)"
                paths[file] = full
                entries.append(
                    ZipEntryPlan(path: full, byteCount: content.count, isCompressible: false) { () throws(ExportError) in
                        do throws(VaultError) { return try bytes(file, caseID) } catch { throw .file(file, error) }
                    })
            }
        }
        let json: Data
        do { json = try ExportCoding.document(Document(self, paths: paths, at: moment)) } catch { throw .output(cause: "\(error)") }
        let first = ZipEntryPlan(path: Self.document, byteCount: json.count, isCompressible: true) { json }
        try ZipWriter.write([first] + entries, to: target, at: Date(timeIntervalSince1970: Double(moment.milliseconds) / 1_000))
    }

    private struct Document: Encodable {
        struct Consent: Encodable {
            let kind: ConsentKind
            let textVersion: String
            let language: SignalingProtocol.Locale
            let textSha256: String
            let given: Bool
            let at: Instant
        }

        struct File: Encodable {
            let materialID: MaterialID
            let name: String
            let mediaType: FileMediaType
            let byteCount: Int
            let sha256: String
            let handedInAt: Instant
            /// Its entry in the ZIP; absent when it cannot be opened.
            let path: String?
        }

        struct Visit: Encodable {
            let kind: SessionKind
            let startedAt: Instant
            let endedAt: Instant?
            let seatNumber: String
            let agentName: String
            let disposition: Disposition?
            let messages: [ChatMessageView]
        }

        struct Matter: Encodable {
            let caseNumber: String
            let item: ItemReference
            let hall: HallView
            let openedAt: Instant
            let fields: [CaseField]
            /// By material: whether its condition holds.
            let answers: [String: Bool]
            let files: [File]
            let outcomes: [OutcomeView]
            let visits: [Visit]
        }

        let format = "farwindow-own-copy"
        let version = 1
        let madeAt: Instant
        let name: String
        let telephone: String
        let signedInAt: Instant
        let consents: [Consent]
        let cases: [Matter]

        init(_ copy: OwnCopy, paths: [FileID: String], at moment: Instant) {
            madeAt = moment
            name = copy.citizen.name
            telephone = copy.citizen.telephone
            signedInAt = copy.citizen.signedInAt
            consents = copy.consents.map {
                Consent(kind: $0.kind, textVersion: $0.textVersion, language: $0.language, textSha256: $0.textHash, given: $0.isGiven, at: $0.at)
            }
            cases = copy.cases.map { own in
                let exported = own.exported
                return Matter(
                    caseNumber: exported.record.number, item: exported.record.item, hall: exported.hall, openedAt: exported.record.openedAt,
                    fields: own.fields, answers: Dictionary(uniqueKeysWithValues: own.answers.map { ($0.key.text, $0.value) }),
                    files: exported.keptFiles.map {
                        File(
                            materialID: $0.materialID, name: $0.name, mediaType: $0.mediaType, byteCount: $0.byteCount, sha256: $0.sha256,
                            handedInAt: $0.handedInAt, path: paths[$0.id])
                    },
                    outcomes: exported.outcomes,
                    visits: exported.visits.map {
                        Visit(
                            kind: $0.kind, startedAt: $0.startedAt, endedAt: $0.endedAt, seatNumber: $0.seatNumber, agentName: $0.agentName,
                            disposition: $0.disposition, messages: exported.chats[$0.id] ?? [])
                    })
            }
        }
    }
}

extension BrokerStore {
    /// What is kept of a citizen, case by case, newest first.
    public func ownCopy(of citizen: CitizenRow) throws(StoreError) -> OwnCopy {
        var cases: [OwnCopy.OwnCase] = []
        for id in try unerasedCases(of: citizen.id) {
            guard let file = try caseFile(id), let exported = try exportedCase(number: file.record.number) else { continue }
            let fields = CaseFieldKey.allCases.compactMap { key in file.fields[key].map { CaseField(key: key, value: $0) } }
            cases.append(OwnCopy.OwnCase(exported: exported, fields: fields, answers: file.answers))
        }
        return OwnCopy(citizen: citizen, consents: try consents(of: citizen.id), cases: cases)
    }
}

import BrokerCore
import BrokerStore
import Crypto
import Foundation
import MaterialCheck
import SignalingProtocol
import WebServer

// What a machine says of a file: first whether it may be let in at all, then, when it is stored, what a person would send it back for.

extension Engine {
    /// A file on its way into the vault.
    struct StoredFile: Sendable {
        let caseID: CaseID
        let requirement: MaterialRequirement
        let id: FileID
        let name: String
        /// What its bytes must hash to, lower-case hexadecimal; nil: whatever comes.
        var sha256: String?

        init(caseID: CaseID, requirement: MaterialRequirement, id: FileID, name: String, sha256: String? = nil) {
            self.caseID = caseID
            self.requirement = requirement
            self.id = id
            self.name = name
            self.sha256 = sha256
        }

        init(_ handIn: HandIn) {
            self.init(caseID: handIn.caseID, requirement: handIn.requirement, id: handIn.file, name: handIn.name)
        }
    }

    /// Looks whether a file is safe and readable, converts what seats cannot show, encrypts and stores it. Off the loop.
    /// - Parameters:
    ///   - read: gives the file's bytes; called off the loop.
    ///   - completion: `file_refused` with the finding as `field`, `scan_unavailable`, `unsupported_file_type`, `storage_unavailable`.
    func keep(
        _ file: StoredFile, reading read: @escaping @Sendable () throws(WireError) -> Data,
        _ completion: @escaping (Result<FileView, WireError>) -> Void
    ) {
        let (vault, inspector, today) = (vault, inspector, today)
        offload(
            { Result { () throws(WireError) in try Self.keep(file, try read(), in: vault, inspector: inspector, today: today) } }, then: completion)
    }

    private static func keep(
        _ file: StoredFile, _ bytes: Data, in vault: FileVault, inspector: Inspector?, today: CivilDate
    ) throws(WireError) -> FileView {
        if let expected = file.sha256, expected != hash(of: bytes) { throw WireError(.invalidField, field: "sha256") }
        var view = FileView(
            id: file.id, materialID: file.requirement.id, name: file.name, mediaType: .jpeg, byteCount: bytes.count, sha256: "",
            handedInAt: Instant(milliseconds: 0))
        var bytes = bytes
        if let inspector {
            let inspection = try inspect(
                bytes, by: inspector,
                InspectionRequest(
                    stage: .safety, formats: file.requirement.formats, materialName: file.requirement.name, today: today))
            bytes = inspection.converted ?? bytes
            view.pages = inspection.pages > 0 ? inspection.pages : nil
            view.check = .pending
        }
        guard let type = FileMediaType(signature: bytes.prefix(FileMediaType.signatureBytes)), file.requirement.formats.contains(type) else {
            throw WireError(.unsupportedFileType)
        }
        view.mediaType = type
        view.byteCount = bytes.count
        view.sha256 = hash(of: bytes)
        do {
            try vault.put(bytes, file: file.id, of: file.caseID)
        } catch {
            throw WireError(.storageUnavailable, retryAfterMs: ServerLimits.retryAfter)
        }
        return view
    }

    private static func inspect(_ bytes: Data, by inspector: Inspector, _ request: InspectionRequest) throws(WireError) -> Inspection {
        let inspection: Inspection
        do {
            inspection = try inspector.inspect(bytes, request)
        } catch {
            switch error {
            case .scratchDirectory: throw WireError(.storageUnavailable, retryAfterMs: ServerLimits.retryAfter)
            case .start: throw WireError(.scanUnavailable, retryAfterMs: ServerLimits.retryAfter)
            }
        }
        guard let refusal = inspection.findings.first(where: { $0.code.severity == .refusal }) else { return inspection }
        switch refusal.code {
        case .scanUnavailable: throw WireError(.scanUnavailable, retryAfterMs: ServerLimits.retryAfter)
        // The sentence of this code says which kinds are taken.
        case .unsupported where refusal.detail == nil: throw WireError(.unsupportedFileType)
        case .unsafeVirus, .encrypted, .unreadable, .tooManyPages, .tooManyPixels, .disguised, .unsupported, .blurred, .dark, .glare, .cutCorner,
            .lowResolution, .sideways, .wrongDocument, .nameMismatch, .numberMismatch, .numberInvalid, .expired, .duplicate, .blankPage:
            throw WireError(.fileRefused, field: refusal.code.rawValue)
        }
    }

    static func hash(of bytes: Data) -> String {
        SHA256.hash(data: bytes).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    /// Reads a stored file for findings and tells the broker; a few at a time, beside all other work.
    func readForFindings(_ file: FileView, of caseID: CaseID) {
        guard file.check == .pending, let inspector, let reader,
            let subject = broker.inspectionSubject(caseID, material: file.materialID)
        else { return }
        let fields = subject.fields
        let request = InspectionRequest(
            stage: .reading, formats: subject.requirement.formats, materialName: subject.requirement.name, keywords: subject.requirement.keywords ?? [],
            expectations: Expectations(
                names: ([subject.citizenName] + [fields[.personName], fields[.organisationName]].compactMap { $0 }).filter { !$0.isEmpty },
                residentNumbers: [fields[.identityNumber]].compactMap { $0 }.filter { !$0.isEmpty },
                creditCodes: [fields[.creditCode]].compactMap { $0 }.filter { !$0.isEmpty }), today: today)
        let vault = vault
        let work: @Sendable () -> FileInspection? = {
            guard let bytes = try? vault.get(file.id, of: caseID), let inspection = try? inspector.inspect(bytes, request) else { return nil }
            return FileInspection(inspection)
        }
        guard let runtime else { return }
        let completion: (FileInspection?) -> Void = { [weak self] inspection in
            // A machine that could not look is no reason to keep somebody from the ready lane.
            let result = inspection ?? FileInspection(check: .skipped, pages: nil, findings: [], pictureHashes: [])
            self?.turn(.fileInspected(caseID, file.id, result))
        }
        reader.run(work, then: LoopBound(completion, on: runtime.loop))
    }

    /// What the last process did not get round to.
    func readUninspectedFiles() {
        for (caseID, file) in broker.uninspectedFiles { readForFindings(file, of: caseID) }
    }

    /// The day at the hall.
    var today: CivilDate { clock.now.day }

    // MARK: The vault's orphans

    /// Once a day: what no case refers to and is old enough to be nobody's work in progress.
    func sweepFilesDaily(on loop: Loop) {
        let (store, vault, log) = (store, vault, log)
        _ = loop.schedule(after: .milliseconds(ServerLimits.fileSweepInterval.count)) { [weak self] in
            self?.offload(
                {
                    do {
                        log.report(try store.sweepFiles(of: vault, olderThan: ServerLimits.fileSweepInterval))
                    } catch {
                        log.error("the vault could not be swept", metadata: ["cause": "\(error)"])
                    }
                }, then: {})
            self?.sweepFilesDaily(on: loop)
        }
    }
}

extension FileInspection {
    init(_ inspection: Inspection) {
        self.init(
            check: inspection.isComplete ? .done : .skipped, pages: inspection.pages > 0 ? inspection.pages : nil,
            findings: inspection.findings.filter { $0.code.severity == .advice }.map { FindingView(code: $0.code, page: $0.page, detail: $0.detail) },
            pictureHashes: inspection.pagePrints.map(\.bits))
    }
}

extension Instant {
    /// Of the pilot's zone, UTC+8 without daylight saving.
    var day: CivilDate {
        guard let day = CivilDate(String(rfc3339.prefix(10))) else { preconditionFailure("RFC 3339 begins with a day") }
        return day
    }
}

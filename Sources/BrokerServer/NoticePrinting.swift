import BrokerStore
import Crypto
import Foundation
import Notices
import SignalingProtocol

/// PDFs that are being looked for or made. Everybody who asks for the same one waits for the same bytes.
struct NoticePrints {
    var waiting: [String: [(Result<Data, WireError>) -> Void]] = [:]
    var beingMade = 0
}

extension Engine {
    /// The PDF of a notice that exists: made and stored when it is first asked for, the same bytes ever after.
    func noticePDF(_ number: String, _ completion: @escaping (Result<Data, WireError>) -> Void) {
        let isFirst = noticePrints.waiting[number] == nil
        noticePrints.waiting[number, default: []].append(completion)
        guard isFirst else { return }
        let store = store
        let vault = vault
        offload({ Self.findNotice(number, store: store, vault: vault) }) { [self] found in
            switch found {
            case .printed(let bytes): finishNoticePDF(number, .success(bytes))
            case .unprinted(let stored): printNotice(stored)
            case .erased: finishNoticePDF(number, .failure(WireError(.notFound)))
            case .lost(let cause):
                log.error("the PDF of a notice cannot be served", metadata: ["cause": "\(cause)"])
                finishNoticePDF(number, .failure(WireError(.internalError)))
            }
        }
    }

    private enum FoundNotice: Sendable {
        case printed(Data)
        case unprinted(StoredNotice)
        case erased
        case lost(cause: String)
    }

    private static func findNotice(_ number: String, store: BrokerStore, vault: FileVault) -> FoundNotice {
        do {
            guard let stored = try store.notice(number: number) else { return .lost(cause: "there is no such notice") }
            if stored.isErased { return .erased }
            guard let pdf = stored.pdf else { return .unprinted(stored) }
            let bytes = try vault.get(pdf.file, of: stored.record.id)
            return bytes.sha256Text == pdf.sha256 ? .printed(bytes) : .lost(cause: "its bytes are not those that were issued")
        } catch {
            return .lost(cause: "\(error)")
        }
    }

    private func printNotice(_ stored: StoredNotice) {
        let number = stored.notice.number
        guard let printer = options.noticePrinter.map(NoticePrinter.init) else { return finishNoticePDF(number, .failure(WireError(.printerUnavailable))) }
        guard takesWrites else { return finishNoticePDF(number, .failure(storageUnavailable)) }
        guard noticePrints.beingMade < ServerLimits.noticePrintsAtOnce else {
            return finishNoticePDF(number, .failure(WireError(.rateLimited, retryAfterMs: ServerLimits.retryAfter)))
        }
        noticePrints.beingMade += 1
        let vault = vault
        let origin = publicOrigin
        offload({ Self.makePDF(of: stored, origin: origin, by: printer, into: vault) }) { [self] result in
            noticePrints.beingMade -= 1
            switch result {
            case .success(let made):
                journal.records.append(.noticePrinted(number: number, made.pdf))
                // Erased while it was being printed: then the row names no such file, and the paper goes.
                let isGone = erasedCases.contains(stored.record.id)
                if isGone { offload({ vault.discard(made.pdf.file) }, then: {}) }
                tell { $0.finishNoticePDF(number, isGone ? .failure(WireError(.notFound)) : .success(made.bytes)) }
                flush()
            case .failure(let error):
                log.error("a notice could not be printed", metadata: ["code": "\(error.wireError.code.rawValue)", "cause": "\(error)"])
                finishNoticePDF(number, .failure(error.wireError))
            }
        }
    }

    private struct MadePDF: Sendable {
        let bytes: Data
        let pdf: StoredNoticePDF
    }

    private enum PrintingFailure: Error, Sendable {
        case printer(NoticePrinterError)
        case vault(VaultError)
        case tooLongForACode

        var wireError: WireError {
            switch self {
            case .printer(.unavailable): WireError(.printerUnavailable)
            case .printer(.timedOut), .printer(.failed), .tooLongForACode: WireError(.internalError)
            case .vault: WireError(.storageUnavailable, retryAfterMs: ServerLimits.retryAfter)
            }
        }
    }

    /// In Chinese, whatever the browser speaks: it is the form that a hall takes.
    private static func makePDF(
        of stored: StoredNotice, origin: String, by printer: NoticePrinter, into vault: FileVault
    ) -> Result<MadePDF, PrintingFailure> {
        let facts = NoticeFacts(stored, origin: origin, locale: .simplifiedChinese)
        let document = NoticeDocument(stored.notice, of: stored.outcome, facts: facts, locale: .simplifiedChinese)
        guard let code = QRModules(encoding: stored.notice.verificationAddress(origin: origin)) else { return .failure(.tooLongForACode) }
        let bytes: Data
        do {
            bytes = try printer.pdf(html: NoticePaper(document, code: code).html)
        } catch {
            return .failure(.printer(error))
        }
        let file = FileID(UUID())
        do {
            try vault.put(bytes, file: file, of: stored.record.id)
        } catch {
            return .failure(.vault(error))
        }
        return .success(MadePDF(bytes: bytes, pdf: StoredNoticePDF(file: file, sha256: bytes.sha256Text)))
    }

    private func finishNoticePDF(_ number: String, _ result: Result<Data, WireError>) {
        for completion in noticePrints.waiting.removeValue(forKey: number) ?? [] { completion(result) }
    }
}

extension Data {
    /// SHA-256 in lower-case hexadecimal.
    var sha256Text: String {
        SHA256.hash(data: self).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}

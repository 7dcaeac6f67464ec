import BrokerCore
import BrokerStore
import Foundation
import Notices
import SignalingProtocol
import WebServer

extension Engine {
    static let noticeRoutes = [
        Route("POST", "/api/v1/notices/view") { engine, call in
            engine.readBody(call, as: NoticeKey.self) { engine.showNotice($0, call) }
        },
        Route("POST", "/api/v1/notices/pdf") { engine, call in
            engine.readBody(call, as: NoticeKey.self) { key in
                engine.openNotice(key, call) { engine.sendNoticePDF($0.notice.number, call) }
            }
        },
        Route("POST", "/api/v1/notices/verify") { engine, call in
            engine.readBody(call, as: NoticeQuestion.self) { engine.verifyNotice($0, call) }
        },
        Route("GET", "/api/v1/notices/{number}/pdf") { engine, call in engine.sendNoticePDFToThoseOfTheCase(call) },
    ]

    // MARK: For whoever holds number and code

    private struct NoticeKey: Decodable {
        let number: String
        let code: String
    }

    /// Gives `body` the notice of number and code, or answers; the same for a wrong number as for a wrong code.
    private func openNotice(_ key: NoticeKey, _ call: Route.Call, _ body: @escaping (StoredNotice) -> Void) {
        guard let tries = countNoticeTry(key.number, call) else { return }
        let code = Self.normalizedLookUpCode(key.code)
        let store = store
        answerFromStore(
            call,
            { () throws(StoreError) in
                let stored = try store.notice(number: tries.number)
                let matches = isSameSecret(code, stored?.notice.code ?? "")
                return matches ? stored : nil
            }
        ) { [self] stored in
            guard let stored else { return refuse(call, WireError(.notFound)) }
            noticeTries.clear(tries.key)
            body(stored)
        }
    }

    /// Counts a try, by number and by address: neither one number nor all of them can be tried out.
    /// - Returns: the number as it was meant and what it was counted by; nil when the call has been answered.
    private func countNoticeTry(_ number: String, _ call: Route.Call) -> (number: String, key: String)? {
        let number = number.filter { !$0.isWhitespace }
        guard (1...ServerLimits.caseNumberBytes).contains(number.utf8.count) else {
            refuse(call, WireError(.notFound))
            return nil
        }
        let address = call.clientNetwork
        let key = "\(address) \(number)"
        if let wait = noticeTries.attempt(key, at: clock.now) ?? noticeAddressTries.attempt(address, at: clock.now) {
            refuse(call, WireError(.rateLimited, retryAfterMs: wait))
            return nil
        }
        return (number, key)
    }

    private struct NoticeAnswer: Encodable {
        let notice: NoticeView
        let document: NoticeDocument
        let supersededOn: CivilDate?
        let supersededBy: String?
        /// Whether a PDF can be had.
        let prints: Bool
    }

    private func showNotice(_ key: NoticeKey, _ call: Route.Call) {
        openNotice(key, call) { [self] stored in
            let document = NoticeDocument(
                stored.notice, of: stored.outcome, facts: NoticeFacts(stored, origin: publicOrigin, locale: call.locale), locale: call.locale)
            answer(
                call,
                NoticeAnswer(
                    notice: stored.notice, document: document, supersededOn: stored.successor.flatMap { CivilDate(dayOf: $0.issuedAt) },
                    supersededBy: stored.successor?.number, prints: options.noticePrinter != nil))
        }
    }

    // MARK: For anybody

    private struct NoticeQuestion: Decodable {
        let number: String
        let code: String?
        let sha256: String?
    }

    private func verifyNotice(_ question: NoticeQuestion, _ call: Route.Call) {
        let code = question.code.map(Self.normalizedLookUpCode).flatMap { $0.isEmpty ? nil : $0 }
        let hash = question.sha256?.lowercased()
        guard hash?.utf8.count ?? 64 == 64, hash?.utf8.allSatisfy({ "0123456789abcdef".utf8.contains($0) }) ?? true else {
            return refuse(call, WireError(.invalidField, field: "sha256"))
        }
        guard code != nil || hash != nil else { return refuse(call, WireError(.invalidField, field: "code")) }
        guard let tries = countNoticeTry(question.number, call) else { return }
        let store = store
        answerFromStore(call, { () throws(StoreError) in try store.notice(number: tries.number) }) { [self] stored in
            let verification = NoticeVerification.check(
                NoticeClaim(number: tries.number, code: code, sha256: hash), notice: stored?.notice, outcome: stored?.outcome, pdfHash: stored?.pdf?.sha256,
                successor: stored?.successor, contentHash: stored?.contentHash ?? "")
            if verification.facts != nil { noticeTries.clear(tries.key) }
            answer(call, verification)
        }
    }

    // MARK: As PDF

    /// For the signed-in citizen whose case it is, and the agent who has the case before them.
    private func sendNoticePDFToThoseOfTheCase(_ call: Route.Call) {
        let citizen = citizen(call)
        let staff = staff(call)
        guard citizen != nil || staff != nil else { return refuse(call, WireError(.signInRequired)) }
        let number = call.parameters["number"] ?? ""
        let before = staff.flatMap { broker.caseBefore($0.id) }
        let store = store
        answerFromStore(call, { () throws(StoreError) in try store.notice(number: number) }) { [self] stored in
            guard let stored, stored.record.citizen == citizen?.id || stored.record.id == before else { return refuse(call, WireError(.notFound)) }
            sendNoticePDF(number, call)
        }
    }

    private func sendNoticePDF(_ number: String, _ call: Route.Call) {
        noticePDF(number) { [self] result in
            switch result {
            case .success(let bytes):
                call.exchange.respond(
                    status: 200,
                    headers: [
                        ("Content-Type", "application/pdf"), ("Content-Disposition", "attachment; filename=\"notice-\(number).pdf\""),
                        ("Cache-Control", "private, no-store"), ("Content-Security-Policy", "sandbox; default-src 'none'"),
                    ], body: Array(bytes))
            case .failure(let error): refuse(call, error)
            }
        }
    }
}

extension StoredNotice {
    /// SHA-256 of what it says, lower-case hexadecimal.
    var contentHash: String { Data(NoticeContent.canonical(notice, outcome).utf8).sha256Text }
}

extension NoticeFacts {
    init(_ stored: StoredNotice, origin: String, locale: SignalingProtocol.Locale) {
        self.init(
            applicant: stored.record.citizenName, item: stored.item, warning: stored.item.verified ? nil : Demonstration.warning(locale), origin: origin,
            contentHash: stored.contentHash)
    }
}

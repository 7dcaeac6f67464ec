import BrokerCore
import BrokerStore
import Foundation
import SignalingProtocol
import WebServer

// What citizens may ask of their own data: what they agreed to, a copy, and erasure.

extension Engine {
    static let personalDataRoutes = [
        Route("GET", "/api/v1/consent-texts") { engine, call in engine.sendConsentTexts(call) },
        Route("GET", "/api/v1/citizen/consents") { engine, call in engine.sendConsents(call) },
        Route("POST", "/api/v1/citizen/consents") { engine, call in
            engine.readBody(call, as: ConsentAnswer.self) { engine.takeConsent($0, call) }
        },
        Route("GET", "/api/v1/citizen/copy") { engine, call in engine.sendCopy(call) },
        Route("POST", "/api/v1/citizen/erasure") { engine, call in engine.eraseCitizen(call) },
        Route("POST", "/api/v1/cases/{case}/fields/{field}/reveal") { engine, call in engine.showField(call) },
        Route("POST", "/api/v1/cases/erase") { engine, call in
            engine.readBody(call, as: CaseLookUp.self) { engine.eraseCase($0, call) }
        },
    ]

    // MARK: Consents

    private struct ConsentTexts: Encodable {
        let texts: [ConsentText]
    }

    private var askedConsents: [ConsentKind] { ConsentKind.allCases.filter { $0 != .recording || options.asksForRecording } }

    private func sendConsentTexts(_ call: Route.Call) {
        answer(
            call,
            ConsentTexts(texts: askedConsents.map { ConsentText($0, version: ConsentText.currentVersion, language: call.locale) }))
    }

    private struct ConsentAnswer: Decodable {
        let kind: ConsentKind
        let textVersion: String
        let language: SignalingProtocol.Locale
        let given: Bool
    }

    private struct GivenConsents: Encodable {
        struct Consent: Encodable {
            let kind: ConsentKind
            let textVersion: String
            let language: SignalingProtocol.Locale
            let textSha256: String
            let given: Bool
            let at: Instant

            init(_ row: ConsentRow) {
                kind = row.kind
                textVersion = row.textVersion
                language = row.language
                textSha256 = row.textHash
                given = row.isGiven
                at = row.at
            }
        }

        /// Everything that was ever said, oldest first; the last of a kind counts.
        let consents: [Consent]
    }

    private func sendConsents(_ call: Route.Call) {
        guard let citizen = citizen(call) else { return refuse(call, WireError(.signInRequired)) }
        let store = store
        answerFromStore(call, { () throws(StoreError) in try store.consents(of: citizen.id) }) { [self] rows in
            answer(call, GivenConsents(consents: rows.map(GivenConsents.Consent.init)))
        }
    }

    private func takeConsent(_ body: ConsentAnswer, _ call: Route.Call) {
        guard let citizen = citizen(call) else { return refuse(call, WireError(.signInRequired)) }
        // Nobody agrees to a text that is not shown any more.
        guard body.textVersion == ConsentText.currentVersion else { return refuse(call, WireError(.invalidField, field: "text_version")) }
        guard askedConsents.contains(body.kind) else { return refuse(call, WireError(.invalidField, field: "kind")) }
        guard takesWrites else { return refuse(call, storageUnavailable) }
        let text = ConsentText(body.kind, version: body.textVersion, language: body.language)
        let row = ConsentRow(
            citizen: citizen.id, kind: body.kind, textVersion: text.version, language: body.language, textHash: text.sha256, isGiven: body.given, at: clock.now)
        journal.records.append(.consent(row))
        audit(row.isGiven ? .consentGiven : .consentWithdrawn, call: call, detail: "\(row.kind.rawValue) \(row.textVersion)")
        // A withdrawal counts at once; what is given counts when it is on disk.
        if !row.isGiven { consents.take(row) }
        tell { engine in
            engine.consents.take(row)
            engine.answer(call, GivenConsents.Consent(row))
        }
        flush()
    }

    /// Somebody who was here before has said something before.
    func loadConsents(of citizen: CitizenID) {
        let store = store
        offload({ Result { () throws(StoreError) in try store.consents(of: citizen) } }) { [self] result in
            switch result {
            case .success(let rows): for row in rows { consents.take(row) }
            case .failure(let error): log.error("consents could not be read", metadata: ["code": "\(error.code)", "cause": "\(error)"])
            }
        }
    }

    // MARK: Erasure

    private struct Erased: Encodable {
        /// How many cases were emptied.
        let cases: Int
        /// Until then a copy of the key store may still have the keys.
        let finalOn: CivilDate
    }

    private func eraseCitizen(_ call: Route.Call) {
        guard let citizen = citizen(call) else { return refuse(call, WireError(.signInRequired)) }
        guard takesWrites else { return refuse(call, storageUnavailable) }
        let store = store
        // Once what was recorded so far is on disk: a case of just now must be among them.
        tell { engine in
            engine.answerFromStore(call, { () throws(StoreError) in try store.unerasedCases(of: citizen.id) }) { engine.erase($0, of: citizen.id, call) }
        }
        flush()
    }

    private func eraseCase(_ body: CaseLookUp, _ call: Route.Call) {
        guard let look = checkedLookUp(body, call) else { return }
        guard takesWrites else { return refuse(call, storageUnavailable) }
        let store = store
        answerFromStore(call, { () throws(StoreError) in try store.caseFile(number: look.number, lookUpCode: look.code) }) { [self] found in
            guard let id = found?.file.record.id, !erasedCases.contains(id) else { return refuse(call, WireError(.notFound)) }
            lookUpTries.clear(look.key)
            erase([id], of: nil, call)
        }
    }

    private func erase(_ ids: [CaseID], of citizen: CitizenID?, _ call: Route.Call) {
        do throws(WireError) {
            let underWay = uploads.all(of: Set(ids))
            let isSettling = underWay.contains { if case .settling = $0.activity { true } else { false } }
            guard !isSettling, casesBeingLoaded.isDisjoint(with: ids) else { throw WireError(.visitUnderWay) }
            guard takesWrites else { throw storageUnavailable }
            try broker.forget(Set(ids), of: citizen)
            let erasure = Erasure(cases: ids, citizen: citizen, at: clock.now)
            erasedCases.formUnion(ids)
            journal.records.append(.erasure(erasure))
            for id in ids { audit(.dataErased, on: "case:\(id)", call: call) }
            if let citizen { audit(.dataErased, on: "citizen:\(citizen)", call: call) }
            for upload in underWay { uploads[upload.head.id] = nil }
            endHandOvers(ofCases: ids)
            if let citizen { endVisit(of: citizen) }
            tell { $0.finish(erasure, droppingUploads: underWay, call) }
            flush()
        } catch {
            refuse(call, error)
        }
    }

    private func endVisit(of citizen: CitizenID) {
        endHandOvers(of: citizen)
        consents.forget(citizen)
        endSignIns(of: .citizen(citizen), afterOthers: true)
    }

    /// The rows are gone. Should the keys not go now, the next start destroys them.
    private func finish(_ erasure: Erasure, droppingUploads underWay: [Upload], _ call: Route.Call) {
        Failpoint.erasureStored.reached()
        let (store, vault, finished, uploadStore, log) = (store, vault, finishedErasures, uploadStore, log)
        offload({ () -> Bool in
            for upload in underWay { uploadStore.remove(upload.head.id, segments: upload.segments) }
            do {
                try store.finish(erasure.cases, in: vault, marking: finished)
                return true
            } catch {
                log.error("keys of erased files could not be destroyed; the next start tries again", metadata: ["cause": "\(error)"])
                return false
            }
        }) { [self] isFinal in
            guard isFinal else { return refuse(call, storageUnavailable) }
            let days = Int64(options.retention.keyCopyDays)
            answer(
                call, headers: erasure.citizen == nil ? [] : [SignInCookie(.citizen).cleared],
                Erased(cases: erasure.cases.count, finalOn: (erasure.at + .minutes(days * 24 * 60)).day))
        }
    }

    // MARK: Masked numbers

    private struct ShownField: Encodable {
        let value: String
    }

    private func showField(_ call: Route.Call) {
        guard let account = staff(call) else { return refuse(call, WireError(.signInRequired)) }
        guard let id = call.parameters["case"].flatMap(CaseID.init), let key = call.parameters["field"].flatMap(CaseFieldKey.init(rawValue:)) else {
            return refuse(call, WireError(.notFound))
        }
        guard takesWrites else { return refuse(call, storageUnavailable) }
        do throws(WireError) {
            let (value, record) = try broker.shownField(key, of: id, to: account.id, at: clock.now)
            journal.records.append(.broker(record))
            audit(.fieldRevealed, on: "case:\(id)", call: call, detail: key.rawValue)
            tell { $0.answer(call, ShownField(value: value)) }
            flush()
        } catch {
            refuse(call, error)
        }
    }

    // MARK: Retention

    func retainDaily(on loop: Loop) {
        let (store, vault, finished, periods, log) = (store, vault, finishedErasures, options.retention, log)
        _ = loop.schedule(after: .milliseconds(ServerLimits.retentionInterval.count)) { [weak self] in
            guard let self else { return }
            let now = clock.now
            offload(
                {
                    do {
                        let report = try store.retain(periods, in: vault, marking: finished, at: now)
                        guard !report.isEmpty else { return }
                        log.notice(
                            "what was kept for long enough is gone",
                            metadata: Dictionary(uniqueKeysWithValues: report.counts.map { ($0.key.rawValue, "\($0.value)") }))
                    } catch {
                        log.error("retention could not be carried out", metadata: ["cause": "\(error)"])
                    }
                }, then: {})
            retainDaily(on: loop)
        }
    }
}

// MARK: One's own copy

extension Engine {
    fileprivate func sendCopy(_ call: Route.Call) {
        guard let citizen = citizen(call) else { return refuse(call, WireError(.signInRequired)) }
        if let wait = copyTries.attempt(citizen.id.description, at: clock.now) { return refuse(call, WireError(.rateLimited, retryAfterMs: wait)) }
        audit(.copyTaken, on: "citizen:\(citizen.id)", call: call)
        tell { $0.makeCopy(of: citizen, call) }
        flush()
    }

    private func makeCopy(of citizen: CitizenRow, _ call: Route.Call) {
        let (store, vault, now, log) = (store, vault, clock.now, log)
        let target = options.incomingDirectory.appending(path: "\(UUID()).zip")
        offload({ () -> Data? in
            defer { try? FileManager.default.removeItem(at: target) }
            do {
                try store.ownCopy(of: citizen).write(bytes: { (file, caseID) throws(VaultError) in try vault.get(file, of: caseID) }, at: now, to: target)
                return try Data(contentsOf: target)
            } catch {
                log.error("a citizen's copy could not be made", metadata: ["cause": "\(error)"])
                return nil
            }
        }) { [self] zip in
            guard let zip else { return refuse(call, WireError(.internalError)) }
            call.exchange.respond(
                status: 200,
                headers: [
                    ("Content-Type", "application/zip"), ("Content-Disposition", "attachment; filename=\"my-data.zip\""),
                    ("Cache-Control", "private, no-store"),
                ], body: Array(zip))
        }
    }
}

import BrokerStore
import Foundation
import SignalingProtocol
import WebServer

/// One ZIP with everything of a case, signed; for administrators.
extension Engine {
    static let exportRoutes = [Route("GET", "/api/v1/admin/cases/{number}/export") { engine, call in engine.exportCase(call) }]

    private func exportCase(_ call: Route.Call) {
        guard let number = call.parameters["number"], number.utf8.count <= ServerLimits.caseNumberBytes else { return refuse(call, WireError(.notFound)) }
        let store = store
        answerFromStore(call, { () throws(StoreError) in try store.exportedCase(number: number) }) { [self] exported in
            guard let exported else { return refuse(call, WireError(.notFound)) }
            printNotices(exported.unprintedNotices[...]) { [self] in sendExport(of: number, call) }
        }
    }

    /// Has notices printed that nobody has asked for yet. What the printer cannot do now is left: the export then says that they are missing.
    private func printNotices(_ numbers: ArraySlice<String>, _ done: @escaping () -> Void) {
        guard let number = numbers.first else { return done() }
        noticePDF(number) { [self] result in
            switch result {
            case .success: printNotices(numbers.dropFirst(), done)
            // The next one would wait as long for nothing.
            case .failure: done()
            }
        }
    }

    private func sendExport(of number: String, _ call: Route.Call) {
        let (store, vault, options, now, log) = (store, vault, options, clock.now, log)
        let target = options.incomingDirectory.appending(path: "\(UUID()).zip")
        offload({ () -> Result<Data?, WireError> in
            defer { try? FileManager.default.removeItem(at: target) }
            do {
                // Read once more: what was printed meanwhile is in it.
                guard let exported = try store.exportedCase(number: number) else { return .success(nil) }
                let caseID = exported.record.id
                let key = try ExportSigningKey(in: options.dataDirectory.appending(path: "keys"))
                try CaseExporter(signingKey: key).write(
                    exported, bytes: { (file) throws(VaultError) in try vault.get(file, of: caseID) }, at: now, to: target)
                return .success(try Data(contentsOf: target))
            } catch {
                log.error("a case could not be exported", metadata: ["cause": "\(error)"])
                return .failure(WireError(.internalError))
            }
        }) { [self] result in
            switch result {
            case .success(let zip?):
                sendWhenAudited(
                    .caseExported, on: "case-number:\(number)", call,
                    headers: [
                        ("Content-Type", "application/zip"), ("Content-Disposition", "attachment; filename=\"\(number).zip\""),
                        ("Cache-Control", "private, no-store"),
                    ], body: Array(zip))
            case .success(nil): refuse(call, WireError(.notFound))
            case .failure(let error): refuse(call, error)
            }
        }
    }
}

import BrokerCore
import BrokerStore
import Logging
import SignalingProtocol
import WebServer

// The audit beside the acts: anchored outside of the database, and let go of when it was kept long enough.

extension Engine {
    /// At the start: what is stored is held against what was anchored, before anything is written behind it.
    func beginAudit() {
        let agrees: Bool
        do throws(StoreError) {
            agrees = try store.agreesWithAnchors()
        } catch {
            log.error("the audit's anchors cannot be read", metadata: ["code": "\(error.code)", "cause": "\(error)"])
            agrees = true
        }
        if !agrees {
            log.error("the audit is not the one that was anchored: its end was cut off, or an older copy brought back; see farwindow verify-audit")
            audit(.auditBroken, by: .system, on: "audit")
        }
        audit(.serverStarted, by: .system, on: "server")
    }

    func keepAudit(on loop: Loop) {
        anchorAudit()
        scheduleAnchors(on: loop)
        trimAudit()
        scheduleTrimming(on: loop)
    }

    /// At a stop: the last line, and where the chain ends.
    func closeAudit() {
        let entry = AuditEntry(at: clock.now, actor: .system, act: .serverStopped, object: "server")
        do throws(StoreError) {
            try store.commit([.audit(entry)])
            report(try store.anchorAudit(at: clock.now))
        } catch {
            log.error("the audit could not be closed", metadata: ["code": "\(error.code)", "cause": "\(error)"])
        }
    }

    private func scheduleAnchors(on loop: Loop) {
        _ = loop.schedule(after: ServerLimits.auditAnchorInterval) { [weak self] in
            guard let self else { return }
            anchorAudit()
            scheduleAnchors(on: loop)
        }
    }

    private func anchorAudit() {
        let (store, now) = (store, clock.now)
        offload({ Result { () throws(StoreError) in try store.anchorAudit(at: now) } }) { [self] result in
            switch result {
            case .success(let anchoring): report(anchoring)
            case .failure(let error): log.error("the audit could not be anchored", metadata: ["code": "\(error.code)", "cause": "\(error)"])
            }
        }
    }

    /// The log goes to other places than the data folder: `verify-audit --expect` takes what stands there.
    private func report(_ anchoring: BrokerStore.Anchoring) {
        switch anchoring {
        case .unchanged: break
        case .anchored(let anchor): log.notice("audit anchored", metadata: ["anchor": "\(anchor.text)"])
        }
    }

    private func scheduleTrimming(on loop: Loop) {
        _ = loop.schedule(after: ServerLimits.auditTrimInterval) { [weak self] in
            guard let self else { return }
            trimAudit()
            scheduleTrimming(on: loop)
        }
    }

    private func trimAudit() {
        let (store, now, log) = (store, clock.now, log)
        let limit = Instant(milliseconds: now.milliseconds - Milliseconds.minutes(Int64(options.auditRetentionDays) * 24 * 60).count)
        offload(
            {
                do throws(StoreError) {
                    var removed = 0
                    while true {
                        let count = try store.trimAudit(before: limit, at: now)
                        if count == 0 { break }
                        removed += count
                    }
                    if removed > 0 { log.notice("removed audit rows that were kept long enough", metadata: ["rows": "\(removed)"]) }
                } catch {
                    log.error("the audit could not be trimmed", metadata: ["code": "\(error.code)", "cause": "\(error)"])
                }
            }, then: {})
    }
}

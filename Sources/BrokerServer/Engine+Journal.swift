import BrokerCore
import BrokerStore
import Foundation
import SignalingProtocol

/// What waits for the disk.
struct Journal {
    /// Records of turns since the last batch was handed over.
    var records: [StoreRecord] = []
    /// On whose request the last of them were made; nil until one says so.
    var asker: AuditOrigin?
    /// What may be said once those records are on disk.
    var tellings: [(Engine) -> Void] = []
    /// The batch that is being committed, kept to be tried again.
    var batch: (records: [StoreRecord], tellings: [(Engine) -> Void])?
    /// True from a failed commit until one succeeds.
    var isStorageDown = false
}

extension Engine {
    /// Hands what has gathered to the writer, unless a batch is under way; without records there is nothing to wait for.
    func flush() {
        guard journal.batch == nil else { return }
        let records = journal.records
        let tellings = journal.tellings
        guard !records.isEmpty else {
            journal.tellings = []
            for tell in tellings { tell(self) }
            return
        }
        guard let runtime else { return }
        journal.records = []
        journal.asker = nil
        journal.tellings = []
        journal.batch = (records, tellings)
        commit(records, on: runtime)
    }

    private func commit(_ records: [StoreRecord], on runtime: Runtime) {
        let completion: (Result<Void, StoreError>) -> Void = { [weak self] result in self?.committed(result) }
        runtime.writer.commit(records, LoopBound(completion, on: runtime.loop))
    }

    private func committed(_ result: Result<Void, StoreError>) {
        switch result {
        case .success:
            let tellings = journal.batch?.tellings ?? []
            journal.batch = nil
            // Before any other turn: what that one has to tell comes after this.
            for tell in tellings { tell(self) }
            Failpoint.afterTelling.reached()
            if journal.isStorageDown { storageReturned() } else { flush() }
        case .failure(.unavailable(let cause)):
            if !journal.isStorageDown {
                log.error("the store takes no writes; commands are refused until it does", metadata: ["cause": "\(cause)"])
            }
            journal.isStorageDown = true
            clock.hold()
            retryCommit()
        case .failure(let error):
            // The broker and the store disagree. Nothing of the batch was told to anybody; a restart rebuilds the broker from what is stored.
            log.critical("the store refused a batch; stopping", metadata: ["code": "\(error.code)", "cause": "\(error)"])
            exit(70)
        }
    }

    private func storageReturned() {
        journal.isStorageDown = false
        clock.letGo()
        log.notice("the store takes writes again")
        turn(.tick)
    }

    /// Tries the same batch again: order is kept, and nobody was told of it yet.
    private func retryCommit() {
        guard let runtime, let batch = journal.batch else { return }
        _ = runtime.loop.schedule(after: ServerLimits.commitRetry) { [weak self] in self?.commit(batch.records, on: runtime) }
    }

    /// Whether something that must be stored can be taken on now.
    var takesWrites: Bool { !journal.isStorageDown && journal.records.count < ServerLimits.queuedRecords }

    var storageUnavailable: WireError { WireError(.storageUnavailable, retryAfterMs: ServerLimits.retryAfter) }
}

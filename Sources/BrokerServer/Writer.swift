import BrokerStore
import Dispatch
import WebServer

/// Commits batches one after another, off the loop thread.
///
/// While one batch is on its way to the disk, the loop gathers the next: that is the whole group commit.
struct Writer: Sendable {
    private let store: BrokerStore
    private let queue = DispatchQueue(label: "farwindow.writer", qos: .userInitiated)
    private let loop: LoopHandle

    init(store: BrokerStore, loop: LoopHandle) {
        self.store = store
        self.loop = loop
    }

    /// Commits a batch; `completion` runs on the loop thread.
    func commit(_ batch: [StoreRecord], _ completion: LoopBound<(Result<Void, StoreError>) -> Void>) {
        queue.async { [store, loop] in
            let result = Result { () throws(StoreError) in try store.commit(batch) }
            loop.submit { completion.value(on: $0)(result) }
        }
    }
}

import BrokerStore
import Dispatch
import WebServer

/// Work that would hold up the loop: hashing, encryption, reading from the database.
struct Worker: Sendable {
    private let queue = DispatchQueue(label: "farwindow.worker", qos: .userInitiated, attributes: .concurrent)
    /// As many at once as a small machine can do; scrypt alone takes 32 MiB each.
    private let places: DispatchSemaphore
    private let gate = DispatchQueue(label: "farwindow.worker.gate")
    private let loop: LoopHandle

    init(loop: LoopHandle, places: Int = 4) {
        self.loop = loop
        self.places = DispatchSemaphore(value: places)
    }

    /// Both run on behalf of whoever asks now.
    func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value, then completion: LoopBound<(Value) -> Void>) {
        let origin = AuditOrigin.current
        gate.async { [queue, places, loop] in
            places.wait()
            queue.async {
                let value = AuditOrigin.$current.withValue(origin) { work() }
                places.signal()
                loop.submit { loop in AuditOrigin.$current.withValue(origin) { completion.value(on: loop)(value) } }
            }
        }
    }
}

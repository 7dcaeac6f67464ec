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

    func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value, then completion: LoopBound<(Value) -> Void>) {
        gate.async { [queue, places, loop] in
            places.wait()
            queue.async {
                let value = work()
                places.signal()
                loop.submit { completion.value(on: $0)(value) }
            }
        }
    }
}

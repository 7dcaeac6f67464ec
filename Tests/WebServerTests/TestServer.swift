import Foundation
import Synchronization
import Testing

@testable import WebServer

/// A bound on how long a test may wait for something that should happen; reaching it is a failure.
let patience = Duration.seconds(10)

/// Values handed from the loop thread to the test.
final class Mailbox<Value: Sendable>: Sendable {
    private let values = Mutex<[Value]>([])
    private let arrived = DispatchSemaphore(value: 0)

    func put(_ value: Value) {
        values.withLock { $0.append(value) }
        arrived.signal()
    }

    func take(_ comment: Comment? = nil, location: SourceLocation = #_sourceLocation) throws -> Value {
        let (seconds, _) = patience.components
        try #require(arrived.wait(timeout: .now() + .seconds(Int(seconds))) == .success, comment, sourceLocation: location)
        return values.withLock { $0.removeFirst() }
    }

    var isEmpty: Bool { values.withLock { $0.isEmpty } }
}

/// The delegate of the tests: every reaction is a closure set before the server starts.
final class Reactions: ServerDelegate {
    var started: (Loop) -> Void = { _ in }
    var request: (Exchange) -> Void = { $0.respond(status: 200, body: Array("\($0.head.method) \($0.head.path)".utf8)) }
    var admission: (Exchange) -> Bool = { _ in true }
    var handshake: (RequestHead) -> HandshakeDecision = { _ in .accept }
    var opened: (Connection) -> Void = { _ in }
    var message: (Connection, UnsafeRawBufferPointer) -> Void = { $0.send($1) }
    var closed: (Connection, CloseReason) -> Void = { _, _ in }
    var stopping: (Loop) -> Void = { _ in }

    func forget() {
        (started, request, handshake, opened) = ({ _ in }, { _ in }, { _ in .accept }, { _ in })
        admission = { _ in true }
        (message, closed, stopping) = ({ _, _ in }, { _, _ in }, { _ in })
    }

    func serverStarted(_ loop: Loop) { started(loop) }
    func admits(_ exchange: Exchange) -> Bool { admission(exchange) }
    func handle(_ exchange: Exchange) { request(exchange) }
    func decideHandshake(_ head: RequestHead) -> HandshakeDecision { handshake(head) }
    func connectionOpened(_ connection: Connection) { opened(connection) }
    func connection(_ connection: Connection, received message: UnsafeRawBufferPointer) {
        self.message(connection, message)
    }
    func connectionClosed(_ connection: Connection, reason: CloseReason) { closed(connection, reason) }
    func serverStopping(_ loop: Loop) { stopping(loop) }
}

/// A server on a thread of its own.
final class TestServer: Sendable {
    let port: Int
    let handle: LoopHandle
    private let ended = Mailbox<String?>()

    convenience init(_ prepare: @escaping @Sendable (Reactions) -> Void = { _ in }) throws {
        try self.init(configure: { _ in }, prepare)
    }

    /// - Parameter prepare: sets the reactions; runs on the loop thread, so that they never cross threads.
    init(
        configure: (inout ServerConfiguration) -> Void, _ prepare: @escaping @Sendable (Reactions) -> Void = { _ in }
    ) throws {
        var configuration = ServerConfiguration(subprotocol: "test.v1", stopSignals: [])
        configuration.limits.stopGracePeriod = .milliseconds(200)
        configure(&configuration)
        let fixed = configuration
        let ready = Mailbox<(Int, LoopHandle)>()
        let failed = ended
        Thread.detachNewThread {
            let reactions = Reactions()
            prepare(reactions)
            let userStarted = reactions.started
            reactions.started = { loop in
                ready.put((loop.boundPort, loop.handle))
                userStarted(loop)
            }
            // The closures hold the loop, which holds the delegate.
            defer { reactions.forget() }
            do throws(ServerStartError) {
                try Loop.run(fixed, delegate: reactions)
                failed.put(nil)
            } catch {
                failed.put(error.code)
                ready.put((0, LoopHandle()))
            }
        }
        (port, handle) = try ready.take("the server did not start")
    }

    /// - Returns: the code of the error that ended the run, `nil` for an orderly end.
    @discardableResult
    func stop() throws -> String? {
        handle.stop()
        return try ended.take("the server did not stop")
    }

    func waitForEnd() throws -> String? {
        try ended.take("the server did not end")
    }
}

/// A folder that goes away with the test.
final class TemporaryFolder {
    let path: String

    init() throws {
        var template = Array((NSTemporaryDirectory() + "/webserver-XXXXXX").utf8CString)
        path = String(cString: try #require(mkdtemp(&template)))
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func write(_ name: String, _ text: String) throws {
        try write(name, Array(text.utf8))
    }

    func write(_ name: String, _ bytes: [UInt8]) throws {
        let url = URL(fileURLWithPath: path + "/" + name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
    }

    var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] }
}

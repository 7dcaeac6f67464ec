import BrokerCore
import BrokerStore
import Foundation
import Glibc
import Identity
import Logging
import SignalingProtocol
import Synchronization
import Testing
import WebServer

@testable import BrokerServer

/// A bound on how long a test may wait for something that should happen; reaching it is a failure.
private let patienceSeconds = 20

/// A folder that goes away with the test.
final class TemporaryFolder: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "farwindow-server-\(UUID())")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }
}

/// A hall with one case, and staff whose password is cheap to check. All people are fictitious.
enum Fixtures {
    static let now = Instant(milliseconds: 1_795_395_600_000)
    static let hall: HallID = code("445102")
    static let agent = account(1, "agent1", roles: [.agent])
    static let administrator = account(2, "admin1", roles: [.administrator])
    static let password = "correct-horse"

    static func code<Subject>(_ text: String) -> Code<Subject> {
        guard let code = Code<Subject>(text) else { preconditionFailure("\(text) is no code") }
        return code
    }

    private static func account(_ number: Int, _ name: String, roles: [StaffRole]) -> AccountRow {
        AccountRow(
            id: AgentID(UUID(uuidString: "00000000-0000-7000-8000-00000000000\(number)") ?? UUID()), account: name, name: "陈小燕", hall: hall,
            roles: roles.map(\.rawValue), skills: Skills(), passwordHash: passwordHash)
    }

    /// Of `password`, without salt and at the lowest cost.
    private static let passwordHash = "scrypt$2$1$1$$qH3AH4zb3z35NRrmypf2gkqEWoz3cf+K3qExUhU7Xqs="

    static let item = CatalogueItem(
        code: code("advice"), version: 1, name: "政策咨询", nameEnglish: "Advice", category: "咨询", applicants: [], kinds: [.consultation],
        materials: [], reasons: [], timeLimit: nil, fee: nil, legalBasis: [], crossRegion: nil, sources: [], verified: false, statusNote: nil)

    static func serviceCase(_ number: Int, code lookUpCode: String) -> Case {
        Case(
            id: CaseID(UUID()), number: "445102-261123-000\(number)", lookUpCode: lookUpCode, citizen: CitizenID(UUID()), citizenName: "王秀英",
            hall: hall, item: ItemReference(code: item.code, version: 1, name: item.name), openedAt: now)
    }

    static func fill(_ folder: TemporaryFolder) throws {
        let store = try BrokerStore(path: folder.url.appending(path: "farwindow.sqlite").path)
        try store.seed(
            Seed(
                halls: [Hall(id: hall, name: "湘桥区办税服务厅")], seats: [Seat(id: code("W01"), hall: hall, number: "01", since: now)],
                items: [(item, true)], accounts: [agent, administrator]))
        try store.commit([
            .broker(.serviceCase(serviceCase(1, code: "7K3M9QX1"))), .broker(.serviceCase(serviceCase(2, code: "00000002"))),
        ])
    }
}

/// The real engine on a thread of its own.
final class LiveServer: Sendable {
    let folder: TemporaryFolder
    let port: Int
    private let handle: LoopHandle
    private let ended: Mailbox<String?>

    /// - Parameters:
    ///   - folder: one of an earlier server, to start it again.
    ///   - change: what this server is told beside its folders.
    init(folder existing: TemporaryFolder? = nil, _ change: @escaping @Sendable (inout ServerOptions) -> Void = { _ in }) throws {
        let folder = try existing ?? TemporaryFolder()
        if existing == nil { try Fixtures.fill(folder) }
        self.folder = folder
        let web = folder.url.appending(path: "web")
        try FileManager.default.createDirectory(at: web, withIntermediateDirectories: true)
        let ready = Mailbox<(Int, LoopHandle)?>()
        let ended = Mailbox<String?>()
        self.ended = ended
        let data = folder.url
        Thread.detachNewThread {
            do {
                var options = ServerOptions(dataDirectory: data, webDirectory: web)
                // Tests ask faster than people do.
                options.rateLimits = RateLimits().times(1_000)
                options.secondFactor = .optional
                change(&options)
                let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
                var configuration = FarwindowServer.configuration(options, log: log)
                configuration.port = 0
                configuration.stopSignals = []
                let delegate = Announced(engine: try FarwindowServer.makeEngine(options, log: log)) { ready.put($0) }
                try Loop.run(configuration, delegate: delegate)
                ended.put(nil)
            } catch {
                ended.put("\(error)")
                ready.put(nil)
            }
        }
        (port, handle) = try #require(try ready.take(), "the server did not start")
    }

    func stop() throws {
        handle.stop()
        #expect(try ended.take() == nil)
    }
}

/// Passes everything on to the engine, and says where it listens.
private final class Announced: ServerDelegate {
    private let engine: Engine
    private let started: ((Int, LoopHandle)) -> Void

    init(engine: Engine, started: @escaping ((Int, LoopHandle)) -> Void) {
        self.engine = engine
        self.started = started
    }

    func serverStarted(_ loop: Loop) {
        engine.start(on: loop)
        started((loop.boundPort, loop.handle))
    }
    func admits(_ exchange: Exchange) -> Bool { engine.admits(exchange) }
    func handle(_ exchange: Exchange) { engine.handle(exchange) }
    func decideHandshake(_ head: RequestHead) -> HandshakeDecision { engine.decideHandshake(head) }
    func connectionOpened(_ connection: Connection) { engine.connectionOpened(connection) }
    func connection(_ connection: Connection, received message: UnsafeRawBufferPointer) { engine.connection(connection, received: message) }
    func connectionClosed(_ connection: Connection, reason: CloseReason) { engine.connectionClosed(connection, reason: reason) }
    func serverStopping(_ loop: Loop) { engine.serverStopping(loop) }
}

/// Values handed from one thread to another.
private final class Mailbox<Value: Sendable>: Sendable {
    private let values = Mutex<[Value]>([])
    private let arrived = DispatchSemaphore(value: 0)

    func put(_ value: Value) {
        values.withLock { $0.append(value) }
        arrived.signal()
    }

    func take() throws -> Value {
        try #require(arrived.wait(timeout: .now() + .seconds(patienceSeconds)) == .success)
        return values.withLock { $0.removeFirst() }
    }
}

// MARK: Asking it

struct Reply {
    let status: Int
    let fields: [String: String]
    let text: String
    /// The body as it came, for files.
    let body: Data

    /// Top-level strings and numbers of a JSON object.
    subscript(_ name: String) -> String? {
        let object = (try? JSONSerialization.jsonObject(with: Data(text.utf8))) as? [String: Any]
        return object?[name].map { "\($0)" }
    }

    /// The sign-in that `Set-Cookie` gives, as `Cookie` sends it back.
    var cookie: String { fields["set-cookie"]?.split(separator: ";").first.map(String.init) ?? "" }
}

extension LiveServer {
    var host: String { "127.0.0.1:\(port)" }

    /// One request on a line of its own. `origin` nil sends none.
    func ask(
        _ method: String, _ path: String, _ fields: [String] = [], json: String? = nil, type: String = "application/json", origin: String? = "own",
        untilHeadOnly: Bool = false
    ) throws -> Reply {
        var lines = ["\(method) \(path) HTTP/1.1", "Host: \(host)"] + fields
        if !untilHeadOnly { lines.append("Connection: close") }
        if let origin { lines.append("Origin: \(origin == "own" ? "http://\(host)" : origin)") }
        if let json { lines += ["Content-Type: \(type)", "Content-Length: \(json.utf8.count)"] }
        let bytes = try exchange((lines.joined(separator: "\r\n") + "\r\n\r\n" + (json ?? "")), untilHeadOnly: untilHeadOnly)
        let text = String(decoding: bytes, as: UTF8.self)
        let halves = text.components(separatedBy: "\r\n\r\n")
        let head = try #require(halves.first).components(separatedBy: "\r\n")
        let status = try #require(head.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) }, "\(text)")
        var all: [String: String] = [:]
        for line in head.dropFirst() {
            let pair = line.split(separator: ":", maxSplits: 1)
            if pair.count == 2 { all[pair[0].lowercased()] = pair[1].trimmingCharacters(in: .whitespaces) }
        }
        let body = Data(bytes).range(of: Data("\r\n\r\n".utf8)).map { Data(bytes[$0.upperBound...]) } ?? Data()
        return Reply(status: status, fields: all, text: halves.dropFirst().joined(separator: "\r\n\r\n"), body: body)
    }

    private func exchange(_ request: String, untilHeadOnly: Bool) throws -> [UInt8] {
        let descriptor = try connected()
        defer { close(descriptor) }
        let bytes = Array(request.utf8)
        try #require(Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count)
        var received: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            try #require(poll(&poller, 1, Int32(patienceSeconds) * 1_000) == 1, "nothing came from the server")
            let count = recv(descriptor, &chunk, chunk.count, 0)
            if count <= 0 { return received }
            received += chunk.prefix(count)
            if untilHeadOnly, String(decoding: received, as: UTF8.self).contains("\r\n\r\n") { return received }
        }
    }

    func connected() throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        try #require(connected == 0)
        return descriptor
    }
}

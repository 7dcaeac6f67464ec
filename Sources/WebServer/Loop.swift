import CLibwebsockets
import Glibc

/// The thread that owns the library's context, all sockets and all timers.
///
/// Not `Sendable`: it and everything reached through it belong to the thread that called ``run(_:delegate:)``.
public final class Loop {
    /// What other threads use.
    public let handle = LoopHandle()
    /// The TCP port in use; it differs from ``ServerConfiguration/port`` when that is 0.
    public private(set) var boundPort = 0

    let delegate: ServerDelegate
    let limits: Limits
    private let responseHeaders: [(name: String, value: String)]
    private let secureHeaders: [(name: String, value: String)]
    let additionalRequestHeaders: [String]
    let trustedProxies: TrustedProxies
    let acceptsBinaryMessages: Bool
    let handshakeRules: HandshakeRules
    let scratch = ScratchBuffer(capacity: 65_536)
    let watcher: ReadinessWatcher
    /// The socket whose callback is running; only its return value can close it.
    var socketInService: Socket?

    private let configuration: ServerConfiguration
    private let staticFiles: StaticFiles
    private var context: OpaquePointer?
    private var startLog: [String]? = []

    private var connections: [UInt64: Connection] = [:]
    private var exchanges: [UInt64: Exchange] = [:]
    private var connectionCounts: ConnectionCounts
    private var nextSerial: UInt64 = 1
    /// Retains given to libwebsockets and not taken back; zero after a run.
    private(set) var adoptedSockets = 0

    private var timers = TimerHeap()
    private let nativeTimer: UnsafeMutablePointer<clws_timer>
    private var armedDeadline: Int64?

    private enum Phase {
        case running
        /// Saying goodbye; destroyed as soon as everybody has left, or the grace period is over.
        case stopping
        case destroying
    }
    private var phase = Phase.running
    private var isDestructionBegun = false

    private var date: (second: time_t, field: String) = (0, "")

    private init(
        _ configuration: ServerConfiguration, delegate: ServerDelegate, staticFiles: StaticFiles, watcher: ReadinessWatcher
    ) {
        self.configuration = configuration
        self.delegate = delegate
        self.watcher = watcher
        limits = configuration.limits
        responseHeaders = configuration.responseHeaders
        secureHeaders = configuration.responseHeaders + configuration.secureResponseHeaders
        trustedProxies = configuration.trustedProxies
        acceptsBinaryMessages = configuration.acceptsBinaryMessages
        let possible = Self.connectionsLeft()
        // However few the system allows, nobody gets them all.
        connectionCounts = ConnectionCounts(
            most: min(configuration.limits.maximumConnections, possible),
            mostPerNetwork: min(configuration.limits.maximumConnectionsPerNetwork, max(1, possible / 2)))
        additionalRequestHeaders = configuration.additionalRequestHeaders
        handshakeRules = HandshakeRules(
            path: configuration.webSocketPath, subprotocol: configuration.subprotocol, isSubprotocolRequired: configuration.isSubprotocolRequired)
        self.staticFiles = staticFiles
        nativeTimer = .allocate(capacity: 1)
        nativeTimer.initialize(to: clws_timer())
        nativeTimer.pointee.owner = Unmanaged.passUnretained(self).toOpaque()
    }

    deinit {
        nativeTimer.deallocate()
    }

    // MARK: Time

    /// Microseconds of the monotonic clock, as libwebsockets' timers count.
    var now: Int64 { Int64(lws_now_usecs()) }

    /// The `Date` field of answers in this second.
    var dateField: String {
        let second = time(nil)
        if second != date.second { date = (second, httpDate(second)) }
        return date.field
    }

    /// Calls `action` on the loop thread after at least `delay`, with a resolution of about a millisecond.
    public func schedule(after delay: Duration, _ action: @escaping () -> Void) -> TimerID {
        let (deadline, overflow) = now.addingReportingOverflow(max(0, delay.microseconds))
        let id = timers.schedule(at: overflow ? .max : deadline, action)
        armTimer()
        return id
    }

    /// Does nothing when the action has run or was cancelled before.
    public func cancel(_ timer: TimerID) {
        timers.cancel(timer)
    }

    private func armTimer() {
        guard let deadline = timers.nextDeadline, deadline != armedDeadline, phase != .destroying else { return }
        armedDeadline = deadline
        // Zero would cancel; a year bounds deadlines that mean "never".
        let delay = min(max(1, deadline - now), 31_536_000_000_000)
        lws_sul_schedule(context, 0, &nativeTimer.pointee.element, timerCallback, delay)
    }

    func timerFired() {
        armedDeadline = nil
        // Only what is due at this moment, so that actions which reschedule themselves at once cannot starve sockets.
        let due = now
        while let action = timers.popDue(now: due) { action() }
        armTimer()
    }

    // MARK: Running

    /// Binds, serves until ``stop()``, and returns when everything is closed.
    ///
    /// Blocks the calling thread, which becomes the loop thread. SIGTERM and SIGINT end it in an orderly way, see
    /// ``ServerConfiguration/stopSignals``.
    public static func run(_ configuration: ServerConfiguration, delegate: ServerDelegate) throws(ServerStartError) {
        try StartCheck.check(configuration)
        let staticFiles = try StaticFiles(configuration.staticMounts)
        guard let watcher = ReadinessWatcher() else {
            throw .cannotListen(host: configuration.host, port: configuration.port, details: describe(errno: errno))
        }
        let loop = Loop(configuration, delegate: delegate, staticFiles: staticFiles, watcher: watcher)
        LibraryLog.shared.attach(loop)
        defer { LibraryLog.shared.detach() }
        try loop.serve()
    }

    private func serve() throws(ServerStartError) {
        let native = NativeConfiguration(configuration, user: Unmanaged.passUnretained(self).toOpaque())
        var info = native.info
        let created = DescriptorFence.creating { lws_create_context(&info) }
        guard let context = created else {
            close(watcher.descriptor)
            throw StartCheck.diagnose(configuration, log: startLog)
        }
        self.context = context
        handle.attach(context)
        if adoptWatcher(context) {
            startLog = nil
            log(.info, "listening on \(configuration.host) port \(boundPort)")
            delegate.serverStarted(self)
            lws_service(context, 0)
        }
        // After a destruction from inside the loop this is the second half, which frees the context.
        beginDestroying()
        lws_context_destroy(context)
        DescriptorFence.endDestroying()
        self.context = nil
        timers.removeAll()
        withExtendedLifetime(native) {}
        if let startLog { throw StartCheck.diagnose(configuration, log: startLog) }
    }

    private func adoptWatcher(_ context: OpaquePointer) -> Bool {
        guard let vhost = lws_get_vhost_by_name(context, "default") else { return false }
        boundPort = Int(lws_get_vhost_listen_port(vhost))
        var descriptor = lws_sock_file_fd_type()
        descriptor.filefd = watcher.descriptor
        return lws_adopt_descriptor_vhost(
            vhost, LWS_ADOPT_RAW_FILE_DESC, descriptor, configuration.subprotocol, nil) != nil
    }

    func log(_ level: LogLevel, _ line: String) {
        startLog?.append(line)
        configuration.log(level, line)
    }

    // MARK: Stopping

    var isStopping: Bool { phase != .running }

    /// Closes every WebSocket with 1001, lets answers in progress finish, and then ends the loop, at the latest after
    /// ``Limits/stopGracePeriod``. A second call does nothing.
    public func stop() {
        guard phase == .running else { return }
        phase = .stopping
        delegate.serverStopping(self)
        for connection in connections.values {
            connection.close(code: 1001, text: "server stopping", as: .serverStopping)
        }
        _ = schedule(after: limits.stopGracePeriod) { [weak self] in self?.destroySoon() }
        destroyIfDeserted()
    }

    private func destroyIfDeserted() {
        if phase == .stopping, connections.isEmpty, exchanges.isEmpty { destroySoon() }
    }

    /// The context may be destroyed only from the callback of a socket event; this asks for one.
    private func destroySoon() {
        guard phase == .stopping else { return }
        phase = .destroying
        lws_cancel_service(context)
    }

    func signalled(_ signal: Int32) {
        guard configuration.stopSignals.contains(signal) else { return }
        log(.info, "signal \(signal): stopping")
        handle.stop()
    }

    /// Another thread, or `destroySoon()`, has woken the loop.
    func wokenUp() {
        for work in handle.takeWork() { work(self) }
        guard phase == .destroying, let context else { return }
        beginDestroying()
        lws_context_destroy(context)
    }

    /// Once per run, by whichever half of the destruction comes first.
    private func beginDestroying() {
        guard !isDestructionBegun else { return }
        isDestructionBegun = true
        phase = .destroying
        for work in handle.detach() { work(self) }
        lws_sul_cancel(&nativeTimer.pointee.element)
        DescriptorFence.beginDestroying()
    }

    // MARK: Sockets

    /// How many connections the process may have, less what it needs itself: files, the database, other programs' pipes.
    private static func connectionsLeft() -> Int {
        let reserved = 256
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return .max }
        return max(reserved, Int(clamping: limit.rlim_cur) - reserved)
    }

    /// Whether somebody who has just connected is listened to.
    func takesConnection(_ descriptor: Int32) -> Bool {
        guard !isStopping else { return false }
        return connectionCounts.hasRoom(for: countedNetwork(peerAddress(of: descriptor)))
    }

    private func countedNetwork(_ address: String) -> String? {
        trustedProxies.trusts(address) ? nil : NetworkAddress(address)?.network
    }

    func commonHeaders(overTLS isSecure: Bool) -> [(name: String, value: String)] { isSecure ? secureHeaders : responseHeaders }

    /// The socket of a library handle, created and retained on behalf of the library when it connects.
    func socket(for handle: OpaquePointer) -> Socket {
        if let socket = existingSocket(for: handle) { return socket }
        let socket = Socket(loop: self, handle: handle, network: countedNetwork(RequestHead.readRemoteAddress(of: handle)))
        connectionCounts.add(socket.network)
        lws_set_opaque_user_data(handle, Unmanaged.passRetained(socket).toOpaque())
        adoptedSockets += 1
        return socket
    }

    func existingSocket(for handle: OpaquePointer) -> Socket? {
        guard let opaque = lws_get_opaque_user_data(handle) else { return nil }
        return Unmanaged<Socket>.fromOpaque(opaque).takeUnretainedValue()
    }

    /// The connection is gone: tells whoever used it, and takes back the library's retain.
    func retireSocket(_ handle: OpaquePointer) {
        guard let opaque = lws_get_opaque_user_data(handle) else { return }
        let socket = Unmanaged<Socket>.fromOpaque(opaque).takeUnretainedValue()
        let role = socket.role
        socket.role = .idle
        switch role {
        case .idle, .upgrading: break
        case .exchange(let exchange):
            exchanges[exchange.serial] = nil
            exchange.disconnected()
        case .connection(let connection):
            connections[connection.id] = nil
            if let reason = connection.closed() { delegate.connectionClosed(connection, reason: reason) }
        }
        lws_set_opaque_user_data(handle, nil)
        Unmanaged<Socket>.fromOpaque(opaque).release()
        adoptedSockets -= 1
        connectionCounts.remove(socket.network)
        destroyIfDeserted()
    }

    private func takeSerial() -> UInt64 {
        defer { nextSerial += 1 }
        return nextSerial
    }

    // MARK: Requests

    /// A client that connects and says nothing.
    func connectionAccepted(_ handle: OpaquePointer) {
        _ = socket(for: handle)
        lws_set_timeout(
            handle, PENDING_TIMEOUT_ESTABLISH_WITH_SERVER, Int32(clamping: limits.requestHeaderTimeout.wholeSeconds))
    }

    func requestArrived(on socket: Socket) {
        lws_set_timeout(socket.handle, NO_PENDING_TIMEOUT, 0)
        guard let head = RequestHead(reading: socket.handle, additionalNames: additionalRequestHeaders, trustedProxies: trustedProxies) else {
            return socket.close()
        }
        let exchange = Exchange(serial: takeSerial(), head: head, socket: socket, loop: self)
        socket.role = .exchange(exchange)
        exchanges[exchange.serial] = exchange
        socket.setReading(false)
        route(exchange)
        exchange.settle()
    }

    private func route(_ exchange: Exchange) {
        let head = exchange.head
        // RFC 9112 sections 3.2 and 6.3: without a host, or with a length that is none, the request means nothing.
        if exchange.bodyLength == .invalid || (head.isHTTP11 && head.header("host") == nil) {
            exchange.closesAfterResponse = true
            return exchange.respondWithText(status: 400)
        }
        guard delegate.admits(exchange) else { return }
        if head.path == configuration.webSocketPath {
            return exchange.respondWithText(status: 426, headers: [("Upgrade", "websocket")])
        }
        if isDynamic(head.path) || !staticFiles.serve(exchange) { delegate.handle(exchange) }
    }

    private func isDynamic(_ path: String) -> Bool {
        configuration.dynamicPrefixes.contains { prefix in
            if prefix.hasSuffix("/") { return path.hasPrefix(prefix) }
            return path == prefix || path.hasPrefix(prefix + "/")
        }
    }

    func exchangeEnded(_ exchange: Exchange) {
        exchanges[exchange.serial] = nil
        if case .exchange = exchange.socket.role { exchange.socket.role = .idle }
        destroyIfDeserted()
    }

    func socketsBecameReady() {
        for (serial, events) in watcher.collect() { exchanges[serial]?.watched(events) }
    }

    // MARK: Connections

    func connectionEstablished(on socket: Socket) {
        guard case .upgrading(let head) = socket.role else { return socket.close() }
        let connection = Connection(id: takeSerial(), head: head, socket: socket, loop: self)
        socket.role = .connection(connection)
        connections[connection.id] = connection
        delegate.connectionOpened(connection)
        if isStopping { connection.close(code: 1001, text: "server stopping", as: .serverStopping) }
    }
}

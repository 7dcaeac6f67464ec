import Glibc

/// Where the server listens, what it serves, and every bound it keeps.
public struct ServerConfiguration: Sendable {
    /// Numeric address to bind: `"127.0.0.1"`, `"0.0.0.0"`, `"::1"`, `"::"` (both families). Names are refused.
    public var host: String
    /// TCP port; 0 lets the kernel choose one, see ``Loop/boundPort``.
    public var port: Int
    /// Certificate and key, or `nil` for plain HTTP behind a proxy.
    public var tls: TLSFiles?
    /// The one path on which a WebSocket handshake is accepted.
    public var webSocketPath: String
    /// The one subprotocol (RFC 6455 section 1.9). A handshake that does not name it is refused with 400.
    public var subprotocol: String
    /// Directories served as they are; the longest matching ``StaticMount/urlPath`` wins.
    public var staticMounts: [StaticMount]
    /// Paths that belong to the delegate before any mount is looked at. An entry that ends in `/` covers what is
    /// below it; any other covers exactly that path and what is below it.
    public var dynamicPrefixes: [String]
    /// Fields put on every answer: static, dynamic and error (content security policy, HSTS, …).
    public var responseHeaders: [(name: String, value: String)]
    /// Fields put on answers to requests that came over TLS, to this server or to a trusted proxy (HSTS: RFC 6797, 7.2 forbids it elsewhere).
    public var secureResponseHeaders: [(name: String, value: String)]
    /// Whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.
    public var trustedProxies: TrustedProxies
    /// Whether binary messages are delivered; otherwise one closes the connection with 1003.
    public var acceptsBinaryMessages = false
    /// False takes a handshake that names no subprotocol at all as one that named ours.
    public var isSubprotocolRequired = true
    /// Request fields, in lower case, to read besides those of ``RequestHead/wellKnownHeaderNames``.
    public var additionalRequestHeaders: [String]
    /// Signals that stop the loop as ``Loop/stop()`` does. libwebsockets' libuv loop takes over SIGINT and SIGTERM in
    /// any case; one that is not listed here is then ignored.
    public var stopSignals: Set<Int32>
    public var limits: Limits
    /// Called on the loop thread, and on the calling thread while the server starts. Never receives queries or cookies.
    public var log: @Sendable (LogLevel, String) -> Void

    public init(
        host: String = "127.0.0.1",
        port: Int = 0,
        tls: TLSFiles? = nil,
        webSocketPath: String = "/ws",
        subprotocol: String,
        staticMounts: [StaticMount] = [],
        dynamicPrefixes: [String] = ["/api/", "/calendars/", "/healthz", "/readyz", "/metrics"],
        responseHeaders: [(name: String, value: String)] = [],
        secureResponseHeaders: [(name: String, value: String)] = [],
        trustedProxies: TrustedProxies = TrustedProxies(),
        additionalRequestHeaders: [String] = [],
        stopSignals: Set<Int32> = [SIGINT, SIGTERM],
        limits: Limits = Limits(),
        log: @escaping @Sendable (LogLevel, String) -> Void = { _, _ in }
    ) {
        self.host = host
        self.port = port
        self.tls = tls
        self.webSocketPath = webSocketPath
        self.subprotocol = subprotocol
        self.staticMounts = staticMounts
        self.dynamicPrefixes = dynamicPrefixes
        self.responseHeaders = responseHeaders
        self.secureResponseHeaders = secureResponseHeaders
        self.trustedProxies = trustedProxies
        self.additionalRequestHeaders = additionalRequestHeaders
        self.stopSignals = stopSignals
        self.limits = limits
        self.log = log
    }
}

/// PEM files for TLS 1.2 and later, with forward secrecy and authenticated encryption only. ALPN offers `http/1.1` only.
public struct TLSFiles: Sendable {
    /// The server's certificate followed by its intermediates.
    public var certificatePath: String
    public var privateKeyPath: String

    public init(certificatePath: String, privateKeyPath: String) {
        self.certificatePath = certificatePath
        self.privateKeyPath = privateKeyPath
    }
}

/// A directory of files under a path of the server.
public struct StaticMount: Sendable {
    /// `"/"` or a path such as `"/vendor/chart"`.
    public var urlPath: String
    /// Nothing outside this directory is ever served, not even through a symbolic link inside it.
    public var directory: String
    /// The `Cache-Control` field (RFC 9111 section 5.2) of every answer from here.
    public var cacheControl: String

    public init(urlPath: String, directory: String, cacheControl: String = "no-cache") {
        self.urlPath = urlPath
        self.directory = directory
        self.cacheControl = cacheControl
    }
}

/// The bounds of one server. Durations that libwebsockets itself keeps have a resolution of one second.
public struct Limits: Sendable {
    /// Most connections at once; further ones are closed unheard. At most what the process may open, see ``Loop``.
    public var maximumConnections = 20_000
    /// Most of them from one place, see ``NetworkAddress/network``; a trusted proxy is no place.
    public var maximumConnectionsPerNetwork = 2_000
    /// Longest text message accepted, bytes after reassembly. A longer one closes the connection with 1009.
    public var maximumMessageBytes = 65_536
    /// Most bytes that may wait in one connection's queue. Above it the connection is cut with 1013.
    public var maximumQueuedBytes = 1_048_576
    /// Most bytes of request line and header fields; a longer head is dropped without an answer.
    public var maximumHeaderBytes = 16_384
    /// How often a WebSocket peer is asked for a sign of life.
    public var pingInterval: Duration = .seconds(10)
    /// A WebSocket peer that has been silent this long is taken for dead.
    public var pongTimeout: Duration = .seconds(25)
    /// Time for a client to send its complete request head, counted from the connection or the first byte.
    public var requestHeaderTimeout: Duration = .seconds(10)
    /// Longest pause between two pieces of a request's body.
    public var requestBodyIdleTimeout: Duration = .seconds(30)
    /// Longest time without progress while an answer is written to a slow reader.
    public var responseIdleTimeout: Duration = .seconds(30)
    /// How long an idle HTTP connection is kept for the next request.
    public var keepAliveTimeout: Duration = .seconds(15)
    /// How long a peer may take to answer a close frame; then the connection is cut.
    public var closeTimeout: Duration = .seconds(5)
    /// How long open connections may take to say goodbye when the server stops.
    public var stopGracePeriod: Duration = .seconds(1)

    public init() {}
}

/// Severity of a line given to ``ServerConfiguration/log``.
public enum LogLevel: String, Sendable {
    case error, warning, info
}

/// Why ``Loop/run(_:delegate:)`` could not start.
public enum ServerStartError: Error, Sendable, CustomStringConvertible {
    /// The libuv plugin of libwebsockets, loaded while starting, is not installed.
    case eventLoopPluginMissing(package: String, path: String)
    /// ``ServerConfiguration/host`` is not a numeric address, or the port is out of range.
    case invalidAddress(host: String, port: Int)
    /// A certificate or key cannot be read.
    case tlsFileUnreadable(path: String, errno: Int32)
    /// A static mount's directory does not exist.
    case mountUnreadable(path: String, errno: Int32)
    /// The socket could not be bound or the TLS material was not accepted; `details` is the library's own words.
    case cannotListen(host: String, port: Int, details: String)

    /// Stable, for logs and exit codes.
    public var code: String {
        switch self {
        case .eventLoopPluginMissing: "event_loop_plugin_missing"
        case .invalidAddress: "invalid_address"
        case .tlsFileUnreadable: "tls_file_unreadable"
        case .mountUnreadable: "mount_unreadable"
        case .cannotListen: "cannot_listen"
        }
    }

    public var description: String {
        switch self {
        case .eventLoopPluginMissing(let package, let path):
            "the event loop plugin \(path) is missing; install the package \(package)"
        case .invalidAddress(let host, let port):
            "\(host) port \(port) is not a numeric address and a port between 0 and 65535"
        case .tlsFileUnreadable(let path, let errno):
            "cannot read \(path): \(describe(errno: errno))"
        case .mountUnreadable(let path, let errno):
            "cannot serve the directory \(path): \(describe(errno: errno))"
        case .cannotListen(let host, let port, let details):
            "cannot listen on \(host) port \(port): \(details)"
        }
    }
}

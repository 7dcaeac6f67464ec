import CLibwebsockets
import Glibc

/// One TCP connection of a client, through all of its requests and perhaps an upgrade.
///
/// libwebsockets holds one retain of it as the connection's opaque data; ``Loop`` gives it and takes it back
/// (`adoptSocket`, `retireSocket`), each exactly once.
final class Socket {
    enum Role {
        /// Between two requests.
        case idle
        case exchange(Exchange)
        /// A handshake that was accepted and has not been answered with 101 yet.
        case upgrading(RequestHead)
        case connection(Connection)
    }

    unowned let loop: Loop
    let handle: OpaquePointer
    var role = Role.idle
    /// What it is counted by among the connections; nil for a trusted proxy's.
    let network: String?
    /// The callback in which the socket is being served must tell libwebsockets to close it.
    private(set) var mustClose = false
    private var isReading = true

    init(loop: Loop, handle: OpaquePointer, network: String?) {
        self.loop = loop
        self.handle = handle
        self.network = network
    }

    var descriptor: Int32 { lws_get_socket_fd(handle) }
    var isTLS: Bool { lws_is_ssl(handle) != 0 }

    /// Whether a write now would have to wait, because the kernel or libwebsockets still holds earlier bytes.
    var isChoked: Bool { lws_send_pipe_choked(handle) != 0 }

    /// Whether libwebsockets keeps the rest of a write the kernel did not take.
    var hasPartialWrite: Bool { lws_partial_buffered(handle) != 0 }

    /// Switches reading. While it is off, libwebsockets serves this socket neither readable nor writable.
    func setReading(_ enabled: Bool) {
        guard enabled != isReading else { return }
        isReading = enabled
        lws_rx_flow_control(handle, enabled ? 1 : 0)
    }

    /// Closes as soon as libwebsockets allows: at the end of the socket's own callback, or at the next turn of the loop.
    func close() {
        end(.orderly)
    }

    /// As `close()`, but without any goodbye, and what the peer has not read is thrown away.
    func abort() {
        resetOnClose()
        end(.violent)
    }

    /// Makes the kernel drop unread output when the descriptor is closed; else megabytes would stay, on behalf of
    /// nobody, for as long as the peer pleases.
    func resetOnClose() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    private func end(_ expiry: Expiry) {
        guard !mustClose else { return }
        mustClose = true
        // Reading switched off would also hold back what still has to be flushed.
        setReading(true)
        if loop.socketInService !== self { expire(expiry) }
    }

    /// Begins the WebSocket closing handshake, with the reason given to `lws_close_reason()`, at the next turn of the
    /// loop.
    ///
    /// Not by the return value of a callback: from the receiving one, libwebsockets would throw away the rest of its
    /// read and lose its place in the peer's frames, and from the writing one, its Debian build closes twice on
    /// libuv, which cuts the connection before the close frame is out.
    func beginClosingHandshake() {
        expire(.orderly)
    }

    private enum Expiry {
        case orderly, violent
    }

    /// Lets the connection time out at the next turn of the loop. Of all timeouts only the one of an idle kept
    /// connection ends it in an orderly way: with close frame, flush, or TLS goodbye.
    private func expire(_ expiry: Expiry) {
        let reason =
            switch expiry {
            case .orderly: PENDING_TIMEOUT_HTTP_KEEPALIVE_IDLE
            case .violent: PENDING_TIMEOUT_USER_OK
            }
        lws_set_timeout(handle, reason, LWS_TO_KILL_ASYNC)
    }

    /// - Returns: false when the socket is dead.
    func write(_ bytes: UnsafeMutablePointer<UInt8>, count: Int, as kind: lws_write_protocol) -> Bool {
        lws_write(handle, bytes, count, kind) >= 0
    }
}

func describe(errno code: Int32) -> String {
    guard let text = strerror(code) else { return "error \(code)" }
    return String(cString: text)
}

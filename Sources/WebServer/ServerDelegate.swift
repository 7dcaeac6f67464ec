/// What a server does with requests and messages.
///
/// Every call comes on the loop thread; none may block it for long.
public protocol ServerDelegate: AnyObject {
    /// The socket is bound; ``Loop/boundPort`` is known. Keep ``Loop/handle`` for other threads.
    func serverStarted(_ loop: Loop)
    /// Asked of every request before anything is done for it, files included. To say no, answer it and return false.
    func admits(_ exchange: Exchange) -> Bool
    /// A request's head is complete; its body has not been read. Answer now or later with
    /// ``Exchange/respond(status:headers:body:)``.
    func handle(_ exchange: Exchange)
    /// A well-formed handshake on the right path with the right subprotocol. The place to check `Origin` and cookies.
    func decideHandshake(_ head: RequestHead) -> HandshakeDecision
    func connectionOpened(_ connection: Connection)
    /// One complete text message, reassembled and valid UTF-8. The bytes are valid only during the call.
    func connection(_ connection: Connection, received message: UnsafeRawBufferPointer)
    /// Exactly once for every ``connectionOpened(_:)``.
    func connectionClosed(_ connection: Connection, reason: CloseReason)
    /// ``Loop/stop()`` has begun; connections are still there and are about to be closed with 1001.
    func serverStopping(_ loop: Loop)
}

public enum HandshakeDecision: Sendable {
    case accept
    /// Answered with this HTTP status instead of 101, for example 403 for a foreign origin.
    case refuse(status: Int, retryAfterSeconds: Int? = nil)
}

/// Why a WebSocket connection ended.
public enum CloseReason: Sendable, Equatable {
    /// The peer sent a close frame. `code` is `nil` when the frame was empty (RFC 6455 section 7.1.5).
    case peer(code: UInt16?, reason: String)
    /// ``Connection/close(code:reason:)`` was called.
    case closedLocally(code: UInt16)
    /// The network connection ended without a close frame, or the peer broke the protocol.
    case connectionLost
    /// Nothing was heard for ``Limits/pongTimeout``.
    case pongTimeout
    /// The peer read too slowly for ``Limits/maximumQueuedBytes``.
    case queueOverflow
    /// A message exceeded ``Limits/maximumMessageBytes``; closed with 1009.
    case messageTooLarge
    /// A binary frame arrived; closed with 1003.
    case binaryMessage
    /// The server stopped; closed with 1001.
    case serverStopping

    /// Stable, for logs and counters.
    public var code: String {
        switch self {
        case .peer: "peer"
        case .closedLocally: "closed_locally"
        case .connectionLost: "connection_lost"
        case .pongTimeout: "pong_timeout"
        case .queueOverflow: "queue_overflow"
        case .messageTooLarge: "message_too_large"
        case .binaryMessage: "binary_message"
        case .serverStopping: "server_stopping"
        }
    }
}

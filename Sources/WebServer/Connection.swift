import CLibwebsockets

/// One WebSocket connection. Loop thread only.
public final class Connection {
    /// Unique within a run of the loop.
    public let id: UInt64
    /// The request that opened the connection.
    public let head: RequestHead
    /// For the delegate's own state of this connection.
    public var userData: AnyObject?

    private enum State {
        case open
        /// Close was asked for here; what is queued goes out first.
        case closing(code: UInt16, text: String)
        /// A close frame is under way or has arrived; nothing more may be written.
        case ending
        case closed
    }

    private unowned let loop: Loop
    private unowned let socket: Socket
    private var state = State.open
    private var closeReason: CloseReason?

    /// Frames that had to wait, oldest at `queueHead`.
    private var queue: [Frame] = []
    private var queueHead = 0
    /// Payload bytes waiting for the peer to read, at most ``Limits/maximumQueuedBytes``.
    public private(set) var queuedBytes = 0
    private var isReceiving = false
    /// Whether the message that is being delivered is binary; see ``ServerConfiguration/acceptsBinaryMessages``.
    public private(set) var isReceivingBinary = false

    /// Fragments of a message that is not complete yet.
    private var assembly: [UInt8] = []

    private var lastHeard: Int64
    private var keepAliveTimer: TimerID?

    init(id: UInt64, head: RequestHead, socket: Socket, loop: Loop) {
        self.id = id
        self.head = head
        self.socket = socket
        self.loop = loop
        lastHeard = loop.now
        scheduleKeepAlive()
    }

    /// False from the moment either side has begun to close.
    public var isOpen: Bool {
        switch state {
        case .open: true
        case .closing, .ending, .closed: false
        }
    }

    // MARK: Sending

    /// Sends a text message; ignored when the connection is not open.
    ///
    /// Written at once when nothing waits and the socket takes it, otherwise queued. A queue above
    /// ``Limits/maximumQueuedBytes`` cuts the connection.
    ///
    /// - Parameter bytes: valid UTF-8 (RFC 6455 section 5.6).
    public func send(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { send($0) }
    }

    /// Sends a text message; the bytes are copied or written before this returns.
    public func send(_ bytes: UnsafeRawBufferPointer) {
        send(CollectionOfOne(bytes), count: bytes.count)
    }

    /// Sends a binary message; the bytes are copied or written before this returns.
    public func send(binary bytes: UnsafeRawBufferPointer) {
        send(CollectionOfOne(bytes), count: bytes.count, as: LWS_WRITE_BINARY)
    }

    /// Sends the pieces, one after the other, as one text message without joining them in an array first.
    public func send(pieces: UnsafeRawBufferPointer...) {
        send(pieces, count: pieces.reduce(0) { $0 + $1.count })
    }

    /// Sends an envelope around a payload that is passed on as it is.
    public func send(prefix: StaticString, payload: UnsafeRawBufferPointer, suffix: StaticString) {
        send(
            pieces: UnsafeRawBufferPointer(start: prefix.utf8Start, count: prefix.utf8CodeUnitCount), payload,
            UnsafeRawBufferPointer(start: suffix.utf8Start, count: suffix.utf8CodeUnitCount))
    }

    private func send(_ pieces: some Sequence<UnsafeRawBufferPointer>, count: Int, as kind: lws_write_protocol = LWS_WRITE_TEXT) {
        guard isOpen else { return }
        // What a peer is told from within its own message waits for the next turn of the loop: a pong that libwebsockets owes it goes first.
        if queuedBytes == 0, !isReceiving, count <= loop.scratch.capacity, !socket.isChoked {
            copyPieces(pieces, to: loop.scratch.payload)
            if !socket.write(loop.scratch.payload, count: count, as: kind) { cut(.connectionLost) }
            return
        }
        guard queuedBytes + count <= loop.limits.maximumQueuedBytes else { return overflow() }
        queue.append(Frame(pieces, count: count, kind: kind))
        // An empty message occupies the queue too, or the next one would overtake it.
        queuedBytes += max(1, count)
        lws_callback_on_writable(socket.handle)
    }

    private func overflow() {
        discardQueue()
        closeReason = .queueOverflow
        state = .ending
        // Behind half a message no close frame can follow. Otherwise the peer may still learn why.
        guard !socket.hasPartialWrite else { return abort() }
        setLibraryCloseReason(code: 1013, text: "queue overflow")
        socket.resetOnClose()
        socket.beginClosingHandshake()
    }

    private func discardQueue() {
        queue = []
        queueHead = 0
        queuedBytes = 0
    }

    // MARK: Closing

    /// Sends what is queued and then a close frame; further calls and messages from the peer are ignored.
    ///
    /// - Parameters:
    ///   - code: RFC 6455 section 7.4, for example 1000, or 4000–4999 for the application.
    ///   - reason: at most 123 bytes of UTF-8; the rest is cut off.
    public func close(code: UInt16, reason: String) {
        close(code: code, text: reason, as: .closedLocally(code: code))
    }

    func close(code: UInt16, text: String, as reason: CloseReason) {
        guard isOpen else { return }
        closeReason = reason
        state = .closing(code: code, text: text)
        assembly = []
        // A peer that does not read would keep the close frame waiting for ever.
        _ = loop.schedule(after: loop.limits.closeTimeout) { [weak self] in self?.abort() }
        if queuedBytes == 0 { sendCloseFrame() } else { lws_callback_on_writable(socket.handle) }
    }

    private func sendCloseFrame() {
        guard case .closing(let code, let text) = state else { return }
        state = .ending
        setLibraryCloseReason(code: code, text: text)
        socket.beginClosingHandshake()
    }

    /// Gives up on the connection without a close frame.
    private func cut(_ reason: CloseReason) {
        closeReason = closeReason ?? reason
        state = .ending
        discardQueue()
        abort()
    }

    private func abort() {
        switch state {
        case .open, .closing, .ending: socket.abort()
        case .closed: break
        }
    }

    private func setLibraryCloseReason(code: UInt16, text: String) {
        var bytes = Array(text.utf8.prefix(123))
        // Cutting may have split a character, and the reason has to be UTF-8.
        while String(validating: bytes, as: UTF8.self) == nil { bytes.removeLast() }
        lws_close_reason(socket.handle, lws_close_status(rawValue: UInt32(code)), &bytes, bytes.count)
    }

    // MARK: Events from the socket

    /// - Returns: false when the socket is to be closed now.
    func writable() -> Bool {
        guard flush() else { return false }
        guard queuedBytes == 0 else {
            lws_callback_on_writable(socket.handle)
            return true
        }
        sendCloseFrame()
        return true
    }

    /// Writes what the socket takes without waiting.
    private func flush() -> Bool {
        while queueHead < queue.count, !socket.isChoked {
            let frame = queue[queueHead]
            queueHead += 1
            queuedBytes -= max(1, frame.count)
            guard socket.write(frame.payload, count: frame.count, as: frame.kind) else { return false }
        }
        if queueHead == queue.count {
            queue.removeAll(keepingCapacity: queueHead <= 16)
            queueHead = 0
        } else if queueHead > 64, queueHead > queue.count / 2 {
            queue.removeFirst(queueHead)
            queueHead = 0
        }
        return true
    }

    func received(_ bytes: UnsafeRawBufferPointer) {
        lastHeard = loop.now
        guard isOpen else { return }
        isReceivingBinary = lws_frame_is_binary(socket.handle) != 0
        if isReceivingBinary, !loop.acceptsBinaryMessages {
            return close(code: 1003, text: "text messages only", as: .binaryMessage)
        }
        // The announced rest counts at once: a huge frame is refused on its first bytes, not when it has arrived.
        let room = loop.limits.maximumMessageBytes - assembly.count
        let announced = lws_remaining_packet_payload(socket.handle)
        guard bytes.count <= room, announced <= room - bytes.count else {
            return close(code: 1009, text: "message too large", as: .messageTooLarge)
        }
        let isComplete = lws_is_final_fragment(socket.handle) != 0 && announced == 0
        if isComplete, assembly.isEmpty {
            deliver(bytes)
        } else {
            assembly.append(contentsOf: bytes)
            if isComplete { deliverAssembly() }
        }
    }

    private func deliverAssembly() {
        let message = assembly
        assembly = []
        message.withUnsafeBytes { deliver($0) }
    }

    private func deliver(_ message: UnsafeRawBufferPointer) {
        isReceiving = true
        defer { isReceiving = false }
        loop.delegate.connection(self, received: message)
    }

    func receivedPong() {
        lastHeard = loop.now
    }

    func peerIsClosing(_ payload: UnsafeRawBufferPointer) {
        discardQueue()
        // When both sides close at once, the first to have decided gives the reason.
        if closeReason == nil {
            let code = payload.count >= 2 ? UInt16(payload[0]) << 8 | UInt16(payload[1]) : nil
            closeReason = .peer(code: code, reason: String(decoding: payload.dropFirst(2), as: UTF8.self))
        }
        state = .ending
    }

    /// - Returns: the reason, the first time.
    func closed() -> CloseReason? {
        if case .closed = state { return nil }
        state = .closed
        discardQueue()
        if let keepAliveTimer { loop.cancel(keepAliveTimer) }
        return closeReason ?? (loop.isStopping ? .serverStopping : .connectionLost)
    }

    // MARK: Signs of life

    private func scheduleKeepAlive() {
        let limits = loop.limits
        // Whatever comes first, the next ping or the end of patience, so that a death is seen on time.
        let untilDead = lastHeard + limits.pongTimeout.microseconds - loop.now
        let delay = max(1, min(limits.pingInterval.microseconds, untilDead))
        keepAliveTimer = loop.schedule(after: .microseconds(delay)) { [weak self] in self?.keepAlive() }
    }

    private func keepAlive() {
        keepAliveTimer = nil
        guard isOpen else { return }
        if loop.now - lastHeard >= loop.limits.pongTimeout.microseconds { return cut(.pongTimeout) }
        // A choked socket has unread bytes of ours under way: a ping behind them would tell nothing new.
        if queuedBytes == 0, !socket.isChoked {
            // Not empty, because libwebsockets 4.1 keeps an empty pong to itself.
            loop.scratch.payload.update(repeating: UInt8(ascii: "p"), count: 4)
            guard socket.write(loop.scratch.payload, count: 4, as: LWS_WRITE_PING) else { return cut(.connectionLost) }
        }
        scheduleKeepAlive()
    }
}

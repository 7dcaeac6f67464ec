import CLibwebsockets
import Glibc

/// Bytes on their way out: a head with its content, and perhaps a file behind them.
struct OutgoingResponse {
    var bytes: [UInt8]
    var position = 0
    var file: OpenFile?
}

extension Exchange {
    /// Answers the request; a second answer, or one to a client that has left, is ignored.
    ///
    /// `Date`, `Content-Length` and ``ServerConfiguration/responseHeaders`` are added, but for those that the answer has itself (spelled the
    /// same). To a HEAD request only the head is sent. A body that has not been read is thrown away or the connection closed, whichever is shorter.
    ///
    /// - Parameters:
    ///   - headers: a field with control characters in it is left out.
    ///   - body: left out where RFC 9110 forbids content (1xx, 204, 304).
    public func respond(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        begin(status: status, headers: headers, contentLength: body.count) { bytes in bytes += body }
    }

    /// Answers with a file, read in pieces as the client takes them.
    func respond(status: Int, headers: [(name: String, value: String)], file: OpenFile) {
        begin(status: status, headers: headers, contentLength: file.byteCount, file: file) { _ in }
    }

    private func begin(
        status: Int, headers: [(name: String, value: String)], contentLength: Int, file: OpenFile? = nil,
        appendContent: (inout [UInt8]) -> Void
    ) {
        guard case .pending = response else { return }
        giveUpUnreadBody()
        var responseHead = ResponseHead(status: status, date: loop.dateField)
        for (name, value) in loop.commonHeaders(overTLS: head.isSecure) where !headers.contains(where: { $0.name == name }) { responseHead.add(name, value) }
        for (name, value) in headers { responseHead.add(name, value) }
        if !statusForbidsContent(status) { responseHead.add("Content-Length", String(contentLength)) }
        if closesAfterResponse { responseHead.add("Connection", "close") }
        responseHead.finish()

        var outgoing = OutgoingResponse(bytes: responseHead.bytes)
        if head.method != "HEAD", !statusForbidsContent(status) {
            appendContent(&outgoing.bytes)
            outgoing.file = file
        }
        response = .writing(outgoing)
        continueWriting()
    }

    /// A body that will not be read is either short enough to throw away or ends the connection.
    private func giveUpUnreadBody() {
        let worthDiscarding = 262_144
        if (remainingBytes ?? .max) > worthDiscarding { closesAfterResponse = true }
        abandonBody()
    }

    func continueWriting() {
        guard case .writing(var outgoing) = response else { return }
        while !socket.isChoked {
            let count = nextPiece(of: &outgoing)
            guard count > 0 else { return finish() }
            guard count != .max, socket.write(loop.scratch.payload, count: count, as: LWS_WRITE_HTTP) else {
                response = .writing(outgoing)
                socket.abort()
                return disconnected()
            }
        }
        response = .writing(outgoing)
        waitForSocket()
    }

    /// Copies the next bytes into the loop's scratch buffer: 0 at the end, `.max` when the file cannot be read.
    private func nextPiece(of outgoing: inout OutgoingResponse) -> Int {
        // Small enough for a socket that calls itself writable to take it whole: a partial write would make
        // libwebsockets wait for the socket on its own, which needs reading switched on.
        let pieceBytes = 8_192
        let scratch = loop.scratch.payload
        let count = min(pieceBytes, outgoing.bytes.count - outgoing.position)
        if count > 0 {
            outgoing.bytes.withUnsafeBufferPointer { bytes in
                guard let base = bytes.baseAddress else { return }
                scratch.update(from: base + outgoing.position, count: count)
            }
            outgoing.position += count
            return count
        }
        guard let file = outgoing.file else { return 0 }
        return file.read(into: UnsafeMutableRawBufferPointer(start: scratch, count: pieceBytes)) ?? .max
    }

    private func waitForSocket() {
        let isPartial = socket.hasPartialWrite
        socket.setReading(isPartial)
        watch(for: isPartial ? [.writable, .hangUp, .readable] : [.writable, .hangUp])
        if let responseTimer { loop.cancel(responseTimer) }
        responseTimer = loop.schedule(after: loop.limits.responseIdleTimeout) { [weak self] in
            guard let self else { return }
            socket.abort()
            disconnected()
        }
    }

    /// The answer is written.
    private func finish() {
        unwatch()
        cancelTimers()
        guard closesAfterResponse else { return completeTransaction() }
        // Closing with unread input makes TCP reset the connection, and the client may lose the answer.
        guard libraryReadsBody else { return end() }
        response = .lingering
        linger()
    }

    /// Whether more of a body is to come and libwebsockets is in the state to read it. In any other, readable input
    /// would spin the loop.
    private var libraryReadsBody: Bool {
        if let remainingBytes { return remainingBytes > 0 }
        return head.method == "POST" || head.method == "PUT" || head.method == "PATCH"
    }

    private func linger() {
        let patience = Duration.seconds(2)
        socket.setReading(true)
        // The client sees the end of the answer at once; TLS needs its own goodbye, so there the client has to know by
        // the length.
        if !socket.isTLS { shutdown(socket.descriptor, Int32(SHUT_WR)) }
        responseTimer = loop.schedule(after: patience) { [weak self] in self?.endLingering() }
    }

    func endLingering() {
        guard case .lingering = response else { return }
        cancelTimers()
        end()
    }

    private func end() {
        response = .finished
        loop.exchangeEnded(self)
        socket.close()
    }

    /// Gives the connection back to libwebsockets for the next request.
    private func completeTransaction() {
        response = .finished
        loop.exchangeEnded(self)
        socket.setReading(true)
        if lws_http_transaction_completed(socket.handle) != 0 { socket.close() }
    }
}

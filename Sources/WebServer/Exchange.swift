import CLibwebsockets
import Glibc

/// One HTTP request in flight. Loop thread only; may be answered later, from a submitted closure or a timer.
///
/// Two halves run side by side: the body coming in (this file) and the answer going out (`Exchange+Response.swift`).
/// When both are done, `finish` gives the connection back for the next request or closes it.
public final class Exchange {
    public let head: RequestHead

    enum Body {
        /// Nobody has asked for it yet. `early` came in the same packet as the head.
        case unclaimed(early: [UInt8])
        case reading(BodySink)
        /// Read, given up, or of no interest any more.
        case settled
    }

    enum Response {
        case pending
        case writing(OutgoingResponse)
        /// Written; the rest of an unwanted body is being thrown away so that the client gets to read the answer.
        case lingering
        case finished
    }

    let serial: UInt64
    unowned let loop: Loop
    unowned let socket: Socket
    let bodyLength: BodyLength

    private(set) var body: Body
    /// Bytes of the body that have not arrived; `nil` when the client never said.
    private(set) var remainingBytes: Int?
    private var lastProgress: Int64
    private var bodyTimer: TimerID?

    var response = Response.pending
    var closesAfterResponse: Bool
    var responseTimer: TimerID?
    private var isWatched = false

    init(serial: UInt64, head: RequestHead, socket: Socket, loop: Loop) {
        self.serial = serial
        self.head = head
        self.socket = socket
        self.loop = loop
        bodyLength = BodyLength(head)
        switch bodyLength {
        case .known(let count): remainingBytes = count
        case .unknown, .invalid: remainingBytes = nil
        }
        body = .unclaimed(early: [])
        lastProgress = loop.now
        let keepsAlive =
            head.isHTTP11
            ? !head.header("connection", contains: "close")
            : head.header("connection", contains: "keep-alive")
        closesAfterResponse = !keepsAlive || remainingBytes == nil
    }

    /// False when the client has gone away or the answer is complete.
    public var isOpen: Bool {
        switch response {
        case .pending, .writing: true
        case .lingering, .finished: false
        }
    }

    /// The connection ends with the answer: for who has shown that another request would be no better.
    public func closeAfterResponse() { closesAfterResponse = true }

    // MARK: Reading the body

    /// Collects the whole body in memory.
    ///
    /// On failure the completion may answer by itself; otherwise the server answers with the status named in
    /// ``BodyError`` and closes the connection.
    ///
    /// - Parameters:
    ///   - limit: most bytes accepted; a longer `Content-Length` fails before anything is read.
    ///   - completion: called exactly once, possibly before this returns.
    public func readBody(limit: Int, _ completion: @escaping (Result<[UInt8], BodyError>) -> Void) {
        start(.memory(MemorySink(completion)), limit: limit)
    }

    /// Writes the body to a new file as it arrives, with constant memory.
    ///
    /// The file must not exist; it gets mode 0600. It is removed on every failure, also when the client disconnects.
    /// For the rest see ``readBody(limit:_:)``.
    public func streamBody(
        toFile path: String, limit: Int, _ completion: @escaping (Result<ReceivedFile, BodyError>) -> Void
    ) {
        // Checked before the file exists, so that a refused upload leaves no trace.
        if let error = refusal(limit: limit) {
            completion(.failure(error))
            return answerFailure(error)
        }
        do throws(BodyError) {
            start(.file(try FileSink(path: path, completion)), limit: limit)
        } catch {
            completion(.failure(error))
            answerFailure(error)
        }
    }

    /// Passes the body on in pieces as they arrive, so that memory does not grow with it and what came before a lost connection is not lost.
    ///
    /// For the rest see ``readBody(limit:_:)``.
    ///
    /// - Parameters:
    ///   - take: gets each piece in order; its bytes are valid only during the call. An error that it returns ends the reading.
    ///   - completion: called exactly once, with the number of bytes.
    public func readBody(
        limit: Int, inPieces take: @escaping (UnsafeRawBufferPointer) -> BodyError?, _ completion: @escaping (Result<Int, BodyError>) -> Void
    ) {
        start(.pieces(PieceSink(take: take, completion)), limit: limit)
    }

    private func refusal(limit: Int) -> BodyError? {
        guard case .unclaimed = body, isOpen else { return .disconnected }
        guard let remainingBytes, case .known(let length) = bodyLength, remainingBytes >= 0 else { return .lengthRequired }
        return length > limit ? .tooLarge(limit: limit) : nil
    }

    private func start(_ sink: BodySink, limit: Int) {
        if let error = refusal(limit: limit) {
            sink.fail(error)
            return answerFailure(error)
        }
        guard case .unclaimed(let early) = body else { return }
        body = .reading(sink)
        if !early.isEmpty {
            if let error = early.withUnsafeBytes({ sink.append($0) }) { return failBody(error) }
        }
        guard remainingBytes != 0 else { return finishBody() }
        if head.isHTTP11, early.isEmpty, head.header("expect", contains: "100-continue") { sendContinue() }
        unwatch()
        lastProgress = loop.now
        scheduleBodyTimer()
        socket.setReading(true)
    }

    /// RFC 9110 section 10.1.1; libwebsockets leaves it to us.
    private func sendContinue() {
        let line = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)
        loop.scratch.payload.update(from: line, count: line.count)
        _ = socket.write(loop.scratch.payload, count: line.count, as: LWS_WRITE_HTTP)
    }

    private func finishBody() {
        guard case .reading(let sink) = body else { return }
        cancelBodyTimer()
        socket.setReading(false)
        if let error = sink.finish() { return failBody(error) }
        body = .settled
    }

    private func failBody(_ error: BodyError) {
        guard case .reading(let sink) = body else { return }
        cancelBodyTimer()
        body = .settled
        sink.fail(error)
        answerFailure(error)
    }

    /// The answer of last resort, when the completion has not given one.
    private func answerFailure(_ error: BodyError) {
        guard case .pending = response, error != .disconnected else { return }
        closesAfterResponse = true
        respond(status: error.defaultStatus)
    }

    // MARK: Events from the socket

    func received(_ bytes: UnsafeRawBufferPointer) {
        lastProgress = loop.now
        if let remaining = remainingBytes { remainingBytes = max(0, remaining - bytes.count) }
        switch body {
        case .unclaimed(let early):
            // At most one read's worth: reading was switched off before the delegate saw the request.
            body = .unclaimed(early: early + bytes)
        case .reading(let sink):
            if let error = sink.append(bytes) { failBody(error) }
        case .settled:
            break
        }
    }

    /// libwebsockets has seen the last byte of the body.
    func bodyCompleted() {
        switch response {
        case .pending, .writing: finishBody()
        case .lingering: endLingering()
        case .finished: break
        }
    }

    /// The connection is gone.
    func disconnected() {
        unwatch()
        cancelTimers()
        response = .finished
        if case .reading(let sink) = body {
            body = .settled
            sink.fail(.disconnected)
        }
    }

    /// Called at the end of every callback: while neither side is moving, the hang-up has to be watched for.
    func settle() {
        guard case .pending = response else { return }
        if case .reading = body { return }
        socket.setReading(false)
        if !isWatched { watch(for: [.hangUp]) }
    }

    func watch(for events: ReadinessWatcher.Events) {
        isWatched = true
        loop.watcher.watch(socket.descriptor, serial: serial, for: events)
    }

    func unwatch() {
        guard isWatched else { return }
        isWatched = false
        loop.watcher.unwatch(socket.descriptor)
    }

    /// What ``watch(for:)`` asked for has happened.
    func watched(_ events: ReadinessWatcher.Events) {
        guard isWatched else { return }
        let isGone = !events.isDisjoint(with: [.hangUp, .failure])
        // Readable is watched only while libwebsockets has to flush a partial write; with unread input it would spin.
        if isGone || events.contains(.readable) {
            socket.abort()
            disconnected()
        } else {
            continueWriting()
        }
    }

    // MARK: Time

    private func scheduleBodyTimer() {
        let idle = loop.limits.requestBodyIdleTimeout.microseconds
        let delay = max(1, lastProgress + idle - loop.now)
        bodyTimer = loop.schedule(after: .microseconds(delay)) { [weak self] in self?.bodyTimerFired() }
    }

    private func bodyTimerFired() {
        bodyTimer = nil
        guard case .reading = body else { return }
        // One timer for the whole body, put off by what has arrived meanwhile.
        if loop.now - lastProgress < loop.limits.requestBodyIdleTimeout.microseconds { return scheduleBodyTimer() }
        failBody(.timedOut)
    }

    private func cancelBodyTimer() {
        if let bodyTimer { loop.cancel(bodyTimer) }
        bodyTimer = nil
    }

    func cancelTimers() {
        cancelBodyTimer()
        if let responseTimer { loop.cancel(responseTimer) }
        responseTimer = nil
    }

    func abandonBody() {
        if case .unclaimed = body { body = .settled }
    }
}

import OrderedCollections
import SignalingProtocol

/// The client session of one endpoint: what it was told, what it has acknowledged, what it asked.
struct Client: Sendable {
    var person: Person
    var locale: Locale
    var connection: ConnectionID?
    /// True from the moment a page said hello until its connection is gone.
    var isPresent = false
    var resumeToken: String
    var lastHeartbeatAck: Instant?
    /// When the client session is forgotten, while no page is there.
    var deadline: Instant?

    private(set) var lastSeq = 0
    private var unacknowledged: [ServerFrame] = []
    private var answers: OrderedDictionary<Int, ServerMessage> = [:]

    init(person: Person, locale: Locale, resumeToken: String) {
        self.person = person
        self.locale = locale
        self.resumeToken = resumeToken
    }

    /// Numbers a push and keeps it until it is acknowledged.
    mutating func number(_ message: ServerMessage) -> ServerFrame {
        lastSeq += 1
        let frame = ServerFrame(seq: lastSeq, message: message)
        unacknowledged.append(frame)
        // Many at once: taking one from the front moves all the others.
        if unacknowledged.count >= 2 * Limits.replayMessages { unacknowledged.removeFirst(unacknowledged.count - Limits.replayMessages) }
        return frame
    }

    mutating func acknowledge(_ seq: Int) {
        unacknowledged.removeAll { ($0.seq ?? 0) <= seq }
    }

    /// - Returns: the pushes after `seq` in order, or nil when some of them are no longer kept.
    func pushes(after seq: Int) -> [ServerFrame]? {
        guard seq <= lastSeq, lastSeq - seq <= Limits.replayMessages else { return nil }
        let missed = unacknowledged.filter { ($0.seq ?? 0) > seq }
        return missed.count == lastSeq - seq ? missed : nil
    }

    /// A page that starts from a snapshot knows nothing of earlier numbers and requests.
    mutating func restart(resumeToken: String) {
        self.resumeToken = resumeToken
        lastSeq = 0
        unacknowledged = []
        answers = [:]
    }

    func answer(to request: Int) -> ServerMessage? { answers[request] }

    mutating func remember(_ answer: ServerMessage, to request: Int) {
        answers[request] = answer
        // Many at once, for the same reason.
        if answers.count >= 2 * Limits.rememberedAnswers { answers.removeFirst(Limits.rememberedAnswers) }
    }

    func isFresh(at now: Instant, within tolerance: Milliseconds) -> Bool {
        guard isPresent, connection != nil, let lastHeartbeatAck else { return false }
        return now - lastHeartbeatAck <= tolerance
    }
}

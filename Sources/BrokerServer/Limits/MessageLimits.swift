import SignalingProtocol

/// What a message costs, roughly.
enum MessageClass: Hashable, Sendable, CaseIterable {
    case command
    /// Taking tickets, which others wait behind, and greeting, which reads a whole state.
    case ticket
    case chat
    /// WebRTC's words, which come in handfuls.
    case relay
    /// What needs no answer.
    case signal

    init(_ kind: MessageKind) {
        switch kind.rule.travel {
        case .relay: self = .relay
        case .signal: self = .signal
        case .command, .answer, .push, .ephemeral: self = kind == .chatSend ? .chat : kind == .ticketTake || kind == .hello ? .ticket : .command
        }
    }
}

/// What is left of the allowances for messages, of a connection or of a person. A plain value; time is an argument.
struct MessageBuckets: Sendable {
    private var buckets: [MessageClass: TokenBucket] = [:]

    /// - Returns: nil when the message may go on, else how long to wait.
    mutating func take(_ kind: MessageClass, of limits: RateLimits, at now: Instant) -> Milliseconds? {
        guard let allowance = limits.messages[kind] else { return nil }
        return buckets[kind, default: TokenBucket(full: allowance, at: now)].take(of: allowance, at: now)
    }
}

/// What a connection may still send.
struct ConnectionAllowance: Sendable {
    private var buckets = MessageBuckets()
    private var patience: TokenBucket?

    mutating func take(_ kind: MessageClass, of limits: RateLimits, at now: Instant) -> Milliseconds? { buckets.take(kind, of: limits, at: now) }

    /// Counts a refusal.
    /// - Returns: nil while the connection may go on, else after how long such a one may come back.
    mutating func refused(under limits: RateLimits, at now: Instant) -> Milliseconds? {
        var left = patience ?? TokenBucket(full: limits.patience, at: now)
        defer { patience = left }
        return left.take(of: limits.patience, at: now)
    }
}

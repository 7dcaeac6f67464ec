import SignalingProtocol

/// How much of something anybody may do: so much at once, and so much a second for ever.
public struct Allowance: Sendable, Hashable {
    public var burst: Double
    public var perSecond: Double

    public init(burst: Double, perSecond: Double) {
        self.burst = burst
        self.perSecond = perSecond
    }

    func times(_ factor: Double) -> Allowance { Allowance(burst: burst * factor, perSecond: perSecond * factor) }
}

/// What is left of an allowance. A plain value; time is an argument.
struct TokenBucket: Sendable, Hashable {
    private(set) var tokens: Double
    private var filledAt: Instant

    init(full allowance: Allowance, at now: Instant) {
        tokens = allowance.burst
        filledAt = now
    }

    /// Takes one token.
    /// - Returns: nil when there was one, else how long until there is; then nothing was taken.
    mutating func take(of allowance: Allowance, at now: Instant) -> Milliseconds? {
        // A clock that was set back fills nothing, and counts on from there.
        let elapsed = max(0, (now - filledAt).count)
        tokens = min(allowance.burst, tokens + Double(elapsed) / 1_000 * allowance.perSecond)
        filledAt = now
        // A token that lacks no more than what adding up fractions loses is there.
        let rounding = 1e-6
        guard tokens < 1 - rounding else {
            tokens = max(0, tokens - 1)
            return nil
        }
        guard allowance.perSecond > 0 else { return .minutes(60) }
        let wait = ((1 - rounding - tokens) / allowance.perSecond * 1_000).rounded(.up)
        return Milliseconds(Int64(min(max(1, wait), 3_600_000)))
    }
}

/// Values by key, of which only the latest used are kept: at most twice ``generationSize``.
///
/// Strangers choose the keys, so they may not fill memory. Whoever is forgotten begins with a full bucket, as after a pause; to be forgotten takes as many
/// other addresses or accounts as a generation holds.
struct RecentlyUsed<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private let generationSize: Int
    private var newer: [Key: Value] = [:]
    private var older: [Key: Value] = [:]

    init(generationSize: Int = 20_000) { self.generationSize = max(1, generationSize) }

    var count: Int { newer.count + older.count }

    /// Lets `change` work on the key's value, or on a first one.
    mutating func update<Result>(_ key: Key, first: () -> Value, _ change: (inout Value) -> Result) -> Result {
        if newer[key] == nil {
            if newer.count >= generationSize {
                older = newer
                newer = [:]
            }
            newer[key] = older.removeValue(forKey: key)
        }
        return change(&newer[key, default: first()])
    }
}

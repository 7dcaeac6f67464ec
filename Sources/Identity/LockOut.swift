import SignalingProtocol

/// Growing delays after wrong tries at a sign-in, so that guessing is hopeless and nobody is kept out for long.
///
/// A plain value; time is an argument. A try counts as wrong when it begins, so that many at once gain nothing; one that was right is taken back.
public struct LockOut: Sendable {
    /// How many tries are free and how the delay grows.
    public struct Rule: Sendable {
        /// Wrong ones before the first delay.
        public let freeTries: Int
        /// Doubled with each wrong try after that.
        public let firstDelay: Milliseconds
        public let longestDelay: Milliseconds
        /// After this long without a try everything is forgotten.
        public let memory: Milliseconds

        public init(freeTries: Int, firstDelay: Milliseconds, longestDelay: Milliseconds, memory: Milliseconds) {
            self.freeTries = freeTries
            self.firstDelay = firstDelay
            self.longestDelay = longestDelay
            self.memory = memory
        }

        /// The delay after so many wrong tries; nil while they are free.
        func delay(after wrong: Int) -> Milliseconds? {
            guard wrong >= freeTries else { return nil }
            // More doublings than this are past every longest delay.
            let doublings = min(wrong - freeTries, 30)
            return min(Milliseconds(firstDelay.count << Int64(doublings)), longestDelay)
        }
    }

    private struct Tries: Sendable {
        var wrong: Int
        var lastAt: Instant
        var until: Instant?
    }

    private let rule: Rule
    private var byKey: [String: Tries] = [:]
    /// More keys than this at once is an attack; the oldest are forgotten.
    private static let mostKeys = 10_000

    public init(_ rule: Rule) { self.rule = rule }

    /// Counts a try.
    /// - Returns: nil when it may go on, else how long to wait. A try that has to wait changes nothing.
    public mutating func attempt(_ key: String, at now: Instant) -> Milliseconds? {
        if let until = lockedUntil(key, at: now) { return until - now }
        if byKey.count >= Self.mostKeys { forgetOld(at: now) }
        var tries = byKey[key] ?? Tries(wrong: 0, lastAt: now)
        if now - tries.lastAt >= rule.memory { tries.wrong = 0 }
        tries.wrong += 1
        tries.lastAt = now
        tries.until = rule.delay(after: tries.wrong).map { now + $0 }
        byKey[key] = tries
        return nil
    }

    /// Takes one try back: it was right, or came to nothing without being wrong.
    public mutating func forgive(_ key: String) {
        guard var tries = byKey[key] else { return }
        tries.wrong -= 1
        if tries.wrong < rule.freeTries { tries.until = nil }
        byKey[key] = tries.wrong > 0 ? tries : nil
    }

    /// Somebody signed in wholly, or was unlocked.
    public mutating func clear(_ key: String) { byKey[key] = nil }

    public mutating func clear(where isMeant: (String) -> Bool) { byKey = byKey.filter { !isMeant($0.key) } }

    /// - Returns: nil when the next try may come at once.
    public func lockedUntil(_ key: String, at now: Instant) -> Instant? {
        guard let until = byKey[key]?.until, until > now else { return nil }
        return until
    }

    private mutating func forgetOld(at now: Instant) {
        byKey = byKey.filter { now - $0.value.lastAt < rule.memory }
        guard byKey.count >= Self.mostKeys else { return }
        // Half at once, so that the sorting is paid for by as many tries.
        let newest = byKey.sorted { $0.value.lastAt > $1.value.lastAt }.prefix(Self.mostKeys / 2)
        byKey = Dictionary(uniqueKeysWithValues: newest.map { ($0.key, $0.value) })
    }
}

import SignalingProtocol

/// Counts tries by a key within a window of time, so that guessing is hopeless and a mistyped password is not.
///
/// A plain value; time is an argument.
public struct AttemptLimiter: Sendable {
    private struct Window: Sendable {
        var start: Instant
        var count: Int
    }

    private let limit: Int
    private let window: Milliseconds
    private var windows: [String: Window] = [:]
    /// More keys than this at once is an attack; the oldest are forgotten.
    private static let mostKeys = 10_000

    /// - Parameter limit: tries allowed in one window.
    public init(limit: Int, window: Milliseconds) {
        self.limit = limit
        self.window = window
    }

    /// Counts a try.
    /// - Returns: nil when it may go on, else how long to wait.
    public mutating func attempt(_ key: String, at now: Instant) -> Milliseconds? {
        if windows.count >= Self.mostKeys { dropEnded(at: now) }
        var current = windows[key] ?? Window(start: now, count: 0)
        if now - current.start >= window { current = Window(start: now, count: 0) }
        if current.count >= limit { return (current.start + window) - now }
        current.count += 1
        windows[key] = current
        return nil
    }

    /// A success ends the count, so that an honest person starts anew.
    public mutating func clear(_ key: String) { windows[key] = nil }

    private mutating func dropEnded(at now: Instant) {
        windows = windows.filter { now - $0.value.start < window }
        guard windows.count >= Self.mostKeys else { return }
        // Half at once, so that the sorting is paid for by as many tries.
        let newest = windows.sorted { $0.value.start > $1.value.start }.prefix(Self.mostKeys / 2)
        windows = Dictionary(uniqueKeysWithValues: newest.map { ($0.key, $0.value) })
    }
}

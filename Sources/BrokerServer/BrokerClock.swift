import SignalingProtocol

/// The broker's time: wall time at the start, and from then on the monotonic clock.
///
/// An operator or NTP that steps the wall clock moves nobody's deadline and no one's place; the next start takes the new wall time, but never one before
/// the newest row of the store.
struct BrokerClock: Sendable {
    private let base: Instant
    private let start: ContinuousClock.Instant

    /// - Parameters:
    ///   - wall: what the wall clock says.
    ///   - newest: the newest time in the store.
    init(wall: Instant, newest: Instant?) {
        base = max(wall, newest ?? wall)
        start = .now
    }

    var now: Instant {
        let elapsed = (ContinuousClock.now - start).components
        return base + Milliseconds(elapsed.seconds * 1_000 + elapsed.attoseconds / 1_000_000_000_000_000)
    }
}

import Foundation
import SignalingProtocol

/// The broker's time: wall time at the start, and from then on the monotonic clock.
///
/// An operator or NTP that steps the wall clock moves nobody's deadline and no one's place; the next start takes the new wall time, but never one before
/// the newest row of the store.
///
/// While the store takes no writes the clock is held, because nobody can do what a deadline waits for: nobody loses a place to a full disk. Afterwards it goes
/// on from there, a tenth faster than real time until it has caught up, so that no deadline is cut short by more than that.
struct BrokerClock: Sendable {
    private let base: Instant
    private let start: ContinuousClock.Instant
    private var held: Instant?
    /// How far behind real time the clock was when it was last let go, and when that was.
    private var arrears: Milliseconds = 0
    private var letGoAt: Milliseconds = 0

    static let catchUpPart: Int64 = 10

    /// - Parameters:
    ///   - wall: what the wall clock says.
    ///   - newest: the newest time in the store. What happens next is later than that.
    init(wall: Instant, newest: Instant?) {
        base = max(wall, newest.map { $0 + 1 } ?? wall)
        start = .now
    }

    var now: Instant { reading(after: elapsed) }

    /// Stops the clock until `letGo()`. A second call does nothing.
    mutating func hold() { hold(after: elapsed) }

    mutating func letGo() { letGo(after: elapsed) }

    /// What the wall clock says now. Only for what is compared with people's own clocks: codes of authenticator programs.
    static var wall: Instant { Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000)) }

    // MARK: With the time since the start given

    func reading(after elapsed: Milliseconds) -> Instant {
        if let held { return held }
        let caughtUp = Milliseconds((elapsed.count - letGoAt.count) / Self.catchUpPart)
        return base + Milliseconds(elapsed.count - max(0, arrears.count - caughtUp.count))
    }

    mutating func hold(after elapsed: Milliseconds) { held = reading(after: elapsed) }

    mutating func letGo(after elapsed: Milliseconds) {
        guard let held else { return }
        arrears = base + elapsed - held
        letGoAt = elapsed
        self.held = nil
    }

    private var elapsed: Milliseconds {
        let elapsed = (ContinuousClock.now - start).components
        return Milliseconds(elapsed.seconds * 1_000 + elapsed.attoseconds / 1_000_000_000_000_000)
    }
}

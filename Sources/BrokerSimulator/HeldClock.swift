import SignalingProtocol

/// The server's clock over the simulation's: it is held while the disk is away, so that nobody loses a place to a full disk, and afterwards goes a tenth faster
/// until it has caught up.
struct HeldClock {
    private var held: Instant?
    private var arrears: Milliseconds = 0
    private var letGoAt = Instant(milliseconds: 0)

    private static let catchUpPart: Int64 = 10

    func reading(at now: Instant) -> Instant {
        if let held { return held }
        let caughtUp = (now - letGoAt).count / Self.catchUpPart
        return Instant(milliseconds: now.milliseconds - max(0, arrears.count - caughtUp))
    }

    mutating func hold(at now: Instant) { held = reading(at: now) }

    mutating func letGo(at now: Instant) {
        guard let held else { return }
        arrears = now - held
        letGoAt = now
        self.held = nil
    }
}

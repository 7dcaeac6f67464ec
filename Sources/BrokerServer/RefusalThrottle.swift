import SignalingProtocol

/// How many refusals of one address are written down line by line: whoever is refused ten thousand times a minute must not fill the disk with it.
///
/// What is not written is counted, and the count is told with the next line.
struct RefusalThrottle {
    static let linesPerWindow = 60
    static let window: Milliseconds = .minutes(1)
    /// Addresses remembered at once; all further ones share one place.
    static let addresses = 4_096

    private struct Place {
        var since: Instant
        var lines = 0
        var missed = 0
    }

    private var places: [String: Place] = [:]

    /// - Returns: whether this one is written, and how many before it were not since the last time that was told.
    mutating func attempt(_ address: String, at now: Instant) -> (isWritten: Bool, missed: Int?) {
        if places.count >= Self.addresses, places[address] == nil { forget(at: now) }
        let key = places[address] != nil || places.count < Self.addresses ? address : ""
        var place = places[key] ?? Place(since: now)
        var missed = 0
        if now >= place.since + Self.window {
            missed = place.missed
            place = Place(since: now)
        }
        // What is left of addresses that were forgotten has no next line of its own.
        if !key.isEmpty, let shared = places[""], now >= shared.since + Self.window {
            missed += shared.missed
            places[""] = nil
        }
        place.lines += 1
        let isWritten = place.lines <= Self.linesPerWindow
        if !isWritten { place.missed += 1 }
        places[key] = place
        return (isWritten, missed > 0 ? missed : nil)
    }

    /// What was not told of an address that goes is told with the shared place.
    private mutating func forget(at now: Instant) {
        let gone = places.filter { now >= $0.value.since + Self.window && !$0.key.isEmpty }
        for address in gone.keys { places[address] = nil }
        let missed = gone.values.reduce(0) { $0 + $1.missed }
        if missed > 0 { places["", default: Place(since: now)].missed += missed }
    }
}

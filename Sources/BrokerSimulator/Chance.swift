import SignalingProtocol

/// All chance of a simulated day: SplitMix64 (Steele, Lea, Flood 2014), so that a seed gives the same day on every machine.
struct Chance: Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// A whole number from 0 to `sides - 1`.
    mutating func roll(_ sides: Int) -> Int { Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(sides)).high) }

    mutating func happens(perMille: Int) -> Bool { perMille > 0 && roll(1_000) < perMille }

    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[roll(elements.count)] }

    mutating func between(_ least: Milliseconds, _ most: Milliseconds) -> Milliseconds {
        Milliseconds(least.count + Int64(roll(Int(most.count - least.count) + 1)))
    }

    /// A length of time as people take it: mostly near the mean, now and then several times as long. Whole numbers only, so that no machine rounds otherwise.
    mutating func around(_ mean: Milliseconds) -> Milliseconds {
        roll(8) == 0 ? between(mean, Milliseconds(mean.count * 4)) : between(Milliseconds(mean.count / 4), Milliseconds(mean.count * 3 / 2))
    }
}

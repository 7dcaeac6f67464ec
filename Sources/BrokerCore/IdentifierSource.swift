import Foundation
import SignalingProtocol

/// Makes UUIDv7 identifiers (RFC 9562, 5.7) from the broker's own time and a seeded sequence, so that a run with the same seed and inputs makes the same
/// ones. They name things and are no secrets: nothing is granted for knowing one.
struct IdentifierSource: Sendable {
    private var state: UInt64
    private var lastMillisecond: Int64
    private var counter: UInt16 = 0xfff

    /// - Parameter known: made before a restart; they sort before everything made from now on, also within one millisecond.
    init(seed: UInt64, after known: [UUID]) {
        state = seed
        lastMillisecond = known.map(Self.millisecond).max() ?? 0
    }

    private static func millisecond(of uuid: UUID) -> Int64 {
        let bytes = uuid.uuid
        return [bytes.0, bytes.1, bytes.2, bytes.3, bytes.4, bytes.5].reduce(0) { $0 << 8 | Int64($1) }
    }

    mutating func next<Subject>(at now: Instant) -> Identifier<Subject> {
        Identifier(nextUUID(at: now))
    }

    private mutating func nextUUID(at now: Instant) -> UUID {
        // 12 bits of counter behind the milliseconds (RFC 9562, 6.2, method 1): ids made within one millisecond still sort in order.
        if now.milliseconds > lastMillisecond {
            lastMillisecond = now.milliseconds
            counter = 0
        } else if counter == 0xfff {
            lastMillisecond += 1
            counter = 0
        } else {
            counter += 1
        }
        let time = UInt64(lastMillisecond)
        let tail = random()
        let byte = { (value: UInt64, shift: UInt64) in UInt8(truncatingIfNeeded: value >> shift) }
        return UUID(
            uuid: (
                byte(time, 40), byte(time, 32), byte(time, 24), byte(time, 16), byte(time, 8), byte(time, 0),
                0x70 | UInt8(counter >> 8), UInt8(truncatingIfNeeded: counter),
                0x80 | (byte(tail, 56) & 0x3f), byte(tail, 48), byte(tail, 40), byte(tail, 32), byte(tail, 24), byte(tail, 16), byte(tail, 8),
                byte(tail, 0)
            ))
    }

    /// SplitMix64 (Steele, Lea, Flood 2014).
    private mutating func random() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

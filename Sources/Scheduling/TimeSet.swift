import SignalingProtocol

/// A set of moments, as half-open stretches in order that neither overlap nor touch.
public struct TimeSet: Hashable, Sendable {
    public private(set) var stretches: [Range<Instant>] = []

    public init() {}

    /// - Parameter ranges: in any order; overlapping, touching and empty ones are welcome.
    public init(_ ranges: some Sequence<Range<Instant>>) {
        for range in ranges.filter({ !$0.isEmpty }).sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = stretches.last, range.lowerBound <= last.upperBound {
                stretches[stretches.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                stretches.append(range)
            }
        }
    }

    public var isEmpty: Bool { stretches.isEmpty }

    public func contains(_ instant: Instant) -> Bool { stretch(at: instant) != nil }

    /// The stretch that a moment lies in.
    public func stretch(at instant: Instant) -> Range<Instant>? { next(after: instant).flatMap { $0.contains(instant) ? $0 : nil } }

    /// The stretch that a moment lies in, or else the next one.
    public func next(after instant: Instant) -> Range<Instant>? {
        var low = 0
        var high = stretches.count
        while low < high {
            let middle = (low + high) / 2
            if stretches[middle].upperBound <= instant { low = middle + 1 } else { high = middle }
        }
        return low < stretches.count ? stretches[low] : nil
    }

    public func union(_ other: TimeSet) -> TimeSet { TimeSet(stretches + other.stretches) }

    public func intersection(_ other: TimeSet) -> TimeSet {
        var shared: [Range<Instant>] = []
        var (left, right) = (0, 0)
        while left < stretches.count, right < other.stretches.count {
            let (one, two) = (stretches[left], other.stretches[right])
            let begin = max(one.lowerBound, two.lowerBound)
            let end = min(one.upperBound, two.upperBound)
            if begin < end { shared.append(begin..<end) }
            if one.upperBound < two.upperBound { left += 1 } else { right += 1 }
        }
        return TimeSet(shared)
    }

    public func subtracting(_ other: TimeSet) -> TimeSet {
        var rest: [Range<Instant>] = []
        for stretch in stretches {
            var begin = stretch.lowerBound
            for hole in other.stretches where hole.upperBound > begin && hole.lowerBound < stretch.upperBound {
                if begin < hole.lowerBound { rest.append(begin..<hole.lowerBound) }
                begin = hole.upperBound
            }
            if begin < stretch.upperBound { rest.append(begin..<stretch.upperBound) }
        }
        return TimeSet(rest)
    }
}

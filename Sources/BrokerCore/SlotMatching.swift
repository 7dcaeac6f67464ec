import SignalingProtocol

/// Somebody who needs a place at a time.
struct PlaceSeeker: Hashable, Sendable {
    let start: Instant
    let group: String
    let kind: SessionKind
    let language: SpokenLanguage?

    init(start: Instant, group: String, kind: SessionKind, language: SpokenLanguage?) {
        self.start = start
        self.group = group
        self.kind = kind
        self.language = language
    }

    init(_ appointment: Appointment) {
        self.init(start: appointment.time.lowerBound, group: appointment.group, kind: appointment.kind, language: appointment.language)
    }

    func fits(_ slot: SlotPlan) -> Bool { slot.time.contains(start) && slot.covers.cover(group: group, kind: kind, language: language) }
}

/// Gives seekers places of slots, one each, so that as many as possible have one: who could go elsewhere makes room (augmenting paths, Kuhn 1955).
///
/// Seekers are added one by one. Whoever has a place keeps one, though perhaps another; so those added first come first. A slot whose seats can do
/// everything and one whose seats can do little are told apart this way, and neither is promised twice.
struct SlotMatching: Sendable {
    let slots: [SlotPlan]
    private var seekers: [PlaceSeeker] = []
    /// The seekers in each slot.
    private(set) var places: [[Int]]
    /// Sorted by their beginning, so that the slots around a moment are found by halving.
    private let longest: Milliseconds

    /// - Parameter slots: by the beginning.
    init(_ slots: [SlotPlan]) {
        self.slots = slots
        places = Array(repeating: [], count: slots.count)
        longest = slots.map { $0.time.upperBound - $0.time.lowerBound }.max() ?? 0
    }

    /// - Returns: false when no place can be found, however the others move.
    mutating func add(_ seeker: PlaceSeeker) -> Bool {
        seekers.append(seeker)
        var tried: Set<Int> = []
        if findPlace(for: seekers.count - 1, &tried) { return true }
        seekers.removeLast()
        return false
    }

    private mutating func findPlace(for seeker: Int, _ tried: inout Set<Int>) -> Bool {
        let fitting = slots.around(seekers[seeker].start, longest: longest).filter { seekers[seeker].fits(slots[$0]) }
        if let free = fitting.first(where: { places[$0].count < slots[$0].capacity }) {
            places[free].append(seeker)
            return true
        }
        for slot in fitting where tried.insert(slot).inserted {
            for index in places[slot].indices {
                let other = places[slot][index]
                guard findPlace(for: other, &tried) else { continue }
                // `other` has another place by now; this one is the seeker's.
                places[slot][index] = seeker
                return true
            }
        }
        return false
    }
}

extension [SlotPlan] {
    /// The places in this sorted list of what begins at or before `moment` and may not have ended.
    func around(_ moment: Instant, longest: Milliseconds) -> Range<Int> {
        firstIndex(notBefore: Instant(milliseconds: moment.milliseconds - longest.count + 1))..<firstIndex(notBefore: moment + 1)
    }

    /// The first that begins at `moment` or later.
    func firstIndex(notBefore moment: Instant) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle].time.lowerBound < moment { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

import SignalingProtocol

/// What is going to happen, earliest first; of two at the same moment the one that was planned first.
///
/// A plain binary heap over small entries: a debug build runs it for thousands of days, and there generic code is several times slower.
struct Agenda {
    private struct Entry {
        let at: Int64
        let order: Int
        let slot: Int
    }

    private var heap: [Entry] = []
    private var slots: [Happening] = []
    private var freeSlots: [Int] = []
    private var order = 0

    var isEmpty: Bool { heap.isEmpty }

    mutating func plan(_ happening: Happening, at instant: Instant) {
        let slot: Int
        if let free = freeSlots.popLast() {
            slot = free
            slots[slot] = happening
        } else {
            slot = slots.count
            slots.append(happening)
        }
        order += 1
        heap.append(Entry(at: instant.milliseconds, order: order, slot: slot))
        rise()
    }

    mutating func next() -> (at: Instant, what: Happening)? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        let what = slots[first.slot]
        slots[first.slot] = .nothing
        freeSlots.append(first.slot)
        return (Instant(milliseconds: first.at), what)
    }

    private static func isEarlier(_ left: Entry, _ right: Entry) -> Bool { left.at < right.at || (left.at == right.at && left.order < right.order) }

    private mutating func rise() {
        var index = heap.count - 1
        let entry = heap[index]
        while index > 0 {
            let parent = (index - 1) / 2
            if !Self.isEarlier(entry, heap[parent]) { break }
            heap[index] = heap[parent]
            index = parent
        }
        heap[index] = entry
    }

    private mutating func sink() {
        var index = 0
        let entry = heap[0]
        let count = heap.count
        while true {
            var child = 2 * index + 1
            if child >= count { break }
            if child + 1 < count, Self.isEarlier(heap[child + 1], heap[child]) { child += 1 }
            if !Self.isEarlier(heap[child], entry) { break }
            heap[index] = heap[child]
            index = child
        }
        heap[index] = entry
    }
}

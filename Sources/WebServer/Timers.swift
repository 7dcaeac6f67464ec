/// Names one scheduled action; never reused within a loop.
public struct TimerID: Hashable, Sendable {
    let serial: UInt64
}

/// Actions ordered by deadline: a binary heap.
///
/// libwebsockets keeps its own timers in a sorted list, where 20,000 entries cost a third of a core; here all of
/// them hide behind one. A cancelled entry stays in the heap until it surfaces or outnumbers the living.
struct TimerHeap {
    private struct Entry {
        let deadline: Int64
        let serial: UInt64
    }

    private var heap: [Entry] = []
    private var actions: [UInt64: () -> Void] = [:]
    private var nextSerial: UInt64 = 1

    var count: Int { actions.count }

    /// Microseconds of the same clock as `popDue(now:)`; `nil` when nothing waits.
    var nextDeadline: Int64? {
        mutating get {
            while let first = heap.first, actions[first.serial] == nil { _ = removeFirst() }
            return heap.first?.deadline
        }
    }

    mutating func schedule(at deadline: Int64, _ action: @escaping () -> Void) -> TimerID {
        let serial = nextSerial
        nextSerial += 1
        actions[serial] = action
        heap.append(Entry(deadline: deadline, serial: serial))
        siftUp(heap.count - 1)
        return TimerID(serial: serial)
    }

    mutating func cancel(_ id: TimerID) {
        guard actions.removeValue(forKey: id.serial) != nil else { return }
        // Half dead is the point where rebuilding (linear) is cheaper than carrying the dead along.
        if heap.count > 64, heap.count > 2 * actions.count { compact() }
    }

    /// The earliest action whose deadline has passed, removed; equal deadlines keep the order of scheduling.
    mutating func popDue(now: Int64) -> (() -> Void)? {
        while let first = heap.first, first.deadline <= now {
            _ = removeFirst()
            if let action = actions.removeValue(forKey: first.serial) { return action }
        }
        return nil
    }

    mutating func removeAll() {
        heap = []
        actions = [:]
    }

    private static func precedes(_ a: Entry, _ b: Entry) -> Bool {
        (a.deadline, a.serial) < (b.deadline, b.serial)
    }

    private mutating func compact() {
        heap.removeAll { actions[$0.serial] == nil }
        for index in stride(from: heap.count / 2 - 1, through: 0, by: -1) { siftDown(index) }
    }

    private mutating func removeFirst() -> Entry {
        heap.swapAt(0, heap.count - 1)
        let first = heap.removeLast()
        if !heap.isEmpty { siftDown(0) }
        return first
    }

    private mutating func siftUp(_ start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard Self.precedes(heap[child], heap[parent]) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func siftDown(_ start: Int) {
        var parent = start
        while true {
            var least = parent
            for child in (2 * parent + 1)...(2 * parent + 2) where child < heap.count {
                if Self.precedes(heap[child], heap[least]) { least = child }
            }
            guard least != parent else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}

extension Duration {
    /// Rounded down; saturates instead of overflowing.
    var microseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        return overflow ? (seconds < 0 ? .min : .max) : product + attoseconds / 1_000_000_000_000
    }

    /// Whole seconds, rounded up, at least one: the resolution of libwebsockets' own timeouts.
    var wholeSeconds: Int {
        let (seconds, attoseconds) = components
        return Int(clamping: max(1, attoseconds > 0 ? seconds + 1 : seconds))
    }
}

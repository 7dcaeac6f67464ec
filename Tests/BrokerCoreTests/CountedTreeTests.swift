import Testing

@testable import BrokerCore

@Suite("A counted tree")
struct CountedTreeTests {
    /// Against the plainest thing that does the same. Few values, so that inserts of members and removals of strangers happen often.
    @Test(arguments: [(seed: 1, values: 40), (seed: 2, values: 400), (seed: 3, values: 100_000)])
    func isASortedSet(seed: UInt64, values: Int) {
        var chance = SeededGenerator(seed: seed)
        var tree = CountedTree<Int>()
        var oracle: [Int] = []
        for step in 0..<6_000 {
            let value = Int.random(in: 0..<values, using: &chance)
            let place = oracle.firstIndex { $0 >= value } ?? oracle.count
            let isMember = place < oracle.count && oracle[place] == value
            #expect(tree.contains(value) == isMember)
            #expect(tree.rank(of: value) == place)
            // Grows for a while and shrinks for a while.
            if Int.random(in: 0..<10, using: &chance) < (step / 1_000 % 2 == 0 ? 7 : 3) {
                let isNew = tree.insert(value)
                #expect(isNew == !isMember)
                if !isMember { oracle.insert(value, at: place) }
            } else {
                let wasThere = tree.remove(value)
                #expect(wasThere == isMember)
                if isMember { oracle.remove(at: place) }
            }
            #expect(tree.count == oracle.count && tree.isEmpty == oracle.isEmpty && tree.first == oracle.first)
            if step % 200 == 0 { #expect(tree.elements == oracle) }
        }
        #expect(tree.elements == oracle)
        for value in oracle { tree.remove(value) }
        #expect(tree.isEmpty && tree.elements == [] && tree.first == nil)
    }

    @Test func copiesAreApart() {
        var tree = CountedTree<Int>()
        for value in 0..<100 { tree.insert(value) }
        var copy = tree
        copy.remove(3)
        copy.insert(200)
        #expect(tree.elements == Array(0..<100))
        #expect(copy.rank(of: 200) == 99)
    }

    /// Tickets come in the order of time, the worst for a tree that does not balance itself.
    @Test func costsTheLogarithmWithAHundredThousandMembers() {
        // One after another: they share a counter.
        for order in ["ascending", "descending", "shuffled"] { checkCosts(order) }
    }

    private func checkCosts(_ order: String) {
        var chance = SeededGenerator(seed: 5)
        let size = 100_000
        var values = Array(0..<size)
        if order == "descending" { values.reverse() }
        if order == "shuffled" { values.shuffle(using: &chance) }
        var tree = CountedTree<CountingNumber>()
        for value in values { tree.insert(CountingNumber(value)) }

        var costs: [String: [Int]] = [:]
        func count(_ name: String, _ body: () -> Void) {
            CountingNumber.comparisons = 0
            body()
            costs[name, default: []].append(CountingNumber.comparisons)
        }
        for _ in 0..<2_000 {
            let value = CountingNumber(Int.random(in: 0..<size, using: &chance))
            count("rank") { _ = tree.rank(of: value) }
            count("remove") { tree.remove(value) }
            count("insert") { tree.insert(value) }
            count("first") { _ = tree.first }
        }
        // log2(100,000) is 17. A treap is 2 ln n = 23 deep on average, and hardly ever twice that.
        #expect((costs["rank"]?.max() ?? .max) <= 55)
        for name in ["insert", "remove"] {
            let all = costs[name] ?? []
            #expect((all.max() ?? .max) <= 250, "\(name)")
            #expect(all.reduce(0, +) / max(1, all.count) <= 90, "\(name)")
        }
        #expect(costs["first"]?.max() == 0)
    }
}

/// A number that counts how often it is compared. One test uses it, one case after another.
private struct CountingNumber: Comparable, Hashable, Sendable {
    let value: Int
    // One test alone uses it, and its cases run one after another in one task.
    nonisolated(unsafe) static var comparisons = 0

    init(_ value: Int) { self.value = value }

    static func < (left: Self, right: Self) -> Bool {
        comparisons += 1
        return left.value < right.value
    }

    static func == (left: Self, right: Self) -> Bool {
        comparisons += 1
        return left.value == right.value
    }
}

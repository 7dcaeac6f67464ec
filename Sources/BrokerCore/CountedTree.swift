/// A sorted set that also knows how many members come before a given one. Insert, remove, first and rank all cost the logarithm of the size.
///
/// A treap (Seidel and Aragon 1996) in one array. Its priorities come from a counter through a mixing function: balanced like chance, and the same in
/// every run.
struct CountedTree<Element: Comparable & Hashable & Sendable>: Sendable {
    private struct Node: Sendable {
        var element: Element
        var priority: UInt64
        var left: Int32 = none
        var right: Int32 = none
        var count: Int32 = 1
    }

    private static var none: Int32 { -1 }

    private var nodes: [Node] = []
    /// Places in `nodes` that can be used again.
    private var free: [Int32] = []
    private var root: Int32 = none
    private var counter: UInt64 = 0

    var count: Int { Int(size(root)) }
    var isEmpty: Bool { root == Self.none }

    var first: Element? {
        guard root != Self.none else { return nil }
        var current = root
        while nodes[Int(current)].left != Self.none { current = nodes[Int(current)].left }
        return nodes[Int(current)].element
    }

    func contains(_ element: Element) -> Bool {
        var current = root
        while current != Self.none {
            let node = nodes[Int(current)]
            if node.element == element { return true }
            current = element < node.element ? node.left : node.right
        }
        return false
    }

    /// How many members come before `element`, which need not be one.
    func rank(of element: Element) -> Int {
        var before: Int32 = 0
        var current = root
        while current != Self.none {
            let node = nodes[Int(current)]
            if node.element < element {
                before += size(node.left) + 1
                current = node.right
            } else {
                current = node.left
            }
        }
        return Int(before)
    }

    /// - Returns: false when it was a member already.
    @discardableResult
    mutating func insert(_ element: Element) -> Bool {
        guard !contains(element) else { return false }
        let added = makeNode(element)
        let (before, after) = split(root, at: element)
        root = merge(merge(before, added), after)
        return true
    }

    /// - Returns: false when it was no member.
    @discardableResult
    mutating func remove(_ element: Element) -> Bool {
        guard contains(element) else { return false }
        root = remove(element, from: root)
        return true
    }

    /// The members in order. For telling everybody, not for deciding.
    var elements: [Element] {
        var result: [Element] = []
        result.reserveCapacity(count)
        var path: [Int32] = []
        var current = root
        while current != Self.none || !path.isEmpty {
            while current != Self.none {
                path.append(current)
                current = nodes[Int(current)].left
            }
            let top = path.removeLast()
            result.append(nodes[Int(top)].element)
            current = nodes[Int(top)].right
        }
        return result
    }

    // MARK: Tree

    private func size(_ node: Int32) -> Int32 { node == Self.none ? 0 : nodes[Int(node)].count }

    private mutating func makeNode(_ element: Element) -> Int32 {
        counter += 1
        let node = Node(element: element, priority: Self.mixed(counter))
        guard let place = free.popLast() else {
            nodes.append(node)
            return Int32(nodes.count - 1)
        }
        nodes[Int(place)] = node
        return place
    }

    /// The finalizer of SplitMix64.
    private static func mixed(_ value: UInt64) -> UInt64 {
        var mixed = value &* 0x9e37_79b9_7f4a_7c15
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    private mutating func update(_ node: Int32) {
        nodes[Int(node)].count = size(nodes[Int(node)].left) + size(nodes[Int(node)].right) + 1
    }

    /// Everything before `element`, and the rest.
    private mutating func split(_ node: Int32, at element: Element) -> (Int32, Int32) {
        guard node != Self.none else { return (Self.none, Self.none) }
        if nodes[Int(node)].element < element {
            let (before, after) = split(nodes[Int(node)].right, at: element)
            nodes[Int(node)].right = before
            update(node)
            return (node, after)
        }
        let (before, after) = split(nodes[Int(node)].left, at: element)
        nodes[Int(node)].left = after
        update(node)
        return (before, node)
    }

    private mutating func merge(_ left: Int32, _ right: Int32) -> Int32 {
        if left == Self.none { return right }
        if right == Self.none { return left }
        if nodes[Int(left)].priority > nodes[Int(right)].priority {
            nodes[Int(left)].right = merge(nodes[Int(left)].right, right)
            update(left)
            return left
        }
        nodes[Int(right)].left = merge(left, nodes[Int(right)].left)
        update(right)
        return right
    }

    private mutating func remove(_ element: Element, from node: Int32) -> Int32 {
        guard node != Self.none else { return Self.none }
        let found = nodes[Int(node)]
        if found.element == element {
            free.append(node)
            return merge(found.left, found.right)
        }
        if element < found.element {
            nodes[Int(node)].left = remove(element, from: found.left)
        } else {
            nodes[Int(node)].right = remove(element, from: found.right)
        }
        update(node)
        return node
    }
}

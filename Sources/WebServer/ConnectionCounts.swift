/// How many connections there are, by where they come from and in all.
public struct ConnectionCounts: Sendable {
    private let most: Int
    private let mostPerNetwork: Int
    private var byNetwork: [String: Int] = [:]
    public private(set) var total = 0

    public init(most: Int, mostPerNetwork: Int) {
        self.most = most
        self.mostPerNetwork = mostPerNetwork
    }

    /// - Parameter network: see ``NetworkAddress/network``; nil is only counted in all.
    public func hasRoom(for network: String?) -> Bool {
        total < most && (network.flatMap { byNetwork[$0] } ?? 0) < mostPerNetwork
    }

    /// Counts also what had no room: it is there.
    public mutating func add(_ network: String?) {
        total += 1
        if let network { byNetwork[network, default: 0] += 1 }
    }

    public mutating func remove(_ network: String?) {
        total -= 1
        guard let network, let count = byNetwork[network] else { return }
        byNetwork[network] = count > 1 ? count - 1 : nil
    }
}

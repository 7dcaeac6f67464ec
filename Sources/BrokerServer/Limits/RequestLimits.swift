import BrokerCore
import SignalingProtocol
import WebServer

/// Counts what addresses and people ask for. A plain value; time is an argument.
struct RequestLimits: Sendable {
    struct Refusal: Hashable, Sendable {
        let retryAfter: Milliseconds
        /// Goes on although it was refused again and again.
        let isStubborn: Bool
    }

    private struct Key: Hashable, Sendable {
        let who: String
        let what: RequestClass
    }

    let limits: RateLimits
    private var addresses = RecentlyUsed<Key, TokenBucket>()
    private var people = RecentlyUsed<Key, TokenBucket>()
    private var patience = RecentlyUsed<String, TokenBucket>()
    private var handshakes = RecentlyUsed<String, TokenBucket>()
    private var messages = RecentlyUsed<Endpoint, MessageBuckets>()
    private(set) var sockets: ConnectionCounts

    init(_ limits: RateLimits) {
        self.limits = limits
        sockets = ConnectionCounts(most: .max, mostPerNetwork: limits.socketsPerAddress)
    }

    /// - Parameters:
    ///   - network: where the request comes from, see `NetworkAddress.network`.
    ///   - person: who is signed in, if anybody is.
    mutating func request(_ what: RequestClass, from network: String, by person: Endpoint?, at now: Instant) -> Refusal? {
        // The person first: what one of many behind an address does too much of is not taken from the others.
        if let person, let allowance = limits.ofPerson[what] {
            let wait = people.update(Key(who: "\(person)", what: what), first: { TokenBucket(full: allowance, at: now) }) { $0.take(of: allowance, at: now) }
            if let wait { return refusal("\(person)", wait, at: now) }
        }
        guard let allowance = limits.ofAddress[what] else { return nil }
        let wait = addresses.update(Key(who: network, what: what), first: { TokenBucket(full: allowance, at: now) }) { $0.take(of: allowance, at: now) }
        return wait.map { refusal(network, $0, at: now) }
    }

    private mutating func refusal(_ who: String, _ wait: Milliseconds, at now: Instant) -> Refusal {
        let allowance = limits.patience
        let left = patience.update(who, first: { TokenBucket(full: allowance, at: now) }) { $0.take(of: allowance, at: now) }
        return Refusal(retryAfter: wait, isStubborn: left != nil)
    }

    /// - Returns: nil when a socket may be opened, else how long to wait.
    mutating func handshake(from network: String, at now: Instant) -> Milliseconds? {
        guard sockets.hasRoom(for: network) else { return .seconds(10) }
        let allowance = limits.handshakes
        return handshakes.update(network, first: { TokenBucket(full: allowance, at: now) }) { $0.take(of: allowance, at: now) }
    }

    mutating func opened(from network: String) { sockets.add(network) }

    mutating func closed(from network: String) { sockets.remove(network) }

    /// Over all connections of a person, so that a new one is no way around.
    mutating func message(_ what: MessageClass, of person: Endpoint, at now: Instant) -> Milliseconds? {
        messages.update(person, first: { MessageBuckets() }) { $0.take(what, of: limits, at: now) }
    }
}

/// The proxies in front of this server, and what may be believed of what they say.
///
/// Anybody can send `X-Forwarded-For`; each proxy adds to its right end whom it heard it from. So only what stands right of the first stranger is true.
public struct TrustedProxies: Sendable {
    private let ranges: [NetworkRange]

    public init(_ ranges: [NetworkRange] = []) { self.ranges = ranges }

    func trusts(_ address: NetworkAddress) -> Bool { ranges.contains { $0.contains(address) } }

    func trusts(_ text: String) -> Bool { !ranges.isEmpty && NetworkAddress(text).map(trusts) == true }

    /// Where a request comes from: the right-most hop that is no proxy of ours.
    ///
    /// - Parameters:
    ///   - peer: the other end of the TCP connection.
    ///   - forwardedFor: `X-Forwarded-For`, repeated fields joined by commas; not looked at when the peer is a stranger.
    public func clientAddress(peer: String, forwardedFor: String?) -> String {
        guard trusts(peer), let forwardedFor else { return peer }
        var client = peer
        for entry in forwardedFor.split(separator: ",").reversed() {
            // What is no address was not written by a proxy that works; whatever stands left of it proves nothing.
            guard let address = Self.address(inEntry: entry.trimmingSpaces()) else { break }
            client = address.description
            if !trusts(address) { break }
        }
        return client
    }

    /// Whether the client spoke TLS with the proxy.
    ///
    /// - Parameter forwardedProto: `X-Forwarded-Proto`, which the proxy must set and not add to; of several values the last is the nearest proxy's.
    public func isSecure(peer: String, forwardedProto: String?) -> Bool {
        guard let last = forwardedProto?.split(separator: ",").last?.trimmingSpaces(), last.lowercased() == "https" else { return false }
        return trusts(peer)
    }

    /// Some proxies write the port too: `192.0.2.1:4711`, `[2001:db8::1]:4711`.
    private static func address(inEntry entry: String) -> NetworkAddress? {
        if let address = NetworkAddress(entry) { return address }
        if entry.hasPrefix("["), let end = entry.firstIndex(of: "]") {
            return isPort(entry[entry.index(after: end)...]) ? NetworkAddress(entry[..<end].dropFirst()) : nil
        }
        guard let colon = entry.firstIndex(of: ":"), isPort(entry[colon...]) else { return nil }
        return NetworkAddress(entry[..<colon])
    }

    private static func isPort(_ text: Substring) -> Bool {
        guard !text.isEmpty else { return true }
        return text.first == ":" && (2...6).contains(text.utf8.count) && text.dropFirst().utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
}

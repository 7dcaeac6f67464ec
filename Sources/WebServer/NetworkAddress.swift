import Glibc

/// An IPv4 or IPv6 address.
public struct NetworkAddress: Hashable, Sendable, CustomStringConvertible {
    /// As IPv6; an IPv4 address has the form of RFC 4291, 2.5.5.2 (`::ffff:192.0.2.1`).
    private let high: UInt64
    private let low: UInt64

    private static let mappedPrefix: UInt64 = 0x0000_FFFF_0000_0000
    /// The longest that is one, with all its zeros and an IPv4 address at its end.
    private static let longestText = 45

    private init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// - Parameter text: numbers only, without brackets, port or zone.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty, bytes.count <= Self.longestText, !bytes.contains(0) else { return nil }
        let characters = bytes.map { CChar(bitPattern: $0) } + [0]
        var four = in_addr()
        if inet_pton(AF_INET, characters, &four) == 1 {
            self.init(high: 0, low: Self.mappedPrefix | UInt64(UInt32(bigEndian: four.s_addr)))
            return
        }
        var six = in6_addr()
        guard inet_pton(AF_INET6, characters, &six) == 1 else { return nil }
        let halves = withUnsafeBytes(of: &six) { raw in
            (raw.loadUnaligned(fromByteOffset: 0, as: UInt64.self), raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        }
        self.init(high: UInt64(bigEndian: halves.0), low: UInt64(bigEndian: halves.1))
    }

    public var isIPv4: Bool { high == 0 && low >> 32 == Self.mappedPrefix >> 32 }

    /// IPv4 as `192.0.2.1`, IPv6 in the shortest form (RFC 5952).
    public var description: String {
        var text = [CChar](repeating: 0, count: 64)
        if isIPv4 {
            var address = in_addr(s_addr: UInt32(truncatingIfNeeded: low).bigEndian)
            inet_ntop(AF_INET, &address, &text, socklen_t(text.count))
        } else {
            var halves = (high.bigEndian, low.bigEndian)
            inet_ntop(AF_INET6, &halves, &text, socklen_t(text.count))
        }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Whose address this is, as far as it can be counted by: an IPv4 address itself, and of IPv6 the first 64 bits, because whoever has one address of
    /// such a network has them all (RFC 4291, 2.5.4).
    public var network: String {
        isIPv4 ? description : "\(NetworkAddress(high: high, low: 0))/64"
    }

    /// The first `length` of 128 bits; the rest zero.
    fileprivate func masked(to length: Int) -> NetworkAddress {
        func mask(_ bits: Int) -> UInt64 { bits <= 0 ? 0 : bits >= 64 ? .max : ~(UInt64.max >> UInt64(bits)) }
        return NetworkAddress(high: high & mask(length), low: low & mask(length - 64))
    }
}

/// A block of addresses (RFC 4632, RFC 4291, 2.3): `10.0.0.0/8`, `2001:db8::/32`, or one address alone.
public struct NetworkRange: Hashable, Sendable {
    private let base: NetworkAddress
    /// Of 128 bits, also for IPv4.
    private let prefixLength: Int

    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let address = NetworkAddress(parts[0]) else { return nil }
        let width = address.isIPv4 ? 32 : 128
        var length = width
        if parts.count == 2 {
            guard (1...3).contains(parts[1].utf8.count), parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(parts[1]),
                number <= width
            else { return nil }
            length = number
        }
        prefixLength = 128 - width + length
        base = address.masked(to: prefixLength)
    }

    public func contains(_ address: NetworkAddress) -> Bool { address.masked(to: prefixLength) == base }
}

/// The other end of a connection, in numbers; empty when it is gone.
func peerAddress(of descriptor: Int32) -> String {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return withUnsafeMutableBytes(of: &storage) { raw in
        guard let base = raw.baseAddress, getpeername(descriptor, base.assumingMemoryBound(to: sockaddr.self), &length) == 0 else { return "" }
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let address = base.assumingMemoryBound(to: sockaddr.self)
        guard getnameinfo(address, length, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0 else { return "" }
        let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        // A link-local address comes with its interface, which says nothing of whose it is.
        return String(decoding: bytes.prefix { $0 != UInt8(ascii: "%") }, as: UTF8.self)
    }
}

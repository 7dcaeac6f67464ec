/// Request line and header fields of one request.
public struct RequestHead: Sendable {
    /// `"GET"`, `"POST"`, …
    public let method: String
    /// Percent-decoded, without the query, `.` and `..` resolved; begins with `/`.
    public let path: String
    /// Decoded; of a repeated name the first value counts.
    public let query: [String: String]
    /// Address of the peer of the TCP connection, in numbers; IPv4 without the `::ffff:` of a dual-stack socket.
    public let remoteAddress: String
    /// Where the request comes from, in numbers: the peer, or what ``ServerConfiguration/trustedProxies`` say of it.
    public let clientAddress: String
    /// Whether it came over TLS, to this server or to a trusted proxy.
    public let isSecure: Bool
    /// False for HTTP/1.0, which knows neither `100 Continue` nor persistent connections by default.
    let isHTTP11: Bool

    private let fields: [String: String]

    init(
        method: String, path: String, query: [String: String], fields: [String: String], remoteAddress: String,
        isOverTLS: Bool = false, trustedProxies: TrustedProxies = TrustedProxies(), isHTTP11: Bool = true
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.fields = fields
        self.remoteAddress = remoteAddress
        self.isHTTP11 = isHTTP11
        clientAddress = trustedProxies.clientAddress(peer: remoteAddress, forwardedFor: fields["x-forwarded-for"])
        isSecure = isOverTLS || trustedProxies.isSecure(peer: remoteAddress, forwardedProto: fields["x-forwarded-proto"])
    }

    /// What requests from the same place are counted by, see ``NetworkAddress/network``.
    public var clientNetwork: String { NetworkAddress(clientAddress)?.network ?? clientAddress }

    /// The value of a header field, `nil` when absent. Repeated fields are joined by a comma (RFC 9110 section 5.3).
    ///
    /// - Parameter name: in any case; one of ``wellKnownHeaderNames`` or of
    ///   ``ServerConfiguration/additionalRequestHeaders``. Other fields are not kept.
    public func header(_ name: String) -> String? {
        fields[name] ?? fields[name.lowercased()]
    }

    /// Cookies by name (RFC 6265 section 4.2.1); of a repeated name the first counts, as user agents send the most
    /// specific path first.
    public var cookies: [String: String] {
        var cookies: [String: String] = [:]
        for pair in (header("cookie") ?? "").split(separator: ";") {
            guard let separator = pair.firstIndex(of: "=") else { continue }
            let name = pair[..<separator].trimmingSpaces()
            guard !name.isEmpty, cookies[name] == nil else { continue }
            cookies[name] = pair[pair.index(after: separator)...].trimmingSpaces().removingQuotes()
        }
        return cookies
    }

    /// The fields that are always read, in lower case.
    public static let wellKnownHeaderNames: [String] =
        HeaderTokens.known.map(\.name) + HeaderTokens.custom

    /// Whether a comma-separated field holds the token, compared without case.
    func header(_ name: String, contains token: String) -> Bool {
        guard let value = header(name) else { return false }
        return value.split(separator: ",").contains { $0.trimmingSpaces().lowercased() == token }
    }
}

extension Substring {
    func trimmingSpaces() -> String {
        var rest = self
        while let first = rest.first, first == " " || first == "\t" { rest.removeFirst() }
        while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
        return String(rest)
    }
}

extension String {
    fileprivate func removingQuotes() -> String {
        count >= 2 && hasPrefix("\"") && hasSuffix("\"") ? String(dropFirst().dropLast()) : self
    }
}

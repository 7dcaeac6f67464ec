import CLibwebsockets

/// Decides about an upgrade before libwebsockets acts on it.
///
/// libwebsockets 4.1 is lenient: it takes any protocol version for 13, binds a handshake without subprotocol to the
/// first one, and its way back from a refused upgrade to ordinary HTTP has a use after free (fixed in 4.4.2). So
/// everything is checked here and a refused connection is always closed.
struct HandshakeRules {
    let path: String
    let subprotocol: String
    var isSubprotocolRequired = true

    enum Verdict: Equatable {
        case wellFormed
        case refused(status: Int)
    }

    /// RFC 6455 section 4.2.1.
    func examine(_ head: RequestHead) -> Verdict {
        guard head.header("upgrade")?.lowercased() == "websocket" else { return .refused(status: 400) }
        guard head.path == path else { return .refused(status: 404) }
        guard head.method == "GET", head.isHTTP11, head.header("host") != nil,
            head.header("connection", contains: "upgrade"),
            head.header("content-length") == nil, head.header("transfer-encoding") == nil,
            let key = head.header("sec-websocket-key"), Self.isKey(key)
        else { return .refused(status: 400) }
        guard head.header("sec-websocket-version") == "13" else { return .refused(status: 426) }
        // Compared with case: subprotocol names are case-sensitive, and libwebsockets compares them so too.
        let offered = (head.header("sec-websocket-protocol") ?? "").split(separator: ",").map { $0.trimmingSpaces() }
        guard offered.contains(subprotocol) || (offered.isEmpty && !isSubprotocolRequired) else { return .refused(status: 400) }
        return .wellFormed
    }

    /// Sixteen bytes in Base64.
    private static func isKey(_ key: String) -> Bool {
        let bytes = Array(key.utf8)
        guard bytes.count == 24, bytes.suffix(2) == [0x3D, 0x3D] else { return false }
        return bytes.dropLast(2).allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2F: true
            default: false
            }
        }
    }
}

extension Loop {
    /// - Returns: whether libwebsockets may go on with the upgrade.
    func confirmUpgrade(_ handle: OpaquePointer) -> Bool {
        // Without a head there is nothing to answer either; see RequestHead.init(reading:additionalNames:trustedProxies:).
        guard let head = RequestHead(reading: handle, additionalNames: additionalRequestHeaders, trustedProxies: trustedProxies),
            !isStopping
        else { return false }
        switch handshakeRules.examine(head) {
        case .refused(let status):
            refuseUpgrade(handle, status: status)
            return false
        case .wellFormed:
            break
        }
        switch delegate.decideHandshake(head) {
        case .accept:
            socket(for: handle).role = .upgrading(head)
            return true
        case .refuse(let status, let retryAfterSeconds):
            refuseUpgrade(handle, status: (400...599).contains(status) ? status : 403, retryAfterSeconds: retryAfterSeconds)
            return false
        }
    }

    private func refuseUpgrade(_ handle: OpaquePointer, status: Int, retryAfterSeconds: Int? = nil) {
        let text = Array("\(status) \(reasonPhrase(status))\n".utf8)
        var head = ResponseHead(status: status, date: dateField)
        for (name, value) in commonHeaders(overTLS: lws_is_ssl(handle) != 0) { head.add(name, value) }
        if let retryAfterSeconds { head.add("Retry-After", String(retryAfterSeconds)) }
        if status == 426 { head.add("Sec-WebSocket-Version", "13") }
        head.add("Content-Type", "text/plain; charset=utf-8")
        head.add("Content-Length", String(text.count))
        head.add("Connection", "close")
        head.finish()
        writeOnce(head.bytes + text, to: handle)
    }

    /// A method libwebsockets does not parse, and CONNECT, arrive as raw bytes.
    func refuseUnknownMethod(_ handle: OpaquePointer) {
        var head = ResponseHead(status: 501, date: dateField)
        for (name, value) in commonHeaders(overTLS: lws_is_ssl(handle) != 0) { head.add(name, value) }
        head.add("Content-Length", "0")
        head.add("Connection", "close")
        head.finish()
        writeOnce(head.bytes, to: handle)
    }

    private func writeOnce(_ bytes: [UInt8], to handle: OpaquePointer) {
        let count = min(bytes.count, scratch.capacity)
        scratch.payload.update(from: bytes, count: count)
        _ = lws_write(handle, scratch.payload, count, LWS_WRITE_HTTP)
    }
}

import CLibwebsockets

/// Header fields by the way libwebsockets stores them.
enum HeaderTokens {
    /// Fields its parser knows by number.
    static let known: [(name: String, token: lws_token_indexes)] = [
        ("host", WSI_TOKEN_HOST),
        ("connection", WSI_TOKEN_CONNECTION),
        ("upgrade", WSI_TOKEN_UPGRADE),
        ("origin", WSI_TOKEN_ORIGIN),
        ("cookie", WSI_TOKEN_HTTP_COOKIE),
        ("content-type", WSI_TOKEN_HTTP_CONTENT_TYPE),
        ("content-length", WSI_TOKEN_HTTP_CONTENT_LENGTH),
        ("content-encoding", WSI_TOKEN_HTTP_CONTENT_ENCODING),
        ("content-disposition", WSI_TOKEN_HTTP_CONTENT_DISPOSITION),
        ("transfer-encoding", WSI_TOKEN_HTTP_TRANSFER_ENCODING),
        ("expect", WSI_TOKEN_HTTP_EXPECT),
        ("user-agent", WSI_TOKEN_HTTP_USER_AGENT),
        ("accept", WSI_TOKEN_HTTP_ACCEPT),
        ("accept-language", WSI_TOKEN_HTTP_ACCEPT_LANGUAGE),
        ("accept-encoding", WSI_TOKEN_HTTP_ACCEPT_ENCODING),
        ("authorization", WSI_TOKEN_HTTP_AUTHORIZATION),
        ("if-match", WSI_TOKEN_HTTP_IF_MATCH),
        ("if-none-match", WSI_TOKEN_HTTP_IF_NONE_MATCH),
        ("if-modified-since", WSI_TOKEN_HTTP_IF_MODIFIED_SINCE),
        ("range", WSI_TOKEN_HTTP_RANGE),
        ("referer", WSI_TOKEN_HTTP_REFERER),
        ("x-forwarded-for", WSI_TOKEN_X_FORWARDED_FOR),
        ("x-real-ip", WSI_TOKEN_HTTP_X_REAL_IP),
        ("sec-websocket-key", WSI_TOKEN_KEY),
        ("sec-websocket-version", WSI_TOKEN_VERSION),
        ("sec-websocket-protocol", WSI_TOKEN_PROTOCOL),
    ]

    /// Fields it stores by name.
    static let custom = [
        "x-file-name", "idempotency-key", "x-forwarded-proto", "x-forwarded-host", "forwarded", "x-request-id",
        "x-requested-with", "x-csrf-token", "sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest", "traceparent",
    ]

    static func method(_ index: Int32) -> String? {
        switch Int(index) {
        case LWSHUMETH_GET: "GET"
        case LWSHUMETH_POST: "POST"
        case LWSHUMETH_OPTIONS: "OPTIONS"
        case LWSHUMETH_PUT: "PUT"
        case LWSHUMETH_PATCH: "PATCH"
        case LWSHUMETH_DELETE: "DELETE"
        case LWSHUMETH_HEAD: "HEAD"
        default: nil
        }
    }
}

extension RequestHead {
    /// Reads the head libwebsockets holds for this connection right now.
    ///
    /// `nil` when there is none, or no method we know: after a refused upgrade on a kept connection, libwebsockets
    /// 4.1 calls back with the headers already gone.
    init?(reading handle: OpaquePointer, additionalNames: [String], trustedProxies: TrustedProxies) {
        var uri: UnsafeMutablePointer<CChar>?
        var uriLength: Int32 = 0
        let index = lws_http_get_uri_and_method(handle, &uri, &uriLength)
        guard index >= 0, let method = HeaderTokens.method(index), let uri, uriLength > 0 else { return nil }
        let path = String(decoding: UnsafeRawBufferPointer(start: uri, count: Int(uriLength)), as: UTF8.self)

        var fields: [String: String] = [:]
        for (name, token) in HeaderTokens.known {
            if let value = Self.copy(token, of: handle) { fields[name] = value }
        }
        for name in HeaderTokens.custom + additionalNames {
            if let value = Self.copyCustom(name, of: handle) { fields[name] = value }
        }
        self.init(
            method: method,
            path: path,
            query: Self.readQuery(of: handle),
            fields: fields,
            remoteAddress: Self.readRemoteAddress(of: handle),
            isOverTLS: lws_is_ssl(handle) != 0,
            trustedProxies: trustedProxies,
            isHTTP11: Self.copy(WSI_TOKEN_HTTP, of: handle) == "HTTP/1.1"
        )
    }

    private static func copy(_ token: lws_token_indexes, of handle: OpaquePointer) -> String? {
        let length = lws_hdr_total_length(handle, token)
        guard length > 0 else { return nil }
        return text(length: length) { lws_hdr_copy(handle, $0, $1, token) }
    }

    private static func copyCustom(_ name: String, of handle: OpaquePointer) -> String? {
        let key = name + ":"
        let keyLength = Int32(key.utf8.count)
        let length = lws_hdr_custom_length(handle, key, keyLength)
        guard length > 0 else { return nil }
        return text(length: length) { lws_hdr_custom_copy(handle, $0, $1, key, keyLength) }
    }

    /// Calls with room for `length` bytes and the terminating NUL every copying function insists on.
    private static func text(length: Int32, _ copy: (UnsafeMutablePointer<CChar>, Int32) -> Int32) -> String? {
        // Fragments are joined by one separator each, which the reported length leaves out.
        let room = Int(length) + 64
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: room) { buffer in
            guard let base = buffer.baseAddress else { return nil }
            let copied = copy(base, Int32(room))
            guard copied >= 0 else { return nil }
            return String(decoding: UnsafeRawBufferPointer(start: base, count: Int(copied)), as: UTF8.self)
        }
    }

    private static func readQuery(of handle: OpaquePointer) -> [String: String] {
        var query: [String: String] = [:]
        var index: Int32 = 0
        while true {
            let length = lws_hdr_fragment_length(handle, WSI_TOKEN_HTTP_URI_ARGS, index)
            guard length > 0 else { return query }
            let pair = text(length: length) { lws_hdr_copy_fragment(handle, $0, $1, WSI_TOKEN_HTTP_URI_ARGS, index) } ?? ""
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if let name = parts.first, query[String(name)] == nil {
                query[String(name)] = parts.count > 1 ? String(parts[1]) : ""
            }
            index += 1
        }
    }

    static func readRemoteAddress(of handle: OpaquePointer) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
            guard let base = buffer.baseAddress, let address = lws_get_peer_simple(handle, base, buffer.count) else {
                return ""
            }
            let text = String(cString: address)
            return text.hasPrefix("::ffff:") ? String(text.dropFirst(7)) : text
        }
    }
}

import WebServer

extension RequestHead {
    /// Whether the page that sent this was served under the very name, and in the way, that it calls (RFC 6454). Browsers send `Origin` with every
    /// handshake and unsafe request. That a proxy in front speaks TLS is believed of trusted ones only.
    var comesFromOwnPage: Bool {
        guard let origin = header("origin"), let host = header("host"), !host.isEmpty else { return false }
        return origin == (isSecure ? "https://" : "http://") + host
    }
}

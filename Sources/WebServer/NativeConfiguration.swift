import CLibwebsockets
import Glibc

/// The C structures of one context. libwebsockets keeps pointers into them, so this must outlive the context.
final class NativeConfiguration {
    private(set) var info = lws_context_creation_info()
    private var strings: [UnsafeMutablePointer<CChar>] = []
    private let protocols = UnsafeMutablePointer<lws_protocols>.allocate(capacity: 2)
    private let idlePolicy = UnsafeMutablePointer<lws_retry_bo_t>.allocate(capacity: 1)
    private let headers: UnsafeMutableBufferPointer<lws_protocol_vhost_options>

    /// Longest single write. libwebsockets would copy what exceeds it into a buffer of its own.
    private static let maximumWriteBytes = 2_097_152
    /// What one connection reads at a time, and holds while it is idle.
    private static let receiveBufferBytes = 4_096
    /// What the loop reads at a time.
    private static let serviceBufferBytes: UInt32 = 65_536

    /// - Parameter user: given back by `lws_context_user()`.
    init(_ configuration: ServerConfiguration, user: UnsafeMutableRawPointer) {
        // Without TLS of its own the server cannot know, in what the library answers by itself, that a proxy has it.
        let fields = configuration.responseHeaders + (configuration.tls == nil ? [] : configuration.secureResponseHeaders)
        headers = .allocate(capacity: max(1, fields.count))
        fillProtocols(configuration)
        fillIdlePolicy()
        fillInfo(configuration, user: user)
        fillHeaders(fields)
        if let tls = configuration.tls { fillTLS(tls) }
    }

    deinit {
        strings.forEach { free($0) }
        protocols.deallocate()
        idlePolicy.deallocate()
        headers.deallocate()
    }

    private func keep(_ text: String) -> UnsafePointer<CChar>? {
        guard let copy = strdup(text) else { return nil }
        strings.append(copy)
        return UnsafePointer(copy)
    }

    /// One protocol for everything: HTTP, the subprotocol, and the raw bytes of unknown methods.
    private func fillProtocols(_ configuration: ServerConfiguration) {
        var entry = lws_protocols()
        entry.name = keep(configuration.subprotocol)
        entry.callback = serviceCallback
        entry.rx_buffer_size = Self.receiveBufferBytes
        entry.tx_packet_size = max(Self.maximumWriteBytes, configuration.limits.maximumQueuedBytes)
        protocols.initialize(to: entry)
        (protocols + 1).initialize(to: lws_protocols())
    }

    /// All zero: the library's own pings sit in a sorted list and are of no use with thousands of connections.
    private func fillIdlePolicy() {
        idlePolicy.initialize(to: lws_retry_bo_t())
    }

    private func fillInfo(_ configuration: ServerConfiguration, user: UnsafeMutableRawPointer) {
        let limits = configuration.limits
        info.port = Int32(configuration.port)
        info.protocols = UnsafePointer(protocols)
        info.retry_and_idle_policy = UnsafePointer(idlePolicy)
        info.user = user
        // Stay who we are; zero would mean root.
        info.gid = -1
        info.uid = -1
        info.server_string = keep("web")
        info.max_http_header_data = UInt16(clamping: limits.maximumHeaderBytes)
        info.pt_serv_buf_size = Self.serviceBufferBytes
        info.keepalive_timeout = Int32(clamping: limits.keepAliveTimeout.wholeSeconds)
        info.timeout_secs_ah_idle = UInt32(clamping: limits.requestHeaderTimeout.wholeSeconds)
        // The library's own patience with a body; ours is shorter and says why. For a new connection, which gets the
        // same, it is shortened in `connectionAccepted`.
        info.timeout_secs = UInt32(clamping: limits.requestBodyIdleTimeout.wholeSeconds + 5)
        info.signal_cb = signalCallback
        info.options = Self.commonOptions
        fillAddress(configuration.host)
        // Methods the parser does not know come to us as raw bytes instead of being answered 403.
        info.options |= UInt64(LWS_SERVER_OPTION_FALLBACK_TO_APPLY_LISTEN_ACCEPT_CONFIG)
        info.listen_accept_role = keep("raw-skt")
        info.listen_accept_protocol = keep(configuration.subprotocol)
    }

    private static var commonOptions: UInt64 {
        UInt64(LWS_SERVER_OPTION_LIBUV) | UInt64(LWS_SERVER_OPTION_VALIDATE_UTF8)
            // Only SIGINT and SIGTERM become loop events; a crash stays a crash.
            | UInt64(LWS_SERVER_OPTION_UV_NO_SIGSEGV_SIGFPE_SPIN) | UInt64(LWS_SERVER_OPTION_FAIL_UPON_UNABLE_TO_BIND)
    }

    private func fillAddress(_ host: String) {
        switch host {
        case "0.0.0.0":
            info.options |= UInt64(LWS_SERVER_OPTION_DISABLE_IPV6)
        case "::":
            // MODIFY without VALUE switches IPV6_V6ONLY off: one socket for both families.
            info.options |= UInt64(LWS_SERVER_OPTION_IPV6_V6ONLY_MODIFY)
        default:
            info.iface = keep(host)
            if !host.contains(":") { info.options |= UInt64(LWS_SERVER_OPTION_DISABLE_IPV6) }
        }
    }

    /// For the answers libwebsockets gives by itself, such as 403 to a malformed path.
    private func fillHeaders(_ fields: [(name: String, value: String)]) {
        for (index, field) in fields.enumerated() {
            var entry = lws_protocol_vhost_options()
            entry.name = keep(field.name.lowercased() + ":")
            entry.value = keep(field.value)
            (headers.baseAddress! + index).initialize(to: entry)
            if index > 0 { headers[index - 1].next = UnsafePointer(headers.baseAddress! + index) }
        }
        if !fields.isEmpty { info.headers = UnsafePointer(headers.baseAddress) }
    }

    /// Forward secrecy and authenticated encryption, nothing else (RFC 9325, 4.2).
    private static let tls12Ciphers = [
        "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305",
        "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256",
    ].joined(separator: ":")
    private static let tls13Ciphers = ["TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256"].joined(separator: ":")

    private func fillTLS(_ tls: TLSFiles) {
        info.options |= clws_option_tls_global_init
        info.ssl_cert_filepath = keep(tls.certificatePath)
        info.ssl_private_key_filepath = keep(tls.privateKeyPath)
        info.ssl_options_set = clws_tls_modern_options
        info.ssl_cipher_list = keep(Self.tls12Ciphers)
        info.tls1_3_plus_cipher_list = keep(Self.tls13Ciphers)
        // HTTP/2 uploads stall in libwebsockets 4.1.
        info.alpn = keep("http/1.1")
    }
}

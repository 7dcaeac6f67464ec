import CLibwebsockets
import Glibc

/// Finds out before, or after a failure, what is wrong: `lws_create_context()` only says that something is.
enum StartCheck {
    static let pluginPackage = "libwebsockets-evlib-uv"
    static var pluginPath: String { LWS_INSTALL_LIBDIR + "/libwebsockets-evlib_uv.so" }

    static func check(_ configuration: ServerConfiguration) throws(ServerStartError) {
        try checkPlugin(at: pluginPath)
        let isPort = (0...65_535).contains(configuration.port)
        guard isPort, isNumericAddress(configuration.host) else {
            throw .invalidAddress(host: configuration.host, port: configuration.port)
        }
        if let tls = configuration.tls {
            for path in [tls.certificatePath, tls.privateKeyPath] where access(path, R_OK) != 0 {
                throw .tlsFileUnreadable(path: path, errno: errno)
            }
        }
        if let code = bindFailure(host: configuration.host, port: configuration.port) {
            throw .cannotListen(
                host: configuration.host, port: configuration.port, details: describe(errno: code))
        }
    }

    /// Tries the address with a socket of our own, with the library's options.
    ///
    /// For the better message, and because a context that fails to bind leaves its signal watchers registered in
    /// libuv for ever: the next SIGTERM would run into freed memory.
    private static func bindFailure(host: String, port: Int) -> Int32? {
        let isIPv6 = host.contains(":")
        let descriptor = socket(isIPv6 ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        var enabled: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &enabled, socklen_t(MemoryLayout<Int32>.size))
        let networkPort = in_port_t(truncatingIfNeeded: port).bigEndian
        if isIPv6 {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = networkPort
            inet_pton(AF_INET6, host, &address.sin6_addr)
            return bind(descriptor, to: &address)
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = networkPort
        inet_pton(AF_INET, host, &address.sin_addr)
        return bind(descriptor, to: &address)
    }

    private static func bind<Address>(_ descriptor: Int32, to address: inout Address) -> Int32? {
        let result = withUnsafeBytes(of: &address) { bytes in
            guard let base = bytes.baseAddress else { return Int32(-1) }
            return Glibc.bind(descriptor, base.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
        }
        // Two bound sockets collide only when one listens, so the test has to listen too.
        return result == 0 && listen(descriptor, 1) == 0 ? nil : errno
    }

    /// libwebsockets loads it by name while it starts, so the linker does not miss it.
    static func checkPlugin(at path: String) throws(ServerStartError) {
        guard access(path, R_OK) == 0 else {
            throw .eventLoopPluginMissing(package: pluginPackage, path: path)
        }
    }

    private static func isNumericAddress(_ host: String) -> Bool {
        var address = in6_addr()
        return inet_pton(AF_INET, host, &address) == 1 || inet_pton(AF_INET6, host, &address) == 1
    }

    static func diagnose(_ configuration: ServerConfiguration, log: [String]?) -> ServerStartError {
        let lines = log ?? []
        return .cannotListen(
            host: configuration.host, port: configuration.port,
            details: lines.isEmpty ? "unknown reason" : lines.joined(separator: "; "))
    }
}

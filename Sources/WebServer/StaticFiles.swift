import Glibc

/// Serves the files of the configured directories.
///
/// libwebsockets' own mounts are not used: in 4.1 they put no length on some answers, guess types from a short
/// list, and buffer pipelined input without bound while a file is sent.
struct StaticFiles {
    private struct Mount {
        /// Without the final slash, so the root is empty.
        let prefix: String
        /// Canonical, without symbolic links.
        let root: String
        let cacheControl: String
    }

    private let mounts: [Mount]

    init(_ mounts: [StaticMount]) throws(ServerStartError) {
        var resolved: [Mount] = []
        for mount in mounts {
            guard let root = canonicalPath(mount.directory) else {
                throw .mountUnreadable(path: mount.directory, errno: errno)
            }
            let prefix = mount.urlPath.hasSuffix("/") ? String(mount.urlPath.dropLast()) : mount.urlPath
            resolved.append(Mount(prefix: prefix, root: root, cacheControl: mount.cacheControl))
        }
        self.mounts = resolved.sorted { $0.prefix.utf8.count > $1.prefix.utf8.count }
    }

    /// - Returns: false when no mount covers the path.
    func serve(_ exchange: Exchange) -> Bool {
        let path = exchange.head.path
        guard let mount = mounts.first(where: { path == $0.prefix || path.hasPrefix($0.prefix + "/") }) else {
            return false
        }
        guard exchange.head.method == "GET" || exchange.head.method == "HEAD" else {
            exchange.respondWithText(status: 405, headers: [("Allow", "GET, HEAD")])
            return true
        }
        serve(String(path.dropFirst(mount.prefix.count)), of: mount, to: exchange)
        return true
    }

    private func serve(_ relativePath: String, of mount: Mount, to exchange: Exchange) {
        guard let name = Self.safeName(relativePath) else { return exchange.respondWithText(status: 404) }
        let isFolder = relativePath.isEmpty || relativePath.hasSuffix("/")
        let requested = mount.root + name + (isFolder ? "/index.html" : "")
        switch OpenFile.open(requested, inside: mount.root) {
        case .file(let file):
            send(file, cacheControl: mount.cacheControl, to: exchange)
        case .directory where !isFolder:
            // Without the slash, relative addresses inside the page would be resolved one level too high.
            exchange.respondWithText(status: 301, headers: [("Location", encodedPath(exchange.head.path) + "/")])
        case .directory, .missing:
            exchange.respondWithText(status: 404)
        }
    }

    /// The path below the root, `nil` for what must not be looked up. Hidden files are never served.
    static func safeName(_ relativePath: String) -> String? {
        guard !relativePath.utf8.contains(0), !relativePath.contains("\\") else { return nil }
        let parts = relativePath.split(separator: "/")
        guard !parts.contains(where: { $0.hasPrefix(".") }) else { return nil }
        return parts.reduce(into: "") { $0 += "/" + $1 }
    }

    private func send(_ file: OpenFile, cacheControl: String, to exchange: Exchange) {
        let headers = [
            ("ETag", file.entityTag), ("Last-Modified", httpDate(file.modified)), ("Cache-Control", cacheControl),
            ("X-Content-Type-Options", "nosniff"),
        ].map { (name: $0.0, value: $0.1) }
        if isFresh(file, for: exchange.head) { return exchange.respond(status: 304, headers: headers) }
        exchange.respond(status: 200, headers: headers + [("Content-Type", mediaType(of: file.path))], file: file)
    }

    /// RFC 9110 section 13.2.2: the entity tag decides when there is one, the date only without.
    private func isFresh(_ file: OpenFile, for head: RequestHead) -> Bool {
        if let tags = head.header("if-none-match") {
            return tags.split(separator: ",").contains { tag in
                let tag = tag.trimmingSpaces()
                return tag == "*" || tag == file.entityTag || tag == "W/" + file.entityTag
            }
        }
        // Clients send back the very date they were given; anything else is served anew.
        return head.header("if-modified-since") == httpDate(file.modified)
    }
}

/// A regular file open for reading, closed when the last reference goes.
final class OpenFile {
    enum Outcome {
        case file(OpenFile)
        case directory
        case missing
    }

    let path: String
    let byteCount: Int
    let modified: time_t
    let entityTag: String
    private let descriptor: Int32
    private var offset = 0

    private init(path: String, descriptor: Int32, status: stat) {
        self.path = path
        self.descriptor = descriptor
        byteCount = Int(status.st_size)
        modified = status.st_mtim.tv_sec
        let stamp =
            UInt64(truncatingIfNeeded: status.st_mtim.tv_sec) &* 1_000_000_000
            &+ UInt64(truncatingIfNeeded: status.st_mtim.tv_nsec)
        entityTag = "\"\(String(stamp, radix: 36))-\(String(byteCount, radix: 36))\""
    }

    deinit {
        close(descriptor)
    }

    /// Opens what `path` really is, if that lies inside `root` (a canonical path).
    static func open(_ path: String, inside root: String) -> Outcome {
        guard let real = canonicalPath(path), real == root || real.hasPrefix(root == "/" ? root : root + "/") else {
            return .missing
        }
        let descriptor = Glibc.open(real, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return .missing }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            close(descriptor)
            return .missing
        }
        switch status.st_mode & S_IFMT {
        case S_IFREG:
            return .file(OpenFile(path: real, descriptor: descriptor, status: status))
        case S_IFDIR:
            close(descriptor)
            return .directory
        default:
            close(descriptor)
            return .missing
        }
    }

    /// The next bytes: 0 after the length announced when the file was opened, `nil` when they cannot be had.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        let wanted = min(buffer.count, byteCount - offset)
        guard wanted > 0 else { return 0 }
        let count = pread(descriptor, buffer.baseAddress, wanted, off_t(offset))
        // Zero means the file was cut short meanwhile; the promised length cannot be kept.
        guard count > 0 else { return nil }
        offset += count
        return count
    }
}

func canonicalPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
}

/// Percent-encodes what may not stand in a path (RFC 3986 section 3.3).
func encodedPath(_ path: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/!$&'()*,=:@".utf8)
    var bytes: [UInt8] = []
    for byte in path.utf8 {
        if plain.contains(byte) {
            bytes.append(byte)
        } else {
            bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
    }
    return String(decoding: bytes, as: UTF8.self)
}

/// By the extension of the name; what is not listed is offered as bytes to save.
func mediaType(of path: String) -> String {
    let name = path.split(separator: "/").last ?? ""
    guard let dot = name.lastIndex(of: ".") else { return "application/octet-stream" }
    return switch name[name.index(after: dot)...].lowercased() {
    case "html": "text/html; charset=utf-8"
    case "js", "mjs": "text/javascript; charset=utf-8"
    case "css": "text/css; charset=utf-8"
    case "json", "map": "application/json"
    case "webmanifest": "application/manifest+json"
    case "svg": "image/svg+xml"
    case "png": "image/png"
    case "jpg", "jpeg": "image/jpeg"
    case "gif": "image/gif"
    case "webp": "image/webp"
    case "avif": "image/avif"
    case "ico": "image/x-icon"
    case "woff2": "font/woff2"
    case "woff": "font/woff"
    case "ttf": "font/ttf"
    case "txt", "md": "text/plain; charset=utf-8"
    case "xml": "application/xml"
    case "pdf": "application/pdf"
    case "wasm": "application/wasm"
    case "mp3": "audio/mpeg"
    case "ogg", "oga", "opus": "audio/ogg"
    case "wav": "audio/wav"
    case "mp4": "video/mp4"
    case "webm": "video/webm"
    default: "application/octet-stream"
    }
}

extension Exchange {
    /// The server's own small answers: the status in words.
    func respondWithText(status: Int, headers: [(name: String, value: String)] = []) {
        let text = "\(status) \(reasonPhrase(status))\n"
        respond(
            status: status, headers: headers + [("Content-Type", "text/plain; charset=utf-8")], body: Array(text.utf8))
    }
}

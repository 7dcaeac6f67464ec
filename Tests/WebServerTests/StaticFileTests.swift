import Foundation
import Testing

@testable import WebServer

@Suite struct StaticFileTests {
    let folder: TemporaryFolder
    let outside: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        outside = try TemporaryFolder()
        try folder.write("index.html", "<h1>远窗</h1>")
        try folder.write("seat/index.html", "seat")
        try folder.write("empty/x.txt", "x")
        try folder.write("seat/app.js", "export {}")
        try folder.write(".secret", "secret")
        try folder.write("窗 口.txt", "unicode")
        try folder.write("api/hidden.txt", "behind the dynamic prefix")
        try folder.write("healthzero.txt", "static")
        try outside.write("secret.txt", "secret")
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/link.txt", withDestinationPath: outside.path + "/secret.txt")
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/linked", withDestinationPath: outside.path)
        mkfifo(folder.path + "/fifo", 0o600)
    }

    func server() throws -> TestServer {
        let (root, other) = (folder.path, outside.path)
        return try TestServer(configure: {
            $0.staticMounts = [
                StaticMount(urlPath: "/", directory: root, cacheControl: "no-cache"),
                StaticMount(urlPath: "/vendor", directory: other, cacheControl: "public, max-age=600"),
            ]
            $0.responseHeaders = [("Content-Security-Policy", "default-src 'self'")]
        })
    }

    @Test func servesFilesAndIndexes() throws {
        let server = try server()
        let client = try Client(server.port)
        let index = try client.request("GET", "/")
        #expect(index.status == 200 && index.text == "<h1>远窗</h1>")
        #expect(index.fields["content-type"] == "text/html; charset=utf-8" && index.fields["cache-control"] == "no-cache")
        #expect(index.fields["content-security-policy"] == "default-src 'self'")
        #expect(try client.request("GET", "/?v=1").text == "<h1>远窗</h1>")
        #expect(try client.request("GET", "/seat/").text == "seat")
        #expect(try client.request("GET", "/seat/app.js").fields["content-type"] == "text/javascript; charset=utf-8")
        #expect(try client.request("GET", "/%E7%AA%97%20%E5%8F%A3.txt").text == "unicode")
        #expect(try client.request("GET", "/vendor/secret.txt").fields["cache-control"] == "public, max-age=600")
        let moved = try client.request("GET", "/seat")
        #expect(moved.status == 301 && moved.fields["location"] == "/seat/")
        let head = try client.request("HEAD", "/seat/app.js")
        #expect(head.status == 200 && head.fields["content-length"] == "9")
        let post = try client.request("POST", "/seat/app.js", body: [])
        #expect(post.status == 405 && post.fields["allow"] == "GET, HEAD")
        try server.stop()
    }

    @Test(arguments: [
        "/nothing", "/empty/", "/.secret", "/seat/../.secret", "/link.txt", "/linked/secret.txt", "/linked/", "/fifo",
        "/../../../../etc/passwd", "/..%2f..%2f..%2f..%2fetc%2fpasswd", "/%2e%2e/%2e%2e/etc/passwd",
        "/seat/%2e%2e/%2e%2e/%2e%2e/etc/passwd", "/..\\..\\etc\\passwd", "/seat/..;/..;/etc/passwd", "//etc/passwd",
        "/vendor/../../etc/passwd", "/vendor..%2f..%2fetc/passwd", "/index.html/", "/seat/app.js%00.png",
    ])
    func servesNothingElse(_ path: String) throws {
        let server = try server()
        let client = try Client(server.port)
        try client.send("GET \(path) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        let text = String(decoding: try client.takeRest(), as: UTF8.self)
        #expect(text.isEmpty || text.hasPrefix("HTTP/1.1 404") || text.contains("403 Forbidden"))
        #expect(!text.contains("secret") && !text.contains("root:"))
        try server.stop()
    }

    @Test func answers304() throws {
        let server = try server()
        let client = try Client(server.port)
        let first = try client.request("GET", "/seat/app.js")
        let tag = try #require(first.fields["etag"])
        let date = try #require(first.fields["last-modified"])
        for field in ["If-None-Match: \(tag)", "If-None-Match: \"x\", W/\(tag)", "If-None-Match: *", "If-Modified-Since: \(date)"] {
            let answer = try client.request("GET", "/seat/app.js", [field])
            #expect(answer.status == 304 && answer.fields["etag"] == tag && answer.fields["content-length"] == nil)
        }
        #expect(try client.request("GET", "/seat/app.js", ["If-None-Match: \"x\"", "If-Modified-Since: \(date)"]).status == 200)
        try folder.write("seat/app.js", "export { a }")
        let changed = try client.request("GET", "/seat/app.js", ["If-None-Match: \(tag)"])
        #expect(changed.status == 200 && changed.text == "export { a }")
        try server.stop()
    }

    @Test func dynamicPathsComeFirst() throws {
        let server = try server()
        let client = try Client(server.port)
        #expect(try client.request("GET", "/api/hidden.txt").text == "GET /api/hidden.txt")
        for path in ["/healthz", "/readyz", "/metrics", "/healthz/deep"] {
            #expect(try client.request("GET", path).text == "GET \(path)")
        }
        #expect(try client.request("GET", "/healthzero.txt").text == "static")
        try server.stop()
    }

    /// The file is many times what the sockets hold, and the client reads it late and in small sips.
    @Test func sendsALargeFileToASlowReader() throws {
        let bytes = (0..<8_000_000).map { UInt8(truncatingIfNeeded: $0 &* 17 ^ ($0 >> 9)) }
        try folder.write("large.bin", bytes)
        let server = try server()
        let slow = try Client(server.port, receiveBuffer: 8_192)
        try slow.send("GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n")
        let quick = try Client(server.port)
        for _ in 1...3 { #expect(try quick.request("GET", "/large.bin").body == bytes) }
        let answer = try slow.answer()
        #expect(answer.body == bytes && answer.fields["content-type"] == "application/octet-stream")
        #expect(try slow.request("GET", "/seat/").text == "seat")
        try server.stop()
    }

    @Test func givesUpOnAReaderThatStops() throws {
        try folder.write("large.bin", [UInt8](repeating: 1, count: 20_000_000))
        let root = folder.path
        let server = try TestServer(configure: {
            $0.staticMounts = [StaticMount(urlPath: "/", directory: root)]
            $0.limits.responseIdleTimeout = .milliseconds(200)
        })
        let client = try Client(server.port, receiveBuffer: 8_192)
        // The second request lies unread behind the first; it must neither spin the loop nor keep the connection.
        try client.send("GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\nGET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n")
        var poller = pollfd(fd: client.descriptor, events: Int16(0x2000) /* POLLRDHUP */, revents: 0)
        #expect(poll(&poller, 1, Int32(patience.components.seconds) * 1_000) == 1)
        #expect(try server.stop() == nil)
    }

    @Test(arguments: [
        ("a.html", "text/html; charset=utf-8"), ("a.js", "text/javascript; charset=utf-8"),
        ("a.MJS", "text/javascript; charset=utf-8"), ("a.css", "text/css; charset=utf-8"), ("a.svg", "image/svg+xml"),
        ("a.json", "application/json"), ("a.webmanifest", "application/manifest+json"), ("a.png", "image/png"),
        ("a.woff2", "font/woff2"), ("a.min.js", "text/javascript; charset=utf-8"), ("README", "application/octet-stream"),
        ("x.y/README", "application/octet-stream"), ("a.exe", "application/octet-stream"),
    ])
    func knowsMediaTypes(_ name: String, _ type: String) {
        #expect(mediaType(of: "/root/" + name) == type)
    }

    @Test func formatsDates() {
        #expect(httpDate(784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
    }
}

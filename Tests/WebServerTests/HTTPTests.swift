import Foundation
import Synchronization
import Testing

@testable import WebServer

@Suite struct RequestTests {
    @Test func servesSeveralRequestsOnOneConnection() throws {
        let server = try TestServer()
        let client = try Client(server.port)
        for number in 1...20 {
            let answer = try client.request("GET", "/api/\(number)")
            #expect(answer.status == 200 && answer.text == "GET /api/\(number)")
            #expect(answer.fields["date"]?.hasSuffix("GMT") == true)
        }
        #expect(try client.request("POST", "/api/x", body: Array("unread".utf8)).text == "POST /api/x")
        #expect(try client.request("PUT", "/api/x", body: []).text == "PUT /api/x")
        #expect(try client.request("DELETE", "/api/x").text == "DELETE /api/x")
        try server.stop()
    }

    @Test func answersPipelinedRequestsInOrder() throws {
        let server = try TestServer()
        let client = try Client(server.port)
        let requests = (0..<30).map { "GET /api/\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined()
        try client.send(requests)
        for number in 0..<30 { #expect(try client.answer().text == "GET /api/\(number)") }
        try server.stop()
    }

    @Test func headHasNoBody() throws {
        let server = try TestServer()
        let client = try Client(server.port)
        let answer = try client.request("HEAD", "/api/x")
        #expect(answer.status == 200 && answer.fields["content-length"] == "11")
        #expect(try client.request("GET", "/api/y").text == "GET /api/y")
        try server.stop()
    }

    @Test func readsHeadFields() throws {
        let seen = Mailbox<RequestHead>()
        let server = try TestServer(configure: { $0.additionalRequestHeaders = ["x-own"] }) { reactions in
            reactions.request = { exchange in
                seen.put(exchange.head)
                exchange.respond(status: 204)
            }
        }
        let names = [
            "Origin", "Content-Type", "User-Agent", "Accept-Language", "If-None-Match", "X-Forwarded-For",
            "X-File-Name", "Idempotency-Key", "X-Own", "Sec-Fetch-Site",
        ]
        let client = try Client(server.port)
        _ = try client.request(
            "GET", "/api/%E7%AA%97%20x?name=%E5%BC%A0&empty=&plus=a+b&name=second", names.map { "\($0): value of \($0)" } + ["Cookie: a=b; c=d=e"])
        let head = try seen.take()
        for name in names { #expect(head.header(name) == "value of \(name)") }
        #expect(head.header("x-unknown") == nil)
        #expect(head.path == "/api/窗 x" && head.query == ["name": "张", "empty": "", "plus": "a b"])
        #expect(head.cookies == ["a": "b", "c": "d=e"] && head.remoteAddress == "127.0.0.1")
        // Nothing of one request is left in the next.
        _ = try client.request("GET", "/api/next")
        let next = try seen.take()
        #expect(next.header("x-file-name") == nil && next.cookies.isEmpty && next.query.isEmpty)
        try server.stop()
    }

    @Test func answersLaterFromAnotherThread() throws {
        let pending = Mailbox<UInt64>()
        let waiting = Mutex<Int>(0)
        let server = try TestServer { reactions in
            var kept: [Exchange] = []
            reactions.started = { loop in
                reactions.request = { exchange in
                    kept.append(exchange)
                    pending.put(exchange.serial)
                    let handle = loop.handle
                    if exchange.head.path == "/api/now" {
                        Thread.detachNewThread { handle.submit { _ in waiting.withLock { $0 += 1 } } }
                        _ = loop.schedule(after: .milliseconds(20)) {
                            for exchange in kept { exchange.respond(status: 200, body: Array(exchange.head.path.utf8)) }
                            for exchange in kept { exchange.respond(status: 500) }
                            kept = []
                        }
                    }
                }
            }
        }
        let first = try Client(server.port)
        try first.send("GET /api/later HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = try pending.take()
        let second = try Client(server.port)
        #expect(try second.request("GET", "/api/now").text == "/api/now")
        #expect(try first.answer().text == "/api/later")
        _ = try pending.take()
        try first.send("GET /api/later HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = try pending.take()
        #expect(try second.request("GET", "/api/now").text == "/api/now")
        #expect(try first.answer().status == 200)
        try server.stop()
    }

    @Test func noticesThatTheClientLeft() throws {
        let outcome = Mailbox<Bool>()
        let arrived = Mailbox<Int>()
        let server = try TestServer { reactions in
            reactions.started = { loop in
                reactions.request = { exchange in
                    arrived.put(1)
                    func look() {
                        if exchange.isOpen {
                            _ = loop.schedule(after: .milliseconds(5)) { look() }
                        } else {
                            exchange.respond(status: 200)
                            outcome.put(exchange.isOpen)
                        }
                    }
                    look()
                }
            }
        }
        do {
            let client = try Client(server.port)
            try client.send("GET /api/x HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = try arrived.take()
        }
        #expect(try outcome.take() == false)
        try server.stop()
    }

    /// A byte too early must not spin the loop while the answer is pending.
    @Test func idlesWhileAnAnswerIsPending() throws {
        let used = Mailbox<Int>()
        let server = try TestServer { reactions in
            reactions.started = { loop in
                reactions.request = { exchange in
                    guard exchange.head.path == "/api/slow" else { return exchange.respond(status: 200) }
                    let before = threadMicroseconds()
                    _ = loop.schedule(after: .milliseconds(500)) {
                        used.put(threadMicroseconds() - before)
                        exchange.respond(status: 200)
                    }
                }
            }
        }
        let client = try Client(server.port)
        try client.send("GET /api/slow HTTP/1.1\r\nHost: a\r\n\r\nGET /api/next HTTP/1.1\r\nHost: a\r\n")
        try client.send("X-More: a\r\n\r\n")
        #expect(try used.take() < 100_000)
        #expect(try client.answer().status == 200)
        #expect(try client.answer().status == 200)
        try server.stop()
    }

    @Test func refusesWhatIsNoRequest() throws {
        let server = try TestServer(configure: { $0.responseHeaders = [("X-Frame-Options", "DENY")] })
        func status(_ text: String) throws -> Int {
            let client = try Client(server.port)
            try client.send(text)
            let answer = try client.answer()
            #expect(answer.fields["x-frame-options"] == "DENY")
            try client.takeRest()
            return answer.status
        }
        #expect(try status("BREW /pot HTTP/1.1\r\nHost: a\r\n\r\n") == 501)
        #expect(try status("CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n") == 501)
        #expect(try status("GET /api/x HTTP/1.1\r\n\r\n") == 400)
        #expect(try status("POST /api/x HTTP/1.1\r\nHost: a\r\nContent-Length: 1x\r\n\r\n") == 400)
        #expect(try status("POST /api/x HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n") == 400)
        #expect(try status("POST /api/x HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab") == 400)
        #expect(try status("GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n") == 403)
        #expect(try Client(server.port).request("GET", "/api/x").status == 200)
        #expect(try server.stop() == nil)
    }

    @Test(arguments: ["one long field", "many fields", "long path", "many arguments", "garbage"])
    func survivesOverlongHeads(_ kind: String) throws {
        let server = try TestServer()
        let text =
            switch kind {
            case "one long field": "GET /api/x HTTP/1.1\r\nHost: a\r\nCookie: " + String(repeating: "x", count: 200_000)
            case "many fields": "GET /api/x HTTP/1.1\r\nHost: a\r\n" + (0..<20_000).map { "X-\($0): y\r\n" }.joined()
            case "long path": "GET /api/" + String(repeating: "p", count: 200_000)
            case "many arguments": "GET /api/x?" + (0..<5_000).map { "a\($0)=1&" }.joined() + " HTTP/1.1\r\nHost: a\r\n\r\n"
            default: String(repeating: "\u{1}\u{7f}\r", count: 5_000)
            }
        for _ in 1...5 {
            let client = try Client(server.port)
            _ = client.sendAll(Array(text.utf8))
            try client.takeRest()
        }
        #expect(try Client(server.port).request("GET", "/api/x").status == 200)
        #expect(try server.stop() == nil)
    }

    @Test func fieldsCannotBeForged() throws {
        let server = try TestServer { reactions in
            reactions.request = { $0.respond(status: 200, headers: [("X-A", "1\r\nSet-Cookie: x=y"), ("X B", "1"), ("X-C", "3")]) }
        }
        let answer = try Client(server.port).request("GET", "/api/x")
        #expect(answer.fields["set-cookie"] == nil && answer.fields["x-a"] == nil && answer.fields["x-c"] == "3")
        try server.stop()
    }

    @Test func timesOutHalfOpenConnections() throws {
        let server = try TestServer(configure: {
            $0.limits.requestHeaderTimeout = .seconds(1)
            $0.limits.keepAliveTimeout = .seconds(1)
        })
        let silent = try Client(server.port)
        let partial = try Client(server.port)
        try partial.send("GET /api/x HTTP/1.1\r\nHos")
        let kept = try Client(server.port)
        #expect(try kept.request("GET", "/api/x").status == 200)
        // Each waits for the end of the stream, at most `patience`.
        try silent.takeRest()
        try partial.takeRest()
        try kept.takeRest()
        try server.stop()
    }

    @Test func speaksTLS12AndLater() throws {
        let folder = try TemporaryFolder()
        let files = TLSFiles(certificatePath: folder.path + "/c.pem", privateKeyPath: folder.path + "/k.pem")
        let made = try openssl([
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost",
            "-keyout", files.privateKeyPath, "-out", files.certificatePath,
        ])
        try #require(made.status == 0)
        let server = try TestServer(configure: { $0.tls = files }) { reactions in
            reactions.request = { $0.respond(status: 200, body: [UInt8](repeating: 0x78, count: 300_000)) }
        }
        for version in ["-tls1_2", "-tls1_3"] {
            let answer = try openssl(
                ["s_client", "-quiet", "-connect", "127.0.0.1:\(server.port)", "-alpn", "h2,http/1.1", version],
                input: "GET /api/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            #expect(answer.output.hasPrefix("HTTP/1.1 200 OK") && answer.output.count > 300_000)
        }
        let old = try openssl(["s_client", "-connect", "127.0.0.1:\(server.port)", "-tls1_1", "-cipher", "ALL:@SECLEVEL=0"])
        #expect(old.status != 0)
        #expect(try Client(server.port).sendAll(Array("GET / HTTP/1.1\r\n\r\n".utf8)))
        #expect(try server.stop() == nil)
    }
}

private func threadMicroseconds() -> Int {
    var usage = rusage()
    getrusage(1 /* RUSAGE_THREAD */, &usage)
    return usage.ru_utime.tv_sec * 1_000_000 + Int(usage.ru_utime.tv_usec) + usage.ru_stime.tv_sec * 1_000_000
        + Int(usage.ru_stime.tv_usec)
}

private func openssl(_ arguments: [String], input: String = "") throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
    process.arguments = arguments
    let (stdin, stdout) = (Pipe(), Pipe())
    process.standardInput = stdin
    process.standardOutput = stdout
    process.standardError = FileHandle.nullDevice
    try process.run()
    stdin.fileHandleForWriting.write(Data(input.utf8))
    // s_client without input would wait; with it, the server closes after the answer.
    if input.isEmpty { try stdin.fileHandleForWriting.close() }
    let output = stdout.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
}

@Suite struct BodyTests {
    /// Streams every request's body into the folder and answers with its size, or the code of the error.
    static func server(
        _ folder: TemporaryFolder, limit: Int = 30_000_000, outcomes: Mailbox<String> = Mailbox(),
        configure: (inout ServerConfiguration) -> Void = { _ in }
    ) throws -> TestServer {
        let path = folder.path
        return try TestServer(configure: configure) { reactions in
            reactions.request = { exchange in
                exchange.streamBody(toFile: path + "/upload-\(exchange.serial)", limit: limit) { result in
                    switch result {
                    case .success(let file):
                        outcomes.put("ok")
                        exchange.respond(status: 201, body: Array("\(file.byteCount)".utf8))
                    case .failure(let error):
                        outcomes.put(error.code)
                    }
                }
            }
        }
    }

    @Test func streamsTwentyMegabytesWithConstantMemory() throws {
        let folder = try TemporaryFolder()
        let server = try Self.server(folder)
        let client = try Client(server.port)
        let piece = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ ($0 >> 8)) }
        _ = try client.request("POST", "/api/warm", body: piece)
        let before = residentBytes()
        try client.send("POST /api/up HTTP/1.1\r\nHost: a\r\nContent-Length: 20000000\r\n\r\n")
        var peak = 0
        for _ in 0..<20 {
            try client.send(piece)
            peak = max(peak, residentBytes())
        }
        let answer = try client.answer()
        #expect(answer.status == 201 && answer.text == "20000000")
        #expect(peak - before < 10_000_000)
        let name = try #require(folder.names.sorted().last)
        let stored = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/" + name))
        #expect(stored == (0..<20).reduce(into: Data()) { data, _ in data.append(contentsOf: piece) })
        #expect(try client.request("POST", "/api/again", body: [1, 2, 3]).text == "3")
        try server.stop()
    }

    @Test func refusesTooLargeWith413AndCloses() throws {
        let folder = try TemporaryFolder()
        let outcomes = Mailbox<String>()
        let server = try Self.server(folder, limit: 1_000_000, outcomes: outcomes)
        let client = try Client(server.port)
        try client.send("POST /api/up HTTP/1.1\r\nHost: a\r\nContent-Length: 1000001\r\nExpect: 100-continue\r\n\r\n")
        let answer = try client.answer()
        #expect(answer.status == 413 && answer.fields["connection"] == "close")
        try client.takeRest()
        #expect(try outcomes.take() == "body_too_large")
        // A client that sends everything before it reads still gets to see the answer.
        let eager = try Client(server.port)
        try eager.send("POST /api/up HTTP/1.1\r\nHost: a\r\nContent-Length: 1500000\r\n\r\n")
        _ = eager.sendAll([UInt8](repeating: 0, count: 1_500_000))
        #expect(try eager.answer().status == 413)
        try eager.takeRest()
        #expect(folder.names.isEmpty)
        #expect(try Client(server.port).request("POST", "/api/up", body: [1]).status == 201)
        try server.stop()
    }

    @Test(arguments: ["", "Transfer-Encoding: chunked\r\n"])
    func asksForALength(_ field: String) throws {
        let folder = try TemporaryFolder()
        let server = try Self.server(folder)
        let client = try Client(server.port)
        try client.send("POST /api/up HTTP/1.1\r\nHost: a\r\n\(field)\r\n5\r\nhello\r\n0\r\n\r\n")
        #expect(try client.answer().status == 411)
        try client.takeRest()
        #expect(folder.names.isEmpty)
        try server.stop()
    }

    @Test func answersExpectContinue() throws {
        let folder = try TemporaryFolder()
        let server = try Self.server(folder)
        let client = try Client(server.port)
        try client.send("POST /api/up HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
        #expect(try client.answer().status == 100)
        try client.send("hello")
        #expect(try client.answer().text == "5")
        try server.stop()
    }

    @Test func removesThePartialFileOfALostClient() throws {
        let folder = try TemporaryFolder()
        let outcomes = Mailbox<String>()
        let server = try Self.server(folder, outcomes: outcomes)
        for isReset in [true, false] {
            let client = try Client(server.port)
            try client.send("POST /api/up HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n" + String(repeating: "x", count: 500_000))
            if isReset { client.reset() } else { shutdown(client.descriptor, Int32(SHUT_WR)) }
            #expect(try outcomes.take() == "client_disconnected")
        }
        #expect(folder.names.isEmpty)
        try server.stop()
        #expect(outcomes.isEmpty, "completed exactly once")
    }

    @Test func stopRemovesPartialFiles() throws {
        let folder = try TemporaryFolder()
        let outcomes = Mailbox<String>()
        let server = try Self.server(folder, outcomes: outcomes) { $0.limits.stopGracePeriod = .milliseconds(50) }
        let client = try Client(server.port)
        try client.send("POST /api/up HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n")
        #expect(try client.answer().status == 100)
        #expect(try server.stop() == nil)
        #expect(try outcomes.take() == "client_disconnected")
        #expect(folder.names.isEmpty)
    }

    @Test func timesOutAStalledBody() throws {
        let folder = try TemporaryFolder()
        let outcomes = Mailbox<String>()
        let server = try Self.server(folder, outcomes: outcomes) { $0.limits.requestBodyIdleTimeout = .milliseconds(300) }
        let client = try Client(server.port)
        try client.send("POST /api/up HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello")
        #expect(try client.answer().status == 408)
        try client.takeRest()
        #expect(try outcomes.take() == "body_timed_out" && folder.names.isEmpty)
        try server.stop()
    }

    @Test func reportsAStorageFailure() throws {
        let folder = try TemporaryFolder()
        let outcomes = Mailbox<String>()
        let server = try Self.server(folder, outcomes: outcomes)
        try FileManager.default.removeItem(atPath: folder.path)
        #expect(try Client(server.port).request("POST", "/api/up", body: [1]).status == 500)
        #expect(try outcomes.take() == "storage_failed")
        try server.stop()
    }

    @Test func reportsAFullDisk() throws {
        let folder = try TemporaryFolder()
        // Needs the right to mount; elsewhere there is nothing to test against.
        guard mount("tmpfs", folder.path, "tmpfs", 0, "size=256k") == 0 else { return }
        defer { umount(folder.path) }
        let outcomes = Mailbox<String>()
        let server = try Self.server(folder, outcomes: outcomes)
        let client = try Client(server.port)
        try client.send("POST /api/up HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n")
        _ = client.sendAll([UInt8](repeating: 7, count: 1_000_000))
        #expect(try client.answer().status == 507)
        #expect(try outcomes.take() == "storage_failed" && folder.names.isEmpty)
        try server.stop()
    }

    @Test func readsIntoMemoryAtOnceAndLater() throws {
        let server = try TestServer { reactions in
            reactions.started = { loop in
                reactions.request = { exchange in
                    let read = {
                        exchange.readBody(limit: 100_000) { result in
                            switch result {
                            case .success(let bytes): exchange.respond(status: 200, body: bytes.reversed())
                            case .failure(let error): exchange.respond(status: 422, body: Array(error.code.utf8))
                            }
                        }
                    }
                    if exchange.head.path == "/api/later" { _ = loop.schedule(after: .milliseconds(10), read) } else { read() }
                }
            }
        }
        let client = try Client(server.port)
        for path in ["/api/now", "/api/later"] {
            #expect(try client.request("POST", path, body: Array("abc".utf8)).text == "cba")
            #expect(try client.request("PATCH", path, body: []).text == "")
            #expect(try client.request("GET", path).text == "")
            #expect(try client.request("POST", path, body: [UInt8](repeating: 1, count: 100_000)).body.count == 100_000)
            // Head and body in two packets.
            try client.send("POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n")
            try client.send("xyz")
            #expect(try client.answer().text == "zyx")
        }
        let own = try Client(server.port).request("POST", "/api/now", body: [UInt8](repeating: 1, count: 100_001))
        #expect(own.status == 422 && own.text == "body_too_large")
        try server.stop()
    }
}

private func residentBytes() -> Int {
    let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
    return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 4_096
}

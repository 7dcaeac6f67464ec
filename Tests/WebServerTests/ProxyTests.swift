import Testing

@testable import WebServer

@Suite("Addresses and proxies") struct ProxyTests {
    @Test(
        arguments: [
            ("192.0.2.1", "192.0.2.1", "192.0.2.1"), ("::ffff:192.0.2.1", "192.0.2.1", "192.0.2.1"), ("::1", "::1", "::/64"),
            ("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1", "2001:db8::/64"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ])
    func anIPv6AddressCountsByItsNetwork(text: String, shortest: String, network: String) throws {
        let address = try #require(NetworkAddress(text))
        #expect(address.description == shortest)
        #expect(address.network == network)
    }

    @Test(
        arguments: [
            "", " ", "1", "1.2.3", "1.2.3.256", "01.2.3.4", "1.2.3.4 ", "1.2.3.4\0", "1.2.3.4:80", "[::1]", "::1%lo", "fe80::1%eth0", "localhost", "unknown",
            ":",
            "1.2.3.4,5.6.7.8", "：：1", String(repeating: "0:", count: 40) + "1",
        ])
    func whatIsNoAddressIsNone(text: String) { #expect(NetworkAddress(text) == nil) }

    @Test(
        arguments: [
            ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false), ("10.9.8.7/8", "10.0.0.1", true), ("192.0.2.1", "192.0.2.1", true),
            ("192.0.2.1", "192.0.2.2", false), ("192.0.2.128/25", "192.0.2.127", false), ("0.0.0.0/0", "203.0.113.9", true),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("2001:db8::/32", "2001:db8:ffff::1", true), ("2001:db8::/32", "2001:db9::1", false), ("::1/128", "::1", true), ("::/0", "2001:db8::1", true),
            ("10.0.0.0/8", "::ffff:10.1.1.1", true),
        ])
    func aRangeHoldsItsAddresses(range: String, address: String, isInside: Bool) throws {
        #expect(try #require(NetworkRange(range)).contains(try #require(NetworkAddress(address))) == isInside)
    }

    @Test(arguments: ["", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/8/8", "::/129", "proxy", "10.0.0.0/ 8", "10.0.0.0/0008"])
    func whatIsNoRangeIsNone(text: String) { #expect(NetworkRange(text) == nil) }

    private static let proxies = TrustedProxies(["10.0.0.0/8", "2001:db8:aaaa::/48"].compactMap(NetworkRange.init))

    @Test(
        arguments: [
            // A stranger is who they are, whatever they say.
            ("203.0.113.9", "192.0.2.1", "203.0.113.9"), ("203.0.113.9", nil, "203.0.113.9"),
            // One hop, and several of ours.
            ("10.0.0.1", "192.0.2.1", "192.0.2.1"), ("10.0.0.1", "192.0.2.1, 10.0.0.2,10.0.0.3", "192.0.2.1"), ("2001:db8:aaaa::1", "192.0.2.1", "192.0.2.1"),
            // What the client wrote itself stands left of its own address, and counts for nothing.
            ("10.0.0.1", "127.0.0.1, 192.0.2.1", "192.0.2.1"), ("10.0.0.1", "10.0.0.9, 198.51.100.7, 192.0.2.1, 10.0.0.2", "192.0.2.1"),
            ("10.0.0.1", "192.0.2.1, unknown", "10.0.0.1"), ("10.0.0.1", "192.0.2.1, nonsense, 10.0.0.2", "10.0.0.2"),
            // Everybody is one of ours; nobody is named.
            ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"), ("10.0.0.1", "", "10.0.0.1"), ("10.0.0.1", ", ,", "10.0.0.1"), ("10.0.0.1", nil, "10.0.0.1"),
            // With ports, in brackets, and mapped.
            ("10.0.0.1", "192.0.2.1:4711", "192.0.2.1"), ("10.0.0.1", "[2001:DB8::1]:4711", "2001:db8::1"), ("10.0.0.1", "[2001:db8::1]", "2001:db8::1"),
            ("10.0.0.1", "::ffff:192.0.2.1", "192.0.2.1"), ("10.0.0.1", "192.0.2.1:port", "10.0.0.1"), ("10.0.0.1", "[2001:db8::1", "10.0.0.1"),
        ] as [(String, String?, String)])
    func theClientIsTheFirstStrangerFromTheRight(peer: String, forwardedFor: String?, client: String) {
        #expect(Self.proxies.clientAddress(peer: peer, forwardedFor: forwardedFor) == client)
        #expect(TrustedProxies().clientAddress(peer: peer, forwardedFor: forwardedFor) == peer)
    }

    @Test(
        arguments: [
            ("10.0.0.1", "https", true), ("10.0.0.1", "HTTPS", true), ("10.0.0.1", "http", false), ("10.0.0.1", "http, https", true),
            ("10.0.0.1", "https, http", false), ("10.0.0.1", "", false), ("10.0.0.1", nil, false), ("203.0.113.9", "https", false), ("", "https", false),
        ] as [(String, String?, Bool)])
    func onlyATrustedProxySaysThatItWasTLS(peer: String, proto: String?, isSecure: Bool) {
        #expect(Self.proxies.isSecure(peer: peer, forwardedProto: proto) == isSecure)
    }

    @Test func connectionsAreCountedByPlaceAndInAll() {
        var counts = ConnectionCounts(most: 3, mostPerNetwork: 2)
        counts.add("a")
        #expect(counts.hasRoom(for: "a"))
        counts.add("a")
        #expect(!counts.hasRoom(for: "a") && counts.hasRoom(for: "b") && counts.hasRoom(for: nil))
        counts.add(nil)
        #expect(!counts.hasRoom(for: "b") && !counts.hasRoom(for: nil))
        counts.remove("a")
        #expect(counts.hasRoom(for: "a"))
        counts.remove("a")
        counts.remove(nil)
        #expect(counts.total == 0 && counts.hasRoom(for: "a"))
    }
}

@Suite("The edge over a real socket") struct EdgeTests {
    private static let trustsLoopback: @Sendable (inout ServerConfiguration) -> Void = {
        $0.trustedProxies = TrustedProxies(["127.0.0.0/8"].compactMap(NetworkRange.init))
    }

    private func heads(_ configure: (inout ServerConfiguration) -> Void, _ fields: [String]) throws -> RequestHead {
        let seen = Mailbox<RequestHead>()
        let server = try TestServer(configure: configure) { reactions in
            reactions.request = { exchange in
                seen.put(exchange.head)
                exchange.respond(status: 204)
            }
        }
        _ = try Client(server.port).request("GET", "/api/x", fields)
        defer { _ = try? server.stop() }
        return try seen.take()
    }

    @Test func aTrustedProxySaysWhereARequestComesFrom() throws {
        let fields = ["X-Forwarded-For: 127.0.0.1", "X-Forwarded-For: 192.0.2.7, 2001:db8:1:2:3::4", "X-Forwarded-Proto: https"]
        let told = try heads(Self.trustsLoopback, fields)
        #expect(told.clientAddress == "2001:db8:1:2:3::4" && told.clientNetwork == "2001:db8:1:2::/64" && told.isSecure)
        #expect(told.remoteAddress == "127.0.0.1")
        let untold = try heads({ _ in }, fields)
        #expect(untold.clientAddress == "127.0.0.1" && !untold.isSecure)
    }

    @Test func onePlaceGetsNoMoreThanItsConnections() throws {
        let server = try TestServer(configure: { $0.limits.maximumConnectionsPerNetwork = 3 })
        var open = try (0..<3).map { _ in try Client(server.port) }
        for client in open { #expect(try client.request("GET", "/api/x").status == 200) }
        // The fourth is closed unheard; the others do not notice.
        let fourth = try Client(server.port)
        _ = fourth.sendAll(Array("GET /api/x HTTP/1.1\r\nHost: test\r\n\r\n".utf8))
        #expect(try fourth.takeRest().isEmpty)
        for client in open { #expect(try client.request("GET", "/api/y").status == 200) }
        // A place that is given back is anybody's: also of one that became a WebSocket, and of one that never said a word.
        #expect(try open[0].handshake().status == 101)
        let closed = Mailbox<Int>()
        open.removeAll()
        while closed.isEmpty {
            let next = try Client(server.port)
            _ = next.sendAll(Array("GET /api/x HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n".utf8))
            if try !next.takeRest().isEmpty { closed.put(1) }
        }
        try server.stop()
    }

    @Test func aTrustedProxyIsNoPlace() throws {
        let server = try TestServer(configure: {
            $0.limits.maximumConnectionsPerNetwork = 1
            Self.trustsLoopback(&$0)
        })
        let many = try (0..<5).map { _ in try Client(server.port) }
        for client in many { #expect(try client.request("GET", "/api/x").status == 200) }
        try server.stop()
    }

    @Test func noMoreConnectionsInAllThanTold() throws {
        let server = try TestServer(configure: { $0.limits.maximumConnections = 2 })
        let open = try (0..<2).map { _ in try Client(server.port) }
        for client in open { #expect(try client.request("GET", "/api/x").status == 200) }
        let third = try Client(server.port)
        _ = third.sendAll(Array("GET /api/x HTTP/1.1\r\nHost: test\r\n\r\n".utf8))
        #expect(try third.takeRest().isEmpty)
        try server.stop()
    }

    private static let common = [(name: "X-Common", value: "1"), (name: "Content-Security-Policy", value: "default-src 'none'")]

    /// What the server says by itself, what it serves, what is dynamic, and what libwebsockets answers without asking.
    @Test(arguments: [
        ("GET", "/", 200), ("HEAD", "/", 200), ("GET", "/missing", 404), ("GET", "/folder", 301), ("POST", "/", 405), ("GET", "/api/x", 200),

        ("GET", "/ws", 426),
        ("BREW", "/", 501), ("GET", "/%zz", 403), ("GET", "/cached", 304), ("GET", "/api/no-host", 400), ("GET", "/refused", 429),
    ])
    func everyKindOfAnswerHasTheCommonFields(method: String, path: String, status: Int) throws {
        let folder = try TemporaryFolder()
        try folder.write("index.html", "<title>x</title>")
        try folder.write("cached", "x")
        try folder.write("folder/index.html", "x")
        for isTrusted in [false, true] {
            let server = try TestServer(configure: {
                $0.staticMounts = [StaticMount(urlPath: "/", directory: folder.path)]
                $0.responseHeaders = Self.common
                $0.secureResponseHeaders = [(name: "Strict-Transport-Security", value: "max-age=1")]
                if isTrusted { Self.trustsLoopback(&$0) }
            }) { reactions in
                reactions.admission = { exchange in
                    if exchange.head.path == "/refused" { exchange.respond(status: 429) }
                    return exchange.head.path != "/refused"
                }
            }
            var fields = ["X-Forwarded-Proto: https"]
            if status == 304 {
                let tag = try Client(server.port).request("GET", "/cached").fields["etag"] ?? ""
                fields.append("If-None-Match: \(tag)")
            }
            let answer = try Client(server.port).request(method, path, fields, host: status == 400 ? "Accept: */*" : "Host: test")
            #expect(answer.status == status)
            #expect(answer.fields["x-common"] == "1" && answer.fields["content-security-policy"] == "default-src 'none'")
            // What the library answers by itself, and what is no request, comes from nobody.
            let knowsItsProxy = ![403, 501].contains(status)
            #expect((answer.fields["strict-transport-security"] != nil) == (isTrusted && knowsItsProxy))
            try server.stop()
        }
    }

    @Test func anAnswerMayReplaceACommonField() throws {
        let server = try TestServer(configure: { $0.responseHeaders = Self.common }) { reactions in
            reactions.request = { $0.respond(status: 200, headers: [(name: "Content-Security-Policy", value: "sandbox")]) }
        }
        let client = try Client(server.port)
        try client.send("GET /api/x HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
        let text = String(decoding: try client.takeRest(), as: UTF8.self)
        #expect(text.contains("\r\nContent-Security-Policy: sandbox\r\n") && !text.contains("default-src") && text.contains("\r\nX-Common: 1\r\n"))
        try server.stop()
    }

    @Test func whoIsNotAdmittedIsNotServed() throws {
        let server = try TestServer { reactions in
            reactions.admission = { exchange in
                exchange.closeAfterResponse()
                exchange.respond(status: 429, headers: [(name: "Retry-After", value: "3")])
                return false
            }
        }
        let client = try Client(server.port)
        try client.send("GET /api/x HTTP/1.1\r\nHost: test\r\n\r\n")
        let text = String(decoding: try client.takeRest(), as: UTF8.self)
        #expect(text.hasPrefix("HTTP/1.1 429 ") && text.contains("\r\nRetry-After: 3\r\n") && text.contains("\r\nConnection: close\r\n"))
        try server.stop()
    }

    @Test func aRefusedHandshakeSaysWhenToComeBack() throws {
        let server = try TestServer { $0.handshake = { _ in .refuse(status: 429, retryAfterSeconds: 7) } }
        let answer = try Client(server.port).handshake()
        #expect(answer.status == 429 && answer.fields["retry-after"] == "7")
        try server.stop()
    }

    @Test func binaryMessagesComeAndGoWhereTheyAreWanted() throws {
        let server = try TestServer(configure: { $0.acceptsBinaryMessages = true }) { reactions in
            reactions.message = { connection, bytes in if connection.isReceivingBinary { connection.send(binary: bytes) } else { connection.send(bytes) } }
        }
        let client = try Client.webSocket(server.port)
        try client.sendFrame(WireFrame.binary, [0, 255, 128])
        #expect(try client.takeFrame() == WireFrame(opcode: WireFrame.binary, payload: [0, 255, 128]))
        try client.sendText("text")
        #expect(try client.takeFrame() == WireFrame(opcode: WireFrame.text, payload: Array("text".utf8)))
        try server.stop()
    }
}

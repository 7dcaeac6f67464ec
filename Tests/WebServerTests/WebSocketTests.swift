import Foundation
import Synchronization
import Testing

@testable import WebServer

@Suite struct HandshakeTests {
    @Test func acceptsAndEchoes() throws {
        let server = try TestServer()
        let client = try Client(server.port)
        let answer = try client.handshake()
        #expect(answer.status == 101)
        #expect(answer.fields["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
        #expect(answer.fields["sec-websocket-protocol"] == "test.v1")
        #expect(answer.fields["sec-websocket-extensions"] == nil)
        try client.sendText("窗口")
        #expect(try client.takeFrame() == WireFrame(opcode: WireFrame.text, payload: Array("窗口".utf8)))
        #expect(try server.stop() == nil)
    }

    struct Malformed: CustomTestStringConvertible {
        var testDescription: String
        var status: Int
        var path = "/ws"
        var subprotocol: String? = "test.v1"
        var fields = handshakeFields
        var extra: [String] = []
    }

    static func without(_ name: String) -> [String] { handshakeFields.filter { !$0.hasPrefix(name) } }

    @Test(arguments: [
        Malformed(testDescription: "no subprotocol", status: 400, subprotocol: nil),
        Malformed(testDescription: "other subprotocol", status: 400, subprotocol: "test.v2"),
        Malformed(testDescription: "subprotocol in other case", status: 400, subprotocol: "TEST.V1"),
        Malformed(testDescription: "other path", status: 404, path: "/other"),
        Malformed(testDescription: "other version", status: 426, fields: without("Sec-WebSocket-Version") + ["Sec-WebSocket-Version: 8"]),
        Malformed(testDescription: "no version", status: 426, fields: without("Sec-WebSocket-Version")),
        Malformed(testDescription: "no key", status: 400, fields: without("Sec-WebSocket-Key")),
        Malformed(testDescription: "short key", status: 400, fields: without("Sec-WebSocket-Key") + ["Sec-WebSocket-Key: abc="]),
        Malformed(testDescription: "no Connection", status: 400, fields: without("Connection")),
        Malformed(testDescription: "h2c", status: 400, fields: without("Upgrade") + ["Upgrade: h2c", "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA"]),
        Malformed(testDescription: "with a body", status: 400, extra: ["Content-Length: 3"]),
        Malformed(testDescription: "unknown upgrade", status: 403, fields: without("Upgrade") + ["Upgrade: foo"]),
    ])
    func refuses(_ malformed: Malformed) throws {
        let server = try TestServer(configure: { $0.responseHeaders = [("X-Frame-Options", "DENY")] })
        let client = try Client(server.port)
        let answer = try client.handshake(
            path: malformed.path, subprotocol: malformed.subprotocol, fields: malformed.fields, extra: malformed.extra)
        #expect(answer.status == malformed.status)
        #expect(answer.fields["x-frame-options"] == "DENY")
        try client.takeRest()
        _ = try Client.webSocket(server.port)
        #expect(try server.stop() == nil)
    }

    /// After a first request the library keeps the connection, and its way through a refused upgrade is the one with
    /// the use after free.
    @Test(arguments: ["foo", "h2c", "websocket"])
    func survivesUpgradeOnKeptConnection(_ upgrade: String) throws {
        let server = try TestServer()
        for _ in 1...20 {
            let client = try Client(server.port)
            #expect(try client.request("GET", "/api/a").status == 200)
            let fields = Self.without("Upgrade") + ["Upgrade: \(upgrade)"]
            #expect(try client.handshake(path: "/elsewhere", fields: fields).status >= 400)
            try client.takeRest()
        }
        _ = try Client.webSocket(server.port)
        #expect(try server.stop() == nil)
    }

    @Test func delegateRefusesForeignOrigin() throws {
        let server = try TestServer { reactions in
            reactions.handshake = { head in
                head.header("Origin") == "https://hall.example" ? .accept : .refuse(status: 403)
            }
        }
        for _ in 1...50 {
            #expect(try Client(server.port).handshake(extra: ["Origin: https://evil.example"]).status == 403)
            #expect(try Client(server.port).handshake(extra: ["Origin: https://hall.example"]).status == 101)
        }
        #expect(try server.stop() == nil)
    }

    @Test func handshakeAfterRequestOnSameConnection() throws {
        let server = try TestServer()
        let client = try Client(server.port)
        #expect(try client.request("GET", "/api/a").status == 200)
        #expect(try client.handshake().status == 101)
        try client.sendText("x")
        #expect(try client.takeFrame().string == "x")
        try server.stop()
    }

    @Test func plainRequestToTheSocketPathAsksForUpgrade() throws {
        let server = try TestServer()
        #expect(try Client(server.port).request("GET", "/ws").status == 426)
        try server.stop()
    }

    @Test func headReachesTheConnection() throws {
        let seen = Mailbox<String>()
        let server = try TestServer { reactions in
            reactions.opened = { connection in
                seen.put("\(connection.head.cookies["sid"] ?? "-") \(connection.head.remoteAddress) \(connection.head.query["token"] ?? "-")")
            }
        }
        try Client(server.port).handshake(path: "/ws?token=a%20b&x", extra: ["Cookie: a=1; sid=\"s3\"; sid=no"])
        #expect(try seen.take() == "s3 127.0.0.1 a b")
        try server.stop()
    }
}

@Suite struct MessageTests {
    @Test func reassemblesFragmentsAroundPing() throws {
        let server = try TestServer()
        let client = try Client.webSocket(server.port)
        try client.sendText("one ", isFinal: false)
        try client.sendFrame(WireFrame.ping, Array("hi".utf8))
        try client.sendFrame(WireFrame.continuation, [], isFinal: false)
        try client.sendFrame(WireFrame.continuation, Array("two".utf8))
        // The echo is written at once, the pong when the library is next told that it may write.
        let frames = [try client.takeFrame(), try client.takeFrame()].sorted { $0.opcode < $1.opcode }
        #expect(frames[0].string == "one two")
        #expect(frames[1] == WireFrame(opcode: WireFrame.pong, payload: Array("hi".utf8)))
        try client.sendText("")
        #expect(try client.takeFrame() == WireFrame(opcode: WireFrame.text, payload: []))
        try server.stop()
    }

    @Test(arguments: [1, 125, 126, 4_095, 4_096, 4_097, 65_535, 65_536])
    func echoesUpToTheLimit(_ count: Int) throws {
        let server = try TestServer()
        let client = try Client.webSocket(server.port)
        let text = String(repeating: "x", count: count)
        for _ in 1...3 {
            try client.sendText(text)
            #expect(try client.takeFrame().string == text)
        }
        try server.stop()
    }

    enum TooMuch: CaseIterable { case oneFrame, fragments, announced }

    @Test(arguments: TooMuch.allCases)
    func closesTooLargeWith1009(_ kind: TooMuch) throws {
        let reasons = Mailbox<CloseReason>()
        let messages = Mailbox<Int>()
        let server = try TestServer { reactions in
            reactions.message = { messages.put($1.count) }
            reactions.closed = { reasons.put($1) }
        }
        let client = try Client.webSocket(server.port)
        switch kind {
        case .oneFrame:
            try client.sendText(String(repeating: "x", count: 65_537))
        case .fragments:
            let piece = [UInt8](repeating: 0x61, count: 30_000)
            try client.sendFrame(WireFrame.text, piece, isFinal: false)
            try client.sendFrame(WireFrame.continuation, piece, isFinal: false)
            try client.sendFrame(WireFrame.continuation, piece)
        case .announced:
            let frame = WireFrame(opcode: WireFrame.text, payload: Array("just a few".utf8))
            try client.send(Client.encode(frame, announcing: 1 << 40))
        }
        #expect(try client.takeFrame().closeCode == 1009)
        if kind != .announced {
            // The peer's answer is understood, although it follows what was refused.
            try client.sendFrame(WireFrame.close, [0x03, 0xF1])
        } else {
            client.reset()
        }
        try client.takeRest()
        #expect(try reasons.take() == .messageTooLarge)
        #expect(messages.isEmpty)
        _ = try Client.webSocket(server.port)
        #expect(try server.stop() == nil)
    }

    @Test func closesBinaryWith1003() throws {
        let reasons = Mailbox<CloseReason>()
        let server = try TestServer { reactions in reactions.closed = { reasons.put($1) } }
        let client = try Client.webSocket(server.port)
        try client.sendFrame(WireFrame.binary, [1, 2, 3])
        #expect(try client.takeFrame().closeCode == 1003)
        try client.sendFrame(WireFrame.close, [0x03, 0xEB])
        try client.takeRest()
        #expect(try reasons.take() == .binaryMessage)
        try server.stop()
    }

    @Test func closesInvalidUTF8With1007() throws {
        let server = try TestServer()
        let client = try Client.webSocket(server.port)
        try client.sendFrame(WireFrame.text, [0xC3, 0x28])
        #expect(try client.takeFrame().closeCode == 1007)
        try server.stop()
    }

    @Test func reportsThePeersClose() throws {
        let reasons = Mailbox<CloseReason>()
        let server = try TestServer { reactions in reactions.closed = { reasons.put($1) } }
        let client = try Client.webSocket(server.port)
        try client.sendFrame(WireFrame.close, [0x0F, 0xA1] + Array("再见".utf8))
        #expect(try client.takeFrame().closeCode == 4_001)
        try client.takeRest()
        #expect(try reasons.take() == .peer(code: 4_001, reason: "再见"))
        let second = try Client.webSocket(server.port)
        second.reset()
        #expect(try reasons.take() == .connectionLost)
        #expect(try server.stop() == nil)
        #expect(reasons.isEmpty, "closed is told exactly once")
    }

    @Test func closesAfterWhatIsQueued() throws {
        let server = try TestServer { reactions in
            reactions.message = { connection, message in
                connection.send(message)
                connection.close(code: 4_000, reason: String(repeating: "长", count: 60))
                connection.send(message)
                #expect(!connection.isOpen)
            }
        }
        let client = try Client.webSocket(server.port)
        try client.sendText("last")
        #expect(try client.takeFrame().string == "last")
        let close = try client.takeFrame()
        #expect(close.closeCode == 4_000)
        #expect(close.payload.dropFirst(2).count == 123 && String(validating: close.payload.dropFirst(2), as: UTF8.self) != nil)
        try client.sendFrame(WireFrame.close, [0x0F, 0xA0])
        try client.takeRest()
        try server.stop()
    }

    @Test func writesPiecesAsOneMessage() throws {
        let server = try TestServer { reactions in
            reactions.message = { $0.send(prefix: "{\"payload\":", payload: $1, suffix: "}") }
        }
        let client = try Client.webSocket(server.port)
        try client.sendText("[1]")
        #expect(try client.takeFrame().string == "{\"payload\":[1]}")
        try server.stop()
    }

    /// Relaying from one connection's message to another writes at once: nothing waits for the next turn of the loop.
    @Test func relaysAtOnce() throws {
        let queued = Mailbox<Int>()
        let opened = Mailbox<UInt64>()
        let server = try TestServer { reactions in
            var first: Connection?
            reactions.opened = { connection in
                if first == nil { first = connection }
                opened.put(connection.id)
            }
            reactions.message = { _, message in
                first?.send(message)
                queued.put(first?.queuedBytes ?? -1)
            }
            reactions.closed = { connection, _ in if connection === first { first = nil } }
        }
        let receiver = try Client.webSocket(server.port)
        _ = try opened.take()
        let sender = try Client.webSocket(server.port)
        for number in 1...100 {
            try sender.sendText("message \(number)")
            #expect(try receiver.takeFrame().string == "message \(number)")
            #expect(try queued.take() == 0)
        }
        try server.stop()
    }

    @Test func cutsSlowReaderAtTheBound() throws {
        let peak = Mailbox<Int>()
        let reasons = Mailbox<CloseReason>()
        let server = try TestServer { reactions in
            reactions.message = { connection, _ in
                let payload = [UInt8](repeating: 0x61, count: 60_000)
                var most = 0
                // More than the kernel takes on both sides together; ends because the connection is cut.
                while connection.isOpen {
                    connection.send(payload)
                    most = max(most, connection.queuedBytes)
                }
                peak.put(most)
            }
            reactions.closed = { reasons.put($1) }
        }
        let client = try Client.webSocket(server.port, receiveBuffer: 4_096)
        try client.sendText("flood")
        let most = try peak.take()
        #expect(most > 900_000 && most <= 1_048_576)
        #expect(try reasons.take() == .queueOverflow)
        let other = try Client.webSocket(server.port)
        other.reset()
        #expect(try server.stop() == nil)
    }

    @Test func queuedMessagesArriveInOrder() throws {
        let server = try TestServer(configure: { $0.limits.maximumQueuedBytes = 50_000_000 }) { reactions in
            reactions.message = { connection, _ in
                for number in 0..<400 { connection.send(Array("\(number):".utf8) + [UInt8](repeating: 0x62, count: 50_000)) }
            }
        }
        let client = try Client.webSocket(server.port, receiveBuffer: 16_384)
        try client.sendText("go")
        for number in 0..<400 {
            let frame = try client.takeFrame()
            #expect(frame.string.hasPrefix("\(number):") && frame.payload.count > 50_000)
        }
        try server.stop()
    }

    @Test func findsDeadPeerAndKeepsLivingOne() throws {
        let reasons = Mailbox<(UInt64, CloseReason)>()
        let opened = Mailbox<UInt64>()
        let server = try TestServer(configure: {
            $0.limits.pingInterval = .milliseconds(100)
            $0.limits.pongTimeout = .milliseconds(1_000)
        }) { reactions in
            reactions.opened = { opened.put($0.id) }
            reactions.closed = { reasons.put(($0.id, $1)) }
        }
        let dead = try Client.webSocket(server.port)
        let deadID = try opened.take()
        let start = ContinuousClock.now
        let living = try Client.webSocket(server.port)
        // Answers every ping until the other one has been given up.
        while reasons.isEmpty, start.duration(to: .now) < patience {
            let frame = try living.takeFrame()
            #expect(frame.opcode == WireFrame.ping && !frame.payload.isEmpty)
            try living.sendFrame(WireFrame.pong, frame.payload)
        }
        let (id, reason) = try reasons.take()
        #expect(id == deadID && reason == .pongTimeout)
        #expect(start.duration(to: .now) >= .milliseconds(900))
        try living.sendText("still here")
        while true {
            let frame = try living.takeFrame()
            if frame.opcode == WireFrame.text { break }
        }
        #expect(reasons.isEmpty)
        _ = dead.descriptor
        try server.stop()
    }
}

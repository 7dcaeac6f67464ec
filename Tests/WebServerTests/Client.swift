import Foundation
import Testing

/// A plain TCP client: blocking calls with a deadline, nothing clever, so that it can misbehave at will.
final class Client {
    let descriptor: Int32
    private var buffer: [UInt8] = []
    private var isAtEnd = false

    init(_ port: Int, receiveBuffer: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var size = receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(result == 0, "connect: \(errno)")
    }

    deinit { close(descriptor) }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) throws {
        try #require(sendAll(bytes), "the server closed while we were sending")
    }

    /// - Returns: false when the server no longer takes bytes.
    func sendAll(_ bytes: [UInt8]) -> Bool {
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress! + offset, bytes.count - offset, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return false }
            offset += count
        }
        return true
    }

    /// Closes with a reset, as a crashed machine's router would.
    func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    /// - Returns: false at the end of the stream.
    private func fill() throws -> Bool {
        guard !isAtEnd else { return false }
        var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        try #require(poll(&poller, 1, Int32(patience.components.seconds) * 1_000) == 1, "nothing came from the server")
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        if count <= 0 { isAtEnd = true } else { buffer += chunk.prefix(count) }
        return count > 0
    }

    func take(_ count: Int) throws -> [UInt8] {
        while buffer.count < count { try #require(try fill(), "the stream ended early") }
        defer { buffer.removeFirst(count) }
        return Array(buffer.prefix(count))
    }

    func takeLine() throws -> String {
        while true {
            if let end = buffer.firstIndex(of: 0x0A) {
                let line = String(decoding: buffer[..<end], as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
                buffer.removeFirst(end + 1)
                return line
            }
            try #require(try fill(), "the stream ended in a line")
        }
    }

    /// Everything up to the end of the stream, which must come.
    @discardableResult
    func takeRest() throws -> [UInt8] {
        while try fill() {}
        defer { buffer = [] }
        return buffer
    }
}

struct Answer {
    var status: Int
    var fields: [String: String]
    var body: [UInt8]
    var text: String { String(decoding: body, as: UTF8.self) }
}

extension Client {
    func request(
        _ method: String, _ path: String, _ fields: [String] = [], body: [UInt8]? = nil, host: String = "Host: test"
    ) throws -> Answer {
        var lines = ["\(method) \(path) HTTP/1.1", host] + fields
        if let body { lines.append("Content-Length: \(body.count)") }
        try send(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + (body ?? []))
        return try answer(to: method)
    }

    func answer(to method: String = "GET") throws -> Answer {
        let parts = try takeLine().split(separator: " ", maxSplits: 2)
        let status = try #require(parts.count > 1 ? Int(parts[1]) : nil)
        var fields: [String: String] = [:]
        while true {
            let line = try takeLine()
            if line.isEmpty { break }
            let pair = line.split(separator: ":", maxSplits: 1)
            fields[pair[0].lowercased()] = pair.count > 1 ? pair[1].trimmingCharacters(in: .whitespaces) : ""
        }
        let hasBody = method != "HEAD" && status != 304 && status != 204 && status >= 200
        let body = hasBody ? try take(Int(fields["content-length"] ?? "0") ?? 0) : []
        return Answer(status: status, fields: fields, body: body)
    }
}

// MARK: WebSocket

struct WireFrame: Equatable {
    var isFinal = true
    var opcode: UInt8
    var payload: [UInt8]

    static let text: UInt8 = 1, binary: UInt8 = 2, continuation: UInt8 = 0, close: UInt8 = 8, ping: UInt8 = 9,
        pong: UInt8 = 10

    var closeCode: Int? { opcode == Self.close && payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : nil }
    var string: String { String(decoding: payload, as: UTF8.self) }
}

let handshakeFields = [
    "Upgrade: websocket", "Connection: keep-alive, Upgrade", "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
]

extension Client {
    @discardableResult
    func handshake(
        path: String = "/ws", subprotocol: String? = "test.v1", fields: [String] = handshakeFields, extra: [String] = []
    ) throws -> Answer {
        let offer = subprotocol.map { ["Sec-WebSocket-Protocol: \($0)"] } ?? []
        return try request("GET", path, fields + offer + extra)
    }

    /// A connection on which the handshake has succeeded.
    static func webSocket(_ port: Int, receiveBuffer: Int32? = nil) throws -> Client {
        let client = try Client(port, receiveBuffer: receiveBuffer)
        let answer = try client.handshake()
        try #require(answer.status == 101)
        return client
    }

    static func encode(_ frame: WireFrame, announcing length: UInt64? = nil) -> [UInt8] {
        let count = length ?? UInt64(frame.payload.count)
        var bytes: [UInt8] = [(frame.isFinal ? 0x80 : 0) | frame.opcode]
        switch count {
        case ..<126: bytes.append(0x80 | UInt8(count))
        case ..<65_536: bytes += [0x80 | 126, UInt8(count >> 8), UInt8(count & 255)]
        default: bytes += [0x80 | 127] + (0..<8).map { UInt8(truncatingIfNeeded: count >> (56 - 8 * UInt64($0))) }
        }
        let mask: [UInt8] = [0x12, 0x34, 0x56, 0x78]
        return bytes + mask + frame.payload.enumerated().map { $1 ^ mask[$0 & 3] }
    }

    func sendFrame(_ opcode: UInt8, _ payload: [UInt8], isFinal: Bool = true) throws {
        try send(Self.encode(WireFrame(isFinal: isFinal, opcode: opcode, payload: payload)))
    }

    func sendText(_ text: String, isFinal: Bool = true) throws {
        try sendFrame(WireFrame.text, Array(text.utf8), isFinal: isFinal)
    }

    func takeFrame() throws -> WireFrame {
        let head = try take(2)
        var count = Int(head[1] & 0x7F)
        if count == 126 {
            count = try take(2).reduce(0) { $0 << 8 | Int($1) }
        } else if count == 127 {
            count = try take(8).reduce(0) { $0 << 8 | Int($1) }
        }
        return WireFrame(isFinal: head[0] & 0x80 != 0, opcode: head[0] & 15, payload: try take(count))
    }
}

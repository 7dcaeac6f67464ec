import Foundation
import Glibc
import Testing

@testable import BrokerServer

/// One connection on which a request is sent bit by bit.
final class Line {
    private let descriptor: Int32
    private var received: [UInt8] = []
    private var isOpen = true

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close() }

    func close() {
        if isOpen { Glibc.close(descriptor) }
        isOpen = false
    }

    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress?.advanced(by: sent), bytes.count - sent, Int32(MSG_NOSIGNAL)) }
            // The server may have answered and closed; what it said is what counts.
            guard count > 0 else { return }
            sent += count
        }
    }

    /// The next head that comes; what follows it belongs to the next.
    func readHead() throws -> Reply {
        while true {
            if let end = received.firstRange(of: Array("\r\n\r\n".utf8)) {
                defer { received.removeFirst(end.upperBound) }
                return try Reply(head: String(decoding: received[..<end.lowerBound], as: UTF8.self), text: "")
            }
            try #require(try fill(), "the stream ended before the answer")
        }
    }

    func readRest() throws -> String {
        while try fill() {}
        return String(decoding: received, as: UTF8.self)
    }

    /// - Returns: false at the end of the stream.
    private func fill() throws -> Bool {
        var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        try #require(poll(&poller, 1, 20_000) == 1, "nothing came from the server")
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        if count > 0 { received += chunk.prefix(count) }
        return count > 0
    }
}

extension Reply {
    init(head: String, text: String) throws {
        let lines = head.components(separatedBy: "\r\n")
        var fields: [String: String] = [:]
        for line in lines.dropFirst() {
            let pair = line.split(separator: ":", maxSplits: 1)
            if pair.count == 2 { fields[pair[0].lowercased()] = pair[1].trimmingCharacters(in: .whitespaces) }
        }
        let status = try #require(lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) })
        self.init(status: status, fields: fields, text: text, body: Data(text.utf8))
    }
}

extension LiveServer {
    /// Sends a request's head, from our own page; its body may follow.
    func open(_ method: String, _ path: String, _ fields: [String], announcing count: Int?, closes: Bool = false) throws -> Line {
        let line = Line(try connected())
        var lines = ["\(method) \(path) HTTP/1.1", "Host: \(host)", "Origin: http://\(host)"] + fields
        if let count { lines.append("Content-Length: \(count)") }
        if closes { lines.append("Connection: close") }
        try line.send(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8))
        return line
    }

    /// A whole request with a body.
    func send(_ method: String, _ path: String, _ fields: [String], _ body: [UInt8]) throws -> Reply {
        let line = try open(method, path, fields, announcing: body.count, closes: true)
        defer { line.close() }
        try line.send(body)
        let head = try line.readHead()
        let rest = try line.readRest()
        return Reply(status: head.status, fields: head.fields, text: rest, body: Data(rest.utf8))
    }
}

import Foundation
import Glibc

/// Answers one request on this machine, then is gone.
final class AnsweringServer: Sendable {
    let port: UInt16
    private let listening: Int32

    struct CannotListen: Error {}

    /// - Parameter answer: makes status and body of a request; nil says nothing to whoever calls.
    init(answer: (@Sendable (String) -> (status: String, body: String))?) throws {
        let listening = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in(
            sin_family: sa_family_t(AF_INET), sin_port: 0, sin_addr: in_addr(s_addr: UInt32(0x7F00_0001).bigEndian), sin_zero: (0, 0, 0, 0, 0, 0, 0, 0))
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listening, $0, length) == 0 && getsockname(listening, $0, &length) == 0 }
        }
        guard isBound, listen(listening, 1) == 0 else { throw CannotListen() }
        self.listening = listening
        port = UInt16(bigEndian: address.sin_port)
        guard let answer else { return }
        Thread.detachNewThread { Self.serve(listening, answer) }
    }

    deinit { close(listening) }

    private static func serve(_ listening: Int32, _ answer: (String) -> (status: String, body: String)) {
        let connection = accept(listening, nil, nil)
        guard connection >= 0 else { return }
        defer { close(connection) }
        var request = Data(), buffer = [UInt8](repeating: 0, count: 4_096)
        // Until the head is there, and with it the body that it announces.
        while !isWhole(request) {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return }
            request.append(contentsOf: buffer.prefix(count))
        }
        let (status, body) = answer(String(decoding: request, as: UTF8.self))
        let bytes = Array("HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)".utf8)
        _ = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    private static func isWhole(_ request: Data) -> Bool {
        let text = String(decoding: request, as: UTF8.self)
        guard let end = text.range(of: "\r\n\r\n") else { return false }
        let length = text.firstMatch(of: /Content-Length: ([0-9]+)/).flatMap { Int($0.1) } ?? 0
        return text[end.upperBound...].utf8.count >= length
    }
}

import Foundation

/// clamd's INSTREAM (clamd(8)): the bytes go over a socket in pieces with their lengths, a line comes back.
struct VirusScanner {
    let address: ClamdAddress
    let milliseconds: Int
    /// Below clamd's usual StreamMaxLength per piece, and small enough for any socket buffer.
    private static let pieceBytes = 65_536
    private static let answerBytes = 4_096

    enum Verdict: Hashable, Sendable {
        case clean
        case infected
        /// Not reachable, too slow, or an answer that is neither: nothing may be concluded from it.
        case unavailable
    }

    func scan(_ bytes: Data) -> Verdict {
        guard let socket = connected() else { return .unavailable }
        defer { close(socket) }
        var stream = Data("zINSTREAM\0".utf8)
        for start in stride(from: 0, to: bytes.count, by: Self.pieceBytes) {
            let piece = bytes.dropFirst(start).prefix(Self.pieceBytes)
            stream.append(contentsOf: (0..<4).map { UInt8(truncatingIfNeeded: piece.count >> (24 - 8 * $0)) })
            stream.append(piece)
        }
        stream.append(contentsOf: [0, 0, 0, 0])
        // clamd answers early when the file is too long for it, and then takes no more.
        _ = sendAll(stream, to: socket)
        return Self.verdict(readAll(from: socket))
    }

    /// `stream: OK` or `stream: NAME FOUND`, with a zero byte behind it.
    static func verdict(_ answer: Data) -> Verdict {
        let line = String(decoding: answer.prefix { $0 != 0 && $0 != 10 }, as: UTF8.self)
        if line == "stream: OK" { return .clean }
        if line.hasPrefix("stream: "), line.hasSuffix(" FOUND") { return .infected }
        return .unavailable
    }

    private func connected() -> Int32? {
        let family: Int32
        switch address {
        case .unix: family = AF_UNIX
        case .tcp(let host, _): family = host.contains(":") ? AF_INET6 : AF_INET
        }
        let descriptor = socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        // On Linux the sending time limit also bounds connect(2).
        var limit = timeval(tv_sec: milliseconds / 1_000, tv_usec: (milliseconds % 1_000) * 1_000)
        for option in [SO_SNDTIMEO, SO_RCVTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        guard connect(descriptor) else {
            close(descriptor)
            return nil
        }
        return descriptor
    }

    private func connect(_ descriptor: Int32) -> Bool {
        switch address {
        case .unix(let path):
            var name = sockaddr_un()
            name.sun_family = sa_family_t(AF_UNIX)
            let bytes = Array(path.utf8)
            guard bytes.count < MemoryLayout.size(ofValue: name.sun_path) else { return false }
            withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: bytes) }
            return Self.connect(descriptor, to: &name)
        case .tcp(let host, let port):
            var four = sockaddr_in()
            four.sin_family = sa_family_t(AF_INET)
            four.sin_port = port.bigEndian
            if inet_pton(AF_INET, host, &four.sin_addr) == 1 { return Self.connect(descriptor, to: &four) }
            var six = sockaddr_in6()
            six.sin6_family = sa_family_t(AF_INET6)
            six.sin6_port = port.bigEndian
            return inet_pton(AF_INET6, host, &six.sin6_addr) == 1 && Self.connect(descriptor, to: &six)
        }
    }

    private static func connect<Address>(_ descriptor: Int32, to address: inout Address) -> Bool {
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<Address>.size)) == 0 }
        }
    }

    private func sendAll(_ data: Data, to socket: Int32) -> Bool {
        var sent = 0
        while sent < data.count {
            let count = data.withUnsafeBytes { send(socket, $0.baseAddress.map { $0 + sent }, data.count - sent, Int32(MSG_NOSIGNAL)) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    private func readAll(from socket: Int32) -> Data {
        var answer = Data()
        var chunk = [UInt8](repeating: 0, count: 1_024)
        while answer.count < Self.answerBytes {
            let count = recv(socket, &chunk, chunk.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            answer.append(contentsOf: chunk[..<count])
            if answer.contains(0) { break }
        }
        return answer
    }
}

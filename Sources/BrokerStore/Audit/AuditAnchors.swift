import Foundation
import Glibc
import SignalingProtocol

/// Where the chain's end was at some moment, kept outside of the database: whoever cuts rows off, or brings an older database back, does not reach it there.
public struct AuditAnchor: Hashable, Sendable {
    public let at: Instant
    public let sequence: Int64
    let mac: Data

    /// As the log tells it and `verify-audit --expect` takes it: the number of the row, a colon, its seal in hexadecimal.
    public var text: String { "\(sequence):\(hexadecimal(mac))" }

    init(at: Instant, sequence: Int64, mac: Data) {
        self.at = at
        self.sequence = sequence
        self.mac = mac
    }

    /// - Returns: nil for anything else than `text` gives.
    public init?(text: some StringProtocol) {
        let parts = text.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, let sequence = Int64(parts[0]), let mac = Data(hexadecimal: parts[1]), mac.count == 32 else { return nil }
        self.init(at: Instant(milliseconds: 0), sequence: sequence, mac: mac)
    }
}

/// The file of anchors: a line each, only ever added to.
public struct AuditAnchors: Sendable {
    public static let fileName = "audit-anchors"

    let file: URL

    /// A line as it stands there; `anchor` is nil when it is none, or was not sealed by this key.
    struct Line {
        let number: Int
        let anchor: AuditAnchor?
    }

    /// Adds a line. On return it is on disk. Half a line, of a power cut, is taken away first: nobody was told of it.
    func append(_ anchor: AuditAnchor, sealedBy key: AuditKey) throws {
        let descriptor = open(file.path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw DurableFile.Failure(operation: "open", errno: errno) }
        defer { close(descriptor) }
        let known = (try? Data(contentsOf: file)) ?? Data()
        let whole = known.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        if whole < known.count {
            guard ftruncate(descriptor, off_t(whole)) == 0 else { throw DurableFile.Failure(operation: "truncate", errno: errno) }
        }
        try DurableFile.write(Data((Self.text(anchor, key) + "\n").utf8), to: descriptor)
        guard fsync(descriptor) == 0 else { throw DurableFile.Failure(operation: "fsync", errno: errno) }
        if known.isEmpty { try DurableFile.syncDirectory(of: file) }
    }

    /// - Returns: nil when there is no such file. A last line without an end is being written, or was cut short by a power cut: it does not count.
    func lines(sealedBy key: AuditKey) throws -> [Line]? {
        guard FileManager.default.fileExists(atPath: file.path) else { return nil }
        let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        return lines.enumerated().map { Line(number: $0.offset + 1, anchor: Self.anchor($0.element, key)) }
    }

    private static func text(_ anchor: AuditAnchor, _ key: AuditKey) -> String {
        "\(anchor.at.milliseconds) \(anchor.text) \(hexadecimal(seal(anchor, key)))"
    }

    private static func anchor(_ line: Substring, _ key: AuditKey) -> AuditAnchor? {
        let words = line.split(separator: " ")
        guard words.count == 3, let at = Int64(words[0]), let bare = AuditAnchor(text: words[1]), let sealed = Data(hexadecimal: words[2]) else { return nil }
        let anchor = AuditAnchor(at: Instant(milliseconds: at), sequence: bare.sequence, mac: bare.mac)
        return seal(anchor, key) == sealed ? anchor : nil
    }

    private static func seal(_ anchor: AuditAnchor, _ key: AuditKey) -> Data {
        var bytes = CanonicalBytes()
        bytes.append(anchor.at.milliseconds)
        bytes.append(anchor.sequence)
        bytes.append(anchor.mac)
        return key.seal(bytes.bytes, for: "anchor")
    }
}

extension Data {
    /// - Returns: nil for anything else than pairs of hexadecimal digits.
    init?(hexadecimal text: some StringProtocol) {
        let digits = text.compactMap(\.hexDigitValue)
        guard digits.count == text.count, digits.count.isMultiple(of: 2) else { return nil }
        self.init(stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) })
    }
}

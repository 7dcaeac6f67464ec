/// The outside of a client's message: enough to route it, found in one pass over the bytes without building anything.
///
/// A full decode and encode of a relayed message costs ten times the relay itself, so a payload that is only passed on stays bytes. The
/// scan accepts exactly JSON (RFC 8259) in UTF-8, so what is passed on parses at the other side.
///
/// Names are matched as written: `"\u0074ype"` is not `type`. Of a name that comes twice in the envelope, and of `session_id` in a
/// relayed payload, the last one counts, as in JavaScript. Payloads that are decoded should not repeat a name (RFC 7493, 2.3): there
/// Foundation takes the first.
public struct Envelope: Sendable {
    private let knownKind: MessageKind?
    /// Chosen by the client; the answer carries it as `re`.
    public let id: Int?
    /// Where the payload's value lies in the scanned bytes.
    public let payload: Range<Int>

    /// Asked for after the scan, so that the refusal of an unknown type can be sent under the request's id.
    /// - Throws: `unknown_type` for a type no client may send.
    public var kind: MessageKind {
        get throws(WireError) {
            guard let knownKind else { throw WireError(.unknownType) }
            return knownKind
        }
    }

    /// - Throws: `malformed_message` when it is not one JSON object with a `type`.
    public static func scan(_ bytes: UnsafeRawBufferPointer) throws(WireError) -> Envelope {
        guard bytes.isUTF8 else { throw WireError(.malformedMessage) }
        var cursor = JSONCursor(bytes)
        var type: Range<Int>?
        var id: Int?
        var payload: Range<Int>?
        try cursor.object { (key, value) throws(WireError) in
            if bytes.matches("type", in: key) {
                guard bytes[value.lowerBound] == UInt8(ascii: "\"") else { throw WireError(.malformedMessage) }
                type = value.lowerBound + 1..<value.upperBound - 1
            } else if bytes.matches("id", in: key) {
                guard let number = bytes.wholeNumber(in: value) else { throw WireError(.malformedMessage) }
                id = number
            } else if bytes.matches("payload", in: key) {
                payload = value
            }
        }
        try cursor.expectEnd()
        guard let type else { throw WireError(.malformedMessage) }
        let kind = MessageKind(rawValue: String(decoding: bytes[type], as: UTF8.self))
        return Envelope(knownKind: kind.flatMap { $0.rule.senders.isEmpty ? nil : $0 }, id: id, payload: payload ?? 0..<0)
    }

    /// The address of a relayed payload, without decoding the rest.
    /// - Parameter payload: the range that `scan` found, empty when the message has none.
    /// - Throws: `invalid_field` when `session_id` is not there or not a UUID, or when `from` or `to` names nobody.
    public static func relayAddress(inPayload payload: UnsafeRawBufferPointer) throws(WireError) -> RelayAddress {
        guard payload.first == UInt8(ascii: "{") else { throw WireError(.invalidField, field: "session_id") }
        var cursor = JSONCursor(payload)
        var session: SessionID?
        var from: Participant?
        var to: Participant?
        try cursor.object { (key, value) throws(WireError) in
            if payload.matches("session_id", in: key) {
                session = payload.text(in: value).flatMap { SessionID($0) }
            } else if payload.matches("from", in: key) {
                from = try payload.participant(in: value, field: "from")
            } else if payload.matches("to", in: key) {
                to = try payload.participant(in: value, field: "to")
            }
        }
        guard let session else { throw WireError(.invalidField, field: "session_id") }
        return RelayAddress(session: session, from: from, to: to)
    }
}

/// Where a relayed message comes from and goes to, as its sender says.
public struct RelayAddress: Hashable, Sendable {
    public let session: SessionID
    /// Absent: not said.
    public let from: Participant?
    /// Absent: the citizen's agent, or the agent's citizen.
    public let to: Participant?

    public init(session: SessionID, from: Participant? = nil, to: Participant? = nil) {
        self.session = session
        self.from = from
        self.to = to
    }
}

extension UnsafeRawBufferPointer {
    /// The JSON text of a closed system is UTF-8 (RFC 8259, 8.1); passed on unchecked, another text would cost the other side its connection.
    fileprivate var isUTF8: Bool { withMemoryRebound(to: UInt8.self) { (try? UTF8Span(validating: $0.span)) != nil } }

    fileprivate func matches(_ text: StaticString, in range: Range<Int>) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        for offset in 0..<range.count where self[range.lowerBound + offset] != text.utf8Start[offset] { return false }
        return true
    }

    /// The text of a JSON string as written; nil for any other value.
    fileprivate func text(in range: Range<Int>) -> String? {
        guard self[range.lowerBound] == UInt8(ascii: "\"") else { return nil }
        return String(decoding: self[range.lowerBound + 1..<range.upperBound - 1], as: UTF8.self)
    }

    fileprivate func participant(in range: Range<Int>, field: String) throws(WireError) -> Participant {
        guard let found = text(in: range).flatMap({ Participant(rawValue: $0) }) else { throw WireError(.invalidField, field: field) }
        return found
    }

    /// - Returns: nil for anything but `0` to `2^53 - 1`, which is what JavaScript counts exactly.
    fileprivate func wholeNumber(in range: Range<Int>) -> Int? {
        guard (1...16).contains(range.count) else { return nil }
        var number = 0
        for index in range {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self[index]) else { return nil }
            number = number * 10 + Int(self[index] - UInt8(ascii: "0"))
        }
        return number < 1 << 53 ? number : nil
    }
}

/// Walks over JSON text and checks it, keeping only positions.
struct JSONCursor {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0
    /// Deeper nesting is refused, so that no message can exhaust the stack.
    private static let deepestNesting = 32

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// Reads an object and calls `member` with where each key's text and each value lie.
    mutating func object(_ member: (Range<Int>, Range<Int>) throws(WireError) -> Void) throws(WireError) {
        skipSpace()
        try expect(UInt8(ascii: "{"))
        skipSpace()
        if take(UInt8(ascii: "}")) { return }
        while true {
            skipSpace()
            let key = try string()
            skipSpace()
            try expect(UInt8(ascii: ":"))
            skipSpace()
            let start = position
            try skipValue(depth: 1)
            try member(key, start..<position)
            skipSpace()
            if take(UInt8(ascii: ",")) { continue }
            return try expect(UInt8(ascii: "}"))
        }
    }

    mutating func expectEnd() throws(WireError) {
        skipSpace()
        if position != bytes.count { throw WireError(.malformedMessage) }
    }

    private mutating func skipValue(depth: Int) throws(WireError) {
        guard depth <= Self.deepestNesting, position < bytes.count else { throw WireError(.malformedMessage) }
        switch bytes[position] {
        case UInt8(ascii: "\""): _ = try string()
        case UInt8(ascii: "{"): try skipMembers(closing: UInt8(ascii: "}"), depth: depth, keyed: true)
        case UInt8(ascii: "["): try skipMembers(closing: UInt8(ascii: "]"), depth: depth, keyed: false)
        case UInt8(ascii: "t"): try literal("true")
        case UInt8(ascii: "f"): try literal("false")
        case UInt8(ascii: "n"): try literal("null")
        default: try number()
        }
    }

    private mutating func skipMembers(closing: UInt8, depth: Int, keyed: Bool) throws(WireError) {
        position += 1
        skipSpace()
        if take(closing) { return }
        while true {
            skipSpace()
            if keyed {
                _ = try string()
                skipSpace()
                try expect(UInt8(ascii: ":"))
                skipSpace()
            }
            try skipValue(depth: depth + 1)
            skipSpace()
            if take(UInt8(ascii: ",")) { continue }
            return try expect(closing)
        }
    }

    /// - Returns: where the text between the quotes lies, escapes as they are.
    private mutating func string() throws(WireError) -> Range<Int> {
        try expect(UInt8(ascii: "\""))
        let start = position
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                return start..<position - 1
            case UInt8(ascii: "\\"):
                try escape()
            case 0..<0x20:
                throw WireError(.malformedMessage)
            default:
                position += 1
            }
        }
        throw WireError(.malformedMessage)
    }

    private mutating func escape() throws(WireError) {
        position += 1
        guard position < bytes.count else { throw WireError(.malformedMessage) }
        switch bytes[position] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"),
            UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 1
        case UInt8(ascii: "u"):
            guard position + 4 < bytes.count, (1...4).allSatisfy({ bytes[position + $0].isHexadecimalDigit }) else {
                throw WireError(.malformedMessage)
            }
            position += 5
        default:
            throw WireError(.malformedMessage)
        }
    }

    private mutating func number() throws(WireError) {
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { try digits() }
        if take(UInt8(ascii: ".")) { try digits() }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            _ = take(UInt8(ascii: "+")) || take(UInt8(ascii: "-"))
            try digits()
        }
    }

    private mutating func digits() throws(WireError) {
        let start = position
        while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) { position += 1 }
        if position == start { throw WireError(.malformedMessage) }
    }

    private mutating func literal(_ text: StaticString) throws(WireError) {
        let end = position + text.utf8CodeUnitCount
        guard end <= bytes.count, bytes.matches(text, in: position..<end) else { throw WireError(.malformedMessage) }
        position = end
    }

    private mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): position += 1
            default: return
            }
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ byte: UInt8) throws(WireError) {
        if !take(byte) { throw WireError(.malformedMessage) }
    }
}

extension UInt8 {
    var isHexadecimalDigit: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"): true
        default: false
        }
    }
}

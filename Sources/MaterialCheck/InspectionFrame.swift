import Foundation

/// What goes to the inspecting process and comes back: the length of a JSON head and of a body, 8 bytes each, then both.
///
/// The lengths stand first, so an answer that broke off is known from one that ended.
enum InspectionFrame {
    static let prefixBytes = 16
    static let headBytes = 1024 * 1024

    static func encode(head: some Encodable, body: Data) throws -> Data {
        let head = try JSONEncoder().encode(head)
        return number(head.count) + number(body.count) + head + body
    }

    /// - Returns: nil when the frame is not whole, has more than it says, or the head is not of the wanted type.
    static func decode<Head: Decodable>(_ type: Head.Type, from frame: Data) -> (head: Head, body: Data)? {
        let frame = Data(frame)
        guard let lengths = lengths(frame), lengths.head <= headBytes, frame.count == prefixBytes + lengths.head + lengths.body,
            let head = try? JSONDecoder().decode(type, from: frame[prefixBytes..<prefixBytes + lengths.head])
        else { return nil }
        return (head, Data(frame[(prefixBytes + lengths.head)...]))
    }

    /// - Returns: nil for lengths that no frame has.
    static func lengths(_ prefix: Data) -> (head: Int, body: Int)? {
        guard prefix.count >= prefixBytes else { return nil }
        func number(at offset: Int) -> UInt64 {
            prefix.dropFirst(offset).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        }
        let bound = UInt64(1) << 40
        guard number(at: 0) < bound, number(at: 8) < bound else { return nil }
        return (Int(number(at: 0)), Int(number(at: 8)))
    }

    private static func number(_ value: Int) -> Data {
        Data((0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * $0)) })
    }
}

/// What the inspecting process is told.
struct InspectionJob: Codable {
    var request: InspectionRequest
    var limits: InspectionLimits
}

import Foundation

/// A UUIDv7 (RFC 9562) that names one thing of one kind. The phantom `Subject` keeps a ticket's id from being passed where a session's is meant.
///
/// On the wire and in the store: the lower-case hyphenated text form, whose order is the order of creation.
public struct Identifier<Subject>: Hashable, Sendable, Comparable, CustomStringConvertible, LosslessStringConvertible {
    public let uuid: UUID

    public init(_ uuid: UUID) { self.uuid = uuid }

    /// - Returns: nil when `text` is not the hyphenated text form of a UUID (RFC 9562, 4), in either case of letters.
    public init?(_ text: String) {
        // Foundation alone reads " 21e1f8-…" and "+c24…" as well, as the name of something else.
        let isWellFormed =
            text.utf8.count == 36
            && text.utf8.enumerated().allSatisfy { index, byte in
                [8, 13, 18, 23].contains(index) ? byte == UInt8(ascii: "-") : byte.isHexadecimalDigit
            }
        guard isWellFormed, let uuid = UUID(uuidString: text) else { return nil }
        self.uuid = uuid
    }

    public var description: String { uuid.uuidString.lowercased() }

    public static func < (left: Self, right: Self) -> Bool { left.uuid < right.uuid }
}

extension Identifier: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let identifier = Self(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a UUID")
        }
        self = identifier
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

public enum TicketSubject {}
public enum ReservationSubject {}
public enum SessionSubject {}
public enum CaseSubject {}
public enum FileSubject {}
public enum ChatMessageSubject {}
public enum CorrectionSubject {}
public enum StillSubject {}
public enum FloorTaskSubject {}
public enum FloorActSubject {}
public enum CitizenSubject {}
public enum AgentSubject {}

public typealias TicketID = Identifier<TicketSubject>
public typealias ReservationID = Identifier<ReservationSubject>
public typealias SessionID = Identifier<SessionSubject>
public typealias CaseID = Identifier<CaseSubject>
public typealias FileID = Identifier<FileSubject>
public typealias ChatMessageID = Identifier<ChatMessageSubject>
public typealias CorrectionID = Identifier<CorrectionSubject>
public typealias StillID = Identifier<StillSubject>
public typealias FloorTaskID = Identifier<FloorTaskSubject>
public typealias FloorActID = Identifier<FloorActSubject>
public typealias CitizenID = Identifier<CitizenSubject>
public typealias AgentID = Identifier<AgentSubject>

/// A short code that people give and read: a hall's division code, a seat's code, an item's code, a material's place in a list.
///
/// 1–64 characters of `A–Z a–z 0–9 . _ -`, so that it is safe in a path, a file name and a log line.
public struct Code<Subject>: Hashable, Sendable, Comparable, CustomStringConvertible, LosslessStringConvertible {
    public let text: String

    /// - Returns: nil when `text` breaks the rule above.
    public init?(_ text: String) {
        let isAllowed: (UInt8) -> Bool = { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard (1...64).contains(text.utf8.count), text.utf8.allSatisfy(isAllowed) else { return nil }
        self.text = text
    }

    public var description: String { text }

    public static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}

extension Code: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let code = Self(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a code of 1–64 letters, digits, '.', '_' or '-'")
        }
        self = code
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

public enum HallSubject {}
public enum SeatSubject {}
public enum ItemSubject {}
public enum MaterialSubject {}
public enum ReasonSubject {}

/// Division code of the hall (GB/T 2260), for example `445102`.
public typealias HallID = Code<HallSubject>
public typealias SeatID = Code<SeatSubject>
public typealias ItemCode = Code<ItemSubject>
/// Place of a material in its item's list, `M1`, `M2`, …: stable within one version of the item.
public typealias MaterialID = Code<MaterialSubject>
public typealias ReasonCode = Code<ReasonSubject>

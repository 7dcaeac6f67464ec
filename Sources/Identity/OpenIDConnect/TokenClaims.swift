import Foundation

/// The claims of a token (RFC 7519, 4): a JSON object of which nothing is known before it is looked at.
public struct TokenClaims: Sendable {
    private let values: [String: JSONValue]

    /// - Returns: nil when it is no JSON object.
    init?(json: Data) {
        guard let values = try? JSONDecoder().decode([String: JSONValue].self, from: json) else { return nil }
        self.values = values
    }

    func has(_ name: String) -> Bool { values[name] != nil }

    /// Text; also a number or a truth value as text, because providers' levels come as either.
    func text(_ name: String) -> String? { values[name]?.text }

    /// The texts of a claim that holds one or a list of them.
    func texts(_ name: String) -> [String] {
        if case .list(let list) = values[name] { return list.compactMap(\.text) }
        return text(name).map { [$0] } ?? []
    }

    /// Seconds since 1970 (RFC 7519, 2, NumericDate); nil also for what no clock shows.
    func seconds(_ name: String) -> Int64? {
        guard case .number(let value) = values[name], value.isFinite, (0...Self.latestSecond).contains(value) else { return nil }
        return Int64(value)
    }

    /// The names in a claim that holds an object.
    func object(_ name: String) -> [String: JSONValue]? {
        if case .object(let object) = values[name] { object } else { nil }
    }

    /// The end of the year 9999.
    private static let latestSecond = 253_402_300_799.0
}

/// Any JSON value.
indirect enum JSONValue: Decodable, Sendable {
    case text(String)
    case number(Double)
    case truth(Bool)
    case list([JSONValue])
    case object([String: JSONValue])
    case null

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let truth = try? container.decode(Bool.self) {
            self = .truth(truth)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let list = try? container.decode([JSONValue].self) {
            self = .list(list)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    var text: String? {
        switch self {
        case .text(let text): text
        case .number(let number): number == number.rounded() && abs(number) < 1e15 ? String(Int64(number)) : String(number)
        case .truth(let truth): truth ? "true" : "false"
        case .list, .object, .null: nil
        }
    }
}

import Foundation

/// JSON as the wire writes it: snake_case names, slashes as they are.
public enum WireCoding {
    public static func encoder(sorted: Bool = false) -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = sorted ? [.withoutEscapingSlashes, .sortedKeys] : [.withoutEscapingSlashes]
        return encoder
    }

    public static func decoder() -> JSONDecoder {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .custom { path in
            let name = path.last?.stringValue ?? ""
            // The wire has no capitals: `sessionID` is not another way to write `session_id`.
            return FieldName(name.utf8.contains { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) } ? "" : swiftName(name))
        }
        return decoder
    }

    /// Decodes a payload and checks its bounds.
    /// - Throws: `invalid_field` with the name of the first field that is missing, of a wrong type or out of bounds.
    public static func decode<Payload: WirePayload>(_ type: Payload.Type, from json: Data, by decoder: JSONDecoder) throws(WireError) -> Payload {
        let payload: Payload
        do {
            payload = try decoder.decode(type, from: json.isEmpty ? Data("{}".utf8) : json)
        } catch {
            throw WireError(.invalidField, field: offendingField(of: error))
        }
        try payload.validate()
        return payload
    }

    /// `session_id` → `sessionID`: the Swift names write "ID" in capitals, which Foundation's own conversion does not know.
    static func swiftName(_ wireName: String) -> String {
        let words = wireName.split(separator: "_")
        guard let first = words.first, words.count > 1 else { return wireName }
        return words.dropFirst().reduce(into: String(first)) { name, word in
            name += word == "id" ? "ID" : word.prefix(1).uppercased() + word.dropFirst()
        }
    }

    /// `sessionID` → `session_id`, as `JSONEncoder` converts it.
    public static func wireName(_ swiftName: String) -> String {
        var name = ""
        var previousIsUpper = true
        for character in swiftName {
            if character.isUppercase && !previousIsUpper { name += "_" }
            name += character.lowercased()
            previousIsUpper = character.isUppercase
        }
        return name
    }

    private static func offendingField(of error: any Error) -> String? {
        guard let error = error as? DecodingError else { return nil }
        return switch error {
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            // An element of a list has only a number; the list has the name.
            context.codingPath.last { $0.intValue == nil }.map { wireName($0.stringValue) }
        case .keyNotFound(let key, _): wireName(key.stringValue)
        @unknown default: nil
        }
    }

    private struct FieldName: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(_ stringValue: String) { self.stringValue = stringValue }
        init?(stringValue: String) { self.init(stringValue) }
        init?(intValue: Int) { nil }
    }
}

/// A JSON text of this module's own writing: members keep their order and the layout is always the same, so that a file changes only when
/// what it says does.
package indirect enum JSONTree: Hashable, Sendable {
    case object([Member])
    case array([JSONTree])
    case string(String)
    case integer(Int)
    case boolean(Bool)

    package struct Member: Hashable, Sendable {
        package var name: String
        package var value: JSONTree

        package init(name: String, value: JSONTree) {
            self.name = name
            self.value = value
        }
    }

    /// Lists of plain values, and objects of one plain member, up to this long stand on one line.
    private static let shortLineCharacters = 100

    /// The text, indented by two spaces a level, without a newline at its end.
    package func text(indent: String = "") -> String {
        let inner = indent + "  "
        return switch self {
        case .object(let members):
            shortLine(members) ?? Self.block(members.map { "\(Self.quoted($0.name)): \($0.value.text(indent: inner))" }, in: ("{", "}"), indent: indent)
        case .array(let elements):
            shortLine(elements) ?? Self.block(elements.map { $0.text(indent: inner) }, in: ("[", "]"), indent: indent)
        case .string(let text): Self.quoted(text)
        case .integer(let number): String(number)
        case .boolean(let truth): String(truth)
        }
    }

    /// A whole file.
    package var file: [UInt8] { Array((text() + "\n").utf8) }

    /// With one member set, at its old place or at the end.
    package func setting(_ name: String, to value: JSONTree) -> JSONTree {
        guard case .object(var members) = self else { return self }
        if let index = members.firstIndex(where: { $0.name == name }) {
            members[index].value = value
        } else {
            members.append(Member(name: name, value: value))
        }
        return .object(members)
    }

    private func shortLine(_ elements: [JSONTree]) -> String? {
        guard elements.allSatisfy(\.isPlain) else { return nil }
        let line = "[" + elements.map { $0.text() }.joined(separator: ", ") + "]"
        return line.count <= Self.shortLineCharacters ? line : nil
    }

    private func shortLine(_ members: [Member]) -> String? {
        guard members.count == 1, let member = members.first, member.value.isPlain else { return nil }
        let line = "{ \(Self.quoted(member.name)): \(member.value.text()) }"
        return line.count <= Self.shortLineCharacters ? line : nil
    }

    private var isPlain: Bool {
        switch self {
        case .object, .array: false
        case .string, .integer, .boolean: true
        }
    }

    private static func block(_ lines: [String], in brackets: (String, String), indent: String) -> String {
        guard !lines.isEmpty else { return brackets.0 + brackets.1 }
        let body = lines.map { "\(indent)  \($0)" }.joined(separator: ",\n")
        return "\(brackets.0)\n\(body)\n\(indent)\(brackets.1)"
    }

    /// JSON's string, which is also JavaScript's.
    static func quoted(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "\"") { quoted, scalar in
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case "\0"..<" ", "\u{7F}"...("\u{9F}" as Unicode.Scalar), "\u{200B}"..."\u{200F}", "\u{2028}"..."\u{202E}", "\u{FEFF}":
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        } + "\""
    }
}

extension JSONTree: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral
{
    package init(dictionaryLiteral elements: (String, JSONTree)...) { self = .object(elements.map { Member(name: $0.0, value: $0.1) }) }
    package init(arrayLiteral elements: JSONTree...) { self = .array(elements) }
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int) { self = .integer(value) }
    package init(booleanLiteral value: Bool) { self = .boolean(value) }
}

/// Reads what an encoder wrote. The order of members is lost there, so they come sorted.
extension JSONTree: Decodable {
    private struct Name: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    package init(from decoder: any Decoder) throws {
        if let container = try? decoder.container(keyedBy: Name.self) {
            let names = container.allKeys.sorted { $0.stringValue < $1.stringValue }
            self = .object(try names.map { Member(name: $0.stringValue, value: try container.decode(JSONTree.self, forKey: $0)) })
        } else if let elements = try? [JSONTree](from: decoder) {
            self = .array(elements)
        } else {
            let container = try decoder.singleValueContainer()
            if let truth = try? container.decode(Bool.self) {
                self = .boolean(truth)
            } else if let number = try? container.decode(Int.self) {
                self = .integer(number)
            } else {
                self = .string(try container.decode(String.self))
            }
        }
    }
}

import SignalingProtocol

/// HTML as a tree. Tags, attribute names and style sheets are the program's own; whatever comes from outside can only be a text or an attribute's value, and
/// both are escaped where they are written.
public indirect enum Markup: Sendable {
    public enum Tag: String, Sendable {
        case html, head, title, meta, style, body, header, main, section, h1, h2, h3, p, ol, ul, li, table, tbody, tr, th, td, div, span, strong, bdi
        case svg, path
    }

    public enum Attribute: Hashable, Sendable {
        case language(Locale)
        case utf8
        case named(String)
        case headsRow
        case label(String)
        case picture
        case viewBox(side: Int)
        case outline(String)
        case fill(Ink)
        case square(side: Int)
    }

    public enum Ink: String, Sendable { case black, white }

    case text(String)
    case element(Tag, [Attribute] = [], [Markup] = [])
    /// A style sheet of the program. It cannot be made from a value.
    case sheet(StaticString)

    /// The whole document with its type.
    public var page: String {
        var out = "<!DOCTYPE html>\n"
        write(to: &out)
        return out
    }

    /// A text that a person typed: its writing direction ends where it ends, and each of its lines is one.
    public static func typed(_ text: String) -> Markup { .element(.bdi, [], [.text(text)]) }
}

extension Markup {
    private func write(to out: inout String) {
        switch self {
        case .text(let text): out += Self.escaped(text)
        case .sheet(let sheet): out += "<style>\(sheet)</style>"
        case .element(let tag, let attributes, let children):
            out += "<\(tag.rawValue)"
            for attribute in attributes {
                let (name, value) = attribute.written
                out += " \(name)=\"\(Self.escaped(value))\""
            }
            out += ">"
            for child in children { child.write(to: &out) }
            if tag != .meta { out += "</\(tag.rawValue)>" }
        }
    }

    /// The five characters that could end a text or a quoted value (HTML, 13.1.2). Control characters have no place in HTML at all.
    static func escaped(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "'": out += "&#39;"
            case "\n": out += "\n"
            case let other where other.properties.generalCategory == .control: break
            case let other: out.unicodeScalars.append(other)
            }
        }
        return out
    }
}

extension Markup.Attribute {
    fileprivate var written: (name: String, value: String) {
        switch self {
        case .language(let locale): ("lang", locale.rawValue)
        case .utf8: ("charset", "utf-8")
        case .named(let name): ("class", name)
        case .headsRow: ("scope", "row")
        case .label(let label): ("aria-label", label)
        case .picture: ("role", "img")
        case .viewBox(let side): ("viewBox", "0 0 \(side) \(side)")
        case .outline(let outline): ("d", outline)
        case .fill(let ink): ("fill", ink.rawValue)
        case .square(let side): ("style", "width:\(side)px;height:\(side)px")
        }
    }
}

/// A text from outside without what would make it show other than it reads: control characters, invisible ones, and those that turn the writing
/// direction of what follows (Unicode TR 36, 2.10). Line breaks stay, as `\n`; variation selectors stay: they pick the right form of a character in a name.
public func displayed(_ text: String) -> String {
    var shown = String.UnicodeScalarView()
    for scalar in text.replacing("\r\n", with: "\n").unicodeScalars {
        let properties = scalar.properties
        switch properties.generalCategory {
        case .lineSeparator, .paragraphSeparator: shown.append("\n")
        case .control: if scalar == "\n" || scalar == "\r" { shown.append("\n") } else if scalar == "\t" { shown.append(" ") }
        case .surrogate, .unassigned, .privateUse: break
        default: if !properties.isDefaultIgnorableCodePoint || properties.isVariationSelector { shown.append(scalar) }
        }
    }
    return String(shown).trimmed
}

extension String {
    fileprivate var trimmed: String {
        var rest = self[...]
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }
}

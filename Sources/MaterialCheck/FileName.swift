import SignalingProtocol

/// A name as a person may see it: what a browser sent, without what could mislead or break.
public enum FileName {
    /// Keeps the last path component, drops control and direction-changing characters, and bounds the length.
    /// - Returns: `fallback` when nothing is left.
    public static func displayable(_ name: String, fallback: String) -> String {
        // By scalars: a separator with a combining mark behind it is one character that is no separator.
        let last = name.unicodeScalars.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last ?? []
        let kept = last.filter { scalar in
            switch scalar.properties.generalCategory {
            // Cf holds the bidirectional overrides that make "gpj.exe" read as "exe.jpg".
            case .control, .format, .surrogate, .privateUse, .lineSeparator, .paragraphSeparator, .unassigned: false
            default: true
            }
        }
        // One character can carry combining marks without end.
        let bounded = kept.prefix(4 * Limits.fileNameCharacters)
        let text = String(String.UnicodeScalarView(bounded)).prefix(Limits.fileNameCharacters)
        return text.allSatisfy { $0.isWhitespace || $0 == "." } ? fallback : String(text)
    }
}

import SignalingProtocol

/// A name as a person may see it: what a browser sent, without what could mislead or break.
public enum FileName {
    /// Keeps the last path component, drops control and direction-changing characters, and bounds the length.
    /// - Returns: `fallback` when nothing is left.
    public static func displayable(_ name: String, fallback: String) -> String {
        let last = name.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? ""
        let kept = last.unicodeScalars.filter { scalar in
            switch scalar.properties.generalCategory {
            // Cf holds the bidirectional overrides that make "gpj.exe" read as "exe.jpg".
            case .control, .format, .surrogate, .privateUse, .lineSeparator, .paragraphSeparator, .unassigned: false
            default: true
            }
        }
        let text = String(String.UnicodeScalarView(kept)).prefix(Limits.fileNameCharacters)
        return text.allSatisfy(\.isWhitespace) || text.allSatisfy { $0 == "." } ? fallback : String(text)
    }
}

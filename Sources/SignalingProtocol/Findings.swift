/// What the machine found out about a file that was handed in.
public enum FindingCode: String, WireWord {
    /// A virus scanner knows it.
    case unsafeVirus = "unsafe-virus"
    case encrypted
    case unreadable
    case tooManyPages = "too-many-pages"
    case tooManyPixels = "too-many-pixels"
    /// Two kinds of file in one.
    case disguised
    /// Of a kind that this machine cannot turn into one it takes.
    case unsupported
    /// A virus scanner is configured and does not answer.
    case scanUnavailable = "scan-unavailable"
    case blurred
    case dark
    case glare
    case cutCorner = "cut-corner"
    case lowResolution = "low-resolution"
    case sideways
    case wrongDocument = "wrong-document"
    case nameMismatch = "name-mismatch"
    case numberMismatch = "number-mismatch"
    case numberInvalid = "number-invalid"
    case expired
    /// The same picture stands under another material.
    case duplicate
    case blankPage = "blank-page"
}

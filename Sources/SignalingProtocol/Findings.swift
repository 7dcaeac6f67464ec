/// What the machine says of a file that was handed in. A code is never renamed or given another meaning.
public enum FindingCode: String, WireWord {
    /// The virus scanner knows what is in it.
    case unsafeVirus = "unsafe-virus"
    /// A PDF that asks for a password, or that is encrypted at all: nobody at a seat could open it later.
    case encrypted
    /// Empty, cut short, damaged, or too much work to open.
    case unreadable
    /// More pages than are looked at; `detail` is the number of pages.
    case tooManyPages = "too-many-pages"
    /// A picture or page of more pixels than can be opened safely; `detail` is `WIDTHxHEIGHT`.
    case tooManyPixels = "too-many-pixels"
    /// Two kinds of file in one: what it is depends on who opens it. `detail` names the second kind.
    case disguised
    /// None of the kinds that may be handed in; `detail` is `heic` when it is a telephone's picture that this machine cannot convert.
    case unsupported
    /// A virus scanner is configured and does not answer. To be tried again; nothing unscanned is let in.
    case scanUnavailable = "scan-unavailable"
    /// The writing is out of focus or shaken.
    case blurred
    /// Too little light on the page.
    case dark
    /// A reflection has wiped out part of the page.
    case glare
    /// The page runs out of the picture at a side; `detail` is `top`, `right`, `bottom` or `left` as the picture stands.
    case cutCorner = "cut-corner"
    /// Too few pixels for the page.
    case lowResolution = "low-resolution"
    /// The page lies on its side or on its head; `detail` is how many degrees clockwise would set it upright.
    case sideways
    /// The writing was read, and nothing in it is what the entry asks for.
    case wrongDocument = "wrong-document"
    /// The name on it is none of the case's.
    case nameMismatch = "name-mismatch"
    /// The identity number or credit code on it is none of the case's.
    case numberMismatch = "number-mismatch"
    /// The identity number or credit code on it breaks its own check character.
    case numberInvalid = "number-invalid"
    /// Its validity has ended; `detail` is the last valid day, `YYYY-MM-DD`.
    case expired
    /// The same picture has been handed in for another entry.
    case duplicate
    /// Nothing is on the page.
    case blankPage = "blank-page"

    public var severity: FindingSeverity {
        switch self {
        case .unsafeVirus, .encrypted, .unreadable, .tooManyPages, .tooManyPixels, .disguised, .unsupported, .scanUnavailable: .refusal
        case .blurred, .dark, .glare, .cutCorner, .lowResolution, .sideways, .wrongDocument, .nameMismatch, .numberMismatch, .numberInvalid,
            .expired, .duplicate, .blankPage:
            .advice
        }
    }
}

/// What follows from a finding.
public enum FindingSeverity: Sendable {
    /// The file is not taken: it is unsafe or nobody can read it.
    case refusal
    /// The person is told and may hand it in all the same.
    case advice
}

/// One thing that the machine found, with its place.
public struct Finding: Codable, Hashable, Sendable {
    public var code: FindingCode
    /// From 1; absent when it is the whole file.
    public var page: Int?
    /// What the code's own comment says: a count, a side, a date. Never a name or a number of a person.
    public var detail: String?

    public init(_ code: FindingCode, page: Int? = nil, detail: String? = nil) {
        self.code = code
        self.page = page
        self.detail = detail
    }
}

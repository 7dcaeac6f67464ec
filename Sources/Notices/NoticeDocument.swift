import SignalingProtocol

/// What the one-time notice (一次性告知书) says, sentence by sentence, in one language: the web page and the printed paper are both made from it.
///
/// It says everything that is missing or wrong at once, each with what to do, where and until when.
public struct NoticeDocument: Codable, Hashable, Sendable {
    /// Whose words a text is.
    public enum Voice: String, WireWord {
        /// The notice's own sentence, in its language.
        case document
        /// From the catalogue: Chinese in every language of the notice.
        case catalogue
        /// Typed by a person. It is shown as it is, never read as markup, and its writing direction ends with it.
        case person
    }

    /// Something said under a label; several texts stand one below the other.
    public struct Line: Codable, Hashable, Sendable {
        public var label: String
        public var texts: [String]
        public var voice: Voice

        public init(_ label: String, _ texts: [String], _ voice: Voice = .document) {
            self.label = label
            self.texts = texts
            self.voice = voice
        }
    }

    /// One material with what is to be done about it.
    public struct Point: Codable, Hashable, Sendable {
        public var material: String
        public var verdict: Verdict
        /// The verdict in a word.
        public var state: String
        public var lines: [Line]
    }

    /// A heading and what stands under it.
    public struct Section<Content: Codable & Hashable & Sendable>: Codable, Hashable, Sendable {
        public var heading: String
        public var contents: [Content]
    }

    public var locale: Locale
    public var title: String
    public var number: String
    public var result: OutcomeResult
    /// What came of it and what to do next, in one sentence: it stands first.
    public var summary: String
    /// Said of a catalogue that nobody has approved yet.
    public var warning: String?
    /// Set where the hall is not the handling place: what this notice does not decide.
    public var authority: String?
    public var facts: [Line]
    /// Where to go instead, and what the agent said of the whole.
    public var remarks: [Line]
    public var demands: Section<Point>
    /// 容缺: what may follow later.
    public var deferred: Section<Point>
    /// Materials about which nothing is to be done.
    public var settled: [Line]
    public var steps: Section<String>
    public var legal: Section<String>
    public var verification: Section<Line>
}

/// What a notice is made from beside the outcome.
public struct NoticeFacts: Hashable, Sendable {
    public var applicant: String
    /// The item in the outcome's version; nil leaves out what only the catalogue knows.
    public var item: CatalogueItem?
    /// Where the handling place is and when it is open, as far as that is known.
    public var handlingAddress: String?
    public var handlingHours: String?
    /// Said of an item that no administrator has adopted.
    public var warning: String?
    /// Scheme, host and port under which people reach this server, without a slash at its end.
    public var origin: String
    /// SHA-256 of `NoticeContent.canonical`, lower-case hexadecimal.
    public var contentHash: String

    public init(
        applicant: String, item: CatalogueItem?, handlingAddress: String? = nil, handlingHours: String? = nil, warning: String?, origin: String,
        contentHash: String
    ) {
        self.applicant = applicant
        self.item = item
        self.handlingAddress = handlingAddress
        self.handlingHours = handlingHours
        self.warning = warning
        self.origin = origin
        self.contentHash = contentHash
    }
}

extension NoticeView {
    /// Leads a telephone's camera to the check of this notice. The code stands in the fragment, which a browser never sends.
    public func verificationAddress(origin: String) -> String { "\(origin)/notice/verify/#\(number).\(code)" }
}

extension OutcomeEntryView {
    /// Whether it asks the citizen for something now.
    var isDemand: Bool {
        switch verdict {
        case .correctionNeeded, .missing: true
        case .accepted, .waived, .notApplicable: false
        }
    }
}

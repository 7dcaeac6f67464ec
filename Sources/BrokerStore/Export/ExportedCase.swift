import BrokerCore
import SignalingProtocol

/// Everything of one case that its export tells. Plain values: where they come from is the caller's matter.
public struct ExportedCase: Sendable {
    /// A file that was handed in, or taken back again.
    public struct HandedInFile: Sendable {
        public let file: FileView
        public let isRemoved: Bool

        public init(file: FileView, isRemoved: Bool) {
            self.file = file
            self.isRemoved = isRemoved
        }
    }

    /// A verdict as it fell, the later ones on the same material included.
    public struct GivenVerdict: Sendable {
        public let session: SessionID
        public let verdict: VerdictView
        /// The files it was given on changed afterwards.
        public let isWithdrawn: Bool

        public init(session: SessionID, verdict: VerdictView, isWithdrawn: Bool) {
            self.session = session
            self.verdict = verdict
            self.isWithdrawn = isWithdrawn
        }
    }

    /// What became of the one-time notice (一次性告知书) of one version of the outcome.
    public struct Notice: Sendable {
        public let version: Int
        /// Nil for an outcome of a release that gave no notices.
        public let view: NoticeView?
        /// Nil while nobody has asked for the PDF.
        public let pdf: StoredNoticePDF?

        public init(version: Int, view: NoticeView?, pdf: StoredNoticePDF?) {
            self.version = version
            self.view = view
            self.pdf = pdf
        }
    }

    public let record: Case
    public let hall: HallView
    /// The item in the version that the case was opened with.
    public let item: CatalogueItem
    /// Nil when the citizen gave none.
    public let telephone: String?
    /// Oldest first.
    public let outcomes: [OutcomeView]
    /// One for each of `outcomes`.
    public let notices: [Notice]
    /// In the order in which they were handed in.
    public let files: [HandedInFile]
    /// Oldest first.
    public let visits: [Session]
    /// Oldest first.
    public let events: [SessionEvent]
    /// What was typed in each visit, in the order in which it was said.
    public let chats: [SessionID: [ChatMessageView]]
    /// Oldest first.
    public let verdicts: [GivenVerdict]

    public init(
        record: Case, hall: HallView, item: CatalogueItem, telephone: String?, outcomes: [OutcomeView], notices: [Notice], files: [HandedInFile],
        visits: [Session], events: [SessionEvent], chats: [SessionID: [ChatMessageView]], verdicts: [GivenVerdict]
    ) {
        self.record = record
        self.hall = hall
        self.item = item
        self.telephone = telephone
        self.outcomes = outcomes
        self.notices = notices
        self.files = files
        self.visits = visits
        self.events = events
        self.chats = chats
        self.verdicts = verdicts
    }

    /// What was handed in and lies in the vault.
    public var keptFiles: [FileView] { files.filter { !$0.isRemoved }.map(\.file) }

    /// Numbers of the notices that were given and have no PDF yet, oldest first.
    public var unprintedNotices: [String] { notices.filter { $0.pdf == nil }.compactMap { $0.view?.number } }
}

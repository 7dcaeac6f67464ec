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

    public let record: Case
    public let hall: HallView
    /// The item in the version that the case was opened with.
    public let item: CatalogueItem
    /// Nil when the citizen gave none.
    public let telephone: String?
    /// Oldest first.
    public let outcomes: [OutcomeView]
    /// In the order in which they were handed in.
    public let files: [HandedInFile]
    /// Oldest first.
    public let visits: [Session]
    /// Oldest first.
    public let events: [SessionEvent]
    /// Oldest first.
    public let verdicts: [GivenVerdict]

    public init(
        record: Case, hall: HallView, item: CatalogueItem, telephone: String?, outcomes: [OutcomeView], files: [HandedInFile], visits: [Session],
        events: [SessionEvent], verdicts: [GivenVerdict]
    ) {
        self.record = record
        self.hall = hall
        self.item = item
        self.telephone = telephone
        self.outcomes = outcomes
        self.files = files
        self.visits = visits
        self.events = events
        self.verdicts = verdicts
    }

    /// What lies in the vault.
    public var keptFiles: [FileView] { files.filter { !$0.isRemoved }.map(\.file) }
}

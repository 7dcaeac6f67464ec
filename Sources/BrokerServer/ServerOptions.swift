import BrokerCore
import BrokerStore
import Foundation
import Identity
import MaterialCheck
import SignalingProtocol
import WebServer

/// Everything that `farwindow serve` can be told.
public struct ServerOptions: Sendable {
    /// Numeric address to listen on.
    public var host = "127.0.0.1"
    public var port = 8080
    public var dataDirectory: URL
    public var webDirectory: URL
    /// Catalogue and accounts for an empty data folder; nil leaves it empty.
    public var demonstrationDirectory: URL?
    /// System folder with pdf.js; without it PDFs are offered as downloads.
    public var pdfViewerDirectory: URL?
    /// The script that makes a PDF of a notice; without it notices are printed from their page.
    public var noticePrinter: URL?
    /// Scheme, host and port under which people reach this server, without a slash at its end; printed on notices.
    public var publicOrigin: String?
    public var certificateFile: URL?
    public var privateKeyFile: URL?
    /// How files are looked at; nil: nobody but the seat looks at them.
    public var inspection: InspectorConfiguration?
    public var secondFactor = SecondFactorRule.required
    public var passwordPolicy = PasswordPolicy.nist
    /// Providers of identities, as `IdentityConfiguration` describes them; nil: none but the demonstration's.
    public var identityFile: URL?
    /// Certificates that providers' are trusted by; nil: the system's.
    public var identityAuthorities: URL?
    /// Nil: browsers reach each other directly or not at all.
    public var relay: RelayConfiguration?
    /// How long the audit is kept.
    public var auditRetentionDays = 1_096
    public var broker = BrokerConfiguration()
    public var rateLimits = RateLimits()
    /// Whose word about where a request comes from, and whether over TLS, is taken.
    public var trustedProxies = TrustedProxies()
    public var signIns = SignInConfiguration()
    /// How long personal data is kept.
    public var retention = RetentionPeriods()
    /// Whether visits are recorded here, so that people are asked whether they agree.
    public var asksForRecording = false

    public init(dataDirectory: URL, webDirectory: URL) {
        self.dataDirectory = dataDirectory
        self.webDirectory = webDirectory
    }
}

/// How long a sign-in lasts: unused, and at the most. Who is in the queue, in a session or at a ready seat is never away.
public struct SignInConfiguration: Sendable {
    public var citizenIdle: Milliseconds = .minutes(60)
    public var citizenLifetime: Milliseconds = .minutes(12 * 60)
    public var staffIdle: Milliseconds = .minutes(30)
    public var staffLifetime: Milliseconds = .minutes(12 * 60)

    public init() {}

    func idle(_ role: SignInRole) -> Milliseconds {
        switch role {
        case .citizen: citizenIdle
        case .staff: staffIdle
        }
    }

    func lifetime(_ role: SignInRole) -> Milliseconds {
        switch role {
        case .citizen: citizenLifetime
        case .staff: staffLifetime
        }
    }
}

/// How long things last and how much is taken, on the server's side.
enum ServerLimits {
    static let requestBodyBytes = 16_384
    /// A whole catalogue as a file.
    static let catalogueBytes = 8 * 1024 * 1024
    static let lookUpTries = 10
    /// Hall, date and count; longer ones are no case's.
    static let caseNumberBytes = 100
    static let lookUpWindow: Milliseconds = .minutes(5)
    /// A whole hall may stand behind one address.
    static let noticeTriesPerAddress = 300
    /// Each takes a processor for seconds.
    static let noticePrintsAtOnce = 2
    static let listedSessions = 200
    static let sessionsAPage = 50
    static let sessionsInSpreadsheet = 20_000
    /// Within which a ticket should have been taken by an agent, unless a report says otherwise.
    static let serviceLevelSeconds = 300
    /// How far ahead the broker knows when halls open. Longer than any holiday.
    static let planDays = 30
    /// Days of times that one answer lists.
    static let slotDays = 31
    /// A wait that people sit through, for the advice on how to go about an item.
    static let comfortableWait: Milliseconds = .minutes(30)
    /// The service level: of those whom a hall began to serve in the window, the share that had waited no longer than this.
    static let serviceWindow: Milliseconds = .minutes(60)
    static let serviceWithin: Milliseconds = .minutes(5)
    /// Somebody who watches a floor is told of changes within one look, and after 25 seconds of them that there were none.
    static let floorLookInterval: Duration = .milliseconds(250)
    static let floorLooks = 100
    /// Nobody has more boards open.
    static let floorWatchesPerAccount = 8
    /// How far ahead a seat is told of its shifts. Longer than a plan is old.
    static let shiftDays: Int64 = 14
    /// How far ahead a schedule is looked through for conflicts, and how soon a missing calendar is one.
    static let checkedDays = 366
    static let checkedCalendarDays = 60
    /// Of a calendar year that is missing administrators are warned this early.
    static let calendarWarningDays: Int64 = 400
    static let scheduleBodyBytes = 1024 * 1024
    static let changesAtOnce = 5_000
    static let weekDays = 31
    static let reasonCharacters = 200
    static let leaveDays: Int64 = 366
    /// What a person's calendar program is told of.
    static let subscribedPastDays: Int64 = 30
    static let subscribedDays: Int64 = 90
    static let planRefresh: Duration = .seconds(24 * 3_600)
    static let comparedEstimates = 1_000
    static let rehearsalDays = 14
    static let rehearsalRuns = 20
    /// Of the past that arrivals and times are learned from, unless somebody says otherwise.
    static let rehearsalWeeks = 4
    static let rehearsalArrivalsPerHalfHour = 2_000.0
    /// In all the days of one run, and in all the runs together when they are several.
    static let rehearsalArrivals = 200_000.0
    /// Reports of one hall.
    static let rehearsalsKept = 8
    static let rehearsalLifetime: Milliseconds = .minutes(120)
    /// What was done after the last anchor could be cut off unseen by who has the database and its key.
    static let auditAnchorInterval: Duration = .seconds(60)
    static let auditTrimInterval: Duration = .seconds(24 * 3_600)
    static let auditRowsAPage = 100
    static let auditRowsInSpreadsheet = 50_000
    static let commitRetry: Duration = .seconds(1)
    static let retryAfter: Milliseconds = .seconds(2)
    static let uploadsAtOnce = 32
    /// A guest costs nothing to make; a hall full of people behind one address is still let in.
    static let guestSignInTries = 300
    static let providersAskedAtOnce = 4
    static let guestSignInWindow: Milliseconds = .minutes(5)

    /// How long an upload waits to be gone on with, and how long it is known afterwards what became of it.
    static let uploadLifetime: Milliseconds = .minutes(24 * 60)
    static let uploadSweepInterval: Milliseconds = .minutes(10)
    static let unfinishedUploads = 256
    static let unfinishedUploadsPerCitizen = 16
    /// What lies in a case and what is announced for it, together.
    static let caseBytes = 256 * 1024 * 1024
    static let uploadMetadataBytes = 4_096
    /// Each is a file of its own on the disk; nobody needs that many to send 20 MB.
    static let segmentsPerUpload = 1_000
    /// Requests that wait for one upload to settle.
    static let waitingPerUpload = 8

    /// How long the code on the screen can be used, and the phone that used it.
    static let handOverLifetime: Milliseconds = .minutes(10)
    static let phoneLifetime: Milliseconds = .minutes(60)
    static let handOverTokenBytes = 16
    static let handOverTries = 20
    static let handOverWindow: Milliseconds = .minutes(5)
    /// A use of a sign-in is written down when the last one written is this old, or a quarter of what it may lie unused.
    static let signInSeenInterval: Milliseconds = .minutes(5)
    /// Tickets of one sign-in that wait to be used; a page that comes back in haste has a few.
    static let socketTicketsPerSignIn = 8
    static let socketTicketLifetime: Milliseconds = .seconds(30)
    static let expiredSignInsAtOnce = 1_000
    /// Work is refused rather than queued without end.
    static let copies = 5
    static let copyWindow: Milliseconds = .minutes(60)
    static let retentionInterval: Milliseconds = .minutes(24 * 60)
    static let fileSweepInterval: Milliseconds = .minutes(24 * 60)
    static let readingsAtOnce = 2
    static let listedCases = 50
    static let queuedRecords = 20_000
}

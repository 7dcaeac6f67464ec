import BrokerCore
import Foundation
import SignalingProtocol

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
    public var certificateFile: URL?
    public var privateKeyFile: URL?
    public var broker = BrokerConfiguration()

    public init(dataDirectory: URL, webDirectory: URL) {
        self.dataDirectory = dataDirectory
        self.webDirectory = webDirectory
    }
}

/// How long things last and how much is taken, on the server's side.
enum ServerLimits {
    static let signInLifetime: Milliseconds = .minutes(12 * 60)
    static let requestBodyBytes = 16_384
    static let staffSignInTries = 10
    static let staffSignInWindow: Milliseconds = .minutes(5)
    static let lookUpTries = 10
    /// Hall, date and count; longer ones are no case's.
    static let caseNumberBytes = 100
    static let lookUpWindow: Milliseconds = .minutes(5)
    static let listedSessions = 200
    /// How far ahead the broker knows when halls open. Longer than any holiday.
    static let planDays = 30
    static let planRefresh: Duration = .seconds(24 * 3_600)
    static let comparedEstimates = 1_000
    static let commitRetry: Duration = .seconds(1)
    static let retryAfter: Milliseconds = .seconds(2)
    static let uploadsAtOnce = 32
    /// Work is refused rather than queued without end.
    static let queuedRecords = 20_000
}

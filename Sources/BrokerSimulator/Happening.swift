import BrokerCore
import SignalingProtocol

/// Everything that is planned on a simulated day. Numbers are places in the simulation's tables of people, pages and lines.
enum Happening {
    case nothing

    // The people.
    case personWakes(Int)
    /// The page opens a line and says hello.
    case pageConnects(page: Int, attempt: Int)
    case pageNoticesSilence(page: Int, line: Int)
    case pageAcknowledges(page: Int, line: Int)

    // The network.
    case reachesServer(line: Int, ClientFrame)
    case reachesPage(line: Int, Downlink)
    /// The server's side of a line is found closed.
    case serverNoticesClose(line: Int)
    case pageNoticesClose(line: Int)
    case fileReachesServer(page: Int, CaseID, FileView)
    case stillReachesServer(page: Int, SessionID, StillID, FileView)
    case appointmentReachesServer(page: Int, AppointmentAct)
    case fileIsAnswered(page: Int, Result<FileView, WireError>?)
    /// The machine has looked at a file.
    case fileIsInspected(life: Int, CaseID, FileID)

    // The server. Each belongs to one life of the process; what a crash leaves behind is ignored.
    case commitEnds(life: Int)
    case commitIsRetried(life: Int)
    case heartbeat(life: Int)
    case tick(life: Int, at: Instant)
    case crash
    case start(life: Int)
    case diskFails(Milliseconds)
    case diskHeals

    /// Somebody changes the halls' hours.
    case scheduleChanges
    /// A hall adopts a version of an item.
    case versionIsAdopted(hall: Int, version: Int)

    /// A supervisor comes by.
    case supervisorLooks

    /// Everybody goes home.
    case dayEnds
}

/// A client's message on its way.
struct ClientFrame {
    var content: Content
    /// Nil for signals.
    var request: Int?

    enum Content {
        case hello(Hello)
        case command(Command)
    }
}

/// A server's message on its way.
enum Downlink {
    case frame(ServerFrame)
    /// `bye`, and then the line is closed.
    case goodbye(ErrorCode)
}

/// One connection, as both its ends see it.
struct Line {
    let page: Int
    let person: Int
    /// The life of the server process that it was opened to.
    let life: Int
    var isOpenAtServer = true
    /// The answer to hello was sent.
    var isWelcomed = false
    /// The server has told the broker that the line is closed.
    var isForgotten = false
    var isOpenAtPage = true
    /// Nothing passes any more and neither end knows.
    var isDead = false
    /// TCP keeps order: nothing arrives before what was sent earlier.
    var upstreamFree: Instant
    var downstreamFree: Instant
    /// On their way to the page.
    var framesInFlight = 0

    static func connection(_ index: Int) -> ConnectionID { ConnectionID(UInt64(index + 1)) }
    static func index(of connection: ConnectionID) -> Int { Int(connection.value) - 1 }
}

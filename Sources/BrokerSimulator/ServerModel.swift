import BrokerCore
import SignalingProtocol

/// The server process and its disk: what `BrokerServer.Engine` is to the broker, as far as decisions and their durability go.
struct ServerModel {
    var broker: Broker
    /// Every record so far, also those that are not on disk yet.
    var head: StoreModel
    /// What a crash leaves.
    var disk: StoreModel

    /// Counts restarts.
    var life = 0
    var isUp = false
    var isDiskBroken = false
    /// Dies while the next batch is on its way to the disk: the moment when most can be lost.
    var isDoomed = false

    // The journal.
    /// Records of turns since the last batch was handed over.
    var records: [Record] = []
    /// What may be said once those records are on disk.
    var tellings: [Telling] = []
    /// The batch that is being committed, kept to be tried again.
    var batch: (records: [Record], tellings: [Telling])?
    /// True from a failed commit until one succeeds.
    var isStorageDown = false
    var tickAt: Instant?
    var lastTurn: Instant
    var clock = HeldClock()

    // What the simulation knows by itself, to hold the broker's word against.
    /// The line on which each person was last welcomed, until it is closed.
    var lineOfPerson: [Int?]
    /// When that line last answered a heartbeat.
    var heartbeatOfPerson: [Instant?]
    /// Since when nobody's page is there, or since when this life of the server runs.
    var awaySince: [Instant]
    var bornAt: Instant
    /// Since when each ticket waits; it may have waited before, and been called.
    var waitingSince: [TicketID: Instant] = [:]
    var ledgers: [Ledger]

    init(town: Town, configuration: BrokerConfiguration, seed: UInt64, now: Instant, people: Int) {
        head = StoreModel(town: town)
        lastTurn = now
        disk = head
        broker = Broker(configuration: configuration, seed: seed, state: head.state(at: now))
        lineOfPerson = Array(repeating: nil, count: people)
        heartbeatOfPerson = Array(repeating: nil, count: people)
        awaySince = Array(repeating: now, count: people)
        bornAt = now
        ledgers = Array(repeating: Ledger(), count: people)
    }

    /// Whether nothing waits for the disk, so that whatever was decided has been said.
    var isQuiet: Bool { batch == nil && records.isEmpty && tellings.isEmpty }

    mutating func beginLife(at now: Instant) {
        bornAt = now
        for index in lineOfPerson.indices {
            lineOfPerson[index] = nil
            heartbeatOfPerson[index] = nil
            awaySince[index] = now
            ledgers[index] = Ledger()
        }
    }
}

/// What is said or done once the records before it are on disk.
enum Telling {
    case frame(line: Int, ServerFrame)
    case goodbye(line: Int, ErrorCode)
    case fileAnswer(RequestID, Result<RequestAnswer, WireError>)
    case discard(FileID)
}

/// What one client session was answered, by request.
struct Ledger {
    var answers: [Int: ServerMessage] = [:]
}

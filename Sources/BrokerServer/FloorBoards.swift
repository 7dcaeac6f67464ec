import BrokerCore
import BrokerStore
import SignalingProtocol

/// What supervisors' boards were last shown of each hall, and the requests that wait for something to change there.
struct FloorBoards {
    /// What is compared: two boards with the same content show the same.
    struct Content: Hashable {
        let picture: Broker.FloorPicture
        let service: ServiceCount
    }

    struct Waiting {
        let call: Route.Call
        let hall: HallID
        let account: AgentID
        /// The number of what it shows.
        let known: Int
        /// Looks at the hall that are left before it is told that nothing changed.
        var looksLeft: Int
    }

    private(set) var waiting: [Waiting] = []
    private var contents: [HallID: Content] = [:]
    private var revisions: [HallID: Int] = [:]
    private var services: [HallID: ServiceCount] = [:]

    /// Takes a look at the hall.
    /// - Parameter now: numbers begin there, so that those of an earlier process never come again.
    /// - Returns: the number of what is seen; another one whenever something changed.
    mutating func revision(of content: Content, at now: Instant) -> Int {
        let hall = content.picture.hall.id
        if contents[hall] == content, let revision = revisions[hall] { return revision }
        let revision = max(Int(now.milliseconds), (revisions[hall] ?? 0) + 1)
        contents[hall] = content
        revisions[hall] = revision
        return revision
    }

    func service(of hall: HallID) -> ServiceCount { services[hall] ?? ServiceCount(served: 0, within: 0) }
    mutating func take(_ service: ServiceCount, of hall: HallID) { services[hall] = service }

    func count(of account: AgentID) -> Int { waiting.count { $0.account == account && $0.call.exchange.isOpen } }
    mutating func wait(_ request: Waiting) { waiting.append(request) }

    /// Counts a look for everybody who waits.
    /// - Returns: those who wait no longer: their hall shows something else by now, or they have waited long enough. Who hung up is forgotten.
    mutating func look() -> [Waiting] {
        var done: [Waiting] = []
        var left: [Waiting] = []
        for var request in waiting where request.call.exchange.isOpen {
            request.looksLeft -= 1
            if revisions[request.hall] != request.known || request.looksLeft <= 0 { done.append(request) } else { left.append(request) }
        }
        waiting = left
        return done
    }

    mutating func takeAll() -> [Waiting] {
        defer { waiting = [] }
        return waiting
    }
}

/// How much one address, one person and one connection may ask for.
///
/// The bounds of an address are wide: a village, or the whole office of a hall, may stand behind one. Those of a person are what no hand at a page reaches.
/// They are there so that one cannot take the server from the others; guessing of passwords and codes has bounds of its own.
public struct RateLimits: Sendable {
    /// Requests of one address, by class.
    var ofAddress: [RequestClass: Allowance] = [
        .page: Allowance(burst: 6_000, perSecond: 600), .read: Allowance(burst: 3_000, perSecond: 300), .write: Allowance(burst: 1_500, perSecond: 150),
        .upload: Allowance(burst: 1_500, perSecond: 150), .signIn: Allowance(burst: 400, perSecond: 4),
    ]
    /// Requests of one signed-in person, by class. Pages are anybody's.
    var ofPerson: [RequestClass: Allowance] = [
        .read: Allowance(burst: 600, perSecond: 60), .write: Allowance(burst: 300, perSecond: 30), .upload: Allowance(burst: 400, perSecond: 40),
        .signIn: Allowance(burst: 60, perSecond: 1),
    ]
    /// Handshakes of one address: after a restart all of a village come back at once.
    var handshakes = Allowance(burst: 1_000, perSecond: 100)
    /// Messages of one connection, and of one person over all of theirs, by class.
    var messages: [MessageClass: Allowance] = [
        .command: Allowance(burst: 150, perSecond: 20), .ticket: Allowance(burst: 30, perSecond: 2), .chat: Allowance(burst: 30, perSecond: 3),
        .relay: Allowance(burst: 400, perSecond: 50), .signal: Allowance(burst: 200, perSecond: 30),
    ]
    /// Refusals that a connection may collect before it is closed, and an address before its requests end their connections.
    var patience = Allowance(burst: 200, perSecond: 5)
    /// Open WebSockets of one address.
    var socketsPerAddress = 1_000
    /// Connections of one address as TCP sees them, but for trusted proxies, and in all.
    public var connectionsPerAddress = 2_000
    public var connections = 20_000

    public init() {}

    /// Every allowance this many times as wide.
    public func times(_ factor: Double) -> RateLimits {
        var wider = self
        wider.ofAddress = ofAddress.mapValues { $0.times(factor) }
        wider.ofPerson = ofPerson.mapValues { $0.times(factor) }
        wider.handshakes = handshakes.times(factor)
        wider.messages = messages.mapValues { $0.times(factor) }
        wider.patience = patience.times(factor)
        return wider
    }
}

/// What a request costs, roughly: what is limited apart must not use up the other.
enum RequestClass: Hashable, Sendable, CaseIterable {
    /// The files of the pages.
    case page
    case read
    case write
    /// Pieces of files.
    case upload
    /// Whatever checks a password or makes a sign-in: it costs a processor the most.
    case signIn

    init(method: String, path: String) {
        guard path.hasPrefix("/api/") else {
            self = .page
            return
        }
        let isWrite = !["GET", "HEAD", "OPTIONS"].contains(method)
        let last = path.split(separator: "/").last ?? ""
        if path.hasPrefix("/api/v1/oidc/") || (isWrite && ["sign-in", "second-factor", "password"].contains(last)) {
            self = .signIn
        } else if path.hasPrefix("/api/v1/uploads") || (isWrite && last == "files") {
            self = .upload
        } else {
            self = isWrite ? .write : .read
        }
    }
}

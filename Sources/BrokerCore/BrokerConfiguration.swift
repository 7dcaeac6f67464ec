import SignalingProtocol

/// How long the broker waits for whom. Every state that waits on somebody has its limit here.
public struct BrokerConfiguration: Hashable, Sendable {
    /// A seat must accept within this time, or it is a RONA.
    public var ringTimeout: Milliseconds = .seconds(20)
    /// A called citizen must enter within this time, or it is a no-show.
    public var callTimeout: Milliseconds = .seconds(60)
    /// A session waits this long for a side whose page is away.
    public var reconnectGrace: Milliseconds = .seconds(120)
    public var wrapUpLimit: Milliseconds = .seconds(90)
    /// A waiting citizen whose page is away keeps the place this long.
    public var citizenAwayGrace: Milliseconds = .minutes(10)
    /// A ready seat whose page is away becomes not ready after this time.
    public var seatAwayGrace: Milliseconds = .seconds(30)
    /// A not-ready seat whose page is away is signed off after this time.
    public var seatSignOffGrace: Milliseconds = .minutes(30)
    /// Nobody waits longer than a working day.
    public var ticketLifetime: Milliseconds = .minutes(8 * 60)
    /// A finished ticket stays visible to its citizen's page this long.
    public var farewell: Milliseconds = .minutes(30)
    /// A client session can be resumed this long after its connection was lost.
    public var clientGrace: Milliseconds = .minutes(10)
    public var heartbeatInterval: Milliseconds = .seconds(10)
    /// Work is given only to a client whose last heartbeat acknowledgement is no older than this.
    public var heartbeatTolerance: Milliseconds = .seconds(25)
    /// Changes of place are gathered this long before they are told.
    public var placeInterval: Milliseconds = 250

    public init() {}
}

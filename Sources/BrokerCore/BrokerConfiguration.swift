import SignalingProtocol

/// How long the broker waits for whom. Every state that waits on somebody has its limit here.
public struct BrokerConfiguration: Hashable, Sendable {
    /// A seat must accept within this time, or it is a RONA.
    public var ringTimeout: Milliseconds = .seconds(20)
    /// A called citizen must enter within this time, pause included, or is called again.
    public var callTimeout: Milliseconds = .seconds(25)
    /// How often a citizen is called before the ticket is parked.
    public var callsBeforeParking = 3
    /// A parked ticket can be revived this long; then it is a no-show.
    public var parkedTime: Milliseconds = .minutes(10)
    public var holdLimit: Milliseconds = .minutes(5)
    /// A colleague who is asked in is looked for this long.
    public var consultPatience: Milliseconds = .seconds(60)
    /// While agent and colleague talk apart, the citizen waits no longer than this and is then taken in.
    public var consultApartLimit: Milliseconds = .minutes(5)
    /// A colleague who is in a session and whose page is away is given up after this time.
    public var consultantGrace: Milliseconds = .seconds(30)
    /// A ticket handed on to one seat waits for that seat this long; then any seat may take it.
    public var directedWindow: Milliseconds = .minutes(2)
    /// The agent who knows the matter goes before the longest idle one this long after the ticket was taken.
    public var earlierAgentWindow: Milliseconds = .minutes(2)
    /// A ticket that has waited this long may be taken by a hall that agreed to help.
    public var overflowAfter: Milliseconds = .minutes(10)
    /// A citizen who keeps the place and is away is told when no more than this many are ahead.
    public var callBackNotice = 2
    /// A session waits this long for a side whose page is away.
    public var reconnectGrace: Milliseconds = .seconds(120)
    /// A picture that an agent asked for must be answered within this time, and must arrive within this time after that.
    public var stillTimeout: Milliseconds = .minutes(2)
    /// However often sides come and go by turns, they must be there together within this time.
    public var reconnectLimit: Milliseconds = .minutes(4)
    public var wrapUpLimit: Milliseconds = .seconds(90)
    /// A waiting citizen whose page is away keeps the place this long.
    public var citizenAwayGrace: Milliseconds = .minutes(10)
    /// A ready seat whose page is away becomes not ready after this time.
    public var seatAwayGrace: Milliseconds = .seconds(30)
    /// A not-ready seat whose page is away is signed off after this time.
    public var seatSignOffGrace: Milliseconds = .minutes(30)
    /// Nobody waits longer than a working day, counted from when the ticket last began to wait; for a place that is kept for a call-back, in opening time.
    public var ticketLifetime: Milliseconds = .minutes(8 * 60)
    /// However often a ticket comes back to the queue, it waits no longer than this after it was taken, counted alike.
    public var ticketTotal: Milliseconds = .minutes(12 * 60)
    /// A finished ticket stays visible to its citizen's page this long.
    public var farewell: Milliseconds = .minutes(30)
    /// A client session can be resumed this long after its connection was lost.
    public var clientGrace: Milliseconds = .minutes(10)
    public var heartbeatInterval: Milliseconds = .seconds(10)
    /// Work is given only to a client whose last heartbeat acknowledgement is no older than this.
    public var heartbeatTolerance: Milliseconds = .seconds(25)
    /// How much earlier than taken a ticket of the lane counts as taken.
    public var priorityAdvantage: Milliseconds = .minutes(15)
    public var appointmentAdvantage: Milliseconds = .minutes(10)
    public var readyAdvantage: Milliseconds = .minutes(5)
    /// The same for a ticket that was handed on from another seat.
    public var handedOnAdvantage: Milliseconds = .minutes(8 * 60)
    /// Handling time assumed until a hall has a history.
    public var assumedHandlingTime: Milliseconds = .minutes(8)
    /// Changes of place are gathered this long before they are told.
    public var placeInterval: Milliseconds = 250
    /// Whoever has waited this long is a supervisor's task.
    public var longWaitAfter: Milliseconds = .minutes(20)
    /// So is a talk that waits this long for somebody's page, or that a page has left this often.
    public var badLineAfter: Milliseconds = .seconds(20)
    public var badLineTimes = 3
    /// So is an item that somebody waits for and that nobody has been able to take for this long.
    public var uncoveredAfter: Milliseconds = .seconds(60)
    /// For halls whose plan says nothing else.
    public var booking = BookingRules()

    public init() {}

    func advantage(of lane: Lane) -> Milliseconds {
        switch lane {
        case .priority: priorityAdvantage
        case .appointment: appointmentAdvantage
        case .ready: readyAdvantage
        case .guided, .ordinary: 0
        }
    }
}

import BrokerCore
import SignalingProtocol

/// How large a simulated day is. What goes wrong on it is the seed's own choice; see `Faults`.
public struct SimulationPlan: Sendable {
    /// From the first hall's opening to the moment when everybody goes home.
    public var length: Milliseconds
    public var citizens: Int
    public var seats: Int
    public var halls: Int
    /// The broker's whole memory is checked once in so many steps; what a step touches is checked at that step.
    public var stepsPerAudit: Int

    public init(length: Milliseconds = .minutes(20), citizens: Int = 18, seats: Int = 4, halls: Int = 2, stepsPerAudit: Int = 150) {
        self.length = length
        self.citizens = citizens
        self.seats = seats
        self.halls = halls
        self.stepsPerAudit = stepsPerAudit
    }

    /// One more agent than seats in each hall, so that seats are fought over.
    var agents: Int { seats + halls }
}

/// How often what goes wrong, drawn from the seed. A day on which everything breaks all the time reaches little, so each seed leaves some faults out.
struct Faults: Sendable {
    /// Out of 1,000 times that somebody acts: what their line or page does instead.
    var lineBreaks = 0
    var lineDies = 0
    var reloads = 0
    var secondPages = 0
    var freezes = 0
    /// Out of 1,000 commands.
    var duplicates = 0
    var reorders = 0
    /// Out of 1,000 frames in either direction that are held up for seconds.
    var stalls = 0
    /// Out of 1,000 reconnects with a resume token or number that was never given.
    var wrongResumes = 0
    var crashes = 0
    var diskFailures = 0
    /// Longest time that a commit takes, when the disk is well.
    var commit: Milliseconds = 20

    init(chance: inout Chance) {
        func rate(_ most: Int) -> Int { chance.roll(3) == 0 ? 0 : chance.roll(most + 1) }
        lineBreaks = rate(60)
        lineDies = rate(30)
        reloads = rate(40)
        secondPages = rate(25)
        freezes = rate(25)
        duplicates = rate(120)
        reorders = rate(60)
        stalls = rate(20)
        wrongResumes = rate(100)
        crashes = chance.roll(3) == 0 ? 0 : chance.roll(5)
        diskFailures = chance.roll(2) == 0 ? 0 : chance.roll(3)
        commit = [5, 20, 200, 2_000][chance.roll(4)]
    }
}

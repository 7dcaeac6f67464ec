import BrokerCore
import SignalingProtocol

/// What a day, or many days, consisted of.
public struct Census: Sendable {
    public internal(set) var days = 0
    public internal(set) var steps = 0
    public internal(set) var turns = 0
    public internal(set) var lines = 0
    public internal(set) var commits = 0
    public internal(set) var commitsFailed = 0
    public internal(set) var records = 0
    public internal(set) var audits = 0
    public internal(set) var pagesCompared = 0
    /// Announced waits of tickets that found no free seat and were called: how many, and how many ended within what was announced.
    public internal(set) var waits = 0
    public internal(set) var waitsWithinP50 = 0
    public internal(set) var waitsWithinP80 = 0
    var filesSent = 0
    var filesAnswered = 0
    /// How often each thing happened or was done, by its name in the tables.
    public internal(set) var counts: [String: Int] = [:]
    /// How tickets, rings, sessions and pre-checks ended: `ticket done`, `ring rejected`, …
    public internal(set) var endings: [String: Int] = [:]

    public init() {}

    mutating func count(_ name: String) { counts[name, default: 0] += 1 }

    /// Takes what is on disk at the end of a day.
    mutating func take(_ store: StoreModel) {
        days = 1
        for ticket in store.tickets.values { endings["ticket \(ticket.state.rawValue)", default: 0] += 1 }
        for ticket in store.tickets.values {
            guard let estimate = ticket.estimate, let rung = ticket.firstRungAt, estimate.p50 > 0 || rung > ticket.takenAt else { continue }
            waits += 1
            if rung - ticket.takenAt <= estimate.p50 { waitsWithinP50 += 1 }
            if rung - ticket.takenAt <= estimate.p80 { waitsWithinP80 += 1 }
        }
        for reservation in store.reservations.values {
            endings["ring \(reservation.state.rawValue)", default: 0] += 1
            endings["rule \(reservation.why.rule.rawValue)", default: 0] += 1
        }
        for task in store.floorTasks.values { endings["task \(task.kind.rawValue) \(task.state.rawValue)", default: 0] += 1 }
        for act in store.floorActs { endings["act \(act.kind.rawValue)", default: 0] += 1 }
        for appointment in store.appointments.values { endings["appointment \(appointment.state.rawValue)", default: 0] += 1 }
        for session in store.sessions.values { endings["session \(session.disposition?.rawValue ?? "open")", default: 0] += 1 }
        for file in store.cases.values { for outcome in file.outcomes { endings["outcome \(outcome.result.rawValue)", default: 0] += 1 } }
    }

    public mutating func add(_ other: Census) {
        days += other.days
        steps += other.steps
        turns += other.turns
        lines += other.lines
        commits += other.commits
        commitsFailed += other.commitsFailed
        records += other.records
        audits += other.audits
        pagesCompared += other.pagesCompared
        waits += other.waits
        waitsWithinP50 += other.waitsWithinP50
        waitsWithinP80 += other.waitsWithinP80
        counts.merge(other.counts, uniquingKeysWith: +)
        endings.merge(other.endings, uniquingKeysWith: +)
    }

    /// Every way in which something can end. States that are left again are no endings.
    public static let everyEnding: [String] =
        TicketState.allCases.filter(\.isTerminal).map { "ticket \($0.rawValue)" }
        + AppointmentState.allCases.filter(\.isTerminal).map { "appointment \($0.rawValue)" }
        + ReservationState.allCases.filter { $0 != .pending }.map { "ring \($0.rawValue)" }
        + Disposition.allCases.map { "session \($0.rawValue)" } + OutcomeResult.allCases.map { "outcome \($0.rawValue)" }
        + RoutingRule.allCases.map { "rule \($0.rawValue)" }

    /// Every row of what people do.
    public static let everyAction: [String] = Role.allCases.flatMap { Action.table(for: $0).map(\.name) }

    /// Endings and actions that no day came to. Days that do not get everywhere prove little.
    public var neverReached: [String] {
        Self.everyEnding.filter { endings[$0] == nil } + Self.everyAction.filter { counts[$0] == nil }
    }
}

import SignalingProtocol

/// One arrow of a state machine.
public struct Transition<State: WireWord>: Hashable, Sendable {
    /// Nil: it begins there.
    public let from: State?
    /// What makes it happen, in words.
    public let event: String
    public let to: State

    init(_ from: State?, _ event: String, _ to: State) {
        self.from = from
        self.event = event
        self.to = to
    }
}

/// What waits in a state, how long, and what happens then. A state without one waits on nobody, or is left by a page that goes away.
public struct StateDeadline<State: WireWord>: Hashable, Sendable {
    public let state: State
    public let limit: String
    public let outcome: String

    init(_ state: State, _ limit: String, _ outcome: String) {
        self.state = state
        self.limit = limit
        self.outcome = outcome
    }
}

/// A state whose machine is written down. The broker checks every change against it, and the documentation is made from it.
public protocol MachineState: WireWord {
    static var title: String { get }
    static var transitions: [Transition<Self>] { get }
    static var deadlines: [StateDeadline<Self>] { get }
}

extension MachineState {
    /// Whether the machine has an arrow from `from` to `to`. Staying is no change.
    static func allows(_ from: Self?, _ to: Self) -> Bool { from == to || transitions.contains { $0.from == from && $0.to == to } }

    /// States that nothing leads out of.
    static var terminal: [Self] { allCases.filter { state in !transitions.contains { $0.from == state } } }
}

extension TicketState: MachineState {
    public static let title = "Ticket 排队号"

    public static let transitions: [Transition<Self>] = [
        Transition(nil, "the citizen takes a ticket", .waiting),
        Transition(.waiting, "a ready seat that can take it is found", .reserved),
        Transition(.waiting, "the citizen gives it up", .abandoned),
        Transition(.waiting, "the citizen is away too long, or the day ends", .expired),
        Transition(.reserved, "the agent accepts", .serving),
        Transition(.reserved, "rejected, not answered, moved by a supervisor, the agent is suspended, or the server restarts", .waiting),
        Transition(.reserved, "the citizen gives it up", .abandoned),
        Transition(.serving, "the talk ends", .done),
        Transition(.serving, "handed on, ended by a supervisor, or the agent's page stays away", .waiting),
        Transition(.serving, "called three times in vain, or the agent gives up calling", .parked),
        Transition(.serving, "the called citizen declines", .declined),
        Transition(.parked, "the citizen revives it, at its old place", .waiting),
        Transition(.parked, "not revived in time", .noShow),
        Transition(.parked, "the citizen gives it up", .abandoned),
    ]

    public static let deadlines: [StateDeadline<Self>] = [
        StateDeadline(.waiting, "ticketLifetime; citizenAwayGrace while the page is away without a call-back", "expired"),
        StateDeadline(.reserved, "the reservation's", "waiting"),
        StateDeadline(.serving, "the session's", "as the session ends"),
        StateDeadline(.parked, "parkedTime", "no-show"),
    ]
}

extension ReservationState: MachineState {
    public static let title = "Reservation 派单"

    public static let transitions: [Transition<Self>] = [
        Transition(nil, "matching holds a ticket for a seat, or a consult rings", .pending),
        Transition(.pending, "the agent accepts", .accepted),
        Transition(.pending, "the agent rejects, with a reason", .rejected),
        Transition(.pending, "nobody answers: RONA", .timedOut),
        Transition(.pending, "the server restarts, or the agent is suspended", .cancelled),
        Transition(.pending, "the citizen gives the ticket up, or the consult ends", .rescinded),
    ]

    public static let deadlines: [StateDeadline<Self>] = [StateDeadline(.pending, "ringTimeout", "timed-out")]
}

extension SeatState: MachineState {
    public static let title = "Seat 坐席"

    public static let transitions: [Transition<Self>] = [
        Transition(nil, "the seat is set up", .signedOff),
        Transition(.signedOff, "an agent signs on", .notReady),
        Transition(.notReady, "the agent becomes ready", .ready),
        Transition(.notReady, "the agent signs off, or stays away", .signedOff),
        Transition(.ready, "matching holds a ticket for it, or it is asked for a consult", .reserved),
        Transition(.ready, "the agent rests, a supervisor says so, or the page is away", .notReady),
        Transition(.ready, "the agent signs off", .signedOff),
        Transition(.reserved, "the page acknowledges the ring", .ringing),
        Transition(.reserved, "accepted", .inSession),
        Transition(.reserved, "rejected, the ring was never acknowledged, or the agent is suspended", .notReady),
        Transition(.reserved, "the ticket went away, or the server restarts", .ready),
        Transition(.ringing, "accepted", .inSession),
        Transition(.ringing, "rejected, RONA, or the agent is suspended", .notReady),
        Transition(.ringing, "the ticket went away, or the server restarts", .ready),
        Transition(.inSession, "the talk ends", .wrapUp),
        Transition(.inSession, "its consult ends", .ready),
        Transition(.inSession, "the agent's page stayed away", .notReady),
        Transition(.wrapUp, "wrap-up is completed or runs out", .ready),
        Transition(.wrapUp, "completed without taking the next, or the page is away", .notReady),
    ]

    public static let deadlines: [StateDeadline<Self>] = [
        StateDeadline(.ready, "seatAwayGrace, while the page is away", "not-ready (connection-lost)"),
        StateDeadline(.notReady, "seatSignOffGrace, while the page is away", "signed-off"),
        StateDeadline(.reserved, "the reservation's", "not-ready (connection-lost)"),
        StateDeadline(.ringing, "the reservation's", "not-ready (rona)"),
        StateDeadline(.inSession, "the session's, or the consult's", "wrap-up, ready or not-ready"),
        StateDeadline(.wrapUp, "the session's", "ready"),
    ]
}

extension SessionState: MachineState {
    public static let title = "Session 会话"

    public static let transitions: [Transition<Self>] = [
        Transition(nil, "the reservation is accepted", .ringing),
        Transition(nil, "taken over in a consult", .connected),
        Transition(nil, "taken over while the citizen's page is away", .reconnecting),
        Transition(.ringing, "the citizen enters", .connected),
        Transition(.ringing, "the citizen enters while the agent's page is away", .reconnecting),
        Transition(.ringing, "three calls in vain, declined, or given up", .wrapUp),
        Transition(.connected, "the agent puts the citizen on hold", .held),
        Transition(.connected, "a page goes away", .reconnecting),
        Transition(.connected, "a colleague comes in", .consulting),
        Transition(.connected, "ended or handed on", .wrapUp),
        Transition(.held, "resumed, or held too long", .connected),
        Transition(.held, "a page goes away", .reconnecting),
        Transition(.held, "a colleague comes in", .consulting),
        Transition(.held, "ended or handed on", .wrapUp),
        Transition(.consulting, "the colleague goes, and the citizen was in or the agent sent the colleague away", .connected),
        Transition(.consulting, "the colleague goes while the citizen is apart", .held),
        Transition(.consulting, "the agent's or the citizen's page goes away", .reconnecting),
        Transition(.consulting, "handed over to the colleague, whose page is away", .transferring),
        Transition(.consulting, "ended, handed on, or handed over to the colleague", .wrapUp),
        Transition(.transferring, "the agent goes on alone, or the colleague stays away", .connected),
        Transition(.transferring, "the colleague stays away while the citizen is apart", .held),
        Transition(.transferring, "the colleague stays away, and so does another", .reconnecting),
        Transition(.transferring, "the colleague is back and takes over; ended, or handed on", .wrapUp),
        Transition(.reconnecting, "both pages are back", .connected),
        Transition(.reconnecting, "both pages are back, and a colleague is there", .consulting),
        Transition(.reconnecting, "handed over to the colleague, whose page is away", .transferring),
        Transition(.reconnecting, "ended, handed on, the citizen stays away, or the agent does and a colleague takes over", .wrapUp),
        Transition(.reconnecting, "the agent stays away, and no colleague is there", .closed),
        Transition(.wrapUp, "completed or run out", .closed),
    ]

    public static let deadlines: [StateDeadline<Self>] = [
        StateDeadline(.ringing, "callTimeout, callsBeforeParking times", "wrap-up (no-show)"),
        StateDeadline(.held, "holdLimit", "connected"),
        StateDeadline(
            .reconnecting, "reconnectGrace, anew for whoever leaves, but no longer than reconnectLimit",
            "wrap-up; closed when the agent is away; a consultant who is there takes over"),
        StateDeadline(.consulting, "consultApartLimit, while the citizen is apart", "consulting, with the citizen in"),
        StateDeadline(.transferring, "consultantGrace", "connected, or held when the citizen was apart"),
        StateDeadline(.wrapUp, "wrapUpLimit", "closed"),
    ]
}

extension AppointmentState: MachineState {
    public static let title = "Appointment 预约"

    public static let transitions: [Transition<Self>] = [
        Transition(nil, "the citizen chooses a time that has a place", .held),
        Transition(.held, "the citizen books it", .booked),
        Transition(.held, "not booked in time", .lapsed),
        Transition(.held, "the citizen lets it go", .cancelled),
        Transition(.booked, "the citizen checks in, and has a ticket", .checkedIn),
        Transition(.booked, "the citizen cancels it; or its time was moved, and passes", .cancelled),
        Transition(.booked, "another one is booked in its place", .rescheduled),
        Transition(.booked, "nobody checks in", .noShow),
        Transition(.checkedIn, "the ticket's talk ends", .served),
        Transition(.checkedIn, "the ticket is given up or declined, or the day ends before it is called", .cancelled),
        Transition(.checkedIn, "the ticket is called in vain, or its citizen stays away", .noShow),
    ]

    public static let deadlines: [StateDeadline<Self>] = [
        StateDeadline(.held, "BookingRules.hold", "lapsed"),
        StateDeadline(.booked, "BookingRules.checkInGrace after its beginning", "no-show; cancelled when it was moved"),
        StateDeadline(.checkedIn, "the ticket's", "as the ticket ends; when it is due, its ticket enters lane appointment"),
    ]
}

extension ConsultState: MachineState {
    public static let title = "Consult 请教"

    public static let transitions: [Transition<Self>] = [
        Transition(nil, "the agent asks a colleague in", .waiting),
        Transition(.waiting, "a ready seat that can take it is found, before any ticket is", .ringing),
        Transition(.waiting, "taken back, nobody in time, or the talk ends", .ended),
        Transition(.ringing, "the colleague accepts", .talking),
        Transition(.ringing, "whichever seat was asked does not take it, or the server restarts", .waiting),
        Transition(.ringing, "the seat that was asked does not take it; taken back, or the talk ends", .ended),
        Transition(.talking, "the agent goes on alone, the colleague leaves, stays away or takes over, or the talk ends", .ended),
    ]

    public static let deadlines: [StateDeadline<Self>] = [
        StateDeadline(.waiting, "consultPatience", "ended (unanswered)"),
        StateDeadline(.ringing, "the reservation's", "ended (unanswered), or waiting"),
        StateDeadline(.talking, "consultantGrace, while the colleague's page is away", "ended (lost)"),
    ]
}

/// The machines as an article of this module's documentation. `farwindow export-protocol` writes it; a test fails when it is stale.
public enum StateMachineArticle {
    public static let path = "Sources/BrokerCore/BrokerCore.docc/StateMachines.md"

    public static var text: String {
        let head = """
            # State machines

            Tickets, reservations, seats, sessions, consults, appointments and tasks of the floor, with what leads from one state to the next and how \
            long each waits.

            <!-- Written by `farwindow export-protocol` from StateMachines.swift; edit that. -->

            The broker checks every change against these tables. Limits are named as in ``BrokerConfiguration``.
            """
        let sections = [
            section(TicketState.self), section(ReservationState.self), section(SeatState.self), section(SessionState.self), section(ConsultState.self),
            section(AppointmentState.self), section(FloorTaskState.self),
        ]
        return ([head] + sections).joined(separator: "\n\n") + "\n"
    }

    private static func section<State: MachineState>(_ state: State.Type) -> String {
        var lines = ["## \(State.title)", "", "| From | When | To |", "|---|---|---|"]
        lines += State.transitions.map { "| \($0.from?.rawValue ?? "—") | \($0.event) | \($0.to.rawValue) |" }
        lines += ["", "| State | Waits at most | Then |", "|---|---|---|"]
        lines += State.deadlines.map { "| \($0.state.rawValue) | \($0.limit) | \($0.outcome) |" }
        let terminal = State.terminal
        if !terminal.isEmpty { lines += ["", "Terminal: " + terminal.map(\.rawValue).joined(separator: ", ") + "."] }
        return lines.joined(separator: "\n")
    }
}

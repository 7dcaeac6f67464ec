import BrokerCore
import SignalingProtocol

/// Somebody who takes part in the day.
struct Participant {
    let person: Person
    let habits: Habits
    /// The page in front of them, a number of the simulation's table of pages.
    var page: Int?
    /// When they look next. Only the newest plan counts.
    var looksAt: Instant?
    /// Gone home; does nothing any more.
    var isGone = false
}

/// What somebody is like. Drawn once, so that the same person does the same thing again and again.
struct Habits: Sendable {
    /// A citizen who has waited longer thinks of leaving.
    var patience: Milliseconds
    /// How long a talk takes.
    var talk: Milliseconds
    /// Weight of answering a ring or a call, beside the weight of doing something else; 0 never answers.
    var attention: Int
    /// When the hall of an agent is staffed.
    var shifts: [Range<Instant>] = []

    init(chance: inout Chance) {
        patience = chance.roll(4) == 0 ? .seconds(60) : chance.around(.minutes(12))
        talk = chance.around(.seconds(100))
        attention = [60, 60, 60, 60, 20, 20, 4, 0][chance.roll(8)]
    }

    func isOnShift(at now: Instant) -> Bool { shifts.contains { $0.contains(now) } }
}

/// What somebody sees at the moment of deciding what to do.
struct Moment {
    let page: Page
    let habits: Habits
    let town: Town
    let now: Instant

    var liveTicket: TicketView? { page.ticket.flatMap { $0.state.isTerminal ? nil : $0 } }
    var liveAppointments: [AppointmentView] { page.appointments.filter { !$0.state.isTerminal } }
    /// The session as far as it is not over.
    var talk: SessionView? {
        page.session.flatMap { session in
            switch session.state {
            case .ringing, .connected, .held, .reconnecting, .consulting, .transferring: session
            case .wrapUp, .closed: nil
            }
        }
    }

    /// Both sides have entered.
    var isTalking: Bool {
        switch page.session?.state {
        case .connected, .held, .reconnecting, .consulting, .transferring: true
        case .ringing, .wrapUp, .closed, nil: false
        }
    }
    /// A colleague is in the talk in front of this agent, who is not that colleague.
    var consult: ConsultView? { page.session?.consult.flatMap { $0.you == .agent ? $0 : nil } }
    var isConsultant: Bool { page.session?.consult?.you == .consultant }
    var isWrappingUp: Bool { page.session?.state == .wrapUp }
    var hasTalkedEnough: Bool { page.session.map { now - $0.startedAt > habits.talk } ?? false }
    var hasLostPatience: Bool { page.ticket.map { now - $0.takenAt > habits.patience } ?? false }
    var isOnShift: Bool { habits.isOnShift(at: now) }
}

/// What somebody does.
enum Deed {
    case say(Command)
    case handIn(MaterialID, CaseID)
    /// Sends the picture that was asked for; its hash says which.
    case sendStill(StillView, SessionID)
    /// Asks for a time; which one is drawn when it is done.
    case chooseTime(replaces: AppointmentID?)
    case appointment(AppointmentAct)
    case leave(comesBack: Bool)
    case nothing
}

/// One row of what people do: how likely in what they see, and what it is. A new command of the protocol is one more row.
struct Action: Sendable {
    let name: String
    /// Against the weights of the other rows; 0: not now.
    let weight: @Sendable (Moment) -> Int
    let deed: @Sendable (Moment, inout Chance) -> Deed

    init(_ name: String, _ weight: @escaping @Sendable (Moment) -> Int, _ deed: @escaping @Sendable (Moment, inout Chance) -> Deed) {
        self.name = name
        self.weight = weight
        self.deed = deed
    }

    static func table(for role: Role) -> [Action] {
        switch role {
        case .citizen: booking + ofCitizens
        case .agent: ofAgents
        }
    }

    static func choose(_ moment: Moment, _ chance: inout Chance) -> Action? {
        let table = table(for: moment.page.role)
        let weights = table.map { $0.weight(moment) }
        let sum = weights.reduce(0, +)
        guard sum > 0 else { return nil }
        var rolled = chance.roll(sum)
        for (index, weight) in weights.enumerated() {
            if rolled < weight { return table[index] }
            rolled -= weight
        }
        return nil
    }

    /// How long until somebody who sees this looks again.
    static func pause(_ moment: Moment, _ chance: inout Chance) -> Milliseconds {
        if moment.page.reservation != nil { return chance.around(.seconds(4)) }
        if moment.talk?.state == .ringing { return chance.around(.seconds(8)) }
        if moment.talk != nil || moment.isWrappingUp { return chance.around(.seconds(12)) }
        switch moment.page.role {
        case .citizen: return chance.around(.seconds(40))
        case .agent: return chance.around(moment.page.seat == nil ? .seconds(60) : .seconds(30))
        }
    }
}

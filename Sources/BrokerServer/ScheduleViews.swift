import BrokerStore
import Scheduling
import SignalingProtocol

enum ScheduleOf: String, Encodable, Sendable {
    case draft
    case published
}

/// A hall's schedule as an administrator edits it.
struct ScheduleView: Encodable {
    let hallID: HallID
    let published: ScheduleVersionView?
    let draft: ScheduleDraftView?
    let canUndo: Bool
    let canRedo: Bool

    init(_ hall: HallID, _ desk: ScheduleDesk) {
        hallID = hall
        published = desk.published.map { ScheduleVersionView($0.line, body: $0.body) }
        draft = desk.draft.map(ScheduleDraftView.init)
        canUndo = desk.canUndo
        canRedo = desk.canRedo
    }
}

struct ScheduleVersionView: Encodable {
    let version: Int
    let publishedAt: Instant
    /// Nobody's name: it came with the loading of the data.
    let publishedBy: String?
    let why: String
    let basedOn: Int?
    let body: HallSchedule?

    init(_ line: ScheduleVersionLine, body: HallSchedule?) {
        version = line.version
        publishedAt = line.publishedAt
        publishedBy = line.publishedBy
        why = line.why
        basedOn = line.basedOn
        self.body = body
    }
}

struct ScheduleVersionList: Encodable {
    let versions: [ScheduleVersionView]
}

struct ScheduleDraftView: Encodable {
    let revision: Int
    let state: ScheduleDraft.State
    let basedOn: Int?
    let changedAt: Instant
    let changedBy: String
    let body: HallSchedule

    init(_ draft: ScheduleDraft) {
        revision = draft.revision
        state = draft.state
        basedOn = draft.basedOn
        changedAt = draft.changedAt
        changedBy = draft.changedBy
        body = draft.body
    }
}

struct DraftAnswer: Encodable {
    let draft: ScheduleDraftView?
    let canUndo: Bool
    let canRedo: Bool

    init(_ desk: ScheduleDesk) {
        draft = desk.draft.map(ScheduleDraftView.init)
        canUndo = desk.canUndo
        canRedo = desk.canRedo
    }
}

struct CheckAnswer: Encodable {
    let draft: ScheduleDraftView?
    let conflicts: [ScheduleConflict]
}

struct PublishAnswer: Encodable {
    let published: ScheduleVersionView?
}

struct ScheduleChangeView: Encodable {
    let revision: Int
    let at: Instant
    let by: String
    let changes: [ScheduleChange]

    init(_ logged: LoggedScheduleChange) {
        revision = logged.revision
        at = logged.at
        by = logged.by
        changes = logged.changes
    }
}

/// A problem document that also says what the other administrator did.
struct ScheduleChangedProblem: Encodable {
    let problem: Problem
    let changesSince: [ScheduleChangeView]

    private enum Key: String, CodingKey { case changesSince }

    func encode(to encoder: any Encoder) throws {
        try problem.encode(to: encoder)
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(changesSince, forKey: .changesSince)
    }
}

/// A problem document that also names the conflicts.
struct ScheduleConflictProblem: Encodable {
    let problem: Problem
    let conflicts: [ScheduleConflict]

    private enum Key: String, CodingKey { case conflicts }

    func encode(to encoder: any Encoder) throws {
        try problem.encode(to: encoder)
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(conflicts, forKey: .conflicts)
    }
}

// MARK: A week

/// Days as they will be.
struct WeekView: Encodable, Sendable {
    struct Seat: Encodable, Sendable {
        let id: SeatID
        let number: String
        let withdrawn: Bool
    }

    struct Agent: Encodable, Sendable {
        let id: AgentID
        let name: String
        let skills: Coverage
        let suspended: Bool
    }

    struct HalfHour: Encodable, Sendable {
        let from: TimeOfDay
        let planned: Int
        /// Comes from a rehearsal.
        let needed: Int?
    }

    struct Day: Encodable, Sendable {
        let date: CivilDay
        let kind: ScheduledDay.Kind
        let name: String?
        let note: String?
        let missingYear: Int64?
        let shifts: [ShiftView]
        let coverage: [HalfHour]
    }

    /// A shift with what becomes of it on its day.
    struct ShiftView: Encodable, Sendable {
        let scheduled: ScheduledShift

        private enum Key: String, CodingKey { case startsAt, endsAt, plannedAgentID, agentID, leaveID, swapID }

        func encode(to encoder: any Encoder) throws {
            try scheduled.shift.encode(to: encoder)
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(scheduled.time.lowerBound, forKey: .startsAt)
            try container.encode(scheduled.time.upperBound, forKey: .endsAt)
            try container.encode(scheduled.shift.agent, forKey: .plannedAgentID)
            try container.encode(scheduled.agent, forKey: .agentID)
            try container.encode(scheduled.leave, forKey: .leaveID)
            try container.encode(scheduled.swap, forKey: .swapID)
        }
    }

    let hallID: HallID
    let zone: String
    let of: ScheduleOf
    let revision: Int
    let days: [Day]
    let seats: [Seat]
    let agents: [Agent]

    init(_ ground: ScheduleGround, _ body: HallSchedule, of: ScheduleOf, revision: Int, from: CivilDay, count: Int) {
        let schedule = ground.resolved(body)
        hallID = ground.hall
        zone = body.zone
        self.of = of
        self.revision = revision
        days = (0..<Int64(count)).map { offset in
            let day = schedule.day(CivilDay(number: from.number + offset))
            return Day(
                date: day.date, kind: day.kind, name: day.name, note: day.note, missingYear: day.missingYear,
                shifts: day.shifts.map(ShiftView.init),
                coverage: schedule.halfHours(of: day).map { HalfHour(from: $0.from, planned: $0.planned, needed: nil) })
        }
        seats = ground.roster.seats.map { Seat(id: $0.id, number: ground.seatNumbers[$0.id] ?? $0.id.text, withdrawn: $0.isWithdrawn) }
        agents = ground.roster.agents.map { Agent(id: $0.id, name: ground.names[$0.id] ?? "", skills: $0.skills, suspended: $0.isSuspended) }
    }
}

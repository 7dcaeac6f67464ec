import Foundation
import GRDB
import Scheduling
import SignalingProtocol

/// An agent's leave (请假).
public struct LeaveRow: Hashable, Sendable {
    public enum State: String, Codable, Hashable, Sendable, CaseIterable {
        case asked
        case approved
        case declined
        case withdrawn
    }

    public let id: LeaveID
    public let agent: AgentID
    public let agentName: String
    public let hall: HallID
    public let time: Range<Instant>
    public let reason: String
    public let state: State
    public let askedAt: Instant
    public let decidedBy: String?
    public let note: String
}

/// One shift on one date, given to a colleague (换班).
public struct SwapRow: Hashable, Sendable {
    public enum State: String, Codable, Hashable, Sendable, CaseIterable {
        case asked
        /// The colleague takes it; an administrator has not said so yet.
        case agreed
        case approved
        case declined
        case withdrawn

        var isLive: Bool {
            switch self {
            case .asked, .agreed, .approved: true
            case .declined, .withdrawn: false
            }
        }
    }

    public let id: SwapID
    public let hall: HallID
    public let shift: ShiftID
    public let date: CivilDay
    public let from: AgentID
    public let fromName: String
    public let to: AgentID
    public let toName: String
    public let state: State
    public let askedAt: Instant
    public let decidedBy: String?
    public let note: String
}

extension BrokerStore {
    static let listedAbsences = 2_000

    // MARK: Leave

    public func askForLeave(_ id: LeaveID, agent: AgentID, time: Range<Instant>, reason: String, at now: Instant) throws(StoreError) -> LeaveRow? {
        try write { db in
            try db.execute(
                sql: "INSERT INTO agent_leave (id, agent, from_ms, to_ms, reason, state, asked_at_ms) VALUES (?, ?, ?, ?, ?, 'asked', ?)",
                arguments: [
                    id.description, agent.description, time.lowerBound.milliseconds, time.upperBound.milliseconds, reason, now.milliseconds,
                ])
            try audit(.leaveChanged, at: now, on: "leave:\(id)", detail: "state=asked agent=\(agent)", db)
            return try Self.leaves(db, "agent_leave.id = ?", [id.description]).first
        }
    }

    /// The newest first.
    public func leaves(of agent: AgentID) throws(StoreError) -> [LeaveRow] {
        try read("agent_leave") { db in try Self.leaves(db, "agent_leave.agent = ?", [agent.description]) }
    }

    public func leaves(in hall: HallID) throws(StoreError) -> [LeaveRow] {
        try read("agent_leave") { db in try Self.leaves(db, "person.hall = ?", [hall.text]) }
    }

    /// - Parameters:
    ///   - from: the states that allow it.
    ///   - account: the administrator; nil when the agent takes it back.
    /// - Returns: nil when there is no such leave of the hall; the leave as it is when its state does not allow it.
    public func setLeave(
        _ id: LeaveID, in hall: HallID, agent: AgentID? = nil, from: Set<LeaveRow.State>, to state: LeaveRow.State, by account: AgentID?, note: String
    ) throws(StoreError) -> (leave: LeaveRow, isDone: Bool)? {
        try write { db in
            guard let leave = try Self.leaves(db, "agent_leave.id = ?", [id.description]).first, leave.hall == hall, agent.map({ $0 == leave.agent }) ?? true
            else { return nil }
            guard from.contains(leave.state) else { return (leave, false) }
            try db.execute(
                sql: "UPDATE agent_leave SET state = ?, decided_by = coalesce(?, decided_by), note = ? WHERE id = ?",
                arguments: [state.rawValue, account?.description, note, id.description])
            try audit(.leaveChanged, on: "leave:\(id)", in: hall, reason: note, detail: "state=\(state.rawValue) agent=\(leave.agent)", db)
            return try Self.leaves(db, "agent_leave.id = ?", [id.description]).first.map { ($0, true) }
        }
    }

    private static func leaves(_ db: Database, _ condition: String, _ arguments: StatementArguments) throws -> [LeaveRow] {
        let sql = """
            SELECT agent_leave.*, person.name AS person_name, person.hall AS person_hall, decider.name AS decider FROM agent_leave
            JOIN account AS person ON person.id = agent_leave.agent LEFT JOIN account AS decider ON decider.id = agent_leave.decided_by
            WHERE \(condition) ORDER BY asked_at_ms DESC, agent_leave.id DESC LIMIT \(listedAbsences)
            """
        return try Row.fetchAll(db, sql: sql, arguments: arguments).map { row in
            guard let state = LeaveRow.State(rawValue: row["state"]) else { throw UnreadableColumn(column: "state") }
            return LeaveRow(
                id: try row.identifier("id"), agent: try row.identifier("agent"), agentName: row["person_name"], hall: try row.code("person_hall"),
                time: row.instant("from_ms")..<row.instant("to_ms"), reason: row["reason"], state: state, askedAt: row.instant("asked_at_ms"),
                decidedBy: row["decider"], note: row["note"])
        }
    }

    // MARK: Swaps

    /// - Returns: nil when the shift has been given away already.
    public func askForSwap(
        _ id: SwapID, in hall: HallID, shift: ShiftID, on date: CivilDay, from: AgentID, to: AgentID, at now: Instant
    ) throws(StoreError) -> SwapRow? {
        try write { db in
            let isTaken = try Bool.fetchOne(
                db,
                sql: """
                    SELECT EXISTS (SELECT 1 FROM shift_swap WHERE shift = ? AND date = ? AND from_agent = ? AND state IN ('asked', 'agreed', 'approved'))
                    """,
                arguments: [shift.description, date.text, from.description])
            guard isTaken != true else { return nil }
            try db.execute(
                sql: """
                    INSERT INTO shift_swap (id, hall, shift, date, from_agent, to_agent, state, asked_at_ms) VALUES (?, ?, ?, ?, ?, ?, 'asked', ?)
                    """,
                arguments: [
                    id.description, hall.text, shift.description, date.text, from.description, to.description, now.milliseconds,
                ])
            try audit(.swapChanged, at: now, on: "swap:\(id)", in: hall, detail: "state=asked from=\(from) to=\(to)", db)
            return try Self.swaps(db, "shift_swap.id = ?", [id.description]).first
        }
    }

    /// What an agent gives away or is asked to take, the newest first.
    public func swaps(of agent: AgentID) throws(StoreError) -> [SwapRow] {
        try read("shift_swap") { db in
            try Self.swaps(db, "shift_swap.from_agent = ? OR shift_swap.to_agent = ?", [agent.description, agent.description])
        }
    }

    public func swaps(in hall: HallID) throws(StoreError) -> [SwapRow] {
        try read("shift_swap") { db in try Self.swaps(db, "shift_swap.hall = ?", [hall.text]) }
    }

    /// - Parameter isAllowed: whether whoever asks may do this to the swap as it is.
    /// - Returns: nil when there is no such swap of the hall; the swap as it is when it is not allowed.
    public func setSwap(
        _ id: SwapID, in hall: HallID, to state: SwapRow.State, by account: AgentID?, note: String, where isAllowed: @Sendable (SwapRow) -> Bool
    ) throws(StoreError) -> (swap: SwapRow, isDone: Bool)? {
        try write { db in
            guard let swap = try Self.swaps(db, "shift_swap.id = ?", [id.description]).first, swap.hall == hall else { return nil }
            guard isAllowed(swap) else { return (swap, false) }
            try db.execute(
                sql: "UPDATE shift_swap SET state = ?, decided_by = coalesce(?, decided_by), note = ? WHERE id = ?",
                arguments: [state.rawValue, account?.description, note, id.description])
            try audit(.swapChanged, on: "swap:\(id)", in: hall, reason: note, detail: "state=\(state.rawValue) from=\(swap.from) to=\(swap.to)", db)
            return try Self.swaps(db, "shift_swap.id = ?", [id.description]).first.map { ($0, true) }
        }
    }

    private static func swaps(_ db: Database, _ condition: String, _ arguments: StatementArguments) throws -> [SwapRow] {
        let sql = """
            SELECT shift_swap.*, giver.name AS giver, taker.name AS taker, decider.name AS decider FROM shift_swap
            JOIN account AS giver ON giver.id = shift_swap.from_agent JOIN account AS taker ON taker.id = shift_swap.to_agent
            LEFT JOIN account AS decider ON decider.id = shift_swap.decided_by
            WHERE \(condition) ORDER BY asked_at_ms DESC, shift_swap.id DESC LIMIT \(listedAbsences)
            """
        return try Row.fetchAll(db, sql: sql, arguments: arguments).map { row in
            guard let state = SwapRow.State(rawValue: row["state"]) else { throw UnreadableColumn(column: "state") }
            return SwapRow(
                id: try row.identifier("id"), hall: try row.code("hall"), shift: try row.identifier("shift"), date: try row.day("date"),
                from: try row.identifier("from_agent"), fromName: row["giver"], to: try row.identifier("to_agent"), toName: row["taker"], state: state,
                askedAt: row.instant("asked_at_ms"), decidedBy: row["decider"], note: row["note"])
        }
    }

    // MARK: What counts

    /// Approved leave of a hall's people that has not ended, and approved swaps from yesterday on.
    public func approvedAbsences(of hall: HallID, at now: Instant) throws(StoreError) -> (leaves: [ApprovedLeave], swaps: [ApprovedSwap]) {
        try read("agent_leave") { db in
            let leaves = try Row.fetchAll(
                db,
                sql: """
                    SELECT agent_leave.* FROM agent_leave JOIN account ON account.id = agent_leave.agent
                    WHERE account.hall = ? AND state = 'approved' AND to_ms > ? ORDER BY from_ms
                    """, arguments: [hall.text, now.milliseconds - Self.pastAbsences.count]
            ).map { row in
                ApprovedLeave(id: try row.identifier("id"), agent: try row.identifier("agent"), time: row.instant("from_ms")..<row.instant("to_ms"))
            }
            let past = ZoneRules.china.day(at: Instant(milliseconds: now.milliseconds - Self.pastAbsences.count))
            let swaps = try Row.fetchAll(
                db, sql: "SELECT * FROM shift_swap WHERE hall = ? AND state = 'approved' AND date >= ? ORDER BY asked_at_ms", arguments: [hall.text, past.text]
            ).map { row in
                ApprovedSwap(
                    id: try row.identifier("id"), shift: try row.identifier("shift"), date: try row.day("date"), from: try row.identifier("from_agent"),
                    to: try row.identifier("to_agent"))
            }
            return (leaves, swaps)
        }
    }

    /// Weeks that have passed can still be looked at.
    private static let pastAbsences = Milliseconds.minutes(62 * 24 * 60)

    // MARK: Calendars of people

    /// Stores the hash of a new address, in place of the one before.
    public func setShiftCalendar(of agent: AgentID, tokenHash: Data, at now: Instant) throws(StoreError) {
        try write { db in
            try db.execute(
                sql: """
                    INSERT INTO shift_calendar (agent, token_hash, made_at_ms) VALUES (?, ?, ?)
                    ON CONFLICT (agent) DO UPDATE SET token_hash = excluded.token_hash, made_at_ms = excluded.made_at_ms
                    """, arguments: [agent.description, tokenHash, now.milliseconds])
            try audit(.settingChanged, at: now, on: "account:\(agent)", detail: "shift-calendar", db)
        }
    }

    public func account(ofShiftCalendar tokenHash: Data) throws(StoreError) -> AccountRow? {
        try read("shift_calendar") { db in
            try Row.fetchOne(
                db, sql: "SELECT account.* FROM account JOIN shift_calendar ON shift_calendar.agent = account.id WHERE token_hash = ?",
                arguments: [tokenHash]
            ).map { try Self.account($0, db) }
        }
    }
}

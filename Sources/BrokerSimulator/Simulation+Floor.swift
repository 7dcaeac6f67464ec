import BrokerCore
import SignalingProtocol

// Supervisors who walk the floor, and the rules about their tasks.

extension Simulation {
    private static let supervisors = [1, 2].map { Supervisor(id: Numbered.identifier(900_000 + $0), name: "主管\($0)") }

    /// One comes by now and then, in some hall.
    func planSupervision() { agenda.plan(.supervisorLooks, at: now + chance.between(.seconds(5), .seconds(45))) }

    func supervise() {
        guard !isOver else { return }
        defer { planSupervision() }
        let (hall, supervisor) = (chance.pick(town.halls).id, chance.pick(Self.supervisors))
        guard server.isUp, !server.isStorageDown, let deed = deed(in: hall) else { return }
        lastNumber += 1
        turn(.supervise(RequestID(UInt64(lastNumber)), hall, deed, by: supervisor))
    }

    /// Also what cannot be done, now and then.
    private func deed(in hall: HallID) -> FloorDeed? {
        let other = chance.roll(12) == 0
        let isHere = { (one: HallID) in one == hall || other }
        switch chance.roll(8) {
        case 0...2: return server.head.tasks(where: { isHere($0.hall) }).first { _ in chance.roll(3) > 0 }.map { .take($0.id, note: "") }
        case 3...4: return server.head.tasks(where: { isHere($0.hall) }).first { _ in chance.roll(3) > 0 }.map { .close($0.id, note: "看过了") }
        case 5: return chance.roll(3) > 0 ? nil : .makeNotReady(chance.pick(town.seats).id, reason: chance.roll(10) == 0 ? " " : "设备要换")
        case 6:
            let tickets = server.head.tickets.values.filter { isHere($0.hall) && (!$0.state.isTerminal || other) }.sorted { $0.id < $1.id }
            guard !tickets.isEmpty, chance.roll(2) == 0 else { return nil }
            let target: FloorTarget = chance.roll(2) == 0 ? .hall(chance.pick(town.halls).id) : .seat(chance.pick(town.seats).id)
            return .move(chance.pick(tickets).id, to: target, reason: "那边人少")
        default:
            let sessions = server.head.sessions.values.filter { isHere($0.hall) && ($0.state != .closed || other) }.sorted { $0.id < $1.id }
            guard !sessions.isEmpty, chance.roll(4) == 0 else { return nil }
            return .end(chance.pick(sessions).id, reason: "卡住了")
        }
    }

    // MARK: The rules

    func checkTheFloor() {
        let kept = server.broker.floorTasksInMemory
        for task in kept { expect(server.head.floorTasks[task.id] == task, "task \(task.name) is not as stored") }
        expect(kept.count == server.head.floorTasks.values.count { $0.settledAt == nil }, "a task is stored and forgotten")
        // What is to be seen from outside has its task.
        let causes = Set(kept.map { Cause(kind: $0.kind, subject: $0.subject) })
        for ticket in server.head.tickets.values where ticket.state == .waiting && (ticket.callBack == nil || ticket.callBack == .confirmed) {
            let since = ticket.transfer == nil ? ticket.takenAt : ticket.waitingSince
            guard server.lastTurn - since >= configuration.longWaitAfter else { continue }
            census.count("long wait seen")
            expect(causes.contains(Cause(kind: .longWait, subject: .ticket(ticket.id))), "\(ticket.number) has waited long, and nobody is told")
        }
        for seat in server.head.seats.values where seat.notReadyReason == .rona {
            expect(causes.contains(Cause(kind: .unansweredRing, subject: .seat(seat.id))), "seat \(seat.id) did not answer, and nobody is told")
        }
        for session in server.head.sessions.values where session.isGoingOn && session.reconnections >= configuration.badLineTimes {
            expect(causes.contains(Cause(kind: .badLine, subject: .session(session.id))), "a line breaks again and again, and nobody is told")
        }
    }

    private struct Cause: Hashable {
        let kind: FloorTaskKind
        let subject: FloorSubject
    }
}

extension StoreModel {
    /// Those that nobody has closed.
    fileprivate func tasks(where isMeant: (FloorTask) -> Bool) -> [FloorTask] {
        floorTasks.values.filter { ($0.state == .open || $0.state == .taken) && isMeant($0) }.sorted { $0.id < $1.id }
    }

    mutating func apply(_ task: FloorTask) {
        if let old = floorTasks[task.id] {
            let isSame = old.kind == task.kind && old.hall == task.hall && old.subject == task.subject && old.raisedAt == task.raisedAt
            expect(isSame, "a task is about another thing")
            expect(old.settledAt == nil || old == task, "a task whose cause is over changes")
            expect((old.state != .closed && old.state != .resolved) || old.state == task.state, "a task leaves \(old.state)")
            expect(old.taken == nil || old.taken == task.taken, "somebody else has the task")
        } else {
            expect(task.state == .open, "a task begins as \(task.state)")
            let isTwice = floorTasks.values.contains {
                $0.settledAt == nil && $0.kind == task.kind && $0.hall == task.hall && $0.subject == task.subject
            }
            expect(!isTwice, "a task is raised twice for one cause")
        }
        expect((task.state == .closed) == (task.closed != nil), "who closed it belongs to a closed task")
        expect(task.state != .taken || task.taken != nil, "a task that is taken has a taker")
        expect(task.state != .resolved || task.settledAt != nil, "a task is resolved when its cause is over")
        expect(task.settledAt == nil || task.state == .closed || task.state == .resolved, "a task stays over its cause")
        switch task.subject {
        case .seat(let id): expect(seats[id]?.hall == task.hall, "a task's seat is of its hall")
        case .ticket(let id): expect(tickets[id] != nil, "a task's ticket is known")
        case .session(let id): expect(sessions[id] != nil, "a task's session is known")
        case .item: break
        case .material(let caseID, let session, _, _): expect(sessions[session]?.caseID == caseID, "a task is about a session of its case")
        }
        floorTasks[task.id] = task
    }
}

extension Session {
    fileprivate var isGoingOn: Bool {
        switch state {
        case .ringing, .connected, .held, .reconnecting, .consulting, .transferring: true
        case .wrapUp, .closed: false
        }
    }
}

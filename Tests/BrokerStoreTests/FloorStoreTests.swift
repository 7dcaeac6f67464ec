import BrokerCore
import Foundation
import GRDB
import SignalingProtocol
import Testing

@testable import BrokerStore

extension Fixtures {
    static let supervisor = Supervisor(id: zheng, name: "郑小敏")

    /// Told twice of the first session's outcome.
    static func floorTask(_ state: FloorTaskState = .open, number: Int = 900) -> FloorTask {
        var task = FloorTask(
            id: FloorTaskID(uuid(number)), kind: .toldTwice, hall: hall, subject: .material(session().caseID, session().id, version: 1, form), name: "执照",
            raisedAt: morning + .minutes(3))
        task.state = state
        if state != .open { task.taken = FloorTask.Mark(by: supervisor, at: morning + .minutes(4), note: "我来\n看 😀") }
        guard state == .closed else { return task }
        task.closed = FloorTask.Mark(by: supervisor, at: morning + .minutes(5), note: "")
        task.settledAt = morning + .minutes(5)
        return task
    }

    static func task(_ kind: FloorTaskKind, _ subject: FloorSubject, number: Int = 901) -> FloorTask {
        FloorTask(id: FloorTaskID(uuid(number)), kind: kind, hall: hall, subject: subject, name: "名", note: "言", raisedAt: morning)
    }

    static let floorAct = FloorAct(
        id: FloorActID(uuid(950)), kind: .ticketMoved, hall: hall, subject: .ticket(ticket().id), target: .seat(secondSeat), reason: "那边人少",
        by: supervisor, at: morning + .minutes(2))
}

@Suite("The floor in the store")
struct FloorStoreTests {
    private static let tasks: [(FloorTaskKind, FloorSubject)] = [
        (.toldTwice, .material(Fixtures.session().caseID, Fixtures.session().id, version: 1, Fixtures.form)), (.longWait, .ticket(Fixtures.ticket().id)),
        (.unansweredRing, .seat(Fixtures.firstSeat)), (.badLine, .session(Fixtures.session().id)), (.help, .seat(Fixtures.firstSeat)),
        (.uncoveredItem, .item(Fixtures.registration.code)),
    ]

    @Test func keepsATaskOfEveryKindAndEachCauseOnce() throws {
        #expect(Set(Self.tasks.map(\.0)) == Set(FloorTaskKind.allCases))
        let desk = try Desk.inSession()
        for (index, (kind, subject)) in Self.tasks.enumerated() {
            let task = Fixtures.task(kind, subject, number: 901 + index)
            #expect(desk.result(of: .floorTask(task)) == "stored", "\(kind)")
            #expect(try desk.state().floorTasks.contains(task))
            #expect(desk.result(of: .floorTask(Fixtures.task(kind, subject, number: 950 + index))) == "store_refused", "the same cause again")
            var settled = task
            settled.state = .resolved
            settled.settledAt = Fixtures.morning + 1
            #expect(desk.result(of: .floorTask(settled)) == "stored")
            #expect(desk.result(of: .floorTask(Fixtures.task(kind, subject, number: 970 + index))) == "stored", "the next of its kind")
            #expect(try !desk.state().floorTasks.contains(settled))
        }
    }

    @Test func forgetsNobodyWhoHadATask() throws {
        let desk = try Desk.inSession()
        try desk.commit(.floorTask(Fixtures.floorTask()), .floorTask(Fixtures.floorTask(.taken)))
        #expect(desk.result(of: .floorTask(Fixtures.floorTask())) == "store_refused", "somebody has it")
        try desk.commit(.floorTask(Fixtures.floorTask(.closed)))
        #expect(desk.result(of: .floorTask(Fixtures.floorTask(.taken))) == "store_refused", "it is closed")
        for sql in ["DELETE FROM floor_task", "UPDATE floor_task SET taken_by = NULL", "UPDATE floor_task SET closed_by_name = NULL"] {
            #expect(throws: DatabaseError.self, "\(sql)") { try desk.store.pool.write { try $0.execute(sql: sql) } }
        }
    }

    @Test func keepsActsAsTheyWere() throws {
        let desk = try Desk.inSession()
        let seat = FloorAct(
            id: FloorActID(Fixtures.uuid(951)), kind: .seatNotReady, hall: Fixtures.hall, subject: .seat(Fixtures.firstSeat), reason: "换设备",
            by: Fixtures.supervisor, at: Fixtures.morning + .minutes(3))
        let session = FloorAct(
            id: FloorActID(Fixtures.uuid(952)), kind: .sessionEnded, hall: Fixtures.hall, subject: .session(Fixtures.session().id), reason: "卡住",
            by: Fixtures.supervisor, at: Fixtures.morning + .minutes(4))
        try desk.commit(.floorAct(Fixtures.floorAct), .floorAct(seat), .floorAct(session))
        #expect(try desk.store.floorActs(of: Fixtures.hall) == [session, seat, Fixtures.floorAct])
        for sql in ["DELETE FROM floor_act", "UPDATE floor_act SET reason = 'x'", "UPDATE floor_act SET done_by_name = 'x'"] {
            #expect(throws: DatabaseError.self, "\(sql)") { try desk.store.pool.write { try $0.execute(sql: sql) } }
        }
        let nobody = FloorAct(
            id: FloorActID(Fixtures.uuid(953)), kind: .seatNotReady, hall: Fixtures.hall, subject: .seat(Fixtures.firstSeat), reason: "换设备",
            by: Supervisor(id: AgentID(Fixtures.uuid(999)), name: "无名"), at: Fixtures.morning)
        #expect(desk.result(of: .floorAct(nobody)) == "store_refused")
    }

    /// A task of the version before, as it was written there.
    @Test func carriesOldTasksOver() throws {
        let folder = try TemporaryFolder()
        let pool = try DatabasePool(path: folder.url.appending(path: "farwindow.sqlite").path)
        try Schema.migrator.migrate(pool, upTo: "10 where halls are")
        let (session, caseID) = (Fixtures.session(), Fixtures.serviceCase())
        try pool.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA foreign_keys = OFF")
            try db.execute(
                sql: """
                    INSERT INTO service_case (id, number, look_up_code, citizen, citizen_name, hall, item_code, item_version, item_name, opened_at_ms)
                    VALUES (?, ?, 'x', 'c', '王', 'h', 'i', 1, '事项', 1)
                    """, arguments: [caseID.id.description, caseID.number])
            try db.execute(
                sql: """
                    INSERT INTO floor_task (id, kind, hall, case_id, session, version, material, raised_at_ms)
                    VALUES (?, 'told-twice', ?, ?, ?, 1, ?, 5)
                    """,
                arguments: [
                    FloorTaskID(Fixtures.uuid(900)).description, Fixtures.hall.text, caseID.id.description, session.id.description, Fixtures.form.text,
                ])
            try db.execute(sql: "PRAGMA foreign_keys = ON")
        }
        // Its hall and session are made up here; what is carried over is asked, not what it refers to.
        var migrator = DatabaseMigrator().disablingDeferredForeignKeyChecks()
        migrator.registerMigration("12 floor") { db in try db.execute(sql: Schema.floor) }
        try pool.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA foreign_keys = OFF") }
        try migrator.migrate(pool)
        let tasks = try pool.read { db in try BrokerStore.unsettledTasks(db) }
        #expect(tasks.map(\.subject) == [.material(caseID.id, session.id, version: 1, Fixtures.form)])
        #expect(tasks.map(\.state) == [.open])
        #expect(tasks.map(\.name) == ["\(caseID.number) \(Fixtures.form.text)"])
    }

    @Test func countsWhoWasServedInTime() throws {
        let desk = try Desk.inSession()
        let since = Fixtures.morning + -1
        #expect(try desk.store.serviceCount(of: Fixtures.hall, since: since, waitedAtMost: .minutes(5)) == ServiceCount(served: 1, within: 1))
        #expect(try desk.store.serviceCount(of: Fixtures.hall, since: since, waitedAtMost: 999) == ServiceCount(served: 1, within: 0), "one second")
        let later = Fixtures.morning + .minutes(1)
        #expect(try desk.store.serviceCount(of: Fixtures.hall, since: later, waitedAtMost: .minutes(5)) == ServiceCount(served: 0, within: 0))
        // Broken off and called again: who was served once is counted once.
        try desk.commit(.session(Fixtures.session(state: .closed)), .session(Fixtures.session(3)))
        #expect(try desk.store.serviceCount(of: Fixtures.hall, since: since, waitedAtMost: .minutes(5)) == ServiceCount(served: 1, within: 1))
    }
}

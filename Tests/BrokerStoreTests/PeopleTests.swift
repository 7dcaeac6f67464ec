import BrokerCore
import Foundation
import GRDB
import SignalingProtocol
import Testing

@testable import BrokerStore

@Suite("People in the store")
struct PeopleTests {
    private static let otherHall: HallID = Fixtures.code("445103")

    private func result(of records: StoreRecord..., in desk: Desk) -> String {
        do throws(StoreError) {
            try desk.store.commit(records)
            return "stored"
        } catch {
            return error.code
        }
    }

    @Test func areReadBackAsTheyWereWritten() throws {
        let desk = try Desk()
        var account = Fixtures.accounts[1]
        account.grants = [RoleGrant(hall: Fixtures.hall, role: "agent"), RoleGrant(hall: Self.otherHall, role: "supervisor")]
        account.skills = Skills(groups: ["登记"], kinds: [.consultation], languages: [.sign])
        account.passwordIsOneTime = true
        account.suspendedAt = Fixtures.morning
        account.firstSignedInAt = Fixtures.morning + 1
        account.revision = 9
        let act = AdministrationAct(at: Fixtures.morning, actor: Fixtures.zheng, act: .personChanged, subject: "x", hall: Fixtures.hall, detail: "roles")
        try desk.store.commit([.account(account), .administrationAct(act)])
        #expect(try desk.store.account(named: "agent2") == account)
        #expect(try desk.store.administrationActs(in: Fixtures.hall, limit: 5) == [act])
        #expect(try desk.store.newestInstant() == Fixtures.morning)
    }

    @Test func keepWhatTheyMayInTheirHomeHallWhenRolesComeToAnOldDatabase() throws {
        let folder = try TemporaryFolder()
        let path = folder.url.appending(path: "farwindow.sqlite").path
        do {
            let old = try DatabaseQueue(path: path)
            try Schema.migrator.migrate(old, upTo: "10 where halls are")
            try old.write { db in
                try db.execute(sql: "INSERT INTO hall (id, name) VALUES ('445102', '湘桥')")
                try db.execute(
                    sql: """
                        INSERT INTO account (id, account, name, hall, roles, skills, password_hash)
                        VALUES (?, 'admin1', '黄文博', '445102', '["administrator","agent"]', '{"groups":[],"kinds":[],"languages":[]}', 'x')
                        """, arguments: [Fixtures.zheng.description])
            }
        }
        let account = try #require(try BrokerStore(path: path).account(named: "admin1"))
        #expect(account.grants == [RoleGrant(hall: Fixtures.hall, role: "administrator"), RoleGrant(hall: Fixtures.hall, role: "agent")])
        #expect(account.hall == Fixtures.hall)
        #expect(account.revision == 1)
        #expect(account.firstSignedInAt != nil, "they may have worked here, so they stay")
    }

    @Test func areKeptFromWhatMustNeverBe() throws {
        let desk = try Desk()
        var used = Fixtures.accounts[1]
        used.firstSignedInAt = Fixtures.morning
        used.revision = 3
        try desk.store.commit([.account(used)])
        #expect(result(of: .accountRemoved(used.id), in: desk) == "store_refused")
        var older = used
        older.revision = 2
        #expect(result(of: .account(older), in: desk) == "store_refused")
        var king = used
        king.grants = [RoleGrant(hall: Fixtures.hall, role: "king")]
        #expect(result(of: .account(king), in: desk) == "store_refused")
        used.suspendedAt = Fixtures.morning
        try desk.store.commit([.account(used)])
        var seat = Fixtures.seats[0]
        seat.state = .ready
        seat.agent = used.id
        #expect(result(of: .broker(.seat(seat)), in: desk) == "store_refused", "a suspended agent signs on nowhere")
        seat.agent = Fixtures.zheng
        seat.withdrawnAt = Fixtures.morning
        #expect(result(of: .broker(.seat(seat)), in: desk) == "store_refused", "nobody signs on at a withdrawn seat")
    }

    @Test func goOnlyWhenNothingRefersToThem() throws {
        let desk = try Desk()
        #expect(try desk.store.isReferredTo(Fixtures.li) == false)
        try desk.store.commit([
            .administrationAct(
                AdministrationAct(at: Fixtures.morning, actor: Fixtures.zheng, act: .personMade, subject: Fixtures.li.description, hall: Fixtures.hall))
        ])
        #expect(try desk.store.isReferredTo(Fixtures.li) == false, "what was done to them keeps nobody")
        #expect(try desk.store.isReferredTo(Fixtures.zheng), "what they did does")
        try desk.store.commit([.accountRemoved(Fixtures.li)])
        #expect(try desk.store.account(named: "agent2") == nil)
    }
}

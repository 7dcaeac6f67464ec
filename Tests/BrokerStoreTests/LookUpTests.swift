import BrokerCore
import BrokerStore
import Foundation
import SignalingProtocol
import Testing

@Suite("Looking up")
struct LookUpTests {
    @Test func aCaseNeedsBothItsNumberAndItsCode() throws {
        let desk = try Desk.withEverything()
        let record = Fixtures.serviceCase()
        let history = try #require(try desk.store.caseHistory(number: record.number, lookUpCode: record.lookUpCode))
        #expect(history.record == record)
        #expect(history.kind == .preReview)
        #expect(history.outcomes == [Fixtures.outcome()])
        #expect(history.visits == [Fixtures.session()])

        let other = Fixtures.serviceCase(2, citizen: Fixtures.chen)
        try desk.commit(.serviceCase(other))
        for (number, code) in [
            (record.number, other.lookUpCode), (other.number, record.lookUpCode), (record.number, ""), ("", record.lookUpCode),
            (record.number, "%"), ("%", "%"), (record.number, record.lookUpCode.lowercased()), ("' OR 1=1 --", "' OR 1=1 --"),
        ] {
            #expect(try desk.store.caseHistory(number: number, lookUpCode: code)?.record == nil, "\(number) \(code)")
        }
    }

    @Test func aCaseShowsNewestOutcomesAndVisitsFirst() throws {
        let desk = try Desk.withEverything()
        let session = Fixtures.session()
        try desk.commit(
            .outcome(session.id, Fixtures.outcome(version: 2, result: .readyToFile)), .session(Fixtures.session(state: .closed)),
            .session(Fixtures.session(2)))
        let record = Fixtures.serviceCase()
        let history = try #require(try desk.store.caseHistory(number: record.number, lookUpCode: record.lookUpCode))
        #expect(history.outcomes.map(\.version) == [2, 1])
        #expect(history.visits.map(\.id) == [Fixtures.session(2).id, session.id])
    }

    @Test func theNewestSessionsComeFirstAndAreBounded() throws {
        let desk = try Desk.inSession()
        for number in 2...6 {
            try desk.commit(.session(Fixtures.session(number - 1, state: .closed)), .session(Fixtures.session(number)))
        }
        let lines = try desk.store.newestSessions(limit: 4)
        #expect(lines.map(\.session.id) == [6, 5, 4, 3].map { Fixtures.session($0).id })
        #expect(lines[0].session.state == .connected, "a live one is listed too")
        #expect(lines.allSatisfy { $0.caseNumber == Fixtures.serviceCase().number && $0.item == Fixtures.serviceCase().item })
        #expect(try desk.store.newestSessions(limit: 0).isEmpty)
    }

    @Test func aSessionThatNobodyKnowsIsNil() throws {
        let desk = try Desk()
        #expect(try desk.store.sessionHistory(Fixtures.session().id)?.session == nil)
    }

    @Test func itemsAreListedInTheirNewestVersionWhetherAHallHasThemOrNot() throws {
        let desk = try Desk(seed: nil)
        var seed = Fixtures.seed
        let newer = Fixtures.item("registration", version: 10, kinds: [.consultation], materials: [])
        seed.items.append((newer, false))
        try desk.store.seed(seed)
        let items = try desk.store.newestItems()
        #expect(items.map(\.item) == [Fixtures.advice, Fixtures.hidden, newer])
        #expect(items.map(\.published) == [true, false, true])
        #expect(try desk.state().catalogue == [Fixtures.advice, Fixtures.registration], "citizens are offered what their hall has")
    }
}

@Suite("Signing in")
struct SignInTests {
    @Test func survivesReopeningUntilItExpires() throws {
        let desk = try Desk()
        let end = Fixtures.morning + .minutes(720)
        let citizen = Fixtures.signIn(1, expiresAt: end)
        let staff = Fixtures.signIn(2, role: .staff, person: Fixtures.zheng.description, expiresAt: end + 1)
        try desk.store.commit([.citizen(Fixtures.citizen()), .signIn(citizen), .signIn(staff)])
        try desk.reopen()
        #expect(Set(try desk.store.signIns(at: end + -1)) == [citizen, staff])
        #expect(try desk.store.signIns(at: end) == [staff])
        #expect(try desk.store.signedInCitizens(at: end + -1) == [Fixtures.citizen()])
        #expect(try desk.store.signedInCitizens(at: end).isEmpty)
        try desk.store.removeExpiredSignIns(at: end)
        #expect(try desk.store.signIns(at: Fixtures.morning) == [staff], "what has expired is not kept")
    }

    @Test func endsWithSigningOutForThatTokenAlone() throws {
        let desk = try Desk()
        let end = Fixtures.morning + .minutes(720)
        let rows = [Fixtures.signIn(1, expiresAt: end), Fixtures.signIn(2, expiresAt: end)]
        try desk.store.commit([.citizen(Fixtures.citizen())] + rows.map(StoreRecord.signIn))
        #expect(try desk.store.signedInCitizens(at: Fixtures.morning) == [Fixtures.citizen()], "signed in twice is one person")
        try desk.store.commit([.signOut(tokenHash: rows[0].tokenHash), .signOut(tokenHash: Data([9]))])
        #expect(try desk.store.signIns(at: Fixtures.morning) == [rows[1]])
    }

    @Test func findsAccountsByTheirExactName() throws {
        let desk = try Desk()
        #expect(try desk.store.account(named: "agent1") == Fixtures.accounts[0])
        #expect(try desk.store.account(named: "Agent1") == nil)
        #expect(try desk.store.account(named: "") == nil)
        #expect(try desk.store.accounts() == Fixtures.accounts)
    }
}

import BrokerCore
import SignalingProtocol
import Testing

@testable import BrokerStore

@Suite("A row that was changed by hand")
struct DamageTests {
    @Test(arguments: [
        "UPDATE ticket SET state = 'lost'", "UPDATE ticket SET kind = ''", "UPDATE ticket SET lane = 'fast'", "UPDATE ticket SET id = 'one'",
        "UPDATE ticket SET citizen = ' '", "UPDATE ticket SET item_code = 'a b'", "UPDATE ticket SET hall = ''",
        "UPDATE session SET state = 'paused'", "UPDATE session SET disposition = 'fine'", "UPDATE session SET why = '{\"lane\":1}'",
        "UPDATE session SET why = 'x'", "UPDATE session SET agent = '7'", "UPDATE reservation SET state = 'pending', agent = ''",
        "UPDATE reservation SET why = '[]'", "UPDATE reservation SET reject_reason = 'no'", "UPDATE seat SET state = 'broken'",
        "UPDATE seat SET not_ready_reason = 'tea'", "UPDATE seat SET agent = 'x' WHERE id = 'W01'", "UPDATE seat SET id = '' WHERE id = 'W02'",
        "UPDATE hall SET id = 'a/b' WHERE id = '445103'", "UPDATE item_version SET body = '{}'", "UPDATE item_version SET body = 'x'",
        "UPDATE service_case SET hall = ''", "UPDATE service_case SET citizen = 'x'", "UPDATE material_file SET media_type = 'text/html'",
        "UPDATE material_file SET id = 'x'", "UPDATE material_file SET material = ''", "UPDATE verdict SET verdict = 'maybe'",
        "UPDATE verdict SET reasons = '{}'", "UPDATE verdict SET reasons = '[1]'", "UPDATE chat_message SET sender = 'system'",
        "UPDATE chat_message SET id = 'x'", "DELETE FROM service_case", "DELETE FROM item_version WHERE code = 'registration'",
    ])
    func isReportedAtTheStartAndNeverLeftOut(_ sql: String) throws {
        let desk = try Desk.withEverything()
        try desk.damage(sql)
        #expect(code { _ = try desk.state() } == "store_unreadable")
    }

    @Test(arguments: [
        "UPDATE session SET state = 'paused'", "UPDATE session_event SET kind = 'sang'", "DELETE FROM service_case",
        "UPDATE precheck_outcome SET body = '{}'",
    ])
    func isReportedWhenItsSessionIsLookedAt(_ sql: String) throws {
        let desk = try Desk.withEverything()
        try desk.damage(sql)
        #expect(code { _ = try desk.store.sessionHistory(Fixtures.session().id) } == "store_unreadable")
    }

    @Test(arguments: [
        "UPDATE service_case SET item_code = ''", "UPDATE session SET disposition = 'fine'",
        "UPDATE precheck_outcome SET body = '{\"case_id\":7}'",
    ])
    func isReportedWhenItsCaseIsLookedUp(_ sql: String) throws {
        let desk = try Desk.withEverything()
        try desk.damage(sql)
        let record = Fixtures.serviceCase()
        #expect(code { _ = try desk.store.caseHistory(number: record.number, lookUpCode: record.lookUpCode) } == "store_unreadable")
    }

    @Test func isReportedWhereverPeopleAreRead() throws {
        let desk = try Desk.withEverything()
        try desk.damage("UPDATE account SET skills = '{}' WHERE account = 'agent1'")
        #expect(code { _ = try desk.store.account(named: "agent1") } == "store_unreadable")
        #expect(code { _ = try desk.store.accounts() } == "store_unreadable")
        try desk.damage("UPDATE sign_in SET role = 'root'")
        #expect(code { _ = try desk.store.signIns(at: Fixtures.morning) } == "store_unreadable")
        try desk.damage("UPDATE sign_in SET role = 'citizen', person = 'x'")
        try desk.damage("UPDATE citizen SET id = 'x'")
        #expect(code { _ = try desk.store.signedInCitizens(at: Fixtures.morning) } == "store_unreadable")
    }

    @Test func ofTheFilesStopsTheSweepBeforeItRemovesAnything() throws {
        let desk = try Desk.withEverything()
        try desk.damage("UPDATE material_file SET id = 'x'")
        #expect(code { _ = try desk.store.recordedFiles() } == "store_unreadable")
    }

    @Test func inATableThatIsGoneIsReported() throws {
        let desk = try Desk.withEverything()
        try desk.damage("UPDATE hall SET name = 'x'; DROP TABLE session_event")
        #expect(code { _ = try desk.store.sessionHistory(Fixtures.session().id) } == "store_unreadable")
        #expect(code { _ = try desk.store.newestInstant() } == "store_unreadable")
    }
}

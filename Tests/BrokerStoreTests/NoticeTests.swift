import BrokerCore
@testable import BrokerStore
import SignalingProtocol
import Testing

@Suite("Notices")
struct NoticeTests {
    private func desk() throws -> Desk {
        let desk = try Desk.inSession()
        let session = Fixtures.session()
        try desk.commit(.outcome(session.id, Fixtures.outcome()), .notice(session.caseID, Fixtures.notice()))
        return desk
    }

    @Test func isReadWithWhatItIsMadeFrom() throws {
        let desk = try desk()
        let stored = try #require(try desk.store.notice(number: Fixtures.notice().number))
        #expect(stored.notice == Fixtures.notice())
        #expect(stored.outcome == Fixtures.outcome())
        #expect(stored.record == Fixtures.serviceCase())
        #expect(stored.item == Fixtures.registration)
        #expect(stored.pdf == nil)
        #expect(stored.successor == nil)
        for number in ["", "%", Fixtures.serviceCase().number, "' OR 1=1 --"] { #expect(try desk.store.notice(number: number)?.notice == nil, "\(number)") }
    }

    @Test func knowsTheNewestOneThatTookItsPlace() throws {
        let desk = try desk()
        let session = Fixtures.session()
        for version in 2...3 {
            try desk.commit(.outcome(session.id, Fixtures.outcome(version: version)), .notice(session.caseID, Fixtures.notice(version: version)))
        }
        #expect(try desk.store.notice(number: Fixtures.notice().number)?.successor == Fixtures.notice(version: 3))
        #expect(try desk.store.notice(number: Fixtures.notice().number)?.outcome.version == 1)
        #expect(try desk.store.notice(number: Fixtures.notice(version: 3).number)?.successor == nil)
    }

    /// What the first release wrote has no handling place in it.
    @Test func anOutcomeOfTheFirstReleaseIsReadAsOneOfItsOwnHall() throws {
        let desk = try desk()
        try desk.damage("UPDATE precheck_outcome SET body = json_remove(body, '$.handling_hall')")
        #expect(try desk.store.notice(number: Fixtures.notice().number)?.outcome == Fixtures.outcome())
        #expect(try desk.store.sessionHistory(Fixtures.session().id)?.outcome == Fixtures.outcome())
        #expect(try desk.state().cases.first?.outcomes == [Fixtures.outcome()])
    }

    @Test func keepsThePDFThatWasMadeFirst() throws {
        let desk = try desk()
        let first = StoredNoticePDF(file: FileID(Fixtures.uuid(901)), sha256: "aa")
        let second = StoredNoticePDF(file: FileID(Fixtures.uuid(902)), sha256: "bb")
        try desk.store.commit([.noticePrinted(number: Fixtures.notice().number, first)])
        try desk.store.commit([.noticePrinted(number: Fixtures.notice().number, second)])
        #expect(try desk.store.notice(number: Fixtures.notice().number)?.pdf == first)
        #expect(try desk.store.recordedFiles()[first.file] != nil, "or it would be swept away as an orphan")
        // Reading it afterwards takes nothing away from it.
        try desk.commit(.notice(Fixtures.session().caseID, Fixtures.notice(confirmedAt: Fixtures.morning + .minutes(9))))
        #expect(try desk.store.notice(number: Fixtures.notice().number)?.pdf == first)
    }
}

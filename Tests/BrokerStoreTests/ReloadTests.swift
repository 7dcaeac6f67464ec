import BrokerCore
import SignalingProtocol
import Testing

@testable import BrokerStore

@Suite("What is loaded at a start")
struct ReloadTests {
    @Test func atEveryStepOfAStoryTheStoreHoldsTheWholeLiveState() throws {
        let story = try Story()
        for step in Story.steps {
            try step.run(story)
            let loaded = try story.desk.state(at: story.now)
            #expect(loaded.inOrder == story.ledger.state(at: story.now), "after \(step.name)")

            let rebuilt = Broker(configuration: BrokerConfiguration(), seed: 9, state: loaded)
            #expect(rebuilt.hallStatuses == story.broker.hallStatuses, "after \(step.name)")
            #expect(rebuilt.allSeats == story.broker.allSeats, "after \(step.name)")
            #expect(rebuilt.liveTickets == story.broker.liveTickets, "after \(step.name)")
            #expect(rebuilt.publishedItems == story.broker.publishedItems, "after \(step.name)")
        }
    }

    @Test func aStoryThatIsCutOffAfterEveryStepEndsLikeOneThatIsNot() throws {
        let undisturbed = try Story()
        let interrupted = try Story()
        for step in Story.steps {
            try step.run(undisturbed)
            try step.run(interrupted)
            try interrupted.crash()
            #expect(try interrupted.desk.state(at: interrupted.now).inOrder == interrupted.ledger.state(at: interrupted.now), "\(step.name)")
        }
        #expect(try said(interrupted) == said(undisturbed))
    }

    /// Words and order; identifiers and times differ after a crash.
    private func said(_ story: Story) throws -> [String] {
        try story.ledger.cases.values.sorted { $0.record.number < $1.record.number }.flatMap { file -> [String] in
            let number = file.record.number
            let history = try #require(try story.desk.store.caseHistory(number: number, lookUpCode: file.record.lookUpCode))
            let visits = history.visits.map { "\($0.state) \(String(describing: $0.disposition)) \($0.note)" }
            let outcomes = history.outcomes.map { "\($0.result) \($0.entries.map(\.verdict)) \($0.entries.map(\.fileHashes)) \($0.note)" }
            return ["\(number) \(history.kind)"] + visits + outcomes
        }
    }

    @Test func theTimelineOfASessionIsReadInTheOrderInWhichItHappened() throws {
        let story = try Story()
        for step in Story.steps { try step.run(story) }
        for session in story.ledger.sessions.values {
            let history = try #require(try story.desk.store.sessionHistory(session.id))
            #expect(history.session == session)
            #expect(history.timeline == story.ledger.events.filter { $0.session == session.id })
            #expect(history.outcome == story.ledger.cases[session.caseID]?.outcomes.last)
        }
    }

    @Test func theNewestVerdictOfAMaterialCounts() throws {
        let desk = try Desk.inSession()
        let session = Fixtures.session()
        for verdict in [Verdict.accepted, .missing, .waived] {
            try desk.commit(.verdict(session.caseID, session.id, Fixtures.verdict(verdict)))
        }
        try desk.commit(.verdict(session.caseID, session.id, Fixtures.verdict(.accepted, of: Fixtures.identity)))
        try desk.reopen()
        #expect(try desk.state().cases[0].verdicts == [Fixtures.verdict(.waived), Fixtures.verdict(.accepted, of: Fixtures.identity)])
        #expect(try desk.count("verdict") == 4, "earlier ones stay on record")
    }

    @Test func aWithdrawnVerdictCountsNoMoreUntilANewOneFalls() throws {
        let desk = try Desk.inSession()
        let session = Fixtures.session()
        try desk.commit(
            .verdict(session.caseID, session.id, Fixtures.verdict(.accepted)), .verdict(session.caseID, session.id, Fixtures.verdict(.missing)),
            .verdict(session.caseID, session.id, Fixtures.verdict(.accepted, of: Fixtures.identity)),
            .verdictWithdrawn(session.caseID, Fixtures.form))
        #expect(try desk.state().cases[0].verdicts == [Fixtures.verdict(.accepted, of: Fixtures.identity)], "the one before does not count again")
        try desk.commit(.verdict(session.caseID, session.id, Fixtures.verdict(.waived)))
        #expect(try desk.state().cases[0].verdicts.map(\.verdict) == [.accepted, .waived])
    }

    @Test func aRemovedFileIsGoneAndStaysGone() throws {
        let desk = try Desk.inSession()
        let session = Fixtures.session()
        try desk.commit(.file(session.caseID, Fixtures.file(1)), .file(session.caseID, Fixtures.file(2)))
        try desk.commit(.fileRemoved(session.caseID, Fixtures.file(1).id))
        try desk.reopen()
        #expect(try desk.state().cases[0].files == [Fixtures.file(2)])
        #expect(try Set(desk.store.recordedFiles().keys) == [Fixtures.file(2).id])
    }

    @Test func whatWasSaidInOneMillisecondKeepsItsOrder() throws {
        let desk = try Desk.inSession()
        let session = Fixtures.session().id
        // Ids and texts in another order than the one in which they were said.
        let said = [5, 3, 9, 1].map { Fixtures.chat($0) } + [Fixtures.chat(4, from: .agent)]
        for message in said { try desk.commit(.chat(session, message)) }
        try desk.commit(.chat(session, said[1]))
        try desk.reopen()
        #expect(try desk.state().chats[session] == said, "one sent twice keeps its first place")
    }

    @Test func ticketNumbersOfTheDayGoOnAndBeginAnewAfterMidnightInChaozhou() throws {
        let desk = try Desk()
        let midnight = Fixtures.morning + .minutes(15 * 60)
        for (number, taken) in [(1, midnight + -1), (2, midnight), (3, midnight + .minutes(60))] {
            let citizen = CitizenID(Fixtures.uuid(number))
            try desk.commit(
                .serviceCase(Fixtures.serviceCase(number, citizen: citizen, openedAt: taken)),
                .ticket(Fixtures.ticket(number, citizen: citizen, caseNumber: number, takenAt: taken)))
        }
        #expect(try desk.state(at: midnight + -1).ticketsTakenToday == [Fixtures.hall: 1])
        #expect(try desk.state(at: midnight).ticketsTakenToday == [Fixtures.hall: 2])
        #expect(try desk.state(at: midnight + .minutes(23 * 60)).ticketsTakenToday == [Fixtures.hall: 2])
        #expect(try desk.state(at: midnight + .minutes(24 * 60)).ticketsTakenToday == [:])
    }

    /// Whatever was stored last: a start with a clock that was set back must not begin before it.
    @Test(arguments: [
        Record.ticket(Fixtures.ticket(1, takenAt: Fixtures.morning + .minutes(60))),
        .ticket(Fixtures.ticket(1, state: .done, takenAt: Fixtures.morning + .minutes(55))),
        .event(SessionEvent(session: Fixtures.session().id, kind: .called, at: Fixtures.morning + .minutes(60), detail: "")),
        .chat(Fixtures.session().id, Fixtures.chat(1, at: Fixtures.morning + .minutes(60))),
        .seat(Seat(id: Fixtures.secondSeat, hall: Fixtures.hall, number: "02", since: Fixtures.morning + .minutes(60))),
        .file(
            Fixtures.serviceCase().id,
            FileView(
                id: Fixtures.file(1).id, materialID: Fixtures.form, name: "a.jpg", mediaType: .jpeg, byteCount: 1, sha256: "h",
                handedInAt: Fixtures.morning + .minutes(60))),
    ])
    func theNewestInstantIsThatOfTheNewestRecord(_ newest: Record) throws {
        let desk = try Desk.inSession()
        try desk.commit(newest)
        #expect(try desk.store.newestInstant() == Fixtures.morning + .minutes(60))
    }

    @Test func aCitizensSignInCountsForTheNewestInstant() throws {
        let desk = try Desk()
        var citizen = Fixtures.citizen()
        citizen.signedInAt = Fixtures.morning + .minutes(60)
        try desk.store.commit([.citizen(citizen)])
        #expect(try desk.store.newestInstant() == Fixtures.morning + .minutes(60))
    }

    @Test func anEmptyStoreKnowsNoInstant() throws {
        let desk = try Desk(seed: nil)
        #expect(try desk.store.newestInstant() == nil)
    }
}

extension Desk {
    /// A case, its ticket and its open session.
    static func inSession() throws -> Desk {
        let desk = try Desk()
        try desk.commit(
            .serviceCase(Fixtures.serviceCase()), .ticket(Fixtures.ticket(state: .serving)), .session(Fixtures.session()))
        return desk
    }
}

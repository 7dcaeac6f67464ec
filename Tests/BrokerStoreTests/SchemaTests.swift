import BrokerCore
import Foundation
import GRDB
import SignalingProtocol
import Testing

@testable import BrokerStore

@Suite("The schema refuses")
struct SchemaTests {
    @Test func aSecondLiveTicketOfACitizen() throws {
        let desk = try Desk()
        try desk.commit(.serviceCase(Fixtures.serviceCase()), .ticket(Fixtures.ticket()))
        for state in [TicketState.waiting, .reserved, .serving, .parked] {
            #expect(desk.result(of: .ticket(Fixtures.ticket(2, state: state))) == "store_refused", "\(state)")
        }
        #expect(desk.result(of: .ticket(Fixtures.ticket(2, state: .done))) == "stored", "a finished one does no harm")
        #expect(desk.result(of: .ticket(Fixtures.ticket(1, state: .done)), .ticket(Fixtures.ticket(3))) == "stored")
    }

    @Test func anAppointmentThatIsAnotherOrComesBackToLife() throws {
        let desk = try Desk()
        try desk.commit(.serviceCase(Fixtures.serviceCase()), .ticket(Fixtures.ticket()), .appointment(Fixtures.appointment(state: .booked)))
        var other = Fixtures.appointment(3, state: .booked)
        #expect(desk.result(of: .appointment(Fixtures.appointment(1, state: .served))) == "store_refused", "nobody has come")
        #expect(desk.result(of: .appointment(Fixtures.appointment(1, state: .held))) == "store_refused", "it is booked")
        other.deadline = nil
        #expect(desk.result(of: .appointment(other)) == "store_refused", "it would wait for ever")
        var early = Fixtures.appointment(state: .booked)
        early.checkInUntil = early.time.lowerBound
        #expect(desk.result(of: .appointment(early)) == "store_refused", "it was promised for longer")
        #expect(desk.result(of: .appointment(Fixtures.appointment(state: .checkedIn))) == "stored")
        #expect(desk.result(of: .appointment(Fixtures.appointment(state: .served))) == "stored")
        #expect(desk.result(of: .appointment(Fixtures.appointment(state: .booked))) == "store_refused", "it has ended")
        #expect(desk.result(of: .appointment(Fixtures.appointment(4, replaces: 5))) == "store_refused", "it replaces nothing")
    }

    @Test func aSecondPendingReservationOfASeatOrATicket() throws {
        let desk = try Desk.inSession()
        try desk.commit(
            .serviceCase(Fixtures.serviceCase(2, citizen: Fixtures.chen)),
            .ticket(Fixtures.ticket(2, citizen: Fixtures.chen, caseNumber: 2, state: .reserved)), .reservation(Fixtures.reservation()))
        #expect(desk.result(of: .reservation(Fixtures.reservation(2, ticket: 2))) == "store_refused", "the seat rings already")
        #expect(desk.result(of: .reservation(Fixtures.reservation(2, seat: Fixtures.secondSeat))) == "store_refused", "the ticket is held already")
        #expect(desk.result(of: .reservation(Fixtures.reservation(2, ticket: 2, seat: Fixtures.secondSeat))) == "stored")
        #expect(desk.result(of: .reservation(Fixtures.reservation(1, state: .timedOut)), .reservation(Fixtures.reservation(3))) == "stored")
    }

    @Test func aSecondOpenSessionOfASeatOrATicket() throws {
        let desk = try Desk.inSession()
        try desk.commit(
            .serviceCase(Fixtures.serviceCase(2, citizen: Fixtures.chen)),
            .ticket(Fixtures.ticket(2, citizen: Fixtures.chen, caseNumber: 2, state: .serving)))
        #expect(desk.result(of: .session(Fixtures.session(2, ticket: 2))) == "store_refused", "the seat is in a session")
        #expect(desk.result(of: .session(Fixtures.session(2, seat: Fixtures.secondSeat))) == "store_refused", "the ticket is in a session")
        #expect(desk.result(of: .session(Fixtures.session(2, ticket: 2, seat: Fixtures.secondSeat))) == "stored")
        #expect(desk.result(of: .session(Fixtures.session(1, state: .closed)), .session(Fixtures.session(3))) == "stored")
    }

    @Test func aConsultantWithACitizenOrTwoConsults() throws {
        let third: SeatID = Fixtures.code("W03")
        let desk = try Desk.inSession()
        try desk.commit(
            .serviceCase(Fixtures.serviceCase(2, citizen: Fixtures.chen)),
            .ticket(Fixtures.ticket(2, citizen: Fixtures.chen, caseNumber: 2, state: .serving)),
            .seat(Seat(id: third, hall: Fixtures.hall, number: "03", since: Fixtures.morning)))
        let consulting = Fixtures.session(state: .consulting, consult: Fixtures.consult(at: Fixtures.secondSeat))
        #expect(desk.result(of: .session(consulting)) == "stored")
        #expect(desk.result(of: .session(Fixtures.session(2, ticket: 2, seat: Fixtures.secondSeat))) == "store_refused", "that seat is consulted")
        let other = Fixtures.session(2, ticket: 2, seat: third)
        #expect(desk.result(of: .session(other)) == "stored")
        let both = Fixtures.session(
            2, ticket: 2, seat: third, state: .consulting, consult: Fixtures.consult(at: Fixtures.secondSeat))
        #expect(desk.result(of: .session(both)) == "store_refused", "a seat is consulted once")
        let busy = Fixtures.session(2, ticket: 2, seat: third, state: .consulting, consult: Fixtures.consult(at: Fixtures.firstSeat))
        #expect(desk.result(of: .session(busy)) == "store_refused", "that seat has a citizen of its own")
        #expect(desk.result(of: .session(Fixtures.session(state: .closed))) == "stored")
    }

    @Test func aConsultWithoutAConsultantOrAfterTheTalk() throws {
        let desk = try Desk.inSession()
        #expect(desk.result(of: .session(Fixtures.session(state: .consulting))) == "store_refused")
        #expect(desk.result(of: .session(Fixtures.session(state: .transferring, consult: Fixtures.consult()))) == "store_refused")
        #expect(desk.result(of: .session(Fixtures.session(state: .wrapUp, consult: Fixtures.consult()))) == "store_refused")
        #expect(desk.result(of: .session(Fixtures.session(consult: Fixtures.consult(at: Fixtures.secondSeat)))) == "store_refused")
        #expect(desk.result(of: .session(Fixtures.session(consult: Fixtures.consult()))) == "stored")
    }

    /// A database of the first release keeps everything, and its rules hold on.
    @Test func nothingIsLostWhenTheConsultComesToAnOldDatabase() throws {
        let folder = try TemporaryFolder()
        let path = folder.url.appending(path: "farwindow.sqlite").path
        do {
            let old = try DatabaseQueue(path: path)
            try Schema.migrator.migrate(old, upTo: "1 first light")
            try old.write { db in
                try db.execute(
                    sql: """
                        INSERT INTO hall (id, name) VALUES ('445102', '示例区办税服务厅');
                        INSERT INTO item_version VALUES ('CZ-1', 1, '{}', 0);
                        INSERT INTO service_case VALUES ('c', 'n', 'code', 'p', '王秀英', '445102', 'CZ-1', 1, '示例', 1);
                        INSERT INTO seat VALUES ('445102-01', '445102', '01', 'in-session', NULL, 'a', '郑小敏', '{}', 1, 1, NULL);
                        INSERT INTO ticket (id, number, hall, item_code, item_version, item_name, item_group, kind, citizen, case_id, lane,
                            taken_at_ms, state, earlier_rings) VALUES ('t', 'A001', '445102', 'CZ-1', 1, '示例', 'g', 'consultation', 'p', 'c', 'ordinary',
                            1, 'serving', 0);
                        INSERT INTO session VALUES ('s', 't', 'A001', 'c', 'consultation', '445102', '445102-01', '01', 'a', '郑小敏', 'p', '王秀英', '{}',
                            1, NULL, 'connected', 1, 4, NULL, NULL, '', NULL, NULL);
                        INSERT INTO session_event (session, kind, at_ms, detail) VALUES ('s', 'called', 1, '');
                        """)
            }
        }
        let pool = try BrokerStore(path: path).pool
        let row = try #require(try pool.read { db in try Row.fetchOne(db, sql: "SELECT * FROM session") })
        let epochs: [Int] = [row["media_epoch"], row["last_epoch"]]
        #expect(epochs == [4, 4])
        let consult: String? = row["consult"]
        #expect(consult == nil)
        #expect(try pool.read { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM session_event") } == 1)
        #expect(throws: DatabaseError.self) {
            try pool.write { db in try db.execute(sql: "INSERT INTO session_event (session, kind, at_ms, detail) VALUES ('x', 'called', 1, '')") }
        }
        #expect(throws: DatabaseError.self) {
            try pool.write { db in try db.execute(sql: "UPDATE session SET state = 'consulting'") }
        }
    }

    /// A session that was handed on is still in wrap-up at the old seat when the next one begins; two talks of one ticket there never are.
    @Test func aSecondTalkOfATicketButNotOneBesideAWrapUp() throws {
        let desk = try Desk.inSession()
        #expect(desk.result(of: .session(Fixtures.handedOnSession)) == "store_refused")
        #expect(desk.result(of: .session(Fixtures.session(state: .wrapUp)), .session(Fixtures.handedOnSession)) == "stored")
        #expect(try desk.state().sessions.count == 2)
        #expect(desk.result(of: .session(Fixtures.session(state: .connected))) == "store_refused")
        #expect(desk.result(of: .session(Fixtures.session(state: .closed))) == "stored")
        for state in [SessionState.ringing, .held, .reconnecting] {
            #expect(desk.result(of: .session(Fixtures.session(3, seat: Fixtures.firstSeat, state: state))) == "store_refused", "\(state)")
        }
    }

    @Test(arguments: TicketState.allCases.filter(\.isTerminal))
    func leavingATerminalTicketState(_ terminal: TicketState) throws {
        let desk = try Desk()
        try desk.commit(.serviceCase(Fixtures.serviceCase()), .ticket(Fixtures.ticket(state: terminal)))
        for state in TicketState.allCases where state != terminal {
            #expect(desk.result(of: .ticket(Fixtures.ticket(state: state))) == "store_refused", "\(state)")
        }
        var later = Fixtures.ticket(state: terminal)
        later.deadline = Fixtures.morning + .minutes(90)
        #expect(desk.result(of: .ticket(later)) == "stored", "how long it is shown may change")
    }

    @Test func reopeningAClosedSession() throws {
        let desk = try Desk.inSession()
        try desk.commit(.session(Fixtures.session(state: .closed)))
        for state in SessionState.allCases where state != .closed {
            #expect(desk.result(of: .session(Fixtures.session(state: state))) == "store_refused", "\(state)")
        }
    }

    @Test func changingOrDeletingAnOutcome() throws {
        let desk = try Desk.inSession()
        let session = Fixtures.session().id
        let outcome = Fixtures.outcome()
        try desk.commit(.outcome(session, outcome))
        #expect(desk.result(of: .outcome(session, Fixtures.outcome(result: .readyToFile))) == "store_refused", "one version is given once")
        for sql in [
            "UPDATE precheck_outcome SET result = 'ready-to-file'", "UPDATE precheck_outcome SET body = '{}'", "DELETE FROM precheck_outcome",
            "UPDATE precheck_outcome SET version = 7",
        ] {
            #expect(throws: DatabaseError.self, "\(sql)") { try desk.store.pool.write { try $0.execute(sql: sql) } }
        }
        #expect(desk.result(of: .outcome(session, Fixtures.outcome(version: 2, result: .readyToFile))) == "stored")
        #expect(try desk.state().cases[0].outcomes == [outcome, Fixtures.outcome(version: 2, result: .readyToFile)])
    }

    @Test(arguments: [
        "UPDATE ticket SET state = 'lost'", "UPDATE ticket SET kind = 'chat'", "UPDATE session SET state = 'paused'",
        "UPDATE session SET kind = 'chat'", "UPDATE reservation SET state = 'forgotten'", "UPDATE seat SET state = 'broken'",
        "UPDATE chat_message SET sender = 'system'", "UPDATE verdict SET verdict = 'maybe'", "UPDATE sign_in SET role = 'root'",
        "UPDATE item_version SET published = 2", "UPDATE material_file SET removed = 2", "UPDATE ticket SET lane = 'express'",
        "UPDATE ticket SET language = 'latin'", "UPDATE ticket SET call_back = 'perhaps'",
    ])
    func unknownWords(_ sql: String) throws {
        let desk = try Desk.withEverything()
        #expect(throws: DatabaseError.self) { try desk.store.pool.write { try $0.execute(sql: sql) } }
    }

    @Test(arguments: [
        "UPDATE ticket SET ended_at_ms = 1", "UPDATE ticket SET earlier_rings = -1", "UPDATE ticket SET taken_at_ms = 'now'",
        "UPDATE ticket SET taken_at_ms = NULL", "UPDATE ticket SET directed_to = 'W01'", "UPDATE ticket SET directed_until_ms = 1",
        "UPDATE ticket SET directed_to = 'W99', directed_until_ms = 1", "UPDATE ticket SET transfer = 'note'", "UPDATE session SET calls = 0",
        "UPDATE session SET transfer = '{'", "UPDATE seat SET skills = 'all'", "UPDATE account SET skills = ''", "UPDATE hall SET overflow = '['",
        "UPDATE session SET closed_at_ms = 1", "UPDATE session SET state = 'closed', closed_at_ms = 1",
        "UPDATE session SET media_epoch = -1", "UPDATE reservation SET ended_at_ms = 1", "UPDATE reservation SET deadline_ms = NULL",
        "UPDATE reservation SET state = 'rejected', ended_at_ms = 1", "UPDATE reservation SET why = 'because'",
        "UPDATE seat SET agent = 'a' WHERE id = 'W01'", "UPDATE seat SET not_ready_reason = 'rest' WHERE id = 'W01'",
        "UPDATE verdict SET reasons = '['", "UPDATE material_file SET byte_count = 0", "UPDATE item_version SET body = '{'",
        "UPDATE item_version SET version = 0", "UPDATE account SET roles = 'agent'", "DELETE FROM hall", "DELETE FROM service_case",
        "DELETE FROM item_version WHERE code = 'registration'", "DELETE FROM seat WHERE id = 'W01'",
        "INSERT INTO item_version (code, version, body, published) VALUES ('registration', 4, '{}', 1)",
        "INSERT INTO seat SELECT 'W09', hall, number, state, not_ready_reason, agent, agent_name, skills, since_ms, idle_since_ms, NULL FROM seat",
    ])
    func whatContradictsItself(_ sql: String) throws {
        let desk = try Desk.withEverything()
        #expect(throws: DatabaseError.self) { try desk.store.pool.write { try $0.execute(sql: sql) } }
    }

    @Test func anAgentAtTwoSeats() throws {
        let desk = try Desk()
        var first = Fixtures.seats[0]
        first.state = .ready
        first.agent = Fixtures.zheng
        var second = Fixtures.seats[1]
        second.state = .ready
        second.agent = Fixtures.zheng
        #expect(desk.result(of: .seat(first), .seat(second)) == "store_refused")
        #expect(desk.result(of: .seat(first)) == "stored")
    }

    @Test func whatRefersToNothing() throws {
        let desk = try Desk()
        #expect(desk.result(of: .ticket(Fixtures.ticket())) == "store_refused")
        #expect(desk.result(of: .session(Fixtures.session())) == "store_refused")
        #expect(desk.result(of: .reservation(Fixtures.reservation())) == "store_refused")
        #expect(desk.result(of: .file(Fixtures.serviceCase().id, Fixtures.file(1))) == "store_refused")
        #expect(desk.result(of: .chat(Fixtures.session().id, Fixtures.chat(1))) == "store_refused")
        #expect(desk.result(of: .outcome(Fixtures.session().id, Fixtures.outcome())) == "store_refused")
        let event = SessionEvent(session: Fixtures.session().id, kind: .called, at: Fixtures.morning, detail: "")
        #expect(desk.result(of: .event(event)) == "store_refused")
        let verdict = Record.verdict(Fixtures.serviceCase().id, Fixtures.session().id, Fixtures.verdict(.accepted))
        #expect(desk.result(of: verdict) == "store_refused")
    }

    @Test func aSecondCaseOfTheSameNumber() throws {
        let desk = try Desk()
        try desk.commit(.serviceCase(Fixtures.serviceCase()))
        let other = Case(
            id: CaseID(Fixtures.uuid(99)), number: Fixtures.serviceCase().number, lookUpCode: "00000000", citizen: Fixtures.chen,
            citizenName: "陈志强", hall: Fixtures.hall, item: Fixtures.reference(Fixtures.registration), openedAt: Fixtures.morning)
        #expect(desk.result(of: .serviceCase(other)) == "store_refused")
    }
}

@Suite("The schema takes")
struct WordTests {
    /// A word added to the wire without a migration would stop the server at its first use.
    @Test func everyWordOfEveryState() throws {
        for state in TicketState.allCases {
            for kind in SessionKind.allCases {
                let desk = try Desk()
                let ticket = Fixtures.ticket(state: state)
                var worded = Ticket(
                    id: ticket.id, number: ticket.number, hall: ticket.hall, item: ticket.item, group: ticket.group, kind: kind,
                    citizen: ticket.citizen, caseID: ticket.caseID, lane: ticket.lane, language: nil, takenAt: ticket.takenAt, state: state)
                worded.earlierRings = 2
                worded.endedAt = ticket.endedAt
                #expect(desk.result(of: .serviceCase(Fixtures.serviceCase()), .ticket(worded)) == "stored", "\(state) \(kind)")
            }
        }
        for lane in Lane.allCases {
            for language in SpokenLanguage.allCases.map(Optional.some) + [nil] {
                for callBack in CallBackState.allCases.map(Optional.some) + [nil] {
                    let desk = try Desk()
                    let plain = Fixtures.ticket()
                    var ticket = Ticket(
                        id: plain.id, number: plain.number, hall: plain.hall, item: plain.item, group: "", kind: plain.kind, citizen: plain.citizen,
                        caseID: plain.caseID, lane: lane, language: language, takenAt: plain.takenAt, state: .waiting)
                    ticket.callBack = callBack
                    #expect(desk.result(of: .serviceCase(Fixtures.serviceCase()), .ticket(ticket)) == "stored", "\(lane) \(language as Any)")
                    #expect(try desk.state().tickets == [ticket])
                }
            }
        }
        let desk = try Desk.inSession()
        for state in ReservationState.allCases { #expect(desk.result(of: .reservation(Fixtures.reservation(state: state))) == "stored", "\(state)") }
        for state in SessionState.allCases {
            let consult = [.consulting, .transferring].contains(state) ? Fixtures.consult(at: Fixtures.secondSeat) : nil
            #expect(desk.result(of: .session(Fixtures.session(state: state, consult: consult))) == "stored", "\(state)")
        }
        for verdict in Verdict.allCases {
            let record = Record.verdict(Fixtures.serviceCase().id, Fixtures.session().id, Fixtures.verdict(verdict))
            #expect(desk.result(of: record) == "stored", "\(verdict)")
        }
        for (index, result) in OutcomeResult.allCases.enumerated() {
            let record = Record.outcome(Fixtures.session().id, Fixtures.outcome(version: index + 1, result: result))
            #expect(desk.result(of: record) == "stored", "\(result)")
        }
        for (index, role) in Role.allCases.enumerated() {
            #expect(desk.result(of: .chat(Fixtures.session().id, Fixtures.chat(index, from: role))) == "stored", "\(role)")
        }
        for (index, type) in FileMediaType.allCases.enumerated() {
            let file = FileView(
                id: FileID(Fixtures.uuid(700 + index)), materialID: Fixtures.form, name: "a", mediaType: type, byteCount: 1, sha256: "h",
                handedInAt: Fixtures.morning)
            #expect(desk.result(of: .file(Fixtures.serviceCase().id, file)) == "stored", "\(type)")
        }
        #expect(try desk.store.loadState(at: Fixtures.morning).seats.count == 2)
    }

    @Test func everyWordOfASeat() throws {
        let desk = try Desk()
        for state in SeatState.allCases {
            for reason in NotReadyReason.allCases {
                var seat = Fixtures.seats[0]
                seat.state = state
                seat.agent = state == .signedOff ? nil : Fixtures.zheng
                seat.agentName = state == .signedOff ? "" : "郑小敏"
                seat.notReadyReason = state == .notReady ? reason : nil
                seat.deadline = state == .ready ? Fixtures.morning + .seconds(30) : nil
                #expect(desk.result(of: .seat(seat)) == "stored", "\(state) \(reason)")
                #expect(try desk.state().seats[0] == seat)
            }
        }
    }
}

extension Desk {
    /// At least one row in every table.
    static func withEverything() throws -> Desk {
        let desk = try Desk.inSession()
        let session = Fixtures.session()
        try desk.store.commit([
            .broker(.reservation(Fixtures.reservation())), .broker(.file(session.caseID, Fixtures.file(1))),
            .broker(.verdict(session.caseID, session.id, Fixtures.verdict(.missing))), .broker(.outcome(session.id, Fixtures.outcome())),
            .broker(.chat(session.id, Fixtures.chat(1))),
            .broker(.event(SessionEvent(session: session.id, kind: .called, at: Fixtures.morning, detail: "01"))),
            .citizen(Fixtures.citizen()), .signIn(Fixtures.signIn(1, expiresAt: Fixtures.morning + .minutes(720))),
        ])
        return desk
    }
}

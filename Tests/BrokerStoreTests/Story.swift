import BrokerCore
import BrokerStore
import SignalingProtocol
import Testing

/// A morning of two citizens and two agents around a real broker; the records of every turn are committed before the next begins.
final class Story {
    let desk: Desk
    private(set) var broker: Broker
    private(set) var ledger = Ledger()
    private(set) var now = Fixtures.morning
    private var connections: [Endpoint: ConnectionID] = [:]
    private var counter: UInt64 = 0

    static let people = [
        Person(endpoint: .citizen(Fixtures.wang), name: "王秀英"), Person(endpoint: .citizen(Fixtures.chen), name: "陈志强"),
        Person(endpoint: .agent(Fixtures.zheng), name: "郑小敏", hall: Fixtures.hall),
        Person(endpoint: .agent(Fixtures.li), name: "李文博", hall: Fixtures.hall),
    ]

    init() throws {
        desk = try Desk()
        broker = Broker(configuration: BrokerConfiguration(), seed: 7, state: try desk.state())
        try everybodyConnects()
    }

    typealias Step = (name: String, run: @Sendable (Story) throws -> Void)

    static let steps: [Step] = [
        ("wang takes a ticket", { try $0.take(Fixtures.wang, .preReview) }),
        (
            "chen takes a ticket a little later",
            {
                try $0.pass(5)
                try $0.take(Fixtures.chen, .consultation)
            }
        ),
        ("wang hands in a form", { try $0.handIn(1) }),
        ("wang hands in another", { try $0.handIn(2) }),
        ("wang takes the first back", { try $0.remove(1) }),
        ("zheng signs on", { try $0.agent(Fixtures.zheng, .seatSignOn(SeatSignOn(seatID: Fixtures.firstSeat))) }),
        ("zheng is ready and rung", { try $0.agent(Fixtures.zheng, .seatReady) }),
        (
            "zheng turns wang down",
            { story in
                let ring = try story.ring(Fixtures.firstSeat)
                try story.agent(Fixtures.zheng, .reservationReject(ReservationReject(reservationID: ring, reason: .conflictOfInterest)))
            }
        ),
        ("li signs on", { try $0.agent(Fixtures.li, .seatSignOn(SeatSignOn(seatID: Fixtures.secondSeat))) }),
        ("li is ready and rung", { try $0.agent(Fixtures.li, .seatReady) }),
        ("nobody answers", { try $0.pass(20) }),
        ("zheng is ready again", { try $0.agent(Fixtures.zheng, .seatReady) }),
        ("zheng accepts wang", { try $0.accept(Fixtures.zheng, at: Fixtures.firstSeat) }),
        ("wang enters", { try $0.join(Fixtures.wang, at: Fixtures.firstSeat) }),
        ("wang says hello", { try $0.say(.citizen(Fixtures.wang), at: Fixtures.firstSeat) }),
        ("li is ready again and rung", { try $0.agent(Fixtures.li, .seatReady) }),
        ("zheng answers", { try $0.say(.agent(Fixtures.zheng), at: Fixtures.firstSeat) }),
        ("li accepts chen", { try $0.accept(Fixtures.li, at: Fixtures.secondSeat) }),
        ("zheng accepts the form", { try $0.judge(Fixtures.form, .accepted) }),
        ("chen enters", { try $0.join(Fixtures.chen, at: Fixtures.secondSeat) }),
        ("wang hands in an identity card", { try $0.handIn(3, for: Fixtures.identity) }),
        ("zheng asks for a better one", { try $0.judge(Fixtures.identity, .correctionNeeded) }),
        ("wang hands in a better one", { try $0.handIn(4, for: Fixtures.identity) }),
        ("zheng changes the verdict", { try $0.judge(Fixtures.identity, .waived, note: "承诺补交") }),
        ("chen leaves", { try $0.end(.citizen(Fixtures.chen), at: Fixtures.secondSeat) }),
        (
            "zheng concludes",
            { story in
                let session = try story.session(Fixtures.firstSeat)
                try story.agent(Fixtures.zheng, .precheckConclude(PrecheckConclude(sessionID: session, referredTo: "", note: "三日内补交")))
            }
        ),
        ("li wraps up", { try $0.wrapUp(Fixtures.li, at: Fixtures.secondSeat, .advised, ready: false) }),
        ("wang leaves", { try $0.end(.citizen(Fixtures.wang), at: Fixtures.firstSeat) }),
        ("chen comes again", { try $0.take(Fixtures.chen, .preReview) }),
        ("zheng wraps up and is rung", { try $0.wrapUp(Fixtures.zheng, at: Fixtures.firstSeat, .deferredMaterial, ready: true) }),
        ("zheng accepts chen", { try $0.accept(Fixtures.zheng, at: Fixtures.firstSeat) }),
        ("chen declines", { try $0.end(.citizen(Fixtures.chen), at: Fixtures.firstSeat) }),
        ("zheng wraps up", { try $0.wrapUp(Fixtures.zheng, at: Fixtures.firstSeat, .noShow, ready: false) }),
        ("zheng signs off", { try $0.agent(Fixtures.zheng, .seatSignOff) }),
        (
            "wang comes again, by priority",
            { story in
                let take = TicketTake(
                    hallID: Fixtures.hall, itemCode: Fixtures.registration.code, kind: .preReview, language: .teochew, priority: .elder)
                try story.send(.citizen(Fixtures.wang), .ticketTake(take))
            }
        ),
        ("wang leaves for a while", { try $0.send(.citizen(Fixtures.wang), .ticketLeave(try $0.ticket(Fixtures.wang))) }),
        ("wang is asked back", { try $0.pass(1) }),
        ("wang is back", { try $0.send(.citizen(Fixtures.wang), .ticketConfirm(try $0.ticket(Fixtures.wang))) }),
        ("li is ready and rung with wang", { try $0.agent(Fixtures.li, .seatReady) }),
        ("li accepts wang", { try $0.accept(Fixtures.li, at: Fixtures.secondSeat) }),
        ("wang is called in vain", { try $0.pass(75) }),
        ("wang revives the ticket", { try $0.send(.citizen(Fixtures.wang), .ticketRevive(try $0.ticket(Fixtures.wang))) }),
        ("li wraps up and is rung again", { try $0.wrapUp(Fixtures.li, at: Fixtures.secondSeat, .noShow, ready: true) }),
        ("li accepts wang again", { try $0.accept(Fixtures.li, at: Fixtures.secondSeat) }),
        ("wang enters li's", { try $0.join(Fixtures.wang, at: Fixtures.secondSeat) }),
        ("li holds", { try $0.agent(Fixtures.li, .sessionHold(SessionReference(sessionID: try $0.session(Fixtures.secondSeat)))) }),
        ("li is back", { try $0.agent(Fixtures.li, .sessionResume(SessionReference(sessionID: try $0.session(Fixtures.secondSeat)))) }),
        ("zheng signs on again", { try $0.agent(Fixtures.zheng, .seatSignOn(SeatSignOn(seatID: Fixtures.firstSeat))) }),
        (
            "li hands wang on",
            { story in
                let payload = SessionTransfer(
                    sessionID: try story.session(Fixtures.secondSeat), hallID: Fixtures.hall, seatID: Fixtures.firstSeat, language: .english, note: "请看")
                try story.agent(Fixtures.li, .sessionTransfer(payload))
            }
        ),
        ("zheng is ready and rung with wang", { try $0.agent(Fixtures.zheng, .seatReady) }),
        ("zheng accepts wang while li wraps up", { try $0.accept(Fixtures.zheng, at: Fixtures.firstSeat) }),
        ("wang enters zheng's", { try $0.join(Fixtures.wang, at: Fixtures.firstSeat) }),
        ("zheng judges", { try $0.judge(Fixtures.form, .missing) }),
        ("li wraps up at last", { try $0.wrapUp(Fixtures.li, at: Fixtures.secondSeat, .advised, ready: false) }),
        ("wang leaves zheng's", { try $0.end(.citizen(Fixtures.wang), at: Fixtures.firstSeat) }),
        ("zheng wraps up for the day", { try $0.wrapUp(Fixtures.zheng, at: Fixtures.firstSeat, .correctionNeeded, ready: false) }),
    ]

    // MARK: Turns

    private func carryOut(_ effects: [Effect]) throws {
        let records = effects.compactMap { effect -> Record? in if case .persist(let record) = effect { record } else { nil } }
        try desk.store.commit(records.map(StoreRecord.broker))
        for record in records { ledger.apply(record) }
    }

    @discardableResult
    private func turn(_ input: Input) throws -> [Effect] {
        let effects = broker.handle(input, at: now)
        try carryOut(effects)
        for case .send(let connection, let frame) in effects {
            if case .heartbeat = frame.message { try turn(.command(connection, request: nil, .heartbeatAck, entropy: 0)) }
        }
        return effects
    }

    private func nextNumber() -> UInt64 {
        counter += 1
        return counter
    }

    private func everybodyConnects() throws {
        for person in Self.people {
            let connection = ConnectionID(nextNumber())
            connections[person.endpoint] = connection
            let hello = Hello(role: person.endpoint.role, locale: .simplifiedChinese)
            try turn(.hello(connection, person, hello, request: 1, freshToken: "token-\(counter)"))
        }
    }

    fileprivate func send(_ endpoint: Endpoint, _ command: Command) throws {
        let connection = try #require(connections[endpoint])
        let request = Int(nextNumber()) + 1
        let effects = try turn(.command(connection, request: request, command, entropy: nextNumber() &* 0x9e37_79b9_7f4a_7c15))
        let answers = effects.compactMap { effect -> ServerMessage? in
            if case .send(connection, let frame) = effect, frame.re == request { frame.message } else { nil }
        }
        #expect(answers == [.ok], "\(command)")
    }

    fileprivate func pass(_ seconds: Int64) throws {
        let end = now + .seconds(seconds)
        while let due = broker.nextDeadline, due <= end {
            now = max(now, due)
            try turn(.tick)
        }
        now = end
        try turn(.heartbeat)
    }

    /// The process dies and is started again on the same file; everybody's page comes back.
    func crash() throws {
        try desk.reopen()
        broker = Broker(configuration: BrokerConfiguration(), seed: 100 + nextNumber(), state: try desk.state(at: now))
        try carryOut(broker.recover(at: now))
        try everybodyConnects()
    }

    // MARK: What people do

    fileprivate func take(_ citizen: CitizenID, _ kind: SessionKind) throws {
        try send(.citizen(citizen), .ticketTake(TicketTake(hallID: Fixtures.hall, itemCode: Fixtures.registration.code, kind: kind)))
    }

    fileprivate func agent(_ agent: AgentID, _ command: Command) throws { try send(.agent(agent), command) }

    fileprivate func ring(_ seat: SeatID) throws -> ReservationID {
        try #require(ledger.reservations.values.first { $0.seat == seat && $0.state == .pending }).id
    }

    fileprivate func session(_ seat: SeatID) throws -> SessionID {
        try #require(ledger.sessions.values.first { $0.seat == seat && $0.state != .closed }).id
    }

    fileprivate func ticket(_ citizen: CitizenID) throws -> TicketReference {
        TicketReference(ticketID: try #require(ledger.tickets.values.first { $0.citizen == citizen && !$0.state.isTerminal }).id)
    }

    private func caseOfWang() throws -> CaseID { try #require(ledger.tickets.values.first { $0.citizen == Fixtures.wang }).caseID }

    fileprivate func accept(_ agent: AgentID, at seat: SeatID) throws {
        try send(.agent(agent), .reservationAccept(ReservationReference(reservationID: try ring(seat))))
    }

    fileprivate func join(_ citizen: CitizenID, at seat: SeatID) throws {
        try send(.citizen(citizen), .sessionJoin(SessionReference(sessionID: try session(seat))))
    }

    fileprivate func end(_ endpoint: Endpoint, at seat: SeatID) throws {
        try send(endpoint, .sessionEnd(SessionReference(sessionID: try session(seat))))
    }

    fileprivate func wrapUp(_ agent: AgentID, at seat: SeatID, _ disposition: Disposition, ready: Bool) throws {
        let payload = SessionWrapUp(sessionID: try session(seat), disposition: disposition, note: "已答复", ready: ready)
        try send(.agent(agent), .sessionWrapUp(payload))
    }

    fileprivate func say(_ endpoint: Endpoint, at seat: SeatID) throws {
        let message = ChatMessageID(Fixtures.uuid(600 + Int(nextNumber())))
        try send(endpoint, .chatSend(ChatSend(sessionID: try session(seat), messageID: message, text: "您好")))
    }

    fileprivate func judge(_ material: MaterialID, _ verdict: Verdict, note: String = "") throws {
        let reasons = verdict.needsReason ? [Fixtures.blurred.code] : []
        let payload = PrecheckVerdict(
            sessionID: try session(Fixtures.firstSeat), materialID: material, verdict: verdict, reasons: reasons, note: note)
        try send(.agent(Fixtures.zheng), .precheckVerdict(payload))
    }

    fileprivate func handIn(_ number: Int, for material: MaterialID = Fixtures.form) throws {
        let request = RequestID(nextNumber())
        let file = Fixtures.file(number, for: material)
        let effects = try turn(.fileArrived(request, Fixtures.wang, try caseOfWang(), file))
        #expect(effects.contains { if case .answer(request, .success) = $0 { true } else { false } })
    }

    fileprivate func remove(_ number: Int) throws {
        let file = Fixtures.file(number).id
        try send(.citizen(Fixtures.wang), .materialRemoveFile(MaterialRemoveFile(caseID: try caseOfWang(), fileID: file)))
    }
}

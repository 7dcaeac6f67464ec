import BrokerCore
import SignalingProtocol

/// Somebody with a page. Verbs are what the person or the network does; the page is what they see.
class Participant {
    let floor: Floor
    let person: Person
    private(set) var pages: [Page] = []
    private var requests = 1

    init(floor: Floor, person: Person) {
        self.floor = floor
        self.person = person
    }

    var page: Page? { pages.last }
    /// The page in front of the person.
    var sees: Page { pages[pages.count - 1] }
    var isOnline: Bool { page.map(floor.isOpen) ?? false }

    @discardableResult
    func send(_ command: Command, request: Int? = nil) -> Answer {
        requests += 1
        return floor.send(command, from: sees.connection, request: request ?? requests)
    }

    /// Opens a page anew. One that is still open stays, until the server closes it.
    func open() {
        let page = Page(connection: ConnectionID(0))
        pages.append(page)
        requests = 1
        floor.connect(page, person, hello: Hello(role: person.endpoint.role, locale: .simplifiedChinese))
    }

    func loseLine() { if isOnline { floor.disconnect(sees) } }

    func reload() {
        loseLine()
        open()
    }

    /// The same page goes on over a new line.
    func resume(token: String? = nil, seq: Int? = nil, withMedia: Bool = true) {
        sees.isDeaf = false
        let hello = Hello(
            role: person.endpoint.role, locale: .simplifiedChinese, resumeToken: token ?? sees.resumeToken, lastSeq: seq ?? sees.lastSeq,
            media: withMedia ? sees.media : nil, consultMedia: withMedia ? sees.consultMedia : nil)
        floor.connect(sees, person, hello: hello)
    }

    /// The line is dead and the server does not know.
    func goDeaf() { sees.isDeaf = true }

    func acknowledge() { send(.acknowledge(Acknowledge(seq: sees.lastSeq))) }

    // MARK: In a session

    /// The session on the page, or one that nobody knows.
    var sessionID: SessionID { sees.session?.id ?? SessionID(Fixtures.uuid(404)) }

    @discardableResult
    func end() -> Answer { send(.sessionEnd(SessionReference(sessionID: sessionID))) }

    @discardableResult
    func say(_ text: String, id: Int) -> Answer {
        send(.chatSend(ChatSend(sessionID: sessionID, messageID: ChatMessageID(Fixtures.uuid(id)), text: text)))
    }

    @discardableResult
    func renewMedia(epoch: Int, with other: SignalingProtocol.Participant? = nil) -> Answer {
        send(.mediaRenew(MediaReference(sessionID: sessionID, epoch: epoch, with: other)))
    }

    func relayTarget(session: SessionID? = nil, from: SignalingProtocol.Participant? = nil, to: SignalingProtocol.Participant? = nil)
        -> Result<ConnectionID?, WireError>
    {
        do throws(WireError) {
            let address = RelayAddress(session: session ?? sessionID, from: from, to: to)
            return .success(try floor.broker.relayTarget(of: sees.connection, address: address))
        } catch {
            return .failure(error)
        }
    }
}

final class Citizen: Participant {
    let id: CitizenID

    init(floor: Floor, id: CitizenID, name: String) {
        self.id = id
        super.init(floor: floor, person: Person(endpoint: .citizen(id), name: name))
    }

    /// The case on the page, or one that nobody knows.
    var caseID: CaseID { sees.ticket?.caseID ?? CaseID(Fixtures.uuid(404)) }

    @discardableResult
    func takeTicket(
        _ kind: SessionKind = .preReview, item: ItemCode = Fixtures.registration, hall: HallID = Fixtures.hall, language: SpokenLanguage? = nil,
        priority: PriorityGround? = nil
    ) -> Answer {
        send(.ticketTake(TicketTake(hallID: hall, itemCode: item, kind: kind, language: language, priority: priority)))
    }

    /// The ticket on the page, or one that nobody knows.
    private var ticket: TicketReference { TicketReference(ticketID: sees.ticket?.id ?? TicketID(Fixtures.uuid(404))) }

    @discardableResult
    func cancel(_ ticket: TicketID? = nil) -> Answer { send(.ticketCancel(ticket.map(TicketReference.init) ?? self.ticket)) }

    /// Keeps the place and leaves.
    @discardableResult
    func leave(_ ticket: TicketID? = nil) -> Answer { send(.ticketLeave(ticket.map(TicketReference.init) ?? self.ticket)) }
    /// Is back from that.
    @discardableResult
    func confirm(_ ticket: TicketID? = nil) -> Answer { send(.ticketConfirm(ticket.map(TicketReference.init) ?? self.ticket)) }
    @discardableResult
    func revive(_ ticket: TicketID? = nil) -> Answer { send(.ticketRevive(ticket.map(TicketReference.init) ?? self.ticket)) }

    @discardableResult
    func join(_ session: SessionID? = nil) -> Answer { send(.sessionJoin(SessionReference(sessionID: session ?? sessionID))) }

    @discardableResult
    func handIn(_ number: Int, for material: MaterialID = Fixtures.application, into caseID: CaseID? = nil) -> Answer {
        switch floor.handIn(Fixtures.file(number, for: material), to: caseID ?? self.caseID, by: id) {
        case .success: .ok
        case .failure(let error): .refused(error.code, field: error.field)
        case nil: .nothing
        }
    }

    @discardableResult
    func remove(_ number: Int) -> Answer {
        let file = Fixtures.file(number, for: Fixtures.application).id
        return send(.materialRemoveFile(MaterialRemoveFile(caseID: caseID, fileID: file)))
    }
}

final class Agent: Participant {
    let id: AgentID

    init(floor: Floor, id: AgentID, name: String, hall: HallID, skills: Skills = Skills(languages: [])) {
        self.id = id
        super.init(floor: floor, person: Person(endpoint: .agent(id), name: name, hall: hall, skills: skills))
    }

    var reservationID: ReservationID { sees.reservation?.id ?? ReservationID(Fixtures.uuid(404)) }

    @discardableResult
    func signOn(at seat: SeatID = Fixtures.firstSeat) -> Answer { send(.seatSignOn(SeatSignOn(seatID: seat))) }
    @discardableResult
    func signOff() -> Answer { send(.seatSignOff) }
    @discardableResult
    func ready() -> Answer { send(.seatReady) }
    @discardableResult
    func notReady(_ reason: NotReadyReason = .rest) -> Answer { send(.seatNotReady(SeatNotReady(reason: reason))) }

    @discardableResult
    func accept(_ reservation: ReservationID? = nil) -> Answer {
        send(.reservationAccept(ReservationReference(reservationID: reservation ?? reservationID)))
    }

    @discardableResult
    func reject(_ reason: RejectReason = .conflictOfInterest) -> Answer {
        send(.reservationReject(ReservationReject(reservationID: reservationID, reason: reason)))
    }

    @discardableResult
    func hold(_ session: SessionID? = nil) -> Answer { send(.sessionHold(SessionReference(sessionID: session ?? sessionID))) }
    /// Ends the hold.
    @discardableResult
    func unhold(_ session: SessionID? = nil) -> Answer { send(.sessionResume(SessionReference(sessionID: session ?? sessionID))) }

    @discardableResult
    func transfer(
        to hall: HallID = Fixtures.hall, seat: SeatID? = nil, language: SpokenLanguage? = nil, note: String = "", session: SessionID? = nil
    ) -> Answer {
        let payload = SessionTransfer(sessionID: session ?? sessionID, hallID: hall, seatID: seat, language: language, note: note)
        return send(.sessionTransfer(payload))
    }

    @discardableResult
    func consult(hall: HallID = Fixtures.hall, seat: SeatID? = nil, language: SpokenLanguage? = nil, note: String = "", session: SessionID? = nil) -> Answer {
        let payload = ConsultStart(sessionID: session ?? sessionID, hallID: hall, seatID: seat, language: language, note: note)
        return send(.consultStart(payload))
    }

    @discardableResult
    func include(_ citizenIn: Bool = true) -> Answer { send(.consultInclude(ConsultInclude(sessionID: sessionID, citizenIn: citizenIn))) }
    @discardableResult
    func endConsult() -> Answer { send(.consultEnd(SessionReference(sessionID: sessionID))) }
    @discardableResult
    func leaveConsult(_ session: SessionID? = nil) -> Answer { send(.consultLeave(SessionReference(sessionID: session ?? sessionID))) }
    @discardableResult
    func handOver() -> Answer { send(.consultHandOver(SessionReference(sessionID: sessionID))) }

    @discardableResult
    func wrapUp(_ disposition: Disposition = .advised, note: String = "", ready: Bool = true) -> Answer {
        send(.sessionWrapUp(SessionWrapUp(sessionID: sessionID, disposition: disposition, note: note, ready: ready)))
    }

    @discardableResult
    func judge(_ material: MaterialID, _ verdict: Verdict, reasons: [ReasonCode] = [], note: String = "") -> Answer {
        send(.precheckVerdict(PrecheckVerdict(sessionID: sessionID, materialID: material, verdict: verdict, reasons: reasons, note: note)))
    }

    @discardableResult
    func conclude(referredTo: String = "", note: String = "") -> Answer {
        send(.precheckConclude(PrecheckConclude(sessionID: sessionID, referredTo: referredTo, note: note)))
    }
}

extension Floor {
    /// Rings, is accepted and entered: both are in a session.
    func meet(_ citizen: Citizen, _ agent: Agent) -> Bool {
        agent.accept() == .ok && citizen.join() == .ok && citizen.sees.session?.state == .connected
    }

    /// One citizen and one agent in a connected session.
    static func inSession(_ kind: SessionKind = .preReview) -> (floor: Floor, wang: Citizen, zheng: Agent) {
        let floor = Floor()
        let zheng = floor.readyAgent("郑小敏")
        let wang = floor.citizen("王秀英")
        wang.takeTicket(kind)
        if !floor.meet(wang, zheng) { preconditionFailure("the two did not meet") }
        return (floor, wang, zheng)
    }
}

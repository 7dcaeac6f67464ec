import SignalingProtocol

@testable import BrokerCore

/// What holds after every turn, whatever happened.
struct Invariants {
    let floor: Floor
    private(set) var broken: [String] = []
    private var broker: Broker { floor.broker }

    /// The rules that do not hold now, a sentence each.
    /// - Parameter pages: whether to compare every page with a snapshot too, which costs as much as all the rest.
    static func broken(on floor: Floor, pages: Bool = true) -> [String] {
        var check = Invariants(floor: floor)
        check.seatsRingsAndSessions()
        check.indexes()
        check.queues()
        check.deadlines()
        check.storeIsMemory()
        check.broken += floor.broker.invariantViolations(at: floor.now)
        if pages { check.pagesAreRight() }
        return check.broken
    }

    private init(floor: Floor) { self.floor = floor }

    private mutating func expect(_ condition: Bool, _ rule: @autoclosure () -> String) {
        if !condition { broken.append(rule()) }
    }

    private mutating func seatsRingsAndSessions() {
        let broker = broker
        let open = broker.sessions.values.filter { $0.state != .closed }
        expect(Set(open.map(\.seat)).count == open.count, "a seat has two citizens")
        let talks = open.filter { $0.state != .wrapUp }
        expect(Set(talks.map(\.ticket)).count == talks.count, "a ticket has two sessions")
        for (ticket, sessions) in Dictionary(grouping: open, by: \.ticket) where sessions.count > 1 {
            let old = sessions.filter { $0.id != broker.sessionOfTicket[ticket] }
            let isLeftBehind = old.allSatisfy { $0.state == .wrapUp && ($0.disposition == .transferred || $0.disposition == .noShow) }
            expect(isLeftBehind, "only one that was handed on or called in vain has another beside it")
        }
        expect(Set(talks.map(\.citizen)).count == talks.count, "a citizen is in two sessions")
        for seat in broker.seats.values {
            let session = open.first { $0.seat == seat.id || $0.consultSeat == seat.id }
            expect((seat.state == .inSession) == (session.map { $0.state != .wrapUp } ?? false), "seat \(seat.id): in session")
            expect((seat.state == .wrapUp) == (session?.state == .wrapUp), "seat \(seat.id): wrap-up")
            expect(session == nil || session?.agent == seat.agent || session?.consultant == seat.agent, "seat \(seat.id): its session is its agent's")
            expect(broker.sessionOfSeat[seat.id] == session?.id, "seat \(seat.id): index of sessions")
            let ring = broker.reservations.values.first { $0.seat == seat.id }
            expect((seat.state == .ringing || seat.state == .reserved) == (ring != nil), "seat \(seat.id): ringing")
            expect((broker.ringPushes[seat.id] != nil) == (ring != nil), "seat \(seat.id): index of pushes")
            expect((seat.state == .ready) == (broker.readySeats[seat.hall]?.contains(seat.id) ?? false), "seat \(seat.id): index of ready seats")
            expect(broker.reservationOfSeat[seat.id] == ring?.id, "seat \(seat.id): index of rings")
            expect((seat.state == .signedOff) == (seat.agent == nil), "seat \(seat.id): signed off")
            expect((seat.state == .notReady) == (seat.notReadyReason != nil), "seat \(seat.id): reason")
            if let agent = seat.agent { expect(broker.seatOfAgent[agent] == seat.id, "seat \(seat.id): index of agents") }
        }
        expect(broker.seatOfAgent.count == broker.seats.values.count { $0.agent != nil }, "an agent has two seats")
        for ticket in broker.tickets.values {
            let ring = broker.reservations.values.first { $0.ticket == ticket.id && $0.purpose == .call }
            expect((ticket.state == .reserved) == (ring != nil), "ticket \(ticket.number): reserved")
            let isTalking = talks.contains { $0.ticket == ticket.id }
            expect((ticket.state == .serving) == isTalking, "ticket \(ticket.number): serving")
        }
        for session in open {
            let bothPresent = session.sides.allSatisfy(broker.isPresent)
            if session.state == .connected { expect(bothPresent, "connected with somebody away") }
            if session.state == .reconnecting { expect(!bothPresent, "reconnecting with both there") }
            if session.state == .held { expect(bothPresent, "on hold with somebody away") }
            expect(broker.cases[session.caseID] != nil, "a session without its case")
        }
    }

    /// Whatever is found by an index is what a search finds.
    private mutating func indexes() {
        let broker = broker
        for (ticket, session) in broker.sessionOfTicket {
            expect(broker.tickets[ticket] != nil && broker.sessions[session]?.ticket == ticket, "index of sessions by ticket")
        }
        for session in broker.sessions.values where session.state != .closed {
            let newest = broker.sessions.values.filter { $0.ticket == session.ticket }.map(\.id).max()
            // The ticket is forgotten when its citizen takes another; the session goes on without it.
            if broker.tickets[session.ticket] != nil { expect(broker.sessionOfTicket[session.ticket] == newest, "a ticket's newest session") }
        }
        for (id, session) in broker.sessionOfSeat {
            let isThere = broker.sessions[session]?.seat == id || broker.sessions[session]?.consultSeat == id
            expect(isThere && broker.sessions[session]?.state != .closed, "index of sessions by seat")
        }
        for (id, session) in broker.openSessionOfCase {
            expect(broker.sessions[session]?.caseID == id && broker.sessions[session]?.state != .closed, "index of sessions by case")
        }
        for session in broker.sessions.values where ![.wrapUp, .closed].contains(session.state) {
            expect(broker.openSessionOfCase[session.caseID] == session.id, "a talk is not its case's session")
        }
        for id in broker.sessions.keys {
            let isListed = broker.sessions[id].map { broker.sessionsOfCase[$0.caseID]?.contains(id) == true } ?? false
            expect(isListed, "a session is not its case's")
        }
        expect(broker.sessionsOfCase.values.reduce(0) { $0 + $1.count } == broker.sessions.count, "index of a case's sessions")
        for ticket in broker.tickets.values { expect(broker.ticketOfCase[ticket.caseID] == ticket.id, "ticket \(ticket.number): index by case") }
        expect(broker.ticketOfCase.count == broker.tickets.count, "index of tickets by case")
        for id in broker.cases.keys {
            expect(broker.ticketOfCase[id] != nil || broker.sessionsOfCase[id] != nil, "a case that nobody shows is remembered")
        }
        for id in broker.reservationOfTicket.values { expect(broker.reservations[id] != nil, "index of rings by ticket") }
        for id in broker.chats.keys { expect(broker.sessions[id] != nil, "a chat without its session") }
    }

    private mutating func queues() {
        let broker = broker
        let live = broker.tickets.values.filter { !$0.state.isTerminal }
        expect(Set(live.map(\.citizen)).count == live.count, "a citizen has two live tickets")
        for ticket in live { expect(broker.ticketOfCitizen[ticket.citizen] == ticket.id, "ticket \(ticket.number) is not its citizen's") }
        for hall in broker.halls.keys {
            let waiting = live.filter { $0.hall == hall && $0.state == .waiting }.sorted { broker.placeKey($0) < broker.placeKey($1) }
            let line = broker.lines[hall] ?? WaitingLine()
            expect(line.places.elements.map(\.ticket) == waiting.map(\.id), "the line of \(hall) is not its waiting tickets")
            checkCallable(line, waiting)
            let idleSeats = broker.seats.values.filter { seat in
                seat.state == .ready && (seat.agent.map { broker.isFresh(.agent($0), at: floor.now) } ?? false)
            }
            for ticket in waiting where isCallable(ticket) {
                let covering = idleSeats.first { seat in
                    let isOwn = seat.hall == hall
                    let helps =
                        broker.halls[hall]?.overflow.contains(seat.hall) == true && ticket.transfer == nil
                        && floor.now >= ticket.takenAt + broker.configuration.overflowAfter
                    let isOthers =
                        ticket.handedOnFrom == seat.id
                        && broker.seats.values.contains {
                            $0.id != seat.id && $0.hall == seat.hall && $0.state.isAtWork && $0.skills.cover(Needs(ticket))
                        }
                    let isAble = ticket.directedTo.map { $0 == seat.id } ?? (seat.skills.cover(Needs(ticket)) && !isOthers)
                    return (isOwn || helps) && isAble
                }
                expect(covering == nil, "ready seat \(covering?.id.text ?? "") and eligible ticket \(ticket.number) are both idle")
            }
        }
    }

    private func isCallable(_ ticket: Ticket) -> Bool {
        broker.isFresh(.citizen(ticket.citizen), at: floor.now) && (ticket.callBack == nil || ticket.callBack == .confirmed)
    }

    /// Everybody who can be called is in the line that matching reads; a page that fell silent is taken out when its turn comes.
    private mutating func checkCallable(_ line: WaitingLine, _ waiting: [Ticket]) {
        var listed: [TicketID: Needs] = [:]
        for (needs, tree) in line.callable {
            expect(!tree.isEmpty, "an empty line is kept")
            for key in tree.elements {
                expect(listed.updateValue(needs, forKey: key.ticket) == nil, "a ticket is callable twice")
                expect(line.places.contains(key), "a callable ticket has no place")
            }
        }
        for ticket in waiting {
            if isCallable(ticket) { expect(listed[ticket.id] == Needs(ticket), "ticket \(ticket.number) cannot be called") }
            guard listed.removeValue(forKey: ticket.id) != nil else { continue }
            expect(ticket.callBack == nil || ticket.callBack == .confirmed, "ticket \(ticket.number) is away and can be called")
            expect(broker.isPresent(.citizen(ticket.citizen)), "ticket \(ticket.number) can be called without a page")
        }
        expect(listed.isEmpty, "a ticket that does not wait can be called")
    }

    private mutating func deadlines() {
        let broker = broker
        let now = floor.now
        let isLater = { (deadline: Instant?) in deadline.map { $0 > now } ?? true }
        expect(isLater(broker.nextDeadline), "a deadline was passed by")
        for ticket in broker.tickets.values {
            expect(isLater(ticket.deadline), "ticket \(ticket.number): deadline passed")
            expect(ticket.deadline != nil || ticket.state == .reserved || ticket.state == .serving, "ticket \(ticket.number) waits for ever")
        }
        for session in broker.sessions.values {
            expect(isLater(session.deadline), "session: deadline passed")
            let isIn = session.state == .consulting && session.talkingConsult?.citizenIn == true
            expect((session.deadline == nil) == (session.state == .connected || session.state == .closed || isIn), "session \(session.state): deadline")
            expect(isLater(session.consult?.deadline), "consult: deadline passed")
            if session.state == .consulting { expect(session.sides.allSatisfy(broker.isPresent), "consulting with somebody away") }
        }
        for seat in broker.seats.values {
            expect(isLater(seat.deadline), "seat \(seat.id): deadline passed")
            guard let agent = seat.agent, seat.state == .ready || seat.state == .notReady else { continue }
            expect(broker.isPresent(.agent(agent)) == (seat.deadline == nil), "seat \(seat.id): away and deadline differ")
        }
        for client in broker.clients.values {
            expect((client.deadline == nil) == client.isPresent && isLater(client.deadline), "client: deadline")
            expect(client.isPresent == (client.connection != nil), "client: present without a line")
        }
    }

    /// What is decided is handed to the store in the same turn.
    private mutating func storeIsMemory() {
        let broker = broker
        let store = floor.store
        for ticket in broker.tickets.values { expect(store.tickets[ticket.id] == ticket, "ticket \(ticket.number) is not as stored") }
        for seat in broker.seats.values { expect(store.seats[seat.id] == seat, "seat \(seat.id) is not as stored") }
        for session in broker.sessions.values { expect(store.sessions[session.id] == session, "a session is not as stored") }
        for reservation in broker.reservations.values {
            expect(store.reservations[reservation.id] == reservation, "a reservation is not as stored")
        }
        for (id, file) in broker.cases { expect(store.cases[id] == file, "a case is not as stored") }
        for (id, chat) in broker.chats where !chat.isEmpty { expect(store.chats[id] == chat, "a chat is not as stored") }
    }

    /// A page that heard everything knows what a page opened now would be shown.
    private mutating func pagesAreRight() {
        for participant in floor.people where participant.isOnline && !participant.sees.isDeaf {
            let page = participant.sees
            let name = participant.person.name
            let truth = broker.snapshot(for: participant.person.endpoint)
            expect(page.seat == truth.seat, "\(name) sees another seat")
            // The ring tells how many files there were when it began; the session tells them all.
            var ring = page.reservation
            if let count = truth.reservation?.filesHandedIn { ring?.filesHandedIn = count }
            expect(ring == truth.reservation, "\(name) sees another ring")
            if participant is Agent || truth.ticket != nil { expectSameSession(page.session, truth.session, name) }
            guard let ticket = truth.ticket else { continue }
            var shown = page.ticket
            shown?.place = ticket.place
            // Changes of place are gathered before they are told.
            if broker.placesDue[ticket.hall.id] == nil { expect(page.place == ticket.place, "\(name) sees another place") }
            expect(shown == ticket, "\(name) sees ticket \(page.ticket?.state as Any), not \(ticket.state)")
            for entry in truth.materials {
                let known = page.materials[entry.material.id]
                expect((known?.files ?? []) == entry.files && known?.verdict == entry.verdict, "\(name) sees other materials")
                expect(known == nil || known == entry, "\(name) sees other materials")
            }
        }
    }

    private mutating func expectSameSession(_ shown: SessionView?, _ truth: SessionView?, _ name: String) {
        guard var shown, let truth else { return expect(shown == nil && truth == nil, "\(name): one sees a session, the other none") }
        // A snapshot has the newest lines only.
        // Common reasons come first when a talk begins; they do not move under the agent's hands.
        shown.reasons = truth.reasons
        shown.chat = shown.chat.suffix(Limits.snapshotChatMessages)
        if truth.state == .closed || truth.state == .wrapUp {
            // Nobody is told of comings and goings in a talk that is over.
            shown.citizen = truth.citizen
            shown.agent = truth.agent
            if broker.openSessionOfCase[truth.caseID] != truth.id {
                // Handed on: what happens to the case now is told to the next agent.
                shown.materials = truth.materials
                shown.outcome = truth.outcome
                shown.matter = truth.matter
                shown.concluded = truth.concluded
            }
        }
        expect(shown == truth, "\(name) sees session \(shown.state), not \(truth.state), or other things in it")
    }
}

import BrokerCore
import Foundation
import Scheduling
import SignalingProtocol

/// One run: the real broker, a day or a week of citizens and agents around it who do what is expected of them, and the least that the wire asks of them.
///
/// Everything that is counted is read from the records that the broker hands out to be stored.
struct RehearsalRun {
    struct Citizen {
        let arrival: RehearsalPlan.Arrival
        let talk: Milliseconds
        let wrapUp: Milliseconds
        /// Nil: boundless.
        let patience: Milliseconds?
        var ticket: TicketID?
        var isWaiting = false
    }

    struct Desk {
        let seat: SeatID
        /// By the beginning.
        let stretches: [RehearsalPlan.Stretch]
        /// Of the agent's page.
        var connection: ConnectionID?
        /// What the agent is signed on for.
        var covers: Coverage?
        var state = SeatState.signedOff
        var since: Instant
    }

    let plan: RehearsalPlan
    var broker: Broker
    var tally: RehearsalTally
    var agenda = RehearsalAgenda()
    var now: Instant
    var citizens: [Citizen]
    var desks: [Desk]
    let deskOfSeat: [SeatID: Int]
    private var nextCitizen = 0
    private var lastConnection: UInt64 = 0
    private var draw: Draw

    static let hall: HallID = code("hall")

    init(_ plan: RehearsalPlan, run: Int, tally: RehearsalTally) {
        self.plan = plan
        self.tally = tally
        // Before the first stretch and the first arrival.
        let begin = min(plan.span.lowerBound, plan.stretches.map(\.time.lowerBound).min() ?? plan.span.lowerBound)
        now = begin
        var draw = Draw(seed: plan.seed &+ UInt64(run) &* 0x9e37_79b9_7f4a_7c15)
        let openDays = plan.openDays
        let isComing = { (at: Instant) in
            openDays.contains { ($0.lowerBound.milliseconds - RehearsalPlan.earlyComing.count) <= at.milliseconds && at < $0.upperBound }
        }
        citizens = []
        for arrival in draw.arrivals(plan.arrivals) where plan.demands.indices.contains(arrival.demand) && plan.span.contains(arrival.at) {
            guard isComing(arrival.at) else {
                self.tally.outsideHours += 1
                continue
            }
            let demand = plan.demands[arrival.demand]
            citizens.append(
                Citizen(
                    arrival: arrival, talk: draw.length(demand.talk), wrapUp: draw.length(demand.wrapUp), patience: plan.patience.map { draw.length($0) }))
        }
        let stretches = Dictionary(grouping: plan.stretches, by: \.seat)
        desks = plan.seats.map { seat in
            Desk(seat: seat, stretches: (stretches[seat] ?? []).sorted { $0.time.lowerBound < $1.time.lowerBound }, since: begin)
        }
        deskOfSeat = Dictionary(plan.seats.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        broker = Self.broker(plan, seed: draw.next(), begin)
        self.draw = draw
        for (desk, stretches) in desks.map(\.stretches).enumerated() {
            for edge in Set(stretches.flatMap { [$0.time.lowerBound, $0.time.upperBound] }).sorted() { agenda.plan(.settle(desk: desk), at: edge) }
        }
        for day in openDays { agenda.plan(.close, at: day.upperBound) }
    }

    private static func broker(_ plan: RehearsalPlan, seed: UInt64, _ begin: Instant) -> Broker {
        var configuration = plan.configuration
        let whole = Milliseconds((plan.span.upperBound - begin).count + 2 * CivilDay.milliseconds)
        // No page is ever silent here, and nobody looks at places.
        configuration.heartbeatTolerance = whole
        configuration.placeInterval = whole
        let seats = plan.seats.enumerated().map { Seat(id: $1, hall: hall, number: String($0 + 1), since: begin) }
        return Broker(
            configuration: configuration, seed: seed,
            state: BrokerState(
                halls: [Hall(id: hall, name: "")], catalogue: plan.demands.indices.map { item(plan.demands[$0], $0) }, seats: seats, today: begin))
    }

    /// An item of its own for each sort of matter: whether its list asks for anything decides between the ready and the guided lane.
    private static func item(_ demand: RehearsalPlan.Demand, _ place: Int) -> CatalogueItem {
        let missing = MaterialRequirement(
            id: code("M1"), name: "", nameEnglish: nil, form: .original, necessity: .mandatory, condition: nil, exemption: nil, copies: 1,
            formats: [.pdf], source: "", note: nil)
        return CatalogueItem(
            code: itemCode(place), version: 1, name: "", nameEnglish: nil, category: demand.group, applicants: [], kinds: [demand.kind],
            materials: demand.lane == .guided ? [missing] : [], reasons: [], timeLimit: nil, fee: nil, legalBasis: [], crossRegion: nil, sources: [],
            verified: false, statusNote: nil)
    }

    static func itemCode(_ place: Int) -> ItemCode { code("D\(place)") }

    private static func code<Subject>(_ text: String) -> Code<Subject> {
        guard let code = Code<Subject>(text) else { preconditionFailure("\(text) is no code") }
        return code
    }

    // MARK: Running

    private static let stepsBetweenLooks = 2_048

    /// - Parameter goesOn: told how much of this run is done, from time to time; false stops it.
    /// - Returns: false when it was stopped.
    mutating func run(_ goesOn: (Double) -> Bool) -> Bool {
        let begin = now
        let length = Double(max(1, (plan.span.upperBound - begin).count))
        var steps = 0
        while let next = [agenda.next, nextArrival].compactMap({ $0 }).min() {
            steps += 1
            if steps % Self.stepsBetweenLooks == 0, !goesOn(min(1, Double((now - begin).count) / length)) { return false }
            // What waits for a limit of the broker's comes first.
            if let deadline = broker.nextDeadline, deadline < next {
                now = max(now, deadline)
                handle(.tick)
                continue
            }
            now = max(now, next)
            if let arrival = nextArrival, arrival <= now {
                arrive(nextCitizen)
                nextCitizen += 1
            } else if let what = agenda.take() {
                undertake(what)
            }
        }
        for desk in desks.indices { count(desk, until: now) }
        return true
    }

    private var nextArrival: Instant? { nextCitizen < citizens.count ? citizens[nextCitizen].arrival.at : nil }

    private mutating func undertake(_ what: Undertaking) {
        switch what {
        case .leave(let citizen): leave(citizen)
        case .hangUp(let citizen): handle(.disconnected(Self.connection(ofCitizen: citizen)))
        case .acknowledge(let desk, let seq): tell(.acknowledge(Acknowledge(seq: seq)), from: desk)
        case .accept(let desk, let reservation): tell(.reservationAccept(ReservationReference(reservationID: reservation)), from: desk)
        case .join(let citizen, let session):
            tell(.sessionJoin(SessionReference(sessionID: session)), on: Self.connection(ofCitizen: citizen))
        case .endTalk(let desk, let session): tell(.sessionEnd(SessionReference(sessionID: session)), from: desk)
        case .endWrapUp(let desk, let session):
            let staysOn = desks[desk].covers == wanted(desk)
            tell(.sessionWrapUp(SessionWrapUp(sessionID: session, disposition: .advised, note: "", ready: staysOn)), from: desk)
        case .settle(let desk): settle(desk)
        case .close: for citizen in citizens.indices where citizens[citizen].isWaiting { leave(citizen) }
        }
    }

    // MARK: The broker

    mutating func handle(_ input: Input) {
        for effect in broker.handle(input, at: now) {
            switch effect {
            case .persist(let record): note(record)
            case .send(_, let frame): hear(frame)
            case .disconnect, .answer, .discardFile, .agentGone: break
            }
        }
    }

    mutating func tell(_ command: Command, on connection: ConnectionID) {
        handle(.command(connection, request: nil, command, entropy: draw.next()))
    }

    private mutating func tell(_ command: Command, from desk: Int) {
        if let connection = desks[desk].connection { tell(command, on: connection) }
    }

    private mutating func hear(_ frame: ServerFrame) {
        guard case .reservationRinging(let ringing) = frame.message, let seq = frame.seq, let seat = ringSeat[ringing.reservation.id] else { return }
        agenda.plan(.acknowledge(desk: seat, seq: seq), at: now)
    }

    /// The ring that each seat has now.
    private var ringSeat: [ReservationID: Int] = [:]

    private mutating func note(_ record: Record) {
        switch record {
        case .ticket(let ticket): note(ticket)
        case .reservation(let reservation):
            guard let desk = deskOfSeat[reservation.seat] else { return }
            guard reservation.state == .pending else { return ringSeat[reservation.id] = nil }
            ringSeat[reservation.id] = desk
            agenda.plan(.accept(desk: desk, reservation.id), at: now + draw.length(plan.acceptDelay))
        case .session(let session): note(session)
        case .seat(let seat): note(seat)
        case .serviceCase, .file, .fileRemoved, .fileChanged, .pictureHashes, .filesArranged, .conditionAnswer, .field, .correction, .still, .reopened,
            .notice, .floorTask, .floorAct, .verdict, .verdictWithdrawn, .outcome, .chat, .event, .adoption, .appointment,
            .hall:
            break
        }
    }

    private mutating func note(_ session: Session) {
        guard let desk = deskOfSeat[session.seat], let citizen = Self.number(of: session.citizen), citizens.indices.contains(citizen) else { return }
        switch session.state {
        case .ringing: agenda.plan(.join(citizen: citizen, session.id), at: now)
        case .connected: agenda.plan(.endTalk(desk: desk, session.id), at: now + citizens[citizen].talk)
        case .wrapUp: agenda.plan(.endWrapUp(desk: desk, session.id), at: now + citizens[citizen].wrapUp)
        case .held, .reconnecting, .consulting, .transferring, .closed: break
        }
    }

    // MARK: Agents

    private mutating func note(_ seat: Seat) {
        guard let desk = deskOfSeat[seat.id] else { return }
        count(desk, until: now)
        desks[desk].state = seat.state
        switch seat.state {
        // It may have been kept beyond the end of its stretch.
        case .ready, .notReady: agenda.plan(.settle(desk: desk), at: now)
        case .signedOff, .reserved, .ringing, .inSession, .wrapUp: break
        }
    }

    private mutating func count(_ desk: Int, until now: Instant) {
        let since = desks[desk].since
        desks[desk].since = now
        guard since < now else { return }
        switch desks[desk].state {
        case .signedOff: break
        case .ready, .notReady: tally.spread(since..<now, \.staffed)
        case .reserved, .ringing, .inSession, .wrapUp:
            tally.spread(since..<now, \.staffed)
            tally.spread(since..<now, \.busy)
        }
    }

    /// What the schedule wants this seat to cover now; nil: it is free.
    private func wanted(_ desk: Int) -> Coverage? { desks[desk].stretches.last { $0.time.contains(now) }?.covers }

    /// Does what the schedule says, as soon as nobody is kept waiting by it.
    private mutating func settle(_ desk: Int) {
        let wanted = wanted(desk)
        switch desks[desk].state {
        case .signedOff: if let wanted { signOn(desk, wanted) }
        case .ready, .notReady:
            guard wanted == desks[desk].covers else {
                tell(.seatSignOff, from: desk)
                if let connection = desks[desk].connection { handle(.disconnected(connection)) }
                (desks[desk].connection, desks[desk].covers) = (nil, nil)
                if let wanted { signOn(desk, wanted) }
                return
            }
            if desks[desk].state == .notReady { tell(.seatReady, from: desk) }
        case .reserved, .ringing, .inSession, .wrapUp: break
        }
    }

    private mutating func signOn(_ desk: Int, _ covers: Coverage) {
        lastConnection += 1
        // Even numbers are the agents'.
        let connection = ConnectionID(lastConnection * 2)
        desks[desk].connection = connection
        desks[desk].covers = covers
        let agent: AgentID = Self.identifier(desk)
        let skills = Skills(groups: covers.groups, kinds: covers.kinds, languages: covers.languages)
        enter(Person(endpoint: .agent(agent), name: "", hall: Self.hall, skills: skills), on: connection)
        tell(.seatSignOn(SeatSignOn(seatID: desks[desk].seat)), on: connection)
        tell(.seatReady, on: connection)
    }

    private mutating func enter(_ person: Person, on connection: ConnectionID) {
        handle(.hello(connection, person, Hello(role: person.endpoint.role, locale: .simplifiedChinese), request: nil, freshToken: ""))
        tell(.heartbeatAck, on: connection)
    }

    // MARK: Citizens

    private mutating func arrive(_ number: Int) {
        let connection = Self.connection(ofCitizen: number)
        let demand = plan.demands[citizens[number].arrival.demand]
        citizens[number].isWaiting = true
        if let place = tally.place(of: now) { tally.halfHours[place].arrivals += 1 }
        if let patience = citizens[number].patience { agenda.plan(.leave(citizen: number), at: now + patience) }
        enter(Person(endpoint: .citizen(Self.identifier(number)), name: ""), on: connection)
        tell(
            .ticketTake(
                TicketTake(
                    hallID: Self.hall, itemCode: Self.itemCode(citizens[number].arrival.demand), kind: demand.kind, language: demand.language,
                    priority: demand.lane == .priority ? .elder : nil)), on: connection)
    }

    private mutating func leave(_ number: Int) {
        guard citizens[number].isWaiting, let ticket = citizens[number].ticket else { return }
        tell(.ticketCancel(TicketReference(ticketID: ticket)), on: Self.connection(ofCitizen: number))
    }

    private mutating func note(_ ticket: Ticket) {
        guard let number = Self.number(of: ticket.citizen), citizens.indices.contains(number) else { return }
        citizens[number].ticket = ticket.id
        let wasWaiting = citizens[number].isWaiting
        switch ticket.state {
        case .waiting, .reserved, .parked: return
        case .serving: if wasWaiting { stopWaiting(number, isServed: true) }
        case .done, .abandoned, .noShow, .expired, .declined:
            if wasWaiting { stopWaiting(number, isServed: false) }
            agenda.plan(.hangUp(citizen: number), at: now)
        }
    }

    private mutating func stopWaiting(_ number: Int, isServed: Bool) {
        citizens[number].isWaiting = false
        let wait = now - citizens[number].arrival.at
        guard let place = tally.place(of: citizens[number].arrival.at) else { return }
        tally.halfHours[place].waits.append(wait.count)
        if isServed { tally.halfHours[place].served += 1 } else { tally.halfHours[place].abandoned += 1 }
        if isServed, wait <= plan.goal.within { tally.halfHours[place].servedInTime += 1 }
    }

    // MARK: Names

    /// Odd numbers are the citizens'.
    private static func connection(ofCitizen number: Int) -> ConnectionID { ConnectionID(UInt64(number) * 2 + 1) }

    /// With its number in the last bytes.
    private static func identifier<Subject>(_ number: Int) -> Identifier<Subject> {
        let byte = { (shift: Int) in UInt8(truncatingIfNeeded: number >> shift) }
        return Identifier(UUID(uuid: (0, 0, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, byte(24), byte(16), byte(8), byte(0))))
    }

    private static func number(of citizen: CitizenID) -> Int? {
        let bytes = citizen.uuid.uuid
        return [bytes.12, bytes.13, bytes.14, bytes.15].reduce(0) { $0 << 8 | Int($1) }
    }
}

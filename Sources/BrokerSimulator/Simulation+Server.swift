import BrokerCore
import SignalingProtocol

// Decide, commit, tell: what `BrokerServer.Engine` does around the broker, turn by turn, with a disk that is slow, fails, and survives crashes.

extension Simulation {
    private static let commitRetry: Milliseconds = .seconds(1)
    private static let startTime: (least: Milliseconds, most: Milliseconds) = (300, .seconds(20))

    /// What the server's clock says.
    var serverNow: Instant { server.clock.reading(at: now) }

    // MARK: Hearing

    func serverHears(_ frame: ClientFrame, on index: Int) {
        let line = lines[index]
        guard server.isUp, line.life == server.life, line.isOpenAtServer, !line.isDead else { return }
        let connection = Line.connection(index)
        switch frame.content {
        case .hello(let hello):
            // A welcome would have to wait for the disk; a page that is told so comes back by itself.
            if server.isStorageDown { return refuse(frame.request, on: index) }
            lastNumber += 1
            turn(.hello(connection, people[line.person].person, hello, request: frame.request, freshToken: "token-\(lastNumber)"))
        case .command(let command):
            guard let request = frame.request else { return turn(.command(connection, request: nil, command, entropy: 0)) }
            // Only the disk is asked here; a repeated request is refused just as well, and is answered when it comes again.
            if server.isStorageDown { return refuse(request, on: index) }
            if case .ticketTake(let payload) = command, let id = payload.caseID, server.broker.caseInMemory(id) == nil, let file = server.head.caseFile(id) {
                turn(.caseLoaded(file))
            }
            turn(.command(connection, request: request, command, entropy: chance.next()))
        }
    }

    private func refuse(_ request: Int?, on line: Int) {
        send(.frame(ServerFrame(re: request, message: .error(WireError(.storageUnavailable)))), on: line)
    }

    func serverReceives(_ file: FileView, for caseID: CaseID, from page: Int) {
        guard server.isUp, !server.isStorageDown, case .citizen(let citizen) = people[pages[page].person].person.endpoint else {
            return agenda.plan(.fileIsAnswered(page: page, nil), at: now)
        }
        lastNumber += 1
        census.filesSent += 1
        let replaced = chance.roll(6) == 0 ? server.broker.caseInMemory(caseID)?.files.first { $0.materialID == file.materialID }?.id : nil
        turn(.fileArrived(RequestID(UInt64(lastNumber)), citizen, caseID, file, replacing: replaced))
        if file.check == .pending { agenda.plan(.fileIsInspected(life: server.life, caseID, file.id), at: now + chance.between(200, .seconds(4))) }
    }

    func serverReceives(_ file: FileView, for still: StillID, of session: SessionID, from page: Int) {
        guard server.isUp, !server.isStorageDown else { return agenda.plan(.fileIsAnswered(page: page, nil), at: now) }
        lastNumber += 1
        census.filesSent += 1
        turn(.stillArrived(RequestID(UInt64(lastNumber)), people[pages[page].person].person.endpoint, session, still, file))
    }

    func inspected(_ file: FileID, of caseID: CaseID) {
        let findings = chance.roll(3) == 0 ? [FindingView(code: .blurred, page: 1)] : []
        let look: [UInt64] = [UInt64(chance.roll(64)) << 20, 0xffff_ffff, 0, .max]
        turn(.fileInspected(caseID, file, FileInspection(check: .done, pages: 1, findings: findings, pictureHashes: [look])))
    }

    func serverSeesClosed(_ index: Int) {
        guard lines[index].life == server.life, server.isUp, !lines[index].isForgotten else { return }
        lines[index].isOpenAtServer = false
        // A deadline that is late may still be told on this line, in the same turn and before the broker hears of its end.
        turn(.disconnected(Line.connection(index)))
        lines[index].isForgotten = true
    }

    // MARK: Turns

    func turn(_ input: Input) {
        census.turns += 1
        server.lastTurn = serverNow
        var watch = TurnWatch(input, simulation: self)
        let effects = server.broker.handle(input, at: serverNow)
        carryOut(effects, &watch)
        watch.finish(self)
        flush()
        armTick()
    }

    private func carryOut(_ effects: [Effect], _ watch: inout TurnWatch) {
        for untouched in effects {
            guard let effect = tamper == nil ? untouched : tamper?(untouched) else { continue }
            digest.add(effect, at: server.lastTurn)
            switch effect {
            case .persist(let record):
                if case .ticket(let ticket) = record, ticket.state == .waiting, server.head.tickets[ticket.id]?.state != .waiting {
                    server.waitingSince[ticket.id] = server.lastTurn
                    if ticket.waitingSince != server.lastTurn { broken.append("ticket \(ticket.number) began to wait at another time") }
                }
                if case .ticket(let ticket) = record {
                    checkIsAskedInTime(ticket)
                    checkIsExpiredInTime(ticket)
                }
                if case .appointment(let appointment) = record { checkChange(to: appointment) }
                server.head.apply(record)
                server.records.append(record)
            case .send(let connection, let frame): say(frame, on: Line.index(of: connection))
            case .disconnect(let connection, let code): server.tellings.append(.goodbye(line: Line.index(of: connection), code))
            case .answer(let request, let result): server.tellings.append(.fileAnswer(request, result))
            case .discardFile(let file): server.tellings.append(.discard(file))
            // Nobody is suspended in a simulated town.
            case .agentGone: break
            }
            watch.see(effect, self)
        }
        broken += server.head.takeProblems()
    }

    /// A heartbeat tells of no record: it goes on while the disk is away. Only the welcome must have come before it.
    private func say(_ frame: ServerFrame, on line: Int) {
        if case .heartbeat = frame.message, lines[line].isWelcomed { return send(.frame(frame), on: line) }
        server.tellings.append(.frame(line: line, frame))
    }

    private func tell(_ telling: Telling) {
        switch telling {
        case .frame(let line, let frame):
            if case .welcome = frame.message { lines[line].isWelcomed = true }
            send(.frame(frame), on: line)
        case .goodbye(let line, let code):
            guard lines[line].isOpenAtServer else { return }
            send(.goodbye(code), on: line)
            lines[line].isOpenAtServer = false
            agenda.plan(.serverNoticesClose(line: line), at: now + chance.between(0, 100))
        case .fileAnswer: agenda.plan(.fileIsAnswered(page: 0, nil), at: now)
        case .discard(let file):
            if server.disk.cases.values.contains(where: { $0.files.contains { $0.id == file } }) { broken.append("a file of a case was discarded") }
        }
    }

    func tick() {
        server.tickAt = nil
        // While the disk is away no deadline is looked for.
        if !server.isStorageDown { turn(.tick) }
    }

    private func armTick() {
        guard !server.isStorageDown, let next = server.broker.nextDeadline else { return }
        if let planned = server.tickAt, planned - now <= next - serverNow { return }
        let at = now + max(0, next - serverNow)
        server.tickAt = at
        agenda.plan(.tick(life: server.life, at: at), at: at)
    }

    func heartbeat() {
        if isOver { return }
        turn(.heartbeat)
        agenda.plan(.heartbeat(life: server.life), at: now + configuration.heartbeatInterval)
    }

    // MARK: Committing

    /// Hands what has gathered to the disk, unless a batch is under way; without records there is nothing to wait for.
    private func flush() {
        guard server.batch == nil else { return }
        let tellings = server.tellings
        server.tellings = []
        guard !server.records.isEmpty else {
            for telling in tellings { tell(telling) }
            return
        }
        server.batch = (server.records, tellings)
        server.records = []
        beginCommit()
    }

    func beginCommit() {
        let length = chance.between(1, faults.commit)
        agenda.plan(.commitEnds(life: server.life), at: now + length)
        guard server.isDoomed else { return }
        server.isDoomed = false
        agenda.plan(.crash, at: now + chance.between(0, length))
    }

    func commitEnded() {
        guard let batch = server.batch else { return }
        if server.isDiskBroken {
            if !server.isStorageDown { server.clock.hold(at: now) }
            server.isStorageDown = true
            census.commitsFailed += 1
            return agenda.plan(.commitIsRetried(life: server.life), at: now + Self.commitRetry)
        }
        census.commits += 1
        for record in batch.records { server.disk.apply(record) }
        server.batch = nil
        // Before any other turn: what that one has to tell comes after this.
        for telling in batch.tellings { tell(telling) }
        guard server.isStorageDown else { return flush() }
        server.isStorageDown = false
        server.clock.letGo(at: now)
        turn(.tick)
    }

    func diskFails(for length: Milliseconds) {
        guard !isOver else { return }
        census.count("disk fails")
        server.isDiskBroken = true
        agenda.plan(.diskHeals, at: now + length)
    }

    // MARK: Dying and coming back

    /// The process is gone. What was not committed is lost; the batch that was on its way may have reached the disk or not, as a whole.
    func crash() {
        guard server.isUp, !isOver else { return }
        if server.batch == nil, chance.roll(4) > 0 {
            server.isDoomed = true
            return
        }
        census.count("crash")
        let reachesDisk = !server.isDiskBroken && chance.roll(2) == 0
        if reachesDisk, let batch = server.batch { for record in batch.records { server.disk.apply(record) } }
        if !server.records.isEmpty || (server.batch != nil && !reachesDisk) { census.count("crash that lost records") }
        server.isUp = false
        server.life += 1
        server.records = []
        server.tellings = []
        server.batch = nil
        server.isStorageDown = false
        server.tickAt = nil
        server.clock = HeldClock()
        server.head = server.disk
        for index in lines.indices where lines[index].life == server.life - 1 && lines[index].isOpenAtServer {
            lines[index].isOpenAtServer = false
            if !lines[index].isDead { agenda.plan(.pageNoticesClose(line: index), at: now + chance.between(1, .seconds(3))) }
        }
        agenda.plan(.start(life: server.life), at: now + chance.between(Self.startTime.least, Self.startTime.most))
    }

    /// Begins from exactly what was committed.
    func start() {
        server.isUp = true
        server.lastTurn = serverNow
        server.beginLife(at: serverNow)
        var state = server.disk.state(at: serverNow)
        state.openings = openings
        server.broker = Broker(configuration: configuration, seed: seed &+ UInt64(server.life) &* 7_919, state: state)
        var watch = TurnWatch(nil, simulation: self)
        carryOut(server.broker.recover(at: serverNow), &watch)
        watch.finish(self)
        flush()
        armTick()
        // What the last process did not get round to.
        for (caseID, file) in server.broker.uninspectedFiles {
            agenda.plan(.fileIsInspected(life: server.life, caseID, file.id), at: now + chance.between(200, .seconds(4)))
        }
        agenda.plan(.heartbeat(life: server.life), at: now + configuration.heartbeatInterval)
        audit()
    }
}

import BrokerCore
import SignalingProtocol

// The network: TCP keeps order on a line, but lines break, die unnoticed, and are held up.

extension Simulation {
    private static let latency: (least: Milliseconds, most: Milliseconds) = (5, 80)
    private static let welcomeTimeout: Milliseconds = .seconds(10)
    private static let acknowledgeAfter: Milliseconds = .seconds(1)
    private static let silentHeartbeats: Int64 = 3

    // MARK: Sending

    /// From a page to the server.
    func post(_ frame: ClientFrame, on line: Int) {
        guard lines[line].isOpenAtPage else { return }
        let arrival = max(now + latency(), lines[line].upstreamFree)
        let isCommand = (frame.request ?? 0) > 0
        if isCommand, chance.happens(perMille: faults.reorders) {
            // Handed over out of order: later frames overtake it.
            census.count("reordered")
            return agenda.plan(.reachesServer(line: line, frame), at: arrival + chance.between(100, .seconds(10)))
        }
        lines[line].upstreamFree = arrival
        agenda.plan(.reachesServer(line: line, frame), at: arrival)
        if isCommand, chance.happens(perMille: faults.duplicates) {
            census.count("duplicated")
            agenda.plan(.reachesServer(line: line, frame), at: arrival + chance.between(0, .seconds(chance.roll(2) == 0 ? 1 : 30)))
        }
    }

    /// From the server to a page.
    func send(_ downlink: Downlink, on line: Int) {
        guard lines[line].isOpenAtServer else { return }
        let arrival = max(now + latency(), lines[line].downstreamFree)
        lines[line].downstreamFree = arrival
        lines[line].framesInFlight += 1
        agenda.plan(.reachesPage(line: line, downlink), at: arrival)
    }

    private func latency() -> Milliseconds {
        chance.happens(perMille: faults.stalls)
            ? chance.between(.seconds(1), .seconds(9)) : chance.between(Self.latency.least, Self.latency.most)
    }

    // MARK: The page's end

    func connect(_ number: Int, attempt: Int) {
        let page = pages[number]
        guard !page.isStopped, page.line == nil, page.attempt == attempt else { return }
        guard server.isUp else { return retry(number) }
        let index = lines.count
        lines.append(Line(page: number, person: page.person, life: server.life, upstreamFree: now, downstreamFree: now))
        page.line = index
        page.heardAt = now
        page.acknowledgementIsPlanned = false
        var hello = page.hello(people[page.person].person.endpoint.role)
        if hello.resumeToken != nil, chance.happens(perMille: faults.wrongResumes) {
            census.count("wrong resume")
            if chance.roll(2) == 0 { hello.resumeToken = "a guess" } else { hello.lastSeq = 9_999 }
        }
        post(ClientFrame(content: .hello(hello), request: 0), on: index)
        agenda.plan(.pageNoticesSilence(page: number, line: index), at: now + Self.welcomeTimeout)
    }

    func noticeSilence(_ number: Int, line: Int) {
        let page = pages[number]
        guard page.line == line else { return }
        let limit = page.isWelcomed ? Milliseconds(configuration.heartbeatInterval.count * Self.silentHeartbeats) : Self.welcomeTimeout
        if now - page.heardAt >= limit { return giveUp(number) }
        agenda.plan(.pageNoticesSilence(page: number, line: line), at: page.heardAt + limit)
    }

    func pageSeesClosed(_ line: Int) {
        guard lines[line].isOpenAtPage, pages[lines[line].page].line == line else { return }
        giveUp(lines[line].page)
    }

    /// Leaves the present line and plans the next one.
    private func giveUp(_ number: Int) {
        hangUp(number)
        pages[number].isWelcomed = false
        retry(number)
    }

    private func retry(_ number: Int) {
        let page = pages[number]
        page.attempt += 1
        let ceiling = min(Int64(5_000), 300 << Int64(min(page.attempt, 5)))
        agenda.plan(.pageConnects(page: number, attempt: page.attempt), at: now + chance.between(300, Milliseconds(ceiling)))
    }

    /// The page closes its end; what it sent before is still on its way, and the server sees the end after it.
    private func hangUp(_ number: Int) {
        guard let line = pages[number].line else { return }
        pages[number].line = nil
        lines[line].isOpenAtPage = false
        if lines[line].isDead { return }
        agenda.plan(.serverNoticesClose(line: line), at: max(now + latency(), lines[line].upstreamFree))
    }

    /// The tab is closed.
    func close(_ number: Int) {
        hangUp(number)
        pages[number].stop()
    }

    func pageHears(_ downlink: Downlink, on index: Int) {
        lines[index].framesInFlight -= 1
        let line = lines[index]
        let page = pages[line.page]
        guard line.isOpenAtPage, !line.isDead, page.line == index else { return }
        page.heardAt = now
        switch downlink {
        case .goodbye: close(line.page)
        case .frame(let frame): hear(frame, page: line.page, line: index)
        }
        broken += page.takeProblems().map { "\(people[line.person].person.name): \($0)" }
    }

    private func hear(_ frame: ServerFrame, page number: Int, line: Int) {
        let page = pages[number]
        checkIsCommitted(frame.message)
        if frame.re == 0, case .error = frame.message { return giveUp(number) }
        page.receive(frame)
        if case .heartbeat = frame.message, !page.isFrozen { post(ClientFrame(content: .command(.heartbeatAck), request: nil), on: line) }
        if isStartling(frame.message, to: page.role) { startle(page.person) }
        if case .error(let error) = frame.message { census.count("refused \(error.code.rawValue)") }
        if case .welcome(let welcome) = frame.message {
            census.count(welcome.resumed ? "resumed" : "snapshot")
            for waiting in page.unanswered {
                census.count("sent again")
                post(waiting, on: line)
            }
        }
        guard frame.seq != nil, !page.acknowledgementIsPlanned else { return }
        page.acknowledgementIsPlanned = true
        agenda.plan(.pageAcknowledges(page: number, line: line), at: now + Self.acknowledgeAfter)
    }

    private func isStartling(_ message: ServerMessage, to role: Role) -> Bool {
        if case .reservationRinging = message { return true }
        if case .sessionStarted = message { return role == .citizen }
        return false
    }

    func acknowledge(_ number: Int, line: Int) {
        let page = pages[number]
        guard page.line == line else { return }
        page.acknowledgementIsPlanned = false
        guard page.isWelcomed, page.acknowledgedSeq != page.lastSeq else { return }
        page.acknowledgedSeq = page.lastSeq
        post(ClientFrame(content: .command(.acknowledge(Acknowledge(seq: page.lastSeq))), request: nil), on: line)
    }

    // MARK: What goes wrong

    /// The line is cut: what is on its way is lost, and both ends learn of it soon.
    func breakLine(of number: Int) {
        guard let line = pages[number].line else { return }
        lines[line].isDead = true
        agenda.plan(.serverNoticesClose(line: line), at: now + chance.between(1, .seconds(2)))
        agenda.plan(.pageNoticesClose(line: line), at: now + chance.between(1, .seconds(2)))
    }

    /// Nothing passes any more. The page finds out by the silence, the server when it probes the connection.
    func killLine(of number: Int) {
        guard let line = pages[number].line else { return }
        lines[line].isDead = true
        agenda.plan(.serverNoticesClose(line: line), at: now + chance.between(.seconds(5), .seconds(90)))
    }
}

import SignalingProtocol
import Testing

@testable import BrokerCore

/// A long day of two citizens and two agents. Each step can follow a crash: it does what a person would do who sees the page.
struct Story {
    let floor = Floor(seed: 11)
    let wang: Citizen
    let chen: Citizen
    let zheng: Agent
    let li: Agent

    init() {
        wang = floor.citizen("王秀英")
        chen = floor.citizen("陈志强")
        zheng = floor.agent("郑小敏", skills: Skills(languages: [.mandarin, .english]))
        li = floor.agent("李文博")
    }

    typealias Step = (name: String, run: @Sendable (Story) -> Answer?)

    /// What is done in most talks, and what is done with a ticket besides waiting.
    static let all: [String: [Step]] = ["talk": steps, "routing": routing]

    private static let routing: [Step] = [
        ("chen takes a ticket", { $0.chen.takeTicket(.consultation) }),
        ("time passes", { $0.pass(5) }),
        ("wang takes one by priority", { $0.wang.takeTicket(priority: .elder) }),
        ("wang leaves for a while", { $0.wang.leave() }),
        ("wang is asked back", { $0.pass(1) }),
        ("zheng signs on", { $0.zheng.signOn() }),
        ("zheng is ready and rung with chen", { $0.zheng.ready() }),
        ("zheng accepts chen", { $0.zheng.accept() }),
        ("chen is called again", { $0.pass(25) }),
        ("chen is parked", { $0.pass(50) }),
        ("wang is back", { $0.wang.confirm() }),
        ("zheng wraps up and is rung with wang", { $0.zheng.wrapUp(.noShow) }),
        ("chen revives the ticket", { $0.chen.revive() }),
        ("zheng accepts wang", { $0.zheng.accept() }),
        ("wang enters", { $0.wang.join() }),
        ("wang hands in a form", { $0.wang.handIn(1) }),
        ("zheng holds", { $0.zheng.hold() }),
        ("wang asks", { $0.wang.say("还在吗", id: 1) }),
        ("zheng is back", { $0.zheng.unhold() }),
        ("zheng accepts the form", { $0.zheng.judge(Fixtures.application, .accepted) }),
        ("li signs on", { $0.li.signOn(at: Fixtures.secondSeat) }),
        ("zheng hands wang on to li", { $0.zheng.transfer(seat: Fixtures.secondSeat, note: "请看经营范围") }),
        ("li is ready and rung with wang", { $0.li.ready() }),
        ("li accepts wang", { $0.li.accept() }),
        ("wang enters li's", { $0.wang.join() }),
        ("li says hello", { $0.li.say("您好", id: 2) }),
        ("zheng wraps up beside that and is rung with chen", { $0.zheng.wrapUp(.advised, note: "已转") }),
        ("li hands wang on by language", { $0.li.transfer(language: .teochew) }),
        ("wang hands in the identity card while waiting", { $0.wang.handIn(2, for: Fixtures.identity) }),
        ("zheng accepts chen again", { $0.zheng.accept() }),
        ("chen enters", { $0.chen.join() }),
        ("li wraps up and is rung with wang", { $0.li.wrapUp(.advised) }),
        ("li accepts wang again", { $0.li.accept() }),
        ("wang enters again", { $0.wang.join() }),
        ("li waives the card", { $0.li.judge(Fixtures.identity, .waived, note: "承诺补交") }),
        ("li concludes", { $0.li.conclude(note: "三日内补交") }),
        ("wang leaves li", { $0.wang.end() }),
        ("li wraps up for good", { $0.li.wrapUp(.deferredMaterial, ready: false) }),
        ("chen leaves zheng", { $0.chen.end() }),
        ("zheng wraps up for good", { $0.zheng.wrapUp(.advised, ready: false) }),
    ]

    private static let steps: [Step] = [
        ("wang takes a ticket", { $0.wang.takeTicket() }),
        ("time passes", { $0.pass(5) }),
        ("chen takes a ticket", { $0.chen.takeTicket(.consultation) }),
        ("wang hands in a form", { $0.wang.handIn(1) }),
        ("wang hands in another", { $0.wang.handIn(2) }),
        ("wang takes the first back", { $0.wang.remove(1) }),
        ("zheng signs on", { $0.zheng.signOn() }),
        ("zheng is ready and rung", { $0.zheng.ready() }),
        ("zheng turns wang down", { $0.zheng.reject() }),
        ("li signs on", { $0.li.signOn(at: Fixtures.secondSeat) }),
        ("li is ready and rung", { $0.li.ready() }),
        ("nobody answers", { $0.pass(20) }),
        ("zheng is ready again", { $0.zheng.ready() }),
        ("zheng accepts wang", { $0.zheng.accept() }),
        ("wang enters", { $0.wang.join() }),
        ("wang says hello", { $0.wang.say("您好", id: 1) }),
        ("li is ready again and rung", { $0.li.ready() }),
        ("zheng answers", { $0.zheng.say("请稍等", id: 2) }),
        ("li accepts chen", { $0.li.accept() }),
        ("zheng accepts the form", { $0.zheng.judge(Fixtures.application, .accepted) }),
        ("chen enters", { $0.chen.join() }),
        ("wang hands in an identity card", { $0.wang.handIn(3, for: Fixtures.identity) }),
        ("zheng asks for a better one", { $0.zheng.judge(Fixtures.identity, .correctionNeeded, reasons: [Fixtures.blurred]) }),
        ("time passes", { $0.pass(15) }),
        ("chen thanks", { $0.chen.say("谢谢", id: 3) }),
        ("zheng changes the verdict", { $0.zheng.judge(Fixtures.identity, .waived, note: "承诺补交") }),
        ("chen leaves", { $0.chen.end() }),
        ("zheng concludes", { $0.zheng.conclude(note: "三日内补交") }),
        ("li wraps up", { $0.li.wrapUp(.advised, note: "已答复", ready: false) }),
        ("wang reads", { $0.pass(10) }),
        ("wang leaves", { $0.wang.end() }),
        ("chen comes again", { $0.chen.takeTicket(.preReview) }),
        ("zheng wraps up and is rung", { $0.zheng.wrapUp(.deferredMaterial) }),
        ("zheng accepts chen", { $0.zheng.accept() }),
        ("chen declines", { $0.chen.end() }),
        ("zheng wraps up", { $0.zheng.wrapUp(.noShow, ready: false) }),
    ]

    private func pass(_ seconds: Int64) -> Answer? {
        floor.advance(by: .seconds(seconds))
        return .ok
    }

    /// The process dies; everybody's page comes back, in this order.
    func crash(reloading: Bool) {
        floor.crash()
        for person in [wang, chen, zheng, li] as [Participant] {
            if reloading { person.open() } else { person.resume() }
        }
    }

    /// What everybody sees that must be the same before and after, a line each. Waits and media begin anew.
    func truth() -> [String] {
        let waiting = floor.broker.liveTickets.filter { $0.state == .waiting }.sorted { floor.broker.placeKey($0) < floor.broker.placeKey($1) }
        return ["line \(waiting.map(\.number))"] + ([wang, chen, zheng, li] as [Participant]).flatMap(seen)
    }

    private func seen(by participant: Participant) -> [String] {
        let page = participant.sees
        var lines: [String] = []
        let open = floor.store.sessions.values.filter { $0.state != .closed }
        // A finished ticket is found by case number and look-up code from then on.
        if let ticket = page.ticket, !ticket.state.isTerminal || open.contains(where: { $0.ticket == ticket.id }) {
            lines.append(
                "ticket \(ticket.number) \(ticket.state) \(ticket.lane) \(ticket.callBack as Any) \(ticket.takenAt.rfc3339) "
                    + "\(ticket.caseNumber) \(ticket.lookUpCode)"
            )
            lines += page.materials.values.sorted { $0.material.id < $1.material.id }.flatMap(said)
        }
        if let seat = page.seat { lines.append("seat \(seat.id) \(seat.state)") }
        if let ring = page.reservation { lines.append("rings \(ring.ticketNumber) \(ring.transfer as Any)") }
        if let session = page.session, open.contains(where: { $0.id == session.id }) {
            // Who comes back after a restart is there: nobody is on hold any more.
            let state = session.state == .held ? .connected : session.state
            lines.append(
                "session \(session.id) \(state) \(session.calls) \(session.transfer as Any) \(session.citizen) \(session.agent) \(session.startedAt.rfc3339)")
            lines += session.chat.map { "\($0)" } + session.materials.flatMap(said) + (session.outcome.map { ["\($0)"] } ?? [])
        }
        return lines.map { "\(participant.person.name): \($0)" }
    }

    private func said(of entry: MaterialEntryView) -> [String] {
        entry.files.map { "\($0)" } + (entry.verdict.map { ["\($0)"] } ?? [])
    }
}

@Suite("After a crash")
struct RecoveryTests {
    @Test(arguments: ["talk", "routing"], [true, false])
    func atEveryStepEverythingIsAsBeforeAndTheStoryEndsTheSame(name: String, reloading: Bool) throws {
        let steps = try #require(Story.all[name])
        let undisturbed = Story()
        for step in steps { #expect(step.run(undisturbed) == .ok, "\(step.name)") }
        for crashing in steps.indices {
            let story = Story()
            for (index, step) in steps.enumerated() {
                #expect(step.run(story) == .ok, "\(step.name), with a crash after \(steps[crashing].name)")
                guard index == crashing else { continue }
                let before = story.truth()
                story.crash(reloading: reloading)
                expectSame(story.truth(), before, step.name)
                #expect(Invariants.broken(on: story.floor) == [], "crash after \(step.name)")
            }
            expectSame(end(of: story), end(of: undisturbed), steps[crashing].name)
        }
    }

    @Test(arguments: ["talk", "routing"])
    func everyStepInOneStory(name: String) throws {
        let story = Story()
        for (index, step) in try #require(Story.all[name]).enumerated() {
            #expect(step.run(story) == .ok, "\(step.name)")
            let before = story.truth()
            story.crash(reloading: index % 2 == 0)
            expectSame(story.truth(), before, step.name)
            #expect(Invariants.broken(on: story.floor) == [], "crash after \(step.name)")
        }
    }

    private func expectSame(_ after: [String], _ before: [String], _ crash: String) {
        for change in after.difference(from: before) { Issue.record("crash after \(crash): \(change)") }
    }

    /// Identifiers and times differ after a crash, words and order must not.
    private func end(of story: Story) -> [String] {
        let store = story.floor.store
        let cases = store.cases.values.sorted { $0.record.number < $1.record.number }.map { file in
            "\(file.record.number) \(file.files.map(\.name)) \(file.verdicts.map(\.verdict)) \(file.outcomes.map(\.result))"
        }
        let sessions = store.sessions.values.sorted { $0.id < $1.id }.map { session in
            let chat = (store.chats[session.id] ?? []).map(\.text)
            return "\(session.ticketNumber) \(session.seat) \(session.state) \(session.disposition?.rawValue ?? "-") \(session.note) \(chat)"
        }
        return cases + sessions + store.tickets.values.sorted { $0.id < $1.id }.map { "\($0.number) \($0.state)" }
    }

    @Test func aRingIsCancelledAndRungAgainInTheOldOrder() {
        let floor = Floor()
        let wang = floor.citizen("王秀英")
        let chen = floor.citizen("陈志强")
        wang.takeTicket()
        chen.takeTicket()
        let zheng = floor.readyAgent("郑小敏")
        let ring = zheng.reservationID
        floor.crash()
        #expect(floor.store.reservations[ring]?.state == .cancelled)
        zheng.open()
        #expect(zheng.sees.seat?.state == .ready)
        wang.open()
        chen.open()
        #expect(zheng.sees.reservation?.ticketNumber == "B001")
        #expect(zheng.sees.reservation?.why.earlierRings == 0, "a crash is nobody's refusal")
    }

    @Test func pagesThatStillHoldTheirMediaGoOn() {
        let (floor, wang, zheng) = Floor.inSession()
        floor.crash()
        wang.resume()
        #expect(wang.sees.session?.state == .reconnecting)
        zheng.resume()
        #expect(zheng.sees.session?.state == .connected)
        #expect(wang.sees.session?.state == .connected)
        #expect(wang.sees.media?.epoch == 1)
        #expect(zheng.sees.media?.epoch == 1)
    }

    @Test func whoDoesNotComeBackIsGivenUp() {
        let (floor, wang, _) = Floor.inSession()
        floor.crash()
        wang.open()
        floor.advance(by: .seconds(120))
        #expect(wang.sees.ticket?.state == .waiting)
        #expect(floor.store.seats[Fixtures.firstSeat]?.notReadyReason == .connectionLost)
        wang.loseLine()
        floor.advance(by: .minutes(10))
        #expect(floor.broker.liveTickets.isEmpty)
    }

    @Test func numbersGoOnTheSameDayAndBeginAnewOnTheNext() {
        let floor = Floor()
        let wang = floor.citizen("王秀英")
        let chen = floor.citizen("陈志强")
        wang.takeTicket()
        floor.crash()
        chen.open()
        chen.takeTicket()
        #expect(chen.sees.ticket?.number == "B002")
        floor.advance(by: .minutes(24 * 60))
        floor.crash()
        chen.open()
        chen.takeTicket()
        #expect(chen.sees.ticket?.caseNumber == "445102-261124-0001")
    }

    @Test func aCitizenWithANewTicketBesideAnOldWrapUpKeepsBoth() {
        let (floor, wang, zheng) = Floor.inSession()
        let old = wang.sessionID
        zheng.end()
        wang.takeTicket(.consultation)
        floor.crash()
        wang.open()
        zheng.open()
        #expect(wang.sees.ticket?.number == "A002")
        #expect(zheng.sees.session?.id == old)
        #expect(zheng.wrapUp() == .ok)
        #expect(zheng.sees.reservation?.ticketNumber == "A002")
        #expect(Invariants.broken(on: floor) == [])
    }

    /// A crash while the broker recovers is a crash like any other.
    @Test func recoveryIsRepeatable() {
        let (floor, wang, zheng) = Floor.inSession()
        let chen = floor.citizen("陈志强")
        chen.takeTicket()
        for _ in 0..<3 { floor.crash() }
        wang.open()
        zheng.open()
        chen.open()
        #expect(wang.sees.session?.state == .connected)
        #expect(chen.sees.ticket?.state == .waiting)
        #expect(Invariants.broken(on: floor) == [])
    }
}

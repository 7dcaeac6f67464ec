import Foundation
import SignalingProtocol
import Testing

@testable import BrokerCore

@Suite("An estimate")
struct EstimateTests {
    private let assumed: Milliseconds = .minutes(8)

    private func announced(
        _ history: HandlingHistory, ahead: Int, seatsWorking: Int, seatsFree: Int, assumed: Milliseconds, overtaking: [WaitForecast.Overtaking] = [],
        advantage: Milliseconds = 0
    ) -> WaitEstimate? {
        WaitForecast(history.moments(assumed: assumed), seatsWorking: seatsWorking, seatsFree: seatsFree, overtaking: overtaking)?
            .estimate(ahead: ahead, advantage: advantage)
    }

    @Test func isNoneWhileNobodyWorks() {
        #expect(announced(HandlingHistory(), ahead: 3, seatsWorking: 0, seatsFree: 0, assumed: assumed) == nil)
    }

    @Test func isNothingWhileASeatIsFree() throws {
        let estimate = try #require(announced(HandlingHistory(), ahead: 0, seatsWorking: 3, seatsFree: 1, assumed: assumed))
        #expect(estimate == WaitEstimate(p50: 0, p80: 0))
        let second = try #require(announced(HandlingHistory(), ahead: 1, seatsWorking: 3, seatsFree: 1, assumed: assumed))
        #expect(second.p50 > 0)
    }

    @Test func growsWithThoseAheadAndShrinksWithSeats() throws {
        let history = HandlingHistory((0..<60).map { .seconds(Int64(120 + $0 * 7)) })
        var last = WaitEstimate(p50: -1, p80: -1)
        for ahead in 0..<300 {
            let estimate = try #require(announced(history, ahead: ahead, seatsWorking: 5, seatsFree: 0, assumed: assumed))
            #expect(estimate.p50 > last.p50 && estimate.p80 > last.p80 && estimate.p80 >= estimate.p50)
            let more = try #require(announced(history, ahead: ahead, seatsWorking: 6, seatsFree: 0, assumed: assumed))
            #expect(more.p50 < estimate.p50 && more.p80 < estimate.p80)
            last = estimate
        }
    }

    @Test func followsTheHistoryAndItsNewestTwoHundred() throws {
        var history = HandlingHistory()
        func p50() throws -> Int64 { try #require(announced(history, ahead: 0, seatsWorking: 1, seatsFree: 0, assumed: assumed)).p50.count }
        // Half of exponential times are shorter than 0.69 of their mean.
        let assumedAlone = try p50()
        #expect((320_000..<345_000).contains(assumedAlone))
        for _ in 0..<10 { history.add(.minutes(2)) }
        let half = try p50()
        #expect((150_000..<240_000).contains(half), "ten known weigh as much as what was assumed")
        for _ in 0..<190 { history.add(.minutes(2)) }
        let settled = try p50()
        #expect(settled < 100_000)
        for _ in 0..<200 { history.add(.minutes(20)) }
        #expect(try p50() > 500_000, "the old ones are forgotten")
        #expect(HandlingHistory((0..<500).map { _ in .minutes(20) }) == HandlingHistory((0..<200).map { _ in .minutes(20) }))
    }

    // MARK: In the hall

    @Test func isToldWithThePlaceAndMovesWithTheSeats() throws {
        let floor = Floor()
        let wang = floor.citizen("王秀英")
        wang.takeTicket(language: .teochew)
        #expect(wang.sees.place?.waitP50Ms == nil)
        let zheng = floor.readyAgent("郑小敏", skills: Skills(languages: [.mandarin]))
        floor.advance(by: 300)
        #expect(wang.sees.place?.waitP50Ms == 0, "a seat is free")
        zheng.notReady()
        floor.advance(by: 300)
        #expect(wang.sees.place?.waitP50Ms == nil, "nothing else changed, and it is told")
        zheng.ready()
        floor.advance(by: 300)
        let chen = floor.citizen("陈志强")
        chen.takeTicket()
        floor.advance(by: 300)
        let told = try #require(wang.sees.place)
        #expect((told.waitP50Ms ?? 0) > .minutes(5) && (told.waitP50Ms ?? 0) < .minutes(8))
        #expect((told.waitP80Ms ?? 0) > .minutes(8))
        zheng.reject()
        floor.advance(by: 300)
        #expect(wang.sees.place?.seatsOpen == 1)
        #expect(wang.sees.place?.waitP50Ms == nil, "nobody works: nobody knows")
        #expect(wang.sees.place?.waitP80Ms == nil)
        #expect(Invariants.broken(on: floor) == [])
    }

    @Test func isTheSameAfterARestart() throws {
        let floor = Floor()
        let zheng = floor.readyAgent("郑小敏")
        for number in 0..<4 {
            let citizen = floor.citizen("市民\(number)")
            citizen.takeTicket(.consultation)
            #expect(floor.meet(citizen, zheng))
            floor.advance(by: .seconds(Int64(60 + number * 40)))
            zheng.end()
            zheng.wrapUp()
        }
        let wang = floor.citizen("王秀英")
        let chen = floor.citizen("陈志强")
        wang.takeTicket()
        #expect(floor.meet(wang, zheng))
        chen.takeTicket()
        let before = try #require(chen.sees.place)
        #expect((before.waitP50Ms ?? 0) < .minutes(8), "the history counts")
        floor.crash()
        chen.open()
        #expect(chen.sees.place == before)
        #expect(floor.store.tickets.values.first { $0.number == "B006" }?.estimate?.p50 == before.waitP50Ms)
    }

    /// Days of a hall, each with its own crowd. What was told on taking the ticket is compared with what came true.
    @Test func cameTrueOnSimulatedDays() {
        var all = EstimateErrors()
        for seed in 1...8 as ClosedRange<UInt64> {
            var day = SimulatedDay(seed: seed)
            all.merge(day.run())
        }
        print("estimate: \(all.summary)")
        #expect(all.count > 2_000)
        #expect(all.waitedCount > 500)
        // What is announced as kept in four of five cases is kept in about as many.
        #expect(all.coverage(all.underP80, all.waitedCount) > 0.76)
        #expect(all.coverage(all.underP80, all.waitedCount) < 0.87)
        #expect(all.coverage(all.underP50, all.waitedCount) > 0.45)
        #expect(all.coverage(all.underP50, all.waitedCount) < 0.62)
    }
}

/// How announced waits compare with real ones, among tickets that did not find a free seat.
struct EstimateErrors {
    var count = 0
    var waitedCount = 0
    var underP50 = 0
    var underP80 = 0
    var absoluteErrors: [Int64] = []
    var waits: [Int64] = []

    mutating func add(estimate: WaitEstimate, wait: Milliseconds) {
        count += 1
        guard estimate.p50 > 0 || wait > 0 else { return }
        waitedCount += 1
        if wait <= estimate.p50 { underP50 += 1 }
        if wait <= estimate.p80 { underP80 += 1 }
        absoluteErrors.append(abs(wait.count - estimate.p50.count))
        waits.append(wait.count)
    }

    mutating func merge(_ other: Self) {
        count += other.count
        waitedCount += other.waitedCount
        underP50 += other.underP50
        underP80 += other.underP80
        absoluteErrors += other.absoluteErrors
        waits += other.waits
    }

    func coverage(_ part: Int, _ whole: Int) -> Double { whole == 0 ? 0 : Double(part) / Double(whole) }

    private func median(_ values: [Int64]) -> Int64 { values.isEmpty ? 0 : values.sorted()[values.count / 2] }

    var summary: String {
        let percent: (Int) -> Int = { Int((coverage($0, waitedCount) * 100).rounded()) }
        return "\(count) tickets, \(waitedCount) had to wait; under P80 \(percent(underP80)) %, under P50 \(percent(underP50)) %; "
            + "median error of P50 \(median(absoluteErrors) / 1_000) s at a median wait of \(median(waits) / 1_000) s"
    }
}

/// A hall with six seats from nine to four: two crowds, talks of very different length, and some elders.
struct SimulatedDay {
    private var broker: Broker
    private var chance: SeededGenerator
    private var now = Fixtures.morning
    private var agenda: [(at: Instant, order: Int, what: Happening)] = []
    private var order = 0
    private var tickets: [TicketID: Ticket] = [:]

    private enum Happening {
        case arrive(Int)
        case command(ConnectionID, Command)
    }

    private static let seatCount = 6

    init(seed: UInt64) {
        chance = SeededGenerator(seed: seed)
        var configuration = BrokerConfiguration()
        configuration.heartbeatTolerance = .minutes(24 * 60)
        configuration.reconnectGrace = .minutes(60)
        let seats = (0..<Self.seatCount).compactMap { number in
            SeatID("S\(number)").map { Seat(id: $0, hall: Fixtures.hall, number: "\(number)", since: Fixtures.morning) }
        }
        broker = Broker(
            configuration: configuration, seed: seed,
            state: BrokerState(halls: Fixtures.halls, catalogue: Fixtures.catalogue, seats: seats, today: Fixtures.morning))
    }

    mutating func run() -> EstimateErrors {
        for number in 0..<Self.seatCount { openSeat(number) }
        var number = 0
        var at = Fixtures.morning
        while at < Fixtures.morning + .minutes(7 * 60) {
            plan(.arrive(number), at: at)
            number += 1
            at = at + Milliseconds(Int64(exponential(mean: meanGap(at))))
        }
        while let next = agenda.indices.min(by: { (agenda[$0].at, agenda[$0].order) < (agenda[$1].at, agenda[$1].order) }) {
            while let due = broker.nextDeadline, due <= agenda[next].at {
                now = max(now, due)
                follow(broker.handle(.tick, at: now))
            }
            let (at, _, what) = agenda.remove(at: next)
            now = max(now, at)
            happen(what)
        }
        var errors = EstimateErrors()
        for ticket in tickets.values {
            if let estimate = ticket.estimate, let rung = ticket.firstRungAt { errors.add(estimate: estimate, wait: rung - ticket.takenAt) }
        }
        return errors
    }

    /// Crowded at half past ten and at half past two.
    private func meanGap(_ at: Instant) -> Double {
        let hour = Double((at - Fixtures.morning).count) / 3_600_000
        let crowd = 0.55 + 0.6 * (bell(hour, 1.3) + bell(hour, 5.6))
        return 480_000 / Double(Self.seatCount) / crowd
    }

    private func bell(_ hour: Double, _ middle: Double) -> Double { 1 / (1 + (hour - middle) * (hour - middle) * 1.6) }

    private mutating func exponential(mean: Double) -> Double {
        -log(Double.random(in: 0.0001..<1, using: &chance)) * mean
    }

    private mutating func plan(_ what: Happening, at: Instant) {
        order += 1
        agenda.append((at, order, what))
    }

    private mutating func plan(_ command: Command, from connection: ConnectionID, after seconds: ClosedRange<Int64>) {
        plan(.command(connection, command), at: now + .seconds(Int64.random(in: seconds, using: &chance)))
    }

    private mutating func happen(_ what: Happening) {
        switch what {
        case .command(let connection, let command): say(command, connection)
        case .arrive(let number):
            let connection = ConnectionID(UInt64(1_000 + number))
            let citizen = CitizenID(Fixtures.uuid(1_000 + number))
            hello(Person(endpoint: .citizen(citizen), name: "市民"), connection)
            let isPriority = Int.random(in: 0..<12, using: &chance) == 0
            say(
                .ticketTake(
                    TicketTake(
                        hallID: Fixtures.hall, itemCode: Fixtures.registration, kind: Bool.random(using: &chance) ? .preReview : .consultation,
                        priority: isPriority ? .elder : nil)), connection)
        }
    }

    private mutating func openSeat(_ number: Int) {
        let connection = ConnectionID(UInt64(number + 1))
        hello(Person(endpoint: .agent(AgentID(Fixtures.uuid(number + 1))), name: "坐席", hall: Fixtures.hall), connection)
        guard let seat = SeatID("S\(number)") else { return }
        say(.seatSignOn(SeatSignOn(seatID: seat)), connection)
        say(.seatReady, connection)
    }

    private mutating func hello(_ person: Person, _ connection: ConnectionID) {
        let hello = Hello(role: person.endpoint.role, locale: .simplifiedChinese)
        follow(broker.handle(.hello(connection, person, hello, request: 1, freshToken: "t"), at: now))
        say(.heartbeatAck, connection)
    }

    private mutating func say(_ command: Command, _ connection: ConnectionID) {
        follow(broker.handle(.command(connection, request: nil, command, entropy: UInt64(order)), at: now))
    }

    /// What the people do about it, a while later.
    private mutating func follow(_ effects: [Effect]) {
        for effect in effects {
            switch effect {
            case .persist(.ticket(let ticket)): tickets[ticket.id] = ticket
            case .send(let connection, let frame): react(frame.message, on: connection)
            default: break
            }
        }
    }

    private mutating func react(_ message: ServerMessage, on connection: ConnectionID) {
        switch message {
        case .reservationRinging(let ring):
            plan(.reservationAccept(ReservationReference(reservationID: ring.reservation.id)), from: connection, after: 2...9)
        case .sessionStarted(let started) where connection.value >= 1_000:
            plan(.sessionJoin(SessionReference(sessionID: started.session.id)), from: connection, after: 2...15)
            // Most are short, some are long.
            let isLong = Int.random(in: 0..<5, using: &chance) == 0
            let length = isLong ? 600...1_200 as ClosedRange<Int64> : 120...480
            plan(.sessionEnd(SessionReference(sessionID: started.session.id)), from: connection, after: length)
        case .sessionUpdated(let update) where update.state == .wrapUp && connection.value < 1_000:
            let payload = SessionWrapUp(sessionID: update.sessionID, disposition: .advised, note: "", ready: true)
            plan(.sessionWrapUp(payload), from: connection, after: 10...80)
        default: break
        }
    }
}

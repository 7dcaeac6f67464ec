import SignalingProtocol
import Testing

@testable import BrokerCore

extension Floor {
    /// Numbers in the order in which a hall would call them.
    func line(_ hall: HallID = Fixtures.hall) -> [String] {
        (broker.lines[hall]?.places.elements ?? []).compactMap { broker.tickets[$0.ticket]?.number }
    }

    /// One agent serves until nobody is left who can be called.
    /// - Returns: the numbers in the order in which they were called.
    func serveEverybody(_ agent: Agent) -> [String] {
        var called: [String] = []
        while let ring = agent.sees.reservation {
            called.append(ring.ticketNumber)
            serve(agent)
        }
        return called
    }

    /// From the ring to the end of wrap-up.
    func serve(_ agent: Agent) {
        #expect(agent.accept() == .ok)
        let citizen = people.first { $0 is Citizen && $0.sees.session?.id == agent.sees.session?.id } as? Citizen
        #expect(citizen?.join() == .ok)
        #expect(agent.end() == .ok)
        #expect(agent.wrapUp() == .ok)
    }
}

@Suite("A lane")
struct LaneTests {
    let floor = Floor()

    private func ready(_ citizen: Citizen) {
        citizen.handIn(Int(floor.nextNumber()), for: Fixtures.application)
        citizen.handIn(Int(floor.nextNumber()), for: Fixtures.identity)
    }

    @Test func followsFromWhatIsTaken() {
        let citizens = ["王秀英", "陈志强", "林月娥", "黄建国"].map(floor.citizen)
        citizens[0].takeTicket(.consultation)
        citizens[1].takeTicket(.preReview)
        citizens[2].takeTicket(.preReview, priority: .disability)
        citizens[3].takeTicket(.consultation, priority: .elder)
        #expect(citizens.map(\.sees.ticket?.lane) == [.ordinary, .guided, .priority, .priority])
    }

    @Test func decidesTheOrderAmongThoseOfOneTimeAndTimeWithinIt() {
        let citizens = (0..<8).map { floor.citizen("市民\($0)") }
        for (index, citizen) in citizens.enumerated() {
            let isPreReview = index % 4 == 1 || index % 4 == 2
            citizen.takeTicket(isPreReview ? .preReview : .consultation, priority: index % 4 == 3 ? .elder : nil)
            if index % 4 == 2 { ready(citizen) }
            floor.advance(by: .seconds(1))
        }
        #expect(citizens.map(\.sees.ticket?.lane) == [.ordinary, .guided, .ready, .priority, .ordinary, .guided, .ready, .priority])
        let expected = ["A004", "A008", "B003", "B007", "A001", "B002", "A005", "B006"]
        #expect(floor.line() == expected)
        #expect(floor.serveEverybody(floor.readyAgent("郑小敏")) == expected)
    }

    @Test(arguments: [(Lane.priority, 15 * 60), (.ready, 5 * 60)])
    func overtakesNobodyWhoCameSoMuchEarlier(lane: Lane, advantage: Int64) {
        for lag in [advantage - 1, advantage, advantage + 1] {
            let floor = Floor()
            let early = floor.citizen("王秀英")
            early.takeTicket(.consultation)
            floor.advance(by: .seconds(lag))
            let late = floor.citizen("陈志强")
            late.takeTicket(.preReview, priority: lane == .priority ? .elder : nil)
            if lane == .ready {
                late.handIn(1, for: Fixtures.application)
                late.handIn(2, for: Fixtures.identity)
            }
            #expect(late.sees.ticket?.lane == lane)
            #expect(floor.line().first == (lag < advantage ? "B002" : "A001"), "\(lane) \(lag)")
        }
    }

    /// A new priority ticket for every seat that comes free, and more of them waiting from the start.
    @Test func starvesNobody() throws {
        let wang = floor.citizen("王秀英")
        wang.takeTicket(.consultation)
        let start = floor.now
        var taken: [String: Instant] = [:]
        func elder() {
            let citizen = floor.citizen("长者\(taken.count)")
            citizen.takeTicket(.consultation, priority: .elder)
            taken[citizen.sees.ticket?.number ?? ""] = floor.now
        }
        for _ in 0..<6 { elder() }
        let zheng = floor.readyAgent("郑小敏")
        var called: [String] = []
        while let ring = zheng.sees.reservation?.ticketNumber, ring != "A001", called.count < 60 {
            called.append(ring)
            zheng.accept()
            (floor.people.first { $0 is Citizen && $0.sees.session?.ticketNumber == ring } as? Citizen)?.join()
            // A minute a talk, and a new elder in every one of them.
            floor.advance(by: .seconds(60))
            elder()
            zheng.end()
            zheng.wrapUp()
        }
        #expect(zheng.sees.reservation?.ticketNumber == "A001")
        #expect(called.count >= 6)
        #expect(called.allSatisfy { taken[$0].map { $0 < start + .minutes(15) } ?? false }, "nobody who came later than the advantage went before")
    }

    @Test func changesWithTheLastMandatoryMaterialAndBack() {
        let wang = floor.citizen("王秀英")
        wang.takeTicket(.consultation)
        floor.advance(by: .seconds(60))
        let chen = floor.citizen("陈志强")
        chen.takeTicket(.preReview)
        chen.handIn(1, for: Fixtures.application)
        #expect(chen.sees.ticket?.lane == .guided)
        #expect(chen.sees.ticket?.place?.ahead == 1)
        chen.handIn(2, for: Fixtures.identity)
        #expect(chen.sees.ticket?.lane == .ready)
        #expect(chen.sees.ticket?.place?.ahead == 0)
        floor.advance(by: 300)
        #expect(wang.sees.place?.ahead == 1)
        #expect(floor.line() == ["B002", "A001"])
        chen.handIn(3, for: Fixtures.identity)
        chen.remove(2)
        #expect(chen.sees.ticket?.lane == .ready, "another one is left")
        chen.remove(3)
        #expect(chen.sees.ticket?.lane == .guided)
        #expect(floor.line() == ["A001", "B002"])
        floor.advance(by: 300)
        #expect(wang.sees.place?.ahead == 0)
        #expect(Invariants.broken(on: floor) == [])
    }

    @Test func ofAPriorityTicketStaysWhateverIsHandedIn() {
        let wang = floor.citizen("王秀英")
        wang.takeTicket(.preReview, priority: .elder)
        ready(wang)
        #expect(wang.sees.ticket?.lane == .priority)
    }

    @Test func changesWhileItRingsAndTheExplanationKeepsWhatWasTrue() {
        let zheng = floor.readyAgent("郑小敏")
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        ready(wang)
        #expect(wang.sees.ticket?.lane == .ready)
        #expect(zheng.sees.reservation?.why.lane == .guided)
        zheng.reject()
        zheng.ready()
        #expect(zheng.sees.reservation?.why.lane == .ready)
        #expect(Invariants.broken(on: floor) == [])
    }

    @Test func isKnownAgainAfterARestart() {
        let citizens = ["王秀英", "陈志强", "林月娥"].map(floor.citizen)
        citizens[0].takeTicket(.consultation)
        floor.advance(by: .seconds(1))
        citizens[1].takeTicket(.preReview)
        ready(citizens[1])
        floor.advance(by: .seconds(1))
        citizens[2].takeTicket(.consultation, priority: .elder)
        let before = floor.line()
        floor.crash()
        #expect(floor.line() == before)
        for citizen in citizens { citizen.open() }
        #expect(floor.serveEverybody(floor.readyAgent("郑小敏")) == ["A003", "B002", "A001"])
    }
}

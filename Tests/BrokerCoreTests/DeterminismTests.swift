import BrokerCore
import SignalingProtocol
import Testing

@Suite("Same inputs, same effects")
struct DeterminismTests {
    /// Every dictionary hashes with a seed of its own (the address of its storage), so effects that followed a dictionary's order would differ
    /// even between two brokers of one process.
    @Test func twiceTheSameStory() {
        let first = Self.journal(seed: 3)
        let second = Self.journal(seed: 3)
        #expect(first.count > 100)
        #expect(first == second)
    }

    @Test func anotherSeedGivesOtherIdentifiers() {
        #expect(Self.journal(seed: 3) != Self.journal(seed: 4))
    }

    @Test func aCopyGoesItsOwnWay() {
        let (floor, wang, _) = Floor.inSession()
        var copy = floor.broker
        let line = ChatSend(sessionID: wang.sessionID, messageID: ChatMessageID(Fixtures.uuid(1)), text: "您好")
        let input = Input.command(wang.sees.connection, request: 500, .chatSend(line), entropy: 0)
        let inCopy = copy.handle(input, at: floor.now)
        #expect(floor.handle(input) == inCopy)
    }

    /// Identifiers of one broker sort in the order in which they were made, and each is a UUIDv7.
    @Test func identifiersSortByCreation() {
        let floor = Floor()
        let tickets = (0..<40).compactMap { number in
            let citizen = floor.citizen("市民\(number)")
            citizen.takeTicket()
            return citizen.sees.ticket?.id
        }
        #expect(tickets.count == 40)
        #expect(tickets == tickets.sorted())
        #expect(tickets.allSatisfy { $0.uuid.uuid.6 >> 4 == 7 && $0.uuid.uuid.8 >> 6 == 0b10 })
    }

    private static func journal(seed: UInt64) -> [[Effect]] {
        let floor = Floor(seed: seed, keepsJournal: true)
        let citizens = (0..<20).map { floor.citizen("市民\($0)") }
        for citizen in citizens { citizen.takeTicket() }
        let agents = [floor.readyAgent("郑小敏"), floor.readyAgent("李文博", at: Fixtures.secondSeat)]
        for _ in 0..<4 {
            for agent in agents {
                agent.accept()
                let called = citizens.first { $0.sees.session?.id == agent.sees.session?.id }
                called?.join()
                called?.handIn(Int(floor.nextNumber()))
                agent.judge(Fixtures.application, .waived, note: "容缺")
                agent.end()
                agent.wrapUp()
            }
            floor.advance(by: .seconds(15))
        }
        floor.crash()
        for citizen in citizens.reversed() { citizen.open() }
        floor.advance(by: .minutes(12))
        return floor.journal
    }
}

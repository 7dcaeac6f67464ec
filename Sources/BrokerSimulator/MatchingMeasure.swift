import BrokerCore
import SignalingProtocol

/// One broker with a long line before one seat, for measuring what a decision costs.
///
/// A decision is the seat becoming ready and being given the first ticket, and the ticket going back to its place when it is turned down: two turns, one match.
public struct MatchingMeasure {
    private var broker: Broker
    private var now = Town.morning
    private var request = 0
    private let agent = ConnectionID(0)

    /// - Parameter waiting: citizens in the line, all of them there and callable.
    public init(waiting: Int) {
        let town = Town(halls: 1, seats: 1, opens: Town.morning)
        let state = BrokerState(halls: town.halls, catalogue: town.catalogue, seats: town.seats, today: Town.morning)
        var configuration = BrokerConfiguration()
        // Nobody's page grows stale while it is measured.
        configuration.heartbeatTolerance = .minutes(24 * 60)
        broker = Broker(configuration: configuration, seed: 1, state: state)
        let hall = town.halls[0].id
        enter(Person(endpoint: .agent(Numbered.identifier(1)), name: "坐席", hall: hall), on: agent)
        tell(.seatSignOn(SeatSignOn(seatID: town.seats[0].id)), from: agent)
        let take = TicketTake(hallID: hall, itemCode: town.catalogue[0].code, kind: .consultation)
        for number in 1...waiting {
            let line = ConnectionID(UInt64(number))
            enter(Person(endpoint: .citizen(Numbered.identifier(number)), name: "市民"), on: line)
            now = now + 1
            tell(.ticketTake(take), from: line)
        }
    }

    /// Makes one decision.
    /// - Returns: false when the seat was given nobody, which would be a defect.
    public mutating func decide() -> Bool {
        let ring = tell(.seatReady, from: agent).compactMap { effect -> ReservationID? in
            guard case .send(_, let frame) = effect, case .reservationRinging(let ringing) = frame.message else { return nil }
            return ringing.reservation.id
        }
        guard let id = ring.first else { return false }
        tell(.reservationReject(ReservationReject(reservationID: id, reason: .other)), from: agent)
        return true
    }

    private mutating func enter(_ person: Person, on line: ConnectionID) {
        let hello = Hello(role: person.endpoint.role, locale: .simplifiedChinese)
        _ = broker.handle(.hello(line, person, hello, request: nil, freshToken: "token"), at: now)
        tell(.heartbeatAck, from: line)
    }

    @discardableResult
    private mutating func tell(_ command: Command, from line: ConnectionID) -> [Effect] {
        request += 1
        return broker.handle(.command(line, request: nil, command, entropy: UInt64(request)), at: now)
    }
}

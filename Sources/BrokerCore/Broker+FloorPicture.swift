import SignalingProtocol

extension Broker {
    /// A hall's floor as its supervisors see it. Moments only, no durations: two pictures are the same until something happens.
    public struct FloorPicture: Hashable, Sendable {
        /// Those who wait in one lane.
        public struct Queue: Hashable, Sendable {
            public let lane: Lane
            public let waiting: Int
            /// Whoever has waited longest, of those who want to be called.
            public let longestSince: Instant?
        }

        public let hall: HallView
        public let lanes: [Queue]
        /// Waiting and ringing ones in calling order, no more than `ticketsShown`.
        public let tickets: [Ticket]
        /// As the hall calls them; in the order of `tickets`.
        public let numbers: [String]
        public let seats: [Seat]
        /// Sessions that are not closed, by seat.
        public let calls: [Session]
        public let items: [SessionID: ItemReference]
        /// Not closed, the oldest first.
        public let tasks: [FloorTask]

        public static let ticketsShown = 200
    }

    /// - Returns: nil when there is no such hall.
    public func floorPicture(of hall: HallID) -> FloorPicture? {
        guard halls[hall] != nil else { return nil }
        let waiting = (lines[hall]?.places.elements ?? []).compactMap { tickets[$0.ticket] }
        let rung = reservations.values.compactMap { $0.purpose == .call ? tickets[$0.ticket] : nil }.filter { $0.hall == hall }.sorted { $0.id < $1.id }
        let shown = Array((rung + waiting).prefix(FloorPicture.ticketsShown))
        let calls = sessions.values.filter { $0.hall == hall && $0.state != .closed }.sorted { ($0.seatNumber, $0.id) < ($1.seatNumber, $1.id) }
        return FloorPicture(
            hall: hallView(hall), lanes: Lane.allCases.map { queue($0, of: waiting) }, tickets: shown, numbers: shown.map { calledNumber(of: $0, in: hall) },
            seats: seats.values.filter { $0.hall == hall }.sorted { ($0.number, $0.id) < ($1.number, $1.id) }, calls: calls,
            items: Dictionary(uniqueKeysWithValues: calls.compactMap { call in cases[call.caseID].map { (call.id, $0.record.item) } }),
            tasks: floorTasks.values.filter { $0.hall == hall && !$0.state.isTerminal }.sorted { ($0.raisedAt, $0.id) < ($1.raisedAt, $1.id) })
    }

    private func queue(_ lane: Lane, of waiting: [Ticket]) -> FloorPicture.Queue {
        let own = waiting.filter { $0.lane == lane }
        return FloorPicture.Queue(lane: lane, waiting: own.count, longestSince: own.filter(\.wantsCall).map(\.takenAt).min())
    }
}

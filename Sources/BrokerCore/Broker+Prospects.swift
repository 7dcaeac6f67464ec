import SignalingProtocol

extension Broker {
    /// What somebody who took a ticket now would meet in one hall.
    public struct Prospect: Hashable, Sendable {
        public let hall: HallView
        public let waiting: Int
        /// Signed-on seats that could take it, those of halls that help out included.
        public let seatsOpen: Int
        /// Nil while no seat of the hall works.
        public let estimate: WaitEstimate?
        /// Nil while nobody entered the hall's hours.
        public let opening: OpeningView?

        public init(hall: HallView, waiting: Int, seatsOpen: Int, estimate: WaitEstimate?, opening: OpeningView?) {
            self.hall = hall
            self.waiting = waiting
            self.seatsOpen = seatsOpen
            self.estimate = estimate
            self.opening = opening
        }
    }

    /// One a hall that offers the item, in the halls' order. A newcomer is taken to come last: who is let forward waits less than said.
    public func prospects(for item: CatalogueItem, kind: SessionKind, language: SpokenLanguage?) -> [Prospect] {
        halls.values.compactMap { hall in
            guard catalogue[hall.id]?[item.code] != nil else { return nil }
            let able = seats.values.filter { seat in
                seat.agent != nil && (seat.hall == hall.id || hall.overflow.contains(seat.hall))
                    && seat.skills.cover(group: item.category, kind: kind, language: language)
            }
            let waiting = lines[hall.id]?.count ?? 0
            let lane: Lane = kind == .consultation ? .ordinary : .guided
            let isStaffed = able.contains { $0.hall == hall.id }
            return Prospect(
                hall: hallView(hall.id), waiting: waiting, seatsOpen: able.count,
                estimate: isStaffed ? forecast(for: hall.id).waits?.estimate(ahead: waiting, advantage: configuration.advantage(of: lane)) : nil,
                opening: openingView(of: hall.id, for: item))
        }
    }
}

import SignalingProtocol

// Schedules tell people when somebody comes; they never decide who is served. A seat that is signed on and ready serves whatever the clock says, and a ticket
// can be taken at any hour.

extension Broker {
    /// Takes new plans, each for its hall; a hall without one has no known hours, and nothing is said of them.
    mutating func setOpenings(_ plans: [HallID: OpeningPlan], at now: Instant) {
        let told = seats.values.map { shift(at: $0) }
        openings = plans
        for (seat, shift) in zip(seats.values.elements, told) where self.shift(at: seat) != shift { tellSeat(seat) }
        openingDue = [:]
        for hall in halls.keys {
            planOpening(of: hall, after: now)
            placesChanged(in: hall, at: now)
            refreshMoved(in: hall, at: now)
        }
        forgetMissed(at: now)
    }

    mutating func planOpening(of hall: HallID, after now: Instant) {
        guard let next = openings[hall]?.nextChange(after: now) else { return }
        openingDue[hall] = next
        deadlines.add(.opening(hall), at: next)
    }

    /// A hall opens or closes: those who wait are told, and whoever kept a place overnight is asked back.
    mutating func openingChanged(of hall: HallID, deadline: Instant, at now: Instant) {
        guard openingDue[hall] == deadline else { return }
        openingDue[hall] = nil
        planOpening(of: hall, after: now)
        for concerned in halls.values where concerned.id == hall || concerned.overflow.contains(hall) { placesChanged(in: concerned.id, at: now) }
    }

    // MARK: Telling

    /// When somebody comes who could take a ticket with these needs.
    /// - Returns: nil when somebody is signed on or on schedule, and when the hall has no plan.
    func opening(for needs: Needs, in hall: HallID) -> OpeningView? {
        guard let plan = openings[hall] else { return nil }
        // A ticket that was handed on stays where the agent sent it.
        let helpers = needs.isHandedOn ? [] : halls[hall]?.overflow ?? []
        if isServed(needs, in: hall) { return nil }
        var next: Instant?
        for plan in [plan] + helpers.compactMap({ openings[$0] }) {
            switch plan.status(at: latest, where: { $0.cover(needs) }) {
            case .open: return nil
            case .opens(let at): next = min(next ?? at, at)
            case .unknown: break
            }
        }
        return next.map { OpeningView(state: .closed, opensAt: $0) } ?? OpeningView(state: .unknown, missingYear: plan.missingYear)
    }

    /// Whether somebody is signed on who could take a ticket with these needs, be it in a hall that helps out.
    func isServed(_ needs: Needs, in hall: HallID) -> Bool {
        let helpers = needs.isHandedOn ? [] : halls[hall]?.overflow ?? []
        return seats.values.contains { seat in
            seat.agent != nil && (seat.hall == hall || helpers.contains(seat.hall)) && seat.skills.cover(needs)
        }
    }

    /// Whether a hall's seats are on schedule now, for the pages that anybody may open.
    /// - Parameter item: only seats that cover it count.
    func openingView(of hall: HallID, for item: CatalogueItem? = nil) -> OpeningView? {
        guard let plan = openings[hall] else { return nil }
        let isCovered = { (skills: Skills) in item.map { skills.groups.isEmpty || skills.groups.contains($0.category) } ?? true }
        return switch plan.status(at: latest, where: isCovered) {
        case .open(let until): OpeningView(state: .open, closesAt: until)
        case .opens(let at): OpeningView(state: .closed, opensAt: at)
        case .unknown: OpeningView(state: .unknown, missingYear: plan.missingYear)
        }
    }

    /// The hours of every hall that has a plan, as far as they concern one item.
    public func openings(of item: CatalogueItem) -> [(hall: HallID, opening: OpeningView)] {
        halls.keys.compactMap { hall in openingView(of: hall, for: item).map { (hall, $0) } }
    }

    /// The shift at a seat for whoever is signed on there: the one under way, or else the next.
    func shift(at seat: Seat) -> SeatShift? {
        guard let agent = seat.agent, let planned = openings[seat.hall]?.seats[seat.id] else { return nil }
        let own = planned.lazy.filter { $0.time.upperBound > latest && ($0.agent ?? agent) == agent }.prefix(2).map(\.time)
        return own.first.map { SeatShift(startsAt: $0.lowerBound, endsAt: $0.upperBound, nextStartsAt: own.dropFirst().first?.lowerBound) }
    }

    // MARK: How long a ticket lives

    /// When a waiting ticket expires although its citizen is there or said they would be away.
    ///
    /// It lives for `ticketLifetime` since it last began to wait: who comes back from a ring, a broken talk or a transfer has the whole time again, up to
    /// `ticketTotal` since it was taken, and then at least as long as somebody may be away: nobody comes back only to be sent home. A place that is kept for
    /// a call-back lives for as much *opening* time, so that a night, a weekend or a holiday does not eat it.
    func lifeEnd(of ticket: Ticket) -> Instant {
        let least = ticket.waitingSince + min(configuration.ticketLifetime, configuration.citizenAwayGrace)
        let end = max(least, min(ticket.waitingSince + configuration.ticketLifetime, ticket.takenAt + configuration.ticketTotal))
        guard ticket.callBack != nil, let plan = openings[ticket.hall] else { return end }
        let needs = Needs(ticket)
        let covers = { (skills: Skills) in skills.cover(needs) }
        return max(
            end,
            min(
                plan.end(of: configuration.ticketLifetime, openFrom: ticket.waitingSince, where: covers),
                plan.end(of: configuration.ticketTotal, openFrom: ticket.takenAt, where: covers)))
    }
}

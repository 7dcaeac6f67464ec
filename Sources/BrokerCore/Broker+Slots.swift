import SignalingProtocol

// Which times have a place left.
//
// Several seats that cover different things may be staffed at one time. So a place is not counted but found: a time can be booked only if everybody who is
// booked then, and the new one, can each have a seat that covers them.

extension Broker {
    func bookingRules(of hall: HallID) -> BookingRules { openings[hall]?.booking ?? configuration.booking }

    /// Begins soon enough to be booked now, and not too soon.
    private func bookable(in hall: HallID, at now: Instant) -> Range<Instant> {
        let rules = bookingRules(of: hall)
        let begin = now + rules.lead
        return begin..<max(begin, now + rules.horizon)
    }

    /// Whose places count when somebody asks for one.
    enum Places {
        /// Live ones, and what is shut; not what this citizen gave back.
        case all(for: CitizenID?)
        /// Only live ones.
        case live
    }

    /// Everybody who has a place around `time`, placed.
    private func matching(around time: Range<Instant>, in hall: HallID, _ places: Places) -> SlotMatching {
        let plan = openings[hall]?.slots ?? []
        // Slots that overlap, and those that overlap them: beyond that nobody can make room for anybody here.
        var reach = time
        var slots: [SlotPlan] = []
        while true {
            let begin = plan.around(reach.lowerBound, longest: openings[hall]?.longestSlot ?? 0).lowerBound
            slots = plan[begin..<plan.firstIndex(notBefore: reach.upperBound)].filter { $0.time.overlaps(reach) }
            let wider = slots.reduce(reach) { min($0.lowerBound, $1.time.lowerBound)..<max($0.upperBound, $1.time.upperBound) }
            if wider == reach { break }
            reach = wider
        }
        let there = (bookings[hall]?.starting(in: reach) ?? []).compactMap { appointments[$0] }.sorted { $0.id < $1.id }
        var matching = SlotMatching(slots)
        for appointment in there where !appointment.state.isTerminal { _ = matching.add(PlaceSeeker(appointment)) }
        guard case .all(let citizen) = places else { return matching }
        for appointment in there where appointment.state.isTerminal && appointment.citizen != citizen { _ = matching.add(PlaceSeeker(appointment)) }
        return matching
    }

    /// The time of the slot that begins at `start` and in which `seeker` can be served, if there is a place left.
    /// - Throws: `slot_shut` when the last place was given back just now, `slot_full` otherwise.
    func findPlace(for seeker: PlaceSeeker, in hall: HallID, citizen: CitizenID, at now: Instant) throws(WireError) -> Range<Instant> {
        let plan = openings[hall]?.slots ?? []
        let first = plan.firstIndex(notBefore: seeker.start)
        let slot = plan[first...].prefix { $0.time.lowerBound == seeker.start }.first { seeker.fits($0) && $0.capacity > 0 }
        guard let slot, bookable(in: hall, at: now).contains(seeker.start) else { throw WireError(.slotFull) }
        var matching = matching(around: slot.time, in: hall, .all(for: citizen))
        if matching.add(seeker) { return slot.time }
        var live = self.matching(around: slot.time, in: hall, .live)
        throw WireError(live.add(seeker) ? .slotShut : .slotFull)
    }

    // MARK: For pages

    /// Times within `range` that somebody could book now, by the beginning, each once.
    public func slotOffers(
        in hall: HallID, group: String, kind: SessionKind, language: SpokenLanguage?, within range: Range<Instant>, at now: Instant
    ) -> [SlotOffer] {
        let open = bookable(in: hall, at: now).clamped(to: range)
        let plan = openings[hall]?.slots ?? []
        var offers: [SlotOffer] = []
        for slot in plan[plan.firstIndex(notBefore: open.lowerBound)...].prefix(while: { $0.time.lowerBound < open.upperBound }) {
            let seeker = PlaceSeeker(start: slot.time.lowerBound, group: group, kind: kind, language: language)
            guard offers.last?.time.lowerBound != slot.time.lowerBound, seeker.fits(slot) else { continue }
            var matching = matching(around: slot.time, in: hall, .all(for: nil))
            var free = 0
            while matching.add(seeker) { free += 1 }
            if free > 0 { offers.append(SlotOffer(time: slot.time, free: free)) }
        }
        return offers
    }

    /// Whether any slot that is to come could serve these needs, taken or not.
    public func hasSlots(in hall: HallID, group: String, kind: SessionKind, language: SpokenLanguage?, at now: Instant) -> Bool {
        let open = bookable(in: hall, at: now)
        return openings[hall]?.slots.contains {
            open.contains($0.time.lowerBound) && $0.capacity > 0 && $0.covers.cover(group: group, kind: kind, language: language)
        } ?? false
    }

    /// The times between which a booking may begin now.
    public func bookingHorizon(of hall: HallID, at now: Instant) -> Range<Instant> { bookable(in: hall, at: now) }

    /// Held, booked or checked in, by the beginning.
    public func liveAppointments(in hall: HallID) -> [Appointment] {
        appointments.values.filter { $0.hall == hall && !$0.state.isTerminal }.sorted { ($0.time.lowerBound, $0.id) < ($1.time.lowerBound, $1.id) }
    }

    public func openingPlan(of hall: HallID) -> OpeningPlan? { openings[hall] }

    public func knows(_ hall: HallID) -> Bool { halls[hall] != nil }

    /// How full each slot within `range` is. Of slots that somebody could have either of, the first counts them.
    public func slotLoads(in hall: HallID, within range: Range<Instant>) -> [SlotLoad] {
        let plan = openings[hall]?.slots ?? []
        let slots = Array(plan[plan.firstIndex(notBefore: range.lowerBound)...].prefix { $0.time.lowerBound < range.upperBound })
        var matching = SlotMatching(slots)
        for id in bookings[hall]?.starting(in: range) ?? [] {
            guard let appointment = appointments[id], !appointment.state.isTerminal else { continue }
            _ = matching.add(PlaceSeeker(appointment))
        }
        return zip(slots, matching.places).map { SlotLoad(slot: $0, taken: $1.count) }
    }

    // MARK: A schedule that changes

    /// Finds anew who has a place by the published schedule, those first who came first, and tells everybody for whom that has changed. Nobody loses an
    /// appointment by it.
    mutating func refreshMoved(in hall: HallID, at now: Instant) {
        // Without a plan nothing is known, and nothing is said.
        guard let plan = openings[hall], let index = bookings[hall] else { return }
        var matching = SlotMatching(plan.slots)
        for id in index.all.sorted() {
            guard var appointment = appointments[id], !appointment.state.isTerminal else { continue }
            guard appointment.time.lowerBound > now, appointment.time.lowerBound < plan.knownUntil else { continue }
            let isMoved = !matching.add(PlaceSeeker(appointment))
            guard appointment.state != .checkedIn, appointment.moved != isMoved else { continue }
            appointment.moved = isMoved
            change(appointment)
        }
    }

    /// A place is free: somebody whose time was moved away may have it.
    mutating func placeFreed(in hall: HallID, at now: Instant) {
        if bookings[hall]?.all.contains(where: { appointments[$0]?.moved == true }) == true { refreshMoved(in: hall, at: now) }
    }
}

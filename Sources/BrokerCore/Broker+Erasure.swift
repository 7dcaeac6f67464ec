import SignalingProtocol

extension Broker {
    /// Forgets cases that are about to be erased from the store, and with a citizen all that memory shows of them.
    ///
    /// Called between turns: nothing of a finished visit is told to anybody, so there are no effects. The caller stores the erasure before anything else.
    /// - Throws: `visit_under_way` while somebody waits or is served with one of the cases, an agent still writes one down, or the citizen has an appointment;
    ///   then nothing was forgotten.
    public mutating func forget(_ ids: Set<CaseID>, of citizen: CitizenID?) throws(WireError) {
        let isLive = ids.contains { id in
            openSessionOfCase[id] != nil || ticketOfCase[id].flatMap { tickets[$0] }?.state.isTerminal == false
        }
        let isExpected = citizen.map { citizen in
            liveTicket(of: citizen) != nil || (appointmentsOfCitizen[citizen] ?? []).contains { appointments[$0]?.endedAt == nil }
        }
        guard !isLive, isExpected != true else { throw WireError(.visitUnderWay) }
        for id in ids {
            guard let ticket = ticketOfCase[id].flatMap({ tickets[$0] }) else { continue }
            forgetFinishedTicket(of: ticket.citizen, ifOf: id)
        }
        if let citizen { earlierAgents[citizen] = nil }
    }
}

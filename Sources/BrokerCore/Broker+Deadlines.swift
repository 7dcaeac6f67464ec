import SignalingProtocol

extension Broker {
    /// Frees everything that has waited long enough. Handlers set later deadlines only, so this ends.
    mutating func passDeadlines(at now: Instant) {
        while let (subject, deadline) = deadlines.popDue(at: now) {
            switch subject {
            case .ticket(let id): ticketDeadline(id, deadline, at: now)
            case .reservation(let id): ringTimedOut(id, at: now)
            case .seat(let id): seatDeadline(id, deadline, at: now)
            case .session(let id): sessionDeadline(id, deadline, at: now)
            case .consult(let id): consultDeadline(id, deadline, at: now)
            case .client(let endpoint): forgetClient(endpoint, deadline: deadline)
            case .places(let hall): tellPlaces(of: hall, deadline: deadline, at: now)
            case .direction(let id): endDirection(id, deadline, at: now)
            case .still(let caseID, let id): stillDeadline(id, of: caseID, deadline, at: now)
            case .overflow: break
            case .appointment(let id): appointmentDeadline(id, deadline, at: now)
            case .longWait(let id): lookAtWait(of: id)
            case .badLine(let id): lookAtLine(of: id)
            case .cover(let hall): lookAtCover(of: hall)
            case .opening(let hall): openingChanged(of: hall, deadline: deadline, at: now)
            }
        }
    }
}

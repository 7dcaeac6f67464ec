import BrokerCore
import SignalingProtocol

extension Simulation {
    /// A page that heard everything shows what a page opened now would be shown. Asked of pages that nothing is on its way to.
    func comparePages() {
        guard server.isQuiet, !server.isStorageDown else { return }
        for (person, line) in server.lineOfPerson.enumerated() {
            guard let line, lines[line].isOpenAtPage, !lines[line].isDead, lines[line].framesInFlight == 0 else { continue }
            let page = pages[lines[line].page]
            guard page.line == line, page.isWelcomed else { continue }
            census.pagesCompared += 1
            let truth = server.broker.shown(to: people[person].person.endpoint)
            for difference in differences(page, truth) { broken.append("\(people[person].person.name) sees \(difference)") }
        }
    }

    private func differences(_ page: Page, _ truth: Snapshot) -> [String] {
        switch page.role {
        case .citizen:
            appointmentDifferences(page, truth) + ticketDifferences(page, truth) + (truth.ticket == nil ? [] : sessionDifferences(page.session, truth.session))
        case .agent: seatDifferences(page, truth) + sessionDifferences(page.session, truth.session)
        }
    }

    private func appointmentDifferences(_ page: Page, _ truth: Snapshot) -> [String] {
        // The page goes on showing one that ended and is forgotten.
        let known = Set(truth.appointments.map(\.id))
        let shown = page.appointments.filter { known.contains($0.id) || !$0.state.isTerminal }
        return shown == truth.appointments ? [] : ["other appointments: \(shown.map(\.state)), not \(truth.appointments.map(\.state))"]
    }

    private func seatDifferences(_ page: Page, _ truth: Snapshot) -> [String] {
        var found: [String] = []
        if page.seat != truth.seat { found.append("seat \(page.seat?.state as Any), not \(truth.seat?.state as Any)") }
        // The ring tells how many files there were when it began; the session tells them all.
        var ring = page.reservation
        if let count = truth.reservation?.filesHandedIn { ring?.filesHandedIn = count }
        if ring != truth.reservation { found.append("another ring") }
        if let hall = truth.seat?.hall.id, server.broker.placesAreTold(in: hall), page.queue != truth.queue { found.append("another queue") }
        return found
    }

    private func ticketDifferences(_ page: Page, _ truth: Snapshot) -> [String] {
        // The page goes on showing a ticket that the broker no longer needs to.
        guard let ticket = truth.ticket else { return page.ticket.map { $0.state.isTerminal } ?? true ? [] : ["a ticket that is forgotten"] }
        var found: [String] = []
        var shown = page.ticket
        shown?.place = ticket.place
        if shown != ticket { found.append("ticket \(page.ticket?.state as Any), not \(ticket.state)") }
        // Changes of place are gathered before they are told.
        if server.broker.placesAreTold(in: ticket.hall.id), page.place != ticket.place {
            found.append("place \(page.place as Any), not \(ticket.place as Any)")
        }
        for entry in truth.materials {
            guard let known = page.materials.first(where: { $0.material.id == entry.material.id }) else {
                if !entry.files.isEmpty || entry.verdict != nil || entry.applies != nil || entry.acceptedIn != nil { found.append("no materials") }
                continue
            }
            if known != entry { found.append("other materials") }
        }
        if let matter = page.matter, matter != truth.matter { found.append("another form or notice: \(matter), not \(truth.matter as Any)") }
        return found
    }

    private func sessionDifferences(_ shown: SessionView?, _ truth: SessionView?) -> [String] {
        guard var shown, let truth else { return (shown == nil) == (truth == nil) ? [] : ["session \(shown?.state as Any), not \(truth?.state as Any)"] }
        // A snapshot has the newest lines only.
        // Common reasons come first when a talk begins; they do not move under the agent's hands.
        shown.reasons = truth.reasons
        shown.chat = shown.chat.suffix(Limits.snapshotChatMessages)
        if truth.state == .closed || truth.state == .wrapUp {
            // Nobody is told of comings and goings in a talk that is over.
            shown.citizen = truth.citizen
            shown.agent = truth.agent
            // A seat that handed the citizen on is not told what the next one sees.
            shown.materials = truth.materials
            shown.outcome = truth.outcome
            shown.matter = truth.matter
            shown.concluded = truth.concluded
        }
        guard shown != truth else { return [] }
        let pairs = zip(Mirror(reflecting: shown).children, Mirror(reflecting: truth).children)
        let different = pairs.filter { "\($0.value)" != "\($1.value)" }.map { "\($0.label ?? ""): \($0.value), not \($1.value)" }
        return ["another session: " + different.joined(separator: "; ")]
    }
}

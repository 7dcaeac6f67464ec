import BrokerCore
import BrokerStore
import Foundation
import SignalingProtocol
import WebServer

// People, seats and halls are changed while the house is open: the broker decides, what it decided and the account's own row are stored as one batch, and
// only then is anybody told.

extension Engine {
    /// For a hall that a query or a body names; one in the path the table has asked for already.
    /// - Returns: nil when this is none of its administrators, who then has been told so.
    func administrator(_ call: Route.Call, of hall: HallID) -> AccountRow? {
        guard let account = member(call) else { return nil }
        guard account.holds(.administrator, in: hall) else {
            refuse(call, WireError(.notAllowed))
            return nil
        }
        return account
    }

    /// The hall that the path names, and who was let in to it.
    func administeredHall(_ call: Route.Call) -> (account: AccountRow, hall: Hall)? {
        guard let account = member(call) else { return nil }
        guard let hall = broker.allHalls.first(where: { $0.id.text == call.parameters["hall"] }) else {
            refuse(call, WireError(.notFound))
            return nil
        }
        return (account, hall)
    }

    /// Hands a change to the broker and says at once what became of it. Nothing is stored or told before the caller flushes.
    func decide(_ change: HouseChange) throws(WireError) -> HouseAnswer {
        let request = newRequest { _ in }
        var answer: HouseAnswer?
        var refusal: WireError?
        let effects = broker.handle(.house(request, change), at: clock.now).filter { effect in
            guard case .answer(request, let result) = effect else { return true }
            switch result {
            case .success(.house(let house)): answer = house
            case .success(.file), .success(.claimed), .success(.adopted), .success(.appointment), .success(.floor): refusal = WireError(.internalError)
            case .failure(let error): refusal = error
            }
            return false
        }
        waitingRequests[request] = nil
        carryOut(effects)
        armTick()
        if let refusal {
            flush()
            throw refusal
        }
        guard let answer else { throw WireError(.internalError) }
        return answer
    }

    /// Stores an account as it is now, and gives it to whoever is signed in with it.
    func store(_ account: AccountRow) {
        people.set(account)
        signIns.update(account)
        journal.records.append(.account(account))
    }

    func write(_ act: AdministrationActKind, by actor: AccountRow, on subject: String, in hall: HallID, detail: String = "") {
        record(.administrationAct(AdministrationAct(at: clock.now, actor: actor.id, act: act, subject: subject, hall: hall, detail: detail)))
        log.notice("administration", metadata: ["act": "\(act.rawValue)", "by": "\(actor.id)", "on": "\(subject)", "hall": "\(hall)"])
    }

    /// Answers once everything so far is on disk.
    func answerWhenStored(_ call: Route.Call, status: Int = 200, _ body: some Encodable) {
        tell { $0.answer(call, status: status, body) }
        flush()
    }

    /// A row that somebody else changed meanwhile: the problem, and the row as it is now.
    func refuseOutdated(_ call: Route.Call, current: some Encodable) {
        let problem = RowProblem(problem: Problem(WireError(.rowOutdated), locale: call.locale), current: current)
        answer(call, status: problem.problem.status, type: "application/problem+json", problem)
    }

    /// Ends every sign-in of an account, and every page that is open with one.
    /// - Parameter kept: the sign-in that goes on.
    func endSignIns(of account: AgentID, but kept: Data? = nil) {
        endSignIns(of: .agent(account), but: kept, afterOthers: true)
    }

    /// After a restart: sign-ins of the suspended end, but for who may still finish a session.
    func endSignInsOfSuspended() {
        for account in people.all where account.suspendedAt != nil && !broker.isLeaving(account.id) { endSignIns(of: account.id) }
    }
}

/// A problem document that also says what the row is now.
private struct RowProblem<Row: Encodable>: Encodable {
    let problem: Problem
    let current: Row

    private enum Key: String, CodingKey { case current }

    func encode(to encoder: any Encoder) throws {
        try problem.encode(to: encoder)
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(current, forKey: .current)
    }
}

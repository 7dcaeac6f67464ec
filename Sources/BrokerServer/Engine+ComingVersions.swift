import BrokerCore
import BrokerStore
import Foundation
import SignalingProtocol
import WebServer

// A version that is published from a day to come can be read by administrators and is adopted by nobody before that day. A hall that chose so takes it on
// when the day begins at the halls (UTC+8), by the same turn of the broker as an adoption by hand: whoever has a ticket keeps the version that it was taken
// with. A plan is overtaken when its hall has a newer version by then, and waits while the item is withdrawn. What fell due while the server was down is
// done at its start.

extension Engine {
    /// Does what is due now and arms itself for the beginning of every day.
    func adoptDaily(on loop: Loop) {
        adoptWhatIsDue {}
        _ = loop.schedule(after: .milliseconds(clock.now.untilNextDay.count)) { [weak self] in self?.adoptDaily(on: loop) }
    }

    /// - Parameter completion: called when nothing that is due is left, or it could not be read.
    func adoptWhatIsDue(_ completion: @escaping () -> Void) {
        let store = store
        offload({ Result { () throws(StoreError) in try store.plannedAdoptions() } }) { [self] result in
            switch result {
            case .success(let plans): adopt(plans.filter { $0.validFrom <= today }[...], completion)
            case .failure(let error):
                log.error("the planned adoptions could not be read", metadata: ["code": "\(error.code)", "cause": "\(error)"])
                completion()
            }
        }
    }

    private func adopt(_ plans: ArraySlice<PlannedAdoption>, _ completion: @escaping () -> Void) {
        guard let plan = plans.first else { return completion() }
        let goOn = { [self] in adopt(plans.dropFirst(), completion) }
        guard !broker.isWithdrawn(plan.item.code) else { return goOn() }
        let present = broker.adoptions(of: plan.item.code).first { $0.hall == plan.hall }?.version
        if let present, present >= plan.item.version { return settle(plan, .overtaken, goOn) }
        let id = newRequest { [self] result in
            switch result {
            case .success(.adopted):
                log.notice(
                    "a hall adopted a version on its day",
                    metadata: ["hall": "\(plan.hall)", "item": "\(plan.item.code)", "version": "\(plan.item.version)"])
                settle(plan, .adopted, goOn)
            case .success(.file), .success(.claimed), .success(.appointment), .success(.floor), .success(.house): goOn()
            case .failure(let error):
                log.error("a planned adoption was refused", metadata: ["code": "\(error.code.rawValue)", "item": "\(plan.item.code)"])
                goOn()
            }
        }
        turn(.adopt(id, plan.hall, plan.item, replaces: present, by: plan.chosenBy))
    }

    /// A plan that could not be settled is found overtaken the next time.
    private func settle(_ plan: PlannedAdoption, _ outcome: PlannedOutcome, _ completion: @escaping () -> Void) {
        let (store, log) = (store, log)
        offload({
            do throws(StoreError) {
                try store.settlePlan(plan.id, outcome)
            } catch {
                log.error("a planned adoption could not be settled", metadata: ["code": "\(error.code)", "cause": "\(error)"])
            }
        }) { completion() }
    }
}

extension Instant {
    private static let dayLength: Int64 = 24 * 3_600_000
    /// Of the pilot's zone, UTC+8 without daylight saving.
    private static let zoneOffset: Int64 = 8 * 3_600_000

    /// At least one millisecond.
    var untilNextDay: Milliseconds {
        let sinceMidnight = (milliseconds + Self.zoneOffset) % Self.dayLength
        return Milliseconds(Self.dayLength - sinceMidnight)
    }
}

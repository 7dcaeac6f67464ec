import BrokerStore
import Scheduling
import SignalingProtocol
import WebServer

extension Engine {
    static let staffShiftRoutes = [Route("GET", "/api/v1/staff/shifts") { engine, call in engine.sendOwnShifts(call) }]

    /// One's own shifts to come, and who could take one over: what asking for a swap needs.
    private func sendOwnShifts(_ call: Route.Call) {
        guard let account = member(call) else { return }
        let (store, facts, now) = (store, scheduleFacts(of: account.hall), clock.now)
        let colleagues = people.all.filter { $0.id != account.id && $0.suspendedAt == nil && $0.holds(.agent, in: account.hall) }
        answerFromStore(
            call,
            { () throws(StoreError) -> [OwnShift] in
                guard let published = try store.publishedSchedules()[account.hall] else { return [] }
                let ground = try facts.ground(store, zone: published.body.zone)
                let schedule = ground.resolved(published.body)
                return (0...ServerLimits.shiftDays).flatMap { offset -> [OwnShift] in
                    let date = CivilDay(number: ground.today.number + offset)
                    return schedule.day(date).shifts.filter { $0.agent == account.id && !$0.staffed.isEmpty && $0.time.upperBound > now }.map { scheduled in
                        OwnShift(
                            id: scheduled.shift.id, date: date, from: scheduled.time.lowerBound, to: scheduled.time.upperBound,
                            seatNumber: ground.seatNumbers[scheduled.shift.seat] ?? scheduled.shift.seat.text, isSwapped: scheduled.shift.agent != account.id)
                    }
                }
            }
        ) { [self] shifts in
            answer(call, OwnShifts(agentID: account.id, shifts: shifts, colleagues: colleagues.map { Colleague(id: $0.id, name: $0.name) }))
        }
    }
}

private struct OwnShift: Encodable, Sendable {
    let id: ShiftID
    let date: CivilDay
    let from: Instant
    let to: Instant
    let seatNumber: String
    /// It came by a swap, and is not handed on.
    let isSwapped: Bool
}

private struct Colleague: Encodable {
    let id: AgentID
    let name: String
}

private struct OwnShifts: Encodable {
    let agentID: AgentID
    let shifts: [OwnShift]
    let colleagues: [Colleague]
}

import BrokerStore
import Scheduling
import SignalingProtocol
import WebServer

// Leave (请假) and swaps (换班). What is approved counts in the published schedule at once.

extension Engine {
    static let absenceRoutes = [
        Route("GET", "/api/v1/staff/leaves") { engine, call in engine.sendOwnLeaves(call) },
        Route("POST", "/api/v1/staff/leaves") { engine, call in
            engine.readBody(call, as: LeaveRequest.self) { engine.askForLeave($0, call) }
        },
        Route("POST", "/api/v1/staff/leaves/{leave}/withdraw") { engine, call in engine.withdrawLeave(call) },
        Route("GET", "/api/v1/admin/halls/{hall}/leaves") { engine, call in engine.sendLeaves(call) },
        Route("POST", "/api/v1/admin/halls/{hall}/leaves/{leave}/decision") { engine, call in
            engine.readBody(call, as: AbsenceDecision.self) { engine.decideLeave($0, call) }
        },
        Route("GET", "/api/v1/staff/swaps") { engine, call in engine.sendOwnSwaps(call) },
        Route("POST", "/api/v1/staff/swaps") { engine, call in
            engine.readBody(call, as: SwapRequest.self) { engine.askForSwap($0, call) }
        },
        Route("POST", "/api/v1/staff/swaps/{swap}/answer") { engine, call in
            engine.readBody(call, as: SwapConsent.self) { engine.answerSwap($0, call) }
        },
        Route("POST", "/api/v1/staff/swaps/{swap}/withdraw") { engine, call in engine.withdrawSwap(call) },
        Route("GET", "/api/v1/admin/halls/{hall}/swaps") { engine, call in engine.sendSwaps(call) },
        Route("POST", "/api/v1/admin/halls/{hall}/swaps/{swap}/decision") { engine, call in
            engine.readBody(call, as: AbsenceDecision.self) { engine.decideSwap($0, call) }
        },
    ]

    // MARK: Leave

    private func sendOwnLeaves(_ call: Route.Call) {
        guard let account = member(call) else { return }
        let store = store
        answerFromStore(call, { () throws(StoreError) in try store.leaves(of: account.id) }) { [self] in
            answer(call, LeaveList(leaves: $0.map(LeaveView.init)))
        }
    }

    private func sendLeaves(_ call: Route.Call) {
        guard let (_, hall) = scheduledHall(call) else { return }
        let store = store
        answerFromStore(call, { () throws(StoreError) in try store.leaves(in: hall) }) { [self] in
            answer(call, LeaveList(leaves: $0.map(LeaveView.init)))
        }
    }

    private func askForLeave(_ request: LeaveRequest, _ call: Route.Call) {
        guard let account = member(call) else { return }
        guard HallSchedule.Bounds.years.contains(ZoneRules.china.day(at: request.from).year) else {
            return refuse(call, WireError(.invalidField, field: "from"))
        }
        guard request.from < request.to, request.to - request.from <= .minutes(ServerLimits.leaveDays * 24 * 60) else {
            return refuse(call, WireError(.invalidField, field: "to"))
        }
        guard (1...ServerLimits.reasonCharacters).contains(request.reason.count) else { return refuse(call, WireError(.invalidField, field: "reason")) }
        let (store, now) = (store, clock.now)
        answerFromWriting(
            call,
            { () throws(StoreError) in
                try store.askForLeave(LeaveID(madeAt: now), agent: account.id, time: request.from..<request.to, reason: request.reason, at: now)
            }
        ) { [self] leave in
            guard let leave else { return refuse(call, WireError(.internalError)) }
            answer(call, status: 201, LeaveView(leave))
        }
    }

    private func withdrawLeave(_ call: Route.Call) {
        guard let account = member(call) else { return }
        guard let id = call.parameters["leave"].flatMap(LeaveID.init) else { return refuse(call, WireError(.notFound)) }
        let store = store
        answerFromWriting(
            call,
            { () throws(StoreError) in
                try store.setLeave(id, in: account.hall, agent: account.id, from: [.asked, .approved], to: .withdrawn, by: nil, note: "")
            }
        ) { [self] in present($0, call) }
    }

    private func decideLeave(_ decision: AbsenceDecision, _ call: Route.Call) {
        guard let (account, hall) = scheduledHall(call) else { return }
        guard let id = call.parameters["leave"].flatMap(LeaveID.init) else { return refuse(call, WireError(.notFound)) }
        guard let note = decision.checkedNote else { return refuse(call, WireError(.invalidField, field: "note")) }
        let store = store
        answerFromWriting(
            call,
            { () throws(StoreError) in
                try store.setLeave(id, in: hall, from: [.asked], to: decision.approve ? .approved : .declined, by: account.id, note: note)
            }
        ) { [self] in present($0, call) }
    }

    private func present(_ result: (leave: LeaveRow, isDone: Bool)?, _ call: Route.Call) {
        guard let result else { return refuse(call, WireError(.notFound)) }
        guard result.isDone else { return refuse(call, WireError(.wrongState)) }
        refreshOpenings { [self] in answer(call, LeaveView(result.leave)) }
    }

    // MARK: Swaps

    private func sendOwnSwaps(_ call: Route.Call) {
        guard let account = member(call) else { return }
        let store = store
        answerFromStore(call, { () throws(StoreError) in try store.swaps(of: account.id) }) { [self] in
            answer(call, SwapList(swaps: $0.map(SwapView.init)))
        }
    }

    private func sendSwaps(_ call: Route.Call) {
        guard let (_, hall) = scheduledHall(call) else { return }
        let store = store
        answerFromStore(call, { () throws(StoreError) in try store.swaps(in: hall) }) { [self] in
            answer(call, SwapList(swaps: $0.map(SwapView.init)))
        }
    }

    /// Of a shift that is planned for whoever asks, to a colleague of the same hall.
    private func askForSwap(_ request: SwapRequest, _ call: Route.Call) {
        guard let account = member(call) else { return }
        guard request.toAgentID != account.id else { return refuse(call, WireError(.invalidField, field: "to_agent_id")) }
        let (store, facts, now) = (store, scheduleFacts(of: account.hall), clock.now)
        answerFromWriting(
            call,
            { () throws(StoreError) -> Result<SwapRow, WireError> in
                guard let body = try store.publishedSchedules()[account.hall]?.body else { return .failure(WireError(.notFound)) }
                let ground = try facts.ground(store, zone: body.zone)
                guard ground.roster.agents.contains(where: { $0.id == request.toAgentID }) else {
                    return .failure(WireError(.invalidField, field: "to_agent_id"))
                }
                let planned = ground.resolved(body).day(request.date).shifts.first { $0.shift.id == request.shiftID }
                guard let planned, planned.shift.agent == account.id, planned.time.lowerBound > now else { return .failure(WireError(.notFound)) }
                let swap = try store.askForSwap(
                    SwapID(madeAt: now), in: account.hall, shift: request.shiftID, on: request.date, from: account.id, to: request.toAgentID, at: now)
                return swap.map { .success($0) } ?? .failure(WireError(.wrongState))
            }
        ) { [self] result in
            switch result {
            case .success(let swap): answer(call, status: 201, SwapView(swap))
            case .failure(let error): refuse(call, error)
            }
        }
    }

    private func answerSwap(_ consent: SwapConsent, _ call: Route.Call) {
        guard let account = member(call) else { return }
        setSwap(call, account.hall, to: consent.agree ? .agreed : .declined, by: nil, note: "") { $0.to == account.id && $0.state == .asked }
    }

    private func withdrawSwap(_ call: Route.Call) {
        guard let account = member(call) else { return }
        setSwap(call, account.hall, to: .withdrawn, by: nil, note: "") { swap in
            switch swap.state {
            case .asked, .agreed, .approved: swap.from == account.id
            case .declined, .withdrawn: false
            }
        }
    }

    private func decideSwap(_ decision: AbsenceDecision, _ call: Route.Call) {
        guard let (account, hall) = scheduledHall(call) else { return }
        guard let note = decision.checkedNote else { return refuse(call, WireError(.invalidField, field: "note")) }
        // Nobody is given a shift before they agreed.
        setSwap(call, hall, to: decision.approve ? .approved : .declined, by: account.id, note: note) { swap in
            swap.state == .agreed || (!decision.approve && swap.state == .asked)
        }
    }

    private func setSwap(
        _ call: Route.Call, _ hall: HallID, to state: SwapRow.State, by account: AgentID?, note: String, where isAllowed: @escaping @Sendable (SwapRow) -> Bool
    ) {
        guard let id = call.parameters["swap"].flatMap(SwapID.init) else { return refuse(call, WireError(.notFound)) }
        let store = store
        answerFromWriting(
            call, { () throws(StoreError) in try store.setSwap(id, in: hall, to: state, by: account, note: note, where: isAllowed) }
        ) { [self] result in
            guard let result else { return refuse(call, WireError(.notFound)) }
            guard result.isDone else { return refuse(call, WireError(.wrongState)) }
            refreshOpenings { [self] in answer(call, SwapView(result.swap)) }
        }
    }
}

private struct LeaveRequest: Decodable, Sendable {
    let from: Instant
    let to: Instant
    let reason: String
}

private struct SwapRequest: Decodable, Sendable {
    let shiftID: ShiftID
    let date: CivilDay
    let toAgentID: AgentID
}

private struct SwapConsent: Decodable, Sendable {
    let agree: Bool
}

private struct AbsenceDecision: Decodable, Sendable {
    let approve: Bool
    let note: String?

    /// Nil when it is too long.
    var checkedNote: String? { (note ?? "").count <= ServerLimits.reasonCharacters ? note ?? "" : nil }
}

private struct LeaveList: Encodable {
    let leaves: [LeaveView]
}

private struct LeaveView: Encodable {
    let id: LeaveID
    let agentID: AgentID
    let agentName: String
    let from: Instant
    let to: Instant
    let reason: String
    let state: LeaveRow.State
    let askedAt: Instant
    let decidedBy: String?
    let note: String

    init(_ row: LeaveRow) {
        id = row.id
        agentID = row.agent
        agentName = row.agentName
        from = row.time.lowerBound
        to = row.time.upperBound
        reason = row.reason
        state = row.state
        askedAt = row.askedAt
        decidedBy = row.decidedBy
        note = row.note
    }
}

private struct SwapList: Encodable {
    let swaps: [SwapView]
}

private struct SwapView: Encodable {
    let id: SwapID
    let shiftID: ShiftID
    let date: CivilDay
    let fromAgentID: AgentID
    let fromName: String
    let toAgentID: AgentID
    let toName: String
    let state: SwapRow.State
    let askedAt: Instant
    let decidedBy: String?
    let note: String

    init(_ row: SwapRow) {
        id = row.id
        shiftID = row.shift
        date = row.date
        fromAgentID = row.from
        fromName = row.fromName
        toAgentID = row.to
        toName = row.toName
        state = row.state
        askedAt = row.askedAt
        decidedBy = row.decidedBy
        note = row.note
    }
}

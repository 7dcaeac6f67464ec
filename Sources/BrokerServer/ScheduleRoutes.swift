import BrokerCore
import BrokerStore
import Scheduling
import SignalingProtocol
import WebServer

extension Engine {
    static let scheduleRoutes = [
        Route("GET", "/api/v1/admin/halls/{hall}/schedule") { engine, call in engine.sendSchedule(call) },
        Route("POST", "/api/v1/admin/halls/{hall}/schedule/draft/changes") { engine, call in engine.changeDraft(call) },
        Route("POST", "/api/v1/admin/halls/{hall}/schedule/draft/undo") { engine, call in
            engine.onDraft(call) { store, hand throws(StoreError) in try store.undoDraft(hand) }
        },
        Route("POST", "/api/v1/admin/halls/{hall}/schedule/draft/redo") { engine, call in
            engine.onDraft(call) { store, hand throws(StoreError) in try store.redoDraft(hand) }
        },
        Route("POST", "/api/v1/admin/halls/{hall}/schedule/draft/discard") { engine, call in
            engine.onDraft(call) { store, hand throws(StoreError) in try store.discardDraft(hand) }
        },
        Route("POST", "/api/v1/admin/halls/{hall}/schedule/draft/check") { engine, call in engine.checkDraft(call) },
        Route("POST", "/api/v1/admin/halls/{hall}/schedule/draft/publish") { engine, call in engine.publishDraft(call) },
        Route("GET", "/api/v1/admin/halls/{hall}/schedule/versions") { engine, call in engine.sendScheduleVersions(call) },
        Route("GET", "/api/v1/admin/halls/{hall}/schedule/versions/{version}") { engine, call in engine.sendScheduleVersion(call) },
        Route("POST", "/api/v1/admin/halls/{hall}/schedule/versions/{version}/restore") { engine, call in
            guard let version = call.parameters["version"].flatMap({ Int($0) }) else { return engine.refuse(call, WireError(.notFound)) }
            engine.onDraft(call) { store, hand throws(StoreError) in try store.restoreVersion(version, hand) }
        },
        Route("GET", "/api/v1/admin/halls/{hall}/schedule/week") { engine, call in engine.sendWeek(call) },
    ]

    // MARK: Reading

    private func sendSchedule(_ call: Route.Call) {
        guard let (_, hall) = scheduledHall(call) else { return }
        let store = store
        answerFromStore(call, { () throws(StoreError) in try store.scheduleDesk(of: hall) }) { [self] in answer(call, ScheduleView(hall, $0)) }
    }

    private func sendScheduleVersions(_ call: Route.Call) {
        guard let (_, hall) = scheduledHall(call) else { return }
        let store = store
        answerFromStore(call, { () throws(StoreError) in try store.scheduleVersions(of: hall) }) { [self] lines in
            answer(call, ScheduleVersionList(versions: lines.map { ScheduleVersionView($0, body: nil) }))
        }
    }

    private func sendScheduleVersion(_ call: Route.Call) {
        guard let (_, hall) = scheduledHall(call) else { return }
        guard let version = call.parameters["version"].flatMap({ Int($0) }) else { return refuse(call, WireError(.notFound)) }
        let store = store
        answerFromStore(call, { () throws(StoreError) in try store.scheduleVersion(version, of: hall) }) { [self] found in
            guard let found else { return refuse(call, WireError(.notFound)) }
            answer(call, ScheduleVersionView(found.line, body: found.body))
        }
    }

    private func sendWeek(_ call: Route.Call) {
        guard let (_, hall) = scheduledHall(call) else { return }
        guard let days = askedDays(call, today: ZoneRules.china.day(at: clock.now)) else { return }
        let wanted = call.exchange.head.query["of"] ?? "published"
        guard let of = ScheduleOf(rawValue: wanted) else { return refuse(call, WireError(.invalidField, field: "of")) }
        let (store, facts) = (store, scheduleFacts(of: hall))
        answerFromStore(
            call,
            { () throws(StoreError) -> WeekView in
                let desk = try store.scheduleDesk(of: hall)
                let draft = of == .draft ? desk.draft : nil
                let body = draft?.body ?? desk.published?.body ?? HallSchedule()
                let ground = try facts.ground(store, zone: body.zone)
                return WeekView(
                    ground, body, of: draft == nil ? .published : .draft, revision: draft?.revision ?? desk.published?.line.version ?? 0, from: days.first,
                    count: days.count)
            }
        ) { [self] in answer(call, $0) }
    }

    // MARK: Changing

    private func changeDraft(_ call: Route.Call) {
        guard let (account, hall) = scheduledHall(call) else { return }
        readBody(call, as: DraftChanges.self, limit: ServerLimits.scheduleBodyBytes) { [self] request in
            guard (1...ServerLimits.changesAtOnce).contains(request.changes.count) else { return refuse(call, WireError(.invalidField, field: "changes")) }
            let seats = Set(broker.allSeats.filter { $0.hall == hall }.map(\.id))
            let put = request.changes.compactMap { if case .putShift(let shift) = $0 { shift } else { nil } }
            guard put.allSatisfy({ seats.contains($0.seat) }) else { return refuse(call, WireError(.invalidField, field: "seat_id")) }
            let hand = ScheduleHand(hall: hall, revision: request.revision, account: account.id, now: clock.now)
            let store = store
            answerFromWriting(
                call,
                { () throws(StoreError) -> BrokerStore.DraftResult in
                    let agents = Set(try store.accounts().filter { $0.holds(.agent, in: hall) }.map(\.id))
                    guard put.allSatisfy({ $0.agent.map(agents.contains) ?? true }) else { return .failure(.problem(field: "agent_id")) }
                    return try store.changeDraft(hand, request.changes, calendar: try store.calendar())
                }
            ) { [self] in present($0, call) }
        }
    }

    private func onDraft(
        _ call: Route.Call, _ act: @escaping @Sendable (BrokerStore, ScheduleHand) throws(StoreError) -> BrokerStore.DraftResult
    ) {
        guard let (account, hall) = scheduledHall(call) else { return }
        readBody(call, as: DraftRevision.self) { [self] request in
            let hand = ScheduleHand(hall: hall, revision: request.revision, account: account.id, now: clock.now)
            let store = store
            answerFromWriting(call, { () throws(StoreError) in try act(store, hand) }) { [self] in present($0, call) }
        }
    }

    private func present(_ result: BrokerStore.DraftResult, _ call: Route.Call) {
        switch result {
        case .success(let desk): answer(call, DraftAnswer(desk))
        case .failure(let refusal): refuse(call, refusal)
        }
    }

    func refuse(_ call: Route.Call, _ refusal: ScheduleRefusal) {
        switch refusal {
        case .stale(let changes):
            let problem = Problem(WireError(.scheduleChanged), locale: call.locale)
            answer(
                call, status: problem.status, type: "application/problem+json",
                ScheduleChangedProblem(problem: problem, changesSince: changes.map(ScheduleChangeView.init)))
        case .problem(let field): refuse(call, WireError(.invalidField, field: field))
        case .nothingThere: refuse(call, WireError(.wrongState))
        case .notChecked: refuse(call, conflicts: [])
        }
    }

    private func refuse(_ call: Route.Call, conflicts: [ScheduleConflict]) {
        let problem = Problem(WireError(.scheduleHasConflicts), locale: call.locale)
        answer(call, status: problem.status, type: "application/problem+json", ScheduleConflictProblem(problem: problem, conflicts: conflicts))
    }

    // MARK: Checking and publishing

    private func checkDraft(_ call: Route.Call) {
        guard let (account, hall) = scheduledHall(call) else { return }
        readBody(call, as: DraftRevision.self) { [self] request in
            let hand = ScheduleHand(hall: hall, revision: request.revision, account: account.id, now: clock.now)
            let (store, facts) = (store, scheduleFacts(of: hall))
            answerFromWriting(call, { () throws(StoreError) in try CheckedDraft.check(store, hand, facts) }) { [self] checked in
                switch checked.result {
                case .success(let desk): answer(call, CheckAnswer(draft: desk.draft.map(ScheduleDraftView.init), conflicts: checked.conflicts))
                case .failure(let refusal): refuse(call, refusal)
                }
            }
        }
    }

    private func publishDraft(_ call: Route.Call) {
        guard let (account, hall) = scheduledHall(call) else { return }
        readBody(call, as: DraftPublication.self) { [self] request in
            guard (1...ServerLimits.reasonCharacters).contains(request.why.count) else { return refuse(call, WireError(.invalidField, field: "why")) }
            let hand = ScheduleHand(hall: hall, revision: request.revision, account: account.id, now: clock.now)
            let (store, facts) = (store, scheduleFacts(of: hall))
            answerFromWriting(call, { () throws(StoreError) in try CheckedDraft.publish(store, hand, facts, why: request.why) }) { [self] checked in
                switch checked.result {
                case .success(let desk): published(desk, in: hall, by: account, call)
                case .failure(.notChecked): refuse(call, conflicts: checked.conflicts)
                case .failure(let refusal): refuse(call, refusal)
                }
            }
        }
    }

    /// Whoever is concerned is told before the administrator is.
    private func published(_ desk: ScheduleDesk, in hall: HallID, by account: AccountRow, _ call: Route.Call) {
        log.notice(
            "a seat schedule was published",
            metadata: ["hall": "\(hall)", "version": "\(desk.published?.line.version ?? 0)", "account": "\(account.id)"])
        refreshOpenings { [self] in
            answer(call, PublishAnswer(published: desk.published.map { ScheduleVersionView($0.line, body: $0.body) }))
        }
    }
}

/// A draft looked through against what holds at this moment: leave may have been approved since it was changed.
private struct CheckedDraft: Sendable {
    let result: BrokerStore.DraftResult
    let conflicts: [ScheduleConflict]

    static func check(_ store: BrokerStore, _ hand: ScheduleHand, _ facts: ScheduleFacts) throws(StoreError) -> CheckedDraft {
        guard let draft = try store.scheduleDesk(of: hand.hall).draft, draft.revision == hand.revision else {
            return CheckedDraft(result: try store.markDraftChecked(hand, false), conflicts: [])
        }
        let conflicts = try facts.ground(store, zone: draft.body.zone).conflicts(of: draft.body)
        return CheckedDraft(result: try store.markDraftChecked(hand, !conflicts.contains { $0.severity == .blocking }), conflicts: conflicts)
    }

    static func publish(_ store: BrokerStore, _ hand: ScheduleHand, _ facts: ScheduleFacts, why: String) throws(StoreError) -> CheckedDraft {
        let wasChecked = try store.scheduleDesk(of: hand.hall).draft?.state == .checked
        let checked = try check(store, hand, facts)
        guard case .success(let desk) = checked.result else { return checked }
        guard wasChecked, desk.draft?.state == .checked else {
            // What nobody checked stays unchecked.
            if !wasChecked { _ = try store.markDraftChecked(hand, false) }
            return CheckedDraft(result: .failure(.notChecked), conflicts: checked.conflicts)
        }
        return CheckedDraft(result: try store.publishDraft(hand, why: why), conflicts: checked.conflicts)
    }
}

private struct DraftChanges: Decodable, Sendable {
    let revision: Int
    let changes: [ScheduleChange]
}

private struct DraftRevision: Decodable, Sendable {
    let revision: Int
}

private struct DraftPublication: Decodable, Sendable {
    let revision: Int
    let why: String
}

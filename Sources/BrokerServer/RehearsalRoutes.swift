import BrokerCore
import BrokerStore
import Foundation
import Rehearsal
import Scheduling
import SignalingProtocol
import WebServer

// A schedule can be tried before it counts. It takes seconds of a processor, so it is done beside the loop: one at a time, and one of each hall.

extension Engine {
    static let rehearsalRoutes = [
        Route("POST", "/api/v1/admin/halls/{hall}/rehearsals") { engine, call in
            guard let hall = engine.rehearsedHall(call) else { return }
            engine.readBody(call, as: RehearsalRequest.self) { engine.rehearse($0, in: hall, call) }
        },
        Route("GET", "/api/v1/admin/halls/{hall}/rehearsals/{rehearsal}") { engine, call in engine.withRehearsal(call) { engine.answer(call, $0) } },
        Route("DELETE", "/api/v1/admin/halls/{hall}/rehearsals/{rehearsal}") { engine, call in
            engine.withRehearsal(call, cancels: true) { engine.answer(call, $0) }
        },
    ]

    private func rehearsedHall(_ call: Route.Call) -> HallID? { administeredHall(call)?.hall.id }

    private func rehearse(_ request: RehearsalRequest, in hall: HallID, _ call: Route.Call) {
        let order: RehearsalOrder
        do {
            order = try request.order(
                hall: hall, seats: broker.allSeats.filter { $0.hall == hall }.map(\.id).sorted(), items: broker.publishedItems(in: hall),
                configuration: options.broker, now: clock.now)
        } catch {
            return refuse(call, WireError(.invalidField, field: error.field))
        }
        guard let begun = rehearsals.begin(in: hall, at: clock.now) else { return refuse(call, WireError(.wrongState)) }
        rehearse(order, begun.id, begun.progress)
        log.notice("a rehearsal began", metadata: ["hall": "\(hall)", "rehearsal": "\(begun.id)", "days": "\(order.days)", "runs": "\(order.runs)"])
        answer(
            call, status: 202, headers: [("Location", "/api/v1/admin/halls/\(hall)/rehearsals/\(begun.id)")], RehearsalBegun(id: begun.id))
    }

    private func rehearse(_ order: RehearsalOrder, _ id: RehearsalID, _ progress: RehearsalProgress) {
        let store = store
        let work: @Sendable () -> RehearsalState = {
            do throws(RehearsalFailure) {
                guard progress.reach(0) else { return .cancelled }
                let plan = try RehearsalPreparation(order, store).plan()
                return plan.rehearse { progress.reach($0) }.map { .done($0) } ?? .cancelled
            } catch {
                return .failed(error)
            }
        }
        rehearseBesideLoop(work) { [self] state in
            if case .failed(let failure) = state { log.notice("a rehearsal failed", metadata: ["rehearsal": "\(id)", "cause": "\(failure.rawValue)"]) }
            rehearsals.end(id, as: state)
        }
    }

    private func withRehearsal(_ call: Route.Call, cancels: Bool = false, _ body: (RehearsalView) -> Void) {
        guard let hall = rehearsedHall(call) else { return }
        guard let id = call.parameters["rehearsal"].flatMap(RehearsalID.init), rehearsals[id, in: hall] != nil else {
            return refuse(call, WireError(.notFound))
        }
        if cancels { rehearsals.cancel(id) }
        if let entry = rehearsals[id, in: hall] { body(RehearsalView(id: id, entry)) }
    }
}

/// What an administrator sends, before its bounds are checked.
private struct RehearsalRequest: Decodable, Sendable {
    enum Source: String, Decodable { case recorded, given }

    struct Given: Decodable {
        let perHalfHour: [Double]
        let handlingS: Int64?
        let wrapUpS: Int64?
    }

    struct Level: Decodable {
        let percent: Int
        let withinS: Int64
    }

    let from: CivilDay
    let days: Int?
    let of: ScheduleChoice?
    let arrivals: Source?
    let weeks: Int?
    let given: Given?
    let serviceLevel: Level?
    let patienceS: Int64?
    let runs: Int?
    let seed: Int64?

    /// Whole numbers beyond do not pass through every JSON reader.
    private static let highestSeed: Int64 = 1 << 53

    struct Problem: Error {
        let field: String
    }

    func order(hall: HallID, seats: [SeatID], items: [CatalogueItem], configuration: BrokerConfiguration, now: Instant) throws(Problem) -> RehearsalOrder {
        let days = try Self.within(1...ServerLimits.rehearsalDays, days ?? 7, "days")
        guard HallSchedule.Bounds.years.contains(from.year) else { throw Problem(field: "from") }
        let level = serviceLevel ?? Level(percent: 80, withinS: 300)
        guard let goal = ServiceLevel(percent: level.percent, within: .seconds(try Self.within(0...86_400, level.withinS, "within_s"))) else {
            throw Problem(field: "percent")
        }
        return RehearsalOrder(
            hall: hall, from: from, days: days, of: of ?? .published, arrivals: try source(days: days), goal: goal,
            patience: try patienceS.map { value throws(Problem) in .seconds(try Self.within(1...86_400, value, "patience_s")) },
            runs: try Self.within(1...ServerLimits.rehearsalRuns, runs ?? 5, "runs"), seed: UInt64(try Self.within(0...Self.highestSeed, seed ?? 1, "seed")),
            seats: seats, items: items,
            configuration: configuration, now: now)
    }

    private func source(days: Int) throws(Problem) -> RehearsalOrder.Arrivals {
        switch arrivals ?? .recorded {
        case .recorded: return .recorded(weeks: try Self.within(1...52, weeks ?? ServerLimits.rehearsalWeeks, "weeks"))
        case .given:
            guard let given else { throw Problem(field: "given") }
            let numbers = given.perHalfHour
            guard numbers.count == 48 || numbers.count == 48 * days,
                numbers.allSatisfy({ $0.isFinite && (0...ServerLimits.rehearsalArrivalsPerHalfHour).contains($0) }),
                numbers.reduce(0, +) * (numbers.count == 48 ? Double(days) : 1) <= ServerLimits.rehearsalArrivals
            else { throw Problem(field: "per_half_hour") }
            return .given(
                numbers, handling: try given.handlingS.map { value throws(Problem) in .seconds(try Self.within(1...86_400, value, "handling_s")) },
                wrapUp: try given.wrapUpS.map { value throws(Problem) in .seconds(try Self.within(0...3_600, value, "wrap_up_s")) })
        }
    }

    private static func within<Number: Comparable>(_ bounds: ClosedRange<Number>, _ value: Number, _ field: String) throws(Problem) -> Number {
        guard bounds.contains(value) else { throw Problem(field: field) }
        return value
    }
}

private struct RehearsalBegun: Encodable {
    let id: RehearsalID
}

private struct RehearsalView: Encodable {
    let id: RehearsalID
    let state: String
    let progress: Double
    /// Why it failed.
    let reason: RehearsalFailure?
    let report: RehearsalReport?

    init(id: RehearsalID, _ entry: Rehearsals.Entry) {
        self.id = id
        switch entry.state {
        case .running:
            (state, reason, report) = ("running", nil, nil)
            progress = (entry.progress.done * 1_000).rounded() / 1_000
        case .done(let report): (state, progress, reason, self.report) = ("done", 1, nil, report)
        case .cancelled: (state, progress, reason, report) = ("cancelled", entry.progress.done, nil, nil)
        case .failed(let failure): (state, progress, reason, report) = ("failed", 0, failure, nil)
        }
    }
}

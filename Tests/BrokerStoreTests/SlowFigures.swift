import BrokerCore
import Foundation
import GRDB
import Scheduling
import SignalingProtocol

@testable import BrokerStore

/// The figures once more, row by row and minute by minute, the way their definitions are read aloud.
struct SlowFigures {
    struct TicketRow {
        let id: String
        let hall: String
        let item: String
        let caseID: String
        let taken: Int64
        let state: String
        let ended: Int64?
    }

    struct SessionRow {
        let id: String
        let ticket: String
        let hall: String
        let seat: String
        let caseID: String
        let started: Int64
        let ended: Int64?
        let closed: Int64?
        let disposition: String?
    }

    let tickets: [TicketRow]
    let sessions: [SessionRow]
    /// Result and version by session.
    let firstResults: [String: String]
    let itemOfCase: [String: String]
    /// Of each seat, at the beginning of each minute of the made-up days.
    let minutes: [SeatID: [SeatState]]

    init(_ store: BrokerStore, seatChanges: [MadeUpDays.SeatChange]) throws {
        var minutes: [SeatID: [SeatState]] = [:]
        for seat in MadeUpDays.seats {
            var state = SeatState.signedOff
            var changes = seatChanges.filter { $0.seat.id == seat.id }[...]
            minutes[seat.id] = (0..<MadeUpDays.length.count / 60_000).map { minute in
                while let next = changes.first, next.at <= MadeUpDays.begin + .minutes(minute) {
                    state = next.seat.state
                    changes.removeFirst()
                }
                return state
            }
        }
        self.minutes = minutes
        (tickets, sessions, firstResults, itemOfCase) = try store.pool.read { db in
            (
                try Row.fetchAll(db, sql: "SELECT * FROM ticket").map {
                    TicketRow(
                        id: $0["id"], hall: $0["hall"], item: $0["item_code"], caseID: $0["case_id"], taken: $0["taken_at_ms"], state: $0["state"],
                        ended: $0["ended_at_ms"])
                },
                try Row.fetchAll(db, sql: "SELECT * FROM session").map {
                    SessionRow(
                        id: $0["id"], ticket: $0["ticket"], hall: $0["hall"], seat: $0["seat"], caseID: $0["case_id"], started: $0["started_at_ms"],
                        ended: $0["ended_at_ms"], closed: $0["closed_at_ms"], disposition: $0["disposition"])
                },
                Dictionary(
                    try Row.fetchAll(db, sql: "SELECT session, result FROM precheck_outcome WHERE version = 1").map { ($0["session"], $0["result"]) },
                    uniquingKeysWith: { $1 }),
                Dictionary(
                    try Row.fetchAll(db, sql: "SELECT id, item_code FROM service_case").map { ($0["id"], $0["item_code"]) }, uniquingKeysWith: { $1 })
            )
        }
    }

    /// The figures of one row of the question's report; nil for all of them together.
    func values(of key: String?, _ question: FigureQuestion, at now: Instant) -> FigureValues {
        let counted = tickets.filter { ticket in
            isIn(question, hall: ticket.hall, at: ticket.taken) && (key == nil || self.key(of: ticket, question) == key)
        }
        let held = sessions.filter { session in
            isIn(question, hall: session.hall, at: session.started) && (key == nil || self.key(of: session, question) == key)
        }
        var values = ticketValues(counted, within: Int64(question.serviceLevelSeconds) * 1_000)
        values.merge(sessionValues(held)) { $1 }
        if question.grouping != .item { values.merge(seatValues(of: key, question, at: now)) { $1 } }
        return values
    }

    private func ticketValues(_ counted: [TicketRow], within: Int64) -> FigureValues {
        var values: FigureValues = [.taken: .whole(Int64(counted.count))]
        for (figure, state) in [
            (Figure.served, "done"), (.abandoned, "abandoned"), (.noShow, "no-show"), (.declined, "declined"), (.expired, "expired"),
        ] {
            values[figure] = .whole(Int64(counted.count { $0.state == state }))
        }
        values[.open] = .whole(Int64(counted.count { ["waiting", "reserved", "serving", "parked"].contains($0.state) }))
        values[.repeatVisits] = .whole(
            Int64(counted.count { ticket in tickets.contains { $0.caseID == ticket.caseID && $0.taken < ticket.taken && $0.state == "done" } }))
        let waits = counted.compactMap { ticket in sessions(of: ticket).first.map { $0.started - ticket.taken } }
        values[.waitP50] = Self.percentile(50, of: waits)
        values[.waitP80] = Self.percentile(80, of: waits)
        values[.waitP95] = Self.percentile(95, of: waits)
        var (inTime, decided): (Int64, Int64) = (0, 0)
        for ticket in counted {
            if let first = sessions(of: ticket).first {
                decided += 1
                if first.started - ticket.taken <= within { inTime += 1 }
            } else if let ended = ticket.ended, ended - ticket.taken > within {
                decided += 1
            }
        }
        if decided > 0 { values[.serviceLevel] = .share(of: inTime, in: decided) }
        return values
    }

    private func sessionValues(_ held: [SessionRow]) -> FigureValues {
        var values: FigureValues = [.sessions: .whole(Int64(held.count))]
        let handled = held.filter { $0.disposition != "no-show" }.compactMap { session in session.ended.map { $0 - session.started } }
        let wrapped = held.compactMap { session in session.closed.flatMap { closed in session.ended.map { closed - $0 } } }
        values[.handlingMean] = Self.mean(handled)
        values[.handlingP50] = Self.percentile(50, of: handled)
        values[.wrapUpMean] = Self.mean(wrapped)
        values[.wrapUpP50] = Self.percentile(50, of: wrapped)
        let first = held.compactMap { firstResults[$0.id] }.filter { $0 != "referred" }
        values[.firstOutcomes] = .whole(Int64(first.count))
        if !first.isEmpty { values[.firstTimeComplete] = .share(of: Int64(first.count { $0 == "ready-to-file" }), in: Int64(first.count)) }
        return values
    }

    /// Looks at every minute of the days.
    private func seatValues(of key: String?, _ question: FigureQuestion, at now: Instant) -> FigureValues {
        var (signedOn, busy): (Int64, Int64) = (0, 0)
        for seat in MadeUpDays.seats {
            for (index, state) in (minutes[seat.id] ?? []).enumerated() where state != .signedOff {
                let minute = MadeUpDays.begin + .minutes(Int64(index))
                guard minute < now, isIn(question, hall: seat.hall.text, at: minute.milliseconds) else { continue }
                guard key == nil || self.key(hall: seat.hall.text, item: "", seat: seat.id.text, at: minute.milliseconds, question) == key else { continue }
                signedOn += 60_000
                switch state {
                case .signedOff, .ready, .notReady: break
                case .reserved, .ringing, .inSession, .wrapUp: busy += 60_000
                }
            }
        }
        var values: FigureValues = [.signedOn: .whole(signedOn), .busy: .whole(busy)]
        if signedOn > 0 { values[.occupancy] = .share(of: busy, in: signedOn) }
        return values
    }

    // MARK: Rows

    private func sessions(of ticket: TicketRow) -> [SessionRow] {
        sessions.filter { $0.ticket == ticket.id }.sorted { ($0.started, $0.id) < ($1.started, $1.id) }
    }

    private func key(of ticket: TicketRow, _ question: FigureQuestion) -> String {
        key(hall: ticket.hall, item: ticket.item, seat: sessions(of: ticket).first?.seat ?? "", at: ticket.taken, question)
    }

    private func key(of session: SessionRow, _ question: FigureQuestion) -> String {
        key(hall: session.hall, item: itemOfCase[session.caseID] ?? "", seat: session.seat, at: session.started, question)
    }

    private func key(hall: String, item: String, seat: String, at milliseconds: Int64, _ question: FigureQuestion) -> String {
        let zone = question.places.first { $0.hall.text == hall }?.zone ?? .china
        let instant = Instant(milliseconds: milliseconds)
        return switch question.grouping {
        case .day: zone.day(at: instant).text
        case .hour: zone.timeOfDay(at: instant).text.prefix(2) + ":00"
        case .hall: hall
        case .item: item
        case .seat: seat
        }
    }

    private func isIn(_ question: FigureQuestion, hall: String, at milliseconds: Int64) -> Bool {
        guard let zone = question.places.first(where: { $0.hall.text == hall })?.zone else { return false }
        return question.days.contains(zone.day(at: Instant(milliseconds: milliseconds)))
    }

    // MARK: Arithmetic

    /// The smallest value that at least so many percent do not exceed.
    private static func percentile(_ percent: Int, of values: [Int64]) -> FigureValue? {
        values.sorted().first { value in values.count { $0 <= value } * 100 >= percent * values.count }.map { .whole($0) }
    }

    private static func mean(_ values: [Int64]) -> FigureValue? {
        values.isEmpty ? nil : .whole(Int64((Double(values.reduce(0, +)) / Double(values.count)).rounded()))
    }
}

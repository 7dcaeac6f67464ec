import BrokerCore
import BrokerStore
import Scheduling
import SignalingProtocol
import WebServer

extension Engine {
    /// Live and past sessions, newest first, page by page. As a spreadsheet: all of them, up to a limit.
    func sendSessions(_ call: Route.Call) {
        guard member(call) != nil else { return }
        do throws(WireError) {
            let query = call.exchange.head.query
            let halls = try reportedHalls(query)
            let period = try ReportPeriod(query, daysByDefault: 30)
            let isSpreadsheet = wantsSpreadsheet(call)
            var filter = try Self.filter(query)
            if query["hall"].map({ !$0.isEmpty }) == true { filter.hall = halls.first }
            if isSpreadsheet {
                filter.limit = ServerLimits.sessionsInSpreadsheet
                filter.after = nil
            }
            let (asked, store, now) = (filter, store, clock.now)
            answerFromStore(call, { () throws(StoreError) in try Self.sessions(asked, halls, period, store, at: now) }) { [self] lines in
                let rows = lines.map { SessionRow($0, hall: hallView($0.session.hall)) }
                guard !isSpreadsheet else { return export(call, spreadsheet: SessionRow.spreadsheet(rows), name: "sessions") }
                let page = rows.prefix(asked.limit - 1)
                let next = rows.count == asked.limit ? lines[asked.limit - 2] : nil
                answer(call, SessionPage(sessions: Array(page), next: next.map { Self.cursor(of: $0.session) }))
            }
        } catch {
            refuse(call, error)
        }
    }

    private static func sessions(_ asked: SessionFilter, _ halls: [HallID], _ period: ReportPeriod, _ store: BrokerStore, at now: Instant)
        throws(StoreError) -> [SessionLine]
    {
        // Days are those of the hall; without one, of the first.
        let zone = try ReportPlaces.places(Array(halls.prefix(1)), store, around: period.middle(at: now)).first?.zone ?? .china
        let days = period.days(today: zone.day(at: now))
        var filter = asked
        filter.time = zone.first(.startOfDay, on: days.lowerBound)..<zone.first(.startOfDay, on: CivilDay(number: days.upperBound.number + 1))
        return try store.sessions(filter)
    }

    private static func filter(_ query: [String: String]) throws(WireError) -> SessionFilter {
        let given = query.filter { !$0.value.isEmpty }
        // One more than is shown tells whether there is a next page.
        var filter = SessionFilter(limit: try limit(given) + 1)
        filter.states = try states(given)
        filter.item = try word("item", given) { ItemCode($0) }
        filter.seat = try word("seat", given) { SeatID($0) }
        filter.disposition = try word("disposition", given) { Disposition(rawValue: $0) }
        filter.number = try word("q", given) { $0.utf8.count <= ServerLimits.caseNumberBytes ? $0.uppercased() : nil }
        filter.after = try word("cursor", given, cursor)
        return filter
    }

    private static func limit(_ query: [String: String]) throws(WireError) -> Int {
        try word("limit", query) { Int($0).flatMap { (1...ServerLimits.listedSessions).contains($0) ? $0 : nil } } ?? ServerLimits.sessionsAPage
    }

    private static func states(_ query: [String: String]) throws(WireError) -> SessionFilter.States {
        try word("state", query) { $0 == "live" ? .live : SessionState(rawValue: $0).map(SessionFilter.States.one) } ?? .all
    }

    /// - Returns: nil when it was not asked for.
    private static func word<Value>(_ name: String, _ query: [String: String], _ read: (String) -> Value?) throws(WireError) -> Value? {
        guard let text = query[name] else { return nil }
        guard let value = read(text) else { throw WireError(.invalidField, field: name) }
        return value
    }

    private static func cursor(of session: Session) -> String { "\(session.startedAt.milliseconds).\(session.id)" }

    private static func cursor(_ text: String) -> SessionFilter.Cursor? {
        let parts = text.split(separator: ".", maxSplits: 1)
        guard parts.count == 2, let at = Int64(parts[0]), let id = SessionID(String(parts[1])) else { return nil }
        return SessionFilter.Cursor(startedAt: Instant(milliseconds: at), id: id)
    }
}

private struct SessionPage: Encodable {
    let sessions: [SessionRow]
    /// Goes into `cursor`; absent on the last page.
    let next: String?
}

private struct SessionRow: Encodable {
    let id: SessionID
    let ticketNumber: String
    let caseNumber: String
    let item: ItemReference
    let kind: SessionKind
    let state: SessionState
    let startedAt: Instant
    let endedAt: Instant?
    let closedAt: Instant?
    let disposition: Disposition?
    let hall: HallView
    let seatID: SeatID
    let seatNumber: String
    let agentName: String

    init(_ line: SessionLine, hall: HallView) {
        id = line.session.id
        ticketNumber = line.session.ticketNumber
        caseNumber = line.caseNumber
        item = line.item
        kind = line.session.kind
        state = line.session.state
        startedAt = line.session.startedAt
        endedAt = line.session.endedAt
        closedAt = line.session.closedAt
        disposition = line.session.disposition
        self.hall = hall
        seatID = line.session.seat
        seatNumber = line.session.seatNumber
        agentName = line.session.agentName
    }

    /// Under the names that the JSON has, and with its words.
    static func spreadsheet(_ rows: [SessionRow]) -> [[String]] {
        let names = [
            "started_at", "ended_at", "closed_at", "ticket_number", "case_number", "item_code", "item_name", "kind", "state", "disposition", "hall",
            "seat_number", "agent_name",
        ]
        return [names]
            + rows.map { row in
                [
                    row.startedAt.rfc3339, row.endedAt?.rfc3339 ?? "", row.closedAt?.rfc3339 ?? "", row.ticketNumber, row.caseNumber, row.item.code.text,
                    row.item.name, row.kind.rawValue, row.state.rawValue, row.disposition?.rawValue ?? "", row.hall.name, row.seatNumber, row.agentName,
                ]
            }
    }
}

import BrokerStore
import Scheduling
import SignalingProtocol

/// From which day to which a report goes, as a request asks for it: `from` and `to`, both included. Without them the last days until today.
struct ReportPeriod: Sendable {
    static let longest: Int64 = 366

    private let asked: ClosedRange<CivilDay>?
    private let daysByDefault: Int64

    /// - Throws: `invalid_field` for what is no date, for one without the other, and for a period that is too long or ends before it begins.
    init(_ query: [String: String], daysByDefault: Int64) throws(WireError) {
        self.daysByDefault = daysByDefault
        guard query["from"] != nil || query["to"] != nil else {
            asked = nil
            return
        }
        guard let from = query["from"].flatMap({ CivilDay($0) }) else { throw WireError(.invalidField, field: "from") }
        guard let to = query["to"].flatMap({ CivilDay($0) }), from <= to, to.number - from.number < Self.longest else {
            throw WireError(.invalidField, field: "to")
        }
        asked = from...to
    }

    func days(today: CivilDay) -> ClosedRange<CivilDay> { asked ?? CivilDay(number: today.number - daysByDefault + 1)...today }

    /// Around when the clocks' steps must be known.
    func middle(at now: Instant) -> Instant {
        asked.map { Instant(milliseconds: $0.lowerBound.number * CivilDay.milliseconds) } ?? now
    }
}

/// The halls of a report with their clocks.
enum ReportPlaces {
    /// - Parameter moment: around which the clocks' steps are known.
    static func places(_ halls: [HallID], _ store: BrokerStore, around moment: Instant) throws(StoreError) -> [FigureQuestion.Place] {
        let zones = try store.hallZones()
        // Without hours, or with a zone that this machine does not know: the clocks of the whole country.
        return halls.map { hall in
            FigureQuestion.Place(hall: hall, zone: zones[hall].flatMap { ZoneRules(named: $0, around: moment) } ?? .china)
        }
    }
}

extension Engine {
    /// The hall that `hall` names, or all of them.
    /// - Throws: `not_found`.
    func reportedHalls(_ query: [String: String]) throws(WireError) -> [HallID] {
        let halls = broker.hallStatuses.map(\.hall.id)
        guard let asked = query["hall"], !asked.isEmpty else { return halls }
        guard let hall = halls.first(where: { $0.text == asked }) else { throw WireError(.notFound, field: "hall") }
        return [hall]
    }
}

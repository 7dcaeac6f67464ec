import BrokerCore
import BrokerStore
import SignalingProtocol

/// One way to get an item done.
struct Way: Encodable, Hashable, Sendable {
    enum Kind: String, Encodable, Sendable {
        case videoNow = "video-now"
        case appointment
        case online
        case window
    }

    /// Why it stands where it stands; the page has the sentence.
    enum Reason: String, Encodable, Sendable {
        /// Somebody is there, and the wait is one that people sit through.
        case shortWait = "short-wait"
        /// Somebody is there, but many wait.
        case longWait = "long-wait"
        /// Nobody is there now.
        case closedNow = "closed-now"
        /// For who would rather have a time of their own.
        case chosenTime = "chosen-time"
        /// Whether this item can be done there is for that office to say.
        case perhapsOnline = "perhaps-online"
        case inPerson = "in-person"
    }

    let kind: Kind
    let reason: Reason
    let hall: HallView?
    var waiting: Int?
    var seatsOpen: Int?
    var waitP50Ms: Milliseconds?
    var waitP80Ms: Milliseconds?
    var opening: OpeningView?
    var startsAt: Instant?
    var address: String?
    var telephone: String?
    /// The distance is reckoned by the page: nobody's whereabouts leave the telephone.
    var position: HallPlace.Position?
    var online: HallPlace.OnlineOffice?
    /// Of address and office; `GK` is to verify.
    var source: String?

    init(_ kind: Kind, _ reason: Reason, hall: HallView?) {
        self.kind = kind
        self.reason = reason
        self.hall = hall
    }
}

/// Which way is best now.
///
/// 1. A call now, where four of five would wait no longer than `ServerLimits.comfortableWait`; the shortest wait first.
/// 2. A booked time, the earliest first.
/// 3. A call now all the same: the place is kept, and one may leave until called. First where somebody is there.
/// 4. Doing it online, which the item's own office must confirm.
/// 5. Going there.
enum Ways {
    struct Hall {
        let prospect: Broker.Prospect
        /// The first time that can be booked.
        let nextSlot: Instant?
        let place: HallPlace?
    }

    static func ranked(_ halls: [Hall]) -> [Way] {
        let calls = halls.map { (hall: $0, way: call($0.prospect)) }
        let comfortable = calls.filter { $0.way.reason == .shortWait }.sorted { wait($0.way) < wait($1.way) }.map(\.way)
        let others = calls.filter { $0.way.reason != .shortWait }.sorted { left, right in
            (left.way.reason == .closedNow ? 1 : 0, wait(left.way)) < (right.way.reason == .closedNow ? 1 : 0, wait(right.way))
        }
        let bookings = calls.compactMap { hall, call in
            hall.nextSlot.map { slot in
                var way = Way(.appointment, call.reason == .shortWait ? .chosenTime : call.reason, hall: hall.prospect.hall)
                way.startsAt = slot
                return way
            }
        }
        let booked = bookings.sorted { ($0.startsAt ?? Instant(milliseconds: .max)) < ($1.startsAt ?? Instant(milliseconds: .max)) }
        return comfortable + booked + others.map(\.way) + online(halls) + halls.compactMap(window)
    }

    private static func call(_ prospect: Broker.Prospect) -> Way {
        let isThere = prospect.seatsOpen > 0
        let isShort = isThere && (prospect.estimate.map { $0.p80 <= ServerLimits.comfortableWait } ?? false)
        var way = Way(.videoNow, isShort ? .shortWait : isThere ? .longWait : .closedNow, hall: prospect.hall)
        way.waiting = prospect.waiting
        way.seatsOpen = prospect.seatsOpen
        way.waitP50Ms = prospect.estimate?.p50
        way.waitP80Ms = prospect.estimate?.p80
        way.opening = prospect.opening
        return way
    }

    private static func wait(_ way: Way) -> Int64 { way.waitP50Ms?.count ?? .max }

    /// One office once, however many halls name it.
    private static func online(_ halls: [Hall]) -> [Way] {
        var seen: Set<HallPlace.OnlineOffice> = []
        return halls.compactMap { hall in
            guard let place = hall.place, let online = place.online, seen.insert(online).inserted else { return nil }
            var way = Way(.online, .perhapsOnline, hall: nil)
            way.online = online
            way.source = place.source
            return way
        }
    }

    private static func window(_ hall: Hall) -> Way? {
        guard let place = hall.place else { return nil }
        var way = Way(.window, .inPerson, hall: hall.prospect.hall)
        way.address = place.address
        way.telephone = place.telephone.isEmpty ? nil : place.telephone
        way.position = place.position
        way.opening = hall.prospect.opening
        way.source = place.source
        return way
    }
}

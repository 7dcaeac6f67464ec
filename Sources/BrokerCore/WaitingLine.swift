import SignalingProtocol

/// The order in which a hall calls.
///
/// A lane's advantage is a length of time: its tickets count as if they had been taken that much earlier. So a lane is never overtaken for longer than the
/// difference of two advantages, nobody starves, and the order of two waiting tickets never changes.
struct PlaceKey: Hashable, Comparable, Sendable {
    let countsFrom: Instant
    let ticket: TicketID

    init(_ ticket: Ticket, advantage: Milliseconds) {
        countsFrom = Instant(milliseconds: ticket.takenAt.milliseconds - advantage.count)
        self.ticket = ticket.id
    }

    static func < (left: Self, right: Self) -> Bool { (left.countsFrom, left.ticket) < (right.countsFrom, right.ticket) }
}

/// What a seat must be able to do for a ticket, and how it came to its place. Tickets with the same needs wait in one line, in the order in which
/// they were taken.
struct Needs: Hashable, Comparable, Sendable {
    /// The item's category.
    let group: String
    let kind: SessionKind
    let language: SpokenLanguage?
    let lane: Lane
    let isHandedOn: Bool
    /// Handed on to this very seat.
    let seat: SeatID?
    /// Handed on from this one, which comes last.
    let handedOnFrom: SeatID?

    init(_ ticket: Ticket) {
        group = ticket.group
        kind = ticket.kind
        language = ticket.language
        lane = ticket.lane
        isHandedOn = ticket.transfer != nil
        seat = ticket.directedTo
        handedOnFrom = ticket.handedOnFrom
    }

    private var order: (String, String, String, String, String, String) {
        (group, kind.rawValue, language?.rawValue ?? "", lane.rawValue, seat?.text ?? "", isHandedOn ? "1" + (handedOnFrom?.text ?? "") : "0")
    }

    static func < (left: Self, right: Self) -> Bool { left.order < right.order }
}

/// What a seat's agent can take. Empty means: all of them.
public struct Skills: Codable, Hashable, Sendable {
    /// Item categories.
    public var groups: Set<String>
    public var kinds: Set<SessionKind>
    public var languages: Set<SpokenLanguage>

    public init(groups: Set<String> = [], kinds: Set<SessionKind> = [], languages: Set<SpokenLanguage> = [.mandarin]) {
        self.groups = groups
        self.kinds = kinds
        self.languages = languages
    }

    func cover(_ needs: Needs) -> Bool { cover(group: needs.group, kind: needs.kind, language: needs.language) }

    func cover(group: String, kind: SessionKind, language: SpokenLanguage?) -> Bool {
        (groups.isEmpty || groups.contains(group)) && (kinds.isEmpty || kinds.contains(kind))
            && (language.map { languages.isEmpty || languages.contains($0) } ?? true)
    }
}

/// A hall's waiting tickets.
struct WaitingLine: Sendable {
    /// Everybody who has a place, in calling order.
    private(set) var places = CountedTree<PlaceKey>()
    /// Those who can be called now, by what they need.
    private(set) var callable: [Needs: CountedTree<PlaceKey>] = [:]

    var count: Int { places.count }
    /// In an order of its own, so that no decision hangs on a dictionary's.
    var needs: [Needs] { callable.keys.sorted() }

    mutating func insert(_ key: PlaceKey) { places.insert(key) }

    mutating func remove(_ key: PlaceKey, _ needs: Needs) {
        places.remove(key)
        setCallable(false, key, needs)
    }

    mutating func setCallable(_ isCallable: Bool, _ key: PlaceKey, _ needs: Needs) {
        if isCallable {
            callable[needs, default: CountedTree()].insert(key)
        } else if callable[needs]?.remove(key) == true, callable[needs]?.isEmpty == true {
            callable[needs] = nil
        }
    }

    func first(_ needs: Needs) -> PlaceKey? { callable[needs]?.first }

    /// How many are called before `key`.
    func ahead(of key: PlaceKey) -> Int { places.rank(of: key) }
}

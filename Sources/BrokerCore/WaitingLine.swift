import SignalingProtocol

/// The order in which a hall calls: by lane, then by the time the place was first taken, then by id.
struct PlaceKey: Hashable, Comparable, Sendable {
    let lane: Lane
    let takenAt: Instant
    let ticket: TicketID

    init(_ ticket: Ticket) {
        lane = ticket.lane
        takenAt = ticket.takenAt
        self.ticket = ticket.id
    }

    static func < (left: Self, right: Self) -> Bool {
        (left.lane.rank, left.takenAt, left.ticket) < (right.lane.rank, right.takenAt, right.ticket)
    }
}

extension Lane {
    var rank: Int {
        switch self {
        case .ordinary: 0
        }
    }
}

/// A hall's waiting tickets in calling order.
struct WaitingLine: Sendable {
    private(set) var places: [PlaceKey] = []

    mutating func insert(_ key: PlaceKey) {
        let index = index(of: key)
        if index < places.count, places[index] == key { return }
        places.insert(key, at: index)
    }

    mutating func remove(_ key: PlaceKey) {
        let index = index(of: key)
        if index < places.count, places[index] == key { places.remove(at: index) }
    }

    /// How many are called before `key`.
    func ahead(of key: PlaceKey) -> Int { index(of: key) }

    /// The first place that is not before `key`.
    private func index(of key: PlaceKey) -> Int {
        var low = 0
        var high = places.count
        while low < high {
            let middle = (low + high) / 2
            if places[middle] < key { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

import SignalingProtocol

extension Appointment {
    /// Whether nobody else can have its place.
    var keepsPlace: Bool { !state.isTerminal || shutUntil != nil }
}

/// The appointments of one hall that keep a place, by their beginning.
struct BookingIndex: Sendable {
    private struct Entry: Hashable, Comparable, Sendable {
        let start: Instant
        let id: AppointmentID

        static func < (left: Self, right: Self) -> Bool { (left.start, left.id) < (right.start, right.id) }
    }

    private var entries: [Entry] = []

    var count: Int { entries.count }
    var all: [AppointmentID] { entries.map(\.id) }

    func contains(_ appointment: Appointment) -> Bool {
        let entry = Entry(start: appointment.time.lowerBound, id: appointment.id)
        let place = index(of: entry)
        return place < entries.count && entries[place] == entry
    }

    mutating func set(_ appointment: Appointment, keepsPlace: Bool) {
        let entry = Entry(start: appointment.time.lowerBound, id: appointment.id)
        let place = index(of: entry)
        let isThere = place < entries.count && entries[place] == entry
        if keepsPlace, !isThere { entries.insert(entry, at: place) }
        if !keepsPlace, isThere { entries.remove(at: place) }
    }

    /// Those that begin within `time`.
    func starting(in time: Range<Instant>) -> [AppointmentID] {
        var place = index(before: time.lowerBound)
        var found: [AppointmentID] = []
        while place < entries.count, entries[place].start < time.upperBound {
            found.append(entries[place].id)
            place += 1
        }
        return found
    }

    private func index(of entry: Entry) -> Int { index { $0 < entry } }
    private func index(before start: Instant) -> Int { index { $0.start < start } }

    private func index(where isBefore: (Entry) -> Bool) -> Int {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if isBefore(entries[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

import SignalingProtocol

/// A stretch of time in which seats can be booked: what a schedule's stretch says, with the breaks taken out already.
public struct BookableStretch: Hashable, Sendable {
    /// Within one day of the hall's clocks.
    public let time: Range<Instant>
    public let covers: Coverage
    /// Citizens who can be served side by side.
    public let capacity: Int

    public init(time: Range<Instant>, covers: Coverage = .everything, capacity: Int = 1) {
        self.time = time
        self.covers = covers
        self.capacity = capacity
    }
}

/// How a hall cuts its day into slots.
public struct SlotRules: Hashable, Sendable {
    /// Length of a slot, in whole minutes.
    public var minutes: Int
    /// Share of the seats that is held back for walk-ins (现场取号), 0 to 100.
    public var walkInPercent: Int

    public init(minutes: Int = 30, walkInPercent: Int = 50) {
        self.minutes = minutes
        self.walkInPercent = walkInPercent
    }
}

/// A time that can be booked (预约时段), for whoever it covers.
public struct BookableSlot: Hashable, Sendable {
    public let time: Range<Instant>
    public let covers: Coverage
    /// Never 0.
    public let capacity: Int

    public init(time: Range<Instant>, covers: Coverage, capacity: Int) {
        self.time = time
        self.covers = covers
        self.capacity = capacity
    }
}

/// Cuts staffed time into slots.
///
/// Slots stand on one grid for the whole hall, counted from the hall's midnight, so that two seats that begin at different times still have the same slots;
/// one that does not lie wholly in a stretch is not offered. Seats that cover the same are counted together.
///
/// Held back for walk-ins is `walkInPercent` of the seats of a slot, rounded up, so that of two or more seats at least one stays, and of one seat at least
/// every second slot. They are taken where most seats are, and among equals from those that cover most: whoever needs the rare seat can still book it.
public enum SlotDerivation {
    /// - Returns: by the beginning; of slots at one time the one that covers most first.
    public static func slots(of stretches: [BookableStretch], _ rules: SlotRules, zone: ZoneRules) -> [BookableSlot] {
        guard rules.minutes > 0 else { return [] }
        let length = Milliseconds.minutes(Int64(rules.minutes))
        var seats: [GridPlace: [Coverage: Int]] = [:]
        for stretch in stretches where stretch.capacity > 0 {
            let midnight = zone.first(.startOfDay, on: zone.day(at: stretch.time.lowerBound))
            let after = stretch.time.lowerBound - midnight
            var number = (after.count + length.count - 1) / length.count
            while midnight + Milliseconds((number + 1) * length.count) <= stretch.time.upperBound {
                let place = GridPlace(at: midnight + Milliseconds(number * length.count), number: number)
                seats[place, default: [:]][stretch.covers, default: 0] += stretch.capacity
                number += 1
            }
        }
        return seats.keys.sorted().flatMap { place in
            let bookable = bookable(seats[place] ?? [:], at: place.number, walkInPercent: rules.walkInPercent)
            return bookable.map { BookableSlot(time: place.at..<place.at + length, covers: $0.covers, capacity: $0.seats) }
        }
    }

    private struct GridPlace: Hashable, Comparable {
        let at: Instant
        /// Of the day's slots, from midnight.
        let number: Int64

        static func < (left: Self, right: Self) -> Bool { (left.at, left.number) < (right.at, right.number) }
    }

    private static func bookable(_ seats: [Coverage: Int], at number: Int64, walkInPercent: Int) -> [(covers: Coverage, seats: Int)] {
        let sorted = seats.map { (covers: $0.key, seats: $0.value) }.sorted { $0.covers.order < $1.covers.order }
        var left = sorted
        for _ in 0..<heldBack(of: sorted.reduce(0) { $0 + $1.seats }, at: number, walkInPercent: walkInPercent) {
            // The first of the largest: among equals the broadest.
            guard let most = left.map(\.seats).max(), let index = left.firstIndex(where: { $0.seats == most }) else { break }
            left[index].seats -= 1
        }
        return left.filter { $0.seats > 0 }
    }

    /// Seats of a slot that nobody can book.
    static func heldBack(of seats: Int, at number: Int64, walkInPercent: Int) -> Int {
        let percent = max(0, min(100, walkInPercent))
        guard percent > 0, seats > 0 else { return 0 }
        if seats > 1 { return (seats * percent + 99) / 100 }
        // One seat: every so many slots of the day, spread evenly.
        let share = Int64(min(50, 100 - percent))
        let bookableBefore = { (count: Int64) in (count * share + 99) / 100 }
        return bookableBefore(number + 1) > bookableBefore(number) ? 0 : 1
    }
}

extension Coverage {
    /// Broad ones first, and the same in every run.
    fileprivate var order: (Int, String) {
        let parts = [groups.sorted(), kinds.map(\.rawValue).sorted(), languages.map(\.rawValue).sorted()]
        return (parts.count { !$0.isEmpty }, parts.map { $0.joined(separator: ",") }.joined(separator: ";"))
    }
}

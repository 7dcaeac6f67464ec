import SignalingProtocol

/// What happened in one half hour, of all runs together.
struct HalfHourTally {
    var arrivals = 0
    var served = 0
    var servedInTime = 0
    var abandoned = 0
    /// Of everybody who came in it, until they were served or left.
    var waits: [Int64] = []
    var staffed: Int64 = 0
    var busy: Int64 = 0
}

struct RehearsalTally {
    let begin: Instant
    var halfHours: [HalfHourTally]
    /// Came when the seats were closed for the day.
    var outsideHours = 0

    init(begin: Instant, count: Int) {
        self.begin = begin
        halfHours = Array(repeating: HalfHourTally(), count: count)
    }

    /// The half hour of a moment; nil outside what is reported.
    func place(of instant: Instant) -> Int? {
        let place = Int((instant - begin).count / RehearsalPlan.halfHour.count)
        return instant >= begin && place < halfHours.count ? place : nil
    }

    /// Adds each half hour's part of a stretch of time.
    mutating func spread(_ time: Range<Instant>, _ field: WritableKeyPath<HalfHourTally, Int64>) {
        let step = RehearsalPlan.halfHour
        var at = max(time.lowerBound, begin)
        while at < time.upperBound, let place = place(of: at) {
            let end = min(time.upperBound, begin + Milliseconds(Int64(place + 1) * step.count))
            halfHours[place][keyPath: field] += (end - at).count
            at = end
        }
    }
}

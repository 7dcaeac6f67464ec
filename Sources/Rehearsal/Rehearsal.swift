import Scheduling
import SignalingProtocol

extension RehearsalPlan {
    /// Rehearses it all.
    /// - Parameter goesOn: told how much is done, 0 to 1, from time to time; false stops it.
    /// - Returns: nil when it was stopped.
    public func rehearse(_ goesOn: (Double) -> Bool = { _ in true }) -> RehearsalReport? {
        var tally = RehearsalTally(begin: span.lowerBound, count: halfHours.count)
        for number in 0..<runs {
            guard goesOn(Double(number) / Double(runs)) else { return nil }
            var run = RehearsalRun(self, run: number, tally: tally)
            guard run.run({ goesOn((Double(number) + $0) / Double(runs)) }) else { return nil }
            tally = run.tally
        }
        return report(tally)
    }

    // MARK: The report

    private func report(_ tally: RehearsalTally) -> RehearsalReport {
        let expected = expectations
        let lines = zip(halfHours, zip(tally.halfHours, expected)).map { line($0, $1.0, $1.1) }
        let waits = tally.halfHours.flatMap(\.waits).sorted()
        let (arrivals, staffed) = (tally.halfHours.reduce(0) { $0 + $1.arrivals }, tally.halfHours.reduce(0) { $0 + $1.staffed })
        let openDays = openDays
        let short = lines.count { line in
            // On a closed day nobody is missing, whoever is expected.
            guard openDays.contains(where: { $0.lowerBound < line.at + Self.halfHour && line.at < $0.upperBound }) else { return false }
            return (line.neededErlangA ?? line.neededErlangC).map { Double($0) > line.planned } ?? (line.arrivals > 0)
        }
        return RehearsalReport(
            assumptions: assumptions(expected), halfHours: lines,
            total: RehearsalReport.Total(
                arrivals: perRun(arrivals), served: perRun(tally.halfHours.reduce(0) { $0 + $1.served }),
                abandoned: perRun(tally.halfHours.reduce(0) { $0 + $1.abandoned }), outsideHours: perRun(tally.outsideHours),
                serviceLevel: share(Int64(tally.halfHours.reduce(0) { $0 + $1.servedInTime }), of: Int64(arrivals)),
                waitMeanMs: waits.isEmpty ? nil : Milliseconds(waits.reduce(0, +) / Int64(waits.count)), waitP50Ms: percentile(50, ofSorted: waits),
                waitP80Ms: percentile(80, ofSorted: waits), waitP95Ms: percentile(95, ofSorted: waits),
                occupancy: share(tally.halfHours.reduce(0) { $0 + $1.busy }, of: staffed),
                plannedSeatHours: rounded(lines.reduce(0) { $0 + $1.planned } / 2), halfHoursShort: short),
            uncovered: uncovered, runs: runs)
    }

    private func line(_ at: Instant, _ tally: HalfHourTally, _ expected: Expectation) -> RehearsalReport.HalfHour {
        let waits = tally.waits.sorted()
        let load = OfferedLoad(arrivals: expected.arrivals, within: Self.halfHour, handling: Milliseconds(Int64(max(1, expected.handling))))
        return RehearsalReport.HalfHour(
            at: at, arrivals: perRun(tally.arrivals), served: perRun(tally.served), abandoned: perRun(tally.abandoned),
            serviceLevel: share(Int64(tally.servedInTime), of: Int64(tally.arrivals)), waitP50Ms: percentile(50, ofSorted: waits),
            waitP80Ms: percentile(80, ofSorted: waits), waitP95Ms: percentile(95, ofSorted: waits), occupancy: share(tally.busy, of: tally.staffed),
            planned: planned(at), neededErlangC: load.flatMap { Staffing.seatsNeeded(for: $0, goal: goal) },
            neededErlangA: patience.flatMap { patience in
                load.flatMap { patience.mean > 0 ? Staffing.seatsNeeded(for: $0, goal: goal, patience: patience.mean) : nil }
            })
    }

    private func planned(_ at: Instant) -> Double {
        let end = at + Self.halfHour
        let bySeat = Dictionary(grouping: stretches.filter { $0.time.upperBound > at && $0.time.lowerBound < end }, by: \.seat)
        // Two stretches of one seat at the same time are one seat.
        let staffed = bySeat.values.reduce(Int64(0)) { sum, own in
            TimeSet(own.map { max($0.time.lowerBound, at)..<min($0.time.upperBound, end) }).stretches
                .reduce(sum) { $0 + ($1.upperBound - $1.lowerBound).count }
        }
        return rounded(Double(staffed) / Double(Self.halfHour.count))
    }

    private func perRun(_ count: Int) -> Double { rounded(Double(count) / Double(runs)) }
    private func share(_ part: Int64, of whole: Int64) -> Double? { whole > 0 ? (Double(part) / Double(whole) * 10_000).rounded() / 10_000 : nil }
    private func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }

    // MARK: What is expected

    struct Expectation {
        var arrivals = 0.0
        /// Milliseconds of a seat's time that they ask for, together.
        var work = 0.0
        var talk = 0.0
        var wrapUp = 0.0
        var handling: Double { arrivals > 0 ? work / arrivals : 0 }
    }

    /// By half hour.
    private var expectations: [Expectation] {
        let begins = halfHours
        var expected = Array(repeating: Expectation(), count: begins.count)
        let frame = RehearsalTally(begin: span.lowerBound, count: begins.count)
        let accept = Double(acceptDelay.mean.count)
        let lengths = demands.map { (talk: Double($0.talk.mean.count), wrapUp: Double($0.wrapUp.mean.count)) }
        let add = { (demand: Int, place: Int, count: Double) in
            expected[place].arrivals += count
            expected[place].work += count * (accept + lengths[demand].talk + lengths[demand].wrapUp)
            expected[place].talk += count * lengths[demand].talk
            expected[place].wrapUp += count * lengths[demand].wrapUp
        }
        switch arrivals {
        case .recorded(let recorded):
            for arrival in recorded where demands.indices.contains(arrival.demand) {
                if let place = frame.place(of: arrival.at) { add(arrival.demand, place, 1) }
            }
        case .poisson(let rates):
            for rate in rates where demands.indices.contains(rate.demand) && !rate.time.isEmpty {
                let length = Double((rate.time.upperBound - rate.time.lowerBound).count)
                guard var place = frame.place(of: max(rate.time.lowerBound, span.lowerBound)) else { continue }
                while place < begins.count, begins[place] < rate.time.upperBound {
                    let part = min(rate.time.upperBound, begins[place] + Self.halfHour, span.upperBound) - max(rate.time.lowerBound, begins[place])
                    add(rate.demand, place, rate.expected * Double(part.count) / length)
                    place += 1
                }
            }
        }
        return expected
    }

    private func assumptions(_ expected: [Expectation]) -> RehearsalReport.Assumptions {
        let arrivals = expected.reduce(0) { $0 + $1.arrivals }
        let mean = { (sum: Double) in Milliseconds(arrivals > 0 ? Int64((sum / arrivals).rounded()) : 0) }
        return RehearsalReport.Assumptions(
            seed: seed, serviceLevelPercent: goal.percent, serviceLevelWithinMs: goal.within, patienceMeanMs: patience?.mean,
            talkMeanMs: mean(expected.reduce(0) { $0 + $1.talk }), wrapUpMeanMs: mean(expected.reduce(0) { $0 + $1.wrapUp }),
            acceptMeanMs: acceptDelay.mean, expectedArrivals: rounded(arrivals))
    }

    // MARK: Coverage

    private var uncovered: [RehearsalReport.Uncovered] {
        let within = TimeSet([span])
        let open = TimeSet(stretches.map(\.time)).intersection(within)
        var seen: Set<RehearsalReport.Uncovered> = []
        return demands.flatMap { demand in
            open.subtracting(TimeSet(stretches.filter { $0.covers.covers(demand.need) }.map(\.time))).stretches.map {
                RehearsalReport.Uncovered(itemCode: demand.item, kind: demand.kind, language: demand.language, from: $0.lowerBound, to: $0.upperBound)
            }
        }.filter { seen.insert($0).inserted }
    }
}

import SignalingProtocol

/// Many days, added up.
public struct Campaign: Sendable {
    /// Fewer days may miss a rare ending by chance; from here on a missing one fails the run.
    public static let daysThatReachEverything = 500

    public private(set) var census = Census()
    /// The failure of the smallest seed.
    public private(set) var failure: SimulationFailure?

    public init() {}

    public mutating func add(_ other: Census, _ failure: SimulationFailure?) {
        census.add(other)
        if let failure, failure.seed < self.failure?.seed ?? .max { self.failure = failure }
    }

    /// What was never reached although there were days enough.
    public var gaps: [String] { census.days >= Self.daysThatReachEverything ? census.neverReached : [] }

    public var isGood: Bool { failure == nil && gaps.isEmpty }

    /// What a day contained, and how often each ending was reached.
    public var report: String {
        let days = max(1, census.days)
        let count = { [census] (name: String) in census.counts[name] ?? 0 }
        let sum = { [census] (prefix: String) in census.endings.filter { $0.key.hasPrefix(prefix) }.values.reduce(0, +) }
        let table: [(String, Int)] = [
            ("steps", census.steps), ("turns of the broker", census.turns), ("records", census.records), ("commits", census.commits),
            ("commits that failed", census.commitsFailed), ("lines opened", census.lines), ("resumed", count("resumed")),
            ("from a snapshot", count("snapshot")), ("tickets", sum("ticket ")), ("rings", sum("ring ")), ("sessions", sum("session ")),
            ("outcomes", sum("outcome ")), ("commands sent twice", count("duplicated")), ("commands overtaken", count("reordered")),
            ("commands sent again", count("sent again")), ("lines broken", count("line breaks")), ("lines dead", count("line dies")),
            ("reloads", count("reload")), ("second pages", count("second page")), ("frozen pages", count("page freezes")),
            ("crashes", count("crash")), ("crashes that lost records", count("crash that lost records")), ("disk failures", count("disk fails")),
            ("schedules changed", count("schedule changed")), ("versions adopted", count("version adopted")),
            ("asked back", count("asked back") + count("asked back by schedule")),
            ("audits of everything", census.audits), ("pages compared", census.pagesCompared),
        ]
        let figures = table.map { "  \(Self.tenths($0.1, over: days)) \($0.0)" }.joined(separator: "\n")
        let endings = Self.wrapped(Census.everyEnding.map { "\($0) \(census.endings[$0] ?? 0)" })
        let actions = Self.wrapped(Census.everyAction.map { "\($0) \(count($0))" })
        let refused = Self.wrapped(census.counts.filter { $0.key.hasPrefix("refused ") }.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" })
        let share = { [census] (part: Int) in Self.tenths(part * 100, over: max(1, census.waits)).drop { $0 == " " } }
        let waits = "  \(census.waits) waited; \(share(census.waitsWithinP50)) % within P50, \(share(census.waitsWithinP80)) % within P80"
        let lists = [("endings", endings), ("announced waits", waits), ("acts", actions), ("refusals heard", refused)]
        return "a day on average:\n\(figures)" + lists.map { "\n\($0.0), all days:\n\($0.1)" }.joined()
    }

    private static func tenths(_ sum: Int, over days: Int) -> String {
        let tenths = sum * 10 / days
        let text = "\(tenths / 10).\(tenths % 10)"
        return String(repeating: " ", count: max(0, 8 - text.count)) + text
    }

    private static func wrapped(_ words: [String]) -> String {
        var lines: [String] = []
        for word in words {
            if let last = lines.last, last.count + word.count < 110 { lines[lines.count - 1] = last + ", " + word } else { lines.append("  " + word) }
        }
        return lines.joined(separator: "\n")
    }
}

import SignalingProtocol

/// Until when a paper says that it holds.
struct ValidityDates: Hashable, Sendable {
    /// The last days named, of one paper usually one. Empty when it names none that is beyond doubt.
    private(set) var ends: Set<CivilDate> = []
    /// 长期: without an end.
    private(set) var isOpenEnded = false

    /// Identity cards hold for 5, 10 or 20 years to the day (Law on Resident Identity Cards, article 5): a misread digit breaks that.
    private static let cardYears: Set<Int> = [5, 10, 20]
    /// Words before a period or an end that is the paper's own.
    private static let labels = ["有效期", "营业期限", "经营期限", "委托期限", "租赁期限", "有效日期", "期限"]

    /// - Parameter text: compact, as `TextReading` makes it.
    init(_ text: String) {
        let text = Self.withOnes(text)
        let period = /(?<from>[12][0-9]{3}[.年\-\/][0-9]{1,2}[.月\-\/][0-9]{1,2}日?)[\-—–~－至到一起]{1,3}(?<to>[12][0-9]{3}[.年\-\/][0-9]{1,2}[.月\-\/][0-9]{1,2}|长期|永久)/
        for match in text.matches(of: period) {
            let labelled = Self.hasLabel(text[..<match.range.lowerBound])
            guard let start = Self.date(match.from) else { continue }
            guard let end = Self.date(match.to) else {
                isOpenEnded = true
                continue
            }
            let isCardPeriod = start.month == end.month && start.day == end.day && Self.cardYears.contains(end.year - start.year)
            if start < end, isCardPeriod || labelled { ends.insert(end) }
        }
        for match in text.matches(of: /(?:有效期|有效期限|期限|有效日期)(?:截止|截至|至|到|:)+(?<to>[12][0-9]{3}[.年\-\/][0-9]{1,2}[.月\-\/][0-9]{1,2})/) {
            if let end = Self.date(match.to) { ends.insert(end) }
        }
        if text.contains(/(?:有效期限?|营业期限|经营期限)[:：至]?(?:长期|永久)/) { isOpenEnded = true }
    }

    /// The last day of a paper that has ended before `today`, if nothing in the text says otherwise.
    func expired(before today: CivilDate) -> CivilDate? {
        guard !isOpenEnded, let latest = ends.max(), latest < today else { return nil }
        return latest
    }

    /// Brackets and strokes beside a digit or a date's word are what readers make of 1.
    private static func withOnes(_ text: String) -> String {
        var characters = Array(text)
        func isDatePart(_ index: Int) -> Bool {
            characters.indices.contains(index) && (("0"..."9").contains(characters[index]) || "年月日.-".contains(characters[index]))
        }
        for index in characters.indices where "][|lI!".contains(characters[index]) && (isDatePart(index - 1) || isDatePart(index + 1)) {
            characters[index] = "1"
        }
        return String(characters)
    }

    private static func hasLabel(_ before: Substring) -> Bool {
        let near = before.suffix(8)
        return labels.contains { near.contains($0) }
    }

    private static func date(_ text: Substring) -> CivilDate? {
        let numbers = text.split { !("0"..."9").contains($0) }.compactMap { Int($0) }
        guard numbers.count == 3 else { return nil }
        return CivilDate(year: numbers[0], month: numbers[1], day: numbers[2])
    }
}

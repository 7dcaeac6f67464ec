import SignalingProtocol

/// All that was read on the pages of one file, compared with what the case says.
struct PaperText {
    let kind: PaperKind
    let expectations: Expectations
    let today: CivilDate
    /// Each page's looks.
    var pages: [[TextReading]]
    /// Whether every page that has writing was read.
    var isWhole: Bool

    /// A paper with fewer characters is not judged by what is missing on it.
    private static let judgedCharacters = 18

    private var readings: [TextReading] { pages.flatMap(\.self) }
    private var texts: [String] { readings.map(\.text) }
    var sureCharacters: Int { pages.reduce(0) { $0 + ($1.map(\.sureCharacters).max() ?? 0) } }

    /// Numbers that may be wrong on the paper itself, by page from 0: to be read once more.
    var doubtfulNumbers: [Int: Set<String>] {
        guard numbers.residents.isEmpty, numbers.credits.isEmpty else { return [:] }
        var result: [Int: Set<String>] = [:]
        for (index, looks) in pages.enumerated() {
            let broken = looks.reduce(into: Set<String>()) { $0.formUnion(NumbersInText($1.lines.map(\.text).joined(separator: "\n")).broken) }
            if !broken.isEmpty { result[index] = broken }
        }
        return result
    }

    func findings() -> [Finding] {
        var findings: [Finding] = []
        if isWrongDocument {
            // What a wrong paper says otherwise is of no interest.
            return [Finding(.wrongDocument)]
        }
        if namesDiffer { findings.append(Finding(.nameMismatch)) }
        if numbersDiffer { findings.append(Finding(.numberMismatch)) }
        if let end = expiry { findings.append(Finding(.expired, detail: end.description)) }
        return findings
    }

    // MARK: Which paper

    private var isWrongDocument: Bool {
        guard isWhole, !kind.keywords.isEmpty, sureCharacters >= Self.judgedCharacters else { return false }
        if kind.family == .identity, !numbers.residents.isEmpty { return false }
        return !texts.contains(where: kind.isNamed)
    }

    // MARK: Numbers

    private var numbers: NumbersInText { NumbersInText(readings.flatMap { $0.lines.map(\.text) }.joined(separator: "\n")) }

    /// Every number was read with its check character, so none is misread; the question is only whose it is.
    private var numbersDiffer: Bool {
        let residents = Set(expectations.residentNumbers.compactMap { try? IdentityNumber($0) })
        let credits = Set(expectations.creditCodes.compactMap { try? CreditCode($0) })
        let found = numbers
        let comparable = !residents.isEmpty && !found.residents.isEmpty || !credits.isEmpty && !found.credits.isEmpty
        let agrees = !residents.isDisjoint(with: found.residents) || !credits.isDisjoint(with: found.credits)
        guard comparable, !agrees else { return false }
        // A contract may carry the other party's number alone; the names then say that it belongs here.
        return kind.family == .identity || kind.family == .licence || !namesAppear
    }

    // MARK: Names

    private var namesAppear: Bool {
        expectations.names.contains { name in
            let name = TextReading.compact(name)
            return texts.contains { text in
                Likeness.contains(name, in: text) || name.count >= 6 && Likeness.sharedPairs(of: name, in: text) >= 0.5
                    || name.count == 3 && Likeness.containsWithOneWrong(name, in: text)
            }
        }
    }

    /// Only where a name stands behind its label, was read alike in two looks or with great confidence, and shares no half with any of the case's.
    private var namesDiffer: Bool {
        guard !expectations.names.isEmpty, !namesAppear else { return false }
        let read = labelledNames
        guard !read.isEmpty else { return false }
        return read.allSatisfy { name in expectations.names.allSatisfy { Likeness.sharedCharacters(name, TextReading.compact($0)) < 0.5 } }
    }

    private static let sureName = 84.0

    private var labelledNames: Set<String> {
        var counts: [String: Int] = [:]
        var sure: Set<String> = []
        for reading in readings {
            var seen: Set<String> = []
            for line in reading.lines {
                guard let name = Self.labelledName(line.text) else { continue }
                seen.insert(name)
                if line.confidence >= Self.sureName { sure.insert(name) }
            }
            for name in seen { counts[name, default: 0] += 1 }
        }
        return sure.union(counts.filter { $0.value >= 2 }.keys)
    }

    /// `姓名李俊`, `法定代表人:洪淑芬`, `名称潮州市…有限公司`.
    static func labelledName(_ line: String) -> String? {
        if let match = line.firstMatch(of: /^(?:姓名|法定代表人|受托人)[^\u{4e00}-\u{9fff}]{0,2}([\u{4e00}-\u{9fff}]{2,4})$/) { return String(match.1) }
        if let match = line.firstMatch(of: /^(?:纳税人)?名称[^\u{4e00}-\u{9fff}]{0,2}([\u{4e00}-\u{9fff}]{5,40})$/) { return String(match.1) }
        return nil
    }

    // MARK: Dates

    /// A look that sees a later end, or none at all, is believed: it is the better news for the person.
    private var expiry: CivilDate? {
        let seen = texts.map(ValidityDates.init)
        guard !seen.contains(where: \.isOpenEnded), let latest = seen.flatMap(\.ends).max(), latest < today else { return nil }
        return latest
    }
}

extension Likeness {
    /// Whether the text has the name with one character misread.
    static func containsWithOneWrong(_ name: String, in text: String) -> Bool {
        let name = Array(name)
        let text = Array(text)
        guard text.count >= name.count else { return false }
        return (0...(text.count - name.count)).contains { start in name.indices.count { name[$0] != text[start + $0] } <= 1 }
    }
}

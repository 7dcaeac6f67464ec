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
        switch kind.family {
        case .identity: return !kind.isPerhapsAnothers
        case .licence, .authorisation, .named: return true
        // A contract may carry the other party's number alone; the names then say that it belongs here.
        case .contract, .other: return !namesAppear
        }
    }

    // MARK: Names

    private var namesAppear: Bool {
        expectations.names.contains { name in
            let core = Self.core(of: name)
            return texts.contains { Likeness.contains(core, in: $0, misread: core.count >= 3 ? max(1, core.count / 4) : 0) }
        }
    }

    /// Only where a name stands behind its label, was read alike in two looks or with great confidence, and shares no half with any of the case's
    /// that it could be.
    private var namesDiffer: Bool {
        guard !kind.isPerhapsAnothers, !namesAppear else { return false }
        let read = labelledNames.map(Self.core)
        let comparable = expectations.names.filter { labels.isOfPeople ? $0.count <= 4 : labels.isOfBodies ? $0.count > 4 : true }
        guard !read.isEmpty, !comparable.isEmpty else { return false }
        return read.allSatisfy { name in comparable.allSatisfy { Likeness.sharedCharacters(name, Self.core(of: $0)) < 0.5 } }
    }

    /// Whose names a kind of paper carries behind which words. A licence names its head too, but its bearer is often somebody else.
    private var labels: (words: [String], isOfPeople: Bool, isOfBodies: Bool) {
        switch kind.family {
        case .identity: (["姓名"], true, false)
        case .licence, .named: (["名称", "纳税人名称"], false, true)
        case .authorisation: (["委托人", "受托人"], false, false)
        case .contract, .other: ([], false, false)
        }
    }

    private static let sureName = 80.0
    private static let nameCharacters = 2...40

    private var labelledNames: Set<String> {
        var counts: [String: Int] = [:]
        var sure: Set<String> = []
        for reading in readings {
            var seen: Set<String> = []
            for line in reading.lines {
                guard let name = labelledName(line.text) else { continue }
                seen.insert(name)
                if line.confidence(ofLast: name.count) >= Self.sureName { sure.insert(name) }
            }
            for name in seen { counts[name, default: 0] += 1 }
        }
        return sure.union(counts.filter { $0.value >= 2 }.keys)
    }

    /// `姓名李俊`, `名称:潮州市…有限公司`: the label, at most two marks, and Chinese to the line's end.
    private func labelledName(_ line: String) -> String? {
        guard let label = labels.words.first(where: line.hasPrefix) else { return nil }
        let rest = line.dropFirst(label.count)
        let name = rest.drop { !$0.unicodeScalars.allSatisfy(TextReading.isChinese) }
        guard rest.count - name.count <= 2, Self.nameCharacters.contains(name.count), name.unicodeScalars.allSatisfy(TextReading.isChinese) else { return nil }
        if labels.isOfPeople, name.count > 4 { return nil }
        if labels.isOfBodies, name.count < 5 { return nil }
        return String(name)
    }

    private static let commonParts = ["广东省", "潮州市", "有限责任公司", "股份有限公司", "有限公司", "分公司", "公司", "经营部", "商行"]

    /// What tells a business from its neighbours: the name without place and legal form. Of a person, the name.
    private static func core(of name: String) -> String {
        let whole = TextReading.compact(name)
        guard whole.count > 4 else { return whole }
        let core = commonParts.reduce(whole) { $0.replacing($1, with: "") }
        return core.count >= 2 ? core : whole
    }

    // MARK: Dates

    /// A look that sees a later end, or none at all, is believed: it is the better news for the person.
    private var expiry: CivilDate? {
        let seen = texts.map(ValidityDates.init)
        guard !seen.contains(where: \.isOpenEnded), let latest = seen.flatMap(\.ends).max(), latest < today else { return nil }
        return latest
    }
}

/// Something that keeps a version of an item from being published.
public struct ItemProblem: Codable, Hashable, Sendable {
    /// Where, as `materials[2].condition`; wire names, places count from 0.
    public var path: String
    public var kind: ItemProblemKind

    public init(path: String, kind: ItemProblemKind) {
        self.path = path
        self.kind = kind
    }
}

public enum ItemProblemKind: String, Codable, CaseIterable, Sendable {
    case missing
    case tooLong = "too-long"
    case tooMany = "too-many"
    /// Another one before it has the same code.
    case duplicate
    /// A conditional material does not say when it is asked for.
    case conditionMissing = "condition-missing"
    /// A mandatory material names a condition.
    case conditionUnused = "condition-unused"
    /// The key names none of the item's sources.
    case unknownSource = "unknown-source"
    case unknownHall = "unknown-hall"
    /// A hall cannot be named both as handling and as receiving.
    case hallTwice = "hall-twice"
    /// What a citizen can ask for and how far a visit goes do not agree.
    case modeContradicted = "mode-contradicted"
    /// A pre-review has nothing to look through.
    case nothingToReview = "nothing-to-review"
    case outOfRange = "out-of-range"
}

/// Bounds of a catalogue item, in characters and entries.
public enum ItemLimits {
    public static let nameCharacters = 120
    public static let textCharacters = 2_000
    public static let wordCharacters = 60
    public static let listEntries = 30
    public static let materials = 60
    public static let reasons = 100
    public static let sources = 100
    public static let copies = 99
    /// Of the whole item as JSON.
    public static let bytes = 262_144
}

extension CatalogueItem {
    /// Everything that keeps this version from being published; the one place that knows.
    /// - Parameter halls: those there are; nil: not looked at.
    public func problems(halls: Set<HallID>? = nil) -> [ItemProblem] {
        var found = ProblemList()
        if version < 1 { found.add("version", .outOfRange) }
        found.text(name, "name", limit: ItemLimits.nameCharacters)
        found.optional(nameEnglish, "name_english", limit: ItemLimits.nameCharacters)
        found.text(category, "category", limit: ItemLimits.wordCharacters)
        found.words(applicants, "applicants")
        if applicants.isEmpty { found.add("applicants", .missing) }
        found.optional(statusNote, "status_note", limit: ItemLimits.textCharacters)
        checkMode(&found)
        checkHalls(halls, &found)
        checkSources(&found)
        if materials.count > ItemLimits.materials { found.add("materials", .tooMany) }
        found.duplicates(materials.map(\.id), "materials", field: "id")
        for (index, material) in materials.enumerated() { check(material, "materials[\(index)]", &found) }
        if reasons.count > ItemLimits.reasons { found.add("reasons", .tooMany) }
        found.duplicates(reasons.map(\.code), "reasons", field: "code")
        for (index, reason) in reasons.enumerated() { found.text(reason.text, "reasons[\(index)].text", limit: ItemLimits.textCharacters) }
        return found.problems
    }

    private func checkMode(_ found: inout ProblemList) {
        if kinds.isEmpty { found.add("kinds", .missing) }
        if let mode, Set(mode.kinds) != Set(kinds) { found.add("mode", .modeContradicted) }
        if kinds.contains(.preReview), materials.isEmpty { found.add("materials", .nothingToReview) }
    }

    private func checkHalls(_ halls: Set<HallID>?, _ found: inout ProblemList) {
        for (named, path) in [(handlingHalls, "handling_halls"), (receivingHalls, "receiving_halls")] {
            found.duplicates(named ?? [], path, field: nil)
            guard let halls else { continue }
            for (index, hall) in (named ?? []).enumerated() where !halls.contains(hall) { found.add("\(path)[\(index)]", .unknownHall) }
        }
        for (index, hall) in (receivingHalls ?? []).enumerated() where handlingHalls?.contains(hall) == true {
            found.add("receiving_halls[\(index)]", .hallTwice)
        }
        found.duplicates(tags ?? [], "tags", field: nil)
    }

    private func checkSources(_ found: inout ProblemList) {
        if sources.isEmpty { found.add("sources", .missing) }
        if sources.count > ItemLimits.sources { found.add("sources", .tooMany) }
        found.duplicates(sources.map(\.id), "sources", field: "id")
        for (index, source) in sources.enumerated() {
            let path = "sources[\(index)]"
            found.text(source.id, "\(path).id", limit: ItemLimits.wordCharacters)
            found.text(source.title, "\(path).title", limit: ItemLimits.textCharacters)
            found.text(source.kind, "\(path).kind", limit: ItemLimits.wordCharacters)
            found.optional(source.url, "\(path).url", limit: ItemLimits.textCharacters)
            found.optional(source.issuer, "\(path).issuer", limit: ItemLimits.textCharacters)
            found.optional(source.pageDate, "\(path).page_date", limit: ItemLimits.wordCharacters)
        }
        for (statement, path) in [(timeLimit, "time_limit"), (fee, "fee"), (crossRegion, "cross_region")] {
            if let statement { check(statement, path, &found) }
        }
        if legalBasis.count > ItemLimits.listEntries { found.add("legal_basis", .tooMany) }
        for (index, statement) in legalBasis.enumerated() { check(statement, "legal_basis[\(index)]", &found) }
    }

    private func check(_ statement: SourcedText, _ path: String, _ found: inout ProblemList) {
        found.text(statement.text, "\(path).text", limit: ItemLimits.textCharacters)
        checkKey(statement.source, "\(path).source", &found)
    }

    private func checkKey(_ key: String, _ path: String, _ found: inout ProblemList) {
        if key.isEmpty {
            found.add(path, .missing)
        } else if !sources.contains(where: { $0.id == key }) {
            found.add(path, .unknownSource)
        }
    }

    private func check(_ material: MaterialRequirement, _ path: String, _ found: inout ProblemList) {
        found.text(material.name, "\(path).name", limit: ItemLimits.textCharacters)
        found.optional(material.nameEnglish, "\(path).name_english", limit: ItemLimits.textCharacters)
        found.optional(material.condition, "\(path).condition", limit: ItemLimits.textCharacters)
        found.optional(material.exemption, "\(path).exemption", limit: ItemLimits.textCharacters)
        found.optional(material.note, "\(path).note", limit: ItemLimits.textCharacters)
        found.words(material.keywords ?? [], "\(path).keywords")
        checkKey(material.source, "\(path).source", &found)
        switch material.necessity {
        case .conditional: if (material.condition ?? "").isEmpty { found.add("\(path).condition", .conditionMissing) }
        case .mandatory: if material.condition != nil { found.add("\(path).condition", .conditionUnused) }
        }
        if let copies = material.copies, !(1...ItemLimits.copies).contains(copies) { found.add("\(path).copies", .outOfRange) }
        if material.formats.isEmpty { found.add("\(path).formats", .missing) }
        found.duplicates(material.formats, "\(path).formats", field: nil)
    }
}

private struct ProblemList {
    private(set) var problems: [ItemProblem] = []

    mutating func add(_ path: String, _ kind: ItemProblemKind) { problems.append(ItemProblem(path: path, kind: kind)) }

    mutating func text(_ text: String, _ path: String, limit: Int) {
        if !text.contains(where: { !$0.isWhitespace }) {
            add(path, .missing)
        } else if text.count > limit {
            add(path, .tooLong)
        }
    }

    mutating func optional(_ text: String?, _ path: String, limit: Int) {
        if let text, text.count > limit { add(path, .tooLong) }
    }

    mutating func words(_ words: [String], _ path: String) {
        if words.count > ItemLimits.listEntries { add(path, .tooMany) }
        for (index, word) in words.enumerated() { text(word, "\(path)[\(index)]", limit: ItemLimits.wordCharacters) }
        duplicates(words, path, field: nil)
    }

    mutating func duplicates<Key: Hashable>(_ keys: [Key], _ path: String, field: String?) {
        var seen: Set<Key> = []
        for (index, key) in keys.enumerated() where !seen.insert(key).inserted {
            add("\(path)[\(index)]" + (field.map { ".\($0)" } ?? ""), .duplicate)
        }
    }
}

extension CatalogueItem {
    /// The same item as every file writes it: no white space around a text, nothing said instead of an empty text or list, sources in the order of their keys,
    /// words of ours in their own order. Two items that say the same are equal after it.
    public func tidied() -> CatalogueItem {
        var item = self
        item.name = name.trimmed
        item.nameEnglish = nameEnglish.trimmed
        item.category = category.trimmed
        item.applicants = applicants.map(\.trimmed).filter { !$0.isEmpty }
        item.kinds = SessionKind.allCases.filter(kinds.contains)
        item.materials = materials.map { $0.tidied() }
        item.reasons = reasons.map { CodedReason(code: $0.code, text: $0.text.trimmed) }
        item.timeLimit = timeLimit?.tidied()
        item.fee = fee?.tidied()
        item.crossRegion = crossRegion?.tidied()
        item.legalBasis = legalBasis.compactMap { $0.tidied() }
        item.sources = sources.map { $0.tidied() }.sorted { $0.id < $1.id }
        item.statusNote = statusNote.trimmed
        item.tags = (tags?.isEmpty ?? true) ? nil : ItemTag.allCases.filter { tags?.contains($0) == true }
        item.handlingHalls = (handlingHalls?.isEmpty ?? true) ? nil : handlingHalls?.sorted()
        item.receivingHalls = (receivingHalls?.isEmpty ?? true) ? nil : receivingHalls?.sorted()
        return item
    }
}

extension MaterialRequirement {
    fileprivate func tidied() -> MaterialRequirement {
        var material = self
        material.name = name.trimmed
        material.nameEnglish = nameEnglish.trimmed
        material.condition = condition.trimmed
        material.exemption = exemption.trimmed
        material.note = note.trimmed
        material.source = source.trimmed
        material.formats = FileMediaType.allCases.filter(formats.contains)
        let words = (keywords ?? []).map(\.trimmed).filter { !$0.isEmpty }
        material.keywords = words.isEmpty ? nil : words
        return material
    }
}

extension SourcedText {
    /// - Returns: nil when it says nothing at all.
    fileprivate func tidied() -> SourcedText? {
        let tidy = SourcedText(text: text.trimmed, source: source.trimmed)
        return tidy.text.isEmpty && tidy.source.isEmpty ? nil : tidy
    }
}

extension Source {
    fileprivate func tidied() -> Source {
        Source(id: id.trimmed, title: title.trimmed, url: url.trimmed, issuer: issuer.trimmed, pageDate: pageDate.trimmed, kind: kind.trimmed)
    }
}

extension String {
    fileprivate var trimmed: String {
        let kept = drop { $0.isWhitespace }
        guard let last = kept.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(kept[...last])
    }
}

extension String? {
    fileprivate var trimmed: String? {
        guard let text = self?.trimmed, !text.isEmpty else { return nil }
        return text
    }
}

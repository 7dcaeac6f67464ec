import SignalingProtocol

/// What a stretch of a schedule covers. Empty means: everything of its sort.
public struct Coverage: Hashable, Sendable {
    /// Item categories.
    public var groups: Set<String>
    public var kinds: Set<SessionKind>
    public var languages: Set<SpokenLanguage>

    public init(groups: Set<String> = [], kinds: Set<SessionKind> = [], languages: Set<SpokenLanguage> = []) {
        self.groups = groups
        self.kinds = kinds
        self.languages = languages
    }

    public static let everything = Coverage()

    /// Whether whoever can take this can also take everything that `other` names.
    public func includes(_ other: Coverage) -> Bool {
        (groups.isEmpty || groups.isSuperset(of: other.groups)) && (kinds.isEmpty || kinds.isSuperset(of: other.kinds))
            && (languages.isEmpty || languages.isSuperset(of: other.languages))
    }

    /// What both cover.
    /// - Returns: nil when that is nothing.
    public func narrowed(to other: Coverage) -> Coverage? {
        guard let groups = Self.shared(groups, other.groups), let kinds = Self.shared(kinds, other.kinds),
            let languages = Self.shared(languages, other.languages)
        else { return nil }
        return Coverage(groups: groups, kinds: kinds, languages: languages)
    }

    private static func shared<Word>(_ left: Set<Word>, _ right: Set<Word>) -> Set<Word>? {
        if left.isEmpty { return right }
        if right.isEmpty { return left }
        let both = left.intersection(right)
        return both.isEmpty ? nil : both
    }

    public func covers(_ need: ScheduleNeed) -> Bool {
        (groups.isEmpty || need.group.map(groups.contains) ?? true) && (kinds.isEmpty || need.kind.map(kinds.contains) ?? true)
            && (languages.isEmpty || need.language.map(languages.contains) ?? true)
    }
}

extension Coverage: Codable {
    private enum Key: String, CodingKey { case groups, kinds, languages }

    /// What is absent is not restricted.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        groups = try container.decodeIfPresent(Set<String>.self, forKey: .groups) ?? []
        kinds = try container.decodeIfPresent(Set<SessionKind>.self, forKey: .kinds) ?? []
        languages = try container.decodeIfPresent(Set<SpokenLanguage>.self, forKey: .languages) ?? []
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        if !groups.isEmpty { try container.encode(groups.sorted(), forKey: .groups) }
        if !kinds.isEmpty { try container.encode(kinds.sorted { $0.rawValue < $1.rawValue }, forKey: .kinds) }
        if !languages.isEmpty { try container.encode(languages.sorted { $0.rawValue < $1.rawValue }, forKey: .languages) }
    }
}

/// What somebody needs a seat for. Nil: whatever it is.
public struct ScheduleNeed: Hashable, Sendable {
    public var group: String?
    public var kind: SessionKind?
    public var language: SpokenLanguage?

    public init(group: String? = nil, kind: SessionKind? = nil, language: SpokenLanguage? = nil) {
        self.group = group
        self.kind = kind
        self.language = language
    }

    public static let anything = ScheduleNeed()
}

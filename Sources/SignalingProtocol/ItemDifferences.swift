/// What differs between two versions of an item, field by field; codes and the catalogue's own words only, for a page to put into sentences.
public struct ItemDifferences: Encodable, Hashable, Sendable {
    /// Fields of the item itself, in the order of `ItemField`.
    public var fields: [ItemFieldChange]
    /// In the order of the newer list, then those that are gone.
    public var materials: [MaterialChange]
    public var reasons: [ReasonChange]

    public var isEmpty: Bool { fields.isEmpty && materials.isEmpty && reasons.isEmpty }
}

/// A field of an item other than its materials and reasons, which are compared one by one.
public enum ItemField: String, Encodable, CaseIterable, Sendable {
    case name
    case nameEnglish = "name_english"
    case category
    case applicants
    case kinds
    case timeLimit = "time_limit"
    case fee
    case legalBasis = "legal_basis"
    case crossRegion = "cross_region"
    case sources
    case verified
    case statusNote = "status_note"
    case mode
    case tags
    case handlingHalls = "handling_halls"
    case receivingHalls = "receiving_halls"
    /// The materials that both versions have come in another order.
    case materialOrder = "material_order"
    case reasonOrder = "reason_order"
}

public struct ItemFieldChange: Encodable, Hashable, Sendable {
    public var field: ItemField
    /// Empty: nothing was said.
    public var old: [StatedValue]
    /// Empty: nothing is said any more.
    public var new: [StatedValue]
}

/// One value of a field, with its source where the catalogue names one.
public struct StatedValue: Encodable, Hashable, Sendable {
    /// A word of ours (`pre-review`, `true`) for `kinds`, `mode`, `tags` and `verified`, a hall's code for the halls, the catalogue's own text for all others.
    public var text: String
    public var source: String?
}

public enum ChangeKind: String, Encodable, Sendable {
    case added
    case removed
    case changed
}

/// A material is the same one as long as it keeps its id.
public struct MaterialChange: Encodable, Hashable, Sendable {
    public var id: MaterialID
    /// In the newer version that has it.
    public var name: String
    public var change: ChangeKind
    public var fields: [MaterialFieldChange]
}

public enum MaterialField: String, Encodable, CaseIterable, Sendable {
    case name
    case nameEnglish = "name_english"
    case form
    case necessity
    case condition
    case exemption
    case copies
    case formats
    case keywords
    case source
    case note
}

public struct MaterialFieldChange: Encodable, Hashable, Sendable {
    public var field: MaterialField
    public var old: [String]
    public var new: [String]
}

public struct ReasonChange: Encodable, Hashable, Sendable {
    public var code: ReasonCode
    public var change: ChangeKind
    public var old: String?
    public var new: String?
}

extension CatalogueItem {
    /// What another version says otherwise than this one. The version's number is not a difference.
    public func differences(to newer: CatalogueItem) -> ItemDifferences {
        let fields = ItemField.allCases.compactMap { field -> ItemFieldChange? in
            let (old, new) = stated(field, comparedWith: newer)
            return old == new ? nil : ItemFieldChange(field: field, old: old, new: new)
        }
        let materials = Self.pairs(self.materials, newer.materials, by: \.id).compactMap { Self.change(from: $0, to: $1) }
        let reasons = Self.pairs(self.reasons, newer.reasons, by: \.code).compactMap { old, new -> ReasonChange? in
            guard let code = (new ?? old)?.code, let kind = Self.kind(old, new) else { return nil }
            return ReasonChange(code: code, change: kind, old: old?.text, new: new?.text)
        }
        return ItemDifferences(fields: fields, materials: materials, reasons: reasons)
    }

    private func stated(_ field: ItemField, comparedWith newer: CatalogueItem) -> (old: [StatedValue], new: [StatedValue]) {
        switch field {
        case .materialOrder: Self.order(materials, newer.materials, by: \.id, named: \.name)
        case .reasonOrder: Self.order(reasons, newer.reasons, by: \.code, named: \.text)
        case .name, .nameEnglish, .category, .applicants, .kinds, .timeLimit, .fee, .legalBasis, .crossRegion, .sources, .verified, .statusNote, .mode,
            .tags, .handlingHalls, .receivingHalls:
            (stated(field), newer.stated(field))
        }
    }

    private func stated(_ field: ItemField) -> [StatedValue] {
        switch field {
        case .name: [StatedValue(text: name)]
        case .nameEnglish: Self.plain([nameEnglish])
        case .category: [StatedValue(text: category)]
        case .applicants: Self.plain(applicants)
        case .kinds: Self.plain(kinds.map(\.rawValue))
        case .timeLimit: Self.sourced([timeLimit])
        case .fee: Self.sourced([fee])
        case .legalBasis: Self.sourced(legalBasis)
        case .crossRegion: Self.sourced([crossRegion])
        case .sources:
            sources.map { source in
                let said = [source.title, source.issuer, source.pageDate, source.kind, source.url]
                return StatedValue(text: said.compactMap(\.self).joined(separator: " · "), source: source.id)
            }
        case .verified: [StatedValue(text: String(verified))]
        case .statusNote: Self.plain([statusNote])
        case .mode: Self.plain([mode?.rawValue])
        case .tags: Self.plain((tags ?? []).map(\.rawValue))
        case .handlingHalls: Self.plain((handlingHalls ?? []).map(\.text))
        case .receivingHalls: Self.plain((receivingHalls ?? []).map(\.text))
        case .materialOrder, .reasonOrder: []
        }
    }

    private static func plain(_ texts: [String?]) -> [StatedValue] { texts.compactMap { $0.map { StatedValue(text: $0) } } }

    private static func sourced(_ texts: [SourcedText?]) -> [StatedValue] { texts.compactMap { $0.map { StatedValue(text: $0.text, source: $0.source) } } }

    /// The names of what both lists have, in either order; both empty when that is one order. Each side is named in the newer words, so that a new name alone
    /// is no new order.
    private static func order<Element, ID: Hashable>(
        _ old: [Element], _ new: [Element], by id: KeyPath<Element, ID>, named name: KeyPath<Element, String>
    ) -> (old: [StatedValue], new: [StatedValue]) {
        let (before, after) = (old.map { $0[keyPath: id] }, new.map { $0[keyPath: id] })
        let (keptBefore, keptAfter) = (before.filter(after.contains), after.filter(before.contains))
        guard keptBefore != keptAfter else { return ([], []) }
        let named = { (ids: [ID]) in ids.compactMap { one in new.first { $0[keyPath: id] == one } }.map { StatedValue(text: $0[keyPath: name]) } }
        return (named(keptBefore), named(keptAfter))
    }

    private static func pairs<Element, ID: Hashable>(_ old: [Element], _ new: [Element], by id: KeyPath<Element, ID>) -> [(Element?, Element?)] {
        let kept = new.map { one in (old.first { $0[keyPath: id] == one[keyPath: id] }, Optional(one)) }
        let gone = old.filter { one in !new.contains { $0[keyPath: id] == one[keyPath: id] } }
        return kept + gone.map { ($0, nil) }
    }

    private static func kind<Element: Equatable>(_ old: Element?, _ new: Element?) -> ChangeKind? {
        switch (old, new) {
        case (nil, nil): nil
        case (nil, _?): .added
        case (_?, nil): .removed
        case (let old?, let new?): old == new ? nil : .changed
        }
    }

    private static func change(from old: MaterialRequirement?, to new: MaterialRequirement?) -> MaterialChange? {
        guard let shown = new ?? old, let kind = kind(old, new) else { return nil }
        let fields = MaterialField.allCases.compactMap { field -> MaterialFieldChange? in
            let (before, after) = (old?.stated(field) ?? [], new?.stated(field) ?? [])
            return before == after ? nil : MaterialFieldChange(field: field, old: before, new: after)
        }
        return MaterialChange(id: shown.id, name: shown.name, change: kind, fields: fields)
    }
}

extension MaterialRequirement {
    fileprivate func stated(_ field: MaterialField) -> [String] {
        switch field {
        case .name: [name]
        case .nameEnglish: [nameEnglish].compactMap(\.self)
        case .form: [form.rawValue]
        case .necessity: [necessity.rawValue]
        case .condition: [condition].compactMap(\.self)
        case .exemption: [exemption].compactMap(\.self)
        case .copies: [copies.map(String.init)].compactMap(\.self)
        case .formats: formats.map(\.rawValue)
        case .keywords: keywords ?? []
        case .source: [source]
        case .note: [note].compactMap(\.self)
        }
    }
}

import SignalingProtocol

/// A hall takes on one version of an item as it stands (五统一): nobody edits a hall's own copy.
public struct Adoption: Hashable, Sendable {
    public let hall: HallID
    public let item: ItemCode
    public let version: Int
    /// The version that the hall had before; nil for its first.
    public let replaces: Int?
    public let adoptedAt: Instant
    /// Nil: it came with the loading of the catalogue.
    public let adoptedBy: AgentID?

    public init(hall: HallID, item: ItemCode, version: Int, replaces: Int?, adoptedAt: Instant, adoptedBy: AgentID?) {
        self.hall = hall
        self.item = item
        self.version = version
        self.replaces = replaces
        self.adoptedAt = adoptedAt
        self.adoptedBy = adoptedBy
    }
}

extension Broker {
    /// Halls stop offering these items, and offer again what is not among them any more. A case keeps its item.
    mutating func withdraw(_ items: Set<ItemCode>) {
        withdrawn = items
        for hall in halls.keys {
            let back = (shelved[hall] ?? [:]).filter { !items.contains($0.key) }
            let gone = (catalogue[hall] ?? [:]).filter { items.contains($0.key) }
            for (code, item) in back {
                catalogue[hall, default: [:]][code] = item
                shelved[hall]?[code] = nil
            }
            for (code, item) in gone {
                shelved[hall, default: [:]][code] = item
                catalogue[hall]?[code] = nil
            }
        }
    }

    /// Cases that the hall opens from now on get this version; a case that is there keeps the one it was opened with, wherever it is handed on to.
    mutating func adopt(
        _ item: CatalogueItem, in hall: HallID, replacing replaced: Int?, by administrator: AgentID, request: RequestID, at now: Instant
    ) {
        guard halls[hall] != nil else { return effects.append(.answer(request, .failure(WireError(.notFound)))) }
        guard !withdrawn.contains(item.code) else { return effects.append(.answer(request, .failure(WireError(.wrongState)))) }
        // Whoever decided looked at the differences from `replaced`; to another version they may be others.
        guard catalogue[hall]?[item.code]?.version == replaced else {
            return effects.append(.answer(request, .failure(WireError(.adoptionOutdated))))
        }
        guard item.version != replaced else { return effects.append(.answer(request, .failure(WireError(.invalidField, field: "version")))) }
        let adoption = Adoption(hall: hall, item: item.code, version: item.version, replaces: replaced, adoptedAt: now, adoptedBy: administrator)
        catalogue[hall, default: [:]][item.code] = item
        persist(.adoption(adoption))
        effects.append(.answer(request, .success(.adopted(adoption))))
    }
}

/// One version of a service item (事项) with its materials list.
public struct CatalogueItem: Codable, Hashable, Sendable {
    public var code: ItemCode
    public var version: Int
    public var name: String
    public var nameEnglish: String?
    public var category: String
    /// 企业, 个体工商户, 自然人, …
    public var applicants: [String]
    public var kinds: [SessionKind]
    public var materials: [MaterialRequirement]
    public var reasons: [CodedReason]
    public var timeLimit: SourcedText?
    public var fee: SourcedText?
    public var legalBasis: [SourcedText]
    /// 跨省通办, 省内通办, … as far as it is known.
    public var crossRegion: SourcedText?
    public var sources: [Source]
    /// False until an administrator has checked the item against the official guide and adopted it.
    public var verified: Bool
    public var statusNote: String?
    /// Where else it can be handled, and whether by video; nil: nothing is said.
    public var tags: [ItemTag]?
    /// Halls that may decide it (办理地); nil: every hall that has adopted it.
    public var handlingHalls: [HallID]?
    /// Halls that may only take the papers in and look them through (收件地); nil: none is named.
    public var receivingHalls: [HallID]?
    /// How far a visit by video can go; nil: as `kinds` says.
    public var mode: ItemMode?

    public init(
        code: ItemCode, version: Int, name: String, nameEnglish: String?, category: String, applicants: [String], kinds: [SessionKind],
        materials: [MaterialRequirement], reasons: [CodedReason], timeLimit: SourcedText?, fee: SourcedText?, legalBasis: [SourcedText],
        crossRegion: SourcedText?, sources: [Source], verified: Bool, statusNote: String?,
        tags: [ItemTag]? = nil, handlingHalls: [HallID]? = nil, receivingHalls: [HallID]? = nil, mode: ItemMode? = nil
    ) {
        self.code = code
        self.version = version
        self.name = name
        self.nameEnglish = nameEnglish
        self.category = category
        self.applicants = applicants
        self.kinds = kinds
        self.materials = materials
        self.reasons = reasons
        self.timeLimit = timeLimit
        self.fee = fee
        self.legalBasis = legalBasis
        self.crossRegion = crossRegion
        self.sources = sources
        self.verified = verified
        self.statusNote = statusNote
        self.tags = tags
        self.handlingHalls = handlingHalls
        self.receivingHalls = receivingHalls
        self.mode = mode
    }

    public func material(_ id: MaterialID) -> MaterialRequirement? { materials.first { $0.id == id } }
}

/// One requirement of an item's materials list (材料).
public struct MaterialRequirement: Codable, Hashable, Sendable {
    public var id: MaterialID
    public var name: String
    public var nameEnglish: String?
    public var form: MaterialForm
    public var necessity: Necessity
    /// When it is asked for, if `necessity` is conditional.
    public var condition: String?
    /// Who need not hand it in.
    public var exemption: String?
    public var copies: Int?
    public var formats: [FileMediaType]
    /// Words of which the machine expects at least one on the document; empty: taken from its name.
    public var keywords: [String]?
    /// Key into the item's `sources`; `GK` is general knowledge, to verify.
    public var source: String
    public var note: String?

    public init(
        id: MaterialID, name: String, nameEnglish: String?, form: MaterialForm, necessity: Necessity, condition: String?, exemption: String?,
        copies: Int?, formats: [FileMediaType], keywords: [String]? = nil, source: String, note: String?
    ) {
        self.keywords = keywords
        self.id = id
        self.name = name
        self.nameEnglish = nameEnglish
        self.form = form
        self.necessity = necessity
        self.condition = condition
        self.exemption = exemption
        self.copies = copies
        self.formats = formats
        self.source = source
        self.note = note
    }
}

/// A reason that an agent can give by its code, with its sentence.
public struct CodedReason: Codable, Hashable, Sendable {
    public var code: ReasonCode
    public var text: String

    public init(code: ReasonCode, text: String) {
        self.code = code
        self.text = text
    }
}

/// A statement and the key of the source that says it.
public struct SourcedText: Codable, Hashable, Sendable {
    public var text: String
    public var source: String

    public init(text: String, source: String) {
        self.text = text
        self.source = source
    }
}

/// Where a fact of the catalogue comes from.
public struct Source: Codable, Hashable, Sendable {
    public var id: String
    public var title: String
    public var url: String?
    public var issuer: String?
    public var pageDate: String?
    /// `official`, `mirror-of-official`, `memory`, …: as the catalogue's author classed it.
    public var kind: String

    public init(id: String, title: String, url: String?, issuer: String?, pageDate: String?, kind: String) {
        self.id = id
        self.title = title
        self.url = url
        self.issuer = issuer
        self.pageDate = pageDate
        self.kind = kind
    }
}

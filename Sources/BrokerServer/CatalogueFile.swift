import BrokerStore
import Foundation
import SignalingProtocol

/// Why a catalogue file cannot be taken, as a sentence for the person at the terminal.
public struct CatalogueFileError: Error, Sendable {
    public let sentence: String
}

/// The catalogue as a JSON file, by which items and their later versions come in. `ops/demonstration/tax-catalogue.json` is one.
///
/// An object with `items`, `sources` (by key: `id`, `title`, `kind`, and perhaps `url`, `issuer`, `page_date`) and perhaps `common_rejection_reasons`. An item
/// has `code`, `version` (a whole number from 1; 1 when it is not said), `name_zh`, `category_zh`, `applicants`, `mode` (`consult`, `prereview`, `full`),
/// `materials`, `rejection_reasons` (`code`, `text_zh`), `legal_basis` and `sources` (keys), and perhaps `name_en`, `time_limit`, `fee`, `cross_region` (each
/// `text_zh` and `source`), `status_note_zh`, `verified`, `rejection_reasons_common` (codes; all of the common ones when it is not said), `tags`
/// (`cross-province`, `in-province`, `in-city`, `video`), `handling_halls`, `receiving_halls` (codes of halls), `kinds` (`consultation`, `pre-review`, where
/// `mode` does not say it) and `own_sources` (sources whose key means another one elsewhere in the file). A material has `name_zh`, `form`, `necessity`,
/// `source`, `formats`, and perhaps `id`, `name_en`, `condition_zh`, `exempt_if_zh`, `copies`, `keywords`, `note_for_citizen_zh`. It is the same material as
/// in an earlier version when it has the same `id`; without one it is `M` and its place in the list. What else a file says is passed over. The
/// administration page writes the same form.
public enum CatalogueFile {
    public struct Entry: Sendable {
        public let item: CatalogueItem
        /// The author suggests it for the beginning: a new data folder publishes it.
        public let isInFirstBatch: Bool
    }

    /// - Throws: a sentence saying which file or entry is wrong.
    public static func entries(in file: URL) throws(CatalogueFileError) -> [Entry] {
        do {
            let written = try written(try Data(contentsOf: file))
            return try written.items.map { Entry(item: try checked($0.item(in: written)), isInFirstBatch: $0.suggestedFirstBatch ?? false) }
        } catch let error as CatalogueFileError {
            throw CatalogueFileError(sentence: "cannot read \(file.path): \(error.sentence)")
        } catch {
            throw CatalogueFileError(sentence: "cannot read \(file.path): \(error.localizedDescription)")
        }
    }

    /// The items of a file's bytes, unchecked: an import tells what is wrong with each.
    /// - Throws: a sentence when it is no catalogue at all.
    static func imported(from data: Data) throws(CatalogueFileError) -> [ImportedItem] {
        let written = try written(data)
        var items: [ImportedItem] = []
        for one in written.items { items.append(ImportedItem(item: try one.item(in: written), version: one.version)) }
        return items
    }

    /// The same form, with all that the items say: read again it gives the same items.
    static func data(of items: [CatalogueItem]) throws -> Data {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(WrittenCatalogue(items.map { $0.tidied() }))
    }

    private static func written(_ data: Data) throws(CatalogueFileError) -> WrittenCatalogue {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do {
            return try decoder.decode(WrittenCatalogue.self, from: data)
        } catch let error as DecodingError {
            throw CatalogueFileError(sentence: sentence(error))
        } catch {
            throw CatalogueFileError(sentence: error.localizedDescription)
        }
    }

    private static func checked(_ item: CatalogueItem) throws(CatalogueFileError) -> CatalogueItem {
        guard item.version > 0 else { throw CatalogueFileError(sentence: "\(item.code) has version \(item.version); versions count from 1") }
        guard !item.name.isEmpty else { throw CatalogueFileError(sentence: "\(item.code) has no name") }
        guard Set(item.materials.map(\.id)).count == item.materials.count else {
            throw CatalogueFileError(sentence: "two materials of \(item.code) have the same id")
        }
        guard Set(item.reasons.map(\.code)).count == item.reasons.count else {
            throw CatalogueFileError(sentence: "two reasons of \(item.code) have the same code")
        }
        let problems = item.problems()
        guard problems.isEmpty else {
            throw CatalogueFileError(sentence: "\(item.code): " + problems.map { "\($0.path): \($0.kind.rawValue)" }.joined(separator: ", "))
        }
        return item
    }

    private static func sentence(_ error: DecodingError) -> String {
        let (context, missing): (DecodingError.Context, String?) =
            switch error {
            case .keyNotFound(let key, let context): (context, key.stringValue)
            case .dataCorrupted(let context), .typeMismatch(_, let context), .valueNotFound(_, let context): (context, nil)
            @unknown default: (DecodingError.Context(codingPath: [], debugDescription: "\(error)"), nil)
            }
        let path = (context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue } + [missing].compactMap(\.self)).joined(separator: ".")
        return path.isEmpty ? context.debugDescription : "\(path): \(context.debugDescription)"
    }

    fileprivate static func code<Subject>(_ text: String) throws(CatalogueFileError) -> Code<Subject> {
        guard let code = Code<Subject>(text) else { throw CatalogueFileError(sentence: "'\(text)' is not a code") }
        return code
    }
}

/// The file, as far as it is used.
private struct WrittenCatalogue: Codable {
    struct Text: Codable {
        let textZh: String
        let source: String

        var sourced: SourcedText { SourcedText(text: textZh, source: source) }
    }
    struct Reason: Codable {
        let code: String
        let textZh: String
    }
    struct WrittenSource: Codable, Equatable {
        let id: String
        let url: String?
        let title: String
        let issuer: String?
        let pageDate: String?
        let kind: String
    }
    struct Material: Codable {
        let id: String?
        let keywords: [String]?
        let nameZh: String
        let nameEn: String?
        let form: MaterialForm
        let necessity: Necessity
        let conditionZh: String?
        let copies: Int?
        let exemptIfZh: String?
        let source: String
        let formats: [String]
        let noteForCitizenZh: String?
    }
    struct Item: Codable {
        let code: String
        let version: Int?
        let verified: Bool?
        let nameZh: String
        let nameEn: String?
        let categoryZh: String
        let applicants: [String]
        let mode: WrittenMode?
        let kinds: [SessionKind]?
        let tags: [ItemTag]?
        let handlingHalls: [String]?
        let receivingHalls: [String]?
        let materials: [Material]
        let timeLimit: Text?
        let fee: Text?
        let legalBasis: [Text]
        let crossRegion: Text?
        let rejectionReasons: [Reason]
        let rejectionReasonsCommon: [String]?
        let statusNoteZh: String?
        let sources: [String]
        let ownSources: [WrittenSource]?
        let suggestedFirstBatch: Bool?
    }

    enum WrittenMode: String, Codable {
        case consult
        case prereview
        case full
    }

    let commonRejectionReasons: [Reason]?
    let sources: [String: WrittenSource]
    let items: [Item]
}

extension WrittenCatalogue.Item {
    fileprivate func item(in catalogue: WrittenCatalogue) throws(CatalogueFileError) -> CatalogueItem {
        let common = (catalogue.commonRejectionReasons ?? []).filter { rejectionReasonsCommon?.contains($0.code) ?? true }
        let used = Set(sources + materials.map(\.source) + [timeLimit, fee, crossRegion].compactMap { $0?.source } + legalBasis.map(\.source))
        let own = Dictionary((ownSources ?? []).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        var requirements: [MaterialRequirement] = []
        for (index, material) in materials.enumerated() { requirements.append(try material.requirement(number: index + 1)) }
        var reasons: [CodedReason] = []
        for reason in common + rejectionReasons { reasons.append(CodedReason(code: try CatalogueFile.code(reason.code), text: reason.textZh)) }
        // Without materials there is nothing to look through, whatever the author hopes for.
        let mode = (mode?.mode).map { materials.isEmpty && kinds == nil ? ItemMode.consultation : $0 }
        return CatalogueItem(
            code: try CatalogueFile.code(code), version: version ?? 1, name: nameZh, nameEnglish: nameEn, category: categoryZh, applicants: applicants,
            kinds: kinds ?? mode?.kinds ?? (materials.isEmpty ? [.consultation] : SessionKind.allCases), materials: requirements, reasons: reasons,
            timeLimit: timeLimit?.sourced, fee: fee?.sourced, legalBasis: legalBasis.map(\.sourced), crossRegion: crossRegion?.sourced,
            sources: used.sorted().compactMap { (own[$0] ?? catalogue.sources[$0])?.source }, verified: verified ?? false, statusNote: statusNoteZh,
            tags: tags, handlingHalls: try Self.halls(handlingHalls), receivingHalls: try Self.halls(receivingHalls), mode: mode)
    }

    private static func halls(_ codes: [String]?) throws(CatalogueFileError) -> [HallID]? {
        guard let codes else { return nil }
        var halls: [HallID] = []
        for code in codes { halls.append(try CatalogueFile.code(code)) }
        return halls
    }
}

extension WrittenCatalogue.Material {
    fileprivate func requirement(number: Int) throws(CatalogueFileError) -> MaterialRequirement {
        MaterialRequirement(
            id: try CatalogueFile.code(id ?? "M\(number)"), name: nameZh, nameEnglish: nameEn, form: form, necessity: necessity,
            condition: conditionZh, exemption: exemptIfZh, copies: copies, formats: formats.compactMap(\.mediaType), keywords: keywords, source: source,
            // The author's notes speak of research files, not to a citizen.
            note: noteForCitizenZh)
    }
}

extension WrittenCatalogue.WrittenSource {
    fileprivate var source: Source { Source(id: id, title: title, url: url, issuer: issuer, pageDate: pageDate, kind: kind) }
}

extension String {
    /// Nil for what cannot be handed in here.
    var mediaType: FileMediaType? {
        switch self {
        case "jpg", "jpeg": .jpeg
        case "png": .png
        case "pdf": .pdf
        default: nil
        }
    }
}

// MARK: Writing

extension WrittenCatalogue.WrittenMode {
    fileprivate var mode: ItemMode {
        switch self {
        case .consult: .consultation
        case .prereview: .preReview
        case .full: .full
        }
    }

    fileprivate init(_ mode: ItemMode) {
        switch mode {
        case .consultation: self = .consult
        case .preReview: self = .prereview
        case .full: self = .full
        }
    }
}

extension WrittenCatalogue {
    fileprivate init(_ items: [CatalogueItem]) {
        // A key that means two sources stands with the items that use the later one.
        let shared = Dictionary(items.flatMap(\.sources).map { ($0.id, WrittenSource($0)) }, uniquingKeysWith: { first, _ in first })
        self.init(commonRejectionReasons: nil, sources: shared, items: items.map { Item($0, shared: shared) })
    }
}

extension WrittenCatalogue.Item {
    fileprivate init(_ item: CatalogueItem, shared: [String: WrittenCatalogue.WrittenSource]) {
        let own = item.sources.map(WrittenCatalogue.WrittenSource.init).filter { shared[$0.id] != $0 }
        // A reader takes an item without materials for advice alone, unless it is told.
        let isToldByMode = item.mode.map { $0.kinds == item.kinds && (!item.materials.isEmpty || $0 == .consultation) } ?? false
        self.init(
            code: item.code.text, version: item.version, verified: item.verified, nameZh: item.name, nameEn: item.nameEnglish, categoryZh: item.category,
            applicants: item.applicants, mode: item.mode.map(WrittenCatalogue.WrittenMode.init),
            kinds: isToldByMode ? nil : item.kinds, tags: item.tags,
            handlingHalls: item.handlingHalls?.map(\.text), receivingHalls: item.receivingHalls?.map(\.text),
            materials: item.materials.map(WrittenCatalogue.Material.init), timeLimit: item.timeLimit.map(WrittenCatalogue.Text.init),
            fee: item.fee.map(WrittenCatalogue.Text.init), legalBasis: item.legalBasis.map(WrittenCatalogue.Text.init),
            crossRegion: item.crossRegion.map(WrittenCatalogue.Text.init),
            rejectionReasons: item.reasons.map { WrittenCatalogue.Reason(code: $0.code.text, textZh: $0.text) }, rejectionReasonsCommon: nil,
            statusNoteZh: item.statusNote, sources: item.sources.map(\.id), ownSources: own.isEmpty ? nil : own, suggestedFirstBatch: nil)
    }
}

extension WrittenCatalogue.Text {
    fileprivate init(_ text: SourcedText) { self.init(textZh: text.text, source: text.source) }
}

extension WrittenCatalogue.WrittenSource {
    fileprivate init(_ source: Source) {
        self.init(id: source.id, url: source.url, title: source.title, issuer: source.issuer, pageDate: source.pageDate, kind: source.kind)
    }
}

extension WrittenCatalogue.Material {
    fileprivate init(_ material: MaterialRequirement) {
        self.init(
            id: material.id.text, keywords: material.keywords, nameZh: material.name, nameEn: material.nameEnglish, form: material.form,
            necessity: material.necessity, conditionZh: material.condition, copies: material.copies, exemptIfZh: material.exemption,
            source: material.source, formats: material.formats.map(\.shortName), noteForCitizenZh: material.note)
    }
}

extension FileMediaType {
    /// As people write it: `jpg`.
    var shortName: String {
        switch self {
        case .jpeg: "jpg"
        case .png: "png"
        case .pdf: "pdf"
        }
    }
}

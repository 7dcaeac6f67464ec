import Foundation
import SignalingProtocol

/// Why a catalogue file cannot be taken, as a sentence for the person at the terminal.
public struct CatalogueFileError: Error, Sendable {
    public let sentence: String
}

/// The catalogue as a JSON file, by which items and their later versions come in. `ops/demonstration/tax-catalogue.json` is one.
///
/// An object with `items`, `sources` (by key: `title`, `kind`, and perhaps `url`, `issuer`, `page_date`) and `common_rejection_reasons`. An item has `code`,
/// `version` (a whole number from 1; 1 when it is not said), `name_zh`, `category_zh`, `applicants`, `mode` (`consult`, `prereview`, `full`), `materials`,
/// `rejection_reasons` (`code`, `text_zh`), `legal_basis` and `sources`, and perhaps `name_en`, `time_limit`, `fee`, `cross_region` (each `text_zh` and
/// `source`), `status_note_zh`, `verified`, `rejection_reasons_common` (codes; all of the common ones when it is not said). A material has `name_zh`, `form`,
/// `necessity`, `source`, `formats`, and perhaps `id`, `name_en`, `condition_zh`, `exempt_if_zh`, `copies`, `keywords`. It is the same material as in an
/// earlier version when it has the same `id`; without one it is `M` and its place in the list. What else a file says is passed over.
public enum CatalogueFile {
    public struct Entry: Sendable {
        public let item: CatalogueItem
        /// The author suggests it for the beginning: a new data folder publishes it.
        public let isInFirstBatch: Bool
    }

    /// - Throws: a sentence saying which file or entry is wrong.
    public static func entries(in file: URL) throws(CatalogueFileError) -> [Entry] {
        do {
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            let written = try decoder.decode(WrittenCatalogue.self, from: Data(contentsOf: file))
            return try written.items.map { Entry(item: try checked($0.item(in: written)), isInFirstBatch: $0.suggestedFirstBatch ?? false) }
        } catch let error as CatalogueFileError {
            throw CatalogueFileError(sentence: "cannot read \(file.path): \(error.sentence)")
        } catch let error as DecodingError {
            throw CatalogueFileError(sentence: "cannot read \(file.path): \(sentence(error))")
        } catch {
            throw CatalogueFileError(sentence: "cannot read \(file.path): \(error.localizedDescription)")
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
private struct WrittenCatalogue: Decodable {
    struct Text: Decodable {
        let textZh: String
        let source: String

        var sourced: SourcedText { SourcedText(text: textZh, source: source) }
    }
    struct Reason: Decodable {
        let code: String
        let textZh: String
    }
    struct WrittenSource: Decodable {
        let id: String
        let url: String?
        let title: String
        let issuer: String?
        let pageDate: String?
        let kind: String
    }
    struct Material: Decodable {
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
    }
    struct Item: Decodable {
        let code: String
        let version: Int?
        let verified: Bool?
        let nameZh: String
        let nameEn: String?
        let categoryZh: String
        let applicants: [String]
        let mode: String
        let materials: [Material]
        let timeLimit: Text?
        let fee: Text?
        let legalBasis: [Text]
        let crossRegion: Text?
        let rejectionReasons: [Reason]
        let rejectionReasonsCommon: [String]?
        let statusNoteZh: String?
        let sources: [String]
        let suggestedFirstBatch: Bool?
    }

    let commonRejectionReasons: [Reason]
    let sources: [String: WrittenSource]
    let items: [Item]
}

extension WrittenCatalogue.Item {
    fileprivate func item(in catalogue: WrittenCatalogue) throws -> CatalogueItem {
        let common = catalogue.commonRejectionReasons.filter { rejectionReasonsCommon?.contains($0.code) ?? true }
        let used = Set(sources + materials.map(\.source) + [timeLimit, fee, crossRegion].compactMap { $0?.source } + legalBasis.map(\.source))
        return CatalogueItem(
            code: try CatalogueFile.code(code), version: version ?? 1, name: nameZh, nameEnglish: nameEn, category: categoryZh, applicants: applicants,
            kinds: mode == "consult" || materials.isEmpty ? [.consultation] : [.consultation, .preReview],
            materials: try materials.enumerated().map { try $1.requirement(number: $0 + 1) },
            reasons: try (common + rejectionReasons).map { CodedReason(code: try CatalogueFile.code($0.code), text: $0.textZh) },
            timeLimit: timeLimit?.sourced, fee: fee?.sourced, legalBasis: legalBasis.map(\.sourced), crossRegion: crossRegion?.sourced,
            sources: used.sorted().compactMap { catalogue.sources[$0]?.source }, verified: verified ?? false, statusNote: statusNoteZh)
    }
}

extension WrittenCatalogue.Material {
    fileprivate func requirement(number: Int) throws -> MaterialRequirement {
        MaterialRequirement(
            id: try CatalogueFile.code(id ?? "M\(number)"), name: nameZh, nameEnglish: nameEn, form: form, necessity: necessity,
            condition: conditionZh, exemption: exemptIfZh, copies: copies, formats: formats.compactMap(\.mediaType), keywords: keywords, source: source,
            // The author's notes speak of research files, not to a citizen.
            note: nil)
    }
}

extension WrittenCatalogue.WrittenSource {
    fileprivate var source: Source { Source(id: id, title: title, url: url, issuer: issuer, pageDate: pageDate, kind: kind) }
}

extension String {
    fileprivate var mediaType: FileMediaType? {
        switch self {
        case "jpg", "jpeg": .jpeg
        case "png": .png
        case "pdf": .pdf
        default: nil
        }
    }
}

import Foundation
import SignalingProtocol

/// How far a file is looked at.
public enum InspectionStage: String, Codable, Hashable, Sendable {
    /// Whether it may be let in at all: type, structure, size, virus. Well below a second.
    case safety
    /// What a person would send it back for: legibility, text, names, numbers, dates. Seconds.
    case reading
}

/// What the case says that a paper should say too. Empty lists are not compared.
public struct Expectations: Codable, Hashable, Sendable {
    /// People and businesses of the case; a paper should name one of them.
    public var names: [String]
    /// Resident identity numbers (GB 11643-1999).
    public var residentNumbers: [String]
    /// Unified social credit codes (GB 32100-2015).
    public var creditCodes: [String]

    public init(names: [String] = [], residentNumbers: [String] = [], creditCodes: [String] = []) {
        self.names = names
        self.residentNumbers = residentNumbers
        self.creditCodes = creditCodes
    }
}

/// What a file is looked at for.
public struct InspectionRequest: Codable, Hashable, Sendable {
    public var stage: InspectionStage
    /// What the entry takes. A telephone's HEIC is welcome where JPEG is.
    public var formats: [FileMediaType]
    public var materialName: String
    /// Any one of them makes the paper the right one. Empty: derived from the material's name, where that says enough.
    public var keywords: [String]
    public var expectations: Expectations
    /// The day at the hall, for what has expired.
    public var today: CivilDate

    public init(
        stage: InspectionStage, formats: [FileMediaType], materialName: String, keywords: [String] = [], expectations: Expectations = Expectations(),
        today: CivilDate
    ) {
        self.stage = stage
        self.formats = formats
        self.materialName = materialName
        self.keywords = keywords
        self.expectations = expectations
        self.today = today
    }
}

/// What one stage found.
public struct Inspection: Codable, Hashable, Sendable {
    /// Type of what is to be stored: of `converted` if there is one, otherwise of the bytes as they came. Nil when unsupported.
    public var mediaType: FileMediaType?
    public var pages: Int
    /// Of a picture as it is stored; nil for a PDF.
    public var width: Int?
    public var height: Int?
    public var findings: [Finding]
    /// One a page that was looked at in the reading stage, for `PagePrint.resembles`.
    public var pagePrints: [PagePrint]
    /// Whether the writing was read. False where tesseract is not installed, and in the safety stage.
    public var textRead: Bool
    /// False when the reading gave up (time, memory, a parser that crashed). What was not looked at has no findings.
    public var isComplete: Bool
    /// Whether the system let the parsers be cut off from the network.
    public var networkCutOff: Bool
    /// What is to be stored instead of the bytes that came: a JPEG made from HEIC or CMYK. Not part of the JSON.
    public var converted: Data?

    private enum CodingKeys: String, CodingKey {
        case mediaType, pages, width, height, findings, pagePrints, textRead, isComplete, networkCutOff
    }

    public init(
        mediaType: FileMediaType? = nil, pages: Int = 0, width: Int? = nil, height: Int? = nil, findings: [Finding] = [], pagePrints: [PagePrint] = [],
        textRead: Bool = false, isComplete: Bool = true, networkCutOff: Bool = false, converted: Data? = nil
    ) {
        self.mediaType = mediaType
        self.pages = pages
        self.width = width
        self.height = height
        self.findings = findings
        self.pagePrints = pagePrints
        self.textRead = textRead
        self.isComplete = isComplete
        self.networkCutOff = networkCutOff
        self.converted = converted
    }

    /// The file is not to be taken.
    public var isRefused: Bool { findings.contains { $0.code.severity == .refusal } }
}

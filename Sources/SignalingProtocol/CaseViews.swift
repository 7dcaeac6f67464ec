// A case as those who work on it see it, beside its materials.

/// A field of the case's form, the same for every item.
public enum CaseFieldKey: String, WireWord {
    case personName = "person-name"
    /// Resident identity number (GB 11643-1999).
    case identityNumber = "identity-number"
    case organisationName = "organisation-name"
    /// Unified social credit code (GB 32100-2015).
    case creditCode = "credit-code"
    case telephone
}

/// One filled-in field.
public struct CaseField: Codable, Hashable, Sendable {
    public var key: CaseFieldKey
    /// Empty: not filled in. To seats an identity number or credit code comes with its middle as `*`.
    public var value: String
    /// To seats, with a masked value: whether the whole number keeps its own check character.
    public var keepsCheck: Bool?

    public init(key: CaseFieldKey, value: String, keepsCheck: Bool? = nil) {
        self.key = key
        self.value = value
        self.keepsCheck = keepsCheck
    }

    private func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte & 0xdf)
    }

    func validate() throws(WireError) {
        let isPlain = value.unicodeScalars.allSatisfy { !$0.properties.isDefaultIgnorableCodePoint && $0.properties.generalCategory != .control }
        let fits =
            switch key {
            case .personName, .organisationName: value.count <= Limits.caseFieldCharacters
            // Self-employed people may still have a registration number of another form: pages and desk say what they think of it, nobody is sent back.
            case .identityNumber, .creditCode: value.utf8.count <= 18 && value.utf8.allSatisfy { isLetterOrDigit($0) }
            case .telephone: value.count <= Limits.telephoneCharacters
            }
        try WireError.require(isPlain && fits, field: key.rawValue)
    }
}

public enum CorrectionState: String, WireWord {
    case proposed
    case accepted
    case declined
    /// The talk ended, or another proposal for the field took its place.
    case withdrawn
}

/// A change to a field of the form that the agent proposed.
public struct CorrectionView: Codable, Hashable, Sendable {
    public var id: CorrectionID
    public var key: CaseFieldKey
    public var oldValue: String
    public var newValue: String
    public var state: CorrectionState
    public var proposedAt: Instant

    public init(id: CorrectionID, key: CaseFieldKey, oldValue: String, newValue: String, state: CorrectionState, proposedAt: Instant) {
        self.id = id
        self.key = key
        self.oldValue = oldValue
        self.newValue = newValue
        self.state = state
        self.proposedAt = proposedAt
    }
}

public enum StillState: String, WireWord {
    case asked
    /// Taken on the citizen's device; its bytes are on their way.
    case taken
    case stored
    case declined
    /// Nobody answered, or the talk ended first.
    case expired
}

/// A picture of the original, asked for in the talk.
public struct StillView: Codable, Hashable, Sendable {
    public var id: StillID
    public var materialID: MaterialID
    public var state: StillState
    /// Of the picture's bytes, once it is taken.
    public var sha256: String?
    public var askedAt: Instant
    /// When an unanswered or undelivered one expires.
    public var deadline: Instant?

    public init(id: StillID, materialID: MaterialID, state: StillState, sha256: String?, askedAt: Instant, deadline: Instant?) {
        self.id = id
        self.materialID = materialID
        self.state = state
        self.sha256 = sha256
        self.askedAt = askedAt
        self.deadline = deadline
    }
}

/// The one-time notice (一次性告知书) of one outcome version.
public struct NoticeView: Codable, Hashable, Sendable {
    /// Case number and version, for example `445102-261123-0007-1`.
    public var number: String
    /// With the number it shows the notice to whoever holds it; it cannot be guessed.
    public var code: String
    public var version: Int
    public var issuedAt: Instant
    /// When the citizen said that they have read it.
    public var confirmedAt: Instant?

    public init(number: String, code: String, version: Int, issuedAt: Instant, confirmedAt: Instant?) {
        self.number = number
        self.code = code
        self.version = version
        self.issuedAt = issuedAt
        self.confirmedAt = confirmedAt
    }
}

/// What belongs to a case beside its materials. Always the whole.
public struct CaseView: Codable, Hashable, Sendable {
    public var id: CaseID
    public var fields: [CaseField]
    /// Of the talk under way.
    public var corrections: [CorrectionView]
    /// The last one that was asked for in the talk under way.
    public var still: StillView?
    /// Of the newest outcome.
    public var notice: NoticeView?
    /// How often the matter has been concluded before.
    public var earlierOutcomes: Int

    public init(
        id: CaseID, fields: [CaseField], corrections: [CorrectionView], still: StillView?, notice: NoticeView?, earlierOutcomes: Int
    ) {
        self.id = id
        self.fields = fields
        self.corrections = corrections
        self.still = still
        self.notice = notice
        self.earlierOutcomes = earlierOutcomes
    }
}

/// Whether the machine has looked at a file.
public enum FileCheck: String, WireWord {
    case pending
    case done
    /// No machine here reads it; a person will.
    case skipped
}

/// Advice about a file. Never a refusal: what is refused is not stored.
public struct FindingView: Codable, Hashable, Sendable {
    public var code: FindingCode
    /// Counted from 1; absent where it is about the whole file.
    public var page: Int?
    /// More of it, as the code's own description says; never a person's name or number.
    public var detail: String?

    public init(code: FindingCode, page: Int? = nil, detail: String? = nil) {
        self.code = code
        self.page = page
        self.detail = detail
    }
}

import SignalingProtocol

/// What somebody holds: the number with the code from the paper, or with the hash of a PDF, or with both.
public struct NoticeClaim: Hashable, Sendable {
    public var number: String
    public var code: String?
    /// SHA-256 of the file as they have it, lower-case hexadecimal.
    public var sha256: String?

    public init(number: String, code: String?, sha256: String?) {
        self.number = number
        self.code = code
        self.sha256 = sha256
    }
}

/// What a check of a notice came to.
public enum NoticeStanding: String, WireWord {
    /// Issued here, and the newest of its case.
    case valid
    /// Issued here; a newer one has taken its place.
    case superseded
    /// There is such a notice, but this file is not the one that was issued.
    case altered
    /// No notice has this number with this code. Which of the two is wrong is not told.
    case unknown
}

/// What anybody who holds a notice is told. No names of people and nothing that an agent typed.
public struct NoticeVerification: Codable, Hashable, Sendable {
    public struct Facts: Codable, Hashable, Sendable {
        public var number: String
        public var item: String
        public var hall: String
        public var handlingHall: String
        public var issuedAt: Instant
        public var result: OutcomeResult
        /// Materials that are missing or wrong.
        public var openPoints: Int
        public var contentHash: String
    }

    public var standing: NoticeStanding
    /// Absent where the claim did not show that it holds the notice.
    public var facts: Facts?
    public var supersededOn: CivilDate?
    /// Only for whoever has the code.
    public var supersededBy: String?

    static let unknown = NoticeVerification(standing: .unknown)

    /// - Parameters:
    ///   - pdfHash: of the PDF as it was issued; nil when none was made yet.
    ///   - successor: the newest notice of the case, when it is another one.
    public static func check(
        _ claim: NoticeClaim, notice: NoticeView?, outcome: OutcomeView?, pdfHash: String?, successor: NoticeView?, contentHash: String
    ) -> NoticeVerification {
        // The same work for a wrong number as for a wrong code, so that neither can be told by how long it took.
        let hasCode = claim.code.map { isSameSecret($0, notice?.code ?? "") && notice != nil }
        let hasFile = claim.sha256.map { isSameSecret($0, pdfHash ?? "") && pdfHash != nil }
        guard let notice, let outcome, hasCode != false, hasCode != nil || hasFile != nil else { return unknown }
        guard hasFile != false else { return NoticeVerification(standing: .altered) }
        let facts = Facts(
            number: notice.number, item: outcome.item.name, hall: outcome.hall.name, handlingHall: outcome.handlingHall.name,
            issuedAt: notice.issuedAt, result: outcome.result, openPoints: outcome.entries.count(where: \.isDemand), contentHash: contentHash)
        guard let successor else { return NoticeVerification(standing: .valid, facts: facts) }
        return NoticeVerification(
            standing: .superseded, facts: facts, supersededOn: CivilDate(dayOf: successor.issuedAt), supersededBy: hasCode == true ? successor.number : nil)
    }

    private init(standing: NoticeStanding, facts: Facts? = nil, supersededOn: CivilDate? = nil, supersededBy: String? = nil) {
        self.standing = standing
        self.facts = facts
        self.supersededOn = supersededOn
        self.supersededBy = supersededBy
    }
}

/// Compares without ending at the first difference. The length of `given` is what the time depends on, and whoever gave it knows it.
public func isSameSecret(_ given: String, _ kept: String) -> Bool {
    let given = Array(given.utf8)
    let kept = Array(kept.utf8)
    var difference: UInt8 = given.count == kept.count ? 0 : 1
    for (index, byte) in given.enumerated() { difference |= byte ^ (kept.isEmpty ? ~byte : kept[index % kept.count]) }
    return difference == 0
}

extension CivilDate {
    /// The day in China on which `instant` falls.
    /// - Returns: nil outside the years that a civil date knows.
    public init?(dayOf instant: Instant) { self.init(String(instant.rfc3339.prefix(10))) }
}

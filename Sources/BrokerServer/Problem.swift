import SignalingProtocol

/// An error of the HTTP side (RFC 9457, `application/problem+json`), with the codes of the wire.
struct Problem: Encodable {
    let type: String
    let title: String
    let status: Int
    let code: ErrorCode
    /// A sentence for the person, in their language.
    let detail: String
    let field: String?
    let retryAfterMs: Milliseconds?

    init(_ error: WireError, locale: SignalingProtocol.Locale, status: Int? = nil) {
        type = "urn:farwindow:problem:\(error.code.rawValue)"
        title = error.code.sentence(.english)
        self.status = status ?? error.code.httpStatus
        code = error.code
        detail = error.localized(locale).message
        field = error.field
        retryAfterMs = error.retryAfterMs
    }
}

extension ErrorCode {
    /// The status (RFC 9110) under which HTTP answers it.
    var httpStatus: Int {
        switch self {
        case .malformedMessage, .unknownType, .helloRequired: 400
        case .invalidField, .fileRefused, .itemHasProblems, .passwordRefused: 422
        case .signInRequired, .signInRefused, .signedOut, .secondFactorRefused: 401
        case .notAllowed, .identityVerificationRequired, .consentRequired, .originRefused, .accountSuspended, .passwordChangeRequired, .secondFactorRequired:
            403
        case .notFound: 404
        case .wrongState, .itemNotOffered, .adoptionOutdated, .seatTaken, .taskTaken, .verdictsIncomplete, .tooManyFiles, .superseded,
            .uploadOffsetMismatch, .slotFull, .slotShut, .bookingLimit, .holdExpired, .tooEarly, .tooLate, .scheduleChanged, .scheduleHasConflicts,
            .draftChanged, .importChanged, .rowOutdated, .alreadyTaken, .inUse, .openWork, .lastAdministrator, .visitUnderWay:
            409
        case .uploadExpired, .secondFactorExpired: 410
        case .lengthRequired: 411
        case .tooLarge: 413
        case .unsupportedFileType: 415
        case .uploadLocked: 423
        case .rateLimited: 429
        case .checksumMismatch: 460
        case .internalError: 500
        case .storageUnavailable, .scanUnavailable, .printerUnavailable, .shuttingDown: 503
        }
    }
}

extension SignalingProtocol.Locale {
    /// The best of our languages for an `Accept-Language` field (RFC 9110, 12.5.4); Chinese when it says nothing we know.
    init(acceptLanguage: String?) {
        var best: (locale: Self, quality: Double)?
        for range in (acceptLanguage ?? "").split(separator: ",") {
            let parts = range.lowercased().filter { !$0.isWhitespace }.split(separator: ";", omittingEmptySubsequences: false)
            let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
            // The first of two equal ones counts.
            guard let locale = Self(languageRange: parts[0]), weight > best?.quality ?? 0 else { continue }
            best = (locale, weight)
        }
        self = best?.locale ?? .simplifiedChinese
    }

    /// - Returns: nil for a language that is none of ours.
    private init?(languageRange: Substring) {
        let subtags = languageRange.split(separator: "-")
        switch subtags.first {
        case "en": self = .english
        case "zh":
            let isTraditional = !subtags.contains("hans") && !Set(subtags).isDisjoint(with: ["hant", "tw", "hk", "mo"])
            self = isTraditional ? .traditionalChinese : .simplifiedChinese
        default: return nil
        }
    }
}

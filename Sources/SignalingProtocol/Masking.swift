// What seats and administrators see of a number until they ask for it.

extension CaseFieldKey {
    /// A number that stands for a person or a business everywhere: seats get it with its middle as `*`.
    public var isMasked: Bool {
        switch self {
        case .identityNumber, .creditCode: true
        case .personName, .organisationName, .telephone: false
        }
    }

    /// - Returns: the value with all but its first three and last four characters as `*`; of a short one no more than the last two are left.
    ///   No number has a `*` of its own.
    public func masking(_ value: String) -> String {
        guard isMasked else { return value }
        let (front, end) = value.count >= 12 ? (3, 4) : (0, min(2, value.count / 2))
        return String(value.prefix(front)) + String(repeating: "*", count: value.count - front - end) + String(value.suffix(end))
    }
}

extension CaseField {
    public var masked: CaseField { CaseField(key: key, value: key.masking(value), keepsCheck: checked) }

    /// Nil for what has no check, and for what is empty.
    private var checked: Bool? {
        guard !value.isEmpty else { return nil }
        switch key {
        case .identityNumber: return (try? IdentityNumber(value)) != nil
        case .creditCode: return (try? CreditCode(value)) != nil
        case .personName, .organisationName, .telephone: return nil
        }
    }
}

extension CorrectionView {
    public var masked: CorrectionView {
        var view = self
        view.oldValue = key.masking(oldValue)
        view.newValue = key.masking(newValue)
        return view
    }
}

extension CaseView {
    /// As seats see it.
    public var masked: CaseView {
        var view = self
        view.fields = fields.map(\.masked)
        view.corrections = corrections.map(\.masked)
        return view
    }
}

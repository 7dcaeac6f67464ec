import SignalingProtocol

/// Materials whose demand in `new` could have been made before: whoever looked at the same papers in an earlier visit saw it, or could have.
///
/// A material is named when an earlier outcome judged the very same files (or the same absence of any) and
/// - did not ask for anything then: it was accepted, also when it is opened again now, or said to be not needed; or
/// - asked for something, but not for one of the reasons given now.
///
/// What was promised for later (容缺) and is missing now was told. An answer that changes whether a conditional material is needed is not part of an
/// outcome, so a material that became necessary by it is named too: a supervisor judges, not this rule.
///
/// - Parameter previous: the case's earlier outcomes, in any order.
/// - Returns: in the order of `new`, each once.
public func toldTwice(previous: [OutcomeView], new: OutcomeView) -> [MaterialID] {
    let earlier = previous.filter { $0.version < new.version }.flatMap(\.entries)
    return new.entries.filter { entry in
        guard entry.verdict.isDemand else { return false }
        let seen = earlier.filter { $0.materialID == entry.materialID && Set($0.fileHashes) == Set(entry.fileHashes) }
        let told = seen.filter { $0.verdict.wasTold }
        if told.isEmpty { return !seen.isEmpty }
        if entry.verdict == .missing, told.contains(where: { $0.verdict == .waived }) { return false }
        return !Set(entry.reasons.map(\.code)).isSubset(of: told.flatMap { $0.reasons.map(\.code) })
    }.map(\.materialID)
}

extension Verdict {
    /// Whether it asks the citizen for something now.
    fileprivate var isDemand: Bool {
        switch self {
        case .correctionNeeded, .missing: true
        case .accepted, .waived, .notApplicable: false
        }
    }

    /// Whether the citizen heard with it that something is still wanted.
    fileprivate var wasTold: Bool {
        switch self {
        case .correctionNeeded, .missing, .waived: true
        case .accepted, .notApplicable: false
        }
    }
}

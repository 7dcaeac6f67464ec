import SignalingProtocol

/// What the audit keeps. The raw values are stored, filtered by and exported: a released one is never changed or given another meaning.
public enum AuditAct: String, CaseIterable, Codable, Hashable, Sendable {
    // MARK: Getting in
    case signedIn = "signed-in"
    case signInRefused = "sign-in-refused"
    case signedOut = "signed-out"
    /// Of one's own on another machine, or by who may end another's.
    case signInEnded = "sign-in-ended"
    /// A request or a message that this person may not make.
    case refused = "refused"
    case passwordChanged = "password-changed"
    case secondFactorEnrolled = "second-factor-enrolled"
    case secondFactorRemoved = "second-factor-removed"
    case secondFactorReset = "second-factor-reset"
    case accountUnlocked = "account-unlocked"

    // MARK: A citizen's matter
    case fileViewed = "file-viewed"
    case fieldRevealed = "field-revealed"
    case caseViewed = "case-viewed"
    case caseExported = "case-exported"
    case verdictGiven = "verdict-given"
    /// The files it was given on changed.
    case verdictWithdrawn = "verdict-withdrawn"
    case materialReopened = "material-reopened"
    case correctionProposed = "correction-proposed"
    case outcomeConcluded = "outcome-concluded"
    case noticePrinted = "notice-printed"
    case consentGiven = "consent-given"
    case consentWithdrawn = "consent-withdrawn"
    case copyTaken = "copy-taken"
    case dataErased = "data-erased"
    case retentionApplied = "retention-applied"

    // MARK: The floor
    case seatNotReady = "seat-not-ready"
    case ticketMoved = "ticket-moved"
    case sessionEnded = "session-ended"

    // MARK: People, seats and halls
    case personMade = "person-made"
    case personChanged = "person-changed"
    case personSuspended = "person-suspended"
    case personRestored = "person-restored"
    case personDeleted = "person-deleted"
    case passwordReset = "password-reset"
    case roleGranted = "role-granted"
    case roleTaken = "role-taken"
    case hallMade = "hall-made"
    case hallChanged = "hall-changed"
    case seatMade = "seat-made"
    case seatChanged = "seat-changed"
    case seatWithdrawn = "seat-withdrawn"
    case seatRestored = "seat-restored"

    // MARK: Schedules
    case scheduleDraftChanged = "schedule-draft-changed"
    case schedulePublished = "schedule-published"
    case calendarLoaded = "calendar-loaded"
    case leaveChanged = "leave-changed"
    case swapChanged = "swap-changed"

    // MARK: Catalogue
    case itemDraftChanged = "item-draft-changed"
    case itemPublished = "item-published"
    case itemWithdrawn = "item-withdrawn"
    case itemRestored = "item-restored"
    case itemAdopted = "item-adopted"
    case adoptionPlanned = "adoption-planned"
    case catalogueImported = "catalogue-imported"

    // MARK: The installation
    case settingChanged = "setting-changed"
    case reportExported = "report-exported"
    case serverStarted = "server-started"
    case serverStopped = "server-stopped"
    case auditExported = "audit-exported"
    /// Rows older than the retention were removed; a sealed checkpoint stands for them.
    case auditTrimmed = "audit-trimmed"
    /// At a start the chain did not agree with what is anchored outside of the database.
    case auditBroken = "audit-broken"
}

extension AuditAct {
    init(_ kind: AdministrationActKind) {
        self =
            switch kind {
            case .personMade: .personMade
            case .personChanged: .personChanged
            case .personSuspended: .personSuspended
            case .personRestored: .personRestored
            case .personDeleted: .personDeleted
            case .passwordReset: .passwordReset
            case .passwordChanged: .passwordChanged
            case .hallMade: .hallMade
            case .hallChanged: .hallChanged
            case .seatMade: .seatMade
            case .seatChanged: .seatChanged
            case .seatWithdrawn: .seatWithdrawn
            case .seatRestored: .seatRestored
            }
    }
}

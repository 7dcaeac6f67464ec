/// What a member of staff may do.
public enum StaffRole: String, CaseIterable, Codable, Hashable, Sendable {
    /// Takes calls at a seat.
    case agent
    /// Sees the hall's figures and sessions.
    case administrator
}

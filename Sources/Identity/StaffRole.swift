/// What a member of staff may do in a hall.
public enum StaffRole: String, CaseIterable, Codable, Hashable, Sendable {
    /// Takes calls at a seat.
    case agent
    /// Watches the floor.
    case supervisor
    /// Keeps the items and their versions.
    case catalogueAdministrator = "catalogue-administrator"
    /// Answers for the hall: its people, seats and hours.
    case administrator
}

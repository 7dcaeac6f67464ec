import BrokerCore
import SignalingProtocol

/// Who did it.
public enum AuditActor: Hashable, Sendable {
    /// Somebody who is not signed in.
    case nobody
    case citizen(CitizenID)
    case staff(AgentID)
    /// The server by itself, or a command at its terminal.
    case system
}

/// On whose request, and from where, something happens.
///
/// It goes with the work, not through every signature: whatever is stored on a request's behalf, also in a transaction of the store's own, finds here who
/// asked.
public struct AuditOrigin: Hashable, Sendable {
    public let actor: AuditActor
    /// The client's network address in numbers; empty when there is none.
    public let address: String

    public init(actor: AuditActor, address: String) {
        self.actor = actor
        self.address = address
    }

    /// What nobody asked for: a deadline that passed, a command at the terminal.
    public static let system = AuditOrigin(actor: .system, address: "")

    @TaskLocal public static var current = AuditOrigin.system
}

/// One line of the audit: who, what, which object, from where, how it ended, why where that was asked.
///
/// It holds ids and codes. No name, number or text of a citizen belongs here, and no secret: the audit outlives what it speaks of.
public struct AuditEntry: Hashable, Sendable {
    public static let done = "done"
    /// Characters.
    static let longestText = 500

    public let at: Instant
    public let actor: AuditActor
    public let act: AuditAct
    /// What it was done to: a kind, a colon and an id, such as `case:0190…` or `hall:445102`.
    public let object: String?
    public let hall: HallID?
    public let address: String
    /// `done`, or the stable code of the error by which it was refused.
    public let outcome: String
    /// In the person's own words, where the reason is asked for.
    public let reason: String?
    /// Codes that say more.
    public let detail: String

    public init(
        at: Instant, actor: AuditActor, act: AuditAct, object: String? = nil, hall: HallID? = nil, address: String = "", outcome: String = Self.done,
        reason: String? = nil, detail: String = ""
    ) {
        self.at = at
        self.actor = actor
        self.act = act
        self.object = object.map(Self.storable)
        self.hall = hall
        self.address = Self.storable(address)
        self.outcome = Self.storable(outcome)
        self.reason = reason.map(Self.storable)
        self.detail = Self.storable(detail)
    }

    /// By whoever asks now.
    public init(at: Instant, _ act: AuditAct, object: String? = nil, hall: HallID? = nil, reason: String? = nil, detail: String = "") {
        let origin = AuditOrigin.current
        self.init(at: at, actor: origin.actor, act: act, object: object, hall: hall, address: origin.address, reason: reason, detail: detail)
    }

    /// SQLite ends a text at its first NUL; what is read back must be what was sealed. And no text of a stranger may fill the disk.
    private static func storable(_ text: String) -> String {
        let short = text.prefix(longestText)
        guard short.unicodeScalars.contains(where: { $0.value < 0x20 }) else { return String(short) }
        return String(String.UnicodeScalarView(short.unicodeScalars.map { $0.value < 0x20 ? " " : $0 }))
    }
}

/// An entry as it stands in the chain.
public struct AuditRow: Hashable, Sendable {
    /// From 1, without gaps.
    public let sequence: Int64
    public let entry: AuditEntry
    /// The staff account's name when it was written.
    public let account: String?
}

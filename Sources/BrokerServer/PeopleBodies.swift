import BrokerCore
import BrokerStore
import Foundation
import Identity
import SignalingProtocol

// What the routes of people are asked and answer.

/// The row that somebody saw.
struct RowRevision: Decodable, Sendable {
    let revision: Int
}

struct RoleBody: Codable, Sendable {
    let hallID: HallID
    let role: String

    static func grants(_ roles: [RoleBody]) throws(WireError) -> Set<RoleGrant> {
        guard roles.count <= mostRoles, roles.allSatisfy({ StaffRole(rawValue: $0.role) != nil }) else { throw WireError(.invalidField, field: "roles") }
        return Set(roles.map { RoleGrant(hall: $0.hallID, role: $0.role) })
    }

    private static let mostRoles = 400
}

/// What an agent can take; what is empty is not restricted.
struct SkillsBody: Codable, Sendable {
    let groups: [String]
    let kinds: [SessionKind]
    let languages: [SpokenLanguage]

    init(_ skills: Skills) {
        groups = skills.groups.sorted()
        kinds = SessionKind.allCases.filter(skills.kinds.contains)
        languages = SpokenLanguage.allCases.filter(skills.languages.contains)
    }

    /// - Parameter known: groups that some hall offers; `held` are those that the person has already, whatever the halls offer by now.
    func skills(known: [String], held: Set<String>) throws(WireError) -> Skills {
        guard Set(groups).isSubset(of: held.union(known)) else { throw WireError(.invalidField, field: "groups") }
        return Skills(groups: Set(groups), kinds: Set(kinds), languages: Set(languages))
    }
}

struct NewPerson: Decodable, Sendable {
    let account: String
    let name: String
    let hallID: HallID
    let roles: [RoleBody]
    let skills: SkillsBody?

    func account(groups: [String]) throws(WireError) -> AccountRow {
        guard Self.isAccountName(account) else { throw WireError(.invalidField, field: "account") }
        var row = AccountRow(id: AgentID(UUID()), account: account, name: try Self.name(name), hall: hallID, roles: [], skills: Skills(), passwordHash: "")
        row.grants = try RoleBody.grants(roles)
        if let skills { row.skills = try skills.skills(known: groups, held: []) }
        return row
    }

    /// Typed at every sign-in: short, lower-case, the same on every keyboard.
    private static func isAccountName(_ text: String) -> Bool {
        let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        return (2...32).contains(text.utf8.count)
            && text.utf8.allSatisfy { letters.contains($0) || digits.contains($0) || "._-".utf8.contains($0) }
    }

    static func name(_ text: String) throws(WireError) -> String {
        let name = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard (1...SignalingProtocol.Limits.personNameCharacters).contains(name.count) else { throw WireError(.invalidField, field: "name") }
        return name
    }
}

/// What is absent stays.
struct PersonChange: Decodable, Sendable {
    let revision: Int
    let name: String?
    /// All of them, in every hall.
    let roles: [RoleBody]?
    let skills: SkillsBody?

    func apply(to row: inout AccountRow, groups: [String]) throws(WireError) {
        if let name { row.name = try NewPerson.name(name) }
        if let roles { row.grants = try RoleBody.grants(roles) }
        if let skills { row.skills = try skills.skills(known: groups, held: row.skills.groups) }
    }
}

/// Without a word on open work, a session that is open stands against it.
struct Suspension: Decodable, Sendable {
    let revision: Int
    let handOverTo: AgentID?
    let endAfterSession: Bool?

    var openWork: OpenWork {
        if let handOverTo { return .handOver(to: handOverTo) }
        return endAfterSession == true ? .finish : .refuse
    }
}

struct PeopleList: Encodable {
    let people: [PersonView]
    /// Item categories that a skill can name.
    let groups: [String]
}

struct PersonWithPassword: Encodable {
    let person: PersonView
    /// Shown this once; only its hash is kept.
    let password: String
}

struct PersonView: Encodable {
    enum State: String, Encodable {
        case active
        /// Suspended, but still in a session that they may finish.
        case leaving
        case suspended
    }

    struct SeatLine: Encodable {
        let id: SeatID
        let number: String
        let hallID: HallID
        let state: SeatState
    }

    struct SignIn: Encodable {
        let secondFactors: Int
        /// After wrong tries; nil: not locked.
        let lockedUntil: Instant?
    }

    let id: AgentID
    let account: String
    let name: String
    let hall: HallView
    let roles: [RoleBody]
    let skills: SkillsBody
    let signIn: SignIn
    let state: State
    let suspendedAt: Instant?
    let mustChangePassword: Bool
    /// Whether it was ever signed in with; one that was is never deleted.
    let used: Bool
    /// Where they are signed on.
    let seat: SeatLine?
    let revision: Int

    init(_ row: AccountRow, hall: Hall?, seat: Seat?, isLeaving: Bool, signIn: SignIn) {
        id = row.id
        account = row.account
        name = row.name
        self.hall = HallView(id: row.hall, name: hall?.name ?? row.hall.text)
        roles = row.grants.sorted().map { RoleBody(hallID: $0.hall, role: $0.role) }
        skills = SkillsBody(row.skills)
        self.signIn = signIn
        state = row.suspendedAt == nil ? .active : isLeaving ? .leaving : .suspended
        suspendedAt = row.suspendedAt
        mustChangePassword = row.passwordIsOneTime
        used = row.firstSignedInAt != nil
        self.seat = seat.map { SeatLine(id: $0.id, number: $0.number, hallID: $0.hall, state: $0.state) }
        revision = row.revision
    }
}

import BrokerCore
import BrokerStore
import Foundation
import Identity
import SignalingProtocol

/// Who is signed in.
enum Principal: Sendable {
    case citizen(CitizenRow)
    case staff(AccountRow)

    var role: SignInRole {
        switch self {
        case .citizen: .citizen
        case .staff: .staff
        }
    }

    var person: Person {
        switch self {
        case .citizen(let citizen): citizen.person
        case .staff(let account): account.person
        }
    }
}

extension CitizenRow {
    /// As the broker knows a citizen.
    var person: Person {
        var person = Person(endpoint: .citizen(id), name: name)
        person.assurance = assurance
        return person
    }
}

extension AccountRow {
    /// In whatever hall.
    func holds(_ role: StaffRole) -> Bool { grants.contains { $0.role == role.rawValue } }

    func holds(_ role: StaffRole, in hall: HallID) -> Bool { grants.contains(RoleGrant(hall: hall, role: role.rawValue)) }

    func halls(as role: StaffRole) -> Set<HallID> { Set(grants.filter { $0.role == role.rawValue }.map(\.hall)) }

    /// As the broker knows an agent.
    var person: Person { Person(endpoint: .agent(id), name: name, halls: halls(as: .agent), skills: skills) }
}

/// The sign-ins that are good, in memory; the store has them too, so that a restart signs nobody out.
struct SignIns {
    struct SignIn: Sendable {
        var principal: Principal
        var row: SignInRow
        /// When it was last used. The row says so with a delay.
        var seenAt: Instant

        var tokenHash: Data { row.tokenHash }
    }

    private let configuration: SignInConfiguration
    private var byTokenHash: [Data: SignIn] = [:]

    init(store: BrokerStore, configuration: SignInConfiguration, at now: Instant) throws(StoreError) {
        self.configuration = configuration
        try store.removeExpiredSignIns(at: now)
        let citizens = Dictionary(uniqueKeysWithValues: try store.signedInCitizens(at: now).map { ($0.id.description, $0) })
        let accounts = Dictionary(uniqueKeysWithValues: try store.accounts().map { ($0.id.description, $0) })
        for row in try store.signIns(at: now) {
            let principal: Principal? =
                switch row.role {
                case .citizen: citizens[row.person].map(Principal.citizen)
                case .staff: accounts[row.person].map(Principal.staff)
                }
            guard let principal else { continue }
            byTokenHash[row.tokenHash] = SignIn(principal: principal, row: row, seenAt: row.seenAt)
        }
    }

    var count: Int { byTokenHash.count }

    subscript(_ hash: Data) -> SignIn? { byTokenHash[hash] }

    /// Whose it is, as the audit names people; nil when it has ended.
    func person(_ hash: Data) -> String? {
        switch byTokenHash[hash]?.principal {
        case .citizen(let citizen): "citizen:\(citizen.id)"
        case .staff(let account): "account:\(account.id)"
        case nil: nil
        }
    }

    /// Makes a sign-in; it must be stored with the records it returns before anybody is told.
    mutating func add(_ principal: Principal, device: String, at now: Instant) -> (token: SignInToken, records: [StoreRecord]) {
        let token = SignInToken()
        let person =
            switch principal {
            case .citizen(let citizen): citizen.id.description
            case .staff(let account): account.id.description
            }
        let row = SignInRow(
            tokenHash: token.hash, role: principal.role, person: person, createdAt: now, expiresAt: now + configuration.lifetime(principal.role),
            device: device)
        byTokenHash[token.hash] = SignIn(principal: principal, row: row, seenAt: now)
        switch principal {
        case .citizen(let citizen): return (token, [.citizen(citizen), .signIn(row)])
        case .staff: return (token, [.signIn(row)])
        }
    }

    /// Whether it has neither expired nor lain unused for too long.
    func isGood(_ signIn: SignIn, at now: Instant, isEngaged: (Endpoint) -> Bool) -> Bool {
        guard signIn.row.expiresAt > now else { return false }
        if signIn.seenAt + configuration.idle(signIn.row.role) > now { return true }
        return signIn.row.keptUntil.map { $0 > now } == true || isEngaged(signIn.principal.person.endpoint)
    }

    /// Those that are good no longer.
    func ended(at now: Instant, isEngaged: (Endpoint) -> Bool) -> [Data] {
        byTokenHash.filter { !isGood($0.value, at: now, isEngaged: isEngaged) }.map(\.key)
    }

    /// Somebody uses it.
    /// - Returns: what should be stored of it.
    mutating func touch(_ hash: Data, at now: Instant) -> [StoreRecord] {
        guard var signIn = byTokenHash[hash] else { return [] }
        signIn.seenAt = max(signIn.seenAt, now)
        let delay = min(ServerLimits.signInSeenInterval, Milliseconds(configuration.idle(signIn.row.role).count / 4))
        let isDue = signIn.row.seenAt + delay <= now
        if isDue { signIn.row.seenAt = now }
        byTokenHash[hash] = signIn
        return isDue ? [.signIn(signIn.row)] : []
    }

    mutating func remove(_ hash: Data) { byTokenHash[hash] = nil }

    /// Makes a sign-in last longer, also unused; it must be stored with the records before anybody is told. Never shorter.
    mutating func keep(_ hash: Data, until end: Instant) -> [StoreRecord] {
        guard var signIn = byTokenHash[hash], signIn.row.expiresAt < end else { return [] }
        signIn.row.expiresAt = end
        signIn.row.keptUntil = end
        byTokenHash[hash] = signIn
        return [.signIn(signIn.row)]
    }

    /// The account was changed: whoever is signed in with it has what it has now.
    mutating func update(_ account: AccountRow) {
        for signIn in all(of: .agent(account.id)) { byTokenHash[signIn.tokenHash]?.principal = .staff(account) }
    }

    /// Newest first.
    func all(of person: Endpoint) -> [SignIn] {
        byTokenHash.values.filter { $0.principal.person.endpoint == person }.sorted { ($1.row.createdAt, $1.row.id) < ($0.row.createdAt, $0.row.id) }
    }
}

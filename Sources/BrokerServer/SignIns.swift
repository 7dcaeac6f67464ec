import BrokerCore
import BrokerStore
import Foundation
import Identity
import SignalingProtocol

/// Who is signed in.
enum Principal: Sendable {
    case citizen(CitizenRow)
    case staff(AccountRow)

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
    private struct SignIn {
        var principal: Principal
        let expiresAt: Instant
    }

    private var byTokenHash: [Data: SignIn] = [:]
    private var nextSweep: Instant

    init(store: BrokerStore, at now: Instant) throws(StoreError) {
        try store.removeExpiredSignIns(at: now)
        nextSweep = now + ServerLimits.signInSweepInterval
        let citizens = Dictionary(uniqueKeysWithValues: try store.signedInCitizens(at: now).map { ($0.id.description, $0) })
        let accounts = Dictionary(uniqueKeysWithValues: try store.accounts().map { ($0.id.description, $0) })
        for row in try store.signIns(at: now) {
            let principal: Principal? =
                switch row.role {
                case .citizen: citizens[row.person].map(Principal.citizen)
                case .staff: accounts[row.person].map(Principal.staff)
                }
            guard let principal else { continue }
            byTokenHash[row.tokenHash] = SignIn(principal: principal, expiresAt: row.expiresAt)
        }
    }

    /// Makes a sign-in; it must be stored with the records it returns before anybody is told.
    mutating func add(_ principal: Principal, at now: Instant) -> (token: SignInToken, records: [StoreRecord]) {
        let token = SignInToken()
        let expiresAt = now + ServerLimits.signInLifetime
        let dropped = dropExpired(at: now)
        byTokenHash[token.hash] = SignIn(principal: principal, expiresAt: expiresAt)
        switch principal {
        case .citizen(let citizen):
            let row = SignInRow(tokenHash: token.hash, role: .citizen, person: citizen.id.description, expiresAt: expiresAt)
            return (token, dropped + [.citizen(citizen), .signIn(row)])
        case .staff(let account):
            let row = SignInRow(tokenHash: token.hash, role: .staff, person: account.id.description, expiresAt: expiresAt)
            return (token, dropped + [.signIn(row)])
        }
    }

    /// Now and again, and never very many in one batch.
    private mutating func dropExpired(at now: Instant) -> [StoreRecord] {
        guard now >= nextSweep else { return [] }
        let expired = byTokenHash.filter { $0.value.expiresAt <= now }.keys.prefix(ServerLimits.expiredSignInsAtOnce)
        for hash in expired { byTokenHash[hash] = nil }
        if expired.count < ServerLimits.expiredSignInsAtOnce { nextSweep = now + ServerLimits.signInSweepInterval }
        return expired.map { .signOut(tokenHash: $0) }
    }

    var count: Int { byTokenHash.count }

    func isGood(_ hash: Data) -> Bool { byTokenHash[hash] != nil }

    /// Whose it is, as the audit names people; nil when it has ended.
    func person(_ hash: Data) -> String? {
        switch byTokenHash[hash]?.principal {
        case .citizen(let citizen): "citizen:\(citizen.id)"
        case .staff(let account): "account:\(account.id)"
        case nil: nil
        }
    }

    func principal(token: String?, at now: Instant) -> (principal: Principal, tokenHash: Data)? {
        guard let token else { return nil }
        let hash = SignInToken.hash(of: token)
        guard let signIn = byTokenHash[hash], signIn.expiresAt > now else { return nil }
        return (signIn.principal, hash)
    }

    mutating func remove(_ hash: Data) { byTokenHash[hash] = nil }

    /// Makes a sign-in last longer; it must be stored with the records before anybody is told. Never shorter.
    mutating func keep(_ hash: Data, until end: Instant) -> [StoreRecord] {
        guard let present = byTokenHash[hash], present.expiresAt < end else { return [] }
        byTokenHash[hash] = SignIn(principal: present.principal, expiresAt: end)
        switch present.principal {
        case .citizen(let citizen): return [.signIn(SignInRow(tokenHash: hash, role: .citizen, person: citizen.id.description, expiresAt: end))]
        case .staff(let account): return [.signIn(SignInRow(tokenHash: hash, role: .staff, person: account.id.description, expiresAt: end))]
        }
    }

    /// The account was changed: whoever is signed in with it has what it has now.
    mutating func update(_ account: AccountRow) {
        for hash in hashes(of: account.id) { byTokenHash[hash]?.principal = .staff(account) }
    }

    /// - Parameter kept: the sign-in that goes on.
    /// - Returns: what must be stored.
    mutating func removeAll(of account: AgentID, but kept: Data? = nil) -> [StoreRecord] {
        let ended = hashes(of: account).filter { $0 != kept }
        for hash in ended { byTokenHash[hash] = nil }
        return ended.map { .signOut(tokenHash: $0) }
    }

    /// The store drops them by itself when it erases the citizen.
    mutating func removeAll(of citizen: CitizenID) -> Set<Data> {
        let ended = byTokenHash.filter { _, signIn in
            if case .citizen(let row) = signIn.principal { row.id == citizen } else { false }
        }.keys
        for hash in ended { byTokenHash[hash] = nil }
        return Set(ended)
    }

    private func hashes(of account: AgentID) -> [Data] {
        byTokenHash.filter { _, signIn in
            if case .staff(let row) = signIn.principal { row.id == account } else { false }
        }.map(\.key)
    }
}

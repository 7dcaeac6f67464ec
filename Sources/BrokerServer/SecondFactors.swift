import BrokerCore
import BrokerStore
import Crypto
import Foundation
import Identity
import SignalingProtocol

/// Whether somebody may work with a password alone.
public enum SecondFactorRule: String, CaseIterable, Sendable {
    /// Whoever has none may set one up and do nothing else.
    case required
    /// For demonstrations and tests.
    case optional
}

/// Everybody's second factors, in memory, so that a code that was used is known at once; the store has them too.
struct SecondFactors {
    /// Nobody has that many telephones.
    static let mostPerAccount = 10

    private var byAccount: [AgentID: [SecondFactorRow]] = [:]
    private var recoveryCodes: [AgentID: Set<Data>]
    private let key: SealingKey

    init(store: BrokerStore, key: SealingKey) throws(StoreError) {
        self.key = key
        recoveryCodes = try store.recoveryCodes()
        for factor in try store.secondFactors() { byAccount[factor.account, default: []].append(factor) }
    }

    /// Oldest first.
    func of(_ account: AgentID) -> [SecondFactorRow] { byAccount[account] ?? [] }

    func recoveryCodesLeft(of account: AgentID) -> Int { recoveryCodes[account]?.count ?? 0 }

    var deviceKey: SymmetricKey { key.key(for: "known device") }

    func passkeys(of account: AgentID) -> [StoredPasskey] {
        of(account).compactMap { factor in
            switch factor.means {
            case .totp: nil
            case .passkey(let passkey): passkey
            }
        }
    }

    // MARK: Checking

    /// - Returns: what must be stored before anybody is let in; nil when the code is wrong or used up.
    mutating func useCode(_ typed: String, of account: AgentID, at now: Instant) -> SecondFactorChange? {
        for var factor in of(account) {
            guard case .totp(let sealed, let lastStep) = factor.means, let secret = key.open(sealed, binding: Self.binding(factor.id)),
                let step = TimeBasedCode(secret: secret).step(of: typed, at: now, after: lastStep)
            else { continue }
            factor.means = .totp(sealedSecret: sealed, lastStep: step)
            factor.usedAt = now
            return keep(factor)
        }
        return nil
    }

    mutating func useRecoveryCode(_ typed: String, of account: AgentID) -> SecondFactorChange? {
        guard let hash = recoveryHash(typed, of: account), recoveryCodes[account]?.remove(hash) != nil else { return nil }
        return .recoveryCodeUsed(account, hash)
    }

    /// - Throws: why it is not taken.
    mutating func usePasskey(_ assertion: PasskeyAssertion, of account: AgentID, challenge: Data, for party: RelyingParty, at now: Instant)
        throws(PasskeyProblem)
        -> SecondFactorChange
    {
        for var factor in of(account) {
            guard case .passkey(var stored) = factor.means, stored.credential == assertion.id else { continue }
            let passkey = Passkey(
                id: stored.credential, key: try PasskeyKey(algorithm: stored.algorithm, der: stored.publicKey), counter: stored.counter,
                relyingParty: stored.relyingParty)
            stored.counter = try assertion.verified(by: passkey, challenge: challenge, for: party).counter
            factor.means = .passkey(stored)
            factor.usedAt = now
            return keep(factor)
        }
        throw .wrongCredential
    }

    // MARK: Changing

    /// - Parameter step: of the code that proved it; it counts as used.
    mutating func add(_ code: TimeBasedCode, provenAt step: Int64, named name: String, to account: AgentID, at now: Instant) throws -> SecondFactorChange {
        let id = UUID()
        let sealed = try key.seal(code.secret, binding: Self.binding(id))
        return keep(SecondFactorRow(id: id, account: account, name: name, means: .totp(sealedSecret: sealed, lastStep: step), addedAt: now))
    }

    mutating func add(_ passkey: Passkey, named name: String, to account: AgentID, at now: Instant) -> SecondFactorChange {
        let stored = StoredPasskey(
            credential: passkey.id, algorithm: passkey.key.algorithm.rawValue, publicKey: passkey.key.der, counter: passkey.counter,
            relyingParty: passkey.relyingParty)
        return keep(SecondFactorRow(id: UUID(), account: account, name: name, means: .passkey(stored), addedAt: now))
    }

    /// Whoever holds it: an identifier belongs to one account.
    func knowsPasskey(_ credential: Data) -> Bool {
        byAccount.values.joined().contains { factor in
            if case .passkey(let stored) = factor.means { stored.credential == credential } else { false }
        }
    }

    /// With the last one the recovery codes go too: they stand in for something that is not there any more.
    /// - Returns: what must be stored; empty when there is none of that name.
    mutating func remove(_ id: UUID, of account: AgentID) -> [SecondFactorChange] {
        let left = of(account).filter { $0.id != id }
        guard left.count < of(account).count else { return [] }
        byAccount[account] = left
        guard left.isEmpty else { return [.removed(id)] }
        recoveryCodes[account] = nil
        return [.removed(id), .recoveryCodes(account, [])]
    }

    mutating func removeAll(of account: AgentID) -> [SecondFactorChange] { of(account).flatMap { remove($0.id, of: account) } }

    /// Makes new recovery codes; the old ones are worth nothing from now on.
    mutating func makeRecoveryCodes(for account: AgentID) -> (codes: [String], change: SecondFactorChange) {
        let codes = RecoveryCode.make()
        let hashes = Set(codes.compactMap { recoveryHash($0, of: account) })
        recoveryCodes[account] = hashes
        return (codes, .recoveryCodes(account, hashes))
    }

    private mutating func keep(_ factor: SecondFactorRow) -> SecondFactorChange {
        var factors = of(factor.account).filter { $0.id != factor.id }
        factors.append(factor)
        byAccount[factor.account] = factors.sorted { ($0.addedAt, $0.id.uuidString) < ($1.addedAt, $1.id.uuidString) }
        return .kept(factor)
    }

    private func recoveryHash(_ typed: String, of account: AgentID) -> Data? {
        RecoveryCode.hash(typed, of: account.description, key: key.key(for: "recovery codes"))
    }

    private static func binding(_ id: UUID) -> String { "second factor:\(id.uuidString)" }
}

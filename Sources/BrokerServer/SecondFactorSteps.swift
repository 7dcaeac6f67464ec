import BrokerCore
import Foundation
import Identity
import SignalingProtocol

/// What was begun and waits for its second step: sign-ins whose password was right, and second factors that are being set up. In memory only: after a restart
/// they are begun anew.
struct SecondFactorSteps {
    enum Purpose {
        /// - Parameter passwordHash: that was right; another one by now ends the step.
        case signIn(passwordHash: String)
        case addCode(TimeBasedCode)
        case addPasskey
    }

    struct Step {
        let account: AgentID
        let purpose: Purpose
        /// What a passkey is asked to sign.
        let challenge: Data
        let expiresAt: Instant
    }

    static let lifetime: Milliseconds = .minutes(5)
    /// More than this at once is an attack; the oldest are forgotten.
    private static let most = 2_000
    private static let mostPerAccount = 5

    private var byToken: [Data: Step] = [:]

    /// - Returns: the token by which the second step names the first.
    mutating func begin(_ purpose: Purpose, for account: AgentID, at now: Instant) -> (token: String, step: Step) {
        makeRoom(for: account, at: now)
        let token = SignInToken()
        let challenge = Data((0..<32).map { _ in UInt8.random(in: 0...255) })
        let step = Step(account: account, purpose: purpose, challenge: challenge, expiresAt: now + Self.lifetime)
        byToken[token.hash] = step
        return (token.secret, step)
    }

    /// - Returns: nil when there is none, or it took too long.
    func step(_ token: String, at now: Instant) -> Step? {
        guard token.utf8.count <= 64, let step = byToken[SignInToken.hash(of: token)], step.expiresAt > now else { return nil }
        return step
    }

    /// Each is good once.
    mutating func end(_ token: String) { byToken[SignInToken.hash(of: token)] = nil }

    mutating func endAll(of account: AgentID) { byToken = byToken.filter { $0.value.account != account } }

    private mutating func makeRoom(for account: AgentID, at now: Instant) {
        let own = byToken.filter { $0.value.account == account }
        if own.count >= Self.mostPerAccount, let oldest = own.min(by: { $0.value.expiresAt < $1.value.expiresAt }) { byToken[oldest.key] = nil }
        guard byToken.count >= Self.most else { return }
        byToken = byToken.filter { $0.value.expiresAt > now }
        guard byToken.count >= Self.most else { return }
        let newest = byToken.sorted { $0.value.expiresAt > $1.value.expiresAt }.prefix(Self.most / 2)
        byToken = Dictionary(uniqueKeysWithValues: newest.map { ($0.key, $0.value) })
    }
}

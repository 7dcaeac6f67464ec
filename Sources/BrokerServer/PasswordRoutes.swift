import BrokerCore
import BrokerStore
import Identity
import SignalingProtocol
import WebServer

/// Somebody's choice of a password of their own.
struct PasswordChange: Decodable, Sendable {
    let currentPassword: String
    let newPassword: String
}

extension Engine {
    /// Long rather than odd: no rule asks for a digit or a sign (NIST SP 800-63B, 5.1.1.2).
    static let passwordLength = 10...128

    func changePassword(_ change: PasswordChange, _ call: Route.Call) {
        guard let (account, tokenHash) = signedInStaff(call) else { return refuse(call, WireError(.signInRequired)) }
        guard Self.passwordLength.contains(change.newPassword.count), change.newPassword != change.currentPassword, change.newPassword != account.account,
            change.currentPassword.count <= Self.passwordLength.upperBound
        else { return refuse(call, WireError(.invalidField, field: "new_password")) }
        let key = "\(call.clientNetwork) \(account.account)"
        if let wait = staffSignInTries.attempt(key, at: clock.now) { return refuse(call, WireError(.rateLimited, retryAfterMs: wait)) }
        guard takesWrites else { return refuse(call, storageUnavailable) }
        let stored = account.passwordHash
        offload({ () -> String? in
            guard PasswordHash(text: stored)?.matches(change.currentPassword) == true else { return nil }
            return try? PasswordHash(password: change.newPassword).text
        }) { [self] hash in
            guard let hash, var account = people[account.id], account.passwordHash == stored else {
                return refuse(call, WireError(.invalidField, field: "current_password"))
            }
            staffSignInTries.clear(key)
            guard takesWrites else { return refuse(call, storageUnavailable) }
            account.passwordHash = hash
            account.passwordIsOneTime = false
            account.revision += 1
            self.store(account)
            write(.passwordChanged, by: account, on: account.id.description, in: account.hall)
            endSignIns(of: account.id, but: tokenHash)
            answerWhenStored(call, profile(of: account))
        }
    }
}

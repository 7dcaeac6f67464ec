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
    func changePassword(_ change: PasswordChange, _ call: Route.Call) {
        guard let (account, tokenHash) = signedInStaff(call) else { return refuse(call, WireError(.signInRequired)) }
        let policy = options.passwordPolicy
        guard PasswordPolicy.length.contains(change.newPassword.count), change.newPassword != change.currentPassword, change.newPassword != account.account,
            change.currentPassword.count <= PasswordPolicy.length.upperBound
        else { return refuse(call, WireError(.invalidField, field: "new_password")) }
        guard policy.problem(change.newPassword, account: account.account, name: account.name) == nil else {
            return refuse(call, WireError(.passwordRefused, field: "new_password"))
        }
        guard takesWrites else { return refuse(call, storageUnavailable) }
        let trier = trier(account.account, call)
        if let wait = signInTries.attempt(trier, at: clock.now) { return refuse(call, WireError(.rateLimited, retryAfterMs: wait)) }
        let stored = account.passwordHash
        offload({ [store] in Self.replacement(of: stored, by: change, for: account.id, under: policy, store) }) { [self] replacement in
            guard var account = people[account.id], account.passwordHash == stored else {
                return refuse(call, WireError(.invalidField, field: "current_password"))
            }
            switch replacement {
            case .failure(let error):
                if error.code != .invalidField { signInTries.forgive(trier) }
                return refuse(call, error)
            case .success(let hash):
                signInTries.forgive(trier)
                guard takesWrites else { return refuse(call, storageUnavailable) }
                journal.records.append(.secondFactor(.passwordReplaced(account.id, hash: stored, at: clock.now)))
                account.passwordHash = hash
                account.passwordIsOneTime = false
                account.passwordSetAt = clock.now
                account.revision += 1
                self.store(account)
                write(.passwordChanged, by: account, on: account.id.description, in: account.hall)
                endSignIns(of: account.id, but: tokenHash)
                answerWhenStored(call, profile(of: account))
            }
        }
    }

    /// Checks the present password and makes the new one's hash. Off the loop: each password that is compared takes a tenth of a second.
    private static func replacement(
        of stored: String, by change: PasswordChange, for account: AgentID, under policy: PasswordPolicy, _ store: BrokerStore
    ) -> Result<String, WireError> {
        guard PasswordHash(text: stored)?.matches(change.currentPassword) == true else {
            return .failure(WireError(.invalidField, field: "current_password"))
        }
        // The present one counts as one of those that are remembered.
        guard let before = try? store.passwordsBefore(of: account, limit: policy.remembered - 1) else { return .failure(WireError(.internalError)) }
        let isHadBefore = before.contains { PasswordHash(text: $0)?.matches(change.newPassword) == true }
        guard !isHadBefore else { return .failure(WireError(.passwordRefused, field: "new_password")) }
        guard let hash = try? PasswordHash(password: change.newPassword).text else { return .failure(WireError(.internalError)) }
        return .success(hash)
    }
}

import Barcode
import BrokerCore
import BrokerStore
import Foundation
import Identity
import SignalingProtocol
import WebServer

// What somebody sees and changes of how they sign in. Whoever has a second factor proves with the password that it is still them before anything changes.

extension Engine {
    static let ownSecurityRoutes = [
        Route("GET", "/api/v1/staff/security") { engine, call in
            guard let account = engine.ownAccount(call) else { return }
            engine.answer(call, engine.security(of: account))
        },
        Route("POST", "/api/v1/staff/security/codes") { engine, call in
            engine.readBody(call, as: Reauthentication.self) { engine.proven(by: $0, call) { engine.setUpCode($0, call) } }
        },
        Route("POST", "/api/v1/staff/security/codes/confirm") { engine, call in
            engine.readBody(call, as: CodeConfirmation.self) { engine.addCode($0, call) }
        },
        Route("POST", "/api/v1/staff/security/passkeys") { engine, call in
            engine.readBody(call, as: Reauthentication.self) { engine.proven(by: $0, call) { engine.setUpPasskey($0, call) } }
        },
        Route("POST", "/api/v1/staff/security/passkeys/confirm") { engine, call in
            engine.readBody(call, as: PasskeyConfirmation.self) { engine.addPasskey($0, call) }
        },
        Route("POST", "/api/v1/staff/security/second-factors/{id}/remove") { engine, call in
            engine.readBody(call, as: Reauthentication.self) { engine.proven(by: $0, call) { engine.removeSecondFactor($0, call) } }
        },
        Route("POST", "/api/v1/staff/security/recovery-codes") { engine, call in
            engine.readBody(call, as: Reauthentication.self) { engine.proven(by: $0, call) { engine.renewRecoveryCodes($0, call) } }
        },
    ]

    private static let issuer = "Farwindow"

    /// - Returns: nil when nobody is signed in, who then has been told so.
    private func ownAccount(_ call: Route.Call) -> AccountRow? {
        guard let account = signedInStaff(call)?.account else {
            refuse(call, WireError(.signInRequired))
            return nil
        }
        return account
    }

    private func security(of account: AccountRow) -> OwnSecurity {
        OwnSecurity(
            secondFactors: secondFactors.of(account.id).map(SecondFactorView.init), recoveryCodesLeft: secondFactors.recoveryCodesLeft(of: account.id),
            secondFactorRequired: options.secondFactor == .required, passwordPolicy: options.passwordPolicy.rawValue, passwordSetAt: account.passwordSetAt,
            passwordExpiresAt: options.passwordPolicy.lifetime.flatMap { lifetime in account.passwordSetAt.map { $0 + lifetime } })
    }

    /// Goes on when the password is right, or when there is no second factor yet that it would have to protect.
    private func proven(by body: Reauthentication, _ call: Route.Call, then act: @escaping (AccountRow) -> Void) {
        guard let account = ownAccount(call) else { return }
        guard takesWrites else { return refuse(call, storageUnavailable) }
        guard !secondFactors.of(account.id).isEmpty else { return act(account) }
        guard let password = body.currentPassword, password.count <= PasswordPolicy.length.upperBound else {
            return refuse(call, WireError(.invalidField, field: "current_password"))
        }
        let trier = trier(account.account, call)
        if let wait = signInTries.attempt(trier, at: clock.now) { return refuse(call, WireError(.rateLimited, retryAfterMs: wait)) }
        let stored = account.passwordHash
        offload({ PasswordHash(text: stored)?.matches(password) == true }) { [self] matches in
            guard matches else { return refuse(call, WireError(.invalidField, field: "current_password")) }
            signInTries.forgive(trier)
            guard let account = ownAccount(call) else { return }
            guard takesWrites else { return refuse(call, storageUnavailable) }
            act(account)
        }
    }

    // MARK: Codes of an authenticator program

    private func setUpCode(_ account: AccountRow, _ call: Route.Call) {
        let code = TimeBasedCode()
        let address = code.address(account: account.account, issuer: Self.issuer)
        guard let drawn = QRCode(address) else { return refuse(call, WireError(.internalError)) }
        let (token, _) = secondFactorSteps.begin(.addCode(code), for: account.id, at: clock.now)
        answer(call, CodeSetUp(challenge: token, secret: Base32.text(code.secret), address: address, rows: drawn.rows))
    }

    private func addCode(_ body: CodeConfirmation, _ call: Route.Call) {
        guard let (account, step, name) = begun(body.challenge, named: body.name, call) else { return }
        guard case .addCode(let code) = step.purpose else { return refuse(call, WireError(.secondFactorExpired)) }
        guard let used = code.step(of: body.code, at: BrokerClock.wall, after: nil) else { return refuse(call, WireError(.secondFactorRefused, field: "code")) }
        guard let change = try? secondFactors.add(code, provenAt: used, named: name, to: account.id, at: clock.now) else {
            return refuse(call, WireError(.internalError))
        }
        finishAdding(change, to: account, challenge: body.challenge, call)
    }

    // MARK: Passkeys

    private func setUpPasskey(_ account: AccountRow, _ call: Route.Call) {
        // Browsers give passkeys to names, not to numbers.
        guard let party = relyingParty(call) else { return refuse(call, WireError(.wrongState)) }
        let (token, step) = secondFactorSteps.begin(.addPasskey, for: account.id, at: clock.now)
        answer(
            call,
            PasskeySetUp(
                challenge: token, passkeyChallenge: step.challenge.base64URL, relyingParty: party.id,
                userID: Data(account.id.description.utf8).base64URL, account: account.account, name: account.name,
                algorithms: PasskeyKey.Algorithm.allCases.map(\.rawValue), excluded: secondFactors.passkeys(of: account.id).map(\.credential.base64URL)))
    }

    private func addPasskey(_ body: PasskeyConfirmation, _ call: Route.Call) {
        guard let (account, step, name) = begun(body.challenge, named: body.name, call) else { return }
        guard case .addPasskey = step.purpose, let party = relyingParty(call) else { return refuse(call, WireError(.secondFactorExpired)) }
        // What it was asked is asked once.
        secondFactorSteps.end(body.challenge)
        let registration: PasskeyRegistration
        do throws(WireError) { registration = try body.registration() } catch { return refuse(call, error) }
        do throws(PasskeyProblem) {
            let passkey = try registration.passkey(challenge: step.challenge, for: party)
            guard !secondFactors.knowsPasskey(passkey.id) else { throw .wrongCredential }
            let change = secondFactors.add(passkey, named: name, to: account.id, at: clock.now)
            finishAdding(change, to: account, challenge: body.challenge, call)
        } catch {
            log.notice("a passkey was refused", metadata: ["cause": "\(error.rawValue)", "account": "\(account.id)"])
            refuse(call, WireError(.secondFactorRefused))
        }
    }

    // MARK: Both

    /// The set-up that a confirmation belongs to.
    /// - Returns: nil when there is none, or it cannot be finished, who then has been told so.
    private func begun(_ challenge: String, named name: String, _ call: Route.Call) -> (account: AccountRow, step: SecondFactorSteps.Step, name: String)? {
        guard let account = ownAccount(call) else { return nil }
        let error: WireError
        let name = name.trimmingCharacters(in: .whitespacesAndNewlines)
        if !(1...SignalingProtocol.Limits.personNameCharacters).contains(name.count) {
            error = WireError(.invalidField, field: "name")
        } else if !takesWrites {
            error = storageUnavailable
        } else if secondFactors.of(account.id).count >= SecondFactors.mostPerAccount {
            error = WireError(.wrongState)
        } else if let step = secondFactorSteps.step(challenge, at: clock.now), step.account == account.id {
            return (account, step, name)
        } else {
            error = WireError(.secondFactorExpired)
        }
        refuse(call, error)
        return nil
    }

    private func finishAdding(_ change: SecondFactorChange, to account: AccountRow, challenge: String, _ call: Route.Call) {
        secondFactorSteps.end(challenge)
        journal.records.append(.secondFactor(change))
        audit(.secondFactorEnrolled, by: .staff(account.id), on: "account:\(account.id)", hall: account.hall, call: call)
        var codes: [String]?
        if secondFactors.recoveryCodesLeft(of: account.id) == 0 {
            let made = secondFactors.makeRecoveryCodes(for: account.id)
            journal.records.append(.secondFactor(made.change))
            codes = made.codes
        }
        answerWhenStored(call, status: 201, SecondFactorAdded(security: security(of: account), recoveryCodes: codes))
    }

    private func removeSecondFactor(_ account: AccountRow, _ call: Route.Call) {
        let changes = call.parameters["id"].flatMap(UUID.init(uuidString:)).map { secondFactors.remove($0, of: account.id) } ?? []
        guard !changes.isEmpty else { return refuse(call, WireError(.notFound)) }
        journal.records += changes.map { .secondFactor($0) }
        audit(.secondFactorRemoved, by: .staff(account.id), on: "account:\(account.id)", hall: account.hall, call: call)
        // Whoever came in by it goes.
        endSignIns(of: account.id, but: signedInStaff(call)?.tokenHash)
        secondFactorSteps.endAll(of: account.id)
        answerWhenStored(call, security(of: account))
    }

    private func renewRecoveryCodes(_ account: AccountRow, _ call: Route.Call) {
        guard !secondFactors.of(account.id).isEmpty else { return refuse(call, WireError(.wrongState)) }
        let made = secondFactors.makeRecoveryCodes(for: account.id)
        journal.records.append(.secondFactor(made.change))
        audit(.secondFactorEnrolled, by: .staff(account.id), on: "account:\(account.id)", call: call, detail: "recovery-codes")
        answerWhenStored(call, RecoveryCodesMade(recoveryCodes: made.codes))
    }
}

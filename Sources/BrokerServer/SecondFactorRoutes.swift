import BrokerCore
import BrokerStore
import Foundation
import Identity
import SignalingProtocol
import WebServer

// A member of staff's sign-in: the password, and then what only its owner has.

extension Engine {
    static let secondFactorRoutes = [
        Route("POST", "/api/v1/staff/second-factor") { engine, call in
            engine.readBody(call, as: SecondFactorAnswer.self) { engine.finishSecondStep($0, call) }
        }
    ]

    // MARK: What still stands before somebody's work

    /// Whether nothing but choosing a password is allowed.
    func mustChoosePassword(_ account: AccountRow) -> Bool {
        account.passwordIsOneTime || options.passwordPolicy.isExpired(setAt: account.passwordSetAt, at: clock.now)
    }

    /// Whether nothing but setting up a second factor is allowed.
    func mustAddSecondFactor(_ account: AccountRow) -> Bool {
        switch options.secondFactor {
        case .required: secondFactors.of(account.id).isEmpty
        case .optional: false
        }
    }

    /// - Returns: nil when nothing does.
    func hindrance(of account: AccountRow) -> ErrorCode? {
        if mustChoosePassword(account) { return .passwordChangeRequired }
        return mustAddSecondFactor(account) ? .secondFactorRequired : nil
    }

    // MARK: The first step was right

    /// Who tries, told by a device that the account is known to use where there is one.
    func trier(_ name: String, _ call: Route.Call) -> SignInTries.Trier {
        let device = people.account(named: name).flatMap { account in
            call.exchange.head.cookies[SignInCookie.device(of: account.id).name].flatMap {
                KnownDevice(text: $0, for: account.id.description, key: secondFactors.deviceKey, at: clock.now)?.name
            }
        }
        return SignInTries.Trier(account: name, device: device, address: call.clientNetwork)
    }

    /// Asks for the second factor where there is one, else lets in.
    func passwordWasRight(_ account: AccountRow, _ call: Route.Call) {
        guard !secondFactors.of(account.id).isEmpty else { return letIn(account, call) }
        let (token, step) = secondFactorSteps.begin(.signIn(passwordHash: account.passwordHash), for: account.id, at: clock.now)
        answer(call, request(for: account, token: token, step: step, at: relyingParty(call)))
    }

    private func request(for account: AccountRow, token: String, step: SecondFactorSteps.Step, at party: RelyingParty?) -> SecondFactorRequest {
        let factors = secondFactors.of(account.id)
        let passkeys = secondFactors.passkeys(of: account.id).filter { $0.relyingParty == party?.id }
        var methods: [SecondFactorMethod] = []
        if !passkeys.isEmpty { methods.append(.passkey) }
        if factors.contains(where: { $0.kind == .totp }) { methods.append(.totp) }
        if secondFactors.recoveryCodesLeft(of: account.id) > 0 { methods.append(.recoveryCode) }
        let passkey = passkeys.first.map { first in
            PasskeyRequest(challenge: step.challenge.base64URL, relyingParty: first.relyingParty, credentials: passkeys.map(\.credential.base64URL))
        }
        return SecondFactorRequest(methods: methods, challenge: token, expiresAt: step.expiresAt, passkey: passkey)
    }

    /// Whom a passkey would be for on the page that asks. The router has checked that the request's origin is this server's.
    func relyingParty(_ call: Route.Call) -> RelyingParty? { call.exchange.head.header("origin").flatMap { RelyingParty(origin: $0) } }

    /// Everything was right: a new sign-in, and a device that is known from now on.
    func letIn(_ account: AccountRow, _ call: Route.Call) {
        let trier = trier(account.account, call)
        signInTries.clear(trier)
        var account = account
        if account.firstSignedInAt == nil {
            account.firstSignedInAt = clock.now
            store(account)
        }
        let device = KnownDevice(at: clock.now).text(for: account.id.description, key: secondFactors.deviceKey)
        finishSignIn(.staff(account), role: .staff, call) { engine, headers in
            let known = SignInCookie.device(of: account.id).set(device, lasting: KnownDevice.lifetime)
            engine.answer(call, headers: [known] + headers, engine.profile(of: account))
        }
    }

    // MARK: The second step

    private func finishSecondStep(_ body: SecondFactorAnswer, _ call: Route.Call) {
        let proof: SecondFactorAnswer.Proof
        do throws(WireError) { proof = try body.proof() } catch { return refuse(call, error) }
        guard let step = secondFactorSteps.step(body.challenge, at: clock.now), let account = people[step.account], account.suspendedAt == nil,
            case .signIn(let hash) = step.purpose, hash == account.passwordHash
        else { return refuse(call, WireError(.secondFactorExpired)) }
        guard takesWrites else { return refuse(call, storageUnavailable) }
        let trier = trier(account.account, call)
        if let wait = signInTries.attempt(trier, at: clock.now) { return refuse(call, WireError(.rateLimited, retryAfterMs: wait)) }
        guard let change = use(proof, of: account, step: step, call) else {
            // What a passkey was asked is asked once.
            if case .passkey = proof { secondFactorSteps.end(body.challenge) }
            auditRefusedSignIn(account, .secondFactorRefused, call)
            return refuse(call, WireError(.secondFactorRefused))
        }
        secondFactorSteps.end(body.challenge)
        journal.records.append(.secondFactor(change))
        letIn(account, call)
    }

    /// - Returns: what must be stored; nil when it is not right.
    private func use(_ proof: SecondFactorAnswer.Proof, of account: AccountRow, step: SecondFactorSteps.Step, _ call: Route.Call) -> SecondFactorChange? {
        switch proof {
        case .code(let code): return secondFactors.useCode(code, of: account.id, at: BrokerClock.wall)
        case .recoveryCode(let code): return secondFactors.useRecoveryCode(code, of: account.id)
        case .passkey(let assertion):
            guard let party = relyingParty(call) else { return nil }
            do throws(PasskeyProblem) {
                return try secondFactors.usePasskey(assertion, of: account.id, challenge: step.challenge, for: party, at: clock.now)
            } catch {
                log.notice("a passkey was refused", metadata: ["cause": "\(error.rawValue)", "account": "\(account.id)"])
                return nil
            }
        }
    }
}

import BrokerCore
import BrokerStore
import Foundation
import Identity
import SignalingProtocol
import WebServer

extension Engine {
    static let signInRoutes = [
        Route("POST", "/api/v1/citizen/sign-in") { engine, call in
            engine.readBody(call, as: GuestSignIn.self) { engine.signInGuest($0, call) }
        },
        Route("GET", "/api/v1/citizen/me") { engine, call in
            guard let citizen = engine.citizen(call) else { return engine.refuse(call, WireError(.signInRequired)) }
            engine.answer(call, CitizenProfile(citizen))
        },
        Route("POST", "/api/v1/citizen/sign-out") { engine, call in engine.signOut(.citizen, call) },
        Route("POST", "/api/v1/staff/sign-in") { engine, call in
            engine.readBody(call, as: StaffSignIn.self) { engine.signInStaff($0, call) }
        },
        Route("GET", "/api/v1/staff/me") { engine, call in
            guard let account = engine.signedInStaff(call)?.account else { return engine.refuse(call, WireError(.signInRequired)) }
            engine.answer(call, engine.profile(of: account))
        },
        Route("POST", "/api/v1/staff/password") { engine, call in
            engine.readBody(call, as: PasswordChange.self) { engine.changePassword($0, call) }
        },
        Route("POST", "/api/v1/staff/sign-out") { engine, call in engine.signOut(.staff, call) },
    ]

    // MARK: Who asks

    func citizen(_ call: Route.Call) -> CitizenRow? {
        switch signIn(.citizen, call)?.principal {
        case .citizen(let citizen): citizen
        case .staff, nil: nil
        }
    }

    /// Nil also for who must choose a password or set up a second factor first: until then they may do nothing else.
    func staff(_ call: Route.Call) -> AccountRow? {
        guard let account = signedInStaff(call)?.account, hindrance(of: account) == nil else { return nil }
        return account
    }

    func signedInStaff(_ call: Route.Call) -> (account: AccountRow, tokenHash: Data)? {
        guard let signIn = signIn(.staff, call) else { return nil }
        switch signIn.principal {
        case .staff(let account): return (account, signIn.tokenHash)
        case .citizen: return nil
        }
    }

    func signIn(_ role: SignInRole, _ call: Route.Call) -> SignIns.SignIn? { signIn(role, call.exchange.head) }

    func signIn(_ role: SignInRole, _ head: RequestHead) -> SignIns.SignIn? {
        guard let token = head.cookies[SignInCookie(role).name], let signIn = goodSignIn(SignInToken.hash(of: token)) else { return nil }
        return signIn.row.role == role ? signIn : nil
    }

    var isSecure: Bool { options.certificateFile != nil }

    // MARK: Signing in

    private struct CitizenProfile: Encodable {
        let name: String
        let assurance: Assurance

        init(_ citizen: CitizenRow) {
            name = citizen.name
            assurance = citizen.assurance
        }
    }

    private struct GuestSignIn: Decodable {
        let name: String
        let telephone: String
        let termsVersion: String
    }

    private func signInGuest(_ body: GuestSignIn, _ call: Route.Call) {
        let name = body.name.trimmingCharacters(in: .whitespacesAndNewlines)
        guard (1...SignalingProtocol.Limits.personNameCharacters).contains(name.count) else {
            return refuse(call, WireError(.invalidField, field: "name"))
        }
        guard let telephone = Self.telephone(body.telephone) else { return refuse(call, WireError(.invalidField, field: "telephone")) }
        guard (1...20).contains(body.termsVersion.count) else { return refuse(call, WireError(.invalidField, field: "terms_version")) }
        guard takesWrites else { return refuse(call, storageUnavailable) }
        if citizen(call) == nil, let wait = guestSignInTries.attempt(call.clientNetwork, at: clock.now) {
            return refuse(call, WireError(.rateLimited, retryAfterMs: wait))
        }
        // Whoever is signed in already keeps being the same person: a second sign-in corrects the name and number. Whom a provider vouched for is somebody
        // else than whoever types a name now.
        let known = self.citizen(call).flatMap { $0.assurance == .guest ? $0.id : nil }
        let citizen = CitizenRow(
            id: known ?? CitizenID(UUID()), name: name, telephone: telephone, termsVersion: body.termsVersion,
            signedInAt: clock.now)
        finishSignIn(.citizen(citizen), role: .citizen, call) { $0.answer(call, headers: $1, CitizenProfile(citizen)) }
    }

    /// Digits with the usual separators taken out: 7 to 15 of them (ITU-T E.164), with or without `+`.
    static func telephone(_ text: String) -> String? {
        // A Chinese keyboard gives the full-width forms.
        let kept = text.filter { !$0.isWhitespace && !"-()\u{ff08}\u{ff09}\u{ff0d}".contains($0) }
        let digits = kept.hasPrefix("+") ? kept.dropFirst() : Substring(kept)
        guard (7...15).contains(digits.count), digits.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
        return String(kept)
    }

    private struct StaffSignIn: Decodable {
        let account: String
        let password: String
    }

    private func signInStaff(_ body: StaffSignIn, _ call: Route.Call) {
        guard body.account.count <= 64, body.password.count <= 256 else { return refuse(call, WireError(.signInRefused)) }
        guard takesWrites else { return refuse(call, storageUnavailable) }
        let trier = trier(body.account, call)
        if let wait = signInTries.attempt(trier, at: clock.now) {
            auditRefusal(.rateLimited, origin: AuditOrigin(actor: .nobody, address: call.clientAddress), detail: "sign-in")
            return refuse(call, WireError(.rateLimited, retryAfterMs: wait))
        }
        let known = people.account(named: body.account)
        let stored = known?.passwordHash
        offload({
            // An unknown account costs as much time as a wrong password, so that neither can be told from the other.
            (stored.flatMap { PasswordHash(text: $0) } ?? Self.nobody)?.matches(body.password) ?? false
        }) { [self] matches in
            // Somebody may have changed the account while the password was looked at.
            guard matches, let account = known.flatMap({ people[$0.id] }), account.passwordHash == stored else {
                auditRefusedSignIn(known, .signInRefused, call)
                return refuse(call, WireError(.signInRefused))
            }
            signInTries.forgive(trier)
            guard account.suspendedAt == nil else {
                auditRefusedSignIn(account, .accountSuspended, call)
                return refuse(call, WireError(.accountSuspended))
            }
            passwordWasRight(account, call)
        }
    }

    /// What was typed where the name belongs may be a password: only an account that there is, is named.
    func auditRefusedSignIn(_ account: AccountRow?, _ code: ErrorCode, _ call: Route.Call) {
        audit(.signInRefused, by: .nobody, on: account.map { "account:\($0.id)" }, hall: account?.hall, call: call, outcome: code)
        flush()
    }

    /// A hash that no password matches in practice.
    private static let nobody = try? PasswordHash(password: SignInToken().secret)

    func finishSignIn(
        _ principal: Principal, role: SignInRole, _ call: Route.Call,
        _ answer: @escaping (Engine, [(name: String, value: String)]) -> Void
    ) {
        // A new token at every sign-in; the one that came with the request ends.
        let old = signIn(role, call)
        if case .citizen(let citizen) = principal { loadConsents(of: citizen.id) }
        let (token, records) = signIns.add(principal, device: Device.words(call.exchange.head.header("user-agent")), at: clock.now)
        journal.records += records
        audit(.signedIn, by: principal.auditActor, call: call)
        if let old { replace(old, by: token.hash, of: principal) }
        tell {
            Failpoint.signInStored.reached()
            answer($0, [SignInCookie(role).set(token.secret, lasting: $0.options.signIns.lifetime(role))])
        }
        flush()
    }

    private func signOut(_ role: SignInRole, _ call: Route.Call) {
        if let old = signIn(role, call) {
            audit(.signedOut, by: old.principal.auditActor, call: call)
            // A phone that was let in from this page goes with it.
            if case .citizen(let citizen) = old.principal { endHandOvers(of: citizen.id) }
            endSignIns([old.tokenHash], saying: .signedOut)
        }
        tell { _ in call.exchange.respond(status: 204, headers: [SignInCookie(role).cleared]) }
        flush()
    }

    struct StaffProfile: Encodable {
        let name: String
        let account: String
        /// In whatever hall.
        let roles: [String]
        let hall: HallView
        /// The halls that this person answers for.
        let administers: [HallView]
        let mustChangePassword: Bool
        /// Until then nothing else is allowed.
        let mustAddSecondFactor: Bool
        /// Which rules a new password must keep.
        let passwordPolicy: String
    }

    func profile(of account: AccountRow) -> StaffProfile {
        let halls = broker.allHalls.map { HallView(id: $0.id, name: $0.name) }
        return StaffProfile(
            name: account.name, account: account.account, roles: account.roles,
            hall: halls.first { $0.id == account.hall } ?? HallView(id: account.hall, name: account.hall.text),
            administers: halls.filter { account.holds(.administrator, in: $0.id) }, mustChangePassword: mustChoosePassword(account),
            mustAddSecondFactor: mustAddSecondFactor(account), passwordPolicy: options.passwordPolicy.rawValue)
    }
}

import BrokerStore
import Foundation
import Identity
import OutboundHTTP
import SignalingProtocol
import WebServer

// Signing in by a provider of identities (OpenID Connect, authorization code with PKCE).
//
// The browser is only ever sent to the provider's own page and back to fixed pages of ours; nothing of an address decides where to.

extension Engine {
    static let openIDConnectRoutes = [
        Route("GET", "/api/v1/identity-providers") { engine, call in engine.sendIdentityProviders(call) },
        Route("GET", "/api/v1/oidc/{provider}/start") { engine, call in engine.startSignIn(call) },
        Route("GET", "/api/v1/oidc/{provider}/callback") { engine, call in engine.finishSignIn(call) },
        Route("POST", "/api/v1/oidc/{provider}/back-channel-logout") { engine, call in engine.hearLogout(call) },
        Route("GET", "/api/v1/demonstration/identity/people") { engine, call in engine.sendFictitiousPeople(call) },
        Route("POST", "/api/v1/demonstration/identity/choice") { engine, call in
            engine.readBody(call, as: DemonstrationProvider.Choice.self) { engine.chooseFictitiousPerson($0, call) }
        },
    ]

    /// Called by other servers, which have no page: what they say is signed.
    static let routesOfOtherServers: Set<String> = ["/api/v1/oidc/{provider}/back-channel-logout"]

    /// Binds a sign-in under way to the browser that began it. Lax: it must come along when the provider sends the browser back.
    private static let underWayCookie = "__Host-farwindow_oidc"

    private struct ProviderList: Encodable {
        struct Entry: Encodable {
            let id: String
            let name: String
            let audience: String
        }
        let providers: [Entry]
    }

    private func sendIdentityProviders(_ call: Route.Call) {
        let entries = identityProviders.all.map {
            ProviderList.Entry(id: $0.configuration.id, name: $0.configuration.name[call.locale], audience: $0.configuration.for.rawValue)
        }
        answer(call, ProviderList(providers: entries))
    }

    // MARK: Where the browser goes

    /// Pages of ours that a sign-in comes back to. What it was for is kept by the page itself.
    private enum ReturnPage: String {
        case citizen
        case seat
        case admin

        func path(_ outcome: Outcome) -> String { "/\(rawValue)/?sign-in=\(outcome.rawValue)" }
    }

    private enum Outcome: String {
        case done
        /// The provider or this house would not; which, is in the log.
        case refused
        /// It took too long, or it was another browser's, or it came twice.
        case expired
        case unavailable
    }

    private func send(_ call: Route.Call, to location: String, cookies: [(name: String, value: String)] = []) {
        call.exchange.respond(status: 303, headers: [("Location", location), ("Cache-Control", "no-store")] + cookies)
    }

    private var underWayCookieCleared: (name: String, value: String) {
        ("Set-Cookie", "\(Self.underWayCookie)=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0")
    }

    /// What the browser shall come back to. The configured address; on this machine also the name that the browser used, if it is one of this machine's.
    private func ownOrigin(_ call: Route.Call) -> String {
        if let origin = options.publicOrigin { return origin }
        let port = runtime?.loop.boundPort ?? options.port
        let names = ["localhost", "127.0.0.1", "[::1]"].map { "\($0):\(port)" }
        guard let host = call.exchange.head.header("host"), names.contains(host) else { return publicOrigin }
        return "\(isSecure ? "https" : "http")://\(host)"
    }

    // MARK: Starting

    private static let termsVersionCharacters = 1...20

    private func startSignIn(_ call: Route.Call) {
        guard let id = call.parameters["provider"], let provider = identityProviders[id] else { return refuse(call, WireError(.notFound)) }
        let query = call.exchange.head.query
        let note: String, page: ReturnPage
        switch provider.configuration.for {
        case .citizen:
            guard let version = query["terms_version"], Self.termsVersionCharacters.contains(version.count) else {
                return refuse(call, WireError(.invalidField, field: "terms_version"))
            }
            (note, page) = (version, .citizen)
        case .staff:
            guard let named = query["page"].flatMap(ReturnPage.init(rawValue:)), named != .citizen else {
                return refuse(call, WireError(.invalidField, field: "page"))
            }
            (note, page) = (named.rawValue, named)
        }
        if let wait = identityProviders.tries.attempt(call.clientNetwork, at: clock.now) {
            return refuse(call, WireError(.rateLimited, retryAfterMs: wait))
        }
        describe(id) { [self] description in
            guard let description else { return send(call, to: page.path(.unavailable)) }
            let begun = identityProviders.underWay.begin(
                provider: id, redirectAddress: "\(ownOrigin(call))/api/v1/oidc/\(id)/callback", note: note, replacing: presentSignIn(call, provider),
                at: clock.now)
            guard
                let address = AuthorizationCode.address(
                    description, provider.configuration, begun.signIn, state: begun.state, locale: call.locale.rawValue)
            else { return send(call, to: page.path(.unavailable)) }
            let seconds = SignInsUnderWay.lifetime.count / 1_000
            let cookie = "\(Self.underWayCookie)=\(begun.browserSecret); Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=\(seconds)"
            send(call, to: provider.isDemonstration ? DemonstrationProvider.pagePath(of: address) : address, cookies: [("Set-Cookie", cookie)])
        }
    }

    /// The way back comes from another site, and then the browser keeps this cookie to itself.
    private func presentSignIn(_ call: Route.Call, _ provider: IdentityProvider) -> Data? {
        let role: SignInRole =
            switch provider.configuration.for {
            case .citizen: .citizen
            case .staff: .staff
            }
        return self.signIn(role, call)?.tokenHash
    }

    // MARK: Asking the provider

    /// - Parameter completion: gets nil when the provider cannot be used now; the log says why.
    private func describe(_ id: String, _ completion: @escaping (ProviderDescription?) -> Void) {
        guard let provider = identityProviders[id] else { return completion(nil) }
        let now = clock.now
        if let description = provider.description, let at = provider.describedAt, now - at < IdentityProvider.descriptionLifetime {
            return completion(description)
        }
        if let failedAt = provider.failedAt, now - failedAt < IdentityProvider.failurePause { return completion(nil) }
        let issuer = provider.configuration.issuer
        get(ProviderDescription.address(of: issuer), id) { [self] result in
            do throws(SignInFailure) {
                let description = try ProviderDescription(json: try result.get(), issuer: issuer)
                identityProviders[id]?.description = description
                identityProviders[id]?.describedAt = clock.now
                identityProviders[id]?.failedAt = nil
                completion(description)
            } catch {
                identityProviders[id]?.failedAt = clock.now
                report(error, id)
                completion(nil)
            }
        }
    }

    private func get(_ address: String, _ id: String, _ completion: @escaping (Result<Data, SignInFailure>) -> Void) {
        if identityProviders[id]?.isDemonstration == true, let demonstration = identityProviders.demonstration {
            return completion(.success(address.hasSuffix("/keys") ? demonstration.keySet : demonstration.description))
        }
        let client = identityProviders.client
        askProvider({ Result { () throws(OutboundError) in try client.get(address) } }) { result in
            switch result {
            case .success(let answer) where answer.status == 200: completion(.success(answer.body))
            case .success(let answer): completion(.failure(SignInFailure(.providerUnreachable, "the provider answered \(answer.status)")))
            case .failure(let error): completion(.failure(SignInFailure(.providerUnreachable, "\(error)")))
            }
        }
    }

    private func post(
        _ address: String, _ id: String, form: String, authorization: String?,
        _ completion: @escaping (Result<(status: Int, json: Data), SignInFailure>) -> Void
    ) {
        if identityProviders[id]?.isDemonstration == true {
            let answer = identityProviders.demonstration?.answer(toForm: form, at: clock.now)
            return completion(answer.map { .success($0) } ?? .failure(SignInFailure(.providerUnreachable, "there is no demonstration")))
        }
        let client = identityProviders.client
        askProvider({ Result { () throws(OutboundError) in try client.post(address, form: form, authorization: authorization) } }) { result in
            switch result {
            case .success(let answer): completion(.success((answer.status, answer.body)))
            case .failure(let error): completion(.failure(SignInFailure(.providerUnreachable, "\(error)")))
            }
        }
    }

    /// Never with a token, a code or a name in it.
    private func report(_ failure: SignInFailure, _ id: String) {
        log.notice("a provider of identities", metadata: ["provider": "\(id)", "code": "\(failure.code.rawValue)", "cause": "\(failure.cause)"])
    }

    // MARK: Coming back

    private func finishSignIn(_ call: Route.Call) {
        guard let id = call.parameters["provider"], let provider = identityProviders[id] else { return refuse(call, WireError(.notFound)) }
        let query = call.exchange.head.query
        let secret = call.exchange.head.cookies[Self.underWayCookie]
        guard let signIn = identityProviders.underWay.take(state: query["state"] ?? "", browserSecret: secret, provider: id, at: clock.now) else {
            report(SignInFailure(.unknownState, "an answer came that nobody waits for"), id)
            let page: ReturnPage =
                switch provider.configuration.for {
                case .citizen: .citizen
                case .staff: .seat
                }
            return send(call, to: page.path(.expired))
        }
        let page = ReturnPage(rawValue: signIn.note) ?? .citizen
        let fail = { [self] (failure: SignInFailure) in
            report(failure, id)
            audit(.signInRefused, by: .nobody, on: "provider:\(id)", call: call, outcome: .signInRefused, detail: failure.code.rawValue)
            flush()
            let outcome: Outcome = failure.code == .providerUnreachable || failure.code == .providerDescription ? .unavailable : .refused
            send(call, to: page.path(outcome), cookies: [underWayCookieCleared])
        }
        guard takesWrites else { return send(call, to: page.path(.unavailable), cookies: [underWayCookieCleared]) }
        guard let description = provider.description else { return fail(SignInFailure(.providerUnreachable, "it was forgotten meanwhile")) }
        do throws(SignInFailure) {
            let code = try AuthorizationCode.code(in: query, from: description)
            let (form, authorization) = AuthorizationCode.tokenRequest(code: code, signIn, provider.configuration, secret: provider.secret, description)
            post(description.tokenEndpoint, id, form: form, authorization: authorization) { [self] result in
                do throws(SignInFailure) {
                    let answer = try result.get()
                    let token = try AuthorizationCode.idToken(status: answer.status, json: answer.json)
                    believe(
                        token, description, id,
                        { rules, keys, now throws(SignInFailure) in
                            try await rules.checkIDToken(token, nonce: signIn.nonce, keys: keys, at: now)
                        }
                    ) { [self] result in
                        do throws(SignInFailure) {
                            try letIn(try result.get(), signIn, provider.configuration, page, call)
                        } catch { fail(error) }
                    }
                } catch { fail(error) }
            }
        } catch { fail(error) }
    }

    /// Reads the provider's keys again if the token asks for it, then checks the token off the loop.
    private func believe<Value: Sendable>(
        _ token: String, _ description: ProviderDescription, _ id: String,
        _ check: @escaping @Sendable (TokenRules, KeyCache, Instant) async throws(SignInFailure) -> Value,
        _ completion: @escaping (Result<Value, SignInFailure>) -> Void
    ) {
        guard let provider = identityProviders[id] else { return }
        let now = clock.now
        let rules = TokenRules(description, clientId: provider.configuration.clientId)
        let goOn = { [self] in
            guard let keys = identityProviders[id]?.keys else { return }
            offloadAsync(
                { () -> Result<Value, SignInFailure> in
                    do throws(SignInFailure) { return .success(try await check(rules, keys, now)) } catch { return .failure(error) }
                }, then: completion)
        }
        guard provider.keys.wantsReading(for: token, at: now) else { return goOn() }
        identityProviders[id]?.keys.willRead(at: now)
        get(description.keySetAddress, id) { [self] result in
            switch result {
            case .success(let json):
                if identityProviders[id]?.keys.take(json, at: now) != true { report(SignInFailure(.providerDescription, "its keys cannot be read"), id) }
            case .failure(let failure): report(failure, id)
            }
            goOn()
        }
    }

    private func letIn(
        _ claims: TokenClaims, _ signIn: SignInUnderWay, _ provider: ProviderConfiguration, _ page: ReturnPage, _ call: Route.Call
    ) throws(SignInFailure) {
        guard let person = VouchedPerson(claims, by: provider.claims) else { throw SignInFailure(.missingClaim, "it does not say who it is") }
        let principal: Principal, role: SignInRole
        switch provider.for {
        case .citizen: (principal, role) = (.citizen(try citizen(person, signIn, provider)), .citizen)
        case .staff: (principal, role) = (.staff(try account(person)), .staff)
        }
        if case .citizen(let citizen) = principal { loadConsents(of: citizen.id) }
        let (token, records) = signIns.add(principal, device: Device.words(call.exchange.head.header("user-agent")), at: clock.now)
        if let old = signIn.replaces.flatMap({ signIns[$0] }) { replace(old, by: token.hash, of: principal) }
        identityProviders.forget { [signIns] in signIns[$0] != nil }
        let recognition = identityProviders.recognition
        let row = VouchedSignInRow(
            tokenHash: token.hash, provider: provider.id, subject: recognition.subject(person.subject, of: provider.issuer),
            session: person.providerSession.map { recognition.session($0, of: provider.issuer) })
        journal.records += records + [identityProviders.letIn(row)]
        audit(.signedIn, by: principal.auditActor, on: "provider:\(provider.id)", call: call)
        tell {
            $0.send(
                call, to: page.path(.done),
                cookies: [$0.underWayCookieCleared, SignInCookie(role).set(token.secret, lasting: $0.options.signIns.lifetime(role))])
        }
        flush()
    }

    /// Name and number are the provider's, every time anew.
    private func citizen(_ person: VouchedPerson, _ signIn: SignInUnderWay, _ provider: ProviderConfiguration) throws(SignInFailure) -> CitizenRow {
        guard let name = person.name, !name.isEmpty else { throw SignInFailure(.missingClaim, "it does not say what the person is called") }
        return CitizenRow(
            id: identityProviders.recognition.citizen(person.subject, of: provider.issuer),
            name: String(name.prefix(SignalingProtocol.Limits.personNameCharacters)),
            telephone: person.telephone.flatMap(Self.telephone) ?? "", termsVersion: signIn.note, signedInAt: clock.now, assurance: person.assurance)
    }

    /// Nobody becomes a member of staff by a provider: the account is there already. Whoever has none, or a suspended one, is told the same.
    private func account(_ person: VouchedPerson) throws(SignInFailure) -> AccountRow {
        guard let name = person.account, var account = people.account(named: name), account.suspendedAt == nil else {
            throw SignInFailure(.missingClaim, "there is no account that it could mean")
        }
        if account.firstSignedInAt == nil {
            account.firstSignedInAt = clock.now
            store(account)
        }
        return account
    }

    // MARK: Signing out at the provider

    private static let logoutBytes = 20_480

    /// OpenID Connect Back-Channel Logout 1.0, 2.5: the provider says that somebody is gone.
    private func hearLogout(_ call: Route.Call) {
        guard let id = call.parameters["provider"], let provider = identityProviders[id]?.configuration else { return refuse(call, WireError(.notFound)) }
        if let wait = identityProviders.tries.attempt("logout " + call.clientNetwork, at: clock.now) {
            return refuse(call, WireError(.rateLimited, retryAfterMs: wait))
        }
        guard takesWrites else { return refuse(call, storageUnavailable) }
        call.exchange.readBody(limit: Self.logoutBytes) { [self] result in
            switch result {
            case .failure(let error): if let error = error.wireError { refuse(call, error) }
            case .success(let bytes):
                let form = URLComponents(string: "?" + String(decoding: bytes, as: UTF8.self))
                guard let token = form?.queryItems?.first(where: { $0.name == "logout_token" })?.value else {
                    return refuse(call, WireError(.malformedMessage))
                }
                describe(id) { [self] description in
                    guard let description else { return refuse(call, WireError(.malformedMessage)) }
                    heed(token, description, provider, call)
                }
            }
        }
    }

    private func heed(_ token: String, _ description: ProviderDescription, _ provider: ProviderConfiguration, _ call: Route.Call) {
        let subjectClaim = provider.claims.subject ?? "sub"
        believe(
            token, description, provider.id,
            { rules, keys, now throws(SignInFailure) in
                try await rules.checkLogoutToken(token, subjectClaim: subjectClaim, keys: keys, at: now)
            }
        ) { [self] result in
            do throws(SignInFailure) {
                guard let ended = identityProviders.heard(try result.get(), from: provider, at: clock.now) else {
                    throw SignInFailure(.replayed, "a sign-out was told twice")
                }
                for hash in ended {
                    guard let person = signIns.person(hash) else { continue }
                    audit(.signInEnded, by: .system, on: person, call: call, detail: "provider:\(provider.id)")
                    endSignIns([hash], saying: .signedOut)
                }
                tell { _ in call.exchange.respond(status: 200, headers: [("Cache-Control", "no-store")]) }
                flush()
            } catch {
                report(error, provider.id)
                refuse(call, WireError(.malformedMessage))
            }
        }
    }

    // MARK: The demonstration's own provider

    private struct FictitiousPeople: Encodable {
        struct Entry: Encodable {
            let id: String
            let name: String
            let verified: Bool
        }
        let people: [Entry]
    }

    private func sendFictitiousPeople(_ call: Route.Call) {
        guard let demonstration = identityProviders.demonstration else { return refuse(call, WireError(.notFound)) }
        answer(call, FictitiousPeople(people: demonstration.people.map { .init(id: $0.id, name: $0.name, verified: $0.verified) }))
    }

    private func chooseFictitiousPerson(_ choice: DemonstrationProvider.Choice, _ call: Route.Call) {
        guard let answer = identityProviders.demonstration?.choose(choice, at: clock.now) else { return refuse(call, WireError(.notFound)) }
        var address = URLComponents()
        address.path = "/api/v1/oidc/\(DemonstrationProvider.id)/callback"
        address.queryItems = [URLQueryItem(name: "code", value: answer.code), URLQueryItem(name: "state", value: answer.state)]
        self.answer(call, ["location": address.string ?? address.path])
    }
}

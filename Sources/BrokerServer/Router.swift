import BrokerStore
import Foundation
import SignalingProtocol
import WebServer

/// One entry of the table of routes.
struct Route: Sendable {
    /// A request as its route sees it.
    struct Call {
        let exchange: Exchange
        /// What stood in the places of the path's `{…}`.
        let parameters: [String: String]
        let locale: SignalingProtocol.Locale
        /// Who may; nil: nobody.
        let access: Access?
        /// Of the route, with its `{…}`: what stands in their places may be a secret.
        let pattern: String
    }

    let method: String
    /// As it was given, with its `{…}`.
    let pattern: String
    let path: [Substring]
    /// Its row in the table of who may; nil: nobody may.
    let access: Access?
    let handle: @Sendable (Engine, Call) -> Void

    init(_ method: String, _ path: String, _ handle: @escaping @Sendable (Engine, Call) -> Void) {
        self.method = method
        pattern = path
        self.path = path.split(separator: "/")
        access = AccessTable.access(method, path)
        self.handle = handle
    }

    /// - Returns: the path's parameters, or nil when it is another path.
    func match(_ segments: [Substring]) -> [String: String]? {
        guard segments.count == path.count else { return nil }
        var parameters: [String: String] = [:]
        for (pattern, segment) in zip(path, segments) {
            if pattern.hasPrefix("{") {
                parameters[String(pattern.dropFirst().dropLast())] = String(segment)
            } else if pattern != segment {
                return nil
            }
        }
        return parameters
    }
}

extension Engine {
    static let routes: [Route] =
        healthRoutes + catalogueRoutes + signInRoutes + signInListRoutes + secondFactorRoutes + ownSecurityRoutes + caseRoutes + visitRoutes + relayRoutes
        + exportRoutes + noticeRoutes + uploadRoutes + handOverRoutes
        + staffRoutes + floorRoutes + administrationRoutes + adoptionRoutes + appointmentRoutes + wayRoutes + figureRoutes + rehearsalRoutes
        + scheduleRoutes + absenceRoutes + calendarRoutes + shiftCalendarRoutes + staffShiftRoutes + catalogueDraftRoutes + catalogueImportRoutes
        + peopleRoutes + hallRoutes + openIDConnectRoutes + personalDataRoutes + auditRoutes

    func handle(_ exchange: Exchange) {
        let head = exchange.head
        let locale = SignalingProtocol.Locale(acceptLanguage: head.header("accept-language"))
        let segments = head.path.split(separator: "/")
        let matching = Self.routes.compactMap { route in route.match(segments).map { (route, $0) } }
        // What can be got can be asked for its head alone.
        let found = matching.first { $0.0.method == head.method } ?? (head.method == "HEAD" ? matching.first { $0.0.method == "GET" } : nil)
        guard let (route, parameters) = found else {
            guard !matching.isEmpty else { return refuse(exchange, WireError(.notFound), locale: locale) }
            return exchange.respond(status: 405, headers: [("Allow", Self.allowedMethods(matching.map(\.0.method)))])
        }
        // Whatever changes something must come from our own page; a form on another site sends its own origin.
        guard ["GET", "HEAD", "OPTIONS"].contains(head.method) || head.comesFromOwnPage || Self.routesOfOtherServers.contains(route.pattern) else {
            auditRefusal(.originRefused, origin: origin(head), detail: "\(route.method) \(route.pattern)")
            return refuse(exchange, WireError(.originRefused), locale: locale)
        }
        let call = Route.Call(exchange: exchange, parameters: parameters, locale: locale, access: route.access, pattern: route.pattern)
        AuditOrigin.$current.withValue(origin(call)) {
            if let refusal = refusal(call) {
                return refuse(call, refusal, headers: route.pattern.hasPrefix(Self.uploadPath) ? Self.tusHeaders : [])
            }
            useSignIns(call)
            route.handle(self, call)
        }
    }

    /// The `Allow` field (RFC 9110, 10.2.1).
    private static func allowedMethods(_ methods: [String]) -> String {
        methods.flatMap { $0 == "GET" ? ["GET", "HEAD"] : [$0] }.joined(separator: ", ")
    }

    // MARK: Answers

    func answer(
        _ call: Route.Call, status: Int = 200, type: String = "application/json; charset=utf-8", headers: [(name: String, value: String)] = [],
        _ body: some Encodable
    ) {
        do {
            let json = try encoder.encode(body)
            call.exchange.respond(
                status: status, headers: [("Content-Type", type), ("Cache-Control", "no-store")] + headers,
                body: Array(json))
        } catch {
            log.error("an answer could not be encoded", metadata: ["path": "\(call.exchange.head.path)", "cause": "\(error)"])
            refuse(call, WireError(.internalError))
        }
    }

    /// - Parameter status: another than the error's own, where a protocol asks for it.
    func refuse(_ call: Route.Call, _ error: WireError, status: Int? = nil, headers: [(name: String, value: String)] = []) {
        if isAudited(error.code, call) { auditRefusal(error.code, origin: origin(call), detail: "\(call.exchange.head.method) \(call.pattern)") }
        refuse(call.exchange, error, locale: call.locale, status: status, more: headers)
    }

    func refuse(
        _ exchange: Exchange, _ error: WireError, locale: SignalingProtocol.Locale, status: Int? = nil, more: [(name: String, value: String)] = []
    ) {
        let problem = Problem(error, locale: locale, status: status)
        let body = (try? encoder.encode(problem)).map(Array.init) ?? []
        var headers = [("Content-Type", "application/problem+json"), ("Cache-Control", "no-store")]
        if let retry = error.retryAfterMs { headers.append(("Retry-After", String(max(1, retry.count / 1_000)))) }
        exchange.respond(status: problem.status, headers: headers.map { (name: $0.0, value: $0.1) } + more, body: body)
    }

    /// Reads a JSON body of a known shape, or answers what is wrong with it.
    func readBody<Body: Decodable>(
        _ call: Route.Call, as type: Body.Type, limit: Int = ServerLimits.requestBodyBytes, _ completion: @escaping (Body) -> Void
    ) {
        // A plain HTML form cannot send this type, which closes the last way to post from another site.
        guard call.exchange.head.header("content-type")?.lowercased().hasPrefix("application/json") == true else {
            return refuse(call, WireError(.malformedMessage))
        }
        call.exchange.readBody(limit: limit) { [self] result in
            switch result {
            case .success(let bytes):
                do {
                    let body = try decoder.decode(type, from: Data(bytes))
                    AuditOrigin.$current.withValue(origin(call)) { completion(body) }
                } catch DecodingError.dataCorrupted(let context) where context.codingPath.isEmpty {
                    refuse(call, WireError(.malformedMessage))
                } catch DecodingError.keyNotFound(let key, _) {
                    refuse(call, WireError(.invalidField, field: WireCoding.wireName(key.stringValue)))
                } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
                    DecodingError.dataCorrupted(let context)
                {
                    refuse(call, WireError(.invalidField, field: context.codingPath.last { $0.intValue == nil }.map { WireCoding.wireName($0.stringValue) }))
                } catch {
                    refuse(call, WireError(.malformedMessage))
                }
            case .failure(let error):
                if let error = error.wireError { refuse(call, error) }
            }
        }
    }

    /// Runs `read` off the loop and answers with what `present` makes of it.
    func answerFromStore<Value: Sendable>(
        _ call: Route.Call, _ read: @escaping @Sendable () throws(StoreError) -> Value, _ present: @escaping (Value) -> Void
    ) {
        offload({ Result { () throws(StoreError) in try read() } }) { [self] result in
            switch result {
            case .success(let value): present(value)
            case .failure(let error):
                log.error("reading from the store failed", metadata: ["code": "\(error.code)", "cause": "\(error)"])
                refuse(call, WireError(.internalError))
            }
        }
    }
}

extension BodyError {
    /// What the person is told; nil when nobody is there to be told.
    var wireError: WireError? {
        switch self {
        case .tooLarge: WireError(.tooLarge)
        case .lengthRequired: WireError(.lengthRequired)
        case .storage: WireError(.storageUnavailable, retryAfterMs: ServerLimits.retryAfter)
        case .disconnected, .timedOut: nil
        }
    }
}

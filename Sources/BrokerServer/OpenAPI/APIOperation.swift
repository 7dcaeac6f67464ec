import SignalingProtocol

/// Who may call a route.
enum APIAccess: Sendable {
    case anybody
    case citizen
    /// A telephone that a citizen handed a case to.
    case phone
    case citizenOrPhone
    case citizenOrStaff
    case staff

    /// Names in `components.securitySchemes`, any of which will do.
    var schemes: [String] {
        switch self {
        case .anybody: []
        case .citizen: ["citizen"]
        case .phone: ["phone"]
        case .citizenOrPhone: ["citizen", "phone"]
        case .citizenOrStaff: ["citizen", "staff"]
        case .staff: ["staff"]
        }
    }
}

/// One route as others need to know it. Which errors it can give is the wire's list of codes: every refusal is a problem document.
struct APIOperation: Sendable {
    struct Answer: Sendable {
        let status: Int
        let type: String
        /// Nil: no body, or bytes of `type`.
        let schema: APISchema?

        static func json(_ schema: APISchema) -> Answer { json(200, schema) }
        static func json(_ status: Int, _ schema: APISchema) -> Answer { Answer(status: status, type: "application/json", schema: schema) }
        static func bytes(_ type: String) -> Answer { Answer(status: 200, type: type, schema: nil) }
        static func nothing(_ status: Int = 204) -> Answer { Answer(status: status, type: "", schema: nil) }
    }

    let method: String
    let path: String
    let summary: String
    let access: APIAccess
    let query: KeyValuePairs<String, APISchema>
    let requiredQuery: Set<String>
    let headers: KeyValuePairs<String, APISchema>
    let body: APISchema?
    let bodyType: String
    let answers: [Answer]

    init(
        _ method: String, _ path: String, _ summary: String, _ access: APIAccess, query: KeyValuePairs<String, APISchema> = [:],
        requiredQuery: Set<String> = [], headers: KeyValuePairs<String, APISchema> = [:], body: APISchema? = nil, bodyType: String = "application/json",
        _ answers: Answer...
    ) {
        self.method = method
        self.path = path
        self.summary = summary
        self.access = access
        self.query = query
        self.requiredQuery = requiredQuery
        self.headers = headers
        self.body = body
        self.bodyType = bodyType
        self.answers = answers
    }

    var tree: JSONTree {
        var operation: [JSONTree.Member] = [.init(name: "summary", value: .string(summary)), .init(name: "operationId", value: .string(identifier))]
        let security = access.schemes.map { JSONTree.object([.init(name: $0, value: .array([]))]) }
        operation.append(.init(name: "security", value: .array(security)))
        let parameters = pathParameters + queryParameters + headerParameters
        if !parameters.isEmpty { operation.append(.init(name: "parameters", value: .array(parameters))) }
        if let body {
            operation.append(.init(name: "requestBody", value: ["required": true, "content": .object([.init(name: bodyType, value: ["schema": body.tree])])]))
        } else if bodyType != "application/json" {
            operation.append(.init(name: "requestBody", value: ["required": true, "content": .object([.init(name: bodyType, value: [:])])]))
        }
        operation.append(.init(name: "responses", value: responses))
        return .object(operation)
    }

    /// `get_halls_hall_place`, from method and path.
    private var identifier: String {
        ([method.lowercased()] + path.split(separator: "/").drop { $0 == "api" || $0 == "v1" }.map { $0.filter { $0 != "{" && $0 != "}" } })
            .joined(separator: "_").replacing("-", with: "_").replacing(".", with: "_")
    }

    private var pathParameters: [JSONTree] {
        path.split(separator: "/").compactMap { segment in
            guard segment.hasPrefix("{"), segment.hasSuffix("}") else { return nil }
            let name = String(segment.dropFirst().dropLast())
            return parameter(name, in: "path", isRequired: true, APIDocument.pathSchema(name))
        }
    }

    private var queryParameters: [JSONTree] { query.map { parameter($0.key, in: "query", isRequired: requiredQuery.contains($0.key), $0.value) } }
    private var headerParameters: [JSONTree] { headers.map { parameter($0.key, in: "header", isRequired: false, $0.value) } }

    private func parameter(_ name: String, in place: JSONTree, isRequired: Bool, _ schema: APISchema) -> JSONTree {
        ["name": .string(name), "in": place, "required": .boolean(isRequired), "schema": schema.tree]
    }

    private var responses: JSONTree {
        // One status may come in several types.
        let statuses = answers.map(\.status).reduce(into: [Int]()) { if !$0.contains($1) { $0.append($1) } }
        var members = statuses.map { status in
            let told: JSONTree = ["description": status == 204 ? "Done." : "As asked."]
            let types = answers.filter { $0.status == status && !$0.type.isEmpty }
            let content = types.map { JSONTree.Member(name: $0.type, value: $0.schema.map { ["schema": $0.tree] } ?? [:]) }
            return JSONTree.Member(name: String(status), value: content.isEmpty ? told : told.setting("content", to: .object(content)))
        }
        let problem: JSONTree = ["$ref": "#/components/responses/Problem"]
        members.append(.init(name: "4XX", value: problem))
        members.append(.init(name: "405", value: ["description": "This path knows other methods: `Allow` names them."]))
        // The disk, the virus scanner or the printer is away; anything else of this class would be a defect.
        members.append(.init(name: "503", value: problem))
        return .object(members)
    }
}

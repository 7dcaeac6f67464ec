/// The wire as an AsyncAPI 3.0 document, from the server's point of view.
enum AsyncAPI {
    static func document(_ catalogue: WireCatalogue) -> JSONTree {
        [
            "asyncapi": "3.0.0",
            "info": [
                "title": "Farwindow signaling",
                "version": "1.0.0",
                "description": .string(introduction),
            ],
            "defaultContentType": "application/json",
            "channels": ["ws": channel],
            "operations": operations,
            "components": [
                "messages": .object(MessageKind.allCases.map { .init(name: $0.rawValue, value: message($0, catalogue)) }),
                "schemas": JSONSchema.components(catalogue.messageParts),
            ],
            "x-error-codes": .object(ErrorCode.allCases.map { .init(name: $0.rawValue, value: .string(WireNotes.errorCode($0) ?? "")) }),
            "x-limits": .object(Limits.table.map { .init(name: $0.name, value: .integer($0.value)) }),
        ]
    }

    private static let introduction =
        "One JSON object a WebSocket text frame, subprotocol farwindow.v1. Generated from the Swift types by `farwindow export-protocol`. "
        + "Names are snake_case and an absent optional field is left out. Characters in limits are what a reader takes for one (Unicode "
        + "extended grapheme clusters). A receiver ignores fields it does not know. Names within one object must not repeat (RFC 7493): of "
        + "type, id and payload, and of the session_id of a relayed message, the last would count; inside other payloads the first. "
        + "A command with an id is answered with the same number as re; commands of one endpoint are answered in order, and pushes they "
        + "cause come before the answer."

    private static let channel: JSONTree = [
        "address": "/ws",
        "title": "One endpoint",
        "description": .string(
            "A WebSocket (RFC 6455) with subprotocol farwindow.v1. Beside it the opening request offers `ticket.` and a ticket from the HTTP side's "
                + "socket-tickets, good once and for 30 s."),
        "messages": .object(MessageKind.allCases.map { .init(name: $0.rawValue, value: ["$ref": .string("#/components/messages/\($0.rawValue)")]) }),
        "bindings": [
            "ws": [
                "method": "GET",
                "headers": [
                    "type": "object",
                    "required": ["Sec-WebSocket-Protocol"],
                    "properties": ["Sec-WebSocket-Protocol": ["type": "string", "const": "farwindow.v1"]],
                ],
                "bindingVersion": "0.1.0",
            ]
        ],
    ]

    private static let operations: JSONTree = [
        "command": operation("receive", .command, "A client asks for something.", reply: [.answer]),
        "signal": operation("receive", .signal, "A client tells something and gets no answer."),
        "relayIn": operation("receive", .relay, "For the other side of the session. Answered only by an error when it could not be passed on."),
        "relayOut": operation("send", .relay, "From the other side of the session, as it came."),
        "push": operation("send", .push, "Numbered by seq, kept until acknowledged, sent again after a break."),
        "ephemeral": operation("send", .ephemeral, "Not numbered and not repeated: only the newest counts."),
    ]

    private static func operation(
        _ action: JSONTree, _ travel: MessageKind.Travel, _ summary: JSONTree, reply: [MessageKind.Travel] = []
    ) -> JSONTree {
        let operation: JSONTree = [
            "action": action, "channel": ["$ref": "#/channels/ws"], "summary": summary, "messages": references([travel]),
        ]
        guard !reply.isEmpty else { return operation }
        return operation.setting("reply", to: ["channel": ["$ref": "#/channels/ws"], "messages": references(reply)])
    }

    private static func references(_ travels: [MessageKind.Travel]) -> JSONTree {
        .array(MessageKind.allCases.filter { travels.contains($0.rule.travel) }.map { ["$ref": .string("#/channels/ws/messages/\($0.rawValue)")] })
    }

    private static func message(_ kind: MessageKind, _ catalogue: WireCatalogue) -> JSONTree {
        let rule = kind.rule
        return [
            "name": .string(kind.rawValue),
            "summary": .string(rule.summary),
            "payload": frame(kind, payload: catalogue.payload(of: kind).name),
            "x-travel": .string(rule.travel.rawValue),
            "x-senders": .array(Role.allCases.filter(rule.senders.contains).map { .string($0.rawValue) }),
        ]
    }

    /// The whole frame around a payload.
    private static func frame(_ kind: MessageKind, payload: String) -> JSONTree {
        var properties: [JSONTree.Member] = []
        var required: [JSONTree] = ["type"]
        func number(_ name: String, isRequired: Bool, _ description: JSONTree) {
            let largest = JSONTree.integer(1 << 53 - 1)
            properties.append(.init(name: name, value: ["type": "integer", "minimum": 0, "maximum": largest, "description": description]))
            if isRequired { required.append(.string(name)) }
        }
        switch kind.rule.travel {
        case .command: number("id", isRequired: false, "Chosen by the client; the answer carries it as re.")
        case .answer: number("re", isRequired: kind != .error, "The id of the command it answers.")
        case .push: number("seq", isRequired: true, "Counts the pushes of one client session.")
        case .signal, .relay, .ephemeral: break
        }
        properties.append(.init(name: "type", value: ["const": .string(kind.rawValue)]))
        properties.append(.init(name: "payload", value: JSONSchema.reference(to: payload)))
        // The server takes an absent payload for an empty one; it never leaves one out itself.
        if !(payload == "EmptyPayload" && !kind.rule.senders.isEmpty) { required.append("payload") }
        return ["type": "object", "required": .array(required), "properties": .object(properties)]
    }
}

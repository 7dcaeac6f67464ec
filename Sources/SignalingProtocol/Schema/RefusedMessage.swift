/// What a client must not send, and the error it gets for it. Exported as `Tests/Golden/refused.json`.
struct RefusedMessage: Sendable {
    let why: String
    let frame: String
    let code: ErrorCode
    let field: String?

    private init(_ why: String, _ frame: String, _ code: ErrorCode, field: String? = nil) {
        self.why = why
        self.frame = frame
        self.code = code
        self.field = field
    }

    static var tree: JSONTree {
        .array(
            all.map { row in
                let tree: JSONTree = ["why": .string(row.why), "frame": .string(row.frame), "code": .string(row.code.rawValue)]
                return row.field.map { tree.setting("field", to: .string($0)) } ?? tree
            })
    }

    static let all = envelopes + types + payloads + chats + verdicts + relays

    /// Not one JSON object with a `type` and, if any, a whole `id`.
    private static let envelopes: [RefusedMessage] = [
        RefusedMessage("empty", "", .malformedMessage),
        RefusedMessage("not JSON", "hello", .malformedMessage),
        RefusedMessage("an array", #"[{"type":"seat.ready"}]"#, .malformedMessage),
        RefusedMessage("a string", #""seat.ready""#, .malformedMessage),
        RefusedMessage("no type", #"{"id":7,"payload":{}}"#, .malformedMessage),
        RefusedMessage("type is a number", #"{"id":7,"type":7}"#, .malformedMessage),
        RefusedMessage("type is null", #"{"id":7,"type":null}"#, .malformedMessage),
        RefusedMessage("name of type is escaped", #"{"\u0074ype":"seat.ready"}"#, .malformedMessage),
        RefusedMessage("id is text", #"{"id":"7","type":"seat.ready"}"#, .malformedMessage),
        RefusedMessage("id is null", #"{"id":null,"type":"seat.ready"}"#, .malformedMessage),
        RefusedMessage("id is negative", #"{"id":-1,"type":"seat.ready"}"#, .malformedMessage),
        RefusedMessage("id is a fraction", #"{"id":1.5,"type":"seat.ready"}"#, .malformedMessage),
        RefusedMessage("id has an exponent", #"{"id":1e3,"type":"seat.ready"}"#, .malformedMessage),
        RefusedMessage("id is 2^53", #"{"id":9007199254740992,"type":"seat.ready"}"#, .malformedMessage),
        RefusedMessage("id is far too large", #"{"id":99999999999999999999999999,"type":"seat.ready"}"#, .malformedMessage),
        RefusedMessage("id has a leading zero", #"{"id":07,"type":"seat.ready"}"#, .malformedMessage),
        RefusedMessage("id comes twice and the last is wrong", #"{"id":7,"id":-7,"type":"seat.ready"}"#, .malformedMessage),
        RefusedMessage("text after the end", #"{"type":"seat.ready"} x"#, .malformedMessage),
        RefusedMessage("two objects", #"{"type":"seat.ready"}{"type":"seat.ready"}"#, .malformedMessage),
        RefusedMessage("cut short", #"{"type":"seat.ready","payload":{"#, .malformedMessage),
        RefusedMessage("comma at the end", #"{"type":"seat.ready",}"#, .malformedMessage),
        RefusedMessage("single quotes", "{'type':'seat.ready'}", .malformedMessage),
        RefusedMessage("a comment", #"{"type":"seat.ready"/* now */}"#, .malformedMessage),
        RefusedMessage("not a number", #"{"type":"seat.ready","payload":{"at":NaN}}"#, .malformedMessage),
        RefusedMessage("line break in a string", "{\"type\":\"seat.ready\",\"payload\":{\"note\":\"a\nb\"}}", .malformedMessage),
        RefusedMessage("control character in a string", "{\"type\":\"seat.ready\",\"payload\":{\"note\":\"\u{1}\"}}", .malformedMessage),
        RefusedMessage("unknown escape", #"{"type":"seat.ready","payload":{"note":"\x41"}}"#, .malformedMessage),
        RefusedMessage("short escape", #"{"type":"seat.ready","payload":{"note":"\u41"}}"#, .malformedMessage),
        RefusedMessage(
            "nested deeper than 32", #"{"type":"seat.ready","payload":"# + repeated("[", 33) + repeated("]", 33) + "}", .malformedMessage),
    ]

    /// Not a type that a client may send.
    private static let types: [RefusedMessage] = [
        RefusedMessage("unknown type", #"{"id":7,"type":"ticket.steal"}"#, .unknownType),
        RefusedMessage("empty type", #"{"id":7,"type":""}"#, .unknownType),
        RefusedMessage("type in capitals", #"{"id":7,"type":"Seat.Ready"}"#, .unknownType),
        RefusedMessage("type with a space", #"{"id":7,"type":"seat.ready "}"#, .unknownType),
        RefusedMessage("type is escaped", #"{"id":7,"type":"seat\u002eready"}"#, .unknownType),
        RefusedMessage("type comes twice and the last is wrong", #"{"type":"seat.ready","type":"seat.sleep"}"#, .unknownType),
        RefusedMessage("an answer", #"{"id":7,"type":"ok","payload":{}}"#, .unknownType),
        RefusedMessage("a push", #"{"id":7,"type":"ticket.updated","payload":{}}"#, .unknownType),
        RefusedMessage("an ephemeral message", #"{"type":"heartbeat","payload":{}}"#, .unknownType),
    ]

    /// A field is missing, of a wrong type, or out of bounds.
    private static let payloads: [RefusedMessage] = [
        invalid("payload is missing", #"{"id":7,"type":"ticket.cancel"}"#, "ticket_id"),
        invalid("payload is a list", "ticket.cancel", "[]", nil),
        invalid("payload is null", "ticket.cancel", "null", nil),
        invalid("field is missing", "ticket.take", #"{"hall_id":"445102","kind":"consultation"}"#, "item_code"),
        invalid("field is null", "ticket.take", #"{"hall_id":null,"item_code":"CZ-TAX-001","kind":"consultation"}"#, "hall_id"),
        invalid("field is in Swift's spelling", "ticket.cancel", #"{"ticketID":"01a20606-35c0-7000-8000-000000000001"}"#, "ticket_id"),
        invalid("number for text", "seat.sign-on", #"{"seat_id":3}"#, "seat_id"),
        invalid("text for a number", "ack", #"{"seq":"118"}"#, "seq"),
        invalid("truth for a number", "ack", #"{"seq":true}"#, "seq"),
        invalid("seq is negative", "ack", #"{"seq":-1}"#, "seq"),
        invalid("number too large for any integer", "ack", #"{"seq":99999999999999999999}"#, nil),
        invalid("text for a truth", "session.wrap-up", session(#""disposition":"advised","note":"","ready":"true""#), "ready"),
        invalid("empty id", "ticket.cancel", #"{"ticket_id":""}"#, "ticket_id"),
        invalid("id is no UUID", "ticket.cancel", #"{"ticket_id":"A007"}"#, "ticket_id"),
        invalid("id without hyphens", "ticket.cancel", #"{"ticket_id":"01a2060635c070008000000000000001"}"#, "ticket_id"),
        invalid("id with a space in it", "ticket.cancel", #"{"ticket_id":" 1a20606-35c0-7000-8000-000000000001"}"#, "ticket_id"),
        invalid("id with a sign in it", "ticket.cancel", #"{"ticket_id":"01a20606-35c0-7000-8000-+00000000001"}"#, "ticket_id"),
        invalid("id with a null character after it", "ticket.cancel", #"{"ticket_id":"01a20606-35c0-7000-8000-000000000001\u0000"}"#, "ticket_id"),
        invalid("empty code", "seat.sign-on", #"{"seat_id":""}"#, "seat_id"),
        invalid("code is a path", "seat.sign-on", #"{"seat_id":"../03"}"#, "seat_id"),
        invalid("code of other letters", "seat.sign-on", #"{"seat_id":"坐席03"}"#, "seat_id"),
        invalid("code too long", "seat.sign-on", #"{"seat_id":"\#(repeated("3", 65))"}"#, "seat_id"),
        invalid("unknown word", "seat.not-ready", #"{"reason":"tired"}"#, "reason"),
        invalid("word in capitals", "seat.not-ready", #"{"reason":"Meal"}"#, "reason"),
        invalid("last_seq is negative", "hello", #"{"role":"citizen","locale":"zh-CN","last_seq":-1}"#, "last_seq"),
        invalid("unknown role", "hello", #"{"role":"supervisor","locale":"zh-CN"}"#, "role"),
        invalid("unknown locale", "hello", #"{"role":"citizen","locale":"zh"}"#, "locale"),
        invalid("resume_token too long", "hello", #"{"role":"agent","locale":"en","resume_token":"\#(repeated("t", 65))"}"#, "resume_token"),
        invalid("media without epoch", "hello", #"{"role":"agent","locale":"en","media":\#(session())}"#, "epoch"),
        invalid("note too long", "session.wrap-up", session(#""disposition":"advised","note":"\#(repeated("好", 501))","ready":true"#), "note"),
        invalid("referred_to too long", "precheck.conclude", session(#""referred_to":"\#(repeated("去", 501))","note":"""#), "referred_to"),
        // JavaScript writes these for half an emoji. Nothing is wrong with the page, so the person is told that the text is.
        invalid("half a surrogate pair", "session.wrap-up", session(#""disposition":"advised","note":"\ud83d","ready":true"#), nil),
        invalid("surrogates in the wrong order", "session.wrap-up", session(#""disposition":"advised","note":"\ude42\ud83d","ready":true"#), nil),
    ]

    private static let chats: [RefusedMessage] = [
        invalid("chat without message_id", "chat.send", session(#""text":"好""#), "message_id"),
        invalid("empty chat", "chat.send", chat(""), "text"),
        invalid("chat of spaces", "chat.send", chat(#"  \t\n"#), "text"),
        invalid("chat of ideographic spaces", "chat.send", chat("\u{3000}\u{3000}"), "text"),
        invalid("chat too long in letters", "chat.send", chat(repeated("a", 1_001)), "text"),
        invalid("chat too long in CJK", "chat.send", chat(repeated("税", 1_001)), "text"),
        invalid("chat too long in emoji", "chat.send", chat(repeated("👩‍🚒", 1_001)), "text"),
        invalid("chat is a list", "chat.send", session(#""message_id":"01a20606-35c0-7000-8000-000000000006","text":["好"]"#), "text"),
    ]

    private static let verdicts: [RefusedMessage] = [
        invalid("correction without reason or note", "precheck.verdict", verdict("correction-needed", reasons: 0, note: ""), "reasons"),
        invalid("missing without reason or note", "precheck.verdict", verdict("missing", reasons: 0, note: ""), "reasons"),
        invalid("waived with a note of spaces", "precheck.verdict", verdict("waived", reasons: 0, note: "  "), "reasons"),
        invalid("too many reasons", "precheck.verdict", verdict("missing", reasons: 11, note: ""), "reasons"),
        invalid("verdict's note too long", "precheck.verdict", verdict("accepted", reasons: 0, note: repeated("长", 501)), "note"),
        invalid("unknown verdict", "precheck.verdict", verdict("refused", reasons: 1, note: ""), "verdict"),
        invalid(
            "bad code in a list", "precheck.verdict",
            session(#""material_id":"M1","verdict":"missing","reasons":["R2","R 3"],"note":"""#), "reasons"),
        invalid(
            "reasons are missing", "precheck.verdict", session(#""material_id":"M1","verdict":"accepted","note":"""#), "reasons"),
    ]

    /// Of a relayed message only its address is read.
    private static let relays: [RefusedMessage] = [
        invalid("relay without payload", #"{"type":"rtc.candidate"}"#, "session_id"),
        invalid("relay whose payload is a list", "rtc.candidate", "[]", "session_id"),
        invalid("relay without session_id", "rtc.description", #"{"epoch":1,"description":{}}"#, "session_id"),
        invalid("relay with a number for session_id", "rtc.candidate", #"{"session_id":3,"epoch":1,"candidate":{}}"#, "session_id"),
        invalid(
            "relay from nobody known", "rtc.candidate",
            #"{"session_id":"01a20606-35c0-7000-8000-000000000003","from":"stranger","epoch":1,"candidate":{}}"#, "from"),
        invalid(
            "relay to a list", "rtc.description",
            #"{"session_id":"01a20606-35c0-7000-8000-000000000003","to":["agent"],"epoch":1,"description":{}}"#, "to"),
        invalid("relay with a bad session_id", "rtc.candidate", #"{"session_id":"A007","epoch":1,"candidate":{}}"#, "session_id"),
        invalid(
            "relay whose last session_id is empty", "rtc.candidate",
            #"{"session_id":"01a20606-35c0-7000-8000-000000000003","session_id":"","epoch":1,"candidate":{}}"#, "session_id"),
    ]

    private static func invalid(_ why: String, _ frame: String, _ field: String?) -> RefusedMessage {
        RefusedMessage(why, frame, .invalidField, field: field)
    }

    private static func invalid(_ why: String, _ type: String, _ payload: String, _ field: String?) -> RefusedMessage {
        invalid(why, #"{"id":7,"type":"\#(type)","payload":\#(payload)}"#, field)
    }

    private static func session(_ rest: String? = nil) -> String {
        #"{"session_id":"01a20606-35c0-7000-8000-000000000003"\#(rest.map { ",\($0)" } ?? "")}"#
    }

    private static func chat(_ text: String) -> String { session(#""message_id":"01a20606-35c0-7000-8000-000000000006","text":"\#(text)""#) }

    private static func verdict(_ verdict: String, reasons count: Int, note: String) -> String {
        let reasons = (0..<count).map { "\"R\($0)\"" }.joined(separator: ",")
        return session(#""material_id":"M1","verdict":"\#(verdict)","reasons":[\#(reasons)],"note":"\#(note)""#)
    }

    private static func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }
}

import Foundation
import Testing

@testable import SignalingProtocol

@Suite("Shapes")
struct ShapeTests {
    @Test("hello, written out by hand")
    func hello() throws {
        let media = ObjectShape(
            name: "MediaReference",
            fields: [
                FieldShape(name: "session_id", isOptional: false, shape: .string(.uuid)), FieldShape(name: "epoch", isOptional: false, shape: .integer),
                FieldShape(
                    name: "with", isOptional: true,
                    shape: .string(.word(WordList(name: "Participant", values: ["citizen", "agent", "consultant"])))),
            ])
        let expected = Shape.object(
            ObjectShape(
                name: "Hello",
                fields: [
                    FieldShape(name: "role", isOptional: false, shape: .string(.word(WordList(name: "Role", values: ["citizen", "agent"])))),
                    FieldShape(
                        name: "locale", isOptional: false, shape: .string(.word(WordList(name: "Locale", values: ["zh-CN", "zh-Hant", "en"])))),
                    FieldShape(name: "resume_token", isOptional: true, shape: .string(.text)),
                    FieldShape(name: "last_seq", isOptional: true, shape: .integer),
                    FieldShape(name: "media", isOptional: true, shape: .object(media)),
                    FieldShape(name: "consult_media", isOptional: true, shape: .array(of: .object(media))),
                ]))
        #expect(try ShapeRecorder.shape(of: Hello.self) == expected)
    }

    @Test("seat.updated, written out by hand")
    func seatUpdated() throws {
        func field(_ name: String, _ shape: Shape, isOptional: Bool = false) -> FieldShape {
            FieldShape(name: name, isOptional: isOptional, shape: shape)
        }
        let hall = Shape.object(ObjectShape(name: "HallView", fields: [field("id", .string(.code)), field("name", .string(.text))]))
        let states = ["signed-off", "not-ready", "ready", "reserved", "ringing", "in-session", "wrap-up"]
        let reasons = ["signed-on", "rest", "meal", "training", "system-trouble", "rona", "rejected", "connection-lost", "supervisor", "other"]
        let shift = ObjectShape(
            name: "SeatShift",
            fields: [
                field("starts_at", .string(.dateTime)), field("ends_at", .string(.dateTime)),
                field("next_starts_at", .string(.dateTime), isOptional: true),
            ])
        let help = ObjectShape(
            name: "HelpView", fields: [field("asked_at", .string(.dateTime)), field("taken_by", .string(.text), isOptional: true)])
        let seat = ObjectShape(
            name: "SeatView",
            fields: [
                field("id", .string(.code)), field("number", .string(.text)), field("hall", hall),
                field("state", .string(.word(WordList(name: "SeatState", values: states)))),
                field("not_ready_reason", .string(.word(WordList(name: "NotReadyReason", values: reasons))), isOptional: true),
                field("since", .string(.dateTime)), field("shift", .object(shift), isOptional: true),
                field("help", .object(help), isOptional: true),
            ])
        let choice = ObjectShape(
            name: "SeatChoice",
            fields: [
                field("id", .string(.code)), field("number", .string(.text)), field("hall", hall),
                field("taken_by", .string(.text), isOptional: true),
            ])
        let expected = ObjectShape(
            name: "SeatUpdated", fields: [field("seat", .object(seat), isOptional: true), field("seats", .array(of: .object(choice)))])
        #expect(try ShapeRecorder.shape(of: SeatUpdated.self) == .object(expected))
    }

    @Test("the other leaves")
    func leaves() throws {
        struct Leaves: Codable {
            var truth: Bool
            var waitedMs: Milliseconds
            var description: OpaqueJSON
            var ready: Bool?
            var urls: [[String]]
        }
        let expected = ObjectShape(
            name: "Leaves",
            fields: [
                FieldShape(name: "truth", isOptional: false, shape: .boolean), FieldShape(name: "waited_ms", isOptional: false, shape: .integer),
                FieldShape(name: "description", isOptional: false, shape: .any), FieldShape(name: "ready", isOptional: true, shape: .boolean),
                FieldShape(name: "urls", isOptional: false, shape: .array(of: .array(of: .string(.text)))),
            ])
        #expect(try ShapeRecorder.shape(of: Leaves.self) == .object(expected))
        #expect(try ShapeRecorder.shape(of: EmptyPayload.self) == .object(ObjectShape(name: "EmptyPayload", fields: [])))
    }

    @Test("a type that cannot be described is refused instead of guessed")
    func undescribed() {
        struct Endless: Codable { var seats: [Endless] }
        struct Fraction: Codable { var note: Double }
        struct Unnamed: Codable { var nobodyKnows: String }
        #expect(throws: ShapeError.endless(type: "Endless")) { try ShapeRecorder.shape(of: Endless.self) }
        #expect(throws: ShapeError.undescribedLeaf(type: "Double")) { try ShapeRecorder.shape(of: Fraction.self) }
        #expect(throws: ShapeError.noSample(field: "Unnamed.nobody_knows")) { try ShapeRecorder.shape(of: Unnamed.self) }
    }

    @Test("names of fields go to the wire and back, as JSONEncoder converts them")
    func names() throws {
        let catalogue = try WireCatalogue()
        let names = Set(catalogue.clientParts.objects.values.flatMap { $0.fields.map(\.name) })
        #expect(names.count > 60)
        for name in names {
            #expect(name.allSatisfy { $0 == "_" || $0.isLowercase || $0.isNumber } && name == WireCoding.wireName(WireCoding.swiftName(name)))
            let written = try WireCoding.encoder().encode([OneField(name: WireCoding.swiftName(name))])
            #expect(String(decoding: written, as: UTF8.self) == #"[{"\#(name)":1}]"#)
        }
    }

    /// Has one field of any name.
    private struct OneField: Encodable {
        let name: String
        struct Name: CodingKey {
            var stringValue: String
            var intValue: Int? { nil }
            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }
        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Name.self)
            try container.encode(1, forKey: Name(stringValue: name))
        }
    }

    @Test("the document's references all lead somewhere, and every kind is in one operation at least")
    func references() throws {
        let document = try #require(try json(AsyncAPI.document(WireCatalogue()).file) as? [String: Any])
        let text = String(decoding: AsyncAPI.document(try WireCatalogue()).file, as: UTF8.self)
        for match in text.matches(of: /"\$ref": "#\/([^"]+)"/) {
            let target = match.1.split(separator: "/").reduce(document as Any?) { place, step in (place as? [String: Any])?[String(step)] }
            #expect(target != nil, "\(match.1)")
        }
        for kind in MessageKind.allCases { #expect(text.contains(##""$ref": "#/channels/ws/messages/\##(kind.rawValue)""##), "\(kind)") }
    }

    @Test("a file's text is the same whatever it holds")
    func text() throws {
        let tree: JSONTree = ["b": ["x", 1, true], "a": [:], "quote\"\\\n\u{1}\u{2028}\u{FEFF}": "税🙂/", "list": [[], ["k": "v"], ["k": 1, "l": 2]]]
        #expect(
            tree.text() == #"""
                {
                  "b": ["x", 1, true],
                  "a": {},
                  "quote\"\\\n\u0001\u2028\ufeff": "税🙂/",
                  "list": [
                    [],
                    { "k": "v" },
                    {
                      "k": 1,
                      "l": 2
                    }
                  ]
                }
                """#)
        #expect(try JSONDecoder().decode(JSONTree.self, from: Data(#"{"b":[true,1,"1",{}],"a":0}"#.utf8)) == ["a": 0, "b": [true, 1, "1", [:]]])
    }
}

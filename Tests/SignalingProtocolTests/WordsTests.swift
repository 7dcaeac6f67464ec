import Foundation
import Testing

@testable import SignalingProtocol

@Suite("Words and notes")
struct WordsTests {
    @Test("every error has a sentence in every language, and it is a sentence", arguments: ErrorCode.allCases)
    func sentences(code: ErrorCode) {
        for locale in Locale.allCases {
            let sentence = code.sentence(locale)
            #expect(sentence.count >= 5, "\(code) \(locale)")
            #expect(sentence.hasSuffix(locale == .english ? "." : "。"), "\(code) \(locale)")
            #expect(sentence.contains(/[\u{4E00}-\u{9FFF}]/) == (locale != .english), "\(code) \(locale)")
            #expect(WireError(code).localized(locale).message == sentence)
        }
        #expect(WireNotes.errorCode(code)?.isEmpty == false)
    }

    @Test("every list of words in the source is exported")
    func lists() throws {
        let exported = try WireCatalogue().clientParts.words
        let declared = try Repository.protocolSources().flatMap { $0.text.matches(of: /enum (\w+): String, WireWord/).map { String($0.1) } }
        #expect(Set(declared) == Set(exported.keys))
        #expect(declared.count >= 18)
    }

    @Test("the notes are the source's doc comments, word by word")
    func notes() throws {
        let parts = try WireCatalogue().clientParts
        let comments = try Repository.protocolSources().reduce(into: DocComments()) { $0.read($1.text) }
        for name in parts.objects.keys.sorted() + parts.words.keys.sorted() {
            #expect(WireNotes.type(name) == comments.types[name], "\(name)")
        }
        for object in parts.objectsByName {
            for field in object.fields {
                #expect(WireNotes.field(field.name, of: object.name) == comments.members["\(object.name).\(field.name)"], "\(object.name).\(field.name)")
            }
        }
        for code in ErrorCode.allCases { #expect(WireNotes.errorCode(code) == comments.members["ErrorCode.\(code.rawValue)"], "\(code)") }
    }

    @Test("limits keep their names and values")
    func limits() {
        #expect(Set(Limits.table.map(\.name)).count == Limits.table.count)
        #expect(Limits.table.allSatisfy { $0.value > 0 })
        let units = ["bytes", "characters", "messages", "answers", "session", "verdict", "material", "case"]
        #expect(Limits.table.allSatisfy { row in units.contains { row.name.hasSuffix("_\($0)") } })
    }
}

/// The first paragraph of each doc comment, by what it stands above.
private struct DocComments {
    var types: [String: String] = [:]
    /// By `Type.member`, as the wire writes it.
    var members: [String: String] = [:]

    mutating func read(_ source: String) {
        var type = ""
        var comment: [String] = []
        for line in source.split(separator: "\n", omittingEmptySubsequences: false) {
            let code = String(line.drop { $0 == " " })
            if code.hasPrefix("///") {
                comment.append(code.dropFirst(3).trimmingCharacters(in: .whitespaces))
                continue
            }
            let note = comment.prefix { !$0.isEmpty && !$0.hasPrefix("- ") }.joined(separator: " ")
            comment = []
            if let match = code.firstMatch(of: /^public (struct|enum) (\w+)/) { type = String(match.2) }
            guard !note.isEmpty else { continue }
            if let match = code.firstMatch(of: /^public (struct|enum) (\w+)/) {
                types[String(match.2)] = note
            } else if let match = code.firstMatch(of: /^public var (\w+): [^{]*$/) {
                members["\(type).\(WireCoding.wireName(String(match.1)))"] = note
            } else if let match = code.firstMatch(of: /^case (\w+)(?: = "([^"]+)")?$/) {
                members["\(type).\(match.2 ?? match.1)"] = note
            }
        }
    }
}

import Foundation
import Testing

@testable import SignalingProtocol

@Suite("What is refused")
struct RefusedTests {
    struct Row: Decodable {
        var why: String
        var frame: String
        var code: ErrorCode
        var field: String?
    }

    @Test("every row of refused.json gets its error")
    func rows() throws {
        let rows = try JSONDecoder().decode([Row].self, from: Repository.bytes("Tests/Golden/refused.json"))
        #expect(rows.count == RefusedMessage.all.count)
        #expect(Set(rows.map(\.why)).count == rows.count, "each row says something else")
        for row in rows {
            let error = #expect(throws: WireError.self, "\(row.why)") { try accept(Data(row.frame.utf8)) }
            #expect(error?.code == row.code, "\(row.why)")
            #expect(error?.field == row.field, "\(row.why)")
        }
    }

    @Test("a text that is not UTF-8")
    func notUTF8() {
        let frame = Data(#"{"type":"rtc.candidate","payload":{"session_id":"01a20606-35c0-7000-8000-000000000003","candidate":""#.utf8)
        for broken in [[0xFF], [0xC0, 0x80], [0xE7, 0xA8], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80]] as [[UInt8]] {
            let error = #expect(throws: WireError.self) { try (frame + Data(broken) + Data("\"}}".utf8)).scanned() }
            #expect(error?.code == .malformedMessage)
        }
    }

    @Test("no text is read as two different messages: the last of a repeated name counts, in a payload the first")
    func repeatedNames() throws {
        let frame = Data(#"{"id":1,"type":"seat.sleep","payload":{"seq":1},"id":2,"type":"ack","payload":{"seq":2,"seq":3}}"#.utf8)
        let envelope = try frame.scanned()
        #expect(try envelope.kind == .ack)
        #expect(envelope.id == 2)
        #expect(try Command(.ack, payload: frame.payload(of: envelope), by: WireCoding.decoder()) == .acknowledge(Acknowledge(seq: 2)))
    }

    @Test("characters are counted as a reader counts them", arguments: ["a", "税", "🙂", "👨‍👩‍👧‍👦", "e\u{301}"])
    func characters(letter: String) throws {
        func chat(_ count: Int) throws {
            let text = String(repeating: letter, count: count)
            try ChatSend(sessionID: .sample, messageID: .sample, text: text).validate()
        }
        try chat(Limits.chatTextCharacters)
        #expect(throws: WireError.self) { try chat(Limits.chatTextCharacters + 1) }
    }

    @Test("bounds that are just kept")
    func justKept() throws {
        let reasons = (1...Limits.reasonsPerVerdict).compactMap { ReasonCode("R\($0)") }
        let note = String(repeating: "好", count: Limits.noteCharacters)
        let material = try #require(MaterialID("M1"))
        try PrecheckVerdict(sessionID: .sample, materialID: material, verdict: .missing, reasons: reasons, note: note).validate()
        try PrecheckVerdict(sessionID: .sample, materialID: material, verdict: .missing, reasons: [], note: "x").validate()
        try PrecheckVerdict(sessionID: .sample, materialID: material, verdict: .accepted, reasons: [], note: "").validate()
        try PrecheckConclude(sessionID: .sample, referredTo: note, note: note).validate()
        try Hello(role: .agent, locale: .english, resumeToken: String(repeating: "t", count: Limits.resumeTokenCharacters), lastSeq: 0).validate()
        try Acknowledge(seq: 0).validate()
        let deepest = #"{"type":"seat.ready","payload":"# + String(repeating: "[", count: 32) + String(repeating: "]", count: 32) + "}"
        #expect(try Data(deepest.utf8).scanned().kind == .seatReady)
        #expect(try Data(#"{"id":9007199254740991,"type":"seat.ready"}"#.utf8).scanned().id == 9_007_199_254_740_991)
    }

    @Test("a command's kind that is not for the broker", arguments: [MessageKind.hello, .rtcCandidate, .welcome, .ticketUpdated])
    func notForTheBroker(kind: MessageKind) {
        #expect(throws: WireError(.unknownType)) { try Command(kind, payload: Data("{}".utf8), by: WireCoding.decoder()) }
    }
}

extension Identifier {
    static var sample: Self { Self(UUID(uuid: (1, 162, 6, 6, 53, 192, 112, 0, 128, 0, 0, 0, 0, 0, 0, 9))) }
}

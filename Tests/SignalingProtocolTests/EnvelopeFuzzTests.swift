import Foundation
import Testing

@testable import SignalingProtocol

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers for the same seed, everywhere.
struct SeededNumbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

@Suite("The scan against Foundation's parser")
struct EnvelopeFuzzTests {
    static let roundsPerSeed = 4_000

    @Test("accepts what is JSON, refuses what is not, and finds the payload's own bytes", arguments: [1, 2, 3, 20_261_123] as [UInt64])
    func agrees(seed: UInt64) throws {
        var numbers = SeededNumbers(state: seed)
        let corpus = try Self.corpus()
        var accepted = 0
        var refused = 0
        for _ in 0..<Self.roundsPerSeed {
            let text = Self.mutated(try #require(corpus.randomElement(using: &numbers)), using: &numbers)
            // Half a surrogate pair is JSON to RFC 8259 and JavaScript, and none to Foundation.
            if String(decoding: text, as: UTF8.self).contains(/\\u[dD][89a-fA-F]/) { continue }
            let object = (try? JSONSerialization.jsonObject(with: text)) as? [String: Any]
            let verdict = Result {
                let envelope = try text.scanned()
                _ = try envelope.kind
                return envelope
            }
            switch verdict {
            case .success(let envelope):
                accepted += 1
                let parsed = try #require(object, "seed \(seed): accepted \(String(decoding: text, as: UTF8.self))")
                try Self.checkPayload(of: envelope, in: text, parsed: parsed, seed: seed)
            case .failure(let error):
                refused += 1
                // Foundation's object must then lack what an envelope needs.
                let isEnvelope = object.map { Self.isEnvelope($0, text: text) } ?? false
                #expect(!isEnvelope, "seed \(seed): refused \(error) \(String(decoding: text, as: UTF8.self))")
            }
        }
        #expect(accepted > Self.roundsPerSeed / 20 && refused > Self.roundsPerSeed / 20, "seed \(seed): \(accepted) accepted, \(refused) refused")
    }

    private static func checkPayload(of envelope: Envelope, in text: Data, parsed: [String: Any], seed: UInt64) throws {
        let payload = text.payload(of: envelope)
        // A name that came twice is another matter; the refused table has it.
        guard text.ranges(of: Data("\"payload\"".utf8)).count == 1, let value = parsed["payload"] as? NSObject else { return }
        #expect(try json(payload) == value, "seed \(seed): \(String(decoding: text, as: UTF8.self))")
        #expect(payload.first != UInt8(ascii: " ") && payload.last != UInt8(ascii: " "))
    }

    /// Whether a JSON object is also a client's message by the rules that Foundation does not know.
    private static func isEnvelope(_ object: [String: Any], text: Data) -> Bool {
        guard let type = object["type"] as? String, let kind = MessageKind(rawValue: type), !kind.rule.senders.isEmpty else { return false }
        // Foundation forgives a comma at the end of a list; JSON and JavaScript do not.
        guard !String(decoding: text, as: UTF8.self).contains(/,\s*[}\]]/) else { return false }
        let names = ["\"type\"", "\"id\""].map { text.ranges(of: Data($0.utf8)).count }
        guard names[0] == 1, names[1] <= 1, !text.contains(UInt8(ascii: "\\")) else { return false }
        guard object["id"] == nil || String(decoding: text, as: UTF8.self).contains(/"id"\s*:\s*\d{1,15}\s*[,}]/) else { return false }
        return !text.starts(with: [0xEF, 0xBB, 0xBF]) && deepestNesting(text) <= 20
    }

    private static func deepestNesting(_ text: Data) -> Int {
        var depth = 0
        return text.reduce(into: 0) { deepest, byte in
            if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") { depth += 1 }
            if byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") { depth -= 1 }
            deepest = max(deepest, depth)
        }
    }

    private static func corpus() throws -> [Data] {
        let fixtures = try MessageKind.allCases.filter { !$0.rule.senders.isEmpty }.flatMap { kind in
            let golden = try Golden(kind)
            return [golden.full, golden.minimal]
        }
        let odd = [
            #"{"type":"seat.ready","payload":[1,-0,0.5,1e9,-2E-7,true,false,null,"",{},[],[[]],{"a":{"b":[{}]}}]}"#,
            #" { "payload" : { "session_id" : "x" , "note" : "\u7a0e\n\t\"\\\/" } , "id" : 12 , "type" : "chat.send" } "#,
            #"{"id":0,"type":"ack","payload":{"seq":118},"extra":"税🙂"}"#,
        ]
        return fixtures + odd.map { Data($0.utf8) }
    }

    /// One to three small changes, mostly by characters that mean something in JSON.
    private static func mutated(_ text: Data, using numbers: inout SeededNumbers) -> Data {
        let telling = Array(#"{}[]:,"\ 0123456789-+.eEtfnu/"#.utf8) + [0x09, 0x0A, 0x01, 0x7F]
        var text = text
        for _ in 0..<Int.random(in: 1...3, using: &numbers) {
            guard let index = text.indices.randomElement(using: &numbers), let byte = telling.randomElement(using: &numbers) else { break }
            switch Int.random(in: 0..<6, using: &numbers) {
            case 0: text[index] = byte
            case 1: text.insert(byte, at: index)
            case 2: text.remove(at: index)
            case 3: text.removeSubrange(index..<min(text.count, index + Int.random(in: 1...8, using: &numbers)))
            case 4: text.insert(contentsOf: text[index..<min(text.count, index + Int.random(in: 1...8, using: &numbers))], at: index)
            // A change that keeps the message whole, so that enough are accepted.
            case _: text.append(contentsOf: [0x20, 0x0A])
            }
        }
        return text
    }
}

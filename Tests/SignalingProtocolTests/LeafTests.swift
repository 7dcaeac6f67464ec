import Foundation
import Testing

@testable import SignalingProtocol

@Suite("Times")
struct InstantTests {
    @Test("a time written and read again is the same to the millisecond", arguments: [1, 2, 3] as [UInt64])
    func roundTrip(seed: UInt64) {
        var numbers = SeededNumbers(state: seed)
        for _ in 0..<3_000 {
            // Year 1 to 9999.
            let instant = Instant(milliseconds: Int64.random(in: -62_135_596_800_000...253_402_271_999_999, using: &numbers))
            #expect(Instant(rfc3339: instant.rfc3339) == instant, "seed \(seed): \(instant.milliseconds)")
        }
    }

    @Test("the text is what Foundation writes", arguments: [1, 2] as [UInt64])
    func foundation(seed: UInt64) {
        let style = Date.ISO8601FormatStyle(timeZone: TimeZone(secondsFromGMT: Instant.wireOffsetSeconds) ?? .gmt)
            .year().month().day().timeZone(separator: .colon).time(includingFractionalSeconds: false)
        var numbers = SeededNumbers(state: seed)
        for _ in 0..<500 {
            // Whole seconds of 1900 to 2100: finer than that Foundation's own text is a millisecond off every second time.
            let second = Int64.random(in: -2_208_988_800...4_102_444_800, using: &numbers)
            let text = Date(timeIntervalSince1970: Double(second)).formatted(style)
            #expect(Instant(milliseconds: second * 1_000).rfc3339 == text.replacing("+08:00", with: ".000+08:00"), "seed \(seed): \(second)")
        }
    }

    @Test(
        "one moment, many texts",
        arguments: [
            ("1970-01-01T08:00:00.000+08:00", 0), ("1970-01-01T00:00:00Z", 0), ("1970-01-01t00:00:00z", 0), ("1970-01-01T00:00:00-00:00", 0),
            ("1969-12-31T23:59:59.999Z", -1), ("2026-11-23T09:30:00.5+08:00", 1_795_397_400_500), ("2026-11-22T20:30:00.25-05:00", 1_795_397_400_250),
            ("2026-11-23T09:30:00.123987+08:00", 1_795_397_400_123), ("2024-02-29T00:00:00+08:00", 1_709_136_000_000),
            ("2016-12-31T23:59:60Z", 1_483_228_800_000),
        ])
    func reads(text: String, milliseconds: Int64) {
        #expect(Instant(rfc3339: text)?.milliseconds == milliseconds)
    }

    @Test(
        "not a time",
        arguments: [
            "", "now", "2026-11-23", "2026-11-23T09:30:00", "2026-11-23 09:30:00Z", "2026-11-23T09:30Z", "2026-02-29T00:00:00Z",
            "2026-04-31T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-11-23T24:00:00Z",
            "2026-11-23T09:60:00Z", "2026-11-23T09:30:61Z", "2026-11-23T09:30:00.Z", "2026-11-23T09:30:00+8:00", "2026-11-23T09:30:00+0800",
            "2026-11-23T09:30:00+08:00x", " 2026-11-23T09:30:00Z", "+2026-11-23T09:30:00Z", "2026-11-23T09:30:00Z\0", "2026-11-23T09:30:00+24:00",
            "２０２６-11-23T09:30:00Z",
        ])
    func refuses(text: String) {
        #expect(Instant(rfc3339: text) == nil)
    }

    @Test("arithmetic")
    func arithmetic() {
        let start = Instant(milliseconds: 1_000)
        #expect(start + .seconds(2) - start == 2_000)
        #expect(start < start + 1)
        #expect(Milliseconds.minutes(3) == .seconds(180))
    }
}

@Suite("Identifiers and codes")
struct IdentifierTests {
    @Test("lower case on the wire, either case read")
    func letters() throws {
        let text = "01a20606-35c0-7000-8000-00000000000f"
        let ticket = try #require(TicketID(text.uppercased()))
        #expect(ticket.description == text)
        #expect(TicketID(text) == ticket)
        #expect(try String(decoding: JSONEncoder().encode([ticket]), as: UTF8.self) == #"["\#(text)"]"#)
        #expect(try JSONDecoder().decode([TicketID].self, from: Data(#"["\#(text)"]"#.utf8)) == [ticket])
    }

    @Test("the order of the text is the order of creation")
    func order() throws {
        let texts = ["01a20606-35c0-7000-8000-000000000001", "01a20606-35c0-7000-8000-00000000000a", "01a20606-35c1-7000-8000-000000000000"]
        #expect(texts.compactMap(TicketID.init).shuffled().sorted().map(\.description) == texts)
    }

    @Test(
        "not a UUID",
        arguments: [
            "", "A007", "01a2060635c070008000000000000001", "01a20606-35c0-7000-8000-00000000000", "01a20606-35c0-7000-8000-0000000000011",
            " 1a20606-35c0-7000-8000-000000000001", "01a20606-35c0-7000-8000-+00000000001", "0xa20606-35c0-7000-8000-000000000001",
            "{1a20606-35c0-7000-8000-00000000000}", "01a20606-35c0-7000-8000-000000000001\0", "01a20606-35c0-7000-8000-00000000000g",
            "01a2060-635c0-7000-8000-000000000001",
        ])
    func notIdentifiers(text: String) {
        #expect(SessionID(text) == nil)
    }

    @Test("codes", arguments: ["445102", "M1", "CZ-TAX-001", "a.b_c-d", String(repeating: "x", count: 64)])
    func codes(text: String) {
        #expect(SeatID(text)?.description == text)
    }

    @Test("not codes", arguments: ["", " ", "a b", "a/b", "坐席", "é", "a\0", "a\n", String(repeating: "x", count: 65)])
    func notCodes(text: String) {
        #expect(SeatID(text) == nil)
    }

    @Test("the export's pattern allows what the type allows")
    func pattern() throws {
        let pattern = try #require(JSONSchema.schema(of: .string(.code)).text().firstMatch(of: /"pattern": "([^"]+)"/)?.1)
        let expression = try Regex(String(pattern))
        for text in ["445102", "a.b_c-d", "", "a b", "坐席", "a/b"] {
            #expect((text.wholeMatch(of: expression) != nil) == (SeatID(text) != nil), "\(text)")
        }
    }
}

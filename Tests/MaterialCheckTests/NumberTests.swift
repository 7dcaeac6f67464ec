import Foundation
import SignalingProtocol
import Testing

@testable import MaterialCheck

@Suite("Identity numbers (GB 11643-1999)")
struct IdentityNumberTests {
    @Test(arguments: ["360426199101010071", "11010519491231002X", "445102190001010011", "445103190001010018", "445122190001010017"])
    func vectorsPass(_ text: String) throws {
        #expect(try IdentityNumber(text).text == text)
        #expect(try IdentityNumber(text.lowercased()).text == text)
    }

    /// Any other last character, and any one digit misread, is seen.
    @Test(arguments: ["360426199101010071", "11010519491231002X"])
    func everySingleErrorIsSeen(_ text: String) {
        for index in text.indices {
            for character in "0123456789X" where character != text[index] {
                #expect(throws: IdentityNumber.Fault.self) { try IdentityNumber(text.replacingCharacters(in: index...index, with: "\(character)")) }
            }
        }
    }

    @Test func faultsHaveTheirNames() {
        #expect(throws: IdentityNumber.Fault.form) { try IdentityNumber("") }
        #expect(throws: IdentityNumber.Fault.form) { try IdentityNumber("36042619910101007") }
        #expect(throws: IdentityNumber.Fault.form) { try IdentityNumber("3604261991010100X1") }
        #expect(throws: IdentityNumber.Fault.form) { try IdentityNumber("３６０４２６１９９１０１０１００７１") }
        #expect(throws: IdentityNumber.Fault.place) { try IdentityNumber("990426199101010071") }
        #expect(throws: IdentityNumber.Fault.birth) { try IdentityNumber("360426199102300071") }
        #expect(throws: IdentityNumber.Fault.check) { try IdentityNumber("360426199101010072") }
    }

    @Test func anOldNumberBecomesTheNewOne() throws {
        let number = try IdentityNumber("360426910101007")
        #expect(number.text == "360426199101010071")
        #expect(number.wasOldForm)
        #expect(number.birth == CivilDate("1991-01-01"))
    }

    /// Dissolved districts stay in people's numbers.
    @Test(arguments: ["445121", "440520", "440522", "440581", "442302", "442321", "442323"])
    func retiredDistrictsCount(_ district: String) {
        let numbers = "0123456789X".compactMap { try? IdentityNumber(district + "19800101001\($0)") }
        #expect(numbers.count == 1)
    }
}

@Suite("Credit codes (GB 32100-2015)")
struct CreditCodeTests {
    @Test(arguments: [
        "11330304MB1615218H", "11110000000053778T", "11100000000018729R", "11370181MB28460502", "11100000000125815N", "91110000600037341L",
        "92445102MA0000000Y",
    ])
    func vectorsPass(_ text: String) throws {
        #expect(try CreditCode(text).text == text)
        #expect(try CreditCode(text.lowercased()).text == text)
        for index in text.indices {
            for character in "0123456789ABCDEFGHJKLMNPQRTUWXYIOSVZ" where character != text[index] {
                #expect(throws: CreditCode.Fault.self) { try CreditCode(text.replacingCharacters(in: index...index, with: "\(character)")) }
            }
        }
    }

    @Test func faultsHaveTheirNames() {
        #expect(throws: CreditCode.Fault.form) { try CreditCode("") }
        #expect(throws: CreditCode.Fault.form) { try CreditCode("91110000600037341") }
        #expect(throws: CreditCode.Fault.form) { try CreditCode("9111000060003734IL") }
        #expect(throws: CreditCode.Fault.form) { try CreditCode("91A10000600037341L") }
        #expect(throws: CreditCode.Fault.check) { try CreditCode("91110000600037341M") }
    }
}

@Suite("Numbers in text that a machine has read")
struct NumbersInTextTests {
    @Test(arguments: [
        "公民身份号码 360426199101010071", "公民身份号码：３６０４２６１９９１０１０１００７１", "3604 2619 9101 0100 71", "36O426l99101010071",
        "号码360426199101010071性别", "36042619910|01007|", "360426910101007",
    ])
    func identityNumbersAreFound(_ text: String) {
        #expect(NumbersInText(text).residents.map(\.text) == ["360426199101010071"])
        #expect(NumbersInText(text).broken == [])
    }

    @Test(arguments: ["统一社会信用代码91110000600037341L", "9111 0000 6000 3734 1L", "911I00006000373 41l", "91110OO0600037341L"])
    func creditCodesAreFound(_ text: String) {
        #expect(NumbersInText(text).credits.map(\.text) == ["91110000600037341L"])
    }

    @Test(arguments: ["", "姓名 陈志远", "13800138000", "2026年11月23日", "6222021234567890123", "12345678901234567", "00000000000000000000"])
    func otherNumbersAreNone(_ text: String) {
        let numbers = NumbersInText(text)
        #expect(numbers.residents.isEmpty && numbers.credits.isEmpty && numbers.broken.isEmpty)
    }

    @Test func aBrokenCheckCharacterIsKnown() {
        #expect(NumbersInText("公民身份号码 360426199101010072").broken == ["360426199101010072"])
        #expect(NumbersInText("91110000600037341M").broken == ["91110000600037341M"])
        #expect(NumbersInText("36042619910101007 1").broken == [])
    }
}

/// Seeded mutations: whatever comes, the parsers answer, and what they accept keeps their own rules.
@Suite("Fuzzing the sniffing and the numbers")
struct GateFuzzTests {
    @Test(arguments: [1, 7, 20_261_123] as [UInt64])
    func numbers(seed: UInt64) {
        var chance = SplitMix(state: seed)
        let seeds = ["360426199101010071", "91110000600037341L", "公民身份号码 11010519491231002X", "９２４４５１０２MA0000000Y", "360426910101007"]
        let alphabet = Array("0123456789XxOoIl|[]ABZS 　年·-－０９Ｘ×〇○丨\u{301}\n")
        var accepted = 0
        for round in 0..<6_000 {
            var text = Array(seeds[Int.random(in: 0..<seeds.count, using: &chance)])
            for _ in 0..<Int.random(in: 0...4, using: &chance) {
                let index = Int.random(in: 0...text.count, using: &chance)
                let character = alphabet[Int.random(in: 0..<alphabet.count, using: &chance)]
                switch Int.random(in: 0..<4, using: &chance) {
                case 0: text.insert(character, at: index)
                case 1 where index < text.count: text.remove(at: index)
                case 2 where index < text.count: text[index] = character
                default: text += text.prefix(index)
                }
            }
            let found = NumbersInText(String(text))
            accepted += found.residents.count + found.credits.count
            for number in found.residents where (try? IdentityNumber(number.text)) != number && !number.wasOldForm {
                Issue.record("seed \(seed), round \(round): \(number.text)")
            }
            for code in found.credits where (try? CreditCode(code.text)) != code { Issue.record("seed \(seed), round \(round): \(code.text)") }
            for number in found.broken where (try? IdentityNumber(number)) != nil || (try? CreditCode(number)) != nil {
                Issue.record("seed \(seed), round \(round): \(number) is not broken")
            }
        }
        #expect(accepted > 500)
    }

    @Test(arguments: [1, 7, 20_261_123] as [UInt64])
    func structures(seed: UInt64) throws {
        var chance = SplitMix(state: seed)
        let seeds: [Data] = [Fixtures.png(width: 1, height: 1, text: "a"), Fixtures.pdf(), try Fixtures.picture(width: 40, height: 30), try Fixtures.heic()]
        for _ in 0..<3_000 {
            var bytes = [UInt8](seeds[Int.random(in: 0..<seeds.count, using: &chance)].prefix(6_000))
            for _ in 0..<Int.random(in: 1...8, using: &chance) where !bytes.isEmpty {
                let index = Int.random(in: 0..<bytes.count, using: &chance)
                switch Int.random(in: 0..<4, using: &chance) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &chance)
                case 1: bytes.removeSubrange(index...)
                case 2: bytes.insert(contentsOf: bytes.prefix(index), at: index)
                default: bytes[index] = [0, 0xff, 0x7f, 0x80][Int.random(in: 0..<4, using: &chance)]
                }
            }
            SniffingProbe.examine(bytes)
        }
    }
}

struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    /// Steele, Lea, Flood 2014.
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

import Foundation
import Identity
import SignalingProtocol
import Testing

@Suite("Codes that change with the time")
struct TimeBasedCodeTests {
    /// RFC 6238, appendix B.
    private let code = TimeBasedCode(secret: Data("12345678901234567890".utf8))
    private func at(_ seconds: Int64) -> Instant { Instant(milliseconds: seconds * 1_000) }

    @Test(arguments: [
        (59, "94287082"), (1_111_111_109, "07081804"), (1_111_111_111, "14050471"), (1_234_567_890, "89005924"), (2_000_000_000, "69279037"),
        (20_000_000_000, "65353130"),
    ])
    func areThoseOfTheStandard(seconds: Int64, expected: String) {
        #expect(code.code(atStep: seconds / 30, digits: 8) == expected)
        #expect(code.code(atStep: seconds / 30) == String(expected.suffix(6)))
    }

    @Test func areTakenOneStepEarlyOrLateAndNoFurther() {
        let now = at(1_111_111_110)
        let present = Int64(1_111_111_110 / 30)
        for away in Int64(-3)...3 {
            let step = code.step(of: code.code(atStep: present + away), at: now, after: nil)
            #expect(step == (abs(away) <= 1 ? present + away : nil), "\(away)")
        }
    }

    @Test func areTakenOnceAndNoneBeforeThemAfterwards() {
        let now = at(1_111_111_110)
        let present = Int64(1_111_111_110 / 30)
        #expect(code.step(of: code.code(atStep: present), at: now, after: nil) == present)
        #expect(code.step(of: code.code(atStep: present), at: now, after: present) == nil, "used")
        #expect(code.step(of: code.code(atStep: present - 1), at: now, after: present) == nil, "older than the one that was used")
        #expect(code.step(of: code.code(atStep: present + 1), at: now, after: present) == present + 1)
    }

    @Test func areReadAsPeopleTypeThem() {
        let now = at(59)
        for typed in ["287082", "287 082", " 287082 ", "287-082", "２８７０８２", "二八七〇八二"] { #expect(code.step(of: typed, at: now, after: nil) == 1, "\(typed)") }
        for typed in ["", "28708", "2870822", "28708a", "94287082", String(repeating: "2", count: 9_999)] {
            #expect(code.step(of: typed, at: now, after: nil) == nil, "\(typed)")
        }
    }

    @Test func areOfASecretOfTheirOwn() {
        #expect(TimeBasedCode().secret.count == 20)
        #expect(TimeBasedCode().secret != TimeBasedCode().secret)
        #expect(TimeBasedCode().step(of: "287082", at: at(59), after: nil) == nil)
    }

    @Test func areSetUpByAnAddress() {
        #expect(
            code.address(account: "agent1", issuer: "Farwindow 远窗")
                == "otpauth://totp/Farwindow%20%E8%BF%9C%E7%AA%97:agent1?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Farwindow%20%E8%BF%9C%E7%AA%97"
                + "&algorithm=SHA1&digits=6&period=30")
    }

    /// RFC 4648, 10, without its padding.
    @Test(arguments: [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB"), ("foobar", "MZXW6YTBOI")])
    func haveTheirSecretInBase32(plain: String, text: String) {
        #expect(Base32.text(Data(plain.utf8)) == text)
        #expect(Base32.bytes(text) == Data(plain.utf8))
        #expect(Base32.bytes(text.lowercased() + "==") == Data(plain.utf8))
        #expect(Base32.bytes(text + "1") == nil)
    }
}

@Suite("Recovery codes")
struct RecoveryCodeTests {
    @Test func areManyAndEachItsOwn() {
        let codes = RecoveryCode.make()
        #expect(codes.count == 10)
        #expect(Set(codes).count == 10)
        for code in codes { #expect(code.wholeMatch(of: /[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}/) != nil) }
    }

    @Test func areKnownByAHashThatNeedsTheKeyAndTheAccount() throws {
        let code = RecoveryCode.make()[0]
        let hash = try #require(RecoveryCode.hash(code, of: "a", key: .init(data: Data([1]))))
        #expect(RecoveryCode.hash(" " + code.uppercased().replacing("-", with: " "), of: "a", key: .init(data: Data([1]))) == hash, "as people type it")
        #expect(RecoveryCode.hash(code, of: "b", key: .init(data: Data([1]))) != hash)
        #expect(RecoveryCode.hash(code, of: "a", key: .init(data: Data([2]))) != hash)
        for typed in ["", "abcd-efgh", code + "a", "123456", String(repeating: "a", count: 9_999)] {
            #expect(RecoveryCode.hash(typed, of: "a", key: .init(data: Data([1]))) == nil, "\(typed)")
        }
    }
}

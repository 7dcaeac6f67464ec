import SignalingProtocol
import Testing

@testable import Notices

@Suite("Whether a notice is genuine")
struct VerificationTests {
    private let hash = String(repeating: "ab", count: 32)

    private func check(code: String? = nil, sha256: String? = nil, exists: Bool = true, successor: NoticeView? = nil) -> NoticeVerification {
        NoticeVerification.check(
            NoticeClaim(number: Fixtures.notice.number, code: code, sha256: sha256), notice: exists ? Fixtures.notice : nil,
            outcome: exists ? Fixtures.open : nil, pdfHash: exists ? hash : nil, successor: successor, contentHash: "c0ffee")
    }

    @Test func whoHasTheCodeOrTheFileIsToldTheFacts() {
        for verification in [check(code: "7K3M9QX1"), check(sha256: hash), check(code: "7K3M9QX1", sha256: hash)] {
            #expect(verification.standing == .valid)
            #expect(verification.facts?.item == "一照一码户信息变更")
            #expect(verification.facts?.openPoints == 2)
            #expect(verification.facts?.result == .correctionNeeded)
            #expect(verification.facts?.contentHash == "c0ffee")
        }
    }

    @Test func wrongNumberAndWrongCodeAreAnsweredAlike() {
        #expect(check(code: "7K3M9QX2") == check(code: "7K3M9QX1", exists: false))
        #expect(check(code: "7K3M9QX2").standing == .unknown)
        #expect(check(code: "").standing == .unknown)
        #expect(check(code: "7K3M9QX1X").standing == .unknown)
        #expect(check(code: "7K3M9QX2", sha256: hash).standing == .unknown, "a right file does not make up for a wrong code")
        #expect(check(sha256: hash, exists: false).standing == .unknown)
        #expect(check().standing == .unknown, "the number alone shows nothing")
    }

    @Test func anotherFileIsAltered() {
        let other = String(repeating: "cd", count: 32)
        for verification in [check(sha256: other), check(code: "7K3M9QX1", sha256: other)] {
            #expect(verification.standing == .altered)
            #expect(verification.facts == nil)
        }
        // No PDF was ever made of it: no file can be it, not even an empty claim.
        for claimed in [other, "", String(repeating: "-", count: 64)] {
            let noPaperYet = NoticeVerification.check(
                NoticeClaim(number: "", code: nil, sha256: claimed), notice: Fixtures.notice, outcome: Fixtures.open, pdfHash: nil, successor: nil,
                contentHash: "")
            #expect(noPaperYet.standing == .altered)
        }
    }

    @Test func aNewerVersionTakesItsPlaceAndItsNumberIsOnlyForWhoHasTheCode() {
        let withCode = check(code: "7K3M9QX1", successor: Fixtures.successor)
        #expect(withCode.standing == .superseded)
        #expect(withCode.supersededBy == Fixtures.successor.number)
        #expect(withCode.supersededOn == CivilDate(year: 2026, month: 11, day: 25))
        let withFile = check(sha256: hash, successor: Fixtures.successor)
        #expect(withFile.standing == .superseded)
        #expect(withFile.supersededBy == nil)
        #expect(withFile.supersededOn != nil)
    }

    @Test func nothingAboutPeopleIsTold() throws {
        var outcome = Fixtures.open
        outcome.note = "SECRET"
        for index in outcome.entries.indices { outcome.entries[index].note = "SECRET" }
        let verification = NoticeVerification.check(
            NoticeClaim(number: Fixtures.notice.number, code: Fixtures.notice.code, sha256: nil), notice: Fixtures.notice, outcome: outcome, pdfHash: nil,
            successor: nil, contentHash: "")
        let json = String(decoding: try WireCoding.encoder().encode(verification), as: UTF8.self)
        for word in ["SECRET", "陈小燕", "林", Fixtures.notice.code, "身份证"] { #expect(!json.contains(word), "\(word)") }
    }

    @Test func secretsAreComparedWhole() {
        #expect(isSameSecret("abc", "abc"))
        for (given, kept) in [("abd", "abc"), ("ab", "abc"), ("abcabc", "abc"), ("", "abc"), ("abc", ""), ("ABC", "abc")] {
            #expect(!isSameSecret(given, kept), "\(given) \(kept)")
        }
        #expect(isSameSecret("", ""))
    }
}

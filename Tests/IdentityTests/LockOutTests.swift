import Crypto
import Foundation
import Identity
import SignalingProtocol
import Testing

@Suite("Delays after wrong tries")
struct LockOutTests {
    private let start = Instant(milliseconds: 1_795_395_600_000)
    private let rule = LockOut.Rule(freeTries: 3, firstDelay: .seconds(30), longestDelay: .minutes(15), memory: .minutes(60 * 24))

    @Test func growAndStayBelowTheLongest() {
        var lockOut = LockOut(rule)
        var now = start
        for _ in 0..<3 { #expect(lockOut.attempt("a", at: now) == nil) }
        for seconds in [30, 60, 120, 240, 480, 900, 900, 900] as [Int64] {
            #expect(lockOut.attempt("a", at: now) == .seconds(seconds))
            now = now + .seconds(seconds)
            #expect(lockOut.lockedUntil("a", at: now) == nil)
            #expect(lockOut.attempt("a", at: now) == nil, "after the wait one more may be tried")
        }
        for _ in 0..<100 {
            now = now + .minutes(15)
            #expect(lockOut.attempt("a", at: now) == nil, "however long it goes on")
        }
    }

    @Test func areNotMadeLongerByTryingOn() {
        var lockOut = LockOut(rule)
        for _ in 0..<3 { _ = lockOut.attempt("a", at: start) }
        for second in 0..<30 { #expect(lockOut.attempt("a", at: start + .seconds(Int64(second))) == .seconds(30 - Int64(second))) }
        #expect(lockOut.attempt("a", at: start + .seconds(30)) == nil)
    }

    @Test func countATryWhenItBeginsAndTakeBackARightOne() {
        var lockOut = LockOut(rule)
        for _ in 0..<50 {
            #expect(lockOut.attempt("a", at: start) == nil, "right ones never add up")
            lockOut.forgive("a")
        }
        for _ in 0..<3 { #expect(lockOut.attempt("a", at: start) == nil) }
        #expect(lockOut.attempt("a", at: start) != nil, "many at once are counted before any is answered")
        lockOut.forgive("a")
        #expect(lockOut.attempt("a", at: start) == nil)
    }

    @Test func endWithASuccessAndAreForgottenAfterAWhile() {
        var lockOut = LockOut(rule)
        for _ in 0..<3 { _ = lockOut.attempt("a", at: start) }
        #expect(lockOut.lockedUntil("a", at: start) == start + .seconds(30))
        lockOut.clear("a")
        #expect(lockOut.lockedUntil("a", at: start) == nil)
        for _ in 0..<3 { #expect(lockOut.attempt("a", at: start) == nil) }
        let later = start + .minutes(60 * 24)
        for _ in 0..<3 { #expect(lockOut.attempt("a", at: later) == nil, "a day later the tries are free again") }
        #expect(lockOut.attempt("a", at: later) != nil)
    }

    @Test func ofOneAreNotThoseOfAnother() {
        var lockOut = LockOut(rule)
        for _ in 0..<3 { _ = lockOut.attempt("stranger", at: start) }
        #expect(lockOut.attempt("owner", at: start) == nil)
    }

    @Test func keepNoMoreKeysThanThereIsRoomFor() {
        var lockOut = LockOut(rule)
        for number in 0..<25_000 { #expect(lockOut.attempt("\(number)", at: start + Milliseconds(Int64(number))) == nil) }
        for _ in 0..<2 { _ = lockOut.attempt("24999", at: start + .seconds(25)) }
        #expect(lockOut.attempt("24999", at: start + .seconds(25)) != nil, "the latest are kept")
    }
}

@Suite("Known devices")
struct KnownDeviceTests {
    private let start = Instant(milliseconds: 1_795_395_600_000)
    private let key = SymmetricKey(data: Data([1, 2, 3]))

    @Test func areKnownToTheServerThatMadeThemForTheAccountAlone() {
        let device = KnownDevice(at: start)
        let text = device.text(for: "a", key: key)
        #expect(KnownDevice(text: text, for: "a", key: key, at: start)?.name == device.name)
        #expect(KnownDevice(text: text, for: "b", key: key, at: start) == nil)
        #expect(KnownDevice(text: text, for: "a", key: SymmetricKey(data: Data([1])), at: start) == nil)
        #expect(KnownDevice(text: text, for: "a", key: key, at: start + KnownDevice.lifetime) == nil)
        for damaged in ["", ".", "..", text + "A", "x" + text, text.replacing(".", with: ""), String(repeating: ".", count: 500)] {
            #expect(KnownDevice(text: damaged, for: "a", key: key, at: start) == nil, "\(damaged)")
        }
    }
}

@Suite("Rules for passwords")
struct PasswordPolicyTests {
    private func problem(_ policy: PasswordPolicy, _ password: String) -> PasswordPolicy.Problem? { policy.problem(password, account: "agent8", name: "许丽君") }

    @Test func askForLengthAndNothingOddByNIST() {
        #expect(problem(.nist, "harbour lantern") == nil)
        #expect(problem(.nist, "月光照在城墙上很安静") == nil)
        #expect(problem(.nist, "kqzvwmhbt") == .tooShort)
        #expect(problem(.nist, String(repeating: "harbour ", count: 17)) == .tooLong)
    }

    @Test func refuseWhatIsCommonUnderBoth() {
        for password in [
            "1234567890", "password123", "Password2026!", "P@ssw0rd2026", "qwertyuiop", "woaini1314520", "aaaaaaaaaaaa", "admin123456", "Farwindow2026",
        ] {
            for policy in PasswordPolicy.allCases { #expect(problem(policy, password) == .tooCommon, "\(password)") }
        }
    }

    @Test func refuseTheAccountAndTheNameInIt() {
        for password in ["xk-agent8-pw", "AGENT8-quiet-lane", "许丽君的小花园在山上面"] {
            for policy in PasswordPolicy.allCases { #expect(problem(policy, password) == .personal, "\(password)") }
        }
    }

    @Test func askForThreeClassesUnderGradedProtection() {
        for password in ["harbour-lantern", "harbourlantern", "harbour7lantern", "HARBOUR7LANTERN"] {
            #expect(problem(.gradedProtection, password) == .tooFewClasses, "\(password)")
        }
        for password in ["Harbour7lantern", "harbour-7-lantern", "Harbour-lantern"] { #expect(problem(.gradedProtection, password) == nil, "\(password)") }
    }

    @Test func endAfterNinetyDaysUnderGradedProtectionOnly() {
        let set = Instant(milliseconds: 1_795_395_600_000)
        let day = Milliseconds.minutes(24 * 60)
        #expect(!PasswordPolicy.nist.isExpired(setAt: nil, at: set))
        #expect(!PasswordPolicy.nist.isExpired(setAt: set, at: set + Milliseconds(day.count * 9_999)))
        #expect(!PasswordPolicy.gradedProtection.isExpired(setAt: set, at: set + Milliseconds(day.count * 90 - 1)))
        #expect(PasswordPolicy.gradedProtection.isExpired(setAt: set, at: set + Milliseconds(day.count * 90)))
        #expect(PasswordPolicy.gradedProtection.isExpired(setAt: nil, at: set), "nobody knows since when")
        #expect(PasswordPolicy.gradedProtection.remembered == 5)
    }
}

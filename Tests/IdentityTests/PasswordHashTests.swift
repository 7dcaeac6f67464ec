import Foundation
import Identity
import Testing

@Suite("A password's hash")
struct PasswordHashTests {
    /// Cheap, so that the tests are quick: the cost is part of the text.
    private func cheapText(rounds: String = "16", blockSize: String = "1", parallelism: String = "1", salt: [UInt8] = [], key: String) -> String {
        "scrypt$\(rounds)$\(blockSize)$\(parallelism)$\(Data(salt).base64EncodedString())$\(key)"
    }

    private func base64(hexadecimal: String) -> String {
        let digits = Array(hexadecimal)
        return Data(stride(from: 0, to: digits.count, by: 2).map { UInt8(String(digits[$0...$0 + 1]), radix: 16) ?? 0 }).base64EncodedString()
    }

    private static let emptyPasswordKey = "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"

    @Test func matchesItsPasswordAndNoOther() throws {
        let hash = try PasswordHash(password: "正确的 密码 🐬")
        let stored = try #require(PasswordHash(text: hash.text))
        #expect(stored == hash)
        #expect(stored.matches("正确的 密码 🐬"))
        for wrong in ["", "正确的 密码", "正确的 密码 🐬 ", "正确的  密码 🐬"] { #expect(!stored.matches(wrong), "'\(wrong)'") }
    }

    @Test func isAnotherEachTimeAndNeverHoldsThePassword() throws {
        let first = try PasswordHash(password: "horse-battery")
        let second = try PasswordHash(password: "horse-battery")
        #expect(first.text != second.text)
        #expect(!first.text.contains("horse"))
        #expect(first.text.hasPrefix("scrypt$32768$8$1$"), "OWASP's least cost for scrypt is lower")
    }

    @Test func doesNotCareHowAnAccentWasTyped() throws {
        let hash = try PasswordHash(password: "caf\u{e9} \u{1e69}")
        #expect(hash.matches("cafe\u{301} s\u{323}\u{307}"))
        #expect(hash.matches("cafe\u{301} s\u{307}\u{323}"), "in either order")
        #expect(!hash.matches("cafe s"))
    }

    /// RFC 7914, 12. The vectors have 64 bytes; the first 32 of PBKDF2's output do not depend on how many are asked for.
    @Test func agreesWithTheVectorsOfTheRFC() throws {
        let empty = try #require(PasswordHash(text: cheapText(key: base64(hexadecimal: Self.emptyPasswordKey))))
        #expect(empty.matches(""))
        #expect(!empty.matches("a"))
        let please = try #require(
            PasswordHash(
                text: cheapText(
                    rounds: "16384", blockSize: "8", salt: Array("SodiumChloride".utf8),
                    key: base64(hexadecimal: "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"))))
        #expect(please.matches("pleaseletmein"))
        #expect(!please.matches("pleaseletmeout"))
    }

    @Test(arguments: [
        "", "scrypt", "scrypt$16$1$1$", "scrypt$16$1$1$$", "bcrypt$16$1$1$$KEY", "scrypt$16$1$1$$KEY$", "$scrypt$16$1$1$$KEY",
        "scrypt$x$1$1$$KEY", "scrypt$16$$1$$KEY", "scrypt$16$1$1$*$KEY", "scrypt$16$1$1$$KEYKEY", "scrypt$16$1$1$$*", "SCRYPT$16$1$1$$KEY",
        "scrypt$16.0$1$1$$KEY", "scrypt$ 16$1$1$$KEY",
    ])
    func isNotReadFromMalformedText(_ text: String) {
        let key = base64(hexadecimal: Self.emptyPasswordKey)
        #expect(PasswordHash(text: text.replacing("KEY", with: key)) == nil)
    }

    /// Whoever can write a hash into the database must not be able to stop the server with it.
    @Test(arguments: [
        ("1", "1", "1"), ("0", "1", "1"), ("-16", "1", "1"), ("524288", "1", "1"), ("9223372036854775808", "1", "1"), ("16", "0", "1"),
        ("16", "17", "1"), ("16", "-1", "1"), ("16", "1", "0"), ("16", "1", "5"), ("16", "1", "1000000"),
    ])
    func isNotReadWhenItCostsTooMuchOrNothing(rounds: String, blockSize: String, parallelism: String) {
        let text = cheapText(
            rounds: rounds, blockSize: blockSize, parallelism: parallelism, key: base64(hexadecimal: Self.emptyPasswordKey))
        #expect(PasswordHash(text: text) == nil)
    }

    @Test func withACostThatScryptDoesNotKnowMatchesNothing() {
        let hash = PasswordHash(text: cheapText(rounds: "15", key: base64(hexadecimal: Self.emptyPasswordKey)))
        #expect(hash?.matches("") != true)
    }
}

@Suite("A sign-in token")
struct SignInTokenTests {
    @Test func isLongFitForACookieAndNeverTheSameTwice() {
        let alphabet = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        let secrets = (0..<2_000).map { _ in SignInToken().secret }
        #expect(secrets.allSatisfy { $0.count == 43 && $0.allSatisfy(alphabet.contains) })
        #expect(Set(secrets).count == secrets.count)
        #expect(Set(secrets.joined()).count == 64, "every character of the alphabet comes up")
    }

    @Test func isKnownByAHashThatDoesNotGiveItAway() {
        let token = SignInToken()
        #expect(token.hash == SignInToken.hash(of: token.secret))
        #expect(token.hash.count == 32)
        #expect(token.hash != SignInToken().hash)
        // FIPS 180-4: SHA-256 of "abc".
        #expect(SignInToken.hash(of: "abc").base64EncodedString() == "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=")
    }
}

import Foundation
import SignalingProtocol

/// Which passwords may be chosen.
public enum PasswordPolicy: String, CaseIterable, Sendable {
    /// Long rather than odd, nothing common, no end (NIST SP 800-63B, 5.1.1.2).
    case nist
    /// Three of four classes, 90 days, the last five not again, as graded protection (GB/T 22239, 8.1.4.1) is examined.
    case gradedProtection = "graded-protection"

    /// Why a password cannot be chosen.
    public enum Problem: String, CaseIterable, Sendable {
        case tooShort = "too-short"
        case tooLong = "too-long"
        case tooCommon = "too-common"
        /// The account or the person's name is in it.
        case personal
        case tooFewClasses = "too-few-classes"
    }

    /// In characters, as a person counts them.
    public static let length = 10...128
    /// How many of small letters, capital letters, digits and other signs there must be.
    public var classes: Int {
        switch self {
        case .nist: 1
        case .gradedProtection: 3
        }
    }

    /// How long a password is good; nil: for ever.
    public var lifetime: Milliseconds? {
        switch self {
        case .nist: nil
        case .gradedProtection: .minutes(90 * 24 * 60)
        }
    }

    /// How many of the passwords before may not be taken again, the present one among them.
    public var remembered: Int {
        switch self {
        case .nist: 1
        case .gradedProtection: 5
        }
    }

    /// - Parameter setAt: nil: nobody knows, which is too long ago.
    public func isExpired(setAt: Instant?, at now: Instant) -> Bool {
        guard let lifetime else { return false }
        return setAt.map { now - $0 >= lifetime } ?? true
    }

    /// - Returns: nil when it may be chosen, as far as the password alone can tell.
    public func problem(_ password: String, account: String, name: String) -> Problem? {
        if password.count < Self.length.lowerBound { return .tooShort }
        if password.count > Self.length.upperBound { return .tooLong }
        let lower = password.lowercased()
        if lower.contains(account.lowercased()) || (name.count >= 2 && lower.contains(name.lowercased())) { return .personal }
        if Self.ownCharacters(of: lower) < Self.fewestOwnCharacters { return .tooCommon }
        if Self.classes(of: password) < classes { return .tooFewClasses }
        return nil
    }

    private static func classes(of password: String) -> Int {
        let isOther = { (character: Character) in !character.isLowercase && !character.isUppercase && !character.isNumber }
        return [
            password.contains(where: \.isLowercase), password.contains(where: \.isUppercase), password.contains(where: \.isNumber),
            password.contains(where: isOther),
        ].filter { $0 }.count
    }

    /// What must be left when everything common is taken out.
    private static let fewestOwnCharacters = 4

    /// How many different signs are left without common words, be they written as they are or with signs for letters ("p@ssw0rd").
    private static func ownCharacters(of lower: String) -> Int {
        let spelled = signsForLetters.reduce(lower) { (text: String, pair) -> String in text.replacing(pair.sign, with: pair.letter) }
        return min(Set(withoutCommonWords(lower)).count, Set(withoutCommonWords(spelled)).count)
    }

    private static let signsForLetters: [(sign: String, letter: String)] = [(sign: "@", letter: "a"), ("0", "o"), ("$", "s"), ("3", "e"), ("1", "l")]

    private static func withoutCommonWords(_ text: String) -> String { commonWords.reduce(text) { rest, word in rest.replacing(word, with: "") } }

    /// Longest first, so that none hides in another. The most used ones of the published lists, with Chinese ones and this product's own.
    private static let commonWords = [
        "123456789", "987654321", "1234567890", "qwertyuiop", "1q2w3e4r5t", "1qaz2wsx3edc", "1qaz2wsx", "qazwsxedc", "asdfghjkl", "zxcvbnm", "password",
        "passwort", "passw0rd", "iloveyou", "football", "baseball", "sunshine", "princess", "superman", "welcome", "letmein", "trustno", "starwars", "computer",
        "internet",
        "administrator", "admin", "root", "guest", "user", "test", "demo", "login", "master", "monkey", "dragon", "shadow", "secret", "changeme", "default",
        "qwerty", "qwert", "asdfgh", "abcdefgh", "abcdef", "abcd", "abc", "1234", "4321", "5678", "123123", "112233", "111111", "000000", "666666", "888888",
        "woaini", "5201314", "1314520", "1314", "520", "zhongguo", "china", "chaozhou", "beijing", "guangdong", "mima", "nihao", "aini", "wode", "farwindow",
        "yuanchuang", "taxoffice", "shuiwu", "zhengwu", "2024", "2025", "2026", "2027", "123", "321", "aaa",
    ].sorted { $0.count > $1.count }
}

import Crypto
import Foundation

/// What lets somebody in whose telephone is lost: shown once, good once.
public enum RecoveryCode {
    /// How many are made together.
    public static let count = 10
    /// Without letters and digits that look alike.
    private static let alphabet = Array("abcdefghjkmnpqrstuvwxyz23456789")

    /// Three groups of four letters and digits: 59 bits each.
    public static func make() -> [String] {
        (0..<count).map { _ in
            (0..<3).map { _ in String((0..<4).map { _ in alphabet[Int.random(in: 0..<alphabet.count)] }) }.joined(separator: "-")
        }
    }

    /// What is stored. Keyed, so that a stolen database alone cannot be searched through; bound to the account, so that a row is worth nothing under another.
    /// - Returns: nil when what was typed can be no code.
    public static func hash(_ typed: String, of account: String, key: SymmetricKey) -> Data? {
        guard typed.count <= 64 else { return nil }
        let kept = typed.lowercased().applyingTransform(.fullwidthToHalfwidth, reverse: false)?.filter { $0.isLetter || $0.isNumber } ?? ""
        guard kept.count == 12, kept.allSatisfy(alphabet.contains) else { return nil }
        return Data(HMAC<SHA256>.authenticationCode(for: Data("\(account) \(kept)".utf8), using: key))
    }
}

/// A password made by chance, for somebody who will choose one of their own.
public enum GeneratedPassword {
    /// Without letters and digits that look alike.
    private static let alphabet = Array("abcdefghjkmnpqrstuvwxyz23456789")

    /// Four groups of four letters and digits: 77 bits, and easy to type.
    public static func make() -> String {
        (0..<4).map { _ in String((0..<4).map { _ in alphabet[Int.random(in: 0..<alphabet.count)] }) }.joined(separator: "-")
    }
}

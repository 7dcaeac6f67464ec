/// A unified social credit code (统一社会信用代码, GB 32100-2015): the registering authority, the kind of body, six digits of the place, nine
/// characters of the body, and a check character modulo 31.
///
/// Self-employed people may still have a registration number of 15 digits, or their identity number with a suffix: those are no credit codes, and
/// no reason to send anybody back.
public struct CreditCode: Hashable, Sendable {
    /// Why a text is no credit code.
    public enum Fault: Error, Hashable, Sendable {
        /// Not 18 characters, a letter that the alphabet leaves out (I, O, S, V, Z), or a place that is not in digits.
        case form
        /// The last character does not follow from the others.
        case check
    }

    /// 18 characters in capitals.
    public let text: String

    /// - Parameter text: exactly the code; small letters are taken for capitals.
    public init(_ text: String) throws(Fault) {
        let characters = text.utf8.map { (97...122).contains($0) ? $0 - 32 : $0 }
        guard characters.count == 18 else { throw .form }
        var values: [Int] = []
        for character in characters {
            guard let value = Self.alphabet.firstIndex(of: character) else { throw .form }
            values.append(value)
        }
        guard values[2..<8].allSatisfy({ $0 < 10 }) else { throw .form }
        let sum = zip(values, Self.weights).reduce(0) { $0 + $1.0 * $1.1 }
        guard values[17] == (31 - sum % 31) % 31 else { throw .check }
        self.text = String(decoding: characters, as: UTF8.self)
    }

    package static let alphabet = Array("0123456789ABCDEFGHJKLMNPQRTUWXY".utf8)
    /// Powers of 3 modulo 31.
    private static let weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
}

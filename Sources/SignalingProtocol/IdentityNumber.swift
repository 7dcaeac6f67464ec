/// A resident identity number (公民身份号码, GB 11643-1999): six digits of the place of first registration, the day of birth, a running number
/// that is odd for men, and a check character after ISO 7064 MOD 11-2. The old form of 15 digits has a year of two digits and no check character.
///
/// The place is compared with the provinces' codes only. Numbers keep the code of a district long after it was dissolved, so a list of today's
/// districts would reject real people.
public struct IdentityNumber: Hashable, Sendable {
    /// Why a text is no identity number.
    public enum Fault: Error, Hashable, Sendable {
        /// Neither 18 nor 15 characters, or one that cannot stand at its place.
        case form
        /// No province has this code.
        case place
        /// No calendar has this day.
        case birth
        /// The last character does not follow from the others.
        case check
    }

    /// 18 characters, the last a digit or `X`; of an old number, the new one that follows from it.
    public let text: String
    public let birth: CivilDate
    /// Whether it was written in the old form.
    public let wasOldForm: Bool

    /// - Parameter text: exactly the number, with `X` or `x`; no spaces.
    public init(_ text: String) throws(Fault) {
        var characters = Array(text.utf8)
        let wasOldForm = characters.count == 15
        guard characters.count == 18 || wasOldForm else { throw .form }
        if wasOldForm {
            guard characters.allSatisfy(Self.isDigit) else { throw .form }
            // Old numbers were given out until 1999; the years are of the twentieth century.
            characters.insert(contentsOf: Array("19".utf8), at: 6)
            characters.append(Self.checkCharacter(of: characters))
        }
        guard characters[..<17].allSatisfy(Self.isDigit) else { throw .form }
        if characters[17] == UInt8(ascii: "x") { characters[17] = UInt8(ascii: "X") }
        guard Self.isDigit(characters[17]) || characters[17] == UInt8(ascii: "X") else { throw .form }
        func number(_ range: Range<Int>) -> Int { characters[range].reduce(0) { $0 * 10 + Int($1 - 48) } }
        guard Self.provinces.contains(number(0..<2)) else { throw .place }
        guard let birth = CivilDate(year: number(6..<10), month: number(10..<12), day: number(12..<14)), birth.year < 2100 else { throw .birth }
        guard Self.checkCharacter(of: characters[..<17]) == characters[17] else { throw .check }
        self.text = String(decoding: characters, as: UTF8.self)
        self.birth = birth
        self.wasOldForm = wasOldForm
    }

    /// GB/T 2260, first two digits, with 83 for residents from Taiwan and 91 for foreigners with permanent residence (GA 1186).
    private static let provinces: Set<Int> = Set(
        [Array(11...15), Array(21...23), Array(31...37), Array(41...46), Array(50...54), Array(61...65), [71, 81, 82, 83, 91]].joined())
    private static let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    private static let checkCharacters = Array("10X98765432".utf8)

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

    /// Of 17 digits.
    private static func checkCharacter(of digits: some Collection<UInt8>) -> UInt8 {
        checkCharacters[zip(digits, weights).reduce(0) { $0 + Int($1.0 - 48) * $1.1 } % 11]
    }
}

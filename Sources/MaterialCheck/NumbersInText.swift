import SignalingProtocol

/// Identity numbers and credit codes in text that a machine has read from a picture.
///
/// Spaces between the characters, full-width forms and look-alikes (O for 0, l for 1, …) are forgiven where the check character then agrees: that
/// nine of ten misreadings would not survive.
public struct NumbersInText: Hashable, Sendable {
    public private(set) var residents: Set<IdentityNumber> = []
    public private(set) var credits: Set<CreditCode> = []
    /// Numbers that stand alone, have every mark of an identity number or credit code, and break the check character alone. Reading errors are among
    /// them: nobody is to be told before the number has been read a second time.
    public private(set) var broken: Set<String> = []

    public init(_ text: String) {
        for line in text.split(whereSeparator: \.isNewline) {
            for run in Self.runs(of: line) { read(run) }
        }
    }

    /// Runs longer than this are no number with a label before it.
    private static let runCharacters = 64

    private mutating func read(_ run: [UInt8]) {
        guard (15...Self.runCharacters).contains(run.count) else { return }
        var found = false
        for start in 0...max(0, run.count - 18) where run.count >= 18 {
            let window = run[start..<start + 18]
            if let number = Self.identityNumber(window) {
                residents.insert(number)
                found = true
            } else if let code = Self.creditCode(window) {
                credits.insert(code)
                found = true
            }
        }
        guard !found else { return }
        if run.count == 15, let number = try? IdentityNumber(String(decoding: run, as: UTF8.self)) { residents.insert(number) }
        if run.count == 18, Self.breaksOnlyTheCheck(run) { broken.insert(String(decoding: run, as: UTF8.self)) }
    }

    private static func identityNumber(_ window: ArraySlice<UInt8>) -> IdentityNumber? {
        let digits = window.dropLast().map { lookAlikeDigits[$0] ?? $0 } + [window.last.map { identityEnds[$0] ?? $0 } ?? 0]
        return try? IdentityNumber(String(decoding: digits, as: UTF8.self))
    }

    private static func creditCode(_ window: ArraySlice<UInt8>) -> CreditCode? {
        var characters = window.map { lookAlikeLetters[$0] ?? $0 }
        for index in 2..<8 { characters[index] = lookAlikeDigits[characters[index]] ?? characters[index] }
        // The first two say who registered what; a run of any other beginning is some other number that happens to agree.
        guard isCreditBeginning(characters) else { return nil }
        if let code = try? CreditCode(String(decoding: characters, as: UTF8.self)) { return code }
        // What looks like 1 at the end may have been an L, which is the check character of many codes.
        guard window.last == UInt8(ascii: "I") else { return nil }
        characters[17] = UInt8(ascii: "L")
        return try? CreditCode(String(decoding: characters, as: UTF8.self))
    }

    private static func isCreditBeginning(_ characters: [UInt8]) -> Bool {
        let first = characters[0]
        let second = characters[1]
        return (49...57).contains(first) && ((49...53).contains(second) || second == 57) || first == UInt8(ascii: "A") || first == UInt8(ascii: "N")
    }

    private static func breaksOnlyTheCheck(_ run: [UInt8]) -> Bool {
        let text = String(decoding: run, as: UTF8.self)
        // Digits alone that agree as a code are some code, whatever they begin with.
        if (try? CreditCode(text)) != nil { return false }
        do throws(IdentityNumber.Fault) {
            _ = try IdentityNumber(text)
        } catch {
            if error == .check { return true }
        }
        guard isCreditBeginning(run), run.contains(where: { (65...90).contains($0) }) else { return false }
        do throws(CreditCode.Fault) {
            _ = try CreditCode(text)
        } catch {
            return error == .check
        }
        return false
    }

    // MARK: Characters

    /// What stands in a number: digits and capitals of the basic alphabet, with what looks like them.
    private static func runs(of line: Substring) -> [[UInt8]] {
        var runs: [[UInt8]] = []
        var run: [UInt8] = []
        for scalar in line.unicodeScalars {
            if let byte = basic(scalar) {
                run.append(byte)
            } else if !isSpace(scalar) {
                runs.append(run)
                run = []
            }
        }
        return runs + [run]
    }

    private static func basic(_ scalar: Unicode.Scalar) -> UInt8? {
        switch scalar.value {
        case 0x30...0x39, 0x41...0x5a: UInt8(scalar.value)
        case 0x61...0x7a: scalar == "l" ? UInt8(ascii: "I") : UInt8(scalar.value - 32)
        case 0xff10...0xff19: UInt8(scalar.value - 0xff10 + 48)
        case 0xff21...0xff3a: UInt8(scalar.value - 0xff21 + 65)
        case 0xff41...0xff5a: UInt8(scalar.value - 0xff41 + 65)
        // What readers make of 1 and 0 and X.
        case 0x7c, 0x5d, 0x5b, 0x21, 0x4e28: UInt8(ascii: "I")
        case 0x25cb, 0x3007: UInt8(ascii: "O")
        case 0xd7: UInt8(ascii: "X")
        default: nil
        }
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace || scalar == "\u{b7}" || scalar == "\u{200b}"
    }

    private static let lookAlikeDigits: [UInt8: UInt8] = table(["O": "0", "Q": "0", "D": "0", "I": "1", "L": "1", "Z": "2", "S": "5", "B": "8"])
    /// Letters that the code leaves out, so that each can only be a digit.
    private static let lookAlikeLetters: [UInt8: UInt8] = table(["O": "0", "I": "1", "Z": "2", "S": "5"])
    private static let identityEnds: [UInt8: UInt8] = lookAlikeDigits.merging(table(["K": "X", "Y": "X"])) { $1 }

    private static func table(_ pairs: KeyValuePairs<Unicode.Scalar, Unicode.Scalar>) -> [UInt8: UInt8] {
        Dictionary(pairs.map { (UInt8(truncatingIfNeeded: $0.key.value), UInt8(truncatingIfNeeded: $0.value.value)) }) { $1 }
    }
}

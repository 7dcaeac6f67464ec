import MaterialCheck
import SignalingProtocol
import Testing

@Suite("A file's name as it is shown")
struct FileNameTests {
    private func shown(_ name: String) -> String { FileName.displayable(name, fallback: "身份证件") }

    @Test(arguments: [
        "身份证.jpg", "营业执照 (副本).pdf", "IMG_0001.JPG", "café.png", "a", ".hidden", "…", "表格-1_2.pdf", "👩🏽.png", "名字.", " a ",
    ])
    func staysWhenNothingIsWrongWithIt(_ name: String) {
        #expect(shown(name) == name)
    }

    @Test(arguments: [
        ("/etc/passwd", "passwd"), ("../../a.jpg", "a.jpg"), ("C:\\fakepath\\照片.jpg", "照片.jpg"), ("a\\b/c.pdf", "c.pdf"), ("a/b\\c.pdf", "c.pdf"),
        ("folder/", "folder"), ("a//b.jpg", "b.jpg"), ("a/..", "身份证件"), ("/", "身份证件"), ("\\", "身份证件"), ("//\\\\", "身份证件"),
        // One character to Swift, two to everything else.
        ("a/\u{301}b.jpg", "\u{301}b.jpg"), ("a/\u{200d}b.jpg", "b.jpg"), ("..\\\u{fe0f}b.jpg", "\u{fe0f}b.jpg"),
    ])
    func isItsLastPathComponent(name: String, expected: String) {
        #expect(shown(name).unicodeScalars.elementsEqual(expected.unicodeScalars))
    }

    @Test(arguments: [
        ("a\u{0}b.jpg", "ab.jpg"), ("a\r\nSet-Cookie: x.jpg", "aSet-Cookie: x.jpg"), ("\u{1b}[31mred.jpg", "[31mred.jpg"), ("\u{7f}a\u{85}.jpg", "a.jpg"),
        ("photo\u{202e}gpj.exe", "photogpj.exe"), ("\u{2066}a\u{2069}.jpg", "a.jpg"), ("a\u{200f}.jpg", "a.jpg"), ("\u{feff}a.jpg", "a.jpg"),
        ("a\u{2028}b\u{2029}.jpg", "ab.jpg"), ("a\u{e000}.jpg", "a.jpg"), ("a\u{e0041}.jpg", "a.jpg"), ("a\u{ad}b.jpg", "ab.jpg"),
    ])
    func hasNothingThatMisleadsOrBreaks(name: String, expected: String) {
        #expect(shown(name) == expected)
    }

    @Test(arguments: ["", " ", "   ", ".", "..", "......", ". .", " . ", "\u{3000}", "\u{a0}.", "\t\n", "\u{202e}", "\u{200b}\u{200d}", "\u{0}", "\u{2028}"])
    func isTheMaterialsWhenNothingReadableIsLeft(_ name: String) {
        #expect(shown(name) == "身份证件")
    }

    @Test func isCutBetweenCharactersNeverInsideOne() {
        let limit = Limits.fileNameCharacters
        for character in ["字", "😀", "👩🏽", "e\u{301}", "🇨🇳", "a"] {
            let exact = String(repeating: character, count: limit)
            #expect(shown(exact) == exact)
            #expect(shown(exact + character) == exact, "\(character)")
            #expect(shown(String(repeating: character, count: 50_000)) == exact, "\(character)")
        }
    }

    /// A tower of accents would cover the page around it.
    @Test func isBoundedAlsoWhenOneCharacterIsEndless() {
        let tower = "a" + String(repeating: "\u{301}", count: 100_000)
        #expect(shown(tower).unicodeScalars.count <= 4 * Limits.fileNameCharacters)
        #expect(shown(tower).unicodeScalars.first == "a")
    }

    @Test func obeysItsBoundsWhateverABrowserSends() {
        var random = SplitMix(state: 20_261_123)
        for round in 0..<10_000 {
            let name = random.name()
            let result = shown(name)
            let isSafe = result.unicodeScalars.allSatisfy { scalar in
                switch scalar.properties.generalCategory {
                case .control, .format, .surrogate, .privateUse, .lineSeparator, .paragraphSeparator, .unassigned: false
                default: scalar != "/" && scalar != "\\"
                }
            }
            let isReadable = !result.allSatisfy { $0.isWhitespace || $0 == "." }
            guard isSafe, isReadable, (1...Limits.fileNameCharacters).contains(result.count), shown(result) == result else {
                Issue.record("round \(round): \(name.unicodeScalars.map { String($0.value, radix: 16) })")
                return
            }
        }
    }
}

extension SplitMix {
    /// Mostly troublesome scalars, some from anywhere.
    fileprivate mutating func name() -> String {
        let trouble: [Unicode.Scalar] = [
            "/", "\\", ".", " ", "\u{0}", "\n", "\u{301}", "\u{200d}", "\u{202e}", "\u{fe0f}", "\u{1f3fd}", "\u{1f1e8}", "\u{3000}", "字", "a", "😀", "\u{0e33}",
        ]
        var scalars = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...200, using: &self) {
            let anywhere = Unicode.Scalar(UInt32.random(in: 0...0x10ffff, using: &self))
            scalars.append(Bool.random(using: &self) ? trouble[Int.random(in: 0..<trouble.count, using: &self)] : anywhere ?? "x")
        }
        return String(scalars)
    }
}

import Foundation

/// What one pass of a reader saw on a page.
struct TextReading: Hashable, Sendable {
    struct Line: Hashable, Sendable {
        /// Without spaces: Chinese has none, and the reader puts them anywhere.
        var text: String
        /// Mean of the words' confidence, 0 to 100.
        var confidence: Double
    }

    var lines: [Line] = []
    /// Chinese characters in words that the reader was sure of.
    var sureCharacters = 0

    /// Below this the reader guesses.
    static let sureConfidence = 70.0

    /// Text that needed no reading.
    init(layer: String) {
        lines = layer.split(whereSeparator: \.isNewline).map { Line(text: Self.compact($0), confidence: 100) }.filter { !$0.text.isEmpty }
        sureCharacters = lines.reduce(0) { $0 + $1.text.unicodeScalars.count(where: Self.isChinese) }
    }

    /// tesseract's table: level, page, block, paragraph, line, word, left, top, width, height, confidence, text.
    init(tesseractTable data: Data) {
        var words: [(line: [Substring], confidence: Double, text: Substring)] = []
        for row in String(decoding: data, as: UTF8.self).split(separator: "\n") {
            let fields = row.split(separator: "\t", omittingEmptySubsequences: false)
            guard fields.count >= 12, fields[0] == "5", let confidence = Double(fields[10]) else { continue }
            words.append((Array(fields[1...4]), confidence, fields[11]))
        }
        var place: [Substring] = []
        var current: [(confidence: Double, text: Substring)] = []
        func finish() {
            let text = Self.compact(current.map(\.text).joined())
            guard !text.isEmpty else { return }
            lines.append(Line(text: text, confidence: current.reduce(0) { $0 + $1.confidence } / Double(current.count)))
        }
        for word in words {
            if word.line != place {
                finish()
                current = []
                place = word.line
            }
            current.append((word.confidence, word.text))
            if word.confidence >= Self.sureConfidence { sureCharacters += word.text.unicodeScalars.count(where: Self.isChinese) }
        }
        finish()
    }

    /// All lines as one.
    var text: String { lines.map(\.text).joined() }

    /// Without white space, full-width digits and letters as basic ones, and all marks that Chinese and Latin write differently as Latin writes them.
    static func compact(_ text: some StringProtocol) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars where !scalar.properties.isWhitespace {
            switch scalar.value {
            case 0xff01...0xff5e: result.append(Unicode.Scalar(scalar.value - 0xfee0) ?? scalar)
            case 0x3002: result.append(".")
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    static func isChinese(_ scalar: Unicode.Scalar) -> Bool { (0x4e00...0x9fff).contains(scalar.value) }
}

/// tesseract on pages that lie in the work folder.
struct TextReader {
    let folder: WorkFolder

    /// Two looks at one page that err in different ways: at a card's letters and at a page's, with and without Latin letters.
    private static let looks: [(pixels: Int, language: String, segmentation: Int)] = [(1_600, "chi_sim", 6), (2_400, "chi_sim+eng", 11)]

    /// - Parameter name: an upright PGM, at most `ReadingCheck.drawnPixels` long.
    /// - Returns: what each look saw; empty when there is no tesseract or it failed.
    func read(_ name: String) -> [TextReading] {
        let runs = Self.looks.enumerated().compactMap { index, look -> WorkFolder.Running? in
            let picture = "look-\(index)-\(name)"
            guard folder.run(.vips, ["thumbnail", name, picture, "\(look.pixels)", "--size", "down"], ownInput: true) != nil else { return nil }
            return start(picture, language: look.language, segmentation: look.segmentation)
        }
        // Both at once: a machine has two cores at least, and a person waits.
        return runs.compactMap(finish)
    }

    /// A quick look, to compare one way of holding the page with another.
    func glance(_ names: [String]) -> [TextReading?] {
        names.map { start($0, language: "chi_sim", segmentation: 6) }.map { $0.flatMap(finish) }
    }

    /// Digits and letters alone: a third opinion on a number.
    func readNumbers(_ name: String) -> TextReading? { start(name, language: "eng", segmentation: 11).flatMap(finish) }

    private func start(_ name: String, language: String, segmentation: Int) -> WorkFolder.Running? {
        folder.start(.tesseract, [name, "stdout", "-l", language, "--psm", "\(segmentation)", "tsv"], output: "\(name).\(segmentation).\(language).tsv")
    }

    private func finish(_ running: WorkFolder.Running) -> TextReading? {
        guard let result = running.finish(), result.exitCode == 0 else { return nil }
        return TextReading(tesseractTable: result.output)
    }
}

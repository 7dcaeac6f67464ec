import Foundation
import SignalingProtocol

/// Names of the entries of an export: safe to unpack on any system, unique whatever the case of letters, and still telling what a file is.
enum ExportPath {
    static let outcome = "outcome.json"
    static let timeline = "timeline.json"
    static let exchange = "exchange.json"

    static func notice(version: Int) -> String { "notice-\(version).pdf" }

    /// Characters kept of the name that a file came with.
    private static let stemCharacters = 60
    private static let stemScalars = 120

    /// `files/M1-1 身份证.jpg`: the material, a number that counts within it, the name a person gave, the ending that the content calls for.
    static func files(_ files: [FileView]) -> [FileID: String] {
        var counts: [String: Int] = [:]
        var paths: [FileID: String] = [:]
        for file in files {
            // Codes may differ in the case of letters alone.
            let number = (counts[file.materialID.text.lowercased()] ?? 0) + 1
            counts[file.materialID.text.lowercased()] = number
            let stem = stem(file.name)
            paths[file.id] = "files/\(file.materialID)-\(number)\(stem.isEmpty ? "" : " " + stem).\(file.mediaType.fileExtension)"
        }
        return paths
    }

    /// Whether a character may stand in an entry's name at all: none that is unseen, turns the reading direction or means something to a file system.
    static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .lineSeparator, .paragraphSeparator, .unassigned: false
        // U+FFFD stands for bytes that are no UTF-8.
        default: scalar != "\\" && scalar != ":" && scalar != "\u{fffd}"
        }
    }

    private static func stem(_ name: String) -> String {
        let harmless = name.unicodeScalars.filter { isHarmless($0) && !"/*?\"<>|".unicodeScalars.contains($0) }.prefix(stemScalars)
        var text = String(String(String.UnicodeScalarView(harmless)).prefix(stemCharacters))
        // The ending it came with says nothing.
        if let dot = text.lastIndex(of: "."), text.distance(from: dot, to: text.endIndex) <= 6 { text = String(text[..<dot]) }
        return text.trimmingCharacters(in: CharacterSet(charactersIn: ". ").union(.whitespacesAndNewlines))
    }
}

import Foundation
import MaterialCheck
import SignalingProtocol

/// Runs the inspector over a corpus and counts, finding by finding, how often it was right.
struct GateMeasure {
    struct Manifest: Decodable {
        struct Entry: Decodable {
            let file: String
            let variant: String
            let kind: String
            let expected: [FindingCode]
            let materialName: String
            let expectations: Expectations
            /// The same picture; of each group the first is the original.
            let group: String?
        }
        let today: CivilDate
        let entries: [Entry]
    }

    struct Counts {
        var right = 0
        /// Told, and not so.
        var wrong = 0
        /// So, and not told.
        var missed = 0
    }

    let folder: URL
    let inspector: Inspector
    private(set) var counts: [FindingCode: Counts] = [:]
    /// Files without a fault, and how many of them got any finding.
    private(set) var faultless = (files: 0, withFindings: 0)
    private(set) var refused: [String] = []
    /// One line for each file that was judged wrongly.
    private(set) var errors: [String] = []

    init(folder: URL, inspector: Inspector) {
        self.folder = folder
        self.inspector = inspector
    }

    mutating func run() throws {
        let manifest = try JSONDecoder().decode(Manifest.self, from: Data(contentsOf: folder.appending(path: "manifest.json")))
        var prints: [(file: String, prints: [PagePrint])] = []
        for entry in manifest.entries {
            let bytes = try Data(contentsOf: folder.appending(path: entry.file))
            var request = InspectionRequest(
                stage: .safety, formats: FileMediaType.allCases, materialName: entry.materialName, expectations: entry.expectations, today: manifest.today)
            let safety = try inspector.inspect(bytes, request)
            if safety.isRefused { refused.append("\(entry.file): \(safety.findings.map(\.code.rawValue))") }
            request.stage = .reading
            let reading = try inspector.inspect(bytes, request)
            var found = Set((safety.findings + reading.findings).map(\.code))
            if entry.variant != "blank-page", reading.pages == 1, let print = reading.pagePrints.first {
                if prints.contains(where: { $0.prints.contains { $0.resembles(print) } }) { found.insert(.duplicate) }
                prints.append((entry.file, [print]))
            }
            count(entry, found)
        }
    }

    private mutating func count(_ entry: Manifest.Entry, _ found: Set<FindingCode>) {
        let expected = Set(entry.expected)
        for code in found.union(expected) {
            if found.contains(code), expected.contains(code) {
                counts[code, default: Counts()].right += 1
            } else if found.contains(code) {
                counts[code, default: Counts()].wrong += 1
            } else {
                counts[code, default: Counts()].missed += 1
            }
        }
        if expected.isEmpty {
            faultless.files += 1
            if !found.isEmpty { faultless.withFindings += 1 }
        }
        if found != expected {
            let list = { (codes: Set<FindingCode>) in codes.map(\.rawValue).sorted().joined(separator: " ") }
            errors.append("\(entry.file) (\(entry.kind)): missed [\(list(expected.subtracting(found)))], wrongly [\(list(found.subtracting(expected)))]")
        }
    }

    /// Precision and recall of each finding, as a Markdown table.
    var table: String {
        var lines = ["| Finding | Files with it | Told | Precision | Recall |", "|---|---|---|---|---|"]
        for code in FindingCode.allCases {
            guard let count = counts[code] else { continue }
            func share(_ part: Int, of whole: Int) -> String { whole == 0 ? "–" : "\(Int((Double(part) / Double(whole) * 100).rounded())) %" }
            let told = count.right + count.wrong
            let there = count.right + count.missed
            lines.append("| \(code.rawValue) | \(there) | \(told) | \(share(count.right, of: told)) | \(share(count.right, of: there)) |")
        }
        return lines.joined(separator: "\n")
    }

    /// Milliseconds of one stage for one file, sorted.
    func times(_ file: String, _ stage: InspectionStage, rounds: Int) throws -> [Int] {
        let bytes = try Data(contentsOf: folder.appending(path: file))
        guard let today = CivilDate(year: 2026, month: 11, day: 23) else { return [] }
        let request = InspectionRequest(stage: stage, formats: FileMediaType.allCases, materialName: "代理委托书", today: today)
        let clock = ContinuousClock()
        return try (0..<rounds).map { _ in
            let elapsed = try clock.measure { _ = try inspector.inspect(bytes, request) }
            return Int(elapsed.components.seconds * 1_000 + elapsed.components.attoseconds / 1_000_000_000_000_000)
        }.sorted()
    }
}

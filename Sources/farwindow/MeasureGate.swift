import ArgumentParser
import Foundation
import MaterialCheck

struct MeasureGate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measure-gate", abstract: "Measure what the readiness gate says of a made-up corpus. See ops/measure-gate.")

    @Argument(help: "Folder that Tests/Corpus/make_corpus.py has filled.") var corpus: String
    @Option(help: "Rounds of each timing.") var rounds = 20

    func run() throws {
        let scratch = FileManager.default.temporaryDirectory.appending(path: "farwindow-gate-\(ProcessInfo.processInfo.processIdentifier)")
        defer { try? FileManager.default.removeItem(at: scratch) }
        let inspector = Inspector(configuration: InspectorConfiguration(scratchDirectory: scratch))
        var measure = GateMeasure(folder: URL(filePath: corpus), inspector: inspector)
        try measure.run()
        for error in measure.errors { print(error) }
        for file in measure.refused { print("refused: \(file)") }
        print("\n\(measure.table)\n")
        print("Faultless files: \(measure.faultless.files), with any finding: \(measure.faultless.withFindings)\n")
        print("| File | Stage | p50 | p95 |\n|---|---|---|---|")
        for (file, name) in [("timing-photograph.jpg", "3 MB photograph"), ("timing-document.pdf", "10-page PDF, scanned")] {
            for stage in [InspectionStage.safety, .reading] {
                let times = try measure.times(file, stage, rounds: rounds)
                guard !times.isEmpty else { continue }
                print("| \(name) | \(stage.rawValue) | \(times[times.count / 2]) ms | \(times[min(times.count - 1, times.count * 95 / 100)]) ms |")
            }
        }
    }
}

import ArgumentParser
import BrokerStore
import Foundation
import SignalingProtocol

struct Retention: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retention", abstract: "Take out personal data that has been kept for long enough.",
        discussion: """
            Counted from when the last visit of a case ended; what is under way is never touched. The server does the same once a day; it may run meanwhile.

            --periods names a JSON file with days, or null for until somebody asks for erasure. What it does not name is kept as here:
              {"files_days": 365, "chat_days": 180, "case_fields_days": 365, "notices_days": 1825, "cases_days": null, "citizens_days": 365,
               "key_copy_days": 7}

            Exit codes: 0 done; 1 not done, run it again.
            """)

    @Option(help: "Folder for database, files and keys.") var data = "data"
    @Option(help: "JSON file with the periods.") var periods: String?
    @Flag(help: "Take nothing, only say how much it would be.") var dryRun = false

    func run() throws {
        try telling {
            let folder = try DataFolder(data)
            let periods = try periods.map { try RetentionPeriods(file: URL(filePath: $0)) } ?? RetentionPeriods()
            let now = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
            let report = try folder.store().retain(
                periods, in: folder.vault(), marking: FinishedErasures(keyFolder: folder.keys), at: now, removing: !dryRun)
            for kind in RetentionReport.Kind.allCases {
                guard let count = report.counts[kind] else { continue }
                print("\(dryRun ? "would take" : "took") \(kind.rawValue): \(count)")
            }
        }
    }
}

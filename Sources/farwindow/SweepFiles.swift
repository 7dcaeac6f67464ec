import ArgumentParser
import BrokerStore
import SignalingProtocol

struct SweepFiles: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep-files", abstract: "Remove stored files that no case refers to, and report recorded files that are missing or damaged.",
        discussion: """
            The server may run meanwhile; what is younger than --older-than-minutes is left alone. Rows and damaged files are never removed.

            Exit codes: 0 nothing is missing or damaged; 1 could not sweep; 3 something is missing or damaged.
            """)

    @Option(help: "Folder for database, files and keys.") var data = "data"
    @Option(help: "Least age of what is removed.") var olderThanMinutes: Int64 = 24 * 60
    @Option(help: "How closely recorded files are examined: names, headers, contents.") var examine: FileExamination = .headers
    @Flag(help: "Remove nothing.") var dryRun = false

    static let filesWanting = ExitCode(3)

    func validate() throws {
        guard (0...525_600).contains(olderThanMinutes) else { throw ValidationError("--older-than-minutes must be 0 to a year.") }
    }

    func run() throws {
        try telling {
            let folder = try DataFolder(data)
            let report = try folder.store().sweepFiles(
                of: folder.vault(), olderThan: .minutes(olderThanMinutes), examining: examine, removing: !dryRun)
            let verb = dryRun ? "would remove" : "removed"
            for file in report.orphans { print("\(verb): \(file)") }
            for name in report.leftovers { print("\(verb): \(name)") }
            for file in report.missing { print("missing: \(file)") }
            for file in report.damaged { print("damaged: \(file)") }
            print("\(verb) \(report.orphans.count + report.leftovers.count), missing \(report.missing.count), damaged \(report.damaged.count)")
            guard report.missing.isEmpty, report.damaged.isEmpty else { throw Self.filesWanting }
        }
    }
}

extension FileExamination: ExpressibleByArgument {}

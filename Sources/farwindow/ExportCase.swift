import ArgumentParser
import BrokerStore
import Foundation
import SignalingProtocol

struct ExportCase: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export-case", abstract: "Write a case as one signed ZIP.",
        discussion: """
            The ZIP holds personal data in the clear and is readable by its owner alone. The public key for verifying it is keys/export-public-key.pem in \
            the data folder. The server may run meanwhile. A notice that nobody has had printed yet is named, here and in timeline.json; the export of the \
            running server has it printed.

            Exit codes: 0 written; 1 not written; 4 there is no such case.
            """)

    @Option(help: "Folder for database, files and keys.") var data = "data"
    @Option(help: "Number of the case.") var number: String
    @Option(help: "File to write; must not be there yet.") var out: String

    static let noSuchCase = ExitCode(4)

    func run() throws {
        try telling {
            let target = URL(filePath: out).absoluteURL
            guard !FileManager.default.fileExists(atPath: target.path) else {
                throw CommandFailure(code: "export_exists", sentence: "\(target.path) is there already", exitCode: .failure)
            }
            let folder = try DataFolder(data)
            guard let exported = try folder.store().exportedCase(number: number) else {
                throw CommandFailure(code: "not_found", sentence: "there is no case \(number)", exitCode: Self.noSuchCase)
            }
            let vault = try folder.vault()
            let exporter = CaseExporter(signingKey: try ExportSigningKey(in: folder.keys))
            let now = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
            try exporter.write(
                exported, bytes: { file throws(VaultError) in try vault.get(file, of: exported.record.id) }, at: now, to: target)
            for number in exported.unprintedNotices { print("not printed, and so not in it: notice \(number)") }
            print("wrote \(target.path): \(exported.keptFiles.count) files, \(exported.outcomes.count) outcomes")
        }
    }
}

import ArgumentParser
import BrokerServer
import BrokerStore
import Foundation

struct LoadCatalogue: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load-catalogue", abstract: "Take new items and new versions of items from a catalogue file.",
        discussion: """
            A version is never changed: a correction has the next number in the item's "version". All of the file is taken or nothing. What is new serves \
            nobody yet: an administrator has each hall adopt it, on the administration page. The server may run meanwhile. \
            ops/demonstration/tax-catalogue.json shows the file's form.

            Exit codes: 0 taken; 1 not taken; 3 a version is there already with another content, nothing was taken.
            """)

    @Argument(help: "The catalogue, a JSON file.") var file: String
    @Option(help: "Folder for database, files and keys.") var data = "data"
    @Flag(help: "Only say what would be taken.") var dryRun = false

    static let versionRefused = ExitCode(3)

    func run() throws {
        try telling {
            let entries: [CatalogueFile.Entry]
            do throws(CatalogueFileError) {
                entries = try CatalogueFile.entries(in: URL(filePath: file).absoluteURL)
            } catch {
                throw CommandFailure(code: "catalogue_unreadable", sentence: error.sentence, exitCode: .failure)
            }
            let result = try DataFolder(data).store().importVersions(entries.map(\.item), dryRun: dryRun)
            for line in result.lines { print("\(Self.word(line.change)): \(line.item.code) version \(line.item.version) \(line.item.name)") }
            let refused = result.lines.filter { $0.change == .refused }.map { "\($0.item.code) version \($0.item.version)" }
            guard result.isAccepted else {
                throw CommandFailure(
                    code: "version_refused",
                    sentence: "\(refused.joined(separator: ", ")): there already with another content; give it the next version number. Nothing was taken",
                    exitCode: Self.versionRefused)
            }
            let taken = result.lines.count { $0.change != .unchanged }
            print("\(dryRun ? "would take" : "took") \(taken), unchanged \(result.lines.count - taken)")
        }
    }

    private static func word(_ change: CatalogueImport.Change) -> String {
        switch change {
        case .newItem: "new item"
        case .newVersion: "new version"
        case .unchanged: "unchanged"
        case .refused: "refused"
        }
    }
}

import ArgumentParser
import MaterialCheck

/// Started by the server itself, once for each file that it inspects.
struct InspectFile: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect-file", abstract: "Inspect one file from standard input, under limits.", shouldDisplay: false)

    func run() throws {
        let code = InspectionWorker.run()
        guard code == 0 else { throw ExitCode(code) }
    }
}

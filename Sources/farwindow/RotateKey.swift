import ArgumentParser
import BrokerStore

struct RotateKey: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate-key", abstract: "Make a new master key for the files, move every file to it, and retire the older key.",
        discussion: """
            No file is encrypted anew: only its data key is wrapped again. The server may run meanwhile. A rotation that was broken off is gone on \
            with by running this again. An older backup of the files needs the keys/master.key that was backed up with it: keep them together.

            Exit codes: 0 done; 1 not done, run it again; 3 done but for damaged files, for whose sake the older key is kept.
            """)

    @Option(help: "Folder for database, files and keys.") var data = "data"
    @Flag(help: "Make a new key even though an older one is still kept for damaged files.") var another = false

    static let filesDamaged = ExitCode(3)

    func run() throws {
        try telling {
            let report = try DataFolder(data).vault().rotateMasterKey(makingAnother: another)
            print(report.wentOn ? "went on with key \(report.newestKey)" : "made key \(report.newestKey)")
            print("files rewrapped: \(report.rewrapped)")
            guard report.damaged.isEmpty else {
                for file in report.damaged.sorted() { print("damaged: \(file)") }
                print("older keys kept: restore the damaged files from a backup or remove them, then run this again")
                throw Self.filesDamaged
            }
            print("older keys retired: \(report.retired)")
        }
    }
}

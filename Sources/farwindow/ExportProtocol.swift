import ArgumentParser
import Foundation
import SignalingProtocol

struct ExportProtocol: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write asyncapi.json, the golden fixtures and the client's tables from the Swift types.")

    @Option(help: "The repository's folder.") var root = "."
    @Flag(help: "Write nothing; fail when a file is stale.") var check = false

    func run() throws {
        if check {
            let stale = ProtocolExport.stale(comparedWith: root)
            guard stale.isEmpty else {
                print("stale, run farwindow export-protocol:\n" + stale.map { "  " + $0 }.joined(separator: "\n"))
                throw ExitCode(1)
            }
            return print("protocol files are fresh")
        }
        for (path, bytes) in ProtocolExport.files() {
            let file = URL(filePath: root).appending(path: path)
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(bytes).write(to: file)
        }
    }
}

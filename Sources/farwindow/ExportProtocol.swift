import ArgumentParser
import BrokerCore
import Foundation
import SignalingProtocol

struct ExportProtocol: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write asyncapi.json, the golden fixtures, the client's tables and the state machines' tables from the Swift types.")

    @Option(help: "The repository's folder.") var root = "."
    @Flag(help: "Write nothing; fail when a file is stale.") var check = false

    func run() throws {
        if check {
            var stale = ProtocolExport.stale(comparedWith: root)
            let article = try? Data(contentsOf: URL(filePath: root).appending(path: StateMachineArticle.path))
            if article != Data(StateMachineArticle.text.utf8) { stale.append(StateMachineArticle.path) }
            guard stale.isEmpty else {
                print("stale, run farwindow export-protocol:\n" + stale.map { "  " + $0 }.joined(separator: "\n"))
                throw ExitCode(1)
            }
            return print("protocol files are fresh")
        }
        for (path, bytes) in ProtocolExport.files() + [(StateMachineArticle.path, Array(StateMachineArticle.text.utf8))] {
            let file = URL(filePath: root).appending(path: path)
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(bytes).write(to: file)
        }
    }
}

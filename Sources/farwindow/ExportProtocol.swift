import ArgumentParser
import BrokerCore
import BrokerServer
import Foundation
import SignalingProtocol

struct ExportProtocol: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write asyncapi.json, openapi.json, the golden fixtures, the client's tables and the state machines' tables from the Swift source.")

    @Option(help: "The repository's folder.") var root = "."
    @Flag(help: "Write nothing; fail when a file is stale.") var check = false

    /// Those that are made above the wire.
    private static let moreFiles = [
        (path: StateMachineArticle.path, bytes: Array(StateMachineArticle.text.utf8)), (path: APIDocument.path, bytes: APIDocument.file),
    ]

    func run() throws {
        if check {
            var stale = ProtocolExport.stale(comparedWith: root)
            for (path, bytes) in Self.moreFiles where (try? Data(contentsOf: URL(filePath: root).appending(path: path))) != Data(bytes) { stale.append(path) }
            guard stale.isEmpty else {
                print("stale, run farwindow export-protocol:\n" + stale.map { "  " + $0 }.joined(separator: "\n"))
                throw ExitCode(1)
            }
            return print("protocol files are fresh")
        }
        for (path, bytes) in ProtocolExport.files() + Self.moreFiles {
            let file = URL(filePath: root).appending(path: path)
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(bytes).write(to: file)
        }
    }
}

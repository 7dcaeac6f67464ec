import ArgumentParser
import BrokerStore
import Foundation

struct VerifyAudit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify-audit", abstract: "Check that no row of the audit was altered, put in, deleted, cut off or written anew.",
        discussion: """
            Changes nothing and may run beside the server. Exit codes: 0 whole; 1 it cannot be read; 2 the key is missing or another one; 3 rows were altered \
            or deleted, or a checkpoint forged; 4 the end was cut off, or rows were written anew behind a cut; 5 the file of anchors is missing or was altered.
            """)

    @Option(help: "Folder with database, files and keys.") var data = "data"
    @Option(help: "An anchor from elsewhere, such as another machine's log (\"audit anchored\"): ROW:SEAL. May be given several times.")
    var expect: [String] = []

    func run() throws {
        try telling {
            let folder = URL(filePath: data).absoluteURL
            guard FileManager.default.fileExists(atPath: folder.appending(path: "farwindow.sqlite").path) else {
                throw CommandFailure(code: "no_data_folder", sentence: "\(folder.path) is no data folder: it has no farwindow.sqlite", exitCode: .failure)
            }
            let expected = try expect.map { text in
                guard let anchor = AuditAnchor(text: text) else { throw ValidationError("--expect \(text) is not ROW:SEAL.") }
                return anchor
            }
            let verification = try AuditVerification(ofDataFolder: folder, expected: expected)
            for finding in verification.findings { print("\(finding.code): \(finding)") }
            guard verification.findings.isEmpty else {
                if let row = verification.findings.compactMap(\.row).min() { print("first row that cannot be trusted: \(row)") }
                throw ExitCode(verification.findings.map(Self.exitCode).min() ?? 1)
            }
            let span = verification.first.flatMap { first in verification.last.map { ", \(first) to \($0)" } } ?? ""
            print("whole: \(verification.rows) rows\(span); \(verification.anchors) anchors agree")
        }
    }

    private static func exitCode(of finding: AuditFinding) -> Int32 {
        switch finding {
        case .keyMissing, .wrongKey: 2
        case .rowAltered, .rowsMissing, .checkpointForged: 3
        case .truncated, .appendedAnew: 4
        case .anchorFileMissing, .anchorAltered: 5
        }
    }
}

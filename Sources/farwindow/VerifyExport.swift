import ArgumentParser
import BrokerStore
import Foundation

struct VerifyExport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify-export", abstract: "Check an exported case, offline: whether it is whole, unaltered and signed by the given key.",
        discussion: """
            Exit codes: 0 whole and genuine; 1 the key cannot be read; 2 the file cannot be read or is no ZIP; 3 refused: unsafe or duplicate names, links, \
            encryption, a bomb; 4 not signed by this key, or the manifest was altered; 5 entries are altered, missing or extra.
            """)

    @Argument(help: "The ZIP.") var file: String
    @Option(help: "PEM file with the public key.") var key: String

    static let unreadable = ExitCode(2)
    static let refused = ExitCode(3)
    static let notGenuine = ExitCode(4)
    static let notWhole = ExitCode(5)

    func run() throws {
        try telling {
            guard let pem = try? String(contentsOf: URL(filePath: key), encoding: .utf8), let key = ExportPublicKey(pem: pem) else {
                throw CommandFailure(code: "key_unreadable", sentence: "\(key) is no PEM file with an Ed25519 public key", exitCode: .failure)
            }
            let verification: ExportVerification
            do throws(ArchiveRefusal) {
                verification = try ExportVerification(of: URL(filePath: file), with: key)
            } catch {
                throw CommandFailure(code: error.code, sentence: "\(error)", exitCode: Self.exitCode(of: error))
            }
            for finding in verification.findings { print(finding) }
            guard verification.findings.isEmpty else {
                throw verification.findings.contains(where: \.concernsSignature) ? Self.notGenuine : Self.notWhole
            }
            print("genuine: case \(verification.caseNumber ?? ""), \(verification.intactEntries) entries, exported \(verification.exportedAt?.rfc3339 ?? "")")
        }
    }

    private static func exitCode(of refusal: ArchiveRefusal) -> ExitCode {
        switch refusal {
        case .unreadable, .notAnArchive: unreadable
        case .unsafeName, .duplicate, .unusualEntry, .tooLarge: refused
        }
    }
}

import ArgumentParser
import BrokerStore
import Foundation

/// A data folder that a server made. A command beside the server never makes one: a mistyped path must not become a second, empty vault.
struct DataFolder {
    private let url: URL

    /// - Throws: `CommandFailure` when the folder is none.
    init(_ path: String) throws {
        url = URL(filePath: path).absoluteURL
        for part in ["farwindow.sqlite", "files", "keys/master.key"] where !FileManager.default.fileExists(atPath: url.appending(path: part).path) {
            throw CommandFailure(code: "no_data_folder", sentence: "\(url.path) is no data folder: it has no \(part)", exitCode: .failure)
        }
    }

    var keys: URL { url.appending(path: "keys") }

    func store() throws -> BrokerStore { try BrokerStore(path: url.appending(path: "farwindow.sqlite").path) }
    func vault() throws -> FileVault { try FileVault(directory: url.appending(path: "files"), masterKeyFile: keys.appending(path: "master.key")) }
}

/// Why a command could not do its work: a sentence and a code for the terminal, and the code that the process ends with.
struct CommandFailure: Error {
    /// Stable, for scripts.
    let code: String
    let sentence: String
    let exitCode: ExitCode
}

extension ParsableCommand {
    /// Runs a command's work; says what failed on standard error.
    /// - Throws: `ExitCode`, 1 unless the failure has its own.
    func telling(_ work: () throws -> Void) throws {
        let failure: CommandFailure
        do {
            return try work()
        } catch let error as ExitCode {
            throw error
        } catch let error as CommandFailure {
            failure = error
        } catch let error as VaultError {
            failure = CommandFailure(code: error.code, sentence: "\(error)", exitCode: .failure)
        } catch let error as StoreError {
            failure = CommandFailure(code: error.code, sentence: "\(error)", exitCode: .failure)
        } catch let error as RetentionFileError {
            failure = CommandFailure(code: error.code, sentence: "the file with the periods cannot be used: \(error.cause)", exitCode: .failure)
        } catch let error as ExportError {
            failure = CommandFailure(code: error.code, sentence: "\(error)", exitCode: .failure)
        }
        FileHandle.standardError.write(Data("farwindow: \(failure.sentence) [\(failure.code)]\n".utf8))
        throw failure.exitCode
    }
}

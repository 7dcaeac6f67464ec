import Foundation

/// The one folder that an inspection may write to, and the Debian programs that work in it.
struct WorkFolder {
    let path: String

    /// Programs of Debian packages that look into files.
    enum Tool: String {
        /// poppler-utils
        case pdfinfo, pdfimages, pdftoppm, pdftotext
        /// libvips-tools
        case vips, vipsheader
        /// tesseract-ocr
        case tesseract
    }

    /// A program at work; what it prints goes to a file.
    struct Running {
        fileprivate let process: SpawnedProcess
        fileprivate let output: String

        /// - Returns: nil when a signal ended it, or what it printed is beyond all measure.
        func finish() -> (exitCode: Int32, output: Data)? {
            guard let code = process.wait(), let data = try? Data(contentsOf: URL(filePath: output)) else { return nil }
            return (code, data)
        }
    }

    func has(_ tool: Tool) -> Bool { executable(tool) != nil }

    /// - Parameter ownInput: what it opens was made in this folder; libvips then may read the plain formats that it does not hold safe for
    ///   strangers' files.
    /// - Returns: nil when the program is not installed or cannot be started.
    func start(_ tool: Tool, _ arguments: [String], output name: String? = nil, ownInput: Bool = false) -> Running? {
        guard let executable = executable(tool) else { return nil }
        let output = file(name ?? "\(tool.rawValue).out")
        let descriptor = open(output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var environment = ProcessInfo.processInfo.environment
        if ownInput { environment["VIPS_BLOCK_UNTRUSTED"] = nil }
        let plan = SpawnedProcess.Plan(
            executable: executable, arguments: arguments, environment: environment, directory: path, standardOutput: descriptor)
        guard let process = try? SpawnedProcess(plan) else { return nil }
        return Running(process: process, output: output)
    }

    /// Runs to the end.
    /// - Returns: what it printed; nil unless it ended well.
    func run(_ tool: Tool, _ arguments: [String], ownInput: Bool = false) -> Data? {
        guard let result = start(tool, arguments, ownInput: ownInput)?.finish(), result.exitCode == 0 else { return nil }
        return result.output
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    func write(_ bytes: Data, to name: String) -> Bool { (try? bytes.write(to: URL(filePath: file(name)))) != nil }

    func read(_ name: String) -> Data? { try? Data(contentsOf: URL(filePath: file(name))) }

    private func executable(_ tool: Tool) -> String? {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(tool.rawValue)" }.first { access($0, X_OK) == 0 }
    }
}

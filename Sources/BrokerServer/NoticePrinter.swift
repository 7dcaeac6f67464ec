import Foundation

/// Why no PDF came of it.
enum NoticePrinterError: Error, Sendable {
    /// The script, Python or WeasyPrint is not there.
    case unavailable(cause: String)
    /// It took longer than it may, and was stopped.
    case timedOut
    /// It ended badly or wrote too much.
    case failed(cause: String)
}

/// Makes a PDF of a page of HTML by `ops/print-notice`, in a process of its own with limits on memory, time and files.
struct NoticePrinter: Sendable {
    /// WeasyPrint holds a whole Chinese font in memory while it picks the characters that are used.
    static let memoryBytes = 2 << 30
    static let processorSeconds = 60
    static let pdfBytes = 16 << 20
    static let openFiles = 64
    static let patience: Duration = .seconds(90)
    private static let pollMicroseconds: UInt32 = 20_000
    private static let loggedBytes = 2_000

    let script: URL

    /// Blocks for seconds: never on the loop.
    /// - Throws: `NoticePrinterError`.
    func pdf(html: String) throws(NoticePrinterError) -> Data {
        guard FileManager.default.isReadableFile(atPath: script.path) else { throw .unavailable(cause: "there is no \(script.lastPathComponent)") }
        // Files in memory instead of pipes: neither side can block the other, nothing of the page touches the disk, and what is written has a bound.
        let files = try MemoryFiles(input: Data(html.utf8))
        let status = try run(files)
        if status == 3 || status == 127 { throw .unavailable(cause: files.text(files.log, limit: Self.loggedBytes)) }
        guard status == 0 else { throw .failed(cause: "exit \(status): \(files.text(files.log, limit: Self.loggedBytes))") }
        let pdf = files.contents(files.output, limit: Self.pdfBytes)
        guard pdf.starts(with: Data("%PDF-".utf8)) else { throw .failed(cause: "what it wrote is no PDF") }
        return pdf
    }

    private var command: [String] {
        [
            "/usr/bin/prlimit", "--as=\(Self.memoryBytes)", "--cpu=\(Self.processorSeconds)", "--fsize=\(Self.pdfBytes)", "--nofile=\(Self.openFiles)",
            "--core=0", "/usr/bin/python3", "-I", script.path,
        ]
    }

    /// - Returns: the exit code, or 128 and the signal that ended it.
    private func run(_ files: MemoryFiles) throws(NoticePrinterError) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (descriptor, standard) in [(files.input, STDIN_FILENO), (files.output, STDOUT_FILENO), (files.log, STDERR_FILENO)] {
            posix_spawn_file_actions_adddup2(&actions, descriptor, standard)
        }
        var process = pid_t()
        let code = withCStrings(command) { arguments in
            withCStrings(["PATH=/usr/bin:/bin", "LANG=C.UTF-8", "HOME=/nonexistent"]) { environment in
                posix_spawn(&process, "/usr/bin/prlimit", &actions, nil, arguments, environment)
            }
        }
        guard code == 0 else { throw .unavailable(cause: String(cString: strerror(code))) }
        return try wait(for: process)
    }

    private func wait(for process: pid_t) throws(NoticePrinterError) -> Int32 {
        let deadline = ContinuousClock.now + Self.patience
        var status: Int32 = 0
        while true {
            let ended = waitpid(process, &status, WNOHANG)
            if ended == process { break }
            guard ended == 0 || errno == EINTR else { throw .failed(cause: "it cannot be waited for") }
            guard ContinuousClock.now < deadline else {
                kill(process, SIGKILL)
                waitpid(process, &status, 0)
                throw .timedOut
            }
            usleep(Self.pollMicroseconds)
        }
        // The macros WIFEXITED and so on are not imported: the low seven bits name the signal, the next byte the exit code.
        let signal = status & 0x7f
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal
    }
}

/// What the process reads and writes, without a name anywhere.
private final class MemoryFiles {
    let input: Int32
    let output: Int32
    let log: Int32

    init(input bytes: Data) throws(NoticePrinterError) {
        input = Self.unnamed()
        output = Self.unnamed()
        log = Self.unnamed()
        guard input >= 0, output >= 0, log >= 0 else { throw .failed(cause: String(cString: strerror(errno))) }
        let written = bytes.withUnsafeBytes { pwrite(input, $0.baseAddress, $0.count, 0) }
        guard written == bytes.count else { throw .failed(cause: String(cString: strerror(errno))) }
    }

    /// Shared memory whose name is gone at once; `memfd_create` is not imported.
    private static func unnamed() -> Int32 {
        let name = "/farwindow-\(UUID())"
        let descriptor = shm_open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        shm_unlink(name)
        return descriptor
    }

    deinit { for descriptor in [input, output, log] where descriptor >= 0 { close(descriptor) } }

    func contents(_ descriptor: Int32, limit: Int) -> Data {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_size > 0, Int(status.st_size) <= limit else { return Data() }
        var bytes = Data(count: Int(status.st_size))
        let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
        return count == bytes.count ? bytes : Data()
    }

    func text(_ descriptor: Int32, limit: Int) -> String {
        String(decoding: contents(descriptor, limit: NoticePrinter.pdfBytes).suffix(limit), as: UTF8.self).replacing("\n", with: " ")
    }
}

/// Gives `body` a list of C strings that ends with nil.
private func withCStrings<Result>(_ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result) -> Result {
    let copies = strings.map { strdup($0) }
    defer { copies.forEach { free($0) } }
    return body(copies + [nil])
}

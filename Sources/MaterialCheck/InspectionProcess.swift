import Foundation

/// The caller's side of one inspecting process: sends the job, takes the answer, and sees to it that nothing is left behind.
struct InspectionProcess {
    let configuration: InspectorConfiguration
    let wallClockMilliseconds: Int

    /// - Returns: nil when the process crashed, hung, or said something that is no answer.
    func run(_ job: InspectionJob, on bytes: Data) throws(InspectorError) -> Inspection? {
        let folder = try makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        // One socket for both ways: writing to a process that has died is an error then, not a signal.
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else { throw .start(errno) }
        let process: SpawnedProcess
        do {
            process = try SpawnedProcess(
                SpawnedProcess.Plan(
                    executable: configuration.executable, arguments: configuration.arguments, environment: environment(folder), directory: folder,
                    standardInput: ends[1], standardOutput: ends[1], ownGroup: true))
        } catch {
            close(ends[0])
            close(ends[1])
            throw .start(error.code)
        }
        close(ends[1])
        defer { close(ends[0]) }
        let frame = try? InspectionFrame.encode(head: job, body: bytes)
        let answer = frame.flatMap { Conversation(socket: ends[0], milliseconds: wallClockMilliseconds).exchange($0, bound: answerBytes) }
        // Whether it answered or not, nothing of it goes on. The process is unreaped, so the group's number is still its own.
        process.killGroup()
        _ = process.wait()
        guard let answer, let decoded = InspectionFrame.decode(Inspection.self, from: answer) else { return nil }
        var inspection = decoded.head
        inspection.converted = decoded.body.isEmpty ? nil : decoded.body
        return inspection
    }

    private var answerBytes: Int { configuration.limits.fileBytes + InspectionFrame.headBytes + InspectionFrame.prefixBytes }

    private func environment(_ folder: String) -> [String: String] {
        [
            "PATH": configuration.searchPath, "LANG": "C.UTF-8", "HOME": folder, "TMPDIR": folder,
            // A crash says nothing to anyone; printing a trace would only cost time.
            "SWIFT_BACKTRACE": "enable=no",
            // Each tool keeps to one core: two pages are read side by side instead.
            "OMP_THREAD_LIMIT": "1", "VIPS_CONCURRENCY": "1",
            // libvips then opens only what it holds safe for strangers' files.
            "VIPS_BLOCK_UNTRUSTED": "1",
        ]
    }

    private func makeFolder() throws(InspectorError) -> String {
        let parent = configuration.scratchDirectory
        try? FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        var template = Array((parent.path(percentEncoded: false) + "/" + Inspector.folderPrefix + "XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { throw .scratchDirectory(errno) }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// Sends everything and reads until the other side closes, both before one deadline.
private struct Conversation {
    let socket: Int32
    let deadline: ContinuousClock.Instant

    init(socket: Int32, milliseconds: Int) {
        self.socket = socket
        deadline = .now + .milliseconds(milliseconds)
    }

    /// - Returns: nil when the time is over or the answer is longer than `bound`.
    func exchange(_ request: Data, bound: Int) -> Data? {
        var sent = 0
        var answer = Data()
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let sending = sent < request.count
            guard let ready = wait(for: Int16(POLLIN | (sending ? POLLOUT : 0))) else { return nil }
            if sending, ready & Int16(POLLOUT) != 0 {
                let count = request.withUnsafeBytes {
                    send(socket, $0.baseAddress.map { $0 + sent }, request.count - sent, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
                }
                // It may answer without having read all; what it says is then read below.
                if count < 0, errno != EAGAIN, errno != EINTR { sent = request.count } else { sent += max(0, count) }
                if sent == request.count { shutdown(socket, Int32(SHUT_WR)) }
            }
            if ready & Int16(POLLIN | POLLHUP | POLLERR) != 0 {
                let count = recv(socket, &chunk, chunk.count, Int32(MSG_DONTWAIT))
                if count == 0 { return answer }
                if count < 0 {
                    guard errno == EAGAIN || errno == EINTR else { return answer }
                    continue
                }
                answer.append(contentsOf: chunk[..<count])
                guard answer.count <= bound else { return nil }
            }
        }
    }

    private func wait(for events: Int16) -> Int16? {
        while true {
            let left = deadline - .now
            guard left > .zero else { return nil }
            var descriptor = pollfd(fd: socket, events: events, revents: 0)
            let milliseconds = left.components.seconds * 1_000 + left.components.attoseconds / 1_000_000_000_000_000
            let count = poll(&descriptor, 1, Int32(clamping: milliseconds + 1))
            if count > 0 { return descriptor.revents }
            if count < 0, errno != EINTR { return nil }
        }
    }
}

import Foundation
import SignalingProtocol

/// Why a file could not be inspected at all. It says nothing of the file; the same call may succeed later.
public enum InspectorError: Error, Hashable, Sendable {
    /// The scratch directory takes no folder or not enough bytes; `errno`.
    case scratchDirectory(Int32)
    /// The inspecting process could not be started; `errno`.
    case start(Int32)
}

/// Looks at what people hand in. Bytes from outside are parsed in a process of its own, never in the caller's.
public struct Inspector: Sendable {
    public let configuration: InspectorConfiguration
    static let folderPrefix = "inspection-"

    public init(configuration: InspectorConfiguration) { self.configuration = configuration }

    /// Looks at one file. Blocks for up to the stage's time limit: call it on a worker thread that stays until it returns.
    ///
    /// A parser that crashes, hangs or runs out of memory makes the file `unreadable` in the safety stage. In the reading stage it only makes
    /// the inspection incomplete, because the file has been taken already. No file is blamed for a disk that is full or broken.
    public func inspect(_ bytes: Data, _ request: InspectionRequest) throws(InspectorError) -> Inspection {
        switch request.stage {
        case .safety:
            guard !bytes.isEmpty, bytes.count <= SignalingProtocol.Limits.fileBytes else { return Inspection(findings: [Finding(.unreadable)]) }
            if let scanner, let finding = Self.finding(scanner.scan(bytes)) { return Inspection(findings: [Finding(finding)]) }
            // The first bytes are compared, not parsed, so the caller's own process may do it.
            guard let content = FileContent(signature: bytes), request.formats.contains(content.storedType) else {
                return Inspection(findings: [Finding(.unsupported)])
            }
            let inspection = try run(request, on: bytes) ?? Inspection(findings: [Finding(.unreadable)], isComplete: false)
            if inspection.findings.contains(where: { $0.code == .unreadable }) { try checkScratchDirectory() }
            return inspection
        case .reading:
            return try run(request, on: bytes) ?? Inspection(mediaType: FileContent(signature: bytes)?.storedType, isComplete: false)
        }
    }

    /// Removes what inspections left in the scratch directory when the server was killed. Only while none is running.
    public func sweepScratchDirectory() {
        let folder = configuration.scratchDirectory
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false))) ?? []
        for name in names where name.hasPrefix(Self.folderPrefix) { try? FileManager.default.removeItem(at: folder.appending(path: name)) }
    }

    /// Whether as much as a conversion can need still fits and reaches the disk.
    private func checkScratchDirectory() throws(InspectorError) {
        var template = Array((configuration.scratchDirectory.path(percentEncoded: false) + "/" + Self.folderPrefix + "XXXXXX").utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw .scratchDirectory(errno) }
        unlink(template)
        defer { close(descriptor) }
        let code = posix_fallocate(descriptor, 0, off_t(configuration.limits.fileBytes))
        guard code == 0 else { throw .scratchDirectory(code) }
        guard fsync(descriptor) == 0 else { throw .scratchDirectory(errno) }
    }

    private var scanner: VirusScanner? {
        configuration.clamd.map { VirusScanner(address: $0, milliseconds: configuration.clamdMilliseconds) }
    }

    private static func finding(_ verdict: VirusScanner.Verdict) -> FindingCode? {
        switch verdict {
        case .clean: nil
        case .infected: .unsafeVirus
        case .unavailable: .scanUnavailable
        }
    }

    private func run(_ request: InspectionRequest, on bytes: Data) throws(InspectorError) -> Inspection? {
        let limits = configuration.limits
        let milliseconds =
            switch request.stage {
            case .safety: limits.safetyMilliseconds
            case .reading: limits.readingMilliseconds
            }
        return try InspectionProcess(configuration: configuration, wallClockMilliseconds: milliseconds)
            .run(InspectionJob(request: request, limits: limits), on: bytes)
    }
}

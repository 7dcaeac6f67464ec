/// The inspecting process' own side.
public enum InspectionWorker {
    /// Reads one job from standard input, answers on standard output, and returns the exit code.
    public static func run() -> Int32 { 0 }
}

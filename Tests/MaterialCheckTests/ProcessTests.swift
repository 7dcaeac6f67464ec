import Foundation
import MaterialCheck
import SignalingProtocol
import Testing

@Suite("A parser that crashes, hangs or eats memory harms nobody", .serialized)
struct ProcessTests {
    var bench: Bench

    init() throws { bench = try Bench() }

    private func judged(byShell script: String, _ stage: InspectionStage = .safety) throws -> Inspection {
        var bench = bench
        bench.configuration.executable = "/bin/sh"
        bench.configuration.arguments = ["-c", script]
        return try bench.inspect(Fixtures.picture(), stage)
    }

    @Test(arguments: [
        "kill -SEGV $$", "cat >/dev/null; kill -ABRT $$", "exit 3", "cat >/dev/null", "cat >/dev/null; echo no answer at all",
        // Lengths without what they promise, and lengths beyond all measure.
        "cat >/dev/null; printf '\\0\\0\\0\\0\\0\\0\\0\\002\\0\\0\\0\\0\\0\\0\\0\\0{'",
        "cat >/dev/null; printf '\\377\\377\\377\\377\\377\\377\\377\\377\\377\\377\\377\\377\\377\\377\\377\\377{}'",
    ])
    func aCrashIsUnreadable(_ script: String) throws {
        #expect(try judged(byShell: script).findings == [Finding(.unreadable)])
    }

    /// The file has been taken by then: it is only looked at less.
    @Test func aCrashInTheReadingStageLeavesItUnfinished() throws {
        let inspection = try judged(byShell: "kill -SEGV $$", .reading)
        #expect(inspection.findings == [])
        #expect(!inspection.isComplete)
    }

    @Test func whatHangsIsEndedWithAllThatItStarted() throws {
        var bench = bench
        // Whoever holds the pipe open lives. Its hang-up comes when the last one has died, and never when nobody was there.
        let pipe = FileManager.default.temporaryDirectory.appending(path: "gate-pipe-\(UUID())").path(percentEncoded: false)
        try #require(mkfifo(pipe, 0o600) == 0)
        defer { unlink(pipe) }
        let reader = open(pipe, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        defer { close(reader) }
        bench.configuration.executable = "/bin/sh"
        bench.configuration.arguments = ["-c", "sleep 1000 > \(pipe) & wait"]
        bench.configuration.limits.safetyMilliseconds = 1_500
        #expect(try bench.findings(Fixtures.picture()) == [Finding(.unreadable)])
        var event = pollfd(fd: reader, events: Int16(POLLIN), revents: 0)
        #expect(poll(&event, 1, 30_000) == 1 && event.revents & Int16(POLLHUP) != 0)
    }

    @Test func memoryHasABound() throws {
        var bench = bench
        bench.configuration.limits.memoryBytes = 96 * 1024 * 1024
        #expect(try bench.findings(Fixtures.picture(width: 3_000, height: 2_000)) == [Finding(.unreadable)])
    }

    @Test func whatCannotBeStartedIsTheMachinesFault() throws {
        var bench = bench
        bench.configuration.executable = "/nonexistent/farwindow"
        #expect(throws: InspectorError.start(ENOENT)) { try bench.inspect(Fixtures.picture()) }
        bench = self.bench
        bench.configuration.scratchDirectory = URL(filePath: "/proc/nowhere")
        #expect(throws: InspectorError.self) { try bench.inspect(Fixtures.picture()) }
    }

    @Test func nothingOfTheCallerIsHandedDown() throws {
        setenv("FARWINDOW_TEST_SECRET", "1", 1)
        let folder = FileManager.default.temporaryDirectory.appending(path: "gate-env-\(UUID())").path(percentEncoded: false)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        _ = try judged(byShell: "{ env; pwd; ls -A; ls /proc/self/fd; } > \(folder)")
        let seen = try String(contentsOfFile: folder, encoding: .utf8)
        #expect(!seen.contains("FARWINDOW_TEST_SECRET"))
        #expect(seen.contains("inspection-"))
        let descriptors = seen.split(separator: "\n").compactMap { Int($0) }
        // Three of its own, and the one with which `ls` reads the folder.
        #expect(Set(descriptors).isSubset(of: [0, 1, 2, 3, 4]))
    }

    @Test func leftoversOfAKilledServerAreSwept() throws {
        let left = bench.scratch.appending(path: "inspection-abcdef")
        try FileManager.default.createDirectory(at: left, withIntermediateDirectories: true)
        try Data("x".utf8).write(to: left.appending(path: "input.jpg"))
        Inspector(configuration: bench.configuration).sweepScratchDirectory()
        #expect(!FileManager.default.fileExists(atPath: left.path(percentEncoded: false)))
    }
}

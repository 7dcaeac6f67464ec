import Foundation
import SignalingProtocol
import Testing

@testable import MaterialCheck

/// A real clamd on signatures of its own, so that no test needs the internet.
private final class Clamd {
    let folder: URL
    private let process = Process()
    var socket: String { folder.appending(path: "socket").path(percentEncoded: false) }

    init() throws {
        // Sockets have short names.
        folder = URL(filePath: "/tmp/gate-clamd-\(UUID().uuidString.prefix(8))")
        let signatures = folder.appending(path: "signatures")
        try FileManager.default.createDirectory(at: signatures, withIntermediateDirectories: true)
        // Anywhere in any file: name, type 0 (any), offset, bytes.
        let pattern = Fixtures.eicar.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        try Data("Eicar-Test:0:*:\(pattern)\n".utf8).write(to: signatures.appending(path: "eicar.ndb"))
        let settings = """
            LocalSocket \(folder.path(percentEncoded: false))/socket
            DatabaseDirectory \(signatures.path(percentEncoded: false))
            Foreground yes
            LogFile \(folder.path(percentEncoded: false))/log
            StreamMaxLength 1M
            """
        try Data(settings.utf8).write(to: folder.appending(path: "clamd.conf"))
        let user = NSUserName()
        try Data("\(settings)\nUser \(user)\n".utf8).write(to: folder.appending(path: "clamd.conf"))
        process.executableURL = URL(filePath: "/usr/sbin/clamd")
        process.arguments = ["--config-file", folder.appending(path: "clamd.conf").path(percentEncoded: false)]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    /// Asks until it answers; the tries are bounded by its own end.
    func awaitReady() throws {
        let probe = VirusScanner(address: .unix(socket), milliseconds: 2_000)
        while process.isRunning {
            if probe.scan(Data("probe".utf8)) == .clean { return }
            sched_yield()
        }
        throw Fixtures.Missing(description: "clamd ended: \((try? String(contentsOf: folder.appending(path: "log"), encoding: .utf8)) ?? "")")
    }

    deinit {
        if process.isRunning {
            process.terminate()
            process.waitUntilExit()
        }
        try? FileManager.default.removeItem(at: folder)
    }
}

@Suite("Virus scan by clamd", .serialized)
struct VirusTests {
    var bench: Bench

    init() throws { bench = try Bench() }

    @Test func eicarIsUnsafe() throws {
        let clamd = try Clamd()
        try clamd.awaitReady()
        var bench = bench
        bench.configuration.clamd = .unix(clamd.socket)
        #expect(try bench.findings(Fixtures.eicar) == [Finding(.unsafeVirus)])
        let picture = try Fixtures.picture()
        #expect(try bench.findings(picture) == [])
        #expect(try bench.findings(picture + Fixtures.eicar) == [Finding(.unsafeVirus)])
        // Longer than this clamd takes: it says so, and that is no "clean".
        #expect(try bench.findings(picture + Data(count: 2_000_000)) == [Finding(.scanUnavailable)])
    }

    @Test func aScannerThatIsAwayLetsNothingIn() throws {
        var bench = bench
        bench.configuration.clamd = .unix("/tmp/gate-no-such-socket")
        #expect(try bench.findings(Fixtures.picture()) == [Finding(.scanUnavailable)])
        bench.configuration.clamd = .tcp(host: "127.0.0.1", port: 1)
        #expect(try bench.findings(Fixtures.picture()) == [Finding(.scanUnavailable)])
        bench.configuration.clamd = .tcp(host: "not an address", port: 3310)
        #expect(try bench.findings(Fixtures.picture()) == [Finding(.scanUnavailable)])
    }

    /// It takes connections and says nothing.
    @Test func aScannerThatHangsLetsNothingIn() throws {
        let path = "/tmp/gate-mute-\(UUID().uuidString.prefix(8))"
        let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer {
            close(listener)
            unlink(path)
        }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        #expect(bound == 0)
        #expect(listen(listener, 4) == 0)
        var bench = bench
        bench.configuration.clamd = .unix(path)
        bench.configuration.clamdMilliseconds = 200
        #expect(try bench.findings(Fixtures.picture()) == [Finding(.scanUnavailable)])
    }

    @Test(arguments: [
        ("stream: OK\0", VirusScanner.Verdict.clean), ("stream: Eicar-Test FOUND\0", .infected), ("stream: OK FOUND\0", .infected), ("", .unavailable),
        ("INSTREAM size limit exceeded. ERROR\0", .unavailable), ("stream: lstat() failed. ERROR\0", .unavailable), ("OK\0", .unavailable),
        ("stream: OKAY\0", .unavailable),
    ])
    func onlyItsOwnWordsCount(answer: String, verdict: VirusScanner.Verdict) {
        #expect(VirusScanner.verdict(Data(answer.utf8)) == verdict)
    }
}

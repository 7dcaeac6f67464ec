import CProcessLimits
import Foundation

/// Another program, started with nothing of this process but what is named: no environment, no descriptors, no signal settings.
struct SpawnedProcess {
    let processID: pid_t

    struct Plan {
        var executable: String
        var arguments: [String] = []
        var environment: [String: String] = [:]
        var directory: String
        /// Nil: `/dev/null`.
        var standardInput: Int32?
        var standardOutput: Int32?
        /// A group of its own can be killed with all that it started.
        var ownGroup = false
    }

    /// `errno` of what could not be done.
    struct Failure: Error { let code: Int32 }

    init(_ plan: Plan) throws(Failure) {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        Self.connect(plan.standardInput, to: 0, O_RDONLY, &actions)
        Self.connect(plan.standardOutput, to: 1, O_WRONLY, &actions)
        // What parsers say of a stranger's file belongs in no log.
        Self.connect(nil, to: 2, O_WRONLY, &actions)
        farwindow_spawn_closing_from(&actions, 3)
        farwindow_spawn_in_folder(&actions, plan.directory)

        var everySignal = sigset_t()
        var noSignal = sigset_t()
        sigfillset(&everySignal)
        sigemptyset(&noSignal)
        posix_spawnattr_setsigdefault(&attributes, &everySignal)
        posix_spawnattr_setsigmask(&attributes, &noSignal)
        posix_spawnattr_setpgroup(&attributes, 0)
        var flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
        if plan.ownGroup { flags |= POSIX_SPAWN_SETPGROUP }
        posix_spawnattr_setflags(&attributes, Int16(flags))

        var child: pid_t = 0
        let arguments = [plan.executable] + plan.arguments
        let environment = plan.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let code = Self.withCStrings(arguments) { arguments in
            Self.withCStrings(environment) { posix_spawn(&child, plan.executable, &actions, &attributes, arguments, $0) }
        }
        guard code == 0 else { throw Failure(code: code) }
        processID = child
    }

    /// Waits for the end.
    /// - Returns: the exit code; nil when a signal ended it.
    func wait() -> Int32? {
        var status: Int32 = 0
        while waitpid(processID, &status, 0) < 0 {
            guard errno == EINTR else { return nil }
        }
        return status & 0x7f == 0 ? (status >> 8) & 0xff : nil
    }

    /// Ends it with all of its group that is still there. Only for one that has a group of its own and was not waited for.
    func killGroup() { kill(-processID, SIGKILL) }

    private static func connect(_ descriptor: Int32?, to number: Int32, _ mode: Int32, _ actions: inout posix_spawn_file_actions_t) {
        if let descriptor {
            posix_spawn_file_actions_adddup2(&actions, descriptor, number)
        } else {
            posix_spawn_file_actions_addopen(&actions, number, "/dev/null", mode, 0)
        }
    }

    private static func withCStrings<Result>(_ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result) -> Result {
        let copies = strings.map { strdup($0) }
        defer { copies.forEach { free($0) } }
        return body(copies + [nil])
    }
}

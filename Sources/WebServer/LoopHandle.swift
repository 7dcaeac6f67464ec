import CLibwebsockets
import Synchronization

/// The only part of a loop that other threads may hold.
public final class LoopHandle: Sendable {
    private struct State {
        /// Address of the library's context while it accepts a wake-up; an integer, because pointers are not Sendable.
        var context: UInt?
        var work: [@Sendable (Loop) -> Void] = []
    }

    private let state = Mutex(State())

    init() {}

    /// Runs `work` on the loop thread, soon and in the order of submission.
    ///
    /// - Returns: false when the loop has ended; `work` is then never called.
    @discardableResult
    public func submit(_ work: @escaping @Sendable (Loop) -> Void) -> Bool {
        state.withLock { state in
            guard let context = state.context else { return false }
            state.work.append(work)
            // The first in the queue wakes the loop for all. Under the lock, so that the context cannot go away meanwhile.
            if state.work.count == 1 { lws_cancel_service(OpaquePointer(bitPattern: context)) }
            return true
        }
    }

    /// Stops the loop, see ``Loop/stop()``; from any thread, as often as you like.
    public func stop() {
        submit { $0.stop() }
    }

    func attach(_ context: OpaquePointer) {
        state.withLock { $0.context = UInt(bitPattern: context) }
    }

    /// From here on nothing is accepted any more.
    /// - Returns: what was accepted and has not been run.
    func detach() -> [@Sendable (Loop) -> Void] {
        state.withLock { state in
            state.context = nil
            return Self.takeWork(of: &state)
        }
    }

    func takeWork() -> [@Sendable (Loop) -> Void] {
        state.withLock { Self.takeWork(of: &$0) }
    }

    private static func takeWork(of state: inout State) -> [@Sendable (Loop) -> Void] {
        defer { state.work = [] }
        return state.work
    }
}

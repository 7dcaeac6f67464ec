import BrokerCore
import BrokerStore
import Foundation
import Rehearsal
import Scheduling
import SignalingProtocol
import Synchronization

enum RehearsalSubject {}
typealias RehearsalID = Identifier<RehearsalSubject>

/// How far a rehearsal is, seen from the loop and from the thread that rehearses.
final class RehearsalProgress: Sendable {
    private let state = Mutex((done: 0.0, isCancelled: false))

    var done: Double { state.withLock { $0.done } }
    func cancel() { state.withLock { $0.isCancelled = true } }

    /// - Returns: false when it was cancelled.
    func reach(_ done: Double) -> Bool {
        state.withLock { state in
            state.done = done
            return !state.isCancelled
        }
    }
}

/// Why a rehearsal could not be made of what is stored.
enum RehearsalFailure: String, Error, Encodable {
    /// The hall has no hours, or no draft of them.
    case noSchedule = "no-schedule"
    /// A year's calendar that the days need was not loaded.
    case calendarMissing = "calendar-missing"
    /// Nobody came in the weeks that were looked at.
    case noHistory = "no-history"
    case storeUnreadable = "store-unreadable"
}

enum RehearsalState: Sendable {
    case running
    case done(RehearsalReport)
    case cancelled
    case failed(RehearsalFailure)
}

/// The rehearsals of all halls, in memory: what is rehearsed can be rehearsed again, and gives the same.
struct Rehearsals {
    struct Entry {
        let hall: HallID
        let beganAt: Instant
        let progress: RehearsalProgress
        var state: RehearsalState

        var isRunning: Bool { if case .running = state { true } else { false } }
    }

    /// By the beginning: ids made later sort later.
    private var entries: [RehearsalID: Entry] = [:]

    subscript(_ id: RehearsalID, in hall: HallID) -> Entry? { entries[id].flatMap { $0.hall == hall ? $0 : nil } }

    /// - Returns: nil while another one of the hall runs.
    mutating func begin(in hall: HallID, at now: Instant) -> (id: RehearsalID, progress: RehearsalProgress)? {
        guard !entries.values.contains(where: { $0.hall == hall && $0.isRunning }) else { return nil }
        forgetOld(in: hall, at: now)
        let (id, progress) = (RehearsalID(UUID()), RehearsalProgress())
        entries[id] = Entry(hall: hall, beganAt: now, progress: progress, state: .running)
        return (id, progress)
    }

    mutating func end(_ id: RehearsalID, as state: RehearsalState) {
        // What was cancelled stays so, however near its end it was.
        if entries[id]?.isRunning == true { entries[id]?.state = state }
    }

    /// The thread that rehearses notices a moment later. What has ended stays as it is.
    mutating func cancel(_ id: RehearsalID) {
        guard entries[id]?.isRunning == true else { return }
        entries[id]?.progress.cancel()
        entries[id]?.state = .cancelled
    }

    private mutating func forgetOld(in hall: HallID, at now: Instant) {
        let finished = entries.filter { !$0.value.isRunning }
        for (id, entry) in finished where now - entry.beganAt > ServerLimits.rehearsalLifetime { entries[id] = nil }
        let own = entries.filter { $0.value.hall == hall }.sorted { $0.value.beganAt > $1.value.beganAt }
        for (id, _) in own.dropFirst(ServerLimits.rehearsalsKept - 1) { entries[id] = nil }
    }
}

import CLibwebsockets
import Glibc

/// Waits for sockets whose reading libwebsockets was told to stop.
///
/// While an answer is pending, libwebsockets neither reads a pipelined request nor masks it: a client that sends one
/// byte too early would spin the loop. Reading is therefore off during that time, which in libwebsockets also
/// switches off writing and hides a client that leaves. This epoll instance of our own, itself a descriptor on the
/// loop, tells of both.
struct ReadinessWatcher {
    struct Events: OptionSet {
        let rawValue: UInt32
        static let readable = Events(rawValue: EPOLLIN.rawValue)
        static let writable = Events(rawValue: EPOLLOUT.rawValue)
        static let hangUp = Events(rawValue: EPOLLRDHUP.rawValue)
        static let failure = Events(rawValue: EPOLLHUP.rawValue | EPOLLERR.rawValue)
    }

    /// Owned by libwebsockets once adopted.
    let descriptor: Int32

    init?() {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        if descriptor < 0 { return nil }
    }

    /// Reports the next of `events` once, under `serial`.
    func watch(_ socket: Int32, serial: UInt64, for events: Events) {
        var event = epoll_event()
        event.events = events.rawValue | EPOLLONESHOT.rawValue
        event.data.u64 = serial
        if epoll_ctl(descriptor, EPOLL_CTL_MOD, socket, &event) != 0 {
            epoll_ctl(descriptor, EPOLL_CTL_ADD, socket, &event)
        }
    }

    func unwatch(_ socket: Int32) {
        var event = epoll_event()
        epoll_ctl(descriptor, EPOLL_CTL_DEL, socket, &event)
    }

    /// What has happened, at most `maximumEvents` at a time; the loop asks again while the instance is readable.
    func collect() -> [(serial: UInt64, events: Events)] {
        let maximumEvents = 64
        var buffer = [epoll_event](repeating: epoll_event(), count: maximumEvents)
        let count = epoll_wait(descriptor, &buffer, Int32(maximumEvents), 0)
        guard count > 0 else { return [] }
        return buffer.prefix(Int(count)).map { ($0.data.u64, Events(rawValue: $0.events)) }
    }
}

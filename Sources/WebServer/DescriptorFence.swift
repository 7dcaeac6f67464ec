import Glibc

/// Keeps a double close of libwebsockets from hitting somebody else's file.
///
/// On libuv, libwebsockets 4.1 closes the descriptor of its wake-up event twice while it destroys a context. If
/// another thread opens a file between the two, it may get that number, and the second close takes the file away
/// from it: with a database in the process, at the very moment of shutting down, that must not happen.
///
/// The kernel gives out the lowest free number. So the event is made to get a high one, which nobody is given as long
/// as a lower one is free; and creating and destroying contexts exclude each other.
enum DescriptorFence {
    /// More descriptors than the rest of a process has open once its connections are closed.
    private static let reservedDescriptors = 256

    /// Unsafe only to the compiler: a pthread mutex is made to be used from several threads, and its address, allocated
    /// once and never freed, does not change.
    nonisolated(unsafe) private static let lock: UnsafeMutablePointer<pthread_mutex_t> = {
        let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
        pthread_mutex_init(lock, nil)
        return lock
    }()

    /// Runs `create` while the low descriptors are taken.
    static func creating<Result>(_ create: () -> Result) -> Result {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        var placeholders: [Int32] = []
        while placeholders.last ?? 0 < reservedDescriptors {
            let descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
            // At the limit of open files there is nothing left to reserve; the server can still start.
            if descriptor < 0 { break }
            placeholders.append(descriptor)
        }
        defer { placeholders.forEach { close($0) } }
        return create()
    }

    /// Between these two a context is destroyed; both on the loop thread.
    static func beginDestroying() { pthread_mutex_lock(lock) }
    static func endDestroying() { pthread_mutex_unlock(lock) }
}

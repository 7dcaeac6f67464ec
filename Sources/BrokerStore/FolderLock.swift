import Foundation
import Glibc

/// An advisory lock on a folder (`flock`), between threads and between processes. The system lets go of it when its process dies.
enum FolderLock {
    enum Kind {
        /// Held by many at once.
        case shared
        case exclusive
    }

    /// Runs `body` while the lock is held; waits for it as long as it takes.
    /// - Throws: `VaultError.unavailable` when the folder cannot be locked, and what `body` throws.
    static func holding<Value>(_ kind: Kind, on folder: URL, _ body: () throws(VaultError) -> Value) throws(VaultError) -> Value {
        let descriptor = try open(folder)
        defer { close(descriptor) }
        while flock(descriptor, kind == .shared ? LOCK_SH : LOCK_EX) != 0 {
            guard errno == EINTR else { throw .unavailable(cause: "cannot lock \(folder.path): errno \(errno)") }
        }
        return try body()
    }

    /// Runs `body` while the lock is held alone.
    /// - Returns: nil, and nothing was run, when somebody else holds it.
    /// - Throws: `VaultError.unavailable` when the folder cannot be locked, and what `body` throws.
    static func ifFree<Value>(on folder: URL, _ body: () throws(VaultError) -> Value) throws(VaultError) -> Value? {
        let descriptor = try open(folder)
        defer { close(descriptor) }
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            if errno == EWOULDBLOCK { return nil }
            guard errno == EINTR else { throw .unavailable(cause: "cannot lock \(folder.path): errno \(errno)") }
        }
        return try body()
    }

    private static func open(_ folder: URL) throws(VaultError) -> Int32 {
        let descriptor = Glibc.open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unavailable(cause: "cannot open \(folder.path): errno \(errno)") }
        return descriptor
    }
}

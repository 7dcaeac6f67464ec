import CLibwebsockets
import Glibc

/// Brings libwebsockets' own lines to the log of the loop they come from.
///
/// The library has one log function for the process and gives it no context; but every line comes from a thread that
/// runs a loop, so the thread remembers which.
final class LibraryLog: Sendable {
    static let shared = LibraryLog()

    private let key: pthread_key_t

    private init() {
        var key = pthread_key_t()
        pthread_key_create(&key, nil)
        self.key = key
        // Errors and warnings only: from "notice" on, lines may carry what clients sent.
        lws_set_log_level(LLL_ERR | LLL_WARN, logCallback)
    }

    func attach(_ loop: Loop) {
        pthread_setspecific(key, Unmanaged.passUnretained(loop).toOpaque())
    }

    func detach() {
        pthread_setspecific(key, nil)
    }

    func emit(_ level: Int32, _ line: UnsafePointer<CChar>) {
        guard let opaque = pthread_getspecific(key) else { return }
        let loop = Unmanaged<Loop>.fromOpaque(opaque).takeUnretainedValue()
        let text = String(cString: line).split(whereSeparator: \.isNewline).joined(separator: " ")
        loop.log(level == LLL_ERR ? .error : .warning, "libwebsockets: \(text)")
    }
}

private func logCallback(_ level: Int32, _ line: UnsafePointer<CChar>?) {
    if let line { LibraryLog.shared.emit(level, line) }
}

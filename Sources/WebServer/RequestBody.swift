import Glibc

/// Why a request's body could not be read.
public enum BodyError: Error, Sendable, Equatable {
    /// More bytes than `limit` were announced. Answered 413 unless the completion has answered.
    case tooLarge(limit: Int)
    /// No `Content-Length`, or a transfer coding, which this server does not decode (411).
    case lengthRequired
    /// The client went away, or the body had been asked for before.
    case disconnected
    /// Nothing arrived for ``Limits/requestBodyIdleTimeout`` (408).
    case timedOut
    /// The file could not be created or written: `ENOSPC`, `EIO`, … (507 or 500).
    case storage(errno: Int32)

    /// Stable, for logs and problem documents.
    public var code: String {
        switch self {
        case .tooLarge: "body_too_large"
        case .lengthRequired: "length_required"
        case .disconnected: "client_disconnected"
        case .timedOut: "body_timed_out"
        case .storage: "storage_failed"
        }
    }

    /// What is answered when the delegate leaves it to the server.
    var defaultStatus: Int {
        switch self {
        case .tooLarge: 413
        case .lengthRequired: 411
        case .disconnected, .timedOut: 408
        case .storage(let errno): errno == ENOSPC || errno == EDQUOT ? 507 : 500
        }
    }
}

/// A body that is completely on disk. It has not been fsynced.
public struct ReceivedFile: Sendable, Equatable {
    public let path: String
    public let byteCount: Int
}

/// How many bytes of body follow a request head (RFC 9112 section 6.3).
enum BodyLength: Equatable {
    case known(Int)
    /// POST, PUT or PATCH without a length, or a transfer coding.
    case unknown
    case invalid

    init(_ head: RequestHead) {
        if head.header("transfer-encoding") != nil {
            self = .unknown
        } else if let text = head.header("content-length") {
            let isNumber = !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
            if isNumber, let length = Int(text) { self = .known(length) } else { self = .invalid }
        } else {
            switch head.method {
            case "POST", "PUT", "PATCH": self = .unknown
            default: self = .known(0)
            }
        }
    }
}

/// Where the bytes of a body go. Its completion is called exactly once: by `finish` or by `fail`.
enum BodySink {
    case memory(MemorySink)
    case file(FileSink)
    case pieces(PieceSink)

    func append(_ bytes: UnsafeRawBufferPointer) -> BodyError? {
        switch self {
        case .memory(let sink): sink.append(bytes)
        case .file(let sink): sink.append(bytes)
        case .pieces(let sink): sink.append(bytes)
        }
    }

    func finish() -> BodyError? {
        switch self {
        case .memory(let sink): sink.finish()
        case .file(let sink): sink.finish()
        case .pieces(let sink): sink.finish()
        }
    }

    func fail(_ error: BodyError) {
        switch self {
        case .memory(let sink): sink.fail(error)
        case .file(let sink): sink.fail(error)
        case .pieces(let sink): sink.fail(error)
        }
    }
}

final class MemorySink {
    private var bytes: [UInt8] = []
    private var completion: ((Result<[UInt8], BodyError>) -> Void)?

    init(_ completion: @escaping (Result<[UInt8], BodyError>) -> Void) {
        self.completion = completion
    }

    func append(_ piece: UnsafeRawBufferPointer) -> BodyError? {
        bytes.append(contentsOf: piece)
        return nil
    }

    func finish() -> BodyError? {
        complete(.success(bytes))
        return nil
    }

    func fail(_ error: BodyError) {
        complete(.failure(error))
    }

    private func complete(_ result: Result<[UInt8], BodyError>) {
        guard let completion else { return }
        self.completion = nil
        completion(result)
    }
}

/// Passes the bytes on as they arrive.
final class PieceSink {
    private var take: ((UnsafeRawBufferPointer) -> BodyError?)?
    private var completion: ((Result<Int, BodyError>) -> Void)?
    private var byteCount = 0

    init(take: @escaping (UnsafeRawBufferPointer) -> BodyError?, _ completion: @escaping (Result<Int, BodyError>) -> Void) {
        self.take = take
        self.completion = completion
    }

    func append(_ piece: UnsafeRawBufferPointer) -> BodyError? {
        byteCount += piece.count
        return take?(piece)
    }

    func finish() -> BodyError? {
        complete(.success(byteCount))
        return nil
    }

    func fail(_ error: BodyError) {
        complete(.failure(error))
    }

    private func complete(_ result: Result<Int, BodyError>) {
        guard let completion else { return }
        self.completion = nil
        take = nil
        completion(result)
    }
}

/// Writes as the bytes arrive, so that memory does not grow with the body.
final class FileSink {
    private let path: String
    private var descriptor: Int32
    private var byteCount = 0
    private var completion: ((Result<ReceivedFile, BodyError>) -> Void)?

    /// - Throws: ``BodyError/storage(errno:)`` when the file exists or cannot be created.
    init(path: String, _ completion: @escaping (Result<ReceivedFile, BodyError>) -> Void) throws(BodyError) {
        self.path = path
        // Exclusive: nobody's file is overwritten, and what is removed on failure is ours.
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor < 0 { throw .storage(errno: errno) }
        self.completion = completion
    }

    func append(_ piece: UnsafeRawBufferPointer) -> BodyError? {
        var rest = piece[...]
        while !rest.isEmpty {
            let written = write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if written < 0 {
                if errno == EINTR { continue }
                return .storage(errno: errno)
            }
            rest = rest.dropFirst(written)
            byteCount += written
        }
        return nil
    }

    func finish() -> BodyError? {
        // Network file systems report a full disk only here.
        let failure = close(descriptor) == 0 ? nil : BodyError.storage(errno: errno)
        descriptor = -1
        if let failure { return failure }
        complete(.success(ReceivedFile(path: path, byteCount: byteCount)))
        return nil
    }

    func fail(_ error: BodyError) {
        if descriptor >= 0 { _ = close(descriptor) }
        descriptor = -1
        unlink(path)
        complete(.failure(error))
    }

    private func complete(_ result: Result<ReceivedFile, BodyError>) {
        guard let completion else { return }
        self.completion = nil
        completion(result)
    }
}

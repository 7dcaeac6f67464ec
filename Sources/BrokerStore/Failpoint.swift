#if DEBUG
import Glibc
import Synchronization
#endif

/// Where a crash test may end the process as a power cut would: `FARWINDOW_FAILPOINT=after-commit:17` kills it (SIGKILL, no goodbye, nothing flushed) when
/// the point is reached for the 17th time since the start. Debug builds only; in a release build nothing is left of it.
///
/// | Point | Reached | What a crash there must leave |
/// |---|---|---|
/// | `before-commit` | a batch is about to be written | nothing of the batch, and nobody was told of it |
/// | `in-commit` | after a batch's first record, inside the transaction | nothing of the batch |
/// | `after-commit` | a batch is on disk, its messages are still held | all of the batch, which nobody knows of yet |
/// | `after-telling` | a batch's messages were handed to the sockets | all of the batch |
/// | `segment-written` | a piece of a resumable upload is sealed, under its temporary name | the upload as it was before the piece |
/// | `segment-kept` | a piece is on disk, nobody was told | the upload with the piece |
/// | `upload-received` | a file has arrived, unencrypted in `incoming/` | no file, and nothing left in `incoming/` |
/// | `data-key-stored` | a file's key is on disk, the file is not | no file; the key is swept |
/// | `file-written` | an encrypted file is on disk under its temporary name | no file; the leftover is swept |
/// | `file-renamed` | an encrypted file has its name, and no row | no file; the orphan is swept |
/// | `data-key-destroyed` | a file's key is gone, its bytes are not | no file that could be read; the bytes are swept |
/// | `erasure-stored` | an erasure is on disk, keys are still there | nothing of the person in the database; the keys are destroyed at the next start |
/// | `key-made` | a new master key is in the ring, no file's key is wrapped by it | every file as before; the next run goes on with this key |
/// | `file-rewrapped` | a file's key is wrapped anew; or it has moved out of the file, which still carries it too | the file |
/// | `file-replaced` | a file no longer carries its key | the file, under the new key |
/// | `before-key-retired` | no file needs an older master key, and the ring still has them | every file; the next run retires them |
/// | `key-retired` | the ring has the newest master key alone | every file |
/// | `sign-in-stored` | a sign-in is on disk and not answered | a sign-in whose token nobody has; it expires |
/// | `recovery` | the broker is rebuilt, nothing of the recovery is stored | what was there before the start |
public enum Failpoint: String, CaseIterable, Sendable {
    case beforeCommit = "before-commit"
    case inCommit = "in-commit"
    case afterCommit = "after-commit"
    case afterTelling = "after-telling"
    case segmentWritten = "segment-written"
    case segmentKept = "segment-kept"
    case uploadReceived = "upload-received"
    case dataKeyStored = "data-key-stored"
    case fileWritten = "file-written"
    case fileRenamed = "file-renamed"
    case dataKeyDestroyed = "data-key-destroyed"
    case erasureStored = "erasure-stored"
    case keyMade = "key-made"
    case fileRewrapped = "file-rewrapped"
    case fileReplaced = "file-replaced"
    case beforeKeyRetired = "before-key-retired"
    case keyRetired = "key-retired"
    case signInStored = "sign-in-stored"
    case recovery

    /// Says that this point is reached now. Does nothing unless a test has armed it.
    @inline(__always)
    public func reached() {
        #if DEBUG
        guard let armed = ArmedFailpoint.fromEnvironment, armed.point == self else { return }
        armed.reached()
        #endif
    }
}

#if DEBUG
private final class ArmedFailpoint: Sendable {
    static let variable = "FARWINDOW_FAILPOINT"
    static let fromEnvironment = getenv(variable).map { ArmedFailpoint(String(cString: $0)) }

    let point: Failpoint
    private let left: Atomic<Int>

    /// A misspelt point would make a test that passes without having tested anything.
    private init(_ text: String) {
        let parts = text.split(separator: ":")
        guard parts.count == 2, let point = Failpoint(rawValue: String(parts[0])), let count = Int(parts[1]), count > 0 else {
            fatalError("\(Self.variable)=\(text) is not POINT:COUNT with one of \(Failpoint.allCases.map(\.rawValue))")
        }
        self.point = point
        left = Atomic(count)
    }

    func reached() {
        if left.subtract(1, ordering: .sequentiallyConsistent).newValue == 0 { kill(getpid(), SIGKILL) }
    }
}
#endif

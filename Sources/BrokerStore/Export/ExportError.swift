import SignalingProtocol

/// Why a case could not be exported. Nothing is left of the archive then.
public enum ExportError: Error, Sendable {
    /// A file of the case is missing in the vault, damaged, or cannot be read now.
    case file(FileID, VaultError)
    /// A file of the case is not the one that was recorded: another length or another SHA-256.
    case fileAltered(FileID)
    /// The key that signs exports cannot be read, or others can read it.
    case signingKey(cause: String)
    /// The archive cannot be written: the disk is full or failing, or the folder is not there.
    case output(cause: String)

    /// Stable, for scripts and the log.
    public var code: String {
        switch self {
        case .file(_, let error): "export_\(error.code)"
        case .fileAltered: "export_file_altered"
        case .signingKey: "export_signing_key_unusable"
        case .output: "export_output_failed"
        }
    }
}

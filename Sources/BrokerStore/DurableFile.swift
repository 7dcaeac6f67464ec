import Foundation
import Glibc

/// Writes that are on disk when they return, folder entry included.
public enum DurableFile {
    public struct Failure: Error {
        public let operation: String
        public let errno: Int32
    }

    /// Writes a new file and syncs it. An older file of that name is replaced.
    public static func write(_ bytes: Data, to url: URL, mode: mode_t) throws {
        let descriptor = open(url.path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw Failure(operation: "open", errno: errno) }
        defer { close(descriptor) }
        // An older file keeps its mode when it is opened, whatever `open` is told.
        guard fchmod(descriptor, mode) == 0 else { throw Failure(operation: "chmod", errno: errno) }
        do {
            try write(bytes, to: descriptor)
        } catch {
            unlink(url.path)
            throw error
        }
        guard fsync(descriptor) == 0 else { throw Failure(operation: "fsync", errno: errno) }
        try syncDirectory(of: url)
    }

    /// Writes all bytes at the descriptor's place. Syncs nothing.
    static func write(_ bytes: Data, to descriptor: Int32) throws {
        try bytes.withUnsafeBytes { buffer in
            var written = 0
            while written < buffer.count {
                let count = Glibc.write(descriptor, buffer.baseAddress?.advanced(by: written), buffer.count - written)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { throw Failure(operation: "write", errno: errno) }
                written += count
            }
        }
    }

    /// Writes a file so that at every moment either the older one or the new one stands whole under its name.
    public static func replace(_ url: URL, with bytes: Data, mode: mode_t) throws {
        let temporary = url.appendingPathExtension("part")
        try write(bytes, to: temporary, mode: mode)
        try rename(temporary, to: url)
    }

    /// Renames within one folder and syncs the folder.
    public static func rename(_ source: URL, to target: URL) throws {
        guard Glibc.rename(source.path, target.path) == 0 else { throw Failure(operation: "rename", errno: errno) }
        try syncDirectory(of: target)
    }

    /// Unlinks a file and syncs the folder; one that is not there is no error.
    static func remove(_ url: URL) throws {
        guard unlink(url.path) == 0 || errno == ENOENT else { throw Failure(operation: "unlink", errno: errno) }
        try syncDirectory(of: url)
    }

    static func syncDirectory(of url: URL) throws {
        let descriptor = open(url.deletingLastPathComponent().path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure(operation: "open directory", errno: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw Failure(operation: "fsync directory", errno: errno) }
    }
}

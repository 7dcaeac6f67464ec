import Crypto
import Foundation
import SignalingProtocol

/// Why a file cannot be put into or taken out of the vault.
public enum VaultError: Error, Sendable {
    /// The disk is full or failing.
    case unavailable(cause: String)
    /// There is no such file.
    case missing
    /// The bytes, the key or the names bound to them do not agree: damaged or swapped. Never served.
    case damaged
    /// The master key cannot be read, or others can read it.
    case masterKey(cause: String)
}

/// Handed-in files, encrypted at rest.
///
/// A file is `FWV1`, the data key wrapped by the master key (RFC 3394), then AES-256-GCM of the bytes with file and case id as associated data. The master
/// key lies outside the database. A file appears under its name only when it is whole on disk.
public struct FileVault: Sendable {
    private let directory: URL
    let masterKey: SymmetricKey

    private static let mark = Data("FWV1".utf8)
    /// AES key wrap of a 256-bit key adds 8 bytes.
    private static let wrappedKeyBytes = 40

    /// Opens the vault; makes the folder, and at the first start the master key.
    /// - Throws: `VaultError.masterKey`, `VaultError.unavailable`.
    public init(directory: URL, masterKeyFile: URL) throws(VaultError) {
        do {
            try FileManager.default.createDirectory(
                at: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .unavailable(cause: "\(error)")
        }
        self.directory = directory
        masterKey = try Self.loadOrMakeMasterKey(masterKeyFile)
    }

    /// Encrypts and stores a file. On return it is on disk, name included.
    /// - Throws: `VaultError.unavailable`.
    public func put(_ bytes: Data, file: FileID, of caseID: CaseID) throws(VaultError) {
        let temporary = directory.appending(path: "\(file).part")
        do {
            let key = SymmetricKey(size: .bits256)
            let sealed = try AES.GCM.seal(bytes, using: key, authenticating: Self.binding(file, caseID))
            guard let combined = sealed.combined else { throw VaultError.damaged }
            try DurableFile.write(Self.mark + AES.KeyWrap.wrap(key, using: masterKey) + combined, to: temporary, mode: 0o600)
            Failpoint.fileWritten.reached()
            try DurableFile.rename(temporary, to: url(file))
            Failpoint.fileRenamed.reached()
        } catch {
            // Where room is short, nothing is left of a file that was not taken; also when only its last sync failed.
            try? FileManager.default.removeItem(at: temporary)
            discard(file)
            throw error as? VaultError ?? .unavailable(cause: "\(error)")
        }
    }

    /// Decrypts a file and checks that it is the one that was put under these ids.
    /// - Throws: `VaultError.missing`, `VaultError.damaged`.
    public func get(_ file: FileID, of caseID: CaseID) throws(VaultError) -> Data {
        guard let stored = try? Data(contentsOf: url(file)) else { throw .missing }
        let header = Self.mark.count + Self.wrappedKeyBytes
        guard stored.count > header, stored.prefix(Self.mark.count) == Self.mark else { throw .damaged }
        do {
            let key = try AES.KeyWrap.unwrap(stored[Self.mark.count..<header], using: masterKey)
            return try AES.GCM.open(
                AES.GCM.SealedBox(combined: stored[header...]), using: key, authenticating: Self.binding(file, caseID))
        } catch {
            throw .damaged
        }
    }

    /// Removes a file; one that is not there is no error.
    public func discard(_ file: FileID) {
        try? FileManager.default.removeItem(at: url(file))
    }

    /// Removes what no case refers to: leftovers of a crash between writing a file and recording it. What is not the vault's stays.
    /// - Returns: how many were removed.
    public func sweep(keeping kept: Set<FileID>) -> Int {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
        let orphans = names.filter { name in
            if name.hasSuffix(".part") { return FileID(String(name.dropLast(5))) != nil }
            return FileID(name).map { !kept.contains($0) } ?? false
        }
        for name in orphans { try? FileManager.default.removeItem(at: directory.appending(path: name)) }
        return orphans.count
    }

    private func url(_ file: FileID) -> URL { directory.appending(path: file.description) }

    private static func binding(_ file: FileID, _ caseID: CaseID) -> Data { Data("file:\(file) case:\(caseID)".utf8) }

    private static func loadOrMakeMasterKey(_ file: URL) throws(VaultError) -> SymmetricKey {
        do {
            if !FileManager.default.fileExists(atPath: file.path) {
                let key = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
                // Half a key under its name would stop every later start.
                let temporary = file.appendingPathExtension("part")
                try DurableFile.write(Data(key.base64EncodedString().utf8), to: temporary, mode: 0o600)
                try DurableFile.rename(temporary, to: file)
            }
            let permissions = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? NSNumber
            guard let mode = permissions?.intValue, mode & 0o077 == 0 else { throw VaultError.masterKey(cause: "others can read \(file.path)") }
            let text = String(decoding: try Data(contentsOf: file), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
            guard let key = Data(base64Encoded: text), key.count == 32 else { throw VaultError.masterKey(cause: "not 32 bytes of base 64") }
            return SymmetricKey(data: key)
        } catch let error as VaultError {
            throw error
        } catch {
            throw .masterKey(cause: "\(error)")
        }
    }
}

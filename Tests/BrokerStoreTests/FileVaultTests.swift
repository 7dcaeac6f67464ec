import BrokerStore
import Foundation
import SignalingProtocol
import Testing

/// A vault in a folder of its own.
struct Safe {
    let folder: TemporaryFolder
    let vault: FileVault

    init() throws {
        folder = try TemporaryFolder()
        vault = try Self.open(folder)
    }

    static func open(_ folder: TemporaryFolder) throws -> FileVault {
        try FileVault(directory: folder.url.appending(path: "files"), masterKeyFile: folder.url.appending(path: "keys/master.key"))
    }

    static let someCase = CaseID(Fixtures.uuid(100))

    /// Where the files' own keys lie.
    var dataKeys: URL { folder.url.appending(path: "keys/files") }
    func dataKey(_ file: FileID) -> URL { dataKeys.appending(path: file.description) }
    func keyNames() throws -> Set<String> { Set(try FileManager.default.contentsOfDirectory(atPath: dataKeys.path)).subtracting(["all-moved-out"]) }

    var key: URL { folder.url.appending(path: "keys/master.key") }
    func url(_ name: some CustomStringConvertible) -> URL { folder.url.appending(path: "files/\(name)") }
    func names() throws -> Set<String> { Set(try FileManager.default.contentsOfDirectory(atPath: folder.url.appending(path: "files").path)) }

    /// What `get` gives: the bytes, or the name of the error.
    func get(_ file: FileID, of caseID: CaseID = Safe.someCase) -> Taken {
        do throws(VaultError) {
            return .bytes(try vault.get(file, of: caseID))
        } catch {
            return Taken(error)
        }
    }
}

enum Taken: Equatable {
    case bytes(Data)
    case unavailable, missing, damaged, masterKey, keyGone, rotationUnderWay

    init(_ error: VaultError) {
        self =
            switch error {
            case .unavailable: .unavailable
            case .missing: .missing
            case .damaged: .damaged
            case .masterKey: .masterKey
            case .keyGone: .keyGone
            case .rotationUnderWay: .rotationUnderWay
            }
    }
}

private let someCase = Safe.someCase
private let one = FileID(Fixtures.uuid(1))
private let two = FileID(Fixtures.uuid(2))

func vaultError(of body: () throws -> Void) -> Taken? {
    do {
        try body()
        return nil
    } catch let error as VaultError {
        return Taken(error)
    } catch {
        Issue.record("\(error)")
        return nil
    }
}

@Suite("The file vault")
struct FileVaultTests {
    @Test(arguments: [0, 1, 15, 16, 17, 5_000_000])
    func givesBackWhatWasPutIn(_ count: Int) throws {
        let safe = try Safe()
        let bytes = Data((0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        try safe.vault.put(bytes, file: one, of: someCase)
        #expect(safe.get(one) == .bytes(bytes))
        #expect(try Safe.open(safe.folder).get(one, of: someCase) == bytes, "and after a restart")
    }

    @Test func keepsNoPlainTextAndNoTwoFilesAlike() throws {
        let safe = try Safe()
        let text = Data(String(repeating: "王秀英 445102199001010000 ", count: 100).utf8)
        try safe.vault.put(text, file: one, of: someCase)
        try safe.vault.put(text, file: two, of: someCase)
        let stored = try Data(contentsOf: safe.url(one))
        for word in ["王秀英", "445102199001010000"] { #expect(stored.range(of: Data(word.utf8)) == nil) }
        #expect(try stored.dropFirst(4) != Data(contentsOf: safe.url(two)).dropFirst(4), "each has a key of its own")
        let permissions = try FileManager.default.attributesOfItem(atPath: safe.url(one).path)[.posixPermissions] as? NSNumber
        #expect(permissions?.intValue == 0o600)
    }

    @Test func noticesEverySingleFlippedBitAndEveryCut() throws {
        let safe = try Safe()
        try safe.vault.put(Data("营业执照".utf8), file: one, of: someCase)
        let stored = try Data(contentsOf: safe.url(one))
        for index in stored.indices {
            var flipped = stored
            flipped[index] ^= 1 << UInt8(index % 8)
            try flipped.write(to: safe.url(one))
            #expect(safe.get(one) == .damaged, "byte \(index) of \(stored.count)")
        }
        for count in 0..<stored.count {
            try stored.prefix(count).write(to: safe.url(one))
            #expect(safe.get(one) == .damaged, "cut after \(count)")
        }
        try (stored + [0]).write(to: safe.url(one))
        #expect(safe.get(one) == .damaged, "one byte more")
        try stored.write(to: safe.url(one))
        #expect(safe.get(one) == .bytes(Data("营业执照".utf8)))
    }

    @Test func noticesFilesThatWereSwappedOrMovedToAnotherCase() throws {
        let safe = try Safe()
        try safe.vault.put(Data("one".utf8), file: one, of: someCase)
        try safe.vault.put(Data("two".utf8), file: two, of: someCase)
        #expect(safe.get(one, of: CaseID(Fixtures.uuid(101))) == .damaged)
        let first = try Data(contentsOf: safe.url(one))
        try Data(contentsOf: safe.url(two)).write(to: safe.url(one))
        try first.write(to: safe.url(two))
        #expect(safe.get(one) == .damaged)
        #expect(safe.get(two) == .damaged)
    }

    @Test func saysThatAFileIsMissing() throws {
        let safe = try Safe()
        #expect(safe.get(one) == .missing)
        try FileManager.default.createDirectory(at: safe.url(one), withIntermediateDirectories: false)
        #expect(safe.get(one) == .missing, "what cannot be read is missing")
        try safe.vault.put(Data("two".utf8), file: two, of: someCase)
        safe.vault.discard(two)
        safe.vault.discard(two)
        #expect(safe.get(two) == .missing)
    }

    @Test func destroysTheKeySoThatNoCopyOfTheFileOpens() throws {
        let safe = try Safe()
        try safe.vault.put(Data("身份证".utf8), file: one, of: someCase)
        try safe.vault.put(Data("two".utf8), file: two, of: someCase)
        let backup = try Data(contentsOf: safe.url(one))
        try safe.vault.destroy(one)
        try safe.vault.destroy(one)
        #expect(safe.get(one) == .missing)
        #expect(try safe.keyNames() == ["\(two)"])
        try backup.write(to: safe.url(one))
        #expect(safe.get(one) == .keyGone, "the restored file has no key, in no process")
        #expect(vaultError { _ = try Safe.open(safe.folder).get(one, of: someCase) } == .keyGone)
        #expect(safe.get(two) == .bytes(Data("two".utf8)))
        try Data(count: 52).write(to: safe.dataKey(one))
        #expect(safe.get(one) == .keyGone, "a key that was being destroyed when the process died is none")
    }

    @Test func noticesEverySingleFlippedBitOfAKey() throws {
        let safe = try Safe()
        try safe.vault.put(Data("营业执照".utf8), file: one, of: someCase)
        let stored = try Data(contentsOf: safe.dataKey(one))
        for index in stored.indices {
            var flipped = stored
            flipped[index] ^= 1 << UInt8(index % 8)
            try flipped.write(to: safe.dataKey(one))
            #expect(safe.get(one) == (index < 4 ? .keyGone : .damaged), "byte \(index) of \(stored.count)")
        }
        try stored.write(to: safe.dataKey(one))
        #expect(safe.get(one) == .bytes(Data("营业执照".utf8)))
        let permissions = try FileManager.default.attributesOfItem(atPath: safe.dataKey(one).path)[.posixPermissions] as? NSNumber
        #expect(permissions?.intValue == 0o600)
    }

    @Test func neverServesAFileThatWasNotFinished() throws {
        let safe = try Safe()
        try safe.vault.put(Data("whole".utf8), file: two, of: someCase)
        try FileManager.default.copyItem(at: safe.url(two), to: safe.url("\(one).part"))
        #expect(safe.get(one) == .missing)
        try safe.vault.put(Data("again".utf8), file: one, of: someCase)
        #expect(safe.get(one) == .bytes(Data("again".utf8)))
        #expect(try safe.names() == ["\(one)", "\(two)"])
    }

    @Test func saysThatItCannotStore() throws {
        let safe = try Safe()
        try FileManager.default.removeItem(at: safe.folder.url.appending(path: "files"))
        #expect(vaultError { try safe.vault.put(Data("x".utf8), file: one, of: someCase) } == .unavailable)
        try Data().write(to: safe.folder.url.appending(path: "files"))
        #expect(vaultError { _ = try Safe.open(safe.folder) } == .unavailable, "a file lies where the folder should be")
    }

    @Test func refusesAMasterKeyThatOthersCanReadOrThatIsNone() throws {
        let safe = try Safe()
        let good = try Data(contentsOf: safe.key)
        for mode in [0o644, 0o640, 0o604, 0o620, 0o601] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: safe.key.path)
            #expect(vaultError { _ = try Safe.open(safe.folder) } == .masterKey, "mode \(String(mode, radix: 8))")
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o400], ofItemAtPath: safe.key.path)
        #expect(vaultError { _ = try Safe.open(safe.folder) } == nil)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: safe.key.path)
        for wrong in [Data(), Data("key".utf8), Data(Data(repeating: 1, count: 31).base64EncodedString().utf8), good.dropLast(3)] {
            try DurableFile.write(wrong, to: safe.key, mode: 0o600)
            #expect(vaultError { _ = try Safe.open(safe.folder) } == .masterKey)
        }
        try DurableFile.write(good + Data("\n".utf8), to: safe.key, mode: 0o600)
        #expect(vaultError { _ = try Safe.open(safe.folder) } == nil, "an editor's last newline does no harm")
    }

    @Test func opensNothingWithAnotherMasterKey() throws {
        let safe = try Safe()
        try safe.vault.put(Data("x".utf8), file: one, of: someCase)
        try FileManager.default.removeItem(at: safe.key)
        let other = try Safe.open(safe.folder)
        #expect(vaultError { _ = try other.get(one, of: someCase) } == .damaged)
    }

    @Test func makesAMasterKeyForItsOwnerAloneEvenAfterAStartThatWasCutOff() throws {
        let folder = try TemporaryFolder()
        let keys = folder.url.appending(path: "keys")
        try FileManager.default.createDirectory(at: keys, withIntermediateDirectories: true)
        try Data("half a k".utf8).write(to: keys.appending(path: "master.key.part"))
        let vault = try Safe.open(folder)
        try vault.put(Data("x".utf8), file: one, of: someCase)
        #expect(try Safe.open(folder).get(one, of: someCase) == Data("x".utf8))
        #expect(try FileManager.default.contentsOfDirectory(atPath: keys.path).sorted() == ["files", "master.key"])
        let permissions = try FileManager.default.attributesOfItem(atPath: keys.appending(path: "master.key").path)[.posixPermissions] as? NSNumber
        #expect(permissions?.intValue == 0o600)
    }
}

@Suite("A durable file")
struct DurableFileTests {
    @Test func replacesAnOlderOneAndTakesTheModeItIsGiven() throws {
        let folder = try TemporaryFolder()
        let file = folder.url.appending(path: "secret.txt")
        try Data("a much longer older text".utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file.path)
        try DurableFile.write(Data("new".utf8), to: file, mode: 0o600)
        #expect(try Data(contentsOf: file) == Data("new".utf8))
        let permissions = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? NSNumber
        #expect(permissions?.intValue == 0o600, "whoever could read the older one cannot read this one")
    }

    @Test func saysWhatFailed() throws {
        let folder = try TemporaryFolder()
        #expect(throws: DurableFile.Failure.self) {
            try DurableFile.write(Data(), to: folder.url.appending(path: "nowhere/file"), mode: 0o600)
        }
        #expect(throws: DurableFile.Failure.self) {
            try DurableFile.rename(folder.url.appending(path: "nothing"), to: folder.url.appending(path: "something"))
        }
    }
}

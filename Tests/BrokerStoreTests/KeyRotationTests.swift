import BrokerStore
import Crypto
import Foundation
import SignalingProtocol
import Synchronization
import Testing

private func file(_ number: Int) -> FileID { FileID(Fixtures.uuid(number)) }
private func text(_ number: Int) -> Data { Data("文件 \(number)".utf8) }

extension Safe {
    /// Number of keys in the ring.
    func keyCount() throws -> Int { try String(contentsOf: key, encoding: .utf8).split(separator: "\n").count }

    /// Puts the vault where an earlier release left it: files that carry their own keys. Of the first release: one master key without an id, headers that
    /// name none.
    func makeEarlierRelease(_ mark: String = "FWV1", files: [Int: Data]) throws {
        try FileManager.default.removeItem(at: dataKeys.appending(path: "all-moved-out"))
        let master = SymmetricKey(size: .bits256)
        try DurableFile.write(Data(master.withUnsafeBytes { Data($0).base64EncodedString() }.utf8), to: key, mode: 0o600)
        for (number, bytes) in files {
            let key = SymmetricKey(size: .bits256)
            let binding = Data("file:\(file(number)) case:\(Safe.someCase)".utf8)
            let sealed = try #require(AES.GCM.seal(bytes, using: key, authenticating: binding).combined)
            let masterID =
                mark == "FWV1"
                ? Data()
                : HKDF<SHA256>.deriveKey(
                    inputKeyMaterial: master, info: Data("farwindow master key id".utf8), outputByteCount: 8
                ).withUnsafeBytes { Data($0) }
            try DurableFile.write(Data(mark.utf8) + masterID + AES.KeyWrap.wrap(key, using: master) + sealed, to: url(file(number)), mode: 0o600)
        }
    }
}

@Suite("Rotating the master key")
struct KeyRotationTests {
    @Test func movesEveryFileToTheNewKeyWithoutEncryptingItAnew() throws {
        let safe = try Safe()
        for number in 1...5 { try safe.vault.put(text(number), file: file(number), of: Safe.someCase) }
        let before = try (1...5).map { try Data(contentsOf: safe.url(file($0))) }
        let keys = try (1...5).map { try Data(contentsOf: safe.dataKey(file($0))) }
        let oldRing = try Data(contentsOf: safe.key)
        let report = try safe.vault.rotateMasterKey()
        #expect(report.rewrapped == 5 && report.retired == 1 && report.damaged == [] && !report.wentOn)
        #expect(try safe.keyCount() == 1)
        for number in 1...5 {
            #expect(safe.get(file(number)) == .bytes(text(number)))
            #expect(try Data(contentsOf: safe.url(file(number))) == before[number - 1], "the file is not touched")
            #expect(try Data(contentsOf: safe.dataKey(file(number))) != keys[number - 1])
        }
        try DurableFile.write(oldRing, to: safe.key, mode: 0o600)
        #expect(vaultError { _ = try Safe.open(safe.folder).get(file(1), of: Safe.someCase) } == .damaged, "the older key opens nothing any more")
    }

    @Test(arguments: ["FWV1", "FWV2"])
    func movesTheKeysOfAnEarlierReleaseOutOfTheirFiles(_ mark: String) throws {
        let safe = try Safe()
        try safe.makeEarlierRelease(mark, files: [1: text(1), 2: text(2)])
        let vault = try Safe.open(safe.folder)
        #expect(try vault.get(file(1), of: Safe.someCase) == text(1), "readable before they have moved")
        try vault.put(text(3), file: file(3), of: Safe.someCase)
        #expect(try Data(contentsOf: safe.url(file(3))).prefix(4) == Data("FWV3".utf8))
        let stored = try Data(contentsOf: safe.url(file(2)))
        let (backup, ring) = (try Data(contentsOf: safe.url(file(1))), try Data(contentsOf: safe.key))
        for index in stored.indices {
            var flipped = stored
            flipped[index] ^= 1 << UInt8(index % 8)
            try flipped.write(to: safe.url(file(2)))
            let taken = vaultError { _ = try vault.get(file(2), of: Safe.someCase) }
            #expect(taken == .damaged || (taken == .keyGone && index == 3), "byte \(index)")
        }
        try stored.write(to: safe.url(file(2)))
        #expect(try vault.moveKeysOut()?.rewrapped == 3)
        #expect(try vault.moveKeysOut() == nil)
        for number in 1...3 {
            #expect(try Safe.open(safe.folder).get(file(number), of: Safe.someCase) == text(number))
            #expect(try Data(contentsOf: safe.url(file(number))).prefix(4) == Data("FWV3".utf8))
        }
        // A backup of the files from before: of use for what is kept, of none for what is erased, even with the older ring.
        try backup.write(to: safe.url(file(1)))
        #expect(safe.get(file(1)) == .bytes(text(1)))
        try vault.destroy(file(1))
        try backup.write(to: safe.url(file(1)))
        #expect(safe.get(file(1)) == .keyGone)
        try DurableFile.write(ring, to: safe.key, mode: 0o600)
        #expect(vaultError { _ = try Safe.open(safe.folder).get(file(1), of: Safe.someCase) } == .keyGone)
    }

    /// As a process does that was running before the rotation, with the older ring in its memory.
    @Test func isSeenByWhoeverHadTheVaultOpenBefore() throws {
        let safe = try Safe()
        let server = try Safe.open(safe.folder)
        try server.put(text(1), file: file(1), of: Safe.someCase)
        _ = try safe.vault.rotateMasterKey()
        #expect(try server.get(file(1), of: Safe.someCase) == text(1), "a key that appeared since is looked for")
        _ = try safe.vault.rotateMasterKey()
        try server.put(text(2), file: file(2), of: Safe.someCase)
        #expect(try Safe.open(safe.folder).get(file(2), of: Safe.someCase) == text(2), "a retired key wraps nothing any more")
    }

    @Test func doesNotRetireAKeyThatADamagedFileMayNeed() throws {
        let safe = try Safe()
        for number in 1...3 { try safe.vault.put(text(number), file: file(number), of: Safe.someCase) }
        let good = try Data(contentsOf: safe.dataKey(file(2)))
        var bad = good
        bad[20] ^= 1
        try bad.write(to: safe.dataKey(file(2)))
        let report = try safe.vault.rotateMasterKey()
        #expect(report.rewrapped == 2 && report.retired == 0 && report.damaged == [file(2)])
        #expect(try safe.keyCount() == 2)
        #expect(try Data(contentsOf: safe.dataKey(file(2))) == bad, "it is left as it is")
        let again = try safe.vault.rotateMasterKey()
        #expect(again.wentOn && again.newestKey == report.newestKey && again.rewrapped == 0)
        let another = try safe.vault.rotateMasterKey(makingAnother: true)
        #expect(!another.wentOn && another.newestKey != report.newestKey && another.rewrapped == 2)
        #expect(try safe.keyCount() == 3)
        try good.write(to: safe.dataKey(file(2)))
        let last = try safe.vault.rotateMasterKey()
        #expect(last.rewrapped == 1 && last.retired == 2 && last.damaged == [])
        for number in 1...3 { #expect(safe.get(file(number)) == .bytes(text(number))) }
    }

    @Test func leavesWhatIsNotTheVaultsAndSweepsItsOwnLeftovers() throws {
        let safe = try Safe()
        try safe.vault.put(text(1), file: file(1), of: Safe.someCase)
        for name in ["note.txt", "lost+found", "\(file(2)).rewrap", "x.rewrap"] { try Data("x".utf8).write(to: safe.url(name)) }
        _ = try safe.vault.rotateMasterKey()
        #expect(try safe.names() == ["\(file(1))", "note.txt", "lost+found", "x.rewrap"])
    }

    @Test func isDoneByOneAtATime() throws {
        let safe = try Safe()
        let folder = open(safe.key.deletingLastPathComponent().path, O_RDONLY | O_DIRECTORY)
        #expect(flock(folder, LOCK_EX) == 0)
        #expect(vaultError { _ = try safe.vault.rotateMasterKey() } == .rotationUnderWay)
        close(folder)
        #expect(try safe.vault.rotateMasterKey().retired == 1)
    }

    @Test func keepsTheTimeByWhichASweepTellsAFilesAge() throws {
        let safe = try Safe()
        try safe.makeEarlierRelease(files: [1: text(1)])
        let longAgo = Date(timeIntervalSince1970: 1_700_000_000)
        try FileManager.default.setAttributes([.modificationDate: longAgo], ofItemAtPath: safe.url(file(1)).path)
        _ = try safe.vault.rotateMasterKey()
        #expect(try FileManager.default.attributesOfItem(atPath: safe.url(file(1)).path)[.modificationDate] as? Date == longAgo)
    }

    @Test func refusesARingWithADamagedLine() throws {
        let safe = try Safe()
        let ring = try String(contentsOf: safe.key, encoding: .utf8)
        let (id, key) = try #require(ring.split(separator: " ").count == 2 ? (ring.prefix(16), ring.dropFirst(17)) : nil)
        let other = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0).base64EncodedString() }
        for wrong in ["\(id) \(other)\n", ring + "x\n", ring + "\(id)\n", "\(id) \(key.dropLast(2)) x\n"] {
            try DurableFile.write(Data(wrong.utf8), to: safe.key, mode: 0o600)
            #expect(vaultError { _ = try Safe.open(safe.folder) } == .masterKey, "\(wrong)")
            #expect(vaultError { try safe.vault.put(text(1), file: file(1), of: Safe.someCase) } == .masterKey, "a running server does not store under it")
        }
        #expect(try safe.names() == [])
    }

    /// Readers, and an uploader who takes every other file back, each with a vault of their own as another process has, while the key
    /// is rotated again and again.
    @Test func isSafeWhileTheVaultIsUsed() throws {
        let safe = try Safe()
        let kept = 1...12
        for number in kept { try safe.vault.put(text(number), file: file(number), of: Safe.someCase) }
        let day = BusyDay()
        DispatchQueue.concurrentPerform(iterations: 4) { worker in
            day.run("worker \(worker)") {
                let vault = try Safe.open(safe.folder)
                switch worker {
                case 0:
                    for _ in 0..<4 where try vault.rotateMasterKey().damaged != [] { day.note("a rotation met a damaged file") }
                    day.isOver.store(true, ordering: .releasing)
                case 1: try day.upload(to: vault)
                default:
                    while !day.isOver.load(ordering: .acquiring) {
                        for number in kept where try vault.get(file(number), of: Safe.someCase) != text(number) { day.note("file \(number) is another") }
                    }
                }
            }
        }
        #expect(day.mishaps.withLock { $0 } == [])
        let after = try Safe.open(safe.folder)
        let uploaded = day.uploaded.load(ordering: .acquiring)
        for number in Array(kept) + (0..<uploaded).map({ 100 + 2 * $0 }) {
            #expect(try after.get(file(number), of: Safe.someCase) == text(number))
        }
        #expect(try safe.names().count == kept.count + uploaded, "a file that was taken back came back")
        #expect(try safe.keyNames().count == kept.count + uploaded, "a key that was destroyed came back")
        #expect(try safe.keyCount() == 1)
    }
}

/// What several threads of one test know of each other.
private final class BusyDay: Sendable {
    let isOver = Atomic(false)
    let mishaps = Mutex<[String]>([])
    /// Files 100, 102, … that were stored and kept.
    let uploaded = Atomic(0)

    func note(_ sentence: String) { mishaps.withLock { $0.append(sentence) } }

    func run(_ name: String, _ work: () throws -> Void) {
        do {
            try work()
        } catch {
            note("\(name): \(error)")
            isOver.store(true, ordering: .releasing)
        }
    }

    func upload(to vault: FileVault) throws {
        while !isOver.load(ordering: .acquiring) && uploaded.load(ordering: .relaxed) < 30 {
            let number = 100 + 2 * uploaded.load(ordering: .relaxed)
            try vault.put(text(number), file: file(number), of: Safe.someCase)
            try vault.put(text(number + 1), file: file(number + 1), of: Safe.someCase)
            vault.discard(file(number + 1))
            uploaded.add(1, ordering: .acquiringAndReleasing)
        }
    }
}

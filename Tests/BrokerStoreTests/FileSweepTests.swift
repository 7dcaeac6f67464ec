import BrokerCore
import Crypto
import Foundation
import SignalingProtocol
import Testing

@testable import BrokerStore

/// A desk with a vault: what is recorded and what is stored, and how the two differ.
private struct Archive {
    let desk: Desk
    let safe: Safe
    static let day: Milliseconds = .minutes(24 * 60)
    static let caseID = Fixtures.serviceCase().id

    init() throws {
        desk = try Desk()
        safe = try Safe()
        try desk.commit(.serviceCase(Fixtures.serviceCase()))
    }

    func bytes(_ number: Int) -> Data { Data("材料 \(number)".utf8) }
    func file(_ number: Int) -> FileID { Fixtures.file(number).id }

    func store(_ number: Int, in vault: FileVault? = nil) throws { try (vault ?? safe.vault).put(bytes(number), file: file(number), of: Self.caseID) }

    func record(_ number: Int) throws {
        var view = Fixtures.file(number)
        view.byteCount = bytes(number).count
        view.sha256 = hexadecimal(SHA256.hash(data: bytes(number)))
        try desk.commit(.file(Self.caseID, view))
    }

    /// As a later process sees it, which knows nothing of what this one has just stored.
    func sweep(
        _ vault: FileVault? = nil, olderThan age: Milliseconds = 0, in time: TimeInterval = 0, examining: FileExamination = .names, removing: Bool = true
    ) throws -> FileSweepReport {
        try desk.store.sweepFiles(
            of: vault ?? Safe.open(safe.folder), olderThan: age, at: Date(timeIntervalSinceNow: time + 1), examining: examining, removing: removing)
    }
}

@Suite("The sweep of the vault")
struct FileSweepTests {
    @Test func removesOrphansAndLeftoversOnly() throws {
        let archive = try Archive()
        for number in 1...4 { try archive.store(number) }
        try archive.record(1)
        try archive.record(2)
        try archive.desk.commit(.fileRemoved(Archive.caseID, archive.file(2)))
        for name in ["\(archive.file(1)).part", "\(archive.file(9)).part", "\(archive.file(1)).rewrap", "lost+found", "note.txt", "x.part"] {
            try Data("x".utf8).write(to: archive.safe.url(name))
        }
        let found = try archive.sweep(removing: false)
        #expect(found.orphans == [2, 3, 4].map(archive.file), "one that was taken back is an orphan too")
        #expect(found.leftovers == ["\(archive.file(1)).part", "\(archive.file(1)).rewrap", "\(archive.file(9)).part"])
        #expect(try archive.safe.names().count == 10, "a dry run removes nothing")
        #expect(try archive.sweep() == found)
        #expect(try archive.safe.names() == ["\(archive.file(1))", "lost+found", "note.txt", "x.part"], "what is not ours stays")
        #expect(archive.safe.get(archive.file(1), of: Archive.caseID) == .bytes(archive.bytes(1)))
        #expect(try archive.sweep() == FileSweepReport())
    }

    @Test func leavesAloneWhatIsYoung() throws {
        let archive = try Archive()
        try archive.store(1)
        try Data("x".utf8).write(to: archive.safe.url("\(archive.file(2)).part"))
        #expect(try archive.sweep(olderThan: Archive.day) == FileSweepReport())
        #expect(try archive.sweep(olderThan: Archive.day, in: 86_300) == FileSweepReport())
        #expect(try archive.sweep(olderThan: Archive.day, in: -1_000_000) == FileSweepReport(), "the clock was set back")
        #expect(try archive.safe.names().count == 2)
        #expect(try archive.sweep(in: -1_000_000, removing: false).orphans == [archive.file(1)], "age zero, as at a start, asks no clock")
        #expect(try archive.sweep(olderThan: Archive.day, in: 86_401).orphans == [archive.file(1)])
        #expect(try archive.safe.names().isEmpty)
    }

    /// The record of a stored file may wait for a disk that is full, however the clock jumps meanwhile.
    @Test func neverTakesWhatThisProcessHasStoredAndNotYetRecorded() throws {
        let archive = try Archive()
        try archive.store(1)
        try archive.store(2)
        #expect(try archive.sweep(archive.safe.vault, in: 1_000_000) == FileSweepReport())
        try archive.record(1)
        #expect(try archive.sweep(archive.safe.vault, in: 1_000_000) == FileSweepReport())
        try archive.desk.commit(.fileRemoved(Archive.caseID, archive.file(1)))
        #expect(try archive.sweep(archive.safe.vault, in: 1_000_000).orphans == [archive.file(1)], "once it was recorded it is like any other")
        #expect(archive.safe.get(archive.file(2), of: Archive.caseID) == .bytes(archive.bytes(2)))
    }

    @Test func reportsWhatIsMissingOrDamagedAndKeepsItsRow() throws {
        let archive = try Archive()
        for number in 1...5 {
            try archive.store(number)
            try archive.record(number)
        }
        func change(_ number: Int, _ body: (inout Data) -> Void) throws {
            var stored = try Data(contentsOf: archive.safe.url(archive.file(number)))
            body(&stored)
            try stored.write(to: archive.safe.url(archive.file(number)))
        }
        try FileManager.default.removeItem(at: archive.safe.url(archive.file(1)))
        try change(2) { $0[$0.count - 1] ^= 1 }
        try FileManager.default.removeItem(at: archive.safe.dataKey(archive.file(3)))
        try change(4) { $0.removeLast() }
        let before = try archive.safe.names()
        for (examining, damaged) in [(FileExamination.names, [3]), (.headers, [3, 4]), (.contents, [2, 3, 4])] {
            let report = try archive.sweep(examining: examining)
            #expect(report.missing == [archive.file(1)] && report.damaged == damaged.map(archive.file), "\(examining)")
            #expect(report.orphans == [] && report.leftovers == [])
        }
        #expect(try archive.safe.names() == before)
        #expect(try archive.desk.count("material_file") == 5)
        try archive.desk.damage("UPDATE material_file SET sha256 = '\(String(repeating: "0", count: 64))' WHERE id = '\(archive.file(5))'")
        #expect(try archive.sweep(examining: .contents).damaged.contains(archive.file(5)), "whole, and another than was recorded")
    }

    @Test func takesAKeyWhoseFileNeverCame() throws {
        let archive = try Archive()
        for number in 1...2 { try archive.store(number) }
        try archive.record(1)
        for number in 1...2 { try FileManager.default.removeItem(at: archive.safe.url(archive.file(number))) }
        #expect(try archive.sweep(olderThan: Archive.day) == FileSweepReport(missing: [archive.file(1)]))
        #expect(try archive.sweep().orphans == [archive.file(2)])
        #expect(try archive.safe.keyNames() == ["\(archive.file(1))"], "the bytes of a recorded file may come back from a backup")
    }

    @Test func leavesALiveRotationsFilesToIt() throws {
        let archive = try Archive()
        try Data("x".utf8).write(to: archive.safe.url("\(archive.file(1)).rewrap"))
        let keys = open(archive.safe.key.deletingLastPathComponent().path, O_RDONLY | O_DIRECTORY)
        #expect(flock(keys, LOCK_EX) == 0)
        #expect(try archive.sweep().leftovers == [])
        close(keys)
        #expect(try archive.sweep().leftovers == ["\(archive.file(1)).rewrap"])
        #expect(try archive.safe.names().isEmpty)
    }

    @Test func removesNothingWhenTheDatabaseCannotBeRead() throws {
        let archive = try Archive()
        try archive.store(1)
        try archive.store(2)
        try archive.record(1)
        try archive.desk.damage("UPDATE material_file SET id = 'x'")
        #expect(throws: StoreError.self) { try archive.sweep() }
        #expect(try archive.safe.names().count == 2)
    }
}

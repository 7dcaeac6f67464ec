import Foundation
import SignalingProtocol
import Testing

@testable import BrokerStore

@Suite("Verifying an export")
struct ExportVerificationTests {
    @Test func aWholeOneIsGenuineHoweverItIsPacked() throws {
        let office = try Office()
        let file = try office.write()
        let verification = try ExportVerification(of: file, with: office.signingKey.publicKey)
        #expect(verification.findings == [] && verification.intactEntries == 9)
        #expect(verification.caseNumber == Fixtures.serviceCase().number && verification.exportedAt == Office.moment)
        let entries = try office.entries(file)
        #expect(try office.findings(try office.rewrite(entries.reversed(), compressed: true)) == [], "order and compression are not what is signed")
    }

    @Test func everyAlteredMissingAndExtraEntryIsNamed() throws {
        let office = try Office()
        let entries = try office.entries(try office.write())
        for index in entries.indices.dropLast(2) {
            let path = entries[index].path
            var forged = entries
            forged[index].bytes[entries[index].bytes.count / 2] ^= 1
            #expect(try office.findings(try office.rewrite(forged)) == [.altered(path: path)])
            forged[index].bytes = entries[index].bytes + [10]
            #expect(try office.findings(try office.rewrite(forged)) == [.altered(path: path)], "one byte more")
            forged[index].bytes = Data()
            #expect(try office.findings(try office.rewrite(forged)) == [.altered(path: path)])
            forged.remove(at: index)
            #expect(try office.findings(try office.rewrite(forged)) == [.missing(path: path)])
            forged.append(("files/other.jpg", entries[index].bytes))
            #expect(try office.findings(try office.rewrite(forged)) == [.missing(path: path), .extra(path: "files/other.jpg")])
        }
        var swapped = entries
        (swapped[2].bytes, swapped[3].bytes) = (swapped[3].bytes, swapped[2].bytes)
        #expect(try office.findings(try office.rewrite(swapped)) == [.altered(path: entries[2].path), .altered(path: entries[3].path)])
    }

    @Test func anAlteredManifestOrSignatureOrAnotherKeyIsNotBelieved() throws {
        let office = try Office()
        let entries = try office.entries(try office.write())
        let manifest = entries.count - 2
        let signature = entries.count - 1
        for index in [manifest, signature] {
            for byte in [0, entries[index].bytes.count / 2, entries[index].bytes.count - 1] {
                var forged = entries
                forged[index].bytes[byte] ^= 1
                let verification = try ExportVerification(of: try office.rewrite(forged), with: office.signingKey.publicKey)
                #expect(verification.findings == [.signatureWrong] && verification.caseNumber == nil, "\(entries[index].path) byte \(byte)")
            }
            var forged = entries
            forged[index].bytes = Data()
            #expect(try office.findings(try office.rewrite(forged)) == [.signatureWrong])
            forged[index].bytes = Data(repeating: 32, count: 5 << 20)
            #expect(try office.findings(try office.rewrite(forged)) == [.signatureWrong], "longer than any")
            forged.remove(at: index)
            #expect(try office.findings(try office.rewrite(forged)).allSatisfy(\.concernsSignature))
        }
        let stranger = try Office()
        #expect(try office.findings(try stranger.write()) == [.otherKey(fingerprint: stranger.signingKey.publicKey.fingerprint)])
        var mixed = entries
        mixed[signature] = try stranger.entries(stranger.url("case.zip"))[signature]
        #expect(try office.findings(try office.rewrite(mixed)) == [.signatureWrong])
    }

    /// A flipped bit anywhere in the file is found, unless it lies in what the ZIP format itself ignores; what is called genuine is exactly what was signed.
    @Test func noFlippedBitMakesAnotherContentGenuine() throws {
        let office = try Office()
        let file = try office.write()
        let entries = try office.entries(file)
        let whole = try Data(contentsOf: file)
        // Of the large picture in the middle a sample does.
        let indices = Array(0..<1_000) + Array(stride(from: 1_000, to: whole.count - 3_000, by: 487)) + Array((whole.count - 3_000)..<whole.count)
        for index in indices {
            var forged = whole
            forged[index] ^= 1 << UInt8(index % 8)
            try forged.write(to: office.url("flipped.zip"))
            guard office.refusal(office.url("flipped.zip")) == nil, try office.findings(office.url("flipped.zip")) == [] else { continue }
            let read = try office.entries(office.url("flipped.zip"))
            #expect(read.map(\.path) == entries.map(\.path) && read.map(\.bytes) == entries.map(\.bytes), "byte \(index)")
        }
    }

    @Test func everyCutIsFound() throws {
        let office = try Office()
        let whole = try Data(contentsOf: try office.write())
        for count in [0, 1, 21, 22, 100, whole.count / 2, whole.count - 1] {
            try whole.prefix(count).write(to: office.url("cut.zip"))
            #expect(office.refusal(office.url("cut.zip")) == "archive_broken", "cut after \(count)")
        }
        #expect(office.refusal(office.url("nothing.zip")) == "archive_unreadable")
    }

    @Test(arguments: [
        "../outcome.json", "/outcome.json", "files/../../outcome.json", "files/./a", "files//a", "files/", "..", "...", ".", " ", "a\\b", "C:a", "a\nb",
        "a\u{202e}b", "files/\u{7f}", String(repeating: "a", count: 1_001),
    ])
    func aNameThatLeadsElsewhereIsRefused(path: String) throws {
        let office = try Office()
        let entries = try office.entries(try office.write())
        #expect(office.refusal(try office.rewrite(entries + [(path, Data("x".utf8))])) == "archive_unsafe_name")
    }

    @Test func twoEntriesOfOneNameAreRefused() throws {
        let office = try Office()
        let entries = try office.entries(try office.write())
        #expect(office.refusal(try office.rewrite(entries + [("Outcome.JSON", Data())])) == "archive_duplicate_entry")
        #expect(office.refusal(try office.rewrite([("e\u{301}", Data()), ("\u{e9}", Data())])) == "archive_duplicate_entry")
        let file = try office.rewrite(entries + [("outcome.jsoN", Data("{}".utf8))])
        var forged = try Data(contentsOf: file)
        while let range = forged.range(of: Data("outcome.jsoN".utf8)) { forged.replaceSubrange(range, with: Data("outcome.json".utf8)) }
        try forged.write(to: file)
        #expect(office.refusal(file) == "archive_duplicate_entry", "exactly alike")
    }

    @Test func bombsLinksAndEncryptedEntriesAreRefused() throws {
        let office = try Office()
        let bomb = try office.rewrite([("outcome.json", Data(count: 50 << 20))], compressed: true)
        #expect(try Data(contentsOf: bomb).count < 100_000)
        #expect(office.refusal(bomb) == "archive_too_large")
        let many = try office.rewrite((0...2_000).map { ("files/\($0)", Data()) })
        #expect(office.refusal(many) == "archive_too_large")

        let plain = try Data(contentsOf: try office.rewrite([("files/a", Data("b".utf8))]))
        // Central directory record (APPNOTE 4.3.12): flags at 8, compression method at 10, external attributes at 38.
        let central = try #require(plain.range(of: Data([0x50, 0x4b, 0x01, 0x02]))).lowerBound
        for (offset, bytes) in [(38, [0, 0, 0xff, 0xa1]), (8, [1, 0]), (10, [12, 0])] as [(Int, [UInt8])] {
            var forged = plain
            forged.replaceSubrange((central + offset)..<(central + offset + bytes.count), with: bytes)
            // The local header says the same: flags at 6, method at 8.
            if offset != 38 { forged.replaceSubrange((offset - 2)..<(offset - 2 + bytes.count), with: bytes) }
            try forged.write(to: office.url("odd.zip"))
            #expect(office.refusal(office.url("odd.zip")) == "archive_unusual_entry", "offset \(offset)")
        }
    }
}

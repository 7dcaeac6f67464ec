import Foundation
import MaterialCheck
import SignalingProtocol
import Testing

@Suite("What may be let in", .serialized)
struct SafetyTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    @Test func goodFilesPass() throws {
        for (name, type) in [("picture.jpg", FileMediaType.jpeg), ("picture.png", .png)] {
            let inspection = try bench.inspect(Fixtures.picture(name))
            #expect(inspection.findings == [])
            #expect(inspection.mediaType == type)
            #expect([inspection.pages, inspection.width, inspection.height] == [1, 800, 600])
            #expect(inspection.converted == nil)
        }
        let document = try bench.inspect(Fixtures.pdf(pages: 12))
        #expect(document.findings == [])
        #expect(document.mediaType == .pdf)
        #expect(document.pages == 12)
    }

    @Test func emptyAndOverlongFilesAreUnreadable() throws {
        #expect(try bench.findings(Data()) == [Finding(.unreadable)])
        let picture = try Fixtures.picture()
        #expect(try bench.findings(picture + Data(count: Limits.fileBytes)) == [Finding(.unreadable)])
    }

    @Test func truncatedFilesAreUnreadable() throws {
        for bytes in [try Fixtures.picture(), try Fixtures.picture("picture.png"), Fixtures.pdf(pages: 30), try Fixtures.heic()] {
            for share in [0.05, 0.5, 0.95] {
                #expect(try bench.findings(bytes.prefix(Int(Double(bytes.count) * share))) == [Finding(.unreadable)], "\(bytes.prefix(8)) \(share)")
            }
        }
    }

    @Test(arguments: [
        "MZ\u{90}\0\u{3}", "GIF89a\u{1}\0\u{1}\0", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "<!doctype html><script>1</script>", "PK\u{3}\u{4}",
        "身份证.jpg", "%!PS-Adobe-3.0",
    ])
    func renamedFilesAreUnsupported(_ text: String) throws {
        #expect(try bench.findings(Data(text.utf8)) == [Finding(.unsupported)])
    }

    @Test func aTypeThatTheEntryDoesNotTakeIsUnsupported() throws {
        #expect(try bench.findings(Fixtures.pdf(), formats: [.jpeg]) == [Finding(.unsupported)])
        #expect(try bench.findings(Fixtures.heic(), formats: [.pdf, .png]) == [Finding(.unsupported)])
    }

    @Test func twoKindsInOneAreDisguised() throws {
        let jpeg = try Fixtures.picture()
        let html = Data("<HTML><script>alert(1)</script>".utf8)
        let cases: [(Data, String)] = [
            (jpeg + Fixtures.emptyZip, "zip"), (jpeg + html, "html"), (jpeg + Data("Rar!\u{1a}\u{7}\0".utf8), "rar"), (jpeg + Fixtures.pdf(), "pdf"),
            (jpeg + Data([0x7f, 0x45, 0x4c, 0x46, 2]), "program"), (jpeg + Data("MZ\u{90}".utf8), "program"),
            (Fixtures.commented(jpeg, "<script>alert(1)</script>"), "html"), (Fixtures.commented(jpeg, "%PDF-1.4 "), "pdf"),
            (Fixtures.png(width: 1, height: 1, text: "<?php system('x'); ?>"), "script"), (Fixtures.pdf() + html, "html"),
            (Fixtures.pdf() + Fixtures.emptyZip, "zip"), (Data("%PDF-1.4\n%<script>1</script>\n".utf8) + Fixtures.pdf().dropFirst(9), "html"),
        ]
        for (bytes, kind) in cases { #expect(try bench.findings(bytes) == [Finding(.disguised, detail: kind)], "\(kind)") }
    }

    /// What telephones append and write into their pictures is no disguise.
    @Test func aCamerasOwnAdditionsAreNone() throws {
        let jpeg = try Fixtures.picture()
        let film = Data([0, 0, 0, 24] + Array("ftypmp42\0\0\0\0isommp42".utf8) + [0, 0, 0, 8] + Array("mdat".utf8))
        #expect(try bench.findings(jpeg + film) == [])
        #expect(try bench.findings(jpeg + jpeg) == [])
        #expect(try bench.findings(Fixtures.commented(jpeg, "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"/>")) == [])
        #expect(try bench.findings(Fixtures.pdf() + Data("\r\n\0\0\n".utf8)) == [])
    }

    @Test func aPasswordIsEncrypted() throws {
        let plain = ["plain.pdf": Fixtures.pdf()]
        let locked = try Fixtures.made("locked.pdf", by: "qpdf", ["--encrypt", "secret", "owner", "256", "--", "plain.pdf", "locked.pdf"], from: plain)
        #expect(try bench.findings(locked) == [Finding(.encrypted)])
        // Printing forbidden, opening not: everybody at a seat can read it.
        let open = try Fixtures.made("open.pdf", by: "qpdf", ["--encrypt", "", "owner", "256", "--print=none", "--", "plain.pdf", "open.pdf"], from: plain)
        #expect(try bench.findings(open) == [])
    }

    @Test func bombsAreRefusedByTheirHeads() throws {
        #expect(try bench.findings(Fixtures.png(width: 60_000, height: 60_000)) == [Finding(.tooManyPixels, detail: "60000x60000")])
        #expect(try bench.findings(Fixtures.png(width: 0x7fff_ffff, height: 0x7fff_ffff)) == [Finding(.tooManyPixels, detail: "2147483647x2147483647")])
        #expect(try bench.findings(Fixtures.pdf(size: "200000 842")) == [Finding(.tooManyPixels, detail: "200000x842")])
        #expect(try bench.findings(Fixtures.pdf(picture: 90_000)) == [Finding(.tooManyPixels, detail: "90000x90000")])
        // A head that promises less than the data: decoders disagree on what that is.
        #expect(try bench.findings(Fixtures.png(width: 20, height: 20)) == [Finding(.unreadable)])
    }

    @Test func manyPagesAreTooMany() throws {
        #expect(try bench.findings(Fixtures.pdf(pages: 500)) == [Finding(.tooManyPages, detail: "500")])
        #expect(try bench.findings(Fixtures.pdf(pages: 50)) == [])
        #expect(try bench.findings(Fixtures.pdf(pages: 51)) == [Finding(.tooManyPages, detail: "51")])
    }

    @Test func damagedDocumentsAreUnreadable() throws {
        #expect(try bench.findings(Data("%PDF-1.7\n%\u{e2}\u{e3}\nnothing of a PDF\n%%EOF\n".utf8)) == [Finding(.unreadable)])
        #expect(try bench.findings(Fixtures.pdf(pages: 0)) == [Finding(.unreadable)])
        // It says that it has seven pages and has one.
        let claim = ["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 7 >>", "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"]
        #expect(try bench.findings(Fixtures.pdf(objects: claim)) == [Finding(.unreadable)])
    }

    /// Depth alone is no fault: poppler stops where it gets too deep, and what it drew is a page.
    @Test func deepDocumentsEndInAnAnswer() throws {
        #expect(try bench.findings(Fixtures.pdf(depth: 20_000)) == [])
        let brackets = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
        let nested = [
            "<< /Type /Catalog /Pages 2 0 R /X \(brackets) >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents \(brackets) >>",
        ]
        #expect(try bench.findings(Fixtures.pdf(objects: nested)) == [])
    }

    @Test func fourColoursBecomeThree() throws {
        let cmyk = try Fixtures.cmyk()
        let inspection = try bench.inspect(cmyk)
        #expect(inspection.findings == [])
        #expect(inspection.mediaType == .jpeg)
        let converted = try #require(inspection.converted)
        let again = try bench.inspect(converted)
        #expect(again.findings == [])
        #expect([again.width, again.height] == [320, 240])
        #expect(again.converted == nil, "still four colours")
    }

    @Test func aTelephonesHEICBecomesJPEG() throws {
        let inspection = try bench.inspect(Fixtures.heic(), formats: [.jpeg])
        #expect(inspection.findings == [])
        #expect(inspection.mediaType == .jpeg)
        #expect([inspection.width, inspection.height] == [800, 600])
        let converted = try #require(inspection.converted)
        #expect(FileMediaType(signature: converted) == .jpeg)
        #expect(try bench.findings(converted) == [])
    }

    @Test func heicIsUnsupportedWhereNothingConvertsIt() throws {
        var bench = bench
        bench.configuration.searchPath = "/nonexistent"
        #expect(try bench.findings(Fixtures.heic()) == [Finding(.unsupported, detail: "heic")])
    }
}

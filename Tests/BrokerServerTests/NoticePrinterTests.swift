import Foundation
import Notices
import Testing

@testable import BrokerServer

/// The repository's own script, and what can be read of the PDFs that it makes.
enum Paper {
    static let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../ops/print-notice").standardizedFileURL

    /// What a tool prints about a file; nil where the tool is not installed.
    static func read(_ pdf: Data, with tool: String, _ arguments: (String) -> [String]) throws -> String? {
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/\(tool)") else { return nil }
        let folder = try TemporaryFolder()
        let file = folder.url.appending(path: "notice.pdf")
        try pdf.write(to: file)
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/\(tool)")
        process.arguments = arguments(file.path)
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: bytes, as: UTF8.self)
    }

    static func text(_ pdf: Data) throws -> String? { try read(pdf, with: "pdftotext") { ["-layout", $0, "-"] } }
    static func information(_ pdf: Data) throws -> String? { try read(pdf, with: "pdfinfo") { [$0] } }
}

@Suite("Printing", .enabled(if: FileManager.default.fileExists(atPath: "/usr/lib/python3/dist-packages/weasyprint"), "needs WeasyPrint"))
struct NoticePrinterTests {
    private let printer = NoticePrinter(script: Paper.script)

    @Test func makesATaggedPDF() throws {
        let pdf = try printer.pdf(html: "<!DOCTYPE html><html lang=\"zh-CN\"><head><title>告知书</title></head><body><h1>还差 2 样</h1></body></html>")
        #expect(pdf.starts(with: Data("%PDF-1.".utf8)))
        if let information = try Paper.information(pdf) {
            #expect(information.contains(/Tagged:\s+yes/))
            #expect(information.contains(/Title:\s+告知书/))
        }
        if let text = try Paper.text(pdf) { #expect(text.contains("还差 2 样")) }
    }

    @Test func fetchesNothing() throws {
        let secret = try TemporaryFolder()
        let file = secret.url.appending(path: "secret.txt")
        try Data("TOPSECRET".utf8).write(to: file)
        let page = """
            <!DOCTYPE html><html><head><link rel="stylesheet" href="file://\(file.path)"><link rel="attachment" href="file://\(file.path)">
            <style>@import url(file://\(file.path)); body { background: url(http://127.0.0.1:9/) }</style></head>
            <body>kept<object data="file://\(file.path)"></object><img src="file://\(file.path)" alt=""><embed src="file://\(file.path)"></body></html>
            """
        let pdf = try printer.pdf(html: page)
        #expect(pdf.range(of: Data("TOPSECRET".utf8)) == nil)
        if let text = try Paper.text(pdf) {
            #expect(text.contains("kept"))
            #expect(!text.contains("TOPSECRET"))
        }
        if let attached = try Paper.read(pdf, with: "pdfdetach", { ["-list", $0] }) { #expect(attached.hasPrefix("0 ")) }
    }

    @Test func saysWhatIsMissing() throws {
        #expect(throws: NoticePrinterError.self) { try NoticePrinter(script: URL(filePath: "/nonexistent/print-notice")).pdf(html: "") }
        let folder = try TemporaryFolder()
        for (source, isUnavailable) in [("import sys; sys.exit(3)", true), ("print('no pdf')", false), ("raise SystemExit('broken')", false)] {
            let script = folder.url.appending(path: "script")
            try Data(source.utf8).write(to: script)
            do {
                _ = try NoticePrinter(script: script).pdf(html: "x")
                Issue.record("\(source) is no printer")
            } catch NoticePrinterError.unavailable { #expect(isUnavailable) } catch NoticePrinterError.failed { #expect(!isUnavailable) }
        }
    }

    /// A page that would fill the memory or the disk ends the process that draws it, not the server.
    @Test func isBounded() throws {
        let folder = try TemporaryFolder()
        for source in ["x = bytearray(8 << 30)", "import sys\nwhile True: sys.stdout.buffer.write(bytes(1 << 20))"] {
            let script = folder.url.appending(path: "script")
            try Data(source.utf8).write(to: script)
            #expect(throws: NoticePrinterError.self) { try NoticePrinter(script: script).pdf(html: "x") }
        }
    }
}

@Suite("The code on the paper")
struct NoticeQRCodeTests {
    @Test func isASquareWithItsThreeCorners() throws {
        let code = try #require(QRModules(encoding: "https://window.example/notice/verify/#445102-261123-0007-1.7K3M9QX1AB2CD"))
        #expect((code.side - 17) % 4 == 0)
        for (row, column) in [(0, 0), (0, code.side - 7), (code.side - 7, 0)] {
            #expect((0..<7).allSatisfy { code.dark[row * code.side + column + $0] && code.dark[(row + 6) * code.side + column + $0] })
        }
        #expect(QRModules(encoding: "") == nil)
        #expect(QRModules(encoding: String(repeating: "x", count: 5_000)) == nil)
    }
}

import Foundation
import MaterialCheck
import SignalingProtocol
import Testing

/// Files as people and attackers hand them in, made by the Debian tools and by hand. Whoever has no such tool has no test: it fails.
enum Fixtures {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    struct Missing: Error, CustomStringConvertible { let description: String }

    /// Runs a program in a folder of its own.
    /// - Returns: the file that it made.
    static func made(_ file: String, by program: String, _ arguments: [String], from inputs: [String: Data] = [:]) throws -> Data {
        let folder = FileManager.default.temporaryDirectory.appending(path: "gate-fixture-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, bytes) in inputs { try bytes.write(to: folder.appending(path: name)) }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/\(program)")
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Missing(description: "\(program) ended with \(process.terminationStatus)") }
        return try Data(contentsOf: folder.appending(path: file))
    }

    static func picture(_ name: String = "picture.jpg", width: Int = 800, height: Int = 600) throws -> Data {
        let grey = try made("grey.v", by: "vips", ["gaussnoise", "grey.v", "\(width)", "\(height)", "--mean", "180", "--sigma", "20"])
        let bytes = try made("bytes.v", by: "vips", ["cast", "grey.v", "bytes.v", "uchar"], from: ["grey.v": grey])
        return try made(name, by: "vips", ["copy", "bytes.v", name], from: ["bytes.v": bytes])
    }

    /// A page with writing in a large hand.
    static func page(_ text: String, _ name: String = "page.png") throws -> Data {
        let ink = try made("ink.v", by: "vips", ["text", "ink.v", text, "--font", "Noto Sans CJK SC 16", "--dpi", "200", "--spacing", "30"])
        let framed = try made("framed.v", by: "vips", ["embed", "ink.v", "framed.v", "200", "200", "1700", "1300"], from: ["ink.v": ink])
        return try made(name, by: "vips", ["invert", "framed.v", name], from: ["framed.v": framed])
    }

    static func heic() throws -> Data {
        try made("picture.heic", by: "heif-enc", ["-q", "60", "picture.png", "-o", "picture.heic"], from: ["picture.png": picture("picture.png")])
    }

    static func cmyk() throws -> Data {
        let plain = try made("plain.v", by: "vips", ["black", "plain.v", "320", "240", "--bands", "3"])
        let red = try made("red.v", by: "vips", ["linear", "plain.v", "red.v", "1", "200 30 30", "--uchar"], from: ["plain.v": plain])
        let tagged = try made("tagged.v", by: "vips", ["copy", "red.v", "tagged.v", "--interpretation", "srgb"], from: ["red.v": red])
        return try made("red.jpg", by: "vips", ["colourspace", "tagged.v", "red.jpg", "cmyk"], from: ["tagged.v": tagged])
    }

    // MARK: PDF

    /// A PDF of plain pages with a line of text each.
    static func pdf(pages: Int = 1, size: String = "595 842", extra: String = "") -> Data {
        let kids = (0..<pages).map { "\(4 + 2 * $0) 0 R" }.joined(separator: " ")
        var objects = [
            "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [\(kids)] /Count \(pages) >>",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        ]
        for page in 0..<pages {
            objects.append(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 \(size)] /Resources << /Font << /F 3 0 R >> \(extra) >> /Contents \(5 + 2 * page) 0 R >>")
            let stream = "BT /F 24 Tf 72 700 Td (Page \(page + 1) of a made-up letter) Tj ET\(extra.isEmpty ? "" : " /X Do")"
            objects.append("<< /Length \(stream.utf8.count) >>\nstream\n\(stream)\nendstream")
        }
        return pdf(objects: objects)
    }

    /// With a right table of offsets. The first object is the catalogue.
    static func pdf(objects: [String]) -> Data {
        var text = "%PDF-1.4\n"
        var offsets: [Int] = []
        for (index, object) in objects.enumerated() {
            offsets.append(text.utf8.count)
            text += "\(index + 1) 0 obj\n\(object)\nendobj\n"
        }
        let start = text.utf8.count
        text += "xref\n0 \(objects.count + 1)\n0000000000 65535 f \n"
        for offset in offsets { text += String(repeating: "0", count: 10 - "\(offset)".count) + "\(offset) 00000 n \n" }
        text += "trailer\n<< /Size \(objects.count + 1) /Root 1 0 R >>\nstartxref\n\(start)\n%%EOF\n"
        return Data(text.utf8)
    }

    /// One page whose picture says that it has so many pixels.
    static func pdf(picture side: Int) -> Data {
        pdf(objects: [
            "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /XObject << /X 4 0 R >> >> /Contents 5 0 R >>",
            "<< /Type /XObject /Subtype /Image /Width \(side) /Height \(side) /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 4 >>\n"
                + "stream\n0000\nendstream",
            "<< /Length 24 >>\nstream\nq 500 0 0 500 0 0 cm /X Do\nendstream",
        ])
    }

    /// A page at the end of a chain of folders, each in the one before.
    static func pdf(depth: Int) -> Data {
        var objects = ["<< /Type /Catalog /Pages 2 0 R >>"]
        for level in 0..<depth { objects.append("<< /Type /Pages /Kids [\(level + 3) 0 R] /Count 1 \(level > 0 ? "/Parent \(level + 1) 0 R" : "") >>") }
        objects.append("<< /Type /Page /Parent \(depth + 1) 0 R /MediaBox [0 0 595 842] >>")
        return pdf(objects: objects)
    }

    // MARK: PNG and JPEG by hand

    static func png(width: UInt32, height: UInt32, text: String? = nil) -> Data {
        func number(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }
        func chunk(_ kind: String, _ body: [UInt8]) -> [UInt8] {
            let typed = Array(kind.utf8) + body
            return number(UInt32(body.count)) + typed + number(checksum(typed))
        }
        var bytes: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
        bytes += chunk("IHDR", number(width) + number(height) + [8, 0, 0, 0, 0])
        if let text { bytes += chunk("tEXt", Array("Comment\0\(text)".utf8)) }
        // A zlib stream of one stored row.
        bytes += chunk("IDAT", [0x78, 0x01, 0x01, 0x02, 0x00, 0xfd, 0xff, 0x00, 0x80, 0x00, 0x82, 0x00, 0x81])
        return Data(bytes + chunk("IEND", []))
    }

    /// CRC of ISO 3309, as PNG wants it.
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(UInt32.max) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xedb8_8320 : value >> 1 }
        }
    }

    /// The picture with a comment behind its first two bytes.
    static func commented(_ jpeg: Data, _ comment: String) -> Data {
        let length = comment.utf8.count + 2
        return jpeg.prefix(2) + Data([0xff, 0xfe, UInt8(length >> 8), UInt8(length & 255)]) + Data(comment.utf8) + jpeg.dropFirst(2)
    }

    /// An archive with nothing in it.
    static let emptyZip = Data([0x50, 0x4b, 0x05, 0x06] + [UInt8](repeating: 0, count: 18))
    /// The test file of eicar.org, in two halves so that no scanner takes offence at this source.
    static let eicar = Data(("X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*").utf8)
}

/// An inspector with a scratch folder of its own, which must be empty when it is done.
struct Bench {
    let scratch = FileManager.default.temporaryDirectory.appending(path: "gate-bench-\(UUID())")
    var configuration: InspectorConfiguration

    init() throws {
        configuration = InspectorConfiguration(scratchDirectory: scratch)
        configuration.executable = Fixtures.root.appending(path: ".build/debug/farwindow").path(percentEncoded: false)
        try #require(FileManager.default.isExecutableFile(atPath: configuration.executable), "build farwindow first: swift build --build-tests")
        // The machine of a test may be busy with others.
        configuration.limits.safetyMilliseconds = 60_000
        configuration.limits.readingMilliseconds = 120_000
    }

    func inspect(
        _ bytes: Data, _ stage: InspectionStage = .safety, formats: [FileMediaType] = FileMediaType.allCases, material: String = "身份证件",
        expectations: Expectations = Expectations()
    ) throws -> Inspection {
        let today = try #require(CivilDate("2026-11-23"))
        let request = InspectionRequest(stage: stage, formats: formats, materialName: material, expectations: expectations, today: today)
        let inspection = try Inspector(configuration: configuration).inspect(bytes, request)
        #expect((try? FileManager.default.contentsOfDirectory(atPath: scratch.path(percentEncoded: false))) ?? [] == [], "something was left behind")
        return inspection
    }

    func findings(_ bytes: Data, formats: [FileMediaType] = FileMediaType.allCases) throws -> [Finding] { try inspect(bytes, formats: formats).findings }
}

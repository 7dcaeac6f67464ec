import MaterialCheck
import SignalingProtocol
import Testing

@Suite("The type of a file by its first bytes")
struct ContentTypeTests {
    private static let jpeg: [UInt8] = [0xff, 0xd8, 0xff]
    private static let png: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
    private static let pdf = Array("%PDF-".utf8)

    struct Head: CustomTestStringConvertible {
        let testDescription: String
        let bytes: [UInt8]
        let type: FileMediaType?

        init(_ description: String, _ bytes: [UInt8], _ type: FileMediaType?) {
            testDescription = description
            self.bytes = bytes
            self.type = type
        }

        init(_ description: String, _ text: String, _ type: FileMediaType?) { self.init(description, Array(text.utf8), type) }
    }

    @Test(arguments: [
        Head("JFIF", jpeg + [0xe0, 0x00, 0x10] + Array("JFIF".utf8), .jpeg), Head("Exif", jpeg + [0xe1, 0x12, 0x34] + Array("Exif".utf8), .jpeg),
        Head("JPEG without an application segment", jpeg + [0xdb, 0x00, 0x43, 0x00], .jpeg),
        Head("PNG", png + [0x00, 0x00, 0x00, 0x0d] + Array("IHDR".utf8), .png), Head("PDF 1.4", "%PDF-1.4\n%\u{e2}", .pdf),
        Head("PDF 2.0", "%PDF-2.0\r\n", .pdf),
    ])
    func isToldForWhatCanBeHandedIn(_ head: Head) {
        #expect(FileMediaType(signature: head.bytes) == head.type)
    }

    @Test(arguments: [
        Head("nothing", "", nil), Head("HTML", "<!DOCTYPE html><script>", nil), Head("HTML after a byte order mark", "\u{feff}<html>", nil),
        Head("SVG", "<svg xmlns=\"http://www.w3.org/2000/svg\">", nil), Head("XML", "<?xml version=\"1.0\"?>", nil),
        Head("GIF", "GIF89a\u{1}", nil), Head("ZIP", [0x50, 0x4b, 0x03, 0x04, 0x14, 0x00, 0x00, 0x00], nil),
        Head("HEIC", [0x00, 0x00, 0x00, 0x18] + Array("ftypheic".utf8), nil), Head("WebP", "RIFF\u{4}\u{0}\u{0}\u{0}WEBP", nil),
        Head("TIFF", [0x49, 0x49, 0x2a, 0x00], nil), Head("ELF", [0x7f, 0x45, 0x4c, 0x46], nil), Head("Windows program", "MZ\u{90}", nil),
        Head("shell script", "#!/bin/sh\n", nil), Head("text", "身份证", nil), Head("PostScript", "%!PS-Adobe-3.0", nil),
        Head("PDF after junk", "junk%PDF-1.4", nil), Head("PDF after a line feed", "\n%PDF-1.4", nil), Head("PDF in small letters", "%pdf-1.4", nil),
        Head("JPEG after a zero", [0x00] + jpeg, nil), Head("PNG whose line ends were converted", [0x89, 0x50, 0x4e, 0x47, 0x0a, 0x1a, 0x0a, 0x00], nil),
        Head("JPEG 2000", [0x00, 0x00, 0x00, 0x0c, 0x6a, 0x50, 0x20, 0x20], nil), Head("zeros", [UInt8](repeating: 0, count: 64), nil),
    ])
    func isNoneForEverythingElse(_ head: Head) {
        #expect(FileMediaType(signature: head.bytes) == head.type)
    }

    @Test func isNoneForEveryHeadThatWasCutShort() {
        for (signature, type) in [(Self.jpeg, FileMediaType.jpeg), (Self.png, .png), (Self.pdf, .pdf)] {
            for count in 0..<signature.count { #expect(FileMediaType(signature: signature.prefix(count)) == nil, "\(type), \(count) bytes") }
            #expect(FileMediaType(signature: signature) == type)
            for index in signature.indices {
                var changed = signature
                changed[index] ^= 0x20
                #expect(FileMediaType(signature: changed) == nil, "\(type), byte \(index) changed")
            }
        }
    }

    @Test func needsNoMoreBytesThanItSays() {
        for signature in [Self.jpeg, Self.png, Self.pdf] {
            let whole = signature + [UInt8](repeating: 7, count: 1_000)
            #expect(FileMediaType(signature: whole.prefix(FileMediaType.signatureBytes)) == FileMediaType(signature: whole))
        }
    }

    @Test func isToldFromTheMiddleOfALargerBuffer() {
        let buffer = [UInt8](repeating: 0, count: 5) + Self.png
        #expect(FileMediaType(signature: buffer[5...]) == .png)
    }
}

@Suite("A telephone's picture by its first bytes")
struct HEICTests {
    private func head(_ major: String, _ compatible: [String] = [], size: UInt8? = nil) -> [UInt8] {
        [0, 0, 0, size ?? UInt8(16 + 4 * compatible.count)] + Array("ftyp\(major)\0\0\0\0\(compatible.joined())".utf8)
    }

    @Test func isKnownByItsBrands() {
        #expect(FileContent(signature: head("heic", ["mif1", "heic"])) == .heic)
        #expect(FileContent(signature: head("mif1", ["miaf", "heic"])) == .heic)
        #expect(FileContent(signature: head("heix")) == .heic)
        #expect(FileContent.heic.storedType == .jpeg)
    }

    @Test func filmsAndOtherCodingsAreNone() {
        for head in [head("mp42", ["isom"]), head("avif", ["mif1"]), head("mif1", ["avif"]), head("qt  "), head("heic", size: 7), head("mif1", size: 255)] {
            #expect(FileContent(signature: head) == nil)
        }
        for count in 0..<16 { #expect(FileContent(signature: head("heic").prefix(count)) == nil) }
    }

    @Test func theOtherTypesStayWhatTheyAre() {
        #expect(FileContent(signature: Array("%PDF-1.7".utf8)) == .stored(.pdf))
        #expect(FileContent(signature: Array("<html>".utf8)) == nil)
    }
}

import Foundation

/// A second kind of file inside the first: what it is then depends on who opens it.
enum ForeignContent: String, Sendable {
    case html, pdf, zip, rar
    case sevenZip = "7z"
    case script, program

    /// What a browser or an interpreter would start at, in small letters.
    private static let words: [(ForeignContent, [UInt8])] = [
        (.html, Array("<html".utf8)), (.html, Array("<script".utf8)), (.html, Array("<!doctype".utf8)), (.html, Array("<svg".utf8)),
        (.html, Array("<iframe".utf8)), (.html, Array("<body".utf8)), (.script, Array("<?php".utf8)),
    ]
    private static let archives: [(ForeignContent, [UInt8])] = [
        (.zip, [0x50, 0x4b, 0x03, 0x04]), (.zip, [0x50, 0x4b, 0x05, 0x06]), (.rar, Array("Rar!".utf8) + [0x1a, 0x07]),
        (.sevenZip, [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]), (.pdf, Array("%PDF-".utf8)),
    ]
    private static let openings: [(ForeignContent, [UInt8])] = [
        (.program, [0x7f, 0x45, 0x4c, 0x46]), (.program, Array("MZ".utf8)), (.script, Array("#!/".utf8)),
    ]

    /// A reader of PDF looks for its mark this far into a file.
    private static let pdfHeadBytes = 1_024
    /// The end record of a ZIP archive is 22 bytes and a comment whose length is written in two.
    private static let zipEndBytes = 22

    /// In a JPEG or PNG: what stands behind the picture, and what stands in the parts that no decoder shows. A telephone's short film behind
    /// the picture is none of the kinds looked for.
    static func inPicture(_ bytes: UnsafeRawBufferPointer, _ structure: PictureStructure) -> ForeignContent? {
        if let found = behind(structure.end, bytes) ?? zipEnd(bytes) { return found }
        for range in structure.remarks {
            if let found = word(in: range, bytes) { return found }
            if range.lowerBound < pdfHeadBytes, first(Array("%PDF-".utf8), in: range.clamped(to: 0..<pdfHeadBytes), bytes) { return .pdf }
        }
        return nil
    }

    /// In a PDF: before its second kilobyte, and behind its last end mark. In between, anything may be an attachment.
    static func inPDF(_ bytes: UnsafeRawBufferPointer) -> ForeignContent? {
        if let found = word(in: 0..<min(bytes.count, pdfHeadBytes), bytes) ?? zipEnd(bytes) { return found }
        guard let end = lastPDFEnd(bytes) else { return nil }
        return behind(end, bytes)
    }

    /// Behind the last `%%EOF`; nil when there is none near the end, where ISO 32000 wants it.
    static func lastPDFEnd(_ bytes: UnsafeRawBufferPointer) -> Int? {
        let mark = Array("%%EOF".utf8)
        guard bytes.count >= mark.count else { return nil }
        return stride(from: bytes.count - mark.count, through: 0, by: -1).first { bytes.has(mark, at: $0) }.map { $0 + mark.count }
    }

    private static func behind(_ end: Int, _ bytes: UnsafeRawBufferPointer) -> ForeignContent? {
        let rest = end..<bytes.count
        guard !rest.isEmpty else { return nil }
        if let found = word(in: rest, bytes) { return found }
        if let found = archives.first(where: { first($0.1, in: rest, bytes) }) { return found.0 }
        return openings.first { bytes.has($0.1, at: end) }?.0
    }

    /// A ZIP archive is found from its end, whatever stands before it.
    private static func zipEnd(_ bytes: UnsafeRawBufferPointer) -> ForeignContent? {
        let earliest = max(0, bytes.count - zipEndBytes - 65_535)
        var from = earliest
        while let at = bytes.firstOffset(of: 0x50, from: from) {
            from = at + 1
            guard at + zipEndBytes <= bytes.count else { return nil }
            guard bytes.has([0x50, 0x4b, 0x05, 0x06], at: at) else { continue }
            let comment = Int(bytes[at + 20]) | Int(bytes[at + 21]) << 8
            if at + zipEndBytes + comment == bytes.count { return .zip }
        }
        return nil
    }

    private static func word(in range: Range<Int>, _ bytes: UnsafeRawBufferPointer) -> ForeignContent? {
        var from = range.lowerBound
        while let at = bytes.firstOffset(of: 0x3c, from: from), at < range.upperBound {
            from = at + 1
            for (kind, word) in words where at + word.count <= range.upperBound {
                if word.indices.allSatisfy({ lowered(bytes[at + $0]) == word[$0] }) { return kind }
            }
        }
        return nil
    }

    private static func first(_ pattern: [UInt8], in range: Range<Int>, _ bytes: UnsafeRawBufferPointer) -> Bool {
        var from = range.lowerBound
        while let at = bytes.firstOffset(of: pattern[0], from: from), at + pattern.count <= range.upperBound {
            if bytes.has(pattern, at: at) { return true }
            from = at + 1
        }
        return false
    }

    private static func lowered(_ byte: UInt8) -> UInt8 { (0x41...0x5a).contains(byte) ? byte | 0x20 : byte }
}

extension UnsafeRawBufferPointer {
    /// By memchr: a file has millions of bytes.
    func firstOffset(of byte: UInt8, from offset: Int) -> Int? {
        guard let base = baseAddress, offset >= 0, offset < count, let found = memchr(base + offset, Int32(byte), count - offset) else { return nil }
        return UnsafeRawPointer(found) - base
    }

    func has(_ pattern: [UInt8], at offset: Int) -> Bool {
        offset >= 0 && offset + pattern.count <= count && pattern.indices.allSatisfy { self[offset + $0] == pattern[$0] }
    }
}

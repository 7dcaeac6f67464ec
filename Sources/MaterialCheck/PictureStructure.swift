/// Why a file is not what its first bytes promise.
enum StructureFault: Error, Hashable, Sendable {
    /// It ends before it should.
    case truncated
    /// Its parts contradict each other.
    case damaged
    /// Made to cost more than any camera's picture does.
    case excessive
}

/// What the parts of a picture file say, without decoding it.
struct PictureStructure: Hashable, Sendable {
    var width = 0
    var height = 0
    /// Colours of a JPEG; 4 are those of a printer.
    var components = 3
    /// Where the picture ends; what stands behind it is none of it.
    var end = 0
    /// Where comments and the like stand, which no decoder shows.
    var remarks: [Range<Int>] = []

    /// A camera writes at most about ten scans into a progressive JPEG; each is a pass over the whole picture.
    static let scans = 100
    /// Segments or chunks. Animations and the like come to thousands.
    static let parts = 20_000

    // MARK: JPEG

    /// Walks the segments of a JPEG (ITU-T T.81, annex B).
    static func jpeg(_ bytes: UnsafeRawBufferPointer) throws(StructureFault) -> PictureStructure {
        var structure = PictureStructure()
        var scans = 0
        var offset = 2
        for _ in 0..<parts {
            let marker = try nextMarker(bytes, &offset)
            switch marker {
            case 0xd9:
                guard structure.width > 0, scans > 0 else { throw .damaged }
                structure.end = offset
                return structure
            case 0x01, 0xd0...0xd8:
                continue
            default:
                let body = try segment(bytes, &offset)
                if marker >= 0xe0 { structure.remarks.append(body) }
                if (0xc0...0xcf).contains(marker), ![0xc4, 0xc8, 0xcc].contains(marker) { try structure.readFrame(bytes, body) }
                if marker == 0xda {
                    scans += 1
                    guard scans <= Self.scans else { throw .excessive }
                    try skipCodedData(bytes, &offset)
                }
            }
        }
        throw .excessive
    }

    private mutating func readFrame(_ bytes: UnsafeRawBufferPointer, _ body: Range<Int>) throws(StructureFault) {
        guard body.count >= 6, width == 0 else { throw .damaged }
        let at = body.lowerBound
        height = Int(bytes[at + 1]) << 8 | Int(bytes[at + 2])
        width = Int(bytes[at + 3]) << 8 | Int(bytes[at + 4])
        components = Int(bytes[at + 5])
        guard width > 0, height > 0, [1, 3, 4].contains(components) else { throw .damaged }
    }

    /// - Returns: the byte behind 0xFF; any number of 0xFF may stand before it.
    private static func nextMarker(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int) throws(StructureFault) -> UInt8 {
        guard offset < bytes.count else { throw .truncated }
        guard bytes[offset] == 0xff else { throw .damaged }
        while offset < bytes.count, bytes[offset] == 0xff { offset += 1 }
        guard offset < bytes.count else { throw .truncated }
        defer { offset += 1 }
        return bytes[offset]
    }

    private static func segment(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int) throws(StructureFault) -> Range<Int> {
        guard offset + 2 <= bytes.count else { throw .truncated }
        let length = Int(bytes[offset]) << 8 | Int(bytes[offset + 1])
        guard length >= 2 else { throw .damaged }
        guard offset + length <= bytes.count else { throw .truncated }
        defer { offset += length }
        return offset + 2..<offset + length
    }

    /// To the next marker that is neither a stuffed 0xFF nor a restart.
    private static func skipCodedData(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int) throws(StructureFault) {
        while let found = bytes.firstOffset(of: 0xff, from: offset) {
            guard found + 1 < bytes.count else { throw .truncated }
            let next = bytes[found + 1]
            if next == 0xff {
                offset = found + 1
            } else if next == 0 || (0xd0...0xd7).contains(next) {
                offset = found + 2
            } else {
                offset = found
                return
            }
        }
        throw .truncated
    }

    // MARK: PNG

    /// Walks the chunks of a PNG (W3C PNG, clause 5). Their sums are the decoder's to check.
    static func png(_ bytes: UnsafeRawBufferPointer) throws(StructureFault) -> PictureStructure {
        var structure = PictureStructure()
        var offset = 8
        var hasData = false
        for index in 0..<parts {
            guard offset + 12 <= bytes.count else { throw .truncated }
            let length = bytes.number(at: offset)
            guard length < 0x8000_0000 else { throw .damaged }
            guard offset + 12 + length <= bytes.count else { throw .truncated }
            let body = offset + 8..<offset + 8 + length
            let kind = bytes.number(at: offset + 4)
            offset = body.upperBound + 4
            guard (index == 0) == (kind == 0x4948_4452) else { throw .damaged }
            switch kind {
            case 0x4948_4452:  // IHDR
                guard length == 13 else { throw .damaged }
                structure.width = bytes.number(at: body.lowerBound)
                structure.height = bytes.number(at: body.lowerBound + 4)
                guard (1..<0x8000_0000).contains(structure.width), (1..<0x8000_0000).contains(structure.height) else { throw .damaged }
            case 0x4944_4154:  // IDAT
                hasData = true
            case 0x4945_4e44:  // IEND
                guard hasData else { throw .damaged }
                structure.end = offset
                return structure
            default:
                structure.remarks.append(body)
            }
        }
        throw .excessive
    }

    // MARK: HEIC

    /// Walks the outermost boxes (ISO/IEC 14496-12, 4.2): enough to know whether the file is whole.
    static func checkBoxes(_ bytes: UnsafeRawBufferPointer) throws(StructureFault) {
        var offset = 0
        for _ in 0..<parts {
            if offset == bytes.count { return }
            guard offset + 8 <= bytes.count else { throw .truncated }
            var length = bytes.number(at: offset)
            if length == 0 { return }
            if length == 1 {
                guard offset + 16 <= bytes.count else { throw .truncated }
                guard bytes.number(at: offset + 8) == 0 else { throw .truncated }
                length = bytes.number(at: offset + 12)
            }
            guard length >= 8 else { throw .damaged }
            guard offset + length <= bytes.count else { throw .truncated }
            offset += length
        }
        throw .excessive
    }
}

extension UnsafeRawBufferPointer {
    /// Four bytes, the highest first. The caller has checked that they are there.
    func number(at offset: Int) -> Int {
        Int(self[offset]) << 24 | Int(self[offset + 1]) << 16 | Int(self[offset + 2]) << 8 | Int(self[offset + 3])
    }
}

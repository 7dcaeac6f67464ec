/// Everything that reads a stranger's bytes in Swift, at once: for the fuzzers.
enum SniffingProbe {
    /// - Precondition: none. Must neither crash nor take longer than the bytes are long, and what it returns must lie inside them.
    static func examine(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { raw in
            _ = FileContent(signature: raw)
            for structure in [try? PictureStructure.jpeg(raw), try? PictureStructure.png(raw)] {
                guard let structure else { continue }
                precondition(structure.width > 0 && structure.height > 0 && (0...raw.count).contains(structure.end))
                precondition(structure.remarks.allSatisfy { $0.lowerBound >= 0 && $0.upperBound <= structure.end })
                _ = ForeignContent.inPicture(raw, structure)
            }
            try? PictureStructure.checkBoxes(raw)
            _ = ForeignContent.inPDF(raw)
        }
    }
}

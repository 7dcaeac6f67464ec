import SignalingProtocol

extension FileMediaType {
    /// Bytes that are enough to tell the type.
    public static let signatureBytes = 8

    /// The type by the first bytes, whatever the name says.
    /// - Returns: nil when it is none that can be handed in.
    public init?(signature: some Collection<UInt8>) {
        let bytes = Array(signature.prefix(Self.signatureBytes))
        if bytes.starts(with: [0xff, 0xd8, 0xff]) {
            self = .jpeg
        } else if bytes.starts(with: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) {
            self = .png
        } else if bytes.starts(with: Array("%PDF-".utf8)) {
            self = .pdf
        } else {
            return nil
        }
    }
}

/// What a file is by its first bytes: one of the types that are stored, or one that is converted to such a type first.
public enum FileContent: Hashable, Sendable {
    case stored(FileMediaType)
    /// A telephone's picture (ISO/IEC 23008-12 with HEVC inside). Stored as JPEG.
    case heic

    /// Bytes that are enough to tell the content.
    public static let signatureBytes = 64
    /// `ftyp` brands that say: a still picture coded with HEVC (ISO/IEC 23008-12, annex B.4).
    private static let heicBrands: Set<String> = ["heic", "heix", "heim", "heis"]
    /// Brands that leave the coding open; the list behind them then tells.
    private static let openBrands: Set<String> = ["mif1", "msf1", "mif2", "miaf"]

    /// - Returns: nil when it is nothing that can be handed in.
    public init?(signature: some Collection<UInt8>) {
        let head = Array(signature.prefix(Self.signatureBytes))
        if let type = FileMediaType(signature: head) {
            self = .stored(type)
        } else if Self.isHEIC(head) {
            self = .heic
        } else {
            return nil
        }
    }

    /// The type under which the file is stored.
    public var storedType: FileMediaType {
        switch self {
        case .stored(let type): type
        case .heic: .jpeg
        }
    }

    private static func isHEIC(_ head: [UInt8]) -> Bool {
        guard head.count >= 16, head[4..<8].elementsEqual("ftyp".utf8) else { return false }
        let size = head[..<4].reduce(0) { $0 << 8 | Int($1) }
        guard size >= 16, size % 4 == 0 else { return false }
        func brand(at offset: Int) -> String { String(decoding: head[offset..<offset + 4], as: UTF8.self) }
        let major = brand(at: 8)
        if heicBrands.contains(major) { return true }
        guard openBrands.contains(major) else { return false }
        return stride(from: 16, to: min(size, head.count) - 3, by: 4).contains { heicBrands.contains(brand(at: $0)) }
    }
}

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

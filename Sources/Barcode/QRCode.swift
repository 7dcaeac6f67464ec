import CQRencode

/// A QR code (ISO/IEC 18004) as a square of dark and light modules.
public struct QRCode: Sendable, Equatable {
    /// One text a row from the top, one character a module from the left: `1` is dark, `0` is light. Without the light margin of four modules that a reader
    /// needs around it.
    public let rows: [String]

    /// Encodes the UTF-8 bytes of a text with error correction level M, which bears fifteen per cent of damage, in the smallest size that holds them.
    /// - Returns: nil when the text is empty or longer than a code can be (2,331 bytes).
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty, let code = QRcode_encodeData(Int32(bytes.count), bytes, 0, QR_ECLEVEL_M) else { return nil }
        defer { QRcode_free(code) }
        let width = Int(code.pointee.width)
        guard let modules = code.pointee.data else { return nil }
        // The lowest bit is the colour; the others say what a module is for.
        rows = (0..<width).map { row in
            String((0..<width).map { column in modules[row * width + column] & 1 == 1 ? "1" : "0" })
        }
    }
}

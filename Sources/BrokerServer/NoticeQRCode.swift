import CQRencode
import Notices

extension QRModules {
    /// The QR code (ISO/IEC 18004) of a text, with error correction M: a fold or a stain on the paper does not spoil it.
    /// - Returns: nil when the text is empty or too long for a code.
    init?(encoding text: String) {
        guard let code = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1) else { return nil }
        defer { QRcode_free(code) }
        let side = Int(code.pointee.width)
        guard let data = code.pointee.data else { return nil }
        // The lowest bit of each byte is the module; the others say what part of the code it belongs to.
        self.init(side: side, dark: (0..<side * side).map { data[$0] & 1 == 1 })
    }
}

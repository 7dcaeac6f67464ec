import Barcode
import Notices

extension QRModules {
    /// The QR code of a text as a notice prints it.
    /// - Returns: nil when the text is empty or too long for a code.
    init?(encoding text: String) {
        guard let code = QRCode(text) else { return nil }
        self.init(side: code.rows.count, dark: code.rows.joined().map { $0 == "1" })
    }
}

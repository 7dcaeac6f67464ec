import Foundation

extension Data {
    /// RFC 4648, 5, without padding.
    public var base64URL: String {
        base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// - Returns: nil when `text` is not of that form.
    public init?(base64URL text: String) {
        guard text.utf8.allSatisfy({ UInt8(ascii: "+") != $0 && UInt8(ascii: "/") != $0 && UInt8(ascii: "=") != $0 }) else { return nil }
        let plain = text.replacing("-", with: "+").replacing("_", with: "/")
        self.init(base64Encoded: plain + String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4))
    }
}

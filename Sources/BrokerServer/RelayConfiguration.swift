import Foundation
import SignalingProtocol

/// The TURN servers that pass picture and voice on where two browsers do not reach each other (RFC 8656).
public struct RelayConfiguration: Sendable {
    /// `turn:`, `turns:`, `stun:` or `stuns:` addresses (RFC 7064, RFC 7065), as browsers are told them.
    public let urls: [String]
    /// How long credentials are good for. A longer session gets new ones when it next needs them.
    public let lifetime: Milliseconds
    let secret: Data

    public static let usualLifetime: Milliseconds = .minutes(120)
    static let secretBytes = 16...1_024

    /// - Parameter secretFile: what the TURN server has as its `static-auth-secret`; a line break at its end does not count.
    /// - Throws: `ServerStartFailure`: an address that is none (`turn_url_invalid`), a secret that cannot be read, that others on this machine can read, or
    ///   that is shorter than 128 bits (`turn_secret_unusable`).
    public init(urls: [String], secretFile: URL, lifetime: Milliseconds = usualLifetime) throws(ServerStartFailure) {
        for url in urls where !Self.isAddress(url) {
            throw ServerStartFailure(
                code: "turn_url_invalid", sentence: "\(url) is no address of a TURN server; it should look like turn:HOST:3478?transport=udp")
        }
        self.urls = urls
        self.lifetime = lifetime
        secret = try Self.secret(from: secretFile)
    }

    /// A browser refuses the whole list for one bad address.
    static func isAddress(_ text: String) -> Bool {
        text.wholeMatch(of: /(turns?|stuns?):(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(:[0-9]{1,5})?(\?transport=(udp|tcp))?/) != nil
            && !(text.hasPrefix("stun") && text.contains("?"))
    }

    private static func secret(from file: URL) throws(ServerStartFailure) -> Data {
        func unusable(_ why: String) -> ServerStartFailure {
            ServerStartFailure(code: "turn_secret_unusable", sentence: "the TURN secret in \(file.path) cannot be used: \(why)")
        }
        let content: Data
        let mode: Int
        do {
            content = try Data(contentsOf: file)
            mode = (try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int) ?? 0
        } catch {
            throw unusable(error.localizedDescription)
        }
        guard mode & 0o007 == 0 else { throw unusable("everybody on this machine may read or change it (chmod 640)") }
        let secret = Data(String(decoding: content, as: UTF8.self).trimmingCharacters(in: .newlines).utf8)
        guard secretBytes.contains(secret.count) else {
            throw unusable("it must have \(secretBytes.lowerBound) to \(secretBytes.upperBound) bytes; openssl rand -hex 32 makes one")
        }
        return secret
    }
}

import Foundation
import Testing

@testable import SignalingProtocol

/// The files that these tests share with the JavaScript tests.
enum Repository {
    /// Three folders above this file.
    static let root: String = {
        // A package that links these folders in from elsewhere still means the files beside the real one.
        let file = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        return file.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
    }()

    static func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: root + "/" + path)) }

    /// The Swift files of this module's first folder, by name.
    static func protocolSources() throws -> [(name: String, text: String)] {
        let folder = root + "/Sources/SignalingProtocol"
        return try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".swift") }.sorted().map { name in
            (name, try String(contentsOfFile: folder + "/" + name, encoding: .utf8))
        }
    }
}

/// One kind's fixture as it lies on disk.
struct Golden {
    let kind: MessageKind
    let full: Data
    let minimal: Data

    init(_ kind: MessageKind) throws {
        let file = try Repository.bytes("Tests/Golden/\(kind.rawValue).json")
        let object = try #require(JSONSerialization.jsonObject(with: file) as? [String: Any])
        self.kind = kind
        full = try JSONSerialization.data(withJSONObject: #require(object["full"]))
        minimal = try JSONSerialization.data(withJSONObject: #require(object["minimal"]))
    }
}

/// JSON as a value that can be compared.
func json(_ bytes: some Sequence<UInt8>) throws -> NSObject {
    try #require(JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed) as? NSObject)
}

extension Data {
    /// - Throws: a `WireError`.
    func scanned() throws -> Envelope { try withUnsafeBytes { try Envelope.scan($0) } }

    func payload(of envelope: Envelope) -> Data { subdata(in: envelope.payload) }
}

/// What `BrokerServer` does with a client's frame, as far as this module goes.
/// - Throws: a `WireError`.
func accept(_ frame: Data) throws {
    let envelope = try frame.scanned()
    let payload = frame.payload(of: envelope)
    let decoder = WireCoding.decoder()
    switch try envelope.kind.rule.travel {
    case .relay: _ = try payload.withUnsafeBytes { try Envelope.relayAddress(inPayload: $0) }
    case .command, .signal:
        if try envelope.kind == .hello {
            _ = try WireCoding.decode(Hello.self, from: payload, by: decoder)
        } else {
            _ = try Command(try envelope.kind, payload: payload, by: decoder)
        }
    case .answer, .push, .ephemeral: throw WireError(.unknownType)
    }
}

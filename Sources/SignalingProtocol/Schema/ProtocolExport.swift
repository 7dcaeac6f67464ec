import Foundation

/// The files that tell others of the wire, made from the Swift types: `asyncapi.json`, the pages' `messages.js` and the golden fixtures.
///
/// The fixtures are read by the Swift tests and by the JavaScript tests alike. A fixture that changes is a breaking change of the wire.
public enum ProtocolExport {
    /// Every generated file with its path in the repository, in a fixed order. The same bytes on every call.
    public static func files() -> [(path: String, bytes: [UInt8])] {
        do {
            let catalogue = try WireCatalogue()
            let fixtures = try MessageKind.allCases.sorted { $0.rawValue < $1.rawValue }.map { kind in
                (path: "Tests/Golden/\(kind.rawValue).json", bytes: try GoldenFixture.tree(of: kind, in: catalogue).file)
            }
            return [
                (path: "Sources/SignalingProtocol/asyncapi.json", bytes: AsyncAPI.document(catalogue).file),
                (path: "Web/signaling/messages.js", bytes: Array(MessagesModule.text(catalogue).utf8)),
            ] + fixtures + [(path: "Tests/Golden/refused.json", bytes: RefusedMessage.tree.file)]
        } catch {
            // Only a type that nobody described comes here, and every test of this module does too.
            preconditionFailure("a message type has no shape: \(error)")
        }
    }

    /// Paths of the files that are missing under `root` or differ from what would be written now.
    /// - Parameter root: the repository's folder.
    public static func stale(comparedWith root: String) -> [String] {
        let folder = URL(fileURLWithPath: root, isDirectory: true)
        return files().filter { file in
            (try? Data(contentsOf: folder.appendingPathComponent(file.path))).map { $0.elementsEqual(file.bytes) } != true
        }.map(\.path)
    }
}

/// Everything the exported files tell, collected once.
struct WireCatalogue: Sendable {
    /// What each message carries.
    let payloads: [MessageKind: ObjectShape]
    /// What the messages are made of.
    let messageParts: NamedParts
    /// With what only the pages' HTTP answers and screens need.
    let clientParts: NamedParts

    /// - Throws: a `ShapeError` for a type that cannot be described.
    init() throws {
        var payloads: [MessageKind: ObjectShape] = [:]
        var parts = NamedParts()
        for kind in MessageKind.allCases {
            let shape = try ShapeRecorder.shape(of: kind.rule.payload)
            guard case .object(let object) = shape else { throw ShapeError.unsupported(type: "\(kind.rule.payload)") }
            payloads[kind] = object
            parts.add(shape)
        }
        parts.add(WordList(ErrorCode.self))
        self.payloads = payloads
        messageParts = parts
        parts.add(try ShapeRecorder.shape(of: CatalogueItem.self))
        parts.add(WordList(MessageKind.self))
        parts.add(WordList(SessionEventKind.self))
        parts.add(WordList(FindingCode.self))
        clientParts = parts
    }

    func payload(of kind: MessageKind) -> ObjectShape { payloads[kind] ?? ObjectShape(name: "EmptyPayload", fields: []) }
}

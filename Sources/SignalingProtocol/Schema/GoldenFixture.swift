import Foundation

/// One kind's fixture: a frame with everything in it, and one with nothing that may be left out.
enum GoldenFixture {
    /// - Throws: a `ShapeError` or an `EncodingError`, either of which is a defect of the payload type.
    static func tree(of kind: MessageKind, in catalogue: WireCatalogue) throws -> JSONTree {
        [
            "kind": .string(kind.rawValue),
            "travel": .string(kind.rule.travel.rawValue),
            "full": try frame(kind, .full, catalogue),
            "minimal": try frame(kind, .minimal, catalogue),
        ]
    }

    private static func frame(_ kind: MessageKind, _ fill: SampleFill, _ catalogue: WireCatalogue) throws -> JSONTree {
        var members: [JSONTree.Member] = []
        switch (kind.rule.travel, fill) {
        case (.command, .full): members.append(.init(name: "id", value: 7))
        case (.answer, .full): members.append(.init(name: "re", value: 7))
        case (.answer, .minimal): if kind != .error { members.append(.init(name: "re", value: 0)) }
        case (.push, .full): members.append(.init(name: "seq", value: 118))
        case (.push, .minimal): members.append(.init(name: "seq", value: 1))
        case (.command, .minimal), (.signal, _), (.relay, _), (.ephemeral, _): break
        }
        members.append(.init(name: "type", value: .string(kind.rawValue)))
        members.append(.init(name: "payload", value: try payload(kind.rule.payload, fill, catalogue.payload(of: kind))))
        return .object(members)
    }

    private static func payload<Payload: WirePayload>(_ type: Payload.Type, _ fill: SampleFill, _ shape: ObjectShape) throws -> JSONTree {
        let (sample, _) = try ShapeRecorder.record(type, fill: fill)
        try sample.validate()
        let tree = try JSONDecoder().decode(JSONTree.self, from: WireCoding.encoder(sorted: true).encode(sample))
        // The payload type forgets what it does not look at, so the fixture gets it from the table.
        return shape.fields.filter { $0.shape == .any }.reduce(tree) { $0.setting($1.name, to: WireSample.opaque(field: $1.name)) }
    }
}

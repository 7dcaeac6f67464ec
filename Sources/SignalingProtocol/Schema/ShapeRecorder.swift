/// Which of its two samples a recording builds.
enum SampleFill: Sendable {
    /// Every optional field is there and every list has one element.
    case full
    /// No optional field is there and every list is empty.
    case minimal
}

/// Where a sampled value stands.
struct SamplePlace: Sendable {
    /// Name of the Swift type that has the field.
    var owner: String
    /// As the wire writes it.
    var field: String
    var fill: SampleFill
}

/// Why a type cannot be described; always a defect of the type, found by the tests.
enum ShapeError: Error, Hashable {
    /// The type is neither a `WireLeaf` nor a `WireWord`, yet asks for a single value.
    case undescribedLeaf(type: String)
    /// The type contains itself.
    case endless(type: String)
    /// The type decodes in a way that the wire does not use: nested containers, `super`, a class hierarchy.
    case unsupported(type: String)
    /// `WireSample` has no value for the place.
    case noSample(field: String)
}

/// Learns a type's JSON shape by letting the type decode itself, and hands it sample values while it does.
///
/// So the shape cannot drift from the code: it is the same `init(from:)` that reads the wire.
final class ShapeRecorder: Decoder {
    let codingPath: [any CodingKey] = []
    let userInfo: [CodingUserInfoKey: Any] = [:]

    private let typeName: String
    private let place: SamplePlace
    /// Types being recorded around this one.
    private let outer: [String]
    private var found: Found = .nothing
    private var optionalKeys: Set<String> = []

    private enum Found {
        /// A type without stored properties asks for nothing.
        case nothing
        case fields([FieldShape])
        case element(Shape?)
    }

    private init(typeName: String, place: SamplePlace, outer: [String]) {
        self.typeName = typeName
        self.place = place
        self.outer = outer
    }

    /// The shape of `type` and a sample of it.
    /// - Throws: a `ShapeError`.
    static func record<Value: Decodable>(_ type: Value.Type, fill: SampleFill) throws -> (value: Value, shape: Shape) {
        try record(type, at: SamplePlace(owner: String(describing: type), field: "", fill: fill), inside: [])
    }

    /// The shape of `type`, of which a full sample tells everything.
    /// - Throws: a `ShapeError`.
    static func shape(of type: any Decodable.Type) throws -> Shape {
        func shape<Value: Decodable>(_ type: Value.Type) throws -> Shape { try record(type, fill: .full).shape }
        return try shape(type)
    }

    private static func record<Value: Decodable>(
        _ type: Value.Type, at place: SamplePlace, inside outer: [String]
    ) throws -> (value: Value, shape: Shape) {
        let name = String(describing: type)
        if let leaf = type as? any WireLeaf.Type { return (try same(try leaf.sample(at: place)), leaf.shape) }
        if let word = type as? any WireWord.Type { return (try same(try WireSample.word(word, at: place)), .string(.word(WordList(word)))) }
        guard !outer.contains(name) else { throw ShapeError.endless(type: name) }
        let recorder = ShapeRecorder(typeName: name, place: place, outer: outer + [name])
        let value = try Value(from: recorder)
        return (value, recorder.shape)
    }

    /// `Value` and the type a sample was made of are one type, seen once as itself and once as a protocol.
    private static func same<Value>(_ sample: Any) throws -> Value {
        guard let value = sample as? Value else { throw ShapeError.unsupported(type: String(describing: Value.self)) }
        return value
    }

    private var shape: Shape {
        switch found {
        case .nothing: .object(ObjectShape(name: typeName, fields: []))
        case .fields(let fields): .object(ObjectShape(name: typeName, fields: fields))
        case .element(let element): .array(of: element ?? .any)
        }
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        found = .fields([])
        return KeyedDecodingContainer(Fields<Key>(recorder: self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        found = .element(nil)
        return Elements(recorder: self)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { throw ShapeError.undescribedLeaf(type: typeName) }

    fileprivate func noteOptional(_ key: any CodingKey) { optionalKeys.insert(key.stringValue) }

    fileprivate func field<Value: Decodable>(_ type: Value.Type, key: any CodingKey) throws -> Value {
        let name = WireCoding.wireName(key.stringValue)
        let inner = SamplePlace(owner: typeName, field: name, fill: place.fill)
        let (value, shape) = try Self.record(type, at: inner, inside: outer)
        if case .fields(let fields) = found {
            found = .fields(fields + [FieldShape(name: name, isOptional: optionalKeys.contains(key.stringValue), shape: shape)])
        }
        return value
    }

    fileprivate func element<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let (value, shape) = try Self.record(type, at: place, inside: outer)
        found = .element(shape)
        return value
    }

    fileprivate var hasElement: Bool {
        if case .element(.some) = found { true } else { false }
    }

    fileprivate var unsupported: ShapeError { .unsupported(type: typeName) }
    fileprivate var fill: SampleFill { place.fill }
}

/// Notes each key that is asked for.
private struct Fields<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let recorder: ShapeRecorder
    let codingPath: [any CodingKey] = []
    let allKeys: [Key] = []

    /// Only the standard library's `decodeIfPresent` asks this, right before it decodes: so the field is optional.
    func contains(_ key: Key) -> Bool {
        recorder.noteOptional(key)
        return switch recorder.fill {
        case .full: true
        case .minimal: false
        }
    }

    func decodeNil(forKey key: Key) throws -> Bool { false }

    // One generic method stands for the protocol's fourteen.
    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value { try recorder.field(type, key: key) }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) throws -> KeyedDecodingContainer<Nested> {
        throw recorder.unsupported
    }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { throw recorder.unsupported }
    func superDecoder() throws -> any Decoder { throw recorder.unsupported }
    func superDecoder(forKey key: Key) throws -> any Decoder { throw recorder.unsupported }
}

/// A list of one element, or of none.
private struct Elements: UnkeyedDecodingContainer {
    let recorder: ShapeRecorder
    let codingPath: [any CodingKey] = []
    var count: Int? { nil }
    var currentIndex: Int { recorder.hasElement ? 1 : 0 }
    var isAtEnd: Bool {
        switch recorder.fill {
        case .full: recorder.hasElement
        case .minimal: true
        }
    }

    mutating func decodeNil() throws -> Bool { false }
    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try recorder.element(type) }
    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) throws -> KeyedDecodingContainer<Nested> {
        throw recorder.unsupported
    }
    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { throw recorder.unsupported }
    mutating func superDecoder() throws -> any Decoder { throw recorder.unsupported }
}

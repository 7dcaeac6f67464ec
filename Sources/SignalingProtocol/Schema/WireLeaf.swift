/// A type that is one JSON value, and so must say itself what it looks like.
protocol WireLeaf: Decodable {
    static var shape: Shape { get }
    /// A fictitious value that is good for a fixture.
    /// - Throws: `ShapeError.noSample`
    static func sample(at place: SamplePlace) throws -> Self
}

extension String: WireLeaf {
    static var shape: Shape { .string(.text) }
    static func sample(at place: SamplePlace) throws -> String { try WireSample.text(at: place) }
}

extension Int: WireLeaf {
    static var shape: Shape { .integer }
    static func sample(at place: SamplePlace) throws -> Int { try WireSample.integer(at: place) }
}

extension Bool: WireLeaf {
    static var shape: Shape { .boolean }
    static func sample(at place: SamplePlace) -> Bool { WireSample.boolean(at: place) }
}

extension Milliseconds: WireLeaf {
    static var shape: Shape { .integer }
    static func sample(at place: SamplePlace) throws -> Milliseconds { Milliseconds(Int64(try WireSample.integer(at: place))) }
}

extension Instant: WireLeaf {
    static var shape: Shape { .string(.dateTime) }
    static func sample(at place: SamplePlace) throws -> Instant { WireSample.instant(at: place) }
}

extension CivilDate: WireLeaf {
    static var shape: Shape { .string(.date) }
    static func sample(at place: SamplePlace) throws -> CivilDate { try WireSample.day(at: place) }
}

extension OpaqueJSON: WireLeaf {
    static var shape: Shape { .any }
    static func sample(at place: SamplePlace) -> OpaqueJSON { OpaqueJSON() }
}

extension Identifier: WireLeaf {
    static var shape: Shape { .string(.uuid) }
    static func sample(at place: SamplePlace) throws -> Self {
        guard let sample = WireSample.identifiers[String(describing: Subject.self)].flatMap(Self.init) else {
            throw ShapeError.noSample(field: "\(Subject.self)")
        }
        return sample
    }
}

extension Code: WireLeaf {
    static var shape: Shape { .string(.code) }
    static func sample(at place: SamplePlace) throws -> Self {
        guard let sample = WireSample.codes[String(describing: Subject.self)].flatMap(Self.init) else {
            throw ShapeError.noSample(field: "\(Subject.self)")
        }
        return sample
    }
}

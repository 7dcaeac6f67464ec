/// JSON Schema (draft 7, as AsyncAPI 3.0 uses it) from shapes.
package enum JSONSchema {
    /// What messages and HTTP answers are made of, for `components.schemas` of another document.
    package static var wireParts: JSONTree {
        do { return components(try WireCatalogue().clientParts) } catch { preconditionFailure("a message type has no shape: \(error)") }
    }

    static func schema(of shape: Shape) -> JSONTree {
        switch shape {
        case .object(let object): reference(to: object.name)
        case .array(let element): ["type": "array", "items": schema(of: element)]
        case .string(.text): ["type": "string"]
        case .string(.uuid): ["type": "string", "format": "uuid"]
        case .string(.date): ["type": "string", "format": "date"]
        case .string(.dateTime): ["type": "string", "format": "date-time"]
        case .string(.code): ["type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$"]
        case .string(.word(let list)): reference(to: list.name)
        case .integer: ["type": "integer"]
        case .boolean: ["type": "boolean"]
        case .any: [:]
        }
    }

    /// All named parts, for `components.schemas`.
    static func components(_ parts: NamedParts) -> JSONTree {
        let members =
            parts.objects.values.map { JSONTree.Member(name: $0.name, value: definition(of: $0)) }
            + parts.words.values.map { JSONTree.Member(name: $0.name, value: definition(of: $0)) }
        return .object(members.sorted { $0.name < $1.name })
    }

    static func reference(to name: String) -> JSONTree { ["$ref": .string("#/components/schemas/\(name)")] }

    /// Fields it does not name are allowed: a later version may add optional ones.
    private static func definition(of object: ObjectShape) -> JSONTree {
        let properties = object.fields.map { field in
            JSONTree.Member(name: field.name, value: described(schema(of: field.shape), as: WireNotes.field(field.name, of: object.name)))
        }
        let required = object.fields.filter { !$0.isOptional }.map { JSONTree.string($0.name) }
        let note = WireNotes.type(object.name)
        return described(["type": "object", "required": .array(required), "properties": .object(properties)], as: note)
    }

    private static func definition(of list: WordList) -> JSONTree {
        described(["type": "string", "enum": .array(list.values.map(JSONTree.string))], as: WireNotes.type(list.name))
    }

    private static func described(_ schema: JSONTree, as note: String?) -> JSONTree {
        guard let note, case .object(let members) = schema else { return schema }
        // Beside a `$ref` draft 7 reads nothing else.
        let isReference = members.contains { $0.name == "$ref" }
        return isReference
            ? ["description": .string(note), "allOf": [schema]] : .object([JSONTree.Member(name: "description", value: .string(note))] + members)
    }
}

import SignalingProtocol

/// What a value of the HTTP side looks like as JSON.
indirect enum APISchema: Sendable {
    case text(atMost: Int? = nil)
    case integer(ClosedRange<Int>? = nil)
    case number
    case boolean
    /// RFC 3339 with offset.
    case instant
    case date
    /// `09:30`; `24:00` is the end of a day.
    case timeOfDay
    case uuid
    /// What `Code` allows.
    case code
    case words([String])
    case array(APISchema)
    case object(KeyValuePairs<String, APISchema>, optional: KeyValuePairs<String, APISchema> = [:])
    /// Values of one sort by names that are not fixed.
    case map(APISchema)
    /// It, or `null`.
    case orNull(APISchema)
    case oneOf([APISchema])
    /// A named part: one of the wire's, or of `APIDocument.parts`.
    case part(String)
    /// Described elsewhere; the sentence says where.
    case anything(String)

    static func word<Word: CaseIterable & RawRepresentable>(_ type: Word.Type) -> APISchema where Word.RawValue == String {
        .words(type.allCases.map(\.rawValue))
    }

    var tree: JSONTree {
        switch self {
        case .text(let most): most.map { ["type": "string", "maxLength": .integer($0)] } ?? ["type": "string"]
        case .integer(let range):
            range.map { ["type": "integer", "minimum": .integer($0.lowerBound), "maximum": .integer($0.upperBound)] } ?? ["type": "integer"]
        case .number: ["type": "number"]
        case .boolean: ["type": "boolean"]
        case .instant: ["type": "string", "format": "date-time"]
        case .date: ["type": "string", "format": "date"]
        case .timeOfDay: ["type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$"]
        case .uuid: ["type": "string", "format": "uuid"]
        case .code: ["type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$"]
        case .words(let words): ["type": "string", "enum": .array(words.map(JSONTree.string))]
        case .array(let element): ["type": "array", "items": element.tree]
        case .object(let required, let optional):
            [
                "type": "object", "required": .array(required.map { .string($0.key) }),
                "properties": .object((Array(required) + Array(optional)).map { JSONTree.Member(name: $0.key, value: $0.value.tree) }),
            ]
        case .map(let value): ["type": "object", "additionalProperties": value.tree]
        case .orNull(let value): ["anyOf": [value.tree, ["type": "null"]]]
        case .oneOf(let choices): ["oneOf": .array(choices.map(\.tree))]
        case .part(let name): ["$ref": .string("#/components/schemas/\(name)")]
        case .anything(let sentence): ["description": .string(sentence)]
        }
    }
}

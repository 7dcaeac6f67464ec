/// What a value of the wire looks like as JSON. JSON Schema, JSDoc and the fixtures are all made from it.
indirect enum Shape: Hashable, Sendable {
    case object(ObjectShape)
    case array(of: Shape)
    case string(StringForm)
    case integer
    case boolean
    /// Any JSON: the server does not look inside.
    case any
}

/// A Swift struct with its fields, in the order of their declaration.
struct ObjectShape: Hashable, Sendable {
    /// Name of the Swift type.
    var name: String
    var fields: [FieldShape]
}

struct FieldShape: Hashable, Sendable {
    /// As the wire writes it.
    var name: String
    var isOptional: Bool
    var shape: Shape
}

/// What a string must look like.
enum StringForm: Hashable, Sendable {
    case text
    /// RFC 9562, lower case.
    case uuid
    /// RFC 3339 with offset.
    case date
    case dateTime
    /// What `Code` allows.
    case code
    case word(WordList)
}

/// A closed list of words: a `WireWord` type.
struct WordList: Hashable, Sendable {
    /// Name of the Swift type.
    var name: String
    var values: [String]

    init(name: String, values: [String]) {
        self.name = name
        self.values = values
    }

    init<Word: WireWord>(_ type: Word.Type) {
        self.init(name: String(describing: type), values: type.allCases.map(\.rawValue))
    }

    /// `SessionKind` → `sessionKind`, its name in the client's tables.
    var lowerCamelName: String { name.prefix(1).lowercased() + name.dropFirst() }
}

/// The named parts that some shapes are made of, each once.
struct NamedParts: Sendable {
    private(set) var objects: [String: ObjectShape] = [:]
    private(set) var words: [String: WordList] = [:]

    var objectsByName: [ObjectShape] { objects.values.sorted { $0.name < $1.name } }
    var wordsByName: [WordList] { words.values.sorted { $0.name < $1.name } }

    mutating func add(_ shape: Shape) {
        switch shape {
        case .object(let object):
            guard objects.updateValue(object, forKey: object.name) == nil else { return }
            for field in object.fields { add(field.shape) }
        case .array(let element): add(element)
        case .string(.word(let list)): add(list)
        case .string(.text), .string(.uuid), .string(.date), .string(.dateTime), .string(.code), .integer, .boolean, .any: break
        }
    }

    mutating func add(_ list: WordList) { words[list.name] = list }
}

import Foundation

/// Checks JSON against a JSON Schema (draft 7), as far as `case-export.schema.json` and `asyncapi.json` use it.
/// An unknown keyword is a problem too: a rule that is not understood is not kept.
struct DocumentSchema {
    private let documents: [String: Any]
    private static let notes: Set = ["description", "title", "$schema", "definitions"]

    /// - Parameter files: file names with their text; a relative `$ref` is looked up by its last path component.
    init(files: [String: Data]) throws { documents = try files.mapValues { try JSONSerialization.jsonObject(with: $0) } }

    /// What of `value` departs from the schema at `pointer` of `file`, a sentence each.
    func problems(in value: Any, file: String, pointer: String) -> [String] {
        guard let schema = resolve(file, pointer) else { return ["no schema at \(file)#\(pointer)"] }
        return problems(value, schema, file, at: "$")
    }

    private func resolve(_ file: String, _ pointer: String) -> [String: Any]? {
        pointer.split(separator: "/").reduce(documents[file]) { node, name in (node as? [String: Any])?[String(name)] } as? [String: Any]
    }

    private func problems(_ value: Any, _ schema: [String: Any], _ file: String, at path: String) -> [String] {
        schema.flatMap { keyword, rule -> [String] in
            switch keyword {
            case "$ref": return reference(value, rule, file, at: path)
            case "allOf": return (rule as? [[String: Any]] ?? []).flatMap { problems(value, $0, file, at: path) }
            case "type": return has(value, type: rule) ? [] : ["\(path) is no \(rule)"]
            case "const": return (value as? NSObject) == (rule as? NSObject) ? [] : ["\(path) is not \(rule)"]
            case "enum": return (rule as? [String])?.contains(value as? String ?? "") == true ? [] : ["\(path) is none of \(rule)"]
            case "pattern", "format": return text(value, keyword, rule, at: path)
            case "required":
                let there = Set((value as? [String: Any] ?? [:]).keys)
                return (rule as? [String] ?? []).filter { !there.contains($0) }.map { "\(path) has no \($0)" }
            case "properties": return members(value, schema, file, at: path)
            case "additionalProperties": return schema["properties"] == nil ? members(value, schema, file, at: path) : []
            case "items":
                return (value as? [Any] ?? []).enumerated().flatMap { problems($1, rule as? [String: Any] ?? [:], file, at: "\(path)[\($0)]") }
            default: return Self.notes.contains(keyword) ? [] : ["the schema's \(keyword) is not understood"]
            }
        }
    }

    private func reference(_ value: Any, _ rule: Any, _ file: String, at path: String) -> [String] {
        let parts = (rule as? String ?? "").split(separator: "#", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else { return ["\(path): \(rule) is no reference"] }
        let target = parts[0].isEmpty ? file : String(parts[0].split(separator: "/").last ?? "")
        guard let schema = resolve(target, parts[1]) else { return ["\(path): \(rule) leads nowhere"] }
        return problems(value, schema, target, at: path)
    }

    private func members(_ value: Any, _ schema: [String: Any], _ file: String, at path: String) -> [String] {
        let known = schema["properties"] as? [String: [String: Any]] ?? [:]
        return (value as? [String: Any] ?? [:]).flatMap { name, member -> [String] in
            if let rule = known[name] { return problems(member, rule, file, at: "\(path).\(name)") }
            switch schema["additionalProperties"] {
            case let isAllowed as Bool: return isAllowed ? [] : ["\(path).\(name) is not described"]
            case let rule as [String: Any]: return problems(member, rule, file, at: "\(path).\(name)")
            // The wire's own types may grow; what they have must be described all the same.
            default: return ["\(path).\(name) is not described"]
            }
        }
    }

    private func has(_ value: Any, type rule: Any) -> Bool {
        (rule as? [String] ?? [rule as? String ?? ""]).contains { type in
            switch type {
            case "object": value is [String: Any]
            case "array": value is [Any]
            case "string": value is String
            case "boolean": isBoolean(value)
            case "integer": value is Int && !isBoolean(value)
            case "null": value is NSNull
            default: false
            }
        }
    }

    /// Foundation takes 1 for true and true for 1; only the stored type tells them apart.
    private func isBoolean(_ value: Any) -> Bool { (value as? NSNumber).map { ["c", "B"].contains(String(cString: $0.objCType)) } ?? (value is Bool) }

    private func text(_ value: Any, _ keyword: String, _ rule: Any, at path: String) -> [String] {
        let patterns = [
            "uuid": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", "date-time": "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z|[+-]\\d\\d:\\d\\d)$",
        ]
        guard let rule = rule as? String, let pattern = keyword == "pattern" ? rule : patterns[rule], let text = value as? String else {
            return ["\(path) is no text of \(rule)"]
        }
        return text.range(of: pattern, options: .regularExpression) == nil ? ["\(path) is not of the form \(rule)"] : []
    }
}

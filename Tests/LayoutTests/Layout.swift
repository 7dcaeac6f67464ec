import Foundation

/// Who may import whom. The one table; `design.md`'s arrow picture in words, and what each module may take from outside.
enum Layout {
    struct Rule {
        /// Modules of this package that it may import. All of them stand lower.
        let ours: Set<String>
        /// Modules from outside: the system's and other packages'.
        let outside: Set<String>
    }

    /// The language's own; no input or output in them.
    private static let language: Set<String> = ["Swift", "Synchronization"]
    /// What a module that meets the machine may use.
    private static let system: Set<String> = language.union(["Foundation", "FoundationEssentials", "Glibc", "Dispatch"])

    static let rules: [String: Rule] = [
        "SignalingProtocol": Rule(ours: [], outside: language.union(["Foundation", "FoundationEssentials"])),
        // Foundation only for the value type UUID; `impureWords` keeps the rest of it out.
        "BrokerCore": Rule(
            ours: ["SignalingProtocol"],
            outside: language.union(["Foundation", "OrderedCollections", "Collections", "DequeModule", "HeapModule"])),
        "Scheduling": Rule(ours: ["SignalingProtocol"], outside: language.union(["Foundation", "FoundationEssentials"])),
        "Notices": Rule(ours: ["SignalingProtocol"], outside: language),
        "CLibwebsockets": Rule(ours: [], outside: []),
        "CLibzip": Rule(ours: [], outside: []),
        "WebServer": Rule(ours: ["CLibwebsockets"], outside: system),
        // Of the tests: sends every message back.
        "EchoServer": Rule(ours: ["WebServer"], outside: system),
        "CQRencode": Rule(ours: [], outside: []),
        "Barcode": Rule(ours: ["CQRencode"], outside: language),
        "CProcessLimits": Rule(ours: [], outside: []),
        "MaterialCheck": Rule(ours: ["BrokerCore", "Scheduling", "SignalingProtocol", "CProcessLimits"], outside: system),
        "BrokerStore": Rule(
            ours: ["BrokerCore", "Scheduling", "SignalingProtocol", "CLibzip"],
            outside: system.union(["GRDB", "Crypto", "CryptoExtras", "OrderedCollections"])),
        "Identity": Rule(ours: ["BrokerCore", "Scheduling", "SignalingProtocol"], outside: system.union(["Crypto", "CryptoExtras", "JWTKit"])),
        "CCurl": Rule(ours: [], outside: []),
        "OutboundHTTP": Rule(ours: ["CCurl"], outside: system),
        "BrokerSimulator": Rule(
            ours: ["BrokerCore", "SignalingProtocol"], outside: language.union(["Foundation"])),
        "Rehearsal": Rule(
            ours: ["BrokerCore", "Scheduling", "SignalingProtocol"], outside: language.union(["Foundation", "HeapModule"])),
        "BrokerServer": Rule(
            ours: [
                "Barcode", "BrokerStore", "Identity", "Notices", "OutboundHTTP", "Rehearsal", "WebServer", "MaterialCheck", "BrokerCore", "Scheduling",
                "SignalingProtocol",
            ],
            outside: system.union(["Logging", "Crypto", "OrderedCollections", "Collections", "DequeModule"])),
        "farwindow": Rule(
            ours: [
                "BrokerServer", "BrokerSimulator", "BrokerStore", "Identity", "WebServer", "MaterialCheck", "Notices", "BrokerCore", "Scheduling",
                "SignalingProtocol",
            ],
            outside: system.union(["ArgumentParser", "Logging"])),
    ]

    /// Modules that decide by their arguments alone: no input or output, no clock, no randomness.
    static let pure: Set<String> = ["SignalingProtocol", "BrokerCore", "BrokerSimulator", "Rehearsal", "Scheduling", "Notices"]

    /// What would make a pure module depend on the moment or the machine. Foundation has most of it, so its import says nothing.
    static let impureWords = [
        "Date()", "Date.now", "UUID()", ".random(", "RandomNumberGenerator()", "FileManager", "FileHandle", "ProcessInfo", "URLSession",
        "ContinuousClock", "SuspendingClock", "Task.sleep", "Thread.", "DispatchQueue", "getenv(", "print(",
    ]

    /// What makes one file of a pure module impure, a sentence each. Comments may name it.
    static func purityProblems(module: String, source: String) -> [String] {
        guard pure.contains(module) else { return [] }
        return source.split(whereSeparator: \.isNewline).flatMap { line -> [String] in
            let code = line.range(of: "//").map { line[..<$0.lowerBound] } ?? line
            return impureWords.filter(code.contains).map { "\(module) decides by its arguments alone, but uses \($0)" }
        }
    }

    /// Modules that one Swift file imports.
    static func imports(in source: String) -> [String] {
        source.split(whereSeparator: \.isNewline).compactMap { line in
            var words = line.split(whereSeparator: \.isWhitespace).prefix { !$0.hasPrefix("//") }[...]
            // `@testable import`, `package import`, `@_exported public import`, …
            while let first = words.first, first.hasPrefix("@") || ["public", "package", "internal", "private", "fileprivate"].contains(first) {
                words.removeFirst()
            }
            guard words.first == "import", var module = words.dropFirst().first else { return nil }
            // `import struct Foundation.Date`
            if ["struct", "class", "enum", "protocol", "func", "let", "var", "typealias"].contains(module), let named = words.dropFirst(2).first {
                module = named
            }
            return module.split(separator: ".").first.map(String.init)
        }
    }

    /// What is wrong with the imports of one file of `module`, a sentence each.
    static func importProblems(module: String, source: String) -> [String] {
        guard let rule = rules[module] else { return ["module \(module) is not in the table of Tests/LayoutTests/Layout.swift"] }
        return imports(in: source).compactMap { imported in
            if imported == module || rule.ours.contains(imported) || rule.outside.contains(imported) { return nil }
            if rules[imported] != nil { return "\(module) imports \(imported), which does not stand below it" }
            return "\(module) imports \(imported), which the table does not allow it"
        }
    }

    /// Targets of a manifest that are not tests, with the targets of this package that each depends on.
    static func targets(ofManifest manifest: String) -> [String: Set<String>] {
        var targets: [String: Set<String>] = [:]
        let declarations = manifest.split(separator: "targets: [", maxSplits: 1).last.map(String.init) ?? ""
        for kind in [".target(", ".executableTarget(", ".systemLibrary("] {
            for tail in declarations.components(separatedBy: kind).dropFirst() {
                let declaration = balanced(tail)
                guard let name = quoted(in: declaration).first else { continue }
                let dependencies = declaration.split(separator: "dependencies:", maxSplits: 1).dropFirst().first.map { own(in: String($0)) } ?? []
                targets[name] = dependencies
            }
        }
        return targets
    }

    /// What of a manifest departs from the table, a sentence each.
    static func manifestProblems(_ manifest: String) -> [String] {
        targets(ofManifest: manifest).sorted { $0.key < $1.key }.flatMap { name, dependencies -> [String] in
            guard let rule = rules[name] else { return ["target \(name) is not in the table of Tests/LayoutTests/Layout.swift"] }
            return dependencies.subtracting(rule.ours).sorted().map { "target \(name) depends on \($0), which does not stand below it" }
        }
    }

    /// The text up to the parenthesis that closes the one just before it.
    private static func balanced(_ text: String) -> String {
        var depth = 1
        return String(
            text.prefix { character in
                if character == "(" { depth += 1 }
                if character == ")" { depth -= 1 }
                return depth > 0
            })
    }

    /// Strings of a dependency list, without those inside `.product(…)`.
    private static func own(in list: String) -> Set<String> {
        let products = list.components(separatedBy: ".product(")
        let plain = products.dropFirst().reduce(products.first ?? "") { text, tail in text + tail.dropFirst(balanced(tail).count) }
        return Set(quoted(in: plain.split(separator: "]", maxSplits: 1).first.map(String.init) ?? plain))
    }

    private static func quoted(in text: String) -> [String] {
        text.split(separator: "\"", omittingEmptySubsequences: false).enumerated().compactMap { $0.offset % 2 == 1 ? String($0.element) : nil }
    }
}

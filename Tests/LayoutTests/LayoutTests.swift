import Foundation
import Testing

@Suite("Imports point downward only")
struct ImportTests {
    private let sources = Repository.files(in: "Sources", endings: ["swift"])

    @Test func everyFileKeepsToTheTable() {
        #expect(!sources.isEmpty)
        for file in sources {
            let module = String(file.path.split(separator: "/")[1])
            let problems = Layout.importProblems(module: module, source: file.text) + Layout.purityProblems(module: module, source: file.text)
            for problem in problems { Issue.record("\(file.path): \(problem)") }
        }
    }

    @Test func manifestKeepsToTheTable() throws {
        let manifest = try #require(Repository.file("Package.swift")).text
        #expect(Layout.manifestProblems(manifest) == [])
        let folders = Set(sources.map { String($0.path.split(separator: "/")[1]) })
        #expect(folders.isSubset(of: Layout.targets(ofManifest: manifest).keys), "a folder of Sources is no target")
    }

    @Test func tableHasNoCircle() {
        func below(_ module: String, seen: Set<String>) -> Bool {
            !seen.contains(module) && (Layout.rules[module]?.ours ?? []).allSatisfy { below($0, seen: seen.union([module])) }
        }
        for module in Layout.rules.keys { #expect(below(module, seen: []), "\(module) stands below itself") }
        for (module, rule) in Layout.rules { #expect(rule.ours.isSubset(of: Layout.rules.keys), "\(module) names an unknown module") }
    }

    @Test(arguments: [
        ("BrokerCore", "import SignalingProtocol\nimport Glibc"),
        ("BrokerCore", "@preconcurrency import Dispatch"),
        ("BrokerCore", "import struct BrokerStore.Store"),
        ("SignalingProtocol", "package import BrokerCore"),
        ("WebServer", "import SignalingProtocol"),
        ("BrokerStore", "    import Identity // for the roles"),
        ("Identity", "import GRDB"),
        ("BrokerServer", "@testable import farwindow"),
        ("Unheard", "import Swift"),
    ])
    func aViolationIsSeen(module: String, source: String) {
        #expect(Layout.importProblems(module: module, source: source).count == 1)
    }

    @Test(arguments: [
        ("BrokerCore", "import SignalingProtocol\nimport OrderedCollections"),
        ("WebServer", "internal import CLibwebsockets\nimport Synchronization"),
        ("farwindow", "// import Elsewhere\nlet text = \"import Elsewhere\""),
    ])
    func whatIsAllowedIsNot(module: String, source: String) {
        #expect(Layout.importProblems(module: module, source: source) == [])
    }

    @Test func impurityIsSeen() {
        #expect(Layout.purityProblems(module: "BrokerCore", source: "let now = Date()").count == 1)
        #expect(Layout.purityProblems(module: "BrokerCore", source: "// never Date() here\nlet a = 1") == [])
        #expect(Layout.purityProblems(module: "BrokerServer", source: "let now = Date()") == [])
    }

    @Test func manifestViolationsAreSeen() {
        let manifest = """
            targets: [
                .systemLibrary(name: "CLibwebsockets", pkgConfig: "libwebsockets", providers: [.apt(["libwebsockets-dev"])]),
                .target(name: "WebServer", dependencies: ["CLibwebsockets", "SignalingProtocol"]),
                .target(name: "BrokerCore", dependencies: [.product(name: "Deque", package: "p"), "BrokerStore"], path: "x"),
                .target(name: "Stray"),
                .testTarget(name: "WebServerTests", dependencies: ["farwindow"]),
            ]
            """
        #expect(Layout.targets(ofManifest: manifest)["BrokerCore"] == ["BrokerStore"])
        #expect(
            Layout.manifestProblems(manifest) == [
                "target BrokerCore depends on BrokerStore, which does not stand below it",
                "target Stray is not in the table of Tests/LayoutTests/Layout.swift",
                "target WebServer depends on SignalingProtocol, which does not stand below it",
            ])
    }
}

@Suite("The repository's habits")
struct HabitTests {
    @Test func swiftFilesKeepThem() {
        // This folder is left out: it has to name what it looks for.
        let files = (Repository.files(in: "Sources", endings: ["swift"]) + Repository.files(in: "Tests", endings: ["swift"]))
            .filter { !$0.path.hasPrefix("Tests/LayoutTests/") }
        for file in files {
            for problem in Habits.swiftProblems(file.text) { Issue.record("\(file.path), \(problem)") }
        }
    }

    @Test func webFilesKeepThem() {
        for file in Repository.files(in: "Web", endings: ["js", "html", "css"]) {
            for problem in Habits.webProblems(file.text) { Issue.record("\(file.path): \(problem)") }
        }
    }

    @Test func noFileNamesAPathOfOneMachine() {
        let endings: Set = ["swift", "js", "html", "css", "json", "md", "py", "sh", "c", "h", "modulemap", "txt", "toml", "ini"]
        let files =
            ["Sources", "Tests", "Web", "ops"].flatMap { Repository.files(in: $0, endings: endings) }
            + ["README.md", "Package.swift", "ops/start", "ops/test", ".ci/run"].compactMap(Repository.file)
        for file in files where !file.path.hasPrefix("Tests/LayoutTests/") {
            for problem in Habits.machinePathProblems(file.text) { Issue.record("\(file.path) \(problem)") }
        }
    }

    @Test(arguments: [
        "let x = try! f()",
        "let y = x as! Int",
        "fatalError(\"not yet\")",
        "\tlet x = 1",
        "let x = 1 ",
        "// TODO: later",
        "struct A: @unchecked Sendable {}",
        "\nnonisolated(unsafe) var a = 1",
        String(repeating: "x", count: Habits.columns + 1),
        "case .a: " + String(repeating: "x", count: Habits.tableRowColumns),
    ])
    func aBrokenHabitIsSeen(text: String) {
        #expect(Habits.swiftProblems(text).count == 1)
    }

    @Test func whatIsAllowedIsNot() {
        let text = """
            // Guarded by `lock` in every method.
            final class A: @unchecked Sendable {}
            // try! is not used here
            case .a: \(String(repeating: "x", count: Habits.columns))
            """
        #expect(Habits.swiftProblems(text) == [])
        #expect(Habits.webProblems("node.textContent = text") == [])
        #expect(Habits.webProblems("node.innerHTML = text").count == 1)
        #expect(Habits.machinePathProblems("/" + "home/somebody").count == 1)
        #expect(Habits.machinePathProblems("/usr/share/javascript and base/" + "home/file") == [])
    }
}

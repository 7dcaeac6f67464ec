import Foundation
import Testing

/// The files of this repository, found from where this file stands.
enum Repository {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    struct File: CustomTestStringConvertible {
        /// From the repository's root.
        let path: String
        let text: String
        var testDescription: String { path }
    }

    /// Text files below `folder` with one of the endings, sorted by path.
    static func files(in folder: String, endings: Set<String>) -> [File] {
        let paths = FileManager.default.enumerator(atPath: root.appending(path: folder).path(percentEncoded: false)) ?? .init()
        return paths.compactMap { $0 as? String }.sorted().compactMap { name in
            guard let dot = name.lastIndex(of: "."), endings.contains(String(name[name.index(after: dot)...])), !name.contains("__pycache__")
            else { return nil }
            return file("\(folder)/\(name)")
        }
    }

    static func file(_ path: String) -> File? {
        (try? String(contentsOf: root.appending(path: path), encoding: .utf8)).map { File(path: path, text: $0) }
    }
}

import Foundation

/// The repository's own habits, as far as a text search can see them.
enum Habits {
    /// Lines longer than this are hard to read beside each other.
    static let columns = 160
    /// A row of a table (`case .x: Rule(…)`, a tuple of sentences) may be longer: broken up it is no table any more.
    static let tableRowColumns = 200

    /// What in a Swift file breaks a habit: line number and sentence.
    static func swiftProblems(_ text: String) -> [String] {
        var problems: [String] = []
        var above: Substring = ""
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let code = line.prefix(upToComment: "//")
            func report(_ sentence: String) { problems.append("line \(index + 1): \(sentence)") }

            if line.count > (isTableRow(line) ? tableRowColumns : columns) { report("\(line.count) columns") }
            if line.contains("\t") { report("a tab character") }
            if line.last?.isWhitespace == true { report("white space at its end") }
            for word in ["TODO", "FIXME"] where line.contains(word) { report("\(word): file an issue instead") }
            for trap in ["try!", "as!"] where code.contains(trap) { report("\(trap) ends the process for everybody") }
            if code.contains("fatalError(\"not") { report("unfinished code") }
            for claim in ["@unchecked Sendable", "nonisolated(unsafe)"] where code.contains(claim) && !isComment(above) {
                report("\(claim) without a comment right above that says why it holds")
            }
            above = line
        }
        return problems
    }

    /// What in a file of the web client breaks a habit: text from outside must stay text, and nothing is left for later.
    static func webProblems(_ text: String) -> [String] {
        [".innerHTML", ".outerHTML", ".insertAdjacentHTML", "document.write", " eval(", "TODO", "FIXME"]
            .filter(text.contains)
            .map { "uses \($0)" }
    }

    /// An absolute path of somebody's own machine. `base/home/file` is none.
    static func machinePathProblems(_ text: String) -> [String] {
        ["/root/.", "/home/", "/Users/"].filter { path in
            text.ranges(of: path).contains { range in
                guard range.lowerBound > text.startIndex else { return true }
                let before = text[text.index(before: range.lowerBound)]
                return !before.isLetter && !before.isNumber && !")}_-.".contains(before)
            }
        }
        .map { "names a path of one machine: \($0)" }
    }

    private static func isComment(_ line: Substring) -> Bool { line.drop { $0 == " " }.hasPrefix("//") }

    private static func isTableRow(_ line: Substring) -> Bool {
        let text = line.drop { $0 == " " }
        return text.hasPrefix("case .") || text.hasPrefix("(")
    }
}

extension Substring {
    fileprivate func prefix(upToComment mark: String) -> Substring {
        range(of: mark).map { self[..<$0.lowerBound] } ?? self
    }
}

import Foundation
import Testing

/// The list of security requirements names tests; a test that was renamed or removed must not leave a promise behind.
@Suite("Security requirements")
struct SecurityRequirementsTests {
    private static let page = "Sources/Identity/Identity.docc/SecurityRequirements.md"

    private struct Row: CustomTestStringConvertible {
        let number: String
        let tests: [String]
        var testDescription: String { number }
    }

    /// `| number | what is asked | where | tests |`
    private static func rows(of text: String) -> [Row] {
        text.split(separator: "\n").compactMap { line in
            let cells = line.split(separator: "|", omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count == 6, cells[1].wholeMatch(of: /[0-9]+(\.[0-9]+){2}/) != nil else { return nil }
            return Row(number: cells[1], tests: cells[4].matches(of: /`([A-Za-z0-9_]+)`/).map { String($0.1) })
        }
    }

    @Test func everyRequirementNamesTestsThatExist() throws {
        let rows = Self.rows(of: try #require(Repository.file(Self.page)).text)
        #expect(rows.count > 50, "the list was not understood")
        let tests = Repository.files(in: "Tests", endings: ["swift", "py"]).map(\.text).joined(separator: "\n")
        let names = Set(tests.matches(of: /(?:func|def) ([A-Za-z0-9_]+)\(/).map { String($0.1) })
        for row in rows {
            #expect(!row.tests.isEmpty, "\(row.number) names no test")
            for test in row.tests { #expect(names.contains(test), "\(row.number) names \(test), which is no test") }
        }
    }

    @Test func everyRequirementStandsOnceAndInOrder() throws {
        let numbers = Self.rows(of: try #require(Repository.file(Self.page)).text).map { $0.number.split(separator: ".").compactMap { Int($0) } }
        for (one, next) in zip(numbers, numbers.dropFirst()) { #expect(one.lexicographicallyPrecedes(next), "\(next) does not come after \(one)") }
    }
}

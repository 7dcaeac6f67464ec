import BrokerStore
import Foundation
import SignalingProtocol
import Testing

@testable import BrokerServer

@Suite("The catalogue as a spreadsheet")
struct CatalogueSheetTests {
    private static let demonstration: [CatalogueItem] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../ops/demonstration/tax-catalogue.json").standardized
        return ((try? CatalogueFile.entries(in: file)) ?? []).map { $0.item.tidied() }
    }()

    private static let small = Array(demonstration.prefix(2))

    private func sheet(_ items: [CatalogueItem] = small) -> [[String]] { CatalogueSheet.rows(of: items) }

    private func reading(_ rows: [[String]]) -> CatalogueSheet.Reading { CatalogueSheet.reading(DelimitedText.data(rows)) }

    private func column(_ column: CatalogueSheet.Column) -> Int { CatalogueSheet.Column.allCases.firstIndex(of: column) ?? 0 }

    /// Rows of the sheet of one type, as a spreadsheet counts.
    private func rows(_ type: CatalogueSheet.RowType) -> [Int] { sheet().indices.filter { sheet()[$0][0] == CatalogueSheet.word(type) }.map { $0 + 1 } }

    private func changed(_ row: Int, _ column: CatalogueSheet.Column, _ value: String) -> CatalogueSheet.Reading {
        var rows = sheet()
        rows[row - 1][self.column(column)] = value
        return reading(rows)
    }

    // MARK: Round trips

    @Test(arguments: CatalogueFormat.allCases) func bringsTheWholeDemonstrationBackUnchanged(_ format: CatalogueFormat) throws {
        #expect(Self.demonstration.count >= 15)
        let back = format.reading(try format.data(of: Self.demonstration))
        #expect(back.problems == [])
        #expect(back.items.map { $0.item.numbered($0.version) } == Self.demonstration)
    }

    /// Two hundred items out of whatever breaks cells, lists and formulas.
    @Test(arguments: CatalogueFormat.allCases) func bringsAnyItemBackUnchanged(_ format: CatalogueFormat) throws {
        var chance = Chance(state: 20_261_123)
        let items = (0..<200).map { AnyItem.make($0, &chance).tidied() }
        let back = format.reading(try format.data(of: items))
        #expect(back.problems == [])
        for (item, imported) in zip(items, back.items) { #expect(imported.item.tidied().numbered(imported.version) == item) }
        #expect(back.items.count == items.count)
    }

    @Test func isUTF8WithAMarkAndRowsThatEndAsRFC4180Says() {
        let data = DelimitedText.data([["甲,乙", "丙\"丁"], ["一\n二", ""]])
        #expect(Array(data.prefix(3)) == [0xEF, 0xBB, 0xBF])
        #expect(String(decoding: data.dropFirst(3), as: UTF8.self) == "\"甲,乙\",\"丙\"\"丁\"\r\n\"一\n二\",\r\n")
    }

    @Test func makesNoFormulaOfWhatSomebodyTyped() throws {
        for text in ["=1+1", "+86", "-1", "@SUM(A1)", "＝1", "'=1", "''@x", "\t=1"] {
            let written = DelimitedText.harmless(text)
            #expect(written.hasPrefix("'"))
            #expect(DelimitedText.original(written) == text)
        }
        for text in ["'tis", "a=b", "", "'", "1-2"] {
            #expect(DelimitedText.harmless(text) == text)
            #expect(DelimitedText.original(text) == text)
        }
        var item = Self.small[0]
        item.name = "=HYPERLINK(\"http://evil\")"
        let text = String(decoding: DelimitedText.data(CatalogueSheet.rows(of: [item])), as: UTF8.self)
        #expect(text.contains("\"'=HYPERLINK(\"\"http://evil\"\")\""))
    }

    // MARK: What spreadsheets write

    @Test func isReadWithOtherSeparatorsAndLineEnds() throws {
        let text = sheet().map { row in row.map { $0.contains(where: { "\t;\n\"".contains($0) }) ? "\"" + $0.replacing("\"", with: "\"\"") + "\"" : $0 } }
        for (separator, end) in [("\t", "\n"), (";", "\r\n"), (",", "\r")] {
            let cells = text.map { $0.map { $0.contains(",") && !$0.hasPrefix("\"") ? "\"\($0)\"" : $0 }.joined(separator: separator) }
            let found = CatalogueSheet.reading(Data((cells.joined(separator: end)).utf8))
            #expect(found.problems == [])
            #expect(found.items.map(\.item.name) == Self.small.map(\.name))
        }
    }

    @Test func isReadInTheEncodingOfAChineseSpreadsheet() throws {
        let text = String(decoding: DelimitedText.data(sheet()).dropFirst(3), as: UTF8.self)
        let bytes = try #require(text.data(using: String.Encoding(rawValue: 0x8000_0632)))
        let found = CatalogueSheet.reading(bytes)
        #expect(found.problems == [])
        #expect(found.items.map(\.item.name) == Self.small.map(\.name))
    }

    @Test func isReadWithEmptyRowsOtherOrderAndEnglishHeadings() throws {
        var rows = sheet().map { Array($0.reversed()) }
        rows[0] = CatalogueSheet.Column.allCases.map(\.rawValue).reversed()
        rows.insert(rows[0].map { _ in "" }, at: 2)
        #expect(reading(rows).problems == [])
        var short = sheet()
        for index in short.indices.dropFirst() where short[index][0] != CatalogueSheet.word(.item) { short[index][1] = "" }
        let found = reading(short)
        #expect(found.problems == [])
        #expect(found.items.map(\.item) == reading(sheet()).items.map(\.item), "a row without a code belongs to the item above")
    }

    // MARK: Bad input

    @Test func saysWhichColumnIsWrong() {
        var rows = sheet()
        rows[0][column(.necessity)] = "要求了"
        #expect(
            reading(rows).problems == [
                ImportProblem(.unknownColumn, row: 1, column: "要求了"), ImportProblem(.missingColumn, row: 1, column: "要求"),
            ])
        #expect(reading(rows).items.isEmpty, "with a wrong column no row says what it seems to say")
        rows[0][column(.necessity)] = "形式"
        #expect(reading(rows).problems.map(\.kind) == ["duplicate-column", "missing-column"])
        rows = sheet().map { Array($0.dropLast()) }
        #expect(reading(rows).problems == [ImportProblem(.missingColumn, row: 1, column: "来源类别")])
    }

    @Test func saysWhichCellIsWrong() throws {
        let (item, material, reason) = (try #require(rows(.item).last), rows(.material)[0], rows(.reason)[0])
        let code = Self.small[0].code
        let cases: [(CatalogueSheet.Reading, ImportProblem)] = [
            (changed(material, .form, "正本"), ImportProblem(.notAWord, row: material, column: "形式", item: code, value: "正本")),
            (changed(material, .formats, "jpg; doc"), ImportProblem(.notAWord, row: material, column: "文件格式", item: code, value: "doc")),
            (changed(material, .copies, "两份"), ImportProblem(.notANumber, row: material, column: "份数", item: code, value: "两份")),
            (changed(material, .code, "材料一"), ImportProblem(.notACode, row: material, column: "编码", item: code, value: "材料一")),
            (changed(reason, .condition, "委托"), ImportProblem(.notUsed, row: reason, column: "条件", item: code, value: "委托")),
            (changed(reason, .row, "理由"), ImportProblem(.unknownRowType, row: reason, column: "行类型", value: "理由")),
            (changed(reason, .itemCode, "X-9"), ImportProblem(.itemMissing, row: reason, column: "事项编码", item: Fixtures.code("X-9"), value: "X-9")),
            (changed(item, .itemCode, code.text), ImportProblem(.duplicateItem, row: item, column: "事项编码", item: code, value: code.text)),
        ]
        for (found, problem) in cases { #expect(found.problems.contains(problem), "\(problem) in \(found.problems)") }
        var wide = sheet()
        wide[2].append("多出来的")
        #expect(reading(wide).problems == [ImportProblem(.outsideColumns, row: 3, value: "多出来的")])
    }

    @Test func saysInWhichCellAProblemOfTheWholeItemIs() throws {
        let material = rows(.material)[1]
        let found = changed(material, .source, "NOWHERE")
        let item = try #require(found.items.first?.item)
        let problem = try #require(item.problems().first)
        let placed = found.placed(problem, of: item.code)
        #expect(placed.row == material && placed.column == "来源" && placed.kind == "unknown-source")
    }

    @Test func isNotReadWhenItIsNoTable() {
        #expect(CatalogueSheet.reading(Data()).problems == [ImportProblem(.empty)])
        #expect(CatalogueSheet.reading(Data([0xFF, 0xFF, 0x00, 0xFF])).problems.map(\.kind) == ["not-text"])
        #expect(CatalogueSheet.reading(Data("a,b\r\n1,\"2".utf8)).problems == [ImportProblem(.openQuote, row: 2)])
        #expect(reading([CatalogueSheet.Column.allCases.map(\.heading)]).problems == [ImportProblem(.empty)])
    }
}

extension CatalogueItem {
    fileprivate func numbered(_ version: Int?) -> CatalogueItem {
        var item = self
        item.version = version ?? 0
        return item
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers for the same seed, everywhere.
private struct Chance: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

private enum AnyItem {
    private static let pieces = [
        "变更", "\"", ",", ";", "；", "\\", "\n", "'", "=", "+", "@", "-", " ", "a", "\t", "，", "😀", "é", "|", "\\;", "''", "“”", "0",
    ]

    static func make(_ number: Int, _ chance: inout Chance) -> CatalogueItem {
        func text() -> String { (0...Int.random(in: 0...5, using: &chance)).map { _ in pieces.randomElement(using: &chance) ?? "" }.joined() }
        func maybe() -> String? { Bool.random(using: &chance) ? text() : nil }
        func sourced() -> SourcedText { SourcedText(text: "甲" + text(), source: "S\(Int.random(in: 0...2, using: &chance))") }
        func count() -> Range<Int> { 0..<Int.random(in: 0...3, using: &chance) }
        let mode = Bool.random(using: &chance) ? ItemMode.allCases.randomElement(using: &chance) : nil
        return CatalogueItem(
            code: Fixtures.code("I-\(number)"), version: Int.random(in: 1...9, using: &chance), name: "名" + text(), nameEnglish: maybe(), category: text(),
            applicants: count().map { _ in text() }, kinds: mode?.kinds ?? [.preReview],
            materials: count().map {
                MaterialRequirement(
                    id: Fixtures.code("M\($0)"), name: text(), nameEnglish: maybe(), form: MaterialForm.allCases.randomElement(using: &chance) ?? .copy,
                    necessity: Necessity.allCases.randomElement(using: &chance) ?? .mandatory, condition: maybe(), exemption: maybe(),
                    copies: Bool.random(using: &chance) ? 2 : nil, formats: [.jpeg, .pdf], keywords: count().map { _ in text() }, source: "S1", note: maybe())
            }, reasons: count().map { CodedReason(code: Fixtures.code("R.\($0)"), text: text()) }, timeLimit: Bool.random(using: &chance) ? sourced() : nil,
            fee: nil, legalBasis: count().map { _ in sourced() }, crossRegion: sourced(),
            sources: (0...2).map { Source(id: "S\($0)", title: text(), url: maybe(), issuer: maybe(), pageDate: maybe(), kind: "official") },
            verified: Bool.random(using: &chance), statusNote: maybe(), tags: [.crossProvince, .video], handlingHalls: [Fixtures.code("445102")],
            receivingHalls: nil, mode: mode)
    }
}

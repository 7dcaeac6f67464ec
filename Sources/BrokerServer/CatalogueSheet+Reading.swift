import BrokerStore
import Foundation
import SignalingProtocol

/// Something in a file that keeps it from being taken.
struct ImportProblem: Encodable, Hashable, Sendable {
    enum Kind: String, Encodable, CaseIterable, Sendable {
        /// Neither UTF-8 nor GB 18030.
        case notText = "not-text"
        /// A quoted cell has no end.
        case openQuote = "open-quote"
        case unknownColumn = "unknown-column"
        case missingColumn = "missing-column"
        case duplicateColumn = "duplicate-column"
        /// A value to the right of all headings.
        case outsideColumns = "outside-columns"
        case unknownRowType = "unknown-row-type"
        /// A row of an item whose own row does not stand above it.
        case itemMissing = "item-missing"
        case duplicateItem = "duplicate-item"
        /// A row of this type says nothing in this column; the value would be lost.
        case notUsed = "not-used"
        case duplicateRow = "duplicate-row"
        case notACode = "not-a-code"
        case notAWord = "not-a-word"
        case notANumber = "not-a-number"
        /// No catalogue file; `value` is the reader's sentence.
        case malformed
        /// The file was written from an older version than the newest.
        case outdated
        case empty
    }

    /// As a spreadsheet counts, from 1; nil in a JSON file.
    var row: Int?
    /// The heading.
    var column: String?
    var item: ItemCode?
    /// Where in the item, as `materials[2].condition`.
    var path: String?
    /// Of `Kind` or of `ItemProblemKind`.
    var kind: String
    var value: String?

    init(_ kind: Kind, row: Int? = nil, column: String? = nil, item: ItemCode? = nil, value: String? = nil) {
        self.row = row
        self.column = column
        self.item = item
        self.kind = kind.rawValue
        // A whole page pasted into a cell helps nobody.
        self.value = value.map { String($0.prefix(80)) }
    }

    init(_ problem: ItemProblem, of item: ItemCode, row: Int?, column: String?) {
        self.row = row
        self.column = column
        self.item = item
        path = problem.path
        kind = problem.kind.rawValue
    }
}

extension CatalogueSheet {
    /// What a sheet says, as far as it can be read. With a problem nothing of it may be taken.
    struct Reading {
        var items: [ImportedItem] = []
        var problems: [ImportProblem] = []
        /// The row of each part of an item, by the beginning of its path (`materials[2]`).
        var places: [ItemCode: [String: Int]] = [:]

        /// Where in the sheet a problem of a whole item is.
        func placed(_ problem: ItemProblem, of item: ItemCode) -> ImportProblem {
            let parts = problem.path.split(separator: ".").map(String.init)
            let rows = places[item] ?? [:]
            let row = parts.first.flatMap { rows[$0] } ?? rows[""]
            let field = parts.last.map { String($0.prefix { $0 != "[" }) } ?? ""
            let names = ["id": Column.code, "title": .name, "status_note": .text]
            let column = names[field] ?? Column(rawValue: field)
            return ImportProblem(problem, of: item, row: row, column: column?.heading)
        }
    }

    static func reading(_ data: Data) -> Reading {
        do {
            var reader = SheetReader()
            return reader.read(try DelimitedText.rows(data))
        } catch {
            let kind: ImportProblem.Kind =
                switch error.cause {
                case .encoding: .notText
                case .openQuote: .openQuote
                }
            return Reading(problems: [ImportProblem(kind, row: error.row)])
        }
    }
}

private struct SheetReader {
    private var reading = CatalogueSheet.Reading()
    private var columns: [CatalogueSheet.Column?] = []
    private var items: [Draft] = []
    private var indexes: [ItemCode: Int] = [:]

    private struct Draft {
        var item: CatalogueItem
        var version: Int?
    }

    mutating func read(_ rows: [[String]]) -> CatalogueSheet.Reading {
        guard let headings = rows.first else {
            reading.problems.append(ImportProblem(.empty))
            return reading
        }
        readHeadings(headings)
        guard reading.problems.isEmpty else { return reading }
        for (index, cells) in rows.enumerated().dropFirst() where cells.contains(where: { !$0.trimmingWhiteSpace.isEmpty }) {
            read(cells, row: index + 1)
        }
        reading.items = items.map { ImportedItem(item: $0.item, version: $0.version) }
        if items.isEmpty, reading.problems.isEmpty { reading.problems.append(ImportProblem(.empty)) }
        return reading
    }

    private mutating func readHeadings(_ headings: [String]) {
        for heading in headings.map(\.trimmingWhiteSpace) {
            let column = CatalogueSheet.Column(heading: heading)
            if column == nil, !heading.isEmpty {
                reading.problems.append(ImportProblem(.unknownColumn, row: 1, column: heading))
            } else if let column, columns.contains(column) {
                reading.problems.append(ImportProblem(.duplicateColumn, row: 1, column: heading))
            }
            columns.append(column)
        }
        for needed in CatalogueSheet.Column.allCases where !columns.contains(needed) {
            // What a column held would be taken for deleted in every item.
            reading.problems.append(ImportProblem(.missingColumn, row: 1, column: needed.heading))
        }
    }

    private mutating func read(_ cells: [String], row: Int) {
        var line = Line(row: row)
        for (index, cell) in cells.enumerated() {
            let text = DelimitedText.original(cell).trimmingWhiteSpace
            guard !text.isEmpty else { continue }
            if index < columns.count, let column = columns[index] {
                line.cells[column] = text
            } else {
                line.problems.append(ImportProblem(.outsideColumns, row: row, value: text))
            }
        }
        defer { reading.problems += line.problems }
        let said = line.cells[.row] ?? ""
        guard let type = CatalogueSheet.RowType.allCases.first(where: { CatalogueSheet.word($0) == said || $0.rawValue == said.lowercased() }) else {
            return line.report(.unknownRowType, .row, said)
        }
        let version = line.number(.version)
        guard let code = line.cells[.itemCode] == nil && type != .item ? items.last?.item.code : line.code(.itemCode) else {
            if line.cells[.itemCode] == nil { line.report(.itemMissing, .itemCode, nil) }
            return
        }
        line.item = code
        for (column, value) in line.cells where !type.columns.contains(column) && ![.row, .itemCode, .version].contains(column) {
            line.report(.notUsed, column, value)
        }
        if type == .item {
            guard indexes[code] == nil else { return line.report(.duplicateItem, .itemCode, code.text) }
            indexes[code] = items.count
            items.append(Draft(item: line.catalogueItem(code), version: version))
            reading.places[code] = ["": row]
            return
        }
        guard let index = indexes[code] else { return line.report(.itemMissing, .itemCode, code.text) }
        let place = add(line: &line, type, to: &items[index].item)
        reading.places[code]?[place] = row
    }

    /// - Returns: where in the item the row went.
    private func add(line: inout Line, _ type: CatalogueSheet.RowType, to item: inout CatalogueItem) -> String {
        switch type {
        case .item: return ""
        case .material:
            if let material = line.material() { item.materials.append(material) }
            return "materials[\(item.materials.count - 1)]"
        case .reason:
            if let code: ReasonCode = line.code(.code) { item.reasons.append(CodedReason(code: code, text: line.cells[.text] ?? "")) }
            return "reasons[\(item.reasons.count - 1)]"
        case .basis:
            item.legalBasis.append(line.sourced)
            return "legal_basis[\(item.legalBasis.count - 1)]"
        case .timeLimit:
            line.once(&item.timeLimit)
            return "time_limit"
        case .fee:
            line.once(&item.fee)
            return "fee"
        case .crossRegion:
            line.once(&item.crossRegion)
            return "cross_region"
        case .source:
            item.sources.append(line.source)
            return "sources[\(item.sources.count - 1)]"
        }
    }
}

/// One row of the sheet.
private struct Line {
    let row: Int
    /// Without white space around, and only what is not empty.
    var cells: [CatalogueSheet.Column: String] = [:]
    var item: ItemCode?
    var problems: [ImportProblem] = []

    init(row: Int) { self.row = row }

    mutating func report(_ kind: ImportProblem.Kind, _ column: CatalogueSheet.Column, _ value: String?) {
        problems.append(ImportProblem(kind, row: row, column: column.heading, item: item, value: value))
    }

    mutating func code<Subject>(_ column: CatalogueSheet.Column) -> Code<Subject>? {
        let said = cells[column] ?? ""
        guard let code = Code<Subject>(said) else {
            report(.notACode, column, said)
            return nil
        }
        return code
    }

    mutating func number(_ column: CatalogueSheet.Column) -> Int? {
        guard let said = cells[column] else { return nil }
        guard let number = Int(said), number > 0 else {
            report(.notANumber, column, said)
            return nil
        }
        return number
    }

    mutating func word<Word: WireWord>(_ said: String, _ column: CatalogueSheet.Column, _ spelled: (Word) -> String) -> Word? {
        let found = Word.allCases.first { spelled($0) == said || $0.rawValue == said.lowercased() }
        if found == nil { report(.notAWord, column, said) }
        return found
    }

    mutating func words<Word: WireWord>(_ column: CatalogueSheet.Column, _ spelled: (Word) -> String) -> [Word]? {
        guard let said = cells[column] else { return nil }
        return CatalogueSheet.entries(said).compactMap { word($0, column, spelled) }
    }

    mutating func yes(_ column: CatalogueSheet.Column) -> Bool {
        switch (cells[column] ?? "否").lowercased() {
        case "是", "yes", "true", "1": return true
        case "否", "no", "false", "0": return false
        case let other:
            report(.notAWord, column, other)
            return false
        }
    }

    mutating func halls(_ column: CatalogueSheet.Column) -> [HallID]? {
        guard let said = cells[column] else { return nil }
        return CatalogueSheet.entries(said).compactMap { entry in
            let hall = HallID(entry)
            if hall == nil { report(.notACode, column, entry) }
            return hall
        }
    }

    var sourced: SourcedText { SourcedText(text: cells[.text] ?? "", source: cells[.source] ?? "") }

    var source: Source {
        Source(
            id: cells[.code] ?? "", title: cells[.name] ?? "", url: cells[.url], issuer: cells[.issuer], pageDate: cells[.pageDate],
            kind: cells[.kind] ?? "")
    }

    mutating func once(_ statement: inout SourcedText?) {
        if statement != nil { report(.duplicateRow, .row, cells[.row]) }
        statement = sourced
    }

    mutating func catalogueItem(_ code: ItemCode) -> CatalogueItem {
        let mode: ItemMode? = cells[.mode].flatMap { word($0, .mode, { CatalogueSheet.word($0) }) }
        let kinds: [SessionKind]? = words(.kinds) { CatalogueSheet.word($0) }
        return CatalogueItem(
            code: code, version: 1, name: cells[.name] ?? "", nameEnglish: cells[.nameEnglish], category: cells[.category] ?? "",
            applicants: CatalogueSheet.entries(cells[.applicants] ?? ""), kinds: kinds ?? mode?.kinds ?? [], materials: [], reasons: [], timeLimit: nil,
            fee: nil,
            legalBasis: [], crossRegion: nil, sources: [], verified: yes(.verified), statusNote: cells[.text], tags: words(.tags) { CatalogueSheet.word($0) },
            handlingHalls: halls(.handlingHalls), receivingHalls: halls(.receivingHalls), mode: mode)
    }

    mutating func material() -> MaterialRequirement? {
        let id: MaterialID? = code(.code)
        let form: MaterialForm? = word(cells[.form] ?? "", .form) { CatalogueSheet.word($0) }
        let necessity: Necessity? = word(cells[.necessity] ?? "", .necessity) { CatalogueSheet.word($0) }
        let formats = CatalogueSheet.entries(cells[.formats] ?? "").compactMap { entry in
            let type = entry.lowercased().mediaType
            if type == nil { report(.notAWord, .formats, entry) }
            return type
        }
        let copies = number(.copies)
        guard let id, let form, let necessity else { return nil }
        return MaterialRequirement(
            id: id, name: cells[.name] ?? "", nameEnglish: cells[.nameEnglish], form: form, necessity: necessity, condition: cells[.condition],
            exemption: cells[.exemption], copies: copies, formats: formats, keywords: cells[.keywords].map(CatalogueSheet.entries),
            source: cells[.source] ?? "", note: cells[.note])
    }
}

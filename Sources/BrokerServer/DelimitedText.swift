import Foundation

/// CSV by RFC 4180, as spreadsheets write and read it.
enum DelimitedText {
    struct Unreadable: Error, Equatable {
        enum Cause: Equatable {
            case encoding
            /// A quoted cell that began in this row has no end.
            case openQuote
        }
        let cause: Cause
        /// As a spreadsheet counts, from 1.
        let row: Int
    }

    /// Told to a spreadsheet: what follows is UTF-8.
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// Cells by row, a row for each one of the spreadsheet. Separated by what separates the first row: a comma, a semicolon or a tab.
    static func rows(_ data: Data) throws(Unreadable) -> [[String]] {
        let bytes = data.starts(with: byteOrderMark) ? data.dropFirst(byteOrderMark.count) : data[...]
        guard let text = String(validating: bytes, as: UTF8.self) ?? simplifiedChinese(Data(bytes)) else { throw Unreadable(cause: .encoding, row: 1) }
        return try rows(text)
    }

    /// What a Chinese spreadsheet writes when it is not asked for UTF-8.
    private static func simplifiedChinese(_ data: Data) -> String? {
        // GB 18030-2000 as Foundation numbers it; 0x8000_0000 marks an encoding of the system.
        String(data: data, encoding: String.Encoding(rawValue: 0x8000_0632))
    }

    private static func rows(_ text: String) throws(Unreadable) -> [[String]] {
        let firstLine = text.unicodeScalars.prefix { $0 != "\n" && $0 != "\r" }
        let separator = [Unicode.Scalar(","), ";", "\t"].max { left, right in firstLine.count { $0 == left } < firstLine.count { $0 == right } } ?? ","
        var rows: [[String]] = []
        var row: [String] = []
        var cell = String.UnicodeScalarView()
        var isQuoted = false
        var quoteRow = 1
        var scalars = text.unicodeScalars.makeIterator()
        var pending = scalars.next()
        func endCell() {
            row.append(String(cell))
            cell = String.UnicodeScalarView()
        }
        while let scalar = pending {
            pending = scalars.next()
            if isQuoted {
                guard scalar == "\"" else {
                    cell.append(scalar)
                    continue
                }
                if pending == "\"" {
                    cell.append(scalar)
                    pending = scalars.next()
                } else {
                    isQuoted = false
                }
            } else if scalar == "\"", cell.isEmpty {
                isQuoted = true
                quoteRow = rows.count + 1
            } else if scalar == separator {
                endCell()
            } else if scalar == "\n" || scalar == "\r" {
                if scalar == "\r", pending == "\n" { pending = scalars.next() }
                endCell()
                rows.append(row)
                row = []
            } else {
                cell.append(scalar)
            }
        }
        guard !isQuoted else { throw Unreadable(cause: .openQuote, row: quoteRow) }
        if !row.isEmpty || !cell.isEmpty {
            endCell()
            rows.append(row)
        }
        return rows
    }

    /// With a byte order mark, so that a spreadsheet takes it for UTF-8, and CRLF. A cell that a spreadsheet would take for a formula is given an apostrophe.
    static func data(_ rows: [[String]]) -> Data {
        let text = rows.map { $0.map { quoted(harmless($0)) }.joined(separator: ",") + "\r\n" }.joined()
        return Data(byteOrderMark) + Data(text.utf8)
    }

    private static func quoted(_ cell: String) -> String {
        let needsQuotes = cell.unicodeScalars.contains { [",", ";", "\t", "\"", "\n", "\r"].contains($0) } || cell.first?.isWhitespace == true
        return needsQuotes ? "\"" + cell.replacing("\"", with: "\"\"") + "\"" : cell
    }

    // MARK: Formulas

    /// What a spreadsheet takes for the beginning of a formula, in either width.
    private static let formulaBeginnings: Set<Unicode.Scalar> = ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"]

    /// One apostrophe is put before whatever looks like a formula behind any number of them, so that taking one away always gives the cell back.
    static func harmless(_ cell: String) -> String { looksLikeFormula(cell) ? "'" + cell : cell }

    /// The cell that `harmless` was given.
    static func original(_ cell: String) -> String { cell.hasPrefix("'") && looksLikeFormula(cell) ? String(cell.unicodeScalars.dropFirst()) : cell }

    private static func looksLikeFormula(_ cell: String) -> Bool {
        cell.unicodeScalars.first { $0 != "'" }.map(formulaBeginnings.contains) ?? false
    }
}

/// A table as RFC 4180 writes it, for a spreadsheet program.
enum CommaSeparated {
    static let mediaType = "text/csv; charset=utf-8; header=present"

    /// With the mark by which spreadsheet programs know UTF-8.
    static func document(_ rows: [[String]]) -> [UInt8] {
        [0xef, 0xbb, 0xbf] + rows.map { $0.map(cell).joined(separator: ",") + "\r\n" }.joined().utf8
    }

    /// What a spreadsheet would take for a formula gets an apostrophe before it: a name that somebody typed must not be run by whoever opens the file.
    static func cell(_ text: String) -> String {
        let isFormula = text.first.map { "=+-@\t\r＝＋－＠".contains($0) } ?? false
        let safe = isFormula ? "'" + text : text
        guard safe.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else { return safe }
        return "\"" + safe.replacing("\"", with: "\"\"") + "\""
    }
}

extension Engine {
    /// Whether the answer shall be a file for a spreadsheet: the address ends in `.csv`, or the client asks for nothing else.
    func wantsSpreadsheet(_ call: Route.Call) -> Bool {
        let head = call.exchange.head
        return head.path.hasSuffix(".csv") || head.header("accept")?.lowercased().hasPrefix("text/csv") == true
    }

    /// Gives a report out as a file, once it is written down who took it.
    func export(_ call: Route.Call, spreadsheet rows: [[String]], name: String) {
        guard takesWrites else { return refuse(call, storageUnavailable) }
        audit(.reportExported, on: "report:\(name)", call: call)
        tell { $0.answer(call, spreadsheet: rows, name: name) }
        flush()
    }

    func answer(_ call: Route.Call, spreadsheet rows: [[String]], name: String) {
        call.exchange.respond(
            status: 200,
            headers: [
                ("Content-Type", CommaSeparated.mediaType), ("Cache-Control", "no-store"), ("Content-Disposition", "attachment; filename=\"\(name).csv\""),
            ], body: CommaSeparated.document(rows))
    }
}

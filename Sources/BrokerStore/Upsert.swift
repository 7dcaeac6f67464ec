import GRDB

/// Writes whole rows of one table: inserts a new one, replaces every column of a known one.
///
/// GRDB's Codable records cost more than the write itself at a hundred rows a transaction; a prepared statement with positional values does not.
struct Upsert: Sendable {
    private let sql: String

    init(_ table: String, key: [String], columns: [String]) {
        let all = key + columns
        let places = Array(repeating: "?", count: all.count).joined(separator: ", ")
        let changes = columns.map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
        sql =
            "INSERT INTO \(table) (\(all.joined(separator: ", "))) VALUES (\(places)) "
            + "ON CONFLICT (\(key.joined(separator: ", "))) DO UPDATE SET \(changes)"
    }

    func callAsFunction(_ db: Database, _ values: (any DatabaseValueConvertible)?...) throws {
        try db.cachedStatement(sql: sql).execute(arguments: StatementArguments(values))
    }
}

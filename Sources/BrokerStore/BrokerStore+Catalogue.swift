import BrokerCore
import GRDB
import SignalingProtocol

/// What an import of item versions comes to.
public struct CatalogueImport: Hashable, Sendable {
    public enum Change: Hashable, Sendable {
        /// No version of the item was there.
        case newItem
        case newVersion
        /// The very same version was there.
        case unchanged
        /// The version is there with another content; a version is never changed.
        case refused
    }

    public struct Line: Hashable, Sendable {
        public let item: ItemReference
        public let change: Change
    }

    /// One an item of the import, in its order.
    public let lines: [Line]

    /// Whether everything can be taken. All of it is, or nothing.
    public var isAccepted: Bool { lines.allSatisfy { $0.change != .refused } }
}

/// What a hall has adopted, and who said so.
public struct AdoptionLine: Hashable, Sendable {
    public let adoption: Adoption
    /// Nil: it came with the loading of the catalogue.
    public let administratorName: String?

    public init(adoption: Adoption, administratorName: String?) {
        self.adoption = adoption
        self.administratorName = administratorName
    }
}

extension BrokerStore {
    /// Takes on versions of items, all of them or, when one contradicts what is there, none. No hall has adopted them by that.
    /// - Parameter dryRun: only says what would be done.
    public func importVersions(_ items: [CatalogueItem], dryRun: Bool = false) throws(StoreError) -> CatalogueImport {
        if dryRun { return try read("item_version") { db in try Self.comparison(of: items, db) } }
        return try write { db in
            let comparison = try Self.comparison(of: items, db)
            guard comparison.isAccepted else { return comparison }
            for (item, line) in zip(items, comparison.lines) where line.change != .unchanged {
                try db.execute(
                    sql: "INSERT INTO item_version (code, version, body, published) VALUES (?, ?, ?, 0)",
                    arguments: [item.code.text, item.version, try Self.json(item)])
            }
            let taken = comparison.lines.filter { $0.change != .unchanged }.map { "\($0.item.code)=\($0.item.version)" }
            if !taken.isEmpty { try audit(.catalogueImported, on: "catalogue", detail: taken.joined(separator: " "), db) }
            return comparison
        }
    }

    private static func comparison(of items: [CatalogueItem], _ db: Database) throws -> CatalogueImport {
        var known: [ItemCode: [Int: CatalogueItem]] = [:]
        for code in Set(items.map(\.code)) {
            let versions = try Row.fetchAll(db, sql: "SELECT body FROM item_version WHERE code = ?", arguments: [code.text]).map(item)
            known[code] = Dictionary(versions.map { ($0.version, $0) }, uniquingKeysWith: { $1 })
        }
        let lines = items.map { item in
            let there = known[item.code]?[item.version]
            let change: CatalogueImport.Change =
                there == item ? .unchanged : there != nil ? .refused : known[item.code]?.isEmpty == false ? .newVersion : .newItem
            // A file may hold two versions of an item, and must not hold one twice with two contents.
            if there == nil { known[item.code, default: [:]][item.version] = item }
            return CatalogueImport.Line(item: ItemReference(code: item.code, version: item.version, name: item.name), change: change)
        }
        return CatalogueImport(lines: lines)
    }

    // MARK: Reading

    /// Every version of every item, by code and version.
    public func itemVersions() throws(StoreError) -> [CatalogueItem] {
        try read("item_version") { db in try Row.fetchAll(db, sql: "SELECT body FROM item_version ORDER BY code, version").map(Self.item) }
    }

    /// - Returns: nil when there is no such version.
    public func itemVersion(_ code: ItemCode, _ version: Int) throws(StoreError) -> CatalogueItem? {
        try read("item_version") { db in
            try Row.fetchOne(db, sql: "SELECT body FROM item_version WHERE code = ? AND version = ?", arguments: [code.text, version]).map(Self.item)
        }
    }

    /// A version that a hall has or had; what no hall ever adopted is for administrators alone.
    public func adoptedItemVersion(_ code: ItemCode, _ version: Int) throws(StoreError) -> CatalogueItem? {
        try read("item_version") { db in
            try Row.fetchOne(
                db,
                sql: """
                    SELECT body FROM item_version WHERE code = ? AND version = ? AND EXISTS
                    (SELECT 1 FROM item_adoption WHERE item_code = code AND item_version = version)
                    """, arguments: [code.text, version]
            ).map(Self.item)
        }
    }

    /// What each hall has adopted now, by item and hall.
    public func adoptions() throws(StoreError) -> [AdoptionLine] {
        try read("item_adoption") { db in
            try Row.fetchAll(db, sql: Self.selectAdoptions("adopted_version") + " ORDER BY item_code, hall").map(Self.adoptionLine)
        }
    }

    /// What a hall has adopted of an item over time, the newest first.
    public func adoptionHistory(of item: ItemCode, in hall: HallID) throws(StoreError) -> [AdoptionLine] {
        try read("item_adoption") { db in
            try Row.fetchAll(
                db, sql: Self.selectAdoptions("item_adoption") + " WHERE adopted.item_code = ? AND adopted.hall = ? ORDER BY adopted.id DESC",
                arguments: [item.text, hall.text]
            ).map(Self.adoptionLine)
        }
    }

    private static func selectAdoptions(_ table: String) -> String {
        "SELECT adopted.*, account.name AS administrator FROM \(table) AS adopted LEFT JOIN account ON account.id = adopted.adopted_by"
    }

    private static func adoptionLine(_ row: Row) throws -> AdoptionLine {
        AdoptionLine(
            adoption: Adoption(
                hall: try row.code("hall"), item: try row.code("item_code"), version: row["item_version"], replaces: row["replaces"],
                adoptedAt: row.instant("adopted_at_ms"), adoptedBy: try row.optionalIdentifier("adopted_by")),
            administratorName: row["administrator"])
    }

    static func adoptedItems(_ db: Database) throws -> [CatalogueItem] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT DISTINCT item_code, item_version, body FROM adopted_version
                LEFT JOIN item_version ON code = item_code AND version = item_version ORDER BY item_code, item_version
                """
        ).map { row in
            // A hall would go on without the item, and nobody would notice.
            guard row["body"] as String? != nil else { throw UnreadableColumn(column: "item_version") }
            return try item(row)
        }
    }

    static func adoptedVersions(_ db: Database) throws -> [HallID: [ItemCode: Int]] {
        var adopted: [HallID: [ItemCode: Int]] = [:]
        for hall in try Row.fetchAll(db, sql: "SELECT id FROM hall") { adopted[try hall.code("id")] = [:] }
        for row in try Row.fetchAll(db, sql: "SELECT hall, item_code, item_version FROM adopted_version") {
            adopted[try row.code("hall"), default: [:]][try row.code("item_code")] = row["item_version"]
        }
        return adopted
    }

    static func write(_ adoption: Adoption, to db: Database) throws {
        try db.cachedStatement(
            sql: "INSERT INTO item_adoption (hall, item_code, item_version, replaces, adopted_at_ms, adopted_by) VALUES (?, ?, ?, ?, ?, ?)"
        ).execute(arguments: [
            adoption.hall.text, adoption.item.text, adoption.version, adoption.replaces, adoption.adoptedAt.milliseconds,
            adoption.adoptedBy?.description,
        ])
    }
}

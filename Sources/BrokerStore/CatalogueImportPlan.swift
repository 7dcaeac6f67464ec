import Crypto
import Foundation
import GRDB
import SignalingProtocol

/// An item as a file has it.
public struct ImportedItem: Hashable, Sendable {
    /// Its version is not looked at.
    public let item: CatalogueItem
    /// As the file says: the version that it was written from, or the next one; nil: the newest there is.
    public let version: Int?

    public init(item: CatalogueItem, version: Int?) {
        self.item = item
        self.version = version
    }
}

/// What an import would do, and a digest by which it is taken as it was shown or not at all.
public struct CatalogueImportPlan: Sendable {
    public enum Change: String, Codable, Sendable {
        case new
        case changed
        case unchanged
        /// The file was written from a version that is not the newest any more: to take it would undo what came since.
        case outdated
    }

    public struct Line: Codable, Sendable {
        public let code: ItemCode
        public let name: String
        public let change: Change
        /// The newest version there is.
        public let from: Int?
        /// The version that it becomes; the one it is for what is not taken.
        public let version: Int
        /// Keeps the item from being taken, by its path in it.
        public let problems: [ItemProblem]
    }

    /// In the order of the file.
    public let lines: [Line]
    /// What changes, beside each line.
    public let differences: [ItemDifferences?]
    /// What is written when the plan is taken.
    let versions: [CatalogueItem]
    /// Of everything that decides what is written.
    public let digest: String

    public var isAcceptable: Bool { lines.allSatisfy { $0.problems.isEmpty && $0.change != .outdated } }

    /// - Parameter newest: of each item of the catalogue.
    init(_ imported: [ImportedItem], newest: [ItemCode: CatalogueItem], halls: Set<HallID>) throws {
        var lines: [Line] = []
        var differences: [ItemDifferences?] = []
        var versions: [CatalogueItem] = []
        for one in imported {
            var item = one.item.tidied()
            let present = newest[item.code]
            item.version = (present?.version ?? 0) + 1
            let difference = present.map { $0.tidied().differences(to: item) }
            let change: Change =
                if let difference {
                    if difference.isEmpty {
                        .unchanged
                    } else if let said = one.version, let present, said != present.version, said != item.version {
                        .outdated
                    } else {
                        .changed
                    }
                } else {
                    .new
                }
            let problems = change == .unchanged ? [] : item.problems(halls: halls)
            if change == .unchanged, let present { item.version = present.version }
            lines.append(Line(code: item.code, name: item.name, change: change, from: present?.version, version: item.version, problems: problems))
            differences.append(change == .changed || change == .outdated ? difference : nil)
            if change == .new || change == .changed { versions.append(item) }
        }
        self.lines = lines
        self.differences = differences
        self.versions = versions
        let encoder = WireCoding.encoder(sorted: true)
        let decided = try encoder.encode(lines) + encoder.encode(versions)
        digest = SHA256.hash(data: decided).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}

/// What taking an import came to.
public enum ImportOutcome: Sendable {
    case taken(CatalogueImportPlan)
    /// It is not what was shown; nothing was taken.
    case changed(CatalogueImportPlan)
    /// It cannot be taken as it is; nothing was.
    case refused(CatalogueImportPlan)
}

extension BrokerStore {
    /// What the items of a file would change; nothing is written.
    public func planImport(_ imported: [ImportedItem], halls: Set<HallID>) throws(StoreError) -> CatalogueImportPlan {
        try read("item_version") { db in try CatalogueImportPlan(imported, newest: try Self.newestVersions(db), halls: halls) }
    }

    /// Takes what the plan with this digest showed, all of it or nothing. No hall has adopted it by that.
    public func takeImport(
        _ imported: [ImportedItem], digest: String, validFrom: CivilDate, halls: Set<HallID>, by editor: CatalogueEditor
    ) throws(StoreError) -> ImportOutcome {
        try write { db in
            let plan = try CatalogueImportPlan(imported, newest: try Self.newestVersions(db), halls: halls)
            guard plan.digest == digest else { return .changed(plan) }
            guard plan.isAcceptable else { return .refused(plan) }
            for item in plan.versions { try Self.addVersion(item, validFrom: validFrom, by: editor, db) }
            let items = plan.versions.map { "\($0.code)=\($0.version)" }.joined(separator: " ")
            try audit(.catalogueImported, at: editor.at, on: "import:\(digest)", detail: items, db)
            return .taken(plan)
        }
    }

    private static func newestVersions(_ db: Database) throws -> [ItemCode: CatalogueItem] {
        let rows = try Row.fetchAll(
            db, sql: "SELECT body FROM item_version WHERE (code, version) IN (SELECT code, max(version) FROM item_version GROUP BY code)")
        return Dictionary(try rows.map(item).map { ($0.code, $0) }, uniquingKeysWith: { $1 })
    }

    /// The newest version of every item, by code.
    public func newestVersions() throws(StoreError) -> [CatalogueItem] {
        try read("item_version") { db in try Self.newestVersions(db).values.sorted { $0.code < $1.code } }
    }
}

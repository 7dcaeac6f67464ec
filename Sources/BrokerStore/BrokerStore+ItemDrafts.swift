import BrokerCore
import GRDB
import SignalingProtocol

/// An item's next version while somebody works on it.
public struct ItemDraft: Hashable, Sendable {
    public let item: CatalogueItem
    /// Counts up with every change; never used twice for an item.
    public let revision: Int
    /// The version that the writer had before their eyes; nil for an item that has none yet.
    public let basedOn: Int?
    public let changedAt: Instant
    public let changedByName: String
}

/// What a change of a draft came to.
public enum DraftOutcome: Sendable {
    case saved(ItemDraft)
    /// Published as this version.
    case published(CatalogueItem)
    case discarded
    case problems([ItemProblem])
    /// It says what the newest version says.
    case nothingNew
    case stale(StaleDraft)
}

/// What somebody else has done since a page read the draft; nothing was overwritten.
public struct StaleDraft: Sendable {
    /// Nil: there is none any more.
    public let present: ItemDraft?
    public let newest: CatalogueItem?
    /// What changed from what the page had read: in the draft, or in the version that it is based on.
    public let differences: ItemDifferences?
}

/// Since when a version is valid, and who said so.
public struct PublicationLine: Hashable, Sendable {
    public let item: ItemCode
    public let version: Int
    public let validFrom: CivilDate
    public let publishedAt: Instant
    public let publishedByName: String
}

/// A hall that wants a version as soon as it is valid.
public struct PlannedAdoption: Hashable, Sendable {
    public let id: Int64
    public let hall: HallID
    public let item: CatalogueItem
    public let validFrom: CivilDate
    public let chosenBy: AgentID
    public let chosenByName: String
}

public enum PlannedOutcome: String, Sendable {
    case adopted
    case overtaken
    case cancelled
}

public struct WithdrawalLine: Hashable, Sendable {
    public let item: ItemCode
    public let why: String
    public let at: Instant
    public let byName: String
}

/// Who changes the catalogue, and when.
public struct CatalogueEditor: Sendable {
    public let account: AgentID
    public let at: Instant

    public init(account: AgentID, at: Instant) {
        self.account = account
        self.at = at
    }
}

extension BrokerStore {
    // MARK: Drafts

    /// - Parameter revision: of the draft that was read; 0 when there was none.
    public func saveDraft(_ item: CatalogueItem, revision: Int, basedOn: Int?, by editor: CatalogueEditor) throws(StoreError) -> DraftOutcome {
        try write { db in
            if let stale = try Self.stale(item.code, revision, basedOn: basedOn, db) { return .stale(stale) }
            try Self.addDraft(item.code, body: item, basedOn: basedOn, editor, db)
            try audit(.itemDraftChanged, at: editor.at, on: "item:\(item.code)", detail: "saved", db)
            guard let saved = try Self.draft(item.code, db) else { throw UnreadableColumn(column: "body") }
            return .saved(saved)
        }
    }

    public func discardDraft(of code: ItemCode, revision: Int, by editor: CatalogueEditor) throws(StoreError) -> DraftOutcome {
        try write { db in
            let present = try Self.draft(code, db)
            if revision == 0 || present?.revision != revision {
                return .stale(try Self.staleDraft(code, revision, present, db))
            }
            try Self.addDraft(code, body: nil, basedOn: nil, editor, db)
            try audit(.itemDraftChanged, at: editor.at, on: "item:\(code)", detail: "discarded", db)
            return .discarded
        }
    }

    /// Makes the draft the item's next version.
    /// - Parameter hall: it takes the version on as soon as it is valid; nil: none does.
    public func publishDraft(
        of code: ItemCode, revision: Int, validFrom: CivilDate, adoptedBy hall: HallID?, halls: Set<HallID>, by editor: CatalogueEditor
    ) throws(StoreError) -> DraftOutcome {
        try write { db in
            guard let draft = try Self.draft(code, db), draft.revision == revision else {
                return .stale(try Self.staleDraft(code, revision, try Self.draft(code, db), db))
            }
            if let stale = try Self.stale(code, revision, basedOn: draft.basedOn, db) { return .stale(stale) }
            let newest = try Self.newestVersion(code, db)
            var item = draft.item.tidied()
            item.version = (newest?.version ?? 0) + 1
            let problems = item.problems(halls: halls)
            guard problems.isEmpty else { return .problems(problems) }
            if let newest, newest.tidied().differences(to: item).isEmpty { return .nothingNew }
            try Self.addVersion(item, validFrom: validFrom, by: editor, db)
            if let hall { try Self.plan(code, item.version, in: hall, by: editor, db) }
            try Self.addDraft(code, body: nil, basedOn: nil, editor, db)
            try audit(.itemPublished, at: editor.at, on: "item:\(code)", in: hall, detail: "version=\(item.version) from=\(validFrom)", db)
            return .published(item)
        }
    }

    private static func addDraft(_ code: ItemCode, body: CatalogueItem?, basedOn: Int?, _ editor: CatalogueEditor, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO item_draft (code, revision, based_on, body, changed_at_ms, changed_by)
                VALUES (?1, (SELECT coalesce(max(revision), 0) + 1 FROM item_draft WHERE code = ?1), ?2, ?3, ?4, ?5)
                """, arguments: [code.text, basedOn, try body.map { try json($0) }, editor.at.milliseconds, editor.account.description])
    }

    /// - Returns: nil when nobody else has changed draft or catalogue meanwhile.
    private static func stale(_ code: ItemCode, _ revision: Int, basedOn: Int?, _ db: Database) throws -> StaleDraft? {
        let present = try draft(code, db)
        guard present?.revision ?? 0 == revision else { return try staleDraft(code, revision, present, db) }
        let newest = try newestVersion(code, db)
        guard newest?.version != basedOn else { return nil }
        let base = try basedOn.flatMap { try version(code, $0, db) }
        return StaleDraft(present: present, newest: newest, differences: newest.flatMap { base?.differences(to: $0) })
    }

    private static func staleDraft(_ code: ItemCode, _ revision: Int, _ present: ItemDraft?, _ db: Database) throws -> StaleDraft {
        let newest = try newestVersion(code, db)
        let read = try Row.fetchOne(db, sql: "SELECT body FROM item_draft WHERE code = ? AND revision = ?", arguments: [code.text, revision])
        let before: CatalogueItem? = try read?.optionalJSON("body") ?? newest
        return StaleDraft(present: present, newest: newest, differences: (present?.item ?? newest).flatMap { before?.differences(to: $0) })
    }

    /// - Returns: nil without one.
    public func draft(of code: ItemCode) throws(StoreError) -> ItemDraft? { try read("item_draft") { db in try Self.draft(code, db) } }

    /// The drafts that are being worked on, by code.
    public func drafts() throws(StoreError) -> [ItemDraft] {
        try read("item_draft") { db in
            try Row.fetchAll(db, sql: Self.selectDrafts + " WHERE body IS NOT NULL ORDER BY code").map(Self.itemDraft)
        }
    }

    private static let selectDrafts =
        "SELECT newest_draft.*, account.name AS changed_by_name FROM newest_draft JOIN account ON account.id = newest_draft.changed_by"

    private static func draft(_ code: ItemCode, _ db: Database) throws -> ItemDraft? {
        try Row.fetchOne(db, sql: selectDrafts + " WHERE body IS NOT NULL AND code = ?", arguments: [code.text]).map(itemDraft)
    }

    private static func itemDraft(_ row: Row) throws -> ItemDraft {
        ItemDraft(
            item: try item(row), revision: row["revision"], basedOn: row["based_on"], changedAt: row.instant("changed_at_ms"),
            changedByName: row["changed_by_name"])
    }

    static func newestVersion(_ code: ItemCode, _ db: Database) throws -> CatalogueItem? {
        try Row.fetchOne(db, sql: "SELECT body FROM item_version WHERE code = ? ORDER BY version DESC LIMIT 1", arguments: [code.text]).map(item)
    }

    private static func version(_ code: ItemCode, _ version: Int, _ db: Database) throws -> CatalogueItem? {
        try Row.fetchOne(db, sql: "SELECT body FROM item_version WHERE code = ? AND version = ?", arguments: [code.text, version]).map(item)
    }

    // MARK: Publishing

    static func addVersion(_ item: CatalogueItem, validFrom: CivilDate, by editor: CatalogueEditor, _ db: Database) throws {
        try db.execute(
            sql: "INSERT INTO item_version (code, version, body, published) VALUES (?, ?, ?, 0)", arguments: [item.code.text, item.version, try json(item)])
        try db.execute(
            sql: "INSERT INTO item_publication (code, version, valid_from, published_at_ms, published_by) VALUES (?, ?, ?, ?, ?)",
            arguments: [item.code.text, item.version, validFrom.description, editor.at.milliseconds, editor.account.description])
    }

    /// What was published on a screen or by an import there, by code and version.
    public func publications() throws(StoreError) -> [PublicationLine] {
        try read("item_publication") { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT p.*, account.name AS who FROM item_publication AS p JOIN account ON account.id = p.published_by ORDER BY code, version
                    """
            ).map { row in
                PublicationLine(
                    item: try row.code("code"), version: row["version"], validFrom: try row.civilDate("valid_from"),
                    publishedAt: row.instant("published_at_ms"),
                    publishedByName: row["who"])
            }
        }
    }

    // MARK: Halls that wait for a day

    /// - Returns: false when there is no such version, or it is valid already.
    public func planAdoption(of code: ItemCode, _ version: Int, in hall: HallID, today: CivilDate, by editor: CatalogueEditor) throws(StoreError) -> Bool {
        try write { db in
            let comes = try Bool.fetchOne(
                db, sql: "SELECT EXISTS (SELECT 1 FROM item_publication WHERE code = ? AND version = ? AND valid_from > ?)",
                arguments: [code.text, version, today.description])
            guard comes == true else { return false }
            try Self.plan(code, version, in: hall, by: editor, db)
            try audit(.adoptionPlanned, at: editor.at, on: "item:\(code)", in: hall, detail: "version=\(version)", db)
            return true
        }
    }

    private static func plan(_ code: ItemCode, _ version: Int, in hall: HallID, by editor: CatalogueEditor, _ db: Database) throws {
        try db.execute(
            sql: "INSERT OR IGNORE INTO planned_adoption (hall, item_code, item_version, chosen_at_ms, chosen_by) VALUES (?, ?, ?, ?, ?)",
            arguments: [hall.text, code.text, version, editor.at.milliseconds, editor.account.description])
    }

    /// What is still to come, by day, item and version.
    public func plannedAdoptions() throws(StoreError) -> [PlannedAdoption] {
        try read("planned_adoption") { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT plan.*, body, coalesce(valid_from, '1970-01-01') AS valid_from, account.name AS who FROM planned_adoption AS plan
                    JOIN item_version ON item_version.code = item_code AND item_version.version = plan.item_version
                    JOIN account ON account.id = chosen_by
                    LEFT JOIN item_publication AS p ON p.code = item_code AND p.version = plan.item_version
                    WHERE outcome IS NULL ORDER BY valid_from, item_code, plan.item_version
                    """
            ).map { row in
                PlannedAdoption(
                    id: row["id"], hall: try row.code("hall"), item: try Self.item(row), validFrom: try row.civilDate("valid_from"),
                    chosenBy: try row.identifier("chosen_by"), chosenByName: row["who"])
            }
        }
    }

    public func settlePlan(_ id: Int64, _ outcome: PlannedOutcome) throws(StoreError) {
        try write { db in
            try db.execute(sql: "UPDATE planned_adoption SET outcome = ? WHERE id = ? AND outcome IS NULL", arguments: [outcome.rawValue, id])
            try audit(.adoptionPlanned, on: "planned-adoption:\(id)", detail: "outcome=\(outcome.rawValue)", db)
        }
    }

    // MARK: Withdrawing

    /// - Returns: false when the item is in that state already, or there is none.
    public func setWithdrawn(_ code: ItemCode, _ isWithdrawn: Bool, why: String, by editor: CatalogueEditor) throws(StoreError) -> Bool {
        try write { db in
            let isKnown = try Self.newestVersion(code, db) != nil
            guard isKnown, try Self.withdrawnItems(db).contains(code) != isWithdrawn else { return false }
            try db.execute(
                sql: "INSERT INTO item_withdrawal (code, withdrawn, why, decided_at_ms, decided_by) VALUES (?, ?, ?, ?, ?)",
                arguments: [code.text, isWithdrawn, why, editor.at.milliseconds, editor.account.description])
            try audit(isWithdrawn ? .itemWithdrawn : .itemRestored, at: editor.at, on: "item:\(code)", reason: why, db)
            return true
        }
    }

    public func withdrawals() throws(StoreError) -> [WithdrawalLine] {
        try read("item_withdrawal") { db in
            try Row.fetchAll(
                db, sql: "SELECT w.*, account.name AS who FROM withdrawn_item AS w JOIN account ON account.id = w.decided_by ORDER BY code"
            ).map { row in WithdrawalLine(item: try row.code("code"), why: row["why"], at: row.instant("decided_at_ms"), byName: row["who"]) }
        }
    }

    static func withdrawnItems(_ db: Database) throws -> Set<ItemCode> {
        Set(try Row.fetchAll(db, sql: "SELECT code FROM withdrawn_item").map { try $0.code("code") })
    }
}

extension Row {
    func civilDate(_ column: String) throws -> CivilDate {
        guard let date = CivilDate(self[column] as String) else { throw UnreadableColumn(column: column) }
        return date
    }
}

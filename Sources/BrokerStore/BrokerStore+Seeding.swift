import BrokerCore
import Foundation
import GRDB
import SignalingProtocol

/// What a new database begins with.
public struct Seed: Sendable {
    public var halls: [Hall]
    public var seats: [Seat]
    /// Every item, and whether it is published: then each hall has adopted it.
    public var items: [(item: CatalogueItem, published: Bool)]
    public var accounts: [AccountRow]
    public var adoptedAt: Instant

    /// - Parameter adoptedAt: since when the halls have the items; without it, since they have their seats.
    public init(
        halls: [Hall], seats: [Seat], items: [(item: CatalogueItem, published: Bool)], accounts: [AccountRow], adoptedAt: Instant? = nil
    ) {
        self.halls = halls
        self.seats = seats
        self.items = items
        self.accounts = accounts
        self.adoptedAt = adoptedAt ?? seats.map(\.since).min() ?? Instant(milliseconds: 0)
    }
}

extension BrokerStore {
    /// True until something was seeded.
    public func isEmpty() throws(StoreError) -> Bool {
        try read("hall") { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM hall") == 0 }
    }

    /// Writes the seed in one transaction, so that a start that was interrupted begins anew.
    public func seed(_ seed: Seed) throws(StoreError) {
        try write { db in
            for hall in seed.halls { try Self.write(hall, to: db) }
            for seat in seed.seats { try Self.write(seat, to: db) }
            for (item, published) in seed.items {
                try db.execute(
                    sql: "INSERT INTO item_version (code, version, body, published) VALUES (?, ?, ?, ?)",
                    arguments: [item.code.text, item.version, try Self.json(item), published])
                guard published else { continue }
                for hall in seed.halls {
                    let adoption = Adoption(
                        hall: hall.id, item: item.code, version: item.version, replaces: nil, adoptedAt: seed.adoptedAt, adoptedBy: nil)
                    try Self.write(adoption, to: db)
                }
            }
            var known: Set<AgentID> = []
            for account in seed.accounts {
                // Writing a row twice does no harm elsewhere; a seed that names somebody twice is wrong.
                guard known.insert(account.id).inserted else { throw DatabaseError(resultCode: .SQLITE_CONSTRAINT, message: "an account is named twice") }
                try Self.write(account, to: db)
            }
        }
    }
}

import Foundation
import GRDB

extension BrokerStore {
    /// Every sign-in that a provider of identities vouched for and that has not ended.
    public func vouchedSignIns() throws(StoreError) -> [VouchedSignInRow] {
        try read("vouched_sign_in") { db in
            try Row.fetchAll(db, sql: "SELECT vouched_sign_in.* FROM vouched_sign_in JOIN sign_in USING (token_hash)").map {
                VouchedSignInRow(tokenHash: $0["token_hash"], provider: $0["provider"], subject: $0["subject"], session: $0["session"])
            }
        }
    }

    private static let upsertVouchedSignIn = Upsert("vouched_sign_in", key: ["token_hash"], columns: ["provider", "subject", "session"])

    static func write(_ row: VouchedSignInRow, to db: Database) throws {
        try upsertVouchedSignIn(db, row.tokenHash, row.provider, row.subject, row.session)
    }
}

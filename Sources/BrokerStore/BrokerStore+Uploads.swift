import Foundation
import GRDB
import SignalingProtocol

extension BrokerStore {
    /// Which of these files have ever become part of a case; those that were removed again count too.
    public func recordedFiles(among ids: [FileID]) throws(StoreError) -> Set<FileID> {
        try read("material_file") { db in
            try Set(ids.filter { try Bool.fetchOne(db, sql: "SELECT 1 FROM material_file WHERE id = ?", arguments: [$0.description]) == true })
        }
    }
}

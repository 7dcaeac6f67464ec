import BrokerCore
import BrokerStore
import Identity
import SignalingProtocol

/// Every account, in memory, so that two administrators' changes are decided one after the other; the store has them too.
struct StaffDirectory {
    private var byID: [AgentID: AccountRow] = [:]
    private var idByAccount: [String: AgentID] = [:]

    init(_ accounts: [AccountRow]) {
        for account in accounts { set(account) }
    }

    subscript(_ id: AgentID) -> AccountRow? { byID[id] }

    func account(named name: String) -> AccountRow? { idByAccount[name].flatMap { byID[$0] } }

    /// Ordered by account.
    var all: [AccountRow] { byID.values.sorted { $0.account < $1.account } }

    mutating func set(_ account: AccountRow) {
        byID[account.id] = account
        idByAccount[account.account] = account.id
    }

    mutating func remove(_ id: AgentID) {
        if let account = byID.removeValue(forKey: id) { idByAccount[account.account] = nil }
    }

    /// Whether some hall that `old` can administer would have nobody left to do so.
    func wouldLeaveAlone(_ old: AccountRow, becoming new: AccountRow) -> Bool {
        let kept = new.suspendedAt == nil ? new.halls(as: .administrator) : []
        let lost = (old.suspendedAt == nil ? old.halls(as: .administrator) : []).subtracting(kept)
        return lost.contains { hall in
            !byID.values.contains { $0.id != old.id && $0.suspendedAt == nil && $0.holds(.administrator, in: hall) }
        }
    }
}
